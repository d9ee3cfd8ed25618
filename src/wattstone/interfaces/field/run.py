"""One site's live loop with its links: opened, watched, closed in order, whatever ends it."""

import asyncio
import logging
import os
import signal
from collections.abc import Callable, Generator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from wattstone.base import WattstoneError
from wattstone.interfaces.field.clock import SystemClock
from wattstone.interfaces.field.http import HttpEndpoint
from wattstone.interfaces.field.intake import Intake
from wattstone.interfaces.field.modbus import ModbusActuator
from wattstone.interfaces.field.mqtt import MqttSource, stopped
from wattstone.interfaces.field.settings import FieldSettings
from wattstone.workflows.dispatch.announced import Announcements, announcements
from wattstone.workflows.dispatch.site import DispatchSite
from wattstone.workflows.live import Command, LiveLoop, NoPlan, Outcome, PlanRequest, Sample, SetPoints
from wattstone.workflows.live.history import History, arrived
from wattstone.workflows.live.journal import Journal
from wattstone.workflows.live.ports import Actuator, Log
from wattstone.workflows.live.site_ahead import WorkspaceAhead
from wattstone.workflows.live.site_guard import SiteGuard
from wattstone.workflows.live.site_planner import KEPT, SitePlanner
from wattstone.workflows.live.site_view import Roles, SiteView
from wattstone.workflows.live.vehicles import Vehicles
from wattstone.workflows.workspace import Workspace

LOG = logging.getLogger("wattstone.field")
_ONE_STEP = 300.0  # s that a plan may take where one step is all there is: the forecasts learn from the start
Told = Callable[[tuple[Command, ...], dict[str, Any]], None]
"""Told what was commanded in a step, and how the loop fares."""


class ThreadedPlanner:
    """A planner that works beside the event loop; a plan that is not there in time is none.

    Parameters
    ----------
    planner : SitePlanner
        Makes the plans.
    seconds : float
        How long the loop waits for one. [s]
    """

    def __init__(self, planner: SitePlanner, *, seconds: float) -> None:
        self._planner, self._seconds = planner, seconds
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="plan")
        self._running: asyncio.Future[SetPoints | NoPlan] | None = None

    def observe(self, samples: Sequence[Sample]) -> None:
        """Readings as they arrive."""
        self._planner.observe(samples)

    def accepted(self, device: str, value: float, *, start: datetime, seconds: float) -> None:
        """What a device acknowledged."""
        self._planner.accepted(device, value, start=start, seconds=seconds)

    def adjusted(
        self, wanted: Mapping[str, float], *, start: datetime, latest: Mapping[str, Sample]
    ) -> Mapping[str, float]:
        """Set-points as the meters ask for them now."""
        return self._planner.adjusted(wanted, start=start, latest=latest)

    async def plan(self, request: PlanRequest) -> SetPoints | NoPlan:
        """A plan, or why there is none."""
        if self._running is not None and not self._running.done():
            return NoPlan("the planner is still busy with the plan before")
        self._running = asyncio.get_running_loop().run_in_executor(self._thread, self._planner.make, request)
        try:
            return await asyncio.wait_for(asyncio.shield(self._running), self._seconds)
        except TimeoutError:
            return NoPlan(f"the planner took more than {self._seconds:g} s")

    def close(self) -> None:
        """Start nothing more."""
        self._thread.shutdown(wait=False, cancel_futures=True)


@dataclass
class _Dry:
    """Neither writes nor notes anything."""

    async def write(self, commands: Sequence[Command]) -> Sequence[Outcome]:
        return [Outcome(one.device.id) for one in commands]

    def commanded(self, commands: Sequence[Command], at: datetime) -> None:
        pass

    def done(self, commands: Sequence[Command], outcomes: Sequence[Outcome], at: datetime) -> None:
        pass

    def event(self, what: str, note: str, at: datetime) -> None:
        LOG.info("%s: %s", what, note)


