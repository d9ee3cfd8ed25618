"""A workspace's own factor files: read, checked row by row, every problem told at once."""

import csv
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from wattstone.base import Finding, UnknownUnit
from wattstone.rates.sets import catalogue
from wattstone.rates.table import COLUMNS, Factor, factor_of
from wattstone.rates.units import factor_unit

_REQUIRED = (
    "id",
    "category",
    "region",
    "year",
    "value",
    "unit",
    "gas",
    "source",
    "confidence",
)
_KEPT = ("category", "region", "year", "unit", "gas")
_GWP_SETS = ("AR4", "AR5", "AR6", "unspecified")


def read_own_rows(
    paths: Sequence[Path], shipped: Mapping[str, Factor]
) -> tuple[tuple[Factor, ...], tuple[Finding, ...]]:
    """Read the factor files of a workspace.

    Parameters
    ----------
    paths : sequence of Path
        CSV files in UTF-8 with the columns of `COLUMNS`.
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
        cells, found = _cells(path)
        findings += found
        for number, row in cells:
            place = f"{path.name}, row {number}"
            found = [
                *_check(place, row, shipped),
                *_check_duplicate(place, row, seen, shipped),
            ]
            findings += found
            if not found:
                rows.append(factor_of(row, origin=path.name))
    return tuple(rows), tuple(findings)


def _cells(path: Path) -> tuple[list[tuple[int, dict[str, str]]], list[Finding]]:
    """Rows as cells of text with their line numbers; what cannot be read as a table is one finding."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream, strict=True)
            missing = [
                column for column in COLUMNS if column not in (reader.fieldnames or ())
            ]
            if missing:
                return [], [_finding("columns", path.name, "no column {names}", "the columns {all}",
                                     "add them to the header; a cell may be empty", names=_names(missing),
                                     all=_names(COLUMNS))]  # fmt: skip
            return [
                (
                    reader.line_num,
                    {column: (row[column] or "").strip() for column in COLUMNS},
                )
                for row in reader
            ], []
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        return [], [_finding("unreadable", path.name, "it cannot be read as a table: {error}",
                             "a CSV file in UTF-8 with a header row", "save it again as CSV in UTF-8",
                             error=str(error))]  # fmt: skip


def _check(
    place: str, row: Mapping[str, str], shipped: Mapping[str, Factor]
) -> Iterator[Finding]:
    old = shipped.get(row["id"])
    for column in _REQUIRED:
        if not row[column] and not (
            column == "gas" and old is not None and not old.gas
        ):
            yield _finding(
                "empty",
                f"{place}, column {column!r}",
                "the cell is empty",
                "a value",
                "fill it in",
            )
    yield from _check_numbers(place, row)
    if row["confidence"] and row["confidence"] not in ("A", "B", "C"):
        yield _finding("confidence", f"{place}, column 'confidence'", "{value!r}", "A (read in the publisher's file), "
                       "B (two transcriptions agree) or C (one transcription; needs an accepted exception)",
                       "give the letter; an unsourced value cannot be used", value=row["confidence"])  # fmt: skip
    if row["scope"] == "2+3" or "component of the total" in row["name"]:
        yield _finding("not a total", place, "a row that includes losses, or a component of a total",
                       "a total of scope 1 or 2", "take the total without losses")  # fmt: skip
    yield from (
        _check_replaced(place, row, old) if old is not None else _check_new(place, row)
    )


def _check_numbers(place: str, row: Mapping[str, str]) -> Iterator[Finding]:
    if row["value"] and not (_is_number(row["value"]) and float(row["value"]) >= 0):
        yield _finding("value", f"{place}, column 'value'", "{value!r}", "a number of 0 or more, with a decimal point",
                       "correct it", value=row["value"])  # fmt: skip
    if row["year"] and not (
        row["year"].isascii() and row["year"].isdigit() and len(row["year"]) == 4
    ):
        yield _finding("year", f"{place}, column 'year'", "{value!r}", "a year of four digits, as 2019",
                       "one row for each year", value=row["year"])  # fmt: skip


