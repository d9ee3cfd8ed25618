"""Reports on measures: each by itself, and all together without counting anything twice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import nan
from pathlib import Path

from wattstone.portfolio import Meter
from wattstone.portfolio.measures import Measure
from wattstone.savings.interactive import Claim, Settlement, overlapping, settle
from wattstone.savings.periods import Dates
from wattstone.savings.portfolio import total_of
from wattstone.savings.result import MeasureSaving, MeterSaving, Total
from wattstone.workflows.access import Act
from wattstone.workflows.access.guard import acting
from wattstone.workflows.savings.calibrating import Tell
from wattstone.workflows.savings.figures import record
from wattstone.workflows.savings.measure import Judged, measure_of, verify_measure
from wattstone.workflows.savings.nested import counted_once
from wattstone.workflows.workspace import Workspace


@dataclass(frozen=True, kw_only=True)
class Reported:
    """A measure with what was found and recorded.

    Parameters
    ----------
    measure : Measure
        The record.
    saving : MeasureSaving
        What it saved.
    figures : mapping of str to str
        Ids of figures by what they are.
    run : int or None
        Under which the lake keeps them; None where nothing could be determined.
    simulated : bool
        Whether readings were generated.
    """

    measure: Measure
    saving: MeasureSaving
    figures: Mapping[str, str] = field(default_factory=dict[str, str])
    run: int | None = None
    simulated: bool = False


@dataclass(frozen=True, kw_only=True)
class Portfolio:
    """All measures, and their sums.

    Parameters
    ----------
    measures : tuple of Reported
        In the order of their ids.
    totals : tuple of Total
        Sums over meters, each counted once however many measures act on it.
    settlements : mapping of str to Settlement
        How a meter's saving is split, for meters with several measures.
    """

    measures: tuple[Reported, ...]
    totals: tuple[Total, ...]
    settlements: Mapping[str, Settlement]


def report_measure(
    workspace: Workspace, name: str, *, typical: Path | None = None, tell: Tell | None = None
) -> Reported:
    """Verify a measure and keep its figures.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    name : str
        Id of the measure.
    typical : pathlib.Path or None
        EPW file of a typical year; the weather station's own years serve where None.
    tell : callable or None
        Told how far it is.

    Raises
    ------
    InputRefused
        If nobody declared it.
    """
    workspace = acting(workspace, Act.RUN)
    return report_measures(workspace, [name], typical=typical, tell=tell).measures[0]


def report_measures(
    workspace: Workspace,
    names: Sequence[str] | None = None,
    *,
    typical: Path | None = None,
    tell: Tell | None = None,
) -> Portfolio:
    """Verify measures and keep their figures; those that share a meter share its saving.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    names : sequence of str or None
        Ids; all that are not withdrawn where None.
    typical : pathlib.Path or None
        EPW file of a typical year; the weather station's own years serve where None.
    tell : callable or None
        Told how far it is.

    Raises
    ------
    InputRefused
        If one of them is not known.
    """
    workspace = acting(workspace, Act.RUN)
    alive = [one for one in workspace.records.measures() if one.status != "withdrawn"]
    wanted = alive if names is None else [measure_of(workspace, name) for name in names]
    group = _together(alive, wanted)
    judged = {one.id: verify_measure(workspace, one, typical=typical, tell=tell) for one in wanted}
    claims = {one.id: _claim(one, judged.get(one.id)) for one in group}
    settlements = _settled(judged, [one for one in claims.values() if one is not None])
    simulated = {one.id for one in workspace.records.sites() if one.simulated}
    told = [_told(workspace, one, judged[one.id], settlements, one.site_id in simulated) for one in wanted]
    return Portfolio(measures=tuple(told), totals=_totals(told, workspace.records.meters()), settlements=settlements)


def _together(alive: Sequence[Measure], wanted: Sequence[Measure]) -> list[Measure]:
    """Those that are asked for, and others on the same meters."""
    meters = {name for one in wanted for name in one.meters}
    named = {one.id for one in wanted}
    return [one for one in alive if one.id in named or set(one.meters) & meters]


def _claim(measure: Measure, judged: Judged | None) -> Claim | None:
    if measure.baseline is None or measure.reporting is None:
        return None
    if judged is not None and judged.case is not None:
        baseline, reporting = judged.case.baseline, judged.case.reporting
    elif measure.reporting.last is None or measure.baseline.last is None:
        return None
    else:
        baseline = Dates(measure.baseline.first, measure.baseline.last)
        reporting = Dates(measure.reporting.first, measure.reporting.last)
    promised = measure.expected if measure.expected is not None and measure.expected_unit != "%" else nan
    return Claim(measure=measure.id, meters=measure.meters, baseline=baseline, reporting=reporting, expected=promised)


def _settled(judged: Mapping[str, Judged], claims: Sequence[Claim]) -> dict[str, Settlement]:
    """By meter, where several measures are on it: the saving of the one that was looked at longest is split."""
    found: dict[str, Settlement] = {}
    for names in overlapping(claims):
        if len(names) < 2:
            continue
        group = [one for one in claims if one.measure in names]
        for meter in sorted({name for one in group for name in one.meters}):
            on = [one for one in group if meter in one.meters]
            said = [(one, saving) for one in on if (saving := _saving_at(judged.get(one.measure), meter)) is not None]
            if len(on) < 2 or not said:
                continue
            _, longest = max(said, key=lambda pair: pair[0].reporting.days)
            assert longest.avoided is not None
            found[meter] = settle(longest.avoided, longest.months, on)
    return found


def _saving_at(judged: Judged | None, meter: str) -> MeterSaving | None:
    if judged is None:
        return None
    return next((one for one in judged.saving.meters if one.meter == meter and one.avoided is not None), None)


def _told(
    workspace: Workspace, measure: Measure, judged: Judged, settlements: Mapping[str, Settlement], simulated: bool
) -> Reported:
    shares = [settlements[name] for name in measure.meters if name in settlements]
    saving = judged.saving
    if shares:
        saving = replace(
            saving,
            shared=dict(shares[0].shares),
            reasons=(*saving.reasons, *(one for share in shares for one in share.findings)),
        )
    if judged.case is None or judged.rates is None or not saving.totals:
        return Reported(measure=measure, saving=saving, simulated=simulated)
    kept = record(workspace, judged.case, saving, judged.rates)
    return Reported(measure=measure, saving=saving, figures=kept.figures, run=kept.run, simulated=simulated)


def _totals(told: Sequence[Reported], meters: Sequence[Meter]) -> tuple[Total, ...]:
    """Sums over meters: of reporting periods that meet the longest counts, those that follow one another add up.

    What a meter inside another saved is in the other's saving.
    """
    found: dict[str, list[MeterSaving]] = {}
    savings = [meter for one in told for meter in one.saving.meters]
    for one in sorted(savings, key=lambda one: (one.avoided is None, -one.reporting.days)):
        kept = found.setdefault(one.meter, [])
        if not any(_meet(one, other) for other in kept):
            kept.append(one)
    once, _ = counted_once([_joined(of) for of in found.values()], meters)
    return total_of(once)


def _meet(one: MeterSaving, other: MeterSaving) -> bool:
    return one.reporting.first <= other.reporting.last and other.reporting.first <= one.reporting.last


def _joined(of: Sequence[MeterSaving]) -> MeterSaving:
    """One meter's savings in periods that follow one another, with errors as if they had everything in common."""
    known = [(one, one.avoided) for one in of if one.avoided is not None]
    if len(known) < 2:
        return known[0][0] if known else of[0]
    first = known[0][0]
    bounds = [(avoided.value, avoided.lower, avoided.upper) for _, avoided in known]
    value, lower, upper = (sum(column) for column in zip(*bounds, strict=True))
    avoided = replace(known[0][1], value=value, lower=lower, upper=upper)
    observed, expected = (
        sum(column) for column in zip(*((one.observed, one.expected) for one, _ in known), strict=True)
    )
    return replace(first, observed=observed, expected=expected, avoided=avoided)
