"""A workspace's own factor files: read, checked row by row, every problem told at once."""

import csv
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from wattstone.base import Finding, UnknownUnit
from wattstone.rates.activities import ActivityKind, activity_kinds, item_named
from wattstone.rates.emission import LIFE_CYCLE
from wattstone.rates.packs import pack_cells
from wattstone.rates.residual import RESIDUAL
from wattstone.rates.sets import catalogue
from wattstone.rates.table import COLUMNS, EXTRA, Factor, factor_of
from wattstone.rates.units import factor_unit

_REQUIRED = ("id", "category", "region", "year", "value", "unit", "gas", "source", "confidence")
_KEPT = ("category", "region", "year", "unit", "gas")
_ALL = (*COLUMNS, *EXTRA)
_GWP_SETS = ("AR4", "AR5", "AR6", "unspecified")

# By code: what was found, what was expected, what to do.
_TEXTS = {
    "columns": ("no column {missing}", "the columns {all}", "add them to the header; a cell may be empty"),
    "unreadable": ("it is not a table: {error}", "a CSV file in UTF-8 with a header row", "save it again as CSV"),
    "cells": (
        "more cells than the header",
        "one cell for each column",
        "write decimals with a point, and text that has commas in quotation marks",
    ),
    "empty": ("the cell is empty", "a value", "fill it in"),
    "value": ("{value!r}", "a number of 0 or more, with a decimal point", "correct it"),
    "year": ("{value!r}", "a year of four digits, as 2019", "give each year a row of its own"),
    "confidence": (
        "{value!r}",
        "A (read in the publisher's own file), B (two transcriptions agree) or C (one transcription)",
        "give the letter; a value without a source cannot be used",
    ),
    "uncertainty": (
        "{value!r}",
        "the relative half width of the interval of 95 per cent, above 0: 0.1 for a tenth",
        "correct it",
    ),
    "component": (
        "a row that includes losses, or a component of a total",
        "a total of scope 1 or 2 without losses",
        "take the total",
    ),
    "other_row": ("{value!r} under the id of a shipped row", "{old!r}, as in that row", "give it an id of its own"),
    "category": ("{value!r}", "one of {known}", "choose one of them"),
    "fuel": ("{value!r}", "the name of the fuel, one of {known}", "choose one of them"),
    "gwp_set": ("{value!r}", "the set by which the total was made, one of {known}", "say which"),
    "unit": (
        "{value!r}",
        "a mass of gas over energy (for fuels also volume or mass), as kgCO2e/kWh or kgCO2/TJ_net",
        "convert it",
    ),
    "item": ("{value!r}", "an item of {kind}: {known}", "choose one of them"),
    "per": ("{value!r}", "a mass of gas over a unit that {kind} is counted by: {units}", "convert it"),
    "gas": ("{value!r} with the unit {unit}", "the gas that the unit names", "correct one of them"),
    "basis": (
        "{value!r}, which does not say on which calorific value",
        "a unit that ends in _gross or _net, as kgCO2e/kWh_gross",
        "say which",
    ),
    "id": ("the id stands in {other} too", "an id for each row", "give one of them another id"),
    "twice": (
        "it says again what {other} says",
        "one row for each region, year, gas and unit",
        "keep one of them",
    ),
}


def read_own_rows(
    paths: Sequence[Path], shipped: Mapping[str, Factor]
) -> tuple[tuple[Factor, ...], tuple[Finding, ...]]:
    """Read the factor files of a workspace.

    Parameters
    ----------
    paths : sequence of Path
        CSV files in UTF-8 with the columns of `COLUMNS`, and packs as TOML (`rates.packs`).
    shipped : mapping
        The rows that ship, by id.

    Returns
    -------
    tuple of (rows, findings)
        Rows are only to be used where there are no findings.
    """
    rows: list[Factor] = []
    findings: list[Finding] = []
    seen: dict[object, str] = {}
    for path in paths:
        cells, found = pack_cells(path, _ALL) if path.suffix == ".toml" else _cells(path)
        findings += found
        for place, row in cells:
            found = [*_check(place, row, shipped), *_check_duplicate(place, row, seen, shipped)]
            findings += found
            if not found:
                rows.append(factor_of(row, origin=path.name))
    return tuple(rows), tuple(findings)


