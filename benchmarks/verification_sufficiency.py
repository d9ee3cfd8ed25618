"""Data sufficiency: how many meter-years a second, and which real meter-years are refused, by which rule."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from time import process_time

import numpy as np

from benchmarks.estate_arrays import Estate, estate
from benchmarks.tables import Row, Setting
from wattstone.baselines.conditions import Conditions
from wattstone.baselines.timeline import hours_of
from wattstone.savings.periods import Baseline, Dates, Sufficiency
from wattstone.savings.sufficiency import check_baseline
from wattstone.savings.treatments import clean

YEARS = range(2008, 2020)
LEAST = 5000  # meter-years a CPU second


def baseline_of(whole: Estate, year: int) -> tuple[Baseline, np.ndarray[tuple[int], np.dtype[np.int64]]]:
    """The meters with any readings in a year, treated by name, and the intervals that were left out."""
    use, conditions = whole.year(year)
    rows = np.flatnonzero(~np.isnan(use).all(axis=1))
    kinds = tuple(whole.kinds[row] for row in rows)
    treated = clean(use[rows], kinds, conditions)
    batch = Baseline(
        dates=Dates(date(year, 1, 1), date(year, 12, 31)),
        meters=tuple(whole.meters[row] for row in rows),
        kinds=kinds,
        units=("kWh",) * len(rows),
        use=treated.use.astype(np.float64),
        conditions=conditions,
    )
    return batch, treated.counts["winter_zeros"]


def refused(checks: Sequence[Sufficiency]) -> Counter[str]:
    """Meter-years by the rules that refuse them, joined."""
    return Counter(
        " and ".join(sorted({one.code for one in check.disqualifying})) for check in checks if not check.qualified
    )


def made(meters: int) -> Baseline:
    """Hours of a year of working buildings, fixed seed."""
    hours = hours_of(date(2018, 1, 1), date(2018, 12, 31), "Europe/London")
    random = np.random.default_rng(4)
    angle = 2 * np.pi * (np.arange(len(hours)) / 8760)
    temperature = 10 - 8 * np.cos(angle) + 4 * np.sin(2 * np.pi * (hours.hour - 9) / 24)
    work = ((hours.hour >= 8) & (hours.hour < 18) & (hours.weekday < 5)).astype(np.float64)
    size = random.uniform(5, 50, (meters, 1))
    use = size * (1 + work + np.clip(15 - temperature, 0, None) / 15) * random.uniform(0.8, 1.2, (meters, len(hours)))
    return Baseline(
        dates=Dates(date(2018, 1, 1), date(2018, 12, 31)),
        meters=tuple(f"m{number}" for number in range(meters)),
        kinds=("electricity",) * meters,
        units=("kWh",) * meters,
        use=use,
        conditions=_with(hours, temperature),
    )


def _with(hours: Conditions, temperature: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Conditions:
    from dataclasses import replace

    return replace(hours, temperature=temperature)


def run(setting: Setting) -> list[Row]:
    """Speed from arrays, and refusals of the university estate."""
    batch = made(20 if setting.small else 1000)
    since = process_time()
    check_baseline(batch)
    rate = len(batch.meters) / (process_time() - since)
    rows = [
        Row(
            "sufficiency of an hourly baseline year, every rule",
            f"{rate:,.0f} meter-years a CPU-s",
            limit=f"{LEAST:,}",
            kept=rate >= LEAST,
        )
    ]
    if setting.small or setting.cambridge is None:
        return rows
    whole = estate(setting.cambridge)
    count: dict[bool, int] = {False: 0, True: 0}
    by: dict[bool, Counter[str]] = {False: Counter(), True: Counter()}
    for year in YEARS:
        batch, left_out = baseline_of(whole, year)
        for segmented in (False, True):
            checks = check_baseline(batch, left_out=left_out, segmented=segmented)
            count[segmented] += len(checks)
            by[segmented] += refused(checks)
    for segmented, name in ((False, "of the year"), (True, "by the month")):
        why = ", ".join(f"{rule} {number}" for rule, number in by[segmented].most_common())
        refusals = by[segmented].total()
        rows.append(Row(f"real meter-years refused, models {name}", f"{refusals} of {count[segmented]}: {why}"))
    return rows
