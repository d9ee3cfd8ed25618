"""Announced vehicles over the wire: taken wholly, once, in any order; refused with everything that is wrong."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import aiomqtt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.interfaces.field.field import Kept, broker, run, until
from tests.interfaces.field.test_http import TOKEN, answer, request
from tests.workflows.estate import wattstone
from tests.workflows.live.play import Clocks, Stage
from wattstone.base import InputRefused
from wattstone.interfaces.field.http import HttpEndpoint
from wattstone.interfaces.field.intake import Intake
from wattstone.interfaces.field.mqtt import MqttSource, stopped
from wattstone.interfaces.field.sessions import parse_sessions
from wattstone.interfaces.field.settings import Http, Mqtt
from wattstone.interfaces.store.workspace import open_workspace
from wattstone.workflows.dispatch.announced import Announced, announcements
from wattstone.workflows.dispatch.site import open_site
from wattstone.workflows.live.journal import Journal
from wattstone.workflows.live.vehicles import Vehicles
from wattstone.workflows.workspace import Workspace

GOOD = {
    "session_id": "7",
    "charger": "bay 1",
    "at": "2026-05-01T10:00:00+02:00",
    "arrival": "2026-05-01T09:55:00+02:00",
    "departure": "2026-05-01T17:00:00+02:00",
    "energy_kwh": 18.5,
}
MEANT = Announced(
    session_id="7",
    charger="bay 1",
    arrival=datetime(2026, 5, 1, 7, 55),
    departure=datetime(2026, 5, 1, 15),
    energy=18.5,
    said=datetime(2026, 5, 1, 8),
)
SITE = """
id = "park"
[meters]
load = ["rest"]
[tariff]
import_rate = 0.3
[[charger]]
id = "bay 1"
power_kw = 11
[[charger]]
id = "bay 2"
power_kw = 11
"""


def parse(content: Any) -> list[Announced]:
    return parse_sessions(json.dumps(content).encode(), {"bay 1", "bay 2"}, place="test")


@pytest.mark.parametrize("content", [GOOD, [GOOD], {"sessions": [GOOD]}])
def test_a_message_is_one_session_or_several(content: object) -> None:
    assert parse(content) == [MEANT]


@pytest.mark.parametrize(
    "wrong",
    [
        {"charger": "bay 9"},
        {"charger": ["bay 1"]},
        {"departure": "2026-05-01T09:00:00+02:00"},  # before it arrives
        {"departure": GOOD["arrival"]},
        {"departure": "2026-08-01T09:00:00+02:00"},
        {"departure": "2026-05-01T17:00:00"},
        {"arrival": "soon"},
        {"at": 7},
        {"energy_kwh": -1},
        {"energy_kwh": "18"},
        {"energy_kwh": None},
        {"energy_kwh": 10**400},
        {"power_kw": 0},
        {"session_id": ""},
        {"session_id": 7},
        {"user": "me"},
    ],
)
def test_a_session_that_cannot_be_right_is_refused_once(wrong: dict[str, Any]) -> None:
    with pytest.raises(InputRefused) as refused:
        parse([GOOD, {**GOOD, **wrong}])
    assert [one.place for one in refused.value.findings] == ["test, session 2"]
    assert refused.value.findings[0].text()


def test_all_that_is_wrong_is_told_at_once() -> None:
    late = {**GOOD, "charger": "bay 9", "departure": "2026-05-01T09:00:00+02:00", "energy_kwh": -1}
    with pytest.raises(InputRefused) as refused:
        parse([late, {}, 7, GOOD])
    places = [one.place for one in refused.value.findings]
    assert [places.count(f"test, session {number}") for number in (1, 2, 3, 4)] == [3, 6, 1, 0]
    assert "before it arrives" in str(refused.value)


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(),
        lambda x: st.lists(x) | st.dictionaries(st.sampled_from([*GOOD, "sessions", "x"]), x),
    )
)
def test_whatever_arrives_is_taken_or_refused(content: Any) -> None:
    with suppress(InputRefused):
        assert parse(content)


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setenv("WATTSTONE_FIELD_TOKEN", TOKEN)
    wattstone("init", tmp_path / "w")
    wattstone("site", tmp_path / "w", "park", "--name", "Park")
    wattstone("meter", tmp_path / "w", "rest", "--site", "park", "--kind", "electricity", "--unit", "kWh")
    (tmp_path / "w" / "sites").mkdir()
    (tmp_path / "w" / "sites" / "park.toml").write_text(SITE, encoding="utf-8")
    return open_workspace(tmp_path / "w")


@pytest.fixture
def desk(workspace: Workspace) -> Iterator[tuple[Intake, Vehicles, list[Exception]]]:
    """An intake of a site with two chargers."""
    journal, errors = Journal(workspace.root / "live" / "park"), list[Exception]()
    vehicles = Vehicles(workspace, open_site(workspace, "park"), journal)
    yield (
        Intake({}, journal=Kept(), loop=Stage().loop, clock=Clocks(), failed=errors.append, vehicles=vehicles),
        vehicles,
        errors,
    )
    journal.abandon()


def ask(intake: Intake, *contents: Any, path: str = "/sessions") -> list[tuple[int, dict[str, Any]]]:
    async def work() -> list[tuple[int, dict[str, Any]]]:
        async with HttpEndpoint(Http(port=0), intake, health=intake.as_dict) as endpoint:
            reader, writer = await asyncio.open_connection("127.0.0.1", endpoint.port)
            answers: list[tuple[int, dict[str, Any]]] = []
            for one in contents:
                writer.write(request("POST", path, json.dumps(one).encode()))
                answers.append(await answer(reader))
            writer.close()
            return answers

    return run(work())


def test_over_http_a_session_is_kept_once_and_the_newest_saying_holds(workspace: Workspace, desk: Any) -> None:
    intake, vehicles, _ = desk
    later = {**GOOD, "at": "2026-05-01T12:00:00+02:00", "energy_kwh": 9.0}

    answers = ask(intake, GOOD, GOOD, later, GOOD)

    assert answers == [
        (202, {"sessions": 1, "new": 1}),
        (202, {"sessions": 1, "new": 0}),  # the same again
        (202, {"sessions": 1, "new": 1}),
        (202, {"sessions": 1, "new": 0}),  # older than what is known: out of order
    ]
    assert [one.energy for one in vehicles.held.all()] == [9.0]
    assert announcements(workspace, "park").all() == vehicles.held.all()  # what a new start would know


def test_over_http_bad_sessions_change_nothing(workspace: Workspace, desk: Any) -> None:
    intake, vehicles, _ = desk
    ask(intake, GOOD)
    before = (workspace.root / "live" / "park" / "sessions.json").read_bytes()

    early = {**GOOD, "session_id": "8", "departure": "2026-05-01T09:00:00+02:00"}
    ((status, content),) = ask(intake, [{**GOOD, "session_id": "9"}, early, {**early, "charger": "bay 9"}])

    assert status == 422
    assert [one["place"] for one in content["findings"]] == [
        "POST /sessions, session 2",
        "POST /sessions, session 3",
        "POST /sessions, session 3",
    ]
    assert (workspace.root / "live" / "park" / "sessions.json").read_bytes() == before
    assert len(vehicles.held) == 1
    assert ask(intake, GOOD, path="/readings")[0][0] == 422  # a session is no reading
    assert intake.as_dict()["refused"] == 2


def test_over_mqtt_sessions_come_beside_readings(desk: Any) -> None:
    intake, vehicles, _ = desk

    async def work() -> None:
        async with broker() as one:
            settings = Mqtt(port=one.port, topics=("park/#",), client_id="wattstone-park")
            task = asyncio.create_task((source := MqttSource(settings, intake)).run())
            await until(lambda: source.connected)
            async with aiomqtt.Client("127.0.0.1", one.port) as client:
                wrong = {**GOOD, "charger": "bay 9"}
                for rows in ([GOOD], [GOOD], [wrong], [{**GOOD, "session_id": "8", "charger": "bay 2"}]):
                    await client.publish("park/sessions", json.dumps({"sessions": rows}), qos=1)
            await until(lambda: len(vehicles.held) == 2 and intake.counts["refused"] == 1)
            await stopped(task)

    run(work())
    assert [one.session_id for one in vehicles.held.all()] == ["7", "8"]
    assert intake.counts["sessions"] == 3


def test_a_site_without_chargers_takes_no_sessions() -> None:
    intake = Intake({}, journal=Kept(), loop=Stage().loop, clock=Clocks(), failed=lambda _: None)
    with pytest.raises(InputRefused, match="there is no charger"):
        intake.take(json.dumps({"sessions": [GOOD]}).encode(), place="test")


def test_a_disk_that_is_full_is_told_and_nothing_is_planned_on(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    intake, vehicles, errors = desk

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Journal, "sessions", full)
    ((status, _),) = ask(intake, GOOD)
    assert status == 507
    assert (len(vehicles.held), len(errors)) == (0, 1)
