"""Today: the sentence, the figures, what to do next with its doors, and how the work begins."""

from dataclasses import replace
from types import SimpleNamespace

import polars as pl
import pytest

from tests.interfaces.web import estates
from tests.interfaces.web.estate_pages import addresses, client_of, forbidden_by_policy, text_of
from wattstone.interfaces.web.pages import today
from wattstone.workflows.access import Role
from wattstone.workflows.overview.estate import Estate
from wattstone.workflows.overview.numbers import Number
from wattstone.workflows.overview.today import Step, Today


def beginning(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    def begins(*_: object, **__: object) -> Today:
        return replace(estates.today_of(), steps=(Step(kind=kind),), headlines=(), changes=(), year=None)  # type: ignore[arg-type]

    monkeypatch.setattr(today, "today", begins)


def test_it_says_how_it_stands_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    words = text_of(client_of(monkeypatch).get("/").text)

    # Sites of 100, 200 and 300 t; findings of 0 + 1 + 2.
    assert "In 2022, 3 sites emitted 600 t CO2e ; 3 findings could save 12.0 t CO2e a year." in words


WHY = "1 of 3 sites cannot be computed (site-3): the site has neither a grid region nor a country"


def lacking(*sites: str, **totals: Number) -> Estate:
    """Three sites of 100, 200 and 300 t, of some of which scope 2 has a figure without a value."""
    held, none = estates.estate(), pl.col("id").is_in(sites)
    frame = held.frame.with_columns(pl.when(~none).then(name).alias(name) for name in ("location", "scope2.location"))
    unknown = {name: estates.number(name, None, "kg CO2e", reason=WHY) for name in ("location", "scope2.location")}
    return replace(held, frame=frame, totals={**held.totals, **unknown, **totals})


def test_scope_1_is_said_where_scope_2_is_not_known_and_why_it_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    known = estates.number("scope1", 120_000.0, "kg CO2e", "one-all")
    html = client_of(monkeypatch, held=lacking("site-1", "site-2", "site-3", scope1=known)).get("/").text
    words = text_of(html)

    assert "In 2022, 3 sites emitted 120 t CO2e by burning fuel (scope 1)." in words
    assert f"Scope 2, location-based is not known for every site: {WHY}." in words
    assert "not counted yet" not in words
    assert "/o/acme/report/inventory?year=2022&under=scope2" in addresses(html)


def test_the_sites_of_which_all_is_known_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    words = text_of(client_of(monkeypatch, held=lacking("site-3")).get("/").text)

    # 100 and 200 t; findings of all three sites are counted.
    assert "In 2022, 2 of 3 sites emitted 300 t CO2e; 3 findings could save 12.0 t CO2e a year." in words


def test_of_nothing_known_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    held = lacking("site-1", "site-2", "site-3")
    bare = replace(held, frame=held.frame.drop("scope1", "scope1.id"))

    assert "What 3 sites emitted in 2022 is not known." in text_of(client_of(monkeypatch, held=bare).get("/").text)


@pytest.mark.parametrize(("role", "there"), [(Role.ADMIN, True), (Role.VIEWER, False)])
def test_who_may_is_led_to_what_is_missing(monkeypatch: pytest.MonkeyPatch, role: Role, there: bool) -> None:
    found = addresses(client_of(monkeypatch, held=lacking("site-3"), role=role).get("/").text)

    assert ("/o/acme/data/places" in found) is there


def test_fuel_by_volume_stands_beside_the_energy(monkeypatch: pytest.MonkeyPatch) -> None:
    held = estates.estate()
    gas = [pl.Series("volume.natural_gas", [None, 1200.0, 300.0]), pl.Series("volume.natural_gas.id", [None, "a", "b"])]
    held = replace(held, frame=held.frame.with_columns(gas))
    browser = client_of(monkeypatch, held=held)
    monkeypatch.setattr(
        today, "today", lambda *_, **__: replace(estates.today_of(), headlines=(held.totals["energy"],))
    )
    html = browser.get("/").text

    assert "Not in it: 1 500 m³ of natural gas" in text_of(html)
    assert "/o/acme/evidence?name=volume.natural_gas&of=a&of=b&count=2" in addresses(html)


def test_a_headline_has_its_interval_and_what_it_is_against_the_year_before(monkeypatch: pytest.MonkeyPatch) -> None:
    words = text_of(client_of(monkeypatch).get("/").text)

    assert "90 %: 540 to 660 20 % less than 2021" in words  # 600 t against 750 t


def test_what_counts_co2_alone_is_said_once_where_it_is_so(monkeypatch: pytest.MonkeyPatch) -> None:
    browser = client_of(monkeypatch)
    assert "CO2 alone" not in browser.get("/").text

    frame = estates.estate().frame.with_columns(co2_alone=pl.Series([True, None, True]))
    browser = client_of(monkeypatch, held=replace(estates.estate(), frame=frame))
    said = "The factors of bought energy of 2 sites count CO2 alone; it is added to CO2e as it is."
    for path in ("/", "/portfolio"):
        assert text_of(browser.get(path).text).count(said) == 1


def test_a_sum_leads_to_the_figures_it_is_made_from(monkeypatch: pytest.MonkeyPatch) -> None:
    found = addresses(client_of(monkeypatch).get("/").text)

    assert "/o/acme/evidence?name=location&of=figure-one&of=figure-two&count=2" in found
    assert "/o/acme/evidence/figure-worth" in found  # a sum of one figure is that figure


def test_what_to_do_next_has_its_worth_and_its_doors(monkeypatch: pytest.MonkeyPatch) -> None:
    html = client_of(monkeypatch).get("/").text
    words, found = text_of(html), addresses(html)

    assert "Look at the photocell, the timer and the hand switch of this circuit." in words
    assert "6 000 kg CO2e a year" in words
    assert "/o/acme/action/cards/finding-key" in found
    assert "/o/acme/action/cards/finding-key#plan" in found
    assert "/o/acme/sites/site-3?meter=quiet#week" in found


def test_changes_are_told_on_the_clock_of_the_organisation(monkeypatch: pytest.MonkeyPatch) -> None:
    words = text_of(client_of(monkeypatch).get("/").text)

    # 08:00 UTC is 16:00 in Shanghai.
    assert "31 December 2022, 16:00 UTC+8 1 200 readings from june.csv" in words


@pytest.mark.parametrize(
    ("kind", "words", "door"),
    [
        ("ingest", "No readings yet", "/o/acme/data"),
        ("inventory", "Take the first inventory", "/o/acme/report/inventory"),
        ("detect", "The readings have not been searched yet", "/o/acme/run/detection"),
    ],
)
def test_an_empty_workspace_begins_the_work(monkeypatch: pytest.MonkeyPatch, kind: str, words: str, door: str) -> None:
    browser = client_of(monkeypatch)
    beginning(monkeypatch, kind)
    html = browser.get("/").text

    assert words in text_of(html)
    assert door in addresses(html)


def test_what_an_assessment_of_air_tells_is_no_search(monkeypatch: pytest.MonkeyPatch) -> None:
    browser = client_of(monkeypatch)
    beginning(monkeypatch, "detect")
    assert "/o/acme/action/air" not in addresses(browser.get("/").text)

    monkeypatch.setattr(today, "air_assessed", lambda _: True)
    assert "/o/acme/action/air" in addresses(browser.get("/").text)


def test_no_card_stands_for_what_does_not_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    browser = client_of(monkeypatch)
    beginning(monkeypatch, "ingest")
    html = browser.get("/").text

    assert 'class="headlines"' not in html
    assert "<figure" not in html
    assert "What changed" not in html


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_nothing_in_it_is_refused_by_the_policy(monkeypatch: pytest.MonkeyPatch, lang: str) -> None:
    assert forbidden_by_policy(client_of(monkeypatch, lang=lang).get("/").text) == []  # type: ignore[arg-type]


def test_the_chart_of_the_months_is_a_file_too(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = client_of(monkeypatch).get("/charts/months.csv").text.splitlines()

    assert lines[1] == "Jan,50,62.5"  # 50 000 kg and 62 500 kg in t


def test_the_sample_estate_is_asked_for_by_a_form(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def ask(server: object, who: object, kind: str, params: object) -> object:
        asked.append(kind)
        return SimpleNamespace(id="job-3")

    browser = client_of(monkeypatch)
    monkeypatch.setattr("wattstone.interfaces.jobs.asking.ask", ask)
    beginning(monkeypatch, "ingest")

    assert 'action="/o/acme/sample"' in browser.get("/").text
    assert browser.post("/sample", {}).headers["location"] == "/o/acme/jobs/job-3"
    assert asked == ["sample"]
