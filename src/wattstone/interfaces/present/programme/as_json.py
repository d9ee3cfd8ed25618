"""The report of a module for machines: stable keys, numbers as numbers, sentences in English with their values."""

import math
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from wattstone.interfaces.present.numbers import THIN
from wattstone.interfaces.present.programme.words import said
from wattstone.programme.report import Line, ModuleReport, Said, Table

__all__ = ["module_json"]


def module_json(
    report: ModuleReport, figures: Mapping[tuple[str, str, str], str] | None = None, run: int | None = None
) -> dict[str, Any]:
    """A report as JSON values.

    Parameters
    ----------
    report : ModuleReport
        Of any module.
    figures : mapping or None
        Ids of the figures that its lines were recorded as, by name, subject and period.
    run : int or None
        Number of the run that recorded them.
    """
    ids = figures or {}
    return {
        "module": report.module, "title": report.title, "period": report.period, "run": run,
        "says": [_said(one) for one in report.says],
        "lines": [_line(one, ids.get((one.name, one.subject, one.period))) for one in report.lines],
        "tables": [_table(one) for one in report.tables],
        "charts": [
            {"id": one.id, "title": one.title, "mark": one.mark, "table": one.table, "x": one.x, "y": one.y,
             "to": one.to, "series": one.series}
            for one in report.charts
        ],
        "findings": [one.as_dict() for one in report.findings],
        "limits": [_said(one) for one in report.limits],
    }  # fmt: skip


def _line(one: Line, figure: str | None) -> dict[str, Any]:
    return {
        "name": one.name, "label": one.label, "value": _plain(one.value), "unit": one.unit, "period": one.period,
        "subject": one.subject, "interval": None if one.interval is None else [_plain(end) for end in one.interval],
        "basis": one.basis, "method": one.method, "inputs": list(one.inputs),
        "reason": None if one.reason is None else _said(one.reason), "notes": [_said(note) for note in one.notes],
        "figure": figure,
    }  # fmt: skip


def _table(one: Table) -> dict[str, Any]:
    names = [column.name for column in one.columns if column.name in one.rows.columns]
    return {
        "id": one.id, "title": one.title,
        "columns": [{"name": column.name, "label": column.label, "unit": column.unit} for column in one.columns],
        "rows": [{name: _plain(value) for name, value in row.items()} for row in one.rows.select(names).to_dicts()],
    }  # fmt: skip


def _said(one: Said) -> str:
    """With the figures that people read; thousands are parted by plain spaces. All digits stand in the lines."""
    return said(one, "en").replace(THIN, " ")


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, bytes):
        return None  # a shape: the list of areas has it as GeoJSON
    return value.isoformat() if isinstance(value, date | datetime) else value
