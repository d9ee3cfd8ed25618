"""Lines of activities cut to a year and its months by their days, placed in the boundary, added up by what they ask.

A line is taken as even over its days: of `n` days `n_y` lie in the year, so that `n_y/n` of its amount is the year's.
A bill over new year so takes the factor of each year for its own days. How a site is held may change within a line's
days; each piece then counts by its own share, and where it belongs.
"""

from collections.abc import Iterable
from datetime import date
from typing import Final, Protocol

import polars as pl

from wattstone.inventory.lines import Z95
from wattstone.inventory.uncertainty.pedigree import activity_sd, quality
from wattstone.portfolio import Organisation, Site
from wattstone.portfolio.control import is_split, placements
from wattstone.readings.activities.schema import PEDIGREE

__all__ = ["GROUPS", "NEEDED", "Bounds", "activity_groups", "added_up"]

KEYS: Final = ("site_id", "kind", "item", "method", "told", "unit", "region", "factor", "supplier", "category", "month")
_SUMS: Final = ("value", "owned", "size", "estimated", "document", "quality", "judged", "error", "unsure")
GROUPS: Final[dict[str, pl.DataType]] = {
    "site_id": pl.String(),
    "kind": pl.String(),
    "item": pl.String(),
    "method": pl.String(),
    "told": pl.Boolean(),  # emissions are stated: what is added up is kg CO2e
    "unit": pl.String(),
    "region": pl.String(),
    "factor": pl.String(),
    "supplier": pl.String(),  # of what is stated alone
    "category": pl.Int8(),  # where the boundary places it: 0, or 8, 13, 14, 15 of scope 3
    "month": pl.Int32(),  # yyyymm; 0 is the year
    "value": pl.Float64(),  # of the site
    "owned": pl.Float64(),  # of it, the organisation's share
    "size": pl.Float64(),  # sum of the magnitudes, by which the rest is weighted
    "estimated": pl.Float64(),
    "document": pl.Float64(),
    "quality": pl.Float64(),
    "judged": pl.Float64(),
    "error": pl.Float64(),  # sum of the squares of half widths of 95 % intervals
    "unsure": pl.Float64(),
    "rows": pl.Int64(),
}
"""What is added up: everything that asks for the same factor and belongs to the same place."""

NEEDED: Final = (
    "site_id", "kind", "item", "start", "end", "amount", "unit", "method", "region", "supplier", "stated", "factor",
    "share", "estimated", *PEDIGREE, "activity_uncertainty", "document",
)  # fmt: skip
"""Columns of a line that decide what it emits, and how sure that is."""


class Bounds(Protocol):
    """Whose inventory it is, of which year; `inventory.plan.Plan` is one."""

    @property
    def organisation(self) -> Organisation:
        """The approach, and the GWP set."""
        ...

    @property
    def year(self) -> int:
        """Calendar year."""
        ...

    @property
    def sites(self) -> tuple[Site, ...]:
        """All that are declared."""
        ...


def activity_groups(bounds: Bounds, lines: pl.DataFrame, *, months: bool = False) -> pl.DataFrame:
    """Add lines up by what they ask for.

    Parameters
    ----------
    bounds : Bounds
        The organisation, its sites and the year.
    lines : polars.DataFrame
        Lines in force with the columns of `NEEDED`; those without a day in the year add nothing.
    months : bool
        Whether the months of the year are wanted besides.

    Returns
    -------
    polars.DataFrame
        Schema `GROUPS`.
    """
    year = bounds.year
    inside = lines.filter((pl.col("start") <= date(year, 12, 31)) & (pl.col("end") >= date(year, 1, 1)))
    of_year = _added(bounds, _cut(_plain(inside), year, months=False))
    if not months:
        return of_year
    return pl.concat([of_year, _added(bounds, _cut(_plain(inside), year, months=True))])


