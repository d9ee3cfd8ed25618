"""What tests of the links share: a loop with played surroundings behind an intake, and a broker in this process."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from tests.workflows.live.play import Clocks, Stage
from wattstone.interfaces.field.intake import Intake
from wattstone.portfolio import Meter
from wattstone.workflows.live import Sample

T = TypeVar("T")
METERS = {
    "main": Meter(id="main", site_id="park", kind="electricity", unit="kWh", interval_seconds=60, declared="readings")
}
logging.getLogger("amqtt").setLevel(logging.CRITICAL)
logging.getLogger("transitions").setLevel(logging.CRITICAL)


def run(work: Coroutine[Any, Any, T], *, within: float = 30.0) -> T:
    return asyncio.run(asyncio.wait_for(work, within))


@dataclass
class Kept:
    """A journal in memory."""

    kept: list[Sample] = field(default_factory=list)
    full: bool = False

    def samples(self, samples: list[Sample], at: object) -> None:
        if self.full:
            raise OSError(28, "No space left on device")
        self.kept += samples

    @property
    def values(self) -> list[float | None]:
        return [one.value for one in self.kept]


@dataclass
class Desk:
    """An intake, and where it writes."""

    journal: Kept = field(default_factory=Kept)
    errors: list[Exception] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.intake = Intake(METERS, journal=self.journal, loop=Stage().loop, clock=Clocks(), failed=self.errors.append)


async def until(what: Any, *, within: float = 10.0) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(within):
        while not what():
            await asyncio.sleep(0.01)


class Broker:
    """An MQTT broker that can be stopped and started again on the same port."""

    def __init__(self, port: int, *, passwords: Path | None = None) -> None:
        self.port, self._passwords = port, passwords
        self._broker: Any = None

    async def start(self) -> None:
        from amqtt.broker import Broker as Amqtt

        signing: dict[str, Any] = (
            {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}}
            if self._passwords is None
            else {"amqtt.plugins.authentication.FileAuthPlugin": {"password_file": str(self._passwords)}}
        )
        config = {"listeners": {"default": {"type": "tcp", "bind": f"127.0.0.1:{self.port}"}}, "plugins": signing}
        self._broker = Amqtt(config)
        await self._broker.start()

    async def stop(self) -> None:
        if self._broker is not None:
            await self._broker.shutdown()
            self._broker = None


def free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def broker(passwords: Path | None = None) -> AsyncGenerator[Broker]:
    one = Broker(free_port(), passwords=passwords)
    await one.start()
    try:
        yield one
    finally:
        await one.stop()
