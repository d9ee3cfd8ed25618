"""Clock doubt: a building that keeps the wall clock, stamped truly and falsely."""

from datetime import datetime
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from wattstone.readings.quality import clock_changes, clock_evidence

YEARS = (datetime(2021, 1, 1), datetime(2023, 12, 31, 23))


def people(zone: str, stamped: str, *, meter: int = 1, minutes: int = 60) -> pl.DataFrame:
    """Office hours of 8 to 18 on the clock of `zone`; stamps `utc`, or `local` clock time that is called UTC."""
    start = pl.datetime_range(*YEARS, f"{minutes}m", eager=True)
    local = start if stamped == "local" else start.dt.replace_time_zone("UTC").dt.convert_time_zone(zone)
    hour = local.dt.hour().to_numpy()
    busy = (hour >= 8) & (hour < 18) & (local.dt.weekday().to_numpy() <= 5)
    value = 10 + 30 * busy + np.random.default_rng(meter).normal(0, 1, hour.size)
    return pl.DataFrame({"meter": meter, "start": start, "value": value})


@pytest.mark.parametrize("zone", ["Europe/London", "America/New_York", "Australia/Sydney"])
@pytest.mark.parametrize("stamped", ["utc", "local"])
def test_six_changes_tell_the_clock(zone: str, stamped: str):
    row = clock_evidence(people(zone, stamped), zone=zone).row(0, named=True)

    assert row["verdict"] == stamped
    assert row["changes"] == row[stamped] == 6


def test_quarter_hours_tell_it_too():
    assert clock_evidence(people("Europe/London", "utc", minutes=15), zone="Europe/London")["verdict"].to_list() == [
        "utc"
    ]


def test_a_load_that_ignores_people_tells_nothing():
    flat = people("Europe/London", "utc").with_columns(value=pl.col("value").shuffle(seed=1) * 0 + 5.0)

    assert clock_evidence(flat, zone="Europe/London").row(0) == (1, "unclear", 0, 0, 0)


def test_a_zone_without_summer_time_tells_nothing():
    assert clock_changes("Asia/Shanghai", *YEARS) == []
    assert clock_evidence(people("Asia/Shanghai", "utc"), zone="Asia/Shanghai")["verdict"].to_list() == ["unclear"]


def test_every_meter_is_told_by_itself():
    both = pl.concat([people("Europe/London", "local", meter=7), people("Europe/London", "utc", meter=3)])

    assert clock_evidence(both, zone="Europe/London").select("meter", "verdict").rows() == [(7, "local"), (3, "utc")]


def test_agrees_with_the_evidence_that_comes_with_the_cambridge_data(shared_data: Path):
    folder = shared_data / "cambridge-dev"
    evidence = (
        pl.read_parquet(folder / "meters.parquet", columns=["meter_id", "autumn_clock_change_evidence"])
        .with_columns(pl.col("autumn_clock_change_evidence").str.extract_all(r"\d+").cast(pl.List(pl.Int32)).alias("n"))
        .drop_nulls("n")
        .with_columns(utc=pl.col("n").list.get(0), local=pl.col("n").list.get(2), changes=pl.col("n").list.get(1))
    )
    # Those that the upstream evidence says clearly: three changes or more, three quarters of them alike.
    clear = evidence.filter((pl.col("changes") >= 3) & (pl.max_horizontal("utc", "local") >= 0.75 * pl.col("changes")))
    clear = clear.with_columns(
        said=pl.when(pl.col("utc") > pl.col("local")).then(pl.lit("utc")).otherwise(pl.lit("local"))
    )
    readings = (
        pl.scan_parquet(folder / "readings.parquet")
        .with_columns(pl.col("meter_id").cast(pl.String))
        .filter(pl.col("meter_id").is_in(clear["meter_id"].implode()))
        .select(
            meter="meter_id",
            start=pl.col("timestamp").dt.replace_time_zone(None).cast(pl.Datetime("us")),
            value="value",
        )
        .collect()
    )

    found = clock_evidence(readings, zone="Europe/London").join(clear, left_on="meter", right_on="meter_id")

    assert found.height > 50
    told = found.filter(pl.col("verdict") != "unclear")
    assert told.height >= 0.8 * found.height
    assert (told["verdict"] == told["said"]).all()
