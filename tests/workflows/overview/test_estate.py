"""One row a site: figures, peers, freshness, waste; lists, facets and maps out of it."""

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from tests.workflows.overview.made import HOURS, SITES, YEAR, found, seen_by
from wattstone.interfaces.serving.estates import Estates
from wattstone.workflows.access import Role
from wattstone.workflows.detect.table import keep_findings
from wattstone.workflows.overview import estate as module
from wattstone.workflows.overview.estate import Estate, estate_of
from wattstone.workflows.overview.kept import keep_estate, kept_estate
from wattstone.workflows.overview.query import Bounds, Query, cities, clusters, select
from wattstone.workflows.overview.totals import number_of, totals_of, totals_of_rows
from wattstone.workflows.workspace import Workspace


@pytest.fixture
def estate(opened: Workspace) -> Estate:
    return estate_of(opened)


def test_a_row_holds_the_figures_of_the_year(estate: Estate) -> None:
    row = estate.row("B")
    assert row is not None
    assert (estate.year, row["energy"], row["intensity.energy"]) == (YEAR, 2.0 * HOURS, 2.0 * HOURS / 1000)
    assert row["location"] == row["scope2.location"]
    assert row["scope2.location.id"]
    assert row["intensity.location"] == pytest.approx(row["location"] / 1000)


def test_what_is_not_known_is_null_and_never_nought(estate: Estate) -> None:
    store = estate.row("G")
    assert store is not None
    assert [store[name] for name in ("energy", "location", "market", "quality", "last_reading", "findings")] == [
        None
    ] * 6
    assert store["meters"] == 0
    office = estate.row("A")
    assert office is not None
    assert office["market"] == pytest.approx(office["location"])  # no contracts: the average of the grid
    assert office["location_before"] is None


def test_a_site_whose_electricity_counts_co2_alone_is_known_by_unit_or_method(estate: Estate) -> None:
    """The factors of the UK Government count CO2, CH4 and N2O; the other rows are made by hand."""
    office, store = estate.row("A"), estate.row("G")
    assert office is not None
    assert store is not None
    assert (office["co2_alone"], store["co2_alone"]) == (False, None)

    rows = [("a", 1.0, "kg CO2", "sum/1"), ("b", 1.0, "kg CO2e", "sum/1; 3.0 kg of it count CO2 alone"),
            ("c", 1.0, "kg CO2e", "sum/1"), ("d", 0.0, "kg CO2", "sum/1"), ("e", None, "kg CO2", "sum/1")]  # fmt: skip
    frame = pl.DataFrame(rows, schema=["site_id", "value", "unit", "method"], orient="row")
    told = module._co2_alone(frame.with_columns(name=pl.lit("scope2.location")))
    assert dict(told.iter_rows()) == {"a": True, "b": True, "c": False, "d": False}


def test_a_place_among_peers_is_a_rank_that_no_outlier_moves(estate: Estate) -> None:
    """Six offices of 1 to 5 and 600 kW: B is second, (2 - 0.5) / 6; the median lies between 3 and 4 kW."""
    row = estate.row("B")
    assert row is not None
    assert (row["peer_group"], row["peers"]) == ("office, GB", 6)
    assert row["peer_percentile"] == pytest.approx(25.0)
    assert row["peer_middle"] == pytest.approx(3.5 * HOURS / 1000)
    store = estate.row("G")
    assert store is not None
    assert (store["peers"], store["peer_percentile"]) == (0, None)


def test_totals_are_those_of_the_sites_that_one_may_see(opened: Workspace, estate: Estate) -> None:
    assert estate.whole
    assert estate.totals["energy"].value == pytest.approx(sum(SITES.values()) * HOURS)
    part = estate_of(seen_by(opened, Role.VIEWER, "A", "B"))
    assert (part.frame["id"].to_list(), part.whole) == (["A", "B"], False)
    assert part.totals["energy"].value == pytest.approx(3.0 * HOURS)
    assert part.totals["energy"].of == 2
    assert set(part.totals["energy"].inputs) == {part.row(site)["energy.electricity.id"] for site in "AB"}  # type: ignore[index]


