"""The job that writes the greenhouse gas statement of a year: a document to be read, or a file to be fetched."""

from json import dumps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import polars as pl
from pydantic import Field

from wattstone.interfaces.jobs.documents import keep_report
from wattstone.interfaces.jobs.kind import Kind, Link, Outcome, Params, Said, Tell
from wattstone.interfaces.jobs.kinds_inventory import newest_year
from wattstone.interfaces.jobs.prices import Inflation, price_rises
from wattstone.interfaces.present.languages import Language, mark
from wattstone.workflows.access.policy import EVERYWHERE, Act, require
from wattstone.workflows.workspace import Workspace

if TYPE_CHECKING:
    from wattstone.interfaces.present.content import Report
    from wattstone.inventory.statement import GhgStatement

__all__ = ["KINDS", "StatementParams", "statement_year"]


class StatementParams(Params):
    """Of which year, by which standard, in which form."""

    year: Annotated[
        int | None,
        Field(ge=1990, le=2100, description=mark("Calendar year; the newest with an inventory if left out.")),
    ] = None
    layout: Annotated[
        Literal["ghgp", "iso14064"],
        Field(description=mark("The order of the parts, and the index of what is required.")),
    ] = "ghgp"
    form: Annotated[
        Literal["document", "xlsx", "json"],
        Field(description=mark("A document is kept for all, in both languages, and downloaded as PDF, HTML or tables; "
                               "a workbook whose totals are formulas, or data, is for you alone.")),
    ] = "document"  # fmt: skip
    lang: Annotated[Literal["en", "zh"], Field(description=mark("Language of a workbook."))] = "en"
    inflation: Inflation = ()


def statement_year(workspace: Workspace, year: int | None) -> int:
    """The year that is asked for, or the newest one with figures, or else with readings.

    Raises
    ------
    InputRefused
        If there are neither.
    """
    from wattstone.workflows.inventory.record import FIGURES

    if year is not None:
        return year
    held = sorted(workspace.lake.parts(FIGURES))
    return int(held[-1]) if held else newest_year(workspace, None)


def run_statement(workspace: Workspace, asked: StatementParams, tell: Tell) -> Outcome:
    """Take the complete inventory of a year, and write its statement."""
    from wattstone.workflows.inventory.complete import take_complete

    require(workspace.actor, Act.RUN, EVERYWHERE)
    if asked.form != "document":
        require(workspace.actor, Act.EXPORT, EVERYWHERE)
    year, rose = statement_year(workspace, asked.year), price_rises(asked.inflation)
    tell("inventory", 0, 2)
    made = take_complete(workspace, year, inflation=rose)
    tell("write", 1, 2)
    if asked.form == "document":
        return _document(workspace, made, asked)
    return _file(workspace, made, asked.form, asked.lang)


def _document(workspace: Workspace, made: "GhgStatement", asked: StatementParams) -> Outcome:
    """Kept in both languages, for whoever may read what is the whole organisation's."""
    from wattstone.interfaces.present.statement_page import build_statement

    def build(lang: Language) -> "Report":
        return build_statement(made, lang, asked.layout)

    facts = {"year": made.year, "layout": asked.layout, "findings": len(made.outstanding), "scope3": _how(made)}
    name = keep_report(workspace, "statement", str(made.year), build, facts=facts)
    return Outcome(
        message=[Said(mark("The statement of {year} is written."), {"year": made.year}), *_found(made)],
        documents=[name],
        links=[Link(f"documents/{name}", mark("Statement"))],
        data={"year": made.year, "layout": asked.layout, "findings": len(made.outstanding)},
    )


def _how(made: "GhgStatement") -> dict[str, dict[str, Any]]:
    """How each category was computed and how good its data are, which the recorded figures alone do not tell."""
    rows = made.decisions.filter(pl.col("value").is_not_null()).select("category", "value", "methods", "quality")
    return {str(row.pop("category")): row for row in rows.to_dicts()}


def _file(workspace: Workspace, made: "GhgStatement", form: Literal["xlsx", "json"], lang: Language) -> Outcome:
    """A file for whoever asked, who alone can fetch it."""
    from wattstone.interfaces.jobs.takeaway import new_file

    to, address = new_file(workspace.root, workspace.actor, f"statement-{made.year}.{form}")
    _written(made, to, form, lang)
    details = {"what": "statement", "year": made.year, "rows": made.lines.height, "personal": False}
    workspace.records.note("export", who=workspace.actor.name, details=details)
    return Outcome(
        message=[Said(mark("The statement of {year} is written."), {"year": made.year}), *_found(made)],
        links=[Link(f"takeaways/{address}", mark("Fetch the file"))],
        data={"year": made.year, "findings": len(made.outstanding), "file": address},
    )


def _written(made: "GhgStatement", to: Path, form: Literal["xlsx", "json"], lang: Language) -> None:
    if form == "xlsx":
        from wattstone.interfaces.present.statement_xlsx import write_statement_xlsx

        write_statement_xlsx(made, to, lang)
        return
    from wattstone.interfaces.present.statement_files import statement_json

    to.write_text(dumps(statement_json(made), ensure_ascii=False, allow_nan=False), encoding="utf-8")


def _found(made: "GhgStatement") -> list[Said]:
    if not made.outstanding:
        return []
    return [
        Said(
            mark("The checks found {count} thing; it is in the statement."),
            {},
            mark("The checks found {count} things; they are in the statement."),
            len(made.outstanding),
        )
    ]


KINDS = (
    Kind(
        name="statement",
        title=mark("Write the statement"),
        act=Act.RUN,
        params=StatementParams,
        run=run_statement,
    ),
)
