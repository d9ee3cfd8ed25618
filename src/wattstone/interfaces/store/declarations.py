"""What is declared, laid over what the records hold: who said it decides which of two statements stays.

A user says more than a table, a table more than the readings themselves. What is not said, or said as null, changes
nothing, unless it is expressly taken back; a lower voice only fills in what nobody has said.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, Protocol

from pydantic import BaseModel

from wattstone.base import Finding
from wattstone.portfolio import Meter, Site, Space

__all__ = ["Declared", "Merged", "columns_of", "lay_over", "to_row", "unknown_sites"]

Declared = Literal["table", "readings", "user"]
Row = dict[str, Any]

RANK: Mapping[str, int] = {"readings": 0, "table": 1, "user": 2}
ID_COLUMN: Mapping[type[BaseModel], str] = {Site: "id", Space: "id", Meter: "meter_id"}


class Placed(Protocol):
    """What stands at a site."""

    @property
    def id(self) -> str:
        """Its own."""
        ...

    @property
    def site_id(self) -> str:
        """Of the site."""
        ...


@dataclass(frozen=True)
class Merged:
    """What a declaration changes in one table: rows to insert and rows to update, each in the order of the input."""

    new: list[Row]
    changed: list[Row]
    findings: list[Finding]


def to_row(record: BaseModel) -> Row:
    """A model as a row of its table; structured fields become JSON."""
    row: Row = {name: getattr(record, name) for name in type(record).model_fields}
    if isinstance(record, Meter):
        row["meter_id"] = row.pop("id")
    if isinstance(record, Site):
        row["ownership"] = [share.model_dump(mode="json") for share in record.ownership]
        row["control"] = [one.model_dump(mode="json") for one in record.control]
    return row


@cache
def columns_of(model: type[BaseModel]) -> tuple[tuple[str, str], ...]:
    """The fields of a model, each with its column in the model's table."""
    return tuple((name, ID_COLUMN[model] if name == "id" else name) for name in model.model_fields)


def lay_over(
    records: Iterable[Site | Space | Meter],
    *,
    stored: Mapping[str, Row],
    by: Declared | None = None,
    cleared: Collection[str] = (),
) -> Merged:
    """Merge declarations into what is stored.

    Parameters
    ----------
    records : iterable of Site, Space or Meter
        Of one type; the same id may come twice, and then the second is laid over the first.
    stored : mapping of id to row
        What the table holds for these ids.
    by : {'table', 'readings', 'user'} or None
        Who declares; None where each record says so itself (meters).
    cleared : collection of str
        Fields that are taken back where they are null; null says nothing of the others.

    Returns
    -------
    Merged
        Nothing in it where nothing changes.
    """
    rows: dict[str, Row] = {}
    findings: list[Finding] = []
    for record in records:
        said = to_row(record)
        said.setdefault("declared", by)
        known = rows.get(record.id) or stored.get(record.id)
        if known is None:
            rows[record.id] = said
        elif isinstance(record, Meter) and known["site_id"] != record.site_id and said["declared"] != "user":
            findings.append(_two_sites(record, known["site_id"]))
        else:
            rows[record.id] = _merge(known, said, record.model_fields_set, cleared)
    return Merged(
        new=[row for key, row in rows.items() if key not in stored],
        changed=[row for key, row in rows.items() if key in stored and row != stored[key]],
        findings=findings,
    )


def unknown_sites(records: Iterable[Placed], sites: Iterable[str]) -> list[Finding]:
    """One finding for each site that is named and neither stored nor declared."""
    known = set(sites)
    missing: dict[str, list[str]] = {}
    for record in records:
        if record.site_id not in known:
            missing.setdefault(record.site_id, []).append(record.id)
    return [
        Finding(
            code="records.unknown_site",
            place=f"site '{site}'",
            found="{count} {count:meter or space stands|meters or spaces stand} at a site that is not declared, "
            "among them '{example}'",
            expected="a site that the sites table or the readings declare",
            remedy="add the site to the sites table, or correct the site_id",
            params={"example": ids[0]},
            count=len(ids),
        )
        for site, ids in missing.items()
    ]


def _merge(known: Row, said: Row, fields: Iterable[str], cleared: Collection[str]) -> Row:
    merged = dict(known)
    louder = RANK[said["declared"]] >= RANK[known["declared"]]
    for name in fields:
        value = said.get(name)
        if name in ("id", "declared") or (value is None and not (louder and name in cleared)):
            continue
        if louder or known[name] is None:
            merged[name] = value
    if louder:
        merged["declared"] = said["declared"]
    return merged


def _two_sites(meter: Meter, site: str) -> Finding:
    return Finding(
        code="records.meter_at_two_sites",
        place=f"meter '{meter.id}'",
        found="it is declared at site '{new}' and already stands at site '{old}'",
        expected="a meter id that is used once in the workspace",
        remedy="give the two meters different ids, as '{new}-{meter}'; if the meter was moved, say so yourself",
        params={"new": meter.site_id, "old": site, "meter": meter.id},
    )
