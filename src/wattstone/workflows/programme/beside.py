"""What entries are held against: sites, entries that they name, the other entries of their module; who may enter."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import polars as pl

from wattstone.base import Finding
from wattstone.programme.cells import Named
from wattstone.programme.entries import entries_frame, site_field
from wattstone.programme.kinds import MODULES, RecordKind, kinds_of, record_kind
from wattstone.programme.naming import named
from wattstone.programme.telling import among, places
from wattstone.readings.sheets import Sheet
from wattstone.workflows.access import EVERYWHERE, Act, require
from wattstone.workflows.access.guard import acting, taking_in
from wattstone.workflows.programme.registry import checks_of
from wattstone.workflows.workspace import Workspace

__all__ = ["MEASURE", "actor_name", "at_sites", "known_to", "module_entries", "named_by", "wrong_across"]

MEASURE = "measure"
"""What a field may refer to beside kinds: measures of the workspace that claim savings."""


def at_sites(workspace: Workspace, kind: RecordKind, sites: Iterable[str | None]) -> Workspace:
    """The whole workspace, once it is allowed to change entries of a kind at these sites.

    Who takes readings in at a site enters what belongs to it; what belongs to no site is the organisation's, and is
    entered by who declares in all of it.

    Raises
    ------
    Forbidden
        If it is not.
    """
    if site_field(kind) is None:
        return acting(workspace, Act.DECLARE, EVERYWHERE)
    require(workspace.actor, Act.INGEST)
    for site in sorted({one or EVERYWHERE for one in sites}):
        require(workspace.actor, Act.DECLARE if site == EVERYWHERE else Act.INGEST, site)
    return taking_in(workspace)


def actor_name(workspace: Workspace, who: str) -> str:
    """The name that entries carry: whoever acts; who owns the machine is asked nothing."""
    return who if workspace.actor.kind == "local" else workspace.actor.name


def known_to(workspace: Workspace, kind: RecordKind, labels: Mapping[str, str], sheets: Sequence[Sheet] = ()) -> Named:
    """What entries may name: sites that whoever acts sees, entries of other kinds, and those of the same tables.

    Measures, and entries that belong to a site, are those of sites that they see.
    """
    whole = taking_in(workspace) if site_field(kind) else workspace
    refs: dict[str, set[str]] = {}
    for one in kind.fields:
        if one.type != "ref" or one.to is None or one.to in refs:
            continue
        if one.to == MEASURE:
            refs[one.to] = {each.id for each in workspace.records.measures()}
            continue
        seen = whole if site_field(record_kind(one.to)) is None else workspace
        held = seen.records.programme_entries(one.to)
        refs[one.to] = set(held.filter(~pl.col("withdrawn"))["entry"])
        if one.to == kind.id:
            refs[one.to] |= _told_there(kind, sheets)
    sites = {site.id: site.name or "" for site in workspace.records.sites()}
    return Named(sites=sites, refs=refs, labels=labels)


def _told_there(kind: RecordKind, sheets: Sequence[Sheet]) -> set[str]:
    """Ids that the tables themselves give to entries."""
    names = kind.key or (kind.fields[0].name,)
    frames = [one.rows.select(name for name in names if name in one.rows.columns) for one in sheets]
    return {entry for frame in frames if frame.width for entry in named(kind, frame)["entry"].drop_nulls()}


def module_entries(workspace: Workspace, kind: RecordKind) -> dict[str, pl.DataFrame]:
    """The entries in force of every kind of a kind's module, by kind."""
    return {
        one.id: entries_frame(one, workspace.records.programme_entries(one.id).filter(~pl.col("withdrawn")))
        for one in kinds_of(kind.module)
    }


def wrong_across(workspace: Workspace, kind: RecordKind, after: Mapping[str, pl.DataFrame]) -> list[Finding]:
    """What is wrong with a module's entries as they will stand; what was wrong before refuses nothing.

    Each entry is looked at, those among many that one finding tells of too.
    """
    checks = checks_of(kind.module)
    found = [] if checks is None else checks(after)
    if checks is None or not any(one.severity == "error" for one in found):
        return found
    before = [one for one in checks(module_entries(workspace, kind)) if one.severity == "error"]
    known = Counter((one.code, place) for one in before for place in places(one))

    def fresh(code: str, place: str) -> bool:
        known[code, place] -= 1
        return known[code, place] < 0

    return [
        each
        for one in found
        for each in ([one] if one.severity != "error" else among(one, lambda at, code=one.code: fresh(code, at)))
    ]


def named_by(workspace: Workspace, kind: RecordKind, entry: str) -> list[str]:
    """Entries in force that name an entry, as `KIND 'ENTRY'`."""
    found: list[str] = []
    for module in MODULES:
        for other in kinds_of(module):
            fields = [one.name for one in other.fields if one.type == "ref" and one.to == kind.id]
            if not fields:
                continue
            held = workspace.records.programme_entries(other.id).filter(~pl.col("withdrawn"))
            hits = entries_frame(other, held).filter(pl.any_horizontal(pl.col(one) == entry for one in fields))
            found += [f"{other.id} '{one}'" for one in hits["entry"] if (other.id, one) != (kind.id, entry)]
    return found
