"""The meters of a dataset folder: what its meters table declares, and what its readings show."""

from typing import Any, Literal

import polars as pl

from wattstone.base import Finding, Unit, UnknownUnit, unit
from wattstone.portfolio import Meter, Site, canonical_kind, kind_of
from wattstone.portfolio.kinds import REGISTER_SUFFIX, Kind
from wattstone.readings.described import FEW, Described
from wattstone.readings.meter_table import METERS, table_of_meters

_DWELLINGS = {"household", "dwelling", "home", "apartment", "flat"}
_NAMED = 20  # meters that get a finding of their own; the others share one
# Columns of the meters table that are taken as they stand.
_PLAIN = ("direction", "multiplier", "sign", "parent_id", "space_id", "rollover", "derived_from", "simulated")
_LINKS = ("parent_id", "space_id", "derived_from")
_JUDGED = ("site_id", "kind", "unit", "interval_minutes", "reading", "basis", "calorific_basis", "personal")
_USED = frozenset(("meter_id", *_JUDGED, *_PLAIN))
_SAID = "said "  # before the name of a column of the meters table
# What each meter has of its own, however alike its description is to others'.
_OWN = {"order", "meter_id", "site_id", "row", "seconds", "steps", "apart"} | {
    _SAID + column for column in ("meter_id", "site_id", *_LINKS)
}
_NO_ROWS: dict[str, pl.DataType] = {"row": pl.Int64(), "seconds": pl.Int64(), "steps": pl.UInt32()}
# Ids as `portfolio.model.Id` has them; whatever does not match is left to the model to judge.
_ID = r"^[^\s/:\x00-\x1f](?:[^/:\x00-\x1f]*[^\s/:\x00-\x1f])?$"
_LONGEST = 200


