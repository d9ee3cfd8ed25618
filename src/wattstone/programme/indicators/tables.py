"""Tables and charts of the report on green revenue and indicators."""

from collections.abc import Mapping
from typing import Final

import polars as pl

from wattstone.programme.kinds import record_kind
from wattstone.programme.report import Chart, Column, Said, Table

__all__ = ["charts", "tables"]

_KPI: Final = record_kind("taxonomy_item").field("kpi").choices
_OBJECTIVE: Final = record_kind("taxonomy_claim").field("objective").choices
_GROUP: Final = record_kind("safety_year").field("group").choices
_CATEGORY: Final = record_kind("indicator").field("category").choices
_PURPOSE: Final = record_kind("commitment").field("purpose").choices
_HELD_BACK: Final = {
    "none": "Nothing",
    "contributes": "Substantial contribution is not shown",
    "harmless": "No significant harm is not shown",
    "safeguarded": "Minimum safeguards are not shown",
    "adapted": "Adapted, but not enabling: its turnover does not count",
}


def tables(rows: Mapping[str, pl.DataFrame]) -> tuple[Table, ...]:
    """The tables that have rows.

    Parameters
    ----------
    rows : mapping of str to DataFrame
        By the table's id.

    Returns
    -------
    tuple of Table
    """
    return tuple(
        Table(name, title, tuple(one for one in columns if _shown(one, rows[name])), rows[name])
        for name, title, columns in _TABLES
        if not rows[name].is_empty()
    )


def _shown(column: Column, rows: pl.DataFrame) -> bool:
    return column.name not in _UNASKED or (rows[column.name].fill_null(0) != 0).any()


def charts(rows: Mapping[str, pl.DataFrame]) -> tuple[Chart, ...]:
    """The charts whose table has rows."""
    return tuple(one for one in _CHARTS if not rows[one.table].is_empty())


_RATES: Final = (
    Column("hours", "Hours worked", "h"), Column("fatalities", "Fatalities"),
    Column("lost_time", "Lost-time injuries"), Column("recordable", "Recordable injuries"),
    Column("ltifr", "LTIFR", "1/(1000000 h)"), Column("trir", "TRIR", "1/(200000 h)"),
    Column("lost_days", "Days lost", "d"), Column("severity", "Severity rate", "d/(1000000 h)"),
)  # fmt: skip
_UNASKED: Final = frozenset(("lost_days", "severity", "outside"))
"""Columns that are shown where there is something in them."""

_TABLES: Final = (
    ("green", "Eligible and aligned by taxonomy", (
        Column("taxonomy", "Taxonomy"), Column("kpi", "Indicator", labels=_KPI),
        Column("total", "Total of the accounts"),
        Column("eligible", "Eligible"), Column("eligible_share", "Eligible share"), Column("aligned", "Aligned"),
        Column("aligned_share", "Aligned share"), Column("evidenced", "Aligned, shown by evidence"),
        Column("currency", "Currency"),
    )),
    ("claims", "Claims and the test that holds them back", (
        Column("taxonomy", "Taxonomy"), Column("kpi", "Indicator", labels=_KPI), Column("item", "Product or project"),
        Column("activity", "Activity no."), Column("objective", "Objective", labels=_OBJECTIVE),
        Column("amount", "Amount of money"),
        Column("currency", "Currency"), Column("aligned", "Aligned"),
        Column("held_back", "Held back by", labels=_HELD_BACK),
    )),
    ("objectives", "Aligned by objective; these do not add up", (
        Column("taxonomy", "Taxonomy"), Column("kpi", "Indicator", labels=_KPI),
        Column("objective", "Objective", labels=_OBJECTIVE), Column("amount", "Amount of money"),
        Column("elsewhere", "Of it at other objectives too"), Column("currency", "Currency"),
    )),
    ("commitments", "Commitments of money", (
        Column("commitment", "Commitment"), Column("purpose", "Purpose", labels=_PURPOSE), Column("start", "First day"),
        Column("end", "Last day"), Column("amount", "Amount promised"), Column("spent", "Spent so far"),
        Column("pace", "Even pace"), Column("left", "Left to be spent"),
        Column("outside", "Spent outside its days"), Column("currency", "Currency"),
    )),
    ("safety", "Safety", (Column("group", "Group", labels=_GROUP), *_RATES)),
    ("safety_sites", "Safety by site", (Column("site", "Site"), Column("group", "Group", labels=_GROUP), *_RATES)),
    ("people", "Employees", (
        Column("year", "Year"), Column("employees", "Employees"), Column("women_share", "Share of women"),
        Column("turnover", "Turnover of employees"), Column("training_each", "Training for each employee", "h"),
    )),
    ("values", "Indicators by year", (
        Column("indicator", "Indicator"), Column("title", "Title"), Column("category", "Category", labels=_CATEGORY),
        Column("year", "Year"), Column("value", "Value"), Column("unit", "Unit"),
        Column("change", "Change on year", "%"), Column("by_boundary", "Boundary"),
        Column("owner", "Owner"),
        Column("explained", "Explanation"),
    )),
    ("parts", "Totals against their parts", (
        Column("indicator", "Indicator"), Column("year", "Year"), Column("total", "Total"),
        Column("parts", "Sum of the parts"), Column("named", "Parts"), Column("given", "Parts with a value"),
        Column("difference", "Total less parts"),
    )),
)  # fmt: skip

_CHARTS: Final = (
    Chart(
        id="green", title="Aligned share by taxonomy", mark="grouped", table="green", x="kpi", y="aligned_share",
        series="taxonomy", note=Said("The rest is eligible but not aligned, or not in the taxonomy."),
    ),
    Chart(
        id="safety", title="Lost-time injury frequency rate by site", mark="grouped", table="safety_sites", x="site",
        y="ltifr", series="group",
        note=Said("Cases in a million hours; a site with few hours swings widely from a single case."),
    ),
)  # fmt: skip
