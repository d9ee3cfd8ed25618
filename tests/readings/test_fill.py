"""Filling: what is filled is right by hand, flagged and counted; what it may be off by is measured."""

from datetime import datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattstone.readings.fill import FillMethod, fill, fill_error
from wattstone.readings.schema import Flag

START = datetime(2024, 1, 1)
MONTH = timedelta(days=31)
METHODS: list[FillMethod] = ["linear", "same_hour_last_week", "typical_week", "zero"]


def hours(values: Any, *, meter: int = 1, start: datetime = START) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "meter": meter,
            "start": [start + timedelta(hours=hour) for hour in range(len(values))],
            "seconds": 3600,
            "value": pl.Series(values, dtype=pl.Float64),
            "flags": 0,
        },
        schema_overrides={"meter": pl.Int32, "seconds": pl.Int32, "flags": pl.Int16},
    )


def week_pattern(weeks: int) -> np.ndarray:
    """A value for each hour of the week, 0 to 167, the same in every week."""
    return np.tile(np.arange(168.0), weeks)


def without(frame: pl.DataFrame, rows: slice) -> pl.DataFrame:
    keep = np.ones(frame.height, dtype=bool)
    keep[rows] = False
    return frame.filter(pl.Series(keep))


def test_linear_draws_a_line_between_both_sides():
    filled = fill(without(hours([1.0, 2.0, 0.0, 0.0, 5.0]), slice(2, 4)), "linear", max_gap=MONTH)

    assert filled.readings["value"].to_list() == [1.0, 2.0, 3.0, 4.0, 5.0]
    assert filled.readings["flags"].to_list() == [0, 0, 128, 128, 0]
    assert filled.counts.row(0) == (1, 1, 2, 7.0, 0)


@pytest.mark.parametrize("method", ["same_hour_last_week", "typical_week"])
def test_weekly_methods_find_a_weekly_pattern_again(method: FillMethod):
    frame = hours(week_pattern(6))

    filled = fill(without(frame, slice(400, 700)), method, max_gap=MONTH)

    assert filled.readings["value"].to_list() == frame["value"].to_list()
    assert filled.readings["start"].to_list() == frame["start"].to_list()


def test_last_week_comes_before_the_week_before_it():
    values = np.concatenate([np.full(168, 10.0), np.full(168, 20.0), np.full(168, 30.0)])

    filled = fill(without(hours(values), slice(400, 410)), "same_hour_last_week", max_gap=MONTH)

    assert filled.readings["value"][400:410].to_list() == [20.0] * 10


def test_a_typical_week_is_the_median_of_the_weeks_around():
    weekly = [1.0, 2.0, 3.0, 0.0, 5.0, 6.0, 70.0]
    values = np.repeat(weekly, 168)

    filled = fill(without(hours(values), slice(3 * 168, 4 * 168)), "typical_week", max_gap=MONTH)

    assert set(filled.readings["value"][3 * 168 : 4 * 168]) == {4.0}  # of 1, 2, 3, 5, 6, 70


def test_an_hour_of_the_week_is_that_of_the_wall_clock():
    # In London the same local hour is an hour earlier by UTC from 31 March 2024 on.
    start = datetime(2024, 3, 18)
    utc = pl.datetime_range(start, start + timedelta(hours=4 * 168 - 1), "1h", eager=True)
    local = utc.dt.replace_time_zone("UTC").dt.convert_time_zone("Europe/London")
    frame = hours(local.dt.hour().cast(pl.Float64), start=start)

    filled = fill(without(frame, slice(400, 424)), "same_hour_last_week", max_gap=MONTH, zone="Europe/London")

    assert filled.readings["value"].to_list() == frame["value"].to_list()


def test_a_null_is_a_gap_and_a_longer_gap_stays():
    frame = hours([1.0, None, 3.0, None, None, None, 7.0])

    filled = fill(frame, "linear", max_gap=timedelta(hours=2))

    assert filled.readings["value"].to_list() == [1.0, 2.0, 3.0, None, None, None, 7.0]
    assert filled.counts.row(0) == (1, 1, 1, 2.0, 3)


def test_nothing_is_drawn_beyond_the_ends():
    assert fill(hours([None, 2.0, None]), "linear", max_gap=MONTH).readings["value"].to_list() == [None, 2.0, None]


