"""Which recorded figures rest on a row of factors."""

import json
from dataclasses import dataclass

import polars as pl

from wattstone.workflows.inventory.record import EVIDENCE, FIGURES
from wattstone.workflows.stores import Lake
from wattstone.workflows.workspace import Workspace

__all__ = ["FactorFigures", "figures_with"]

FEW = 12
"""Figures that are named of each year, the largest."""
_WHAT = ("name", "subject", "period")


@dataclass(frozen=True, kw_only=True)
class FactorFigures:
    """The figures of a year that rest on a row.

    Parameters
    ----------
    year : int
        Of the inventory.
    factors : tuple of str
        Evidence that holds the row, as `factor:ID`.
    count : int
        Of figures of a whole year, at sites that whoever asks may see.
    largest : tuple of str
        Ids of the largest of them.
    """

    year: int
    factors: tuple[str, ...]
    count: int
    largest: tuple[str, ...]


def figures_with(workspace: Workspace, row_id: str) -> tuple[FactorFigures, ...]:
    """Years of which recorded figures rest on a row of factors, the newest first.

    Parameters
    ----------
    workspace : Workspace
        Whose; figures of sites that whoever asks does not see are not counted.
    row_id : str
        Id of the row.

    Returns
    -------
    tuple of FactorFigures
    """
    lake = workspace.lake
    years = sorted((int(one) for one in lake.parts(FIGURES)), reverse=True)
    found = (_of_year(lake, row_id, year) for year in years)
    return tuple(one for one in found if one is not None)


def _of_year(lake: Lake, row_id: str, year: int) -> FactorFigures | None:
    evidence, figures = lake.scan(EVIDENCE, parts=[year]), lake.scan(FIGURES, parts=[year])
    if evidence is None or figures is None:
        return None
    quoted = json.dumps(row_id, ensure_ascii=False)
    may = evidence.filter(
        pl.col("id").str.starts_with("factor:") & pl.col("content").str.contains(quoted, literal=True)
    )
    texts = may.select("id", "content").collect().unique("id", maintain_order=True)
    factors = [key for key, text in texts.iter_rows() if row_id in {one["id"] for one in json.loads(text)["rows"]}]
    if not factors:
        return None
    rests = pl.col("inputs").list.eval(pl.element().is_in(factors)).list.any()
    of_year = figures.filter(pl.col("period") == str(year))
    # What was restated since may rest on another one: of each figure the newest holds.
    once = of_year.filter(rests).select(_WHAT).unique()
    held = of_year.join(once, on=_WHAT, how="semi").select(*_WHAT, "id", "value", "method", "run", rests.alias("rests"))
    newest = held.collect().sort("run", maintain_order=True).unique(_WHAT, keep="last", maintain_order=True)
    now = newest.filter(pl.col("rests") & (pl.col("method") != "withdrawn"))
    if now.is_empty():  # it is in evidence alone, as of a year that another is compared with
        return None
    ids = now.sort(pl.col("value").abs(), descending=True, nulls_last=True)["id"]
    return FactorFigures(year=year, factors=tuple(factors), count=now.height, largest=tuple(ids.head(FEW)))
