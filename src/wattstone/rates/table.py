"""The table of factor rows: what ships, and what a workspace adds or replaces."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Literal

from wattstone.base import InputRefused
from wattstone.rates.barred import barred

Confidence = Literal["A", "B", "C"]
SHIPPED = "shipped"
COLUMNS: tuple[str, ...] = (
    "id",
    "name",
    "scope",
    "category",
    "region",
    "year",
    "value",
    "unit",
    "gas",
    "gwp_set",
    "source",
    "source_year",
    "licence",
    "confidence",
    "remark",
)
EXTRA: tuple[str, ...] = ("uncertainty",)
"""Columns that a workspace's own file may have beside them."""


@dataclass(frozen=True, kw_only=True)
class Factor:
    """One row: a published number with its unit and its source.

    Parameters
    ----------
    id, name : str
        Stable key, and a label for people.
    scope, category : str
        As the source files it.
    region, year : str, int
        Where and when it holds.
    value, unit : float, str
        Always read together.
    gas, gwp_set : str
        What gas the value is of; for CO2e, by which set.
    source, source_year, licence : str
        Where it comes from.
    confidence : {'A', 'B', 'C'}
        A: read in the publisher's own file; B: two transcriptions agree; C: one transcription.
    remark : str
        What the collector noted.
    origin : str
        `shipped`, or the name of the workspace's own file.
    uncertainty : float or None
        Relative half width of the 95 % interval, where an own row or the publisher of a shipped one states it.
    """

    id: str
    name: str
    scope: str
    category: str
    region: str
    year: int
    value: float
    unit: str
    gas: str
    gwp_set: str
    source: str
    source_year: str
    licence: str
    confidence: Confidence
    remark: str = ""
    origin: str = SHIPPED
    uncertainty: float | None = None


@dataclass(frozen=True, kw_only=True)
class FactorTable:
    """All factor rows that a workspace can use.

    Parameters
    ----------
    rows : mapping
        From id to `Factor`.
    added : tuple of str
        Ids of the workspace's own new rows: the set `user`.
    replaced : tuple of str
        Shipped ids whose value the workspace replaced.
    """

    rows: Mapping[str, Factor]
    added: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    _by_category: dict[str, tuple[Factor, ...]] = field(
        default_factory=dict[str, tuple[Factor, ...]], repr=False, compare=False
    )
    _own: dict[tuple[str, str, int], tuple[Factor, ...]] = field(
        default_factory=dict[tuple[str, str, int], tuple[Factor, ...]], repr=False, compare=False
    )

    def __getitem__(self, key: str) -> Factor:
        return self.rows[key]

    def get(self, key: str) -> Factor | None:
        """The row of that id, or None."""
        return self.rows.get(key)

    def of_category(self, category: str) -> tuple[Factor, ...]:
        """Shipped rows of a category, replaced ones in their place; without those that nothing permits to use."""
        if not self._by_category:
            self._by_category.update(self._sorted())
        return self._by_category.get(category, ())

    def _sorted(self) -> dict[str, tuple[Factor, ...]]:
        added = frozenset(self.added)
        found: dict[str, list[Factor]] = {}
        for row in self.rows.values():
            ban = barred(row.id, row.name)
            if row.id not in added and (ban is None or ban.acceptable):
                found.setdefault(row.category, []).append(row)
        return {category: tuple(rows) for category, rows in found.items()}

    def own_of(self, category: str, name: str, year: int) -> tuple[Factor, ...]:
        """The workspace's own new rows of a category, a name and a year."""
        if self.added and not self._own:
            found: dict[tuple[str, str, int], list[Factor]] = {}
            for key in self.added:
                row = self.rows[key]
                found.setdefault((row.category, row.name, row.year), []).append(row)
            self._own.update({key: tuple(rows) for key, rows in found.items()})
        return self._own.get((category, name, year), ())

    def own(self, categories: Sequence[str]) -> Iterator[Factor]:
        """The workspace's own new rows of some categories."""
        return (self.rows[key] for key in self.added if self.rows[key].category in categories)


def load_factors(extra: Sequence[Path] = ()) -> FactorTable:
    """Read the shipped rows and a workspace's own.

    Parameters
    ----------
    extra : sequence of Path
        CSV files with the columns of `COLUMNS` and perhaps of `EXTRA`, or packs as TOML. A row with a shipped id
        replaces that row's value; it must agree in category, region, year, unit and gas. Any other row joins the set
        `user`, which comes first in every order.

    Returns
    -------
    FactorTable
        The same object at every call without `extra`.

    Raises
    ------
    InputRefused
        If a file cannot be read or a row cannot be used; carries every finding of every file.
    """
    shipped = _shipped()
    if not extra:
        return shipped
    from wattstone.rates.own import read_own_rows  # only such a workspace needs it

    rows, findings = read_own_rows(extra, shipped.rows)
    if findings:
        raise InputRefused(findings)
    own = {row.id: row for row in rows}
    return FactorTable(
        rows={**shipped.rows, **own},
        added=tuple(key for key in own if key not in shipped.rows),
        replaced=tuple(key for key in own if key in shipped.rows),
    )


@cache
def _shipped() -> FactorTable:
    from wattstone.rates.ranges import width_of

    rows = _rows_shipped()
    widths = {key: width for key, row in rows.items() if (width := width_of(key, row.value)) is not None}
    sure = {key: replace(rows[key], uncertainty=width) for key, width in widths.items()}
    return FactorTable(rows={**rows, **sure})


def shipped_values() -> dict[str, float]:
    """The value of every row that ships, by its id."""
    return {key: row.value for key, row in _rows_shipped().items()}


@cache
def _rows_shipped() -> dict[str, Factor]:
    rows: dict[str, Factor] = {}
    for name in ("factors.csv", "conversions.csv"):
        text = files("wattstone.rates").joinpath(f"data/{name}").read_text(encoding="utf-8")
        rows.update((row["id"], factor_of(row)) for row in csv.DictReader(text.splitlines()))
    return rows


def factor_of(row: Mapping[str, str], origin: str = SHIPPED) -> Factor:
    """A `Factor` from the cells of a row that is known to be sound."""
    cells = {column: row[column] for column in COLUMNS if column not in ("year", "value", "confidence")}
    confidence: Confidence = row["confidence"]  # pyright: ignore[reportAssignmentType]
    sure = row.get("uncertainty", "")
    return Factor(
        **cells,
        year=int(row["year"]),
        value=float(row["value"]),
        confidence=confidence,
        origin=origin,
        uncertainty=float(sure) if sure else None,
    )
