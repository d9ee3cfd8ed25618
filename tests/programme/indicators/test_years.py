"""Safety, people and checks across years; every expected value is worked by hand beside it."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.programme.made import made
from wattstone.programme.indicators.checks import wrong
from wattstone.programme.indicators.people import workforce
from wattstone.programme.indicators.report import build
from wattstone.programme.indicators.safety import cases_interval, rates
from wattstone.programme.indicators.years import across, against_parts
from wattstone.workflows.programme.lines import figures_of_lines

OFFICE = {
    "site": "A",
    "year": 2024,
    "group": "employees",
    "hours": 200_000.0,
    "fatalities": 0,
    "lost_time": 0,
    "recordable": 1,
}
WORKS = {
    **OFFICE,
    "site": "B",
    "hours": 1_800_000.0,
    "fatalities": 0,
    "lost_time": 4,
    "recordable": 9,
    "estimated": True,
}
WATER = {"indicator": "water", "title": "Water", "category": "water", "definition": "withdrawn", "unit": "m3",
         "boundary": "all sites", "owner": "EHS"}  # fmt: skip


def codes(**entries: pl.DataFrame) -> list[str]:
    return [one.code for one in wrong(entries)]


def water(*values: float, first: int = 2020, **last: object) -> pl.DataFrame:
    rows = [{"indicator": "water", "year": first + n, "value": value, "unit": "m3"} for n, value in enumerate(values)]
    rows[-1] |= last
    return made("indicator_value", *rows)


def found(values: pl.DataFrame, *more: dict) -> list[str]:
    return codes(indicator=made("indicator", WATER, *more), indicator_value=values)


def test_rates_are_of_the_sums() -> None:
    """4 lost-time injuries and 10 recordable ones in 2,000,000 h: 2.0 and 1.0. The sites' TRIR are 1.0 and 1.0."""
    got = rates(made("safety_year", OFFICE, WORKS), ["group"]).row(0, named=True)

    assert (got["ltifr"], got["trir"], got["estimated"]) == (2.0, 1.0, 0.9)


def test_the_interval_of_few_cases() -> None:
    """Garwood's exact limits: of 0 cases at 90 % the upper one is -ln 0.05; of 3 at 95 %, 0.619 and 8.767."""
    lower, upper = cases_interval(np.array([0.0, 4.0]))
    assert lower[0] == 0
    assert upper[0] == pytest.approx(-np.log(0.05))
    lower, upper = cases_interval(np.array([3.0]), 0.95)
    assert (lower[0], upper[0]) == (pytest.approx(0.61867, rel=1e-4), pytest.approx(8.76727, rel=1e-4))


@given(st.integers(0, 60))
def test_limits_leave_five_per_cent_on_either_side(cases: int) -> None:
    """By the Poisson distribution itself, summed term by term."""
    lower, upper = (float(one[0]) for one in cases_interval(np.array([float(cases)])))

    def at_most(n: int, mean: float) -> float:
        term, total = np.exp(-mean), np.exp(-mean)
        for k in range(1, n + 1):
            term *= mean / k
            total += term
        return float(total)

    assert at_most(cases, upper) == pytest.approx(0.05, rel=1e-6)
    if cases:
        assert 1 - at_most(cases - 1, lower) == pytest.approx(0.05, rel=1e-6)


def test_cases_that_are_not_nested_are_refused() -> None:
    assert codes(safety_year=made("safety_year", WORKS)) == []
    assert codes(safety_year=made("safety_year", {**WORKS, "fatalities": 5})) == ["indicator.safety_nested"]
    assert codes(safety_year=made("safety_year", {**WORKS, "recordable": 3})) == ["indicator.safety_nested"]


def test_hours_by_worker_show_a_slip_of_the_unit() -> None:
    """1,800,000 h of 900 workers are 2,000 h each; of 90, more hours than the year has."""
    right = {**WORKS, "workers": 900.0}

    assert codes(safety_year=made("safety_year", right)) == []
    (one,) = wrong({"safety_year": made("safety_year", {**right, "workers": 90.0})})
    assert (one.code, one.severity) == ("indicator.safety_hours", "error")
    (one,) = wrong({"safety_year": made("safety_year", {**right, "hours": 1800.0})})
    assert one.severity == "warning"


BEFORE = {"site": "A", "year": 2023, "employees": 90}
NOW = {"site": "A", "year": 2024, "employees": 110, "women": 44, "men": 64, "undisclosed": 2, "permanent": 100,
       "temporary": 10, "joined": 30, "departed": 10, "training": 1100.0}  # fmt: skip


def test_people_by_hand() -> None:
    """10 of a mean of 100 departed; 44 of 110 are women; 1,100 h of training for 110."""
    got = workforce(made("workforce", BEFORE, NOW), ["year"]).row(1, named=True)

    assert (got["turnover"], got["women_share"], got["training_each"]) == (0.1, 0.4, 10)
    assert codes(workforce=made("workforce", BEFORE, NOW)) == []