def _check_replaced(
    place: str, row: Mapping[str, str], old: Factor
) -> Iterator[Finding]:
    for column in _KEPT:
        if row[column] != str(getattr(old, column)):
            yield _finding("other row", f"{place}, column {column!r}", "{value!r} under the id of a shipped row",
                           "{old!r}, as in that row", "give it an id of its own",
                           value=row[column], old=str(getattr(old, column)))  # fmt: skip


def _check_new(place: str, row: Mapping[str, str]) -> Iterator[Finding]:
    declared = catalogue()
    known = [name for names in declared.categories.values() for name in names]
    if row["category"] and row["category"] not in known:
        yield _finding("category", f"{place}, column 'category'", "{value!r}", "one of {known}", "choose one of them",
                       value=row["category"], known=_names(known))  # fmt: skip
        return
    is_fuel = row["category"] in declared.categories["fuels"]
    if is_fuel and row["name"] not in declared.fuels:
        yield _finding("fuel", f"{place}, column 'name'", "{value!r}", "the fuel: one of {known}", "choose one of them",
                       value=row["name"], known=_names(declared.fuels))  # fmt: skip
    yield from _check_unit(place, row, is_fuel=is_fuel)
    if row["gas"] == "CO2e" and row["gwp_set"] not in _GWP_SETS:
        yield _finding("gwp_set", f"{place}, column 'gwp_set'", "{value!r}", "one of {known}: by which set the total "
                       "was made", "say which, or 'unspecified'", value=row["gwp_set"], known=_names(_GWP_SETS))  # fmt: skip


def _check_unit(
    place: str, row: Mapping[str, str], *, is_fuel: bool
) -> Iterator[Finding]:
    if not row["unit"]:
        return
    try:
        unit = factor_unit(row["unit"])
    except UnknownUnit:
        yield _finding("unit", f"{place}, column 'unit'", "{value!r}", "a mass of gas over energy, volume or mass, as "
                       "kgCO2e/kWh or kgCO2/TJ_net", "correct it", value=row["unit"])  # fmt: skip
        return
    if row["gas"] and unit.gas != row["gas"]:
        yield _finding("gas", f"{place}, column 'gas'", "{value!r} with the unit {unit}", "the gas of the unit",
                       "correct one of them", value=row["gas"], unit=row["unit"])  # fmt: skip
    if is_fuel and unit.per == "kWh" and unit.basis is None:
        yield _finding("basis", f"{place}, column 'unit'", "{value!r} does not say on which calorific value",
                       "a unit with _gross or _net, as kgCO2e/kWh_gross", "say which", value=row["unit"])  # fmt: skip
    if not is_fuel and unit.per != "kWh":
        yield _finding("unit", f"{place}, column 'unit'", "{value!r}", "a factor per energy, as kgCO2e/kWh",
                       "convert it", value=row["unit"])  # fmt: skip


def _check_duplicate(
    place: str,
    row: Mapping[str, str],
    seen: dict[object, str],
    shipped: Mapping[str, Factor],
) -> Iterator[Finding]:
    """An id twice, or two new rows that would serve the same question."""
    keys: list[object] = [row["id"]]
    if row["id"] not in shipped:
        categories = catalogue().categories
        use = next(
            (use for use, names in categories.items() if row["category"] in names),
            row["category"],
        )
        fuel = row["name"] if use == "fuels" else ""
        keys.append((use, row["region"], row["year"], row["gas"], fuel, row["unit"]))
    for key in keys:
        if key in seen:
            yield _finding("twice", place, "it says again what {other} says", "one row for each region, year, gas and "
                           "unit", "keep one of them", other=seen[key])  # fmt: skip
            return
        seen[key] = place


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _names(names: Sequence[str]) -> str:
    return ", ".join(names)


def _finding(
    code: str, place: str, found: str, expected: str, remedy: str, **params: str
) -> Finding:
    return Finding(
        code=f"rates.{code.replace(' ', '_')}",
        place=place,
        found=found,
        expected=expected,
        remedy=remedy,
        params=params,
    )
