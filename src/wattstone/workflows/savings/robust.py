"""Models that outliers move little, for meters whose readings are not to be trusted one by one."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from wattstone.baselines.conditions import Conditions, Extra
from wattstone.baselines.daily_fit import fit_daily_models
from wattstone.baselines.daily_model import DailyModel, DailySettings
from wattstone.baselines.towt import Towt, fit_towt

Floats = npt.NDArray[np.float64]


def fit_robust_days(
    use: Floats, conditions: Conditions, extra: Extra | None = None, *, kinds: Sequence[str] | None = None
) -> DailyModel:
    """Change points with a loss that grows linearly for outliers; parameters as of `fit_daily_models`."""
    return fit_daily_models(use, conditions, extra, kinds=kinds, settings=DailySettings(robust=True))


def fit_robust_hours(use: Floats, conditions: Conditions, extra: Extra | None = None) -> Towt:
    """Time of week and temperature by Huber's M-estimator; parameters as of `fit_towt`."""
    return fit_towt(use, conditions, extra, robust=True)
