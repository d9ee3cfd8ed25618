"""Figures of savings with what they rest on, kept in the lake."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from wattstone.base import Figure, Interval, Period
from wattstone.inventory.plan import Stream
from wattstone.portfolio.boundary import leaf_terms, virtual_terms
from wattstone.savings.periods import Dates
from wattstone.savings.result import Amount, Estimate, MeasureSaving, MeterSaving
from wattstone.savings.result_json import as_dict
from wattstone.workflows.inventory.compute import factor_evidence
from wattstone.workflows.inventory.plans import tariff_content
from wattstone.workflows.inventory.record import EVIDENCE
from wattstone.workflows.results import Batch, figures_of, keep, readings_evidence
from wattstone.workflows.savings.measure import Case
from wattstone.workflows.savings.valuing import Rates
from wattstone.workflows.stores import Lake
from wattstone.workflows.workspace import Workspace

KIND = "saving"
METHOD = "saving/1"
Evidence = dict[str, dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """What a run left in the lake.

    Parameters
    ----------
    run : int
        Its number; the evidence of all of it is `saving:RUN`.
    figures : mapping of str to str
        Ids by what they are: `avoided.electricity@measure:ID`, `avoided@meter:ID`.
    """

    run: int
    figures: Mapping[str, str]


def record(workspace: Workspace, case: Case, saving: MeasureSaving, rates: Rates) -> Recorded:
    """Keep the figures of a verified measure.

    Parameters
    ----------
    workspace : Workspace
        Where to.
    case : Case
        Of the measure; with at least one meter.
    saving : MeasureSaving
        What was found.
    rates : Rates
        By which it was valued.
    """
    evidence = grounds(workspace, case, rates)
    zone = case.streams[0].site.zone
    made = dict(_figures(saving, case, zone))
    models = {one.meter: one.model for one in saving.meters if one.model}
    about: dict[str, Any] = {
        "measure": case.measure.model_dump(mode="json"),
        "verdict": saving.verdict,
        "baseline": str(case.baseline),
        "reporting": str(case.reporting),
        "compared": [one.meter.id for one in case.compared],
        "models": models,
        "result": as_dict(saving, without=frozenset({"fit", "series", "model"})),
    }
    year = case.reporting.last.year
    said = json.dumps([about, sorted(evidence), [one.id for one in made.values()]], sort_keys=True, default=str)
    same = hashlib.sha256(said.encode()).hexdigest()
    run = _run_of(workspace.lake, year, same)
    if run is None:
        about["sha256"] = same
        run = keep(workspace, Batch(kind=KIND, year=year, about=about, evidence=evidence, figures=list(made.values())))
    rows = {(row["name"], row["subject"]): row["id"] for row in figures_of(workspace.lake, run)}
    return Recorded(run=run, figures={name: rows[one.name, one.subject] for name, one in made.items()})


def _run_of(lake: Lake, year: int, same: str) -> int | None:
    """The run that said the same before, so that the same readings and record have the same figures."""
    held = lake.scan(EVIDENCE, parts=[year])
    if held is None:
        return None
    rows = held.filter((pl.col("kind") == KIND) & pl.col("content").str.contains(same, literal=True)).collect()
    return None if rows.is_empty() else int(rows.sort("run")["run"][-1])


def _figures(saving: MeasureSaving, case: Case, zone: str) -> Iterator[tuple[str, Figure]]:
    """By the name under which the report knows it."""
    subject = f"measure:{saving.measure}"
    for total in saving.totals:
        yield f"avoided.{total.kind}@{subject}", _figure(f"avoided.{total.kind}", subject, total.avoided, case, zone)
    for what, amount in (("cost", saving.cost), ("emissions", saving.emissions)):
        if amount is not None:
            yield f"{what}@{subject}", _figure(what, subject, amount.adjusted, case, zone)
    for meter in saving.meters:
        for what, estimate in _of_meter(meter):
            name = f"{what}@meter:{meter.meter}"
            yield name, _figure(f"{case.measure.id}.{what}", f"meter:{meter.meter}", estimate, case, zone)


def _of_meter(meter: MeterSaving) -> Iterator[tuple[str, Estimate]]:
    amounts: tuple[tuple[str, Amount | None], ...] = ()
    if meter.worth is not None:
        amounts = (("cost", meter.worth.cost), ("emissions", meter.worth.emissions))
    if meter.avoided is not None:
        yield "avoided", meter.avoided
    if meter.normalised is not None:
        yield "normalised", meter.normalised
    yield from ((what, amount.adjusted) for what, amount in amounts if amount is not None)


def _figure(name: str, subject: str, estimate: Estimate, case: Case, zone: str) -> Figure:
    known = estimate.value == estimate.value
    return Figure(
        name=f"{KIND}.{name}",
        value=estimate.value if known else None,
        unit=estimate.unit,
        subject=subject,
        period=_period(case.reporting, zone),
        period_label=str(case.reporting),
        method=METHOD,
        interval=Interval(estimate.lower, estimate.upper) if estimate.bounded else None,
        reason=None if known else "it could not be determined",
        estimated=1.0,
        notes=("expected minus observed; what was expected is modelled, so that the whole of it is an estimate",),
    )


def _period(dates: Dates, zone: str) -> Period:
    clock = ZoneInfo(zone)
    days = dates.first, dates.last + timedelta(days=1)
    start, end = (datetime.combine(day, time(), clock).astimezone(UTC).replace(tzinfo=None) for day in days)
    return Period(start, end)


def grounds(workspace: Workspace, case: Case, rates: Rates) -> Evidence:
    """Everything that a saving rests on: readings, weather, tariffs, factors, intensities.

    Parameters
    ----------
    workspace : Workspace
        Whose tables are pinned as they stand.
    case : Case
        Of the measure.
    rates : Rates
        By which it was valued.
    """
    until = _period(case.reporting, case.streams[0].site.zone).end
    own, others = ([one.meter for one in of] for of in (_read(case), case.compared))
    found = readings_evidence(workspace, own, until=until) | readings_evidence(workspace, others, until=until)
    kinds = {one.kind for one in case.streams}
    used = {f"tariff:{tariff.id}" for one in case.streams for tariff in rates.tariffs(one)}
    found |= {key: one for key, one in tariff_content(workspace.records).items() if key in used}
    for (_, meter), factor in rates.factors.items():
        if meter in {one.meter.id for one in case.streams}:
            found[f"factor:{factor.id}"] = factor_evidence(factor)
    pins = {name: workspace.lake.version(name) for name in ("weather", "intensity")}
    tables: list[tuple[str, dict[str, Any]]] = [("weather", {"table": "weather", "version": pins["weather"]})]
    if any(rates.region(one) for one in case.streams):
        regions = sorted({region for one in case.streams if (region := rates.region(one))})
        tables.append(("intensity", {"table": "intensity", "version": pins["intensity"], "regions": regions}))
    for kind, content in tables:
        text = json.dumps([kind, content, sorted(kinds), str(case.span)], sort_keys=True)
        key = f"slice:{hashlib.sha256(text.encode()).hexdigest()[:20]}"
        found[key] = {"kind": kind, "span": str(case.span), **content}
    return found


def _read(case: Case) -> Sequence[Stream]:
    """The meters whose readings count: of a virtual one those that it names."""
    known = {one.meter.id: one for one in case.plan.streams}
    found: dict[str, Stream] = {}
    for stream in case.streams:
        if stream.meter.expression is None:
            found[stream.meter.id] = stream
            continue
        terms = leaf_terms(virtual_terms([one.meter for one in known.values()]))[stream.meter.id]
        found |= {name: known[name] for name in terms if name in known}
    return list(found.values())
