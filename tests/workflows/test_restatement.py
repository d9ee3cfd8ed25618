"""Restatements as people make them: released figures change, somebody proposes, somebody else accepts."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest

from tests.workflows.estate import dataset, readings, workspace, year
from wattstone.base import InputRefused
from wattstone.interfaces.store.workspace import open_workspace
from wattstone.inventory.base_year import BaseYearPolicy
from wattstone.inventory.ledger import Restated
from wattstone.inventory.released import Release
from wattstone.inventory.restatement import StructuralEvent
from wattstone.portfolio import Share, Site
from wattstone.workflows.access import POLICY, Forbidden, Principal, Role, Scope
from wattstone.workflows.access.guard import guarded
from wattstone.workflows.inventory import current_figures, take_inventory
from wattstone.workflows.release import check_year
from wattstone.workflows.restatement import (
    decide,
    policy_versions,
    propose_changes,
    propose_event,
    recalculated_series,
    restatements,
    set_policy,
    verify_ledger,
)
from wattstone.workflows.workspace import Workspace

GUANGDONG = {2021: 0.4715, 2022: 0.4403}
"""kg CO2/kWh: MEE and NBS, notices 2024 no. 12 and 33."""
HOURS = 8760


def taken(folder: Path) -> Iterator[Workspace]:
    held = open_workspace(folder)
    yield held
    held.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two sites in Guangdong, 10 and 1 kWh an hour in 2021 and 2022."""
    root = tmp_path_factory.mktemp("restated")
    sites = [{"site_id": one, "country": "CN", "timezone": "UTC", "grid_region": "CN-GD"} for one in ("A", "mill")]
    rows = [
        readings(f"{site}-main", [*year(value), *year(value)], site=site, start=datetime(2021, 1, 1))
        for site, value in (("A", 10.0), ("mill", 1.0))
    ]
    return workspace(root / "ws", dataset(root / "estate", *rows, sites=sites))


@pytest.fixture
def held(folder: Path, tmp_path: Path) -> Iterator[Workspace]:
    import shutil

    shutil.copytree(folder, tmp_path / "ws")
    yield from taken(tmp_path / "ws")


def release(workspace: Workspace, of: int) -> Mapping[str, float]:
    """Release a year as it is recorded."""
    figures = current_figures(workspace.lake, of).filter(
        pl.col("value").is_not_null() & (pl.col("period") == str(of)) & (pl.col("subject") == "organisation")
    )
    totals = {f"{name}@organisation": value for name, value in figures.select("name", "value").iter_rows()}
    units = {f"{name}@organisation": unit for name, unit in figures.select("name", "unit").iter_rows()}
    run = int(figures["run"].max())  # type: ignore[arg-type]
    workspace.records.add_release(
        Release(year=of, run=run, figures=len(totals), sha256="x", totals=totals, units=units, released_by="Li",
                at=datetime(2023, 3, 1))
    )  # fmt: skip
    return totals


def corrected(workspace: Workspace, tmp_path: Path, value: float) -> None:
    """Readings of 2021 at A come anew."""
    rows = readings("A-main", year(value), site="A", start=datetime(2021, 1, 1))
    sites = [{"site_id": "A", "country": "CN", "timezone": "UTC", "grid_region": "CN-GD"}]
    from tests.workflows.estate import wattstone

    wattstone("ingest", workspace.root, dataset(tmp_path / f"again {value}", rows, sites=sites))


