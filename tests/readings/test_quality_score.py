"""Scores of months, and the order of mending: all expected numbers are counted by hand."""

from datetime import date, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattstone.base import Period
from wattstone.readings.quality import mend_findings, mend_first, monthly_quality
from wattstone.readings.schema import Flag

JANUARY = datetime(2024, 1, 1)
HOUR = timedelta(hours=1)


def hours(count: int, *, meter: int = 1, value: float = 1.0, start: datetime = JANUARY) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "meter": meter,
            "start": [start + hour * HOUR for hour in range(count)],
            "seconds": 3600,
            "value": value,
            "flags": 0,
        },
        schema={
            "meter": pl.Int32,
            "start": pl.Datetime("us"),
            "seconds": pl.Int32,
            "value": pl.Float64,
            "flags": pl.Int16,
        },
    )


def flagged(frame: pl.DataFrame, rows: slice, flag: Flag) -> pl.DataFrame:
    flags = frame["flags"].to_list()
    flags[rows] = [int(flag)] * len(flags[rows])
    return frame.with_columns(flags=pl.Series(flags, dtype=pl.Int16))


def only(frame: pl.DataFrame) -> dict[str, Any]:
    assert frame.height == 1
    return frame.row(0, named=True)


def test_a_whole_month_without_doubt_scores_100():
    month = only(monthly_quality(hours(744), zone="UTC"))

    assert month["month"] == date(2024, 1, 1)
    assert (month["expected"], month["present"], month["gaps"]) == (744, 744, 0)
    assert month["score"] == 100.0
    assert month["energy"] == 744.0


def test_a_month_is_that_of_the_local_clock():
    # March 2024 in London: 31 days less the hour lost on the 31st; it ends at 23:00 UTC.
    march = monthly_quality(hours(31 * 24 + 24, start=datetime(2024, 3, 1)), zone="Europe/London")

    assert march["month"].to_list() == [date(2024, 3, 1), date(2024, 4, 1)]
    assert march["expected"].to_list() == [743, 720]
    assert march["present"].to_list() == [743, 25]


def test_missing_rows_and_nulls_are_gaps():
    frame = hours(744)
    frame = pl.concat([frame[:100], frame[110:200], frame[200:203].with_columns(value=None), frame[203:]])

    month = only(monthly_quality(frame, zone="UTC"))

    assert (month["present"], month["gaps"], month["gap_seconds"], month["longest_gap"]) == (
        731,
        2,
        13 * 3600,
        10 * 3600,
    )
    assert month["score"] == pytest.approx(100 * 731 / 744)


def test_what_is_missing_at_the_ends_of_a_month_is_a_gap():
    month = only(monthly_quality(hours(700, start=JANUARY + 20 * HOUR), zone="UTC"))

    assert (month["gaps"], month["gap_seconds"], month["longest_gap"]) == (2, 44 * 3600, 24 * 3600)


def test_a_month_between_without_a_reading_scores_0():
    frame = pl.concat([hours(744), hours(744, start=datetime(2024, 3, 1))])

    months = monthly_quality(frame, zone="UTC")

    assert months["score"].to_list() == [100.0, 0.0, 100.0]
    assert months["gap_seconds"].to_list() == [0, 29 * 86_400, 0]


def test_within_a_period_a_meter_without_a_reading_in_it_is_scored_too():
    frame = pl.concat([hours(744), hours(10, meter=2, start=datetime(2023, 6, 1))])
    period = Period(JANUARY, datetime(2024, 3, 1))

    months = monthly_quality(frame, zone="UTC", within=period)

    assert months.select("meter", "present").rows() == [(1, 744), (1, 0), (2, 0), (2, 0)]
    assert months["gap_seconds"].to_list() == [0, 29 * 86_400, 31 * 86_400, 29 * 86_400]


