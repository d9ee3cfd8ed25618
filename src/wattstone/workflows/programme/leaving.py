"""Entries taken out of force: what was said of them stays."""

from datetime import UTC, datetime

import polars as pl

from wattstone.base import Finding, InputRefused
from wattstone.programme.entries import site_field
from wattstone.programme.kinds import RecordKind
from wattstone.readings.problems import listed
from wattstone.workflows.programme.beside import (
    ModuleEntries,
    actor_name,
    at_sites,
    named_by,
    sees,
    unknown_entry,
    wrong_across,
)
from wattstone.workflows.programme.noticed import Overtaken, no_reason, noticed, overtaken
from wattstone.workflows.workspace import Workspace

__all__ = ["leave"]

_FEW = 5


def leave(
    workspace: Workspace, kind: RecordKind, entry: str, *, reason: str, who: str, was: str = ""
) -> tuple[Finding, ...]:
    """Take an entry out of force.

    Parameters
    ----------
    workspace : Workspace
        Where.
    kind : RecordKind
        Its kind.
    entry : str
        Which.
    reason : str
        Why; an auditor reads it.
    who : str
        For the records and the audit log.
    was : str
        Hash of the version that was read; empty for whichever is the newest.

    Returns
    -------
    tuple of Finding
        Warnings.

    Raises
    ------
    InputRefused
        If there is none in force, no reason is given, or others name it; nothing is changed then.
    """
    whole, said = at_sites(workspace, kind, ()), reason.strip()
    with whole.lock():
        held = whole.records.programme_entries(kind.id, entries=[entry])
        hidden = held.height and site_field(kind) is not None and not sees(workspace, held["site"][0])
        if hidden or held.is_empty() or held["withdrawn"][0]:
            gone = None if hidden or held.is_empty() else held.row(0, named=True)
            raise InputRefused([unknown_entry(kind, entry, gone), *([] if said else [no_reason(kind, entry)])])
        at_sites(workspace, kind, held["site"].to_list())
        if was and held["hash"][0] != was:
            raise Overtaken([overtaken(whole, kind, held, was)])
        found = [] if said else [no_reason(kind, entry)]
        if others := named_by(whole, kind, entry):
            found.append(_named(kind, entry, [one for one, site in others if sees(workspace, site)], len(others)))
        if found:
            raise InputRefused(found)
        found = _noticed(workspace, whole, kind, entry)
        if any(one.severity == "error" for one in found):
            raise InputRefused(found)
        now, name = datetime.now(UTC).replace(tzinfo=None), actor_name(workspace, who)
        gone = held.with_columns(
            pl.col("version") + 1, pl.col("hash").alias("replaces"), pl.lit(value=True).alias("withdrawn"),
            pl.lit(said).alias("reason"), pl.lit(name).alias("entered_by"),
            pl.lit(now, pl.Datetime("us")).alias("entered_at"),
        )  # fmt: skip
        details = {"module": kind.module, "kind": kind.id, "entry": entry, "reason": said, "hash": held["hash"][0]}
        whole.records.add_programme_entries(gone, what="withdraw entry", who=name, details=details)
    return tuple(found)


def _noticed(workspace: Workspace, whole: Workspace, kind: RecordKind, entry: str) -> list[Finding]:
    """What is wrong once the entry is gone, as far as whoever acts may see it."""
    before = ModuleEntries(whole, kind.module)
    after = before.with_entries(kind.id, before[kind.id].filter(pl.col("entry") != entry))
    new, stood = wrong_across(kind, before, after)
    return noticed(workspace, new, stood, after, [f"{kind.id} '{entry}'"])


def _named(kind: RecordKind, entry: str, seen: list[str], count: int) -> Finding:
    return Finding(
        code="entry.named",
        place=f"{kind.id} '{entry}'",
        found="{count} other {count:entry names|entries name} it: {others}"
        if seen
        else "{count} other {count:entry names|entries name} it, which you may not see",
        expected="an entry that no other names",
        remedy="correct or withdraw those first",
        params={"others": listed(seen[:_FEW], count)},
        count=count,
    )
