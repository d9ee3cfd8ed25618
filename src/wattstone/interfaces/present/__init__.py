"""What people see: tokens, number formats, languages, charts, and the forms a document takes.

    render_html, render_pdf      the report
    render_quality               the page of what to mend first
    write_xlsx, write_csv        figures for spreadsheets
    inventory_json               figures for machines
    inventory_table, ...         tables for a terminal (`present.tables`)

Everything heavy is loaded when it is called for, so that importing this package costs nothing.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wattstone.interfaces.present.csvs import write_csv
    from wattstone.interfaces.present.html import render_html
    from wattstone.interfaces.present.machine import inventory_json
    from wattstone.interfaces.present.pdf import render_pdf
    from wattstone.interfaces.present.quality_page import render_quality
    from wattstone.interfaces.present.tables import (
        findings_table,
        inventory_table,
        league_table,
        quality_table,
        trace_tree,
    )
    from wattstone.interfaces.present.xlsx import write_xlsx

__all__ = [
    "findings_table",
    "inventory_json",
    "inventory_table",
    "league_table",
    "quality_table",
    "render_html",
    "render_pdf",
    "render_quality",
    "trace_tree",
    "write_csv",
    "write_xlsx",
]

_HOMES = {
    "write_csv": "csvs",
    "render_html": "html",
    "inventory_json": "machine",
    "render_pdf": "pdf",
    "render_quality": "quality_page",
    "write_xlsx": "xlsx",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES.get(name, 'tables')}"), name)
