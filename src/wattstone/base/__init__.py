"""What every other room is built of: units, periods, figures, findings, errors."""

from wattstone.base.errors import InputRefused, NotComputable, WattstoneError
from wattstone.base.figure import Figure, Interval, figure_id
from wattstone.base.finding import Finding, Severity
from wattstone.base.periods import Period, local_month, local_months, local_year
from wattstone.base.units import Unit, UnknownUnit, convert, unit

__all__ = [
    "Figure",
    "Finding",
    "InputRefused",
    "Interval",
    "NotComputable",
    "Period",
    "Severity",
    "Unit",
    "UnknownUnit",
    "WattstoneError",
    "convert",
    "figure_id",
    "local_month",
    "local_months",
    "local_year",
    "unit",
]
