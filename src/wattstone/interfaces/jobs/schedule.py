"""Jobs that come back every day: what an organisation wants done at which hour, and that it is done once.

`schedule.toml` in the workspace:

    form = 1
    at = "02:30"                            # on the organisation's clock
    jobs = ["inventory", "detection"]       # kinds, in this order; with what their parameters are by default

Several processes look at it. The records of the server hold, by day, which of them was first; so each job is asked for
once, and if the first dies before it has asked, another does it in its place.
"""

import logging
import re
import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from wattstone.base import Finding, InputRefused
from wattstone.interfaces.jobs.standing import SCHEDULE
from wattstone.workflows.access import Principal, Role
from wattstone.workflows.access.policy import POLICY
from wattstone.workflows.whole_files import written_whole

if TYPE_CHECKING:
    from wattstone.interfaces.store.server import Job, ServerRecords

__all__ = ["FILE", "Schedule", "due", "put_due", "read_schedule", "write_schedule"]

LOG = logging.getLogger("wattstone.jobs")
FILE = "schedule.toml"
FORM = 1
_LATEST = timedelta(hours=6)  # after which what was missed, as the server was not there, waits for the next day
_KEPT = timedelta(days=3)
_TAKEN_OVER = timedelta(minutes=2)


@dataclass(frozen=True)
class Schedule:
    """What is done every day.

    Parameters
    ----------
    at : datetime.time
        On the organisation's clock.
    jobs : tuple of str
        Kinds, in the order in which they are asked for.
    """

    at: time
    jobs: tuple[str, ...]

    def text(self) -> str:
        """The file's content."""
        kinds = ", ".join(f'"{one}"' for one in self.jobs)
        return (
            "# What is done every day, on the organisation's clock. An empty list: nothing.\n"
            f'form = {FORM}\nat = "{self.at:%H:%M}"\njobs = [{kinds}]\n'
        )


def read_schedule(root: Path) -> Schedule | None:
    """The schedule of a workspace; None where there is none.

    Raises
    ------
    InputRefused
        If the file cannot be used.
    """
    path = root / FILE
    if not path.is_file():
        return None
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputRefused([_unusable(path, str(error))]) from error
    return _schedule(path, table)


def write_schedule(root: Path, schedule: Schedule) -> None:
    """Keep the schedule of a workspace, checked; the file is there whole or not at all.

    Raises
    ------
    InputRefused
        If it names a kind that there is not, or one that does not go without parameters.
    """
    path = root / FILE
    _schedule(path, {"form": FORM, "at": f"{schedule.at:%H:%M}", "jobs": list(schedule.jobs)})
    with written_whole(path) as partial:
        partial.write_text(schedule.text(), encoding="utf-8")


def _schedule(path: Path, table: dict[str, Any]) -> Schedule:
    at, jobs = str(table.get("at", "")), table.get("jobs")
    if table.get("form") != FORM or not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", at):
        raise InputRefused([_unusable(path, f"form is {table.get('form')!r}, at is {at!r}")])
    names: tuple[str, ...] = tuple(map(str, jobs)) if isinstance(jobs, list) else ()  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    if wrong := [name for name in names if not _goes_alone(name)]:
        raise InputRefused([_unusable(path, f"no kind of job that needs no parameters is called {', '.join(wrong)}")])
    return Schedule(time.fromisoformat(at), names)


def _goes_alone(name: str) -> bool:
    from wattstone.interfaces.jobs.kinds import KINDS

    return name in KINDS and not any(one.is_required() for one in KINDS[name].params.model_fields.values())


def due(schedule: Schedule, zone: str, now: datetime) -> tuple[date, datetime]:
    """The newest day of a schedule that has come, and its moment.

    Parameters
    ----------
    schedule : Schedule
        Which.
    zone : str
        The organisation's.
    now : datetime
        With its zone.

    Returns
    -------
    datetime.date, datetime.datetime
        The day on the organisation's clock; the moment in UTC. An hour that the clock skips is the one after it.

    Examples
    --------
    >>> due(Schedule(time(2, 30), ()), "Europe/Berlin", datetime(2024, 3, 31, 12, tzinfo=UTC))
    (datetime.date(2024, 3, 31), datetime.datetime(2024, 3, 31, 1, 30, tzinfo=datetime.timezone.utc))
    """
    clock = ZoneInfo(zone)
    day = now.astimezone(clock).date()
    moment = datetime.combine(day, schedule.at, clock).astimezone(UTC)
    if moment <= now:
        return day, moment
    day -= timedelta(days=1)
    return day, datetime.combine(day, schedule.at, clock).astimezone(UTC)


def put_due(
    server: "ServerRecords", tenant: str, root: Path, zone: str, *, now: datetime | None = None
) -> tuple["Job", ...]:
    """Ask for what an organisation wants done by now and nobody has asked for yet.

    Parameters
    ----------
    server : ServerRecords
        With the queue.
    tenant : str
        The organisation.
    root : pathlib.Path
        Its workspace.
    zone : str
        Its clock.
    now : datetime or None
        With its zone; the present where None.

    Returns
    -------
    tuple of Job
        Those that this call has put into the queue.
    """
    moment = now or datetime.now(UTC)
    schedule = read_schedule(root)
    if schedule is None:
        return ()
    day, since = due(schedule, zone, moment)
    written = datetime.fromtimestamp((root / FILE).stat().st_mtime, UTC)
    if moment - since > _LATEST or written > since:
        return ()
    found = (_once(server, tenant, kind, day, since, moment) for kind in schedule.jobs)
    return tuple(one for one in found if one is not None)


def _once(
    server: "ServerRecords", tenant: str, kind: str, day: date, since: datetime, moment: datetime
) -> "Job | None":
    """Ask for a job of a day, unless somebody did."""
    actor, key = f"{SCHEDULE}:{tenant}", f"{kind}:{day}"
    kept = server.answers.begin(actor, key, kind, lasts=_KEPT, now=moment)
    job = None
    if kept is not None:
        left = kept.status is None and moment.replace(tzinfo=None) - kept.created >= _TAKEN_OVER
        if not left or server.answers.begin(actor, key, kind, lasts=_TAKEN_OVER, now=moment) is not None:
            return None
        jobs, _ = server.queue.jobs(tenant, kind=kind)  # whoever began may have asked, and died before it said so
        begun = since.replace(tzinfo=None)
        job = next((one for one in jobs if one.asked_by == SCHEDULE and one.created >= begun), None)
    new = job is None
    if new:
        job = _put(server, tenant, kind)
    server.answers.finish(actor, key, status=200, headers={}, body=b"")
    return job if new else None


def _put(server: "ServerRecords", tenant: str, kind: str) -> "Job":
    from wattstone.interfaces.jobs.asking import ask

    role = Role.ANALYST
    nobody = Principal(id=SCHEDULE, name=SCHEDULE, kind="job", tenant=tenant, role=role, acts=POLICY[role])
    job = ask(server, nobody, kind, {})
    LOG.info("job.scheduled", extra={"fields": {"job": job.id, "kind": kind, "tenant": tenant}})
    return job


def _unusable(path: Path, why: str) -> Finding:
    return Finding(
        code="schedule.unusable",
        place=path.name,
        found="the schedule cannot be used: {why}",
        params={"why": why},
        expected='form = 1, at = "HH:MM" and jobs, a list of kinds that go without parameters',
        remedy="correct the file, or remove it to have nothing done by itself",
    )
