"""What the inventory says of a target's quantity: a year's value with what it rests on, or why there is none."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import polars as pl

from wattstone.base import Finding
from wattstone.programme.report import Said

__all__ = ["DENOMINATORS", "SERIES", "Known", "Quantity", "Value", "quantity"]

SERIES: Final[dict[str, pl.DataType]] = {
    "year": pl.Int32(),
    "name": pl.String(),  # scope1, scope2.location, scope3.1, ...
    "value": pl.Float64(),  # t CO2e of the organisation, recalculated where it was restated
    "input": pl.String(),  # figure:ID
    "restated": pl.Boolean(),
}

DENOMINATORS: Final[dict[str, pl.DataType]] = {
    "year": pl.Int32(),
    "name": pl.String(),
    "value": pl.Float64(),
    "unit": pl.String(),
    "input": pl.String(),
}


@dataclass(frozen=True, kw_only=True)
class Known:
    """What the workspace holds beside the entries.

    Parameters
    ----------
    series : polars.DataFrame
        Schema `SERIES`.
    denominators : polars.DataFrame
        Schema `DENOMINATORS`.
    effects : polars.DataFrame or None
        `name`, `effect`, `value`: what made the year differ from the one before; None where nobody asked. [t CO2e]
    findings : tuple of Finding
        Of what measures name and the workspace does not have.
    """

    series: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=SERIES))
    denominators: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=DENOMINATORS))
    effects: pl.DataFrame | None = None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Value:
    """A year's value.

    Parameters
    ----------
    value : float
        In the unit of the quantity.
    inputs : tuple of str
    parts : mapping of str to float
        By part of the coverage; empty where it is stated as a whole. [t CO2e]
    below : float or None
        The denominator; 1 where it has none, None where nobody says that of the year.
    under : tuple of str
        What the denominator rests on.
    stated : bool
        It is an entry's, not the inventory's.
    restated : bool
        It was recalculated since it was first released.
    """

    value: float
    inputs: tuple[str, ...]
    parts: Mapping[str, float] = field(default_factory=dict[str, float])
    below: float | None = 1.0
    under: tuple[str, ...] = ()
    stated: bool = False
    restated: bool = False


@dataclass(frozen=True, kw_only=True)
class Quantity:
    """What a target is about, over the years.

    Parameters
    ----------
    unit : str
    years : mapping of int to Value
        Ascending.
    missing : mapping of int to Said
        Why a year of the inventory has no value.
    twice : tuple of int
        Years that are stated although the inventory has them; the inventory holds.
    """

    unit: str
    years: Mapping[int, Value]
    missing: Mapping[int, Said]
    twice: tuple[int, ...] = ()

    def reason(self, year: int) -> Said:
        """Why there is no value of a year."""
        return self.missing.get(year) or Said("neither the inventory nor an entry says it of {year}", {"year": year})


def quantity(target: Mapping[str, Any], stated: pl.DataFrame, known: Known, until: int) -> Quantity:
    """The values of a target's quantity up to a year.

    Parameters
    ----------
    target : mapping
        Fields of the entry.
    stated : polars.DataFrame
        Entries of kind `target_value`.
    known : Known
    until : int
        The year that is reported; later ones are not looked at.
    """
    said = stated.filter((pl.col("target") == target["entry"]) & (pl.col("year") <= until))
    below = _denominators(target, known)

    def told(year: int, value: float, key: str) -> Value:
        """Stated as a whole: by the denominator of that year what measures reduce is divided."""
        under, rests = (1.0, ()) if below is None else (None, ())
        if below is not None and year in below:
            under, rests = below[year][0], (below[year][1],)
        return Value(value, (f"entry:{key}",), below=under, under=rests, stated=True)

    values: dict[int, Value] = {
        year: told(year, value, key) for year, value, key in said.select("year", "value", "hash").iter_rows()
    }
    missing: dict[int, Said] = {}
    twice: list[int] = []
    if target["form"] != "renewable":
        for year, found in _inventory(target, known, until).items():
            if isinstance(found, Said):
                missing[year] = found
            else:
                twice += [year] if year in values else []
                values[year] = found
    base = target["base_year"]
    if target["base_value"] is not None and base not in values:
        values[base] = told(base, target["base_value"], target["hash"])
    return Quantity(
        unit=_unit(target, known), years=dict(sorted(values.items())), missing=missing, twice=tuple(sorted(twice))
    )


def _unit(target: Mapping[str, Any], known: Known) -> str:
    if target["form"] == "renewable":
        return "1"
    if target["form"] == "absolute":
        return "t CO2e"
    units = known.denominators.filter(pl.col("name") == target["denominator"])["unit"]
    return f"t CO2e/{units[0] if len(units) else target['denominator']}"


def _inventory(target: Mapping[str, Any], known: Known, until: int) -> dict[int, Value | Said]:
    rows = known.series.filter(pl.col("year") <= until)
    below = _denominators(target, known)
    return {
        int(year): _year(target["coverage"] or (), rows.filter(pl.col("year") == year), int(year), below)
        for year in rows["year"].unique().sort()
    }


def _denominators(target: Mapping[str, Any], known: Known) -> Mapping[int, tuple[float, str]] | None:
    if target["form"] != "intensity":
        return None
    mine = known.denominators.filter((pl.col("name") == target["denominator"]) & (pl.col("value") > 0))
    return {year: (value, key) for year, value, key in mine.select("year", "value", "input").iter_rows()}


def _year(
    coverage: Iterable[str], rows: pl.DataFrame, year: int, below: Mapping[int, tuple[float, str]] | None
) -> Value | Said:
    held = {name: (value, key, again) for name, value, key, again in rows.select(list(SERIES)[1:]).iter_rows()}
    for part in coverage:
        if part not in held or held[part][0] is None:
            return Said("the inventory of {year} has no {part}", {"year": year, "part": part})
    parts = {part: float(held[part][0]) for part in coverage}
    inputs = tuple(str(held[part][1]) for part in coverage)
    again = any(held[part][2] for part in coverage)
    if below is None:
        return Value(sum(parts.values()), inputs, parts, restated=again)
    if year not in below:
        return Said("there is no denominator of {year}", {"year": year})
    under, key = below[year]
    return Value(sum(parts.values()) / under, (*inputs, key), parts, under, under=(key,), restated=again)
