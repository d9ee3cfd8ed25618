"""Cards of the board, made of findings and measures and of what was decided about them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from wattstone.portfolio.measures import Measure
from wattstone.workflows.overview.numbers import Number
from wattstone.workflows.stores import BoardEntry

__all__ = ["MEASURE", "STATES", "Card", "State", "became", "of_finding", "of_measure", "state_of", "without_mark"]

State = Literal["open", "planned", "doing", "done", "dismissed"]
STATES: tuple[State, ...] = ("open", "planned", "doing", "done", "dismissed")


@dataclass(frozen=True, kw_only=True)
class Card:
    """A finding or a measure.

    Parameters
    ----------
    key : str
        Of the finding, the same from run to run (`findings.keys`); `measure:ID` of a measure.
    kind : {'finding', 'measure'}
        What it is.
    state : str
        The column.
    site_id, site_name : str, str or None
        Where.
    meters : tuple of str
        Of which.
    code : str or None
        Of the finding.
    name : str or None
        Of the measure.
    measure_id : str or None
        The measure that a finding became, or that this is.
    energy, money, kg : Number or None
        A year. Of a measure: what is claimed.
    confidence : float or None
        0 to 1.
    since, until : date or None
        Local days of the finding; it goes on where `until` is None.
    params : mapping
        Numbers of the finding for its text.
    owner, note, due, changed_by, changed
        What was said on the board; texts or None.
    gone : bool
        Whether the newest run no longer finds it.
    run : int or None
        Of the detection that found it last.
    figures : tuple of str
        Ids.
    """

    key: str
    kind: Literal["finding", "measure"]
    state: State
    site_id: str
    site_name: str | None
    meters: tuple[str, ...]
    code: str | None = None
    name: str | None = None
    measure_id: str | None = None
    energy: Number | None = None
    money: Number | None = None
    kg: Number | None = None
    confidence: float | None = None
    since: date | None = None
    until: date | None = None
    params: Mapping[str, Any] = field(default_factory=dict[str, Any])
    owner: str | None = None
    note: str | None = None
    due: date | None = None
    changed_by: str | None = None
    changed: str | None = None
    gone: bool = False
    run: int | None = None
    figures: tuple[str, ...] = ()


MEASURE = "measure:"
"""What the key of a measure's card begins with."""

_OF_MEASURE: dict[str, State] = {
    "planned": "planned", "in progress": "doing", "done": "done", "verified": "done", "refuted": "done",
    "withdrawn": "dismissed",
}  # fmt: skip


def state_of(measure: Measure) -> State:
    """The column of a measure, by its status."""
    return _OF_MEASURE[measure.status]


def of_finding(row: Mapping[str, Any], names: Mapping[str, str | None], entries: Mapping[str, BoardEntry]) -> Card:
    """The card of a finding, from its row with `gone`."""
    entry = entries.get(row["key"])
    ids = iter(row["figures"] if row["energy"] and row["energy"] > 0 else [])
    figures = {what: next(ids, None) if row[what] is not None else None for what in ("energy", "money", "kg")}
    units = {"energy": row["unit"], "money": row["currency"], "kg": row["gas"]}

    def number(what: str) -> Number | None:
        if row[what] is None or figures[what] is None:
            return None
        low, high = row[f"{what}_lower"], row[f"{what}_upper"]
        return Number(name=f"findings_{what}", value=row[what], unit=units[what] or "", lower=low, upper=high,
                      figure=figures[what])  # fmt: skip

    return Card(
        key=row["key"],
        kind="finding",
        state="open" if entry is None else entry.state,
        site_id=row["site_id"],
        site_name=names.get(row["site_id"]),
        meters=(row["meter_id"],),
        code=row["code"],
        measure_id=None if entry is None else became(entry),
        energy=number("energy"),
        money=number("money"),
        kg=number("kg"),
        confidence=row["confidence"],
        since=row["since"],
        until=row["until"],
        params=row["params"] or {},
        gone=row["gone"],
        run=row["run"],
        figures=tuple(row["figures"]),
        **_said(entry),
    )


def of_measure(one: Measure, names: Mapping[str, str | None], entries: Mapping[str, BoardEntry]) -> Card:
    """The card of a measure."""
    unit = one.expected_unit or ""
    claimed = None
    if one.expected_saving is not None:
        claimed = Number(name="expected_saving", value=one.expected_saving, unit=unit, of=0)
    told: dict[str, Any] = {**_said(entries.get(f"{MEASURE}{one.id}")), "owner": one.owner}
    return Card(
        key=f"{MEASURE}{one.id}",
        kind="measure",
        state=state_of(one),
        site_id=one.site_id,
        site_name=names.get(one.site_id),
        meters=one.meters,
        name=one.name or one.id,
        measure_id=one.id,
        energy=None if "CO2" in unit else claimed,
        kg=claimed if "CO2" in unit else None,
        **told,
    )


def _said(entry: BoardEntry | None) -> dict[str, Any]:
    if entry is None:
        return {}
    note = entry.note.removeprefix(_named(entry)).strip()
    when = f"{entry.changed:%Y-%m-%dT%H:%M:%S}Z"
    return {"owner": entry.owner, "note": note or None, "due": entry.due, "changed_by": entry.who, "changed": when}


def _named(entry: BoardEntry) -> str:
    name = became(entry)
    return f"[{MEASURE}{name}]" if name else ""


def became(entry: BoardEntry) -> str | None:
    """The measure that a finding became: the note begins with it."""
    head, closed, _ = entry.note.partition("]")
    return head.removeprefix(f"[{MEASURE}") if closed and head.startswith(f"[{MEASURE}") else None


def without_mark(note: str) -> str:
    """What somebody writes, without what would make the finding seem to have become a measure."""
    while note.startswith(f"[{MEASURE}") and "]" in note:
        note = note.partition("]")[2].strip()
    return note
