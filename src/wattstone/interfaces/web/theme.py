"""The tokens as the browser needs them: custom properties that follow the reader's choice, and a table for charts."""

import json
from typing import Literal, get_args

from wattstone.interfaces.present.tokens import css_variables, tokens

Choice = Literal["auto", "light", "dark"]
CHOICES: tuple[Choice, ...] = get_args(Choice)


def tokens_css() -> str:
    """The style sheet of the tokens: light; dark where the screen is dark, or where the reader chose it."""
    return css_variables(chosen=True)


def tokens_json() -> str:
    """The colours by name in light and in dark, from which a script recolours a chart."""
    look = tokens()
    return json.dumps(
        {"light": look.light, "dark": look.dark, "opacity": look.opacity, "sans": [*look.sans, *look.cjk]},
        ensure_ascii=False,
        separators=(",", ":"),
    )


def favicon() -> str:
    """The sign of the product: a vein of light in a stone."""
    look = tokens()
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 22 22"><style>'
        f".a{{fill:{look.light['jade']}}}.b{{fill:{look.light['paper']}}}"
        f"@media (prefers-color-scheme:dark){{.a{{fill:{look.dark['jade']}}}.b{{fill:{look.dark['paper']}}}}}"
        '</style><path class="a" d="M4 8.5 8.5 3h6L19 9l-2 8-6 3-7-3.5z"/>'
        '<path class="b" d="m11.8 5.5-4 6h3.6l-1 5 4.6-6.6h-3.5z"/></svg>'
    )


def choice(text: str | None) -> Choice:
    """A theme by its name; anything else is that of the screen."""
    return text if text in CHOICES else "auto"
