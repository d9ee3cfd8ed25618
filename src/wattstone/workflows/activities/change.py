"""Lines corrected and taken back: what was said before stays, and who said it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import polars as pl

from wattstone.base import Finding, InputRefused
from wattstone.readings.activities.parse import parse_lines
from wattstone.readings.activities.schema import ACTIVITY, SAID
from wattstone.workflows.activities.context import at_sites, known_of
from wattstone.workflows.activities.enter import given_of
from wattstone.workflows.activities.lines import credit_notes, line_in_force
from wattstone.workflows.activities.load import stamped
from wattstone.workflows.activities.marks import next_version
from wattstone.workflows.activities.table import append_lines, recover
from wattstone.workflows.workspace import Workspace

__all__ = ["correct_activity", "replaced_by", "withdraw_activity"]


def correct_activity(
    workspace: Workspace,
    line_id: str,
    said: Mapping[str, str],
    *,
    reason: str,
    who: str = "user",
    labels: Mapping[str, str] | None = None,
) -> tuple[dict[str, Any], tuple[Finding, ...]]:
    """Correct a line: a new one takes its place, the old one stays on record.

    Parameters
    ----------
    workspace : Workspace
        Where.
    line_id : str
        Of the line that is in force.
    said : mapping of str to str
        Fields that change, as texts; an empty text takes back what was said.
    reason : str
        Why.
    who, labels : str, mapping or None
        As for `add_activity`.

    Returns
    -------
    dict
        The new line.
    tuple of Finding
        Warnings.

    Raises
    ------
    InputRefused
        With every finding; nothing is changed then.
    """
    before = line_in_force(workspace.lake, line_id)
    line_id = str(before["line_id"])
    _check_reason(line_id, reason)
    texts = {**_texts(before), **said}
    if {"start", "period"} & set(said) and "end" not in said:
        texts.pop("end", None)
    if "period" in said:
        texts.pop("start", None)
    if "kind" in said and "item" not in said:
        texts.pop("item", None)
    given, unknown = given_of([texts])
    frame, found = parse_lines(given, known_of(workspace, labels))
    found = (*unknown, *found)
    whole = at_sites(workspace, [str(before["site_id"]), *frame["site_id"].drop_nulls()])
    if any(one.severity == "error" for one in found):
        raise InputRefused(found)
    with whole.lock():
        recover(whole)
        line_in_force(whole.lake, line_id, exact=True)  # nobody else corrected it meanwhile
        line = stamped(frame, who=who, name="").row(0, named=True)
        changed = ", ".join(name for name in SAID if line[name] != before[name])
        if not changed:
            raise InputRefused([_nothing(line_id)])
        line = {**line, "line_id": next_version(line_id), "replaces": line_id}
        lines = replaced_by(before, line, who=who)
        details = {"line": str(line["line_id"]), "replaces": line_id, "changed": changed, "reason": reason.strip()}
        key = f"correct:{line['line_id']}"
        append_lines(whole, lines, key=key, what="correct activity", who=who, details=details)
    return line, found


def withdraw_activity(workspace: Workspace, line_id: str, *, reason: str, who: str = "user") -> None:
    """Take a line back; it stays on record, and counts no longer.

    Raises
    ------
    InputRefused
        If there is no such line in force, or no reason is given.
    """
    before = line_in_force(workspace.lake, line_id)
    line_id = str(before["line_id"])
    _check_reason(line_id, reason)
    whole = at_sites(workspace, [str(before["site_id"])])
    if notes := credit_notes(whole.lake, line_id):
        raise InputRefused([_credited(line_id, notes)])
    with whole.lock():
        recover(whole)
        line_in_force(whole.lake, line_id, exact=True)
        gone = {**before, "line_id": next_version(line_id), "note": reason.strip(), **_taken(line_id, who)}
        lines = pl.DataFrame([gone], schema=ACTIVITY)
        details = {"line": str(gone["line_id"]), "replaces": line_id, "reason": reason.strip()}
        key = f"withdraw:{line_id}"
        append_lines(whole, lines, key=key, what="withdraw activity", who=who, details=details)


def replaced_by(before: Mapping[str, Any], line: Mapping[str, Any], *, who: str) -> pl.DataFrame:
    """The rows by which a line takes the place of another; where it begins in another year, that one is withdrawn.

    Parameters
    ----------
    before, line : mapping
        Fields of `ACTIVITY`.
    who : str
        Who corrects.
    """
    rows = [{**line, "replaces": before["line_id"]}]
    if before["start"].year != line["start"].year:
        moved = {"line_id": f"{line['line_id']}-moved", "note": f"corrected by line {line['line_id']}"}
        rows.append({**before, **_taken(str(before["line_id"]), who), **moved})
    return pl.DataFrame([{name: row.get(name) for name in ACTIVITY} for row in rows], schema=ACTIVITY)


def _taken(line_id: str, who: str) -> dict[str, Any]:
    now = datetime.now(UTC).replace(tzinfo=None)
    return {"replaces": line_id, "withdrawn": True, "entered_by": who, "entered_at": now, "batch": 0}


def _texts(line: Mapping[str, Any]) -> dict[str, str]:
    """A line as texts that read back as the same."""
    said = {name: line[name] for name in (*SAID, "credits") if line[name] not in (None, "")}
    return {name: ("yes" if value is True else "no" if value is False else str(value)) for name, value in said.items()}


def _check_reason(line_id: str, reason: str) -> None:
    if not reason.strip():
        finding = Finding(
            code="activity.no_reason",
            place=f"line '{line_id}'",
            found="no reason is given",
            expected="a sentence that an auditor can judge",
            remedy="say why it changes",
        )
        raise InputRefused([finding])


def _credited(line_id: str, notes: Sequence[str]) -> Finding:
    return Finding(
        code="activity.credited",
        place=f"line '{line_id}'",
        found="credit notes are for it: {notes}",
        params={"notes": ", ".join(notes[:5])},
        expected="a line without credit notes",
        remedy="withdraw the credit notes first",
    )


def _nothing(line_id: str) -> Finding:
    return Finding(
        code="activity.same",
        place=f"line '{line_id}'",
        found="nothing of it would change",
        expected="another value of at least one field",
        remedy="say what is to be corrected",
    )
