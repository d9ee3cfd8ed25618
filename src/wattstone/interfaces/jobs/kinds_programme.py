"""The job that says what the entries of a part of the programme amount to: figures are recorded, a report is kept."""

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from wattstone.base import InputRefused
from wattstone.interfaces.jobs.documents import keep_report
from wattstone.interfaces.jobs.kind import Kind, Link, Outcome, Params, Said, Tell
from wattstone.interfaces.jobs.prices import unread
from wattstone.interfaces.present.languages import Language, mark
from wattstone.interfaces.present.programme.words import MODULE_WORDS
from wattstone.programme.kinds import Module
from wattstone.workflows.access.policy import EVERYWHERE, Act, require
from wattstone.workflows.workspace import Workspace

if TYPE_CHECKING:
    from wattstone.interfaces.present.content import Report
    from wattstone.workflows.programme.recording import RecordedReport

__all__ = ["KINDS", "REPORT", "ProgrammeParams", "subject_of"]

REPORT = "programme_report"
"""Kind of the documents that are kept."""


class ProgrammeParams(Params):
    """Of which part of the programme, and of which year."""

    module: Annotated[Module, Field(description=mark("Part of the programme."))]
    year: Annotated[int, Field(ge=1990, le=2100, description=mark("Calendar year."))]
    day: Annotated[
        date | None, Field(description=mark("By the entries as they stood at the end of that day; as now if left out."))
    ] = None
    given: Annotated[
        tuple[Annotated[str, Field(max_length=500)], ...],
        Field(max_length=50, description=mark("What you give beside the entries, as name=value, by commas.")),
    ] = ()


def subject_of(module: str, year: int) -> str:
    """What a kept report is about."""
    return f"{module}/{year}"


def run_programme(workspace: Workspace, asked: ProgrammeParams, tell: Tell) -> Outcome:
    """Record the report of a module, and keep it in both languages."""
    from wattstone.workflows.programme.asked import Asked
    from wattstone.workflows.programme.recording import take_report

    require(workspace.actor, Act.RUN, EVERYWHERE)
    options = _options(asked.given)
    tell("report", 0, 2)
    done = take_report(workspace, asked.module, Asked(year=asked.year, at=asked.day, options=options))
    tell("write", 1, 2)
    name = _kept(workspace, done, asked)
    return Outcome(
        message=[
            Said(mark("The report is written: {title}, {year}."),
                 {"title": MODULE_WORDS[asked.module], "year": asked.year})
        ],
        documents=[name],
        links=[Link(f"documents/{name}", mark("Report"))],
        findings=[one for one in done.report.findings if one.severity != "error"],
        data={"module": asked.module, "year": asked.year, "run": done.run, "figures": len(done.figures)},
    )  # fmt: skip


def _options(given: tuple[str, ...]) -> dict[str, str]:
    """Names and values.

    Raises
    ------
    InputRefused
        With every text that has no name.
    """
    pairs = [text.partition("=") for text in given]
    found = [
        unread("given", text, "name=value")
        for text, (name, sign, _) in zip(given, pairs, strict=True)
        if not sign or not name.strip()
    ]
    if found:
        raise InputRefused(found)
    return {name.strip(): value.strip() for name, _, value in pairs}


def _kept(workspace: Workspace, done: "RecordedReport", asked: ProgrammeParams) -> str:
    """The name of the document, for whoever may read what is the whole organisation's."""
    from wattstone.interfaces.present.moments import local_time
    from wattstone.interfaces.present.programme.report import About, build_module_report
    from wattstone.interfaces.present.programme.workbook import module_book

    organisation = workspace.records.organisation()
    about = About(
        organisation=organisation.name or "",
        made=local_time(datetime.now(UTC), organisation.zone),
        figures=done.figures,
        run=done.run,
        sites={one.id: one.name or one.id for one in workspace.records.sites()},
    )

    def build(lang: Language) -> "Report":
        return build_module_report(done.report, about, lang)

    facts = {"module": asked.module, "year": asked.year, "findings": len(done.report.findings)}
    return keep_report(
        workspace, REPORT, subject_of(asked.module, asked.year), build, run=done.run, facts=facts,
        book=lambda lang: module_book(done.report, about, lang),
    )  # fmt: skip


KINDS = (
    Kind(
        name="programme",
        title=mark("Write a report of the programme"),
        act=Act.RUN,
        params=ProgrammeParams,
        run=run_programme,
    ),
)
