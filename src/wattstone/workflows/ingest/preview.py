"""A look at a file before it is taken in: what it is, how it would be read, what each meter holds, what is doubtful."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Any
from weakref import WeakValueDictionary

import polars as pl

from wattstone.base import Finding, InputRefused
from wattstone.readings.formats import Format, detect_format
from wattstone.readings.sources import How, open_source
from wattstone.workflows.access import Act, require
from wattstone.workflows.ingest.lookover import MeterLook, look_over
from wattstone.workflows.ingest.mappings import kept_mapping, known_places
from wattstone.workflows.workspace import Workspace

__all__ = ["ROWS", "Preview", "preview", "preview_how"]

ROWS = 20
TABLES: tuple[Format, ...] = ("csv", "xlsx")
_GATE, _LOOKS = Lock(), WeakValueDictionary[Path, "_Look"]()


class _Look:
    """A lock that is forgotten with the last look that holds it or waits for it."""

    def __init__(self) -> None:
        self._lock = Lock()

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What a file or folder seems to be.

    Parameters
    ----------
    name : str
        Of the file.
    form : str
        As `readings.formats.detect_format` says: csv, xlsx, greenbutton, dataset, epw, weather, sessions, tariff, or
        `unknown`.
    mapping : str or None
        How a table would be read (TOML): a proposal, to be sent back as it is or corrected.
    confidence : float or None
        Of the proposal, 0 to 1; from 0.75 on it is applied without asking.
    remembered : bool
        Whether a file of this name was read before, and this one would be read the same way.
    columns : tuple of str
        Of the rows.
    rows : tuple of tuple
        The first readings as they would be taken in: JSON values, times in UTC.
    findings : tuple of Finding
        What is doubtful, and what refuses the file.
    meters : tuple of MeterLook
        What each of its meters holds.
    whole : bool
        Whether all of it was read; of a very large one only the beginning is.
    unread : tuple of str
        Columns of a table that are not read.
    """

    name: str
    form: Format
    mapping: str | None = None
    confidence: float | None = None
    remembered: bool = False
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Any, ...], ...] = ()
    findings: tuple[Finding, ...] = field(default=())
    meters: tuple[MeterLook, ...] = ()
    whole: bool = True
    unread: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """Readings of all its meters that have a value."""
        return sum(meter.count for meter in self.meters)

    @property
    def refused(self) -> bool:
        """Whether the file cannot be taken in as it is."""
        return any(one.severity == "error" for one in self.findings)


def preview_how(workspace: Workspace, *, nulls: Sequence[str] = (), **said: str | None) -> How:
    """What is known of how files are read here, and what a person says of it.

    Parameters
    ----------
    workspace : Workspace
        Where they would go.
    nulls : sequence of str
        Texts that mean that there is no reading.
    **said
        zone, site, meter, unit, kind, mapping.
    """
    clock = workspace.records.organisation().zone
    given: dict[str, Any] = {name: value for name, value in said.items() if value}
    zone = given.pop("zone", None) or (None if clock == "UTC" else clock)
    kept = partial(kept_mapping, workspace)
    return How(zone=zone, known=known_places(workspace), remembered=kept, nulls=tuple(nulls), **given)


def preview(workspace: Workspace, path: Path, how: How | None = None) -> Preview:
    """Look at a file without taking it in; of one of very many readings only the beginning is read.

    Looks at one file wait for each other.

    Parameters
    ----------
    workspace : Workspace
        Where it would go.
    path : pathlib.Path
        A file, or a dataset folder.
    how : How or None
        What a person says of it; `preview_how(workspace)` where None.

    Returns
    -------
    Preview
        With findings in place of what could not be read.

    Raises
    ------
    Forbidden
        If the actor may not take readings in.
    """
    require(workspace.actor, Act.INGEST)
    with _one_at_a_time(path):
        return _previewed(workspace, path, how or preview_how(workspace))