@pytest.mark.parametrize(("sites", "coverage", "before"), [("AB", 1.0, 60.0), ("A", 1.0, None), ("AB", 0.001, None)])
def test_a_total_is_compared_where_both_years_cover_the_same(
    estate: Estate, sites: str, coverage: float, before: float | None
) -> None:
    """A and B of 2019 against 2018, of which one site or most of the hours may be missing."""
    usual = {"name": "energy.electricity", "id": "f", "unit": "kWh", "lower": None, "upper": None, "reason": None,
             "estimated": 0.0, "method": "sum/1", "run": 1}  # fmt: skip
    now = [{**usual, "period": "2019", "site_id": one, "value": 50.0, "coverage": 1.0} for one in ("A", "B", None)]
    was = [{**usual, "period": "2018", "site_id": one, "value": 60.0, "coverage": coverage} for one in (*sites, None)]
    rows = pl.DataFrame([*now, *was], infer_schema_length=None)
    assert totals_of_rows(estate.frame, rows, 2019)["energy"].before == before


@pytest.mark.parametrize(("coverage", "before"), [(0.95, 110.0), (0.5, None), (None, 110.0)])
def test_the_sites_that_one_may_see_are_compared_by_the_same_rule(
    estate: Estate, coverage: float | None, before: float | None
) -> None:
    """A used 60 and B 50 in 2018; of B readings may have covered half of that year."""
    usual = {"name": "energy.electricity", "id": "f", "unit": "kWh", "lower": None, "upper": None, "reason": None,
             "estimated": 0.0, "method": "sum/1", "run": 1}  # fmt: skip
    now = [{**usual, "period": "2019", "site_id": one, "value": 40.0, "coverage": 1.0} for one in "AB"]
    was = [{**usual, "period": "2018", "site_id": "A", "value": 60.0, "coverage": 1.0},
           {**usual, "period": "2018", "site_id": "B", "value": 50.0, "coverage": coverage}]  # fmt: skip
    rows = pl.DataFrame([*now, *was], infer_schema_length=None)
    places = estate.frame.select(module._PLACE).filter(pl.col("id").is_in(["A", "B"]))

    assert totals_of(module._arranged(module._of_year(places, rows, 2019)))["energy"].before == before


@pytest.mark.parametrize(("now", "then", "before"), [(1.0, 0.95, 8.0), (1.0, 0.5, None), (0.4, 1.0, None)])
def test_a_figure_is_compared_with_a_year_that_is_covered_as_well(
    now: float, then: float, before: float | None
) -> None:
    usual = {"name": "scope1", "unit": "kg CO2e", "lower": None, "upper": None, "reason": None, "estimated": 0.0}
    found = number_of(
        {**usual, "id": "new", "value": 4.0, "coverage": now}, {**usual, "id": "old", "value": 8.0, "coverage": then}
    )

    assert (found.before, found.before_figure) == (before, None if before is None else "old")


def test_a_carrier_that_is_gone_is_no_saving(estate: Estate) -> None:
    """Heat was bought in 2018 and not in 2019: the sums count different things."""
    usual = {"id": "f", "unit": "kWh", "lower": None, "upper": None, "reason": None, "estimated": 0.0,
             "coverage": 1.0, "method": "sum/1", "run": 1, "site_id": "A"}  # fmt: skip
    rows = pl.DataFrame([
        {**usual, "name": "energy.electricity", "period": "2019", "value": 40.0},
        {**usual, "name": "energy.electricity", "period": "2018", "value": 50.0},
        {**usual, "name": "energy.heat", "period": "2018", "value": 30.0},
    ], infer_schema_length=None)  # fmt: skip
    places = estate.frame.select(module._PLACE).filter(pl.col("id") == "A")

    assert totals_of(module._arranged(module._of_year(places, rows, 2019)))["energy"].before is None


