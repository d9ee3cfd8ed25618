"""Forecasts against seasonal naive and LightGBM, out of sample on real data; and how long 5,000 sites take.

Origins roll hour by hour over the last eight weeks; nobody sees beyond the origin. Ours begins with nothing and learns
on the way, LightGBM is fitted anew every four weeks on all that came before, one model per series, lead and quantile.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.measuring import Measured, side
from benchmarks.tables import Row, Setting
from wattstone.forecasting import Spec, coverage, made, mase, naive_scale, pinball
from wattstone.forecasting.arrays import Floats, Ints
from wattstone.forecasting.clock import Clock

LEVELS = (0.05, 0.1, 0.5, 0.9, 0.95)
LEADS = (1, 4, 24, 48)
SCALE_DAYS = 90
REFIT_DAYS = 28
ROUNDS = 24  # of the many sites: a quarter of a day, so that one decision falls among them


@dataclass(frozen=True, eq=False)
class Real:
    """Real series and the days they are judged on.

    Parameters
    ----------
    kind : str
        `load`, `pv` or `carbon`.
    start : datetime
        Of the first step, naive UTC.
    step : int
        Length of a step. [min]
    zone : str
        Whose clock people live by.
    values : (series, time) array
        NaN where absent.
    days : int
        Judged at the end.
    """

    kind: Any
    start: datetime
    step: int
    zone: str
    values: Floats
    days: int

    @property
    def per_day(self) -> int:
        """Steps of a day."""
        return 24 * 60 // self.step

    @property
    def origins(self) -> Ints:
        """The last step seen, hour by hour, each with a target 48 h ahead in the data."""
        steps = self.values.shape[1]
        return np.arange(steps - self.days * self.per_day, steps - max(LEADS) * 60 // self.step, 60 // self.step)


def citylearn(folder: Path, column: str) -> Floats:
    """Homes' load or PV of the CityLearn challenge, (5, 8760), or its carbon intensity, (1, 8760)."""
    import polars as pl

    base = folder / "citylearn-2022-phase-1"
    if column == "carbon_intensity":
        return pl.read_csv(base / "carbon_intensity.csv")[column].to_numpy()[None].astype(np.float64)
    homes = sorted(base.glob("Building_*.csv"))
    return np.stack([pl.read_csv(home)[column].to_numpy() for home in homes]).astype(np.float64)


def frame(path: Path, start: datetime, end: datetime, step: int, kind: str, meters: int | None) -> Floats:
    """Some meters of a readings file, (meter, time); of more meters than asked for, those with most readings."""
    import polars as pl

    rows = pl.scan_parquet(path).filter(pl.col("kind") == kind)
    rows = rows.with_columns(pl.col("timestamp").dt.replace_time_zone(None), pl.col("meter_id").cast(pl.String))
    rows = rows.filter(pl.col("timestamp").is_between(start, end, closed="left")).collect()
    found = rows.group_by("meter_id").len().sort(["len", "meter_id"], descending=[True, False])
    names = sorted(found["meter_id"].head(meters or len(found)))
    grid = pl.datetime_range(start, end, f"{step}m", closed="left", eager=True, time_unit="ms").alias("timestamp")
    wide = rows.pivot("meter_id", index="timestamp", values="value")
    wide = grid.to_frame().join(wide, on="timestamp", how="left", maintain_order="left")
    return wide.select(pl.col(names).cast(pl.Float64).fill_null(np.nan)).to_numpy().T.copy()


def real(folder: str, name: str, small: bool) -> Real:
    """One of the real data sets."""
    data = Path(folder)
    if name.startswith("citylearn"):
        columns = {"load": "non_shiftable_load", "pv": "solar_generation", "carbon": "carbon_intensity"}
        kind = name.split()[1]
        found = Real(kind, datetime(2021, 8, 1), 60, "UTC", citylearn(data, columns[kind]), 56)
    elif name.startswith("monash"):
        kind = {"load": "electricity", "pv": "pv_generation"}[name.split()[1]]
        # November 2020 is 1.0 throughout in the file: it was withheld in the challenge.
        start, end = datetime(2019, 10, 1), datetime(2020, 11, 1)
        path = data / "monash-microgrid" / "readings.parquet"
        values = frame(path, start, end, 15, kind, None)
        found = Real(name.split()[1], start, 15, "Australia/Melbourne", values, 56)
    else:
        start, end = datetime(2018, 10, 1), datetime(2019, 11, 1)  # before Covid
        path = data / "cambridge-dev" / "readings.parquet"
        values = frame(path, start, end, 60, "electricity", 10)
        found = Real("load", start, 60, "Europe/London", values, 56)
    if not small:
        return found
    keep = 40 * found.per_day
    return Real(found.kind, found.start, found.step, found.zone, found.values[:2, :keep], 8)


