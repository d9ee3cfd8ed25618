"""Totals of a partition, against sums that plain Polars makes row by row."""

from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wattstone.inventory.entries import entries_of
from wattstone.inventory.totals import Clock, Positions, months_of, part_totals, slots_of
from wattstone.readings import Flag

BEGIN = datetime(2019, 3, 31)
DAYS = 2  # the local month changes within them
KEYS = np.array([2, 3, 5, 7, 11], dtype=np.int32)
SITE = np.array([0, 0, 1, 2, 2], dtype=np.int32)
REGION = np.array([0, -1, 1, 1, 1], dtype=np.int32)
ZONES = ("Europe/London", "Asia/Kolkata")


def clock(*, priced: bool = False, shared: bool = False) -> Clock:
    slots = slots_of(BEGIN, BEGIN + timedelta(days=DAYS))
    random = np.random.default_rng(7)
    intensity = random.uniform(0.1, 0.5, (2, 24 * DAYS))
    intensity[1, 5] = np.nan
    return Clock(
        start=BEGIN,
        months=np.stack([months_of(slots, zone) for zone in ZONES]),
        intensity=intensity,
        prices=random.uniform(0.1, 0.4, (1, len(slots))) if priced else np.empty((0, len(slots))),
        shares=random.uniform(0, 1, (3, 24 * DAYS)) if shared else None,
    )


def positions(zone: int) -> Positions:
    return Positions(
        keys=KEYS,
        site=SITE,
        zone=np.full(len(KEYS), zone, dtype=np.int32),
        region=REGION,
        tariff=np.where(KEYS == 3, -1, 0).astype(np.int32),
        hourly=np.array([True, False, True, True, True]),
    )


@st.composite
def readings(draw: st.DrawFn) -> pl.DataFrame:
    """Meters that were read together, some that were not, some unknown; at times in no order at all."""
    frames: list[pl.DataFrame] = []
    usual = draw(st.sampled_from([300, 900, 1800, 3600, 7200]))
    for meter in draw(st.lists(st.sampled_from([*KEYS.tolist(), 4, 12]), min_size=1, max_size=7, unique=True)):
        odd = draw(st.integers(0, 5)) == 0
        step = draw(st.sampled_from([900, 3600, 21600])) if odd else usual
        offset = 450 if odd and step == 900 else 0
        count = (DAYS * 86400 - offset) // step
        random = np.random.default_rng(draw(st.integers(0, 999)))
        frame = pl.DataFrame(
            {
                "meter": pl.Series([meter] * count, dtype=pl.Int32),
                "start": [BEGIN + timedelta(seconds=offset + step * at) for at in range(count)],
                "seconds": pl.Series([step] * count, dtype=pl.Int32),
                "value": random.uniform(-1, 9, count),
                "flags": pl.Series([0] * count, dtype=pl.Int16),
            }
        )
        if draw(st.booleans()):
            holes = pl.Series(random.uniform(size=count) < 0.2)
            guessed = pl.Series(np.where(random.uniform(size=count) < 0.2, int(Flag.ESTIMATED), 0), dtype=pl.Int16)
            frame = frame.with_columns(
                pl.when(holes).then(None).otherwise(pl.col("value")).alias("value"), flags=guessed
            )
        if draw(st.integers(0, 3)) == 0:
            frame = frame.filter(pl.Series(random.uniform(size=count) < 0.9))
        frames.append(frame)
    rows = pl.concat(frames)
    return rows.sample(fraction=1.0, shuffle=True, seed=1) if draw(st.integers(0, 3)) == 0 else rows


def looked_up(rows: pl.DataFrame, held: Clock, zone: int) -> pl.DataFrame:
    """Each row with all that decides its part in the totals, by joins."""
    at = positions(zone)
    about = pl.DataFrame({"meter": KEYS, "site": SITE, "region": REGION, "tariff": at.tariff, "hourly": at.hourly})
    hours = np.arange(24 * DAYS)
    rates = pl.DataFrame(
        {"region": np.repeat([0, 1], len(hours)), "hour": np.tile(hours, 2), "rate": held.intensity.ravel()}
    ).cast({"region": pl.Int32})
    since = (pl.col("start") - BEGIN).dt.total_seconds()
    local = pl.col("start").dt.replace_time_zone("UTC").dt.convert_time_zone(ZONES[zone])
    met = (
        rows.join(about, on="meter")
        .with_columns(
            hour=since // 3600,
            slot=since // 900,
            month=local.dt.year().cast(pl.Int32) * 100 + local.dt.month(),
            energy=pl.col("value").fill_null(0.0),
        )
        .join(rates, on=["region", "hour"], how="left")
    )
    price = pl.Series(held.prices[0] if held.prices.size else np.full(96 * DAYS, np.nan))
    share = pl.Series(np.ones(3 * 24 * DAYS) if held.shares is None else held.shares.ravel())
    return met.with_columns(
        rate=pl.when(pl.col("seconds") > 3600).then(None).otherwise(pl.col("rate").fill_nan(None)),
        share=share.gather(met["site"].cast(pl.Int64) * 24 * DAYS + met["hour"]),
        price=pl.when(pl.col("tariff") >= 0).then(price.gather(met["slot"])),
    )


