"""Commands `wattstone measure ...`: what is planned, in the form of the programme; what was done, by `declare`.

`wattstone measure WORKSPACE ...` is short for `wattstone measure declare WORKSPACE ...`: which of the two is meant is
told by the first word.
"""

from pathlib import Path
from typing import Annotated, Any, Final

import typer
from typer.core import TyperGroup

from wattstone.interfaces.cli import measure, options
from wattstone.interfaces.cli.programme.form import Entry, Fields, File, Over, Reason
from wattstone.interfaces.cli.programme.reporting import report_command

__all__ = ["group"]

KIND: Final = "abatement"


class _Declares(TyperGroup):
    """Words that name no command are those of `declare`."""

    default = "declare"

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """The arguments, with the command that they leave out."""
        named = args and (args[0] in self.commands or args[0] in self.get_help_option_names(ctx))
        return super().parse_args(ctx, args if named or not args else [self.default, *args])


group = typer.Typer(
    name="measure", cls=_Declares, no_args_is_help=True, rich_markup_mode=None,
    help="Abatement measures, planned with cost and saving; and measures that claim savings, to be verified.",
)  # fmt: skip
group.command(_Declares.default, no_args_is_help=True)(measure.measure)


@group.command(no_args_is_help=True)
def add(workspace: options.Workspace, fields: Fields, lang: options.Lang = "en", json: options.Json = False) -> None:
    """Enter an abatement measure: what it reduces and costs, when it starts, how sure it is."""
    from wattstone.interfaces.cli.programme.doing import add_one

    add_one("target", workspace, KIND, fields, lang=lang, json=json)


@group.command(no_args_is_help=True)
def correct(
    workspace: options.Workspace,
    entry: Entry,
    fields: Fields,
    reason: Reason,
    lang: options.Lang = "en",
    json: options.Json = False,
) -> None:
    """Correct fields of an abatement measure; what was said before stays on record."""
    from wattstone.interfaces.cli.programme.doing import correct_one

    correct_one("target", workspace, KIND, entry, fields, reason=reason, lang=lang, json=json)


@group.command("import", no_args_is_help=True)
def import_(
    workspace: options.Workspace,
    file: File,
    correct: Over = False,
    reason: Reason = "",
    lang: options.Lang = "en",
    json: options.Json = False,
) -> None:
    """Take abatement measures of a file in, all or none; the same file again changes nothing."""
    from wattstone.interfaces.cli.programme.doing import import_file

    import_file("target", workspace, KIND, file, over=correct, reason=reason, lang=lang, json=json)


@group.command(no_args_is_help=True)
def template(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV or XLSX to write.", show_default=False)],
    workspace: Annotated[
        Path | None, typer.Option("--workspace", metavar="WORKSPACE", help="Whose sites and entries lists offer.")
    ] = None,
    lang: options.Lang = "en",
    json: options.Json = False,
) -> None:
    """Write a table of abatement measures to fill in; in a workbook, lists to choose from."""
    from wattstone.interfaces.cli.programme.showing import write_template

    write_template("target", KIND, file, workspace, lang=lang, json=json)


@group.command("list", no_args_is_help=True)
def listed(workspace: options.Workspace, lang: options.Lang = "en", json: options.Json = False) -> None:
    """List the abatement measures that hold."""
    from wattstone.interfaces.cli.programme.showing import show_entries

    show_entries("target", workspace, KIND, history=None, at=None, lang=lang, json=json)


@group.command(no_args_is_help=True)
def withdraw(
    workspace: options.Workspace,
    entry: Entry,
    reason: Reason,
    lang: options.Lang = "en",
    json: options.Json = False,
) -> None:
    """Take an abatement measure out of force; the records keep it."""
    from wattstone.interfaces.cli.programme.doing import withdraw_one

    withdraw_one("target", workspace, KIND, entry, reason=reason, lang=lang, json=json)


group.command("report", no_args_is_help=True)(report_command("target"))
