"""A year of the Monash microgrid at 15 min with the two batteries given: no control, rules, plans, perfect foresight.

Load is the sum of the six buildings, PV that of the six systems. The tariff is a scenario (no bill is published with
the data): two rates on the clock of Melbourne and a charge on each month's highest quarter hour.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.causal import AGREES, Foresight, Learnt, agreement, looking, starts
from benchmarks.measuring import cpu_now
from benchmarks.tables import Row, Setting
from wattstone.dispatch.backtest import Backtest, Forecaster, backtest, perfect
from wattstone.dispatch.outlook import Outlook, State
from wattstone.dispatch.rules import Rule, by_rule
from wattstone.dispatch.site import Battery, Grid, Pv, Site

Floats = NDArray[np.float64]

ZONE, MINUTES, DAY = "Australia/Melbourne", 15, 96
FIRST, LAST = datetime(2019, 10, 31, 13), datetime(2020, 10, 31, 13)  # UTC: the local months November to October
# November 2020, the last of the file, was withheld in the challenge: all of it is 1.0.
LEARNT_DAYS = 56
PEAK_RATE, OFF_RATE, EXPORT_RATE = 0.22, 0.12, 0.05  # AUD/kWh, scenario: working days 7-23 h, else; fed in
DEMAND = 12.0  # AUD for each kW of the month's peak, scenario
WEAR = 0.01  # AUD/kWh, scenario
WILD = 3.0  # times the 99.9 % quantile: a reading above is taken as an error of the meter
SMALL_DAYS = 4
EVERY, UNSURE = 4, 4  # steps between plans; steps with a spread
LEVEL = 0.5  # quantile of the net load that peaks are planned for


@dataclass(frozen=True, eq=False)
class Case:
    """The site, what happened, what was before, and how much of it was filled."""

    site: Site
    truth: Outlook
    learnt: Learnt
    filled: dict[str, float]


def load_case(folder: Path, *, first: datetime = FIRST, last: datetime = LAST, learnt: int = LEARNT_DAYS) -> Case:
    """Read the data set.

    Parameters
    ----------
    folder : Path
        `monash-microgrid`.
    first, last : datetime
        Naive UTC.
    learnt : int
        Days before the first from which forecasts are learnt.

    Returns
    -------
    Case
        Gaps of a building, and readings far above all others, take its mean at that quarter hour of the week over the
        span that was read; a PV system that was not there yet gives 0.
    """
    import polars as pl

    begin = first - timedelta(days=learnt)
    rows = pl.read_parquet(folder / "readings.parquet").with_columns(
        pl.col("meter_id").cast(pl.String), pl.col("timestamp").dt.replace_time_zone(None).cast(pl.Datetime("us"))
    )
    rows = rows.filter((pl.col("timestamp") >= begin) & (pl.col("timestamp") < last))
    wide = rows.pivot("meter_id", index="timestamp", values="value").sort("timestamp")
    steps = round((last - begin) / timedelta(minutes=MINUTES))
    if wide.height != steps:
        raise ValueError(f"expected {steps} quarter hours, found {wide.height}")
    values = {name: wide[name].cast(pl.Float64).to_numpy() for name in sorted(wide.columns) if name != "timestamp"}
    loads = {name: _filled(one) for name, one in values.items() if "building" in name}
    sun = np.array([np.nan_to_num(one) for name, one in values.items() if "solar" in name])
    load, cut = np.sum([one for one, _ in loads.values()], axis=0), learnt * DAY
    pv = sun.sum(axis=0, keepdims=True)
    site = _site(folder, float(pv.max()))
    bought = _prices(starts(first, MINUTES, steps - cut))
    truth = Outlook(
        start=first,
        hours=MINUTES / 60,
        load=load[cut:],
        import_price=bought,
        export_price=np.full(bought.size, EXPORT_RATE),
        pv=pv[:, cut:],
        intensity=np.zeros(bought.size),
    )
    before = Learnt(
        start=begin,
        minutes=MINUTES,
        zone=ZONE,
        load=load[:cut],
        pv=pv[:, :cut],
        intensity=None,
        pv_most=pv.max(axis=1),
    )
    return Case(site, truth, before, {name: share for name, (_, share) in loads.items()})


def _filled(values: Floats) -> tuple[Floats, float]:
    """Gaps by the mean of the same quarter hour of the week, and their share; 0 where there is no reading at all."""
    if np.isnan(values).all():
        return np.zeros(values.size), 1.0
    kept = np.where(values > WILD * np.nanquantile(values, 0.999), np.nan, values)
    padded = np.concatenate([kept, np.full(-kept.size % (7 * DAY), np.nan)]).reshape(-1, 7 * DAY)
    count = np.isfinite(padded).sum(axis=0)
    usual = np.where(count > 0, np.nansum(padded, axis=0) / np.maximum(count, 1), np.nanmean(kept))
    gap = np.isnan(kept)
    return np.where(gap, np.resize(usual, kept.size), kept), float(gap.mean())


def _site(folder: Path, most: float) -> Site:
    import polars as pl

    packs = tuple(
        Battery(
            id=f"battery {row['battery_id']}",
            capacity=row["capacity_kwh"],
            charge=row["max_power_kw"],
            discharge=row["max_power_kw"],
            charge_efficiency=row["efficiency"] ** 0.5,
            discharge_efficiency=row["efficiency"] ** 0.5,
            wear=WEAR,
        )
        for row in pl.read_parquet(folder / "batteries.parquet").iter_rows(named=True)
    )
    return Site(
        id="monash",
        zone=ZONE,
        currency="AUD",
        grid=Grid(demand_charge=DEMAND),
        pv=(Pv(id="roofs", capacity=most, curtailable=False),),
        batteries=packs,
    )


def _prices(moments: list[datetime]) -> Floats:
    from datetime import UTC
    from zoneinfo import ZoneInfo

    local = [one.replace(tzinfo=UTC).astimezone(ZoneInfo(ZONE)) for one in moments]
    dear = np.array([one.weekday() < 5 and 7 <= one.hour < 23 for one in local])
    return np.where(dear, PEAK_RATE, OFF_RATE)


def ways(case: Case, *, every: int = EVERY, level: float = LEVEL) -> tuple[list[Backtest], dict[str, float]]:
    """All ways of running the site, and the CPU seconds of each."""
    site, truth = case.site, case.truth
    initial = State(soc=np.array([one.capacity / 2 for one in site.batteries]))
    results: list[Backtest] = []
    spent: dict[str, float] = {}

    def rule(how: Rule) -> Backtest:
        return by_rule(site, truth, how, initial=initial, day=DAY)

    def plans(forecast: Forecaster) -> Backtest:
        return backtest(site, truth, forecast, initial=initial, horizon=DAY, every=every)

    own = Foresight(case.learnt, horizon=DAY, unsure=UNSURE, level=level)
    runs: dict[str, Callable[[], Backtest]] = {
        "no control": lambda: rule("none"),
        "rule: self-consumption": lambda: rule("self_consumption"),
        "rule: clock on the tariff": lambda: rule("clock"),
        "plan, own forecasts": lambda: plans(own),
        "plan, the next 24 h known": lambda: plans(looking(truth)),
        "perfect foresight": lambda: perfect(site, truth, initial=initial, margin=DAY),
    }
    for name, one in runs.items():
        began = cpu_now()
        results.append(replace(one(), name=name))
        spent[name] = cpu_now() - began
    return results, spent


def run(setting: Setting) -> list[Row]:
    """Rows of the table."""
    folder = None if setting.data is None else setting.data / "monash-microgrid"
    if folder is None or not folder.is_dir():
        return [Row("Monash: a year's dispatch", "skipped: no data folder")]
    small = {"last": FIRST + timedelta(days=SMALL_DAYS), "learnt": SMALL_DAYS}
    case = load_case(folder, **small) if setting.small else load_case(folder)
    results, spent = ways(case)
    return rows(results, spent, "AUD")


def rows(results: list[Backtest], spent: dict[str, float], currency: str) -> list[Row]:
    """A row for each way, and one for the agreement of objective and cost."""
    found: list[Row] = []
    for one in results:
        sums = one.totals()
        found.append(
            Row(
                f"Monash, {one.name}",
                f"{sums['cost']:,.0f} {currency}: energy {sums['energy']:,.0f}, peaks {sums['demand']:,.0f}, "
                f"wear {sums['wear']:,.0f}; highest {sums['peak']:,.0f} kW; {spent[one.name]:.0f} CPU-s",
            )
        )
    worst = agreement(results)
    found.append(
        Row(
            "  objective against the cost of the schedule", f"{worst:.0e} relative", limit="1e-06", kept=worst <= AGREES
        )
    )
    return found
