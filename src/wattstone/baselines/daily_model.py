"""Daily models of use by weather and calendar, as fitted: predictions, JSON, and words."""

from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from wattstone.baselines.changepoint import SHAPES
from wattstone.baselines.conditions import Conditions, Extra, Index
from wattstone.baselines.daily_splits import GROUPS, SPLITS, groups_of, resting
from wattstone.baselines.daily_terms import calendar_terms, felt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Slopes = Literal["physical", "free", "auto"]

PER_METER = ("split", "shape", "balance", "coefficients", "terms", "factor", "shift", "parameters", "days")
"""Arrays of `DailyModel` with an entry for each meter."""
SEASONS = ("summer", "shoulder", "winter")


@dataclass(frozen=True, kw_only=True)
class DailySettings:
    """How daily models are fitted; the defaults were chosen on years before those that accuracy is reported for.

    Parameters
    ----------
    lowest, highest, step : float
        Grid of balance points: 30 to 90 degF as in CalTRACK 2.0, widened to whole degrees. [degC]
    memory : float
        Weight of the day before in the temperature that is felt; see `daily_terms.felt`.
    seasons : bool
        Whether a split by seasons may be chosen.
    calendar : bool
        Whether days of the week and holidays have terms of their own.
    weekend : tuple of int
        Days without work, Monday 0.
    slopes : {'physical', 'free', 'auto'}
        Whether use may fall with cold or warmth; 'auto' lets it where a meter's use is below 0 on some day.
    robust : bool
        Weigh days that lie far off down, after Huber.
    level_days : float
        Memory of the level that goes on after the baseline, but for fuels and heat; 0 for none. [d]
    level_prior : float
        How much the level is drawn to that of the whole baseline, as a share of the days it remembers.
    """

    lowest: float = -1.0
    highest: float = 32.0
    step: float = 1.0
    memory: float = 0.3
    seasons: bool = True
    calendar: bool = True
    weekend: tuple[int, ...] = (5, 6)
    slopes: Slopes = "auto"
    robust: bool = False
    level_days: float = 60.0
    level_prior: float = 0.25

    @property
    def grid(self) -> Floats:
        """Balance points. [degC]"""
        return np.arange(self.lowest, self.highest + self.step / 2, self.step)


@dataclass(frozen=True, kw_only=True)
class DailyModel:
    r"""Daily models of m meters.

    .. math:: P = \tfrac12 \sum_{l=1}^{2} (a_{lg} + b_{lg} (H_{lg} - T)^+ + c_{lg} (T - C_{lg})^+) + \sum_j d_j z_j

    for days of group g (season, and working or rest), l = 1 without seasons and 2 with those that were chosen. Outside
    the fitted days the level of the last of them goes on: P times `factor`, plus `shift`.

    Parameters
    ----------
    settings : DailySettings
        Of the fit.
    zone : str
        IANA zone of the days.
    south : bool
        Whether seasons are those of the southern half of the earth.
    names : tuple of str
        The user's variables.
    first, last : datetime64[D]
        Days of the fit, both included.
    step : {'day', 'bill'}
        What it was fitted to; it predicts days.
    split : (m,) array of int
        In `daily_splits.SPLITS`; -1 where nothing could be fitted.
    shape : (m, 2, 6) array of int
        In `changepoint.SHAPES`.
    balance : (m, 2, 6, 2) array
        Balance points of heating and cooling; NaN where there is no slope. [degC]
    coefficients : (m, 2, 6, 3) array
        Constant [unit per h], slopes of heating and cooling [unit per h per K].
    terms : (m, k) array
        Of the calendar's columns, then of the user's.
    factor, shift : (m,) array
        Level outside the fitted days: a factor, or for use that changes sign an addition [unit per h].
    parameters : (m,) array of int
        Fitted ones of the split that was chosen (the larger of the two models) and of the terms.
    days : (m,) array of int
        Days that were fitted.
    """

    settings: DailySettings
    zone: str
    south: bool
    names: tuple[str, ...]
    first: np.datetime64
    last: np.datetime64
    step: Literal["day", "bill"] = "day"
    split: Ints
    shape: Ints
    balance: Floats
    coefficients: Floats
    terms: Floats
    factor: Floats
    shift: Floats
    parameters: Ints
    days: Ints

    @property
    def method(self) -> str:
        """Name and version."""
        if self.step == "bill":
            return "billing/1"
        return "daily-robust/1" if self.settings.robust else "daily/1"

    def __len__(self) -> int:
        """Number of meters."""
        return len(self.split)

    def predict(self, conditions: Conditions, extra: Extra | None = None) -> Floats:
        """Expected use of each day; see `model.Model`.

        Raises
        ------
        ValueError
            For hours or bills, or variables other than those of the fit.
        """
        if conditions.step != "day":
            raise ValueError("a daily model predicts days: fold hours to days, or sum days to bills")
        if (extra.names if extra else ()) != self.names:
            raise ValueError(f"fitted with the variables {self.names}: give these for prediction")
        power = self.power(conditions, extra)
        outside = (conditions.date < self.first) | (conditions.date > self.last)
        later = power * self.factor[:, None] + self.shift[:, None]
        return np.where(outside, later, power) * conditions.hours

    def power(self, conditions: Conditions, extra: Extra | None = None) -> Floats:
        """Mean power of each day at the level of the whole baseline. (m, t) [unit per h]"""
        rest = resting(conditions)
        group = groups_of(conditions, rest, south=self.south, weekend=self.settings.weekend)
        temperature = felt(conditions, self.settings.memory)
        found = hinged(self.balance, self.coefficients, temperature, group)
        if self.terms.shape[1]:
            _, columns = calendar_terms(conditions, rest, weekend=self.settings.weekend)
            shared = columns if self.settings.calendar else columns[:, :0]
            found += self.terms[:, : shared.shape[1]] @ shared.T
            if extra is not None:
                found += np.einsum("mtk,mk->mt", extra.values, self.terms[:, shared.shape[1] :])
        return found

    def rows(self, at: Index) -> "DailyModel":
        """The models of some meters."""
        return replace(self, **{name: getattr(self, name)[at] for name in PER_METER})

    def to_json(self, at: int) -> dict[str, Any]:
        """One meter's model as JSON values."""
        return {
            "method": self.method,
            "settings": {**asdict(self.settings), "weekend": list(self.settings.weekend)},
            "zone": self.zone,
            "south": self.south,
            "names": list(self.names),
            "first": str(self.first),
            "last": str(self.last),
            "step": self.step,
            **{name: _plain(getattr(self, name)[at].tolist()) for name in PER_METER},
        }

    def describe(self, at: int, *, fahrenheit: bool = False) -> list[dict[str, Any]]:
        """The chosen models of a meter, one row for each group of days that shares one.

        Parameters
        ----------
        at : int
            Which meter.
        fahrenheit : bool
            Give balance points in degF and slopes per degF.

        Returns
        -------
        list of dict
            `days` (what it holds for), `shape`, `heating_balance`, `cooling_balance`, `base`, `heating`, `cooling`;
            None where there is no such slope. Of the model with seasons; predictions are its mean with that without.
        """
        if self.split[at] < 0:
            return []
        rows: list[dict[str, Any]] = []
        for part in SPLITS[int(self.split[at])]:
            balance = self.balance[at, 1, part[0]] * (1.8 if fahrenheit else 1.0) + (32.0 if fahrenheit else 0.0)
            base, *slopes = self.coefficients[at, 1, part[0]] / np.array([1.0, *(2 * [1.8 if fahrenheit else 1.0])])
            heat, cool = (float(s) if b == b else None for s, b in zip(slopes, balance, strict=True))
            rows.append(
                {
                    "days": part_name(part),
                    "shape": SHAPES[self.shape[at, 1, part[0]]],
                    "heating_balance": _plain(float(balance[0])),
                    "cooling_balance": _plain(float(balance[1])),
                    "base": float(base),
                    "heating": heat,
                    "cooling": cool,
                }
            )
        return rows


