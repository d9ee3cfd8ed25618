"""Meters without a measure, to tell from the same days how far a method strays."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wattstone.detection.uses import use_of
from wattstone.inventory.plan import Plan, Stream
from wattstone.portfolio.measures import Measure
from wattstone.savings.calibration_scores import Scores, join
from wattstone.savings.comparison import TooFewControls, difference_in_differences, load_shape, matched
from wattstone.savings.events import Shared, propose_baseline_events, propose_events, shared_events
from wattstone.savings.periods import Baseline, Dates, Reporting
from wattstone.savings.result import Controls
from wattstone.workflows.savings.batches import Batch
from wattstone.workflows.savings.calibrating import stepped
from wattstone.workflows.savings.methods import Choice, method_of
from wattstone.workflows.savings.pairs import Pair, fit_pair
from wattstone.workflows.workspace import Workspace

ENOUGH = 12
"""Meters of the same use from which on those of other uses are not needed."""
MOST: dict[Choice, int] = {"daily": 128, "hourly": 128, "best": 96}
SEED = 4
NEAR = 30  # days within which a change of one meter is that of many
EACH = 5  # most alike meters that one is compared with
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class CompareJob:
    """Some meters in the periods of a measure, for one worker."""

    batch: Batch
    baseline: Dates
    reporting: Dates
    choice: Choice


@dataclass(frozen=True, kw_only=True, eq=False)
class Beside:
    """What meters without a measure say of the days of a measure.

    Parameters
    ----------
    scores : Scores or None
        What the method missed by at them.
    shared : tuple of Shared
        Days on which many of them changed alike.
    kinds : tuple of str
        Of c meters that qualify.
    observed, expected : (c,) array
        Sums over the intervals of the reporting period that are known.
    shapes : (c, f) array
        Of their baselines, as from `load_shape`.
    """

    scores: Scores | None = None
    shared: tuple[Shared, ...] = ()
    kinds: tuple[str, ...] = ()
    observed: Floats
    expected: Floats
    shapes: Floats


def run_compare(job: CompareJob) -> Beside | None:
    """Fit and predict meters without a measure. Safe to run twice; workers call it by name."""
    method = method_of(job.choice, job.batch.conditions.step)
    if method is None or method.step == "bill":
        return None
    pair = fit_pair(job.batch, job.baseline, job.reporting, method)
    known = pair.qualified & np.logical_or.reduce(~np.isnan(pair.predicted), axis=1)
    expected = np.where(pair.qualified[:, None], pair.predicted, np.nan)
    good = np.flatnonzero(known & ~changed_alone(pair.baseline, pair.fitted, pair.reporting, expected))
    if not good.size:
        return None
    observed, wanted = sums_of(pair)
    scores = pair.scores
    scores = scores.take(np.isin(scores.meters, [pair.baseline.meters[at] for at in good]))
    return Beside(
        scores=scores if len(scores) else None,
        shared=shared_events(pair.baseline, pair.fitted, pair.reporting, expected),
        kinds=tuple(pair.baseline.kinds[at] for at in good),
        observed=observed[good],
        expected=wanted[good],
        shapes=shapes_of(pair, good),
    )


def changed_alone(baseline: Baseline, fitted: Floats, reporting: Reporting, expected: Floats) -> npt.NDArray[np.bool_]:
    """Meters at which something happened by themselves, which do not tell how a method strays where nothing did. (m,)

    What happened to many at once stays in: the meters of a measure may have it too.

    Parameters
    ----------
    baseline, reporting : Baseline, Reporting
        The same meters.
    fitted, expected : (m, t) array
        What their models say of each.
    """
    shared = shared_events(baseline, fitted, reporting, expected)
    found = (*propose_baseline_events(baseline, fitted), *propose_events(baseline, fitted, reporting, expected))
    near = np.timedelta64(NEAR, "D")
    alone = {
        one.meter
        for one in found
        if not any(abs(np.datetime64(one.first, "D") - np.datetime64(other.day, "D")) <= near for other in shared)
    }
    return np.array([name in alone for name in baseline.meters], dtype=bool)


def sums_of(pair: Pair) -> tuple[Floats, Floats]:
    """Observed and expected use of each meter over the intervals of which both are known. (m,), (m,)"""
    known = ~np.isnan(pair.reporting.use) & ~np.isnan(pair.predicted)
    return np.where(known, pair.reporting.use, 0.0).sum(axis=1), np.where(known, pair.predicted, 0.0).sum(axis=1)


def shapes_of(pair: Pair, rows: npt.NDArray[np.int64]) -> Floats:
    """Shapes of some meters' baselines over week and year. (r, f)"""
    conditions = pair.baseline.conditions
    week = conditions.week_hour if conditions.step == "hour" else conditions.weekday
    return load_shape(pair.baseline.use[rows], week, conditions.month)


