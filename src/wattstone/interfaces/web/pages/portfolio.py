"""The portfolio: sites on a map and in a league table, found by words and filters; the address holds all of it."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

import polars as pl
from fastapi import Depends
from starlette.responses import Response, StreamingResponse

from wattstone.interfaces.present.charts.base import Drawing
from wattstone.interfaces.present.charts.league import league_drawing
from wattstone.interfaces.present.charts.map import Dot, MapDrawing, box_of, map_drawing, zoom_of
from wattstone.interfaces.present.content import Cell
from wattstone.interfaces.present.csvs import csv_text
from wattstone.interfaces.present.languages import counter, mark, translator
from wattstone.interfaces.present.names import group_name, type_name
from wattstone.interfaces.present.numbers import amount, percent, scale, three
from wattstone.interfaces.present.overview_names import number_name
from wattstone.interfaces.web.kit import chart, link, page, part, render
from wattstone.interfaces.web.portfolio_state import SORTS, State, state_of
from wattstone.interfaces.web.reading import estate_here, lesser_note, parts_link
from wattstone.interfaces.web.shell import link_in
from wattstone.interfaces.web.standings import besides_words, gaps_here, market_note
from wattstone.workflows.access.policy import Act
from wattstone.workflows.overview.columns import is_apart, is_bought
from wattstone.workflows.overview.estate import Estate
from wattstone.workflows.overview.memory import Memory
from wattstone.workflows.overview.peers import peers_below
from wattstone.workflows.overview.query import Bounds, Clusters, Facet, Query, Rows, cities, clusters, select
from wattstone.workflows.overview.standing import standing

if TYPE_CHECKING:
    from wattstone.interfaces.serving.request import Here

_ZOOM = 5  # a large country: tried first
_DOTS = 120  # of a map: more are neither told apart nor light
_SIZES = (25, 50, 100, 200)
_CSV = ("id", "name", "type", "country", "city", "floor_area", "energy", "location", "market", "intensity.energy",
        "peer_group", "peer_middle", "peers", "peer_percentile", "quality", "findings", "findings_kg", "findings_money",
        "findings_currency", "last_reading")  # fmt: skip


@page("/portfolio", name="portfolio", place="portfolio", title=mark("Portfolio"), tab=mark("Sites"), act=Act.READ,
      order=10)  # fmt: skip
def show(here: "Here", state: Annotated[State, Depends(state_of)]) -> Response:
    """The list, with its filters and its map."""
    estate = estate_here(here)
    rows, stands = _rows(estate, state.query), standing(estate)
    return render(
        here,
        "pages/portfolio.html.j2",
        state=state,
        estate=estate,
        rows=rows,
        sentence=_sentence(here, estate, rows),
        lesser=lesser_note(here, estate),
        besides=besides_words(here, stands.besides, alone=True),
        gaps=gaps_here(here, estate, stands) if estate.year is not None else (),
        market=market_note(here, estate),
        map=_map(here, estate, state),
        league=_league(here, estate, rows),
        heads=list(_heads(here, state, rows.frame)),
        lines=list(_lines(here, rows.frame)),
        facets=list(_facets(here, state, rows)),
        pages=list(_pages(here, state, rows)),
        asked=state.address(),
        sizes=_SIZES,
        whole_map=link(here, "/portfolio", **state.address(box=None)) if state.box else "",
        csv=link(here, "/portfolio.csv", **state.address()),
    )


def _rows(estate: Estate, query: Query) -> Rows:
    """The page that is asked for, or the last one where there are fewer; the name stands in for a missing column."""
    if query.sort.removeprefix("-") not in estate.frame.columns:
        query = replace(query, sort="name")
    rows = select(estate, query)
    return select(estate, replace(query, page=rows.pages)) if rows.pages and rows.page > rows.pages else rows


def _sentence(here: "Here", estate: Estate, rows: Rows) -> str:
    n, t = counter(here.lang), translator(here.lang)
    sites = n("{count} site", "{count} sites", rows.count)
    if rows.count == estate.frame.height:
        return sites
    return t("{sites} of {all}", sites=sites, all=f"{estate.frame.height:,}".replace(",", "\N{NARROW NO-BREAK SPACE}"))


_SEEN: Memory[Clusters] = Memory(most=256, seconds=600.0)
_DRAWN: Memory[MapDrawing | None] = Memory(most=256, seconds=600.0)
_NAMED: Memory[tuple[pl.DataFrame, bool]] = Memory(most=256, seconds=600.0)


def _dots(here: "Here", estate: Estate, query: Query, bounds: Bounds | None, zoom: int) -> Clusters:
    """Dots of a map; they are the same on every page of a list, in whatever order, and for whoever sees these sites."""
    key = (*_whose(here, estate), query, bounds, zoom)
    return _SEEN.get(key, lambda: clusters(estate, query, bounds=bounds, zoom=zoom))


def _whose(here: "Here", estate: Estate) -> tuple[Hashable, ...]:
    """What an answer that is kept rests on: the estate, its state, and which of its sites are seen."""
    return str(here.tenant.root), estate.stamp, estate.year, here.principal.scope


def _map(here: "Here", estate: Estate, state: State) -> MapDrawing | None:
    """The map of a list, drawn once for all of its pages; its links keep the order and the size."""
    key = (*_whose(here, estate), here.lang, replace(state.query, page=1), state.box)
    return _DRAWN.get(key, lambda: _drawn(here, estate, state))


def _drawn(here: "Here", estate: Estate, state: State) -> MapDrawing | None:
    tenant, query = here.tenant.id, replace(state.query, page=1, size=1, sort="name")
    bounds = None if state.box is None else Bounds(
        south=state.box[0], west=state.box[1], north=state.box[2], east=state.box[3]
    )  # fmt: skip
    found = rough = _dots(here, estate, query, bounds, _ZOOM)
    box = state.box or box_of(rough.frame)
    if box is None:
        return None
    zoom = zoom_of(box)
    if zoom != _ZOOM:
        found = _dots(here, estate, query, bounds, zoom)
    while found.frame.height > _DOTS and zoom > 0:
        zoom -= 1
        found = _dots(here, estate, query, bounds, zoom)

    def to(dot: Dot) -> str:
        if dot["count"] == 1 and dot["id"]:
            return link_in(tenant, f"/sites/{quote(str(dot['id']), safe='')}")
        near = found.cell * 0.75
        south, west = max(dot["latitude"] - near, -90.0), max(dot["longitude"] - near, -180.0)
        inside = (south, west, min(dot["latitude"] + near, 90.0), min(dot["longitude"] + near, 180.0))
        return link_in(tenant, "/portfolio", **state.address(box=inside)) + "#map"

    def to_city(city: str) -> str:
        return link_in(tenant, "/portfolio", **state.address(text=city, box=None))

    count = rough.count + rough.nowhere if bounds is None else select(estate, query).count
    named, exact = _NAMED.get((*_whose(here, estate), query), lambda: cities(estate, query, count))
    return map_drawing(
        found.frame, named, here.lang, link=to, city_link=to_city, year=estate.year, nowhere=found.nowhere, exact=exact
    )


def _league(here: "Here", estate: Estate, rows: Rows) -> Drawing | None:
    return None if estate.year is None else league_drawing(rows.frame, here.lang, year=estate.year)


@dataclass(frozen=True)
class Column:
    """The head of a column: what it is called, its unit, where one sorts by it, and how it is sorted now."""

    text: str
    href: str
    sorted: str
    numeric: bool = True


def _heads(here: "Here", state: State, frame: pl.DataFrame) -> Iterator[Column]:
    t = translator(here.lang)
    titles = {
        "name": t("Site"),
        "location": _unit(here, frame, "location", "kg CO2e"),
        "market": _unit(here, frame, "market", "kg CO2e"),
        "energy": _unit(here, frame, "energy", "kWh"),
        "intensity.energy": t("{figure} [{unit}]", figure=t("Energy use"), unit="kWh/m²"),
        "peer_percentile": t("Among its peers"),
        "quality": number_name("quality", here.lang),
        "findings_kg": t("Findings"),
    }
    for name in _columns(frame):
        now = state.query.sort.removeprefix("-") == name
        down = state.query.sort.startswith("-")
        first = name if name in ("name", "quality") else f"-{name}"
        sort = (name if down else f"-{name}") if now else first
        said = ("descending" if down else "ascending") if now else ""
        yield Column(titles[name], link(here, "/portfolio", **state.address(sort=sort)), said, numeric=name != "name")


def _columns(frame: pl.DataFrame) -> list[str]:
    """Columns that have something to show; the name always."""
    there = [name for name in SORTS if name in frame.columns]
    return [name for name in there if name == "name" or frame[name].null_count() < frame.height]


def _unit(here: "Here", frame: pl.DataFrame, name: str, unit: str) -> str:
    t = translator(here.lang)
    scaled = _scale(frame, name, unit)[1].replace(" ", "\N{NO-BREAK SPACE}")  # a unit is not broken
    return t("{figure} [{unit}]", figure=number_name(name, here.lang), unit=scaled)


def _scale(frame: pl.DataFrame, name: str, unit: str) -> tuple[float, str]:
    most: Any = frame[name].max() if name in frame.columns else None
    return scale(unit, float(most or 0.0) or 1.0)


@dataclass(frozen=True)
class Line:
    """A row of the league table.

    Parameters
    ----------
    name, below : str
        The site, and what it is and where.
    href : str
        Its page.
    cells : tuple of Cell
        Of the other columns.
    """

    name: str
    below: str
    href: str
    cells: tuple[Cell, ...]


_BESIDE = {"volume": "m3", "mass": "kg"}
"""Units of what a site buys by volume or mass, beside energy."""
_SUMS = {"location": "kg CO2e", "market": "kg CO2e", "energy": "kWh"}


def _lines(here: "Here", frame: pl.DataFrame) -> Iterator[Line]:
    names = [name for name in _columns(frame) if name != "name"]
    divisors = {name: _scale(frame, name, _SUMS[name])[0] for name in names if name in _SUMS}
    figures = [name.removesuffix(".id") for name in frame.columns if name.endswith(".id")]
    apart = [name for name in frame.columns if is_apart(name)]
    for row in frame.iter_rows(named=True):
        there = [one for one in figures if row[f"{one}.id"]]
        beside = {name: (row[name], _BESIDE[name.partition(".")[0]]) for name in apart if row[name]}
        cells = tuple(
            _CELLS[name](here, row)
            if name not in divisors
            else _sum_cell(here, row, name, divisors[name], there, beside if name == "energy" else {})
            for name in names
        )
        kind = type_name(row["type"], here.lang) if row["type"] else ""
        place = " · ".join(text for text in (kind, row["city"] or "") if text)
        yield Line(row["name"] or row["id"], place, link(here, f"/sites/{quote(row['id'], safe='')}"), cells)


_SCOPES = {"location": ("scope1", "scope2.location"), "market": ("scope1", "scope2.market")}


def _sum_cell(
    here: "Here",
    row: Mapping[str, Any],
    name: str,
    divisor: float,
    there: Sequence[str],
    apart: Mapping[str, tuple[float, str]],
) -> Cell:
    """A sum of figures, leading to them; beside energy stands what is bought by volume or mass."""
    t = translator(here.lang)
    if row[name] is None and not apart:
        return Cell(t("not known"), numeric=True)
    wanted = [one for one in there if (is_bought(one) or one in apart if name == "energy" else one in _SCOPES[name])]
    said = [] if row[name] is None else [three(row[name] / divisor)]
    said += [amount(value, unit, here.lang) for value, unit in apart.values()]
    inputs = [str(row[f"{one}.id"]) for one in wanted]
    return Cell(" + ".join(said), numeric=True, href=parts_link(here, name, inputs))


def _use(here: "Here", row: Mapping[str, Any]) -> Cell:
    t = translator(here.lang)
    value = row["intensity.energy"]
    text = t("not known") if value is None else three(value)
    return Cell(text, row.get("intensity.energy.id"), numeric=True)


def _peers(here: "Here", row: Mapping[str, Any]) -> Cell:
    t = translator(here.lang)
    if row["peer_percentile"] is None:
        return Cell(t("too few peers") if row["peer_group"] else t("not known"), numeric=True)
    below = peers_below(row["peer_percentile"], row["peers"])
    if below == 0:
        return Cell(t("least of {count}", count=row["peers"]), numeric=True)
    if below is not None:
        return Cell(t("more than {below} of {count}", below=below, count=row["peers"]), numeric=True)
    place = t(
        "more than {share} of {count}", share=percent(row["peer_percentile"] / 100, here.lang), count=row["peers"]
    )
    return Cell(place, numeric=True)


def _quality(here: "Here", row: Mapping[str, Any]) -> Cell:
    t = translator(here.lang)
    text = t("not known") if row["quality"] is None else percent(row["quality"], here.lang)
    return Cell(text, numeric=True, href=link(here, f"/sites/{quote(row['id'], safe='')}") + "#devices")


def _findings(here: "Here", row: Mapping[str, Any]) -> Cell:
    t = translator(here.lang)
    if not row["findings"]:
        return Cell(t("none"), numeric=True)
    worth = "" if row["findings_kg"] is None else f" · {amount(row['findings_kg'], 'kg CO2e', here.lang)}"
    return Cell(f"{row['findings']}{worth}", numeric=True, href=link(here, "/action", site=row["id"]))


_CELLS = {"intensity.energy": _use, "peer_percentile": _peers, "quality": _quality, "findings_kg": _findings}


@dataclass(frozen=True)
class Choice:
    """A value of a filter: what it is called, how many sites it leaves, where it leads, whether it is chosen."""

    text: str
    count: int
    href: str
    chosen: bool


@dataclass(frozen=True)
class Filter:
    """A filter with its values."""

    title: str
    choices: tuple[Choice, ...]


def _facets(here: "Here", state: State, rows: Rows) -> Iterator[Filter]:
    t = translator(here.lang)
    query = state.query
    for key, field, title, held in (
        ("type", "types", t("Type"), query.types),
        ("country", "countries", t("Country"), query.countries),
        ("peer_group", "groups", t("Peer group"), query.groups),
    ):
        values = rows.facets.get(key, ())
        if len(values) > 1 or held:
            yield Filter(
                title,
                tuple(
                    _choice(here, state, field, held, one, key) for one in values[:20] if one.count or one.value in held
                ),
            )
    values = rows.facets.get("findings", ())
    if (values and all(one.count for one in values)) or query.findings is not None:  # else it tells nobody anything
        yield Filter(t("Findings"), tuple(_findings_choice(here, state, one) for one in values))


def _choice(here: "Here", state: State, field: str, held: Sequence[str], one: Facet, key: str) -> Choice:
    chosen = one.value in held
    after = tuple(value for value in held if value != one.value) if chosen else (*held, one.value)
    text = _named(here, key, one.value)
    return Choice(text, one.count, link(here, "/portfolio", **state.address(**{field: after})), chosen)


def _named(here: "Here", key: str, value: str) -> str:
    t = translator(here.lang)
    if key == "type":
        return type_name(value or None, here.lang)
    return (group_name(value, here.lang) if key == "peer_group" else value) if value else t("not known")


def _findings_choice(here: "Here", state: State, one: Facet) -> Choice:
    t = translator(here.lang)
    some = one.value.lower() in ("true", "yes", "1", "some")
    chosen = state.query.findings is some
    href = link(here, "/portfolio", **state.address(findings=None if chosen else some))
    return Choice(t("with findings") if some else t("without findings"), one.count, href, chosen)


def _pages(here: "Here", state: State, rows: Rows) -> Iterator[tuple[str, str]]:
    """Numbers of pages with their addresses: the first, the last, those around this one; a gap has no address."""
    wanted = sorted({1, rows.pages, *range(rows.page - 2, rows.page + 3)} & set(range(1, rows.pages + 1)))
    before = 0
    for number in wanted if rows.pages > 1 else ():
        if number > before + 1:
            yield "…", ""
        before = number
        yield str(number), link(here, "/portfolio", **state.address(), page=number)


@part("/portfolio.csv", act=Act.EXPORT)
def table(here: "Here", state: Annotated[State, Depends(state_of)]) -> Response:
    """All sites that the filters leave, as CSV."""
    estate = estate_here(here)
    headers = {"Content-Disposition": 'attachment; filename="portfolio.csv"', "X-Content-Type-Options": "nosniff"}
    return StreamingResponse(_csv(estate, state.query), media_type="text/csv; charset=utf-8", headers=headers)


def _csv(estate: Estate, query: Query) -> Iterator[str]:
    """A page at a time, so that a large estate is never held as text."""
    there = estate.frame.columns
    names = [name for name in _CSV if name in there] + sorted(name for name in there if is_apart(name))
    yield "\ufeff" + csv_text(names, [])
    number, pages = 1, 1
    while number <= pages:
        rows = _rows(estate, replace(query, page=number, size=500))
        pages, number = rows.pages, number + 1
        cells = [[_plain(value) for value in row] for row in rows.frame.select(names).iter_rows()]
        yield csv_text(names, cells).split("\n", 1)[1]


def _plain(value: Any) -> str:
    """All digits of a number; nothing for what is not known."""
    return "" if value is None else str(value)


@chart("/portfolio/charts/{key}", act=Act.READ)
def charts(here: "Here", key: str, state: Annotated[State, Depends(state_of)]) -> MapDrawing | Drawing | None:
    """The map and the league of a page as files."""
    estate = estate_here(here)
    if key == "map":
        return _map(here, estate, state)
    return _league(here, estate, _rows(estate, state.query)) if key == "league" else None
