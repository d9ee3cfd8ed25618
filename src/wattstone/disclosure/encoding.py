"""Dataclasses as JSON values and back, by their declared types; nothing is lost, numbers are exact.

A field of a declared type is written as its type says. What is declared as anything (values of sentences) carries its
type where JSON has none: `{"$": "date", "value": "2025-12-31"}`.
"""

import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, cast, get_args, get_origin, get_type_hints

import polars as pl

from wattstone.disclosure.frames import frame_from, frame_to
from wattstone.programme.report import Said

__all__ = ["decoded", "encoded"]

_ORDER = "$order"
_MARK = "$"


def encoded(value: Any, hint: Any = Any) -> Any:
    """A value as JSON values.

    Parameters
    ----------
    value : object
        A dataclass, or what stands in one.
    hint : type
        As it is declared.

    Raises
    ------
    TypeError
        If it is of a type that nobody knows how to write.

    Examples
    --------
    >>> encoded(Said("until {day}", {"day": date(2025, 12, 31)}), Said)
    {'text': 'until {day}', 'params': {'day': {'$': 'date', 'value': '2025-12-31'}}}
    """
    hint = _declared(hint, value)
    if hint is Any:
        return _tagged(value)
    if value is None:
        return None
    if is_dataclass(hint):
        return {name: encoded(getattr(value, name), kind) for name, kind in _fields(hint).items()}
    if hint is pl.DataFrame:
        return frame_to(value)
    if hint is float:
        return _number(float(value))
    if hint in (date, datetime):
        return cast("date", value).isoformat()
    origin, inner = get_origin(hint), get_args(hint)
    if origin is tuple:
        kinds = [inner[0]] * len(value) if inner[-1] is Ellipsis else inner
        return [encoded(one, kind) for one, kind in zip(value, kinds, strict=True)]
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _mapping(cast("Mapping[str, Any]", value), inner[1])
    return value


def decoded(data: Any, hint: Any = Any) -> Any:
    """What `encoded` wrote, as it was.

    Parameters
    ----------
    data : object
        JSON values.
    hint : type
        As it is declared. Fields that the data do not have, from before there were any, get their defaults.
    """
    hint = _declared(hint, data)
    if hint is Any:
        return _untagged(data)
    if data is None:
        return None
    if is_dataclass(hint):
        told = {name: decoded(data[name], kind) for name, kind in _fields(hint).items() if name in data}
        return cast("type[Any]", hint)(**told)
    if hint is pl.DataFrame:
        return frame_from(data)
    if hint is float:
        return float(data)
    if hint in (date, datetime):
        return cast("type[date]", hint).fromisoformat(data)
    origin, inner = get_origin(hint), get_args(hint)
    if origin is tuple:
        kinds = [inner[0]] * len(data) if inner[-1] is Ellipsis else inner
        return tuple(decoded(one, kind) for one, kind in zip(data, kinds, strict=True))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        order: list[str] = data.get(_ORDER) or [name for name in data if name != _ORDER]
        return {name: decoded(data[name], inner[1]) for name in order}
    return data


@cache
def _fields(kind: Any) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {one.name: hints[one.name] for one in fields(kind)}


def _declared(hint: Any, value: Any) -> Any:
    """The type itself: of what may also be absent the other one; anything, of several; texts for a choice of texts."""
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        kinds = [one for one in get_args(hint) if one is not NoneType]
        return _declared(kinds[0], value) if len(kinds) == 1 else Any
    return str if origin is Literal else hint


def _mapping(held: Mapping[str, Any], kind: Any) -> dict[str, Any]:
    """By name. JSON is written with sorted names: where texts have an order of their own, it is told."""
    told = {name: encoded(held[name], kind) for name in sorted(held)}
    if kind is str and list(held) != sorted(held):
        told[_ORDER] = list(held)
    return told


def _number(value: float) -> Any:
    return value if math.isfinite(value) else repr(value)


def _tagged(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else {_MARK: "float", "value": repr(value)}
    if isinstance(value, datetime):
        return {_MARK: "datetime", "value": value.isoformat()}
    if isinstance(value, date):
        return {_MARK: "date", "value": value.isoformat()}
    if isinstance(value, Said):
        return {_MARK: "said", "value": encoded(value, Said)}
    if isinstance(value, tuple):
        return {_MARK: "tuple", "value": [_tagged(one) for one in cast("tuple[Any, ...]", value)]}
    if isinstance(value, list):
        return [_tagged(one) for one in cast("list[Any]", value)]
    if isinstance(value, Mapping):
        return {str(name): _tagged(one) for name, one in cast("Mapping[Any, Any]", value).items()}
    if hasattr(value, "item"):  # a number of numpy
        return _tagged(value.item())
    raise TypeError(f"a statement cannot keep {value!r} of {type(value).__name__}")


def _untagged(data: Any) -> Any:
    if isinstance(data, list):
        return [_untagged(one) for one in cast("list[Any]", data)]
    if not isinstance(data, dict):
        return data
    told = cast("dict[str, Any]", data)
    kind, value = told.get(_MARK), told.get("value")
    match kind:
        case "float":
            return float(cast("str", value))
        case "datetime":
            return datetime.fromisoformat(cast("str", value))
        case "date":
            return date.fromisoformat(cast("str", value))
        case "said":
            return decoded(value, Said)
        case "tuple":
            return tuple(_untagged(one) for one in cast("list[Any]", value))
        case _:
            return {name: _untagged(one) for name, one in told.items()}
