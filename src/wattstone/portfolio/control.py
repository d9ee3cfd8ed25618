"""The organisational boundary: which share of a site an organisation counts, day by day, and where the rest belongs.

The three approaches of the GHG Protocol are equity share, financial control and operational control [1]_. What an
approach leaves out of scopes 1 and 2 is not lost: rented and let assets, franchises and investments have categories
of scope 3 [2]_.

| holding | lease | equity share | financial control | operational control |
|---|---|---|---|---|
| owned | | its equity, all of it if nobody says otherwise | all | all |
| joint_venture | | its equity | its equity (control is joint) | nothing; its equity in 15 |
| associate | | its equity | nothing; its equity in 15 | nothing; its equity in 15 |
| leased_in | finance | all | all | all |
| leased_in | operating | nothing; all in 8 | nothing; all in 8 | all |
| leased_out | finance | nothing; all in 13 | nothing; all in 13 | nothing; all in 13 |
| leased_out | operating | all | all | nothing; all in 13 |
| franchise | | its equity; without any, all in 14 | nothing; all in 14 | nothing; all in 14 |

Whoever holds a site otherwise says so in `operational`, `financial` and `equity` of its `Control`.

References
----------
.. [1] GHG Protocol, "Corporate Accounting and Reporting Standard, revised edition," WRI and WBCSD, 2004, chapter 3,
   table 1; leased assets: appendix F (2006).
.. [2] GHG Protocol, "Corporate Value Chain (Scope 3) Accounting and Reporting Standard," WRI and WBCSD, 2011, table
   5.4 (categories 8, 13, 14, 15) and appendix A.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final, Literal

import polars as pl

from wattstone.portfolio.model import Approach, Control, Holding, Lease, Site

__all__ = [
    "PLACEMENT",
    "SHARE",
    "Placement",
    "Span",
    "boundary",
    "is_split",
    "own_share",
    "placements",
    "share_of",
    "spans_of",
]

Reason = Literal["own", "not_held", "not_controlled", "no_equity"]

PLACEMENT: Final[dict[str, pl.DataType]] = {
    "site_id": pl.String(),
    "start": pl.Date(),
    "end": pl.Date(),  # the first day without it
    "category": pl.Int8(),  # 0: scopes 1 and 2; 8, 13, 14, 15: of scope 3
    "share": pl.Float64(),
}
"""How the sites are placed, from day to day; days on which a site is not held are not in it."""

SHARE: Final[dict[str, pl.DataType]] = {
    "row": pl.UInt32(),  # of the lines that were asked about, from 0
    "category": pl.Int8(),
    "share": pl.Float64(),
}

_FIRST, _LAST = date.min, date.max
_CATEGORY: Mapping[Holding, int] = {"leased_in": 8, "leased_out": 13, "franchise": 14}
_INVESTED = 15


@dataclass(frozen=True)
class Placement:
    """Where the emissions of a site belong on a day.

    Parameters
    ----------
    share : float
        Which share of them the organisation counts, 0 to 1.
    category : int
        0 for scopes 1 and 2; else the category of scope 3.
    reason : str
        Code: `own`, `not_held`, `not_controlled`, `no_equity`.
    """

    share: float
    category: int
    reason: Reason


@dataclass(frozen=True)
class Span:
    """A placement from `start` up to but not including `end`."""

    start: date
    end: date
    placement: Placement


@dataclass(frozen=True)
class _Rights:
    """What a holding gives where nobody says otherwise."""

    operational: bool
    financial: bool | Literal["joint"]
    equity: float


_RIGHTS: Mapping[tuple[Holding, Lease | None], _Rights] = {
    ("owned", None): _Rights(True, True, 1.0),
    ("joint_venture", None): _Rights(False, "joint", 0.0),
    ("associate", None): _Rights(False, False, 0.0),
    ("leased_in", "finance"): _Rights(True, True, 1.0),
    ("leased_in", "operating"): _Rights(True, False, 0.0),
    ("leased_out", "finance"): _Rights(False, False, 0.0),
    ("leased_out", "operating"): _Rights(False, True, 1.0),
    ("franchise", None): _Rights(False, False, 0.0),
}

_OUT = Placement(0.0, 0, "not_held")


def boundary(site: Site, approach: Approach, day: date) -> Placement:
    """Which share of a site's emissions an organisation counts on a day, and where.

    Parameters
    ----------
    site : Site
        Its `control` decides; where it has none, its `ownership`; where it has neither, all of it is the
        organisation's own.
    approach : {'operational control', 'financial control', 'equity share'}
        Of the organisation.
    day : date
        On the site's clock.

    Returns
    -------
    Placement

    Examples
    --------
    >>> shop = Site(id="Shop", control=[Control(holding="leased_out", lease="operating")])
    >>> boundary(shop, "operational control", date(2025, 1, 1))
    Placement(share=1.0, category=13, reason='not_controlled')
    >>> boundary(shop, "financial control", date(2025, 1, 1))
    Placement(share=1.0, category=0, reason='own')
    """
    return next((one.placement for one in spans_of(site, approach) if one.start <= day < one.end), _OUT)


def is_split(site: Site) -> bool:
    """Whether anybody said how a site is held; otherwise all of it is the organisation's own, and always was."""
    return bool(site.control or site.ownership)