def part_name(part: tuple[int, ...]) -> str:
    """Which days a part of a split holds: `winter working days`."""
    seasons = sorted({group // 2 for group in part})
    kinds = {group % 2 for group in part}
    when = "" if len(seasons) == len(SEASONS) else " and ".join(SEASONS[one] for one in seasons) + " "
    return when + ("days" if len(kinds) > 1 else "rest days" if 1 in kinds else "working days")


def hinged(balance: Floats, coefficients: Floats, temperature: Floats, group: Ints) -> Floats:
    """Mean over layers of constant and hinges, by group of days.

    Parameters
    ----------
    balance : (m, l, 6, 2) array
        NaN where there is no slope. [degC]
    coefficients : (m, l, 6, 3) array
        Constant and slopes.
    temperature, group : (t,) array
        Of each day.

    Returns
    -------
    (m, t) array
        NaN where the temperature is.
    """
    found = np.empty((len(balance), len(temperature)))
    heat, cool = np.nan_to_num(balance[..., 0]), np.nan_to_num(balance[..., 1])
    for one in range(GROUPS):
        days = np.flatnonzero(group == one)
        t = temperature[days]
        at = coefficients[:, :, one, :, None]
        layers = (
            at[:, :, 0]
            + at[:, :, 1] * np.maximum(heat[:, :, one, None] - t, 0.0)
            + at[:, :, 2] * np.maximum(t - cool[:, :, one, None], 0.0)
        )
        found[:, days] = layers.mean(axis=1)
    return found


def daily_from_json(values: dict[str, Any]) -> DailyModel:
    """A model of one meter from `DailyModel.to_json`."""
    settings = dict(values["settings"])
    settings["weekend"] = tuple(settings["weekend"])
    return DailyModel(
        settings=DailySettings(**settings),
        zone=values["zone"],
        south=values["south"],
        names=tuple(values["names"]),
        first=np.datetime64(values["first"], "D"),
        last=np.datetime64(values["last"], "D"),
        step=values["step"],
        split=np.array([values["split"]], dtype=np.int64),
        shape=np.array([values["shape"]], dtype=np.int64),
        balance=np.array([values["balance"]], dtype=np.float64),
        coefficients=np.array([values["coefficients"]], dtype=np.float64),
        terms=np.array([values["terms"]], dtype=np.float64),
        factor=np.array([values["factor"]], dtype=np.float64),
        shift=np.array([values["shift"]], dtype=np.float64),
        parameters=np.array([values["parameters"]], dtype=np.int64),
        days=np.array([values["days"]], dtype=np.int64),
    )


def _plain(value: Any) -> Any:
    """None for NaN, at any depth."""
    if isinstance(value, list):
        return [_plain(one) for one in value]  # pyright: ignore[reportUnknownVariableType]
    return None if value != value else value
