"""The queue of jobs: one behaviour on SQLite and PostgreSQL.

A worker claims a job for a lease and says at each beat that it is still at work. A worker that is killed beats no
more: the job is queued again, and fails with words after the third time. Organisations take turns, so that none waits
behind the many jobs of another; of the jobs that write, one at a time runs in an organisation.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from wattstone.base import Finding
from wattstone.interfaces.store.server.records import NOWHERE, Job, JobState
from wattstone.interfaces.store.server.rows import from_row, new_id, now_utc, table, to_row

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from wattstone.interfaces.store.database import Database

__all__ = ["ATTEMPTS", "LOST", "Queue"]

ATTEMPTS = 3
"""How often a job is begun before it has failed."""
LOST = "The process that ran it stopped answering three times. Look at its log, mend the cause, then try again."
_NEVER = datetime(1970, 1, 1)


class Queue:
    """Jobs of all organisations."""

    def __init__(self, database: "Database") -> None:
        self._database = database

    def put(
        self,
        tenant: str,
        kind: str,
        params: Mapping[str, Any] | None = None,
        *,
        asked_by: str,
        role: str,
        acts: Iterable[str] | None = None,
        sites: Iterable[str] | None = None,
        spaces: Iterable[str] = NOWHERE,
        writes: bool = True,
        due: datetime | None = None,
        now: datetime | None = None,
    ) -> Job:
        """Queue a job.

        Parameters
        ----------
        tenant, kind, params : str, str, mapping
            For which organisation, what, with what (JSON).
        asked_by, role, acts, sites, spaces : str ...
            Who asks, and what they are allowed.
        writes : bool
            Whether it will write to the workspace.
        due : datetime or None
            Not to be begun before.
        """
        moment = now_utc(now)
        job = Job(
            id=new_id(), tenant=tenant, kind=kind, params=_plain(params or {}), state="queued", writes=writes,
            asked_by=asked_by, role=role, acts=None if acts is None else frozenset(acts),
            sites=None if sites is None else frozenset(sites), spaces=frozenset(spaces),
            created=moment, due=moment if due is None else now_utc(due),
        )  # fmt: skip
        with self._database.writing() as connection:
            _turn(connection, tenant)
            connection.execute(table("jobs").insert(), to_row(job))
        return job

    def claim(self, worker: str, *, lease: timedelta, now: datetime | None = None) -> Job | None:
        """Take the job whose turn it is; None where there is nothing to do.

        Whoever has the fewest jobs running comes first, then whoever waited longest since their last turn.

        Parameters
        ----------
        worker : str
            Who takes it: unique among the processes.
        lease : timedelta
            Within which the first beat will come.
        """
        moment = now_utc(now)
        if not self._waiting(moment):
            return None
        jobs = table("jobs")
        with self._database.writing() as connection:
            tenant = _next_tenant(connection, moment)
            job_id = None if tenant is None else _next_job(connection, tenant, moment)
            if tenant is None or job_id is None:
                return None
            begun: dict[str, Any] = {
                "state": "running", "worker": worker, "attempts": jobs.c.attempts + 1, "started": moment, "ended": None,
                "heartbeat": moment, "lease_until": moment + lease, "error": None, "findings": [],
                "done": 0.0, "total": None, "what": "",
            }  # fmt: skip
            mine = jobs.c.id == job_id, jobs.c.state == "queued"
            row = connection.execute(jobs.update().where(*mine).values(begun).returning(*jobs.c)).mappings().first()
            if row is None:
                return None
            turns = table("turns")
            connection.execute(turns.update().where(turns.c.tenant == tenant).values(at=moment))
        return _job(row)

    def beat(
        self,
        job_id: str,
        worker: str,
        *,
        lease: timedelta,
        done: float | None = None,
        total: float | None = None,
        what: str | None = None,
        now: datetime | None = None,
    ) -> bool:
        """Say that a job is still worked at, and how far it is.

        Returns
        -------
        bool
            Whether to stop: somebody asked for that, or the job is this worker's no more.
        """
        moment = now_utc(now)
        said = {"done": done, "total": total, "what": what}
        changes = {name: value for name, value in said.items() if value is not None}
        jobs = table("jobs")
        beat = (
            jobs.update().where(*_held(job_id, worker)).values(heartbeat=moment, lease_until=moment + lease, **changes)
        )
        with self._database.writing() as connection:
            stop = connection.execute(beat.returning(jobs.c.cancel_asked)).scalar_one_or_none()
        return stop is None or bool(stop)

    def finish(
        self,
        job_id: str,
        worker: str,
        result: Mapping[str, Any],
        *,
        findings: Sequence[Finding] = (),
        now: datetime | None = None,
    ) -> bool:
        """Say that a job is done; False where it is this worker's no more, and nothing was changed."""
        return self._end(
            job_id, worker, now, state="done", result=_plain(result), findings=[_finding(one) for one in findings]
        )

    def fail(
        self,
        job_id: str,
        worker: str,
        error: str,
        *,
        findings: Sequence[Finding] = (),
        retry: bool = False,
        after: timedelta = timedelta(seconds=30),
        now: datetime | None = None,
    ) -> bool:
        """Say that a job failed; False where it is this worker's no more.

        Parameters
        ----------
        retry : bool
            Queue it again, unless it was begun three times.
        after : timedelta
            How long to wait before.
        """
        moment, jobs = now_utc(now), table("jobs")
        told = {"error": error, "findings": [_finding(one) for one in findings]}
        if retry:
            again = {"state": "queued", "due": moment + after, "worker": None, "lease_until": None, **told}
            may = (*_held(job_id, worker), jobs.c.attempts < ATTEMPTS, jobs.c.cancel_asked.is_(False))
            with self._database.writing() as connection:
                if connection.execute(jobs.update().where(*may).values(again)).rowcount:
                    return True
        return self._end(job_id, worker, moment, state="failed", **told)

    def stopped(self, job_id: str, worker: str, *, now: datetime | None = None) -> bool:
        """Say that a job was stopped because somebody asked for that."""
        return self._end(job_id, worker, now, state="cancelled")

    def give_back(self, job_id: str, worker: str) -> bool:
        """Queue a job again that the worker cannot finish because it is being shut down; that counts as no attempt."""
        jobs = table("jobs")
        changes = {"state": "queued", "worker": None, "lease_until": None, "attempts": jobs.c.attempts - 1}
        with self._database.writing() as connection:
            return connection.execute(jobs.update().where(*_held(job_id, worker)).values(changes)).rowcount == 1

    def cancel(self, tenant: str, job_id: str, *, now: datetime | None = None) -> Job | None:
        """Cancel a job that waits, or ask the worker of one that runs to stop.

        Returns
        -------
        Job or None
            As it stands now; None where the organisation has no such job.
        """
        jobs = table("jobs")
        mine = jobs.c.id == job_id, jobs.c.tenant == tenant
        with self._database.writing() as connection:
            waits = jobs.update().where(*mine, jobs.c.state == "queued")
            if not connection.execute(waits.values(state="cancelled", ended=now_utc(now))).rowcount:
                connection.execute(jobs.update().where(*mine, jobs.c.state == "running").values(cancel_asked=True))
            row = connection.execute(jobs.select().where(*mine)).mappings().first()
        return None if row is None else _job(row)

    def retry(self, tenant: str, job_id: str, *, now: datetime | None = None) -> Job | None:
        """Queue a job again that failed or was cancelled; None where there is none such."""
        jobs = table("jobs")
        mine = jobs.c.id == job_id, jobs.c.tenant == tenant, jobs.c.state.in_(("failed", "cancelled"))
        fresh: dict[str, Any] = {
            "state": "queued", "attempts": 0, "due": now_utc(now), "started": None, "ended": None, "worker": None,
            "error": None, "findings": [], "cancel_asked": False, "done": 0.0, "total": None, "what": "",
        }  # fmt: skip
        with self._database.writing() as connection:
            _turn(connection, tenant)
            row = connection.execute(jobs.update().where(*mine).values(fresh).returning(*jobs.c)).mappings().first()
        return None if row is None else _job(row)

    def job(self, tenant: str, job_id: str) -> Job | None:
        """A job of an organisation."""
        jobs = table("jobs")
        query = jobs.select().where(jobs.c.id == job_id, jobs.c.tenant == tenant)
        with self._database.reading() as connection:
            row = connection.execute(query).mappings().first()
        return None if row is None else _job(row)

    def jobs(
        self,
        tenant: str,
        *,
        state: JobState | None = None,
        kind: str | None = None,
        page: int = 1,
        size: int = 50,
    ) -> tuple[tuple[Job, ...], int]:
        """Jobs of an organisation, newest first: those of one page (from 1), and how many there are."""
        from sqlalchemy import func, select

        jobs = table("jobs")
        wanted = [jobs.c.tenant == tenant]
        wanted += [] if state is None else [jobs.c.state == state]
        wanted += [] if kind is None else [jobs.c.kind == kind]
        some = jobs.select().where(*wanted).order_by(jobs.c.created.desc(), jobs.c.id)
        with self._database.reading() as connection:
            count = connection.execute(select(func.count()).select_from(jobs).where(*wanted)).scalar_one()
            rows = connection.execute(some.limit(size).offset((page - 1) * size)).mappings().all()
        return tuple(_job(row) for row in rows), count

    def reap(self, *, now: datetime | None = None) -> tuple[Job, ...]:
        """Deal with jobs whose lease ran out: queue them again, or end them; return them as they stand now."""
        from sqlalchemy import case

        moment, jobs = now_utc(now), table("jobs")
        over = jobs.c.attempts >= ATTEMPTS
        stopped = jobs.c.cancel_asked
        lapsed = jobs.update().where(jobs.c.state == "running", jobs.c.lease_until <= moment)
        changes: dict[str, Any] = {
            "state": case((stopped, "cancelled"), (over, "failed"), else_="queued"),
            "error": case((stopped, jobs.c.error), (over, LOST), else_=jobs.c.error),
            "ended": case((stopped, moment), (over, moment), else_=jobs.c.ended),
            "due": moment, "worker": None, "lease_until": None,
        }  # fmt: skip
        with self._database.writing() as connection:
            rows = connection.execute(lapsed.values(changes).returning(*jobs.c)).mappings().all()
        return tuple(_job(row) for row in rows)

    def depth(self) -> dict[str, int]:
        """How many jobs stand in each state, for the metrics."""
        from sqlalchemy import func, select

        jobs = table("jobs")
        query = select(jobs.c.state, func.count()).group_by(jobs.c.state)
        with self._database.reading() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def waited(self, *, now: datetime | None = None) -> float:
        """For how long the job has waited that waits longest, for the metrics. [s]"""
        from sqlalchemy import func, select

        jobs, moment = table("jobs"), now_utc(now)
        query = select(func.min(jobs.c.due)).where(jobs.c.state == "queued", jobs.c.due <= moment)
        with self._database.reading() as connection:
            first = connection.execute(query).scalar()
        return 0.0 if first is None else (moment - first).total_seconds()

    def sweep(self, *, before: datetime) -> int:
        """Remove jobs that ended before a time; return how many."""
        jobs = table("jobs")
        with self._database.writing() as connection:
            return connection.execute(jobs.delete().where(jobs.c.ended < now_utc(before))).rowcount

    def _waiting(self, moment: datetime) -> bool:
        """Whether a look is worth while: most looks find nothing, and need not write."""
        from sqlalchemy import select

        jobs = table("jobs")
        query = select(jobs.c.id).where(jobs.c.state == "queued", jobs.c.due <= moment).limit(1)
        with self._database.reading() as connection:
            return connection.execute(query).first() is not None

    def _end(self, job_id: str, worker: str, now: datetime | None, **changes: Any) -> bool:
        jobs = table("jobs")
        ended = jobs.update().where(*_held(job_id, worker)).values(ended=now_utc(now), lease_until=None, **changes)
        with self._database.writing() as connection:
            return connection.execute(ended).rowcount == 1


