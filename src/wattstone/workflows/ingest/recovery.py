"""What the next run does first: finish or undo what a killed one left behind."""

import shutil
from typing import Any

from wattstone.workflows.ingest.counters import drop_unfinished
from wattstone.workflows.ingest.derived import READINGS, SLICES_TABLE, bring_up_to_date, reflected
from wattstone.workflows.ingest.gather import next_batch
from wattstone.workflows.workspace import Workspace

SPOOL = "spool"
NOTED = ("source", "key", "batch", "rows", "new", "changed", "beside")
"""What the audit log says of an ingest, as its commit does."""


def recover(workspace: Workspace) -> None:
    """Bring everything in line with the readings' newest commit, which is the truth. Call it under the lock."""
    lake = workspace.lake
    shutil.rmtree(workspace.scratch / SPOOL, ignore_errors=True)
    lake.recover()
    drop_unfinished(lake, next_batch(lake))
    if reflected(lake, SLICES_TABLE) < lake.version(READINGS):
        _note_commits(workspace, reflected(lake, SLICES_TABLE))
    bring_up_to_date(lake)


def _note_commits(workspace: Workspace, since: int) -> None:
    """Write the lines of the audit log that a killed run did not come to write."""
    commits = [
        one for one in workspace.lake.commits(READINGS) if int(one["version"]) > since and "wattstone.key" in one
    ]
    noted = {line.details.get("version") for line in workspace.records.audit() if line.what == "ingest"}
    for one in sorted(commits, key=lambda commit: int(commit["version"])):
        if int(one["version"]) not in noted:
            about = {name: one[f"wattstone.{name}"] for name in NOTED if f"wattstone.{name}" in one}
            note_ingest(workspace, about, version=int(one["version"]), who=str(one.get("wattstone.who", "user")))


def note_ingest(workspace: Workspace, about: dict[str, Any], *, version: int, who: str) -> None:
    """Write what a commit said into the audit log."""
    workspace.records.note("ingest", who=who, details={**about, "version": version})
