"""Time of week and temperature in twelve models, one for each month, in which its neighbours count half."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from wattstone.baselines.conditions import Bools, Conditions, Extra, Index
from wattstone.baselines.towt import Floats, Ints, Towt, covariates, filled, towt_from_json
from wattstone.baselines.towt_design import CLASSES, KNOTS, classes, hourly, knots
from wattstone.baselines.towt_fold import Sums, complete, covered, layout, sums
from wattstone.baselines.towt_solve import Slopes, chunks, occupied, regress, values_of

METHOD = "towt-segments/1"
MONTHS = 12
NEIGHBOUR = 0.5
"""Weight of the months before and after: CalTRACK 2.0, 3.7.5."""


@dataclass(frozen=True, kw_only=True)
class TowtSegments:
    """Twelve models of each of m meters; see `fit_segments`.

    Parameters
    ----------
    months : tuple of Towt
        January first.
    """

    months: tuple[Towt, ...]

    @property
    def method(self) -> str:
        """Name and version."""
        return METHOD

    @property
    def parameters(self) -> Ints:
        """Half of all that were fitted: half of a model's weight is on the hours that it is for. (m,)"""
        return (np.sum([one.parameters for one in self.months], axis=0) + 1) // 2

    def predict(self, conditions: Conditions, extra: Extra | None = None) -> Floats:
        """Expected use of each hour, as in `wattstone.baselines.model.Model`. (m, t)"""
        found = np.full((len(self.months[0].constant), len(conditions)), np.nan)
        for number, model in enumerate(self.months):
            at = np.flatnonzero(conditions.month == number + 1)
            found[:, at] = model.predict(conditions.take(at), None if extra is None else extra.take(at))
        return found

    def rows(self, at: Index) -> "TowtSegments":
        """The models of some meters."""
        return TowtSegments(months=tuple(one.rows(at) for one in self.months))

    def to_json(self, at: int) -> dict[str, Any]:
        """One meter's models as JSON values."""
        return {"method": METHOD, "months": [one.to_json(at) for one in self.months]}


def segments_from_json(values: dict[str, Any]) -> TowtSegments:
    """One meter's models back from `TowtSegments.to_json`."""
    return TowtSegments(months=tuple(towt_from_json(one) for one in values["months"]))


def fit_segments(
    use: npt.NDArray[np.floating],
    conditions: Conditions,
    extra: Extra | None = None,
    *,
    holidays: bool = True,
    sunlit: bool = False,
) -> TowtSegments:
    """Fit a time-of-week-and-temperature model for each month with half the weight of its neighbours [1]_.

    Parameters
    ----------
    use : (m, t) array
        Of each hour; NaN where not known.
    conditions : Conditions
        Hours of up to a year.
    extra : Extra or None
        Further variables, each with a slope a month.
    holidays : bool
        Whether days off have constants of their own; else they are Sundays.
    sunlit : bool
        Whether irradiance is a covariate.

    Returns
    -------
    TowtSegments
        Months with no more hours than parameters are NaN. Occupancy and pieces of temperature are those of the three
        months of each model; see `fit_towt`.

    References
    ----------
    .. [1] CalTRACK methods 2.0, sections 3.7.5 to 3.11, docs.caltrack.org.
    """
    hourly(conditions, sunlit=sunlit)
    x = covariates(conditions, KNOTS, sunlit=sunlit)
    fitted = complete(x)
    kind = (conditions.month - 1) * CLASSES + classes(conditions, holidays=holidays)
    spread = layout(kind, MONTHS * CLASSES, fitted)
    folded, warmth = covered(spread.fold(x)), spread.fold(conditions.temperature)
    merges = [_merge(conditions.temperature[_near(conditions.month - 1, month)], x.shape[1]) for month in range(MONTHS)]
    known = np.isfinite(use[:, fitted])
    if extra is not None:
        known &= np.isfinite(extra.values[:, fitted]).all(axis=-1)
    months = [_empty(conditions, len(use), x.shape[1], extra, holidays=holidays, sunlit=sunlit) for _ in range(MONTHS)]
    for at, whole in chunks(known):
        told = np.zeros((len(at), len(conditions)), dtype=bool)
        told[:, fitted] = known[at]
        v, weight = values_of(spread, use[at] / conditions.hours, None if extra is None else extra.values[at], told)
        weight = np.ascontiguousarray(weight[:, :, :1]) if whole else weight
        by_month = sums(folded, v, weight)
        for month, model in enumerate(months):
            mode = _occupied(month, warmth, v[:, :, 0], weight)
            one = regress(_season(by_month, month), mode, merges[month])
            hours = by_month.n.reshape(MONTHS, CLASSES, -1)[_near(np.arange(MONTHS), month)].sum(axis=(0, 1))
            _put(model, at, one, mode, hours > one.parameters)
    return TowtSegments(months=tuple(replace(one, constant=filled(one.constant)) for one in months))


def _near(month: Ints, of: int) -> Bools:
    return np.isin(month, ((of - 1) % MONTHS, of, (of + 1) % MONTHS))


def _merge(temperature: Floats, columns: int) -> Floats:
    """Which pieces of temperature go together in a model, as columns of 0 and 1. (j, fewer)"""
    kept = knots(temperature)
    owner = [sum(bound in kept for bound in KNOTS[:piece]) for piece in range(len(KNOTS) + 1)]
    owner += [owner[-1] + 1 + more for more in range(columns - len(owner))]
    return np.eye(owner[-1] + 1)[owner]


def _season(of: Sums, month: int) -> Sums:
    """Sums of a month and its neighbours, with weights."""

    def weighed(values: Floats) -> Floats:
        apart = values.reshape(MONTHS, CLASSES, *values.shape[1:])
        found = apart[month - 1] + apart[(month + 1) % MONTHS]
        found *= NEIGHBOUR
        found += apart[month]
        return found

    return Sums(**{name: weighed(getattr(of, name)) for name in ("n", "x", "xx", "v", "xv", "vv")})


def _occupied(month: int, warmth: Floats, v: Floats, weight: Floats) -> Bools:
    near = [(month - 1) % MONTHS, month, (month + 1) % MONTHS]
    share = np.array([NEIGHBOUR, 1.0, NEIGHBOUR])

    def joined(values: Floats) -> Floats:
        apart = values.reshape(MONTHS, CLASSES, *values.shape[1:])
        return np.concatenate([apart[one] for one in near], axis=1)

    weights = joined(weight) * np.repeat(share, v.shape[1])[None, :, None]
    return occupied(joined(warmth), joined(v), weights)


def _put(model: Towt, at: Ints, found: Slopes, mode: Bools, enough: Bools) -> None:
    """Enter what was solved; a month without enough hours stays NaN."""
    model.constant[at[enough]] = found.constant[enough]
    model.slope[at[enough]] = found.slope[enough]
    model.extra[at[enough]] = found.extra[enough]
    model.busy[at] = mode.T
    model.parameters[at] = np.where(enough, found.parameters, 0)


def _empty(conditions: Conditions, m: int, j: int, extra: Extra | None, *, holidays: bool, sunlit: bool) -> Towt:
    names = () if extra is None else extra.names
    return Towt(
        zone=conditions.zone,
        holidays=holidays,
        bounds=KNOTS,
        sunlit=sunlit,
        names=names,
        constant=np.full((m, CLASSES), np.nan),
        busy=np.zeros((m, CLASSES), dtype=bool),
        slope=np.full((m, 2, j), np.nan),
        extra=np.full((m, len(names)), np.nan),
        parameters=np.zeros(m, dtype=np.int64),
    )
