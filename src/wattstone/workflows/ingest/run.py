"""The ingest of sources: all that are given together, wholly or not at all, and each of them once."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from wattstone.base import Finding, InputRefused
from wattstone.readings import Incoming
from wattstone.readings.sources import How, open_source
from wattstone.readings.spool import Spool
from wattstone.workflows.ingest.commit import commit
from wattstone.workflows.ingest.derived import READINGS
from wattstone.workflows.ingest.extras import keep_beside
from wattstone.workflows.ingest.gather import Gathering, Progress
from wattstone.workflows.ingest.mappings import kept_mapping
from wattstone.workflows.ingest.recovery import SPOOL, recover
from wattstone.workflows.ingest.result import Ingested
from wattstone.workflows.ingest.settle import Settled, settle_all
from wattstone.workflows.ingest.stale import stale_figures
from wattstone.workflows.workspace import Workspace


def ingest(
    workspace: Workspace, incoming: Incoming, *, who: str = "user", progress: Progress | None = None
) -> Ingested:
    """Take a source into the workspace.

    Parameters
    ----------
    workspace : Workspace
        Where to.
    incoming : Incoming
        What a reader made of the source.
    who : str
        For the audit log.
    progress : callable or None
        Told how far it is.

    Returns
    -------
    Ingested

    Raises
    ------
    InputRefused
        With all findings; the workspace is as it was.
    """
    return take_in(workspace, [incoming], who=who, progress=progress)[0]


def ingest_all(
    workspace: Workspace, paths: Sequence[Path], how: How, *, who: str = "user", progress: Progress | None = None
) -> list[Ingested]:
    """Take in several paths together: all of them, or none.

    Parameters
    ----------
    workspace : Workspace
        Where to.
    paths : sequence of pathlib.Path
        Dataset folders and files.
    how : How
        What a person says of them.
    who : str
        For the audit log.
    progress : callable or None
        Told how far it is.

    Returns
    -------
    list of Ingested
        In the order of the paths.

    Raises
    ------
    InputRefused
        With the findings of every path; the workspace is as it was.
    """
    remembered = partial(kept_mapping, workspace)
    opened: list[Incoming] = []
    found: list[Finding] = []
    for path in paths:
        try:
            opened.append(open_source(path, replace(how, remembered=remembered)))
        except InputRefused as refused:
            found += refused.findings
    if found:
        raise InputRefused(found)
    return take_in(workspace, opened, who=who, progress=progress)


def take_in(
    workspace: Workspace, sources: Sequence[Incoming], *, who: str = "user", progress: Progress | None = None
) -> list[Ingested]:
    """Take sources in together: checked against the workspace and each other first, then committed one by one.

    Values that contradict each other in two of the sources refuse all of them, for nobody can say which corrects which.

    Returns
    -------
    list of Ingested
        In the order of the sources.

    Raises
    ------
    InputRefused
        With the findings of all sources; the workspace is as it was.
    """
    with workspace.lock():
        recover(workspace)
        fresh: dict[str, Incoming] = {}
        for source in sources:
            if workspace.lake.batch_of(READINGS, source.key) is None:
                fresh.setdefault(source.key, source)
        done = _take_in(workspace, list(fresh.values()), who, progress or _silent) if fresh else {}
        results: list[Ingested] = []
        for source in sources:
            if (one := done.pop(source.key, None)) is None:
                keep_beside(workspace, source, who=who)
                batch = workspace.lake.batch_of(READINGS, source.key)
                one = Ingested(source=source.name, key=source.key, batch=batch or 0, already=True)
            results.append(one)
        return [*results[:-1], replace(results[-1], stale=sum(stale_figures(workspace).values()))] if results else []


def _silent(what: str, done: int, total: int | None) -> None:
    """No progress is shown."""


def _take_in(workspace: Workspace, sources: list[Incoming], who: str, progress: Progress) -> dict[str, Ingested]:
    spool = Spool(workspace.scratch / SPOOL)
    try:
        gathered = Gathering(workspace, sources, spool, progress).read()
        settled = settle_all(workspace, gathered, spool, progress)
        found = [*gathered.found, *settled.findings(gathered)]
        if any(finding.severity == "error" for finding in found):
            raise InputRefused(found)
        results = _results(gathered, settled, found)
        commit(workspace, gathered, settled, results, who=who)
    except BaseException:
        # Files that a commit has named already stay; they are found again by the next run.
        for source in sources:
            workspace.lake.discard(READINGS, source.key)
        raise
    finally:
        spool.close()
    return {one.key: one for one in results}


def _results(gathered: Gathering, settled: Settled, found: list[Finding]) -> list[Ingested]:
    """One result a source; the findings are told with the first."""
    results: list[Ingested] = []
    for batch, source in gathered.sources.items():
        count = settled.counts(batch)
        results.append(
            Ingested(
                source=source.name,
                key=source.key,
                batch=batch,
                rows=sum(count.values()),
                new=count["new"],
                changed=count["changed"],
                same=count["same"],
                repeated=count["repeated"],
                meters=gathered.said[batch].height,
                beside=(*sorted(source.extras), *(f"tariff {name}" for name in sorted(source.tariffs))),
                periods=settled.periods(batch),
                findings=() if results else tuple(found),
            )
        )
    return results
