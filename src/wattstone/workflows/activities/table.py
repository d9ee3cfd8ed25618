"""The table of activity records in the lake: appended to, never overwritten; each source is there once."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import polars as pl

from wattstone.readings.activities.schema import ACTIVITY, in_force
from wattstone.workflows.stores import Commit, Lake
from wattstone.workflows.workspace import Workspace

__all__ = ["ACTIVITIES", "append_lines", "recover", "scan_in_force"]

ACTIVITIES: Final = "activities"
NOTES: Final = ("import activities", "add activity", "correct activity", "withdraw activity", "attach document")
_TOLD: Final = ("source", "lines", "sites", "line", "replaces", "reason", "document", "changed", "key", "batch")
_RECENT = 200  # lines of the audit log that are looked at first


def append_lines(
    workspace: Workspace, lines: pl.DataFrame, *, key: str, what: str, who: str, details: Mapping[str, str]
) -> int:
    """Append lines in one commit, and say so in the audit log.

    Parameters
    ----------
    workspace : Workspace
        Whole, under its lock, after `recover`.
    lines : polars.DataFrame
        Schema `ACTIVITY`; the batch is filled in.
    key : str
        Of the source; a source that was committed is not committed again.
    what, who : str
        For the audit log.
    details : mapping of str to str
        For the audit log, and kept with the commit.

    Returns
    -------
    int
        The batch.
    """
    lake = workspace.lake
    batch = max(lake.version(ACTIVITIES), 0) + 1
    rows = lines.with_columns(pl.lit(batch, pl.Int32).alias("batch")).select(
        *(pl.col(name).cast(dtype) for name, dtype in ACTIVITY.items()),
        pl.col("start").dt.year().cast(pl.Int32).alias("part"),
    )
    about = {"what": what, "who": who, "key": key, "batch": str(batch), **details}
    order = rows.sort("part", "site_id", "kind", "start", maintain_order=True)
    version = lake.append(ACTIVITIES, order, Commit(key, batch, about))
    _note(workspace, about, version)
    return batch


def recover(workspace: Workspace) -> None:
    """Clear up after a killed run, and write the line of the audit log that it did not come to write."""
    lake = workspace.lake
    lake.recover()
    newest = lake.newest(ACTIVITIES)
    if newest is None or "wattstone.what" not in newest:
        return
    version = int(newest["version"])
    if not (_noted(workspace, version, _RECENT) or _noted(workspace, version, None)):
        _note(workspace, {name.removeprefix("wattstone."): str(text) for name, text in newest.items()}, version)


def _noted(workspace: Workspace, version: int, last: int | None) -> bool:
    lines = workspace.records.audit(last=last)
    return any(line.what in NOTES and line.details.get("version") == version for line in lines)


def _note(workspace: Workspace, about: Mapping[str, Any], version: int) -> None:
    said = {name: about[name] for name in _TOLD if name in about}
    workspace.records.note(str(about["what"]), who=str(about["who"]), details={**said, "version": version})


def scan_in_force(lake: Lake, *, parts: Iterable[int] | None = None, version: int | None = None) -> pl.LazyFrame | None:
    """The lines in force of some years, lazily; None where there are none.

    Parameters
    ----------
    lake : Lake
        Of a guarded workspace: then those of the sites that whoever looks may see.
    parts : iterable of int or None
        Years in which lines begin; all where None.
    version : int or None
        As it stood then.
    """
    held = lake.scan(ACTIVITIES, parts=parts, version=version)
    if held is None:
        return None
    corrected = held.select((pl.col("replaces").is_not_null() | pl.col("withdrawn")).any()).collect().item()
    return in_force(held) if corrected else held
