"""Entries changed in one step: what tables say held against what is there, and kept whole or not at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import polars as pl

from wattstone.base import Finding, InputRefused
from wattstone.programme.cells import PLACE, read_cells
from wattstone.programme.entries import VERSIONS, bodies_of, combined, entries_frame, hash_of, site_field
from wattstone.programme.kinds import RecordKind
from wattstone.programme.naming import named, twice
from wattstone.readings.problems import Problems, listed
from wattstone.readings.sheets import Sheet
from wattstone.readings.tabular.csv import ROW
from wattstone.workflows.programme.beside import (
    ModuleEntries,
    actor_name,
    at_sites,
    known_to,
    sees,
    unknown_entry,
    wrong_across,
)
from wattstone.workflows.programme.noticed import (
    Overtaken,
    no_reason,
    noticed,
    overtaken,
    taken_elsewhere,
    there_already,
)
from wattstone.workflows.programme.proofs import moved_proofs
from wattstone.workflows.workspace import Workspace

__all__ = ["Changed", "Said", "change"]

_FEW: Final = 5
_NOTED: Final = 20  # entries that a line of the audit log names


@dataclass(frozen=True, kw_only=True)
class Changed:
    """What became of entries.

    Parameters
    ----------
    kind, source : str
        Its id, and the file's name where there was one.
    new, changed, same : tuple of str
        Entries that were not there, that say something else now, that were there as they are.
    findings : tuple of Finding
        Warnings.
    """

    kind: str
    source: str
    new: tuple[str, ...]
    changed: tuple[str, ...]
    same: tuple[str, ...]
    findings: tuple[Finding, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """For machines."""
        named = {name: list(getattr(self, name)) for name in ("new", "changed", "same")}
        found = [one.as_dict() for one in self.findings]
        return {"kind": self.kind, "source": self.source, **named, "findings": found}


@dataclass(frozen=True)
class Said:
    """What tables say, and how.

    Parameters
    ----------
    sheets : sequence of Sheet
        Of one kind.
    source : str
        Name of the file.
    what : str
        For the audit log.
    findings : tuple of Finding
        What was wrong with it already.
    entry : str or None
        The entry that it corrects; told by key or id where None.
    reason : str
        Why.
    again : bool
        Whether an entry that was withdrawn comes into force again by it.
    over : bool
        Whether rows may say something else of entries that are there: another's, it may be, with the same id.
    was : str
        Hash of the version that was read, where whoever corrects it says so.
    """

    sheets: Sequence[Sheet]
    source: str
    what: str
    findings: tuple[Finding, ...] = ()
    entry: str | None = None
    reason: str = ""
    again: bool = False
    over: bool = False
    was: str = ""


def change(
    workspace: Workspace, kind: RecordKind, said: Said, *, who: str, labels: Mapping[str, str] | None = None
) -> Changed:
    """Keep what tables say: all of it, or nothing.

    Parameters
    ----------
    workspace : Workspace
        Where.
    kind : RecordKind
        Of the entries.
    said : Said
        What is said.
    who : str
        Who says it.
    labels : mapping of str to str or None
        Labels in another language by the English ones.

    Returns
    -------
    Changed

    Raises
    ------
    InputRefused
        With every finding; nothing is changed then.
    Overtaken
        If it is no longer the version that was read.
    """
    whole = at_sites(workspace, kind, ())
    with whole.lock():
        rows, found = _read(workspace, kind, said, labels or {})
        if _refused(found) and not workspace.actor.scope.whole:
            raise InputRefused(found)  # a site that cannot be read is not one that is forbidden
        at_sites(workspace, kind, _sites(kind, rows))
        before = _standing(workspace, whole, kind, said, rows)
        found += _held_against(kind, said, rows, before)
        if said.entry is not None and before.is_empty():
            raise InputRefused(found)
        rows = _over(kind, rows, before)
        found += _lacking(kind, rows, said.sheets) + twice(kind, rows)
        if _refused(found):
            raise InputRefused(found)
        at_sites(workspace, kind, _sites(kind, rows))  # now also of rows that name none: those are the organisation's
        fresh, counts = _versions(kind, rows, before, said, actor_name(workspace, who))
        found += _overwritten(kind, said, rows, before, counts["changed"])
        if _refused(found):
            raise InputRefused(found)
        if fresh.height:
            held = ModuleEntries(whole, kind.module)
            after = _after(held, kind, fresh)
            new, stood = wrong_across(kind, held, after)
            found += noticed(workspace, new, stood, after, (f"{kind.id} '{entry}'" for entry in fresh["entry"]))
            if _refused(found):
                raise InputRefused(found)
            whole.records.add_programme_entries(
                fresh, what=said.what, who=actor_name(workspace, who), details=_details(kind, said, fresh),
                documents=moved_proofs(whole, fresh, before),
            )  # fmt: skip
    return Changed(kind=kind.id, source=said.source, **counts, findings=tuple(found))


def _read(
    workspace: Workspace, kind: RecordKind, said: Said, labels: Mapping[str, str]
) -> tuple[pl.DataFrame, list[Finding]]:
    """The rows of all tables, with the entry that each is of."""
    known = known_to(workspace, kind, labels, said.sheets)
    found = list(said.findings)
    frames: list[pl.DataFrame] = []
    for sheet in said.sheets:
        problems = Problems(Path(said.source or "entry"))
        problems.file = sheet.place
        frames.append(read_cells(kind, sheet, known, problems))
        found += problems.findings
    rows = pl.concat(frames, how="diagonal") if frames else pl.DataFrame(schema={ROW: pl.Int64, PLACE: pl.String})
    if said.entry is not None:
        return rows.with_columns(pl.lit(said.entry).alias("entry")), found
    if rows.is_empty():
        found += [] if _refused(found) else [_empty(said.source)]
        return rows.with_columns(pl.lit(None, pl.String).alias("entry")), found
    return named(kind, rows), found


def _sites(kind: RecordKind, rows: pl.DataFrame) -> list[str | None]:
    field = site_field(kind)
    if field is None or field not in rows.columns:
        return []
    return rows[field].unique().to_list()


def _standing(
    workspace: Workspace, whole: Workspace, kind: RecordKind, said: Said, rows: pl.DataFrame
) -> pl.DataFrame:  # fmt: skip
    """The newest versions of the entries that are told of, once they may be changed.

    Of one that whoever acts may not see no more is told than that it is there; of one to be corrected not even that.
    """
    before = whole.records.programme_entries(kind.id, entries=rows["entry"].drop_nulls().to_list())
    if site_field(kind) is not None:
        before = _within(workspace, kind, said, before)
    if said.was and before.height and before["hash"][0] != said.was:
        raise Overtaken([overtaken(whole, kind, before, said.was)])
    return before


def _within(workspace: Workspace, kind: RecordKind, said: Said, before: pl.DataFrame) -> pl.DataFrame:
    """Those that whoever acts may see and change."""
    hidden = [entry for entry, site in before.select("entry", "site").iter_rows() if not sees(workspace, site)]
    if hidden and said.entry is None:
        raise InputRefused([taken_elsewhere(kind, entry) for entry in hidden[:_NOTED]])
    at_sites(workspace, kind, [] if hidden else before["site"].to_list())
    return before.clear() if hidden else before


def _held_against(kind: RecordKind, said: Said, rows: pl.DataFrame, before: pl.DataFrame) -> list[Finding]:
    """What was withdrawn does not come back by a table, and an entry that is corrected has to be there."""
    gone = before.filter("withdrawn")
    if said.entry is not None:
        if before.is_empty() or gone.height:
            return [unknown_entry(kind, said.entry, gone.row(0, named=True) if gone.height else None)]
        return _key_kept(kind, said.entry, rows, before)
    if gone.is_empty():
        return []
    at = rows.join(gone.select("entry", "entered_by", "reason"), on="entry", how="inner", maintain_order="left")
    shown = at.row(0, named=True)
    return [
        Finding(
            code="entry.withdrawn",
            place=str(shown[PLACE]),
            found="{count:row|rows} {rows}: withdrawn before: {ids} (the first by {who}: {reason})",
            expected="entries that were not withdrawn",
            remedy="take them out; an entry that is to hold again is added by itself with `wattstone {module} add`",
            params={
                "rows": listed(at[ROW].head(_FEW).to_list(), at.height), "row": shown[ROW], "module": kind.module,
                "ids": listed(at["entry"].head(_FEW).to_list(), at.height),
                "who": shown["entered_by"], "reason": shown["reason"],
            },
            count=at.height,
            first=f"row {shown[ROW]}",
            severity="warning" if said.again else "error",
        )
    ]  # fmt: skip


def _key_kept(kind: RecordKind, entry: str, rows: pl.DataFrame, before: pl.DataFrame) -> list[Finding]:
    held = entries_frame(kind, before)
    names = kind.key or (kind.fields[0].name,)
    moved = [name for name in names if name in rows.columns and rows[name][0] != held[name][0]]
    return [
        Finding(
            code="entry.key_changed",
            place=f"{kind.id} '{entry}'",
            found="{names} would change, by which it is known which entry it is",
            expected="the same as before",
            remedy="withdraw the entry, and add it anew",
            params={"names": ", ".join(moved), "field": moved[0]},
        )
        for _ in moved[:1]
    ]


def _over(kind: RecordKind, rows: pl.DataFrame, before: pl.DataFrame) -> pl.DataFrame:
    """Rows with every field: what a table has no column for is as it was said before."""
    absent = [one.name for one in kind.fields if one.name not in rows.columns]
    held = entries_frame(kind, before).select("entry", *absent)
    names = [one.name for one in kind.fields]
    both = rows.join(held, on="entry", how="left", maintain_order="left") if absent else rows
    return both.select("entry", *names, ROW, PLACE)


def _overwritten(
    kind: RecordKind, said: Said, rows: pl.DataFrame, before: pl.DataFrame, changed: Sequence[str]
) -> list[Finding]:
    """Entries that are there change where that is said to be meant, and why."""
    standing = before.filter(~pl.col("withdrawn"))["entry"]
    over = rows.filter(pl.col("entry").is_in(list(changed)) & pl.col("entry").is_in(standing.to_list()))
    if over.is_empty():
        return []
    if said.entry is None and not said.over:
        return [there_already(kind, over, before)]
    return [] if said.reason else [no_reason(kind, over["entry"][0])]


def _lacking(kind: RecordKind, rows: pl.DataFrame, sheets: Sequence[Sheet]) -> list[Finding]:
    """Fields that no column tells, of entries that are new."""
    found: list[Finding] = []
    for one in kind.fields:
        if not one.required:
            continue
        told = [sheet.place for sheet in sheets if one.name in sheet.titles]  # empty cells of these are told by cell
        lacks = rows.filter(pl.col(one.name).is_null() & ~pl.col(PLACE).is_in(told))
        if lacks.height:
            found.append(
                Finding(
                    code="entry.lacking",
                    place=str(lacks[PLACE][0]),
                    found="{count:row|rows} {rows}: {what} is not said",
                    expected="a value",
                    remedy="fill it in, or take the row out",
                    params={
                        "rows": listed(lacks[ROW].head(_FEW).to_list(), lacks.height), "row": lacks[ROW][0],
                        "what": one.label, "field": one.name,
                    },
                    count=lacks.height,
                    first=f"row {lacks[ROW][0]}",
                )
            )  # fmt: skip
    return found


def _versions(
    kind: RecordKind, rows: pl.DataFrame, before: pl.DataFrame, said: Said, who: str
) -> tuple[pl.DataFrame, dict[str, tuple[str, ...]]]:
    """The versions to add, and which entries are new, changed and the same."""
    held = {row["entry"]: row for row in before.iter_rows(named=True)}
    site, now = site_field(kind), datetime.now(UTC).replace(tzinfo=None)
    names = [one.name for one in kind.fields]
    made: list[tuple[Any, ...]] = []
    counts: dict[str, list[str]] = {"new": [], "changed": [], "same": []}
    places = [None] * rows.height if site is None else rows[site].to_list()
    for entry, body, at_site in zip(rows["entry"].to_list(), bodies_of(rows.select(names)), places, strict=True):
        old = held.get(entry)
        document = None if old is None else old["document"]
        own = hash_of(kind.id, entry, body, document)
        if old is not None and old["hash"] == own and not old["withdrawn"]:
            counts["same"].append(entry)
            continue
        counts["new" if old is None else "changed"].append(entry)
        version, replaces = (1, None) if old is None else (old["version"] + 1, old["hash"])
        made.append(
            (0, kind.id, entry, version, own, at_site, body, document, who, now, replaces, False, said.reason)
        )  # fmt: skip
    fresh = pl.DataFrame(made, schema=VERSIONS, orient="row")
    return fresh, {name: tuple(ids) for name, ids in counts.items()}


def _after(held: ModuleEntries, kind: RecordKind, fresh: pl.DataFrame) -> ModuleEntries:
    """The module's entries as they will stand."""
    new = entries_frame(kind, fresh)
    kept = held[kind.id].join(new.select("entry"), on="entry", how="anti")
    return held.with_entries(kind.id, pl.concat([kept, new]))


def _details(kind: RecordKind, said: Said, fresh: pl.DataFrame) -> dict[str, Any]:
    details: dict[str, Any] = {
        "module": kind.module, "kind": kind.id, "entries": fresh.height, "entry": fresh["entry"].head(_NOTED).to_list(),
        "hash": combined(fresh),
    }  # fmt: skip
    return details | {name: told for name, told in (("source", said.source), ("reason", said.reason)) if told}


def _refused(found: Sequence[Finding]) -> bool:
    return any(one.severity == "error" for one in found)


def _empty(source: str) -> Finding:
    return Finding(
        code="entry.empty",
        place=source or "entry",
        found="there are no entries in it",
        expected="at least one row",
        remedy="fill the template in",
    )
