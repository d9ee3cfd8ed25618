"""What measures reduce by measured savings and by studies, from the figures that they name."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import polars as pl

from wattstone.base import Finding
from wattstone.workflows.results import RESULTS, result_figure
from wattstone.workflows.workspace import Workspace

__all__ = ["filled"]

_YEAR: Final = 365.0  # days
_LEAST: Final = 350.0  # days that stand for a year
_GAINS: Final = {"saving", "saved", "avoided"}  # in the names of figures that say what is reduced
_KILO: Final = 1000.0  # kg of a tonne
_KILOWATT_HOURS: Final = {"kWh": 1.0, "MWh": 1000.0}


def filled(workspace: Workspace, measures: pl.DataFrame) -> tuple[pl.DataFrame, list[Finding]]:
    """Fill in the reduction a year of measures that name a saving or a study.

    Parameters
    ----------
    workspace : Workspace
        With the recorded figures.
    measures : polars.DataFrame
        Entries of kind `abatement`.

    Returns
    -------
    (polars.DataFrame, list of Finding)
        The entries with `reduction`, `uncertainty` where the figure has an interval, `inputs`, and `entered`, the
        reduction that the entry itself says; warnings of those whose figure is not there or says no reduction over a
        year, which stay without one.
    """
    rows: list[dict[str, Any]] = []
    found: list[Finding] = []
    for one in measures.iter_rows(named=True):
        row = {"measure": one["measure"], "known": None, "half": None, "inputs": [f"entry:{one['hash']}"]}
        if one["basis"] != "stated":
            told = _known(workspace, one)
            if isinstance(told, Finding):
                found.append(told)
            else:
                reduction, half, key = told
                row |= {"known": reduction, "half": half, "inputs": [f"entry:{one['hash']}", f"figure:{key}"]}
        rows.append(row)
    schema = {"measure": pl.String, "known": pl.Float64, "half": pl.Float64, "inputs": pl.List(pl.String)}
    made = measures.join(pl.DataFrame(rows, schema=schema), on="measure", how="left", maintain_order="left")
    return made.with_columns(
        pl.col("reduction").alias("entered"),
        pl.coalesce("reduction", "known").alias("reduction"),
        pl.coalesce("uncertainty", "half").alias("uncertainty"),
    ).drop("known", "half"), found


def _known(workspace: Workspace, one: Mapping[str, Any]) -> tuple[float, float | None, str] | Finding:
    """Reduction a year [t CO2e/a], half of its interval as a share of it, and the figure's id."""
    wanted = one["figure"] or f"saving.emissions@measure:{one['declared']}"
    row = _figure(workspace, wanted)
    if row is None or row["value"] is None:
        return _say(
            one, "no_such_figure", "there is no value of the figure '{figure}'", "a recorded figure with a value",
            "record the saving or the study first, or correct the id", figure=wanted,
        )  # fmt: skip
    if not _GAINS & set(str(row["name"]).split(".")):
        return _say(
            one, "no_gain_figure", "the figure {name} says what was emitted or used, not what is saved",
            "a figure of a saving, as saving.emissions or sizing.avoided", "name that of the saving or the study",
            name=row["name"],
        )  # fmt: skip
    each = _tonnes(str(row["unit"]), one["factor"])
    if each is None:
        return _say(
            one, "figure_unit", "the figure is in {unit}", "kg CO2e, or kWh with an emission factor",
            "name another figure, or give the factor", unit=row["unit"],
        )  # fmt: skip
    years = _years(row["start"], row["end"])
    if years is None:
        return _say(
            one, "short_figure", "the figure is over {days} days",
            "a year at least ({least} days): a season does not say what a year saves",
            "name a figure over a year, or state the reduction", least=_LEAST,
            days=round((row["end"] - row["start"]).total_seconds() / 86400),
        )  # fmt: skip
    value = float(row["value"]) * each / years
    if value <= 0:
        return _say(
            one, "no_gain", "the figure says that it reduces nothing ({value} t CO2e a year)", "a reduction",
            "look at the study; the measure is left out", value=f"{value:.4g}",
        )  # fmt: skip
    half = None
    if row["lower"] is not None and row["upper"] is not None:
        half = (row["upper"] - row["lower"]) / 2 / abs(float(row["value"]))
    return value, half, str(row["id"])


def _figure(workspace: Workspace, wanted: str) -> dict[str, Any] | None:
    """A figure of a saving or a study; the inventory has none that says what is reduced."""
    if workspace.lake.version(RESULTS) < 0:
        return None
    return result_figure(workspace.lake, wanted.removeprefix("figure:"))


def _years(start: datetime, end: datetime) -> float | None:
    """Years of a span: whole ones as the calendar has them, others by 365 days; None of less than a year."""
    days = (end - start).total_seconds() / 86400
    whole = end.year - start.year
    if whole > 0 and start.replace(tzinfo=None).timetuple()[1:5] == end.replace(tzinfo=None).timetuple()[1:5]:
        return float(whole)
    return days / _YEAR if days >= _LEAST else None


def _tonnes(unit: str, factor: float | None) -> float | None:
    """Tonnes of CO2e in a unit."""
    if unit in ("kg CO2", "kg CO2e"):
        return 1 / _KILO
    if unit in ("t CO2", "t CO2e"):
        return 1.0
    energy = _KILOWATT_HOURS.get(unit)
    return None if energy is None or factor is None else energy * factor / _KILO


def _say(one: Mapping[str, Any], code: str, found: str, expected: str, remedy: str, **params: Any) -> Finding:
    return Finding(
        code=f"abatement.{code}", place=f"abatement '{one['entry']}'", found=found, expected=expected, remedy=remedy,
        params=params, severity="warning",
    )  # fmt: skip
