"""Daily and billing models: speed from arrays, and next year's error on real meters, option by option.

A year of a meter is fitted and the next one predicted, wherever 90 % of the days of both are known. Options were chosen
on predicted years up to 2013, with years that begin in any quarter; those from 2014 are reported, once.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from time import process_time

import numpy as np
import numpy.typing as npt

from benchmarks.estate_arrays import Estate, estate
from benchmarks.tables import Row, Setting
from wattstone.baselines.billing import SETTINGS as OF_BILLS
from wattstone.baselines.billing import bill_places, fit_bills, fold_bills
from wattstone.baselines.conditions import Conditions
from wattstone.baselines.daily_fit import fit_daily_models
from wattstone.baselines.daily_model import DailySettings
from wattstone.baselines.daily_splits import SPLITS
from wattstone.baselines.goodness import goodness
from wattstone.baselines.timeline import fold_days, fold_use, hours_of

Floats = npt.NDArray[np.float64]
Predictor = Callable[[Floats, Conditions, Conditions, list[str]], Floats]
"""Use of the first days, they, the days to predict, kinds: expected use."""

ENOUGH = 0.9
LIMITS = {"daily": 500, "daily, robust": 50}
DEVELOPED, REPORTED = range(2009, 2014), range(2014, 2020)
DEFAULT = DailySettings()
OPTIONS: dict[str, DailySettings] = {
    "one model for all days": replace(DEFAULT, seasons=False, calendar=False, memory=0.0, level_days=0.0, weekend=()),
    "splits alone, chosen by BIC": replace(DEFAULT, calendar=False, memory=0.0, level_days=0.0),
    "without seasons": replace(DEFAULT, seasons=False),
    "without terms of the calendar": replace(DEFAULT, calendar=False),
    "without the days before": replace(DEFAULT, memory=0.0),
    "without the level of the last months": replace(DEFAULT, level_days=0.0),
    "level of 30 d": replace(DEFAULT, level_days=30.0),
    "level of 120 d": replace(DEFAULT, level_days=120.0),
    "balance points of 0.5 K": replace(DEFAULT, step=0.5),
    "slopes of any sign": replace(DEFAULT, slopes="free"),
    "robust": replace(DEFAULT, robust=True),
}


@dataclass(frozen=True)
class Scores:
    """Error of each predicted year. (s,) each"""

    kind: npt.NDArray[np.str_]
    cv_rmse: Floats
    nmbe: Floats


@dataclass(frozen=True)
class Days:
    """The estate in days."""

    kinds: npt.NDArray[np.str_]
    use: Floats
    conditions: Conditions

    def pairs(self, years: range, months: tuple[int, ...] = (1,)) -> Iterator[tuple[list[int], slice, slice]]:
        """Meters, the year that is fitted and the one that is predicted, which begins in one of some months."""
        days = self.conditions.date.astype("datetime64[D]")
        weather = ~np.isnan(self.conditions.temperature)
        for year in years:
            for month in months:
                edges = (np.datetime64(f"{year + add}-{month:02d}-01") for add in (-1, 0, 1))
                first, middle, end = (int(np.searchsorted(days, edge)) for edge in edges)
                if month > 1 and year == years.stop - 1:
                    continue  # all that is predicted is in these years
                spans = slice(first, middle), slice(middle, end)
                known = [(np.isfinite(self.use[:, at]) & weather[at]).mean(axis=1) >= ENOUGH for at in spans]
                found = np.flatnonzero(known[0] & known[1] & (np.ptp(np.nan_to_num(self.use[:, spans[0]]), axis=1) > 0))
                if len(found):
                    yield found.tolist(), *spans


def days_of(of: Estate) -> Days:
    """Days of an estate; gas that lasts at zero in winter is missing."""
    from benchmarks.peers.opendsm.pairs import known

    of = known(of)
    use = np.concatenate([fold_use(of.use[at : at + 8], of.conditions) for at in range(0, len(of.meters), 8)])
    return Days(np.array(of.kinds), use, fold_days(of.conditions))


def scored(of: Days, predict: Predictor, years: range, months: tuple[int, ...], fold: bool = False) -> Scores:
    """Errors of a way to predict; with `fold`, of calendar months instead of days."""
    kinds: list[str] = []
    cv, nmbe = [], []
    for rows, before, now in of.pairs(years, months):
        of_rows = of.kinds[rows].tolist()
        first, then = of.conditions.take(before), of.conditions.take(now)
        predicted, observed = predict(of.use[rows, before], first, then, of_rows), of.use[rows, now]
        if fold:
            bills = calendar_months(then)
            predicted, observed = fold_bills(predicted, then, bills), monthly(observed, then, bills)
        found = goodness(observed, predicted)
        kinds += of_rows
        cv.append(found.cv_rmse)
        nmbe.append(found.nmbe)
    return Scores(np.array(kinds), np.concatenate(cv), np.concatenate(nmbe))


def daily(settings: DailySettings) -> Predictor:
    """Daily models with some settings."""
    return lambda use, first, then, kinds: fit_daily_models(use, first, kinds=kinds, settings=settings).predict(then)


def billing(settings: DailySettings) -> Predictor:
    """Models of calendar months, which predict days."""

    def predict(use: Floats, first: Conditions, then: Conditions, kinds: list[str]) -> Floats:
        bills = calendar_months(first)
        return fit_bills(monthly(use, first, bills), bills, first, kinds=kinds, settings=settings).predict(then)

    return predict


def calendar_months(days: Conditions) -> Conditions:
    """Bills of the calendar months of some days."""
    first = np.flatnonzero(np.concatenate([[True], days.month[1:] != days.month[:-1]]))
    return replace(days.take(first), step="bill", hours=np.add.reduceat(days.hours, first))


def monthly(use: Floats, days: Conditions, bills: Conditions) -> Floats:
    """Use of months of which at least 80 % of the days are known, scaled to all of them."""
    at = bill_places(days, bills)
    first = np.flatnonzero(np.concatenate([[True], at[1:] != at[:-1]]))
    known = np.add.reduceat(np.isfinite(use), first, axis=1, dtype=np.int64)
    whole = np.bincount(at)
    total = np.add.reduceat(np.nan_to_num(use), first, axis=1)
    return np.where(known >= 0.8 * whole, total * whole / np.maximum(known, 1), np.nan)


def made(meters: int) -> tuple[Floats, Conditions]:
    """Days of meters that are heated and cooled, with weekends, noise and gaps."""
    rng = np.random.default_rng(20261122)
    days = fold_days(hours_of(date(2023, 1, 1), date(2023, 12, 31), "Europe/London"))
    t = 12 - 10 * np.cos(2 * np.pi * (days.year_share - 0.05)) + rng.normal(0, 3, len(days))
    heat, cool = rng.uniform(0, 2, (2, meters, 1))
    use = 30 + heat * np.maximum(14 - t, 0) + cool * np.maximum(t - 18, 0) - 8 * (days.weekday >= 5)
    use = use + rng.normal(0, 2, use.shape)
    use[rng.random(use.shape) < 0.03] = np.nan
    return use, replace(days, temperature=t)


def rate(fit: Callable[[], object], meters: int, repeat: int) -> float:
    """Meters that are fitted in a CPU second, the best of some times."""
    taken: list[float] = []
    for _ in range(repeat):
        began = process_time()
        fit()
        taken.append(process_time() - began)
    return meters / min(taken)


def run(setting: Setting) -> Iterator[Row]:
    """Speed, then accuracy of all options."""
    use, days = made(64 if setting.small else 1024)
    bills = calendar_months(days)
    months = monthly(use, days, bills)
    repeat, size = 1 if setting.small else 3, len(DEFAULT.grid)
    for name, settings in (("daily", DEFAULT), ("daily, robust", replace(DEFAULT, robust=True))):
        found = rate(lambda of=settings: fit_daily_models(use, days, settings=of), len(use), repeat)
        yield Row(
            f"{name}: fit of a year, {len(SPLITS)} splits, {size * (size + 1) // 2} pairs of balance points",
            f"{found:,.0f} meters a CPU-s",
            limit=f"≥ {LIMITS[name]}",
            kept=found >= LIMITS[name],
        )
    model = fit_daily_models(use, days)
    yield Row(
        "daily: prediction of a year", f"{rate(lambda: model.predict(days), len(use), repeat):,.0f} meters a CPU-s"
    )
    found = rate(lambda: fit_bills(months, bills, days), len(use), repeat)
    yield Row("billing: fit of 12 months", f"{found:,.0f} meters a CPU-s")
    if setting.cambridge is None or setting.small:
        return
    of = days_of(estate(setting.cambridge))
    quarters = (1, 4, 7, 10)
    for name, years, begins in (
        ("developed: 2009-2013, any quarter", DEVELOPED, quarters),
        ("reported: 2014-2019", REPORTED, (1,)),
        ("reported: 2014-2019, any quarter", REPORTED, quarters),
    ):
        own = scored(of, daily(DEFAULT), years, begins)
        yield from told(name, "daily", own, None)
        for option, settings in OPTIONS.items():
            yield from told(name, f"daily, {option}", scored(of, daily(settings), years, begins), own)
        bills_own = scored(of, billing(OF_BILLS), years, begins, fold=True)
        yield from told(name, "billing, months", bills_own, None)
        without = scored(of, billing(replace(OF_BILLS, level_days=0.0)), years, begins, fold=True)
        yield from told(name, "billing, months, without the level", without, bills_own)


def told(name: str, what: str, found: Scores, against: Scores | None) -> Iterator[Row]:
    """A row for each kind; the ratio is the geometric mean over meter-years to those of the defaults."""
    for kind in np.unique(found.kind):
        at = found.kind == kind
        ratio = ""
        if against is not None:
            logs = np.log(found.cv_rmse[at] / against.cv_rmse[at])
            sigmas = logs.mean() / (logs.std(ddof=1) / np.sqrt(len(logs))) if logs.any() else 0.0
            ratio = f"{np.exp(logs.mean()):.3f} times (t = {sigmas:+.1f})"
        yield Row(
            f"{name}; {what}; {kind}",
            f"CV(RMSE) {np.median(found.cv_rmse[at]):.1%}, |NMBE| {np.median(np.abs(found.nmbe[at])):.1%}",
            bare=f"{at.sum()} meter-years",
            ratio=ratio,
        )
