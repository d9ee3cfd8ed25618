"""Readings over a real broker: taken, refused, through a link that breaks, and never acknowledged unwritten."""

import asyncio
import json
from pathlib import Path
from typing import Any

import aiomqtt
import pytest

from tests.interfaces.field.field import Broker, Desk, broker, run, until
from wattstone.base import InputRefused
from wattstone.interfaces.field.mqtt import MqttSource, stopped
from wattstone.interfaces.field.settings import Mqtt

TOPIC = "park/readings"
NAMED = {"username_env": "FIELD_USER", "password_env": "FIELD_PASSWORD"}


def settings(of: Broker, **said: Any) -> Mqtt:
    return Mqtt(**{"port": of.port, "topics": (f"{TOPIC}/#",), "client_id": "wattstone-park", **said})


def reading(minute: int, value: float = 1.0) -> str:
    return json.dumps({"meter_id": "main", "start": f"2026-05-01T10:{minute:02d}:00Z", "value": value})


@pytest.fixture
def passwords(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The broker's password file; the environment holds the same."""
    from pwdlib import PasswordHash

    file = tmp_path / "passwords"
    file.write_text(f"park:{PasswordHash.recommended().hash('correct horse')}\n", encoding="utf-8")
    monkeypatch.setenv("FIELD_USER", "park")
    monkeypatch.setenv("FIELD_PASSWORD", "correct horse")
    return file


async def publish(to: Broker, *payloads: str) -> None:
    async with aiomqtt.Client("127.0.0.1", to.port, username="park", password="correct horse") as client:
        for payload in payloads:
            await client.publish(f"{TOPIC}/main", payload, qos=1)


def test_readings_arrive_and_bad_messages_are_told_without_harm() -> None:
    async def work() -> None:
        desk = Desk()
        async with broker() as one:
            task = asyncio.create_task((source := MqttSource(settings(one), desk.intake)).run())
            await until(lambda: source.connected)
            await publish(one, reading(1, 1.0), "{", reading(2, 2.0))
            await until(lambda: len(desk.journal.kept) == 2)
            assert desk.journal.values == [1.0, 2.0]
            assert desk.intake.counts == {"messages": 2, "readings": 2, "refused": 1}
            assert desk.intake.as_dict()["findings"][0]["place"] == f"topic '{TOPIC}/main'"
            await stopped(task)
            assert not source.connected

    run(work())


def test_the_link_is_made_anew_after_the_broker_went_away() -> None:
    async def work() -> None:
        desk = Desk()
        async with broker() as one:
            source = MqttSource(settings(one), desk.intake, first_wait=0.05)
            task = asyncio.create_task(source.run())
            await until(lambda: source.connected)
            await one.stop()
            await until(lambda: not source.connected)
            await until(lambda: bool(source.error))
            await one.start()
            await until(lambda: source.connected)
            await publish(one, reading(3, 3.0))
            await until(lambda: desk.journal.values == [3.0])
            await stopped(task)

    run(work())


def test_a_broker_that_is_not_there_yet_is_waited_for() -> None:
    async def work() -> None:
        desk = Desk()
        async with broker() as one:
            await one.stop()
            source = MqttSource(settings(one), desk.intake, first_wait=0.05)
            task = asyncio.create_task(source.run())
            await until(lambda: bool(source.error))
            await one.start()
            await until(lambda: source.connected)
            await stopped(task)

    run(work())


def test_what_is_published_while_nobody_listens_is_delivered_afterwards(passwords: Path) -> None:
    async def work() -> None:
        desk = Desk()
        async with broker(passwords) as one:  # this broker keeps no session for who has no name
            source = MqttSource(settings(one, **NAMED), desk.intake, first_wait=0.05)
            task = asyncio.create_task(source.run())
            await until(lambda: source.connected)
            await stopped(task)
            await publish(one, reading(4, 4.0), reading(5, 5.0))
            task = asyncio.create_task(source.run())
            await until(lambda: len(desk.journal.kept) == 2)
            assert desk.journal.values == [4.0, 5.0]
            await stopped(task)

    run(work())


def test_the_credentials_come_from_the_environment(passwords: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def work() -> tuple[bool, str]:
        async with broker(passwords) as one:
            source = MqttSource(settings(one, **NAMED), Desk().intake)
            task = asyncio.create_task(source.run())
            await until(lambda: source.connected or bool(source.error))
            told = (source.connected, source.error)
            await stopped(task)
            return told

    assert run(work()) == (True, "")
    monkeypatch.setenv("FIELD_PASSWORD", "wrong horse")
    refused, error = run(work())
    assert not refused
    assert "horse" not in error


def test_a_credential_that_the_environment_lacks_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FIELD_PASSWORD", raising=False)
    said = Mqtt(topics=("a",), client_id="b", password_env="FIELD_PASSWORD")
    with pytest.raises(InputRefused) as refused:
        MqttSource(said, Desk().intake)
    assert "FIELD_PASSWORD" in refused.value.findings[0].text()
