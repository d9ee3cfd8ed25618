"""A statement as JSON: the canonical manifest of its edition, and the JSON Schema that says what stands in it."""

import json
import sys
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from types import NoneType, UnionType
from typing import Any, Final, Literal, Union, get_args, get_origin, get_type_hints

import polars as pl

from wattstone.disclosure.manifest import FORM, manifest, statement_from
from wattstone.disclosure.statement import Statement

__all__ = ["SCHEMA_ID", "from_json", "json_schema", "to_json"]

SCHEMA_ID: Final = f"urn:{FORM.replace('.', ':').replace('/', ':')}"
"""A name, not an address."""

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_FRAME: Final[dict[str, Any]] = {
    "description": "A table: its columns in order, each with its type and its values, row by row.",
    "type": "object",
    "required": ["rows", "columns"],
    "properties": {
        "rows": {"type": "integer", "minimum": 0},
        "columns": {"type": "array", "items": {
            "type": "object", "required": ["name", "type", "values"],
            "properties": {"name": {"type": "string"}, "type": {"type": ["string", "object"]},
                           "values": {"type": "array"}},
        }},
    },
}  # fmt: skip
_NUMBER: Final[dict[str, Any]] = {"anyOf": [{"type": "number"}, {"enum": ["nan", "inf", "-inf"]}]}


def to_json(statement: Statement) -> dict[str, Any]:
    """A statement as JSON values, in both languages.

    Parameters
    ----------
    statement : Statement
        A draft or an edition.

    Returns
    -------
    dict
        `form` and `statement`, as docs/reference/statement.schema.json says.
    """
    return manifest(statement)


def from_json(values: Mapping[str, Any]) -> Statement:
    """The statement that `to_json` wrote."""
    return statement_from(values)


def json_schema() -> dict[str, Any]:
    """The JSON Schema of `to_json`, made from the types of a statement.

    Examples
    --------
    >>> json_schema()["$defs"]["Shown"]["required"][:3]
    ['id', 'name', 'period']
    """
    held: dict[str, Any] = {}
    statement = _schema(Statement, held)
    return {
        "$schema": _DIALECT,
        "$id": SCHEMA_ID,
        "title": "A climate report",
        "type": "object",
        "required": ["form", "statement"],
        "properties": {"form": {"const": FORM}, "statement": statement},
        "$defs": dict(sorted(held.items())),
    }


def _schema(hint: Any, held: dict[str, Any]) -> dict[str, Any]:
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return {"anyOf": [{"type": "null"} if one is NoneType else _schema(one, held) for one in inner]}
    if origin is Literal:
        return {"enum": list(inner)}
    if origin is tuple:
        if inner[-1] is Ellipsis:
            return {"type": "array", "items": _schema(inner[0], held)}
        return {"type": "array", "prefixItems": [_schema(one, held) for one in inner], "minItems": len(inner),
                "maxItems": len(inner)}  # fmt: skip
    if isinstance(origin, type) and issubclass(origin, Mapping):
        order = {"properties": {"$order": {"type": "array"}}} if inner[1] is str else {}
        return {"type": "object", **order, "additionalProperties": _schema(inner[1], held)}
    return _plain(hint, held)


def _plain(hint: Any, held: dict[str, Any]) -> dict[str, Any]:
    if is_dataclass(hint):
        return _named(hint, held)
    if hint is pl.DataFrame:
        held.setdefault("Frame", _FRAME)
        return {"$ref": "#/$defs/Frame"}
    simple: dict[Any, dict[str, Any]] = {
        str: {"type": "string"}, bool: {"type": "boolean"}, int: {"type": "integer"}, float: _NUMBER,
        date: {"type": "string", "format": "date"}, datetime: {"type": "string", "format": "date-time"},
    }  # fmt: skip
    return simple.get(hint, {})


def _named(kind: Any, held: dict[str, Any]) -> dict[str, Any]:
    """A reference to a dataclass, which is described once; fields that have a default may be absent."""
    name: str = kind.__name__
    if name not in held:
        held[name] = {}
        hints = get_type_hints(kind)
        told = {one.name: _schema(hints[one.name], held) for one in fields(kind)}
        needed = [one.name for one in fields(kind) if one.default is MISSING and one.default_factory is MISSING]
        held[name] = {
            "description": (kind.__doc__ or "").partition("\n")[0],
            "type": "object",
            "required": needed,
            "properties": told,
            "additionalProperties": False,
        }
    return {"$ref": f"#/$defs/{name}"}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(json_schema(), indent=1, ensure_ascii=False) + "\n")