def meters_of(
    described: Described, table: pl.DataFrame | None, sites: tuple[Site, ...], name: str, found: list[Finding]
) -> pl.DataFrame:
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
    polars.DataFrame
        Schema `METERS`: those with readings by id, then those that the table alone names. What nobody says of a meter
        is null.
    """
    dwelling = [site.id for site in sites if (site.type or "").lower() in _DWELLINGS]
    seen = described.meters.drop_nulls(["meter_id", "site_id", "kind", "unit"]).sort("meter_id")
    if table is None:
        return _read(seen, dwelling, name, found)
    own = table.select(pl.col(column).alias(_SAID + column) for column in table.columns if column in _USED)
    known = seen["meter_id"].is_in(table["meter_id"].implode())
    beside = seen.filter(known).join(
        own, left_on="meter_id", right_on=_SAID + "meter_id", how="left", maintain_order="left", coalesce=False
    )
    of_readings = _read(beside, dwelling, name, found)
    found += _undeclared(name, seen.filter(~known).select("meter_id", "row").rows())
    return pl.concat([of_readings, _read(_silent(own, described), dwelling, name, found)])


def _silent(table: pl.DataFrame, described: Described) -> pl.DataFrame:
    """Meters that the table describes and that have no readings, in the form of those that have."""
    who = ("site_id", "kind", "unit")
    silent = table.filter(~pl.col(_SAID + "meter_id").is_in(described.meters["meter_id"].implode()))
    if any(_SAID + column not in table.columns for column in who):
        return silent.clear().with_columns(
            pl.lit(None, dtype).alias(column)
            for column, dtype in {"meter_id": pl.String(), **dict.fromkeys(who, pl.String()), **_NO_ROWS}.items()
        )
    given = [pl.col(_SAID + column).is_not_null() & (pl.col(_SAID + column).cast(pl.String) != "") for column in who]
    return (
        silent.filter(given)
        .sort(_SAID + "meter_id")
        .with_columns(pl.col(_SAID + column).alias(column) for column in ("meter_id", *who))
        .with_columns(pl.lit(None, dtype).alias(column) for column, dtype in _NO_ROWS.items())
    )


def _read(rows: pl.DataFrame, dwelling: list[str], name: str, found: list[Finding]) -> pl.DataFrame:
    """The meters of some rows; those that are described alike, and without a doubt, are looked at once.

    Parameters
    ----------
    rows : polars.DataFrame
        Columns meter_id, site_id, kind, unit, row, seconds, steps, and what the table says, each name after `_SAID`.
    dwelling : list of str
        Sites where readings are personal.
    name : str
        The dataset's.
    found : list of Finding
        Takes what is wrong, in the order of the rows.
    """
    personal = pl.col("site_id").is_in(dwelling) if dwelling else pl.lit(False)
    rows = rows.with_columns(personal.alias("home"), _doubtful(rows).alias("apart")).with_row_index("order")
    alike = [column for column in rows.columns if column not in _OWN]
    sorts = rows.filter(~pl.col("apart")).select(alike).unique(maintain_order=True).with_row_index("sort")
    rows = rows.join(sorts, on=alike, how="left", nulls_equal=True, maintain_order="left")
    usable: dict[int, Meter] = {}
    for first in rows.filter(~pl.col("apart")).unique("sort", keep="first").iter_rows(named=True):
        wrong: list[Finding] = []
        if (meter := _one(name, first, wrong)) is not None and not wrong:
            usable[first["sort"]] = meter
    clear = (~pl.col("apart") & pl.col("sort").is_in(list(usable))).fill_null(False)
    single: dict[int, Meter] = {}
    for row in rows.filter(~clear).iter_rows(named=True):
        if (meter := _one(name, row, found)) is not None:
            single[row["order"]] = meter
    samples = table_of_meters(usable.values()).with_columns(pl.Series("sort", list(usable), dtype=pl.UInt32))
    apart = table_of_meters(single.values()).with_columns(pl.Series("order", list(single), dtype=pl.UInt32))
    alike_ones = _as_sample(rows.filter(clear), samples).select(apart.columns)
    return pl.concat([alike_ones, apart]).sort("order").select(list(METERS))


def _as_sample(rows: pl.DataFrame, samples: pl.DataFrame) -> pl.DataFrame:
    """Meters as the sample of their sort has it, with what is each one's own."""
    said = [column for column in rows.columns if column.startswith(_SAID)]
    length, minutes = pl.col("interval_seconds"), _SAID + "interval_minutes"
    usual = pl.col("seconds").cast(pl.Int32)
    if minutes in said:
        usual = pl.when(pl.col(minutes).is_null() | (pl.col(minutes) == 0)).then(usual).otherwise(length)
    return (
        rows.select("order", "meter_id", "seconds", "sort", pl.col("site_id").alias("stands"), *said)
        .join(samples, on="sort", how="left", maintain_order="left")
        .with_columns(
            pl.col("meter_id").alias("id"),
            pl.col("stands").alias("site_id"),
            usual.alias("interval_seconds"),
            *(pl.col(_SAID + link).cast(pl.String).alias(link) for link in _LINKS if _SAID + link in said),
        )
    )


def _doubtful(rows: pl.DataFrame) -> pl.Expr:
    """Rows that have to be looked at one by one: ids that may be none, a table that disagrees with the readings."""
    ids = ["meter_id", "site_id", *(_SAID + column for column in _LINKS if _SAID + column in rows.columns)]
    odd = [
        ~(pl.col(column).str.contains(_ID) & (pl.col(column).str.len_chars() <= _LONGEST)).fill_null(True)
        if rows.schema[column] == pl.String
        else pl.col(column).is_not_null()
        for column in ids
    ]
    if _SAID + "site_id" in rows.columns:
        site = pl.col(_SAID + "site_id")
        odd.append((site.cast(pl.String) != pl.col("site_id").cast(pl.String)).fill_null(False))
    if _SAID + "interval_minutes" in rows.columns:
        minutes = pl.col(_SAID + "interval_minutes").cast(pl.Float64, strict=False)
        apart = (minutes * 60 - pl.col("seconds")).abs() >= 0.5
        odd.append((apart & (pl.col("steps") >= FEW)).fill_null(False))
    return pl.any_horizontal(odd)


def _one(name: str, row: dict[str, Any], found: list[Finding]) -> Meter | None:
    """One meter of a row."""
    said = {column.removeprefix(_SAID): value for column, value in row.items() if column.startswith(_SAID)}
    found += _disagreements(name, row, said)
    return _meter(name, row, said, found, personal=bool(row["home"]))


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
                params={"unit": name, "wanted": kind.quantity},
                expected="a unit of {wanted}, as kWh or m3",
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
            params={"kind": kind.name, "unit": name, "quantity": measure.quantity, "wanted": kind.quantity},
            expected="a unit of {wanted}",
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
