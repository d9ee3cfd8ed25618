"""Registers to intervals: nothing that was not measured may count, and nothing that was may be lost."""

import math
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from wattstone.readings.registers import register_intervals
from wattstone.readings.schema import Flag

MIDNIGHT = datetime(2024, 1, 1)


def counter(*values: float | None, meter: str = "w", every: timedelta = timedelta(hours=1)) -> pl.DataFrame:
    stamps = [MIDNIGHT + step * every for step in range(len(values))]
    return pl.DataFrame(
        {"meter_id": [meter] * len(values), "at": stamps, "value": values},
        schema={"meter_id": pl.String, "at": pl.Datetime("us"), "value": pl.Float64},
    )


def test_an_interval_starts_at_the_earlier_stamp_and_lasts_to_the_later_one():
    intervals = register_intervals(counter(10.0, 12.5, 12.5, 20.0))

    assert intervals["value"].to_list() == [2.5, 0.0, 7.5]
    assert intervals["start"].to_list() == [MIDNIGHT + timedelta(hours=hour) for hour in range(3)]
    assert intervals["seconds"].to_list() == [3600] * 3
    assert intervals["flags"].to_list() == [0, 0, 0]


def test_meters_are_kept_apart():
    both = pl.concat([counter(10.0, 12.0, meter="a"), counter(5.0, 6.0, meter="b")])

    assert register_intervals(both)["value"].to_list() == [2.0, 1.0]


def test_a_fall_from_just_below_a_power_of_ten_is_a_rollover():
    intervals = register_intervals(counter(99_990.0, 99_995.0, 99_999.0, 4.0, 8.0))

    assert intervals["value"].to_list() == [5.0, 4.0, 5.0, 4.0]
    assert intervals["flags"].to_list() == [0] * 4


def test_a_declared_rollover_need_not_be_a_power_of_ten():
    wrapped = counter(65_530.0, 65_533.0, 1.0, 3.0)

    assert register_intervals(wrapped, rollover={"w": 65_536.0})["value"].to_list() == [3.0, 4.0, 2.0]
    assert register_intervals(wrapped)["value"].to_list() == [3.0, None, 2.0]


def test_what_was_used_across_a_reset_is_unknown():
    intervals = register_intervals(counter(5_000.0, 5_010.0, 3.0, 8.0, 15.0, 21.0))

    assert intervals["value"].to_list() == [10.0, None, 5.0, 7.0, 6.0]
    assert intervals["flags"].to_list() == [0, int(Flag.RESET), 0, 0, 0]


def test_a_bad_reading_that_recovers_gives_no_huge_rise():
    intervals = register_intervals(counter(100.0, 101.0, 90_000.0, 103.0, 104.0))

    assert intervals["value"].to_list() == [1.0, 2.0, 1.0]
    assert intervals["seconds"].to_list() == [3600, 7200, 3600]
    assert intervals["flags"].to_list() == [0, int(Flag.SPIKE), 0]


def test_a_reading_of_zero_that_recovers_is_left_out():
    assert register_intervals(counter(100.0, 101.0, 0.0, 103.0, 104.0))["value"].to_list() == [1.0, 2.0, 1.0]


def test_readings_of_another_counter_in_between_are_left_out():
    # The form of the worst stretch of a real water meter: two counters answered in turn for four hours.
    mixed = counter(1.0, 9.0, 10.0, 12.0, 900.0, 15.0, 903.0, 18.0, 905.0, 20.0, 909.0, 22.0, 25.0, 27.0)

    intervals = register_intervals(mixed)

    assert intervals["value"].sum() == 26.0
    assert intervals["value"].max() == 8.0
    assert not any(flags & Flag.RESET for flags in intervals["flags"])


def test_a_small_step_back_is_no_reset_and_counts_once():
    intervals = register_intervals(counter(0.0, 10.0, 30.0, 30.0, 30.0, 29.0, 29.0, 29.0, 29.0, 35.0, 40.0))

    assert intervals["value"].to_list() == [10.0, 20.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 5.0, 5.0]
    assert intervals["flags"].to_list() == [0, 0, 0, 0, int(Flag.SPIKE), 0, 0, 0, 0, 0]


