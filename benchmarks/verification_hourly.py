"""Hourly models: speed from arrays, memory, and next year's error on real meters, by hours and by days.

A year of a meter is fitted and the next one predicted, wherever 90 % of the days of both are known. Models, penalties
and half lives were chosen on the baselines 2008-2012 and predicted years up to 2013; predicted years 2014-2019 are
reported.
"""

import resource
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

import numpy as np
import numpy.typing as npt

from benchmarks.estate_arrays import Estate, estate
from benchmarks.tables import Row, Setting
from benchmarks.verification_daily import rate
from wattstone.baselines.best import Best, fit_best
from wattstone.baselines.boosted import fit_boosted
from wattstone.baselines.conditions import Conditions
from wattstone.baselines.goodness import goodness
from wattstone.baselines.model import Model
from wattstone.baselines.ridge import fit_ridge
from wattstone.baselines.segments import fit_segments
from wattstone.baselines.timeline import fold_use, hours_of
from wattstone.baselines.towt import fit_towt

Floats = npt.NDArray[np.float64]

ENOUGH = 0.9
DEVELOPED, REPORTED = range(2009, 2014), range(2014, 2020)
BATCH = 500
MOST = 2.0  # GB for 10,000 hourly meters
LIMITS = {"towt": 2000, "towt by segments": 500, "best": 1}  # meters a CPU second
STEADY = {"half_life": 1e6, "level_half_life": 1e6}
FITS: dict[str, Callable[..., Model]] = {
    "ridge": fit_ridge,
    "towt": fit_towt,
    "towt, days off as Sundays": partial(fit_towt, holidays=False),
    "towt, robust": partial(fit_towt, robust=True),
    "towt by segments": fit_segments,
    "ridge, gas as electricity": partial(fit_ridge, half_life=180.0, level_half_life=60.0),
    "ridge, all hours weigh the same": partial(fit_ridge, **STEADY),
    "ridge, with irradiance": partial(fit_ridge, sunlit=True),
    "boosted": fit_boosted,
    "best": fit_best,
}


@dataclass(frozen=True)
class Scores:
    """Errors of each predicted year. (s,) each"""

    kind: npt.NDArray[np.str_]
    hours: Floats
    days: Floats
    nmbe: Floats


def pairs(of: Estate, years: range) -> Iterator[tuple[npt.NDArray[np.int64], int]]:
    """Meters that know enough of a year and of the one before, and the year."""
    enough = {year: _enough(of, year) for year in range(years.start - 1, years.stop)}
    for year in years:
        yield np.flatnonzero(enough[year - 1] & enough[year]), year


def _enough(of: Estate, year: int) -> npt.NDArray[np.bool_]:
    use, conditions = of.year(year)
    days = fold_use(use, conditions)
    return (np.isfinite(days).mean(axis=1) >= ENOUGH) & (np.nanmax(np.nan_to_num(days), axis=1) > 0)


def scored(of: Estate, fit: Callable[..., Model], years: range, by_kind: bool, chosen: Counter[str]) -> Scores:
    """Errors of a model in the next years; with `by_kind`, one that is told what the meters measure."""
    parts: list[tuple[npt.NDArray[np.str_], Floats, Floats, Floats]] = []
    for rows, year in pairs(of, years):
        (before, first), (use, then) = of.year(year - 1), of.year(year)
        known = {"kinds": [of.kinds[row] for row in rows]} if by_kind else {}
        model: Model = fit(before[rows].astype(np.float64), first, None, **known)
        if isinstance(model, Best):
            chosen.update(model.chosen)
        observed = use[rows].astype(np.float64)
        predicted = model.predict(then)
        by_hour = goodness(observed, predicted)
        by_day = goodness(fold_use(observed, then), fold_use(np.where(np.isnan(observed), np.nan, predicted), then))
        parts.append((np.array(of.kinds)[rows], by_hour.cv_rmse, by_day.cv_rmse, by_hour.nmbe))
    return Scores(*(np.concatenate(one) for one in zip(*parts, strict=True)))