@pytest.mark.parametrize(
    ("flag", "score"),
    [
        (Flag.MISSING_ZERO, 50),
        (Flag.SPIKE, 50),
        (Flag.ESTIMATED, 75),
        (Flag.LONG, 87.5),
        (Flag.ESTIMATED | Flag.LONG, 75),
    ],
)
def test_half_a_month_in_doubt_takes_its_share(flag: Flag, score: float):
    month = only(monthly_quality(flagged(hours(744), slice(0, 372), flag), zone="UTC"))

    assert month["score"] == pytest.approx(score)
    assert month["clean_energy"] == 372.0
    assert month["energy"] == 744.0


def test_a_duplicate_counts_once():
    frame = hours(744)
    twice = pl.concat([frame[:6], flagged(frame[5:6], slice(0, 1), Flag.DUPLICATE), frame[6:]])

    month = only(monthly_quality(twice, zone="UTC"))

    assert (month["present"], month["energy"], month["n_duplicate"], month["score"]) == (744, 744.0, 1, 100.0)


def test_the_expected_interval_can_be_given():
    assert only(monthly_quality(hours(744), zone="UTC", interval=900))["expected"] == 2976
    assert only(monthly_quality(hours(744), zone="UTC", interval={1: 1800}))["expected"] == 1488


def test_nothing_gives_nothing():
    assert monthly_quality(hours(0), zone="UTC").is_empty()


@given(
    present=st.lists(st.booleans(), min_size=2, max_size=200),
    zone=st.sampled_from(["UTC", "Asia/Kolkata", "Europe/London"]),
)
def test_what_is_present_and_what_is_missing_make_up_the_months(present: list[bool], zone: str):
    start = datetime(2024, 3, 28)
    frame = hours(len(present), start=start).filter(pl.Series(present))

    months = monthly_quality(frame, zone=zone, interval=3600, within=Period(start, datetime(2024, 4, 2)))

    if frame.height:
        assert (months["present"] * 3600 + months["gap_seconds"]).sum() == 3600 * months["expected"].sum()


def test_the_largest_unknown_energy_comes_first():
    # 100 h of a meter at 2 kWh/h outweigh 150 h of one at 1 kWh/h, and a spike of 500 kWh both.
    short = hours(744, value=2.0)
    short = pl.concat([short[:300], short[400:]])
    long = hours(744, meter=2)
    long = flagged(
        long.with_columns(value=pl.when(pl.int_range(pl.len()) < 150).then(0.0).otherwise("value")),
        slice(0, 150),
        Flag.MISSING_ZERO,
    )
    spike = flagged(hours(744, meter=3), slice(5, 6), Flag.SPIKE)
    spike = spike.with_columns(value=pl.when(pl.col("flags") != 0).then(500.0).otherwise("value"))

    ranked = mend_first(monthly_quality(pl.concat([short, long, spike]), zone="UTC"))

    assert ranked.select("rank", "meter", "problem").rows() == [(1, 3, "spike"), (2, 1, "gap"), (3, 2, "missing_zero")]
    assert ranked["stake"].to_list() == pytest.approx([500.0, 200.0, 150.0])
    assert ranked["hours"].to_list() == pytest.approx([1.0, 100.0, 150.0])


def test_weights_make_kinds_comparable():
    gaps = pl.concat([hours(700, value=10.0), hours(700, meter=2, value=1.0)])

    ranked = mend_first(monthly_quality(gaps, zone="UTC"), weights={1: 0.0, 2: 0.2})

    assert ranked["meter"].to_list() == [2, 1]


def test_a_problem_is_said_in_one_finding():
    ranked = mend_first(monthly_quality(hours(700, value=10.0), zone="UTC"))

    (finding,) = mend_findings(ranked, names={1: "HQ-main"}, units={1: "kWh"})

    assert (finding.code, finding.severity, finding.place) == ("quality.gap", "warning", "meter 'HQ-main'")
    assert finding.text().startswith("meter 'HQ-main': 44 h without a reading in 1 month, about 440 kWh of use unknown")


def test_a_clean_estate_has_nothing_to_mend():
    assert mend_first(monthly_quality(hours(744), zone="UTC")).is_empty()
