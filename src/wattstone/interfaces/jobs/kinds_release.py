"""The jobs before an inventory leaves the house: all checks of a year, and its release."""

from typing import Annotated

from pydantic import Field

from wattstone.interfaces.jobs.checks_kept import keep_check
from wattstone.interfaces.jobs.kind import Kind, Link, Outcome, Params, Said, Tell
from wattstone.interfaces.jobs.kinds_statement import statement_year
from wattstone.interfaces.present.languages import mark
from wattstone.workflows.access.policy import EVERYWHERE, Act, require
from wattstone.workflows.release import YearCheck, check_year, release
from wattstone.workflows.workspace import Workspace

__all__ = ["KINDS", "CheckParams"]


class CheckParams(Params):
    """Of which year."""

    year: Annotated[
        int | None,
        Field(ge=1990, le=2100, description=mark("Calendar year; the newest with an inventory if left out.")),
    ] = None


def run_check(workspace: Workspace, asked: CheckParams, tell: Tell) -> Outcome:
    """Hold the recorded figures of a year against everything that is known, and keep what was found."""
    require(workspace.actor, Act.RUN, EVERYWHERE)
    year = statement_year(workspace, asked.year)
    tell("check", 0, 2)
    done = check_year(workspace, year)
    tell("write", 1, 2)
    name = keep_check(workspace, done)
    count = len(done.blocking)
    said = Said(
        mark("{count} finding stands in the way of a release of {year}."),
        {"year": year},
        mark("{count} findings stand in the way of a release of {year}."),
        count,
    )
    return Outcome(
        message=[said if count else Said(mark("Nothing stands in the way of a release of {year}."), {"year": year})],
        documents=[name],
        links=[Link(f"report/checks?year={year}", mark("Checks and release"))],
        data={"year": year, "run": done.run, "findings": len(done.found), "blocking": count},
    )


def run_release(workspace: Workspace, asked: CheckParams, tell: Tell) -> Outcome:
    """Check a year, and mark its figures as released where nothing stands in the way; what was found is kept."""
    require(workspace.actor, Act.REVIEW, EVERYWHERE)
    year = statement_year(workspace, asked.year)
    kept: list[str] = []

    def seen(done: YearCheck) -> None:
        kept.append(keep_check(workspace, done))

    tell("check", 0, 1)
    made = release(workspace, year, who=workspace.actor.name, seen=seen)
    said = Said(
        mark("{year} is released: {count} figure of run {run}."),
        {"year": year, "run": made.run},
        mark("{year} is released: {count} figures of run {run}."),
        made.figures,
    )
    return Outcome(
        message=[said],
        documents=kept,
        links=[Link(f"report/checks?year={year}", mark("Checks and release"))],
        data={"year": year, "run": made.run, "figures": made.figures, "sha256": made.sha256},
    )


KINDS = (
    Kind(name="check", title=mark("Check the inventory"), act=Act.RUN, params=CheckParams, run=run_check),
    Kind(name="release", title=mark("Release the year"), act=Act.REVIEW, params=CheckParams, run=run_release),
)
