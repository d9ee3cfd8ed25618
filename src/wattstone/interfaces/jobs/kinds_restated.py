"""The jobs about years that changed: what made a year differ, and restatements that are proposed for it."""

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from wattstone.base import Finding, InputRefused
from wattstone.interfaces.jobs.documents import keep_report
from wattstone.interfaces.jobs.kind import Kind, Link, Outcome, Params, Said, Tell
from wattstone.interfaces.jobs.kinds_statement import statement_year
from wattstone.interfaces.jobs.prices import Inflation, price_rises, unread
from wattstone.interfaces.present.languages import Language, mark
from wattstone.workflows.access.policy import EVERYWHERE, Act, require
from wattstone.workflows.restatement import propose_changes, propose_event
from wattstone.workflows.workspace import Workspace

if TYPE_CHECKING:
    from wattstone.interfaces.present.book import Entry
    from wattstone.interfaces.present.change_page import Around
    from wattstone.interfaces.present.content import Report
    from wattstone.workflows.change import YearChange

__all__ = ["KINDS", "ChangeParams", "RestatementParams"]


class ChangeParams(Params):
    """Of which year, and how prices rose."""

    year: Annotated[
        int | None,
        Field(ge=1990, le=2100, description=mark("The later year; the newest with an inventory if left out.")),
    ] = None
    inflation: Inflation = ()


class RestatementParams(Params):
    """What differs from released figures, or a site that came or left."""

    year: Annotated[int, Field(ge=1990, le=2100, description=mark(
        "A year that was released and is not as released any more; with a site, the year that is reported."
    ))]  # fmt: skip
    trigger: Annotated[
        Literal["structure", "method", "error"] | None,
        Field(description=mark("What it is for; told from the record if left out.")),
    ] = None
    reason: Annotated[str, Field(max_length=2000, description=mark("In words; what the record says if left out."))] = ""
    happened: Annotated[
        Literal["acquisition", "merger", "insourcing", "divestment", "outsourcing"] | None,
        Field(description=mark("Of a site that came or left; the changed figures of the year if left out.")),
    ] = None
    site: Annotated[str | None, Field(max_length=200, description=mark("Which site came or left."))] = None
    on: Annotated[date | None, Field(description=mark("The first day with the site, or the first one without it."))] = (
        None
    )
    event: Annotated[
        str, Field(max_length=200, description=mark("What the change is called; made up if left out."))
    ] = ""
    elsewhere: Annotated[bool, Field(description=mark("The activity stands in another total that is reported."))] = (
        False
    )
    emissions: Annotated[
        tuple[str, ...],
        Field(max_length=200, description=mark(
            "What the site emitted in years without data, as 2021:scope1=12000. [kg CO2e]"
        )),
    ] = ()  # fmt: skip


def run_change(workspace: Workspace, asked: ChangeParams, tell: Tell) -> Outcome:
    """Tell what made a year differ from the one before, and keep the page of it."""
    from wattstone.interfaces.present.change_page import build_change, site_effects
    from wattstone.workflows.change import year_change

    require(workspace.actor, Act.RUN, EVERYWHERE)
    inflation, year = price_rises(asked.inflation), statement_year(workspace, asked.year)
    tell("change", 0, 2)
    done = year_change(workspace, year, inflation=inflation)
    tell("write", 1, 2)
    around = _around(workspace, year)

    def build(lang: Language) -> "Report":
        return build_change(done, around, lang)

    facts = {"year": year, "inflation": inflation, **_facts(done), "sites": site_effects(done)}
    name = keep_report(workspace, "change", str(year), build, facts=facts)
    return Outcome(
        message=[Said(mark("It is told what changed from {last} to {year}."), {"last": year - 1, "year": year})],
        documents=[name],
        links=[Link(f"report/change?year={year}", mark("Change"))],
        data={"year": year, "left_out": done.left_out.height, "throughout": len(done.stayed)},
    )


def _facts(done: "YearChange") -> dict[str, Any]:
    """The effects by total for machines; those of a total add up to its change."""
    return {
        "change": done.effects().to_dicts(), "like_for_like": done.like_for_like().to_dicts(),
        "left_out": done.left_out.height, "throughout": len(done.stayed),
    }  # fmt: skip


