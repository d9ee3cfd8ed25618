"""Data quality: flags per reading, scores per meter and month, what to mend first, and doubts about the clock."""

from wattstone.readings.quality.clock import clock_changes, clock_evidence
from wattstone.readings.quality.flags import flag_readings
from wattstone.readings.quality.mend import mend_findings, mend_first
from wattstone.readings.quality.rules import Rules
from wattstone.readings.quality.score import monthly_quality

__all__ = [
    "Rules",
    "clock_changes",
    "clock_evidence",
    "flag_readings",
    "mend_findings",
    "mend_first",
    "monthly_quality",
]
