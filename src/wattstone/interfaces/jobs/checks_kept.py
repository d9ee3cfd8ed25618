"""What checks of a year found, kept with their document: pages and the API show it without computing it anew."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from wattstone.inventory.checks import Checked
from wattstone.workflows.release import YearCheck, under_waivers
from wattstone.workflows.stores import Document
from wattstone.workflows.workspace import Workspace

if TYPE_CHECKING:
    from wattstone.interfaces.present.content import Report
    from wattstone.interfaces.present.languages import Language

__all__ = ["LISTED", "KeptCheck", "keep_check", "newest_check"]

LISTED = 300
"""Findings that are kept one by one, what blocks first; of more, their number."""


@dataclass(frozen=True)
class KeptCheck:
    """The newest check of a year.

    Parameters
    ----------
    about : Document
        When it was made, and by whom.
    done : YearCheck
        What it found, with what was let pass and released since.
    more : int
        Findings that it found besides.
    blocks : int
        How many of those stood in the way.
    """

    about: Document
    done: YearCheck
    more: int
    blocks: int

    @property
    def blocking(self) -> int:
        """How many findings stand in the way, as far as they are known here."""
        return len(self.done.blocking) + self.blocks


def keep_check(workspace: Workspace, done: YearCheck) -> str:
    """Keep what checks found as a document in every language; its name is returned."""
    from wattstone.interfaces.jobs.documents import keep_report
    from wattstone.interfaces.jobs.perform import finding_values
    from wattstone.interfaces.present.check_page import build_check

    organisation = workspace.records.organisation().name
    simulated = any(one.simulated for one in workspace.records.sites())

    def build(lang: "Language") -> "Report":
        return build_check(done, organisation=organisation, simulated=simulated, lang=lang)

    rows = [
        {"check": one.check, "severity": one.severity, "key": one.key, "finding": finding_values(one.finding)}
        for one in done.found[:LISTED]
    ]
    rest = done.found[LISTED:]
    facts: dict[str, Any] = {
        "year": done.year, "run": done.run, "checked": rows, "more": len(rest),
        "blocks": sum(one.blocks for one in rest), "blocking": len(done.blocking),
    }  # fmt: skip
    return keep_report(workspace, "check", str(done.year), build, run=done.run, facts=facts)


def newest_check(workspace: Workspace, year: int) -> KeptCheck | None:
    """The newest check of a year that was kept; None where there is none, or where one may not see it.

    Parameters
    ----------
    workspace : Workspace
        Guarded: it is the whole organisation's.
    year : int
        Calendar year.
    """
    held = [one for one in workspace.records.documents("check", str(year)) if "checked" in one.facts]
    if not held:
        return None
    facts: Mapping[str, Any] = held[0].facts
    found = tuple(_checked(one) for one in facts["checked"])
    done = YearCheck(year=year, run=int(facts["run"]), found=found)
    return KeptCheck(held[0], under_waivers(workspace, done), int(facts["more"]), int(facts["blocks"]))


def _checked(row: Mapping[str, Any]) -> Checked:
    from wattstone.interfaces.jobs.perform import finding_from

    return Checked(
        check=row["check"], severity=row["severity"], key=row["key"], finding=finding_from(row["finding"])
    )  # fmt: skip
