"""What each source is asked with, and how it answers: tables whose numbers carry the ids of their figures."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import polars as pl

from wattstone.disclosure.material import Material
from wattstone.disclosure.statement import Shown
from wattstone.programme.report import Chart, Column, Said, Table
from wattstone.workflows.disclosure.figures import Figures
from wattstone.workflows.workspace import Workspace

__all__ = [
    "AT", "TOTALS", "Asking", "alone", "answered", "called", "co2_alone", "figure_table", "figured", "taken",
]  # fmt: skip

AT: Final = "@figure"
TOTALS: Final[Mapping[str, str]] = {
    "scope1": "Scope 1", "scope2.location": "Scope 2, location-based", "scope2.market": "Scope 2, market-based",
    "scope3": "Scope 3", "total.location": "Total, location-based", "total.market": "Total, market-based",
}  # fmt: skip
"""Totals of an inventory in the order in which reports tell them."""
_ALONE: Final[Mapping[str, str]] = {
    "scope2.location": "Scope 2, location-based (CO2 alone)", "scope2.market": "Scope 2, market-based (CO2 alone)",
}  # fmt: skip
"""The same where the factors of bought energy hold CO2 alone, and no CH4 and N2O."""


@dataclass(frozen=True)
class Asking:
    """What a source is asked.

    Parameters
    ----------
    workspace : Workspace
        Whole.
    year : int
        Reporting year.
    figures : Figures
        What was recorded.
    """

    workspace: Workspace
    year: int
    figures: Figures

    @property
    def period(self) -> str:
        """The reporting year as figures name it."""
        return str(self.year)

    @property
    def before(self) -> str:
        """The year before."""
        return str(self.year - 1)

    @property
    def base(self) -> str | None:
        """The base year, where one is set and it is neither the reporting year nor the one before."""
        year = self.workspace.records.organisation().base_year
        return None if year is None or year >= self.year - 1 else str(year)

    @property
    def taken(self) -> bool:
        """Whether the inventory of the reporting year was taken."""
        return any(self.figures.known(name, self.period) is not None for name in TOTALS)


def alone(asking: Asking, name: str) -> bool:
    """Whether a total of the reporting year counts CO2 alone."""
    one = asking.figures.known(name, asking.period)
    return name in _ALONE and one is not None and one.unit == "kg CO2"


def called(asking: Asking, name: str) -> str:
    """What a total is called; scope 2 says so where it counts CO2 alone."""
    return _ALONE[name] if alone(asking, name) else TOTALS.get(name, name)


def co2_alone(asking: Asking) -> tuple[Said, ...]:
    """The sentence on scope 2 where its factors hold CO2 alone."""
    if not any(alone(asking, name) for name in _ALONE):
        return ()
    return (Said("The factors of bought energy hold CO2 alone, and no CH4 and N2O: scope 2 is told in CO2, and is "
                 "added to CO2e as it is."),)  # fmt: skip


def taken(asking: Asking) -> Said:
    """The sentence for a topic that rests on an inventory which was never taken."""
    return Said(
        "There is no inventory of {year}: load readings or activity records of it, and take it with "
        "`wattstone inventory`.",
        {"year": asking.year},
    )


def figured(asking: Asking, name: str, value: float, of: str) -> dict[str, Any]:
    """A value of a sentence, with the id of its figure where that says the same.

    Parameters
    ----------
    asking : Asking
    name : str
        Of the value in the sentence.
    value : float
    of : str
        Name of the figure, of the organisation and the reporting year.
    """
    one = asking.figures.known(of, asking.period)
    same = one is not None and one.value is not None and math.isclose(one.value, value, rel_tol=1e-9)
    return {name: value, **({f"{name}{AT}": one.id} if same and one is not None else {})}


def figure_table(name: str, title: str, columns: Sequence[Column], rows: Sequence[Mapping[str, Any]]) -> Table:
    """A table of figures and words.

    Parameters
    ----------
    name, title : str
        Its id and title.
    columns : sequence of Column
        Those that hold a `Shown` or None in every row are numbers; they get a column of ids beside them.
    rows : sequence of mapping
        By name of column.

    Returns
    -------
    Table
    """
    schema: dict[str, Any] = {}
    for one in columns:
        held = [row.get(one.name) for row in rows]
        numeric = any(isinstance(value, Shown) for value in held)
        schema[one.name] = pl.Float64 if numeric else pl.String
        if numeric:
            schema[one.name + AT] = pl.String
    cells = [{key: _cell(row, key) for key in schema} for row in rows]
    return Table(name, title, tuple(columns), pl.DataFrame(cells, schema=schema))


def _cell(row: Mapping[str, Any], key: str) -> float | str | None:
    value = row.get(key.removesuffix(AT))
    if key.endswith(AT):
        return value.id if isinstance(value, Shown) else None
    return value.value if isinstance(value, Shown) else value


def _worded(table: Table) -> Table:
    """A table whose texts a chart shows, with each text as its own label: charts translate labels."""
    columns = tuple(
        one if table.rows.schema[one.name].is_numeric()
        else replace(one, labels={text: text for text in table.rows[one.name].unique(maintain_order=True) if text})
        for one in table.columns
    )  # fmt: skip
    return replace(table, columns=columns)


def answered(
    topic: str, *, tables: Iterable[Table] = (), charts: Iterable[Chart] = (), figures: Iterable[Shown] = (),
    says: Iterable[Said] = (), lacks: Iterable[Said] = (),
) -> Material:  # fmt: skip
    """What a source has for a topic; tables without a row are left out."""
    there = {one.id: one for one in tables if one.rows.height}
    drawn = tuple(one for one in charts if one.table in there)
    for one in drawn:
        there[one.table] = _worded(there[one.table])
    given: dict[str, tuple[Any, ...]] = {
        "tables": tuple(there.values()), "charts": drawn, "figures": tuple(figures),
        "says": tuple(says), "lacks": tuple(lacks),
    }  # fmt: skip
    held: dict[str, Any] = {name: {topic: value} for name, value in given.items() if value}
    return Material(**held)
