"""Frames as JSON values by column, with the type of each, and back."""

import math
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final, cast

import polars as pl

__all__ = ["frame_from", "frame_to"]

_PLAIN: Final[Mapping[str, pl.DataType]] = {
    repr(one): one
    for one in (
        pl.String(), pl.Boolean(), pl.Date(), pl.Null(), pl.Float32(), pl.Float64(), pl.Int8(), pl.Int16(), pl.Int32(),
        pl.Int64(), pl.UInt8(), pl.UInt16(), pl.UInt32(), pl.UInt64(), pl.Categorical(),
    )
}  # fmt: skip


def frame_to(frame: pl.DataFrame) -> dict[str, Any]:
    """A frame as JSON values.

    Parameters
    ----------
    frame : polars.DataFrame

    Returns
    -------
    dict
        `rows`, their number; `columns`, each with name, type and values.

    Raises
    ------
    TypeError
        If a column is of a type that nobody knows how to write.

    Examples
    --------
    >>> frame_to(pl.DataFrame({"year": [2025], "t": [1.5]}))["columns"][1]
    {'name': 't', 'type': 'Float64', 'values': [1.5]}
    """
    columns = [
        {"name": column.name, "type": _named(column.dtype), "values": [_written(one) for one in column.to_list()]}
        for column in frame
    ]
    return {"rows": frame.height, "columns": columns}


def frame_from(data: Mapping[str, Any]) -> pl.DataFrame:
    """The frame that `frame_to` wrote."""
    held = [
        pl.Series(one["name"], [_read(value, dtype) for value in one["values"]], dtype=dtype)
        for one in data["columns"]
        for dtype in (_type(one["type"]),)
    ]
    return pl.DataFrame(held)


def _named(dtype: pl.DataType) -> Any:
    if isinstance(dtype, pl.Datetime):
        return {"Datetime": [dtype.time_unit, dtype.time_zone]}
    if isinstance(dtype, pl.List):
        return {"List": _named(cast("pl.DataType", dtype.inner))}
    if isinstance(dtype, pl.Enum):
        return {"Enum": dtype.categories.to_list()}
    if isinstance(dtype, pl.Struct):
        return {"Struct": [[one.name, _named(cast("pl.DataType", one.dtype))] for one in dtype.fields]}
    if repr(dtype) not in _PLAIN:
        raise TypeError(f"a table cannot keep a column of {dtype!r}")
    return repr(dtype)


def _type(named: Any) -> pl.DataType:
    if isinstance(named, str):
        return _PLAIN[named]
    ((kind, inner),) = cast("dict[str, Any]", named).items()
    match kind:
        case "Datetime":
            return pl.Datetime(inner[0], inner[1])
        case "List":
            return pl.List(_type(inner))
        case "Enum":
            return pl.Enum(inner)
        case _:
            return pl.Struct([pl.Field(name, _type(one)) for name, one in inner])


def _written(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else repr(value)
    if isinstance(value, date):  # a datetime is one
        return value.isoformat()
    if isinstance(value, list):
        return [_written(one) for one in cast("list[Any]", value)]
    if isinstance(value, dict):
        return {name: _written(one) for name, one in cast("dict[str, Any]", value).items()}
    return value


def _read(value: Any, dtype: pl.DataType) -> Any:
    if value is None:
        return None
    if isinstance(dtype, pl.Float64 | pl.Float32):
        return float(value)
    if isinstance(dtype, pl.Datetime):
        return datetime.fromisoformat(value)
    if isinstance(dtype, pl.Date):
        return date.fromisoformat(value)
    if isinstance(dtype, pl.List):
        return [_read(one, cast("pl.DataType", dtype.inner)) for one in value]
    if isinstance(dtype, pl.Struct):
        return {one.name: _read(value[one.name], cast("pl.DataType", one.dtype)) for one in dtype.fields}
    return value
