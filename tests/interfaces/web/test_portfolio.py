"""The portfolio: the address holds the state; the list, its filters, its map and its files."""

import csv
import io
from dataclasses import replace

import polars as pl
import pytest

from tests.interfaces.web import estates
from tests.interfaces.web.estate_pages import addresses, client_of, forbidden_by_policy, text_of
from wattstone.interfaces.web.pages import portfolio
from wattstone.interfaces.web.portfolio_state import state_of
from wattstone.workflows.access import Role
from wattstone.workflows.overview.query import Query, Rows


def test_the_address_holds_the_whole_state() -> None:
    state = state_of("court", ["CN"], ["office", ""], None, "yes", "no", "0.9", "-energy", 3, 100, "30,100,40,120")

    assert state.query.text == "court"
    assert state.query.types == ("office", "")
    assert (state.query.findings, state.query.silent, state.query.quality_below) == (True, False, 0.9)
    assert (state.query.sort, state.query.page, state.query.size) == ("-energy", 3, 100)
    again = {name: value for name, value in state.address().items() if value is not None}
    assert state_of(**again).query == state_of(**{**again, "page": 1}).query  # nothing but the page is lost
    assert again["box"] == "30,100,40,120"


@pytest.mark.parametrize("box", ["", "1,2,3", "x,y,z,w", "40,100,30,120", "nan,1,2,3", "0,0,91,1"])
def test_a_part_of_the_map_that_cannot_be_is_left_out(box: str) -> None:
    assert state_of(box=box).box is None


@pytest.mark.parametrize("sort", ["--location", "name; drop table", "scope1.id", ""])
def test_one_sorts_by_columns_that_are_shown_alone(sort: str) -> None:
    assert state_of(sort=sort).query.sort == Query.sort


def test_names_are_text_and_never_markup(monkeypatch: pytest.MonkeyPatch) -> None:
    html = client_of(monkeypatch).get("/portfolio").text

    assert "<b>Court</b>" not in html
    assert "&lt;b&gt;Court&lt;/b&gt; &amp; Sons" in html


def test_numbers_stand_in_the_unit_of_the_head_and_open_their_evidence(monkeypatch: pytest.MonkeyPatch) -> None:
    html = client_of(monkeypatch).get("/portfolio").text
    found = addresses(html)

    assert "Emissions, location-based [t CO2e]" in text_of(html)
    assert ">200</a>" in html  # 200 000 kg
    assert "/o/acme/evidence?name=location&of=one-2&of=two-2&count=2" in found
    assert "/o/acme/evidence/use-2" in found


def test_fuel_by_volume_is_no_quiet_gap_in_the_energy(monkeypatch: pytest.MonkeyPatch) -> None:
    held = estates.estate()
    gas = [pl.Series("volume.natural_gas", [None, 1200.0, 300.0]), pl.Series("volume.natural_gas.id", [None, "a", "b"]),
           pl.Series("energy", [1e6, 2e6, None])]  # fmt: skip
    held = replace(held, frame=held.frame.with_columns(gas))
    browser = client_of(monkeypatch, held=held)
    html = browser.get("/portfolio").text

    assert ">2 000 + 1 200 m³</a>" in html.replace("\N{NARROW NO-BREAK SPACE}", " ")
    assert "/o/acme/evidence?name=energy&of=kwh-2&of=a&count=2" in addresses(html)
    assert "Not in the energy bought: 1 500 m³ of natural gas" in text_of(html)
    rows = list(csv.DictReader(io.StringIO(browser.get("/portfolio.csv").text.removeprefix("\ufeff"))))
    assert [row["volume.natural_gas"] for row in rows] == ["", "1200.0", "300.0"]


def test_a_column_without_any_value_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Emissions, market-based" not in text_of(client_of(monkeypatch).get("/portfolio").text)


def test_a_site_is_placed_among_its_peers(monkeypatch: pytest.MonkeyPatch) -> None:
    words = text_of(client_of(monkeypatch).get("/portfolio").text)

    assert "more than 82 % of 31" in words
    assert "too few peers" in words


