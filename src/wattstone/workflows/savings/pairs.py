"""A batch fitted on its baseline and predicted in its reporting period."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from wattstone.baselines.conditions import Conditions, Extra
from wattstone.baselines.model import Model
from wattstone.baselines.timeline import fold_days, fold_use
from wattstone.savings.calibration_scores import Scores, score
from wattstone.savings.event_apply import adjustments, left_out
from wattstone.savings.intervals import Spread, spread
from wattstone.savings.periods import Baseline, Dates, Reporting
from wattstone.savings.result import Event
from wattstone.savings.sufficiency import check_baseline, check_reporting
from wattstone.savings.treatments import Cleaned, clean
from wattstone.workflows.savings.batches import DOUBTFUL, Batch
from wattstone.workflows.savings.methods import Method

Floats = npt.NDArray[np.float64]
Part = TypeVar("Part", Baseline, Reporting)
Overrides = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, kw_only=True, eq=False)
class Pair:
    """Baseline and reporting period of a batch, with the models between them.

    Parameters
    ----------
    baseline : Baseline
        What the models were fitted to, with the verdict on its data.
    reporting : Reporting
        What they are held against.
    model : Model
        Of m meters; NaN for those that do not qualify.
    used : (m, t) array
        What it was fitted to: use in the baseline without confirmed events; NaN for meters that do not qualify.
    fitted : (m, t) array
        Its values in the baseline.
    predicted : (m, t') array
        Its values in the reporting period.
    spread : Spread
        Of the baseline's residuals.
    treated : tuple of Cleaned
        What was done to the readings of either period before they were looked at.
    """

    baseline: Baseline
    reporting: Reporting
    model: Model
    used: Floats
    fitted: Floats
    predicted: Floats
    spread: Spread
    treated: tuple[Cleaned, Cleaned]

    @property
    def qualified(self) -> npt.NDArray[np.bool_]:
        """Meters whose data suffice in both periods. (m,)"""
        verdicts = zip(self.baseline.sufficiency, self.reporting.sufficiency, strict=True)
        return np.array([one.qualified and other.qualified for one, other in verdicts], dtype=bool)

    @property
    def scores(self) -> Scores:
        """What the models missed by in the reporting period."""
        observed = np.where(self.qualified[:, None], self.reporting.use, np.nan)
        return score(
            meters=self.baseline.meters,
            kinds=self.baseline.kinds,
            observed=observed,
            predicted=self.predicted,
            conditions=self.reporting.conditions,
            spread=self.spread,
        )


def fit_pair(
    batch: Batch,
    baseline: Dates,
    reporting: Dates,
    method: Method,
    *,
    overrides: Overrides | None = None,
    events: Sequence[Event] = (),
) -> Pair:
    """Check, fit and predict the meters of a batch.

    Parameters
    ----------
    batch : Batch
        Holding both periods.
    baseline, reporting : Dates
        Local days.
    method : Method
        How to fit.
    overrides : mapping or None
        Reasons by meter (`*` for all) and code of a finding.
    events : sequence of Event
        Of confirmed ones in the baseline, days that are left out are not fitted, and what they added is taken off.
    """
    before, cleaned = filled(Baseline, batch, baseline, overrides=overrides, events=events)
    after, clean_after = filled(Reporting, batch, reporting)
    out = clean_after.counts["winter_zeros"]
    data = check_reporting(told(after, batch), told(before, batch), overrides=overrides, left_out=out)
    after = replace(after, sufficiency=data)
    before, after = in_step(before, method), in_step(after, method)
    good = np.array([one.qualified for one in before.sufficiency], dtype=bool)
    out = left_out(events, before.meters, before.conditions)
    routine = before.use - adjustments(events, before.meters, before.conditions)
    use = np.where(good[:, None] & ~out, routine, np.nan)
    model = method.fit(use, before.conditions, before.extra, before.kinds, batch.days)
    fitted = model.predict(before.conditions, before.extra)
    return Pair(
        baseline=before,
        reporting=after,
        model=model,
        used=use,
        fitted=fitted,
        predicted=model.predict(after.conditions, after.extra),
        spread=spread(use, fitted, before.conditions),
        treated=(cleaned, clean_after),
    )


def filled(
    kind: type[Part],
    batch: Batch,
    dates: Dates,
    *,
    overrides: Overrides | None = None,
    events: Sequence[Event] = (),
) -> tuple[Part, Cleaned]:
    """A period of a batch with its treatments: what is doubtful, and zeros that stand for missing readings, are gaps.

    A baseline is checked, too, without the days that confirmed events leave out.
    """
    part = batch.within(dates)
    treated = clean(part.use, part.kinds, part.conditions, flags=part.flags, drop_flags=DOUBTFUL)
    use = treated.use.astype(np.float64)
    made = kind(
        dates=dates,
        meters=part.meters,
        kinds=part.kinds,
        units=part.units,
        use=use,
        conditions=part.conditions,
        extra=part.extra,
    )
    if isinstance(made, Baseline):
        out = treated.counts["winter_zeros"]
        seen = told(made, batch)
        kept = replace(seen, use=np.where(left_out(events, seen.meters, seen.conditions), np.nan, seen.use))
        made = replace(made, sufficiency=check_baseline(kept, overrides=overrides, left_out=out))
    return made, treated


def told(part: Part, batch: Batch) -> Part:
    """A period as the rules must see it: of a meter of which no reading is left, those that were read.

    A meter that says nothing but zero, or one value all year, is told from one that says nothing.
    """
    nothing = np.logical_and.reduce(np.isnan(part.use), axis=1)
    if not nothing.any():
        return part
    use = part.use.copy()
    use[nothing] = batch.within(part.dates).use[nothing]
    return replace(part, use=use)


def in_step(part: Part, method: Method) -> Part:
    """A period in the step of the method, days of hours where it goes by days."""
    if method.step != "day" or part.conditions.step != "hour":
        return part
    extra = None if part.extra is None else _days(part.extra, part.conditions)
    return replace(part, use=fold_use(part.use, part.conditions), conditions=fold_days(part.conditions), extra=extra)


def _days(extra: Extra, conditions: Conditions) -> Extra:
    """Further variables as means of days."""
    days = fold_days(conditions)
    values = [fold_use(extra.values[:, :, at], conditions) / days.hours for at in range(len(extra.names))]
    return replace(extra, values=np.stack(values, axis=-1))
