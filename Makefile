# Every target does the set-up it needs: `make demo` and `make test` work on a fresh clone.
# `make setup` builds .venv from requirements.lock and does nothing where that is up to date.

SHELL := bash
BIN := .venv/bin
DEMO ?= demo
TESTS ?= -n auto --dist loadgroup

.DEFAULT_GOAL := help
.PHONY: help setup demo serve test check docs bench bench-peers lock clean

help: ## say what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | while IFS=$$'\t' read -r name text; do printf '  make %-12s %s\n' "$$name" "$$text"; done

setup: ## build .venv from requirements.lock
	@tools/setup.sh

demo: setup ## simulate a portfolio and make its report, in ./demo; in a terminal, go on to serve it
	@$(BIN)/wattstone demo $(DEMO)
	@echo; echo 'wattstone is $(BIN)/wattstone; `source $(BIN)/activate` puts it on your path.'

serve: setup ## serve the demo in ./demo, which is made if it is not there
	@test -d $(DEMO)/served || $(BIN)/wattstone demo $(DEMO) --no-serve
	@$(BIN)/wattstone serve $(DEMO)/served

test: setup ## run the tests
	@tools/system.sh
	@$(BIN)/python -m pytest $(TESTS)

check: setup ## lint, types, import contracts, docs, changelog
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@PYRIGHT_PYTHON_IGNORE_WARNINGS=1 $(BIN)/pyright --warnings
	@$(BIN)/lint-imports
	@$(BIN)/mkdocs build --strict
	@$(BIN)/towncrier build --draft --version next >/dev/null

docs: setup ## build the documentation in ./site
	@$(BIN)/mkdocs build --strict
	@echo 'The documentation is in site/index.html'

bench: setup ## measure every hot path against the bare engine
	@$(BIN)/python -m benchmarks

bench-peers: setup ## measure against peers, each in an environment of its own
	@tools/peers.sh

lock: ## compile requirements.lock anew (needs uv); UPGRADE=1 takes newer versions
	@tools/lock.sh $(if $(UPGRADE),--upgrade)

clean: ## remove what the other targets made
	@rm -rf .venv .venv-peers site build demo .pytest_cache .ruff_cache .hypothesis .import_linter_cache .coverage
