"""The meters of a dataset folder: what its meters table declares, and what its readings show."""

from typing import Any, Literal

import polars as pl

from wattstone.base import Finding, Unit, UnknownUnit, unit
from wattstone.portfolio import Meter, Site, canonical_kind, kind_of
from wattstone.portfolio.kinds import REGISTER_SUFFIX, Kind
from wattstone.readings.described import FEW, Described

_DWELLINGS = {"household", "dwelling", "home", "apartment", "flat"}
_NAMED = 20  # meters that get a finding of their own; the others share one
# Columns of the meters table that are taken as they stand.
_PLAIN = ("direction", "multiplier", "sign", "parent_id", "space_id", "rollover", "derived_from", "simulated")


def meters_of(
    described: Described, table: pl.DataFrame | None, sites: tuple[Site, ...], name: str, found: list[Finding]
) -> tuple[Meter, ...]:
    """Meters as the table declares them, else as the readings show them.

    Parameters
    ----------
    described : Described
        From `describe`.
    table : polars.DataFrame or None
        The meters table; its rows may stay silent on anything but meter_id.
    sites : tuple of Site
        Their type says whether readings are personal.
    name : str
        The dataset's, for messages.
    found : list of Finding
        Takes what is wrong.

    Returns
    -------
    tuple of Meter
        Those with readings by id, then those that the table alone names. What nobody says of a meter is not set.
    """
    dwelling = {site.id for site in sites if (site.type or "").lower() in _DWELLINGS}
    declared = {row["meter_id"]: row for row in table.iter_rows(named=True)} if table is not None else {}
    meters: list[Meter | None] = []
    undeclared: list[tuple[str, int]] = []
    for seen in (
        described.meters.drop_nulls(["meter_id", "site_id", "kind", "unit"]).sort("meter_id").iter_rows(named=True)
    ):
        row = declared.get(seen["meter_id"])
        if table is not None and row is None:
            undeclared.append((seen["meter_id"], seen["row"]))
            continue
        found += _disagreements(name, seen, row or {})
        meters.append(_meter(name, seen, row or {}, found, personal=seen["site_id"] in dwelling))
    found += _undeclared(name, undeclared)
    for silent in sorted(set(declared) - set(described.meters["meter_id"])):
        row = declared[silent]
        if row.get("site_id") and row.get("kind") and row.get("unit"):
            meters.append(_meter(name, row, row, found, personal=row["site_id"] in dwelling))
    return tuple(meter for meter in meters if meter is not None)


def factor_of(meter: Meter) -> float:
    """What a delivered value is multiplied by, to stand in the canonical unit of an interval."""
    try:
        measure = unit(meter.unit)
    except UnknownUnit:
        return 1.0  # an unknown kind in an unknown unit is kept as delivered
    hours = (meter.interval_seconds or 3600) / 3600 if meter.reading == "power" else 1.0
    return measure.factor * hours


def _meter(
    name: str, seen: dict[str, Any], row: dict[str, Any], found: list[Finding], *, personal: bool
) -> Meter | None:
    """One meter from what the table says of it and what its rows show."""
    kind = canonical_kind(seen["kind"])
    place = f"{name}, meter '{seen['meter_id']}'"
    measure = _measure(seen["unit"], kind_of(kind), place, found)
    if measure is False:
        return None
    minutes = row.get("interval_minutes")
    power = measure is not None and measure.quantity == "power"
    said_reading = "register" if kind.endswith(REGISTER_SUFFIX) else row.get("reading")
    reading = "power" if power and said_reading != "register" else said_reading
    basis = row.get("basis") or row.get("calorific_basis") or (measure.basis if measure else None) or _basis(row)
    said: dict[str, Any] = {
        "id": seen["meter_id"],
        "site_id": seen["site_id"],
        "kind": kind,
        "unit": seen["unit"],
        "reading": reading,
        "basis": basis,
        "interval_seconds": round(minutes * 60) if minutes else seen.get("seconds"),
        "personal": row["personal"] if row.get("personal") is not None else (True if personal else None),
        **{field: row.get(field) for field in _PLAIN},
        "declared": "table" if row else "readings",
    }
    try:
        return Meter(**{field: value for field, value in said.items() if value is not None})
    except ValueError as error:
        found.append(_invalid(place, error))
        return None


