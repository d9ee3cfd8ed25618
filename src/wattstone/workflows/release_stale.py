"""Recorded figures that the data no longer give: of which year they are, and what changed since they were recorded."""

import polars as pl

from wattstone.base import Finding
from wattstone.inventory.checks import Checked
from wattstone.inventory.checks.model import place_of
from wattstone.workflows.inventory.compute import Computed
from wattstone.workflows.inventory.record import why_changed
from wattstone.workflows.stores import Lake

__all__ = ["stale"]


def stale(lake: Lake, computed: Computed, figures: pl.DataFrame, year: int) -> list[Checked]:
    """Recorded figures that are not those that the data give now, told apart by the year that they are of.

    Parameters
    ----------
    lake : Lake
        Where they are recorded.
    computed : Computed
        The inventory of the year as the data give it now, with the year before.
    figures : polars.DataFrame
        Schema `HELD`: as recorded.
    year : int
        Calendar year.

    Returns
    -------
    list of Checked
        None or one, which stops.
    """
    other = computed.figures.join(figures, on="id", how="anti", maintain_order="left")
    if other.is_empty():
        return []
    beside = pl.col("period").str.starts_with(str(year - 1)) | pl.col("name").str.starts_with("change.")
    own = other.filter(~beside)
    first = (own if own.height else other).row(0, named=True)
    params: dict[str, object] = {
        "year": year, "before": year - 1, "own": own.height, "earlier": other.height - own.height,
        "total": computed.figures.filter(~beside).height,
        "one_figure": f"{place_of(first['subject'])}, {first['name']}", "why": why_changed(lake, year, computed),
    }  # fmt: skip
    finding = _of_the_year(params) if own.height else _to_compare(params)
    return [Checked(check="stale", severity="stops", key="stale", finding=finding)]


def _of_the_year(params: dict[str, object]) -> Finding:
    return Finding(
        code="check.stale",
        place=f"year {params['year']}",
        found="{own} of {total} figures of {year} are not as they were recorded, among them {one_figure}: {why}"
        if not params["earlier"]
        else "{own} of {total} figures of {year}, among them {one_figure}, and {earlier} of {before} beside "
        "them are not as they were recorded: {why}",
        expected="recorded figures that are those of the data, factors and settings as they are now",
        remedy="take the inventory again with `wattstone inventory`, then check it",
        params=params,
    )


def _to_compare(params: dict[str, object]) -> Finding:
    return Finding(
        code="check.stale",
        place=f"year {params['year']}",
        found="the figures of {year} are as they were recorded, but {earlier} of those of {before} and of the change "
        "since, which stand beside them, are not, among them {one_figure}: {why}",
        expected="comparatives that are those of the data, factors and settings as they are now",
        remedy="take the inventory of {year} again with `wattstone inventory`, which brings the figures of {before} up "
        "to date and changes none of {year}, then check it",
        params=params,
    )
