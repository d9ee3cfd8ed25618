"""Comparison groups: what happened meanwhile to meters without the measure."""

from dataclasses import dataclass
from typing import Literal, cast

import numpy as np
import numpy.typing as npt

from wattstone.savings.result import Estimate

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Form = Literal["ordinary", "percent"]
DRAWS = 2000
LEAST = 9
"""Controls without which no interval at 90 % exists: the chance of the widest is 1 in n + 1."""


class TooFewControls(ValueError):
    """There are not enough meters to compare with."""


@dataclass(frozen=True, kw_only=True)
class Compared:
    """Difference in differences of m treated meters.

    Parameters
    ----------
    form : {'ordinary', 'percent'}
        Of the correction.
    savings : (m,) array
        Of each meter. [unit]
    total : Estimate
        Of all together, with the interval that the placebos give.
    drift : (m,) array
        Median of what the controls of each meter saved without a measure, over their expected use.
    p_value : float
        Two-sided: share of placebo groups whose saving is at least as large, over expected use.
    controls : int
        Meters of which the placebos were made.
    """

    form: Form
    savings: Floats
    total: Estimate
    drift: Floats
    p_value: float
    controls: int


def load_shape(use: Floats, week_hour: Ints, month: Ints) -> Floats:
    """Shape of use over the week and over the year, each over its mean.

    Parameters
    ----------
    use : (m, t) array
        Of the baseline; NaN where not known.
    week_hour : (t,) array of int
        Class within the week: the hour 0 to 167, or the day.
    month : (t,) array of int
        1 to 12.

    Returns
    -------
    (m, classes + months) array
        1 is the mean use. A class that a meter does not know is 1: it then tells nothing about likeness.
    """
    parts = [_by_class(use, labels) for labels in (week_hour, month)]
    scaled = [np.nan_to_num(part / np.nanmean(np.abs(part), axis=1, keepdims=True), nan=1.0) for part in parts]
    return np.concatenate([part / np.sqrt(part.shape[1]) for part in scaled], axis=1)


def matched(treated: Floats, pool: Floats, *, each: int = 5, again: bool = True, allowed: Bools | None = None) -> Ints:
    """Controls whose baseline is most like that of each treated meter.

    Parameters
    ----------
    treated : (m, f) array
        Shapes, as from `load_shape`.
    pool : (c, f) array
        Of meters without a measure.
    each : int
        Controls of a meter.
    again : bool
        Whether a control may serve several meters; if not, the matching has the least sum of distances.
    allowed : (m, c) array of bool or None
        Which pairs may be made: of other sites, of one kind.

    Returns
    -------
    (m, each) array of int
        Places in the pool, the nearest first.

    Raises
    ------
    TooFewControls
        If there are not so many.

    Notes
    -----
    The distance is the root mean square difference of the shapes. Without reuse it is the assignment problem, solved
    exactly.
    """
    allowed = np.ones((len(treated), len(pool)), dtype=bool) if allowed is None else allowed
    wanted = each if again else each * len(treated)
    if len(pool) < wanted or (allowed.sum(axis=1) < each).any():
        raise TooFewControls(f"{len(treated)} meters need {wanted} controls and have {len(pool)} to choose from")
    squares: Floats = (treated**2).sum(axis=1)[:, None] + (pool**2).sum(axis=1)[None, :] - 2 * treated @ pool.T
    distance: Floats = np.sqrt(np.maximum(squares, 0.0))
    far = 1e6 * (1.0 + float(distance.max()))
    distance[~allowed] = far
    if again:
        return np.argsort(distance, axis=1, kind="stable")[:, :each].astype(np.int64)
    return _assigned(distance, each, far)


def _assigned(distance: Floats, each: int, far: float) -> Ints:
    from scipy.optimize import linear_sum_assignment  # pyright: ignore[reportMissingTypeStubs, reportUnknownVariableType]

    solved = cast("tuple[Ints, Ints]", linear_sum_assignment(np.repeat(distance, each, axis=0)))
    rows, places = (np.asarray(one, dtype=np.int64) for one in solved)
    taken = np.repeat(distance, each, axis=0)[rows, places]
    if (taken >= far).any():
        raise TooFewControls("not every meter can have controls of its own: allow their reuse, or fewer each")
    found = places[np.argsort(rows, kind="stable")].reshape(len(distance), each)
    order = np.argsort(np.take_along_axis(distance, found, axis=1), axis=1, kind="stable")
    return np.take_along_axis(found, order, axis=1)