@settings(max_examples=60)
@given(readings(), st.sampled_from([0, 1]), st.booleans(), st.booleans())
def test_totals_equal_those_that_are_made_row_by_row(rows: pl.DataFrame, zone: int, priced: bool, shared: bool) -> None:
    held = clock(priced=priced, shared=shared)
    made = part_totals(rows, positions(zone), held)
    each = looked_up(rows, held, zone)
    emitted = (pl.col("energy") * pl.col("rate")).fill_null(0.0)
    energetic = pl.col("energy") != 0
    expected = (
        each.group_by("meter", "month")
        .agg(
            energy=pl.col("energy").sum(),
            owned=(pl.col("energy") * pl.col("share")).sum(),
            estimated=pl.col("energy").filter(pl.col("flags") != 0).sum(),
            rows=pl.len(),
            gaps=pl.col("value").null_count(),
            flagged=(pl.col("flags") != 0).sum(),
            seconds=pl.col("seconds").filter(pl.col("value").is_not_null()).sum(),
            emitted=emitted.sum(),
            emitted_owned=(emitted * pl.col("share")).sum(),
            dark=(pl.col("rate").is_null() & (pl.col("region") >= 0) & energetic).sum(),
            cost=(pl.col("energy") * pl.col("price")).filter(pl.col("value") >= 0).sum() if priced else pl.lit(0.0),
            unpriced=(energetic & (pl.col("tariff") >= 0) & (pl.col("energy") < 0)).sum() if priced else pl.lit(0),
        )
        .sort("meter", "month")
    )
    got = made.meter_months.sort("meter", "month")
    assert got.select("meter", "month").rows() == expected.select("meter", "month").rows()
    for name in expected.columns[2:]:
        assert got[name].to_list() == pytest.approx(expected[name].to_list(), rel=1e-12, abs=1e-9), name
    counted = each.filter(pl.col("hourly") & (pl.col("seconds") <= 3600))
    hours = counted.group_by("site", "hour").agg(pl.col("energy").sum(), emitted=emitted.sum()).sort("site", "hour")
    got = made.site_hours.sort("site", "start")
    assert got["site"].to_list() == hours["site"].to_list()
    assert got["start"].to_list() == [BEGIN + timedelta(hours=hour) for hour in hours["hour"]]
    assert got["energy"].to_list() == pytest.approx(hours["energy"].to_list(), rel=1e-12, abs=1e-9)
    known = got["emitted"].is_not_null()
    assert got["emitted"].filter(known).to_list() == pytest.approx(
        hours["emitted"].filter(known).to_list(), rel=1e-12, abs=1e-9
    )
    assert known.to_list() == [not (site > 0 and hour == 5) for site, hour in hours.select("site", "hour").iter_rows()]


def test_meters_read_together_are_laid_out_by_the_hour() -> None:
    rows = pl.DataFrame(
        {
            "meter": pl.Series([2] * 8 + [5] * 8, dtype=pl.Int32),
            "start": [BEGIN + timedelta(minutes=15 * at) for at in range(8)] * 2,
            "seconds": pl.Series([900] * 16, dtype=pl.Int32),
            "value": [float(at) for at in range(16)],
            "flags": pl.Series([0] * 16, dtype=pl.Int16),
        }
    )
    laid = entries_of(rows, KEYS, BEGIN, by_hour=True)
    assert laid is not None
    assert laid.where.tolist() == [0, 0, 2, 2]
    assert laid.hour.tolist() == [0, 1, 0, 1]
    assert laid.energy.tolist() == [6.0, 22.0, 38.0, 54.0]
    assert laid.lengths == 4


def test_nothing_wanted_is_nothing() -> None:
    rows = pl.DataFrame(
        {"meter": [4], "start": [BEGIN], "seconds": [900], "value": [1.0], "flags": [0]},
        schema={
            "meter": pl.Int32,
            "start": pl.Datetime("us"),
            "seconds": pl.Int32,
            "value": pl.Float64,
            "flags": pl.Int16,
        },
    )
    made = part_totals(rows, positions(0), clock())
    assert made.meter_months.is_empty()
    assert made.site_hours.is_empty()
