#!/usr/bin/env bash
# Compile requirements.lock: every extra, Python 3.11 to 3.13, with hashes and without the address of any index.
set -euo pipefail
cd "$(dirname "$0")/.."
command -v uv >/dev/null 2>&1 || { echo 'make lock needs uv; https://docs.astral.sh/uv says how to install it' >&2; exit 2; }
unset UV_FIND_LINKS PIP_FIND_LINKS
uv pip compile --quiet --universal --python-version 3.11 --all-extras --group build --generate-hashes \
    --no-emit-index-url --no-emit-find-links --no-header "$@" pyproject.toml --output-file requirements.lock
