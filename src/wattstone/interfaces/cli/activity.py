"""Commands on activity records: `wattstone activity ...`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from wattstone.interfaces.cli import options

if TYPE_CHECKING:
    import polars as pl

    from wattstone.workflows.activities import Loaded

group = typer.Typer(
    name="activity", help="Activity records: what bills, ledgers and lists say, and no meter counts.",
    no_args_is_help=True, rich_markup_mode=None,
)  # fmt: skip

Line = Annotated[str, typer.Argument(metavar="LINE", help="Id of the line.", show_default=False)]
Fields = Annotated[
    list[str], typer.Argument(metavar="FIELD=VALUE...", help="As kind=waste amount=3 unit=t.", show_default=False)
]
Reason = Annotated[str, typer.Option(help="Why; the audit log keeps it.", show_default=False)]


@group.command(no_args_is_help=True)
def add(workspace: options.Workspace, fields: Fields, lang: options.Lang = "en", json: options.Json = False) -> None:
    """Enter one line."""
    from wattstone.interfaces.cli.opening import account, opened
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.present.languages import translator
    from wattstone.workflows.activities import add_activity

    output, t = Output(json=json, lang=lang), translator(lang)
    with opened(workspace) as held:
        line, found = add_activity(held, _said(fields), who=account(), labels=_labels())
    output.warn(found)
    output.say(t("Line {line} was entered.", line=line["line_id"]))
    output.machine({"line": _plain(line)})


@group.command("import", no_args_is_help=True)
def import_(
    workspace: options.Workspace,
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", callback=options.there, help="CSV or XLSX.")],
    lang: options.Lang = "en",
    json: options.Json = False,
) -> None:
    """Take files of activities in, all or none; a file that was taken in before is passed over."""
    from wattstone.interfaces.cli.opening import account, opened
    from wattstone.interfaces.cli.output import Output
    from wattstone.workflows.activities import load_activities

    output = Output(json=json, lang=lang)
    with opened(workspace) as held:
        done = load_activities(held, files, who=account(), labels=_labels())
    for one in done:
        output.warn(one.findings)
        output.say(_loaded(one, lang))
    output.machine(
        {
            "sources": [
                {
                    "source": one.source, "sha256": one.key, "batch": one.batch, "lines": one.lines,
                    "sites": one.sites, "years": one.years, "already": one.already,
                    "findings": [each.as_dict() for each in one.findings],
                }
                for one in done
            ]
        }
    )  # fmt: skip


@group.command(no_args_is_help=True)
def template(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV or XLSX to write.", show_default=False)],
    workspace: Annotated[
        Path | None, typer.Option("--workspace", metavar="WORKSPACE", help="Whose sites the lists offer.")
    ] = None,
    lang: options.Lang = "en",
    json: options.Json = False,
) -> None:
    """Write a table to fill in: kinds, items and units to choose from."""
    from wattstone.interfaces.cli.opening import opened, writing
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.present.activity_template import activity_csv, activity_workbook
    from wattstone.interfaces.present.languages import translator

    if file.suffix.lower() not in (".csv", ".xlsx"):
        raise typer.BadParameter("the name ends in .csv or .xlsx", param_hint="FILE")
    output, t = Output(json=json, lang=lang), translator(lang)
    sites: dict[str, str] = {}
    currency: str | None = None
    if workspace is not None:
        with opened(workspace) as held:
            sites = {site.id: site.name or "" for site in held.records.sites()}
            currency = held.records.organisation().currency
    with writing(file) as path:
        if path.suffix.lower() == ".csv":
            path.write_text(activity_csv(lang, currency=currency), encoding="utf-8-sig", newline="")
        else:
            path.write_bytes(activity_workbook(sites, lang, currency=currency))
    output.say(t("Written: {file}", file=file))
    output.machine({"file": str(file)})


@group.command(no_args_is_help=True)
def attach(
    workspace: options.Workspace,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="PDF, picture, XLSX or CSV.", show_default=False)],
    line: Annotated[list[str], typer.Option("--line", metavar="ID", help="Line that it proves; repeatable.")],
    lang: options.Lang = "en",
    json: options.Json = False,
) -> None:
    """Attach a document to lines: an invoice, a photograph of a meter, a supplier's statement."""
    from wattstone.interfaces.cli.opening import account, opened
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.present.languages import translator
    from wattstone.workflows.activities import attach_document

    output, t = Output(json=json, lang=lang), translator(lang)
    with opened(workspace) as held:
        done = attach_document(held, line, file, who=account())
    output.say(t("{file} is attached as {sha}.", file=done.title, sha=done.sha256[:16]))
    output.machine({"sha256": done.sha256, "type": done.type, "size": done.size, "lines": done.lines})


