"""What a measure saved: from its record and the readings of a workspace to a result with reasons."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from wattstone.base import Finding, InputRefused
from wattstone.inventory.plan import Plan, Stream
from wattstone.portfolio.measures import Measure
from wattstone.savings.calibration_fit import calibrate
from wattstone.savings.calibration_scores import Scores
from wattstone.savings.periods import Dates, Sufficiency
from wattstone.savings.portfolio import error_correlation, total_of
from wattstone.savings.result import Controls, MeasureSaving, MeterSaving
from wattstone.savings.sufficiency import check_periods
from wattstone.workflows.inventory.plans import plan_of
from wattstone.workflows.savings.batches import Batch
from wattstone.workflows.savings.calibrating import Tell, earlier_pairs, earlier_scores, stepped
from wattstone.workflows.savings.choosing import not_served, too_coarse
from wattstone.workflows.savings.comparing import Beside, beside_of, comparison_meters, controls_of
from wattstone.workflows.savings.imported import Imported, imported, simulated_streams
from wattstone.workflows.savings.meters import meter_savings, said_events, verified
from wattstone.workflows.savings.methods import Method, method_of
from wattstone.workflows.savings.nested import counted_once
from wattstone.workflows.savings.pairs import fit_pair
from wattstone.workflows.savings.typical import normal_of
from wattstone.workflows.savings.valuing import Rates, rates_of
from wattstone.workflows.savings.variables import with_variables
from wattstone.workflows.savings.verdicts import inner_finding, summed_up
from wattstone.workflows.savings.virtual import virtual_batches
from wattstone.workflows.series import last_end
from wattstone.workflows.workspace import Workspace


@dataclass(frozen=True, kw_only=True)
class Case:
    """A measure with everything that its verification needs.

    Parameters
    ----------
    measure : Measure
        The record.
    baseline, reporting : Dates
        Its periods, the second closed.
    streams : tuple of Stream
        Its meters.
    compared : tuple of Stream
        Meters without a measure, beside which it is judged.
    plan : Plan
        Of the last year.
    typical : pathlib.Path or None
        EPW file of a typical year; the station's own years serve where None.
    """

    measure: Measure
    baseline: Dates
    reporting: Dates
    streams: tuple[Stream, ...]
    compared: tuple[Stream, ...]
    plan: Plan
    typical: Path | None = None

    @property
    def span(self) -> Dates:
        """Both periods and what lies between."""
        return Dates(self.baseline.first, self.reporting.last)


def measure_of(workspace: Workspace, name: str) -> Measure:
    """A measure by its id.

    Raises
    ------
    InputRefused
        If nobody declared it.
    """
    known = {one.id: one for one in workspace.records.measures()}
    if name in known:
        return known[name]
    finding = Finding(
        code="measure.unknown",
        place=str(workspace.root),
        found="there is no measure '{measure}'",
        params={"measure": name, "known": ", ".join(sorted(known)) or "none"},
        expected="one of: {known}",
        remedy="declare it with `wattstone measure`",
    )
    raise InputRefused([finding])


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A verdict with what it was made from; no case where the record does not allow one."""

    saving: MeasureSaving
    case: Case | None = None
    rates: Rates | None = None


def verify_measure(
    workspace: Workspace, measure: Measure, *, typical: Path | None = None, tell: Tell | None = None
) -> Judged:
    """Prove or refute what a measure is said to save.

    Parameters
    ----------
    workspace : Workspace
        With readings, weather, and what is beside them: tariffs, intensities, calendars.
    measure : Measure
        The record.
    typical : pathlib.Path or None
        EPW file of a typical year; the weather station's own years serve where None.
    tell : callable or None
        Told how far it is.

    Returns
    -------
    Judged
        `not determined`, with reasons, where the record or the data do not suffice.
    """
    lacking = _lacking(measure)
    if lacking:
        return Judged(saving=_undetermined(measure, lacking))
    case = replace(case_of(workspace, measure), typical=typical)
    wrong = [one for one in check_periods(case.baseline, case.reporting, place=_place(measure)) if _stops(one, measure)]
    if wrong or not case.streams:
        return Judged(saving=_undetermined(measure, [*wrong, *([] if case.streams else [_no_meters(measure)])]))
    simulated, lacking = simulated_streams(measure, case.plan) if measure.option == "D" else ([], [])
    if lacking:
        return Judged(saving=_undetermined(measure, lacking))
    earlier, beside = (None, None) if simulated else _near(workspace, case, tell)
    rates = rates_of(workspace, case.reporting)
    found, controls = list[MeterSaving](), list[Controls]()
    for batch in batches_of(workspace, case, case.span):
        method = method_of(measure.model, batch.conditions.step)
        if method is None:
            found += [_coarse(batch, name, case) for name in batch.meters]
            continue
        if simulated:
            own = [simulated[measure.meters.index(name)] for name in batch.meters]
            method = imported(workspace, batch, own, method, case.span)
        savings, by_kind = _meters(workspace, case, batch, method, earlier, beside, rates)
        found += savings
        controls += by_kind
    errors = _errors(workspace, case)
    correlation = error_correlation(np.concatenate(errors)) if errors else None
    found += _not_served(workspace, case, {one.meter for one in found})
    order = {name: at for at, name in enumerate(measure.meters)}
    found.sort(key=lambda one: order[one.meter])
    once, inner = counted_once(found, workspace.records.meters())
    saving = summed_up(measure, once, total_of(once, correlation=correlation))
    reasons = (*([inner_finding(inner)] if inner else []), *saving.reasons)
    saving = replace(saving, meters=tuple(found), reasons=reasons, controls=_one_each(controls))
    return Judged(saving=saving, case=case, rates=rates)


