"""Cards of the board that are moved, and findings that become measures: each kept as a whole, or not at all."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from wattstone.base import Finding, InputRefused, WattstoneError
from wattstone.workflows.access import Act, require
from wattstone.workflows.measures import Declared, checked_measure
from wattstone.workflows.overview.board import card_of
from wattstone.workflows.overview.cards import MEASURE, STATES, Card, State, became, without_mark
from wattstone.workflows.stores import BoardEntry, Decision
from wattstone.workflows.workspace import Workspace

__all__ = ["as_measure", "move"]

_STATUS = {"planned": "planned", "doing": "in progress", "done": "done", "dismissed": "withdrawn"}
_MOST = 500  # characters of a note or owner
_TRIES = 10  # before it is given up that others change the same card


def move(
    workspace: Workspace,
    key: str,
    state: State,
    *,
    note: str | None = None,
    owner: str | None = None,
    due: date | None = None,
) -> Card:
    """Move a card to another column, or change what is said of it.

    Parameters
    ----------
    workspace : Workspace
        Guarded.
    key : str
        Of the card.
    state : str
        The column; a measure's status follows it.
    note, owner, due : str or None, str or None, date or None
        What is not said stays; an empty text takes back what was said.

    Returns
    -------
    Card
        As it stands now.

    Raises
    ------
    InputRefused
        If there is no such card or state, or it is dismissed without a reason.
    Forbidden
        If the actor may not decide at the site.
    """

    def decided() -> Decision:
        card = _known(workspace, key)
        require(workspace.actor, Act.DECIDE, card.site_id)
        found = _refused(card, state, note, owner)
        if found:
            raise InputRefused(found)
        declared = _moved_measure(workspace, card, state, owner)
        was = workspace.records.board().get(key)
        named = None if was is None else became(was)
        entry = _entry(workspace, card, state, note=note, owner=owner, due=due or card.due, measure=named)
        return _decision(card, entry, was, declared)

    _keep(workspace, decided)
    moved = card_of(workspace, key)
    assert moved is not None
    return moved


def _known(workspace: Workspace, key: str) -> Card:
    card = card_of(workspace, key)
    if card is None:
        raise InputRefused([_refusal("board.unknown", key, "there is no such card", "a card of the board")])
    return card


def _refused(card: Card, state: str, note: str | None, owner: str | None) -> list[Finding]:
    found: list[Finding] = []
    if state not in STATES:
        found.append(_refusal("board.state", card.key, "there is no such column", ", ".join(STATES)))
    if card.kind == "measure" and state == "open":
        found.append(_refusal("board.measure_open", card.key, "a measure is never open", ", ".join(STATES[1:])))
    told = (note if note is not None else card.note or "").strip()
    if state == "dismissed" and not told:
        found.append(_no_reason(card.key))
    if len(note or "") > _MOST or len(owner or "") > _MOST:
        found.append(_refusal("board.long", card.key, "the text is too long", f"at most {_MOST} characters"))
    return found


def _no_reason(key: str) -> Finding:
    return Finding(
        code="board.no_reason",
        place=f"card '{key}'",
        params={"field": "note"},
        found="no reason is given",
        expected="a sentence that says why",
        remedy="say why in the note",
    )


def _refusal(code: str, key: str, found: str, expected: str) -> Finding:
    return Finding(
        code=code, place=f"card '{key}'", found=found, expected=expected, remedy="say it again with what is expected"
    )


def _moved_measure(workspace: Workspace, card: Card, state: State, owner: str | None) -> Declared | None:
    """A measure's column follows from its status; what a verification found out is not taken back by a move."""
    said: dict[str, Any] = {} if card.state == state else {"status": _STATUS[state]}
    if owner is not None:
        said["owner"] = owner
    if card.kind != "measure" or card.measure_id is None or not said:
        return None
    return checked_measure(workspace, card.measure_id, said, who=workspace.actor.name)


def _entry(
    workspace: Workspace,
    card: Card,
    state: State,
    *,
    note: str | None,
    owner: str | None,
    due: date | None,
    measure: str | None,
) -> BoardEntry:
    told = without_mark((note if note is not None else card.note or "").strip())
    return BoardEntry(
        key=card.key,
        state=state,
        who=workspace.actor.name,
        changed=datetime.now(UTC).replace(tzinfo=None, microsecond=0),
        note=f"[{MEASURE}{measure}] {told}".strip() if measure else told,
        owner=(owner if owner is not None else card.owner or "").strip() or None,
        due=due,
    )


def _decision(card: Card, entry: BoardEntry, was: BoardEntry | None, declared: Declared | None) -> Decision:
    told = without_mark(entry.note)
    details = {"card": card.key, "site": card.site_id, "from": card.state, "to": entry.state, "reason": told}
    if declared is None:
        return Decision(entry=entry, entry_was=was, lines=(("board", details),))
    return Decision(
        entry=entry,
        entry_was=was,
        measure=declared.measure,
        measure_was=declared.before,
        lines=(("measure", declared.details), ("board", details)),
    )


def _keep(workspace: Workspace, decided: Callable[[], Decision]) -> None:
    """Keep a decision in one transaction, decided anew where somebody else was quicker.

    No lock of the workspace is held: the records see to it that nothing is kept that was decided from what is no
    longer so, and whoever moves a card does not wait until an ingest is done.
    """
    for _ in range(_TRIES):
        if workspace.records.decide(decided()):
            return
    raise WattstoneError("Others keep changing this card. Try again in a moment; nothing was changed.")


def as_measure(workspace: Workspace, key: str, name: str, said: Mapping[str, Any] | None = None) -> list[Finding]:
    """Make a measure of a finding's card: at its site and meter, with its worth as the claim; the card is planned.

    Parameters
    ----------
    workspace : Workspace
        Guarded.
    key : str
        Of a finding's card.
    name : str
        Id of the measure.
    said : mapping or None
        Fields of the measure as texts, over what is known from the finding.

    Returns
    -------
    list of Finding
        Warnings.

    Raises
    ------
    InputRefused
        As `declare_measure` does, if it is no card of a finding, or there is a measure of that id; nothing is changed
        then.
    Forbidden
        If the actor may not decide at the site.
    """
    findings: list[Finding] = []

    def decided() -> Decision:
        card = _known(workspace, key)
        require(workspace.actor, Act.DECIDE, card.site_id)
        if card.kind != "finding":
            raise InputRefused([_refusal("board.no_finding", key, "it is a measure already", "the card of a finding")])
        declared = checked_measure(workspace, name, {**_claimed(card), **(said or {})}, who=workspace.actor.name)
        if declared.before is not None:
            expected = "an id that no measure has"
            raise InputRefused([_refusal("board.measure_known", key, "there is a measure of that id", expected)])
        findings[:] = declared.findings
        was = workspace.records.board().get(key)
        entry = _entry(workspace, card, "planned", note=None, owner=None, due=card.due, measure=name)
        return _decision(card, entry, was, declared)

    _keep(workspace, decided)
    return findings


def _claimed(card: Card) -> dict[str, Any]:
    """Fields of a measure that are known from a finding."""
    fields: dict[str, Any] = {"site_id": card.site_id, "meters": "; ".join(card.meters), "status": "planned"}
    if card.energy is not None and card.energy.value is not None and card.energy.unit in ("kWh", "m3"):
        fields |= {"expected_saving": f"{card.energy.value:.6g}", "expected_unit": card.energy.unit}
    if card.owner:
        fields["owner"] = card.owner
    return fields
