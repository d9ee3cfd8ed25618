"""Flags: each rule on a series made for it, and on the series that it must leave alone."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattstone.readings.quality import Rules, flag_readings
from wattstone.readings.schema import Flag

START = datetime(2024, 1, 1)  # a Monday


def readings(values: Any, *, meter: int = 1, seconds: int = 3600, start: datetime = START) -> pl.DataFrame:
    stamps = pl.datetime_range(start, start + timedelta(seconds=seconds * (len(values) - 1)), f"{seconds}s", eager=True)
    return pl.DataFrame(
        {"meter": meter, "start": stamps, "seconds": seconds, "value": pl.Series(values, dtype=pl.Float64)},
        schema_overrides={"meter": pl.Int32, "seconds": pl.Int32},
    )


def meters(*keys: int, live: bool = True, allow_negative: bool = False, **more: float | None) -> pl.DataFrame:
    columns = {"meter": list(keys), "live": live, "allow_negative": allow_negative, "cap": None} | more
    return pl.DataFrame(columns, schema_overrides={"cap": pl.Float64, "high": pl.Float64})


def rows_with(flag: Flag, frame: pl.DataFrame, context: pl.DataFrame | None = None, **options: Any) -> list[int]:
    flagged = flag_readings(frame, context=meters(1) if context is None else context, **options)
    return np.flatnonzero(flagged["flags"].to_numpy() & int(flag)).tolist()


def office(days: int, *, per_day: int = 24, seed: int = 0) -> np.ndarray:
    """Base load with office hours on weekdays and a little noise, to 0.1 kWh."""
    hour = np.arange(days * per_day) * 24 / per_day
    busy = (hour % 24 >= 8) & (hour % 24 < 18) & (hour // 24 % 7 < 5)
    noise = np.random.default_rng(seed).normal(0, 0.5, hour.size)
    return np.round(10 + 30 * busy + noise, 1)


def boiler(days: int, *, seed: int = 0) -> np.ndarray:
    """Gas of a heated building that is off at night and at weekends."""
    hour = np.arange(days * 24)
    on = (hour % 24 >= 6) & (hour % 24 < 20) & (hour // 24 % 7 < 5)
    return np.where(on, np.round(np.random.default_rng(seed).uniform(20, 60, hour.size), 1), 0.0)


def test_ordinary_weeks_carry_no_flag():
    assert flag_readings(readings(office(365)), context=meters(1))["flags"].sum() == 0
    assert flag_readings(readings(boiler(365)), context=meters(1, live=False))["flags"].sum() == 0


def test_values_rows_and_order_are_left_alone():
    frame = readings(office(30)).with_columns(note=pl.lit("kept"))

    assert flag_readings(frame, context=meters(1)).drop("flags").equals(frame)


def test_an_empty_frame_gives_an_empty_column():
    flagged = flag_readings(readings([])[:0], context=meters(1))

    assert flagged.schema["flags"] == pl.Int16
    assert flagged.is_empty()


class TestMissingZeros:
    def test_a_single_zero_in_a_base_load_is_missing(self):
        values = office(60)
        values[500] = 0.0

        assert rows_with(Flag.MISSING_ZERO, readings(values)) == [500]

    def test_a_long_run_is_missing_from_its_first_to_its_last_row(self):
        values = office(60)
        values[300:700] = 0.0

        assert rows_with(Flag.MISSING_ZERO, readings(values)) == list(range(300, 700))

    def test_import_that_ceases_every_sunny_noon_is_not_missing(self):
        values = office(60)
        values[np.arange(values.size) % 24 == 13] = 0.0

        assert rows_with(Flag.MISSING_ZERO, readings(values)) == []

    def test_nights_and_weekends_of_a_boiler_are_rest(self):
        assert rows_with(Flag.MISSING_ZERO, readings(boiler(120)), meters(1, live=False)) == []

    def test_a_working_day_without_gas_in_mid_winter_is_missing(self):
        values = boiler(70)
        values[7 * 24 * 5 + 24 : 7 * 24 * 5 + 48] = 0.0  # the Tuesday of the sixth week

        found = rows_with(Flag.MISSING_ZERO, readings(values), meters(1, live=False))

        assert set(range(7 * 24 * 5 + 24 + 6, 7 * 24 * 5 + 48 - 4)) <= set(found)

    def test_a_summer_without_gas_is_rest(self):
        values = boiler(365)
        values[24 * 130 : 24 * 260] = 0.0

        assert rows_with(Flag.MISSING_ZERO, readings(values), meters(1, live=False)) == []

    def test_a_day_partition_of_a_live_meter_that_is_all_zero_is_missing(self):
        assert len(rows_with(Flag.MISSING_ZERO, readings(np.zeros(96), seconds=900))) == 96
        assert rows_with(Flag.MISSING_ZERO, readings(np.zeros(96), seconds=900), meters(1, live=False)) == []

    def test_a_hole_in_the_rows_does_not_shift_the_hours(self):
        frame = readings(boiler(120))
        holed = pl.concat([frame[:400], frame[405:]])

        assert rows_with(Flag.MISSING_ZERO, holed, meters(1, live=False)) == []


class TestSpikes:
    def test_a_value_far_above_all_others_is_a_spike(self):
        values = office(60)
        values[700] = 400.0

        assert rows_with(Flag.SPIKE, readings(values)) == [700]

    def test_a_peak_every_morning_is_no_spike(self):
        values = office(60)
        values[np.arange(values.size) % 24 == 7] = 200.0

        assert rows_with(Flag.SPIKE, readings(values)) == []

    def test_a_day_is_too_short_to_know_a_spike_without_help(self):
        values = office(1, per_day=96)
        values[40] = 400.0
        day = readings(values, seconds=900)

        assert rows_with(Flag.SPIKE, day) == []
        assert rows_with(Flag.SPIKE, day, meters(1, cap=100.0)) == [40]
        assert rows_with(Flag.SPIKE, day, meters(1, high=42.0)) == [40]


class TestStuck:
    def test_a_value_that_stands_for_a_day_is_stuck(self):
        values = office(60)
        values[240:270] = 23.4

        assert rows_with(Flag.STUCK, readings(values)) == list(range(240, 270))

    def test_hourly_values_repeated_in_quarters_are_not_stuck(self):
        assert rows_with(Flag.STUCK, readings(np.repeat(office(60), 4), seconds=900)) == []

    def test_daily_values_repeated_by_the_hour_are_not_stuck(self):
        daily = np.round(np.random.default_rng(1).uniform(100, 200, 60), 1)

        assert rows_with(Flag.STUCK, readings(np.repeat(daily, 24))) == []

    def test_a_coarse_counter_is_not_stuck(self):
        values = np.where(np.arange(60 * 24) % 24 < 4, 2.0, 1.0)
        values[300:360] = 1.0

        assert rows_with(Flag.STUCK, readings(values)) == []

    def test_a_whole_day_partition_at_one_fine_value_is_stuck(self):
        assert len(rows_with(Flag.STUCK, readings(np.full(96, 283.8), seconds=900))) == 96


class TestSimpleRules:
    def test_negative_is_flagged_unless_the_meter_may_export(self):
        frame = readings([1.0, -2.0, 3.0])

        assert rows_with(Flag.NEGATIVE, frame) == [1]
        assert rows_with(Flag.NEGATIVE, frame, meters(1, allow_negative=True)) == []

    def test_the_second_row_of_one_start_is_a_duplicate(self):
        frame = readings([1.0, 2.0, 3.0])[[0, 1, 1, 2]]

        assert rows_with(Flag.DUPLICATE, frame) == [2]

    def test_the_same_start_of_another_meter_is_no_duplicate(self):
        frame = pl.concat([readings([1.0]), readings([2.0], meter=2)])

        assert rows_with(Flag.DUPLICATE, frame, meters(1, 2)) == []

    def test_an_interval_that_ends_after_receipt_is_of_the_future(self):
        frame = readings([1.0, 2.0, 3.0])

        assert rows_with(Flag.FUTURE, frame, now=START + timedelta(hours=2)) == [2]
        assert rows_with(Flag.FUTURE, frame, now=(START + timedelta(hours=2)).replace(tzinfo=UTC)) == [2]
        assert rows_with(Flag.FUTURE, frame) == []

    def test_an_interval_twice_as_long_as_usual_is_long(self):
        frame = readings([1.0, 2.0, 3.0, 4.0]).with_columns(seconds=pl.Series([3600, 3600, 7200, 3600], dtype=pl.Int32))

        assert rows_with(Flag.LONG, frame) == [2]

    def test_a_meter_that_nothing_is_known_of_is_judged_all_the_same(self):
        assert rows_with(Flag.NEGATIVE, readings([1.0, -2.0]), meters(9)) == [1]


def test_null_and_nan_are_gaps_and_carry_no_flag():
    assert flag_readings(readings([None, float("nan"), None]), context=meters(1))["flags"].to_list() == [0, 0, 0]


values = st.lists(
    st.one_of(st.none(), st.just(0.0), st.sampled_from([1.0, 1e9, -5.0]), st.floats(-100, 100, allow_nan=False)),
    min_size=1,
    max_size=120,
)


@given(one=values, other=values, live=st.booleans())
def test_a_meter_is_flagged_the_same_alone_and_in_company(one: list[Any], other: list[Any], live: bool):
    first, second = readings(one), readings(other, meter=2)
    context = meters(1, 2, live=live)

    together = flag_readings(pl.concat([first, second]), context=context)["flags"].to_list()

    alone = [flag_readings(frame, context=context)["flags"].to_list() for frame in (first, second)]
    assert together == alone[0] + alone[1]


@pytest.mark.parametrize(("value", "flag"), [(0.0, Flag.MISSING_ZERO), (283.8, Flag.STUCK)])
def test_a_run_ends_where_its_meter_ends(value: float, flag: Flag):
    # Eighteen hours at the end of one meter's day and eight at the start of the next one's are not a run of 26.
    limits = Rules(live_hours=20, sturdy_hours=20, stuck_hours=20)
    one, other = np.linspace(20, 40, 24), np.linspace(20, 40, 24)
    one[6:], other[:8] = value, value
    both = pl.concat([readings(one), readings(other, meter=2, start=START + timedelta(days=1))])

    assert rows_with(flag, both, meters(1, 2), rules=limits) == []
    one[2:] = value
    longer = pl.concat([readings(one), readings(other, meter=2, start=START + timedelta(days=1))])
    assert rows_with(flag, longer, meters(1, 2), rules=limits) == list(range(2, 24))
    one[2:6] = 21.0, 22.0, 23.0, 24.0
    together = readings(np.concatenate([one, other]))
    assert rows_with(flag, together, rules=limits) == list(range(6, 32))


def test_partitions_of_a_meter_are_judged_apart():
    values = office(120)
    values[500:900] = 0.0
    frame = readings(values).with_columns(month=pl.col("start").dt.month())

    apart = flag_readings(frame, context=meters(1), by=("meter", "month"))

    months = frame.partition_by("month")
    assert apart["flags"].to_list() == [
        flag for month in months for flag in flag_readings(month, context=meters(1))["flags"]
    ]


@pytest.mark.parametrize("field", ["sturdy", "stuck_hours", "spike_reach"])
def test_rules_can_be_set(field: str):
    values = office(60)
    values[300], values[500:530], values[900] = 0.0, 12.3, 400.0
    before = flag_readings(readings(values), context=meters(1))["flags"].to_list()

    lax = Rules(**{field: 1e6})

    assert flag_readings(readings(values), context=meters(1), rules=lax)["flags"].to_list() != before
