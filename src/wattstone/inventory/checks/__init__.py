"""Checks before an inventory is released: what cannot be, what has to be explained, what a reader should know."""

from wattstone.inventory.checks.model import (
    CLAIMED,
    FACTORS,
    METERS,
    PROPOSED,
    RATIOS,
    Checked,
    CheckInputs,
    Severity,
    rules,
)
from wattstone.inventory.checks.run import run_checks

__all__ = [
    "CLAIMED", "FACTORS", "METERS", "PROPOSED", "RATIOS", "CheckInputs", "Checked", "Severity", "rules", "run_checks",
]  # fmt: skip
