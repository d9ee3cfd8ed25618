"""What measures reduce by measured savings and by studies, from the figures that they name."""

from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from wattstone.base import Finding
from wattstone.workflows.inventory.record import FIGURES
from wattstone.workflows.results import RESULTS, result_figure
from wattstone.workflows.workspace import Workspace

__all__ = ["filled"]

_YEAR: Final = 365.0  # days
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
        The entries with `reduction`, `uncertainty` where the figure has an interval, and `inputs`; warnings of those
        whose figure is not there, which stay without a reduction.
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
        pl.coalesce("reduction", "known").alias("reduction"), pl.coalesce("uncertainty", "half").alias("uncertainty")
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
    each = _tonnes(str(row["unit"]), one["factor"])
    if each is None:
        return _say(
            one, "figure_unit", "the figure is in {unit}", "kg CO2e, or kWh with an emission factor",
            "name another figure, or give the factor", unit=row["unit"],
        )  # fmt: skip
    days = (row["end"] - row["start"]).total_seconds() / 86400
    value = float(row["value"]) * each * _YEAR / days
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
    """A result's figure, or one of the inventory."""
    if workspace.lake.version(RESULTS) >= 0 and (found := result_figure(workspace.lake, wanted)) is not None:
        return found
    held = workspace.lake.scan(FIGURES)
    if held is None or "@" in wanted:
        return None
    rows = held.filter(pl.col("id") == wanted.removeprefix("figure:")).collect().unique("id")
    return rows.row(0, named=True) if rows.height == 1 else None


def _tonnes(unit: str, factor: float | None) -> float | None:
    """Tonnes of CO2e in a unit."""
    if unit.startswith("kg CO2"):
        return 1 / _KILO
    if unit.startswith("t CO2"):
        return 1.0
    energy = _KILOWATT_HOURS.get(unit)
    return None if energy is None or factor is None else energy * factor / _KILO


def _say(one: Mapping[str, Any], code: str, found: str, expected: str, remedy: str, **params: Any) -> Finding:
    return Finding(
        code=f"abatement.{code}", place=f"abatement '{one['entry']}'", found=found, expected=expected, remedy=remedy,
        params=params, severity="warning",
    )  # fmt: skip
