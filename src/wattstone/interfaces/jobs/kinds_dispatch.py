"""Jobs that plan a site's microgrid, try plans on the past, and tell which PV and storage pays."""

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from wattstone.interfaces.jobs.documents import keep_report, tells_of_dwellings
from wattstone.interfaces.jobs.kind import Kind, Link, Outcome, Params, Said, Tell
from wattstone.interfaces.present.languages import Language, mark
from wattstone.workflows.access.policy import Act, require
from wattstone.workflows.workspace import Workspace

if TYPE_CHECKING:
    from wattstone.interfaces.present.content import Report

__all__ = ["KINDS", "BacktestParams", "PlanParams", "SizeParams"]

SiteId = Annotated[str, Field(min_length=1, max_length=200, description=mark("Its id."))]
Moment = Annotated[str, Field(min_length=4, max_length=40)]
Charge = Annotated[
    float | None,
    Field(ge=0, le=1, description=mark("What batteries hold at the start, as a share; by their meters, else half.")),
]


class PlanParams(Params):
    """Which site is planned, from when on, and how far ahead."""

    site: SiteId
    at: Annotated[Moment | None, Field(description=mark("As if it were then; after the last reading if left out."))] = (
        None
    )
    hours: Annotated[
        float | None, Field(ge=1, le=168, description=mark("How far ahead; as the site file says if left out. [h]"))
    ] = None
    charge: Charge = None


class BacktestParams(Params):
    """Which site, and which past period."""

    site: SiteId
    start: Annotated[Moment | None, Field(description=mark("Begin; a week before the end if left out."))] = None
    end: Annotated[Moment | None, Field(description=mark("End; after the last reading if left out."))] = None
    every: Annotated[
        int | None, Field(ge=1, le=1440, description=mark("Minutes between plans; each step if left out."))
    ] = None
    charge: Charge = None


class SizeParams(Params):
    """Which site; sizes and costs stand in its file."""

    site: SiteId
    end: Annotated[Moment | None, Field(description=mark("End of the year; after the last reading if left out."))] = (
        None
    )


def run_plan(workspace: Workspace, asked: PlanParams, tell: Tell) -> Outcome:
    """Plan batteries, chargers and loads for the coming hours, and keep the plan's page."""
    from wattstone.interfaces.present.dispatch_page import build_plan
    from wattstone.workflows.dispatch.plan import plan_json, plan_site
    from wattstone.workflows.moments import moment_of
    from wattstone.workflows.results import figures_of

    require(workspace.actor, Act.RUN, asked.site)
    tell("plan", 0, 2)
    at = moment_of(workspace, asked.at, asked.site, option="at")
    done = plan_site(workspace, asked.site, at=at, hours=asked.hours, charge=asked.charge)
    tell("plan", 1, 2)
    figures, organisation = figures_of(workspace.lake, done.run or 0), workspace.records.organisation().name

    def build(lang: Language) -> "Report":
        return build_plan(done, figures, organisation=organisation, lang=lang)

    facts = {"at": f"{done.at.isoformat()}Z", "personal": tells_of_dwellings(done.place.meters)}
    name = keep_report(workspace, "plan", asked.site, build, site=asked.site, run=done.run, facts=facts)
    return _outcome(name, mark("The plan of {site} is made."), asked.site, done.findings, plan_json(done))


def run_backtest(workspace: Workspace, asked: BacktestParams, tell: Tell) -> Outcome:
    """Try plans on a past period, against no control, rules and perfect foresight."""
    from datetime import timedelta

    from wattstone.interfaces.present.dispatch_page import build_backtest
    from wattstone.workflows.dispatch.backtest import backtest_site
    from wattstone.workflows.moments import moment_of
    from wattstone.workflows.results import figures_of

    require(workspace.actor, Act.RUN, asked.site)
    tested = backtest_site(
        workspace,
        asked.site,
        start=moment_of(workspace, asked.start, asked.site, option="start"),
        end=moment_of(workspace, asked.end, asked.site, option="end"),
        charge=asked.charge,
        every=None if asked.every is None else timedelta(minutes=asked.every),
        progress=tell,
    )
    figures, organisation = figures_of(workspace.lake, tested.run or 0), workspace.records.organisation().name

    def build(lang: Language) -> "Report":
        return build_backtest(tested, figures, organisation=organisation, lang=lang)

    facts = {
        "start": f"{tested.start.isoformat()}Z",
        "end": f"{tested.end.isoformat()}Z",
        "personal": tells_of_dwellings(tested.place.meters),
    }
    name = keep_report(workspace, "backtest", asked.site, build, site=asked.site, run=tested.run, facts=facts)
    return _outcome(
        name, mark("Plans of {site} were tried on the past."), asked.site, tested.findings, tested.as_dict()
    )


def run_size(workspace: Workspace, asked: SizeParams, tell: Tell) -> Outcome:
    """Tell which PV and storage pays: cost, net present value and emissions of each size."""
    from wattstone.interfaces.present.size_page import build_sizes
    from wattstone.workflows.dispatch.size import size_site
    from wattstone.workflows.machine_files.kept import kept_path
    from wattstone.workflows.moments import moment_of
    from wattstone.workflows.results import figures_of

    require(workspace.actor, Act.RUN, asked.site)
    end = moment_of(workspace, asked.end, asked.site, option="end")
    done = size_site(workspace, asked.site, kept_path(workspace, "sizes", asked.site), end=end, progress=tell)
    figures, organisation = figures_of(workspace.lake, done.run or 0), workspace.records.organisation().name

    def build(lang: Language) -> "Report":
        return build_sizes(done, figures, organisation=organisation, lang=lang)

    name = keep_report(workspace, "size", asked.site, build, site=asked.site, run=done.run)
    return _outcome(name, mark("Sizes for {site} were compared."), asked.site, done.findings, done.as_dict())


def _outcome(name: str, said: str, site: str, findings: Any, data: dict[str, Any]) -> Outcome:
    return Outcome(
        message=[Said(said, {"site": site})],
        documents=[name],
        links=[Link(f"documents/{name}", mark("Result")), Link(f"action/microgrid?site={site}", mark("Microgrid"))],
        findings=findings,
        data=data,
    )


KINDS = (
    Kind(name="plan", title=mark("Plan the day"), act=Act.RUN, params=PlanParams, run=run_plan),
    Kind(name="backtest", title=mark("Try plans on the past"), act=Act.RUN, params=BacktestParams, run=run_backtest),
    Kind(name="size", title=mark("Compare sizes of PV and storage"), act=Act.RUN, params=SizeParams, run=run_size),
)