def controls_of(pair: Pair, beside: Beside | None) -> tuple[Controls, ...]:
    """Savings of a measure's meters less what meters without it saved, by kind; none where they are too few.

    Parameters
    ----------
    pair : Pair
        Of the measure's meters.
    beside : Beside or None
        Of the others, by the same method.
    """
    if beside is None or pair.reporting.conditions.step == "bill":
        return ()
    observed, expected = sums_of(pair)
    found: list[Controls] = []
    for kind in sorted(set(pair.baseline.kinds)):
        mine = np.flatnonzero(pair.qualified & (expected > 0) & np.array([one == kind for one in pair.baseline.kinds]))
        others = np.flatnonzero((beside.expected > 0) & np.array([one == kind for one in beside.kinds]))
        if not mine.size or not others.size:
            continue
        shapes = shapes_of(pair, mine)
        if shapes.shape[1] != beside.shapes.shape[1]:
            continue
        try:
            told = difference_in_differences(
                observed[mine],
                expected[mine],
                beside.observed[others],
                beside.expected[others],
                unit=pair.baseline.units[int(mine[0])],
                matches=matched(shapes, beside.shapes[others], each=min(EACH, others.size)),
            )
        except TooFewControls:
            continue
        found.append(
            Controls(
                kind=kind,
                meters=told.controls,
                each=min(EACH, others.size),
                drift=float(np.median(told.drift)),
                avoided=told.total,
                p_value=told.p_value,
            )
        )
    return tuple(found)


def comparison_meters(
    plan: Plan, measure: Measure, measures: Sequence[Measure], streams: Sequence[Stream]
) -> list[Stream]:
    """Meters to compare with: those that the measure names, else meters of the same kind and use at other sites.

    Parameters
    ----------
    plan : Plan
        All meters.
    measure : Measure
        For which.
    measures : sequence of Measure
        All of them: a meter that any of them touches in these years is left out.
    streams : sequence of Stream
        The measure's own meters.
    """
    alive = [one for one in measures if one.status != "withdrawn" and _meet(one, measure)]
    touched, sites = {name for one in alive for name in one.meters}, {one.site_id for one in alive}
    own = [one for one in plan.streams if one.meter.expression is None and one.meter.id not in touched]
    if measure.comparison_meters or measure.comparison_sites:
        names, places = set(measure.comparison_meters), set(measure.comparison_sites)
        return [one for one in own if one.meter.id in names or one.site.id in places]
    kinds = {one.kind for one in streams}
    alike = [one for one in own if one.kind in kinds and one.site.id not in sites and one.site.id != measure.site_id]
    uses = {_use(one) for one in streams}
    same = [one for one in alike if _use(one) in uses]
    chosen = same if len(same) >= ENOUGH else alike
    most = MOST[measure.model]
    if len(chosen) <= most:
        return chosen
    picked = np.random.default_rng(SEED).choice(len(chosen), most, replace=False)
    return [chosen[at] for at in sorted(picked)]


def _meet(one: Measure, other: Measure) -> bool:
    """Whether two measures have a day in common; one without periods may be at work at any time."""
    return one.span is None or other.span is None or one.span.shared(other.span) > 0


def _use(one: Stream) -> str:
    return use_of(one.meter.id, one.kind, main=one.meter.parent_id is None)


def beside_of(
    workspace: Workspace, streams: Sequence[Stream], baseline: Dates, reporting: Dates, choice: Choice
) -> Beside | None:
    """What meters without a measure say of the days of the measure.

    Parameters
    ----------
    workspace : Workspace
        With readings.
    streams : sequence of Stream
        As of `comparison_meters`.
    baseline, reporting : Dates
        Local days.
    choice : {'daily', 'hourly', 'best'}
        The method.

    Returns
    -------
    Beside or None
        None where no meter qualifies.
    """
    if not streams:
        return None
    span = Dates(min(baseline.first, reporting.first), reporting.last)
    jobs = (CompareJob(part, baseline, reporting, choice) for part in stepped(workspace, streams, span))
    found = [one for one in workspace.workers.map(run_compare, jobs) if one is not None]
    if not found:
        return None
    width = found[0].shapes.shape[1]
    alike = [one for one in found if one.shapes.shape[1] == width]
    scores = [one.scores for one in found if one.scores is not None]
    return Beside(
        scores=join(scores) if scores else None,
        shared=tuple({(one.day, one.kind, one.sign): one for part in found for one in part.shared}.values()),
        kinds=tuple(kind for one in alike for kind in one.kinds),
        observed=np.concatenate([one.observed for one in alike]),
        expected=np.concatenate([one.expected for one in alike]),
        shapes=np.concatenate([one.shapes for one in alike]),
    )