def test_a_run_that_changes_what_was_released_proposes_a_restatement(held: Workspace, tmp_path: Path) -> None:
    take_inventory(held, 2021)
    total = release(held, 2021)["scope2.location@organisation"]
    assert total == pytest.approx(11 * HOURS * GUANGDONG[2021], rel=1e-9)
    set_policy(held, BaseYearPolicy(years=(2021,)), who="Li")
    corrected(held, tmp_path, 9.0)

    take_inventory(held, 2021)

    (one,) = [one for one in restatements(held, 2021) if one.restated.name == "scope2.location"]
    told = one.restated
    assert (told.year, told.subject, told.trigger, told.significant, told.policy) == (
        2021, "organisation", "error", True, 1,
    )  # fmt: skip
    assert (told.before, told.after) == pytest.approx((total, total * 10 / 11), rel=1e-9)
    assert told.before_id is not None
    assert "corrected" in told.reason
    assert (one.state, one.proposed_by) == ("proposed", "wattstone")
    now = current_figures(held.lake, 2021).filter(pl.col("id") == told.after_id)
    assert now["replaces"].to_list() == [told.before_id]
    assert propose_changes(held, 2021, who="Li") == (), "it is proposed already"

    decide(held, [one.id[:10]], accept=True, note="meter exchanged", who="Wu")

    (row,) = recalculated_series(held).filter(pl.col("name") == "scope2.location").rows()
    assert row == (2021, "scope2.location", pytest.approx(total), pytest.approx(total * 10 / 11))
    assert verify_ledger(held).broken is None


def test_the_year_before_inside_a_run_restates_nothing_of_the_year(held: Workspace, tmp_path: Path) -> None:
    """The run of 2022 holds 2021 as its comparatives, which are corrected; 2022 itself is what it was."""
    for of in (2021, 2022):
        take_inventory(held, of)
        release(held, of)
    corrected(held, tmp_path, 9.0)

    take_inventory(held, 2021)
    take_inventory(held, 2022)

    assert {one.restated.year for one in restatements(held)} == {2021}
    assert propose_changes(held, 2022, who="Li") == ()


def test_the_check_says_of_which_year_the_changed_figures_are_and_why(held: Workspace, tmp_path: Path) -> None:
    for of in (2021, 2022):
        take_inventory(held, of)
    corrected(held, tmp_path, 9.0)

    said: dict[int, str] = {}
    for of in (2021, 2022):
        (one,) = [one for one in check_year(held, of).found if one.key == "stale"]
        said[of] = one.finding.text()

    assert "figures of 2021 are not as they were recorded" in said[2021]
    assert "the figures of 2022 are as they were recorded" in said[2022]
    assert "of those of 2021 and of the change since, which stand beside them, are not" in said[2022]
    assert all("readings arrived or were corrected" in text for text in said.values())
    take_inventory(held, 2022)
    assert [one.key for one in check_year(held, 2022).found if one.key == "stale"] == []


def test_only_the_value_of_the_figure_itself_is_accepted(held: Workspace, tmp_path: Path) -> None:
    """A proposal for 2022 that names the figure of 2021, as older programs made them, and one that starts from it."""
    for of in (2021, 2022):
        take_inventory(held, of)
    release(held, 2021)
    was = release(held, 2022)["scope2.location@organisation"]
    rows = current_figures(held.lake, 2022).filter(
        (pl.col("name") == "scope2.location") & (pl.col("subject") == "organisation")
    )
    of_2021, of_2022 = (rows.row(by_predicate=pl.col("period") == str(of), named=True) for of in (2021, 2022))
    assert of_2021["value"] != of_2022["value"] == was
    there = Restated(year=2022, name="scope2.location", before=was, after=of_2021["value"], trigger="error",
                     reason="a comparative", before_id=of_2022["id"], after_id=of_2021["id"])  # fmt: skip
    back = replace(there, before=there.after, after=was, before_id=there.after_id, after_id=there.before_id)
    held.records.add_restatements([("propose", one.as_dict()) for one in (there, back)], who="wattstone")
    wrong, after_it = restatements(held, 2022)

    with pytest.raises(InputRefused) as refused:
        decide(held, [wrong.id, after_it.id], accept=True, who="Wu")

    assert [one.code for one in refused.value.findings] == ["restatement.not_the_figure", "restatement.other_start"]
    assert {one.state for one in restatements(held)} == {"proposed"}
    decide(held, [wrong.id, after_it.id], accept=False, note="of another year", who="Wu")
    assert propose_changes(held, 2022, who="Li") == ()


