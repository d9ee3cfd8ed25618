"""The inventory: both bases beside each other, drill-down, what was restated, and files."""

import re
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from tests.interfaces.web import estates
from tests.interfaces.web.estate_pages import addresses, client_of, forbidden_by_policy, text_of
from wattstone.interfaces.web.pages import inventory
from wattstone.workflows.access import Role


def test_both_bases_stand_beside_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    words = text_of(client_of(monkeypatch).get("/report/inventory").text)

    assert "Scope 2: bought energy 400 t CO2 no readings in 2022 8 000 MWh 20 % less than 2021" in words
    assert "Scope 1: direct emissions 200 t CO2e" in words


def test_a_level_is_called_by_what_it_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    browser = client_of(monkeypatch)
    below = replace(estates.level(), path=(estates.level().rows[0],), rows=(estates.level().rows[1],))
    monkeypatch.setattr(inventory, "inventory_tree", lambda *_, **__: below)
    html = browser.get("/report/inventory?under=scope2").text

    assert "<h1>Scope 2: bought energy, 2022</h1>" in html
    assert "not applicable" not in text_of(html)  # no column of energy where no row has any


def test_it_says_how_many_meters_are_added_up_and_which_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    browser, top = client_of(monkeypatch), estates.level()
    assert "added up" not in text_of(browser.get("/report/inventory").text)  # nothing is known of it
    monkeypatch.setattr(inventory, "inventory_tree", lambda *_, **__: replace(top, meters=1200))
    assert "1 200 meters are added up." in text_of(browser.get("/report/inventory").text)

    scope, meter = top.rows
    rows = tuple(
        replace(meter, kind="meter", label=label, added=not part, part_of=part)
        for label, part in (("main", ""), ("chiller", "main"))
    )
    below = replace(top, path=(scope, scope), rows=rows, meters=1)
    monkeypatch.setattr(inventory, "inventory_tree", lambda *_, **__: below)
    words = text_of(browser.get("/report/inventory?under=scope2").text)
    assert "1 of 2 meters are added up; what the others measure is counted already, or is not bought." in words
    assert "chiller part of main" in words


def test_a_row_leads_down_and_each_number_to_its_evidence(monkeypatch: pytest.MonkeyPatch) -> None:
    found = addresses(client_of(monkeypatch).get("/report/inventory").text)

    assert "/o/acme/report/inventory?year=2022&under=scope2" in found
    assert "/o/acme/report/inventory?year=2022&under=scope1" not in found  # nothing is below it
    assert {"/o/acme/evidence/two-all", "/o/acme/evidence/one-all", "/o/acme/evidence/kwh-all"} <= set(found)


def test_a_restated_figure_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "restated: newer readings" in text_of(client_of(monkeypatch).get("/report/inventory").text)


def test_co2_and_co2e_are_drawn_beside_each_other_with_both_units(monkeypatch: pytest.MonkeyPatch) -> None:
    words = text_of(client_of(monkeypatch).get("/report/inventory").text)

    assert "Emissions by scope, location-based, 2022, t CO2 / t CO2e; short marks: 2021; lines: 90 % interval" in words
    assert "highest of" not in words  # a scope that is not known is not left out of the drawing


def test_without_a_market_based_total_it_says_why_and_what_would_give_one(monkeypatch: pytest.MonkeyPatch) -> None:
    browser = client_of(monkeypatch)
    said = "energy that contracts and certificates serve takes what they say that it emits"
    for path in ("/report/inventory", "/portfolio"):
        assert said in text_of(browser.get(path).text)

    held = estates.estate()
    known = {**held.totals, "market": estates.number("market", 5e5, "kg CO2e", "market-all")}
    browser = client_of(monkeypatch, held=replace(held, totals=known))
    assert said not in text_of(browser.get("/report/inventory").text)


