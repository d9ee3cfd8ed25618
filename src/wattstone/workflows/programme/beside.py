"""What entries are held against: sites, entries that they name, the other entries of their module; who may enter."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import polars as pl

from wattstone.base import Finding
from wattstone.programme.cells import Named
from wattstone.programme.entries import entries_frame, site_field
from wattstone.programme.kinds import MODULES, Module, RecordKind, kinds_of, record_kind
from wattstone.programme.naming import named
from wattstone.programme.telling import among, places
from wattstone.readings.activities.known import bare_of
from wattstone.readings.sheets import Sheet
from wattstone.workflows.access import EVERYWHERE, Act, require
from wattstone.workflows.access.guard import acting, taking_in
from wattstone.workflows.programme.registry import checks_of, each_of
from wattstone.workflows.workspace import Workspace

__all__ = [
    "MEASURE", "OFFERED", "ModuleEntries", "actor_name", "at_sites", "known_to", "named_by", "sees",
    "unknown_entry", "wrong_across",
]  # fmt: skip

MEASURE = "measure"
"""What a field may refer to beside kinds: measures of the workspace that claim savings."""

OFFERED = 5_000
"""Entries that a list of a template offers; where there are more, it offers none."""


def at_sites(workspace: Workspace, kind: RecordKind, sites: Iterable[str | None]) -> Workspace:
    """The whole workspace, once it is allowed to change entries of a kind at these sites.

    Who takes readings in at a site enters what belongs to it; what belongs to no site is the organisation's, and is
    entered by who declares in all of it; what is said of what others entered, by who reviews.

    Raises
    ------
    Forbidden
        If it is not.
    """
    if kind.by == "review":
        return acting(workspace, Act.REVIEW, EVERYWHERE)
    if site_field(kind) is None:
        return acting(workspace, Act.DECLARE, EVERYWHERE)
    require(workspace.actor, Act.INGEST)
    for site in sorted({one or EVERYWHERE for one in sites}):
        require(workspace.actor, Act.DECLARE if site == EVERYWHERE else Act.INGEST, site)
    return taking_in(workspace)


def actor_name(workspace: Workspace, who: str) -> str:
    """The name that entries carry: whoever acts; who owns the machine is asked nothing."""
    return who if workspace.actor.kind == "local" else workspace.actor.name


def sees(workspace: Workspace, site: str | None) -> bool:
    """Whether whoever acts may look at what belongs to a site; to the whole organisation where None."""
    return workspace.actor.scope.whole or (site is not None and workspace.actor.scope.holds(site))


def known_to(
    workspace: Workspace,
    kind: RecordKind,
    labels: Mapping[str, str],
    sheets: Sequence[Sheet] | None = None,
    *,
    most: int | None = None,
) -> Named:
    """What entries may name: sites that whoever acts sees, entries of other kinds, and those of the same tables.

    Measures, and entries that belong to a site, are those of sites that they see. Whoever takes in at a site may name
    what is the whole organisation's; who only looks is offered what they see.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    kind : RecordKind
        Of the entries that name others.
    labels : mapping of str to str
        Labels in another language by the English ones.
    sheets : sequence of Sheet or None
        The tables: what they name is looked for, not all that there is.
    most : int or None
        Where there are more, none is offered.
    """
    own = site_field(kind) is not None and workspace.actor.may(Act.INGEST)
    whole = taking_in(workspace) if own else workspace
    refs: dict[str, frozenset[str]] = {}
    for one in kind.fields:
        if one.type != "ref" or one.to is None:
            continue
        if one.to == MEASURE:
            refs[one.to] = frozenset(each.id for each in workspace.records.measures())
            continue
        seen = whole if site_field(record_kind(one.to)) is None else workspace
        if most is not None and seen.records.programme_count(one.to) > most:
            refs[one.to] = frozenset()
            continue
        among = None if sheets is None else _named_in(one.name, sheets)
        found = seen.records.programme_ids(one.to, among=among)
        refs[one.to] = refs.get(one.to, frozenset()) | found
        if one.to == kind.id:
            refs[one.to] |= _told_there(kind, sheets or ())
    sites = {site.id: site.name or "" for site in workspace.records.sites()}
    return Named(sites=sites, refs=refs, labels=labels)


def _named_in(field: str, sheets: Sequence[Sheet]) -> set[str]:
    """What tables say in a field, with and without a label behind it."""
    texts = {text for one in sheets if field in one.rows.columns for text in one.rows[field].drop_nulls().unique()}
    return texts | {bare_of(text) for text in texts}


def _told_there(kind: RecordKind, sheets: Sequence[Sheet]) -> set[str]:
    """Ids that the tables themselves give to entries."""
    names = kind.key or (kind.fields[0].name,)
    frames = [one.rows.select(name for name in names if name in one.rows.columns) for one in sheets]
    return {entry for frame in frames if frame.width for entry in named(kind, frame)["entry"].drop_nulls()}


class ModuleEntries(Mapping[str, pl.DataFrame]):
    """The entries in force of every kind of a module, by kind; those of a kind are read when they are looked at.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    module : str
        Which.
    read : mapping of str to DataFrame or None
        Kinds of which it is known already.
    """

    def __init__(self, workspace: Workspace, module: Module, read: Mapping[str, pl.DataFrame] | None = None) -> None:
        self._workspace, self._read = workspace, dict(read or {})
        self._module: Module = module
        self._kinds = {one.id: one for one in kinds_of(module)}

    def __getitem__(self, kind: str) -> pl.DataFrame:
        if kind not in self._read:
            one = self._kinds[kind]
            held = self._workspace.records.programme_entries(one.id)
            self._read[kind] = entries_frame(one, held.filter(~pl.col("withdrawn")))
        return self._read[kind]

    def __iter__(self) -> Iterator[str]:
        return iter(self._kinds)

    def __len__(self) -> int:
        return len(self._kinds)

    def with_entries(self, kind: str, entries: pl.DataFrame) -> "ModuleEntries":
        """The same with other entries of a kind."""
        return ModuleEntries(self._workspace, self._module, {**self._read, kind: entries})


def wrong_across(
    kind: RecordKind, before: Mapping[str, pl.DataFrame], after: Mapping[str, pl.DataFrame]
) -> tuple[list[Finding], Callable[[], list[Finding]]]:
    """What is wrong with a module's entries as they will stand; what was wrong before refuses nothing.

    Each entry is looked at, those among many that one finding tells of too.

    Returns
    -------
    (list of Finding, callable)
        New errors and all warnings; what gives all that was wrong before.
    """
    changed = after[kind.id].join(before[kind.id], on=["entry", "hash"], how="anti")["entry"]
    stood = cache(lambda: _found(kind, before, changed))
    found = _found(kind, after, changed)
    if not any(one.severity == "error" for one in found):
        return found, stood
    known = Counter((one.code, place) for one in stood() if one.severity == "error" for place in places(one))

    def fresh(code: str, place: str) -> bool:
        known[code, place] -= 1
        return known[code, place] < 0

    new = [
        each
        for one in found
        for each in ([one] if one.severity != "error" else among(one, lambda at, code=one.code: fresh(code, at)))
    ]
    return new, stood


def _found(kind: RecordKind, entries: Mapping[str, pl.DataFrame], changed: pl.Series) -> list[Finding]:
    """What is wrong across entries, and with those that change by themselves."""
    checks, each = checks_of(kind.module, kind.id), each_of(kind.module, kind.id)
    across = [] if checks is None else checks(entries)
    if each is None or changed.is_empty():
        return across
    return [*across, *each({kind.id: entries[kind.id].filter(pl.col("entry").is_in(changed.implode()))})]


def named_by(workspace: Workspace, kind: RecordKind, entry: str) -> list[tuple[str, str | None]]:
    """Entries in force that name an entry, as `KIND 'ENTRY'`, each with its site."""
    found: list[tuple[str, str | None]] = []
    for module in MODULES:
        for other in kinds_of(module):
            fields = [one.name for one in other.fields if one.type == "ref" and one.to == kind.id]
            if not fields:
                continue
            held = workspace.records.programme_entries(other.id).filter(~pl.col("withdrawn"))
            frame = entries_frame(other, held).select("entry", *fields).with_columns(held["site"].alias("_site"))
            hits = frame.filter(pl.any_horizontal(pl.col(one) == entry for one in fields))
            rows = hits.select("entry", "_site").iter_rows()
            found += [(f"{other.id} '{one}'", site) for one, site in rows if (other.id, one) != (kind.id, entry)]
    return found


def unknown_entry(kind: RecordKind, entry: str, gone: Mapping[str, Any] | None = None) -> Finding:
    """The finding on an entry that is not in force, or that whoever acts may not see; who withdrew it, where known."""
    known = gone is not None
    return Finding(
        code="entry.unknown",
        place=f"{kind.id} '{entry}'",
        found="it was withdrawn by {who}: {reason}" if known else "there is no such entry in force",
        expected="an entry that is in force",
        remedy="list the entries with `wattstone {module} list`",
        params={
            "module": kind.module, "who": gone["entered_by"] if known else "",
            "reason": gone["reason"] if known else "",
        },
    )  # fmt: skip