def test_a_small_group_of_peers_is_counted_and_has_no_percentages(monkeypatch: pytest.MonkeyPatch) -> None:
    held = estates.estate()
    few = held.frame.with_columns(
        pl.lit(10, pl.Int64).alias("peers"),
        pl.col("peer_percentile") * 0 + 95.0,  # the highest of ten
    )
    words = text_of(client_of(monkeypatch, held=replace(held, frame=few)).get("/portfolio").text)

    assert "more than 9 of 10" in words
    assert "95 %" not in words
    lowest = few.with_columns(pl.col("peer_percentile") * 0 + 5.0)
    words = text_of(client_of(monkeypatch, held=replace(held, frame=lowest)).get("/portfolio").text)
    assert "least of 10" in words


def test_a_filter_leads_to_itself_and_back(monkeypatch: pytest.MonkeyPatch) -> None:
    browser = client_of(monkeypatch)

    assert "/o/acme/portfolio?type=office" in addresses(browser.get("/portfolio").text)
    chosen = browser.get("/portfolio?type=office&sort=name").text
    assert 'aria-current="true">office' in chosen
    assert "/o/acme/portfolio?sort=name" in addresses(chosen)


def test_a_page_beyond_the_last_is_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    html = client_of(monkeypatch, held=estates.estate(30)).get("/portfolio?page=99").text

    assert "Office building 0030" in html
    assert 'aria-current="page">2<' in html


def test_the_map_is_a_picture_with_links(monkeypatch: pytest.MonkeyPatch) -> None:
    html = client_of(monkeypatch).get("/portfolio").text
    found = addresses(html)

    assert 'role="group" aria-label="Map of the sites: 3 sites on the map"' in html
    assert {"/o/acme/sites/site-1", "/o/acme/sites/site-2", "/o/acme/sites/site-3"} <= set(found)
    assert "/o/acme/portfolio?q=Jinan" in found


def test_without_a_script_the_league_is_a_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    browser = client_of(monkeypatch)

    assert '<img src="/o/acme/portfolio/charts/league.picture?lang=en' in browser.get("/portfolio").text
    answer = browser.get("/portfolio/charts/league.picture?lang=en")
    assert answer.headers["content-type"] == "image/svg+xml"
    assert "<svg " in answer.text


def test_the_file_has_all_pages_and_no_formula(monkeypatch: pytest.MonkeyPatch) -> None:
    held = estates.estate(1203)
    first = held.frame["name"].to_list()
    renamed = held.frame.with_columns(portfolio.pl.Series("name", ["=1+1", *first[1:]]))
    object.__setattr__(held, "frame", renamed)
    answer = client_of(monkeypatch, held=held).get("/portfolio.csv")
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))

    assert len(rows) == 1 + 1203
    assert not rows[1][1].startswith("=")
    assert rows[3][rows[0].index("location")] == "300000.0"


def test_the_file_is_for_those_who_may_export(monkeypatch: pytest.MonkeyPatch) -> None:
    browser = client_of(monkeypatch, role=Role.VIEWER)

    assert browser.get("/portfolio.csv").status_code == 403
    assert "/o/acme/portfolio.csv" not in addresses(browser.get("/portfolio").text)


def test_nothing_found_says_how_to_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    html = client_of(monkeypatch).get("/portfolio?q=nowhere").text

    assert "No site matches" in text_of(html)


def test_fifty_thousand_sites_are_a_page_of_less_than_300_kb(monkeypatch: pytest.MonkeyPatch) -> None:
    held = estates.estate(200)

    def many(estate: object, query: Query | None = None) -> Rows:
        found = estates.rows_of(held, query)
        object.__setattr__(found, "count", 50_000)
        object.__setattr__(found, "pages", 250)
        return found

    browser = client_of(monkeypatch, held=held)
    monkeypatch.setattr(portfolio, "select", many)

    assert len(browser.get("/portfolio?size=200").content) < 300_000


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_nothing_in_it_is_refused_by_the_policy(monkeypatch: pytest.MonkeyPatch, lang: str) -> None:
    assert forbidden_by_policy(client_of(monkeypatch, lang=lang).get("/portfolio").text) == []  # type: ignore[arg-type]