def _measure(name: str, kind: Kind | None, place: str, found: list[Finding]) -> "Unit | Literal[False] | None":
    """The unit; None for an unknown one of an unknown kind; False, with a finding, where it does not fit the kind."""
    try:
        measure = unit(name)
    except UnknownUnit:
        if kind is None:
            return None
        found.append(
            Finding(
                code="meter.unit.unknown",
                place=place,
                found="the unit '{unit}' is not known",
                params={"unit": name},
                expected=f"a unit of {kind.quantity}, as kWh or m3",
                remedy="correct the unit, or convert the values to a known one",
            )
        )
        return False
    if kind is None or _fits(kind, measure):
        return measure
    found.append(
        Finding(
            code="meter.unit.quantity",
            place=place,
            found="{kind} in {unit}, which measures {quantity}",
            params={"kind": kind.name, "unit": name, "quantity": measure.quantity},
            expected=f"a unit of {kind.quantity}",
            remedy="correct the kind or the unit",
        )
    )
    return False


def _fits(kind: Kind, measure: Unit) -> bool:
    """Fuels come in many quantities, and power is energy once its interval is known; all else is as the kind says."""
    allowed = {kind.quantity, "power"} if kind.quantity == "energy" else {kind.quantity}
    if kind.role == "fuel":
        allowed |= {"energy", "power", "volume", "mass"}
    return measure.quantity in allowed


def _basis(row: dict[str, Any]) -> str | None:
    """The calorific value that the table's spelling of the unit names."""
    try:
        return unit(str(row.get("unit"))).basis
    except UnknownUnit:
        return None


def _invalid(place: str, error: ValueError) -> Finding:
    return Finding(
        code="meter.invalid",
        place=place,
        found="its description cannot be used: {error}",
        params={"error": " ".join(str(error).split())[:300]},
        expected="values as docs/reference/datasets.md lists them",
        remedy="correct the row in the meters table, or the id in the readings",
    )


def _disagreements(name: str, seen: dict[str, Any], row: dict[str, Any]) -> list[Finding]:
    """Where the meters table and the readings say different things of one meter."""
    place = f"{name}, meter '{seen['meter_id']}'"
    found = [
        Finding(
            code=f"dataset.meter.{column}.differs",
            place=place,
            found="the meters table says {column} '{table}', the readings say '{readings}'",
            params={"column": column, "table": row[column], "readings": seen[column]},
            first=f"row {seen['row']}",
            expected="the same in both",
            remedy="correct whichever is wrong",
        )
        for column in ("site_id", "kind", "unit")
        if row.get(column) is not None and not _alike(column, row[column], seen[column])
    ]
    minutes = row.get("interval_minutes")
    if minutes and seen["seconds"] and seen["steps"] >= FEW and round(minutes * 60) != seen["seconds"]:
        found.append(
            Finding(
                code="dataset.meter.interval.differs",
                place=place,
                found="the meters table says {minutes:g} minutes, the usual step between its readings is {seen:g}",
                params={"minutes": float(minutes), "seen": seen["seconds"] / 60},
                expected="interval_minutes as the readings have it",
                remedy="correct interval_minutes; power becomes energy by it",
                severity="warning",
            )
        )
    return found


def _alike(column: str, one: str, other: str) -> bool:
    """Whether two spellings mean the same."""
    if column == "kind":
        return canonical_kind(str(one)) == canonical_kind(other)
    if column == "unit":
        try:
            first, second = unit(str(one)), unit(other)
        except UnknownUnit:
            return one == other
        bases = {first.basis, second.basis} - {None}
        return (first.quantity, first.factor) == (second.quantity, second.factor) and len(bases) < 2
    return one == other


def _undeclared(name: str, meters: list[tuple[str, int]]) -> list[Finding]:
    shown = meters if len(meters) <= _NAMED else meters[:_NAMED]
    rest = meters[len(shown) :]
    places = [(f"meter '{meter}'", 1, row) for meter, row in shown]
    if rest:
        places.append((f"{len(rest)} more meters", len(rest), min(row for _, row in rest)))
    return [
        Finding(
            code="dataset.meter.undeclared",
            place=f"{name}/readings.parquet, {who}",
            found="the readings name a meter that meters.parquet does not declare",
            count=count,
            first=f"row {row}",
            expected="every meter of the readings in the meters table",
            remedy="add a row for it to meters.parquet, or leave the meters table out",
        )
        for who, count, row in places
    ]
