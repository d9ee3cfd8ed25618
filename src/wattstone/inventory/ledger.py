"""The restatement ledger: what was restated, from what to what, why, and who proposed and accepted it.

The ledger is a chain of lines that are added and never changed. A line sets a policy, proposes a restatement, or
accepts or rejects a proposal, which it names by the hash of its line; what stands is read off all of them in order.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final, Literal

import polars as pl

from wattstone.inventory.base_year import PolicyVersion, Trigger, policy_from
from wattstone.inventory.statement import RESTATEMENTS, SERIES

__all__ = [
    "ACCEPT",
    "POLICY",
    "PROPOSE",
    "REJECT",
    "Entry",
    "LedgerBreak",
    "LedgerLine",
    "Restated",
    "claimed_frame",
    "entries",
    "policies",
    "proposed_frame",
    "restated_series",
    "restatements_frame",
    "waiting",
]

POLICY, PROPOSE, ACCEPT, REJECT = "policy", "propose", "accept", "reject"
ORGANISATION: Final = "organisation"
_SHOWN: Final = 10  # digits of an id

State = Literal["proposed", "accepted", "rejected"]


@dataclass(frozen=True, kw_only=True)
class LedgerLine:
    """A line of the ledger with its place in the chain.

    Parameters
    ----------
    number : int
        From 1.
    at : datetime
        Naive UTC.
    who, what : str
        Who wrote it; `policy`, `propose`, `accept` or `reject`.
    details : mapping
        JSON values.
    previous, hash : str
        SHA-256 of the line before it, and its own, over number, time, name, deed, details and `previous`.
    """

    number: int
    at: datetime
    who: str
    what: str
    details: Mapping[str, Any]
    previous: str
    hash: str


@dataclass(frozen=True)
class LedgerBreak:
    """The first line at which the chain does not hold: it was `changed`, or one before it is `missing`."""

    number: int
    why: Literal["changed", "missing"]


@dataclass(frozen=True, kw_only=True)
class Restated:
    """A figure before and after.

    Parameters
    ----------
    year : int
        Calendar year.
    name, subject : str
        Of the figure: `scope1`, `organisation`.
    before, after : float or None
        Values; None where there is none. [unit]
    before_id, after_id : str or None
        Ids of the figures.
    unit : str
        `kg CO2e`.
    trigger : {'structure', 'method', 'error'}
        What it is for.
    reason : str
        In words.
    event : str
        The change that this is a part of; several figures are restated for one.
    inputs : tuple of str
        What the value after rests on, where it is not a recorded figure itself: ids of figures.
    significant : bool or None
        Whether, with all that waited, it reached the threshold of the policy; None where that cannot be told.
    judged : str
        The totals that were judged together, joined by +.
    policy : int
        Number of the policy that it was judged by; 0 where there was none.
    """

    year: int
    name: str
    subject: str = ORGANISATION
    before: float | None
    after: float | None
    before_id: str | None = None
    after_id: str | None = None
    unit: str = "kg CO2e"
    trigger: Trigger
    reason: str
    event: str = ""
    inputs: tuple[str, ...] = ()
    significant: bool | None = None
    judged: str = ""
    policy: int = 0

    def as_dict(self) -> dict[str, Any]:
        """As JSON values."""
        return {**asdict(self), "inputs": list(self.inputs)}

    @property
    def key(self) -> tuple[int, str, str]:
        """Which figure."""
        return self.year, self.name, self.subject

    @property
    def moved(self) -> float | None:
        """What it adds; None where it is not known."""
        return None if self.before is None or self.after is None else self.after - self.before


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A restatement as it stands.

    Parameters
    ----------
    id : str
        Hash of the line that proposed it.
    restated : Restated
        Before and after.
    proposed_by, proposed_at : str, datetime
        Who, when (naive UTC).
    state : {'proposed', 'accepted', 'rejected'}
        What became of it.
    decided_by, decided_at, note : str or None, datetime or None, str
        Who decided, when, and what was said.
    alone : bool
        Whoever proposed it accepted it too.
    line, decided_line : int
        Numbers of the lines that proposed it and decided about it; 0 where nobody did.
    """

    id: str
    restated: Restated
    proposed_by: str
    proposed_at: datetime
    state: State = "proposed"
    decided_by: str | None = None
    decided_at: datetime | None = None
    note: str = ""
    alone: bool = False
    line: int = 0
    decided_line: int = 0


def entries(lines: Iterable[LedgerLine]) -> tuple[Entry, ...]:
    """Every restatement that was ever proposed, as it stands, in the order of the proposals.

    Parameters
    ----------
    lines : iterable of LedgerLine
        In their order. The first decision about a proposal holds.
    """
    found: dict[str, Entry] = {}
    for line in lines:
        if line.what == PROPOSE:
            found[line.hash] = Entry(
                id=line.hash, restated=_restated(line.details), proposed_by=line.who, proposed_at=line.at,
                line=line.number,
            )  # fmt: skip
        elif line.what in (ACCEPT, REJECT):
            one = found.get(str(line.details.get("entry")))
            if one is not None and one.state == "proposed":
                found[one.id] = _decided(one, line)
    return tuple(found.values())


