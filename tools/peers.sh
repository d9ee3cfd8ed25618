#!/usr/bin/env bash
# Run the peer studies: benchmarks/peers/NAME/requirements.txt into .venv-peers/NAME, then benchmarks/peers/NAME/run.py
# with the python of that environment as first argument. `tools/peers.sh [NAME...] [OPTION...]`; all if none is named.
set -euo pipefail
cd "$(dirname "$0")/.."

environment() {
    local home=$1 wanted=$2 python
    if "$home/bin/python" -c '' 2>/dev/null && cmp -s "$wanted" "$home/installed.txt"; then return; fi
    printf 'peers: filling %s\n' "$home" >&2
    python=$(readlink -f .venv/bin/python)
    rm -rf "$home"
    mkdir -p "$(dirname "$home")"
    # As in tools/setup.sh: without ensurepip there is no pip, but uv.
    if "$python" -c 'import ensurepip' >/dev/null 2>&1; then
        "$python" -m venv "$home"
        "$home/bin/python" -m pip --disable-pip-version-check --quiet install -r "$wanted"
    else
        uv venv --quiet --python "$python" "$home"
        uv pip install --quiet --python "$home/bin/python" -r "$wanted"
    fi
    cp "$wanted" "$home/installed.txt"
}

names=()
while [ $# -gt 0 ] && [[ $1 != -* ]]; do names+=("$1"); shift; done
if [ ${#names[@]} = 0 ]; then
    for wanted in benchmarks/peers/*/requirements.txt; do names+=("$(basename "$(dirname "$wanted")")"); done
fi
for name in "${names[@]}"; do
    environment ".venv-peers/$name" "benchmarks/peers/$name/requirements.txt"
    .venv/bin/python -m "benchmarks.peers.$name.run" ".venv-peers/$name/bin/python" "$@"
done
