"""Whether recorded reports of the programme hold: made again from the entries and tables that they pin."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import cast

import polars as pl

from wattstone.base import Figure, InputRefused, NotComputable
from wattstone.programme.entries import hash_of, sealed, site_field
from wattstone.programme.kinds import record_kind
from wattstone.workflows.evidence.differences import Difference, compare
from wattstone.workflows.inventory.record import evidence_of
from wattstone.workflows.programme.pinned import moved, pinned
from wattstone.workflows.programme.recording import Taken, figures_of_report, taken
from wattstone.workflows.programme.registry import reports_of
from wattstone.workflows.results import RESULTS, figures_of
from wattstone.workflows.workspace import Workspace

__all__ = ["Promised", "again_frame", "report_again", "right_versions", "verify_programme"]

_AGAIN = {name: pl.String() for name in ("name", "subject", "period", "id", "unit")} | {"value": pl.Float64()}
_ENTRIES = ("entry:", "entries:")
_UNMADE = (
    InputRefused, NotComputable, ArithmeticError, LookupError, TypeError, ValueError, pl.exceptions.PolarsError,
)  # fmt: skip
"""What a report that cannot be made again raises; a store that cannot be read is another matter, and told as such."""


@dataclass(frozen=True, kw_only=True)
class Promised:
    """What checking found.

    Parameters
    ----------
    years : tuple of int
        Years that have reports.
    figures : int
        How many were made again.
    recorded : int
        Figures of all reports that were ever recorded of these years.
    differences : tuple of Difference
        Those that do not hold.
    tampered : tuple of str
        Entries that are no longer as they were recorded, as `area 'meadow-1'`; `area 12-40` where versions of these
        numbers are not as they were when they were entered.
    """

    years: tuple[int, ...]
    figures: int
    recorded: int
    differences: tuple[Difference, ...]
    tampered: tuple[str, ...]


def verify_programme(workspace: Workspace, years: list[int] | None = None) -> Promised:
    """Make the newest report of each question again, and check the hashes of the entries that it names.

    Parameters
    ----------
    workspace : Workspace
        Whole; nothing in it is written.
    years : list of int or None
        All that have reports where None.
    """
    reports, differences, tampered = taken(workspace.lake, years), dict[str, Difference](), list[str]()
    count = 0
    for one in reports:
        recorded = pl.DataFrame(figures_of(workspace.lake, one.run), infer_schema_length=None)
        count += recorded.height
        if recorded.is_empty():
            continue
        again = report_again(pinned(workspace, one.pins), one)
        found = compare(recorded, again_frame(again), "differs")
        tampered += _other_entries(recorded, again)
        if moved(workspace, one.pins):
            known = {each.id for each in found}
            later = (replace(each, kind="entries") for each in _stale(workspace, one, recorded))
            found += [each for each in later if each.id not in known]
        for each in found:
            differences.setdefault(each.id, replace(each, of=_command(one)))
    tampered += _changed(workspace, years) + _unsealed(workspace)
    return Promised(
        years=tuple(sorted({one.asked.year for one in reports})), figures=count,
        recorded=_recorded(workspace, years), differences=tuple(differences.values()),
        tampered=tuple(dict.fromkeys(tampered)),
    )  # fmt: skip


def _command(one: Taken) -> str:
    """What takes a report anew: its question tells two reports of a year apart."""
    options = (f"--set {name}={value}" for name, value in sorted(one.asked.options.items()))
    day = [] if one.asked.at is None else [f"--at {one.asked.at}"]
    return " ".join([f"wattstone {one.module} report --year {one.asked.year}", *day, *options])


def report_again(workspace: Workspace, one: Taken) -> Mapping[tuple[str, str, str], Figure]:
    """The figures of a report made again; none where the module refuses what it took before, or cannot make it."""
    try:
        return figures_of_report(reports_of(one.module)(workspace, one.asked), one.asked)
    except _UNMADE:
        return {}


def _stale(workspace: Workspace, one: Taken, recorded: pl.DataFrame) -> list[Difference]:
    return compare(recorded, again_frame(report_again(workspace, one)), "stale")


def again_frame(figures: Mapping[tuple[str, str, str], Figure]) -> pl.DataFrame:
    """Figures made again, as `compare` takes them."""
    rows = [
        {"name": name, "subject": subject, "period": period, "id": one.id, "unit": one.unit, "value": one.value}
        for (name, subject, period), one in figures.items()
    ]
    return pl.DataFrame(rows, schema=_AGAIN)


def _other_entries(recorded: pl.DataFrame, again: Mapping[tuple[str, str, str], Figure]) -> list[str]:
    """Lines that rest on other entries than they did, although nothing later is looked at."""
    found: list[str] = []
    for row in recorded.iter_rows(named=True):
        now = again.get((row["name"], row["subject"], row["period"]))
        if now is not None and _named(row["inputs"]) != _named(now.inputs):
            found.append(f"entries of {row['name']}@{row['subject']}@{row['period']}")
    return found


def _named(inputs: Iterable[str]) -> set[str]:
    return {one for one in inputs if one.startswith(_ENTRIES)}


def _changed(workspace: Workspace, years: list[int] | None) -> list[str]:
    """Entries that reports name, alone or together, and whose content is not what the hash says, or that are gone."""
    known = evidence_of(workspace.lake, years)
    evidence = {key.removeprefix("entry:"): one for key, one in known.items() if one.get("kind") == "entry"}
    held = workspace.records.programme_versions(sorted(evidence))
    right = set(held.filter(right_versions(held))["hash"])
    gone = [f"{one['of']} '{one['entry']}'" for sha, one in sorted(evidence.items()) if sha not in right]
    for kind in sorted({str(one["of"]) for one in known.values() if one.get("kind") == "entries"}):
        versions = workspace.records.programme_entries(kind)
        gone += [f"{kind} '{entry}'" for entry in versions.filter(~right_versions(versions))["entry"]]
    return gone


def right_versions(versions: pl.DataFrame) -> pl.Series:
    """Whether the hash of each version is that of its content, and its site the one that it says."""
    columns = versions.select("hash", "kind", "entry", "body", "document", "site").iter_rows()
    return pl.Series(
        [
            hash_of(kind, entry, body, document) == sha and _site_of(kind, body) == site
            for sha, kind, entry, body, document, site in columns
        ],
        dtype=pl.Boolean,
    )


def _site_of(kind: str, body: str) -> str | None:
    field = site_field(record_kind(kind))
    return None if field is None else json.loads(body).get(field)


def _unsealed(workspace: Workspace) -> list[str]:
    """Versions that are no longer as the line of the audit log sealed them: who, when, why and whether withdrawn too.

    The log itself is a chain, which is checked by itself.
    """
    found: list[str] = []
    for line in workspace.records.audit():
        span, seal = line.details.get("versions"), line.details.get("seal")
        if not isinstance(seal, str) or not isinstance(span, list):
            continue  # another deed, or one from before lines were sealed
        first, last = (int(one) for one in cast("list[int]", span))
        if sealed(workspace.records.programme_span(first, last)) != seal:
            found.append(f"{line.details.get('kind')} {first}-{last}")
    return found


def _recorded(workspace: Workspace, years: list[int] | None) -> int:
    """Figures of reports, those of a killed run among them: each names what was asked."""
    held = workspace.lake.scan(RESULTS, parts=years)
    if held is None:
        return 0
    asked = pl.col("inputs").list.eval(pl.element().str.starts_with("question:")).list.any()
    return held.filter(asked).select(pl.len()).collect().item()
