"""The ingest of sources: all that are given together, wholly or not at all, and each of them once."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from wattstone.base import Finding, InputRefused
from wattstone.readings import Incoming
from wattstone.readings.sources import How, open_source
from wattstone.readings.spool import Spool
from wattstone.workflows.access import EVERYWHERE, Act, require
from wattstone.workflows.access.guard import taking_in
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
    return take_in(workspace, open_all(workspace, paths, how), who=who, progress=progress)


def open_all(workspace: Workspace, paths: Sequence[Path], how: How) -> list[Incoming]:
    """What readers make of several paths, by what is said here and what was said of them before.

    Raises
    ------
    InputRefused
        With the findings of every path.
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
    return opened


def take_in(
    workspace: Workspace,
    sources: Sequence[Incoming],
    *,
    who: str = "user",
    progress: Progress | None = None,
    places: Mapping[str, str] | None = None,
) -> list[Ingested]:
    """Take sources in together: checked against the workspace and each other first, then committed one by one.

    Values that contradict each other in two of the sources refuse all of them, for nobody can say which corrects which.

    Parameters
    ----------
    workspace : Workspace
        Where to.
    sources : sequence of Incoming
        What readers made of them.
    who : str
        For the audit log.
    progress : callable or None
        Told how far it is.
    places : mapping or None
        What is said of sites that the sources name and nobody has declared: fields of `Site`, as `country` and `zone`.

    Returns
    -------
    list of Ingested
        In the order of the sources.

    Raises
    ------
    InputRefused
        With the findings of all sources; the workspace is as it was.
    """
    workspace = taking_in(workspace)
    allow_beside(workspace, sources)
    with workspace.lock():
        recover(workspace)
        fresh: dict[str, Incoming] = {}
        for source in sources:
            if workspace.lake.batch_of(READINGS, source.key) is None:
                fresh.setdefault(source.key, source)
        done = _take_in(workspace, list(fresh.values()), who, progress or _silent, places or {}) if fresh else {}
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


def _take_in(
    workspace: Workspace, sources: list[Incoming], who: str, progress: Progress, places: Mapping[str, str]
) -> dict[str, Ingested]:
    spool = Spool(workspace.scratch / SPOOL)
    try:
        gathered, settled, results = settled_sources(workspace, sources, spool, progress)
        commit(workspace, gathered, settled, results, who=who, places=places)
    except BaseException:
        # Files that a commit has named already stay; they are found again by the next run.
        for source in sources:
            workspace.lake.discard(READINGS, source.key)
        raise
    finally:
        spool.close()
    return {one.key: one for one in results}


def settled_sources(
    workspace: Workspace, sources: list[Incoming], spool: Spool, progress: Progress
) -> tuple[Gathering, Settled, list[Ingested]]:
    """Read sources, hold them against the workspace and stage what they change; no version names it yet.

    Parameters
    ----------
    workspace : Workspace
        Whole, from `taking_in`, under its lock.
    sources : list of Incoming
        That are not there yet.
    spool : Spool
        For what does not fit into memory.
    progress : callable
        Told how far it is.

    Returns
    -------
    Gathering, Settled, list of Ingested
        What was read, what it changes, and one result a source.

    Raises
    ------
    InputRefused
        With the findings of all sources.
    Forbidden
        If one is about a site that is not open to whoever takes it in.
    """
    gathered = Gathering(workspace, sources, spool, progress).read()
    _allow(workspace, gathered)
    settled = settle_all(workspace, gathered, spool, progress)
    found = [*gathered.found, *settled.findings(gathered)]
    if any(finding.severity == "error" for finding in found):
        raise InputRefused(found)
    return gathered, settled, _results(gathered, settled, found)


def allow_beside(workspace: Workspace, sources: Sequence[Incoming]) -> None:
    """Refuse weather, tariffs and the like, which are the whole organisation's, of whoever takes in for a part of it.

    Raises
    ------
    Forbidden
        If a source holds some.
    """
    if any(source.extras or source.tariffs for source in sources):
        require(workspace.actor, Act.INGEST, EVERYWHERE)


def _allow(workspace: Workspace, gathered: Gathering) -> None:
    """Refuse, before anything is written, sources about sites that are not open to whoever takes them in."""
    if workspace.actor.scope.whole:
        return
    declared = {site.id for source in gathered.sources.values() for site in source.sites()}
    for site in sorted(declared | set(gathered.roster.named["site_id"].unique().to_list())):
        require(workspace.actor, Act.INGEST, site)


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
