#!/usr/bin/env bash
# What a few tests need beyond wheels: a font with Chinese characters, for the Chinese PDF. `make test` calls it.
#
# As root on Debian it is installed; otherwise the line to type is printed, and those tests are skipped.
set -euo pipefail

cd "$(dirname "$0")/.."

has_chinese_font() {
    .venv/bin/python -c 'from wattstone.interfaces.present.fonts import choose_fonts; choose_fonts(["温室气体"])' >/dev/null 2>&1
}

has_chinese_font && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    printf 'system: installing fonts-droid-fallback from the system'\''s packages\n' >&2
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get -o Dpkg::Use-Pty=0 install -qq -y --no-install-recommends fonts-droid-fallback >/dev/null
else
    printf 'system: no font with Chinese characters was found, so the tests of Chinese PDFs are skipped; to run them:\n\n' >&2
    printf '    sudo apt-get install fonts-droid-fallback\n\n' >&2
fi
