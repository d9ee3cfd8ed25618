"""What a verification found: the types on which reports, pages and evidence are built. Quantities, no behaviour.

Signs: avoided use is expected minus observed, so a saving is positive and an increase negative. Intervals are 90 %.
"""

from dataclasses import dataclass, field
from datetime import date
from math import nan
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from wattstone.base import Finding
from wattstone.savings.periods import Dates, Sufficiency
from wattstone.savings.quantities import CONFIDENCE, Amount, Estimate, Worth

Floats = npt.NDArray[np.float64]
Verdict = Literal["saving", "no significant saving", "increase", "not determined"]
Certainty = Literal["read", "secondary", "unconfirmed"]
Status = Literal["proposed", "confirmed", "rejected"]
Treatment = Literal["exclude", "adjust"]
Comparison = Literal["at most", "less than", "magnitude at most", "magnitude less than", "at least", "more than"]


@dataclass(frozen=True, kw_only=True)
class Check:
    """A statistic against a published threshold.

    Parameters
    ----------
    id : str
        Of the threshold: `g14-calibrated-monthly-cvrmse`.
    name : str
        In words, with the publication.
    statistic : str
        `cv_rmse`, `nmbe`, `r2`, `fsu`, `fsu68`, `saving_share`, `saving_over_error`.
    value : float
        Of the meter, as a fraction (0.15 for 15 %); NaN where it could not be computed.
    comparison : {'at most', 'less than', 'magnitude at most', 'magnitude less than', 'at least', 'more than'}
        How value and limit are compared.
    limit : float
        As a fraction.
    passed : bool or None
        None where the value is not known.
    source : str
        Publication and clause.
    certainty : {'read', 'secondary', 'unconfirmed'}
        How well the limit is known: read in the publication, in a secondary source, or not confirmed.
    """

    id: str
    name: str
    statistic: str
    value: float
    comparison: Comparison
    limit: float
    passed: bool | None
    source: str
    certainty: Certainty


@dataclass(frozen=True, kw_only=True)
class Fsu:
    """Fractional savings uncertainty by one published formula.

    Parameters
    ----------
    variant : str
        Name of the formula.
    fraction : float
        Half-width of the interval over the saving, at `confidence`; NaN where there is no saving.
    n, n_effective : float
        Points of the baseline, and what they are worth with their autocorrelation.
    m : float
        Points of the reporting period.
    t : float
        Quantile of Student's t.
    confidence : float
        0 to 1.
    """

    variant: str
    fraction: float
    n: float
    n_effective: float
    m: float
    t: float
    confidence: float = CONFIDENCE


@dataclass(frozen=True, kw_only=True)
class Month:
    """A month of the reporting period, over its known intervals.

    Parameters
    ----------
    month : date
        Its first day.
    observed, expected : float
        Over the known intervals; NaN where none is.
    avoided : Estimate
        Expected minus observed.
    known : float
        Share of the month's intervals in the period that are known, 0 to 1.
    """

    month: date
    observed: float
    expected: float
    avoided: Estimate
    known: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Event:
    """A non-routine event: something other than the measure that changed use.

    Parameters
    ----------
    meter : str
        Its id.
    first : date
        First local day.
    last : date or None
        Last local day; None if it still lasted at the end of the data.
    size : float
        Mean change of use, observed minus what was usual; above 0 it used more. [unit d-1]
    unit : str
        Of use.
    share : float
        Size over the meter's usual use.
    score : float
        Size over its standard error, autocorrelation included.
    p_value : float
        Chance of such a shift in a meter without an event; NaN where it is not known.
    status : {'proposed', 'confirmed', 'rejected'}
        Only a confirmed event changes a saving.
    treatment : {'exclude', 'adjust'}
        Leave its days out, or add its size back to them.
    reason, who : str
        Why it was confirmed or rejected, and by whom.
    """

    meter: str
    first: date
    last: date | None
    size: float
    unit: str
    share: float = nan
    score: float = nan
    p_value: float = nan
    status: Status = "proposed"
    treatment: Treatment = "exclude"
    reason: str = ""
    who: str = ""


