"""Figures of findings: energy, cost and emissions of each, with what they rest on, kept in the lake."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl

from wattstone.base import Figure, Interval, Period
from wattstone.detection.findings import METHOD
from wattstone.inventory.frames import FIGURE
from wattstone.inventory.plan import Plan
from wattstone.workflows.detect.grounds import Grounds, label_of, mains_of
from wattstone.workflows.inventory.record import EVIDENCE
from wattstone.workflows.results import Batch, figures_of, keep
from wattstone.workflows.stores import Lake
from wattstone.workflows.workspace import Workspace

KIND = "waste"
_WHAT = {"energy": "energy", "money": "cost", "kg": "emissions"}
_NOTE = "what was expected is modelled, so that the whole of it is an estimate"


def figures_of_findings(plan: Plan, findings: pl.DataFrame, grounds: Grounds) -> list[list[Figure]]:
    """Make a figure of every number of every finding.

    Parameters
    ----------
    plan : Plan
        Of the year.
    findings : polars.DataFrame
        As ranked, with `since` and `until`.
    grounds : Grounds
        What they may rest on.

    Returns
    -------
    list of list of Figure
        Of each finding, in their order: energy, cost and emissions, as far as they are known; of a meter at fault the
        energy that it did not measure.
    """
    streams = {one.meter.id: one for one in plan.streams}
    mains = mains_of(plan)
    made: list[list[Figure]] = []
    for row in findings.iter_rows(named=True):
        stream = streams[row["meter_id"]]
        main = mains.get(row["site_id"])
        payer = main if stream.role == "generation" and main is not None else stream
        region = plan.region_of(stream.site) if payer.role == "grid" else None
        known = [grounds.calendars.get(row["site_id"]), grounds.beside.get(row["site_id"])]
        rests = [*grounds.slices.get(row["meter_id"], ()), *grounds.station(stream.site.weather_station)]
        rests += [key for key in known if key is not None]
        bought = [] if main is None or main is stream else grounds.slices.get(main.meter.id, [])
        by = [*([grounds.intensities[region]] if region in grounds.intensities else [])]
        by += [grounds.factors[row["meter_id"]]] if row["meter_id"] in grounds.factors else []
        charge = [grounds.demand[row["site_id"]]] if row["site_id"] in grounds.demand and payer.role == "grid" else []
        inputs = {
            "energy": rests,
            "money": [*grounds.tariffs_of(payer.kind, row["site_id"]), *charge, *rests, *bought],
            "kg": [*by, *rests],
        }
        made.append(_figures(plan, row, inputs, grounds.gases.get(row["meter_id"], "CO2e")))
    return made


def _figures(plan: Plan, row: Mapping[str, Any], inputs: Mapping[str, list[str]], gas: str) -> list[Figure]:
    units = {"energy": row["unit"], "money": row["currency"], "kg": f"kg {gas}"}
    wanted = [(name, what, row[what], row[f"{what}_lower"], row[f"{what}_upper"]) for what, name in _WHAT.items()]
    told = [one for one in wanted if one[2] is not None and row["energy"] > 0]
    if row["at_stake"] > 0:
        told.append(("unmeasured", "energy", row["at_stake"], None, None))
    begin = max(row["start"], plan.span.start)
    end = max(row["end"] or plan.span.end, begin)
    last: date = row["until"] or date(plan.year, 12, 31)
    return [
        Figure(
            name=f"{KIND}.{row['code']}.{name}",
            value=float(value),
            unit=str(units[what]),
            subject=f"meter:{row['meter_id']}",
            period=Period(begin, end),
            period_label=label_of(max(row["since"], date(plan.year, 1, 1)), last),
            method=METHOD,
            inputs=tuple(inputs[what]),
            interval=None if low is None else Interval(low, high),
            estimated=1.0,
            notes=(_NOTE,),
        )
        for name, what, value, low, high in told
    ]


def kept(
    workspace: Workspace, figures: list[list[Figure]], grounds: Grounds, about: Mapping[str, Any], *, year: int
) -> tuple[int, pl.DataFrame]:
    """Write the figures of a run; a run that says what the last one said is that one.

    Parameters
    ----------
    workspace : Workspace
        Where to.
    figures : list of list of Figure
        By finding.
    grounds : Grounds
        Their evidence.
    about : mapping
        What the run did; JSON values.
    year : int
        Partition.

    Returns
    -------
    run : int
        Its number.
    figures : polars.DataFrame
        Schema `FIGURE`, as recorded, with the finding's place in `figures` as `finding`.
    """
    flat = [one for of in figures for one in of]
    same = hashlib.sha256(json.dumps([dict(about), [one.id for one in flat]], default=str).encode()).hexdigest()
    run = _run_of(workspace.lake, year, same)
    if run is None:
        named = {key for one in flat for key in one.inputs}
        named -= _held(workspace.lake, year)
        evidence = {key: one for key, one in grounds.content.items() if key in named}
        said: dict[str, Any] = {**about, "figures": len(flat), "sha256": same, "inputs": []}
        run = keep(workspace, Batch(kind=KIND, year=year, about=said, evidence=evidence, figures=flat))
    rows = figures_of(workspace.lake, run)
    places = {(one.name, one.subject, one.period_label): at for at, of in enumerate(figures) for one in of}
    frame = pl.DataFrame(list(rows), schema=FIGURE, strict=False)
    at = [places[row["name"], row["subject"], row["period"]] for row in rows]
    order = pl.Series("finding", at, dtype=pl.Int64)
    return run, frame.with_columns(order).sort("finding", maintain_order=True)


def _held(lake: Lake, year: int) -> set[str]:
    """Slices and factors that the evidence of the year holds already, by an inventory or an earlier run."""
    held = lake.scan(EVIDENCE, parts=[year])
    if held is None:
        return set()
    ids = held.select("id").collect()["id"]
    return set(ids.filter(ids.str.contains("^(slice|beside|calendar|demand):")))  # named by their content


def _run_of(lake: Lake, year: int, same: str) -> int | None:
    """The newest run of the year, if it said the same."""
    held = lake.scan(EVIDENCE, parts=[year])
    if held is None:
        return None
    newest = held.filter(pl.col("kind") == KIND).collect().sort("run").tail(1)
    if newest.is_empty():
        return None
    row = newest.row(0, named=True)
    return int(row["run"]) if json.loads(row["content"])["sha256"] == same else None
