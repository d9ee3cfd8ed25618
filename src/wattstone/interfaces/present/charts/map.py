"""A map without tiles: sites at their place on a plain grid of degrees, those that lie close together as one dot.

Nothing is loaded for it and no outline of land is drawn; names of cities say where one is. Distances east to west are
shortened by the cosine of the middle latitude, so that a city keeps its shape. Dots are links that keys reach; the
list of sites beside the map tells the same in words.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from math import cos, log2, radians, sqrt
from typing import Any, cast

import polars as pl

from wattstone.interfaces.present.charts.base import WIDE, Drawing, breadth, repacked, wrap
from wattstone.interfaces.present.content import Cell, Head, Table
from wattstone.interfaces.present.languages import Language, counter, translator
from wattstone.interfaces.present.numbers import amount
from wattstone.interfaces.present.tokens import tokens

_SMALL, _LARGE = 5.0, 18.0  # px, radius of a dot
_EDGE = 28.0  # px around the sites
_STEPS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0)  # degrees between the lines of the grid
_ROWS = 200
_UNIT = "kg CO2e"

Dot = Mapping[str, Any]
Box = tuple[float, float, float, float]
"""South, west, north, east. [degrees]"""


@dataclass(frozen=True)
class _View:
    """Degrees to pixels."""

    west: float
    north: float
    across: float
    scale: float  # px a degree of latitude
    width: float
    height: float

    @property
    def shrunk(self) -> float:
        """How much smaller dots are where there is little room."""
        return min(1.0, max(0.65, self.width / WIDE))

    def x(self, longitude: float) -> float:
        return _EDGE + (longitude - self.west) * self.across * self.scale

    def y(self, latitude: float) -> float:
        return _EDGE + (self.north - latitude) * self.scale


@dataclass(frozen=True, kw_only=True)
class MapDrawing(Drawing):
    """A drawing that is made here instead of by the renderer of charts: a picture with links in it."""

    picture: Callable[[int], str]

    def svg(self, width: int = WIDE, *, inline: bool = False) -> str:
        """The picture without its title.

        Parameters
        ----------
        width : int
            [px]
        inline : bool
            For a page: a group with a name, since the links in it are to be reached.
        """
        text = self.picture(width)
        return text.replace("<svg ", f'<svg role="group" aria-label="{escape(self.alt)}" ', 1) if inline else text

    def specification(self, width: int = WIDE) -> dict[str, Any]:
        """What it draws, for scripts: it is a picture, and no chart of Vega's."""
        return {"description": self.alt, "width": width}

    def alone(self, width: int = WIDE) -> tuple[str, bytes]:
        """The picture with its title on white, as SVG and as PNG of twice the width."""
        import vl_convert

        look = tokens()
        lines = [*wrap(self.title, width // 9), *wrap(self.subtitle, width // 7)]
        bold = len(wrap(self.title, width // 9))
        texts = "".join(
            _text(8, 22 + 18 * at, line, "ink" if at < bold else "ink-soft", bold=at < bold)
            for at, line in enumerate(lines)
        )
        inner = self.picture(width)
        above = 14 + 18 * len(lines)
        height = float(inner.split('height="', 1)[1].split('"', 1)[0]) + above
        whole = (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height:g}" '
            f'viewBox="0 0 {width} {height:g}"><rect width="{width}" height="{height:g}" '
            f'fill="{look.colour("raised")}"/>{texts}<g transform="translate(0 {above})">{inner}</g></svg>'
        )
        return whole, repacked(vl_convert.svg_to_png(whole, scale=2))


def zoom_of(box: Box, width: int = WIDE) -> int:
    """The zoom, as web maps count it, at which a box fills a map of a width, to put sites together for it.

    Examples
    --------
    >>> zoom_of((-80.0, -180.0, 80.0, 180.0)), zoom_of((23.0, 104.0, 41.8, 123.4))
    (1, 5)
    """
    scale = _view(box, width).scale
    return min(max(round(log2(scale * 360 / 256)), 0), 18)


def box_of(dots: pl.DataFrame) -> Box | None:
    """What a map must show to show all dots; None where there are none."""
    if dots.is_empty():
        return None
    latitude, longitude = dots["latitude"], dots["longitude"]
    return cast("Box", (latitude.min(), longitude.min(), latitude.max(), longitude.max()))


def map_drawing(
    dots: pl.DataFrame,
    cities: pl.DataFrame,
    lang: Language,
    *,
    link: Callable[[Dot], str | None],
    city_link: Callable[[str], str | None],
    year: int | None,
    nowhere: int = 0,
    exact: bool = True,
) -> MapDrawing | None:
    """Sites on a map; None where none of them has a place.

    Parameters
    ----------
    dots : polars.DataFrame
        A row a dot: `latitude`, `longitude`, `count`, `location` (kg CO2e; null where not known), `id` and `name` (of
        the only site; null for several).
    cities : polars.DataFrame
        `city`, `latitude`, `longitude`, `sites`, `location`, the largest first: names on the map, and its table.
    lang : {'en', 'zh'}
    link, city_link : callable
        Give the address to which a dot and the name of a city lead; None where it leads nowhere.
    year : int or None
        Of the emissions.
    nowhere : int
        Sites that have no place.
    exact : bool
        Whether the sums of the cities are those of the dots; else they give names alone.
    """
    box = box_of(dots)
    if box is None:
        return None
    t, n = translator(lang), counter(lang)
    said = n("{count} site on the map", "{count} sites on the map", int(dots["count"].sum()))
    known = year is not None and bool((dots["location"] > 0).any())
    marks = cache(lambda: _marks(dots, lang, link))

    @cache
    def picture(width: int) -> str:
        return _picture(marks(), cities, _view(box, width), city_link)

    title = (_title(cities, lang, known=known) if exact else "") or said
    parts = [] if title == said else [said]
    if known:
        parts.append(t("area of a dot: emissions of {year}, location-based", year=year))
    if nowhere:
        parts.append(n("{count} site has no place", "{count} sites have no place", nowhere))
    return MapDrawing(
        key="map",
        title=title,
        subtitle=t("; ").join(parts),
        alt=t("Map of the sites: {what}", what=said),
        table=_table(cities, lang, known=known) if exact else _dots_table(dots, lang, known=known),
        draw=_no_chart,
        picture=picture,
        printed=False,
    )


def _no_chart(width: int) -> Any:
    """A map is a picture; whoever asks for a chart of it is told so."""
    raise TypeError(f"a map is a picture, not a chart of {width} px")


def _title(cities: pl.DataFrame, lang: Language, *, known: bool) -> str:
    t = translator(lang)
    if cities.is_empty():
        return ""
    first = cities.row(0, named=True)
    if cities.height == 1:
        some = known and first["location"]
        return t("{place}: {found}", place=first["city"], found=amount(first["location"], _UNIT, lang)) if some else ""
    if known and first["location"]:
        return t("{city} emits most: {amount}", city=first["city"], amount=amount(first["location"], _UNIT, lang))
    return t("Most sites are in {city}", city=first["city"])


def _table(cities: pl.DataFrame, lang: Language, *, known: bool) -> Table:
    t = translator(lang)
    heads = [Head(t("City")), Head(t("Sites"), True)] + ([Head(t("Emissions"), True)] if known else [])
    rows = tuple(
        (
            Cell(row["city"]),
            Cell(str(row["sites"]), numeric=True),
            *([Cell(amount(row["location"], _UNIT, lang), numeric=True)] if known else []),
        )
        for row in cities.head(_ROWS).iter_rows(named=True)
    )
    more = cities.height - len(rows)
    return Table(tuple(heads), rows, t("and {count} more", count=more) if more > 0 else "")


def _dots_table(dots: pl.DataFrame, lang: Language, *, known: bool) -> Table:
    t = translator(lang)
    heads = [Head(t("Latitude"), True), Head(t("Longitude"), True), Head(t("Sites"), True)]
    heads += [Head(t("Emissions"), True)] if known else []
    rows = tuple(
        (
            Cell(f"{row['latitude']:.2f}", numeric=True),
            Cell(f"{row['longitude']:.2f}", numeric=True),
            Cell(str(row["count"]), numeric=True),
            *([Cell(amount(row["location"], _UNIT, lang), numeric=True)] if known else []),
        )
        for row in dots.head(_ROWS).iter_rows(named=True)
    )
    return Table(tuple(heads), rows)


def _view(box: Box, width: int) -> _View:
    """The box in the middle of a picture that is between two fifths and seven tenths as high as wide."""
    south, west, north, east = box
    across = max(cos(radians((south + north) / 2)), 0.2)
    room = width - 2 * _EDGE
    high, wide = max(north - south, 0.05), max((east - west) * across, 0.05)
    tall = min(max(room * high / wide, 0.4 * room), 0.7 * room)
    scale = min(room / wide, tall / high)
    middle_x, middle_y = (west + east) / 2, (south + north) / 2
    return _View(
        middle_x - room / 2 / scale / across, middle_y + tall / 2 / scale, across, scale, width, tall + 2 * _EDGE
    )


@dataclass(frozen=True)
class _Mark:
    """A dot before it has a place: the same at every width, and made once for all of them."""

    latitude: float
    longitude: float
    radius: float
    words: str
    href: str | None


def _marks(dots: pl.DataFrame, lang: Language, link: Callable[[Dot], str | None]) -> list[_Mark]:
    """Dots with their area by what they emit, or by their number where that is known of none; the largest below."""
    by = "location" if dots["location"].sum() else "count"
    most = float(cast("float", dots[by].max() or 1.0))
    return [
        _Mark(row["latitude"], row["longitude"], _radius(row[by] or 0.0, most), escape(_words(row, lang)), link(row))
        for row in sorted(dots.rows(named=True), key=lambda row: -(row[by] or 0.0))
    ]


@dataclass(frozen=True)
class _Placed:
    x: float
    y: float
    radius: float
    mark: _Mark


def _picture(marks: list[_Mark], cities: pl.DataFrame, view: _View, city_link: Callable[[str], str | None]) -> str:
    placed = [_Placed(view.x(one.longitude), view.y(one.latitude), one.radius * view.shrunk, one) for one in marks]
    jade = tokens().colour("jade")
    look = f'fill="{jade}" fill-opacity="0.4" stroke="{jade}" stroke-width="1.5"'
    circles = f"<g {look}>{''.join(_circle(one) for one in placed)}</g>"
    size = f'width="{view.width:g}" height="{view.height:g}" viewBox="0 0 {view.width:g} {view.height:g}"'
    names = _names(cities, placed, view, city_link)
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{_grid(view)}{circles}{names}</svg>'


def _radius(value: float, most: float) -> float:
    """Its area stands for the value; none is too small to be seen."""
    return max(_SMALL, _LARGE * sqrt(max(value, 0.0) / most))


def _circle(one: _Placed) -> str:
    words, href = one.mark.words, one.mark.href
    shape = f'<circle cx="{one.x:.1f}" cy="{one.y:.1f}" r="{one.radius:.1f}"><title>{words}</title></circle>'
    return f'<a href="{escape(href)}" aria-label="{words}">{shape}</a>' if href else shape


def _words(dot: Dot, lang: Language) -> str:
    t, n = translator(lang), counter(lang)
    sites = n("{count} site", "{count} sites", dot["count"])
    known = [amount(dot["location"], _UNIT, lang)] if dot["location"] is not None else []
    if dot["count"] == 1 and dot["name"]:
        return t("{place}: {found}", place=dot["name"], found=known[0]) if known else str(dot["name"])
    return ", ".join([sites, *known])


def _names(cities: pl.DataFrame, placed: list[_Placed], view: _View, link: Callable[[str], str | None]) -> str:
    """Names of cities beside their dots, the largest first; one that would cover another or a dot is left out."""
    # Nothing is written over the degrees at the left and at the bottom.
    taken: list[tuple[float, ...]] = [(0, 0, 46, view.height), (0, view.height - 18, view.width, view.height)]
    taken += [(one.x - one.radius, one.y - one.radius, one.x + one.radius, one.y + one.radius) for one in placed]
    texts: list[str] = []
    for row in cities.head(60).iter_rows(named=True):
        if row["latitude"] is None or row["longitude"] is None:
            continue
        x, y = view.x(row["longitude"]), view.y(row["latitude"])
        if not (0 < x < view.width and 0 < y < view.height):
            continue
        beside = max((one.radius for one in placed if abs(one.x - x) + abs(one.y - y) < one.radius + 4), default=2.0)
        text = row["city"] + (f" · {row['sites']}" if row["sites"] > 1 else "")
        long = breadth(text) * 6.8
        right = (x + beside + 4, y - 8, x + beside + 4 + long, y + 8)
        left = (x - beside - 4 - long, y - 8, x - beside - 4, y + 8)
        below = (x - long / 2, y + beside + 2, x + long / 2, y + beside + 18)
        above = (x - long / 2, y - beside - 18, x + long / 2, y - beside - 2)
        for box in (right, left, below, above):
            if box[0] > 2 and box[2] < view.width - 2 and not any(_meet(box, other) for other in taken):
                taken.append(box)
                said, href = _text(box[0], box[1] + 12, text, "ink"), link(row["city"])
                texts.append(f'<a href="{escape(href)}">{said}</a>' if href else said)
                break
    return "".join(texts)


def _meet(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _text(x: float, y: float, text: str, colour: str, *, bold: bool = False) -> str:
    look = tokens()
    weight = ' font-weight="600"' if bold else ""
    families = escape(", ".join((*look.chart, *look.cjk, "sans-serif")))
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{look.sizes[0]}" font-family="{families}" '
        f'fill="{look.colour(colour)}"{weight}>{escape(text)}</text>'
    )


def _grid(view: _View) -> str:
    """Lines of longitude and latitude with their degrees at the edge."""
    line = tokens().colour("line")
    degree = view.scale * view.across
    down = _lines(view.west - _EDGE / degree, view.west + view.width / degree, 100 / degree)
    low = view.north - (view.height - _EDGE) / view.scale
    level = _lines(low, view.north + _EDGE / view.scale, 80 / view.scale)
    parts: list[str] = []
    for at in down:
        x = view.x(at)
        if 0 < x < view.width - 40:
            parts.append(f'<path d="M{x:.1f} 0V{view.height:.1f}" stroke="{line}" fill="none"/>')
            parts.append(_text(x + 3, view.height - 4, _degrees(at, "E", "W"), "ink-soft"))
    for at in level:
        y = view.y(at)
        if 16 < y < view.height - 24:
            parts.append(f'<path d="M0 {y:.1f}H{view.width:.1f}" stroke="{line}" fill="none"/>')
            parts.append(_text(2, y - 3, _degrees(at, "N", "S"), "ink-soft"))
    return "".join(parts)


def _lines(low: float, high: float, least: float) -> list[float]:
    step = next((one for one in _STEPS if one >= least), _STEPS[-1])
    first = -(-low // step)
    return [round((first + at) * step, 6) for at in range(max(int((high - first * step) / step) + 1, 0))]


def _degrees(value: float, plus: str, minus: str) -> str:
    return f"{abs(value):g}° {plus if value > 0 else minus}" if value else "0°"
