"""What comes next: load, PV and carbon intensity, 15 minutes to 48 hours ahead, as quantiles."""

from wattstone.forecasting.choice import Choice
from wattstone.forecasting.forecaster import Forecaster
from wattstone.forecasting.kinds import Kind, Spec, made, restored, written
from wattstone.forecasting.known import Known, priced
from wattstone.forecasting.result import LEVELS, Forecast
from wattstone.forecasting.scores import coverage, mase, naive_scale, pinball

__all__ = [
    "LEVELS",
    "Choice",
    "Forecast",
    "Forecaster",
    "Kind",
    "Known",
    "Spec",
    "coverage",
    "made",
    "mase",
    "naive_scale",
    "pinball",
    "priced",
    "restored",
    "written",
]
