"""Versions of entries: what each says as text, its hash, and the frame of a kind that is read from them.

A version's body is JSON: the fields that are said, by name, sorted, without spaces; days as ISO 8601, numbers in their
shortest exact form. The hash is SHA-256 over the JSON array of kind, entry, body (as text) and document, so that
anybody can compute it again from what the records hold.
"""

import hashlib
import json
import math
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

import polars as pl

from wattstone.programme.kinds import DTYPES, PROVENANCE, RecordField, RecordKind, entry_schema

__all__ = [
    "MANY",
    "VERSIONS",
    "bodies_of",
    "body_of",
    "combined",
    "entries_frame",
    "hash_of",
    "inputs_of",
    "sealed",
    "site_field",
]

VERSIONS: Final[Mapping[str, Any]] = {
    "seq": pl.Int64, "kind": pl.String, "entry": pl.String, "version": pl.Int32, "hash": pl.String, "site": pl.String,
    "body": pl.String, "document": pl.String, "entered_by": pl.String, "entered_at": pl.Datetime("us"),
    "replaces": pl.String, "withdrawn": pl.Boolean, "reason": pl.String,
}  # fmt: skip
"""Columns of versions: their order, kind and entry, number among the versions of the entry, hash, the site that the
entry belongs to, body, SHA-256 of the attached document, who and when (naive UTC), hash of the version before,
whether the entry is withdrawn by it, and why it was changed."""

_SEALED: Final = tuple(name for name in VERSIONS if name != "seq")

MANY: Final = 48
"""Up to here `inputs_of` names entries one by one."""

_DIGITS: Final = 40
_quoted: Final[Callable[[str], str]] = json.encoder.encode_basestring
_encoded: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


def body_of(said: Mapping[str, Any]) -> str:
    """What an entry says, as canonical JSON; fields that are null or NaN are left out.

    Examples
    --------
    >>> body_of({"name": "湿地", "area": 2.0, "start": date(2024, 5, 1), "note": None})
    '{"area":2.0,"name":"湿地","start":"2024-05-01"}'
    """
    told = {name: _plain(said[name]) for name in sorted(said) if said[name] is not None and not _nan(said[name])}
    return _encoded(told)


def bodies_of(rows: pl.DataFrame) -> list[str]:
    """The bodies of many entries, as `body_of` makes each of them.

    Parameters
    ----------
    rows : polars.DataFrame
        A column a field, of the types of `kinds.DTYPES`.
    """
    days = [pl.col(name).dt.to_string("iso") for name, dtype in rows.schema.items() if dtype == pl.Date]
    plain = rows.select(sorted(rows.columns)).with_columns(*days).fill_nan(None)
    told = [_members(column) for column in plain]  # by column: an encoder that is made for each row costs most of it
    return [f"{{{','.join(filter(None, row))}}}" for row in zip(*told, strict=True)] if told else ["{}"] * rows.height


def _members(column: pl.Series) -> list[str | None]:
    """A column as members of JSON objects, `"name":value`; None where nothing is said."""
    before, values = f"{_quoted(column.name)}:", column.to_list()
    encode = _quoted if column.dtype == pl.String else _finite if column.dtype == pl.Float64 else _encoded
    if column.dtype == pl.Boolean or column.dtype.is_integer():
        encode = {value: _encoded(value) for value in column.drop_nulls().unique().to_list()}.__getitem__
    return [None if value is None else before + encode(value) for value in values]


def _finite(value: float) -> str:
    """As JSON has it; ValueError where it is none."""
    return float.__repr__(value) if math.isfinite(value) else _encoded(value)


def hash_of(kind: str, entry: str, body: str, document: str | None = None) -> str:
    """Hash of a version's content: the first 40 hexadecimal digits of SHA-256."""
    told = ",".join((_quoted(kind), _quoted(entry), _quoted(body), "null" if document is None else _quoted(document)))
    content = f"[{told}]"
    return hashlib.sha256(content.encode()).hexdigest()[:_DIGITS]


def entries_frame(kind: RecordKind, versions: pl.DataFrame) -> pl.DataFrame:
    """Entries of a kind as modules read them.

    Parameters
    ----------
    kind : RecordKind
        Whose fields.
    versions : polars.DataFrame
        Schema `VERSIONS`, of that kind.

    Returns
    -------
    polars.DataFrame
        Schema `entry_schema(kind)`, in the order given; what an entry does not say is null.
    """
    if versions.is_empty():
        return pl.DataFrame(schema=entry_schema(kind))
    said = pl.Struct([pl.Field(one.name, _read_as(DTYPES[one.type])) for one in kind.fields])
    told = pl.col("body").str.json_decode(said).alias("said")
    fields = [_field(one) for one in kind.fields]
    return versions.with_columns(told).select("entry", *fields, *PROVENANCE)


def combined(frame: pl.DataFrame) -> str:
    """One hash of many entries, whatever their order: SHA-256 over their sorted hashes, 40 hexadecimal digits.

    Parameters
    ----------
    frame : polars.DataFrame
        With a column `hash`.

    Examples
    --------
    >>> one, other = pl.DataFrame({"hash": ["a", "b"]}), pl.DataFrame({"hash": ["b", "a"]})
    >>> combined(one) == combined(other)
    True
    """
    return hashlib.sha256("\n".join(frame["hash"].sort()).encode()).hexdigest()[:_DIGITS]


def sealed(versions: pl.DataFrame) -> str:
    """SHA-256 over all that versions say: who entered what, when, where, why, and whether it was withdrawn.

    Parameters
    ----------
    versions : polars.DataFrame
        Schema `VERSIONS`, in whatever order; `seq` is not part of it.
    """
    rows = versions.select(_SEALED).with_columns(pl.col("entered_at").dt.to_string("%Y-%m-%dT%H:%M:%S%.6f"))
    return hashlib.sha256(_encoded(rows.sort("kind", "entry", "version").rows()).encode()).hexdigest()


def inputs_of(kind: str, frame: pl.DataFrame) -> tuple[str, ...]:
    """What a line names that rests on these entries: each of a few, all together where they are many.

    Parameters
    ----------
    kind : str
        Its id.
    frame : polars.DataFrame
        With a column `hash`: the entries that were used.

    Returns
    -------
    tuple of str
        `entry:HASH` of each up to `MANY`; else one `entries:KIND=HASH` with the hash by `combined`.
    """
    if frame.height <= MANY:
        return tuple(f"entry:{one}" for one in frame["hash"].sort())
    return (f"entries:{kind}={combined(frame)}",)


def site_field(kind: RecordKind) -> str | None:
    """The field that says at which site an entry is; None where entries are the whole organisation's."""
    return next((one.name for one in kind.fields if one.type == "site" and one.name == "site"), None)


def _field(one: RecordField) -> pl.Expr:
    said = pl.col("said").struct.field(one.name)
    return said.str.to_date("%Y-%m-%d") if one.type == "date" else said.cast(DTYPES[one.type])


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _nan(value: Any) -> bool:
    return isinstance(value, float) and math.isnan(value)


def _read_as(dtype: Any) -> Any:
    """How JSON is read: a day is text in it."""
    return pl.String if dtype == pl.Date else dtype