def _around(workspace: Workspace, year: int) -> "Around":
    from wattstone.interfaces.present.change_page import Around

    sites = workspace.records.sites()
    return Around(
        now=_entries(workspace, year),
        before=_entries(workspace, year - 1),
        sites={one.id: one.name or one.id for one in sites},
        organisation=workspace.records.organisation().name,
        simulated=any(one.simulated for one in sites),
    )


def _entries(workspace: Workspace, year: int) -> "dict[str, Entry]":
    from wattstone.interfaces.present.book import Entry
    from wattstone.workflows.inventory.record import organisation_figures

    keys = ("id", "name", "subject", "period", "value", "unit", "lower", "upper", "reason", "estimated")
    rows = organisation_figures(workspace.lake, year).iter_rows(named=True)
    return {row["name"]: Entry(**{key: row[key] for key in keys}) for row in rows}


def run_restatement(workspace: Workspace, asked: RestatementParams, tell: Tell) -> Outcome:
    """Propose what differs from what was released, or a site that came or left."""
    require(workspace.actor, Act.RUN, EVERYWHERE)
    tell("check", 0, 1)
    if asked.happened is None and asked.site is None and asked.on is None:
        made = propose_changes(workspace, asked.year, trigger=asked.trigger, reason=asked.reason)
    else:
        made = _propose_site(workspace, asked)
    several = Said(mark("{count} restatement is proposed."), {}, mark("{count} restatements are proposed."), len(made))
    nothing = Said(mark("Everything is as it was released, restated or proposed before."))
    return Outcome(
        message=[several if made else nothing],
        links=[Link("report/restatements", mark("Restatements"))],
        data={"year": asked.year, "entries": [one.id for one in made]},
    )


def _propose_site(workspace: Workspace, asked: RestatementParams) -> tuple[Any, ...]:
    from wattstone.inventory.restatement import StructuralEvent

    given = {"happened": asked.happened, "site": asked.site, "on": asked.on}
    found = [_missing(name) for name, value in given.items() if value is None]
    known = {one.id for one in workspace.records.sites()}
    if asked.site is not None and asked.site not in known:
        found.append(_no_site(asked.site))
    stated = _stated(asked.emissions, found)
    if found or asked.happened is None or asked.site is None or asked.on is None:
        raise InputRefused(found)
    name = asked.event or f"{asked.happened} of {asked.site} on {asked.on:%Y-%m-%d}"
    event = StructuralEvent(
        event=name, kind=asked.happened, site_id=asked.site, on=asked.on, reason=asked.reason,
        reported_elsewhere=asked.elsewhere,
    )  # fmt: skip
    return propose_event(workspace, event, reporting=asked.year, stated=stated)


def _stated(texts: tuple[str, ...], found: list[Finding]) -> dict[tuple[int, str], float]:
    stated: dict[tuple[int, str], float] = {}
    for text in texts:
        where, _, value = text.partition("=")
        year, _, name = where.partition(":")
        try:
            stated[int(year), name.strip()] = float(value)
        except ValueError:
            found.append(unread("emissions", text, "YEAR:TOTAL=KG, as 2021:scope1=12000"))
    return stated


def _missing(name: str) -> Finding:
    return Finding(
        code="job.params",
        place=f"/{name}",
        found="nothing is said of it",
        expected="of a site that came or left: what happened, which site, and on which day",
        remedy="say all three, or none of them",
    )


def _no_site(site: str) -> Finding:
    return Finding(
        code="job.params",
        place="/site",
        found="there is no site '{site}'",
        expected="a site that is declared",
        remedy="declare the site, or take the table of sites in first",
        params={"site": site},
    )


KINDS = (
    Kind(
        name="restatement", title=mark("Propose a restatement"), act=Act.RUN, params=RestatementParams,
        run=run_restatement,
    ),
    Kind(name="change", title=mark("Tell what changed"), act=Act.RUN, params=ChangeParams, run=run_change),
)  # fmt: skip