def test_a_long_reason_wraps_and_a_number_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    html = client_of(monkeypatch).get("/report/inventory").text

    assert re.search(r'<td class="r"><a class="n" href="[^"]+">400 t CO2</a>', html)
    # 'no readings in 2022' is short; a cell of words is never of the class that keeps to one line and to the right.
    assert re.search(r'<td class="w"><a class="n"[^>]*>no readings in 2022</a>', html)
    level = replace(estates.level(), rows=tuple(
        replace(row, location=replace(row.location, value=None, reason=LONG)) for row in estates.level().rows
    ))  # fmt: skip
    browser = client_of(monkeypatch)
    monkeypatch.setattr(inventory, "inventory_tree", lambda *_, **__: level)
    assert re.search(rf'<td class=""><a class="n told"[^>]*>{LONG}</a>', browser.get("/report/inventory").text)


LONG = "2 of 3 sites cannot be computed: no factor of grid electricity for XX in 2022"


def test_years_lead_to_each_other_and_the_base_year_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    html = client_of(monkeypatch).get("/report/inventory").text

    assert "2021 · base year" in text_of(html)
    assert "/o/acme/report/inventory?year=2021" in addresses(html)


def test_without_an_inventory_it_begins_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    browser = client_of(monkeypatch)
    monkeypatch.setattr(inventory, "inventory_tree", lambda *_, **__: None)
    html = browser.get("/report/inventory").text

    assert "<option>2022</option>" in html  # the year of the readings
    assert 'action="/o/acme/report/inventory/take"' in html


def test_a_year_without_an_inventory_is_said_to_have_none(monkeypatch: pytest.MonkeyPatch) -> None:
    browser = client_of(monkeypatch)
    monkeypatch.setattr(inventory, "reading_years", lambda _: (2019,))
    answer = browser.get("/report/inventory?year=2019")

    assert answer.status_code == 404
    assert "There is no inventory of 2019" in text_of(answer.text)
    assert 'name="year" value="2019"' in answer.text
    assert "/o/acme/report/inventory?year=2022" in addresses(answer.text)
    assert "Take the inventory of" not in browser.get("/report/inventory?year=2018").text


def test_what_a_job_has_to_make_stands_apart_from_what_downloads(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "/o/acme/report/inventory/2022.xlsx" in addresses(client_of(monkeypatch).get("/report/inventory").text)
    monkeypatch.setattr(inventory, "recorded_count", lambda *_: 5001)
    html = client_of(monkeypatch).get("/report/inventory").text

    assert "Download CSV JSON A job makes it Make an XLSX Write the report (PDF)" in text_of(html)
    assert "/o/acme/run/export?what=inventory&form=xlsx&year=2022&lang=en" in addresses(html)


def test_a_part_that_is_not_there_is_said_to_be_so(monkeypatch: pytest.MonkeyPatch) -> None:
    browser = client_of(monkeypatch)
    monkeypatch.setattr(inventory, "inventory_tree", lambda *_, **__: None)

    assert browser.get("/report/inventory?under=scope1/site:none").status_code == 404


def test_taking_it_asks_for_the_job(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, Any] = {}

    def ask(server: object, who: object, kind: str, params: dict[str, Any]) -> object:
        asked.update(kind=kind, **params)
        return SimpleNamespace(id="job-1")

    monkeypatch.setattr("wattstone.interfaces.jobs.asking.ask", ask)
    answer = client_of(monkeypatch).post("/report/inventory/take", {"year": "2022"})

    assert asked == {"kind": "inventory", "year": 2022}
    assert answer.headers["location"] == "/o/acme/jobs/job-1"


@pytest.mark.parametrize(("role", "status"), [(Role.VIEWER, 403), (Role.ANALYST, 404)])
def test_files_are_for_those_who_may_export(monkeypatch: pytest.MonkeyPatch, role: Role, status: int) -> None:
    browser = client_of(monkeypatch, role=role)
    monkeypatch.setattr(inventory, "recorded_document", lambda *_: None)  # no inventory of that year

    assert browser.get("/report/inventory/2022.csv").status_code == status


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_nothing_in_it_is_refused_by_the_policy(monkeypatch: pytest.MonkeyPatch, lang: str) -> None:
    html = client_of(monkeypatch, lang=lang).get("/report/inventory").text  # type: ignore[arg-type]

    assert forbidden_by_policy(html) == []