def judged(data: Real, quantiles: Floats) -> dict[str, dict[str, list[float]]]:
    """Scores by lead, each a list over series; `quantiles` is (lead, origin, series, level)."""
    first = int(data.origins[0])
    scale = naive_scale(data.values[:, max(0, first - SCALE_DAYS * data.per_day) : first + 1], data.per_day)
    told: dict[str, dict[str, list[float]]] = {}
    for lead, said in zip(LEADS, quantiles, strict=True):
        targets = data.origins + lead * 60 // data.step
        actual = data.values[:, targets]
        if data.kind == "pv":  # nights are no art
            day = data.values[:, first:][:, : data.days * data.per_day].reshape(len(actual), data.days, -1)
            lit = np.nanmax(day, axis=1) > 0.01 * np.nanmax(day, axis=(1, 2))[:, None]
            actual = np.where(lit[:, (targets - first) % data.per_day], actual, np.nan)
        said = said.swapaxes(0, 1)
        told[str(lead)] = {
            "mase": mase(actual, said[..., 2], scale).tolist(),
            "pinball": (np.nanmean(pinball(actual, said, LEVELS), axis=1) / scale).tolist(),
            "in90": coverage(actual, said[..., 0], said[..., 4]).tolist(),
            "in80": coverage(actual, said[..., 1], said[..., 3]).tolist(),
        }
    return told


