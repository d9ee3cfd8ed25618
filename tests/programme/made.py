"""Entries as a store would hand them over, from the fields that a test cares for."""

from typing import Any

import polars as pl

from wattstone.programme.kinds import entry_schema, record_kind


def made(kind: str, *rows: dict[str, Any]) -> pl.DataFrame:
    """A frame of entries; what a row does not say is null."""
    schema = entry_schema(record_kind(kind))
    full = [dict.fromkeys(schema) | {"entry": f"{kind}-{n}", "hash": f"{kind}{n:04d}"} | row
            for n, row in enumerate(rows, 1)]  # fmt: skip
    for one in full:
        assert set(one) == set(schema), f"{kind} has no field {set(one) - set(schema)}"
    return pl.DataFrame(full, schema=schema)
