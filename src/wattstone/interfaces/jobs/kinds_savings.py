"""The job that proves or refutes what measures saved."""

from collections.abc import Sequence
from functools import partial
from math import isfinite
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from wattstone.interfaces.jobs.documents import keep_report
from wattstone.interfaces.jobs.kind import Kind, Link, Outcome, Params, Said, Tell
from wattstone.interfaces.present.languages import Language, mark
from wattstone.workflows.access.policy import Act, require
from wattstone.workflows.workspace import Workspace

if TYPE_CHECKING:
    from wattstone.interfaces.present.content import Report
    from wattstone.workflows.savings.report import Reported

__all__ = ["KINDS", "SavingsParams"]

_NAMED = 5  # measures


class SavingsParams(Params):
    """Of which measure, and in which unit temperatures are shown."""

    measure: Annotated[
        str | None, Field(min_length=1, max_length=200, description=mark("Its id; every measure if left out."))
    ] = None
    fahrenheit: Annotated[bool, Field(description=mark("Show temperatures in °F."))] = False


def run_savings(workspace: Workspace, asked: SavingsParams, tell: Tell) -> Outcome:
    """Verify measures, keep their figures, and keep a report of each, to be signed."""
    from wattstone.savings.result_json import as_dict
    from wattstone.workflows.savings.choosing import without_hours
    from wattstone.workflows.savings.report import report_measures

    names = None if asked.measure is None else [asked.measure]
    for one in workspace.records.measures():
        if names is None or one.id in names:
            require(workspace.actor, Act.RUN, one.site_id)
    found = report_measures(workspace, names, tell=tell)
    meters, kept = workspace.records.meters(), list[str]()
    for place, one in enumerate(found.measures):
        tell("write", place, len(found.measures))
        kept.append(_kept(workspace, one, fahrenheit=asked.fahrenheit))
    return Outcome(
        message=_message(found.measures),
        documents=kept,
        links=[Link(f"action/savings?measure={asked.measure}" if asked.measure else "action/savings", mark("Savings"))],
        findings=[reason for one in found.measures for reason in one.saving.reasons],
        data={
            "measures": [
                {**as_dict(without_hours(one.saving, meters)), "run": one.run, "figures": dict(one.figures)}
                for one in found.measures
            ],
            "totals": [as_dict(one) for one in found.totals],
        },
    )


def _message(judged: "Sequence[Reported]") -> list[Said]:
    """How many were judged, and those of which nothing can be said: that is no saving of 0."""
    proved = sum(one.saving.verdict == "saving" for one in judged)
    unknown = [one.measure.name or one.measure.id for one in judged if one.saving.verdict == "not determined"]
    told = Said(
        mark("{count} measure was judged; {proved} saved what can be told from 0."),
        {"proved": proved},
        mark("{count} measures were judged; {proved} saved what can be told from 0."),
        len(judged),
    )
    named = ", ".join(unknown[:_NAMED]) + (", …" if len(unknown) > _NAMED else "")
    lacking = [Said(mark("Not determined: {names}."), {"names": named})] if unknown else []
    return lacking if len(unknown) == len(judged) and unknown else [told, *lacking]


def _kept(workspace: Workspace, one: "Reported", *, fahrenheit: bool) -> str:
    """The report of a measure; of dwellings and drivers it shows no series that is finer than days."""
    from wattstone.workflows.savings.choosing import without_hours

    sites = {site.id: site.name or site.id for site in workspace.records.sites()}
    said: dict[str, Any] = {
        "figures": one.figures,
        "organisation": workspace.records.organisation().name,
        "simulated": one.simulated,
        "site": sites.get(one.measure.site_id, one.measure.site_id),
        "fahrenheit": fahrenheit,
    }
    shown = without_hours(one.saving, workspace.records.meters())
    build = partial(_report, shown, one, said)
    facts = {"verdict": one.saving.verdict, "events": events_of(one)}
    return keep_report(workspace, "savings", one.measure.id, build, site=one.measure.site_id, run=one.run, facts=facts)


def _report(shown: Any, one: "Reported", said: dict[str, Any], lang: Language) -> "Report":
    from datetime import UTC, datetime

    from wattstone.interfaces.present.savings_page import build_savings

    return build_savings(shown, one.measure, **said, lang=lang, made=datetime.now(UTC))


def events_of(one: "Reported") -> list[dict[str, Any]]:
    """Events that the data propose and nobody has judged, as JSON values; the page asks a person about them."""
    return [
        {
            "meter": event.meter,
            "first": str(event.first),
            "last": None if event.last is None else str(event.last),
            "size": event.size if isfinite(event.size) else None,
            "unit": event.unit,
        }
        for meter in one.saving.meters
        for event in meter.events
        if event.status == "proposed"
    ]


KINDS = (
    Kind(
        name="savings",
        title=mark("Prove savings"),
        act=Act.RUN,
        params=SavingsParams,
        run=run_savings,
    ),
)