@dataclass(frozen=True, kw_only=True)
class Excluded:
    """Intervals that do not count, and why.

    Parameters
    ----------
    first, last : date
        Local days within which they lie.
    intervals : int
        How many.
    why : {'blackout', 'event', 'no reading', 'no prediction', 'user'}
        The rule.
    reason : str
        In words, where somebody gave them.
    """

    first: date
    last: date
    intervals: int
    why: Literal["blackout", "event", "no reading", "no prediction", "user"]
    reason: str = ""


@dataclass(frozen=True, kw_only=True, eq=False)
class Series:
    """Observed and expected use over a period, for charts and files.

    Parameters
    ----------
    step : {'hour', 'day', 'bill'}
        Of the intervals.
    start : (t,) array of datetime64[s]
        Naive UTC.
    date : (t,) array of datetime64[D]
        Local days.
    observed, expected : (t,) array
        Per interval, NaN where not known.
    lower, upper : (t,) array or None
        90 % interval of what would be observed.
    temperature : (t,) array or None
        [degC]
    used : (t,) array of bool or None
        Whether the interval counts; None if all that are known do.
    """

    step: Literal["hour", "day", "bill"]
    start: npt.NDArray[np.datetime64]
    date: npt.NDArray[np.datetime64]
    observed: Floats
    expected: Floats
    lower: Floats | None = None
    upper: Floats | None = None
    temperature: Floats | None = None
    used: npt.NDArray[np.bool_] | None = None