def test_what_one_site_does_not_say_is_not_said_of_all() -> None:
    other = {"site": "B", "year": 2024, "employees": 10}

    got = workforce(made("workforce", BEFORE, NOW, other), ["year"]).row(1, named=True)
    assert (got["employees"], got["women_share"], got["turnover"]) == (120, None, None)


def test_whose_gender_is_not_disclosed_counts_where_one_site_alone_says_so() -> None:
    """45 of 44 + 64 + 2 and 1 + 9 are women."""
    other = {"site": "B", "year": 2024, "employees": 10, "women": 1, "men": 9}

    got = workforce(made("workforce", NOW, other), ["year"]).row(0, named=True)
    assert got["women_share"] == pytest.approx(45 / 120)


@pytest.mark.parametrize(
    ("change", "code"),
    [({"women": 40}, "gender"), ({"temporary": 11}, "contract"), ({"departed": 11}, "moves")],
)
def test_parts_of_the_head_count(change: dict, code: str) -> None:
    assert codes(workforce=made("workforce", BEFORE, NOW | change)) == [f"indicator.workforce_{code}"]


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ((100.0, 110.0), None),
        ((100.0, 150.0), None),
        ((100.0, 151.0), "indicator.value_jump"),
        ((100.0, 49.0), "indicator.value_jump"),
        ((100.0, 105_000.0), "indicator.value_slip"),  # as from m3 to L
        ((1_050_000.0, 100.0), "indicator.value_slip"),  # as from m3 to wan m3
        ((0.0, 100.0), None),  # nothing can be said of a change from nothing
        ((100.0, -100.0), "indicator.value_jump"),
    ],
)
def test_jumps_and_slips(values: tuple[float, ...], code: str | None) -> None:
    assert found(water(*values)) == ([code] if code else [])
    assert found(water(*values, explained="a plant was bought")) == []


def test_an_indicator_can_allow_more() -> None:
    assert codes(indicator=made("indicator", {**WATER, "jump": 2.0}), indicator_value=water(100.0, 290.0)) == []


@given(st.floats(1, 1e6), st.sampled_from([3, 4, 6, 8]), st.floats(0.75, 1.35), st.booleans())
def test_a_slip_is_seen_whatever_the_level(value: float, power: int, growth: float, down: bool) -> None:
    later = value * growth * 10.0 ** (-power if down else power)

    one = across(water(value, later), made("indicator", WATER)).row(1, named=True)
    assert one["slip"] == (-power if down else power)


def test_other_units_definitions_and_gaps() -> None:
    assert found(water(100.0, 100.0, unit="L")) == ["indicator.value_unit"]
    assert found(water(100.0, 100.0, boundary="without Spain")) == ["indicator.value_definition"]
    assert found(water(100.0, 100.0, definition="consumed")) == ["indicator.value_definition"]
    assert found(water(100.0, 100.0, year=2023)) == ["indicator.value_gap"]


def test_totals_against_parts() -> None:
    parts = [{**WATER, "indicator": name, "part_of": "water"} for name in ("tap", "well")]
    indicators = made("indicator", WATER, *parts)

    def values(*parts: float) -> pl.DataFrame:
        rows = [{"indicator": name, "year": 2020, "value": value, "unit": "m3"}
                for name, value in zip(("tap", "well"), parts, strict=False)]  # fmt: skip
        return made("indicator_value", {"indicator": "water", "year": 2020, "value": 100.0, "unit": "m3"}, *rows)

    assert against_parts(values(60.0, 30.0), indicators)["difference"].to_list() == [10.0]
    assert codes(indicator=indicators, indicator_value=values(60.0, 30.0)) == ["indicator.value_parts"]
    assert codes(indicator=indicators, indicator_value=values(60.0, 40.3)) == []  # rounding
    assert codes(indicator=indicators, indicator_value=values(60.0)) == ["indicator.value_parts_missing"]


def test_the_report_says_it_all() -> None:
    entries = {
        "safety_year": made("safety_year", OFFICE, WORKS), "workforce": made("workforce", BEFORE, NOW),
        "indicator": made("indicator", WATER), "indicator_value": water(100.0, 110.0, first=2023),
    }  # fmt: skip
    report = build(entries, 2024)

    rate = report.line("indicator.safety.employees.ltifr")
    assert (rate.value, rate.basis) == (2.0, "estimated")
    assert rate.interval is not None
    assert rate.interval[0] < 2.0 < rate.interval[1]
    assert report.line("indicator.people.turnover").value == 0.1
    assert report.line("indicator.value.water").value == 110
    assert [{column.name for column in table.columns} - set(table.rows.columns) for table in report.tables] == [
        set()
    ] * 4
    assert {chart.table for chart in report.charts} <= {table.id for table in report.tables}


def test_a_report_of_nothing_is_empty() -> None:
    report = build({}, 2024)

    assert (report.lines, report.tables, report.findings) == ((), (), ())


