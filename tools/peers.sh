#!/usr/bin/env bash
# Run every benchmark against a peer: benchmarks/peers/NAME/requirements.txt and run.py, in .venv-peers/NAME.
set -euo pipefail
cd "$(dirname "$0")/.."
shopt -s nullglob
found=0
for folder in benchmarks/peers/*/; do
    name=$(basename "$folder")
    [ -f "$folder/requirements.txt" ] || continue
    found=1
    home=".venv-peers/$name"
    if ! cmp -s "$folder/requirements.txt" "$home/installed.txt"; then
        rm -rf "$home"
        "$(readlink -f .venv/bin/python)" -m venv "$home"
        "$home/bin/python" -m pip --disable-pip-version-check --quiet install -r "$folder/requirements.txt"
        cp "$folder/requirements.txt" "$home/installed.txt"
    fi
    .venv/bin/python "$folder/run.py" "$home/bin/python"
done
if [ "$found" = 0 ]; then echo 'No peer is measured yet: benchmarks/peers/ is empty.'; fi
