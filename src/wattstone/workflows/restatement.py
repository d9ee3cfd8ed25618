"""Restatements as use cases: set the policy, propose what changed, decide about it, show the recalculated series."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import polars as pl

from wattstone.base import InputRefused
from wattstone.inventory.base_year import BaseYearPolicy, PolicyVersion, Trigger
from wattstone.inventory.ledger import (
    ACCEPT,
    POLICY,
    PROPOSE,
    REJECT,
    Entry,
    LedgerBreak,
    LedgerLine,
    Restated,
    entries,
    policies,
    restated_series,
)
from wattstone.inventory.restatement import SITE_YEARS, StructuralEvent, recalculate
from wattstone.workflows.access import EVERYWHERE, Act
from wattstone.workflows.access.guard import acting
from wattstone.workflows.restatement_findings import no_reason, not_released, own_proposal, undecidable, unready
from wattstone.workflows.restatement_ground import unfounded
from wattstone.workflows.restatement_record import (
    changed_figures,
    first_released,
    held_entries,
    judged,
    site_totals,
)
from wattstone.workflows.workspace import Workspace

__all__ = [
    "Checked",
    "decide",
    "ledger",
    "policy_versions",
    "propose_changes",
    "propose_event",
    "recalculated_series",
    "restatements",
    "set_policy",
    "verify_ledger",
]

PROGRAM = "wattstone"
"""Who proposes what a new run of a released year found."""


@dataclass(frozen=True)
class Checked:
    """Whether the ledger holds: how many lines it has, and the first at which its chain breaks."""

    lines: int
    broken: LedgerBreak | None


def policy_versions(workspace: Workspace) -> tuple[PolicyVersion, ...]:
    """Every base-year policy that was set, the newest, which holds, last."""
    return policies(acting(workspace, Act.READ, EVERYWHERE).records.restatement_lines())


def set_policy(workspace: Workspace, policy: BaseYearPolicy, *, who: str = "user") -> PolicyVersion:
    """Set the base-year policy; earlier ones stay in the ledger.

    Parameters
    ----------
    workspace : Workspace
        Where.
    policy : BaseYearPolicy
        What holds from now on; that which holds already is not set again.
    who : str
        Whoever owns the machine; elsewhere it is the one who acts.

    Returns
    -------
    PolicyVersion
    """
    workspace = acting(workspace, Act.DECLARE, EVERYWHERE)
    name = _name(workspace, who)
    with workspace.lock():
        known = policies(workspace.records.restatement_lines())
        if known and known[-1].policy == policy:
            return known[-1]
        workspace.records.add_restatements([(POLICY, policy.as_dict())], who=name)
        workspace.records.note("set base-year policy", who=name, details=policy.as_dict())
        return policies(workspace.records.restatement_lines())[-1]


def restatements(workspace: Workspace, year: int | None = None) -> tuple[Entry, ...]:
    """Every restatement that was proposed, as it stands; of a year where one is named."""
    found = entries(acting(workspace, Act.READ, EVERYWHERE).records.restatement_lines())
    return tuple(one for one in found if year is None or one.restated.year == year)


def recalculated_series(workspace: Workspace) -> pl.DataFrame:
    """Each released year's totals as they were first released, and with what was restated since.

    Returns
    -------
    polars.DataFrame
        Schema `SERIES` of the statement. [kg CO2e]
    """
    workspace = acting(workspace, Act.READ, EVERYWHERE)
    return restated_series(first_released(workspace), entries(workspace.records.restatement_lines()))


def propose_changes(
    workspace: Workspace,
    year: int,
    *,
    trigger: Trigger | None = None,
    reason: str = "",
    who: str = "user",
) -> tuple[Entry, ...]:
    """Propose to restate the figures of a released year that are not what was released any more.

    Parameters
    ----------
    workspace : Workspace
        With the year's newest figures recorded.
    year : int
        Calendar year.
    trigger : {'structure', 'method', 'error'} or None
        What it is for; told from what the record says of the new run where None: readings that were corrected are an
        error, other factors and fillings a method, other sites and meters structure.
    reason : str
        In words; what the record says where it is empty.
    who : str
        Whoever owns the machine; elsewhere it is the one who acts.

    Returns
    -------
    tuple of Entry
        What was proposed, what was rejected before among it; nothing where everything is as it was released,
        restated or proposed before.

    Raises
    ------
    InputRefused
        If the year was not released.
    """
    workspace = acting(workspace, Act.RUN, EVERYWHERE)
    with workspace.lock():
        return _propose_changes(workspace, year, trigger, reason.strip(), _name(workspace, who), again=True)


def propose_rerun(workspace: Workspace, year: int) -> tuple[Entry, ...]:
    """The same for the program itself, after a run: nothing where the year was not released."""
    if not any(one.year == year for one in workspace.records.releases()):
        return ()
    return _propose_changes(workspace, year, None, "", PROGRAM)


def _propose_changes(
    workspace: Workspace, year: int, trigger: Trigger | None, reason: str, name: str, *, again: bool = False
) -> tuple[Entry, ...]:
    if not any(one.year == year for one in workspace.records.releases()):
        raise InputRefused([not_released(year)])
    held = held_entries(workspace)
    made = [
        replace(one, trigger=trigger or one.trigger, reason=reason or one.reason)
        for one in changed_figures(workspace, year, held, again=again)
    ]
    return _write(workspace, made, held, name)


def propose_event(
    workspace: Workspace,
    event: StructuralEvent,
    *,
    reporting: int,
    stated: Mapping[tuple[int, str], float] | None = None,
    who: str = "user",
) -> tuple[Entry, ...]:
    """Propose to restate the years since the base year for a site that was bought, sold, outsourced or taken back.

    Parameters
    ----------
    workspace : Workspace
        With the site's readings and activities of the years before.
    event : StructuralEvent
        What happened, where, when.
    reporting : int
        The year that is reported.
    stated : mapping of (year, total) to float or None
        The site's emissions of whole years that the workspace has no data of. [kg CO2e]
    who : str
        Whoever owns the machine; elsewhere it is the one who acts.

    Returns
    -------
    tuple of Entry
        One a year and total.

    Raises
    ------
    InputRefused
        If there is no policy, no released year, or nothing is known of the site.
    """
    workspace = acting(workspace, Act.RUN, EVERYWHERE)
    name = _name(workspace, who)
    with workspace.lock():
        held, known = held_entries(workspace), policies(workspace.records.restatement_lines())
        reported = restated_series(first_released(workspace), held).select(
            "year", "name", pl.col("recalculated").alias("value")
        )
        if found := unready(known, reported, event, [one.restated.event for one in held if one.state != "rejected"]):
            raise InputRefused(found)
        policy = known[-1].policy
        first = min(policy.base_years(reporting))
        years = [year for year in reported["year"].unique().sort().to_list() if first <= year <= reporting]
        of_site = site_totals(workspace, event, years) if event.adjusts else pl.DataFrame(schema=SITE_YEARS)
        if stated:
            rows = [(event.site_id, year, total, value) for (year, total), value in stated.items()]
            said = pl.DataFrame(rows, schema=SITE_YEARS, orient="row")
            of_site = pl.concat([of_site.join(said, on=["site_id", "year", "name"], how="anti"), said])
        done = recalculate(policy, reported, reporting=reporting, site_years=of_site, events=[event])
        return _write(workspace, _restated(done.adjustments, reported, event), held, name)


def decide(
    workspace: Workspace, ids: Sequence[str], *, accept: bool, note: str = "", who: str = "user"
) -> tuple[Entry, ...]:
    """Accept or reject proposals, all or none.

    Parameters
    ----------
    workspace : Workspace
        Where.
    ids : sequence of str
        Of the proposals; their first digits will do.
    accept : bool
        Or reject them.
    note : str
        Why; whoever rejects says so.
    who : str
        Whoever owns the machine; elsewhere it is the one who acts, who may not have proposed it.

    Returns
    -------
    tuple of Entry
        As they stand now.

    Raises
    ------
    InputRefused
        If one is not known or decided about already, a rejection has no reason, somebody accepts their own, or what
        is accepted is not a value of the year's own figure, or starts from another one than stands.
    """
    workspace = acting(workspace, Act.REVIEW, EVERYWHERE)
    name, said = _name(workspace, who), note.strip()
    with workspace.lock():
        held = held_entries(workspace)
        chosen = [(one, [two for two in held if one and two.id.startswith(one)]) for one in dict.fromkeys(ids)]
        found = [one for text, matches in chosen for one in undecidable(text, matches)]
        own = [two for _, matches in chosen for two in matches if two.proposed_by == name]
        entered = [matches[0] for _, matches in chosen if len(matches) == 1 and matches[0].state == "proposed"]
        if accept:
            found += unfounded(workspace, entered, held)
        if accept and own and workspace.actor.kind != "local":
            found.append(own_proposal(own[0]))
        if not accept and not said:
            found.append(no_reason())
        if found:
            raise InputRefused(found)
        wanted = [one.id for one in sorted(entered, key=lambda one: one.line)]  # each starts where the last one ends
        deeds = [(ACCEPT if accept else REJECT, {"entry": one, "note": said}) for one in wanted]
        workspace.records.add_restatements(deeds, who=name)
        deed: Literal["accept restatement", "reject restatement"] = (
            "accept restatement" if accept else "reject restatement"
        )
        workspace.records.note(deed, who=name, details={"entries": wanted, "note": said})
        return tuple(one for one in held_entries(workspace) if one.id in wanted)


def ledger(workspace: Workspace) -> tuple[LedgerLine, ...]:
    """Every line of the ledger in its order, each with its own hash and that of the line before it."""
    return acting(workspace, Act.READ, EVERYWHERE).records.restatement_lines()


def verify_ledger(workspace: Workspace) -> Checked:
    """Check the ledger by its chain: whoever changed a line, or took one out, is found."""
    records = acting(workspace, Act.READ, EVERYWHERE).records
    return Checked(len(records.restatement_lines()), records.check_restatements())


def _name(workspace: Workspace, who: str) -> str:
    return who if workspace.actor.kind == "local" else workspace.actor.name


def _restated(adjustments: pl.DataFrame, reported: pl.DataFrame, event: StructuralEvent) -> list[Restated]:
    """Adjustments of one event as restatements, one a year and total."""
    both = adjustments.join(
        reported.rename({"value": "before"}), on=["year", "name"], how="left", maintain_order="left"
    )
    said = f"{event.kind} of {event.site_id} on {event.on:%Y-%m-%d}"
    return [
        Restated(
            year=int(one["year"]),
            name=str(one["name"]),
            before=one["before"],
            after=None if one["before"] is None or one["value"] is None else one["before"] + one["value"],
            trigger="structure",
            reason=event.reason or said,
            event=event.event,
            inputs=(f"site:{event.site_id}",),
        )
        for one in both.iter_rows(named=True)
    ]


def _write(workspace: Workspace, made: Sequence[Restated], held: Sequence[Entry], name: str) -> tuple[Entry, ...]:
    """Write proposals, judged with all that waits."""
    if not made:
        return ()
    told = judged(workspace, made, held)
    lines = workspace.records.add_restatements([(PROPOSE, one.as_dict()) for one in told], who=name)
    about = {"years": sorted({one.year for one in told}), "figures": len(told), "reason": told[0].reason}
    workspace.records.note("propose restatement", who=name, details=about)
    return entries(lines)