def test_zeros_that_mean_missing_are_gaps_when_that_is_asked():
    frame = hours([1.0, 0.0, 3.0]).with_columns(flags=pl.Series([0, int(Flag.MISSING_ZERO), 0], dtype=pl.Int16))

    assert fill(frame, "linear", max_gap=MONTH).readings["value"].to_list() == [1.0, 0.0, 3.0]
    treated = fill(frame, "linear", max_gap=MONTH, treat=Flag.MISSING_ZERO).readings
    assert treated["value"].to_list() == [1.0, 2.0, 3.0]
    assert treated["flags"].to_list() == [0, int(Flag.MISSING_ZERO | Flag.ESTIMATED), 0]


def test_zero_fills_with_zero():
    assert fill(hours([1.0, None, 3.0]), "zero", max_gap=MONTH).readings["value"].to_list() == [1.0, 0.0, 3.0]


def test_an_unknown_method_is_refused_by_name():
    with pytest.raises(ValueError, match="'spline'; there are linear"):
        fill(hours([1.0]), "spline", max_gap=MONTH)  # pyright: ignore[reportArgumentType]


def test_a_meter_does_not_borrow_from_its_neighbour():
    one, other = hours([1.0, None]), hours([None, 5.0], meter=2)

    assert fill(pl.concat([one, other]), "linear", max_gap=MONTH).readings["value"].to_list() == [1.0, None, None, 5.0]


def test_weeks_are_not_sought_in_the_next_meter():
    # The second meter begins at the very hour, a week on, at which the first one's gap would look.
    one = hours([1.0, 2.0, None, 4.0])
    other = hours([50.0] * 5, meter=2, start=START + timedelta(hours=2, weeks=1))

    filled = fill(pl.concat([one, other]), "typical_week", max_gap=MONTH)

    assert filled.readings["value"][:4].to_list() == [1.0, 2.0, None, 4.0]


@given(
    values=st.lists(st.one_of(st.none(), st.floats(0, 100)), min_size=1, max_size=400), method=st.sampled_from(METHODS)
)
def test_what_was_measured_is_never_changed(values: list[float | None], method: FillMethod):
    frame = hours(values)

    filled = fill(frame, method, max_gap=MONTH)

    kept = filled.readings.filter(pl.col("flags") & int(Flag.ESTIMATED) == 0)
    assert kept["value"].drop_nulls().to_list() == frame["value"].drop_nulls().to_list()
    assert filled.counts["intervals"].item() + filled.counts["left"].item() == frame["value"].null_count()


def test_a_method_that_is_never_wrong_has_no_error():
    frame = without(hours(week_pattern(12)), slice(800, 900))

    assert fill_error(frame, "typical_week", max_gap=MONTH)["error"].to_list() == [0.0]
    assert fill_error(frame, "linear", max_gap=MONTH)["error"].item() > 0


def test_the_error_of_independent_noise_grows_with_the_root_of_the_gap():
    # Noise of standard deviation 2 about a constant: a filled hour errs by the reading's own noise and by that of the
    # median of eight, which is a little above 2 x sqrt(pi / 2 / 8); 64 hours by eight times as much: 17.5 +- a fifth.
    values = np.random.default_rng(3).normal(50.0, 2.0, 52 * 168)
    frame = without(hours(values), slice(4000, 4064))

    error = fill_error(frame, "typical_week", max_gap=MONTH, trials=200, seed=1)["error"].item()

    assert error == pytest.approx(8 * 2 * np.sqrt(1 + np.pi / 2 / 8), rel=0.2)


def test_the_interval_holds_the_truth_nine_times_in_ten():
    random = np.random.default_rng(5)
    within, meters = 0, 60
    frames, truths = [], []
    for meter in range(meters):
        slow = np.cumsum(random.normal(0, 0.05, 40 * 168))
        values = np.maximum(20 + 10 * np.tile(np.sin(np.arange(168) / 168 * 14 * np.pi), 40) + slow, 0.1)
        values += random.normal(0, 2, values.size)
        begin = int(random.integers(2000, 4500))
        rows = slice(begin, begin + 100)
        truths.append(values[rows].sum())
        frames.append(without(hours(values, meter=meter), rows))
    frame = pl.concat(frames)

    energy = fill(frame, "typical_week", max_gap=MONTH).counts["energy"].to_numpy()
    error = fill_error(frame, "typical_week", max_gap=MONTH)["error"].to_numpy()

    within = (np.abs(energy - np.array(truths)) <= 1.645 * error).sum()
    assert 0.8 * meters <= within <= meters  # 54 expected; 3 standard deviations of a binomial are 7


def test_where_no_such_stretch_is_known_the_error_is_not_known():
    assert fill_error(without(hours([1.0] * 20), slice(5, 15)), "linear", max_gap=MONTH)["error"].to_list() == [None]
