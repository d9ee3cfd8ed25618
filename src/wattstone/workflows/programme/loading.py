"""Entries given as values, of several kinds at once: each kind whole, in the order in which they are first named."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import polars as pl

from wattstone.programme.cells import text_of
from wattstone.programme.entries import site_field
from wattstone.programme.kinds import SITE, RecordKind, record_kind
from wattstone.readings.sheets import Sheet
from wattstone.readings.tabular.csv import ROW
from wattstone.workflows.programme.changing import Changed, Said, change
from wattstone.workflows.workspace import Workspace

__all__ = ["load_entries", "sheet_of_values"]

_SOURCE: Final = "entries"


def load_entries(
    workspace: Workspace,
    entries: Iterable[tuple[str, Mapping[str, Any]]],
    *,
    who: str = "user",
    source: str = _SOURCE,
    known_sites: bool = False,
) -> tuple[Changed, ...]:
    """Enter entries; those that are there already change nothing.

    Parameters
    ----------
    workspace : Workspace
        Where.
    entries : iterable of (str, mapping)
        Kind, and fields as values of TOML or JSON.
    who : str
        Who enters them.
    source : str
        What to call them in findings.
    known_sites : bool
        Pass entries over that name a site which there is not, and leave such sites out of lists.

    Returns
    -------
    tuple of Changed
        One a kind.

    Raises
    ------
    InputRefused
        With every finding of a kind; the kinds before it stay.
    """
    sites = {one.id for one in workspace.records.sites()} if known_sites else None
    by_kind: dict[str, list[Mapping[str, Any]]] = {}
    for kind, said in entries:
        kept = said if sites is None else _at_known(record_kind(kind), said, sites)
        if kept is not None:
            by_kind.setdefault(kind, []).append(kept)
    done: list[Changed] = []
    for kind, rows in by_kind.items():
        one = record_kind(kind)
        # Told to be the same as a file: what was withdrawn stays withdrawn.
        said = Said(
            (sheet_of_values(one, rows, source),), source=source, what="import entries", over=True, reason=source
        )
        done.append(change(workspace, one, said, who=who))
    return tuple(done)


def _at_known(kind: RecordKind, said: Mapping[str, Any], sites: set[str]) -> Mapping[str, Any] | None:
    """What is said, its lists of sites without those that there are not; None where it is at none that there is."""
    field = site_field(kind)
    if field is not None and said.get(field) is not None and said[field] not in sites:
        return None
    lists = {one.name: [each for each in said[one.name] if each in sites] for one in kind.fields
             if one.type == "list" and one.to == SITE and said.get(one.name)}  # fmt: skip
    return {**said, **lists}


def sheet_of_values(kind: RecordKind, rows: Sequence[Mapping[str, Any]], source: str) -> Sheet:
    """Values of entries of a kind as a table, as a file would have them.

    Parameters
    ----------
    kind : RecordKind
    rows : sequence of mapping
        Fields as values of TOML or JSON.
    source : str
        What to call them in findings.
    """
    names = [one.name for one in kind.fields if any(one.name in row for row in rows)]
    unknown = sorted({name for row in rows for name in row} - {one.name for one in kind.fields})
    if unknown:
        raise KeyError(f"{kind.id} has no field {', '.join(unknown)}")
    columns = {name: [text_of(row.get(name)) or None for row in rows] for name in names}
    frame = pl.DataFrame(
        {ROW: list(range(1, len(rows) + 1)), **columns}, schema={ROW: pl.Int64, **dict.fromkeys(names, pl.String)}
    )
    return Sheet(f"{source}, {kind.id}", frame, {name: name for name in names}, {})