def _held(job_id: str, worker: str) -> tuple[Any, ...]:
    jobs = table("jobs")
    return jobs.c.id == job_id, jobs.c.worker == worker, jobs.c.state == "running"


def _turn(connection: "Connection", tenant: str) -> None:
    """See to it that an organisation has a place in the order of turns."""
    turns = table("turns")
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert
    else:
        from sqlalchemy.dialects.sqlite import insert
    connection.execute(insert(turns).values(tenant=tenant, at=_NEVER).on_conflict_do_nothing())


def _claimable(moment: datetime, tenant: Any) -> tuple[Any, ...]:
    """What a job of an organisation has to be to be begun now."""
    from sqlalchemy import exists, or_

    jobs = table("jobs")
    other = jobs.alias()
    writing = exists().where(other.c.tenant == tenant, other.c.state == "running", other.c.writes)
    return (
        jobs.c.tenant == tenant,
        jobs.c.state == "queued",
        jobs.c.due <= moment,
        or_(jobs.c.writes.is_(False), ~writing),
    )


def _next_tenant(connection: "Connection", moment: datetime) -> str | None:
    """Whose turn it is. On PostgreSQL the turn stays locked, and other workers pass it by, to the next one's."""
    from sqlalchemy import exists, func, select

    turns, jobs = table("turns"), table("jobs")
    at_work = jobs.alias()
    running = select(func.count()).where(at_work.c.tenant == turns.c.tenant, at_work.c.state == "running")
    query = (
        select(turns.c.tenant)
        .where(exists().where(*_claimable(moment, turns.c.tenant)))
        .order_by(running.scalar_subquery(), turns.c.at, turns.c.tenant)
        .limit(1)
        .with_for_update(of=turns, skip_locked=True)
    )
    return connection.execute(query).scalar()


def _next_job(connection: "Connection", tenant: str, moment: datetime) -> str | None:
    """The organisation's oldest job that can be begun; looked for only now that its turn is ours alone."""
    from sqlalchemy import select

    jobs = table("jobs")
    query = select(jobs.c.id).where(*_claimable(moment, tenant)).order_by(jobs.c.due, jobs.c.created, jobs.c.id)
    return connection.execute(query.limit(1)).scalar()


def _job(row: Mapping[Any, Any]) -> Job:
    return from_row(Job, {**row, "findings": tuple(Finding(**one) for one in row["findings"])})


def _finding(finding: Finding) -> dict[str, Any]:
    return _plain(asdict(finding))


def _plain(value: Mapping[str, Any]) -> dict[str, Any]:
    """A mapping as JSON would give it back; what JSON does not know becomes its text."""
    return json.loads(json.dumps(value, default=str))
