"""Columns of an estate out of the figures of a year: one for each figure of a site, and sums over them."""

import polars as pl

from wattstone.inventory.change import ENOUGH
from wattstone.portfolio import kind_of
from wattstone.workflows.inventory.record import FIGURES, HELD
from wattstone.workflows.stores import Lake

__all__ = [
    "REPORTED", "comparable", "covered_alike", "figure_years", "is_apart", "is_bought", "joined", "newest_rows",
    "reported", "same_sites", "summed_up", "yearly",
]  # fmt: skip

REPORTED = (
    r"^(scope1|scope2\.location|scope2\.market|scope3|(energy|volume|mass|cost)\..+|intensity\.energy|degree_days\..+)$"
)
_COLUMNS = ["name", "subject", "period", "id", "value", "lower", "upper", "unit", "reason", "estimated", "coverage",
            "method", "run"]  # fmt: skip
_BOUGHT = ("grid", "network", "fuel")


def figure_years(lake: Lake) -> tuple[int, ...]:
    """Years with an inventory, the newest first."""
    return tuple(sorted(lake.parts(FIGURES), reverse=True))


def newest_rows(rows: pl.LazyFrame) -> pl.DataFrame:
    """Of each name, subject and period the newest figure that was not withdrawn."""
    held = rows.collect()
    if held["run"].n_unique() > 1:
        held = held.sort("run", maintain_order=True).unique(["name", "subject", "period"], keep="last")
    return held.filter(pl.col("method") != "withdrawn")


def reported(lake: Lake, year: int, subject: str) -> pl.DataFrame:
    """The figures of one subject, `organisation`, `site:ID`, `meter:ID`, of a year and its months and a year before."""
    scan = lake.scan(FIGURES, parts=[year])
    if scan is None:
        return pl.DataFrame(schema={name: HELD[name] for name in _COLUMNS})
    # Files are sorted by subjects: the others are not read.
    mine = scan.filter((pl.col("subject") == subject) & pl.col("name").str.contains(REPORTED))
    return newest_rows(mine.select(_COLUMNS)).sort("name", "period")


def yearly(lake: Lake, year: int) -> pl.DataFrame:
    """The year's figures of the organisation and its sites, and those of the year before, with column `site_id`.

    The figure of the organisation has a null for its site.
    """
    scan = lake.scan(FIGURES, parts=[year])
    if scan is None:
        return pl.DataFrame(schema=dict.fromkeys([*_COLUMNS, "site_id"], pl.String))
    of_site = pl.col("subject").str.starts_with("site:")
    mine = of_site | (pl.col("subject") == "organisation")
    wanted = pl.col("period").is_in([str(year), str(year - 1)]) & mine
    rows = newest_rows(scan.filter(wanted & pl.col("name").str.contains(REPORTED)).select(_COLUMNS))
    return rows.with_columns(pl.when(of_site).then(pl.col("subject").str.slice(5)).alias("site_id")).sort(
        "subject", "name"
    )


def is_bought(name: str) -> bool:
    """Whether a figure is energy that a site buys: from a grid or network, or fuel."""
    return name.startswith("energy.") and _role(name) in _BOUGHT


def is_apart(name: str) -> bool:
    """Whether a figure is energy that a site buys by volume or mass: no figure of energy holds it."""
    return name.startswith(("volume.", "mass.")) and _role(name) in _BOUGHT


def _role(name: str) -> str:
    known = kind_of(name.partition(".")[2])
    return "" if known is None else known.role


def covered_alike(now: float | None, before: float | None) -> bool:
    """Whether two years can be compared: readings cover much the same share of both, as far as the shares are known.

    Examples
    --------
    >>> covered_alike(1.0, 0.95), covered_alike(1.0, 0.5), covered_alike(1.0, None)
    (True, False, True)
    """
    return now is None or before is None or abs(now - before) <= 1 - ENOUGH


def comparable(rows: pl.DataFrame, year: int) -> pl.DataFrame:
    """Figures of sites that have a value in a year and in the one before it, of which readings cover as much.

    Parameters
    ----------
    rows : polars.DataFrame
        From `yearly`.
    year : int
        Calendar year.

    Returns
    -------
    polars.DataFrame
        Columns name, site_id.
    """
    known = rows.filter(pl.col("site_id").is_not_null() & pl.col("value").is_not_null())
    now, before = (known.filter(pl.col("period") == str(one)) for one in (year, year - 1))
    both = now.join(before, on=["name", "site_id"], suffix="_before", maintain_order="left")
    apart = (pl.col("coverage") - pl.col("coverage_before")).abs() > 1 - ENOUGH
    return both.filter(~apart.fill_null(value=False)).select("name", "site_id")


def same_sites(rows: pl.DataFrame, year: int) -> set[str]:
    """Figures whose total can be compared with the year before: every site with a value in one year is `comparable`.

    Parameters
    ----------
    rows : polars.DataFrame
        From `yearly`.
    year : int
        Calendar year.
    """
    there = pl.col("site_id").is_not_null() & pl.col("value").is_not_null()
    known = rows.filter(there & pl.col("period").is_in([str(year), str(year - 1)]))
    bad = known.join(comparable(rows, year), on=["name", "site_id"], how="anti")
    return set(known["name"]) - set(bad["name"])


def joined(frame: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Lay a column for each figure beside the sites: NAME, NAME.id, NAME.lower, NAME.upper.

    Parameters
    ----------
    frame : polars.DataFrame
        A row a site, with column `id`.
    rows : polars.DataFrame
        Of one year, from `yearly`, without the organisation's.
    """
    for name in rows["name"].unique().sort():
        mine = rows.filter(pl.col("name") == name).select(
            pl.col("site_id").alias("id"),
            pl.col("value").alias(name),
            pl.col("id").alias(f"{name}.id"),
            pl.col("lower").alias(f"{name}.lower"),
            pl.col("upper").alias(f"{name}.upper"),
        )
        frame = frame.join(mine, on="id", how="left", maintain_order="left")
    return frame


def summed_up(rows: pl.DataFrame, names: list[str], into: str) -> pl.DataFrame:
    """The sum of some figures of each site; null where one of them has no value, or there is none.

    Parameters
    ----------
    rows : polars.DataFrame
        From `yearly`.
    names : list of str
        Of the figures.
    into : str
        What the sum is called.

    Returns
    -------
    polars.DataFrame
        Columns site_id, the sum, `.lower`, `.upper` (90 %, the errors taken as independent; null where one is not
        known), `.of` (names of what it is the sum of) and `.ids`.
    """
    value, low, high = (pl.col(name) for name in ("value", "lower", "upper"))
    counts = value != 0
    sure = (counts & low.is_null()).any()
    known = ~value.is_null().any()
    total = value.sum()
    half = [((value - low) ** 2).sum().sqrt(), ((high - value) ** 2).sum().sqrt()]
    mine = rows.filter(pl.col("name").is_in(names)).sort("name")
    return mine.group_by("site_id", maintain_order=True).agg(
        pl.when(known).then(total).alias(into),
        pl.when(known & ~sure).then(total - half[0]).alias(f"{into}.lower"),
        pl.when(known & ~sure).then(total + half[1]).alias(f"{into}.upper"),
        pl.col("name").str.join("+").alias(f"{into}.of"),
        pl.col("id").alias(f"{into}.ids"),
    )