def _one_at_a_time(path: Path) -> "_Look":
    """Held by a look at a file: one that overlaps it waits, and finds what the first has read."""
    with _GATE:
        return _LOOKS.setdefault(path.resolve(), _Look())


def _previewed(workspace: Workspace, path: Path, how: How) -> Preview:
    told = Preview(name=path.name, form="unknown")
    try:
        told = replace(told, form=detect_format(path))
        if told.form in TABLES:
            return _table(workspace, path, told, how)
        return _looked(workspace, path, told, how)
    except InputRefused as refused:
        return replace(told, findings=refused.findings)


def _looked(workspace: Workspace, path: Path, told: Preview, how: How, zone: str | None = None) -> Preview:
    """What a file holds, read in one way."""
    incoming = open_source(path, how)
    seen = look_over(workspace, incoming, zone=zone or how.zone, rows=ROWS)
    rows = seen.rows
    if rows.is_empty() and not seen.refused:  # else the first rows of the first table beside them
        rows = next((extra.read().head(ROWS) for extra in incoming.extras.values()), rows)
    return replace(
        told, mapping=incoming.mapping, columns=tuple(rows.columns), rows=_plain(rows), meters=seen.meters,
        whole=seen.whole, findings=(*told.findings, *(one for one in seen.findings if one not in told.findings)),
    )  # fmt: skip


def _table(workspace: Workspace, path: Path, told: Preview, how: How) -> Preview:
    """A table by the mapping that is given or was kept, else as it looks."""
    from wattstone.readings.tabular import Mapping, detect

    given = how.mapping
    kept = None if given is not None or how.remembered is None else how.remembered(path.name)
    if given is not None or kept is not None:
        try:
            mapping = how.applied_to(Mapping.from_toml(given or kept or ""))
            unread = _unread(path, mapping)
        except InputRefused:
            if given is not None:
                raise
        else:
            known = replace(told, confidence=1.0, remembered=given is None, unread=unread)
            return _looked(workspace, path, known, replace(how, mapping=mapping.to_toml()), mapping.zone)
    found = detect(path, zone=how.zone, unit=how.unit, kind=how.kind)
    mapping = how.applied_to(found.mapping)
    first = found.preview.head(ROWS)
    told = replace(told, confidence=found.confidence, findings=found.doubts, unread=_unread(path, mapping))
    seen = _looked(workspace, path, told, replace(how, mapping=mapping.to_toml()), mapping.zone)
    return seen if seen.rows else replace(seen, columns=tuple(first.columns), rows=_plain(first))


def _unread(path: Path, mapping: Any) -> tuple[str, ...]:
    """Columns that a mapping does not name.

    Raises
    ------
    InputRefused
        If the table lacks one that it names.
    """
    from wattstone.readings.problems import Problems
    from wattstone.readings.tabular.result import open_table

    names, named = open_table(path, mapping, Problems(path)).names, mapping.columns.named()
    missing = [name for name in named if names.count(name) != 1]
    if missing:
        raise InputRefused([_missing(path.name, missing)])
    return tuple(name for name in names if name not in named)


def _missing(file: str, columns: Sequence[str]) -> Finding:
    return Finding(
        code="mapping.columns",
        place=file,
        found="it has no column of the name {columns}, or several",
        params={"columns": ", ".join(columns)},
        expected="the columns that the mapping names, once each",
        remedy="correct the names in the mapping",
    )


def _plain(rows: pl.DataFrame) -> tuple[tuple[Any, ...], ...]:
    """JSON values: times as texts in UTC, what is not a number as None."""
    told = rows.with_columns(pl.col(pl.Datetime).dt.strftime("%Y-%m-%dT%H:%M:%SZ"), pl.col(pl.Float64).fill_nan(None))
    wanted: Sequence[str] = [name for name, kind in told.schema.items() if not kind.is_nested()]
    return tuple(told.select(wanted).cast({pl.Categorical: pl.String}).iter_rows())