def made(meters: int) -> tuple[npt.NDArray[np.float32], Conditions]:
    """Hours of offices of all sizes, of which each has gaps."""
    rng = np.random.default_rng(20261122)
    at = hours_of(date(2023, 1, 1), date(2023, 12, 31), "Europe/London")
    t = 11 - 8 * np.cos(2 * np.pi * (at.year_share - 0.05)) - 4 * np.cos(2 * np.pi * (at.hour - 3) / 24)
    t = t + np.repeat(rng.normal(0, 3, len(at) // 48 + 1), 48)[: len(at)]
    open_ = (at.weekday < 5) & (at.hour >= 8) & (at.hour < 18)
    shape = 10 + open_ * (20 + np.maximum(12 - t, 0) + 2 * np.maximum(t - 20, 0))
    use = np.empty((meters, len(at)), dtype=np.float32)
    for row in range(meters):
        use[row] = rng.uniform(0.5, 20) * (shape + rng.normal(0, 1, len(at)))
        use[row, rng.integers(0, len(at) - 24) + np.arange(24)] = np.nan
    return use, replace(at, temperature=t)


def run(setting: Setting) -> Iterator[Row]:
    """Speed and memory, then accuracy."""
    yield from _speed(setting)
    if setting.small:
        return
    use, at = made(10_000)
    for first in range(0, len(use), BATCH):
        fit_towt(use[first : first + BATCH], at).predict(at)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform != "darwin" else 1e9)
    yield Row(
        f"10,000 meters, 8,760 h: peak memory with the data, batches of {BATCH}",
        f"{peak:.2f} GB",
        limit=f"≤ {MOST:g} GB",
        kept=peak <= MOST,
    )
    del use
    if setting.cambridge is None:
        return
    from benchmarks.peers.opendsm.pairs import known

    of = known(estate(setting.cambridge))
    for name, years in (("developed: 2009-2013", DEVELOPED), ("reported: 2014-2019", REPORTED)):
        chosen: Counter[str] = Counter()
        found = {what: scored(of, fit, years, not what.startswith("towt"), chosen) for what, fit in FITS.items()}
        for what, one in found.items():
            yield from _told(name, what, one, found["ridge"])
        yield Row(f"{name}; chosen by best", ", ".join(f"{what} {count}" for what, count in chosen.most_common()))


def _speed(setting: Setting) -> Iterator[Row]:
    use, at = made(8 if setting.small else 512)
    whole = np.nan_to_num(use, nan=1.0)
    repeat = 1 if setting.small else 3
    cases: tuple[tuple[str, str, Callable[[], object], int], ...] = (
        ("towt", "every hour known", lambda: fit_towt(whole, at), len(use)),
        ("towt", "gaps in every meter", lambda: fit_towt(use, at), len(use)),
        ("towt by segments", "every hour known", lambda: fit_segments(whole, at), len(use)),
        ("towt by segments", "gaps in every meter", lambda: fit_segments(use, at), len(use)),
        ("towt, robust", "gaps in every meter", lambda: fit_towt(use, at, robust=True), len(use)),
        ("ridge", "every hour known", lambda: fit_ridge(whole, at), len(use)),
        ("ridge", "gaps in every meter", lambda: fit_ridge(use, at), len(use)),
        ("best", "with boosting", lambda: fit_best(use[:16], at), len(use[:16])),
    )
    for name, what, fit, meters in cases:
        found, limit = rate(fit, meters, repeat), LIMITS.get(name)
        yield Row(
            f"{name}: fit of 8,760 h, {what}",
            f"{found:,.0f} meters a CPU-s",
            limit="" if limit is None else f"≥ {limit:,}",
            kept=None if limit is None else found >= limit,
        )
    for name, model in (("towt", fit_towt(use, at)), ("ridge", fit_ridge(use, at))):
        found = rate(lambda of=model: of.predict(at), len(use), repeat)
        yield Row(f"{name}: prediction of a year", f"{found:,.0f} meters a CPU-s")


def _told(name: str, what: str, found: Scores, against: Scores) -> Iterator[Row]:
    """A row for each kind; the ratio is the geometric mean over meter-years to those of the ridge model."""
    for kind in np.unique(found.kind):
        at = (found.kind == kind) & np.isfinite(found.hours) & np.isfinite(against.hours)
        logs = np.log(found.hours[at] / against.hours[at])
        sigmas = logs.mean() / (logs.std(ddof=1) / np.sqrt(len(logs))) if logs.any() else 0.0
        yield Row(
            f"{name}; {what}; {kind}",
            f"CV(RMSE) {np.median(found.hours[at]):.1%}, of days {np.median(found.days[at]):.1%}, "
            f"|NMBE| {np.median(np.abs(found.nmbe[at])):.1%}",
            bare=f"{at.sum()} meter-years",
            ratio=f"{np.exp(logs.mean()):.3f} times (t = {sigmas:+.1f})" if logs.any() else "",
        )
