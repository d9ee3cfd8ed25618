"""A workspace as it stood: entries up to a number, and tables of the lake at a version."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, cast

import polars as pl

from wattstone.workflows.activities.table import ACTIVITIES
from wattstone.workflows.inventory.partitions import HOURS
from wattstone.workflows.inventory.record import FIGURES
from wattstone.workflows.results import RESULTS
from wattstone.workflows.stores import Lake, Records
from wattstone.workflows.workspace import Workspace

__all__ = ["PROGRAMME", "Pins", "moved", "pinned", "pins_of"]

PROGRAMME: Final = "programme"
"""Kind of the runs that record reports."""

_TABLES: Final = (FIGURES, ACTIVITIES, RESULTS, HOURS, "readings", "intensity")


@dataclass(frozen=True)
class Pins:
    """What a report was made from.

    Parameters
    ----------
    entries : int
        Number of the newest version of any entry.
    tables : mapping of str to int
        Version of each table of the lake; -1 where there was none.
    """

    entries: int
    tables: Mapping[str, int]

    @classmethod
    def read(cls, about: Mapping[str, Any]) -> "Pins":
        """From the evidence of a run."""
        return cls(int(about["entries"]), {name: int(version) for name, version in about["tables"].items()})


def pins_of(workspace: Workspace) -> Pins:
    """As a workspace stands now."""
    tables = {name: workspace.lake.version(name) for name in _TABLES}
    return Pins(workspace.records.programme_seq(), tables)


def moved(workspace: Workspace, pins: Pins) -> tuple[str, ...]:
    """What is not as it stood: `entries`, and names of tables; that reports were recorded since changes nothing."""
    lake, now = workspace.lake, pins_of(workspace)
    found = [name for name in _TABLES if now.tables[name] != pins.tables.get(name, now.tables[name])]
    if RESULTS in found:
        since = (one for one in lake.commits(RESULTS) if int(one["version"]) > pins.tables[RESULTS])
        if all(one.get("wattstone.kind") == PROGRAMME or one.get("operation") == "CREATE TABLE" for one in since):
            found.remove(RESULTS)
    return (*(("entries",) if now.entries != pins.entries else ()), *found)


def pinned(workspace: Workspace, pins: Pins) -> Workspace:
    """A workspace in which nothing is found that came later.

    Parameters
    ----------
    workspace : Workspace
        Whole.
    pins : Pins
        From `pins_of`. Sites, measures, settings and factors are as they are now.
    """
    records = cast("Records", _Entries(workspace.records, pins.entries))
    lake = cast("Lake", _Tables(workspace.lake, pins.tables))
    behind = workspace.behind
    whole = None if behind is None else replace(behind, records=records, lake=lake)
    return replace(workspace, records=records, lake=lake, behind=whole)


class _Entries:
    """Records whose entries are those up to a number."""

    def __init__(self, records: Records, seq: int) -> None:
        self._records, self._seq = records, seq

    def programme_entries(
        self, kind: str, *, entries: Sequence[str] | None = None, at: datetime | None = None, seq: int | None = None
    ) -> pl.DataFrame:
        return self._records.programme_entries(
            kind, entries=entries, at=at, seq=self._seq if seq is None else min(seq, self._seq)
        )

    def programme_seq(self) -> int:
        return self._seq

    def __getattr__(self, name: str) -> Any:
        return getattr(self._records, name)


class _Tables:
    """A lake some of whose tables are those of a version."""

    def __init__(self, lake: Lake, versions: Mapping[str, int]) -> None:
        self._lake, self._versions = lake, versions

    def version(self, table: str) -> int:
        return self._versions.get(table, self._lake.version(table))

    def parts(self, table: str, version: int | None = None) -> dict[int, tuple[str, ...]]:
        at = self._at(table, version)
        return {} if at == -1 else self._lake.parts(table, at)

    def scan(
        self, table: str, *, parts: Iterable[int] | None = None, version: int | None = None
    ) -> pl.LazyFrame | None:
        at = self._at(table, version)
        return None if at == -1 else self._lake.scan(table, parts=parts, version=at)

    def files(self, table: str, *, parts: Iterable[int] | None = None, version: int | None = None) -> tuple[str, ...]:
        at = self._at(table, version)
        return () if at == -1 else self._lake.files(table, parts=parts, version=at)

    def addresses(self, table: str, version: int | None = None) -> dict[int, tuple[str, ...]]:
        at = self._at(table, version)
        return {} if at == -1 else self._lake.addresses(table, at)

    def _at(self, table: str, version: int | None) -> int | None:
        return self._versions.get(table) if version is None else version

    def __getattr__(self, name: str) -> Any:
        return getattr(self._lake, name)
