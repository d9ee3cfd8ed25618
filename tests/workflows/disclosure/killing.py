"""A lock that is killed at a chosen moment, in a process of its own."""

from pathlib import Path

import pytest

from tests.workflows.disclosure.locked import NOW, sourced
from tests.workflows.ingest.killing import Clock
from wattstone.interfaces.store.lake import Lake
from wattstone.interfaces.store.records import Records
from wattstone.interfaces.store.workspace import open_workspace
from wattstone.workflows.disclosure.locking import lock

MOMENTS = (
    (Lake, ("stage", "commit", "_create", "_note_pending", "_forget_pending", "recover")),
    (Records, ("note",)),
)  # fmt: skip


def run(root: str, fatal: int, told: str) -> None:
    """Lock, dying at a moment; write how many there were if it lives."""
    sourced(pytest.MonkeyPatch())  # for good: the process ends
    clock = Clock(fatal)
    for owner, names in MOMENTS:
        for name in names:
            setattr(owner, name, clock.around(getattr(owner, name)))
    lock(open_workspace(Path(root)), "tcfd", NOW)
    Path(told).write_text(str(clock.now), encoding="utf-8")
