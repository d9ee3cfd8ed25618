#!/usr/bin/env bash
# Build .venv from requirements.lock; does nothing where it is already up to date. `make setup` calls it.
#
# Needs Python 3.11 to 3.13 with ensurepip, or uv; as root on Debian it installs what is missing.
# PYTHON=/path/to/python chooses the interpreter.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf 'setup: %s\n' "$*" >&2; }
stop() { say "$1"; shift; printf '\n    %s\n\n' "$@" >&2; exit 2; }

# A virtual environment holds its own path, so a moved clone is built anew.
built_from() { printf '%s\n' "$PWD"; cksum <requirements.lock; }

fits() {
    # A shim may be on PATH and yet run nothing, so it is asked rather than believed.
    "$1" -c 'import sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' >/dev/null 2>&1
}

fitting_python() {
    local name path
    if [ -n "${PYTHON:-}" ]; then
        fits "$PYTHON" && printf '%s\n' "$PYTHON" && return 0
        stop "PYTHON=$PYTHON is not a Python 3.11 to 3.13 that runs; unset it, or name one that is:" \
            "make setup PYTHON=/usr/bin/python3"
    fi
    for name in python3.13 python3.12 python3.11 python3 python; do
        while IFS= read -r path; do
            if fits "$path"; then printf '%s\n' "$path"; return 0; fi
        done < <(type -aP "$name" || true)
    done
    return 1
}

may_install() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; }

apt_install() {
    say "installing $* from the system's packages"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get -o Dpkg::Use-Pty=0 install -qq -y --no-install-recommends "$@" >/dev/null
}

no_python() {
    case "$(uname -s)" in
        Darwin) stop "no Python 3.11 to 3.13 was found; install one, then run this again:" "brew install python@3.13" ;;
        *) stop "no Python 3.11 to 3.13 was found; install one, then run this again:" \
            "sudo apt-get install python3 python3-venv" ;;
    esac
}

# The package that holds ensurepip: python3.13 may have its own, Debian's python3 has python3-venv.
venv_package() {
    local own
    own="$("$1" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"
    if apt-cache show "$own" >/dev/null 2>&1; then printf '%s\n' "$own"; else printf 'python3-venv\n'; fi
}

# In an environment that uv made there is no pip.
install() {
    if .venv/bin/python -c 'import pip' >/dev/null 2>&1; then
        .venv/bin/python -m pip --disable-pip-version-check --quiet install --no-deps "$@"
    else
        uv pip install --quiet --python .venv/bin/python --no-deps "$@"
    fi
}

install_locked() { install --require-hashes --only-binary :all: -r requirements.lock; }
install_project() { install --no-build-isolation --no-index -e . && cksum <pyproject.toml >.venv/installed; }

make_venv() {
    local python=$1
    if "$python" -c 'import ensurepip' >/dev/null 2>&1; then
        "$python" -m venv .venv
    elif command -v uv >/dev/null 2>&1; then
        uv venv --quiet --python "$python" .venv
    elif may_install; then
        apt-get update -qq
        apt_install "$(venv_package "$python")"
        "$python" -m venv .venv
    else
        stop "$python cannot make virtual environments (ensurepip is missing); install it, then run this again:" \
            "sudo apt-get install $(venv_package "$python")"
    fi
}

choose_python() {
    if fitting_python; then return; fi
    [ -z "${PYTHON:-}" ] || exit 2
    if may_install; then apt_install python3 python3-venv; fi
    fitting_python || no_python
}

main() {
    local python
    if ! { .venv/bin/python -c '' && [ "$(built_from)" = "$(cat .venv/built_from)" ]; } 2>/dev/null; then
        python=$(choose_python)
        rm -rf .venv
        make_venv "$python"
        say "filling .venv for $("$python" --version) ($python); this takes a minute or two"
        install_locked
        install_project
        built_from >.venv/built_from
        say "done"
    elif [ "$(cksum <pyproject.toml)" != "$(cat .venv/installed 2>/dev/null)" ]; then
        install_project
    fi
}

# One at a time: who comes second waits, and finds it done. A lock whose owner is gone is taken over.
locked() {
    if command -v flock >/dev/null 2>&1; then
        exec 9>.venv.lock
        flock 9
        main 9>&-
        return
    fi
    until mkdir .venv.lock.d 2>/dev/null; do
        kill -0 "$(cat .venv.lock.d/owner 2>/dev/null || echo $$)" 2>/dev/null || rm -rf .venv.lock.d
        sleep 1
    done
    trap 'rm -rf .venv.lock.d' EXIT
    echo $$ >.venv.lock.d/owner
    main
}

locked
