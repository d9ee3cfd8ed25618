"""Types and statistics in the form of Delta's log."""

import json
import re
import sys
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import polars as pl

if TYPE_CHECKING:
    from deltalake.schema import ArrayType, PrimitiveType

_DELTA: dict[Any, str] = {
    pl.Int64: "long",
    pl.Int32: "integer",
    pl.Int8: "byte",
    pl.Int16: "short",
    pl.Float64: "double",
    pl.Boolean: "boolean",
    pl.String: "string",
    pl.Date: "date",
    pl.Datetime: "timestamp_ntz",
}


def delta_type(dtype: pl.DataType) -> "ArrayType | PrimitiveType":
    """The type that Delta keeps a column as."""
    from deltalake.schema import ArrayType, PrimitiveType

    if isinstance(dtype, pl.List):  # only lists of texts are kept
        return ArrayType(PrimitiveType("string"), contains_null=True)
    return PrimitiveType(_DELTA[dtype.base_type()])


def _plain(value: object) -> object:
    """A statistic as Delta's JSON wants it."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    return value


def repeats(column: pl.Series) -> bool:
    """Whether a column has few enough different values for a dictionary to be worth while."""
    if not column.dtype.is_float():
        return True
    sample = column.head(1000)
    return sample.n_unique() <= 0.8 * sample.len()


def statistics(frame: pl.DataFrame) -> str:
    """Row count, bounds and nulls of a file, for Delta's log. Bounds only of what queries prune by."""
    pruned = [name for name in ("meter", "start") if name in frame.columns and frame.height]
    bounds = frame.select(
        *(pl.col(name).min().alias(f"min {name}") for name in pruned),
        *(pl.col(name).max().alias(f"max {name}") for name in pruned),
    )
    return json.dumps(
        {
            "numRecords": frame.height,
            "minValues": {name: _plain(bounds[f"min {name}"][0]) for name in pruned},
            "maxValues": {name: _plain(bounds[f"max {name}"][0]) for name in pruned},
            "nullCount": dict.fromkeys(pruned, 0),
        }
    )


def version_of(path: str) -> int:
    """The version that a file of Delta's log belongs to; beyond every version where its name says none."""
    name = re.match(r"(\d{20})\.", path.rsplit("/", 1)[-1])
    return int(name[1]) if name else sys.maxsize


def added_by(commit: str) -> list[str]:
    """Files that a commit of Delta's log names, relative to the table."""
    actions = (json.loads(line) for line in commit.splitlines() if line.startswith('{"add"'))
    return [unquote(action["add"]["path"]) for action in actions]
