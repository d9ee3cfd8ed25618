"""The whole of it: broker, endpoint, planner, guards, Modbus, history; with links that break and clocks that jump."""

import asyncio
import json
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiomqtt
import pytest

from tests.interfaces.field.field import broker, run, until
from tests.workflows.estate import wattstone
from wattstone.base import InputRefused, WattstoneError
from wattstone.interfaces.field.clock import SystemClock
from wattstone.interfaces.field.run import SiteRun, only_one
from wattstone.interfaces.field.settings import FieldSettings, read_field_file
from wattstone.interfaces.field.simulator import SimulatedDevice, Simulator
from wattstone.interfaces.store.workspace import open_workspace
from wattstone.workflows.dispatch.site import open_site
from wattstone.workflows.live import Moment, Sample
from wattstone.workflows.live.journal import Journal
from wattstone.workflows.readings import meter_readings
from wattstone.workflows.workspace import Workspace

TOKEN = "0123456789abcdef0123"
SITE = """
id = "park"
step_minutes = 15
horizon_hours = 2

[meters]
load = ["rest"]

[tariff]
import_rate = 0.3
export_rate = 0.05

[[battery]]
id = "pack"
capacity_kwh = 10
power_kw = 4
least = 0.1
"""
FIELD = """
interval_seconds = 900
refresh_seconds = 1
commit_seconds = 600

[mqtt]
port = {mqtt}
topics = ["park/#"]
client_id = "wattstone-park"

[http]
port = 0

[state]
pack = "soc"

[[meter]]
id = "rest"
kind = "electricity"
unit = "kWh"
seconds = 900

[[meter]]
id = "soc"
kind = "state_of_charge"
unit = "1"
seconds = 60
required_within_seconds = 300

[[device]]
id = "pack"
low = -4.0
high = 4.0
fallback = "release"
expiry_seconds = 2

[device.modbus]
host = "127.0.0.1"
port = {modbus}
timeout_seconds = 0.5
setpoint = {{ address = 100, type = "int32", scale = 0.001 }}
expiry = {{ address = 102, type = "uint16" }}
"""


class Jumping(SystemClock):
    """The system's clocks, ten times as fast as they are, and the wall clock can be set."""

    def __init__(self, stop: asyncio.Event) -> None:
        super().__init__(stop)
        self.ahead, self.later = timedelta(0), 0.0
        self._began = super().now()

    def goes_on(self, other: "Jumping") -> None:
        """Show the time of another."""
        self._began = other._began

    def now(self) -> Moment:
        now = super().now()
        passed = 10 * (now.monotonic - self._began.monotonic) + self.later
        return Moment(self._began.monotonic + passed, self._began.wall + timedelta(seconds=passed) + self.ahead)

    async def wait_until(self, monotonic: float) -> bool:
        away = (monotonic - self.now().monotonic) / 10
        return await super().wait_until(super().now().monotonic + away)


