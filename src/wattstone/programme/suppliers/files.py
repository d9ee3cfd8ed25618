"""Files of footprints as they are exchanged: JSON of PACT version 3, checked number by number, as rows of entries."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, cast

import polars as pl

from wattstone.base import Finding, InputRefused
from wattstone.programme.kinds import RecordKind
from wattstone.programme.suppliers.pact.check import IdentityWanted, check, footprints_of
from wattstone.readings.sheets import Sheet
from wattstone.readings.tabular.csv import ROW

__all__ = ["exported", "read", "row_of", "sheets"]

_KIND: Final = "product_footprint"


def sheets(kind: RecordKind, path: Path) -> tuple[Sheet, ...] | None:
    """The footprints of a JSON file as a table of entries.

    Parameters
    ----------
    kind : RecordKind
    path : Path

    Returns
    -------
    tuple of Sheet or None
        None where it is an ordinary table, or entries of another kind are asked for.

    Raises
    ------
    InputRefused
        With every finding of every footprint.
    """
    if kind.id != _KIND or path.suffix.lower() != ".json":
        return None
    told = read(path)
    found = [one for footprint in told for one in check(footprint)]
    if any(one.severity == "error" for one in found):
        raise InputRefused(found)
    rows = [{ROW: number, **row_of(footprint)} for number, footprint in enumerate(told, start=1)]
    names = list(row_of({})) if not rows else [name for name in rows[0] if name != ROW]
    frame = pl.DataFrame(rows, schema={ROW: pl.Int64, **dict.fromkeys(names, pl.String)})
    return (Sheet(place=path.name, rows=frame, titles={name: name for name in names}, brackets={}),)


def read(path: Path) -> list[Mapping[str, Any]]:
    """The footprints of a file, numbers as they are written.

    Parameters
    ----------
    path : Path

    Returns
    -------
    list of mapping

    Raises
    ------
    InputRefused
        Where it is no JSON, or holds no footprint.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise InputRefused([_unread(path)]) from None
    told = footprints_of(document)
    if not told:
        raise InputRefused([_unread(path)])
    return told


def row_of(footprint: Mapping[str, Any], *, direction: str = "in") -> dict[str, str | None]:
    """The cells of an entry of the kind `product_footprint`.

    Parameters
    ----------
    footprint : mapping
    direction : {'in', 'out'}

    Returns
    -------
    dict
        Field to text.
    """
    inner = footprint.get("pcf")
    pcf: Mapping[str, Any] = cast("Mapping[str, Any]", inner) if isinstance(inner, Mapping) else {}
    sets = pcf.get("ipccCharacterizationFactors")
    listed = [str(one) for one in cast("list[Any]", sets)] if isinstance(sets, list) else []
    cells = {
        "id": footprint.get("id"), "direction": direction, "product_name": footprint.get("productNameCompany"),
        "status": footprint.get("status"), "unit": pcf.get("declaredUnitOfMeasurement"),
        "value": pcf.get("pcfExcludingBiogenicUptake"), "mass": pcf.get("productMassPerDeclaredUnit"),
        "gwp_set": ", ".join(listed) or None, "primary_share": pcf.get("primaryDataShare"),
        "period_start": _day(pcf.get("referencePeriodStart")), "period_end": _day(pcf.get("referencePeriodEnd")),
        "body": json.dumps(footprint, ensure_ascii=False, separators=(",", ":"), sort_keys=True),
    }  # fmt: skip
    return {name: None if value is None else str(value) for name, value in cells.items()}


def exported(
    footprints: pl.DataFrame, ids: Sequence[str] = (), *, identity: IdentityWanted = "either"
) -> dict[str, Any]:
    """The document that carries footprints to others: what was stated, byte for byte in its numbers.

    Parameters
    ----------
    footprints : DataFrame
        Entries of the kind `product_footprint`.
    ids : sequence of str
        Of those to carry; all that are given to customers (`direction` is `out`) where empty.
    identity : str
        See `wattstone.programme.suppliers.pact.check`.

    Returns
    -------
    dict
        `{"data": [...]}`.

    Raises
    ------
    InputRefused
        Where one of them is not there, or is wrong.
    """
    chosen = footprints.filter(pl.col("id").is_in(list(ids)) if ids else pl.col("direction") == "out")
    missing = sorted(set(ids) - set(chosen["id"]))
    documents: list[Mapping[str, Any]] = [json.loads(body) for body in chosen["body"]]
    found = [_absent(one) for one in missing] or [_absent("out")] * (not documents)
    found += [one for each in documents for one in check(each, identity=identity) if one.severity == "error"]
    if found:
        raise InputRefused(found)
    return {"data": documents}


def _day(told: object) -> str | None:
    return str(told)[:10] if told else None


def _unread(path: Path) -> Finding:
    return Finding(
        code="supplier.pact.unread", place=path.name, found="no footprint is found in it",
        expected="JSON in UTF-8: a footprint, a list of them, or an answer with \"data\"",
        remedy="ask the supplier for the file as it was exchanged",
    )  # fmt: skip


def _absent(told: str) -> Finding:
    return Finding(
        code="supplier.pact.absent", place=f"footprint '{told}'", found="there is no such footprint to give",
        expected="the id of an entry, or entries whose direction is out",
        remedy="list them, and name one that is there",
    )  # fmt: skip
