"""Commands on what to do next: `wattstone dispatch ...`."""

import typer

from wattstone.interfaces.cli import dispatch_plan, dispatch_run, dispatch_size

group = typer.Typer(
    name="dispatch",
    help="What to do next: batteries, chargers and loads of a site.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
for command in (dispatch_plan.init, dispatch_plan.plan, dispatch_plan.backtest, dispatch_size.size, dispatch_run.run):
    group.command(no_args_is_help=True)(command)
