"""The commands that every module of the programme has, made from the kinds of its entries."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wattstone.interfaces.cli import options
from wattstone.interfaces.cli.programme.reporting import report_command

if TYPE_CHECKING:
    from wattstone.programme.kinds import Module

__all__ = ["group"]

Kind = Annotated[str, typer.Argument(metavar="KIND", help="Kind of entries, as `kinds` lists.", show_default=False)]
Entry = Annotated[str, typer.Argument(metavar="ENTRY", help="Id of the entry.", show_default=False)]
Fields = Annotated[
    list[str], typer.Argument(metavar="NAME=VALUE...", help="Fields, as `kinds` lists them.", show_default=False)
]
File = Annotated[Path, typer.Argument(metavar="FILE", help="CSV or XLSX.", callback=options.there)]
Over = Annotated[
    bool, typer.Option("--correct", help="Rows may correct entries that are there; say why with --reason.")
]
Reason = Annotated[str, typer.Option("--reason", help="Why; an auditor reads it.", show_default=False)]
Named = Annotated[str | None, typer.Argument(metavar="[KIND]", help="Kind of entries; all are listed if left out.")]


def group(module: "Module", help: str) -> typer.Typer:  # noqa: A002 (as typer calls it)
    """The commands that every module has: entries added, corrected, taken in, withdrawn, proved, listed, reported.

    Parameters
    ----------
    module : str
        See `wattstone.programme.kinds.MODULES`; the name of the command.
    help : str
        What it is about, in a line.

    Returns
    -------
    typer.Typer
        To which the module adds commands of its own.
    """
    made = typer.Typer(name=module, help=help, no_args_is_help=True, rich_markup_mode=None)
    _change(made, module)
    _show(made, module)
    made.command("report", no_args_is_help=True)(report_command(module))
    return made


def _change(made: typer.Typer, module: "Module") -> None:
    """Commands that change entries."""

    @made.command(no_args_is_help=True)
    def add(
        workspace: options.Workspace, kind: Kind, fields: Fields, lang: options.Lang = "en", json: options.Json = False
    ) -> None:
        """Enter one entry."""
        from wattstone.interfaces.cli.programme.doing import add_one

        add_one(module, workspace, kind, fields, lang=lang, json=json)

    @made.command(no_args_is_help=True)
    def correct(
        workspace: options.Workspace,
        kind: Kind,
        entry: Entry,
        fields: Fields,
        reason: Reason,
        lang: options.Lang = "en",
        json: options.Json = False,
    ) -> None:
        """Correct fields of an entry; what was said before stays on record."""
        from wattstone.interfaces.cli.programme.doing import correct_one

        correct_one(module, workspace, kind, entry, fields, reason=reason, lang=lang, json=json)

    @made.command("import", no_args_is_help=True)
    def import_(
        workspace: options.Workspace,
        kind: Kind,
        file: File,
        correct: Over = False,
        reason: Reason = "",
        lang: options.Lang = "en",
        json: options.Json = False,
    ) -> None:
        """Take the entries of a file in, all or none; the same file again changes nothing."""
        from wattstone.interfaces.cli.programme.doing import import_file

        import_file(module, workspace, kind, file, over=correct, reason=reason, lang=lang, json=json)

    @made.command(no_args_is_help=True)
    def withdraw(
        workspace: options.Workspace,
        kind: Kind,
        entry: Entry,
        reason: Reason,
        lang: options.Lang = "en",
        json: options.Json = False,
    ) -> None:
        """Take an entry out of force; the records keep it."""
        from wattstone.interfaces.cli.programme.doing import withdraw_one

        withdraw_one(module, workspace, kind, entry, reason=reason, lang=lang, json=json)

    @made.command(no_args_is_help=True)
    def attach(
        workspace: options.Workspace,
        kind: Kind,
        entry: Entry,
        file: Annotated[Path, typer.Argument(metavar="FILE", help="PDF, picture, XLSX or CSV.", show_default=False)],
        lang: options.Lang = "en",
        json: options.Json = False,
    ) -> None:
        """Attach the document that proves an entry."""
        from wattstone.interfaces.cli.programme.doing import attach_file

        attach_file(module, workspace, kind, entry, file, lang=lang, json=json)


def _show(made: typer.Typer, module: "Module") -> None:
    """Commands that look."""

    @made.command()
    def kinds(kind: Named = None, lang: options.Lang = "en", json: options.Json = False) -> None:
        """List the kinds of entries, or the fields of one."""
        from wattstone.interfaces.cli.programme.showing import show_kinds

        show_kinds(module, kind, lang=lang, json=json)

    @made.command(no_args_is_help=True)
    def template(
        kind: Kind,
        file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV or XLSX to write.", show_default=False)],
        workspace: Annotated[
            Path | None, typer.Option("--workspace", metavar="WORKSPACE", help="Whose sites and entries lists offer.")
        ] = None,
        lang: options.Lang = "en",
        json: options.Json = False,
    ) -> None:
        """Write a table to fill in; in a workbook, lists to choose from."""
        from wattstone.interfaces.cli.programme.showing import write_template

        write_template(module, kind, file, workspace, lang=lang, json=json)

    @made.command("list", no_args_is_help=True)
    def listed(
        workspace: options.Workspace,
        kind: Kind,
        history: Annotated[
            str | None,
            typer.Option("--history", metavar="ENTRY", help="All versions of an entry: who, what, when."),
        ] = None,
        at: Annotated[
            str | None, typer.Option("--at", metavar="DAY", help="As they stood at the end of a day, as 2024-12-31.")
        ] = None,
        lang: options.Lang = "en",
        json: options.Json = False,
    ) -> None:
        """List the entries that hold."""
        from wattstone.interfaces.cli.programme.showing import show_entries

        show_entries(module, workspace, kind, history=history, at=at, lang=lang, json=json)