def test_the_cache_cuts_for_each_reader_and_sees_what_is_new(own: Workspace) -> None:
    cache = Estates(looked=0.0, patience=30.0)
    reader = seen_by(own, Role.VIEWER, "A")
    whole, part = cache.get("t", own, own), cache.get("t", own, reader)
    assert (whole.frame.height, part.frame["id"].to_list()) == (7, ["A"])
    assert cache.get("t", own, own) is whole
    keep_findings(own, found({}), run=9, year=YEAR)
    newer = cache.get("t", own, own)
    assert newer.frame.select("id", "findings").rows()[:2] == [("A", 1), ("B", 0)]
    assert newer.totals["findings_kg"].inputs == ("k0",)
    assert (newer.totals["findings_kg"].lower, newer.totals["findings_kg"].upper) == (37.0, 43.0)


def test_a_stale_estate_is_shown_while_another_one_is_made(own: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    from threading import Event

    from wattstone.interfaces.serving import estates

    go, made = Event(), estates.estate_of
    cache = Estates(looked=0.0, patience=0.01)
    first = cache.get("t", own, own)

    def slowly(*arguments: Workspace, **more: int | None) -> Estate:
        go.wait(30)
        return made(*arguments, **more)

    monkeypatch.setattr(estates, "estate_of", slowly)
    keep_findings(own, found({}), run=9, year=YEAR)
    assert cache.get("t", own, own) is first
    go.set()
    assert Estates(looked=0.0).get("t", own, own).frame["findings"].sum() == 1


def test_nobody_waits_for_an_estate_that_takes_longer_than_one_waits(
    own: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    from threading import Event

    from wattstone.interfaces.serving import estates

    go, made = Event(), estates.estate_of
    cache = Estates(looked=0.0, patience=60.0)
    first = cache.get("t", own, own)
    cache._held["t", None].took = 61.0

    def slowly(*arguments: Workspace, **more: int | None) -> Estate:
        go.wait(30)
        return made(*arguments, **more)

    monkeypatch.setattr(estates, "estate_of", slowly)
    keep_findings(own, found({}), run=9, year=YEAR)
    assert cache.get("t", own, own) is first
    assert not go.is_set()
    go.set()


def test_of_processes_that_want_an_estate_at_once_one_makes_it(own: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    from threading import Barrier, Thread

    from wattstone.interfaces.serving import estates

    made, calls, together = estates.estate_of, list[int](), Barrier(2)

    def counted(*arguments: Workspace, **more: int | None) -> Estate:
        calls.append(1)
        return made(*arguments, **more)

    def ask() -> None:
        together.wait(30)
        assert Estates().get("t", own, own).frame.height == 7

    monkeypatch.setattr(estates, "estate_of", counted)
    processes = [Thread(target=ask) for _ in range(2)]
    for one in processes:
        one.start()
    for one in processes:
        one.join(60)

    assert calls == [1]


def test_an_estate_that_cannot_be_made_anew_is_told_to_the_log(
    own: Workspace, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    held = Estates(patience=60.0, looked=0.0)
    before = held.get("acme", own, own)

    def fails(*_: object, **__: object) -> Estate:
        raise OSError("the disk is gone")

    monkeypatch.setattr("wattstone.interfaces.serving.estates.estate_of", fails)
    keep_findings(own, found({}), run=9, year=YEAR)

    assert held.get("acme", own, own) is held.get("acme", own, own) is before
    assert [one.message for one in caplog.records] == ["estate.failed"]


def test_what_is_kept_in_a_file_is_the_same_and_goes_with_its_stamp(own: Workspace) -> None:
    estate = estate_of(own)
    keep_estate(own, estate, None)
    again = kept_estate(own, estate.stamp, None)
    assert again is not None
    assert again.frame.equals(estate.frame)
    assert again.totals == estate.totals
    assert kept_estate(own, replace(estate.stamp, records=estate.stamp.records + 1), None) is None
    for path in (Path(own.scratch) / "estates").glob("*.arrow"):
        path.write_bytes(b"cut off")
    assert kept_estate(own, estate.stamp, None) is None


def test_rows_are_sorted_with_nulls_last_and_paged(estate: Estate) -> None:
    largest = select(estate, Query(sort="-location", size=3))
    assert largest.frame["id"].to_list() == ["F", "E", "D"]
    assert (largest.count, largest.pages) == (7, 3)
    assert select(estate, Query(sort="location", size=500)).frame["id"].to_list() == [*"ABCDEF", "G"]
    assert select(estate, Query(sort="-location", page=3, size=3)).frame["id"].to_list() == ["G"]
    for wrong in (Query(sort="no such"), Query(page=0), Query(size=501)):
        with pytest.raises(ValueError, match=r"no column|no page"):
            select(estate, wrong)


def test_text_and_filters_leave_what_they_say(estate: Estate) -> None:
    def ids(query: Query) -> list[str]:
        return sorted(select(estate, query).frame["id"])

    assert ids(Query(text="OFFICE london b")) == ["B"]
    assert ids(Query(text="100%_[(")) == []
    assert ids(Query(types=("store",))) == ["G"]
    assert ids(Query(intensity_above=4.0 * HOURS / 1000)) == ["E", "F"]
    assert ids(Query(quality_below=1.1)) == list("ABCDEF")
    assert ids(Query(countries=("DE",))) == []


def test_a_facet_counts_with_the_other_filters_as_they_are(estate: Estate) -> None:
    rows = select(estate, Query(types=("store",), text="nice"))
    assert [(one.value, one.count) for one in rows.facets["type"]] == [("store", 1)]
    rows = select(estate, Query(types=("store",)))
    assert {one.value: one.count for one in rows.facets["type"]} == {"office": 6, "store": 1}
    assert {one.value: one.count for one in rows.facets["country"]} == {"GB": 1}


def test_dots_of_a_map_join_what_lies_close_and_lose_nothing(estate: Estate) -> None:
    near, far = clusters(estate, zoom=12), clusters(estate, zoom=0)
    assert near.frame.height == 6
    assert set(near.frame["id"]) == set("ABCDEF")
    assert (far.frame["count"].to_list(), far.frame["id"].to_list(), far.nowhere) == ([6], [None], 1)
    assert far.frame["location"][0] == pytest.approx(estate.frame["location"].sum())
    some = clusters(estate, bounds=Bounds(west=2.0, south=40, east=4.0, north=60), zoom=12)
    assert set(some.frame["id"]) == {"A", "B"}
    across = clusters(estate, bounds=Bounds(west=7.0, south=40, east=2.5, north=60), zoom=12)
    assert set(across.frame["id"]) == {"A", "F"}


def test_cities_have_the_sums_of_their_sites_alone(estate: Estate) -> None:
    """Six offices in London, 1 to 5 and 600 kW; the store in Nice is nowhere on the map."""
    ranked, exact = cities(estate, Query(), 7)
    assert (ranked["city"].to_list(), ranked["sites"].to_list(), exact) == (["London"], [6], True)
    some = Query(text="Office A")
    assert select(estate, some).count == 1
    alone, exact = cities(estate, some, 1)
    assert (alone["sites"].to_list(), alone["location"][0], exact) == ([1], estate.row("A")["location"], True)  # type: ignore[index]


def test_sites_without_an_inventory_are_a_list_all_the_same(own: Workspace) -> None:
    estate = estate_of(own, year=1999)
    assert (estate.year, estate.frame.height) == (None, 7)
    assert select(estate, Query(sort="name")).count == 7
    assert estate.frame["energy"].null_count() == 7
    assert isinstance(estate.frame.schema["energy"], pl.Float64)