@group.command("list", no_args_is_help=True)
def listed(
    workspace: options.Workspace,
    year: options.SomeYear = None,
    site: Annotated[str | None, typer.Option("--site", metavar="ID", help="Lines of one site alone.")] = None,
    history: Annotated[
        str | None, typer.Option("--history", metavar="LINE", help="All versions of a line: who said what, when.")
    ] = None,
    lang: options.Lang = "en",
    json: options.Json = False,
) -> None:
    """List the lines that hold."""
    from wattstone.interfaces.cli.opening import opened
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.present.languages import translator
    from wattstone.workflows.activities import history_of, lines_of

    output, t = Output(json=json, lang=lang), translator(lang)
    with opened(workspace) as held:
        lines = lines_of(held, year, site=site) if history is None else history_of(held, history)
    if lines.is_empty():
        output.say(t("There are no lines."))
    else:
        output.show(_table(lines, lang))
    output.machine({"lines": [_plain(row) for row in lines.iter_rows(named=True)]})


@group.command(no_args_is_help=True)
def correct(
    workspace: options.Workspace,
    line: Line,
    fields: Fields,
    reason: Reason = "",
    lang: options.Lang = "en",
    json: options.Json = False,
) -> None:
    """Correct a line: a new one takes its place, what it said stays on record."""
    from wattstone.interfaces.cli.opening import account, opened
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.present.languages import translator
    from wattstone.workflows.activities import correct_activity

    output, t = Output(json=json, lang=lang), translator(lang)
    with opened(workspace) as held:
        new, found = correct_activity(held, line, _said(fields), reason=reason, who=account(), labels=_labels())
    output.warn(found)
    output.say(t("Line {line} stands in place of {before}.", line=new["line_id"], before=line))
    output.machine({"line": _plain(new)})


@group.command(no_args_is_help=True)
def withdraw(
    workspace: options.Workspace,
    line: Line,
    reason: Reason = "",
    lang: options.Lang = "en",
    json: options.Json = False,
) -> None:
    """Take a line back: it counts no longer, and stays on record."""
    from wattstone.interfaces.cli.opening import account, opened
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.present.languages import translator
    from wattstone.workflows.activities import withdraw_activity

    output, t = Output(json=json, lang=lang), translator(lang)
    with opened(workspace) as held:
        withdraw_activity(held, line, reason=reason, who=account())
    output.say(t("Line {line} was withdrawn.", line=line))
    output.machine({"line": line, "withdrawn": True})


_SHORT = {"site": "site_id", "meter": "meter_id", "from": "start", "until": "end", "line": "line_id"}


def _said(fields: list[str]) -> dict[str, str]:
    said: dict[str, str] = {}
    for one in fields:
        name, mark, value = one.partition("=")
        if not mark:
            raise typer.BadParameter(f"{one!r} is no FIELD=VALUE", param_hint="FIELD=VALUE...")
        said[_SHORT.get(name, name)] = value
    return said


def _labels() -> dict[str, str]:
    from wattstone.interfaces.present.activity_template import kind_labels

    return kind_labels()


def _loaded(one: "Loaded", lang: Literal["en", "zh"]) -> str:
    from wattstone.interfaces.present.languages import counter, translator

    t, n = translator(lang), counter(lang)
    if one.already:
        return t("{file} was taken in before; nothing is changed.", file=one.source)
    return n("{file}: {count} line.", "{file}: {count} lines.", one.lines, file=one.source)


_SHOWN = ("line_id", "site_id", "kind", "item", "start", "end", "amount", "unit", "stated", "entered_by")


def _table(lines: "pl.DataFrame", lang: Literal["en", "zh"]) -> Any:
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    from wattstone.interfaces.present.activity_template import head_of
    from wattstone.interfaces.present.languages import translator

    t = translator(lang)
    heads = [t("Entered by") if name == "entered_by" else head_of(name, lang) for name in _SHOWN]
    table = Table(*heads, "", box=None, pad_edge=False)
    for column in table.columns:
        column.overflow = "fold"
    for row in lines.head(_ROWS).iter_rows(named=True):
        cells = ["" if row[name] is None else _number(row[name]) for name in _SHOWN]
        marks = [t("withdrawn")] if row["withdrawn"] else []
        marks += [t("estimated")] if row["estimated"] else []
        marks += [t("with document")] if row["document"] else []
        table.add_row(*map(Text, cells), Text(", ".join(marks)))
    more = lines.height - _ROWS
    note = Text(t("and {count} more: --json lists them all", count=more), "dim")
    return Group(table, note) if more > 0 else table


_ROWS = 500


def _number(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _plain(line: dict[str, Any]) -> dict[str, Any]:
    return {name: str(value) if name in ("start", "end", "entered_at") else value for name, value in line.items()}
