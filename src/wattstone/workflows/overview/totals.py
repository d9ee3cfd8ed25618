"""Totals of an estate: figures of the organisation where all of it is seen, else sums over the sites that are."""

import math
from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from wattstone.workflows.overview.columns import covered_alike, is_bought, same_sites
from wattstone.workflows.overview.numbers import Number

__all__ = ["number_of", "sum_of", "totals_of", "totals_of_rows"]

_NAMED = 100  # inputs that a sum names
_UNITS = {"energy": "kWh", "scope": "kg CO2e", "volume": "m3", "mass": "kg"}
_WASTE = {"findings_energy": "kWh", "findings_kg": "kg CO2e"}


def number_of(row: Mapping[str, object], before: Mapping[str, object] | None = None) -> Number:
    """A figure's row as a number, with that of the year before where readings cover as much of both."""
    held = dict(row)
    names = ("name", "value", "lower", "upper", "reason", "estimated", "coverage")
    said = {name: held.get(name) for name in names}
    cover: list[Any] = [None if one is None else one.get("coverage") for one in (row, before)]
    was = before.get("value") if before is not None and covered_alike(*cover) else None
    ident = None if before is None or was is None else before.get("id")
    return Number(**said, unit=str(held["unit"]), figure=held["id"], before=was, before_figure=ident)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def sum_of(name: str, parts: Iterable[Number], *, unit: str | None = None) -> Number | None:
    """The sum of some numbers; without a value where one of them has none; None for no numbers."""
    parts = list(parts)
    if not parts:
        return None
    unit = unit or max(one.unit for one in parts)
    inputs = tuple(one.figure for one in parts if one.figure)
    lacking = next((one for one in parts if one.value is None), None)
    if lacking is not None:
        return Number(name=name, value=None, unit=unit, inputs=inputs, of=len(inputs), reason=lacking.reason)
    total = math.fsum(one.value or 0.0 for one in parts)
    mine = [one for one in parts if one.value]
    sure = bool(mine) and all(one.lower is not None and one.upper is not None for one in mine)
    low = math.hypot(*((one.value or 0.0) - (one.lower or 0.0) for one in mine)) if sure else None
    high = math.hypot(*((one.upper or 0.0) - (one.value or 0.0) for one in mine)) if sure else None
    before = [one.before for one in parts]
    known = [one for one in before if one is not None]
    return Number(
        name=name,
        value=total,
        unit=unit,
        lower=None if low is None else total - low,
        upper=None if high is None else total + high,
        inputs=inputs[:_NAMED],
        of=len(inputs),
        before=math.fsum(known) if len(known) == len(before) else None,
        coverage=min((one.coverage for one in parts if one.coverage is not None), default=None),
        estimated=max((one.estimated for one in parts if one.estimated is not None), default=None),
    )


def totals_of_rows(frame: pl.DataFrame, rows: pl.DataFrame, year: int) -> dict[str, Number]:
    """Totals of the whole organisation: its figures, and sums of them."""
    mine = rows.filter(pl.col("site_id").is_null())
    earlier = {row["name"]: row for row in mine.filter(pl.col("period") == str(year - 1)).iter_rows(named=True)}
    now = mine.filter(pl.col("period") == str(year)).iter_rows(named=True)
    same = same_sites(rows, year)
    numbers = {row["name"]: number_of(row, earlier.get(row["name"]) if row["name"] in same else None) for row in now}
    energy = sum_of("energy", (one for name, one in numbers.items() if is_bought(name)), unit="kWh")
    # Of an organisation without fuel meters scope 1 has no value, and no site has one: it adds nothing.
    metered = set(rows.filter(pl.col("site_id").is_not_null() & (pl.col("period") == str(year)))["name"])
    scopes = [numbers[name] for name in ("scope1", "scope2.location") if name in numbers and name in metered]
    location = sum_of("location", scopes)
    market = None
    if "scope2.market" in numbers:
        first = [one for one in scopes if one.name == "scope1"]
        market = sum_of("market", [*first, numbers["scope2.market"]])
    made = {"energy": energy, "location": location, "market": market}
    return {**{name: one for name, one in made.items() if one is not None}, **numbers, **_waste(frame)}


def totals_of(frame: pl.DataFrame) -> dict[str, Number]:
    """Totals of the sites of a frame: sums over those of which something is known.

    They are compared with the year before where each of these sites can be.
    """
    made: dict[str, Number] = {}
    for name in frame.columns:
        if f"{name}.id" not in frame.columns or name.startswith(("intensity.", "degree_days.", "cost.")):
            continue
        one = _column(frame, name, _UNITS.get(name.split(".")[0].rstrip("0123456789"), ""))
        if one is not None:
            made[name] = one
    for name in ("energy", "location", "market"):
        if (one := _column(frame, name, "kWh" if name == "energy" else "kg CO2e")) is not None:
            made[name] = one
    return {**made, **_waste(frame)}


def _column(frame: pl.DataFrame, name: str, unit: str) -> Number | None:
    known = frame.filter(pl.col(name).is_not_null())
    if known.is_empty():
        return None
    ids = known[f"{name}.id"] if f"{name}.id" in frame.columns else None
    listed = known[f"{name}.ids"].explode() if ids is None and f"{name}.ids" in frame.columns else ids
    before = known[f"{name}_before"] if f"{name}_before" in frame.columns else None
    total = float(known[name].sum())
    low, high = _halves(known, name)
    return Number(
        name=name,
        value=total,
        unit=unit,
        lower=None if low is None else total - low,
        upper=None if high is None else total + high,
        inputs=() if listed is None else tuple(listed.head(_NAMED).to_list()),
        of=known.height if listed is None else len(listed),
        before=float(before.sum()) if before is not None and not before.null_count() else None,
    )


def _halves(known: pl.DataFrame, name: str) -> tuple[float | None, float | None]:
    """Half-widths of the interval of a sum, the errors of the sites taken as independent."""
    ends = (
        (f"{name}.lower", f"{name}.upper") if f"{name}.lower" in known.columns else (f"{name}_lower", f"{name}_upper")
    )
    mine = known.filter(pl.col(name) != 0)
    if mine.is_empty() or any(end not in known.columns or mine[end].null_count() for end in ends):
        return None, None
    low, high = (float(((mine[end] - mine[name]) ** 2).sum()) ** 0.5 for end in ends)
    return low, high


def _waste(frame: pl.DataFrame) -> dict[str, Number]:
    made = {name: _column(frame, name, unit) for name, unit in _WASTE.items()}
    currencies = frame["findings_currency"].drop_nulls().unique().to_list()
    if len(currencies) == 1:
        made["findings_money"] = _column(frame, "findings_money", str(currencies[0]))
    return {name: one for name, one in made.items() if one is not None}
