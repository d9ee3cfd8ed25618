"""What a line of activity records emits: amount times factor, where it counts, and the figures that hold it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import polars as pl

from wattstone.base import Finding
from wattstone.interfaces.present.content import Cell, Head, Table
from wattstone.interfaces.present.languages import mark, translator
from wattstone.interfaces.present.names import opened, total_name
from wattstone.interfaces.present.numbers import amount, every
from wattstone.interfaces.present.statement_words import category_name
from wattstone.interfaces.web.kit import link
from wattstone.rates import EmissionFactor
from wattstone.readings.activities.schema import ACTIVITY
from wattstone.workflows.activities.emitted import Emitted, Held, emitted_by, figures_of

if TYPE_CHECKING:
    from wattstone.interfaces.serving.request import Here

__all__ = ["Emits", "factor_path", "what_it_emits"]


LATE = mark("The inventory of {year} was taken before this was entered; take it anew to count it.")


@dataclass(frozen=True)
class Emits:
    """What a line emits, as its page shows it.

    Parameters
    ----------
    table : Table or None
        A row for each year and place of the boundary; None where nothing can be computed.
    refused : tuple of Finding
        Why something cannot be.
    notes : tuple of str
        What belongs to the figures that hold it.
    """

    table: Table | None
    refused: tuple[Finding, ...]
    notes: tuple[str, ...]


def factor_path(name: str) -> str:
    """The page of a factor, below the organisation."""
    return f"/data/factors/{quote(name, safe='')}"


def what_it_emits(here: "Here", line: Mapping[str, Any]) -> Emits:
    """What a line emits in each year in which it has a day."""
    t = translator(here.lang)
    frame = pl.DataFrame([{name: line[name] for name in ACTIVITY}], schema=ACTIVITY)
    heads = (
        Head(t("Year"), numeric=True), Head(t("Counts in")), Head(t("Amount"), numeric=True), Head(t("Factor")),
        Head(t("Emissions"), numeric=True), Head(t("Figure of the inventory that holds it")),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    refused: list[Finding] = []
    notes: list[str] = []
    for year in range(line["start"].year, line["end"].year + 1):
        made = emitted_by(here.workspace, frame, year)
        held = figures_of(here.workspace, frame, year)
        refused += [one for one in made.refused if one not in refused]
        rows += [_row(here, one, year, made, held) for one in made.lines.iter_rows(named=True)]
        if held.taken is not None and held.taken < line["entered_at"]:
            notes.append(t(LATE, year=year))
    return Emits(Table(heads, tuple(rows)) if rows else None, tuple(refused), tuple(notes))


def _row(here: "Here", one: Mapping[str, Any], year: int, made: Emitted, held: Held) -> tuple[Cell, ...]:
    t = translator(here.lang)
    unit = str(one["unit"] or "")
    much = "" if one["amount"] is None else f"{every(one['amount'])} {unit}".rstrip()
    value = t("not known") if one["value"] is None else amount(one["value"], _emits(one, made), here.lang)
    return (
        Cell(str(year), numeric=True), Cell(_place(here, one)), Cell(much, numeric=True),
        _factor(here, one, made), Cell(value, numeric=True), _figure(here, one, year, held),
    )  # fmt: skip


def _place(here: "Here", one: Mapping[str, Any]) -> str:
    """The scope, and the category of scope 3."""
    t = translator(here.lang)
    if one["scope"] == 0:
        return t("apart, in no total")
    scope = opened(total_name(f"scope{one['scope']}", here.lang)) if one["scope"] != 2 else t("Scope 2")
    if one["scope"] != 3:
        return scope
    named = category_name(int(one["category"]), here.lang)
    return t("{scope}, category {number}: {name}", scope=scope, number=one["category"], name=named)


def _emits(one: Mapping[str, Any], made: Emitted) -> str:
    """What the factor counts: CO2e, or CO2 where its source has no more."""
    factor = made.factors.get(one["factor_id"] or "")
    return factor.unit if isinstance(factor, EmissionFactor) else "kg CO2e"


def _factor(here: "Here", one: Mapping[str, Any], made: Emitted) -> Cell:
    t = translator(here.lang)
    if one["factor_id"] is None:
        return Cell(t("as it is stated") if one["value"] is not None else "")
    factor = made.factors.get(one["factor_id"])
    said = t("{value} {emits} per {unit}", value=every(one["factor"]), emits=_emits(one, made), unit=one["unit"])
    if not isinstance(factor, EmissionFactor) or not factor.parts:
        return Cell(said)
    edition = t("{said} ({edition}, {letter})", said=said, edition=factor.edition or factor.set,
                letter=factor.confidence)  # fmt: skip
    return Cell(edition, href=link(here, factor_path(factor.parts[0].id)))


def _figure(here: "Here", one: Mapping[str, Any], year: int, held: Held) -> Cell:
    """The figure of everything of its site, kind and item; it leads to its evidence."""
    t = translator(here.lang)
    if held.taken is None:
        return Cell(t("no inventory of {year} yet", year=year))
    wanted = {0: held.figures, 2: held.figures.filter(pl.col("name").str.starts_with("scope2"))}.get(
        one["scope"], held.figures.filter(pl.col("name").str.starts_with(f"scope{one['scope']}"))
    )
    if wanted.is_empty():
        return Cell(t("none yet"))
    row = wanted.row(0, named=True)
    return Cell(amount(row["value"], row["unit"], here.lang), row["id"])
