"""Reports of modules recorded: every line a figure with what it rests on, kept once as long as it says the same."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from wattstone.base import Figure
from wattstone.programme.kinds import Module
from wattstone.programme.report import ModuleReport
from wattstone.workflows.access import EVERYWHERE, Act
from wattstone.workflows.access.guard import acting
from wattstone.workflows.inventory.record import evidence_of
from wattstone.workflows.programme.asked import Asked, settled
from wattstone.workflows.programme.evidence import evidence_of_inputs
from wattstone.workflows.programme.lines import figures_of_lines
from wattstone.workflows.programme.pinned import PROGRAMME, Pins, moved, pinned, pins_of
from wattstone.workflows.programme.registry import reports_of
from wattstone.workflows.results import Batch, figures_of, keep
from wattstone.workflows.stores import Lake
from wattstone.workflows.workspace import Workspace

__all__ = [
    "KIND", "RecordedReport", "Taken", "every_taken", "figures_of_report", "take_report", "taken", "view_report",
]  # fmt: skip

KIND: Final = PROGRAMME
"""Of the evidence of a run."""

Key = tuple[str, str, str]
"""Name, subject and period of a line."""


@dataclass(frozen=True, kw_only=True)
class RecordedReport:
    """A report, and the figures that its lines are.

    Parameters
    ----------
    report : ModuleReport
        What the module says.
    figures : mapping of (str, str, str) to str
        Id of the figure of each line, by name, subject and period.
    run : int or None
        The run that recorded them; None where what it says is not recorded.
    already : bool
        Whether they had been recorded before.
    """

    report: ModuleReport
    figures: Mapping[Key, str]
    run: int | None
    already: bool = False

    def figure(self, name: str, subject: str = "organisation", period: str | None = None) -> str:
        """Id of the figure of a line, of the report's own period where none is named; KeyError where there is none."""
        return self.figures[name, subject, self.report.period if period is None else period]


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A report that was recorded.

    Parameters
    ----------
    run : int
        Its number.
    module : str
        Whose.
    asked : Asked
        What was asked.
    pins : Pins
        What it was made from.
    sha256 : str
        Over the ids of its figures.
    when : str
        ISO 8601, UTC.
    """

    run: int
    module: Module
    asked: Asked
    pins: Pins
    sha256: str
    when: str


def view_report(workspace: Workspace, module: Module, asked: Asked) -> RecordedReport:
    """A report as it would be recorded; `run` is that of the same figures, where they are.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    module : str
        Which module.
    asked : Asked
        What is asked of it.

    Raises
    ------
    InputRefused
        If what is asked, or an entry, is a trap that the module refuses.
    Forbidden
        If the whole organisation is not open to whoever asks.
    """
    whole, asked = acting(workspace, Act.READ, EVERYWHERE), settled(module, asked, _today())
    report = reports_of(module)(whole, asked)
    figures = figures_of_report(report, asked)
    last = _last(whole.lake, module, asked)
    same = last is not None and last.sha256 == _digest(figures)
    return _recorded(report, figures, last.run if last is not None and same else None, already=same)


def take_report(workspace: Workspace, module: Module, asked: Asked) -> RecordedReport:
    """Record a report: nothing is written where the newest of the same question says the same.

    Parameters
    ----------
    workspace, module, asked
        As for `view_report`.

    Returns
    -------
    RecordedReport

    Raises
    ------
    InputRefused
        If what is asked, or an entry, is a trap that the module refuses; nothing is recorded then.
    """
    whole, asked = acting(workspace, Act.RUN, EVERYWHERE), settled(module, asked, _today())
    pins = pins_of(whole)
    report = reports_of(module)(pinned(whole, pins), asked)  # what comes in meanwhile is of the next report
    figures = figures_of_report(report, asked)
    last = _last(whole.lake, module, asked)
    if last is not None and last.sha256 == _digest(figures):
        return _recorded(report, figures, last.run, already=True)
    labels = {one.name: one.label for one in reversed(report.lines)}  # what people read in place of a name
    evidence = {_asked_id(module, asked): {"kind": "question", **_question(module, asked), "labels": labels}}
    evidence |= evidence_of_inputs(whole, figures.values(), asked.year, until=pins.entries)
    about: dict[str, Any] = {
        "inputs": [], **_question(module, asked), "entries": pins.entries, "tables": dict(pins.tables),
        "sha256": _digest(figures), "figures": len(figures),
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
    }  # fmt: skip
    batch = Batch(
        kind=KIND, year=asked.year, about=about, evidence=evidence, figures=list(figures.values()), whole=True,
        replaces=_replaced(whole.lake, last, figures), why=_why(whole, last),
    )  # fmt: skip

    def meanwhile() -> int | None:
        newest = _last(whole.lake, module, asked)
        return newest.run if newest is not None and newest.sha256 == about["sha256"] else None

    return _recorded(report, figures, keep(whole, batch, unless=meanwhile))


def taken(lake: Lake, years: list[int] | None = None) -> list[Taken]:
    """The newest report of each question that was recorded, by module and year.

    Parameters
    ----------
    lake : Lake
        Where evidence is.
    years : list of int or None
        All where None.
    """
    newest = {_asked_id(one.module, one.asked): one for one in every_taken(lake, years)}
    return sorted(newest.values(), key=lambda one: (one.asked.year, one.module, one.run))


def every_taken(lake: Lake, years: list[int] | None = None) -> list[Taken]:
    """Every report that was recorded, the first first."""
    runs = [one for one in evidence_of(lake, years).values() if one.get("kind") == KIND]
    found: list[Taken] = []
    for one in sorted(runs, key=lambda each: int(each["run"])):
        at = None if one["at"] is None else datetime.fromisoformat(one["at"]).date()
        asked = Asked(year=int(one["year"]), at=at, options=one["options"])
        found.append(Taken(
            run=int(one["run"]), module=one["module"], asked=asked, pins=Pins.read(one), sha256=one["sha256"],
            when=one["when"],
        ))  # fmt: skip
    return found


def figures_of_report(report: ModuleReport, asked: Asked) -> dict[Key, Figure]:
    """The figures of a report, by name, subject and period."""
    return figures_of_lines(report.lines, (_asked_id(report.module, asked),))


def _today() -> date:
    return datetime.now(UTC).date()


def _recorded(
    report: ModuleReport, figures: Mapping[Key, Figure], run: int | None, *, already: bool = False
) -> RecordedReport:
    return RecordedReport(
        report=report, figures={key: one.id for key, one in figures.items()}, run=run, already=already
    )


def _question(module: Module, asked: Asked) -> dict[str, Any]:
    options = dict(sorted(asked.options.items()))
    return {
        "module": module, "year": asked.year, "at": None if asked.at is None else asked.at.isoformat(),
        "options": options,
    }  # fmt: skip


def _asked_id(module: Module, asked: Asked) -> str:
    text = json.dumps(_question(module, asked), sort_keys=True, ensure_ascii=False)
    return f"question:{hashlib.sha256(text.encode()).hexdigest()[:20]}"


def _digest(figures: Mapping[Key, Figure]) -> str:
    return hashlib.sha256("\n".join(sorted(one.id for one in figures.values())).encode()).hexdigest()


def _last(lake: Lake, module: Module, asked: Asked) -> Taken | None:
    wanted = _asked_id(module, asked)
    return next((one for one in taken(lake, [asked.year]) if _asked_id(one.module, one.asked) == wanted), None)


def _replaced(lake: Lake, last: Taken | None, figures: Mapping[Key, Figure]) -> dict[str, str]:
    """Figures of the report before that another one stands in place of now."""
    if last is None:
        return {}
    old = {(row["name"], row["subject"], row["period"]): row["id"] for row in figures_of(lake, last.run)}
    return {one.id: old[key] for key, one in figures.items() if key in old and old[key] != one.id}


def _why(workspace: Workspace, last: Taken | None) -> str:
    if last is None:
        return ""
    changed = moved(workspace, last.pins)
    reasons = ["entries were added, corrected or withdrawn"] if "entries" in changed else []
    if set(changed) - {"entries"}:
        reasons.append("figures, readings or activity records changed")
    return "; ".join(reasons) or "sites, measures, settings or the program changed"
