"""A statement as canonical JSON: the same statement gives the same bytes everywhere, and the bytes give it back.

A manifest holds everything that a rendering shows, in both languages, so that an edition can be read, rendered and
checked when lists of requirements, factors or the workspace have long changed. A lock adds what the edition rests on.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

from wattstone.disclosure.encoding import decoded, encoded
from wattstone.disclosure.statement import Statement

__all__ = ["FORM", "canonical", "digest", "manifest", "same", "statement_from"]

FORM: Final = "wattstone.statement/1"


def manifest(statement: Statement, **beside: Any) -> dict[str, Any]:
    """A statement as JSON values.

    Parameters
    ----------
    statement : Statement
    **beside : object
        JSON values that stand beside it, by name.

    Returns
    -------
    dict
        `form`, `statement`, and what stands beside.
    """
    return {"form": FORM, **beside, "statement": encoded(statement, Statement)}


def canonical(values: Mapping[str, Any]) -> bytes:
    """JSON in its one form: names sorted, no spaces, numbers as their shortest exact form, UTF-8.

    Parameters
    ----------
    values : mapping
        JSON values; ValueError where a number is none (NaN, infinite).

    Examples
    --------
    >>> canonical({"b": 0.1, "a": "碳"}).decode()
    '{"a":"碳","b":0.1}'
    """
    text = json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode()


def digest(content: bytes) -> str:
    """SHA-256 in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def statement_from(values: Mapping[str, Any]) -> Statement:
    """The statement that a manifest holds.

    Parameters
    ----------
    values : mapping
        From `manifest`, or read back from its JSON. An edition's hash is that of its manifest, and so not in it: it is
        filled in here.
    """
    told: dict[str, Any] = dict(values["statement"])
    edition: dict[str, Any] | None = told.get("edition")
    if edition is not None and not edition.get("sha256"):
        told["edition"] = {**edition, "sha256": digest(canonical(values))}
    return decoded(told, Statement)


def same(one: Statement, other: Statement) -> bool:
    """Whether two statements say the same of everything, tables too."""
    return canonical(manifest(one)) == canonical(manifest(other))
