"""Holidays as dated data, and whose they are."""

import sys
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from wattstone.base import InputRefused
from wattstone.detection.view import days_of
from wattstone.rates.calendars import calendar_for, calendar_of, library_calendar, read_calendars, shipped_calendars

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


@pytest.mark.parametrize(
    ("moved", "instead", "added"),
    [
        (date(2002, 5, 27), date(2002, 6, 4), date(2002, 6, 3)),
        (date(2012, 5, 28), date(2012, 6, 4), date(2012, 6, 5)),
        (date(2020, 5, 4), date(2020, 5, 8), date(2020, 5, 25)),
        (date(2022, 5, 30), date(2022, 6, 2), date(2022, 9, 19)),
        (date(2011, 4, 28), date(2011, 4, 29), date(2011, 12, 27)),  # nothing moved: the wedding, a day held instead
        (date(2023, 5, 9), date(2023, 5, 8), date(2023, 5, 1)),
    ],
)
def test_days_that_were_moved_or_added_by_proclamation(moved: date, instead: date, added: date) -> None:
    britain = calendar_for(shipped_calendars(), country="GB", site_id="x")
    assert britain is not None

    assert moved not in britain.rest
    assert {instead, added} <= britain.rest


def test_every_shipped_day_of_britain_is_the_librarys() -> None:
    """A second road: the library counts from its own rules; it leaves out the weekend of Easter."""
    britain = calendar_for(shipped_calendars(), country="GB", site_id="x")
    library = library_calendar("GB", range(2000, 2027))
    assert britain is not None
    assert library is not None

    assert library.rest <= britain.rest
    assert sorted(britain.sources) == list(range(2000, 2027))
    assert all(day.month in (3, 4) and day.weekday() >= 5 for day in britain.rest - library.rest)


def test_what_is_not_shipped_comes_from_the_library() -> None:
    germany = calendar_of(shipped_calendars(), country="DE", site_id="x", years=(2019, 2020))
    china = calendar_of(shipped_calendars(), country="CN", site_id="x", years=(2020, 2021))
    assert germany is not None
    assert china is not None

    assert date(2019, 10, 3) in germany.rest  # Einigungsvertrag, article 2 (2)
    assert germany.sources[2020].startswith("python library holidays ")
    assert "State Council" in china.sources[2021]
    assert "library" in china.sources[2020]
    assert calendar_of(shipped_calendars(), country="ZZ", site_id="x", years=(2019,)) is None


def test_without_the_library_a_year_is_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "holidays", None)
    china = calendar_of(shipped_calendars(), country="CN", site_id="x", years=(2020, 2021))
    assert china is not None

    assert 2020 not in china.sources
    assert calendar_of(shipped_calendars(), country="DE", site_id="x", years=(2019,)) is None


def test_a_shutdown_adds_to_the_holidays_of_the_country(tmp_path: Path) -> None:
    text = 'sites = ["HQ"]\nadds_to = "GB"\n[2019]\nsource = "terms"\nrest = [["2019-12-20", "2020-01-05"]]'
    (tmp_path / "hq.toml").write_text(text)
    known = (*read_calendars([tmp_path / "hq.toml"]), *shipped_calendars())

    found = calendar_of(known, country="GB", site_id="HQ", years=(2019, 2020))
    assert found is not None

    assert {date(2019, 12, 23), date(2020, 1, 3), date(2019, 8, 26), date(2020, 5, 8)} <= found.rest
    assert found.sources[2019].startswith("terms; Banking")


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
