"""Goodness of fit and of savings against published limits, each with its source and how well it is known."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from math import isnan, nan
from typing import Any

from wattstone.baselines.conditions import Step
from wattstone.savings.result import Check

ROUNDING = 1e-9


def checks_of(values: Mapping[str, float | None], *, step: Step, months: int, option: str) -> tuple[Check, ...]:
    """Statistics of a meter against every published limit that is meant for its case.

    Parameters
    ----------
    values : mapping of str to float or None
        By name, as fractions: `cv_rmse`, `nmbe`, `r2` of the baseline fit with n - p degrees of freedom; `fsu` and
        `fsu68`, the half-width of the saving's interval at 90 and 68 % confidence over the saving; `saving_share`, the
        saving over expected use; `saving_over_error`, the saving over its standard error.
    step : {'hour', 'day', 'bill'}
        Of the model.
    months : int
        Length of the reporting period.
    option : str
        Of IPMVP: A, B, C, D.

    Returns
    -------
    tuple of Check
        `passed` is None where the value is not known. Give `fsu` as NaN where there is no saving: over an increase it
        would be negative, and pass.
    """
    found: list[Check] = []
    for row in thresholds():
        if step not in row.get("steps", [step]) or option not in row.get("options", [option]):
            continue
        low, high = row.get("months", (0, months + 1))
        if not low <= months < high:
            continue
        value = values.get(row["statistic"])
        value = nan if value is None else float(value)
        found.append(
            Check(
                id=row["id"],
                name=row["name"],
                statistic=row["statistic"],
                value=value,
                comparison=row["comparison"],
                limit=float(row["limit"]),
                passed=None if isnan(value) else _passes(value, row["comparison"], float(row["limit"])),
                source=row["source"],
                certainty=row["certainty"],
            )
        )
    return tuple(found)


@cache
def thresholds() -> tuple[dict[str, Any], ...]:
    """The rows of `data/thresholds.toml`."""
    text = resources.files("wattstone.savings").joinpath("data/thresholds.toml").read_text(encoding="utf-8")
    return tuple(tomllib.loads(text)["threshold"])


def _passes(value: float, comparison: str, limit: float) -> bool:
    size = abs(value) if comparison.startswith("magnitude") else value
    if comparison.endswith("at most"):
        return size <= limit * (1 + ROUNDING)
    if comparison.endswith("less than"):
        return size < limit
    if comparison == "at least":
        return size >= limit * (1 - ROUNDING)
    return size > limit
