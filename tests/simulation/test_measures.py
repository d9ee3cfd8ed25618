"""The measure of a simulated portfolio is recorded with periods that leave the works out."""

from datetime import datetime

from wattstone.simulation import Plan, Retrofit, Truth, measures

WORKS = Retrofit(
    id="retrofit-1",
    site_id="sim-0016",
    meter_id="sim-0016-garage-lighting",
    measure="LED lamps",
    start=datetime(2022, 4, 20, 16),
    end=datetime(2022, 4, 29, 16),
    saving=1.0,
    during=0.1,
)
TRUTH = Truth(plan={}, readings=0, faults=(), retrofits=(WORKS,))


def test_days_are_those_of_the_site() -> None:
    """Local midnights of 21 and 30 April in China are 16:00 of the day before in UTC."""
    (record,) = measures(Plan(), TRUTH).values()

    assert record["blackout"] == "2022-04-21/2022-04-29"
    assert record["baseline"] == "2021-04-21/2022-04-20"
    assert record["reporting"] == "2022-04-30/2022-12-31"


def test_without_a_year_before_there_is_nothing_to_compare_with() -> None:
    assert measures(Plan(years=1), TRUTH) == {}
