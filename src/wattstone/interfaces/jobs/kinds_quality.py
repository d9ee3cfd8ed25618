"""The job that scores the readings of a year."""

from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from wattstone.interfaces.jobs.documents import keep_report
from wattstone.interfaces.jobs.kind import Kind, Link, Outcome, Params, Said, Tell
from wattstone.interfaces.jobs.kinds_inventory import newest_year
from wattstone.interfaces.present.languages import Language, mark
from wattstone.workflows.access.policy import EVERYWHERE, Act
from wattstone.workflows.workspace import Workspace

if TYPE_CHECKING:
    from wattstone.interfaces.present.content import Report

__all__ = ["KINDS", "QualityParams"]


class QualityParams(Params):
    """Of which year, and how much is named."""

    year: Annotated[
        int | None, Field(ge=1990, le=2100, description=mark("Calendar year; the newest with readings if left out."))
    ] = None
    top: Annotated[int, Field(ge=1, le=1000, description=mark("How many things to mend are named."))] = 20


def run_quality(workspace: Workspace, asked: QualityParams, tell: Tell) -> Outcome:
    """Score every meter's readings, and name what to mend first."""
    from wattstone.interfaces.present.quality_page import build_quality
    from wattstone.workflows.quality import assess_quality

    year = newest_year(workspace, asked.year)
    tell("quality", 0, 1)
    found = assess_quality(workspace, year, top=asked.top)
    tell("quality", 1, 1)
    if found.meters.is_empty():
        return Outcome(message=[Said(mark("No readings in {year}."), {"year": year})], data={"year": year})

    def build(lang: Language) -> "Report":
        return build_quality(found.meters, found.mend, year=year, lang=lang)

    whole = workspace.actor.may(Act.RUN, EVERYWHERE)  # what somebody sees who sees some sites is kept for nobody else
    kept = [keep_report(workspace, "quality", str(year), build, facts={"year": year})] if whole else []
    return Outcome(
        documents=kept,
        message=[
            Said(
                mark("{count} meter was scored; its mean score is {score} %."),
                {"score": round(100 * float(found.meters["score"].mean() or 0.0))},  # pyright: ignore[reportArgumentType]
                mark("{count} meters were scored; their mean score is {score} %."),
                found.meters.height,
            )
        ],
        links=[Link(f"data/quality?year={year}", mark("Quality"))],
        findings=found.mend,
        data={"year": year, "meters": found.meters.to_dicts()},
    )


KINDS = (
    Kind(
        name="quality",
        title=mark("Score the readings"),
        act=Act.RUN,
        params=QualityParams,
        run=run_quality,
        writes=False,
    ),
)
