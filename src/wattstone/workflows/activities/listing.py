"""Lines as a list shows them: a page of those that match, how many there are, and what they add up to."""

from dataclasses import dataclass
from typing import Final

import polars as pl

from wattstone.readings.activities.schema import ACTIVITY
from wattstone.workflows.activities.table import scan_in_force
from wattstone.workflows.workspace import Workspace

__all__ = ["SUMS", "ActivityList", "activity_list"]

SUMS: Final[dict[str, pl.DataType]] = {
    "kind": pl.String(),
    "unit": pl.String(),  # null where only emissions are stated
    "lines": pl.UInt32(),
    "amount": pl.Float64(),  # as entered, before any share; null where no line has one
    "stated": pl.Float64(),  # kg CO2e; null where none is
}
_ORDER = ("site_id", "kind", "start", "line_id")


@dataclass(frozen=True, kw_only=True)
class ActivityList:
    """What matches.

    Parameters
    ----------
    lines : polars.DataFrame
        Schema `ACTIVITY`: the page, by site, kind and first day.
    count : int
        Of all pages.
    sums : polars.DataFrame
        Schema `SUMS`: of all pages, by kind and unit.
    pairs : polars.DataFrame
        Columns kind, site_id, item: what there is on all pages, each once.
    number : int
        Of the page, from 1; the last where there are fewer than were asked for.
    """

    lines: pl.DataFrame
    count: int
    sums: pl.DataFrame
    pairs: pl.DataFrame
    number: int


def activity_list(
    workspace: Workspace,
    *,
    year: int | None = None,
    site: str = "",
    kinds: frozenset[str] | None = None,
    page: int = 1,
    size: int = 50,
) -> ActivityList:
    """A page of the lines in force, as far as whoever asks may see their sites.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    year : int or None
        Lines of which at least one day lies in this calendar year; all where None.
    site : str
        Of one site alone; empty for all.
    kinds : frozenset of str or None
        Of these kinds alone; None for all.
    page, size : int
        Which page, from 1, and how many lines it has.

    Returns
    -------
    ActivityList
    """
    held = scan_in_force(workspace.lake, parts=None if year is None else [year - 1, year])
    if held is None:
        return ActivityList(
            lines=pl.DataFrame(schema=ACTIVITY), count=0, sums=pl.DataFrame(schema=SUMS), number=1,
            pairs=pl.DataFrame(schema=dict.fromkeys(("kind", "site_id", "item"), pl.String())),
        )  # fmt: skip
    if year is not None:
        held = held.filter((pl.col("start").dt.year() <= year) & (pl.col("end").dt.year() >= year))
    if site:
        held = held.filter(pl.col("site_id") == site)
    if kinds is not None:
        held = held.filter(pl.col("kind").is_in(sorted(kinds)))
    # What orders and adds up is read of all lines; the rest of the page's lines alone.
    narrow = held.select(*_ORDER, "item", "unit", "amount", "stated").collect()
    number = min(max(page, 1), max((narrow.height - 1) // size + 1, 1))
    ids = narrow.sort(_ORDER).slice((number - 1) * size, size)["line_id"]
    shown = held.filter(pl.col("line_id").is_in(ids.to_list()))
    rows = shown.select(pl.col(name).cast(dtype) for name, dtype in ACTIVITY.items()).collect().sort(_ORDER)
    return ActivityList(
        lines=rows,
        count=narrow.height,
        sums=_sums(narrow),
        pairs=narrow.select("kind", "site_id", "item").unique().sort("kind", "site_id", "item"),
        number=number,
    )


def _sums(lines: pl.DataFrame) -> pl.DataFrame:
    """What lines add up to, by kind and unit: amounts of different units add up to nothing."""
    known = [pl.when(pl.col(name).count() > 0).then(pl.col(name).sum()).alias(name) for name in ("amount", "stated")]
    sums = lines.group_by("kind", "unit").agg(pl.len().alias("lines"), *known)
    return sums.sort("kind", "unit", nulls_last=True).select(pl.col(n).cast(t) for n, t in SUMS.items())
