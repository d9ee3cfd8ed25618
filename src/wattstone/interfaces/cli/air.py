"""Commands for compressed-air stations: `wattstone air ...`."""

from pathlib import Path
from typing import Annotated

import typer

from wattstone.interfaces.cli import options

Station = Annotated[Path, typer.Argument(metavar="STATION.toml", help="The station file.", show_default=False)]
Workspace = Annotated[
    Path | None,
    typer.Option("--workspace", metavar="DIR", help="Keep the figures there, and read its meters where the file does."),
]
Html = Annotated[
    Path | None, typer.Option("--html", metavar="FILE", help="The page; beside the station file if left out.")
]
Pdf = Annotated[Path | None, typer.Option("--pdf", metavar="FILE", help="The report as PDF too.")]

group = typer.Typer(
    name="air",
    help="Compressed air: where each kWh goes, and what would save how much.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
