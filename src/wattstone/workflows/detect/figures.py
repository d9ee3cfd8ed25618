"""Figures of findings: energy, cost and emissions of each, with the slices and factors that they rest on."""

from typing import Any

import polars as pl

from wattstone.detection.findings import METHOD
from wattstone.inventory.attribution import Attribution
from wattstone.inventory.frames import FIGURE, with_ids
from wattstone.inventory.plan import Plan
from wattstone.rates import EmissionFactor
from wattstone.workflows.inventory.compute import Pins, slices_of
from wattstone.workflows.inventory.plans import tariff_content
from wattstone.workflows.workspace import Workspace

_WHAT = {"energy": "energy", "money": "cost", "kg": "emissions"}


def with_figures(
    workspace: Workspace, plan: Plan, attribution: Attribution, findings: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame, dict[str, dict[str, Any]]]:
    """Make a figure of every number of every finding.

    Parameters
    ----------
    workspace : Workspace
        Whose slices the figures name.
    plan : Plan
        Of the year.
    attribution : Attribution
        Factors by meter.
    findings : polars.DataFrame
        As ranked.

    Returns
    -------
    findings : polars.DataFrame
        With `figures`, the ids of each finding's figures, and `gas`, the unit of its emissions.
    figures : polars.DataFrame
        Schema `FIGURE`.
    evidence : dict of str to dict
        Content of what the figures name.
    """
    names = {one.key: one.meter.id for one in plan.streams}
    pins = Pins(readings=workspace.lake.version("readings"))
    slices = {one["meter"]: (key, one) for key, one in slices_of(workspace.lake, plan, pins, names, ()).items()}
    tariffs = tariff_content(workspace.records)
    known = {meter: one for meter, one in attribution.factors.items() if isinstance(one, EmissionFactor)}
    mains = {one.site.id: one.meter.id for one in plan.streams if one.role == "grid" and one.meter.parent_id is None}
    made = {one.meter.id: mains.get(one.site.id, "") for one in plan.streams if one.role == "generation"}
    known |= {meter: known[main] for meter, main in made.items() if main in known}  # what is not made is bought
    gases = {meter: one.gas for meter, one in known.items()}
    factors = {meter: f"factor:{one.id}" for meter, one in known.items()}
    rows: list[dict[str, Any]] = []
    evidence: dict[str, dict[str, Any]] = {}
    for one in findings.iter_rows(named=True):
        key, content = slices.get(one["meter_id"], (None, None))
        if key is not None and content is not None:
            evidence[key] = content
        rests = {"energy": [key] if key else [], "money": sorted(tariffs), "kg": [factors.get(one["meter_id"])]}
        units = {"energy": one["unit"], "money": one["currency"], "kg": f"kg {gases.get(one['meter_id'], 'CO2e')}"}
        rows += [
            _row(plan, one, what, str(units[what]), [*rests["energy"], *(rests[what] if what != "energy" else [])])
            for what in _WHAT
            if one[what] is not None and one["energy"] > 0
        ]
    schema = {name: dtype for name, dtype in FIGURE.items() if name != "id"} | {"rank": pl.UInt32()}
    figures = with_ids(pl.DataFrame(rows, schema=schema))
    ids = figures.group_by("rank", maintain_order=True).agg(pl.col("id").alias("figures"))
    evidence |= {name: tariffs[name] for name in tariffs}
    joined = findings.join(ids, on="rank", how="left", maintain_order="left")
    empty = pl.lit([], pl.List(pl.String))
    gas = [f"kg {gases.get(meter, 'CO2e')}" for meter in joined["meter_id"]]
    known_ids = joined.with_columns(pl.col("figures").fill_null(empty), pl.Series("gas", gas, dtype=pl.String))
    return known_ids, figures.select(list(FIGURE)), evidence


def _row(plan: Plan, one: dict[str, Any], what: str, unit: str, inputs: list[str | None]) -> dict[str, Any]:
    begin = max(one["start"], plan.span.start)
    end = one["end"] or plan.span.end
    return {
        "name": f"finding.{one['code']}.{_WHAT[what]}",
        "subject": f"meter:{one['meter_id']}",
        "period": f"{begin:%Y-%m-%d} to {end:%Y-%m-%d}",
        "start": begin,
        "end": end,
        "value": one[what],
        "unit": unit,
        "lower": one[f"{what}_lower"],
        "upper": one[f"{what}_upper"],
        "reason": None,
        "basis": None,
        "method": METHOD,
        "estimated": 1.0,
        "coverage": None,
        "notes": ["what was expected is modelled, so that the whole of it is an estimate"],
        "inputs": [name for name in inputs if name],
        "rank": one["rank"],
    }
