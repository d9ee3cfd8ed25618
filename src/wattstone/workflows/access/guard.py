"""The guard around a workspace: its lake and records show and accept only what whoever acts may see and do.

A handler, a job and a command work in a guarded workspace. What they show is cut to the scope of whoever acts, and to
days where it is personal. A use case that computes needs every row, whoever asked for it, or its sums would be wrong:
it asks `acting` once, with its act and its sites, and goes on in what that returns.
"""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace

from wattstone.workflows.access.policy import EVERYWHERE, Act, Principal, require
from wattstone.workflows.workspace import Workspace

__all__ = ["acting", "guarded", "taking_in", "visible_sites"]


def guarded(workspace: Workspace, principal: Principal) -> Workspace:
    """A workspace as a principal sees it.

    Parameters
    ----------
    workspace : Workspace
        Opened by the program.
    principal : Principal
        Whoever is going to work in it.

    Returns
    -------
    Workspace
        With `actor` set; what the principal may not see is not in it, what it may not change is refused.
    """
    whole = workspace.behind or workspace
    if principal.kind == "local":
        return replace(whole, actor=principal, behind=whole)
    from wattstone.workflows.access.guarded_lake import GuardedLake
    from wattstone.workflows.access.guarded_records import GuardedRecords, require_writing
    from wattstone.workflows.access.view import View

    view = View(whole.records, principal)

    @contextmanager
    def lock() -> Generator[None]:
        require_writing(principal)
        with whole.lock():
            yield

    return replace(
        whole,
        lake=GuardedLake(whole.lake, view),
        records=GuardedRecords(whole.records, view),
        lock=lock,
        actor=principal,
        behind=whole,
    )


def acting(workspace: Workspace, act: Act, *sites: str) -> Workspace:
    """The workspace in which a use case computes, once its act is allowed.

    Its lake holds every row, personal ones too, for sums must not depend on who asked. With `EVERYWHERE` its records
    are whole as well; otherwise they stay cut to the scope, so that it computes with sites and meters of the scope
    alone.

    Parameters
    ----------
    workspace : Workspace
        As it was given to the use case.
    act : Act
        What the use case does.
    *sites : str
        Where; `EVERYWHERE` for what touches the organisation as a whole. Without any: at some place at least.

    Raises
    ------
    Forbidden
        If whoever acts may not.
    """
    require(workspace.actor, act)
    for site in sites:
        require(workspace.actor, act, site)
    whole = workspace.behind
    if whole is None:
        return workspace
    changed = replace(workspace, lake=whole.lake, lock=whole.lock)
    return replace(changed, records=whole.records) if EVERYWHERE in sites else changed


def taking_in(workspace: Workspace) -> Workspace:
    """The whole workspace, for the ingest alone.

    It numbers new meters and writes partitions anew, so it has to see all of both. The ingest asks for
    `Act.INGEST` at every site that a source names before it keeps anything.
    """
    require(workspace.actor, Act.INGEST)
    whole = workspace.behind
    return workspace if whole is None else replace(whole, actor=workspace.actor, behind=whole)


def visible_sites(principal: Principal) -> frozenset[str] | None:
    """Sites whose totals a principal may see; None for all of them. Spaces alone open no site's total."""
    return principal.scope.sites
