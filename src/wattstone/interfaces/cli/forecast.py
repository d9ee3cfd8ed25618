"""The command that says what comes next."""

from pathlib import Path
from typing import Annotated

import typer

from wattstone.interfaces.cli import options


def forecast(
    workspace: options.Workspace,
    site: Annotated[str | None, typer.Argument(metavar="[SITE]", help="Only this site.", show_default=False)] = None,
    hours: Annotated[float, typer.Option(min=1, max=168, help="How far ahead. [h]")] = 48,
    at: options.At = None,
    personal: Annotated[
        bool, typer.Option("--personal", help="Also single dwellings and drivers; else they are added up or left out.")
    ] = False,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The page; in the workspace's reports/ if left out.")
    ] = None,
    lang: options.Lang = "en",
    json: options.Json = False,
) -> None:
    """Forecast load, PV and carbon intensity of a site or of all sites, with intervals, and score it."""
    from wattstone.interfaces.cli.opening import opened, writing
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.present.languages import translator
    from wattstone.workflows.forecast import forecast_sites
    from wattstone.workflows.moments import moment_of

    output, t = Output(json=json, lang=lang), translator(lang)
    with opened(workspace) as held, output.progress() as tell:
        sites = {one.id: one for one in held.records.sites()}
        told = forecast_sites(held, site, at=moment_of(held, at, site), hours=hours, personal=personal, progress=tell)
        organisation = held.records.organisation().name
    output.warn(told.findings)
    if not json:
        from wattstone.interfaces.present.forecast_page import scores_table
        from wattstone.interfaces.present.plain_table import plain_table

        output.show(plain_table(scores_table(told.series, t)))
    page = html or workspace / "reports" / f"forecast-{site or 'all'}-{lang}.html"
    from wattstone.interfaces.present.forecast_page import render_forecast

    text = render_forecast(
        told,
        zones={name: one.zone for name, one in sites.items()},
        organisation=organisation,
        simulated=any(sites[one.site_id].simulated for one in told.series),
        lang=lang,
    )
    with writing(page):
        page.write_text(text, encoding="utf-8")
    output.say(t("Page: {file}", file=page))
    output.machine(
        {
            "at": f"{told.at.isoformat()}Z",
            "run": told.run,
            "page": str(page),
            "series": [one.as_dict() for one in told.series],
            "findings": [one.as_dict() for one in told.findings],
        }
    )


COMMANDS = (forecast,)
