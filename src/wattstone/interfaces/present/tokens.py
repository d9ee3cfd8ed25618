"""The look's tokens as page, chart, report and terminal need them. Nothing else names a colour."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

Theme = Literal["light", "dark"]


@dataclass(frozen=True)
class Tokens:
    """What `tokens.toml` holds.

    Parameters
    ----------
    light, dark : mapping
        Colours by name, as `#RRGGBB`.
    opacity : mapping
        `estimated` and `band`. [1]
    sizes : tuple of int
        Sizes of type from small to large. [px]
    line : float
        Height of a line, in sizes of its type.
    sans, cjk, chart, mono : tuple of str
        Font families in the order in which they are tried.
    space, radius, measure : int
        The unit of space [px], the radius of corners [px], the width of text [characters].
    """

    light: dict[str, str]
    dark: dict[str, str]
    opacity: dict[str, float]
    sizes: tuple[int, ...]
    line: float
    sans: tuple[str, ...]
    cjk: tuple[str, ...]
    chart: tuple[str, ...]
    mono: tuple[str, ...]
    space: int
    radius: int
    measure: int

    def colour(self, name: str, theme: Theme = "light") -> str:
        """A colour by its name."""
        return (self.light if theme == "light" else self.dark)[name]


@cache
def tokens() -> Tokens:
    """Read the tokens.

    Examples
    --------
    >>> tokens().colour("scope-1")
    '#A14A12'
    """
    table: dict[str, Any] = tomllib.loads(
        files("wattstone.interfaces.present").joinpath("tokens.toml").read_text(encoding="utf-8")
    )
    return Tokens(
        light={name: pair[0] for name, pair in table["colour"].items()},
        dark={name: pair[1] for name, pair in table["colour"].items()},
        opacity=table["opacity"],
        sizes=tuple(table["type"]["sizes"]),
        line=table["type"]["line"],
        sans=tuple(table["type"]["sans"]),
        cjk=tuple(table["type"]["cjk"]),
        chart=tuple(table["type"]["chart"]),
        mono=tuple(table["type"]["mono"]),
        space=table["space"]["unit"],
        radius=table["space"]["radius"],
        measure=table["space"]["measure"],
    )


def _family(names: tuple[str, ...]) -> str:
    return ", ".join(f'"{name}"' if " " in name else name for name in names)


def css_variables(*, chosen: bool = False) -> str:
    """The tokens as custom properties of CSS: light, and dark where the reader's screen is dark.

    Paper is always light. The drawings carry the light colours themselves, so that each also stands alone as a file;
    in the dark each of these colours is replaced by its counterpart.

    Parameters
    ----------
    chosen : bool
        Whether the page lets its reader choose: `data-theme` of the root, `light` or `dark`, then wins over the screen.
    """
    look = tokens()
    sizes = "".join(f"--size-{step}:{size}px;" for step, size in enumerate(look.sizes, start=1))
    fixed = (
        f"--sans:{_family((*look.sans, *look.cjk))},sans-serif;--mono:{_family(look.mono)};{sizes}"
        f"--line-height:{look.line};--space:{look.space}px;--radius:{look.radius}px;--measure:{look.measure}ch;"
    )
    light = "".join(f"--{name}:{value};" for name, value in look.light.items())
    if not chosen:
        dark = f"@media screen and (prefers-color-scheme:dark){{{_dark(':root')}}}\n"
        return f":root{{color-scheme:light dark;{fixed}{light}}}\n{dark}"
    return (
        f":root{{color-scheme:light dark;{fixed}{light}}}\n"
        ":root[data-theme=light]{color-scheme:light}\n"
        f"@media screen and (prefers-color-scheme:dark){{{_dark(':root:not([data-theme=light])')}}}\n"
        f"@media screen{{:root[data-theme=dark]{{color-scheme:dark}}\n{_dark(':root[data-theme=dark]')}}}\n"
    )


def _dark(root: str) -> str:
    """The dark colours under a selector of the root, and in drawings in place of the light ones."""
    look = tokens()
    dark = "".join(f"--{name}:{value};" for name, value in look.dark.items())
    within = "" if root == ":root" else f"{root} "
    swaps = "".join(
        f'{within}svg [{attribute}="{value}"]{{{attribute}:{look.dark[name]}}}'
        for value, name in {value: name for name, value in look.light.items()}.items()
        for attribute in ("fill", "stroke")
    )
    return f"{root}{{{dark}}}\n{swaps}"


def chart_config(font: str) -> dict[str, Any]:
    """The tokens as a Vega-Lite configuration.

    Parameters
    ----------
    font : str
        Font families, separated by commas.
    """
    look = tokens()
    ink, soft, line = look.colour("ink"), look.colour("ink-soft"), look.colour("line")
    small = look.sizes[0]
    labels = {"labelFontSize": small, "titleFontSize": small, "labelColor": ink, "titleColor": soft, "labelFont": font}
    return {
        "font": font,
        "background": "transparent",
        "view": {"stroke": None},
        "axis": {
            **labels,
            "titleFont": font,
            "titleFontWeight": "normal",
            "labelFontWeight": "normal",
            "gridColor": line,
            "domainColor": soft,
            "tickColor": soft,
            "labelPadding": look.space,
        },
        "header": {**labels, "titleFont": font},
        "legend": {**labels, "titleFont": font, "symbolStrokeColor": ink},
        "title": {
            "font": font,
            "fontSize": look.sizes[2],
            "fontWeight": 600,
            "color": ink,
            "subtitleFont": font,
            "subtitleFontSize": small,
            "subtitleColor": soft,
            "anchor": "start",
            "frame": "bounds",
            "offset": 3 * look.space,
            "subtitlePadding": look.space,
        },
        "text": {"font": font, "fontSize": small, "color": ink},
    }


def terminal_styles() -> dict[str, str]:
    """The tokens as styles of rich; the names are the look's."""
    look = tokens()
    # A terminal's paper is not known: these hues keep 3:1 on black and on white, and a word goes with each of them.
    names = ("good", "watch", "act", "jade", "scope-1", "scope-2", "scope-3")
    middle = {name: _between(look.light[name], look.dark[name]) for name in names}
    return {**middle, "ink-soft": "dim", "heading": f"bold {middle['jade']}"}


def _between(one: str, other: str) -> str:
    pairs = ((int(one[at : at + 2], 16), int(other[at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{(a + b) // 2:02X}" for a, b in pairs)
