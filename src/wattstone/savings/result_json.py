"""Results as JSON values: a gap is null, a date is ISO 8601, an array is a list."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from math import isfinite
from typing import Any, cast

import numpy as np

from wattstone.base import Finding
from wattstone.savings.periods import Sufficiency
from wattstone.savings.result import MeterSaving


def as_dict(result: Any, *, without: frozenset[str] = frozenset()) -> Any:
    """JSON values of a result, whatever it is made of.

    Parameters
    ----------
    result : object
        A result type, or what one may hold: mappings, tuples, arrays, dates, findings, numbers, text.
    without : frozenset of str
        Names of fields to leave out wherever they are: `{'model', 'series', 'fit'}` for a short one.

    Returns
    -------
    object
        Mappings, lists, text, numbers, booleans and None; numbers that are not finite become None.

    Raises
    ------
    TypeError
        If it holds anything else.
    """
    if isinstance(result, Finding):
        return {**result.as_dict(), "params": as_dict(dict(result.params), without=without)}
    if isinstance(result, Sufficiency):
        return _sufficiency(result)
    if is_dataclass(result) and not isinstance(result, type):
        rows = {one.name: getattr(result, one.name) for one in fields(result) if one.name not in without}
        if isinstance(result, MeterSaving):
            rows["verdict"] = result.verdict
        return {name: as_dict(value, without=without) for name, value in rows.items()}
    if isinstance(result, Mapping):
        held = cast("Mapping[Any, Any]", result)
        return {str(key): as_dict(value, without=without) for key, value in held.items() if key not in without}
    if isinstance(result, tuple | list):
        return [as_dict(value, without=without) for value in cast("list[Any]", result)]
    return _plain(result)


def _sufficiency(one: Sufficiency) -> dict[str, Any]:
    return {
        "meter": one.meter,
        "qualified": one.qualified,
        "findings": [as_dict(finding) for finding in one.findings],
        "overridden": dict(one.overridden),
    }


def _plain(value: Any) -> Any:
    """A leaf."""
    if isinstance(value, np.ndarray):
        return _array(cast("np.ndarray[Any, np.dtype[Any]]", value))
    leaf: Any = cast("Any", value.item()) if isinstance(value, np.generic) else value
    if leaf is None or isinstance(leaf, str | bool | int):
        return leaf
    if isinstance(leaf, float):
        return leaf if isfinite(leaf) else None
    if isinstance(leaf, date | datetime):
        return leaf.isoformat()
    raise TypeError(f"a result holds no {type(leaf).__name__}")


def _array(values: np.ndarray[Any, np.dtype[Any]]) -> Any:
    """An array as lists."""
    if values.dtype.kind == "M":
        return np.datetime_as_string(values).tolist()
    held: Any = values.tolist()
    return as_dict(held) if values.dtype.kind == "f" else held
