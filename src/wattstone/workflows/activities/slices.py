"""Slices of activities: the lines of one site in one year, and the hash that pins them.

The hash is SHA-256 over the lines in order of their ids, so that anyone can compute it again from the rows alone. A
line is its fields in the order of `readings.activities.schema.ACTIVITY`, each followed by the byte 1F, the line by 1E:
texts as UTF-8, days and moments as ISO 8601, flags as `true` and `false`, whole numbers as digits, other numbers as the
digits of the 64-bit integer that their IEEE 754 double is; what is not said is the byte 00.
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
    written = lines.select(pl.concat_str(*(_text(lines[name]) for name in ACTIVITY), pl.lit(_LINE)).alias("line"))
    runs = lines.select(pl.col("site_id").rle()).unnest("site_id")
    by_batch = lines.group_by("site_id", "batch").agg(pl.len()).sort("site_id", "batch")
    batches: dict[str, list[tuple[int, int]]] = {}
    for site, batch, count in by_batch.iter_rows():
        batches.setdefault(site, []).append((batch, count))
    texts = written["line"]
    slices: list[ActivitySlice] = []
    begin = 0
    for count, site in runs.iter_rows():
        content = "".join(texts.slice(begin, count).to_list()).encode()
        slices.append(ActivitySlice(site, count, hashlib.sha256(content).hexdigest(), tuple(batches[site])))
        begin += count
    return slices


def _text(column: pl.Series) -> pl.Series:
    """A column as text, null as its own sign, with the sign that ends a field."""
    if column.dtype.is_float():
        bits = column.fill_null(0.0).to_numpy().view(np.int64)
        plain = pl.Series(column.name, bits).cast(pl.String).set(column.is_null(), None)
    elif column.dtype == pl.Boolean:
        plain = pl.select(pl.when(column).then(pl.lit("true")).when(~column).then(pl.lit("false"))).to_series()
    else:
        plain = column.cast(pl.String)
    return (plain.fill_null(_NONE) + _FIELD).alias(column.name)


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
