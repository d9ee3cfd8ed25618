"""What stands in the way of a lock: errors stop it; texts nobody approved and figures that moved ask for a reason."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from wattstone.base import Finding, InputRefused
from wattstone.disclosure.statement import Shown, Statement
from wattstone.inventory.checks import Checked
from wattstone.inventory.released import Waiver
from wattstone.workflows.access import EVERYWHERE, Act
from wattstone.workflows.access.guard import acting
from wattstone.workflows.disclosure.statement import statement_of
from wattstone.workflows.release_groups import chosen
from wattstone.workflows.workspace import Workspace

__all__ = ["LockCheck", "check_lock", "let_pass", "standing_of"]

_STATES: Final = ("missing", "stale", "restated")


@dataclass(frozen=True, kw_only=True)
class LockCheck:
    """What stands between a draft and its lock.

    Parameters
    ----------
    standard : str
        With its version.
    year : int
    found : tuple of Checked
        What stops first; `Checked.key` names what can be let pass.
    """

    standard: str
    year: int
    found: tuple[Checked, ...]

    @property
    def blocking(self) -> tuple[Checked, ...]:
        """What stands in the way of a lock."""
        return tuple(one for one in self.found if one.blocks)


def check_lock(workspace: Workspace, standard: str, year: int) -> LockCheck:
    """Look at what a lock would find.

    Parameters
    ----------
    workspace : Workspace
    standard : str
        `tcfd`, or with its version.
    year : int
        Reporting year.

    Raises
    ------
    InputRefused
        If there is no such standard.
    """
    whole = acting(workspace, Act.READ, EVERYWHERE)
    statement = statement_of(whole, standard, year)
    return standing_of(statement, whole.records.waivers())


def let_pass(
    workspace: Workspace, standard: str, year: int, keys: Sequence[str], *, reason: str, who: str = "user"
) -> LockCheck:
    """Let what asks pass, by name and with a reason; what stops is never let pass.

    Parameters
    ----------
    workspace : Workspace
    standard, year : str, int
        Of the draft.
    keys : sequence of str
        `Checked.key` of each, or `unapproved`, `missing`, `stale`, `restated` for all of that kind. Each is let pass as
        it is now: a text that is written again, or a figure that moves again, asks anew.
    reason : str
        A sentence that an assurer can judge; it travels with the pack.
    who : str
        For the records and the audit log.

    Raises
    ------
    InputRefused
        If there is no reason, no such finding, or one of them stops; nothing is kept then.
    """
    whole = acting(workspace, Act.REVIEW, EVERYWHERE)
    name = who if workspace.actor.kind == "local" else workspace.actor.name
    with whole.lock():
        statement = statement_of(whole, standard, year)
        found = standing_of(statement, whole.records.waivers()).found
        named = [(key, chosen(found, key)) for key in dict.fromkeys(keys)]
        findings = [] if reason.strip() else [_no_reason()]
        findings += [_not_to_pass(key, None) for key, members in named if not members]
        findings += [
            _not_to_pass(one.key, one) for _, members in named for one in members if one.severity != "asks"
        ]  # fmt: skip
        if findings:
            raise InputRefused(findings)
        at = datetime.now(UTC).replace(tzinfo=None)
        passing = dict.fromkeys(one.key for _, members in named for one in members)
        made = [Waiver(year=year, key=key, reason=reason.strip(), waived_by=name, at=at) for key in passing]
        whole.records.add_waivers(made)
        for one in made:
            details = {"standard": statement.standard.id, "year": year, "finding": one.key, "reason": one.reason}
            whole.records.note("let pass", who=name, details=details)
        return standing_of(statement, whole.records.waivers())


def standing_of(statement: Statement, waivers: Sequence[Waiver]) -> LockCheck:
    """What stands in the way of locking a statement.

    Parameters
    ----------
    statement : Statement
        A draft, with the findings of its checks.
    waivers : sequence of Waiver
        What was let pass so far.
    """
    known = {one.key: one for one in waivers if one.year == statement.year}
    made = [*_errors(statement), *_unapproved(statement), *_moved(statement)]
    under = (one.under(known) for one in made)
    found = sorted(under, key=lambda one: (one.severity != "stops", not one.blocks))
    return LockCheck(standard=statement.standard.key, year=statement.year, found=tuple(found))


def _errors(statement: Statement) -> Iterator[Checked]:
    """Errors of the checks, but those that are said of texts and figures here, with keys of their own."""
    for one in statement.findings:
        if one.severity == "error" and one.code not in _ASKED_HERE:
            yield Checked(check=one.code, severity="stops", key=f"{one.code}:{one.place}", finding=one)


_ASKED_HERE: Final = frozenset({
    "statement.unapproved", "statement.figure_missing", "statement.figure_stale", "statement.figure_restated",
})  # fmt: skip
"""Codes of checks that say the same as what is asked here."""


def _unapproved(statement: Statement) -> Iterator[Checked]:
    for answer in statement.answers:
        for lang, text in sorted(answer.written.items()):
            if text.approved_by:
                continue
            key = f"unapproved:{statement.standard.id}:{answer.topic.id}:{lang}:{text.hash[:12]}"
            finding = Finding(
                code="lock.unapproved", place=f"{answer.topic.id}, {lang}",
                found="nobody has approved the text that {who} wrote", expected="a text that somebody else has read",
                remedy="have it reviewed with `wattstone disclose review`, or let it pass with a reason",
                params={"who": text.by},
            )  # fmt: skip
            yield Checked(check="unapproved", severity="asks", key=key, finding=finding)


def _moved(statement: Statement) -> Iterator[Checked]:
    for key, one in sorted(statement.figures.items()):
        if one.state in _STATES:
            whole = f"{one.state}:{statement.standard.id}:{key}:{one.id[:12]}"
            yield Checked(check=one.state, severity="asks", key=whole, finding=_of_state(key, one))


def _of_state(key: str, shown: Shown) -> Finding:
    place = f"figure {key}"
    expected = "a figure of the workspace as it stands"
    if shown.state == "missing":
        return Finding(
            code="lock.missing", place=place, found="there is no figure of this name, period and subject",
            expected=expected, remedy="record it, or take it out of the text; or let it pass with a reason",
        )  # fmt: skip
    if shown.state == "stale":
        return Finding(
            code="lock.stale", place=place, found="what it was computed from has changed since", expected=expected,
            remedy="record it again with `wattstone inventory`, or `report` of its module; or let it pass with a "
            "reason",
        )  # fmt: skip
    return Finding(
        code="lock.restated", place=place, found="it is not what was released for its year", expected=expected,
        remedy="release the year again, or say why it was restated; or let it pass with a reason",
    )  # fmt: skip


def _no_reason() -> Finding:
    return Finding(
        code="lock.no_reason", place="--reason", found="no reason is given",
        expected="a sentence that an assurer can judge", remedy="say what was looked at, and what explains it",
    )  # fmt: skip


def _not_to_pass(key: str, known: Checked | None) -> Finding:
    if known is None:
        return Finding(
            code="lock.no_such_finding", place=f"finding '{key}'", found="nothing of this name stands in the way",
            expected="the key of something that asks, or `unapproved`, `missing`, `stale`, `restated` for all of them",
            remedy="copy it from `wattstone disclose lock --check`",
        )  # fmt: skip
    return Finding(
        code="lock.never_passes", place=f"finding '{key}'", found="it stops a lock, and is never let pass",
        expected="the key of something that asks", remedy="mend what it says",
    )  # fmt: skip
