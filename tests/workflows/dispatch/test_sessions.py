"""Which vehicle stands at which charger: recorded ones at the first that is free, announced ones where they said."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from tests.workflows.estate import wattstone
from wattstone.dispatch.outlook import tasks_of
from wattstone.interfaces.store.workspace import open_workspace
from wattstone.readings import Extra
from wattstone.readings.schema import SESSIONS
from wattstone.workflows.dispatch.announced import Announced, Announcements, keep_announcements
from wattstone.workflows.dispatch.sessions import sessions_of, unplaced
from wattstone.workflows.dispatch.site import DispatchSite, open_site
from wattstone.workflows.ingest.extras import keep_extra
from wattstone.workflows.workspace import Workspace

DAY = datetime(2026, 3, 28)
SITE = """
id = "park"
zone = "Europe/Oslo"
[meters]
load = ["rest"]
[tariff]
import_rate = 0.3
[[charger]]
id = "fast"
power_kw = 20
efficiency = 0.9
[[charger]]
id = "slow"
power_kw = 4
efficiency = 1.0
"""
Row = tuple[str, float, float, float | None]  # name, hours of arrival and departure, energy [kWh]


@pytest.fixture
def park(tmp_path: Path) -> Callable[[Sequence[Row]], tuple[Workspace, DispatchSite]]:
    """A site with two chargers and some sessions."""

    def made(rows: Sequence[Row]) -> tuple[Workspace, DispatchSite]:
        wattstone("init", tmp_path / "w")
        wattstone("site", tmp_path / "w", "park", "--name", "Park")
        wattstone("meter", tmp_path / "w", "rest", "--site", "park", "--kind", "electricity", "--unit", "kWh")
        (tmp_path / "w" / "sites").mkdir()
        (tmp_path / "w" / "sites" / "park.toml").write_text(SITE, encoding="utf-8")
        workspace = open_workspace(tmp_path / "w")
        told = [(name, "park", None, at(came), at(left), energy) for name, came, left, energy in rows]
        frame = pl.DataFrame(told, schema=SESSIONS, orient="row")
        keep_extra(workspace.lake, "sessions", Extra(name="test", key="sha256:0", read=lambda: frame))
        return workspace, open_site(workspace, "park")

    return made


def at(hours: float) -> datetime:
    return DAY + timedelta(hours=hours)


def placed(place: tuple[Workspace, DispatchSite], first: float = 0, last: float = 72) -> dict[str, str]:
    found, _ = sessions_of(*place, start=at(first), end=at(last))
    return {one.name: one.charger for one in found}


def test_each_takes_the_first_that_is_free_and_a_departure_frees_at_once(park: Callable) -> None:
    place = park([("a", 8, 12, 5), ("b", 9, 10, 4), ("c", 10, 11, 3), ("d", 12, 13, 2), ("e", 12, 14, 2)])

    # b comes while a is there; c comes as b leaves, d as a leaves, e as c has left.
    assert placed(place) == {"a": "fast", "b": "slow", "c": "slow", "d": "fast", "e": "slow"}


def test_more_vehicles_than_chargers_are_counted_and_told(park: Callable) -> None:
    place = park([("a", 8, 12, 5), ("b", 8, 12, 5), ("c", 9, 10, 5), ("d", 11, 13, 5), ("e", 12, 13, 5)])
    found, homeless = sessions_of(*place, start=at(0), end=at(24))

    assert ([one.name for one in found], homeless) == (["a", "b", "e"], 2)
    (told,) = unplaced(place[1], homeless)
    assert "2 charging sessions find no free charger" in told.text()


def test_what_a_charger_cannot_have_given_is_cut_and_losses_are_taken_off(park: Callable) -> None:
    place = park([("a", 8, 9, 30.0), ("b", 8, 10, 30.0)])
    found, _ = sessions_of(*place, start=at(0), end=at(24))

    # 20 kW for an hour, of which 9 tenths get in; 4 kW for two hours, without loss.
    assert [one.energy for one in found] == pytest.approx([18.0, 8.0])


def test_a_vehicle_stays_at_its_charger_while_plans_are_renewed(park: Callable) -> None:
    place = park([("a", 8, 12, 5), ("b", 9, 20, 5)])

    assert placed(place, 10)["b"] == placed(place, 13)["b"] == "slow"  # though `a` has left by then


def test_the_hour_that_the_clock_skips_or_repeats_is_no_hour_of_a_session(park: Callable) -> None:
    # In Oslo, 29 March 2026 has no hour from 2 to 3: 23:30 to 04:30 on the wall are 4 h.
    night = park([("a", 22.5, 26.5, 100.0)])
    (one,), _ = sessions_of(*night, start=at(0), end=at(48))

    assert one.energy == pytest.approx(4 * 20 * 0.9)


def test_records_that_make_no_sense_take_no_charger(park: Callable) -> None:
    place = park([("a", 9, 8, 5.0), ("b", 8.5, 10, 5.0), ("c", 8, 12, None)])
    found, homeless = sessions_of(*place, start=at(0), end=at(24))
    tasks, told = tasks_of(place[1].file.site, found, start=at(0), hours=0.25)

    assert homeless == 0
    assert [(one.name, one.device) for one in tasks] == [("b", "slow")]
    assert sorted(one.code for one in told) == ["dispatch.session_energy", "dispatch.session_order"]


def said(name: str, charger: str, came: float, left: float, energy: float = 10.0, *, when: float = 0.0) -> Announced:
    return Announced(
        session_id=name, charger=charger, arrival=at(came), departure=at(left), energy=energy, said=at(when)
    )


def test_announced_vehicles_stand_where_they_said_and_others_beside_them(park: Callable) -> None:
    workspace, place = park([("a", 8, 12, 5), ("x", 8, 12, 99)])
    keep_announcements(workspace, "park", Announcements([said("x", "fast", 8, 11), said("y", "slow", 13, 14, when=7)]))

    assert placed((workspace, place)) == {"a": "slow", "x": "fast", "y": "slow"}
    before, _ = sessions_of(workspace, place, start=at(6), end=at(24), known=at(6))
    assert [one.name for one in before] == ["x"]  # y was not said yet


def test_who_comes_next_shows_that_who_was_there_has_left() -> None:
    held = Announcements([said("a", "fast", 8, 18), said("b", "fast", 12, 17)])

    assert [(one.session_id, one.departure) for one in held.between(at(0), at(24))] == [("a", at(12)), ("b", at(17))]
    assert [one.session_id for one in held.between(at(13), at(24))] == ["b"]


def test_the_later_saying_holds_whichever_comes_first() -> None:
    first, later = said("a", "fast", 8, 18, 20.0, when=8), said("a", "fast", 8, 15, 5.0, when=10)
    for order in ([first, later], [later, first], [later, first, later, first]):
        held = Announcements()
        changed = [len(held.take([one])) for one in order]
        assert held.all() == (later,)
        assert sum(changed) <= 2
