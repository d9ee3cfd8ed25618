"""Data quality: flags per reading, scores per meter and month, what to mend first, and doubts about the clock."""

from wattstone.readings.quality.flags import flag_readings
from wattstone.readings.quality.rules import Rules

__all__ = ["Rules", "flag_readings"]
