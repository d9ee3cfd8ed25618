"""Vehicles in plans of a running loop: charged in time, given what they need and no more, left alone else."""

import math
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from tests.workflows.estate import wattstone
from wattstone.interfaces.store.workspace import open_workspace
from wattstone.workflows.dispatch.announced import Announced, announcements
from wattstone.workflows.dispatch.site import open_site
from wattstone.workflows.live import PlanRequest, Sample, SetPoints
from wattstone.workflows.live.journal import Journal
from wattstone.workflows.live.site_ahead import WorkspaceAhead
from wattstone.workflows.live.site_planner import SitePlanner
from wattstone.workflows.live.site_view import Roles, SiteView
from wattstone.workflows.live.vehicles import Vehicles
from wattstone.workflows.workspace import Workspace

NOON, QUARTER = datetime(2026, 5, 4, 12), timedelta(minutes=15)
SITE = """
id = "park"
step_minutes = 15
horizon_hours = 6
[meters]
load = ["rest"]
[tariff]
import_rate = 0.3
[weights]
delay = 0.001
[[charger]]
id = "bay 1"
power_kw = 10
efficiency = 1.0
[[charger]]
id = "bay 2"
power_kw = 10
efficiency = 1.0
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    wattstone("init", tmp_path / "w")
    wattstone("site", tmp_path / "w", "park", "--name", "Park")
    wattstone("meter", tmp_path / "w", "rest", "--site", "park", "--kind", "electricity", "--unit", "kWh")
    (tmp_path / "w" / "sites").mkdir()
    (tmp_path / "w" / "sites" / "park.toml").write_text(SITE, encoding="utf-8")
    return open_workspace(tmp_path / "w")


def said(name: str, came: float, left: float, energy: float, *, when: float = 0.0, charger: str = "bay 1") -> Announced:
    return Announced(
        session_id=name, charger=charger, arrival=hour(came), departure=hour(left), energy=energy, said=hour(when)
    )


def hour(after: float) -> datetime:
    return NOON + timedelta(hours=after)


class Loop:
    """Planner and vehicles of the site, without links."""

    def __init__(self, workspace: Workspace) -> None:
        place = open_site(workspace, "park")
        self.journal = Journal(workspace.root / "live" / "park")
        self.vehicles = Vehicles(workspace, place, self.journal)
        meters = {one.id: one for one in workspace.records.meters()}
        view = SiteView(
            place.file.site, roles=Roles(load=("rest",)), meters={"rest": meters["rest"]},
            units={"bay 1": "kW", "bay 2": "kW"},
        )  # fmt: skip
        self.planner = SitePlanner(
            place.file, view, ahead=WorkspaceAhead(workspace, place, announced=self.vehicles.held)
        )
        self.planner.observe([Sample("rest", NOON - QUARTER * at, 900, 0.5) for at in range(96, 0, -1)])

    def plan(self, after: float) -> dict[str, np.ndarray]:
        made = self.planner.make(PlanRequest(start=hour(after), interval=QUARTER, latest={}, accepted={}))
        assert isinstance(made, SetPoints)
        return {name: np.array(values) for name, values in made.setpoints.items()}

    def does(self, after: float, power: float) -> None:
        """The charger acknowledges a power for a quarter of an hour."""
        self.planner.accepted("bay 1", power, start=hour(after), seconds=900.0)


@pytest.fixture
def loop(workspace: Workspace) -> Iterator[Loop]:
    made = Loop(workspace)
    yield made
    made.journal.abandon()


def test_a_vehicle_that_is_announced_is_in_the_next_plan(loop: Loop) -> None:
    assert np.isnan(loop.plan(0)["bay 1"]).all()  # nothing is known: it does what its fallback says

    loop.vehicles.take([said("a", 0, 3, 15.0)], hour(0))
    charge = loop.plan(0.25)["bay 1"]

    assert np.nansum(charge) / 4 == pytest.approx(15.0)
    assert np.isfinite(charge[:11]).all()  # until 15:00
    assert np.isnan(charge[11:]).all()
    assert np.isnan(loop.plan(0.25)["bay 2"]).all()


def test_what_was_given_is_not_asked_for_again(loop: Loop) -> None:
    loop.vehicles.take([said("a", 0, 3, 7.5)], hour(0))
    for after in (0, 0.25, 0.5):
        charge = loop.plan(after)["bay 1"]
        loop.does(after, float(charge[0]))

    assert charge[0] == pytest.approx(10.0)  # 7.5 kWh are three quarters at full power
    done = loop.plan(0.75)["bay 1"]
    np.testing.assert_allclose(done[:9], 0.0, atol=1e-9)  # told to stop, for its vehicle has what it needs
    assert np.isnan(done[9])


def test_a_newer_saying_begins_the_count_anew(loop: Loop) -> None:
    loop.vehicles.take([said("a", 0, 3, 10.0)], hour(0))
    loop.plan(0)
    loop.does(0, 8.0)  # 2 kWh
    assert np.nansum(loop.plan(0.25)["bay 1"]) / 4 == pytest.approx(8.0)

    loop.vehicles.take([said("a", 0, 2, 9.0, when=0.25)], hour(0.25))  # it took less than it was offered

    assert np.nansum(loop.plan(0.25)["bay 1"]) / 4 == pytest.approx(9.0)


def test_a_booking_leaves_the_charger_alone_until_it_comes(loop: Loop) -> None:
    loop.vehicles.take([said("a", 2, 4, 5.0)], hour(0))
    charge = loop.plan(0)["bay 1"]

    assert np.isnan(charge[:8]).all()
    assert np.nansum(charge[8:16]) / 4 == pytest.approx(5.0)


def test_vehicles_that_left_are_recorded_once(workspace: Workspace, loop: Loop) -> None:
    loop.vehicles.take([said("a", 0, 3, 7.5), said("b", 4, 9, 5.0, charger="bay 2")], hour(0))

    assert [loop.vehicles.record(hour(3)), loop.vehicles.record(hour(3.5))] == [1, 0]
    rows = workspace.lake.scan("sessions").collect()
    assert rows.select("session_id", "site_id", "plug_in", "plug_out", "energy").rows() == [
        ("a", "park", hour(0), hour(3), 7.5)
    ]
    assert len(announcements(workspace, "park")) == 2  # a new start knows both


def test_days_that_were_measured_speak_for_the_peak(workspace: Workspace) -> None:
    file = workspace.root / "sites" / "park.toml"
    file.write_text(SITE.replace("[weights]", "[grid]\ndemand_charge = 10\n[weights]"), encoding="utf-8")
    loop = Loop(workspace)
    loop.planner.observe([Sample("rest", NOON - QUARTER * at, 900, 0.5) for at in range(96 * 9, 96, -1)])
    loop.vehicles.take([said("a", 0, 3, 15.0)], hour(0))
    charge = loop.plan(0)["bay 1"][:12]
    loop.journal.abandon()

    # 15 kWh in three hours: spread evenly, as each kW of the month's peak costs; at once it would be 10 kW.
    assert charge.sum() / 4 == pytest.approx(15.0, abs=1e-3)
    assert charge.max() == pytest.approx(5.0, abs=0.6)
    assert loop.planner._book is not None
    assert len(loop.planner._book[1]._days) == 8  # whole days before that noon


def test_the_plan_weighs_the_spread_of_its_forecast(loop: Loop, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[object] = []
    plan = loop.planner._planner.plan
    monkeypatch.setattr(
        loop.planner._planner, "plan", lambda site, look, state: seen.append(look) or plan(site, look, state)
    )
    loop.planner.observe([Sample("rest", NOON - QUARTER, 900, math.pi)])
    loop.plan(0)

    errors = seen[0].errors  # type: ignore[attr-defined]
    assert errors.values.shape[0] == 4  # quarters of the first hour
    assert errors.weights.sum() == pytest.approx(1.0)
    assert (np.diff(errors.values, axis=1) >= 0).all()