def ours(folder: str, name: str, small: bool) -> Callable[[], Any]:
    data = real(folder, name, small)
    steps = [lead * 60 // data.step - 1 for lead in LEADS]

    def run() -> Any:
        spec = Spec(data.kind, series=len(data.values), start=data.start, step=data.step, zone=data.zone)
        forecaster = made(spec)
        at = [forecaster.levels.index(level) for level in LEVELS]
        said: list[Floats] = []
        origins = set(data.origins.tolist())
        for index in range(int(data.origins[-1]) + 1):
            forecaster.observe(data.values[:, index])
            if index in origins:
                said.append(forecaster.forecast().values[:, steps][..., at])
        chosen: dict[str, int] = {}
        for choice in forecaster.choices():
            if choice.lead - 1 in steps:
                chosen[choice.method] = chosen.get(choice.method, 0) + 1
        return {"scores": judged(data, np.stack(said).transpose(2, 0, 1, 3)), "chosen": chosen}

    return run


def naive(folder: str, name: str, small: bool) -> Callable[[], Any]:
    """Yesterday at this time (two days ago for 48 h), with the quantiles of its own errors at that hour before."""
    data = real(folder, name, small)

    def run() -> Any:
        first, per_day = int(data.origins[0]), data.per_day
        clock = Clock(data.start, step=data.step, zone="UTC" if data.kind == "pv" else data.zone)
        said: list[Floats] = []
        for lead in LEADS:
            days = -(-lead // 24)
            known = np.arange(days * per_day, first + 1)
            errors = data.values[:, known] - data.values[:, clock.before(known, days)]
            hours = clock.slots(known) * data.step // 60
            by_hour = np.stack([np.nanquantile(errors[:, hours == hour], LEVELS, axis=1) for hour in range(24)])
            targets = data.origins + lead * 60 // data.step
            point = data.values[:, clock.before(targets, days)].T
            spread = by_hour[clock.slots(targets) * data.step // 60].swapaxes(1, 2)
            spread[..., 2] = 0.0  # its median is what it is known for
            said.append(np.sort(point[..., None] + spread, axis=-1))
        return {"scores": judged(data, np.stack(said))}

    return run


def features(data: Real, one: Floats, at: Ints, ahead: int, clock: Clock) -> Floats:
    """What LightGBM is told: the last hours, the target's hour on earlier days, and the calendar."""
    hour = 60 // data.step
    targets = at + ahead

    def value(places: Ints) -> Floats:
        return np.where(places >= 0, one[np.maximum(places, 0)], np.nan)

    sums = np.concatenate([[0.0], np.nancumsum(one)])
    lags = [value(at - back) for back in (0, hour, 2 * hour, 3 * hour, data.per_day - hour, data.per_day)]
    means = [
        (sums[at + 1] - sums[np.maximum(at + 1 - span, 0)]) / span for span in (hour, 6 * hour, 24 * hour, 168 * hour)
    ]
    first = -(-ahead // data.per_day)
    same = [value(clock.before(targets, first + day)) for day in range(7)]
    same += [value(clock.before(targets, 7)), value(clock.before(targets, 14)), value(clock.before(targets, 21))]
    calendar = [clock.slots(targets), clock.weekdays(targets), targets // data.per_day % 365]
    table = np.stack([*lags, *means, *same, np.mean(same[:7], axis=0), *calendar], axis=1)
    return table.astype(np.float64)


def lightgbm(folder: str, name: str, small: bool) -> Callable[[], Any]:
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import lightgbm as gbm
    data = real(folder, name, small)
    clock = Clock(data.start, step=data.step, zone=data.zone)
    settings = {"objective": "quantile", "learning_rate": 0.06, "num_leaves": 24, "min_data_in_leaf": 40}
    settings |= {"verbosity": -1, "num_threads": 1, "seed": 1, "deterministic": True, "feature_fraction": 0.8}

    def fitted(one: Floats, ahead: int, origins: Ints) -> Floats:
        """What models say from some origins, fitted on targets up to the first of them; (origin, level)."""
        at = np.arange(21 * data.per_day, int(origins[0]) + 1 - ahead, 60 // data.step)
        at = at[np.isfinite(one[at + ahead])]
        if not len(at):
            return np.full((len(origins), len(LEVELS)), np.nan)
        known, wanted = features(data, one, at, ahead, clock), features(data, one, origins, ahead, clock)
        table = gbm.Dataset(known, one[at + ahead], free_raw_data=False)
        rounds = 10 if small else 120
        boosters = [gbm.train(settings | {"alpha": level}, table, num_boost_round=rounds) for level in LEVELS]
        return np.sort(np.stack([np.asarray(booster.predict(wanted)) for booster in boosters], axis=1), axis=1)

    def rolled(one: Floats, ahead: int) -> Floats:
        parts = np.array_split(data.origins, -(-data.days // REFIT_DAYS))
        return np.concatenate([fitted(one, ahead, part) for part in parts])

    def run() -> Any:
        said = [[rolled(one, lead * 60 // data.step) for one in data.values] for lead in LEADS]
        return {"scores": judged(data, np.array(said).swapaxes(1, 2))}

    return run


def many(kind: Any, sites: int) -> Callable[[], Any]:
    """One update and one forecast of a day at 15 min, for many sites; the mean of some rounds."""
    forecaster = made(Spec(kind, series=sites, start=datetime(2021, 1, 1), step=15, hours=24))
    noise = np.random.default_rng(0)
    shape = np.sin(np.arange(96) / 96 * 2 * np.pi) + 1.5
    for step in range(30):
        forecaster.observe(shape[step % 96] * noise.uniform(0.8, 1.2, sites))
    coming = shape[30 : 30 + ROUNDS, None] * noise.uniform(0.8, 1.2, (ROUNDS, sites))

    def run() -> Any:
        for values in coming:
            forecaster.observe(values)
            forecaster.forecast(96)
        return sum(array.nbytes for array in forecaster.arrays().values()) / sites / 1e3

    return run


def shown(scores: dict[str, list[float]]) -> str:
    """Mean over series of each score."""
    mean = {name: float(np.nanmean(values)) for name, values in scores.items()}
    inside = f"{100 * mean['in80']:.0f}/{100 * mean['in90']:.0f} %"
    return f"MASE {mean['mase']:.3f}, pinball {mean['pinball']:.4f}, {inside}"


def compared(name: str, measured: dict[str, Measured]) -> list[Row]:
    """The rows of one data set."""
    rows: list[Row] = []
    mine = measured["ours"].result["scores"]
    for lead in map(str, LEADS):
        own = np.array(mine[lead]["pinball"])
        for peer in ("naive", "lightgbm"):
            theirs = measured[peer].result["scores"][lead]
            other = np.array(theirs["pinball"])
            ratio = float(np.nanmean(own) / np.nanmean(other))
            better = f"better in {int((own < other).sum())} of {len(own)}"
            rows.append(
                Row(
                    f"{name}, {lead} h ahead, against {peer}",
                    shown(mine[lead]),
                    shown(theirs),
                    f"{ratio:.2f}; {better}",
                    "1.00" if peer == "naive" else "",
                    ratio <= 1 if peer == "naive" else None,
                )
            )
    cpu = {side: one.cpu for side, one in measured.items()}
    chosen = ", ".join(f"{method} {count}" for method, count in sorted(measured["ours"].result["chosen"].items()))
    rows.append(
        Row(
            f"{name}, CPU seconds (naive {cpu['naive']:.1f}); methods taken: {chosen}",
            f"{cpu['ours']:.1f} s",
            f"{cpu['lightgbm']:.1f} s",
            f"{cpu['ours'] / cpu['lightgbm']:.2f}",
        )
    )
    return rows


DATA_SETS = ("monash load", "monash pv", "citylearn load", "citylearn pv", "citylearn carbon", "cambridge load")


def against(data: Path, name: str, *, small: bool) -> list[Row]:
    """One data set, each side in a process of its own."""
    sides = ("ours", "naive", "lightgbm")
    return compared(name, {one: side(f"benchmarks.forecasting:{one}", str(data), name, small) for one in sides})


def speed(kind: str, sites: int) -> Row:
    """What an update and a forecast cost a site."""
    one = side("benchmarks.forecasting:many", kind, sites)
    each = one.cpu / ROUNDS / sites * 1e3
    what = f"{kind}: update and 96 steps x 11 quantiles for {sites:,} sites, CPU a site"
    return Row(what, f"{each:.2f} ms", f"{one.result:.0f} kB of state a site", limit="2 ms", kept=each <= 2)


def run(setting: Setting) -> Sequence[Row]:
    rows: list[Row] = []
    for kind in ("load", "pv"):
        rows.append(speed(kind, 50 if setting.small else 5000))
        setting.say(rows[-1].what)
    if setting.data is None:
        return rows
    for name in DATA_SETS:
        rows += against(setting.data, name, small=setting.small)
        setting.say(name)
    return rows