def test_what_was_rejected_by_mistake_is_proposed_anew(held: Workspace, tmp_path: Path) -> None:
    take_inventory(held, 2021)
    release(held, 2021)
    corrected(held, tmp_path, 9.0)
    take_inventory(held, 2021)
    first = [one.id for one in restatements(held)]
    decide(held, first, accept=False, note="by mistake", who="Wu")

    again = [one.id for one in propose_changes(held, 2021, who="Li") if one.state == "proposed"]

    assert len(again) == len(first)
    assert {one.state for one in decide(held, again, accept=True, who="Wu")} == {"accepted"}


def test_corrections_after_each_other_are_accepted_together_or_in_their_order(held: Workspace, tmp_path: Path) -> None:
    """10, 9 and 8 of 11 kWh in every hour: the second proposal starts where the first one ends."""
    take_inventory(held, 2021)
    total = release(held, 2021)["scope2.location@organisation"]
    for value in (9.0, 8.0):
        corrected(held, tmp_path, value)
        take_inventory(held, 2021)
    one, two = [one.id for one in restatements(held) if one.restated.name == "scope2.location"]

    with pytest.raises(InputRefused) as refused:
        decide(held, [two], accept=True, who="Wu")
    assert [one.code for one in refused.value.findings] == ["restatement.other_start"]
    decide(held, [two, one], accept=True, who="Wu")

    (row,) = recalculated_series(held).filter(pl.col("name") == "scope2.location").rows()
    assert row[2:] == pytest.approx((total, total * 9 / 11), rel=1e-9)


def test_a_year_that_was_not_released_changes_without_a_restatement(held: Workspace, tmp_path: Path) -> None:
    take_inventory(held, 2021)
    corrected(held, tmp_path, 9.0)
    take_inventory(held, 2021)

    assert restatements(held) == ()
    with pytest.raises(InputRefused) as refused:
        propose_changes(held, 2021)
    assert [one.code for one in refused.value.findings] == ["restatement.not_released"]


def test_small_changes_are_disclosed_and_count_together(held: Workspace, tmp_path: Path) -> None:
    """A takes 10, then 9.7, then 9.4 of 11 kWh in every hour: 2.7 % and 5.5 % together, against 5 %."""
    set_policy(held, BaseYearPolicy(years=(2021,)), who="Li")
    take_inventory(held, 2021)
    total = release(held, 2021)["scope2.location@organisation"]
    told: list[tuple[bool | None, float]] = []
    for value in (9.7, 9.4):
        corrected(held, tmp_path, value)
        take_inventory(held, 2021)
        open_ = [one.id for one in restatements(held) if one.state == "proposed"]
        found = [one for one in decide(held, open_, accept=True, who="Wu") if one.restated.name == "scope2.location"]
        series = recalculated_series(held).filter(pl.col("name") == "scope2.location")
        told.append((found[0].restated.significant, series["recalculated"].item() / total))

    assert told == [(False, pytest.approx(1.0)), (True, pytest.approx(10.4 / 11))]


def test_a_site_that_was_bought_is_carried_back_to_the_base_year(held: Workspace) -> None:
    """The mill came on 2 July 2022: 2021 with the whole of it, 2022 with the half year before."""
    mill = Site(
        id="mill", country="CN", zone="UTC", grid_region="CN-GD", ownership=(Share(start=date(2022, 7, 2), share=1),)
    )
    held.records.declare([mill], [])
    for of in (2021, 2022):
        take_inventory(held, of)
        release(held, of)
    came = StructuralEvent(event="mill", kind="acquisition", site_id="mill", on=date(2022, 7, 2))
    with pytest.raises(InputRefused) as refused:
        propose_event(held, came, reporting=2022)
    assert [one.code for one in refused.value.findings] == ["restatement.no_policy"]
    set_policy(held, BaseYearPolicy(years=(2021,)), who="Li")

    made = propose_event(held, came, reporting=2022, who="Li")

    values = {one.restated.year: one.restated for one in made if one.restated.name == "scope2.location"}
    assert (values[2021].before, values[2021].after) == pytest.approx(
        (10 * HOURS * GUANGDONG[2021], 11 * HOURS * GUANGDONG[2021]), rel=1e-9
    )
    assert values[2022].after == pytest.approx(11 * HOURS * GUANGDONG[2022], rel=1e-9)
    assert {one.restated.significant for one in made} == {True}
    with pytest.raises(InputRefused, match="proposed already"):
        propose_event(held, came, reporting=2022)
    decide(held, [one.id for one in made], accept=True, note="bought", who="Wu")
    take_inventory(held, 2021)
    assert propose_changes(held, 2021, who="Li") == (), "a run knows nothing of what was carried back"