def difference_in_differences(
    observed: Floats,
    expected: Floats,
    controls_observed: Floats,
    controls_expected: Floats,
    *,
    unit: str,
    matches: Ints | None = None,
    form: Form = "percent",
    seed: int = 0,
) -> Compared:
    """Savings of meters less what meters without the measure saved meanwhile.

    Parameters
    ----------
    observed, expected : (m,) array
        Sums over the reporting period of each treated meter.
    controls_observed, controls_expected : (c,) array
        Of the meters without the measure, over the same intervals.
    unit : str
        Of use.
    matches : (m, k) array of int or None
        Controls of each meter, as from `matched`; all of them if left out.
    form : {'ordinary', 'percent'}
        Ordinary takes off the mean avoided use of the controls, for meters of one size; percent scales what is
        expected by the median of the controls' observed over expected use.
    seed : int
        Of the draws of placebo groups.

    Returns
    -------
    Compared

    Raises
    ------
    TooFewControls
        With fewer than nine.

    Notes
    -----
    With observed use O, expected use E and those of the controls o and e, the saving is (E - O) - mean(e - o), or
    E median(o / e) - O: a median, since among real meters there are always some that broke. The placebos treat each
    control as if it had the measure, the others being its controls; a placebo saving over its expected use is an error
    of the method. Groups of m placebos are drawn, weighted by the expected use of the treated meters; the interval is
    the total plus and minus the quantile of their sizes at 0.9 (n + 1) / n, with n controls. Drift common to all meters
    is taken off; the errors of matched groups are taken to be no larger than those of all other controls.
    """
    count = len(controls_observed)
    if count < LEAST:
        raise TooFewControls(f"an interval at 90 % needs {LEAST} controls; there are {count}")
    matches = np.tile(np.arange(count), (len(observed), 1)) if matches is None else matches
    o, e = controls_observed[matches], controls_expected[matches]
    drift = 1 - np.median(o / e, axis=1)
    if form == "ordinary":
        savings = (expected - observed) - (e - o).mean(axis=1)
    else:
        savings = expected * (1 - drift) - observed
    placebo = _placebos(controls_observed, controls_expected, form)
    draws = np.random.default_rng(seed).integers(0, count, (DRAWS, len(observed)))
    size = float(expected.sum())
    errors = np.abs((placebo[draws] * expected).sum(axis=1) / size)
    level = min(0.9 * (count + 1) / count, 1.0)
    half = float(np.quantile(errors, level, method="higher")) * size
    total = float(savings.sum())
    extreme = int((errors >= abs(total) / size - 1e-12).sum())
    chance = max((extreme + 1) / (DRAWS + 1), 1 / (count + 1) if len(observed) == 1 else 0.0)
    return Compared(
        form=form,
        savings=savings,
        total=Estimate(total, total - half, total + half, unit),
        drift=drift,
        p_value=chance,
        controls=count,
    )


def _placebos(observed: Floats, expected: Floats, form: Form) -> Floats:
    """What each control saved against all others, over its expected use."""
    count = len(observed)
    if form == "ordinary":
        avoided = expected - observed
        others = (avoided.sum() - avoided) / (count - 1)
        return (avoided - others) / expected
    ratio: Floats = observed / expected
    others: Floats = _median_of_others(ratio)
    return others - ratio


def _median_of_others(values: Floats) -> Floats:
    """For each value the median of all but it."""
    ordered: Floats = np.sort(values)
    left = len(values) - 1
    rank: Ints = np.empty(len(values), dtype=np.int64)
    rank[np.argsort(values, kind="stable")] = np.arange(len(values))

    def at(place: int) -> Floats:
        return ordered[np.minimum(place + (rank <= place), left)]

    return (at((left - 1) // 2) + at(left // 2)) / 2


def _by_class(use: Floats, labels: Ints) -> Floats:
    """Mean use of each class; NaN where a meter does not know it."""
    classes, place = np.unique(labels, return_inverse=True)
    member = np.zeros((len(place), len(classes)))
    member[np.arange(len(place)), place] = 1.0
    known = ~np.isnan(use)
    total, count = np.where(known, use, 0.0) @ member, known.astype(np.float64) @ member
    return np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)
