#!/usr/bin/env bash
# What a few tests need beyond wheels: a font with Chinese characters, for the Chinese PDF, and a browser, for the
# pages. `make test` calls it.
#
# As root on Debian they are installed; otherwise the line to type is printed, and those tests are skipped.
set -euo pipefail

cd "$(dirname "$0")/.."

has_chinese_font() {
    .venv/bin/python -c 'from wattstone.interfaces.present.fonts import choose_fonts; choose_fonts(["温室气体"])' >/dev/null 2>&1
}

has_browser() {
    local name
    for name in "${WATTSTONE_BROWSER:-}" chromium chromium-browser google-chrome; do
        [ -n "$name" ] && command -v "$name" >/dev/null 2>&1 && return 0
    done
    return 1
}

missing=()
has_chinese_font || missing+=(fonts-droid-fallback)
has_browser || missing+=(chromium)
[ ${#missing[@]} -gt 0 ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    printf 'system: installing %s from the system'\''s packages\n' "${missing[*]}" >&2
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get -o Dpkg::Use-Pty=0 install -qq -y --no-install-recommends "${missing[@]}" >/dev/null
else
    printf 'system: %s not found, so the tests that need it are skipped; to run them:\n\n' "${missing[*]}" >&2
    printf '    sudo apt-get install %s\n\n' "${missing[*]}" >&2
fi