def test_the_severity_rate_is_of_the_sums() -> None:
    """0 and 90 days lost in 2,000,000 h: 45 days in a million hours (GB 6441). What one does not say is not none."""
    office, works = {**OFFICE, "lost_days": 0.0}, {**WORKS, "lost_days": 90.0, "boundary": "line 1", "owner": "EHS"}

    report = build({"safety_year": made("safety_year", office, works)}, 2024)
    line = report.line("indicator.safety.employees.severity")
    assert (line.value, line.interval) == (45.0, None)
    assert [one.params["text"] for one in line.notes[1:]] == ["line 1", "EHS"]
    half = build({"safety_year": made("safety_year", office, WORKS)}, 2024)
    assert half.line("indicator.safety.employees.severity").value is None
    none = build({"safety_year": made("safety_year", OFFICE, WORKS)}, 2024)
    assert "indicator.safety.employees.severity" not in {one.name for one in none.lines}


@pytest.mark.parametrize(
    ("fields", "people", "code"),
    [
        ({"lost_days": 3.0}, None, "indicator.safety_days"),
        ({}, 100, None),  # 200,000 h of 100: 2,000 each
        ({"hours": 200.0}, 100, "indicator.safety_hours"),  # thousands: 2 each
        ({"hours": 200.0, "workers": 0.1}, 100, None),  # what the year itself says comes first
        ({"hours": 1e6}, 100, "indicator.safety_hours"),  # 10,000 each
    ],
)
def test_hours_are_held_against_the_head_count(fields: dict, people: int | None, code: str | None) -> None:
    counted = [] if people is None else [{"site": "A", "year": 2024, "employees": people}]

    got = codes(safety_year=made("safety_year", {**OFFICE, **fields}), workforce=made("workforce", *counted))
    assert got == ([code] if code else [])


def test_hours_and_head_counts_are_compared_from_year_to_year() -> None:
    before, slipped = {**OFFICE, "year": 2023}, {**OFFICE, "hours": 200.0}
    assert codes(safety_year=made("safety_year", before, slipped)) == ["indicator.value_slip"]
    assert codes(safety_year=made("safety_year", before, {**slipped, "explained": "sold"})) == []
    assert codes(safety_year=made("safety_year", before, {**slipped, "site": "B"})) == []
    assert codes(safety_year=made("safety_year", {**before, "year": 2021}, OFFICE)) == ["indicator.value_gap"]
    one, other = {**before, "boundary": "works"}, {**OFFICE, "boundary": "works and office"}
    assert codes(safety_year=made("safety_year", one, other)) == ["indicator.value_definition"]
    heads = [{"site": "A", "year": 2023, "employees": 100}, {"site": "A", "year": 2024, "employees": 151}]
    assert codes(workforce=made("workforce", *heads)) == ["indicator.value_jump"]


def test_parts_are_of_the_unit_of_their_total_and_not_of_themselves() -> None:
    """60 t and 40,000 kg are no 40,060; a total that is a part of its own part has no sum."""
    total = {**WATER, "indicator": "waste", "unit": "t"}
    one, other = ({**total, "indicator": name, "part_of": "waste"} for name in ("paper", "metal"))
    indicators = made("indicator", total, one, {**other, "unit": "kg"})
    values = made(
        "indicator_value",
        *({"indicator": name, "year": 2024, "value": value, "unit": unit}
          for name, value, unit in (("waste", 100.0, "t"), ("paper", 60.0, "t"), ("metal", 40_000.0, "kg"))),
    )  # fmt: skip
    row = against_parts(values, indicators).row(0, named=True)
    assert (row["parts"], row["difference"], row["given"]) == (None, None, 2)
    assert codes(indicator=indicators) == ["indicator.part_unit"]

    turning = made("indicator", {**total, "part_of": "metal"}, one, other)
    found = [one for one in wrong({"indicator": turning}) if one.code == "indicator.part_circle"]
    assert [one.params["path"] for one in found] == ["waste → metal → waste", "metal → waste → metal"]
    assert codes(indicator=made("indicator", {**total, "part_of": "waste"})) == ["indicator.part_circle"]


def test_names_that_are_nearly_alike_are_told_and_have_lines_of_their_own() -> None:
    indicators = made("indicator", {**WATER, "indicator": "Water use"}, {**WATER, "indicator": "water-use"})
    values = made(
        "indicator_value",
        {"indicator": "Water use", "year": 2024, "value": 1.0, "unit": "m3"},
        {"indicator": "water-use", "year": 2024, "value": 2.0, "unit": "m3"},
    )
    assert codes(indicator=indicators) == ["indicator.alike"]

    report = build({"indicator": indicators, "indicator_value": values}, 2024)
    assert report.line("indicator.value.Water_use").value == 1.0
    assert report.line("indicator.value.water-use").value == 2.0
    assert len(figures_of_lines(report.lines, ())) == 2
