"""Frames of entries from a few values, for examples and tests."""

from typing import Any

import polars as pl

from wattstone.programme.kinds import entry_schema, record_kind

__all__ = ["entries", "models"]


def entries(kind: str, *rows: dict[str, Any]) -> pl.DataFrame:
    """Entries of a kind with these fields, all others null.

    Parameters
    ----------
    kind : str
    *rows : dict
        Field to value.

    Returns
    -------
    DataFrame
        With the columns of `entry_schema`; `entry` is the key, `hash` its number.
    """
    one = record_kind(kind)
    filled = [
        {"entry": "~".join(str(row.get(name, "")) for name in one.key), "hash": f"{kind}-{number}", **row}
        for number, row in enumerate(rows)
    ]
    schema = entry_schema(one)
    return pl.DataFrame([{name: row.get(name) for name in schema} for row in filled], schema=schema, orient="row")


def models(*rows: dict[str, Any]) -> pl.DataFrame:
    """Vehicle models, as `entries` makes them."""
    return entries("vehicle_model", *rows)
