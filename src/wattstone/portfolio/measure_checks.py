"""What measures say about each other, about sites and meters, and about their own dates: all findings at once."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from wattstone.base import Finding, Severity
from wattstone.portfolio.boundary import leaf_terms, virtual_terms
from wattstone.portfolio.measures import Measure
from wattstone.portfolio.model import Meter, Site


def check_measures(measures: Sequence[Measure], sites: Sequence[Site], meters: Sequence[Meter]) -> list[Finding]:
    """Check measures against each other and against what there is.

    Parameters
    ----------
    measures : sequence of Measure
        All of the workspace.
    sites, meters : sequence of Site, Meter
        All of the workspace.

    Returns
    -------
    list of Finding
        With `params["measure"]`, the measure that each is about. Errors: a reporting period before or inside the
        baseline, works that reach into a period, unknown sites, meters and measures, meters of another site, two
        measures on one meter at a time, or one on a part of the other's, that do not name each other. Warnings: what an
        auditor would ask for and is not said.
    """
    places = {one.id for one in sites}
    known = {one.id: one for one in meters}
    ids = {one.id for one in measures}
    found: list[Finding] = []
    for measure in measures:
        found += _dates(measure)
        found += _places(measure, places, known)
        found += _neighbours(measure, places, known, ids)
        found += _option(measure)
        found += _unsaid(measure)
    return [*found, *_shared(measures, meters)]


def _say(
    measure: Measure,
    field: str,
    code: str,
    *,
    found: str,
    expected: str,
    remedy: str,
    severity: Severity = "error",
    params: Mapping[str, Any] | None = None,
) -> Finding:
    return Finding(
        code=f"measure.{code}",
        place=f"measure '{measure.id}', {field}",
        found=found,
        expected=expected,
        remedy=remedy,
        severity=severity,
        params={"measure": measure.id, "field": field, **(params or {})},
    )


def _dates(measure: Measure) -> Iterator[Finding]:
    baseline, reporting, blackout = measure.baseline, measure.reporting, measure.blackout
    if baseline is not None and baseline.last is None:
        yield _say(
            measure,
            "baseline",
            "baseline_open",
            found="the baseline {baseline} has no last day",
            expected="a first and a last day",
            remedy="end it on the day before the works began",
            params={"baseline": str(baseline)},
        )
        return
    if baseline is not None and reporting is not None:
        said = {"baseline": str(baseline), "reporting": str(reporting)}
        if reporting.first < baseline.first:
            yield _say(
                measure,
                "reporting",
                "reporting_first",
                found="the reporting period {reporting} begins before the baseline {baseline}",
                expected="the baseline first, then the works, then the reporting period",
                remedy="exchange the two periods, or correct their dates",
                params=said,
            )
        elif shared := baseline.shared(reporting):
            yield _say(
                measure,
                "reporting",
                "periods_overlap",
                found="the baseline {baseline} and the reporting period {reporting} share {days} days",
                expected="no day in both",
                remedy="end the baseline before the works began, and begin the reporting period after they ended",
                params={**said, "days": shared},
            )
    for period in (baseline, reporting):
        if blackout is not None and period is not None and blackout.shared(period):
            yield _say(
                measure,
                "blackout",
                "blackout_overlaps",
                found="the works {blackout} share days with the period {dates}",
                expected="works after the baseline and before the reporting period",
                remedy="end the baseline before the works began, and begin the reporting period after they ended",
                params={"blackout": str(blackout), "dates": str(period)},
            )
    yield from _events(measure)


def _events(measure: Measure) -> Iterator[Finding]:
    for event in measure.events:
        if event.meter is not None and event.meter not in measure.meters:
            yield _say(
                measure,
                "events",
                "event_meter",
                found="the event of {date} is of meter '{meter}', which is none of the measure's",
                expected="one of {meters}",
                remedy="correct the meter, or leave it out where the event concerns all",
                params={"date": str(event.first), "meter": event.meter, "meters": ", ".join(measure.meters)},
            )
        if event.treatment == "adjust" and event.size is None:
            yield _say(
                measure,
                "events",
                "event_size",
                found="the event of {date} is to be added back, and its size is not said",
                expected="a change of use for each day",
                remedy="say its size, or leave its days out by the treatment `exclude`",
                params={"date": str(event.first)},
            )


def _places(measure: Measure, sites: set[str], meters: Mapping[str, Meter]) -> Iterator[Finding]:
    if measure.site_id not in sites:
        yield _say(
            measure,
            "site_id",
            "site_unknown",
            found="there is no site '{site}'",
            expected="a site of the workspace",
            remedy="declare the site first, or correct its id",
            params={"site": measure.site_id},
        )
    for name in measure.meters:
        meter = meters.get(name)
        if meter is None:
            yield _say(
                measure,
                "meters",
                "meter_unknown",
                found="there is no meter '{meter}'",
                expected="meters of the site, virtual ones too",
                remedy="declare the meter first, or correct its id",
                params={"meter": name},
            )
        elif meter.site_id != measure.site_id:
            yield _say(
                measure,
                "meters",
                "meter_elsewhere",
                found="the meter '{meter}' stands at site '{other}', not at '{site}'",
                expected="meters of the measure's own site",
                remedy="declare a measure for each site, or a virtual meter at this one",
                params={"meter": name, "other": meter.site_id, "site": measure.site_id},
            )


def _neighbours(
    measure: Measure, sites: set[str], meters: Mapping[str, Meter], measures: set[str]
) -> Iterator[Finding]:
    """Measures, sites and meters that it names beside its own."""
    others = [("interacts_with", name, name in measures) for name in measure.interacts_with]
    others += [("comparison_sites", name, name in sites) for name in measure.comparison_sites]
    others += [("variables", name, name in meters) for name in measure.variables]
    others += [("comparison_meters", name, name in meters) for name in measure.comparison_meters]
    for field, name, exists in others:
        if not exists:
            yield _say(
                measure,
                field,
                "neighbour_unknown",
                found="'{name}' does not exist",
                expected="an id of the workspace",
                remedy="declare it first, or correct its id",
                params={"name": name},
            )
    own = [name for name in measure.comparison_meters if name in measure.meters]
    own += [name for name in measure.variables if name in measure.meters]
    own += [name for name in measure.comparison_sites if name == measure.site_id]
    own += [name for name in measure.interacts_with if name == measure.id]
    for name in own:
        yield _say(
            measure,
            "comparison",
            "own_neighbour",
            found="'{name}' is the measure's own",
            expected="where nothing was done, what explains use, or another measure",
            remedy="leave it out",
            params={"name": name},
        )


def _option(measure: Measure) -> Iterator[Finding]:
    """What the option of IPMVP asks for."""
    if measure.option == "A" and not (measure.key_parameter and measure.stipulated):
        yield _say(
            measure,
            "option",
            "option_a",
            found="option A measures a key parameter and stipulates the rest, and one of them is not said",
            expected="the key parameter, and each stipulated value with its source",
            remedy="say them with --key-parameter and --stipulated, or choose option B or C",
        )
    if measure.option == "D" and not measure.simulation:
        yield _say(
            measure,
            "option",
            "option_d",
            found="option D rests on a simulation, and none is named",
            expected="a file of the simulated use of the baseline",
            remedy="name it with --simulation, or choose option C",
        )


def _unsaid(measure: Measure) -> Iterator[Finding]:
    if (measure.expected_saving is None) != (measure.expected_unit is None):
        yield _say(
            measure,
            "expected_saving",
            "expected_half",
            found="the expected saving has a value without a unit, or a unit without a value",
            expected="both, as 12000 and kWh",
            remedy="say the other",
        )
    if (measure.cost is None) != (measure.currency is None):
        yield _say(
            measure,
            "cost",
            "cost_half",
            found="the cost has an amount without a currency, or a currency without an amount",
            expected="both, as 25000 and GBP",
            remedy="say the other",
        )
    if not (measure.boundary or "").strip():
        yield _say(
            measure,
            "boundary",
            "no_boundary",
            found="where the boundary of the verification lies is not said",
            expected="what is inside and what is not, in words",
            remedy="say it with --boundary and --inside; a report without it would not be signed",
            severity="warning",
        )


def _shared(measures: Sequence[Measure], meters: Sequence[Meter]) -> Iterator[Finding]:
    """Two measures of which one acts on a meter, or on a part of a meter, of the other, in time that overlaps."""
    leaves = leaf_terms(virtual_terms(meters))
    parents = {one.id: one.parent_id for one in meters if one.parent_id is not None}
    active = [one for one in measures if one.status != "withdrawn" and one.span is not None]
    own = {one.id: {leaf for name in one.meters for leaf in (name, *leaves.get(name, {}))} for one in active}
    by_meter: dict[str, list[Measure]] = {}
    for one in active:
        for name in own[one.id]:
            by_meter.setdefault(name, []).append(one)
    told: set[frozenset[str]] = set()
    for one in active:
        for name in sorted(own[one.id] | _above(own[one.id], parents)):
            for other in by_meter.get(name, ()):
                pair = frozenset((one.id, other.id))
                if other is not one and pair not in told and _at_once(one, other):
                    told.add(pair)
                    yield from (_twice(mine, theirs, name) for mine, theirs in ((one, other), (other, one)))


def _above(names: set[str], parents: Mapping[str, str]) -> set[str]:
    """The meters that already count what some meters count."""
    above: set[str] = set()
    for name in names:
        while (name := parents.get(name, "")) and name not in above:
            above.add(name)
    return above


def _at_once(one: Measure, other: Measure) -> bool:
    """Whether two measures fall into one time and neither names the other."""
    if other.id in one.interacts_with or one.id in other.interacts_with:
        return False
    return one.span is not None and other.span is not None and one.span.shared(other.span) > 0


def _twice(measure: Measure, other: Measure, meter: str) -> Finding:
    return _say(
        measure,
        "interacts_with",
        "shared_meter",
        found="it acts on meter '{meter}' at the same time as measure '{other}', and neither names the other",
        expected="measures that name each other, so that no saving is counted twice",
        remedy="say --interacts-with '{other}', or give the periods dates that do not overlap",
        params={"meter": meter, "other": other.id},
    )
