"""Slices of activities: the lines of one site in one year, and the hash that pins them.

The hash is SHA-256 over the lines in order of their ids, so that anyone can compute it again from the rows alone. A
line is its fields in the order of `readings.activities.schema.ACTIVITY`, each followed by the byte 1F, the line by 1E:
texts as UTF-8, days and moments as ISO 8601, flags as `true` and `false`, whole numbers as digits, other numbers as the
digits of the 64-bit integer that their IEEE 754 double is; what is not said is the byte 00. A line to which documents
alone were attached stands as the version before them.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from wattstone.readings.activities.schema import ACTIVITY

__all__ = ["ActivitySlice", "slice_content", "slices_of_lines"]

_FIELD, _LINE, _NONE = "\x1f", "\x1e", "\x00"


@dataclass(frozen=True)
class ActivitySlice:
    """The lines of one site in one year.

    Parameters
    ----------
    site : str
        Whose.
    rows : int
        How many.
    sha256 : str
        64 hexadecimal digits.
    batches : tuple of (int, int)
        Batches that they came with, and how many lines each gave.
    """

    site: str
    rows: int
    sha256: str
    batches: tuple[tuple[int, int], ...]


def slices_of_lines(lines: pl.DataFrame) -> list[ActivitySlice]:
    """Hash the lines of each site.

    Parameters
    ----------
    lines : polars.DataFrame
        Schema `ACTIVITY`, sorted by site and line id, all lines of a site together.

    Returns
    -------
    list of ActivitySlice
        By site.
    """
    if lines.is_empty():
        return []
    written = lines.select("site_id", pl.concat_str(*(_text(lines[name]) for name in ACTIVITY), separator=_FIELD))
    texts = written.rename({written.columns[1]: "line"}).group_by("site_id", maintain_order=True)
    content = texts.agg(pl.len(), pl.col("line").str.join(_FIELD + _LINE))
    by_batch = lines.group_by("site_id", "batch").agg(pl.len()).sort("site_id", "batch")
    batches: dict[str, list[tuple[int, int]]] = {}
    for site, batch, count in by_batch.iter_rows():
        batches.setdefault(site, []).append((batch, count))
    return [
        ActivitySlice(site, count, hashlib.sha256((text + _FIELD + _LINE).encode()).hexdigest(), tuple(batches[site]))
        for site, count, text in content.iter_rows()
    ]


def _text(column: pl.Series) -> pl.Expr:
    """A column as text, null as its own sign; one that holds the same throughout is written once."""
    if column.null_count() == len(column):
        return pl.lit(_NONE)
    one = column.head(1) if not column.null_count() and bool((column == column[0]).all()) else column
    if one.dtype.is_float():
        bits = pl.Series(column.name, one.fill_null(0.0).to_numpy().view(np.int64))
        plain = bits.cast(pl.String)
        plain = plain.set(one.is_null(), None) if one.null_count() else plain
    elif one.dtype == pl.Boolean:
        plain = pl.select(pl.when(one).then(pl.lit("true")).when(~one).then(pl.lit("false"))).to_series()
    else:
        plain = one.cast(pl.String)
    if len(one) < len(column):
        return pl.lit(plain[0], pl.String)
    return pl.lit(plain.fill_null(_NONE) if plain.null_count() else plain)


def slice_content(slices: Iterable[ActivitySlice], year: int, version: int) -> dict[str, dict[str, Any]]:
    """Slices as evidence.

    Parameters
    ----------
    slices : iterable of ActivitySlice
        One a site.
    year : int
        Theirs.
    version : int
        Of the table that they were read from.

    Returns
    -------
    dict
        Content by id.
    """
    content: dict[str, dict[str, Any]] = {}
    for one in slices:
        digest = hashlib.sha256(json.dumps(["activities", year, one.site, one.sha256]).encode()).hexdigest()
        content[f"slice:{digest[:20]}"] = {
            "kind": "activities",
            "table": "activities",
            "version": version,
            "year": year,
            "site": one.site,
            "rows": one.rows,
            "sha256": one.sha256,
            "batches": [list(each) for each in one.batches],
        }
    return content
