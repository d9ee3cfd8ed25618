"""The ledger of areas taken out for geographic information systems."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

import polars as pl

from wattstone.base import Finding, InputRefused
from wattstone.programme.nature.gis import rows_of, write_geojson, write_geoparquet
from wattstone.programme.nature.ledger import ledger
from wattstone.workflows.access import EVERYWHERE, Act
from wattstone.workflows.access.guard import acting
from wattstone.workflows.programme.entries import entries_of
from wattstone.workflows.workspace import Workspace

__all__ = ["export_areas"]

_WRITERS: Final[dict[str, Callable[[pl.DataFrame, Path], None]]] = {
    ".geojson": write_geojson, ".json": write_geojson, ".parquet": write_geoparquet, ".geoparquet": write_geoparquet,
}  # fmt: skip


def export_areas(
    workspace: Workspace, to: Path, *, year: int | None = None, at: date | None = None, equal: bool = False
) -> pl.DataFrame:
    """Write the entries of the ledger with their boundaries, hectares and own parts of the net to a file.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    to : pathlib.Path
        `.geojson` (or `.json`), or `.parquet` (or `.geoparquet`).
    year : int or None
        In which entries count or not; that of `at`, or else this year (UTC).
    at : date or None
        By the entries as they stood at the end of that day (UTC); as they stand now where None.
    equal : bool
        Land where areas of one status overlap is divided equally; else it is the first one's.

    Returns
    -------
    polars.DataFrame
        What was written; schema `wattstone.programme.nature.gis.ROWS`.

    Raises
    ------
    InputRefused
        If the file has another ending, or a boundary must not be measured; nothing is written then.
    Forbidden
        If whoever asks may not take out what is the organisation's.
    """
    whole = acting(workspace, Act.EXPORT, EVERYWHERE)
    write = _WRITERS.get(to.suffix.lower())
    if write is None:
        raise InputRefused([_ending(to)])
    books = ledger(entries_of(whole, "area", at=at), entries_of(whole, "layer", at=at))
    if errors := [one for one in books.placed.findings if one.severity == "error"]:
        raise InputRefused(errors)
    rows = rows_of(books, year or (at or datetime.now(UTC).date()).year, equal=equal)
    write(rows, to)
    return rows


def _ending(to: Path) -> Finding:
    return Finding(
        code="export.ending", place=str(to), found="the file ends in '{ending}'", params={"ending": to.suffix},
        expected=".geojson or .parquet", remedy="name the file so",
    )  # fmt: skip
