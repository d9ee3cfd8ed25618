"""Estates kept in files of the scratch folder, so that several processes do not each make one anew.

A file is named by what the estate rests on and is written whole before it gets its name. It can be thrown away at any
time.
"""

import json
import uuid
from collections.abc import Generator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import polars as pl

from wattstone.workflows.overview.estate import Estate, Stamp
from wattstone.workflows.overview.months import TOGETHER
from wattstone.workflows.overview.numbers import Number
from wattstone.workflows.workspace import Workspace

__all__ = ["keep_estate", "kept_estate", "making_alone"]

FORM = 4
"""Of the files; another one is written where columns mean something else."""

_OLD = 4  # files that stay, the newest


def _path(workspace: Workspace, stamp: Stamp, year: int | None) -> Path:
    return workspace.scratch / "estates" / f"{FORM}-{stamp.text}-{year or 'newest'}.arrow"


def kept_estate(workspace: Workspace, stamp: Stamp, year: int | None) -> Estate | None:
    """The estate of the whole organisation that was kept for a stamp; None where there is none that can be read."""
    path = _path(workspace, stamp, year)
    try:
        said = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        frame = pl.read_ipc(path)
    except (OSError, ValueError, KeyError, pl.exceptions.PolarsError):
        return None
    totals = {name: _number(one) for name, one in said["totals"].items()}
    return Estate(
        year=said["year"],
        years=tuple(said["years"]),
        frame=frame,
        totals=totals,
        whole=True,
        currency=said["currency"],
        newest=said["newest"],
        stamp=stamp,
        months=None if said["months"] is None else pl.DataFrame(said["months"], schema=TOGETHER),
    )


def _number(said: dict[str, Any]) -> Number:
    fields: dict[str, Any] = {**said, "inputs": tuple(said["inputs"])}
    return Number(**fields)


@contextmanager
def making_alone(workspace: Workspace, year: int | None) -> Generator[None]:
    """Of the processes that want an estate at once one makes it; the others wait, and find it kept.

    Whoever cannot lock a file here makes it beside the others.
    """
    import fcntl

    path = workspace.scratch / "estates" / f"{year or 'newest'}.lock"
    with ExitStack() as held:
        with suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            handle = held.enter_context(path.open("ab"))
            fcntl.flock(handle, fcntl.LOCK_EX)  # let go of with the file, and by a process that is killed
        yield


def keep_estate(workspace: Workspace, estate: Estate, year: int | None) -> None:
    """Keep an estate of the whole organisation. Where the disk refuses, nothing is kept and nothing is lost."""
    path = _path(workspace, estate.stamp, year)
    said = {
        **{name: getattr(estate, name) for name in ("year", "years", "currency", "newest")},
        "totals": {name: asdict(one) for name, one in estate.totals.items()},
        "months": None if estate.months is None else estate.months.to_dicts(),
    }
    part = path.with_name(f"{uuid.uuid4().hex}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(json.dumps(said), encoding="utf-8")
        part.replace(path.with_suffix(".json"))
        estate.frame.write_ipc(part, compression="zstd")
        part.replace(path)
        for old in sorted(path.parent.glob("*.arrow"), key=lambda one: one.stat().st_mtime)[:-_OLD]:
            old.unlink(missing_ok=True)
            old.with_suffix(".json").unlink(missing_ok=True)
    except OSError:
        part.unlink(missing_ok=True)
