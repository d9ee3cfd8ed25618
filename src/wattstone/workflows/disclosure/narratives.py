"""Narratives written and revised: versions that nothing overwrites, and nobody's words lost to somebody else's."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

import polars as pl

from wattstone.base import Finding, InputRefused
from wattstone.disclosure.approval import approvals
from wattstone.disclosure.narratives.placeholders import placeholders
from wattstone.programme.kinds import record_kind
from wattstone.programme.naming import named
from wattstone.workflows.access import EVERYWHERE, Act
from wattstone.workflows.access.guard import acting
from wattstone.workflows.disclosure.figures import Figures
from wattstone.workflows.programme.changing import Changed
from wattstone.workflows.programme.entries import add_entry, correct, entries_of
from wattstone.workflows.programme.noticed import Overtaken
from wattstone.workflows.workspace import Workspace

__all__ = ["NEW", "REVISED", "entry_of", "standing", "write"]

NEW: Final = "new"
"""In place of a hash: that there was no text when whoever writes looked."""
_SHORTEST: Final = 8
REVISED: Final = "revised"
"""Why a text changed that nobody had approved, where its writer says nothing of it."""


def entry_of(kind: str, *key: object) -> str:
    """The id of an entry from the values of its key, in their order; the last may be left out where it is not said.

    Parameters
    ----------
    kind : str
        `narrative`, `omission`.
    *key : object
        As text.

    Examples
    --------
    >>> entry_of("narrative", 2025, "governance.board", "en"), entry_of("omission", 2025, "risk.priority", "tcfd")
    ('2025~governance.board~en~', '2025~risk.priority~tcfd')
    """
    one = record_kind(kind)
    said = {name: [str(value)] for name, value in zip(one.key, key, strict=False) if str(value)}
    return str(named(one, pl.DataFrame(said))["entry"][0])


def write(
    workspace: Workspace,
    year: int,
    topic: str,
    lang: str,
    text: str,
    *,
    standard: str = "",
    who: str = "user",
    was: str = "",
    reason: str = "",
    labels: Mapping[str, str] | None = None,
) -> Changed:
    """Write the narrative of a topic in a language, or another version of it.

    Parameters
    ----------
    workspace : Workspace
        Where.
    year : int
        Reporting year.
    topic : str
        `governance.board`.
    lang : str
        `en` or `zh`.
    text : str
        Markdown with placeholders.
    standard : str
        The one standard that it is for; empty for all.
    who : str
        Who writes it.
    was : str
        Hash of the version that was read, or its beginning of 8 signs or more; `NEW` where there was none; empty for
        whichever is the newest.
    reason : str
        Why it changes. A text that was approved changes with a reason alone.
    labels : mapping of str to str or None
        Labels in another language by the English ones.

    Returns
    -------
    Changed
        With warnings, as of numbers that were typed.

    Raises
    ------
    InputRefused
        With every finding; nothing is changed then.
    Overtaken
        If somebody else wrote since.
    """
    whole = acting(workspace, Act.DECLARE, EVERYWHERE)
    said = {"year": str(year), "topic": topic.strip(), "lang": lang, "standard": standard.strip().lower()}
    entry = entry_of("narrative", *said.values())
    held = whole.records.programme_entries("narrative", entries=[entry]).filter(~pl.col("withdrawn"))
    if held.is_empty():
        if was not in ("", NEW):
            raise Overtaken([_gone(entry)])
        done = add_entry(workspace, "narrative", {**said, "text": text}, who=who, labels=labels)
        return replace(done, findings=(*done.findings, *_unknown(whole, year, entry, text)))
    now = str(held["hash"][0])
    if len(was) >= _SHORTEST and now.startswith(was):
        was = now
    if was == NEW:
        raise Overtaken([_there(entry, str(held["entered_by"][0]))])
    done = correct(
        workspace, "narrative", entry, {"text": text}, reason=reason.strip() or _own_reason(whole, entry), who=who,
        labels=labels, was=was,
    )  # fmt: skip
    return replace(done, findings=(*done.findings, *_unknown(whole, year, entry, text)))


def _unknown(whole: Workspace, year: int, entry: str, text: str) -> Iterator[Finding]:
    """Placeholders of figures that nobody recorded: told at once, for a misspelt name is mended where it is typed."""
    figures = Figures(whole, year)
    named = {one.key: one for one in placeholders(text) if one.kind == "figure"}
    for key, one in named.items():
        if figures.shown(one.name, one.period, one.subject).state == "missing":
            yield Finding(
                code="narrative.figure_missing", place=f"narrative '{entry}'", severity="warning",
                found="no figure '{figure}' is recorded", expected="figures that the workspace has",
                remedy="record it, or correct the placeholder", params={"figure": key[:200]},
            )  # fmt: skip


def _own_reason(whole: Workspace, entry: str) -> str:
    """What is said where the writer gives no reason; nothing, which is refused, of a text that was approved."""
    texts, reviews = entries_of(whole, "narrative"), entries_of(whole, "review")
    now = texts.filter(pl.col("entry") == entry)
    return "" if approvals(now, reviews) else REVISED


def _gone(entry: str) -> Finding:
    return Finding(
        code="narrative.gone",
        place=f"narrative '{entry}'",
        found="it was withdrawn since it was read",
        expected="a text that is in force",
        remedy="look at it again, and write it anew where it is still needed",
    )


def _there(entry: str, who: str) -> Finding:
    return Finding(
        code="narrative.there",
        place=f"narrative '{entry}'",
        found="{who} wrote it since you looked",
        expected="a topic that has no text yet",
        remedy="read what is there, and correct it",
        params={"who": who},
    )


def standing(workspace: Workspace, narrative: str) -> dict[str, object]:
    """The version of a narrative that holds.

    Parameters
    ----------
    workspace : Workspace
        Whole.
    narrative : str
        Its entry.

    Raises
    ------
    InputRefused
        If there is none in force.
    """
    held = workspace.records.programme_entries("narrative", entries=[narrative]).filter(~pl.col("withdrawn"))
    if held.is_empty():
        raise InputRefused([_none(narrative)])
    return held.row(0, named=True)


def _none(narrative: str) -> Finding:
    return Finding(
        code="narrative.unknown",
        place=f"narrative '{narrative[:200]}'",
        found="there is no such text in force",
        expected="a narrative that was entered",
        remedy="list them with `wattstone disclose list WORKSPACE narrative`",
    )