@dataclass
class Field:
    """Everything round a run."""

    folder: Path
    device: SimulatedDevice = field(default_factory=lambda: SimulatedDevice(low=-4, high=4, default=-0.25))
    seen: list[dict[str, Any]] = field(default_factory=list)
    clock: Any = None

    async def open(self, stack: AsyncExitStack) -> "Field":
        self.broker = await stack.enter_async_context(broker())
        self.simulator = await stack.enter_async_context(Simulator(self.device))
        (self.folder / "w" / "sites").mkdir(exist_ok=True)
        (self.folder / "w" / "sites" / "park.toml").write_text(SITE, encoding="utf-8")
        said = FIELD.format(mqtt=self.broker.port, modbus=self.simulator.port)
        (self.folder / "field.toml").write_text(said, encoding="utf-8")
        return self

    def site(self, workspace: Workspace) -> SiteRun:
        one = SiteRun(workspace, open_site(workspace, "park"), read_field_file(self.folder / "field.toml"))
        one.clock = Jumping(one.stop)
        if self.clock is not None:
            one.clock.goes_on(self.clock)
        self.clock = one.clock
        return one

    async def publish(self, **values: float) -> None:
        """A reading of the last minute of each meter, and of the last two hours of the load."""
        now = self.clock.now().wall
        async with aiomqtt.Client("127.0.0.1", self.broker.port) as client:
            for name, value in values.items():
                back = range(8, 0, -1) if name == "rest" else range(1, 2)
                step = timedelta(minutes=15 if name == "rest" else 1)
                rows = [
                    {"meter_id": name, "start": (now - at * step).replace(tzinfo=UTC).isoformat(), "value": value}
                    for at in back
                ]
                await client.publish("park/readings", json.dumps(rows), qos=1)

    def told(self, commands: Any, health: dict[str, Any]) -> None:
        self.seen.append(health)

    def last(self, what: str) -> Any:
        return self.seen[-1][what] if self.seen else None


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setenv("WATTSTONE_FIELD_TOKEN", TOKEN)
    wattstone("init", tmp_path / "w")
    wattstone("site", tmp_path / "w", "park", "--name", "Park")
    wattstone("meter", tmp_path / "w", "rest", "--site", "park", "--kind", "electricity", "--unit", "kWh")
    return open_workspace(tmp_path / "w")


def play(workspace: Workspace, scene: Callable[[Field, SiteRun], Any]) -> tuple[Field, dict[str, Any]]:
    """Run a site while a scene is played; then stop it."""

    async def work() -> tuple[Field, dict[str, Any]]:
        async with AsyncExitStack() as stack:
            around = await Field(workspace.root.parent).open(stack)
            one = around.site(workspace)
            task = asyncio.create_task(one.run(told=around.told))
            try:
                await until(lambda: (around.last("mqtt") or {}).get("connected"), within=15)
                await scene(around, one)
            finally:
                one.stop.set()
                health = await task
            return around, health

    return run(work(), within=60)


def kept(workspace: Workspace, meter: str) -> list[float | None]:
    now = datetime.now(UTC).replace(tzinfo=None)
    rows = meter_readings(workspace, meter, now - timedelta(days=2), now + timedelta(days=2))
    return rows["value"].to_list()


def test_from_a_reading_to_a_set_point_to_the_history(workspace: Workspace) -> None:
    async def scene(around: Field, one: SiteRun) -> None:
        await until(lambda: "soc" in str(around.last("reason")))  # no reading yet: no plan
        assert around.device.written == []
        await around.publish(rest=0.5, soc=0.5)  # 2 kW
        await until(lambda: len(around.device.written) >= 3)
        assert around.last("well")

    around, health = play(workspace, scene)
    # A battery of 4 kWh above its least, before dear hours and nothing to come: it covers the load of 2 kW.
    assert around.device.written[0] == pytest.approx(-2.0, abs=0.01)
    accepted = [value for value in kept(workspace, "park.pack.accepted") if value is not None]
    assert accepted == pytest.approx(around.device.written)
    assert health["readings"]["readings"] == 9
    assert kept(workspace, "rest") == [0.5] * 8
    assert kept(workspace, "soc") == [0.5]


def test_a_broken_link_returns_the_device_to_its_default_and_mends(workspace: Workspace) -> None:
    async def scene(around: Field, one: SiteRun) -> None:
        await around.publish(rest=0.5, soc=0.5)
        await until(lambda: bool(around.device.written))
        await around.simulator.stop()
        await until(lambda: (around.last("links") or {})["pack"]["failing"] >= 2)
        await until(lambda: around.device.expired)
        assert around.device.value == -0.25
        await around.simulator.start()
        await until(lambda: not around.device.expired)
        await until(lambda: around.last("well"))

    play(workspace, scene)
    gaps = [value for value in kept(workspace, "park.pack.accepted") if value is None]
    assert len(gaps) >= 2


