"""Uncertainty of an inventory of 2.4 million lines: propagation, and 10,000 draws, by four groupings in a row.

The bare engine is what plain numpy takes for the grouping by site alone, where nearly all of the work is: the lines
added up by `bincount`, the draws of factors and sites, two matrix products, three quantiles.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from benchmarks.measuring import Measured, side
from benchmarks.tables import Row, Setting

SITES, MONTHS, KINDS, PER_KIND = 5000, 12, 40, 20
DRAWS = 10_000
CPU, MEMORY = 20.0, 2.0  # CPU-s, so that it holds by the clock on one core too; GB
BY: dict[str, tuple[str, ...]] = {"organisation": (), "scope": ("scope",), "category": ("scope", "category")}
BY["site"] = ("site_id",)


def made(setting: Setting, sites: int) -> Path:
    """Lines of an estate: each site takes one of 20 factors for each of 40 kinds, 12 months with an error each."""
    path = setting.scratch / f"inventory-lines-{sites}.parquet"
    if path.is_file():
        return path
    random = np.random.default_rng(7)
    count = sites * KINDS * MONTHS
    line = np.arange(count)
    kind = line // MONTHS % KINDS
    factor = np.repeat(random.integers(0, PER_KIND, (sites, KINDS)).ravel(), MONTHS) + kind * PER_KIND
    of_factor = random.uniform(0.02, 0.5, KINDS * PER_KIND)
    names = pl.Series([f"factor {number}" for number in range(KINDS * PER_KIND)])
    frame = pl.DataFrame(
        {
            "line": line,
            "site_id": pl.Series([f"site {number}" for number in range(sites)]).gather(line // (KINDS * MONTHS)),
            "scope": np.where(kind < 7, 1, np.where(kind < 11, 2, 3)).astype(np.int8),
            "category": np.where(kind < 11, 0, kind % 15 + 1).astype(np.int8),
            "kind": pl.Series([f"kind {number}" for number in range(KINDS)]).gather(kind),
            "factor_key": names.gather(factor),
            "value": random.lognormal(6.0, 1.5, count),
            "activity_sd": random.uniform(0.01, 0.3, count),
            "factor_sd": of_factor[factor],
        }
    )
    frame.write_parquet(path)
    return path


def simulated(path: str, draws: int) -> Callable[[], dict[str, float]]:
    """Ours: all groupings; what is returned is the relative standard deviation of the whole."""
    from wattstone.inventory.uncertainty import simulate

    lines = pl.read_parquet(path)

    def run() -> dict[str, float]:
        told = {name: simulate(lines, by, draws=draws).frame for name, by in BY.items()}
        return {"relative": told["organisation"]["relative"].item(), "groups": sum(map(len, told.values()))}

    return run


def propagated(path: str) -> Callable[[], dict[str, float]]:
    """The same by propagation, with what dominates."""
    from wattstone.inventory.uncertainty import dominant, propagate

    lines = pl.read_parquet(path)

    def run() -> dict[str, float]:
        told = {name: propagate(lines, by).frame for name, by in BY.items()}
        first = dominant(lines).frame
        return {"relative": told["organisation"]["relative"].item(), "largest": first["share"][0]}

    return run


def bare(path: str, draws: int) -> Callable[[], dict[str, float]]:
    """The grouping by site in plain numpy, normal errors of activity data."""
    lines = pl.read_parquet(path)
    site, factor = (lines[name].rank("dense").to_numpy().astype(np.intp) - 1 for name in ("site_id", "factor_key"))
    value, own, of = (lines[name].to_numpy() for name in ("value", "activity_sd", "factor_sd"))
    sites, factors = int(site.max()) + 1, int(factor.max()) + 1
    del lines

    def run() -> dict[str, float]:
        at = site * factors + factor
        sums, squares = (
            np.bincount(at, weight, sites * factors).reshape(sites, factors) for weight in (value, (value * own) ** 2)
        )
        error = np.zeros(factors)
        error[factor] = of
        sigma = np.sqrt(np.log1p(error**2))[:, None]
        random = np.random.default_rng(1)
        multiplier = np.exp(sigma * random.standard_normal((factors, draws)) - sigma**2 / 2)
        told = np.empty((sites, 3))
        for begin in range(0, sites, 250):
            some = slice(begin, begin + 250)
            spread = np.sqrt(squares[some] @ multiplier**2)
            drawn = sums[some] @ multiplier + spread * random.standard_normal(spread.shape)
            told[some] = np.quantile(drawn, [0.05, 0.5, 0.95], axis=1).T
        return {"groups": sites, "upper": float(told[:, 2].sum())}

    return run


def _taken(one: Measured) -> str:
    return f"{one.wall:.1f} s, {one.cpu:.1f} CPU-s, {one.peak:.2f} GB"


def run(setting: Setting) -> Iterator[Row]:
    """Simulation, then propagation, of the same lines."""
    sites, draws = (100, 500) if setting.small else (SITES, DRAWS)
    path = str(made(setting, sites))
    lines = sites * KINDS * MONTHS
    ours = side("benchmarks.inventory_uncertainty:simulated", path, draws)
    plain = side("benchmarks.inventory_uncertainty:bare", path, draws)
    exact = side("benchmarks.inventory_uncertainty:propagated", path)
    relative: Callable[[Measured], Any] = lambda one: one.result["relative"]  # noqa: E731
    yield Row(
        f"uncertainty of {lines:,} lines, {KINDS * PER_KIND} factors, {draws:,} draws: organisation, scopes, "
        f"categories, {sites:,} sites",
        _taken(ours),
        f"{_taken(plain)} (numpy, sites alone)",
        f"{ours.cpu / plain.cpu:.2f} times the CPU",
        f"≤ {CPU:.0f} CPU-s, < {MEMORY:.0f} GB",
        None if setting.small else ours.cpu <= CPU and ours.peak < MEMORY,
    )
    yield Row(
        "the same by propagation, with what dominates",
        _taken(exact),
        ratio=f"relative standard deviation {relative(exact):.4f}, by the draws {relative(ours):.4f}",
    )
