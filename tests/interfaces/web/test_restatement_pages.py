"""The base year, restatements and the change from year to year, as pages."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.interfaces.web.served_pages import Served, words
from wattstone.base import InputRefused
from wattstone.inventory.released import Release
from wattstone.portfolio import Site
from wattstone.readings.sources import How
from wattstone.workflows.ingest import ingest_all
from wattstone.workflows.inventory import current_figures, take_inventory
from wattstone.workflows.restatement import policy_versions, recalculated_series, restatements

PATH, CHANGE = "/report/restatements", "/report/change"
GRID = {2019: 0.25560, 2020: 0.23314}  # kg CO2e/kWh, electricity generated, UK (DESNZ/BEIS conversion factors)
POLICY = {"years": "2019", "rolling": "", "threshold": "5", "triggers": ["structure", "method", "error"],
          "mid_year": "all-year", "note": "board of <May>"}  # fmt: skip


def read(served: Served, name: str, start: datetime, hours: int) -> None:
    """Take 10 kWh an hour of site A in."""
    lines = [f"A,A1,{start + timedelta(hours=hour):%Y-%m-%dT%H:%M}Z,10" for hour in range(hours)]
    path = Path(served.root).parent / f"{name}.csv"
    path.write_text("\n".join(["site,meter,time,kWh", *lines]) + "\n")
    how = How(unit="kWh", kind="electricity", confirm=lambda _path, _detection: True)
    ingest_all(served.workspace, [path], how)


def furnish(held: Served) -> None:
    """Site A in Britain used 480 kWh in two days of May 2019."""
    sites = [Site(id="A", name="Hall <A>", country="GB", zone="Europe/London"), Site(id="B", country="GB")]
    held.workspace.records.declare(sites, [], sites_by="user")
    take_inventory(held.workspace, 2019)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    held = Served(tmp_path, furnish)
    yield held
    held.close()


def released(served: Served) -> float:
    """Release 2019 as it is recorded; its scope 2."""
    figures = current_figures(served.workspace.lake, 2019)
    mine = figures.filter(subject="organisation", period="2019").drop_nulls("value")
    totals = {f"{name}@organisation": value for name, value in mine.select("name", "value").iter_rows()}
    units = {f"{name}@organisation": unit for name, unit in mine.select("name", "unit").iter_rows()}
    made = Release(year=2019, run=int(figures["run"].max()), figures=len(totals), sha256="x", totals=totals,  # type: ignore[arg-type]
                   units=units, released_by="Li", at=datetime(2020, 3, 1))  # fmt: skip
    served.workspace.records.add_release(made)
    return totals["scope2.location@organisation"]


def corrected(served: Served) -> None:
    """A third day came late: the inventory taken anew proposes a restatement by itself."""
    read(served, "late", datetime(2019, 5, 3), 24)
    take_inventory(served.workspace, 2019)


def test_a_policy_is_set_and_kept_with_who_set_it(served: Served) -> None:
    assert "No base-year policy is set" in words(served.get(PATH))
    answer = served.post(f"{PATH}/policy", POLICY)  # type: ignore[arg-type]
    page = served.get(PATH)

    assert answer.headers["location"] == f"/o/acme{PATH}"
    (one,) = policy_versions(served.workspace)
    assert (one.policy.years, one.policy.threshold, one.who) == ((2019,), 5.0, "analyst")
    assert "board of <May>" in words(page)
    assert "<May>" not in page.text
    assert "The ledger holds: 1 lines." in words(page)
    assert "台账" in words(served.get(PATH, lang="zh-CN"))


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"years": "20x9"}, "years"), ({"years": ""}, "years"), ({"threshold": "much"}, "threshold"),
     ({"threshold": "0"}, "threshold"), ({"rolling": "-1"}, "rolling"), ({"triggers": ["growth"]}, "triggers")],
)  # fmt: skip
def test_a_policy_that_is_refused_says_so_at_its_field(served: Served, wrong: dict[str, str], field: str) -> None:
    answer = served.post(f"{PATH}/policy", {**POLICY, **wrong})  # type: ignore[arg-type]

    assert answer.status_code == 422
    assert f'id="e-{field}"' in answer.text
    assert "board of &lt;May&gt;" in answer.text  # nothing typed is lost
    assert policy_versions(served.workspace) == ()


def test_a_proposal_is_accepted_by_a_reviewer_with_a_reason_and_the_series_shows_both(served: Served) -> None:
    served.post(f"{PATH}/policy", POLICY)  # type: ignore[arg-type]
    before = released(served)
    corrected(served)
    page = served.get(PATH, "reviewer")
    waiting = [one.id for one in restatements(served.workspace)]
    form = {"decision": "accept", "entry": waiting, "decision_note": "the logger <was> late"}

    assert "wait for a decision" in words(page)
    assert page.text.count('href="/o/acme/evidence/') >= 2 * len(waiting)
    assert before == pytest.approx(480 * GRID[2019])
    empty = served.post(PATH, {**form, "decision_note": " "}, by="reviewer")  # type: ignore[arg-type]
    assert empty.status_code == 422
    assert 'id="e-decision_note"' in empty.text
    assert 'value="' + waiting[0] + '"' in empty.text
    assert served.post(PATH, {**form, "entry": []}, by="reviewer").status_code == 422  # type: ignore[arg-type]
    assert served.post(PATH, form, by="reviewer").status_code == 303  # type: ignore[arg-type]

    after = served.get(PATH)
    (row,) = recalculated_series(served.workspace).filter(name="scope2.location").rows()
    assert row[2:] == pytest.approx((480 * GRID[2019], 720 * GRID[2019]))
    assert "the logger <was> late" in words(after)
    assert "<was>" not in after.text
    assert "1 year is restated" in words(after)
    assert served.get(f"{PATH}/charts/series-scope2-location.csv").status_code == 200
    assert b"<svg" in served.get(f"{PATH}/charts/series-scope2-location.svg").content
    assert served.get(f"{PATH}/charts/series-scope2-location.svg", "scoped").status_code == 404


def test_a_proposal_is_rejected_with_a_reason(served: Served) -> None:
    released(served)
    corrected(served)
    waiting = [one.id for one in restatements(served.workspace)]
    form = {"decision": "reject", "entry": waiting, "decision_note": "it is the neighbour's"}

    assert served.post(PATH, form, by="reviewer").status_code == 303  # type: ignore[arg-type]
    assert {one.state for one in restatements(served.workspace)} == {"rejected"}
    assert "it is the neighbour's" in words(served.get(PATH))


def test_a_site_that_came_is_proposed_by_a_job(served: Served) -> None:
    served.post(f"{PATH}/policy", POLICY)  # type: ignore[arg-type]
    released(served)
    form = {"year": "2019", "happened": "acquisition", "site": "B", "on": "2019-07-02", "back": PATH,
            "emissions": "2019:scope2.location=1000", "elsewhere:shown": "1"}  # fmt: skip
    assert served.post("/run/restatement", form).status_code == 303
    done = served.do("restatement")

    proposed = [one.restated for one in restatements(served.workspace) if one.restated.name == "scope2.location"]
    # bought on 2 July: half of the year before it, 182 of 365 days, is added to the year
    assert [one.moved for one in proposed] == [pytest.approx(1000 * 182 / 365)]
    assert [one.proposed_by for one in restatements(served.workspace)] == ["Ada"] * len(done.data["entries"])
    half = {"year": "2019", "site": "B"}
    served.post("/run/restatement", half)
    with pytest.raises(InputRefused) as refused:
        served.do("restatement")
    assert [one.place for one in refused.value.findings] == ["/happened", "/on"]


@pytest.mark.parametrize("role", ["viewer", "analyst", "operator", "admin", "scoped"])
def test_who_reviews_nothing_decides_nothing(served: Served, role: str) -> None:
    assert served.post(PATH, {"decision": "accept", "entry": "x", "decision_note": "y"}, by=role).status_code == 403


@pytest.mark.parametrize("role", ["viewer", "reviewer", "operator", "scoped"])
def test_who_declares_nothing_in_all_of_it_sets_no_policy(served: Served, role: str) -> None:
    assert served.post(f"{PATH}/policy", POLICY, by=role).status_code == 403  # type: ignore[arg-type]
    assert policy_versions(served.workspace) == ()
    for path in (PATH, CHANGE):
        assert ("Your sites stand in the inventory" in words(served.get(path, role))) == (role == "scoped")


def test_the_change_is_told_by_a_job_and_its_parts_add_up(served: Served) -> None:
    read(served, "later", datetime(2020, 5, 1), 24)
    take_inventory(served.workspace, 2020)
    assert "It was not told yet what changed." in words(served.get(f"{CHANGE}?year=2020"))
    served.post("/run/change", {"year": "2020", "back": f"{CHANGE}?year=2020"})
    done = served.do("change")
    page = served.get(f"{CHANGE}?year=2020")
    (about,) = [one for one in served.workspace.records.documents("change") if one.language == "en"]

    parts = {one["effect"]: one["value"] for one in about.facts["change"] if one["name"] == "scope2.location"}
    assert sum(parts.values()) == pytest.approx(240 * GRID[2020] - 480 * GRID[2019])
    sites = [sum(value for key, value in one.items() if key not in ("site", "count")) for one in about.facts["sites"]]
    assert sum(sites) == pytest.approx(240 * GRID[2020] - 480 * GRID[2019])
    assert "Total, location-based" in words(page)
    assert "Hall <A>" in words(page)
    assert f"/o/acme/documents/{done.documents[0]}/charts/change-total-location" in page.text
    assert page.text.count('href="/o/acme/evidence/') >= 4
    assert "年到 2020 年的变化" in words(served.get(f"{CHANGE}?year=2020", lang="zh-CN"))


def test_prices_that_cannot_be_read_are_refused_at_their_field(served: Served) -> None:
    served.post("/run/change", {"year": "2019", "inflation": "much, services_spend=3"})
    with pytest.raises(InputRefused) as refused:
        served.do("change")

    assert [one.place for one in refused.value.findings] == ["/inflation"]
