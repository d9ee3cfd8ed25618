"""The commands, and what becomes of errors.

Only what the help text needs is imported here; each command imports its work when it runs.
"""

import sys
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from typing import Annotated, Any, Literal

import typer
from typer.main import get_command

from wattstone import __version__
from wattstone.interfaces.cli import (
    account,
    activity,
    air,
    audit,
    backup,
    change,
    checking,
    contract,
    data,
    denominator,
    detect,
    disclose,
    dispatch,
    evidence,
    factors,
    figures,
    forecast,
    places,
    plant,
    restate,
    savings,
    scope3,
    serve,
    start,
    statement,
)
from wattstone.interfaces.cli.programme import (
    factories,
    fleet,
    indicators,
    measures,
    nature,
    suppliers,
    targets,
    waste,
)

app = typer.Typer(
    name="wattstone",
    help="Meter readings in, an emissions inventory that can be checked out.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # its import would take three times as long as the rest of `--help`
    context_settings={"max_content_width": 110},
    add_completion=False,
)

for group in (
    start,
    data,
    figures,
    checking,
    change,
    detect,
    forecast,
    evidence,
    places,
    serve,
    backup,
    statement,
):
    for command in group.COMMANDS:
        app.command(no_args_is_help=command is not start.demo)(command)

app.add_typer(dispatch.group)
app.add_typer(savings.group)
app.add_typer(air.group)
app.add_typer(plant.group)
app.add_typer(account.group)
app.add_typer(audit.group)
app.add_typer(activity.group)
app.add_typer(scope3.group)
app.add_typer(denominator.group)
app.add_typer(factors.group)
app.add_typer(contract.group)
app.add_typer(restate.group)
for module in (targets, measures, nature, waste, fleet, suppliers, factories, indicators):
    app.add_typer(module.group)
app.add_typer(disclose.group)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"wattstone {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", help="Say which version this is.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Meter readings in, an emissions inventory that can be checked out."""


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and leave with its exit code.

    Parameters
    ----------
    arguments : list of str or None
        What stands behind `wattstone`; that of the process where None.
    """
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


@cache
def _command() -> Callable[..., Any]:
    """The tree of commands: it takes longer to build than most commands to run, and never changes."""
    return get_command(app)


def _language(arguments: list[str]) -> Literal["en", "zh"]:
    """The language that a command was asked for, wherever it fails."""
    asked = [*pairwise(arguments), *(tuple(one.split("=", 1)) for one in arguments)]
    return "zh" if ("--lang", "zh") in asked else "en"


def run(arguments: list[str]) -> int:
    """Run one command; errors become messages and exit codes."""
    from wattstone.interfaces.cli.output import Output

    output = Output(json="--json" in arguments, lang=_language(arguments))
    try:
        result = _command()(arguments, standalone_mode=False)
    except typer.Exit as leave:
        return int(leave.exit_code)
    except (KeyboardInterrupt, typer.Abort):
        output.say("Stopped. Nothing was left half done: run the same command again.")
        return 3
    except Exception as error:
        return output.failure(error)
    return result if isinstance(result, int) else 0
