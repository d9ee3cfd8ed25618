"""The command that tells which PV and storage pays."""

from pathlib import Path
from typing import Annotated

import typer

from wattstone.interfaces.cli import options

Site = Annotated[str, typer.Argument(metavar="SITE", help="Its id in the workspace.", show_default=False)]
File = Annotated[Path, typer.Argument(metavar="FILE", help="Sizes, costs and scenarios, as TOML.", show_default=False)]

Html = Annotated[
    Path | None, typer.Option("--html", metavar="FILE", help="The page; in the workspace's reports/ if left out.")
]


def size(
    workspace: options.Workspace,
    site: Site,
    file: File,
    end: Annotated[
        str | None, typer.Option("--to", metavar="WHEN", help="End of the year; after the last reading if left out.")
    ] = None,
    html: Html = None,
    lang: options.Lang = "en",
    json: options.Json = False,
) -> None:
    """Tell which PV and storage pays: cost, net present value and emissions of each size, with intervals."""
    from wattstone.interfaces.cli.opening import opened, writing
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.present.languages import translator
    from wattstone.interfaces.present.plain_table import plain_table
    from wattstone.interfaces.present.size_page import render_sizes, size_table
    from wattstone.workflows.dispatch.size import size_site
    from wattstone.workflows.moments import moment_of
    from wattstone.workflows.results import figures_of

    output, t = Output(json=json, lang=lang), translator(lang)
    with opened(workspace) as held, output.progress() as tell:
        done = size_site(held, site, file, end=moment_of(held, end, site, option="--to"), progress=tell)
        figures = figures_of(held.lake, done.run or 0)
        organisation = held.records.organisation().name
    output.warn(done.findings)
    if not json:
        for scenario in done.table.scenario:
            output.say(f"{scenario.name} ({scenario.source})")
            output.show(plain_table(size_table(done, scenario.name, lang)))
    page = html or workspace / "reports" / f"size-{site}-{lang}.html"
    text = render_sizes(done, figures, organisation=organisation, lang=lang)
    with writing(page):
        page.write_text(text, encoding="utf-8")
    output.say(t("Page: {file}", file=page))
    output.machine({**done.as_dict(), "page": str(page)})
