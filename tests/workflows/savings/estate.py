"""A small estate with a truth: offices that follow weather and week, one that was improved, and meters at fault."""

from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from wattstone.interfaces.cli.app import run

FIRST, YEARS = datetime(2017, 1, 1), 3
HOURS = 24 * (datetime(2020, 1, 1) - FIRST).days
ZONE = "Europe/London"
GOOD = tuple(f"office-{at}" for at in range(14))
BETTER, SAVED = "office-0", 0.2  # from 2019 on a fifth less
FAULTY = ("short", "gappy", "zero", "constant", "turned")
DAILY, BILLED = "daymeter", "billmeter"


def times() -> np.ndarray:
    """Starts of the hours, naive UTC."""
    return np.datetime64(FIRST, "us") + np.arange(HOURS) * np.timedelta64(1, "h")


def temperature() -> np.ndarray:
    """Of the only station. [degC]"""
    hours, rng = np.arange(HOURS), np.random.default_rng(1)
    slow = np.repeat(rng.normal(0, 2.5, HOURS // 24), 24)
    return 11 - 8 * np.cos(2 * np.pi * (hours - 480) / 8766) + 4 * np.sin(2 * np.pi * (hours - 9) / 24) + slow


def usual(meter: int, seed: int = 7) -> np.ndarray:
    """What an office would use without a measure: base, hours of work, heat, and noise that lasts a day. [kWh]"""
    rng, hours = np.random.default_rng([seed, meter]), np.arange(HOURS)
    day = hours // 24
    work = (((day + 6) % 7 < 5) & (hours % 24 >= 8) & (hours % 24 < 18)) * rng.uniform(0.5, 1.5)
    heat = 0.05 * np.maximum(15 - temperature(), 0)
    noise = np.repeat(rng.normal(0, 0.05, HOURS // 24), 24) + rng.normal(0, 0.05, HOURS)
    return np.round(rng.uniform(5, 40) * (1 + work + heat) * (1 + noise), 3)


def readings(seed: int = 7) -> dict[str, np.ndarray]:
    """Use by meter; NaN where nothing was read."""
    start = times()
    after = start >= np.datetime64("2019-01-01")
    found = {name: usual(at, seed) for at, name in enumerate(GOOD)}
    found[BETTER] = np.where(after, found[BETTER] * (1 - SAVED), found[BETTER])
    some = usual(20, seed)
    found["short"] = np.where(start >= np.datetime64("2018-09-01"), some, np.nan)
    found["gappy"] = np.where(np.random.default_rng(3).random(HOURS // 24).repeat(24) < 0.3, np.nan, some)
    found["zero"] = np.zeros(HOURS)
    found["constant"] = np.full(HOURS, 4.2)
    found["turned"] = np.where(after, -some, some)
    return found


def build(folder: Path, *, seed: int = 7, values: dict[str, np.ndarray] | None = None, weather: bool = True) -> Path:
    """Write the estate as a dataset, take it in, and return the workspace."""
    data, workspace = folder / "data", folder / "workspace"
    data.mkdir(parents=True)
    used = readings(seed) if values is None else values
    start = pl.Series("timestamp", times()).dt.replace_time_zone("UTC")
    rows = [
        pl.DataFrame({"site_id": f"site-{name}", "meter_id": name, "timestamp": start, "value": value}).filter(
            pl.col("value").is_not_nan()
        )
        for name, value in used.items()
    ]
    pl.concat(rows).with_columns(kind=pl.lit("electricity"), unit=pl.lit("kWh")).write_parquet(
        data / "readings.parquet"
    )
    table = {"meter_id": list(used), "site_id": [f"site-{name}" for name in used], "kind": "electricity", "unit": "kWh"}
    pl.DataFrame(table).with_columns(interval_minutes=60).write_parquet(data / "meters.parquet")
    sites = {"site_id": [f"site-{name}" for name in used], "timezone": ZONE, "country": "GB", "weather_station_id": "w"}
    pl.DataFrame(sites).write_parquet(data / "sites.parquet")
    if weather:
        frame = pl.DataFrame({"station_id": "w", "timestamp": start, "air_temperature_c": temperature()})
        frame.write_parquet(data / "weather.parquet")
    assert run(["init", str(workspace), "--zone", ZONE, "--currency", "GBP"]) == 0
    assert run(["ingest", str(workspace), str(data), "--json"]) == 0
    return workspace


def by_day(workspace: Path, folder: Path) -> None:
    """Take in a meter that is read by the day."""
    days = [date(2017, 1, 1) + timedelta(days=at) for at in range(HOURS // 24)]
    use = usual(30).reshape(-1, 24).sum(axis=1)
    file = folder / "readings-of-days.csv"
    rows = "".join(f"{day},{value:.2f}\n" for day, value in zip(days, use, strict=True))
    file.write_text(f"date,{DAILY} (kWh)\n{rows}", encoding="utf-8")
    done = run(["ingest", str(workspace), str(file), "--site", f"site-{BETTER}", "--zone", ZONE, "--json"])
    assert done == 0


def by_bill(workspace: Path, folder: Path) -> None:
    """Take in a meter that is read by the month."""
    hours = pl.DataFrame({"at": times(), "use": usual(31)})
    bills = hours.group_by_dynamic("at", every="1mo").agg(pl.col("use").sum())
    file = folder / "readings-of-months.csv"
    rows = "".join(f"{at:%Y-%m-%d},{use:.2f}\n" for at, use in bills.iter_rows())
    file.write_text(f"date,{BILLED} (kWh)\n{rows}", encoding="utf-8")
    done = run(["ingest", str(workspace), str(file), "--site", f"site-{BETTER}", "--zone", ZONE, "--json"])
    assert done == 0
