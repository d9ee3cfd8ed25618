"""Totals of the inventory over the years, as targets take them: recalculated where they were restated."""

from typing import Final

import polars as pl

from wattstone.inventory.denominators import FLOOR_AREA
from wattstone.inventory.emission_intensity import DIVIDED
from wattstone.inventory.sums import ORGANISATION
from wattstone.programme.targets.coverage import TOTALS
from wattstone.programme.targets.known import DENOMINATORS, SERIES
from wattstone.workflows.inventory.record import FIGURES, organisation_figures
from wattstone.workflows.restatement import recalculated_series
from wattstone.workflows.restatement_record import held_entries
from wattstone.workflows.workspace import Workspace

__all__ = ["denominators", "series"]

_KILO: Final = 1000.0  # kg of a tonne
_SAME: Final = 1e-9


def series(workspace: Workspace, until: int) -> pl.DataFrame:
    """The organisation's totals up to a year: as released and restated since, and as taken where not released.

    Parameters
    ----------
    workspace : Workspace
    until : int

    Returns
    -------
    polars.DataFrame
        Schema `known.SERIES`. [t CO2e]
    """
    again = {
        (int(year), str(name)): (reported, value)
        for year, name, reported, value in recalculated_series(workspace)
        .select("year", "name", "reported", "recalculated").iter_rows()
    }  # fmt: skip
    rows: list[tuple[int, str, float | None, str, bool]] = []
    after = _restated_ids(workspace)
    for year in sorted(one for one in workspace.lake.parts(FIGURES) if one <= until):
        now = {str(name): (value, str(key)) for name, value, key in _totals(workspace, year).iter_rows()}
        for name in TOTALS:
            taken = now.get(name)
            if (year, name) in again:
                reported, value = again.pop((year, name))
                restated = not _same(reported, value)
                rows.append((year, name, value, _input(year, name, value, taken, after), restated))
            elif taken is not None:
                rows.append((year, name, taken[0], f"figure:{taken[1]}", False))
    for (year, name), (reported, value) in again.items():  # released, and no figures in the lake any more
        if year <= until and name in TOTALS:
            rows.append((year, name, value, _input(year, name, value, None, after), not _same(reported, value)))
    frame = pl.DataFrame(rows, schema=SERIES, orient="row")
    return frame.with_columns(pl.col("value") / _KILO).sort("year", "name")


def _totals(workspace: Workspace, year: int) -> pl.DataFrame:
    found = organisation_figures(workspace.lake, year)
    wanted = pl.col("name").is_in(TOTALS) & pl.col("unit").str.starts_with("kg CO2")
    return found.filter(wanted).select("name", "value", "id")


def _restated_ids(workspace: Workspace) -> dict[tuple[int, str], str]:
    """Ids of the figures that accepted restatements put in place of others; the newest of each."""
    return {
        (one.restated.year, one.restated.name): one.restated.after_id
        for one in held_entries(workspace)
        if one.state == "accepted" and one.restated.after_id is not None and one.restated.subject == ORGANISATION
    }


def _input(
    year: int, name: str, value: float | None, taken: tuple[float, str] | None, after: dict[tuple[int, str], str]
) -> str:
    """The figure with that value; the value itself where no figure has it, as of an event that moved a past year."""
    if taken is not None and _same(taken[0], value):
        return f"figure:{taken[1]}"
    return f"figure:{after[year, name]}" if (year, name) in after else f"given:{name}.{year}={value}"


def _same(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) <= _SAME * max(abs(one), abs(other))


def denominators(workspace: Workspace, until: int) -> pl.DataFrame:
    """What emissions are divided by: floor area and stated denominators, as the recorded intensities have them.

    An intensity that the inventory does not divide, as by a denominator of another boundary, has none here either.

    Parameters
    ----------
    workspace : Workspace
    until : int

    Returns
    -------
    polars.DataFrame
        Schema `known.DENOMINATORS`.
    """
    rows: list[tuple[int, str, float, str, str]] = []
    for year in sorted(one for one in workspace.lake.parts(FIGURES) if one <= until):
        rows += _divided(workspace, year)
    return pl.DataFrame(rows, schema=DENOMINATORS, orient="row")


def _divided(workspace: Workspace, year: int) -> list[tuple[int, str, float, str, str]]:
    """By name, each from the first total that the year divides by it."""
    held = organisation_figures(workspace.lake, year).filter(pl.col("value").is_not_null())
    values = {str(name): float(value) for name, value in held.select("name", "value").iter_rows()}
    found: dict[str, tuple[int, str, float, str, str]] = {}
    ratios = held.filter(pl.col("name").str.starts_with("intensity.")).sort("name")
    for name, value, unit, key in ratios.select("name", "value", "unit", "id").iter_rows():
        total, _, below = str(name).removeprefix("intensity.").partition(".per_")
        if total in DIVIDED and value and values.get(total):
            what = below or FLOOR_AREA
            under = str(unit).partition("/")[2]
            found.setdefault(what, (year, what, values[total] / float(value), under, f"figure:{key}"))
    return list(found.values())