@dataclass(frozen=True, kw_only=True)
class MeterSaving:
    """What one meter says about a measure.

    Parameters
    ----------
    meter, kind, unit : str
        Id, canonical kind, unit of use.
    baseline, reporting : Dates
        The periods.
    baseline_data, reporting_data : Sufficiency
        Whether their data suffice.
    method : str
        Of the model: `towt/1`; empty if there is none.
    model : mapping
        The model as JSON values, which predicts the same when loaded.
    goodness : mapping
        Statistics of the baseline fit, `baselines.goodness.Goodness.to_dict`: degrees of freedom n - p, sign positive
        where the model predicts too little.
    checks : tuple of Check
        The statistics against published thresholds.
    observed, expected : float
        Use in the reporting period over the intervals that count.
    avoided : Estimate or None
        Expected minus observed; None if not determined.
    interval_method : str
        How the interval was made.
    calibration : mapping
        What the interval was calibrated on: meters, years, coverage.
    fsu : tuple of Fsu
        By the published formulae.
    normalised : Estimate or None
        Saving of a typical year.
    typical_year : str
        Where the typical weather comes from.
    worth : Worth or None
        Energy, money, emissions; gross and adjusted.
    months : tuple of Month
        Month by month; they sum to the total.
    persistence : mapping
        Trend of the saving and its test.
    events : tuple of Event
        Proposed, confirmed and rejected.
    excluded : tuple of Excluded
        What does not count, and why.
    residuals : mapping
        Diagnostics of the baseline residuals.
    fit, series : Series or None
        Of baseline and reporting period.
    findings : tuple of Finding
        What else must be known.
    """

    meter: str
    kind: str
    unit: str
    baseline: Dates
    reporting: Dates
    baseline_data: Sufficiency
    reporting_data: Sufficiency
    method: str = ""
    model: dict[str, Any] = field(default_factory=dict[str, Any])
    goodness: dict[str, Any] = field(default_factory=dict[str, Any])
    checks: tuple[Check, ...] = ()
    observed: float = nan
    expected: float = nan
    avoided: Estimate | None = None
    interval_method: str = ""
    calibration: dict[str, Any] = field(default_factory=dict[str, Any])
    fsu: tuple[Fsu, ...] = ()
    normalised: Estimate | None = None
    typical_year: str = ""
    worth: Worth | None = None
    months: tuple[Month, ...] = ()
    persistence: dict[str, Any] = field(default_factory=dict[str, Any])
    events: tuple[Event, ...] = ()
    excluded: tuple[Excluded, ...] = ()
    residuals: dict[str, Any] = field(default_factory=dict[str, Any])
    fit: Series | None = None
    series: Series | None = None
    findings: tuple[Finding, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """In one word."""
        return verdict(self.avoided)


@dataclass(frozen=True, kw_only=True)
class Total:
    """Sum over the meters of a measure that have one kind and unit.

    Parameters
    ----------
    kind, unit : str
        What is summed.
    meters : tuple of str
        Whose; those without a result are in `missing`.
    observed, expected : float
        Sums over the intervals that count.
    avoided : Estimate
        With the uncertainty of correlated meters.
    independent, dependent : Estimate
        With the interval if the meters' errors had nothing or everything in common.
    correlation : float
        Mean correlation between the errors of two meters; NaN with one meter.
    missing : tuple of str
        Meters of the kind whose saving is not determined.
    """

    kind: str
    unit: str
    meters: tuple[str, ...]
    observed: float
    expected: float
    avoided: Estimate
    independent: Estimate
    dependent: Estimate
    correlation: float = nan
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Controls:
    """What meters without the measure did meanwhile, and the saving less that: difference in differences.

    Parameters
    ----------
    kind : str
        Of the meters.
    meters : int
        Controls that there are.
    each : int
        Most alike ones that each meter is compared with.
    drift : float
        Median of what they saved without a measure, over their expected use.
    avoided : Estimate
        Of the meters of that kind, less the drift, with the interval that placebos give.
    p_value : float
        Share of placebo groups that saved as much.
    """

    kind: str
    meters: int
    each: int
    drift: float
    avoided: Estimate
    p_value: float


@dataclass(frozen=True, kw_only=True)
class MeasureSaving:
    """What a measure saved.

    Parameters
    ----------
    measure, name : str
        Id and name.
    option : str
        IPMVP option: A, B, C or D.
    meters : tuple of MeterSaving
        Each of its meters, also those without a result.
    totals : tuple of Total
        By kind and unit.
    cost, emissions : Amount or None
        Over all meters.
    expected_saving : Estimate or None
        What was promised.
    verdict : {'saving', 'no significant saving', 'increase', 'not determined'}
        By the totals' intervals.
    reasons : tuple of Finding
        Why, in words.
    shared : mapping of str to float
        Share of each measure, this one too, in a boundary that several measures share; empty if it is alone.
    controls : tuple of Controls
        By kind, where there are enough meters without a measure.
    """

    measure: str
    name: str
    option: str
    meters: tuple[MeterSaving, ...]
    totals: tuple[Total, ...] = ()
    cost: Amount | None = None
    emissions: Amount | None = None
    expected_saving: Estimate | None = None
    verdict: Verdict = "not determined"
    reasons: tuple[Finding, ...] = ()
    shared: dict[str, float] = field(default_factory=dict[str, float])
    controls: tuple[Controls, ...] = ()


def verdict(avoided: Estimate | None) -> Verdict:
    """What an interval says.

    Parameters
    ----------
    avoided : Estimate or None
        Expected minus observed.

    Returns
    -------
    str
        `saving` or `increase` where the whole interval lies on one side of 0, `no significant saving` where it holds
        0, `not determined` without an estimate or an interval.

    Examples
    --------
    >>> verdict(Estimate(10.0, 2.0, 18.0, "kWh")), verdict(Estimate(10.0, -2.0, 22.0, "kWh"))
    ('saving', 'no significant saving')
    """
    if avoided is None or not avoided.bounded:
        return "not determined"
    if avoided.lower > 0:
        return "saving"
    return "increase" if avoided.upper < 0 else "no significant saving"
