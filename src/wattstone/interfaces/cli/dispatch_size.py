"""The command that tells which PV and storage pays."""

from pathlib import Path
from typing import Annotated

import typer

from wattstone.interfaces.cli import options

Site = Annotated[str, typer.Argument(metavar="SITE", help="Its id in the workspace.", show_default=False)]
File = Annotated[Path, typer.Argument(metavar="FILE", help="Sizes, costs and scenarios, as TOML.", show_default=False)]


def size(
    workspace: options.Workspace,
    site: Site,
    file: File,
    end: Annotated[
        str | None, typer.Option("--to", metavar="WHEN", help="End of the year; after the last reading if left out.")
    ] = None,
    json: options.Json = False,
) -> None:
    """Tell which PV and storage pays: cost, net present value and emissions of each size, with intervals."""
    from wattstone.interfaces.cli.opening import moment_of, opened
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.present.plain_table import plain_table
    from wattstone.interfaces.present.size_table import size_table
    from wattstone.workflows.dispatch.size import size_site

    output = Output(json=json)
    with opened(workspace) as held, output.progress() as tell:
        done = size_site(held, site, file, end=moment_of(held, end, site, option="--to"), progress=tell)
    output.warn(done.findings)
    if not json:
        for scenario in done.table.scenario:
            output.say(f"{scenario.name} ({scenario.source})")
            output.show(plain_table(size_table(done, scenario.name)))
    output.machine(done.as_dict())