def test_emissions_that_the_workspace_lacks_can_be_stated(held: Workspace) -> None:
    take_inventory(held, 2021)
    release(held, 2021)
    set_policy(held, BaseYearPolicy(years=(2021,)), who="Li")
    left = StructuralEvent(event="x", kind="divestment", site_id="elsewhere", on=date(2022, 1, 1))
    with pytest.raises(InputRefused, match="nothing is known of the emissions"):
        propose_event(held, left, reporting=2022)

    (one,) = propose_event(held, left, reporting=2022, stated={(2021, "scope2.location"): 1000.0})

    assert one.restated.moved == pytest.approx(-1000.0)


def test_policies_are_kept_in_versions(held: Workspace) -> None:
    first = set_policy(held, BaseYearPolicy(years=(2021,)), who="Li")
    assert set_policy(held, BaseYearPolicy(years=(2021,)), who="Wu") == first
    set_policy(held, BaseYearPolicy(rolling=1, threshold=2.0), who="Wu")

    assert [(one.number, one.who, one.policy.threshold) for one in policy_versions(held)] == [
        (1, "Li", 5.0),
        (2, "Wu", 2.0),
    ]


def test_what_cannot_be_decided_is_said_all_at_once(held: Workspace) -> None:
    with pytest.raises(InputRefused) as refused:
        decide(held, ["abc", ""], accept=False)

    assert [one.code for one in refused.value.findings] == [
        "restatement.unknown", "restatement.unknown", "restatement.no_reason",
    ]  # fmt: skip


def test_nobody_accepts_their_own_where_there_are_two(held: Workspace) -> None:
    def somebody(role: Role, name: str) -> Workspace:
        who = Principal(id=name, name=name, kind="person", tenant="acme", role=role, acts=POLICY[role])
        return guarded(held, who)

    take_inventory(held, 2021)
    release(held, 2021)
    analyst, reviewer = somebody(Role.ANALYST, "Li"), somebody(Role.REVIEWER, "Wu")
    set_policy(analyst, BaseYearPolicy(years=(2021,)), who="somebody else")
    left = StructuralEvent(event="x", kind="divestment", site_id="y", on=date(2022, 1, 1))
    (one,) = propose_event(analyst, left, reporting=2022, stated={(2021, "scope2.location"): 9000.0})

    assert one.proposed_by == "Li"
    assert policy_versions(reviewer)[0].who == "Li"
    part = Principal(id="p", name="p", kind="person", tenant="acme", role=Role.REVIEWER, acts=POLICY[Role.REVIEWER],
                     scope=Scope(frozenset({"A"})))  # fmt: skip
    for look in (restatements, recalculated_series, verify_ledger, policy_versions):
        with pytest.raises(Forbidden):
            look(guarded(held, part))  # the ledger is of the whole organisation
    with pytest.raises(Forbidden):
        guarded(held, part).records.restatement_lines()
    with pytest.raises(Forbidden):
        reviewer.records.add_restatements([("policy", {})], who="Wu")
    with pytest.raises(Forbidden):
        decide(analyst, [one.id], accept=True)
    with pytest.raises(Forbidden):
        propose_event(reviewer, left, reporting=2022)
    with pytest.raises(Forbidden):
        set_policy(reviewer, BaseYearPolicy(rolling=1))
    with pytest.raises(InputRefused) as refused:
        decide(somebody(Role.REVIEWER, "Li"), [one.id], accept=True)
    assert [one.code for one in refused.value.findings] == ["restatement.own"]
    (done,) = decide(reviewer, [one.id], accept=True)
    assert (done.state, done.decided_by, done.alone) == ("accepted", "Wu", False)
    with pytest.raises(InputRefused, match="Wu has decided"):
        decide(reviewer, [one.id], accept=False, note="no")