@dataclass
class SiteRun:
    """A site's loop, put together.

    Parameters
    ----------
    workspace : Workspace
        Where readings and set-points are kept.
    place : DispatchSite
        What is planned.
    links : FieldSettings
        Links and devices.
    """

    workspace: Workspace
    place: DispatchSite
    links: FieldSettings
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    http_port: int = 0
    error: Exception | None = None
    kept: dict[str, Any] = field(default_factory=dict[str, Any])

    def __post_init__(self) -> None:
        """Fit site and links together; what does not fit is refused here."""
        site_id = self.place.place.id
        self.settings = self.links.live(site_id)
        self.meters = self.links.arriving(site_id)
        units = {one.id: one.unit for one in self.settings.devices}
        said = self.place
        systems = [one.id for one in said.file.site.pv]
        roles = Roles(
            load=tuple(one.id for one in said.load),
            minus=tuple(one.id for one in said.minus),
            pv={name: tuple(one.id for one in group) for name, group in zip(systems, said.pv, strict=True)},
            buildings={
                one.id: {
                    **dict.fromkeys((m.id for m in group.load), 1.0),
                    **dict.fromkeys((m.id for m in group.minus), -1.0),
                }
                for one, group in zip(said.file.site.buildings, said.buildings, strict=True)
            },
            state=self.links.state,
        )
        self.view = SiteView(said.file.site, roles=roles, meters=self.meters, units=units)
        self.folder = self.workspace.root / "live" / site_id
        hold = max(one.expiry for one in self.settings.devices).total_seconds() / 3600
        self.guard = SiteGuard(self.view, hold=hold, stale_after=self.links.plan_age_seconds)
        self.clock = SystemClock(self.stop)

    async def look(self) -> tuple[tuple[Command, ...], dict[str, Any]]:
        """What would be written now; nothing is opened, written or noted."""
        held = announcements(self.workspace, self.place.place.id)
        loop, planner = self._loop(_Dry(), _Dry(), held, patience=_ONE_STEP)
        try:
            return await loop.step(self.clock.now()), loop.health.as_dict()
        finally:
            planner.close()

    async def once(self) -> tuple[tuple[Command, ...], dict[str, Any]]:
        """One step on what the lake holds; the set-points hold until they expire."""
        with only_one(self.folder):
            journal = Journal(self.folder)
            history = History(self.workspace, journal, self.settings, self.meters)
            await self._keep(history)
            actuator = ModbusActuator({one.id: one.modbus for one in self.links.device})
            held = announcements(self.workspace, self.place.place.id)
            loop, planner = self._loop(actuator, journal, held, patience=_ONE_STEP)
            try:
                commands = await loop.step(self.clock.now())
                kept = await self._keep(history)
                return commands, {**loop.health.as_dict(), "history": kept}
            finally:
                planner.close()
                await actuator.close()
                journal.abandon()

    async def run(self, *, steps: int | None = None, told: Told | None = None, signals: bool = False) -> dict[str, Any]:
        """Run until stopped, then give the devices back; return how the loop fared.

        Parameters
        ----------
        steps : int or None
            How many steps at most.
        told : callable or None
            Told what was commanded in each step.
        signals : bool
            Stop on SIGINT and SIGTERM.

        Raises
        ------
        InputRefused
            If a credential or certificate is missing.
        WattstoneError
            If another process runs this site.
        OSError
            If nothing can be written down any more.
        """
        async with AsyncExitStack() as stack:
            stack.enter_context(only_one(self.folder))
            journal = Journal(self.folder)
            stack.callback(journal.abandon)
            history = History(self.workspace, journal, self.settings, self.meters)
            await self._keep(history)
            actuator = ModbusActuator({one.id: one.modbus for one in self.links.device})
            stack.push_async_callback(actuator.close)
            vehicles = Vehicles(self.workspace, self.place, journal)
            loop, planner = self._loop(actuator, journal, vehicles.held)
            stack.callback(planner.close)
            health = await self._open_links(stack, loop, journal, vehicles)
            if signals:
                stack.enter_context(self._stopped_by_signals())
            task = asyncio.create_task(self._keep_on(history, vehicles))
            stack.push_async_callback(stopped, task)
            await loop.run(
                self.clock, steps=steps, told=None if told is None else lambda commands: told(commands, health())
            )
            await self._keep(history, vehicles)
            if self.error is not None:
                raise self.error
            return health()

    def _loop(
        self, actuator: Actuator, log: Log, held: Announcements, *, patience: float = 0.0
    ) -> tuple[LiveLoop, ThreadedPlanner]:
        ahead = WorkspaceAhead(self.workspace, self.place, announced=held)
        making = SitePlanner(self.place.file, self.view, ahead=ahead)
        planner = ThreadedPlanner(making, seconds=max(patience, self.links.plan_timeout_seconds))
        loop = LiveLoop(self.settings, planner=planner, guard=self.guard, actuator=actuator, log=log)
        loop.take(self._past(), self.clock.now())
        return loop, planner

    def _past(self) -> list[Sample]:
        """What the lake knows of the site: to forecast from, and so that a new start need not wait for readings."""
        now = self.clock.now().wall
        return arrived(self.workspace, self.meters, now - KEPT, now + timedelta(minutes=1))

    async def _open_links(
        self, stack: AsyncExitStack, loop: LiveLoop, journal: Journal, vehicles: Vehicles
    ) -> Callable[[], dict[str, Any]]:
        """Open the ways in; return what tells how everything fares."""
        intake = Intake(
            self.meters, journal=journal, loop=loop, clock=self.clock, failed=self._failed, vehicles=vehicles
        )
        parts: dict[str, Callable[[], dict[str, Any]]] = {"readings": intake.as_dict, "history": lambda: self.kept}

        def health() -> dict[str, Any]:
            return {**loop.health.as_dict(), **{name: part() for name, part in parts.items()}}

        if self.links.mqtt is not None:
            source = MqttSource(self.links.mqtt, intake)
            parts["mqtt"] = source.as_dict
            task = asyncio.create_task(source.run())
            task.add_done_callback(self._ended)
            stack.push_async_callback(stopped, task)
        if self.links.http is not None:
            endpoint = await stack.enter_async_context(HttpEndpoint(self.links.http, intake, health=health))
            self.http_port = endpoint.port
        return health

    async def _keep_on(self, history: History, vehicles: Vehicles) -> None:
        while True:
            await asyncio.sleep(self.links.commit_seconds)
            await self._keep(history, vehicles)

    async def _keep(self, history: History, vehicles: Vehicles | None = None) -> dict[str, Any]:
        """Take the journal into the lake; what fails now waits in the journal for the next time."""
        try:
            kept = await asyncio.to_thread(history.commit)
            if vehicles is not None:
                await asyncio.to_thread(vehicles.record, self.clock.now().wall)
        except (WattstoneError, OSError) as error:
            LOG.warning("history: %s", error)
            self.kept = {**self.kept, "error": str(error)}
            return self.kept
        self.kept = {
            "rows": self.kept.get("rows", 0) + kept.rows,
            "refused": [*self.kept.get("refused", []), *(one.as_dict() for one in kept.refused)][-20:],
            "error": "",
        }
        return self.kept

    def _failed(self, error: Exception) -> None:
        self.error = self.error or error
        self.stop.set()

    def _ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            self._failed(error if isinstance(error, Exception) else WattstoneError(str(error)))

    @contextmanager
    def _stopped_by_signals(self) -> Generator[None]:
        loop = asyncio.get_running_loop()
        caught = (signal.SIGINT, signal.SIGTERM)
        for one in caught:
            loop.add_signal_handler(one, self.stop.set)
        try:
            yield
        finally:
            for one in caught:
                loop.remove_signal_handler(one)


@contextmanager
def only_one(folder: Path) -> Generator[None]:
    """One process steers a site; the system gives the lock back when it is killed."""
    import fcntl

    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise WattstoneError(
                f"{folder}: another process steers this site. Stop it first; nothing was changed."
            ) from None
        yield
    finally:
        with suppress(OSError):
            os.close(handle)
