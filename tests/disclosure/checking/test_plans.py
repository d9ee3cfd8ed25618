"""A text tells what is to be reached, and it will be missed: what is missing is asked for."""

import polars as pl
import pytest

from tests.disclosure.checking.test_checking import answer, both, known, made, shown
from wattstone.disclosure.checking import checked
from wattstone.programme.report import Column, Table

GOAL = shown("target.goal@2050@entry:long", 5.0, "t CO2e")
SHORT = shown("plan.shortfall@2050@entry:long", 48.0, "t CO2e")
TEXT = both("Emissions fall to {{figure:target.goal@2050@entry:long}}.")


def told(text, *figures, tables=(), beside=None):
    statement = made(answer("strategy.transition_plan", written=text, tables=tables), figures=figures)
    return [one for one in checked(statement, beside) if one.code == "statement.goal_missed"]


def test_what_the_plan_misses_is_asked_for_with_its_amount():
    found = told(TEXT, GOAL, beside=known(GOAL, SHORT))

    assert [one.severity for one in found] == ["warning"]
    assert found[0].params["value"] == "48 t CO2e"
    assert found[0].params["figure"] == SHORT.key


def test_named_in_the_text_or_shown_in_a_table_it_is_told():
    text = both("To {{figure:target.goal@2050@entry:long}}; {{figure:plan.shortfall@2050@entry:long}} are missing.")
    rows = pl.DataFrame({"short": [48.0], "short@figure": [SHORT.id]})
    table = Table("plan", "Plan", (Column("short", "Missing in the year", "t CO2e"),), rows)

    assert told(text, GOAL, SHORT) == []
    assert told(TEXT, GOAL, SHORT, tables=(table,)) == []


@pytest.mark.parametrize(
    ("gap", "interval", "unit", "count"),
    [(17.0, None, "t CO2e", 1), (17.0, (-2.0, 30.0), "t CO2e", 0), (-3.0, None, "t CO2e", 0), (-0.72, None, "1", 1)],
)
def test_without_a_plan_what_is_expected_decides_and_its_interval_may_leave_it_open(gap, interval, unit, count):
    beside = shown("target.forecast_gap@2050@entry:long", gap, unit, interval=interval)

    assert len(told(TEXT, GOAL, beside=known(GOAL, beside))) == count


def test_a_plan_that_keeps_the_goal_is_asked_nothing():
    kept = shown(SHORT.key, 0.0, "t CO2e")

    assert told(TEXT, GOAL, beside=known(GOAL, kept)) == []
