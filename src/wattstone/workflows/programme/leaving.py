"""Entries taken out of force: what was said of them stays."""

from datetime import UTC, datetime

import polars as pl

from wattstone.base import Finding, InputRefused
from wattstone.programme.kinds import RecordKind
from wattstone.readings.problems import listed
from wattstone.workflows.programme.beside import actor_name, at_sites, module_entries, named_by, wrong_across
from wattstone.workflows.workspace import Workspace

__all__ = ["leave"]

_FEW = 5


def leave(workspace: Workspace, kind: RecordKind, entry: str, *, reason: str, who: str) -> tuple[Finding, ...]:
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
        at_sites(workspace, kind, held["site"].to_list())
        found: list[Finding] = []
        if held.is_empty() or held["withdrawn"][0]:
            found.append(_unknown(kind, entry))
        if not said:
            found.append(_no_reason(kind, entry))
        if others := named_by(whole, kind, entry):
            found.append(_named(kind, entry, others))
        if found:
            raise InputRefused(found)
        after = module_entries(whole, kind)
        without = {**after, kind.id: after[kind.id].filter(pl.col("entry") != entry)}
        found = wrong_across(whole, kind, without)
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
    return tuple(found) if workspace.actor.scope.whole else ()  # what stays may be of sites that they do not see


def _unknown(kind: RecordKind, entry: str) -> Finding:
    return Finding(
        code="entry.unknown",
        place=f"{kind.id} '{entry}'",
        found="there is no such entry in force",
        expected="an entry that is in force",
        remedy="list the entries with `wattstone {module} list`",
        params={"module": kind.module},
    )


def _no_reason(kind: RecordKind, entry: str) -> Finding:
    return Finding(
        code="entry.no_reason",
        place=f"{kind.id} '{entry}'",
        found="no reason is given",
        expected="a sentence that an auditor can judge",
        remedy="say why it is withdrawn",
        params={"field": "reason"},
    )


def _named(kind: RecordKind, entry: str, others: list[str]) -> Finding:
    return Finding(
        code="entry.named",
        place=f"{kind.id} '{entry}'",
        found="{count} other {count:entry names|entries name} it: {others}",
        expected="an entry that no other names",
        remedy="correct or withdraw those first",
        params={"others": listed(others[:_FEW], len(others))},
        count=len(others),
    )
