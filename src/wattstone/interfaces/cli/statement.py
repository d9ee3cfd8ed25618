"""The command on the complete inventory: statement."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from wattstone.interfaces.cli import options

if TYPE_CHECKING:
    from wattstone.inventory.statement import GhgStatement

Layout = Literal["ghgp", "iso14064"]
Form = Literal["html", "pdf", "xlsx", "json", "csv"]


def statement(
    workspace: options.Workspace,
    year: options.Year,
    layout: Annotated[
        Layout, typer.Option("--layout", help="By the GHG Protocol, or by ISO 14064-1; of html and pdf.")
    ] = "ghgp",
    form: Annotated[
        Form, typer.Option("--format", help="A page, a document, a workbook with formulas, or data.")
    ] = "html",
    to: Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="Where it goes.")] = None,
    font_path: Annotated[
        list[Path] | None, typer.Option("--font-path", metavar="DIR", help="Folder with fonts, for Chinese in a PDF.")
    ] = None,
    inflation: options.Inflation = None,
    check: options.Check = False,
    lang: options.Lang = "en",
    workers: options.Workers = None,
    json: options.Json = False,
) -> None:
    """Write the statement of a year: all scopes, both bases, with its base year, its uncertainty and its checks."""
    from wattstone.interfaces.cli.opening import opened
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.present.languages import counter, translator
    from wattstone.interfaces.present.plain_table import plain_table
    from wattstone.interfaces.present.statement_book import StatementBook
    from wattstone.interfaces.present.statement_totals import scopes_table
    from wattstone.workflows.inventory.complete import take_complete

    output, t, n = Output(json=json, lang=lang), translator(lang), counter(lang)
    with opened(workspace, workers=workers) as held:
        made = take_complete(held, year, inflation=options.rises(inflation))
    files = write_statement(
        made, to or _place(workspace, year, layout, form, lang), layout=layout, form=form, lang=lang,
        font_paths=tuple(font_path or ()),
    )  # fmt: skip
    output.show(plain_table(scopes_table(StatementBook(made), lang)))
    if made.outstanding:
        output.say(
            n("The checks found {count} thing; it is in the statement.",
              "The checks found {count} things; they are in the statement.", len(made.outstanding))
        )  # fmt: skip
    for file in files:
        output.say(t("Statement: {file}", file=file))
    output.machine({"year": year, "files": [str(file) for file in files], "findings": len(made.outstanding)})
    if check and made.outstanding:
        raise typer.Exit(1)


def _place(workspace: Path, year: int, layout: Layout, form: Form, lang: Literal["en", "zh"]) -> Path:
    parts = {"html": (layout, lang), "pdf": (layout, lang), "xlsx": (lang,)}.get(form, ())
    return workspace / "reports" / f"{'-'.join(('statement', str(year), *parts))}.{form}"


def write_statement(
    made: "GhgStatement",
    path: Path,
    *,
    layout: Layout,
    form: Form,
    lang: Literal["en", "zh"],
    font_paths: tuple[Path, ...] = (),
) -> list[Path]:
    """Write a statement in a form; CSV are two files, one of totals and one of lines.

    Raises
    ------
    InputRefused
        If the file cannot be written, or the form cannot hold the statement.
    """
    from json import dumps

    from wattstone.interfaces.cli.opening import writing

    if form in ("html", "pdf"):
        from wattstone.interfaces.present.statement_page import statement_page, statement_pdf

        content = (
            statement_page(made, lang, layout).encode()
            if form == "html"
            else statement_pdf(made, lang, layout, font_paths=font_paths)
        )
        with writing(path):
            path.write_bytes(content)
        return [path]
    from wattstone.interfaces.present.statement_files import statement_json, write_statement_csv
    from wattstone.interfaces.present.statement_xlsx import write_statement_xlsx

    with writing(path):
        if form == "csv":
            return list(write_statement_csv(made, path))
        if form == "xlsx":
            write_statement_xlsx(made, path, lang)
        else:
            path.write_text(dumps(statement_json(made), ensure_ascii=False, allow_nan=False), encoding="utf-8")
    return [path]


COMMANDS = (statement,)
