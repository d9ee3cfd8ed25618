"""Meters without a measure, to tell from the same days how far a method strays."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from wattstone.detection.uses import use_of
from wattstone.inventory.plan import Plan, Stream
from wattstone.portfolio.measures import Measure
from wattstone.savings.calibration_scores import Scores, join
from wattstone.savings.periods import Dates
from wattstone.workflows.savings.batches import Batch
from wattstone.workflows.savings.calibrating import stepped
from wattstone.workflows.savings.methods import Choice, method_of
from wattstone.workflows.savings.pairs import fit_pair
from wattstone.workflows.workspace import Workspace

ENOUGH = 12
"""Meters of the same use from which on those of other uses are not needed."""
MOST: dict[Choice, int] = {"daily": 128, "hourly": 128, "best": 32}
SEED = 4


@dataclass(frozen=True)
class CompareJob:
    """Some meters in the periods of a measure, for one worker."""

    batch: Batch
    baseline: Dates
    reporting: Dates
    choice: Choice


def run_compare(job: CompareJob) -> Scores | None:
    """Score a method at meters without a measure. Safe to run twice; workers call it by name."""
    method = method_of(job.choice, job.batch.conditions.step)
    if method is None:
        return None
    scores = fit_pair(job.batch, job.baseline, job.reporting, method).scores
    return scores if len(scores) else None


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
    alive = [one for one in measures if one.status != "withdrawn"]
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


def _use(one: Stream) -> str:
    return use_of(one.meter.id, one.kind, main=one.meter.parent_id is None)


def comparison_scores(
    workspace: Workspace, streams: Sequence[Stream], baseline: Dates, reporting: Dates, choice: Choice
) -> Scores | None:
    """What the method misses by at meters without a measure, on the days of the measure.

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
    Scores or None
        None where no meter qualifies.
    """
    if not streams:
        return None
    span = Dates(min(baseline.first, reporting.first), reporting.last)
    jobs = (CompareJob(part, baseline, reporting, choice) for part in stepped(workspace, streams, span))
    found = [one for one in workspace.workers.map(run_compare, jobs) if one is not None]
    return join(found) if found else None