def _cells(path: Path) -> tuple[list[tuple[str, dict[str, str]]], list[Finding]]:
    """Rows as cells of text with their places; what cannot be read as a table is one finding."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream, strict=True)
            missing = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
            if missing:
                return [], [_finding("columns", path.name, missing=_names(missing), all=_names(COLUMNS))]
            rows = [(reader.line_num, row) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        return [], [_finding("unreadable", path.name, error=str(error))]
    # The reader files surplus cells under None: a decimal comma would shift every later cell.
    wide = [_finding("cells", f"{path.name}, row {number}") for number, row in rows if None in row]
    whole = [(number, row) for number, row in rows if None not in row]
    return [
        (f"{path.name}, row {number}", {key: (row.get(key) or "").strip() for key in _ALL}) for number, row in whole
    ], wide


def _check(place: str, row: Mapping[str, str], shipped: Mapping[str, Factor]) -> Iterator[Finding]:
    old = shipped.get(row["id"])
    for column in _REQUIRED:
        if not row[column] and not (column == "gas" and old is not None and not old.gas):
            yield _finding("empty", _at(place, column))
    if row["value"] and not (_is_number(row["value"]) and float(row["value"]) >= 0):
        yield _finding("value", _at(place, "value"), value=row["value"])
    if row["year"] and not (row["year"].isascii() and row["year"].isdigit() and len(row["year"]) == 4):
        yield _finding("year", _at(place, "year"), value=row["year"])
    if row["confidence"] and row["confidence"] not in ("A", "B", "C"):
        yield _finding("confidence", _at(place, "confidence"), value=row["confidence"])
    if (sure := row["uncertainty"]) and not (_is_number(sure) and float(sure) > 0):
        yield _finding("uncertainty", _at(place, "uncertainty"), value=sure)
    if row["scope"] == "2+3" or "component of the total" in row["name"]:
        yield _finding("component", place)
    yield from (_check_new(place, row) if old is None else _check_replaced(place, row, old))


def _check_replaced(place: str, row: Mapping[str, str], old: Factor) -> Iterator[Finding]:
    for column in _KEPT:
        before = str(getattr(old, column))
        if row[column] != before:
            yield _finding("other_row", _at(place, column), value=row[column], old=before)


def _check_new(place: str, row: Mapping[str, str]) -> Iterator[Finding]:
    declared = catalogue()
    known = [*(name for names in declared.categories.values() for name in names), RESIDUAL, *LIFE_CYCLE, *_kinds()]
    if row["category"] and row["category"] not in known:
        yield _finding("category", _at(place, "category"), value=row["category"], known=_names(known))
        return
    is_fuel = row["category"] in declared.categories["fuels"]
    if is_fuel and row["name"] not in declared.fuels:
        yield _finding("fuel", _at(place, "name"), value=row["name"], known=_names(declared.fuels))
    if row["gas"] == "CO2e" and row["gwp_set"] not in _GWP_SETS:
        yield _finding("gwp_set", _at(place, "gwp_set"), value=row["gwp_set"], known=_names(_GWP_SETS))
    kind = _kinds().get(row["category"])
    if kind is not None and not kind.knows(row["name"]):
        yield _finding("item", _at(place, "name"), value=row["name"], kind=kind.id, known=_names(tuple(kind.items)))
    elif row["unit"] and kind is not None:
        yield from _check_counted(place, row, kind)
    elif row["unit"]:
        yield from _check_unit(place, row, is_fuel=is_fuel)


def _kinds() -> Mapping[str, ActivityKind]:
    """The activity kinds that take a factor, which are categories of own factors too."""
    return {name: kind for name, kind in activity_kinds().items() if not kind.stated}


def _check_counted(place: str, row: Mapping[str, str], kind: ActivityKind) -> Iterator[Finding]:
    """The unit of a factor of an activity, which has to be one that a line of the kind may have."""
    item = item_named(kind, row["name"])
    below = row["unit"].partition("/")[2]
    try:
        unit = factor_unit(row["unit"])
    except UnknownUnit:
        unit = None
    if unit is None or not kind.counts(item, below):
        yield _finding("per", _at(place, "unit"), value=row["unit"], kind=kind.id, units=_names(kind.units_of(item)))
    elif row["gas"] and unit.gas != row["gas"]:
        yield _finding("gas", _at(place, "gas"), value=row["gas"], unit=row["unit"])
    elif unit.per == "kWh" and unit.basis is None and any("_net" in name for name in kind.units_of(item)):
        yield _finding("basis", _at(place, "unit"), value=row["unit"])


def _check_unit(place: str, row: Mapping[str, str], *, is_fuel: bool) -> Iterator[Finding]:
    try:
        unit = factor_unit(row["unit"])
    except UnknownUnit:
        yield _finding("unit", _at(place, "unit"), value=row["unit"])
        return
    if row["gas"] and unit.gas != row["gas"]:
        yield _finding("gas", _at(place, "gas"), value=row["gas"], unit=row["unit"])
    if is_fuel and unit.per == "kWh" and unit.basis is None:
        yield _finding("basis", _at(place, "unit"), value=row["unit"])
    if unit.per not in ("kWh", *(("m3", "L", "kg") if is_fuel else ())):
        yield _finding("unit", _at(place, "unit"), value=row["unit"])


def _check_duplicate(
    place: str, row: Mapping[str, str], seen: dict[object, str], shipped: Mapping[str, Factor]
) -> Iterator[Finding]:
    """An id twice, or two new rows that would answer the same question."""
    keys: list[object] = [row["id"]]
    if row["id"] not in shipped:
        categories = catalogue().categories
        use = next((use for use, names in categories.items() if row["category"] in names), row["category"])
        fuel = (row["name"], row["unit"]) if use == "fuels" or row["category"] in _kinds() else ""
        keys.append((use, row["region"], row["year"], row["gas"], fuel))
    for key in keys:
        if key in seen:
            yield _finding("id" if key == row["id"] else "twice", place, other=seen[key])
            return
        seen[key] = place


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _names(names: Sequence[str]) -> str:
    return ", ".join(names)


def _at(place: str, column: str) -> str:
    return f"{place}, column {column!r}"


def _finding(code: str, place: str, **params: str) -> Finding:
    found, expected, remedy = _TEXTS[code]
    return Finding(code=f"rates.{code}", place=place, found=found, expected=expected, remedy=remedy, params=params)
