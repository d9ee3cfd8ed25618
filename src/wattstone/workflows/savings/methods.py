"""Models by the names under which people choose them."""

from dataclasses import dataclass
from importlib import import_module
from typing import Literal

from wattstone.baselines.model import Fitter

Choice = Literal["daily", "hourly", "best"]
CHOICES: tuple[Choice, ...] = ("daily", "hourly", "best")


@dataclass(frozen=True)
class Method:
    """How a choice is fitted.

    Parameters
    ----------
    choice : {'daily', 'hourly', 'best'}
        As people say it.
    step : {'hour', 'day'}
        Of the intervals that it is fitted to and predicts.
    function : str
        `module:function`, imported when it is needed: boosting takes seconds to import.
    """

    choice: Choice
    step: Literal["hour", "day"]
    function: str

    @property
    def fit(self) -> Fitter:
        """`fit(use, conditions, extra)`."""
        module, name = self.function.split(":")
        return getattr(import_module(module), name)


DAILY = Method("daily", "day", "wattstone.baselines.changepoint:fit_changepoints")
_HOURLY = Method("hourly", "hour", "wattstone.baselines.towt:fit_towt")
_BEST = Method("best", "hour", "wattstone.baselines.best:fit_best")


def method_of(choice: Choice, step: str) -> Method | None:
    """How meters of a step are fitted by a choice; None where their readings are too coarse for it.

    Parameters
    ----------
    choice : {'daily', 'hourly', 'best'}
        As asked for.
    step : {'hour', 'day', 'bill'}
        Of the readings.
    """
    if choice == "daily":
        return DAILY
    if step == "hour":
        return _HOURLY if choice == "hourly" else _BEST
    return DAILY if choice == "best" else None
