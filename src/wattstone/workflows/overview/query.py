"""Lists out of an estate: a text, filters, a column to sort by, a page; facets with counts, and a map's clusters."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
import polars as pl

from wattstone.workflows.overview.estate import Estate

__all__ = ["Bounds", "Clusters", "Facet", "Query", "Rows", "cities", "clusters", "select"]

_FEW = 500  # rows that are read at once


@dataclass(frozen=True, kw_only=True)
class Query:
    """What is asked of an estate.

    Parameters
    ----------
    text : str
        Every word of it is looked for in id, name, city and address; capitals do not matter.
    countries, types, groups : tuple of str
        Sites of any of them; a text of "" is what nothing is said of.
    findings : bool or None
        Only sites with open findings, or without.
    silent : bool or None
        Only sites with meters that fell silent, or without.
    quality_below, intensity_above : float or None
        0 to 1; kWh m-2. What is not known is not below or above.
    sort : str
        A column of the estate; `-` before it for the largest first. What is not known comes last, either way.
    page, size : int
        From 1; 1 to 500 rows.
    """

    text: str = ""
    countries: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    findings: bool | None = None
    silent: bool | None = None
    quality_below: float | None = None
    intensity_above: float | None = None
    sort: str = "-location"
    page: int = 1
    size: int = 50


@dataclass(frozen=True)
class Facet:
    """A value that a filter can have, and how many sites it would leave with the other filters as they are."""

    value: str
    count: int


@dataclass(frozen=True, eq=False, kw_only=True)
class Rows:
    """A page of sites.

    Parameters
    ----------
    frame : polars.DataFrame
        The page, columns as the estate's.
    count : int
        Sites of all pages.
    page, pages, size : int
        Where it is.
    facets : dict of str to tuple of Facet
        `country`, `type`, `peer_group` (most frequent first, at most 50), `findings`.
    query : Query
        As asked.
    """

    frame: pl.DataFrame
    count: int
    page: int
    pages: int
    size: int
    facets: dict[str, tuple[Facet, ...]]
    query: Query


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """What a map shows. [degrees]; west may lie above east across the date line."""

    west: float = -180.0
    south: float = -90.0
    east: float = 180.0
    north: float = 90.0


@dataclass(frozen=True, eq=False, kw_only=True)
class Clusters:
    """Dots of a map.

    Parameters
    ----------
    frame : polars.DataFrame
        A row a dot: latitude, longitude (mean of its sites), count, location (kg CO2e; null where none is known),
        findings, id and name (of the only site; null for several).
    cell : float
        Width of a grid cell. [degrees]
    count, nowhere : int
        Sites inside the bounds; sites of the query without coordinates.
    """

    frame: pl.DataFrame
    cell: float
    count: int
    nowhere: int
    bounds: Bounds = field(default_factory=Bounds)


_FACETS = {"country": "countries", "type": "types", "peer_group": "groups"}
_MOST = 50  # values of a facet
_DOT = 32  # pixels
_WORLD = 256  # pixels at zoom 0
Mask = npt.NDArray[np.bool_]


def select(estate: Estate, query: Query | None = None) -> Rows:
    """A page of the sites that a query leaves.

    Raises
    ------
    ValueError
        If there is no such column to sort by, or the page is no page.
    """
    query = query or Query()
    name = query.sort.removeprefix("-")
    if name not in estate.frame.columns or estate.frame.schema[name].is_nested():
        raise ValueError(f"there is no column {name!r} to sort by")
    if query.page < 1 or not 1 <= query.size <= 500:
        raise ValueError(f"there is no page {query.page} of {query.size} rows; pages begin at 1 and have 1 to 500 rows")
    masks = _masks(estate, query)
    left = _all(estate, masks)
    order = estate.index.order(name, descending=query.sort.startswith("-"))
    rows = order[left[order]]
    page = rows[(query.page - 1) * query.size : query.page * query.size]
    return Rows(
        frame=estate.frame[page],
        count=len(rows),
        page=query.page,
        pages=-(-len(rows) // query.size),
        size=query.size,
        facets={one: _facet(estate, masks, one) for one in (*_FACETS, "findings")},
        query=query,
    )


def _masks(estate: Estate, query: Query) -> dict[str, Mask]:
    """Which sites each thing that is asked for leaves."""
    index, known = estate.index, dict[str, Mask]()
    for number, word in enumerate(query.text.lower().split()):
        known[f"text {number}"] = index.text.str.contains(word, literal=True).to_numpy()
    for column, name in _FACETS.items():
        if wanted := getattr(query, name):
            values, codes = index.values(column)
            known[column] = np.isin(codes, [at for at, value in enumerate(values) if value in wanted])
    for name in ("findings", "silent"):
        if (some := getattr(query, name)) is not None:
            known[name] = (index.numbers(name) > 0) == some
    if query.quality_below is not None:
        known["quality"] = index.numbers("quality") < query.quality_below
    if query.intensity_above is not None:
        known["intensity"] = index.numbers("intensity.energy") > query.intensity_above
    return known


def _all(estate: Estate, masks: Mapping[str, Mask], *, but: str = "") -> Mask:
    left = np.ones(estate.frame.height, dtype=np.bool_)
    for name, mask in masks.items():
        if name != but:
            left &= mask
    return left


def _facet(estate: Estate, masks: Mapping[str, Mask], name: str) -> tuple[Facet, ...]:
    """What the other filters leave, by the values of one."""
    left = _all(estate, masks, but=name)
    if name == "findings":
        some = int((left & (estate.index.numbers("findings") > 0)).sum())
        return Facet("true", some), Facet("false", int(left.sum()) - some)
    values, codes = estate.index.values(name)
    counts = np.bincount(codes[left], minlength=len(values))
    ranked = sorted((-int(count), value) for value, count in zip(values, counts, strict=True) if count)
    return tuple(Facet(value, -count) for count, value in ranked[:_MOST])


def clusters(estate: Estate, query: Query | None = None, *, bounds: Bounds | None = None, zoom: int = 2) -> Clusters:
    """Dots of a map: sites that lie close together at a zoom are one dot.

    Parameters
    ----------
    estate : Estate
        Of who asks.
    query : Query or None
        Its text and filters; page and order do not matter.
    bounds : Bounds or None
        The whole world where None.
    zoom : int
        As web maps count: the world is 256 * 2**zoom pixels wide; a dot stands for 32 pixels.
    """
    query, bounds = query or Query(), bounds or Bounds()
    columns = ("id", "name", "latitude", "longitude", "location", "findings")
    left = estate.frame.select(columns).filter(pl.Series(_all(estate, _masks(estate, query))))
    placed = left.filter(pl.col("latitude").is_not_null() & pl.col("longitude").is_not_null())
    inside = placed.filter(_inside(bounds))
    cell = 360 / (_WORLD * 2 ** max(zoom, 0)) * _DOT
    only = pl.len() == 1
    grid = [(pl.col(name) / cell).floor().alias(at) for name, at in (("longitude", "x"), ("latitude", "y"))]
    rows = inside.group_by(grid).agg(
        pl.col("latitude").mean(),
        pl.col("longitude").mean(),
        pl.len().cast(pl.Int64).alias("count"),
        pl.when(pl.col("location").count() > 0).then(pl.col("location").sum()).alias("location"),
        pl.col("findings").sum(),
        pl.when(only).then(pl.col("id").first()).alias("id"),
        pl.when(only).then(pl.col("name").first()).alias("name"),
    )  # fmt: skip
    frame = rows.sort("count", "x", "y", descending=[True, False, False]).drop("x", "y")
    return Clusters(frame=frame, cell=cell, count=inside.height, nowhere=left.height - placed.height, bounds=bounds)


def cities(estate: Estate, query: Query, count: int) -> tuple[pl.DataFrame, bool]:
    """Cities with the sums of their sites, and whether these are the sums of the sites that are asked for.

    Of more sites than are read at once the cities are those of the whole estate.

    Parameters
    ----------
    estate : Estate
        From `estate`.
    query : Query
        Which sites; its page and order do not matter.
    count : int
        How many they are.

    Returns
    -------
    polars.DataFrame
        city, latitude, longitude [degrees], sites, location [kg CO2e]; those that emit most first.
    bool
        Whether they are of the sites that are asked for alone.
    """
    whole = count == estate.frame.height
    found = estate.frame if whole or count > _FEW else select(estate, replace(query, page=1, size=_FEW)).frame
    named = found.filter(pl.col("city").is_not_null() & pl.col("latitude").is_not_null())
    sums = [pl.col("latitude").mean(), pl.col("longitude").mean(), pl.len().alias("sites"), pl.col("location").sum()]
    ranked = named.group_by("city").agg(sums).sort("location", "sites", "city", descending=[True, True, False])
    return ranked, whole or count <= _FEW


def _inside(bounds: Bounds) -> pl.Expr:
    east, west = pl.col("longitude") <= bounds.east, pl.col("longitude") >= bounds.west
    across = (east | west) if bounds.west > bounds.east else (east & west)
    return across & pl.col("latitude").is_between(bounds.south, bounds.north)
