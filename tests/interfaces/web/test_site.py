"""A site: its sentence, its figures, a week of a meter with its gap, its devices and facts."""

from dataclasses import replace
from typing import Any

import pytest

from tests.interfaces.web import estates
from tests.interfaces.web.estate_pages import addresses, client_of, forbidden_by_policy, text_of
from wattstone.interfaces.present.charts.load_week import load_week_drawing
from wattstone.interfaces.web.pages import site
from wattstone.workflows.access import Role


def drawn(specification: dict[str, Any]) -> list[list[dict[str, Any]]]:
    """The rows that a specification holds, wherever it keeps them."""
    found = list(specification.get("datasets", {}).values())
    for one in [*specification.get("layer", ()), *specification.get("vconcat", ())]:
        found += drawn(one)
    return found + ([specification["data"]["values"]] if "values" in specification.get("data", {}) else [])


def test_it_says_what_the_site_emitted_and_where_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    words = text_of(client_of(monkeypatch).get("/sites/site-2").text)

    assert "In 2022, this site (office, Beijing) emitted 200 t CO2e" in words
    assert "It uses more energy per floor area than 82 % of its 31 peers." in words


def test_it_says_what_is_known_and_why_the_rest_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    why = "no factor of grid electricity: the site has no country"
    browser = client_of(monkeypatch, role=Role.ADMIN)
    numbers = (
        estates.number("location", None, "kg CO2e", None, reason=why),
        estates.number("energy", 1e6, "kWh", "kwh-2"),
        estates.number("scope1", 40_000.0, "kg CO2e", "one-2"),
        estates.number("scope2.location", None, "kg CO2e", "two-2", reason=why),
        estates.number("volume.natural_gas", 1200.0, "m3", "gas-2"),
        estates.number("volume.water", 50.0, "m3", "water-2"),
    )
    view = replace(estates.site_view(), numbers=numbers)
    monkeypatch.setattr(site, "site_of", lambda *_: view)
    html = browser.get("/sites/site-2").text
    words = text_of(html)

    assert "In 2022, this site (office, Beijing) emitted 40.0 t CO2e by burning fuel (scope 1)." in words
    assert f"Scope 2, location-based is not known: {why}." in words
    assert "/o/acme/data/places/site?id=site-2" in addresses(html)
    assert "Not in it: 1 200 m³ of natural gas" in words
    assert "m³ of water" not in words


def test_a_sum_of_one_figure_is_not_said_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    browser = client_of(monkeypatch)
    numbers = (
        estates.number("energy", 1e6, "kWh", None, inputs=("kwh-2",)),
        estates.number("energy.electricity", 1e6, "kWh", "kwh-2"),
    )
    monkeypatch.setattr(site, "site_of", lambda *_: replace(estates.site_view(), numbers=numbers))
    cards = browser.get("/sites/site-2").text.split('<ul class="headlines">')[1].split("</ul>")[0]

    assert text_of(f"<main {cards}").count("1 000 MWh") == 1


def test_the_week_says_its_extremes_and_its_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    words = text_of(client_of(monkeypatch).get("/sites/site-2").text)

    # Hour 36 after local midnight of 6 June is noon of 7 June.
    assert "main: 10.0 to 20.0 kW, highest on 7 June 2022 at 12:00" in words
    assert "clock of Asia/Shanghai; 1 gap, left empty" in words
    assert "42 intervals with a value · 6 missing" in words


def test_weeks_lead_to_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    found = addresses(client_of(monkeypatch).get("/sites/site-2?days=2").text)

    assert "/o/acme/sites/site-2?meter=main&start=2022-06-04&days=2#week" in found
    assert "/o/acme/sites/site-2?meter=main&start=2022-06-08&days=2#week" in found


def test_a_gap_is_a_gap_in_the_line() -> None:
    drawing = load_week_drawing(site._load(estates.week(), None), "en")

    assert drawing is not None
    values = [row for rows in drawn(drawing.specification(680)) for row in rows if "value" in row and "time" in row]
    assert values[0] == {"time": "2022-06-06T06:00:00Z", "value": 10.0}  # six hours after midnight
    assert {"time": "2022-06-08T00:00:00Z", "value": None} in values
    assert [cell.text for cell in drawing.table.rows[0]] == ["2022-06-06 00:00 +0800", "not known", "missing"]


def test_the_week_is_a_table_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = client_of(monkeypatch).get("/sites/site-2/charts/week.csv?meter=main").text.splitlines()

    assert lines[0].removeprefix("\ufeff") == '"Start, Asia/Shanghai",Mean [kW],Quality'
    assert lines[37] == "2022-06-07 12:00 +0800,20,measured"


def test_a_meter_of_another_site_is_not_shown_here(monkeypatch: pytest.MonkeyPatch) -> None:
    assert client_of(monkeypatch).get("/sites/site-1/charts/week.csv?meter=main").status_code == 404


def test_figures_say_why_they_are_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    words = text_of(client_of(monkeypatch).get("/sites/site-2").text)

    assert "Scope 2, market-based no readings in 2022" in words
    assert "90 %: 35 000 to 45 000" in words  # the table's unit is kg


def test_devices_tell_their_last_reading_and_state(monkeypatch: pytest.MonkeyPatch) -> None:
    words = text_of(client_of(monkeypatch).get("/sites/site-2").text)

    assert "live 31 December 2022, 23:45 UTC+8 12.5 kWh" in words
    assert "never read never" in words


def test_a_site_that_one_may_not_see_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = client_of(monkeypatch).get("/sites/site-9")

    assert answer.status_code == 404
    assert "/o/acme/portfolio" in addresses(answer.text)


@pytest.mark.parametrize("start", ["2022-13-01", "x", "", "0000-00-00"])
def test_a_day_that_is_none_is_the_newest_week(monkeypatch: pytest.MonkeyPatch, start: str) -> None:
    assert client_of(monkeypatch).get(f"/sites/site-2?start={start}").status_code == 200


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_nothing_in_it_is_refused_by_the_policy(monkeypatch: pytest.MonkeyPatch, lang: str) -> None:
    html = client_of(monkeypatch, lang=lang).get("/sites/site-2").text  # type: ignore[arg-type]

    assert forbidden_by_policy(html) == []