def test_one_stamp_given_twice_counts_once_and_the_last_given_wins():
    twice = pl.concat([counter(1.0, 2.0), counter(1.0, 3.0, 7.0)[1:]]).sort("at", maintain_order=True)

    intervals = register_intervals(twice)

    assert intervals["value"].to_list() == [2.0, 4.0]
    assert intervals["flags"].to_list() == [int(Flag.DUPLICATE), 0]


def test_an_identical_copy_is_no_finding():
    assert register_intervals(pl.concat([counter(1.0, 2.0)] * 2).sort("at"))["flags"].to_list() == [0]


def test_readings_without_a_value_are_left_out():
    assert register_intervals(counter(1.0, None, 3.0))["value"].to_list() == [2.0]
    assert register_intervals(counter()).is_empty()
    assert register_intervals(counter(1.0)).is_empty()


def test_a_long_interval_is_split_at_midnights_in_proportion_to_time():
    # 36 h from noon to midnight after next: 12 h and 24 h of 36 kWh.
    gap = pl.DataFrame(
        {"meter_id": ["w"] * 2, "at": [datetime(2024, 1, 1, 12), datetime(2024, 1, 3)], "value": [0.0, 36.0]}
    )

    intervals = register_intervals(gap)

    assert intervals["value"].to_list() == [12.0, 24.0]
    assert intervals["seconds"].to_list() == [12 * 3600, 24 * 3600]
    assert intervals["flags"].to_list() == [int(Flag.ESTIMATED | Flag.LONG)] * 2


def test_a_day_from_midnight_to_midnight_is_not_split():
    assert register_intervals(counter(0.0, 24.0, every=timedelta(days=1)))["flags"].to_list() == [0]


rises = st.lists(st.tuples(st.integers(1, 400_000), st.floats(0, 1e5)), min_size=1, max_size=60)


@given(first=st.floats(0, 1e6), steps=rises)
def test_intervals_add_up_to_last_less_first_and_leave_no_time_out(first: float, steps: list[tuple[int, float]]):
    at, value, stamps, values = MIDNIGHT, first, [MIDNIGHT], [first]
    for seconds, rise in steps:
        at, value = at + timedelta(seconds=seconds), value + rise
        stamps.append(at)
        values.append(value)

    intervals = register_intervals(pl.DataFrame({"meter_id": "w", "at": stamps, "value": values}))

    assert math.isclose(intervals["value"].sum(), values[-1] - values[0], rel_tol=1e-9, abs_tol=1e-6)
    assert intervals["seconds"].sum() == (stamps[-1] - stamps[0]).total_seconds()
    assert intervals["seconds"].max() <= 86_400
    assert intervals["value"].min() >= -1e-9


@given(values=st.lists(st.floats(0, 1e6), min_size=2, max_size=40))
def test_no_sequence_of_readings_gives_negative_or_impossible_use(values: list[float]):
    intervals = register_intervals(counter(*values))

    assert (intervals["value"].drop_nulls() >= 0).all()
    assert intervals["value"].sum() <= sum(max(later - earlier, 0) for earlier, later in _pairs(values)) + 1e6


def _pairs(values: list[float]) -> list[tuple[float, float]]:
    return [(low, high) for index, low in enumerate(values) for high in values[index + 1 :]]


def test_alicante_water_adds_up_to_its_own_registers(shared_data: Path):
    readings = pl.read_parquet(shared_data / "alicante-water" / "readings.parquet")
    register = readings.filter(pl.col("kind") == "water_register").select(
        meter_id=pl.col("meter_id").cast(pl.String),
        at=pl.col("timestamp").dt.replace_time_zone(None).cast(pl.Datetime("us")),
        value="value",
    )

    intervals = register_intervals(register.sort("meter_id", "at", maintain_order=True))

    used = intervals.group_by("meter_id").agg(pl.col("value").sum())
    ends = register.sort("at").group_by("meter_id").agg(rise=pl.col("value").last() - pl.col("value").first())
    error = used.join(ends, on="meter_id").select((pl.col("value") - pl.col("rise")).abs().max()).item()
    assert used.height == 92
    assert error < 1e-6
    assert intervals["value"].min() >= 0  # the upstream series holds 203 negative differences, the lowest -248,520 L
    assert intervals["value"].max() <= 6154  # L in 9 h, of a meter that runs at 700 L/h around it
