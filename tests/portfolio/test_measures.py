"""Measures: what a record holds, and what is found when they are checked against each other."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from wattstone.portfolio import Meter, Site
from wattstone.portfolio.measure_checks import check_measures
from wattstone.portfolio.measures import Days, Measure, NonRoutineEvent, Stipulation

SITES = (Site(id="HQ"), Site(id="Mill"))
METERS = tuple(
    Meter(site_id=site, kind="electricity", unit="kWh", **fields)
    for site, fields in (
        ("HQ", {"id": "main"}),
        ("HQ", {"id": "hall", "parent_id": "main"}),
        ("HQ", {"id": "roof", "parent_id": "main"}),
        ("HQ", {"id": "rest", "expression": "main - hall"}),
        ("Mill", {"id": "mill"}),
    )
)
PERIODS = {"baseline": "2018-01-01/2018-12-31", "reporting": "2019-02-01/2020-01-31"}


def measure(name: str = "led", **fields: Any) -> Measure:
    return Measure(**{"id": name, "site_id": "HQ", "meters": ("main",), "boundary": "all", **PERIODS, **fields})


def codes(*measures: Measure, severity: str = "error") -> list[tuple[str, str]]:
    found = check_measures(measures, SITES, METERS)
    return [(one.params["measure"], one.code.removeprefix("measure.")) for one in found if one.severity == severity]


def test_a_plain_measure_has_nothing_against_it():
    assert check_measures([measure()], SITES, METERS) == []


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2018-01-01/2018-12-31", date(2018, 1, 1), date(2018, 12, 31)),
        ("2018-01-01..2018-12-31", date(2018, 1, 1), date(2018, 12, 31)),
        ("2018-01-01/", date(2018, 1, 1), None),
        ("2018-01-01", date(2018, 1, 1), date(2018, 1, 1)),
    ],
)
def test_periods_as_they_are_typed(text, first, last):
    assert measure(reporting=text).reporting == Days(first=first, last=last)


@pytest.mark.parametrize(
    "fields",
    [
        {"baseline": "2018-12-31/2018-01-01"},
        {"baseline": "2018-13-01/2018-12-31"},
        {"baseline": "a/b/c"},
        {"baseline": ""},
        {"baseline": "0018-01-01/0018-12-31"},
        {"reporting": "2019-01-01/9999-12-31"},
        {"meters": ()},
        {"option": "E"},
        {"expected_saving": -1},
        {"expected_saving": float("inf")},
        {"expected_unit": "kW"},
        {"expected_unit": "furlong"},
        {"currency": "pounds"},
        {"cost": -1},
        {"status": "great"},
        {"overrides": {"baseline.short": " "}},
        {"nonsense": 1},
        {"id": "a/b"},
    ],
)
def test_what_makes_no_record(fields):
    with pytest.raises(ValidationError):
        measure(**fields)


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [(12.0, "MWh", 12000.0), (10.0, "%", 0.1), (5.0, "t CO2e", 5000.0), (3.0, "m³", 3.0), (None, None, None)],
)
def test_what_is_claimed_in_the_units_of_the_lake(value, unit, expected):
    assert measure(expected_saving=value, expected_unit=unit).expected == expected


def test_days_shared_and_counted_by_hand():
    january = Days(first=date(2018, 1, 1), last=date(2018, 1, 31))
    assert january.days == 31
    assert january.shared(Days(first=date(2018, 1, 31))) == 1
    assert january.shared(Days(first=date(2018, 2, 1))) == 0
    assert str(Days(first=date(2018, 2, 1))) == "2018-02-01/"


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"baseline": "2018-01-01/"}, ["baseline_open"]),
        ({"reporting": "2017-01-01/2017-12-31"}, ["reporting_first"]),
        ({"reporting": "2018-12-31/2019-12-31"}, ["periods_overlap"]),
        ({"reporting": "2019-01-01/2019-12-31"}, []),
        ({"blackout": "2018-12-31/2019-01-31"}, ["blackout_overlaps"]),
        ({"blackout": "2019-01-01/2019-02-01"}, ["blackout_overlaps"]),
        ({"blackout": "2019-01-01/2019-01-31"}, []),
        ({"site_id": "Moon"}, ["site_unknown", "meter_elsewhere"]),
        ({"meters": ("main", "nope")}, ["meter_unknown"]),
        ({"meters": ("mill",)}, ["meter_elsewhere"]),
        ({"interacts_with": ("nope",)}, ["neighbour_unknown"]),
        ({"interacts_with": ("led",)}, ["own_neighbour"]),
        ({"comparison_sites": ("nope",), "comparison_meters": ("no",)}, ["neighbour_unknown"] * 2),
        ({"comparison_sites": ("HQ",), "comparison_meters": ("main",)}, ["own_neighbour"] * 2),
        ({"comparison_sites": ("Mill",), "comparison_meters": ("mill",)}, []),
        ({"option": "A"}, ["option_a"]),
        ({"option": "D"}, ["option_d"]),
        ({"option": "D", "simulation": "base.csv"}, []),
        ({"expected_saving": 12.0}, ["expected_half"]),
        ({"cost": 12.0}, ["cost_half"]),
        ({"cost": 12.0, "currency": "GBP"}, []),
    ],
)
def test_each_finding_of_one_measure(fields, found):
    assert codes(measure(**fields)) == [("led", code) for code in found]


def test_option_a_names_what_is_stipulated():
    said = Stipulation(name="hours", value=2600, unit="h", source="schedule")
    assert codes(measure(option="A", key_parameter="power", stipulated=(said,))) == []


def test_events_belong_to_the_measure_and_have_a_size_to_adjust_by():
    def event(**fields: Any) -> NonRoutineEvent:
        return NonRoutineEvent(first=date(2019, 3, 1), reason="let", who="Li", **fields)

    assert codes(measure(events=(event(meter="hall"),))) == [("led", "event_meter")]
    assert codes(measure(events=(event(treatment="adjust"),))) == [("led", "event_size")]
    assert codes(measure(events=(event(treatment="adjust", size=4.0, meter="main"),))) == []
    with pytest.raises(ValidationError):
        NonRoutineEvent(first=date(2019, 3, 1), reason=" ", who="Li")


def test_no_boundary_is_a_warning():
    assert codes(measure(boundary=None)) == []
    assert codes(measure(boundary=" "), severity="warning") == [("led", "no_boundary")]


@pytest.mark.parametrize(
    ("meters", "shared"),
    [
        (("main",), True),  # the same meter
        (("hall",), True),  # a part of it
        (("rest",), True),  # a virtual meter that names it
        (("mill",), False),
    ],
)
def test_two_measures_on_one_meter_name_each_other(meters, shared):
    site = "Mill" if meters == ("mill",) else "HQ"
    other = measure("fan", meters=meters, site_id=site)
    found = [("led", "shared_meter"), ("fan", "shared_meter")] if shared else []
    assert sorted(codes(measure(), other)) == sorted(found)
    assert codes(measure(interacts_with=("fan",)), other) == []
    assert codes(measure(), other.model_copy(update={"interacts_with": ("led",)})) == []


def test_two_parts_of_one_meter_do_not_interact():
    assert codes(measure(meters=("hall",)), measure("fan", meters=("roof",))) == []


def test_measures_at_other_times_or_withdrawn_do_not_interact():
    later = measure("fan", baseline="2021-01-01/2021-12-31", reporting="2022-01-01/2022-12-31")
    assert codes(measure(), later) == []
    assert codes(measure(reporting="2019-02-01/"), later) != []  # it goes on
    assert codes(measure(), measure("fan", status="withdrawn")) == []
    assert codes(measure(), measure("fan", baseline=None, reporting=None)) == []
