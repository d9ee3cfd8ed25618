"""Entries of a module as its calculations take them."""

from collections.abc import Mapping

import polars as pl

from wattstone.programme.entries import inputs_of
from wattstone.programme.kinds import entry_schema, record_kind

__all__ = ["evidenced", "held", "rests_on"]


def held(entries: Mapping[str, pl.DataFrame], kind: str) -> pl.DataFrame:
    """Entries of a kind; none where the mapping does not have it.

    Parameters
    ----------
    entries : mapping of str to DataFrame
        By kind, each with the columns of `entry_schema`.
    kind : str

    Returns
    -------
    DataFrame
    """
    frame = entries.get(kind)
    return pl.DataFrame(schema=entry_schema(record_kind(kind))) if frame is None else frame


def rests_on(kind: str, hashes: pl.Series) -> tuple[str, ...]:
    """What a line names as its inputs, from hashes that may be null or stand there several times.

    Parameters
    ----------
    kind : str
        Of the entries.
    hashes : Series of str
        Null where a row is no entry.

    Returns
    -------
    tuple of str
        See `wattstone.programme.entries.inputs_of`.
    """
    return inputs_of(kind, hashes.drop_nulls().unique().sort().to_frame("hash"))


def evidenced() -> pl.Expr:
    """Whether an entry is shown by evidence: a document is attached, or its field `evidence` says which one it is."""
    return pl.col("document").is_not_null() | (pl.col("evidence").fill_null("").str.strip_chars() != "")
