"""What a method missed by in the years before, at as many meters as are worth the time."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from wattstone.inventory.plan import Stream
from wattstone.readings.partitions import part_period
from wattstone.savings.calibration_scores import Scores, join
from wattstone.savings.periods import Dates
from wattstone.workflows.savings.batches import MOST, Batch, batches
from wattstone.workflows.savings.bills import bill_batches
from wattstone.workflows.savings.longer import daily_batch, longer_readings
from wattstone.workflows.savings.methods import Choice, method_of
from wattstone.workflows.savings.pairs import fit_pair
from wattstone.workflows.stores import Lake
from wattstone.workflows.workspace import Workspace

Tell = Callable[[str, int, int | None], None]

YEARS = 4
"""Most earlier pairs of periods that are looked at, each a year before the next."""
METERS: dict[Choice, int] = {"daily": 512, "hourly": 512, "best": 64}
"""Most meters that are looked at; boosting takes a second for each and year."""
SEED = 4


@dataclass(frozen=True)
class ScoreJob:
    """Some meters in some earlier pairs of periods, for one worker."""

    batch: Batch
    pairs: tuple[tuple[Dates, Dates], ...]
    choice: Choice
    robust: bool = False


def run_scores(job: ScoreJob) -> list[Scores]:
    """Score a method in earlier years. Safe to run twice; workers call it by name."""
    method = method_of(job.choice, job.batch.conditions.step, robust=job.robust)
    if method is None:
        return []
    scores = (fit_pair(job.batch, baseline, reporting, method).scores for baseline, reporting in job.pairs)
    return [one for one in scores if len(one)]


def earlier_pairs(lake: Lake, baseline: Dates, reporting: Dates, years: int = YEARS) -> list[tuple[Dates, Dates]]:
    """The same two periods in earlier years, as far back as there are readings.

    Only pairs are taken whose reporting period ends before the one that is asked for begins.

    Parameters
    ----------
    lake : Lake
        The readings.
    baseline, reporting : Dates
        Local days.
    years : int
        How far back to go.
    """
    parts = lake.parts("readings")
    if not parts:
        return []
    first = part_period(min(parts)).start.date()
    found = [(back(baseline, by), back(reporting, by)) for by in range(1, years + 1)]
    return [(old, new) for old, new in found if old.first >= first and new.last < reporting.first]


def back(dates: Dates, years: int) -> Dates:
    """Some days in an earlier year; 29 February becomes the 28th."""

    def earlier(day: date) -> date:
        leap = day.month == 2 and day.day == 29
        return day.replace(year=day.year - years, day=28 if leap else day.day)

    return Dates(earlier(dates.first), earlier(dates.last))


def earlier_scores(
    workspace: Workspace,
    streams: Sequence[Stream],
    baseline: Dates,
    reporting: Dates,
    choice: Choice,
    *,
    robust: bool = False,
    tell: Tell | None = None,
) -> Scores | None:
    """Score a method in the years before, from readings that end before the reporting period begins.

    Parameters
    ----------
    workspace : Workspace
        With readings.
    streams : sequence of Stream
        Meters; where there are more than `METERS`, a sample of them is looked at.
    baseline, reporting : Dates
        Local days.
    choice : {'daily', 'hourly', 'best'}
        The method.
    robust : bool
        Whether outliers count less.
    tell : callable or None
        Told how far it is.

    Returns
    -------
    Scores or None
        None where there are no earlier years.
    """
    pairs = earlier_pairs(workspace.lake, baseline, reporting)
    if not pairs:
        return None
    chosen = _sample(streams, METERS[choice])
    span = Dates(min(old.first for old, _ in pairs), max(new.last for _, new in pairs))
    jobs = (ScoreJob(part, tuple(pairs), choice, robust) for part in stepped(workspace, chosen, span))
    found: list[Scores] = []
    for done, part in enumerate(workspace.workers.map(run_scores, jobs), start=1):
        found += part
        if tell is not None:
            tell("calibrating", min(done * MOST, len(chosen)), len(chosen))
    return join(found) if found else None


def stepped(workspace: Workspace, streams: Sequence[Stream], span: Dates) -> Iterator[Batch]:
    """Batches of hours, and of days or bills for meters that are read so."""
    for batch in batches(workspace, streams, span):
        silent = np.logical_and.reduce(np.isnan(batch.use), axis=1)
        quiet = [one for one, nothing in zip(batch.streams, silent, strict=True) if nothing]
        held = longer_readings(workspace.lake, quiet, span)
        daily = np.array([name in held and held[name].daily for name in batch.meters], dtype=bool)
        billed = np.array([name in held and not held[name].daily for name in batch.meters], dtype=bool)
        if not (daily | billed).all():
            yield batch.rows(~(daily | billed))
        if daily.any():
            yield daily_batch(batch.rows(daily), held)
        if billed.any():
            yield from bill_batches(batch.rows(billed), held)


def _sample(streams: Sequence[Stream], most: int) -> list[Stream]:
    """Some of the meters, the same at every run."""
    if len(streams) <= most:
        return list(streams)
    chosen = np.random.default_rng(SEED).choice(len(streams), most, replace=False)
    return [streams[at] for at in sorted(chosen)]
