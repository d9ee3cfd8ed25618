"""The look's tokens: read once, used everywhere, legible."""

import re
from pathlib import Path

import pytest

import wattstone.interfaces.present as present
from wattstone.interfaces.present.tokens import Theme, chart_config, css_variables, terminal_styles, tokens

FOLDER = Path(present.__file__).parent
COLOUR = re.compile(r"#[0-9A-Fa-f]{6}\b|#[0-9A-Fa-f]{3}\b|rgb\(\d")


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio, WCAG 2.2."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("ground", ["paper", "raised", "jade-soft"])
@pytest.mark.parametrize("text", ["ink", "ink-soft", "jade"])
def test_text_is_legible_on_every_ground(theme: Theme, ground: str, text: str) -> None:
    assert contrast(tokens().colour(text, theme), tokens().colour(ground, theme)) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("mark", ["scope-1", "scope-2", "scope-3", "grid", "watch", "act"])
def test_marks_stand_out_from_the_paper(theme: Theme, mark: str) -> None:
    assert contrast(tokens().colour(mark, theme), tokens().colour("paper", theme)) >= 3


def test_nothing_else_names_a_colour() -> None:
    files = [path for path in FOLDER.rglob("*") if path.suffix in {".py", ".css", ".j2", ".typ"}]
    named = {path.name for path in files if COLOUR.search(re.sub(r">>>.*\n.*", "", path.read_text("utf-8")))}

    assert named == set()


def test_one_light_colour_has_one_dark_counterpart() -> None:
    """The drawings change colour by their light value, so two tokens with one light value must share the dark one."""
    pairs: dict[str, set[str]] = {}
    for name, value in tokens().light.items():
        pairs.setdefault(value, set()).add(tokens().dark[name])

    assert all(len(dark) == 1 for dark in pairs.values())


def test_the_dark_sheet_changes_every_colour_of_a_drawing() -> None:
    sheet = css_variables()

    assert "@media screen and (prefers-color-scheme:dark)" in sheet
    assert f'svg [fill="{tokens().light["scope-1"]}"]{{fill:{tokens().dark["scope-1"]}}}' in sheet


def test_charts_and_terminal_use_the_tokens() -> None:
    assert chart_config("Arial")["axis"]["gridColor"] == tokens().light["line"]
    assert all(contrast(style, "#000000") >= 3 for name, style in terminal_styles().items() if style.startswith("#"))
    assert all(contrast(style, "#FFFFFF") >= 2.5 for style in terminal_styles().values() if style.startswith("#"))
