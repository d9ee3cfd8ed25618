"""Models by the names under which people choose them."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from wattstone.baselines.conditions import Conditions, Extra, Step
from wattstone.baselines.model import Model

Floats = npt.NDArray[np.float64]

Choice = Literal["daily", "hourly", "best"]
CHOICES: tuple[Choice, ...] = ("daily", "hourly", "best")


@dataclass(frozen=True)
class Method:
    """How a choice is fitted.

    Parameters
    ----------
    choice : {'daily', 'hourly', 'best'}
        As people say it.
    step : {'hour', 'day', 'bill'}
        Of the intervals that it is fitted to and predicts.
    function : str
        `module:function`, imported when it is needed: boosting takes seconds to import.
    by_kind : bool
        Whether it asks what the meters measure: gas does not cool.
    """

    choice: Choice
    step: Step
    function: str
    by_kind: bool = False

    def fit(
        self,
        use: Floats,
        conditions: Conditions,
        extra: Extra | None,
        kinds: Sequence[str],
        days: Conditions | None = None,
    ) -> Model:
        """Fit the meters of a batch.

        Parameters
        ----------
        use : (m, t) array
            NaN where it is not known or must not be fitted.
        conditions : Conditions
            In the step of the method.
        extra : Extra or None
            Further variables.
        kinds : sequence of str
            Of each meter.
        days : Conditions or None
            Where the intervals are bills: the days that may be asked for.
        """
        module, name = self.function.split(":")
        fitter: Any = getattr(import_module(module), name)
        if self.step == "bill":
            return fitter(use, conditions, days, tuple(kinds))
        return fitter(use, conditions, extra, kinds=kinds) if self.by_kind else fitter(use, conditions, extra)


BILLS = Method("daily", "bill", "wattstone.workflows.savings.bills:fit_bill_model")
DAILY = Method("daily", "day", "wattstone.baselines.daily_fit:fit_daily_models", by_kind=True)
_HOURLY = Method("hourly", "hour", "wattstone.baselines.ridge:fit_ridge", by_kind=True)
_BEST = Method("best", "hour", "wattstone.baselines.best:fit_best", by_kind=True)


_ROBUST = {
    "day": Method("daily", "day", "wattstone.workflows.savings.robust:fit_robust_days", by_kind=True),
    "hour": Method("hourly", "hour", "wattstone.workflows.savings.robust:fit_robust_hours"),
}


def method_of(choice: Choice, step: str, *, robust: bool = False) -> Method | None:
    """How meters of a step are fitted by a choice; None where their readings are too coarse for it.

    Parameters
    ----------
    choice : {'daily', 'hourly', 'best'}
        As asked for.
    step : {'hour', 'day', 'bill'}
        Of the readings.
    robust : bool
        Whether outliers are to count less; of hours by time of week and temperature then, and bills stay as they are.
    """
    plain = _plain_method(choice, step)
    return _ROBUST[plain.step] if robust and plain is not None and plain.step != "bill" else plain


def _plain_method(choice: Choice, step: str) -> Method | None:
    if step == "bill":
        return None if choice == "hourly" else BILLS
    if choice == "daily":
        return DAILY
    if step == "hour":
        return _HOURLY if choice == "hourly" else _BEST
    return DAILY if choice == "best" else None
