"""The job that looks for waste and faults."""

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from wattstone.interfaces.jobs.documents import keep_report
from wattstone.interfaces.jobs.kind import Kind, Link, Outcome, Params, Said, Tell
from wattstone.interfaces.jobs.kinds_inventory import newest_year
from wattstone.interfaces.present.languages import Language, mark
from wattstone.workflows.access.policy import EVERYWHERE, Act, require
from wattstone.workflows.workspace import Workspace

if TYPE_CHECKING:
    from wattstone.interfaces.present.content import Report

__all__ = ["KINDS", "DetectionParams"]


class DetectionParams(Params):
    """Of which year, and what counts most."""

    year: Annotated[
        int | None, Field(ge=1990, le=2100, description=mark("Calendar year; the newest with readings if left out."))
    ] = None
    by: Annotated[Literal["money", "kg", "energy"], Field(description=mark("What the findings are ranked by."))] = (
        "money"
    )
    history: Annotated[bool, Field(description=mark("Read the year before too, where there is one."))] = True


def run_detection(workspace: Workspace, asked: DetectionParams, tell: Tell) -> Outcome:
    """Find waste and faults in the readings of a year, and keep the page of what was found."""
    from wattstone.interfaces.present.waste_page import build_waste
    from wattstone.workflows.detect import detect_waste
    from wattstone.workflows.overview.searched import searched

    require(workspace.actor, Act.RUN, EVERYWHERE)
    year = newest_year(workspace, asked.year)
    tell("detect", 0, 2)
    found = detect_waste(workspace, year, by=asked.by, history=asked.history)
    tell("detect", 1, 2)
    sites, organisation = workspace.records.sites(), workspace.records.organisation().name
    looked = searched(workspace, year) if found.findings.is_empty() else None
    rows, seen = found.findings.to_dicts(), {"meters": found.meters, "sites": found.sites}

    def build(lang: Language) -> "Report":
        return build_waste(
            rows,
            found.figures,
            year=year,
            seen=seen,
            organisation=organisation,
            simulated=any(site.simulated for site in sites),
            looked=looked,
            lang=lang,
        )

    name = keep_report(workspace, "detection", str(year), build, run=found.run, facts={"year": year, "by": asked.by})
    tell("detect", 2, 2)
    said = Said(
        mark("{count} finding in {year}. Looked at: meters {meters}, sites {sites}."),
        {"year": year, **seen},
        mark("{count} findings in {year}. Looked at: meters {meters}, sites {sites}."),
        len(rows),
    )
    return Outcome(
        message=[said],
        documents=[name],
        links=[Link(f"documents/{name}", mark("Findings")), Link("action", mark("Opportunities"))],
        data={"year": year, **seen, "run": found.run, "findings": len(rows)},
    )


KINDS = (
    Kind(
        name="detection",
        title=mark("Find waste and faults"),
        act=Act.RUN,
        params=DetectionParams,
        run=run_detection,
    ),
)
