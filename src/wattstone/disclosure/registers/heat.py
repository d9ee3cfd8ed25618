"""The heat map of the register: how many risks stand at each likelihood and severity."""

from collections.abc import Iterator
from typing import Final

import polars as pl

from wattstone.disclosure.registers.risks import group_of
from wattstone.programme.report import Chart, Column, Said, Table

__all__ = ["heat_charts", "heat_of", "heat_tables"]

_COLUMNS: Final = (
    Column("likelihood", "Likelihood (1 to 5)"), Column("severity", "Severity (1 to 5)"), Column("count", "Number"),
    Column("names", "Risks and opportunities"),
)  # fmt: skip
_TABLES: Final = (
    ("heat", "Risks by likelihood and severity"),
    ("heat_opportunities", "Opportunities by likelihood and size"),
)
_NOTE: Final = Said(
    "Ranks are the organisation's own, within each one's horizon; the shade is their product, which orders and does "
    "not measure."
)


def heat_of(risks: pl.DataFrame) -> pl.DataFrame:
    """Cells of the map in which there is something.

    Parameters
    ----------
    risks : polars.DataFrame
        With `id`, `likelihood`, `severity`.

    Returns
    -------
    polars.DataFrame
        `likelihood`, `severity`, `rank` (their product), `count`, `names`; the highest first.

    Examples
    --------
    >>> rows = pl.DataFrame({"id": ["R2", "R1", "R3"], "likelihood": [4, 4, 1], "severity": [5, 5, 2]})
    >>> heat_of(rows).rows()
    [(4, 5, 20, 2, ['R1', 'R2']), (1, 2, 2, 1, ['R3'])]
    """
    cells = risks.group_by("likelihood", "severity").agg(
        pl.len().cast(pl.Int64).alias("count"), pl.col("id").sort().alias("names")
    )
    return cells.select(
        "likelihood", "severity", (pl.col("likelihood") * pl.col("severity")).alias("rank"), "count", "names"
    ).sort("rank", "severity", descending=True)  # fmt: skip


def heat_tables(risks: pl.DataFrame) -> Iterator[Table]:
    """The tables of risks and of opportunities that have rows.

    Parameters
    ----------
    risks : polars.DataFrame
        Entries of kind `climate_risk` of the reporting year.
    """
    told = risks.with_columns(group_of())
    gains = pl.col("group") == "opportunity"
    for (name, title), mine in zip(_TABLES, (told.filter(~gains), told.filter(gains)), strict=True):
        if mine.height:
            yield Table(name, title, _COLUMNS, heat_of(mine))


def heat_charts(tables: Iterator[Table] | tuple[Table, ...]) -> Iterator[Chart]:
    """A heat map a table of `heat_tables`."""
    for one in tables:
        if one.id in dict(_TABLES):
            yield Chart(
                id=one.id, title=one.title, mark="heat", table=one.id, x="severity", y="likelihood", series="names",
                note=_NOTE, most=5.0,
            )  # fmt: skip
