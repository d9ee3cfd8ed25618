"""Forecasts of some series of one kind together, and how good earlier ones were, out of sample."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wattstone.forecasting import Forecast, Forecaster, Kind, Spec, mase, naive_scale, pinball
from wattstone.forecasting.scores import coverage
from wattstone.workflows.learnt import Learnt
from wattstone.workflows.series import EPOCH, Powers

Floats = NDArray[np.float64]

__all__ = ["Score", "SeriesForecast", "forecast_series"]

SCORED = timedelta(days=14)
EVERY = timedelta(hours=6)
SHOWN = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)


@dataclass(frozen=True, kw_only=True)
class Score:
    """How good forecasts of the next 24 h were in the last fortnight, out of sample.

    Parameters
    ----------
    mase : float or None
        Mean absolute error of the median over that of the seasonal naive (a day before) on the history.
    naive : float or None
        The same of the seasonal naive on the very same hours.
    pinball : float or None
        Mean pinball loss over the levels. [unit of the series]
    coverage : float or None
        Share that came within the 90 % interval.
    forecasts : int
        How many forecasts were compared.
    """

    mase: float | None = None
    naive: float | None = None
    pinball: float | None = None
    coverage: float | None = None
    forecasts: int = 0


@dataclass(frozen=True, kw_only=True, eq=False)
class SeriesForecast:
    """The forecast of one series.

    Parameters
    ----------
    subject : str
        `meter:ID` or `grid:REGION`.
    site_id : str
        Where.
    kind : {'load', 'pv', 'carbon'}
        What.
    unit : str
        `kW` or `kg CO2e/kWh`.
    start : datetime
        Naive UTC.
    step : timedelta
        Length of a step.
    levels : tuple of float
        Of the quantiles: those of `SHOWN`.
    values : (time, level) array
        NaN where nothing was ever seen.
    methods : dict of str to str
        What was taken, by lead in hours.
    losses : dict of str to float
        Pinball loss of each method at the lead next to an hour. [unit]
    score : Score
        Of what was taken.
    recent : (time,) array
        What was read in the two days before the start, for the eye.
    """

    subject: str
    site_id: str
    kind: Kind
    unit: str
    start: datetime
    step: timedelta
    levels: tuple[float, ...]
    values: Floats
    methods: dict[str, str]
    losses: dict[str, float]
    score: Score
    recent: Floats

    @property
    def median(self) -> Floats:
        """The quantile at .5, (time,)."""
        return self.values[:, self.levels.index(0.5)]

    def as_dict(self) -> dict[str, Any]:
        """For machines."""
        starts = [self.start + number * self.step for number in range(len(self.values))]
        names = [f"q{round(100 * level):02}" for level in self.levels]
        return {
            "subject": self.subject,
            "site": self.site_id,
            "kind": self.kind,
            "unit": self.unit,
            "step_seconds": int(self.step.total_seconds()),
            "methods": self.methods,
            "losses": self.losses,
            "score": asdict(self.score),
            "steps": [
                {"start": f"{start.isoformat()}Z", **{name: _known(v) for name, v in zip(names, row, strict=True)}}
                for start, row in zip(starts, self.values.tolist(), strict=True)
            ],
        }


def forecast_series(
    history: Powers,
    kind: Kind,
    *,
    zone: str,
    hours: float,
    subjects: dict[str, str],
    unit: str = "kW",
    learnt: Learnt | None = None,
    prefix: str = "",
) -> list[SeriesForecast]:
    """Forecast some series of one kind together.

    Parameters
    ----------
    history : Powers
        Up to the time of the forecast.
    kind : {'load', 'pv', 'carbon'}
        What they are.
    zone : str
        IANA zone of the people.
    hours : float
        How far ahead. [h]
    subjects : dict of str to str
        Site by name of the series.
    unit : str
        Of the values.
    learnt : Learnt or None
        What earlier runs learnt; nothing is kept where None.
    prefix : str
        Of the subjects; `meter`, or `grid` for carbon, where left out.

    Returns
    -------
    list of SeriesForecast
        In the order of the history.
    """
    history = history.begun()
    spec = Spec(
        kind, series=len(history.names), start=history.start, step=history.minutes, zone=zone, hours=max(hours, 24)
    )
    forecaster, told = _observed(spec, history, learnt or Learnt(None))
    forecast = forecaster.forecast(max(1, round(hours * 60 / history.minutes)))
    values = np.stack([forecast.quantile(level) for level in SHOWN], axis=-1)
    scores = _scores(history, told, per_day=forecaster.clock.per_day)
    recent = history.values[:, -2 * forecaster.clock.per_day :]
    prefix = prefix or ("grid" if kind == "carbon" else "meter")
    return [
        SeriesForecast(
            subject=f"{prefix}:{name}",
            site_id=subjects[name],
            kind=kind,
            unit=unit,
            start=forecast.start,
            step=history.step,
            levels=SHOWN,
            values=values[row],
            methods={f"{c.lead * history.minutes / 60:g}": c.method for c in forecaster.choices() if c.series == row},
            losses=_losses(forecaster, row),
            score=scores[row],
            recent=recent[row],
        )
        for row, name in enumerate(history.names)
    ]


def _observed(spec: Spec, history: Powers, learnt: Learnt) -> tuple[Forecaster, list[tuple[int, Forecast]]]:
    """Take the history in, step by step; on the way, forecast as one would have then.

    What was learnt up to where the scored fortnight begins is kept for the next run.
    """
    forecaster, begun = learnt.resumed(spec, history.names, history.values, until=_scored_from(history))
    per_day, count = forecaster.clock.per_day, history.values.shape[1]
    first = _scored_from(history)
    due = round(EVERY / history.step)
    offset = round((history.start - EPOCH) % EVERY / history.step)
    told: list[tuple[int, Forecast]] = []
    for index in range(begun, count):
        if index == first:
            learnt.keep(spec, history.names, history.values[:, :index], forecaster)
        if index >= first and (index + offset) % due == 0 and index + per_day <= count:
            told.append((index, forecaster.forecast(per_day)))
        forecaster.observe(history.values[:, index])
    return forecaster, told


def _scored_from(history: Powers) -> int:
    """The first step from which forecasts are scored: after a week, in the last fortnight."""
    per_day = round(timedelta(days=1) / history.step)
    return max(7 * per_day, history.values.shape[1] - int(SCORED / history.step))


def _scores(history: Powers, told: list[tuple[int, Forecast]], *, per_day: int) -> list[Score]:
    if not told:
        return [Score() for _ in history.names]
    places = np.stack([np.arange(first, first + per_day) for first, _ in told])
    actual = history.values[:, places]
    quantiles = np.stack([one.values for _, one in told], axis=1)
    lower, upper = (np.stack([one.quantile(level) for _, one in told], axis=1) for level in (0.05, 0.95))
    median = np.stack([one.median for _, one in told], axis=1)
    naive = history.values[:, places - per_day]
    scale = naive_scale(history.values[:, : told[0][0]], per_day)
    loss = pinball(actual, quantiles, told[0][1].levels)
    flat = (len(history.names), -1)
    pair = np.isfinite(actual) & np.isfinite(naive) & np.isfinite(median)
    if not pair.any():
        return [Score() for _ in history.names]
    both = np.where(pair, actual, np.nan).reshape(flat)
    inside = coverage(both, lower.reshape(flat), upper.reshape(flat))
    return [
        Score(
            mase=_ratio(both[row], median[row].ravel(), scale[row]),
            naive=_ratio(both[row], naive[row].ravel(), scale[row]),
            pinball=_known(float(np.nanmean(np.asarray(loss[row])))) if np.isfinite(loss[row]).any() else None,
            coverage=_known(float(inside[row])),
            forecasts=len(told),
        )
        for row in range(len(history.names))
    ]


def _ratio(actual: Floats, said: Floats, scale: float) -> float | None:
    if not np.isfinite(actual).any() or not scale > 0:
        return None
    return _known(float(mase(actual[None], said[None], scale)[0]))


def _known(value: float) -> float | None:
    return value if np.isfinite(value) else None


def _losses(forecaster: Forecaster, row: int) -> dict[str, float]:
    """What each method lost at the lead next to an hour."""
    mine = [one for one in forecaster.choices() if one.series == row]
    near = min(mine, key=lambda one: abs(one.lead * forecaster.clock.step - 60))
    return near.losses