def added_up(groups: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Groups of several batches of lines as one, in a fixed order."""
    frames = list(groups)
    if not frames:
        return pl.DataFrame(schema=GROUPS)
    sums = pl.concat(frames).group_by(KEYS, maintain_order=True).agg(pl.col(*_SUMS).sum(), pl.col("rows").sum())
    return sums.sort(KEYS, nulls_last=True).select(pl.col(name).cast(dtype) for name, dtype in GROUPS.items())


def _plain(lines: pl.DataFrame) -> pl.DataFrame:
    """What is added up of each line: stated emissions where there are some, else the amount."""
    told = pl.col("stated").is_not_null()
    return lines.select(
        "site_id", "kind", "item", "method", "start", "end", "estimated",
        told.alias("told"),
        pl.when(~told).then("unit").otherwise(pl.lit("")).alias("unit"),
        pl.when(~told).then("region").alias("region"),
        pl.when(~told).then("factor").alias("factor"),
        pl.when(told).then("supplier").alias("supplier"),
        (pl.coalesce("stated", "amount") * pl.col("share").fill_null(1.0)).alias("measure"),
        quality().alias("score"),
        (activity_sd() * Z95).alias("half"),
        pl.col("document").is_not_null().alias("proved"),
    )  # fmt: skip


def _cut(lines: pl.DataFrame, year: int, *, months: bool) -> pl.DataFrame:
    """Pieces of lines in the year, or in each month of it: first and last day, and the part of the line's days."""
    if months:
        spans = pl.DataFrame(
            {
                "month": [year * 100 + month for month in range(1, 13)],
                "from": [date(year, month, 1) for month in range(1, 13)],
            },
            schema_overrides={"month": pl.Int32},
        ).with_columns(pl.col("from").dt.month_end().alias("to"))
        held = lines.join_where(spans, pl.col("start") <= pl.col("to"), pl.col("end") >= pl.col("from"))
    else:
        held = lines.with_columns(
            pl.lit(0, pl.Int32).alias("month"),
            pl.lit(date(year, 1, 1)).alias("from"),
            pl.lit(date(year, 12, 31)).alias("to"),
        )
    first, last = pl.max_horizontal("start", "from"), pl.min_horizontal("end", "to")
    whole = (pl.col("end") - pl.col("start")).dt.total_days() + 1
    return held.with_columns(
        first.alias("first"), last.alias("last"), (((last - first).dt.total_days() + 1) / whole).alias("part")
    ).drop("start", "end", "from", "to")


def _added(bounds: Bounds, pieces: pl.DataFrame) -> pl.DataFrame:
    """Pieces added up by their keys."""
    placed = _placed(bounds, pieces)
    whole = pl.col("measure") * pl.col("part") * pl.col("fraction")
    own = whole * pl.col("held")
    size = whole.abs()
    sums = placed.group_by(KEYS, maintain_order=True).agg(
        whole.sum().alias("value"),
        own.sum().alias("owned"),
        size.sum().alias("size"),
        size.filter("estimated").sum().alias("estimated_"),
        size.filter("proved").sum().alias("document"),
        (size * pl.col("score")).sum().alias("quality"),
        size.filter(pl.col("score").is_not_null()).sum().alias("judged"),
        ((whole * pl.col("half")) ** 2).sum().alias("error"),
        size.filter(pl.col("half").is_null()).sum().alias("unsure"),
        pl.len().cast(pl.Int64).alias("rows"),
    )
    return sums.rename({"estimated_": "estimated"}).select(pl.col(n).cast(t) for n, t in GROUPS.items())


def _placed(bounds: Bounds, pieces: pl.DataFrame) -> pl.DataFrame:
    """Pieces with the category that each belongs to, the fraction of its days there, and the share that is held."""
    split = [site for site in bounds.sites if is_split(site)]
    plain = [pl.lit(0, pl.Int8).alias("category"), pl.lit(1.0).alias("fraction"), pl.lit(1.0).alias("held")]
    if not split:
        return pieces.with_columns(plain)
    theirs = pl.col("site_id").is_in([site.id for site in split])
    whole = pieces.filter(~theirs).with_columns(plain)
    table = placements(split, bounds.organisation.approach)
    table = table.select("site_id", "category", pl.col("share").alias("held"), pl.col("start").alias("from"), "end")
    rows = pieces.filter(theirs).with_row_index("piece")
    until = pl.col("last").dt.offset_by("1d")
    days = (pl.min_horizontal(until, "end") - pl.max_horizontal("first", "from")).dt.total_days().clip(lower_bound=0)
    of = (until - pl.col("first")).dt.total_days()
    joined = rows.join(table, on="site_id", how="left", maintain_order="left").with_columns(
        (days / of).fill_null(0.0).alias("fraction")
    )
    inside = joined.filter(pl.col("fraction") > 0).drop("from", "end")
    # Days on which the site is not held at all: the site emitted, the organisation holds nothing of it.
    used = inside.group_by("piece", maintain_order=True).agg(pl.col("fraction").sum().alias("used"))
    rest = rows.join(used, on="piece", how="left", maintain_order="left").with_columns(
        pl.lit(0, pl.Int8).alias("category"),
        pl.lit(0.0).alias("held"),
        (1.0 - pl.col("used").fill_null(0.0)).alias("fraction"),
    )
    rest = rest.filter(pl.col("fraction") > 1e-12).drop("used", "piece")
    names = [*pieces.columns, "category", "fraction", "held"]
    return pl.concat([whole.select(names), inside.select(names), rest.select(names)])