def _near(workspace: Workspace, case: Case, tell: Tell | None) -> tuple[Scores | None, Beside | None]:
    """What the method missed by in earlier years, and what meters without a measure did on the same days."""
    read = [one for one in (*case.streams, *case.compared) if one.meter.expression is None]
    choice = case.measure.model
    earlier = earlier_scores(workspace, read, case.baseline, case.reporting, choice, tell=tell)
    return earlier, beside_of(workspace, case.compared, case.baseline, case.reporting, choice)


def case_of(workspace: Workspace, measure: Measure) -> Case:
    """Lay out the periods and meters of a measure that has both periods."""
    assert measure.baseline is not None
    assert measure.reporting is not None
    plan = plan_of(workspace, (measure.reporting.last or measure.reporting.first).year)
    known = {one.meter.id: one for one in plan.streams}
    streams = tuple(known[name] for name in dict.fromkeys(measure.meters) if name in known)
    last = measure.reporting.last or _last_day(workspace, streams)
    baseline = Dates(measure.baseline.first, measure.baseline.last or measure.reporting.first - timedelta(days=1))
    compared = comparison_meters(plan, measure, workspace.records.measures(), streams)
    return Case(
        measure=measure,
        baseline=baseline,
        reporting=Dates(measure.reporting.first, max(last, measure.reporting.first)),
        streams=streams,
        compared=tuple(compared),
        plan=plan,
    )


def batches_of(workspace: Workspace, case: Case, span: Dates) -> list[Batch]:
    """The meters of a measure in batches, virtual ones too."""
    read = [one for one in case.streams if one.meter.expression is None]
    virtual = [one for one in case.streams if one.meter.expression is not None]
    known = {one.meter.id: one for one in case.plan.streams}
    found = [*stepped(workspace, read, span), *virtual_batches(workspace, virtual, known, span)]
    return [with_variables(workspace, batch, case.measure.variables) for batch in found]


def _meters(
    workspace: Workspace,
    case: Case,
    batch: Batch,
    method: Method,
    earlier: Scores | None,
    beside: Beside | None,
    rates: Rates,
) -> tuple[tuple[MeterSaving, ...], tuple[Controls, ...]]:
    overrides, said = {"*": dict(case.measure.overrides)}, said_events(case.measure, batch.meters, batch.units)
    pair = fit_pair(batch, case.baseline, case.reporting, method, overrides=overrides, events=said)
    calibration = calibrate(
        meters=pair.baseline.meters,
        kinds=pair.baseline.kinds,
        begins=case.reporting.first,
        earlier=earlier,
        comparison=None if beside is None else beside.scores,
        step=pair.reporting.conditions.step,
    )
    one = verified(pair, calibration, case.measure, shared=() if beside is None else beside.shared)
    normal = None if isinstance(method, Imported) else normal_of(workspace, batch, method, case.reporting, case.typical)
    controls = () if isinstance(method, Imported) else controls_of(pair, beside)
    return meter_savings(one, batch, case.measure, rates, normal), controls


def _one_each(controls: Sequence[Controls]) -> tuple[Controls, ...]:
    """Those of kinds of which all meters were compared at once: parts of two batches do not add up."""
    kinds = [one.kind for one in controls]
    return tuple(one for one in controls if kinds.count(one.kind) == 1)


