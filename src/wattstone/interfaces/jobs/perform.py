"""Doing one job, in whatever process: its workspace opened as its asker sees it, its kind run, its end told."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wattstone.base import Finding
from wattstone.interfaces.jobs.kind import Outcome, Tell
from wattstone.workflows.access import Act, Principal, Role, Scope

__all__ = ["Task", "finding_from", "finding_values", "perform"]


@dataclass(frozen=True, kw_only=True)
class Task:
    """One job, as it travels to the process that does it: JSON values.

    Parameters
    ----------
    id, tenant, kind : str
        Of the job.
    root : str
        Folder of the workspace.
    params : mapping
        What is asked.
    asked_by, name, role : str
        Who asked, as id and by name, and their role.
    acts : tuple of str
        What they may do.
    sites, spaces : tuple of str or None
        Where; None for the whole organisation.
    workers : str or None
        Address of whoever runs partitions, as `--workers`.
    """

    id: str
    tenant: str
    kind: str
    root: str
    params: Mapping[str, Any]
    asked_by: str
    name: str
    role: str
    acts: tuple[str, ...]
    sites: tuple[str, ...] | None
    spaces: tuple[str, ...]
    workers: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """JSON values."""
        return dataclasses.asdict(self)

    @property
    def principal(self) -> Principal:
        """Whoever asked, at work by this job."""
        return Principal(
            id=self.asked_by,
            name=self.name,
            kind="job",
            tenant=self.tenant,
            role=Role(self.role),
            scope=Scope(None if self.sites is None else frozenset(self.sites), frozenset(self.spaces)),
            acts=frozenset(map(Act, self.acts)),
        )


def perform(task: Task, tell: Tell) -> Outcome:
    """Do a job.

    Parameters
    ----------
    task : Task
        What, where and for whom.
    tell : callable
        Told how far it is; raises `Stopped` to end it.

    Returns
    -------
    Outcome

    Raises
    ------
    InputRefused
        If what was asked, or the input, cannot be used, or the asker may not do it.
    Stopped
        If somebody asked for that.
    """
    from wattstone.interfaces.jobs.asking import checked, kind_called
    from wattstone.interfaces.store.workspace import open_workspace
    from wattstone.interfaces.workers import workers_from
    from wattstone.workflows.access import require
    from wattstone.workflows.access.guard import guarded

    kind = kind_called(task.kind)
    asked = checked(kind, task.params)
    require(task.principal, kind.act)
    workspace = open_workspace(Path(task.root), workers=workers_from(task.workers))
    try:
        return kind.run(guarded(workspace, task.principal), asked, tell)
    finally:
        workspace.close()


def finding_values(finding: Finding) -> dict[str, Any]:
    """A finding as JSON values that lose nothing: its templates and their parameters, not only their sentences."""
    values = {one.name: getattr(finding, one.name) for one in dataclasses.fields(finding)}
    return {**values, "params": {name: _plain(value) for name, value in finding.params.items()}}


def _plain(value: object) -> object:
    return value if isinstance(value, bool | int | float | str) or value is None else str(value)


def finding_from(values: Mapping[str, Any]) -> Finding:
    """The finding of such values."""
    return Finding(**values)
