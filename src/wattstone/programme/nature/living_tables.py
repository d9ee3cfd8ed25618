"""Tables and charts on carbon, condition, species and the NbS standard."""

from collections.abc import Mapping
from typing import Final

import polars as pl

from wattstone.programme.kinds import record_kind
from wattstone.programme.report import Chart, Column, Said, Table

__all__ = ["charts", "tables"]

_CARBON: Final = record_kind("carbon")
_SHORT: Final = {"stock": "Stock", "flux": "Flux", "avoided": "Avoided loss"}
_POOL: Final = _CARBON.field("pool").choices
_UNIT: Final = _CARBON.field("unit").choices
_METHOD: Final = _CARBON.field("method").choices
_PERMANENCE: Final = _CARBON.field("permanence").choices
_LEAKAGE: Final = _CARBON.field("leakage").choices
_RATING: Final = record_kind("nbs_rating").field("rating").choices
_EDITION: Final = record_kind("nbs_rating").field("edition").choices
_LACKS: Final = {"none": "Nothing", "area": "Area", "start": "Start"}
_SORTS: Final = {"organic": "Organic carbon", "inorganic": "Carbonate", "gases": "Methane and nitrous oxide"}


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
    return tuple(Table(name, title, columns, rows[name]) for name, title, columns in _TABLES if rows[name].height)


def charts(rows: Mapping[str, pl.DataFrame]) -> tuple[Chart, ...]:
    """The charts whose table has rows."""
    return tuple(one for one in _CHARTS if rows[one.table].height)


_FLOW: Final = Column("quantity", "Stock or flow", labels=_SHORT)

_EXTENT: Final = (
    Column("ecosystem", "Ecosystem"), Column("variable", "Variable"), Column("hectares", "Extent", "ha"),
    Column("index", "Condition, 0 degraded to 1 intact"), Column("weighted", "Extent, weighted by condition", "ha"),
    Column("areas", "Areas"), Column("unknown", "Areas without a condition"), Column("oldest", "Oldest year"),
)  # fmt: skip

_TABLES: Final = (
    ("carbon_sums", "Carbon by quantity; these are not added", (
        _FLOW, Column("sort", "What", labels=_SORTS),
        Column("delivered", "In action or verified"), Column("amount", "Mass"), Column("low", "Lower bound"),
        Column("high", "Upper bound"), Column("amount_unit", "Unit"), Column("entries", "Entries"),
        Column("lacking", "In no sum"), Column("unassessed", "Risks not assessed"),
    )),
    ("carbon", "Carbon of each area", (
        Column("area", "Area"), _FLOW, Column("pool", "Pool", labels=_POOL),
        Column("ha", "Hectares", "ha"), Column("years", "Full years"), Column("amount", "Mass"),
        Column("amount_low", "Lower bound"), Column("amount_high", "Upper bound"), Column("amount_unit", "Unit"),
        Column("lacks", "What is missing", labels=_LACKS),
    )),
    ("carbon-rates", "Carbon of a hectare, and what is known of it", (
        Column("area", "Area"), _FLOW, Column("pool", "Pool", labels=_POOL),
        Column("value", "Value"), Column("unit", "Unit", labels=_UNIT), Column("method", "Method", labels=_METHOD),
        Column("permanence", "Permanence", labels=_PERMANENCE), Column("leakage", "Leakage", labels=_LEAKAGE),
        Column("source", "Source"),
    )),
    ("carbon_tables", "Published tables: components against their printed total", (
        Column("table", "Table"), Column("total", "Printed total"), Column("components", "Sum of the components"),
        Column("difference", "Difference"), Column("unit", "Unit"), Column("source", "Source"),
    )),
    ("extents", "Extent and condition of areas in action and verified", _EXTENT),
    ("extents-planned", "Extent and condition of areas that are planned or under agreement", _EXTENT),
    ("conditions", "Condition of each area", (
        Column("area", "Area"), Column("variable", "Variable"), Column("year", "Year"), Column("value", "Value"),
        Column("unit", "Unit"), Column("poor", "Value where degraded"), Column("good", "Value where intact"),
        Column("index", "Condition, 0 degraded to 1 intact"), Column("change", "Change"),
        Column("reference", "Source of both"),
    )),
    ("species", "Metrics of species", (
        Column("area", "Area"), Column("metric", "Metric"), Column("year", "Year"), Column("value", "Value"),
        Column("unit", "Unit"), Column("source", "Source"),
    )),
    ("nbs", "NbS standard by criterion", (
        Column("project", "Project"), Column("edition", "Edition of the standard", labels=_EDITION),
        Column("criterion", "Criterion"),
        Column("strong", "Strong"), Column("adequate", "Adequate"), Column("partial", "Partial"),
        Column("insufficient", "Insufficient"), Column("evidenced", "Ratings with evidence"), Column("match", "Match"),
        Column("rating", "Rating", labels=_RATING),
    )),
    ("nbs_evidence", "NbS standard by indicator", (
        Column("project", "Project"), Column("indicator", "Indicator"), Column("rating", "Rating", labels=_RATING),
        Column("rationale", "Rationale"), Column("evidence", "Evidence"), Column("assessor", "Assessed by"),
        Column("date", "Day"),
    )),
)  # fmt: skip

_CHARTS: Final = (
    Chart(
        id="extents", title="Condition by ecosystem and variable", mark="grouped", table="extents", x="ecosystem",
        y="index", series="variable", most=1.0,
        note=Said("From degraded, 0, to intact, 1; variables are not averaged."),
    ),
)  # fmt: skip
