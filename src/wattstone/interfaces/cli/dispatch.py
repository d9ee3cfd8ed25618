"""Commands on what to do next: `wattstone dispatch ...`."""

import typer

from wattstone.interfaces.cli import dispatch_run

group = typer.Typer(
    name="dispatch",
    help="What to do next: batteries, chargers and loads of a site.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
group.command(no_args_is_help=True)(dispatch_run.run)
