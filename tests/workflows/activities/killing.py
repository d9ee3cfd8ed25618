"""A file of activities taken in by a process that is killed at a chosen moment."""

import json
import os
import signal

from wattstone.interfaces.store.lake import Lake
from wattstone.interfaces.store.records import Records
from wattstone.interfaces.store.workspace import open_workspace
from wattstone.workflows.activities import load_activities


def die(root, path, fatal, told):
    """Take a file in, dying at a moment before or after a step of writing; write how many there were if it lives."""
    now = 0

    def around(method):
        def wrapped(*arguments, **options):
            nonlocal now
            for step in (0, 1):
                now += 1
                if now == fatal:
                    os.kill(os.getpid(), signal.SIGKILL)
                if not step:
                    result = method(*arguments, **options)
            return result

        return wrapped

    for owner, names in (
        (Lake, ("stage", "commit", "_create", "_note_pending", "_forget_pending")),
        (Records, ("note",)),
    ):
        for name in names:
            setattr(owner, name, around(getattr(owner, name)))
    held = open_workspace(root)
    load_activities(held, [path], who="ann")
    told.write_text(json.dumps(now), encoding="utf-8")
