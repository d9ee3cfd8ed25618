"""Entries by hand, as the records would give them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import polars as pl

from wattstone.programme.entries import body_of, hash_of
from wattstone.programme.kinds import entry_schema, record_kind
from wattstone.programme.naming import named

__all__ = ["entries", "frame"]


def frame(kind: str, *rows: Mapping[str, Any]) -> pl.DataFrame:
    """Entries of a kind, with the ids that their keys make."""
    one = record_kind(kind)
    schema = entry_schema(one)
    fields = {each.name: schema[each.name] for each in one.fields}
    said = named(one, pl.DataFrame([{name: row.get(name) for name in fields} for row in rows], schema=fields))
    hashes = [hash_of(kind, entry, body_of(row)) for entry, row in zip(said["entry"], rows, strict=True)]
    made = said.with_columns(
        pl.Series("hash", hashes), document=pl.lit(None, pl.String), entered_by=pl.lit("Li"),
        entered_at=pl.lit(datetime(2026, 1, 1), pl.Datetime("us")),
    )  # fmt: skip
    return made.select(list(schema)).cast(dict(schema))


def entries(**by_kind: list[Mapping[str, Any]]) -> dict[str, pl.DataFrame]:
    """By kind."""
    return {kind: frame(kind, *rows) for kind, rows in by_kind.items()}