def _errors(workspace: Workspace, case: Case) -> list[np.ndarray[Any, Any]]:
    """Errors of the months of earlier years at the measure's meters, where it has several. (m, months) each"""
    pairs = earlier_pairs(workspace.lake, case.baseline, case.reporting, 2)
    if len(case.streams) < 2 or not pairs:
        return []
    span = Dates(min(old.first for old, _ in pairs), max(new.last for _, new in pairs))
    found: list[np.ndarray[Any, Any]] = []
    for batch in batches_of(workspace, case, span):
        method = method_of("daily", batch.conditions.step)
        if method is None:
            continue
        rows: list[np.ndarray[Any, Any]] = []
        for old, new in pairs:
            pair = fit_pair(batch, old, new, method)
            error = np.where(pair.qualified[:, None], pair.reporting.use - pair.predicted, np.nan)
            month = pair.reporting.conditions.date.astype("datetime64[M]")
            first = np.flatnonzero(np.concatenate([[True], month[1:] != month[:-1]]))
            known = np.add.reduceat(~np.isnan(error), first, axis=1, dtype=np.int64)
            sums = np.add.reduceat(np.nan_to_num(error), first, axis=1)
            rows.append(np.where(known > 0, sums, np.nan))
        found.append(np.concatenate(rows, axis=1))
    return found if len({one.shape[1] for one in found}) == 1 else []


def _lacking(measure: Measure) -> list[Finding]:
    """What the record must say before anything can be verified."""
    baseline = Finding(
        code="measure.no_baseline",
        place=_place(measure),
        found="it has no baseline period",
        params={"measure": measure.id},
        expected="the first and the last local day before the works that count",
        remedy="say it with `wattstone measure WORKSPACE {measure} --baseline FIRST/LAST`",
    )
    reporting = Finding(
        code="measure.no_reporting",
        place=_place(measure),
        found="it has no reporting period",
        params={"measure": measure.id},
        expected="the first local day after the works, and the last one or none where it goes on",
        remedy="say it with `wattstone measure WORKSPACE {measure} --reporting FIRST/LAST`",
    )
    return [one for one, said in ((baseline, measure.baseline), (reporting, measure.reporting)) if said is None]


def _stops(one: Finding, measure: Measure) -> bool:
    return one.severity == "error" and one.code not in measure.overrides


def _undetermined(measure: Measure, why: Sequence[Finding]) -> MeasureSaving:
    return MeasureSaving(
        measure=measure.id, name=measure.name or measure.id, option=measure.option, meters=(), reasons=tuple(why)
    )


def _not_served(workspace: Workspace, case: Case, seen: set[str]) -> list[MeterSaving]:
    """Meters of the measure of which there is nothing to fit."""
    meters = {one.id: one for one in workspace.records.meters()}
    return [
        MeterSaving(
            meter=name,
            kind=meters[name].kind,
            unit=meters[name].unit,
            baseline=case.baseline,
            reporting=case.reporting,
            baseline_data=not_served(name, case.baseline),
            reporting_data=Sufficiency(meter=name),
        )
        for name in dict.fromkeys(case.measure.meters)
        if name not in seen and name in meters
    ]


def _coarse(batch: Batch, name: str, case: Case) -> MeterSaving:
    at = batch.meters.index(name)
    return MeterSaving(
        meter=name,
        kind=batch.kinds[at],
        unit=batch.units[at],
        baseline=case.baseline,
        reporting=case.reporting,
        baseline_data=too_coarse(batch, name, case.baseline),
        reporting_data=Sufficiency(meter=name),
    )


def _last_day(workspace: Workspace, streams: Sequence[Stream]) -> Any:
    """The last local day of which the meters have readings."""
    meters = [one.meter for one in streams if one.meter.expression is None] or [one.meter for one in streams]
    end = last_end(workspace, meters)
    zone = ZoneInfo(streams[0].site.zone) if streams else ZoneInfo("UTC")
    if end is None:
        return np.datetime64("today").item()
    local = end.replace(tzinfo=ZoneInfo("UTC")).astimezone(zone) - timedelta(hours=1)
    return local.date()


def _place(measure: Measure) -> str:
    return f"measure '{measure.id}'"


def _no_meters(measure: Measure) -> Finding:
    return Finding(
        code="measure.no_meters",
        place=_place(measure),
        found="none of its meters has readings of a known kind",
        expected="meters with readings",
        remedy="name others, or load their readings",
    )
