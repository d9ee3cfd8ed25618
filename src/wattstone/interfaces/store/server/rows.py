"""Values to rows and back, tokens to their digests: what the subjects of the server's records share."""

import dataclasses
import hashlib
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from _typeshed import DataclassInstance
    from sqlalchemy import Table

Value = TypeVar("Value", bound="DataclassInstance")

_SETS = ("sites", "spaces", "acts")
_TUPLES = ("mail", "webhooks")


def now_utc(when: datetime | None = None) -> datetime:
    """A time as the tables keep it, naive UTC; now by default."""
    if when is None:
        when = datetime.now(UTC)
    return when if when.tzinfo is None else when.astimezone(UTC).replace(tzinfo=None)


def new_id() -> str:
    """A name nobody else has: 96 random bits, which cannot be guessed either."""
    return secrets.token_hex(12)


def new_token(prefix: str = "") -> str:
    """A secret of 256 random bits, fit for an address."""
    return prefix + secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """What is kept of a token. Of 256 random bits a plain hash is enough: there is nothing to guess."""
    return hashlib.sha256(token.encode()).hexdigest()


def table(name: str) -> "Table":
    """A table of the server's records."""
    from wattstone.interfaces.store.server.tables import metadata

    return metadata.tables[name]


@cache
def _names(kind: type[Any]) -> tuple[str, ...]:
    return tuple(one.name for one in dataclasses.fields(kind))


def to_row(value: "DataclassInstance") -> dict[str, Any]:
    """A value as a row; sets become sorted lists."""
    row: dict[str, Any] = {}
    for name in _names(type(value)):
        item = getattr(value, name)
        if isinstance(item, frozenset):
            item = sorted(item)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
        row[name] = list(item) if isinstance(item, tuple) else item  # pyright: ignore[reportUnknownArgumentType]
    return row


def from_row(kind: type[Value], row: Mapping[Any, Any]) -> Value:
    """A row as a value; columns that the value does not show, as a digest, are left out."""
    fields: dict[str, Any] = {name: row[name] for name in _names(kind)}
    for name in _SETS:
        if fields.get(name) is not None:
            fields[name] = frozenset(fields[name])
    for name in _TUPLES:
        if name in fields:
            fields[name] = tuple(fields[name])
    return kind(**fields)