def _restated(details: Mapping[str, Any]) -> Restated:
    content: dict[str, Any] = dict(details)
    content["inputs"] = tuple(content.get("inputs", ()))
    return Restated(**content)


def _decided(one: Entry, line: LedgerLine) -> Entry:
    return Entry(
        id=one.id,
        restated=one.restated,
        proposed_by=one.proposed_by,
        proposed_at=one.proposed_at,
        state="accepted" if line.what == ACCEPT else "rejected",
        decided_by=line.who,
        decided_at=line.at,
        note=str(line.details.get("note", "")),
        alone=line.what == ACCEPT and line.who == one.proposed_by,
        line=one.line,
        decided_line=line.number,
    )


def policies(lines: Iterable[LedgerLine]) -> tuple[PolicyVersion, ...]:
    """Every base-year policy that was set, the newest last."""
    said = [line for line in lines if line.what == POLICY]
    return tuple(
        PolicyVersion(number=number, policy=policy_from(line.details), who=line.who, at=line.at)
        for number, line in enumerate(said, start=1)
    )


def restatements_frame(held: Iterable[Entry]) -> pl.DataFrame:
    """What was accepted, in the schema `RESTATEMENTS` of the statement; of the organisation alone."""
    rows = [
        (
            one.decided_at,
            one.restated.year,
            one.restated.name,
            one.restated.trigger,
            one.restated.before,
            one.restated.after,
            one.restated.reason,
            one.decided_by,
            one.id,
        )
        for one in held
        if one.state == "accepted" and one.restated.subject == ORGANISATION
    ]
    return pl.DataFrame(rows, schema=RESTATEMENTS, orient="row")


def claimed_frame(held: Iterable[Entry]) -> pl.DataFrame:
    """What the organisation's recorded figures are by the restatement of each that was accepted last.

    Parameters
    ----------
    held : iterable of Entry
        From `entries`.

    Returns
    -------
    polars.DataFrame
        `year`, `name`, `after`. Where the last one is of a site that came or left, it names no recorded figure, and
        nothing is said.
    """
    accepted = sorted((one for one in held if one.state == "accepted"), key=lambda one: one.decided_line)
    last = {one.restated.key: one.restated for one in accepted if one.restated.subject == ORGANISATION}
    rows = [(one.year, one.name, one.after) for one in last.values() if one.after_id is not None]
    schema = {"year": pl.Int32(), "name": pl.String(), "after": pl.Float64()}
    return pl.DataFrame(rows, schema=schema, orient="row")


def proposed_frame(held: Iterable[Entry]) -> pl.DataFrame:
    """Which proposals wait for a decision.

    Parameters
    ----------
    held : iterable of Entry
        From `entries`.

    Returns
    -------
    polars.DataFrame
        `year`, `name`, and in `ids` the first digits of each, in the order in which they were proposed.
    """
    rows = [
        (one.restated.year, one.restated.name, one.id[:_SHOWN])
        for one in sorted(held, key=lambda one: one.line)
        if one.state == "proposed" and one.restated.subject == ORGANISATION
    ]
    schema = {"year": pl.Int32(), "name": pl.String(), "ids": pl.String()}
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    return frame.group_by("year", "name", maintain_order=True).agg(pl.col("ids").str.join(" "))


def waiting(held: Iterable[Entry]) -> tuple[Entry, ...]:
    """What counts towards the threshold: what nobody decided about, and what was accepted and too small so far."""
    every = sorted(held, key=lambda one: one.decided_line)
    small: list[Entry] = []
    for one in (one for one in every if one.state == "accepted"):
        if one.restated.significant is False:
            small.append(one)
        else:
            along = {other.restated.event for other in small if other.restated.judged == one.restated.judged}
            small = [other for other in small if other.restated.event not in along]  # an event counts as a whole
    return (*small, *(one for one in every if one.state == "proposed"))


def restated_series(reported: pl.DataFrame, held: Iterable[Entry]) -> pl.DataFrame:
    """Each year's totals as they were first released, and with what was accepted since.

    Parameters
    ----------
    reported : polars.DataFrame
        `year`, `name`, `value`: of the organisation as it was first released. [kg CO2e]
    held : iterable of Entry
        From `entries`.

    Returns
    -------
    polars.DataFrame
        Schema `SERIES`. What was accepted and is below the threshold is disclosed and not in it, until something of
        the same totals reaches the threshold with it.
    """
    every = [one for one in held if one.restated.subject == ORGANISATION]
    first: dict[tuple[int, str], float | None] = {
        (int(year), str(name)): value for year, name, value in reported.select("year", "name", "value").iter_rows()
    }
    small = {one.id for one in waiting(every)}
    accepted = [one for one in every if one.state == "accepted" and one.id not in small]
    now = dict(first)
    for one in sorted(accepted, key=lambda one: one.decided_line):  # a clock may be set back, the chain not
        at, moved = one.restated.key[:2], one.restated.moved
        was = now.get(at, one.restated.before)
        now[at] = one.restated.after if was is None or moved is None else was + moved
    rows = [(year, name, first.get((year, name)), value) for (year, name), value in now.items()]
    return pl.DataFrame(rows, schema=SERIES, orient="row").sort("name", "year")