def test_silence_of_the_meters_returns_the_device_to_its_default(workspace: Workspace) -> None:
    async def scene(around: Field, one: SiteRun) -> None:
        await around.publish(rest=0.5, soc=0.5)
        await until(lambda: bool(around.device.written))
        around.clock.later = 400.0  # on both clocks: time passes
        await until(lambda: "stale" in str(around.last("reason")))
        await until(lambda: around.device.expired)
        assert around.device.value == -0.25

    play(workspace, scene)


@pytest.mark.parametrize("hours", [6, -6])
def test_a_clock_jump_never_leads_to_a_stale_plan(workspace: Workspace, hours: int) -> None:
    async def scene(around: Field, one: SiteRun) -> None:
        await around.publish(rest=0.5, soc=0.5)
        await until(lambda: bool(around.device.written))
        around.clock.ahead = timedelta(hours=hours)
        await until(lambda: around.last("jumps") == 1)
        assert not around.last("well")  # what was read before is too old, or stamped in the future
        await around.publish(rest=0.5, soc=0.5)
        await until(lambda: around.last("well"))
        assert around.last("steps") < 600  # nothing was made up for

    play(workspace, scene)


def test_a_killed_run_is_followed_by_one_that_knows_what_was_read(workspace: Workspace) -> None:
    """Killed between two steps: nothing is closed, nothing committed."""

    async def work() -> None:
        async with AsyncExitStack() as stack:
            around = await Field(workspace.root.parent).open(stack)
            one = around.site(workspace)

            def kill(commands: Any, health: dict[str, Any]) -> None:
                """Between two steps: what a step tells comes after all that it writes down."""
                around.told(commands, health)
                if len(around.device.written) >= 2:
                    task.cancel()

            task = asyncio.create_task(one.run(told=kill))
            await until(lambda: (around.last("mqtt") or {}).get("connected"), within=15)
            await around.publish(rest=0.5, soc=0.5)
            with pytest.raises(asyncio.CancelledError):
                await task
            before = len(around.device.written)
            again = around.site(workspace)
            again.clock.later = 5.0  # a new process, in a step of its own: the history holds one value of a step
            task = asyncio.create_task(again.run(told=around.told))
            await until(lambda: len(around.device.written) > before)  # without a new reading
            again.stop.set()
            await task
            accepted = [value for value in kept(workspace, "park.pack.accepted") if value is not None]
            assert accepted == pytest.approx(around.device.written)

    run(work(), within=60)


def test_one_process_steers_a_site(workspace: Workspace) -> None:
    folder = workspace.root / "live" / "park"
    with only_one(folder), pytest.raises(WattstoneError, match="another process"), only_one(folder):
        pass


def test_the_command_shows_and_takes_one_step(workspace: Workspace) -> None:
    now = datetime.now(UTC).replace(tzinfo=None)
    past = [Sample("rest", now - at * timedelta(minutes=15), 900, 0.5) for at in range(8, 0, -1)]

    async def work() -> tuple[Any, Any, Any, list[float]]:
        async with AsyncExitStack() as stack:
            around = await Field(workspace.root.parent).open(stack)
            files = ("park", "--field", around.folder / "field.toml")

            def command(*options: str) -> Any:
                return wattstone("dispatch", "run", workspace.root, *files, *options, "--json").json

            before = await asyncio.to_thread(command, "--dry-run")
            journal = Journal(workspace.root / "live" / "park")
            journal.samples([*past, Sample("soc", now - timedelta(minutes=1), 60, 0.5)], now)
            journal.close_segment()
            once = await asyncio.to_thread(command, "--once")
            written = list(around.device.written)
            dry = await asyncio.to_thread(command, "--dry-run")
            assert around.device.written == written
            return before, once, dry, written

    before, once, dry, written = run(work(), within=60)
    assert (before["commands"][0]["source"], before["commands"][0]["value"]) == ("release", None)
    assert "no reading yet" in before["health"]["reason"]
    for said in (once, dry):
        assert said["commands"][0]["source"] == "plan"
        assert said["commands"][0]["value"] == pytest.approx(-2.0, abs=0.01)
    assert written == pytest.approx([once["commands"][0]["value"]], abs=0.001)
    assert kept(workspace, "park.pack.accepted") == pytest.approx(written)


