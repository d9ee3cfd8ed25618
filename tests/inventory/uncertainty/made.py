"""Lines that tests are made of, and the oracle: every line drawn, in plain numpy."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from wattstone.inventory.uncertainty.lines import LINE

Line = tuple[str | None, float | None, float | None, float | None]
"""Factor key, emissions, relative standard deviations of activity data and factor."""


def lines_of(*rows: Line, sites: Sequence[str] | None = None, scopes: Sequence[int] | None = None) -> pl.DataFrame:
    """Lines of scope 1 of a site `A`, if nothing else is said."""
    count = len(rows)
    return pl.DataFrame(
        {
            "line": range(count),
            "site_id": sites or ["A"] * count,
            "scope": scopes or [1] * count,
            "category": [0] * count,
            "factor_key": [row[0] for row in rows],
            "value": [row[1] for row in rows],
            "activity_sd": [row[2] for row in rows],
            "factor_sd": [row[3] for row in rows],
        },
        schema=LINE,
    )


def estate(seed: int, *, sites: int = 5, kinds: int = 6, factors: int = 8, sd: float = 0.3) -> pl.DataFrame:
    """Random lines: each kind of each site takes one of some factors, whose error is a random one."""
    random = np.random.default_rng(seed)
    key = random.integers(0, factors, sites * kinds)
    of_factor = random.uniform(0.0, sd, factors)
    return pl.DataFrame(
        {
            "line": np.arange(sites * kinds),
            "site_id": [f"S{number // kinds}" for number in range(sites * kinds)],
            "scope": random.integers(1, 4, sites * kinds),
            "category": [0] * (sites * kinds),
            "factor_key": [f"factor {number}" for number in key],
            "value": random.lognormal(5.0, 1.0, sites * kinds),
            "activity_sd": random.uniform(0.0, sd, sites * kinds),
            "factor_sd": of_factor[key],
        },
        schema=LINE,
    )


def brute_force(lines: pl.DataFrame, draws: int, seed: int) -> np.ndarray:
    """The sum of all lines, (draws,), with the error of every line and every factor drawn one by one, lognormal.

    It shares nothing with the product: no cells, no moments, no conditional variance.
    """
    random = np.random.default_rng(seed)
    errors: dict[str, np.ndarray] = {}
    total = np.zeros(draws)
    for row in lines.iter_rows(named=True):
        key = row["factor_key"] or f"own {row['line']}"
        if key not in errors:
            errors[key] = random.normal(size=draws)
        activity, factor = (np.log(1 + (row[name] or 0.0) ** 2) for name in ("activity_sd", "factor_sd"))
        own = np.exp(np.sqrt(activity) * random.normal(size=draws) - activity / 2)
        total += row["value"] * own * np.exp(np.sqrt(factor) * errors[key] - factor / 2)
    return total
