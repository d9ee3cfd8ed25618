"""What an ingest would do, without doing it: read, checked against the workspace, settled, and thrown away."""

from collections.abc import Sequence

from wattstone.readings import Incoming
from wattstone.readings.spool import Spool
from wattstone.workflows.access.guard import taking_in
from wattstone.workflows.ingest.derived import READINGS
from wattstone.workflows.ingest.gather import Progress
from wattstone.workflows.ingest.recovery import SPOOL
from wattstone.workflows.ingest.result import Ingested
from wattstone.workflows.ingest.run import allow_beside, settled_sources
from wattstone.workflows.workspace import Workspace

__all__ = ["rehearse"]


def rehearse(
    workspace: Workspace, sources: Sequence[Incoming], *, progress: Progress | None = None
) -> tuple[Ingested, ...]:
    """Find out what sources would change, as `take_in` does, and change nothing.

    Parameters
    ----------
    workspace : Workspace
        Where they would go.
    sources : sequence of Incoming
        What readers made of them.
    progress : callable or None
        Told how far it is.

    Returns
    -------
    tuple of Ingested
        In the order of the sources; those that are there already say so.

    Raises
    ------
    InputRefused
        With the findings of all sources, as the ingest itself would.
    Forbidden
        As the ingest itself would: what changes at a site tells of its readings.
    """
    workspace = taking_in(workspace)
    allow_beside(workspace, sources)
    lake = workspace.lake
    with workspace.lock():
        fresh = [one for one in _once(sources) if lake.batch_of(READINGS, one.key) is None]
        found = _rehearsed(workspace, fresh, progress or _silent) if fresh else {}
        return tuple(
            found.get(one.key)
            or Ingested(source=one.name, key=one.key, batch=lake.batch_of(READINGS, one.key) or 0, already=True)
            for one in sources
        )


def _once(sources: Sequence[Incoming]) -> list[Incoming]:
    return list({one.key: one for one in reversed(sources)}.values())[::-1]


def _silent(what: str, done: int, total: int | None) -> None:
    """No progress is shown."""


def _rehearsed(workspace: Workspace, sources: list[Incoming], progress: Progress) -> dict[str, Ingested]:
    spool = Spool(workspace.scratch / SPOOL)
    try:
        _, _, results = settled_sources(workspace, sources, spool, progress)
        return {one.key: one for one in results}
    finally:
        for source in sources:  # settling stages files, which no version will name
            workspace.lake.discard(READINGS, source.key)
        spool.close()
