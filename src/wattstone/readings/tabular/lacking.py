"""What to say of a file that is no table of readings: what stands where times and numbers are looked for."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from wattstone.base import InputRefused
from wattstone.readings.problems import listed, quoted, refuse
from wattstone.readings.tabular import words
from wattstone.readings.tabular.layout import Column, Frame, has_time
from wattstone.readings.tabular.registry import split_unit
from wattstone.readings.tabular.sniff import Row, Sample

_REMEDY = (
    "export it again with times and numbers, one reading a row or one column a meter; if it has them, and they "
    "were not recognised, write a mapping (docs/reference/mapping.md)"
)
_TEXTS = {
    "times": "no column holds times; the columns are {names}; the first row is {cells}",
    "row": "no row has a time and a number; the first row is {cells}",
    "beside": "no row has a time and a number; beside the times stand texts: {texts}",
    "numbers": "no column holds numbers; the columns are {names}",
    "texts": "no column holds numbers; the columns are {names}; {what} holds {texts}",
}


def no_table(path: Path, sample: Sample, frame: Frame | None) -> InputRefused:
    """Why a file is no table of readings, with what stands where readings are looked for."""
    if frame is None:
        found, where = _no_row(sample)
    elif not any(column.stamp is not None for column in frame.columns):
        found, where = _TEXTS["times"], _first(frame.rows)
    else:
        found, where = _no_numbers(frame)
    names = quoted(", ".join(column.name for column in frame.columns), 300) if frame else ""
    return refuse(
        path,
        "readings.table.none",
        found=found,
        expected="a table with a column of times, such as 2019-03-31 14:30, and one or more of readings",
        remedy=_REMEDY,
        names=names,
        **where,
    )


def _first(rows: Sequence[Row]) -> dict[str, Any]:
    """A row, as a finding shows it."""
    one = next((row for row in rows if any(cell.strip() for cell in row.cells)), None)
    return {"row": one.line, "cells": quoted(", ".join(one.cells), 200)} if one is not None else {"cells": "''"}


def _no_row(sample: Sample) -> tuple[str, dict[str, Any]]:
    """No row has both: the first that has a time, and what stands beside it; else the first at all."""
    timed = [row for row in sample.rows if row.line > 0 and len(row.cells) > 1 and has_time(row)]
    if not timed:
        return _TEXTS["row"], _first(sample.rows)
    texts = [cell.strip() for row in timed for cell in row.cells if cell.strip() and not has_time(Row((cell,), 0))]
    first = list(dict.fromkeys(texts))
    shown = {"row": timed[0].line, "texts": listed([quoted(one, 30) for one in first[:5]], len(first))}
    return _TEXTS["beside"], shown


def _like_values(column: Column) -> tuple[bool, bool, int]:
    """How much a column looks as if it should hold readings: it names a unit, says so, has most cells."""
    said = words.says(column.title, words.VALUE) or words.kind_in(column.title) is not None
    return split_unit(column.name)[1] is not None, said, len(column.cells)


def _no_numbers(frame: Frame) -> tuple[str, dict[str, Any]]:
    """Times, and beside them columns of text alone: the first texts of the one that should hold readings."""
    full = max((one for one in frame.columns if one.stamp is None), key=_like_values, default=None)
    if full is None or not full.cells:
        return _TEXTS["numbers"], {}
    first = list(dict.fromkeys(full.cells))
    place = [one.name for one in frame.columns].index(full.name)
    held = (row for row in frame.rows if place < len(row.cells) and row.cells[place].strip())
    shown = {"row": next((row.line for row in held), None), "what": quoted(full.name)}
    texts = listed([quoted(one, 30) for one in first[:5]], len(first))
    return _TEXTS["texts"], {**shown, "texts": texts}
