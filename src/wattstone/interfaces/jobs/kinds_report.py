"""Jobs that write: the report of a year, and tables to take away."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from wattstone.base import Finding, InputRefused
from wattstone.interfaces.jobs.documents import keep_report
from wattstone.interfaces.jobs.kind import Kind, Link, Outcome, Params, Said, Tell
from wattstone.interfaces.jobs.kinds_inventory import newest_year
from wattstone.interfaces.present.languages import Language, mark
from wattstone.workflows.access.policy import EVERYWHERE, Act, require
from wattstone.workflows.workspace import Workspace

if TYPE_CHECKING:
    from wattstone.interfaces.present.content import Report

__all__ = ["KINDS", "ExportParams", "ReportParams"]

Year = Annotated[
    int | None, Field(ge=1990, le=2100, description=mark("Calendar year; the newest with readings if left out."))
]


class ReportParams(Params):
    """Of which year."""

    year: Year = None


class ExportParams(Params):
    """What is taken out, of which year, in which form."""

    what: Annotated[
        Literal["readings", "hours", "inventory"],
        Field(description=mark("Readings, electricity and emissions of sites by the hour, or the figures of a year.")),
    ] = "inventory"
    form: Annotated[
        Literal["csv", "parquet", "xlsx"],
        Field(description=mark("XLSX for figures alone, Parquet for readings and hours alone; CSV in place of them.")),
    ] = "csv"
    year: Year = None
    meters: Annotated[
        tuple[Annotated[str, Field(max_length=200)], ...], Field(max_length=500, description=mark("Only these meters."))
    ] = ()
    personal: Annotated[bool, Field(description=mark("Also sub-daily readings of dwellings and drivers."))] = False
    lang: Annotated[Literal["en", "zh"], Field(description=mark("Language of a workbook."))] = "en"


def run_report(workspace: Workspace, asked: ReportParams, tell: Tell) -> Outcome:
    """Take the inventory of a year and keep its report: charts, tables, evidence."""
    from wattstone.interfaces.present.report import build_report
    from wattstone.workflows.inventory import take_inventory
    from wattstone.workflows.quality import assess_quality
    from wattstone.workflows.report import document_of

    require(workspace.actor, Act.RUN, EVERYWHERE)
    year = newest_year(workspace, asked.year)
    tell("inventory", 0, 3)
    done = take_inventory(workspace, year)
    tell("quality", 1, 3)
    document = document_of(workspace, done, assess_quality(workspace, year))
    tell("write", 2, 3)

    def build(lang: Language) -> "Report":
        return build_report(document, lang)

    run = done.recorded.run
    name = keep_report(workspace, "inventory", str(year), build, run=run, facts={"year": year})
    return Outcome(
        message=[Said(mark("The report of {year} is written."), {"year": year})],
        documents=[name],
        links=[Link(f"documents/{name}", mark("Report"))],
        data={"year": year, "run": run},
    )


def run_export(workspace: Workspace, asked: ExportParams, tell: Tell) -> Outcome:
    """Write a table for whoever asked, who alone can fetch it."""
    from wattstone.interfaces.jobs.takeaway import new_file
    from wattstone.workflows.export import export_hours, export_readings

    if asked.personal:
        require(workspace.actor, Act.READ_PERSONAL)
    year = newest_year(workspace, asked.year)
    form = asked.form if asked.what == "inventory" or asked.form != "xlsx" else "csv"
    form = "csv" if asked.what == "inventory" and form == "parquet" else form
    to, address = new_file(workspace.root, workspace.actor, f"{asked.what}-{year}.{form}", personal=asked.personal)
    tell("write", 0, 1)
    if asked.what == "inventory":
        rows = _inventory(workspace, year, to, asked.lang)
    elif asked.what == "hours":
        rows = export_hours(workspace, year, to, personal=asked.personal)
    else:
        rows = export_readings(workspace, year, to, meters=asked.meters or None, personal=asked.personal)
    if not rows:
        to.unlink(missing_ok=True)
        raise InputRefused([_nothing(workspace, year)])
    workspace.records.note(
        "export",
        who=workspace.actor.name,
        details={"what": asked.what, "year": year, "rows": rows, "personal": asked.personal},
    )
    return Outcome(
        message=[Said(mark("{count} row is written."), {}, mark("{count} rows are written."), rows)],
        links=[Link(f"takeaways/{address}", mark("Fetch the file"))],
        data={"what": asked.what, "year": year, "rows": rows, "file": address},
    )


def _nothing(workspace: Workspace, year: int) -> Finding:
    held = sorted({int(str(part)[:4]) for part in workspace.lake.parts("readings")})
    return Finding(
        code="export.nothing",
        place="/year",
        found="there is nothing of {year} to be taken out",
        params={"year": year, "held": ", ".join(map(str, held)) or "-"},
        expected="a year with readings that you may see: {held}",
        remedy="choose another year",
    )


def _inventory(workspace: Workspace, year: int, to: Path, lang: Literal["en", "zh"]) -> int:
    """The figures of a year; taken anew, which records nothing where nothing has changed."""
    from wattstone.interfaces.present import write_csv, write_xlsx
    from wattstone.workflows.inventory import take_inventory
    from wattstone.workflows.quality import assess_quality
    from wattstone.workflows.report import document_of

    require(workspace.actor, Act.EXPORT, EVERYWHERE)
    book = to.suffix == ".xlsx"
    done = take_inventory(workspace, year)
    document = document_of(workspace, done, assess_quality(workspace, year) if book else None)
    if book:
        write_xlsx(document, to, lang)
    else:
        write_csv(document, to)
    return document.figures.height


KINDS = (
    Kind(name="report", title=mark("Write the report"), act=Act.RUN, params=ReportParams, run=run_report),
    Kind(name="export", title=mark("Take a table out"), act=Act.EXPORT, params=ExportParams, run=run_export),
)
