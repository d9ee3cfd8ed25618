"""Input tables of a case, from the readable text in `case.toml` to the file that is read."""

import io
from datetime import UTC
from pathlib import Path
from typing import Any

import polars as pl

from tests.cases.form import Fill, Table

TYPES: dict[str, pl.DataType] = {
    "str": pl.String(),
    "int": pl.Int64(),
    "int32": pl.Int32(),
    "float": pl.Float64(),
    "bool": pl.Boolean(),
    "date": pl.Date(),
    "datetime": pl.Datetime("us"),
    "datetime[ms]": pl.Datetime("ms"),
    "datetime[us]": pl.Datetime("us"),
    "datetime[ms, UTC]": pl.Datetime("ms", "UTC"),
    "datetime[us, UTC]": pl.Datetime("us", "UTC"),
}


def table_frame(table: Table) -> pl.DataFrame:
    """The rows of a table: those of its `csv`, then those of each `fill`."""
    unknown = sorted(set(table.columns.values()) - set(TYPES))
    if unknown:
        raise ValueError(f"table '{table.path}': unknown type {', '.join(unknown)}; known are {', '.join(TYPES)}")
    schema = {name: TYPES[kind] for name, kind in table.columns.items()}
    parts = [_filled(fill, schema) for fill in table.fill]
    if table.csv is not None:
        parts.insert(0, _from_csv(table.csv, schema))
    return pl.concat(parts) if parts else pl.DataFrame(schema=schema)


def write_table(table: Table, path: Path) -> None:
    """Write a table in the format that its path ends with."""
    frame = table_frame(table)
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".parquet":
        frame.write_parquet(path)
    elif path.suffix == ".csv":
        frame.write_csv(path)
    else:
        _write_xlsx(frame, path)


def _from_csv(text: str, schema: dict[str, pl.DataType]) -> pl.DataFrame:
    cells = pl.read_csv(io.StringIO(text.strip() + "\n"), infer_schema=False)
    cells = cells.rename({name: name.strip() for name in cells.columns})
    if set(cells.columns) != set(schema):
        raise ValueError(f"the columns {cells.columns} of a table's csv are not those of its schema {list(schema)}")
    return cells.select(_cell(name, kind) for name, kind in schema.items())


def _cell(name: str, kind: pl.DataType) -> pl.Expr:
    text = pl.col(name).str.strip_chars()
    text = pl.when(text != "").then(text)
    if isinstance(kind, pl.Datetime):
        moment = text.str.replace("T", " ").str.strip_suffix("Z").str.to_datetime(time_unit=kind.time_unit)
        return moment.dt.replace_time_zone(kind.time_zone).alias(name)
    if isinstance(kind, pl.Boolean):
        return text.replace_strict({"true": True, "false": False}, return_dtype=pl.Boolean).alias(name)
    if isinstance(kind, pl.Date):
        return text.str.to_date().alias(name)
    return text.cast(kind).alias(name)


def _filled(fill: Fill, schema: dict[str, pl.DataType]) -> pl.DataFrame:
    start, end = (
        moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment for moment in (fill.start, fill.end)
    )
    times = pl.datetime_range(start, end, fill.every, closed="left", eager=True).alias(fill.column)
    columns = [times.dt.replace_time_zone(getattr(schema[fill.column], "time_zone", None)).cast(schema[fill.column])]
    for name, kind in schema.items():
        if name != fill.column:
            columns.append(_cycled(fill.values.get(name), len(times)).cast(kind).alias(name))
    return pl.DataFrame(columns).select(list(schema))


def _cycled(given: Any, length: int) -> pl.Series:
    """A value for every row, or a list that begins anew where it ends."""
    values = given if isinstance(given, list) else [given]
    repeats = -(-length // len(values))
    return pl.Series((values * repeats)[:length], strict=False)


def _write_xlsx(frame: pl.DataFrame, path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Sheet1")
    sheet.append(frame.columns)
    for row in frame.iter_rows():
        sheet.append([cell.replace(tzinfo=None) if getattr(cell, "tzinfo", None) else cell for cell in row])
    book.save(path)
