"""The forecaster: observe a step, say the coming ones, for many series at once; nothing it says rests on later values.

All methods forecast at every step, at a few leads; when such a target is observed, each method's error is known, out of
sample. From that the regression learns, methods are weighed per series and lead, and the quantiles that were told move
until as many observations lie below each as should.
"""

from datetime import datetime, timedelta
from typing import ClassVar

import numpy as np

from wattstone.forecasting.arrays import Floats, Ints, Stateful
from wattstone.forecasting.choice import BLEND, Choice, Contest
from wattstone.forecasting.clock import Clock
from wattstone.forecasting.looks import Look, Model
from wattstone.forecasting.result import LEVELS, Forecast
from wattstone.forecasting.ridge import Ridge
from wattstone.forecasting.sieve import Sieve
from wattstone.forecasting.spread import Spread

__all__ = ["Forecaster"]

_LEAD_HOURS = (0.25, 1, 3, 6, 12, 24, 48)
_DECISIONS = 4  # a day: how often the regression is solved and methods are weighed
_RIDGE_DAYS, _CONTEST_DAYS = 60, 20  # how long the regression and the losses remember
_WILD = 8.0  # of the usual size: an error beyond teaches the regression no more than one at it


class Forecaster(Stateful):
    """Forecasts of one kind of series; see `load_forecaster`, `pv_forecaster` and `carbon_forecaster`.

    Parameters
    ----------
    clock : Clock
        Steps and calendar; its start is that of the first step to be observed.
    model : Model
        The kind of series.
    series : int
        How many series.
    horizon : int
        Steps ahead that can be asked for.
    inputs : int
        Inputs that are known ahead, given with each observation.
    levels : tuple of float
        Of the quantiles.
    floor : float or None
        What no value lies below; None: 0 as long as nothing below 0 was seen, else none.
    capacity : tuple of float
        What no value lies above, for each series; empty where it is not known.
    """

    FIELDS: ClassVar[tuple[str, ...]] = (
        "sieve",
        "model",
        "ridge",
        "spread",
        "contest",
        "waiting_points",
        "waiting_features",
        "waiting_groups",
        "waiting_told",
        "lowest",
        "next",
        "outlook",
    )

    def __init__(
        self,
        clock: Clock,
        model: Model,
        *,
        series: int,
        horizon: int,
        inputs: int = 0,
        levels: tuple[float, ...] = LEVELS,
        floor: float | None = None,
        capacity: tuple[float, ...] = (),
    ) -> None:
        if capacity and len(capacity) != series:
            raise ValueError(f"capacity: expected {series} numbers, one for each series, found {len(capacity)}")
        self.capacity: Floats = np.array(capacity or (np.inf,) * series, dtype=np.float64)
        self.clock, self.model, self.levels, self.floor = clock, model, levels, floor
        self.series, self.horizon, self.inputs = series, horizon, inputs
        wanted = {min(horizon, max(1, round(hours * 60 / clock.step))) for hours in _LEAD_HOURS}
        self.leads: Ints = np.array(sorted(wanted), dtype=np.int64)
        self.methods = (*model.methods, "ridge")
        per_day, leads, methods = clock.per_day, len(self.leads), len(self.methods)
        ahead = self.leads * clock.step / 60
        self.sieve = Sieve(series, per_day)
        self.ridge = Ridge(leads, series, model.width, fade=1 - 1 / (_RIDGE_DAYS * per_day), prior=per_day / 6)
        self.spread = Spread(model.groups, ahead, series, levels, step=clock.step, reach=model.reach)
        sharpness = 4 + 8 / (1 + ahead / 6)
        self.contest = Contest(methods, series, sharpness=sharpness, fade=1 / (_CONTEST_DAYS * per_day))
        # A ring per lead, one after the other: what was forecast from each step, until its target is observed.
        self._first: Ints = np.concatenate([[0], np.cumsum(self.leads)[:-1]])
        waiting = int(self.leads.sum())
        self.waiting_points: Floats = np.full((waiting, methods + 1, series), np.nan)
        self.waiting_features: Floats = np.full((waiting, model.width, series), np.nan)
        self.waiting_groups: Ints = np.zeros((waiting, series), dtype=np.int64)
        self.waiting_told: Floats = np.full((waiting, len(levels), series), np.nan)
        self.lowest: Floats = np.zeros(series)
        self.next = np.int64(0)
        self.outlook: Floats = np.full((inputs, horizon, series), np.nan)

    def observe(self, values: Floats, *, at: datetime | None = None, outlook: Floats | None = None) -> None:
        """Take in the values of the next step.

        Parameters
        ----------
        values : (series,) array
            NaN where absent.
        at : datetime, optional
            Start of the step, naive UTC. Steps that were left out count as absent.
        outlook : (inputs, horizon) or (inputs, series, horizon) array, optional
            Inputs of the steps after this one, as they are known now.

        Raises
        ------
        ValueError
            A wrong shape, an infinite value, or a time that was observed before or lies off the grid.
        """
        values = np.asarray(values, dtype=np.float64)
        if values.shape != (self.series,):
            raise ValueError(f"values: expected an array of shape {(self.series,)}, found {values.shape}")
        if np.isinf(values).any():
            raise ValueError(
                f"values: {np.flatnonzero(np.isinf(values)).tolist()} are infinite; an absent value is NaN"
            )
        if at is not None:
            index = self.clock.index(at)
            if index < self.next:
                raise ValueError(f"{at} was observed before; the next step is {self.clock.moment(int(self.next))}")
            while self.next < index:
                self._step(np.full(self.series, np.nan))
        self._know(outlook)
        self._step(values)

    def observe_all(self, values: Floats) -> None:
        """Take in several steps, (series, time), one after the other."""
        for column in np.asarray(values, dtype=np.float64).T:
            self.observe(column)

    def forecast(self, horizon: int | None = None) -> Forecast:
        """Say the steps after the last one observed.

        Parameters
        ----------
        horizon : int, optional
            Steps, 1 to the forecaster's own horizon, which is taken if left out.

        Returns
        -------
        Forecast
        """
        horizon = self.horizon if horizon is None else horizon
        if not 1 <= horizon <= self.horizon:
            raise ValueError(f"horizon {horizon} is not within 1 to {self.horizon} steps")
        targets = int(self.next) + np.arange(horizon)
        between = self._between(np.arange(1, horizon + 1))
        look = self.model.look(targets, self.outlook[:, :horizon])
        coefficients = np.tensordot(between, self.ridge.coefficients, axes=(1, 1)).swapaxes(0, 1)
        points = np.concatenate([look.points, self._corrected(look, coefficients)[None]])
        shares = np.tensordot(between, self.contest.weights, axes=(1, 0)).swapaxes(0, 1)
        point = np.einsum("mhs,mhs->hs", shares, points)
        values = point[:, None] + self._errors(between, self.clock.slots(targets), look.groups)
        most = self.capacity if look.most is None else np.minimum(look.most, self.capacity)[:, None]
        values = np.maximum(np.minimum(values, most), self._floor())
        start, step = self.clock.moment(int(self.next)), timedelta(minutes=self.clock.step)
        return Forecast(start, step, self.levels, values.transpose(2, 0, 1))

    def choices(self) -> tuple[Choice, ...]:
        """What is taken for each series and lead, and the losses that speak for it."""
        contest, names = self.contest, (*self.methods, BLEND)
        places, shares = contest.best()
        return tuple(
            Choice(
                series=one,
                lead=int(lead),
                method=self.methods[int(places[row, one])] if shares[row, one] > 0.5 else BLEND,
                weights=dict(zip(self.methods, contest.weights[row, :, one].tolist(), strict=True)),
                losses=dict(zip(names, contest.losses[row, :, one].tolist(), strict=True)),
                days=float(contest.counts[row, one] / self.clock.per_day),
            )
            for one in range(self.series)
            for row, lead in enumerate(self.leads)
        )

    def _step(self, values: Floats) -> None:
        index = int(self.next)
        values = self.sieve.sifted(values)
        self.lowest = np.fmin(self.lowest, values)
        rows = self._first + index % self.leads
        self._learn(int(self.clock.slots(np.array([index]))[0]), values, rows)
        self.model.learn(index, values)
        if index % max(1, self.clock.per_day // _DECISIONS) == 0:
            self.ridge.solve()
            self.contest.decide()
        self._tell(index + self.leads, rows)
        self.next = np.int64(index + 1)

    def _tell(self, targets: Ints, rows: Ints) -> None:
        """Put down what is forecast for the target of each lead, until it is observed."""
        look = self.model.look(targets, self.outlook[:, self.leads - 1])
        points = np.concatenate([look.points, self._corrected(look, None)[None]])
        blend = np.einsum("lms,mls->ls", self.contest.weights, points)
        self.waiting_points[rows] = np.concatenate([points, blend[None]]).swapaxes(0, 1)
        self.waiting_features[rows] = look.features.swapaxes(0, 1)
        self.waiting_groups[rows] = look.groups
        self.waiting_told[rows] = self.spread.told(self.clock.slots(targets), look.groups).swapaxes(0, 1)

    def _learn(self, slot: int, values: Floats, rows: Ints) -> None:
        """Take in how far off each method was, and the quantiles that were told."""
        errors = values - self.waiting_points[rows]
        usual = self.contest.losses[:, 0]
        bound = np.where(usual > 0, _WILD * usual, np.inf)
        self.ridge.learn(self.waiting_features[rows].swapaxes(0, 1), np.clip(errors[:, 0], -bound, bound))
        self.contest.learn(errors)
        self.spread.learn(slot, self.waiting_groups[rows], errors[:, -1], self.waiting_told[rows].swapaxes(0, 1))

    def _know(self, outlook: Floats | None) -> None:
        """Keep the inputs of the coming steps as (input, step, series); NaN where none are given."""
        if outlook is None:
            self.outlook = np.full((self.inputs, self.horizon, self.series), np.nan)
            return
        given = np.asarray(outlook, dtype=np.float64)
        given = given[:, None] if given.ndim == 2 else given
        if given.ndim != 3 or given.shape[::2] != (self.inputs, self.horizon) or given.shape[1] not in (1, self.series):
            wanted = (self.inputs, self.series, self.horizon)
            raise ValueError(f"outlook: expected an array of shape {wanted}, found {np.shape(outlook)}")
        self.outlook = np.broadcast_to(given, (self.inputs, self.series, self.horizon)).swapaxes(1, 2).copy()

    def _corrected(self, look: Look, coefficients: Floats | None) -> Floats:
        return look.points[0] + self.ridge.correct(look.features, coefficients)

    def _between(self, ahead: Ints) -> Floats:
        """Weights of the leads for each number of steps ahead, (step, lead): straight lines over the logarithm."""
        places = np.log(self.leads)
        return np.stack([np.interp(np.log(ahead), places, one) for one in np.eye(len(places))], axis=1)

    def _errors(self, between: Floats, slots: Ints, groups: Ints) -> Floats:
        """Quantiles of the error of what is taken, (step, level, series)."""
        scales, shapes = self.spread.scales(slots), self.spread.shapes()
        found = np.empty((len(between), len(self.levels), self.series))
        for group in range(len(shapes)):
            mine = groups == group
            if not mine.any():
                continue
            scale = np.einsum("hl,hls->hs", between, scales[group])
            errors = np.tensordot(between, shapes[group], axes=(1, 1)) * scale[:, None]
            np.copyto(found, errors, where=mine[:, None])
        return found

    def _floor(self) -> Floats:
        return np.where(self.lowest < 0, -np.inf, 0.0) if self.floor is None else np.full(self.series, self.floor)
