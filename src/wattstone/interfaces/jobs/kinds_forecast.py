"""The job that says what comes next."""

from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from wattstone.interfaces.jobs.documents import keep_report
from wattstone.interfaces.jobs.kind import Kind, Link, Outcome, Params, Said, Tell
from wattstone.interfaces.present.languages import Language, mark
from wattstone.workflows.access.policy import EVERYWHERE, Act, require
from wattstone.workflows.workspace import Workspace

if TYPE_CHECKING:
    from wattstone.interfaces.present.content import Report

__all__ = ["KINDS", "ForecastParams"]

Moment = Annotated[str, Field(min_length=4, max_length=40)]


class ForecastParams(Params):
    """Of which site, how far ahead, and from when on."""

    site: Annotated[str | None, Field(min_length=1, max_length=200, description=mark("Only this site."))] = None
    hours: Annotated[float, Field(ge=1, le=168, description=mark("How far ahead. [h]"))] = 48
    at: Annotated[Moment | None, Field(description=mark("As if it were then; after the last reading if left out."))] = (
        None
    )


def run_forecast(workspace: Workspace, asked: ForecastParams, tell: Tell) -> Outcome:
    """Forecast load, PV and carbon intensity, with intervals and scores; single dwellings are added up or left out."""
    from wattstone.interfaces.present.forecast_page import build_forecast
    from wattstone.workflows.forecast import forecast_sites
    from wattstone.workflows.moments import moment_of

    require(workspace.actor, Act.RUN, asked.site or EVERYWHERE)
    at = moment_of(workspace, asked.at, asked.site, option="at")
    told = forecast_sites(workspace, asked.site, at=at, hours=asked.hours, progress=tell)
    sites = {one.id: one for one in workspace.records.sites()}
    organisation = workspace.records.organisation().name

    def build(lang: Language) -> "Report":
        return build_forecast(
            told,
            zones={name: one.zone for name, one in sites.items()},
            organisation=organisation,
            simulated=any(sites[one.site_id].simulated for one in told.series),
            lang=lang,
        )

    facts = {"hours": asked.hours, "at": f"{told.at.isoformat()}Z"}
    subject = asked.site or "organisation"
    name = keep_report(workspace, "forecast", subject, build, site=asked.site, run=told.run, facts=facts)
    return Outcome(
        message=[
            Said(mark("{count} series was forecast."), {}, mark("{count} series were forecast."), len(told.series))
        ],
        documents=[name],
        links=[Link(f"documents/{name}", mark("Forecast"))],
        findings=told.findings,
        data={"run": told.run, "at": f"{told.at.isoformat()}Z", "series": len(told.series)},
    )


KINDS = (
    Kind(
        name="forecast",
        title=mark("Forecast"),
        act=Act.RUN,
        params=ForecastParams,
        run=run_forecast,
    ),
)
