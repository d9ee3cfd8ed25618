"""Holidays as dated data, and whose they are."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from wattstone.base import InputRefused
from wattstone.detection.view import days_of
from wattstone.rates.calendars import calendar_for, read_calendars, shipped_calendars

OWN = """
country = "DE"
[2024]
source = "agreement with the works council"
rest = [["2024-12-23", "2025-01-01"]]
work = ["2024-12-14"]
"""


def test_notices_of_the_state_council() -> None:
    """Notice [2021] No. 11: the Spring Festival of 2022, and two days of a weekend worked before it."""
    china = calendar_for(shipped_calendars(), country="CN", site_id="x")
    assert china is not None
    assert {date(2022, 1, 31), date(2022, 2, 6)} <= china.rest
    assert {date(2022, 1, 29), date(2022, 1, 30)} <= china.work
    assert "No. 11" in china.sources[2022]


@pytest.mark.parametrize("year", [2018, 2019])
def test_bank_holidays_are_those_of_the_act(year: int) -> None:
    """Mondays and Christmas by the Act; Good Friday and Easter Monday around the Sundays of the church's calendar."""
    britain = calendar_for(shipped_calendars(), country="GB", site_id="x")
    assert britain is not None
    mine = sorted(day for day in britain.rest if day.year == year and day.weekday() < 5)
    easter = {2018: date(2018, 4, 1), 2019: date(2019, 4, 21)}[year]
    mondays = [day for day in mine if day.weekday() == 0 and day.month in (5, 8)]

    assert len(mine) == 8
    assert [(day.month, day.day <= 7, day.day > 24) for day in mondays] == [
        (5, True, False),
        (5, False, True),
        (8, False, True),
    ]
    assert {(day - easter).days for day in mine} >= {-2, 1}


def test_a_calendar_of_a_site_goes_before_that_of_its_country(tmp_path: Path) -> None:
    for name, head in (("all", ""), ("own", 'sites = ["HQ"]'), ("german", 'country = "DE"')):
        (tmp_path / f"{name}.toml").write_text(OWN.replace('country = "DE"', head))
    own = read_calendars(sorted(tmp_path.glob("*.toml")))
    wanted = (("DE", "HQ"), ("DE", "B"), ("FR", "B"))
    found = [calendar_for(own, country=country, site_id=site) for country, site in wanted]

    assert [one.name for one in found if one] == ["own", "german", "all"]
    assert date(2024, 12, 31) in own[0].rest


@pytest.mark.parametrize(
    "text",
    [
        "[2024]\nrest = []",
        '[2024]\nsource = "x"\nrest = [["2024-01-03", "2024-01-01"]]',
        "x = [",
        "[abc]\nsource = 'x'",
    ],
)
def test_a_calendar_that_cannot_be_used_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "one.toml").write_text(text)
    with pytest.raises(InputRefused) as refused:
        read_calendars([tmp_path / "one.toml"])
    assert [one.code for one in refused.value.findings] == ["rates.calendar"]


def test_days_know_their_holidays(tmp_path: Path) -> None:
    (tmp_path / "one.toml").write_text(OWN)
    days = days_of(2024, 2024, "Europe/Berlin", read_calendars([tmp_path / "one.toml"])[0])
    at = {str(day): place for place, day in enumerate(days.dates)}

    assert not days.working[at["2024-12-24"]]  # a Tuesday
    assert days.resting[at["2024-12-24"]]
    assert days.working[at["2024-12-14"]]  # a Saturday
    assert days.working[at["2024-12-20"]]
    assert np.count_nonzero(days.working) == 262 - 7 + 1
