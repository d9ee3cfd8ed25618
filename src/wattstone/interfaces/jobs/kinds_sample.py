"""The job that fills an empty workspace with a simulated estate, so that somebody can look around before reading in."""

from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from wattstone.interfaces.jobs.kind import Kind, Link, Outcome, Params, Said, Tell
from wattstone.interfaces.present.languages import mark
from wattstone.workflows.access.policy import EVERYWHERE, Act
from wattstone.workflows.workspace import Workspace

if TYPE_CHECKING:
    from wattstone.base import Finding

__all__ = ["KINDS", "SampleParams"]


class SampleParams(Params):
    """How large the estate is."""

    sites: Annotated[int, Field(ge=1, le=200, description=mark("How many sites are simulated."))] = 12
    year: Annotated[
        int, Field(ge=2021, le=2023, description=mark("Calendar year that faults and findings lie in."))
    ] = 2022


def run_sample(workspace: Workspace, asked: SampleParams, tell: Tell) -> Outcome:
    """Simulate an estate with two years of readings, and take it in; every reading says that it is simulated."""
    import shutil

    from wattstone.base import InputRefused
    from wattstone.readings.sources import How, open_source
    from wattstone.simulation import Plan, generate, measures, portfolio, read_truth
    from wattstone.workflows.declare import change_organisation
    from wattstone.workflows.ingest import ingest
    from wattstone.workflows.measures import declare_measure

    if workspace.records.sites():
        raise InputRefused([_not_empty()])
    plan = Plan(sites=asked.sites, year=asked.year, years=min(2, asked.year - 2020))
    folder = workspace.scratch / "sample"
    try:
        generate(plan, folder, progress=lambda done, total: tell("generate", done, total))
        if workspace.actor.may(Act.DECLARE, EVERYWHERE):
            zone, currency = portfolio(plan)[0].zone, portfolio(plan)[0].currency
            change_organisation(workspace, {"zone": zone, "currency": currency})
        done = ingest(workspace, open_source(folder, How()), who=workspace.actor.name, progress=tell)
        if workspace.actor.may(Act.DECLARE, EVERYWHERE):
            for name, record in measures(plan, read_truth(folder)).items():
                declare_measure(workspace, name, record, who=workspace.actor.name)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return Outcome(
        message=[
            Said(
                mark("A simulated estate was taken in: {count} reading. No building used this energy."),
                {},
                mark("A simulated estate was taken in: {count} readings. No building used this energy."),
                done.rows,
            )
        ],
        links=[Link("report/inventory", mark("Take the inventory")), Link("portfolio", mark("Portfolio"))],
        findings=done.findings,
        data={"sites": asked.sites, "rows": done.rows},
    )


def _not_empty() -> "Finding":
    from wattstone.base import Finding

    return Finding(
        code="sample.not_empty",
        place="the sample estate",
        found="there are sites in this workspace already",
        expected="an empty workspace: simulated readings are never put among measured ones",
        remedy="make another workspace for it, or run `wattstone demo`",
    )


KINDS = (
    Kind(
        name="sample",
        title=mark("Try the sample estate"),
        act=Act.INGEST,
        params=SampleParams,
        run=run_sample,
    ),
)
