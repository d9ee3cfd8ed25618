"""A small fixed form of `benchmarks/quality_zero_runs.py`: holes of known place in real series are found again."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from wattstone.readings.quality import flag_readings
from wattstone.readings.schema import Flag

METERS = 12


def few_years(folder: Path, kind: str) -> pl.DataFrame:
    """2018 and 2019 of the first meters of a kind that have both."""
    readings = (
        pl.scan_parquet(folder / "cambridge-dev" / "readings.parquet")
        .filter(pl.col("kind").cast(pl.String) == kind, pl.col("timestamp").dt.year().is_in([2018, 2019]))
        .select(
            pl.col("meter_id").cast(pl.String),
            start=pl.col("timestamp").dt.replace_time_zone(None).cast(pl.Datetime("us")),
            seconds=pl.lit(3600, pl.Int32),
            value=pl.col("value").cast(pl.Float64),
        )
        .collect()
    )
    whole = readings.group_by("meter_id").len().filter(pl.col("len") == 17_520)["meter_id"].sort()[:METERS]
    chosen = readings.filter(pl.col("meter_id").is_in(whole.implode())).sort("meter_id", "start")
    return chosen.with_columns(meter=pl.col("meter_id").rle_id().cast(pl.Int32), year=pl.col("start").dt.year())


@pytest.mark.parametrize(
    ("kind", "hours", "energy"),
    [("electricity", 6, 0.97), ("electricity", 72, 0.99), ("gas", 72, 0.9), ("gas", 480, 0.75)],
)
def test_most_of_the_energy_in_holes_is_found_again(shared_data: Path, kind: str, hours: int, energy: float):
    frame = few_years(shared_data, kind)
    truth = frame["value"].to_numpy()
    groups = truth.size // 8760
    first = np.arange(groups) * 8760 + np.random.default_rng(20261122).integers(0, 8760 - hours, groups)
    hole = np.zeros(truth.size, dtype=bool)
    hole[(first[:, None] + np.arange(hours)).ravel()] = True
    holed = frame.with_columns(value=pl.Series(np.where(hole, 0.0, truth)))
    context = pl.DataFrame({"meter": range(METERS), "live": kind == "electricity", "allow_negative": False})

    flags = flag_readings(holed, context=context, by=("meter", "year"))["flags"].to_numpy()

    found = flags & int(Flag.MISSING_ZERO) != 0
    assert groups == 2 * METERS
    assert truth[hole & found].sum() >= energy * truth[hole].sum()
    assert (holed["value"].to_numpy()[found] == 0).all()


def test_zeros_of_gas_in_summer_are_left_alone(shared_data: Path):
    frame = few_years(shared_data, "gas")
    context = pl.DataFrame({"meter": range(METERS), "live": False, "allow_negative": False})

    flagged = flag_readings(frame, context=context, by=("meter", "year"))

    zeros = flagged.filter((pl.col("value") == 0) & pl.col("start").dt.month().is_in([6, 7, 8]))
    assert zeros.height > 1000
    assert (zeros["flags"] & int(Flag.MISSING_ZERO) != 0).mean() < 0.05


def test_of_pv_the_dead_months_are_flagged_and_the_nights_are_not(shared_data: Path):
    sun = (
        pl.read_parquet(shared_data / "monash-microgrid" / "readings.parquet")
        .filter(pl.col("kind").cast(pl.String) == "pv_generation")
        .select(
            pl.col("meter_id").cast(pl.String),
            start=pl.col("timestamp").dt.replace_time_zone(None).cast(pl.Datetime("us")),
            seconds=pl.lit(900, pl.Int32),
            value="value",
        )
        .sort("meter_id", "start")
        .with_columns(meter=pl.col("meter_id").rle_id().cast(pl.Int32))
    )
    context = pl.DataFrame({"meter": range(6), "live": False, "allow_negative": False})

    flagged = flag_readings(sun, context=context)

    doubtful = flagged.filter(pl.col("flags") != 0).with_columns(run=pl.struct("meter", "value").rle_id())
    runs = doubtful.group_by("run", maintain_order=True).agg(pl.col("value", "flags").first(), rows=pl.len())
    # November 2020 stands at 1.0 kW in all six series, one stands at 7.63 kW and a little less for months before, and
    # one at 0 from April to May 2020: all this can be seen in the data. Nothing else is flagged.
    stuck = runs.filter(flags=int(Flag.STUCK))
    assert stuck.filter(value=1.0)["rows"].to_list() == [2880] * 6
    assert stuck.filter(pl.col("value") != 1.0)["value"].is_between(7.0, 8.0).all()
    assert runs.filter(flags=int(Flag.MISSING_ZERO))["rows"].to_list() == [4003]