def spans_of(site: Site, approach: Approach) -> tuple[Span, ...]:
    """The placements of a site from day to day; days that are in none are not held.

    Parameters
    ----------
    site, approach
        As for `boundary`.

    Returns
    -------
    tuple of Span
        Two spans of `ownership` may hold on the same day; then the later one of the tuple counts, as it always did.
    """
    if site.control:
        return tuple(Span(one.start or _FIRST, one.end or _LAST, _placed(one, approach)) for one in site.control)
    if not site.ownership:
        return (Span(_FIRST, _LAST, Placement(1.0, 0, "own")),)
    equity = approach == "equity share"
    return tuple(
        Span(
            one.start or _FIRST,
            one.end or _LAST,
            Placement(one.share if equity else float(one.share > 0), 0, "own" if one.share else "no_equity"),
        )
        for one in reversed(site.ownership)
    )


def _placed(one: Control, approach: Approach) -> Placement:
    rights = _RIGHTS[one.holding, one.lease]
    equity = rights.equity if one.equity is None else one.equity
    own = _own(one, approach, rights, equity)
    if own > 0:
        return Placement(own, 0, "own")
    category = _CATEGORY.get(one.holding, _INVESTED)
    why: Reason = "no_equity" if approach == "equity share" else "not_controlled"
    return Placement(equity if category == _INVESTED else 1.0, category, why)


def _own(one: Control, approach: Approach, rights: _Rights, equity: float) -> float:
    """The share that stands in scopes 1 and 2."""
    if approach == "equity share":
        return equity
    if approach == "operational control":
        return float(rights.operational if one.operational is None else one.operational)
    financial = rights.financial if one.financial is None else one.financial
    return equity if financial == "joint" else float(financial)


def placements(sites: Iterable[Site], approach: Approach) -> pl.DataFrame:
    """The placements of all sites as a table.

    Parameters
    ----------
    sites, approach
        As for `boundary`.

    Returns
    -------
    polars.DataFrame
        Schema `PLACEMENT`, each day of a site in one row at most.
    """
    rows = [
        (site.id, start, end, one.category, one.share)
        for site in sites
        for start, end, one in _each_day_once(spans_of(site, approach))
        if one.share > 0
    ]
    return pl.DataFrame(rows, schema=PLACEMENT, orient="row")


def _each_day_once(spans: tuple[Span, ...]) -> list[tuple[date, date, Placement]]:
    """Spans cut where they overlap: the first of the tuple counts, as `boundary` takes it."""
    turns = sorted({day for one in spans for day in (one.start, one.end)})
    pieces: list[tuple[date, date, Placement]] = []
    for start, end in pairwise(turns):
        placed = next((one.placement for one in spans if one.start <= start and end <= one.end), None)
        if placed is not None:
            pieces.append((start, end, placed))
    return pieces


def share_of(lines: pl.DataFrame, placed: pl.DataFrame) -> pl.DataFrame:
    """Which share of each line the organisation counts, and where, exact to the day.

    Parameters
    ----------
    lines : polars.DataFrame
        Columns `site_id`, `start`, `end` (dates, the last one inclusive), a row a line.
    placed : polars.DataFrame
        From `placements`.

    Returns
    -------
    polars.DataFrame
        Schema `SHARE`: a row for each line and category with a share above 0, in the order of the lines. A line of a
        site that was not held in its time has none.

    Notes
    -----
    The activity of a line is taken as even over its days: with `n` days, of which `n_i` in placement `i`,
    `share = sum(share_i n_i) / n`.

    Examples
    --------
    >>> from wattstone.portfolio import Control, Site
    >>> sold = Site(id="Mill", control=[Control(end=date(2025, 4, 1))])
    >>> line = pl.DataFrame({"site_id": ["Mill"], "start": [date(2025, 1, 1)], "end": [date(2025, 12, 31)]})
    >>> share_of(line, placements([sold], "operational control"))["share"].item() * 365
    90.0
    """
    asked = lines.select("site_id", "start", pl.col("end").dt.offset_by("1d").alias("until")).with_row_index("row")
    first = pl.max_horizontal("start", "from")
    last = pl.min_horizontal("until", "to")
    days = (last - first).dt.total_days().clip(lower_bound=0)
    of = (pl.col("until") - pl.col("start")).dt.total_days()
    return (
        asked.join(placed.rename({"start": "from", "end": "to"}), on="site_id", maintain_order="left")
        .with_columns((pl.col("share") * days / of).alias("share"))
        .filter(pl.col("share") > 0)
        .group_by("row", "category", maintain_order=True)
        .agg(pl.col("share").sum())
        .select(pl.col(name).cast(dtype) for name, dtype in SHARE.items())
    )


def own_share(lines: pl.DataFrame, placed: pl.DataFrame) -> pl.Series:
    """The share of each line that stands in scopes 1 and 2; 0 where the site is not the organisation's own.

    Parameters
    ----------
    lines, placed
        As for `share_of`.

    Returns
    -------
    polars.Series
        One a line, 0 to 1.
    """
    own = share_of(lines, placed).filter(pl.col("category") == 0).select("row", "share")
    rows = lines.select("site_id").with_row_index("row")
    return rows.join(own, on="row", how="left", maintain_order="left")["share"].fill_null(0.0)