WRONG = {
    "refresh_seconds = 1": ("refresh_seconds = 7", "field.timing"),
    "expiry_seconds = 2": ("expiry_seconds = 1", "field.expiry"),
    "high = 4.0": ("high = -5.0", "field.limits"),
    'expiry = { address = 102, type = "uint16" }': ("", "field.no_expiry"),
    'type = "int32", scale = 0.001': ('type = "int16", scale = 0.0001', "field.register"),
    "[http]": ('[http]\nhost = "0.0.0.0"', "field.plain"),
    'client_id = "wattstone-park"': ('client_id = "a"\nhost = "broker.example"\ntls = false', "field.plain"),
    'unit = "kWh"': ('unit = "horse"', "field.unit"),
    'id = "rest"': ('id = "soc"', "field.twice"),
    "low = -4.0": ("low = nan", "field.invalid"),
    "[state]": ("[mirrors]", "field.invalid"),
    "interval_seconds = 900": ("interval_seconds 900", "field.unreadable"),
}


@pytest.mark.parametrize("line", WRONG)
def test_a_field_file_that_cannot_work_is_refused(line: str, tmp_path: Path) -> None:
    text = FIELD.format(mqtt=1883, modbus=502)
    assert line in text
    wrong, code = WRONG[line]
    path = tmp_path / "field.toml"
    path.write_text(text.replace(line, wrong), encoding="utf-8")
    with pytest.raises(InputRefused) as refused:
        read_field_file(path)
    assert code in {one.code for one in refused.value.findings}
    assert all(one.text() for one in refused.value.findings)


def test_the_field_file_is_whole() -> None:
    assert FieldSettings.model_fields.keys() >= {"mqtt", "http", "state", "meter", "device"}


def test_a_vehicle_that_is_announced_is_charged(workspace: Workspace) -> None:
    """Over HTTP and the broker: the next plan charges it, and a new start still knows it."""

    async def work() -> None:
        async with AsyncExitStack() as stack:
            around = await Field(workspace.root.parent).open(stack)
            site = SITE.split("[[battery]]")[0] + '[weights]\ndelay = 0.001\n[[charger]]\nid = "bay 1"\npower_kw = 4\n'
            (workspace.root / "sites" / "park.toml").write_text(site, encoding="utf-8")
            links = FIELD.format(mqtt=around.broker.port, modbus=around.simulator.port)
            links = links.replace('[state]\npack = "soc"\n', "").replace('id = "pack"', 'id = "bay 1"')
            (around.folder / "field.toml").write_text(links.replace("interval_seconds = 900", "interval_seconds = 5"))
            one = around.site(workspace)
            task = asyncio.create_task(one.run(told=around.told))
            await until(lambda: (around.last("mqtt") or {}).get("connected"), within=15)
            await around.publish(rest=0.5, soc=0.5)
            await until(lambda: around.last("plans"))
            assert around.device.written == []  # of whose vehicle nothing is known
            now = around.clock.now().wall.replace(tzinfo=UTC)
            said = {
                "session_id": "1", "charger": "bay 1", "at": now.isoformat(), "arrival": now.isoformat(),
                "departure": (now + timedelta(hours=3)).isoformat(), "energy_kwh": 6.0,
            }  # fmt: skip
            async with aiomqtt.Client("127.0.0.1", around.broker.port) as client:
                await client.publish("park/sessions", json.dumps({"sessions": [said]}), qos=1)
            await until(lambda: bool(around.device.written), within=20)
            assert around.device.written[-1] == pytest.approx(4.0)
            assert around.last("readings")["sessions"] == 1
            one.stop.set()
            await task
            again = around.site(workspace)
            commands, _ = await again.look()
            assert commands[0].value == pytest.approx(4.0)

    run(work(), within=90)
