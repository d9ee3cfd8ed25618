"""Commands that plan a site, and that try plans on the past."""

from pathlib import Path
from typing import Annotated

import typer

from wattstone.interfaces.cli import options

Site = Annotated[str, typer.Argument(metavar="SITE", help="Its id in the workspace.", show_default=False)]
Charge = Annotated[
    float | None,
    typer.Option(
        "--charge", min=0, max=1, help="What batteries hold at the start, as a share; by their meters, else half."
    ),
]
Html = Annotated[
    Path | None, typer.Option("--html", metavar="FILE", help="The page; in the workspace's reports/ if left out.")
]


def init(workspace: options.Workspace, site: Site, json: options.Json = False) -> None:
    """Write a site file to begin with, from what the workspace knows of a site; one that is there stays."""
    from wattstone.interfaces.cli.opening import opened, writing
    from wattstone.interfaces.cli.output import Output
    from wattstone.workflows.dispatch.site import site_path
    from wattstone.workflows.dispatch.template import template

    output = Output(json=json)
    with opened(workspace) as held:
        path, text = site_path(held, site), template(held, site)
    new = not path.exists()
    if new:
        with writing(path):
            path.write_text(text, encoding="utf-8")
    output.say(f"{'Written' if new else 'Kept as it is'}: {path}", f"Next: wattstone dispatch plan {workspace} {site}")
    output.machine({"file": str(path), "new": new})


def plan(
    workspace: options.Workspace,
    site: Site,
    at: options.At = None,
    hours: Annotated[
        float | None, typer.Option(min=1, max=168, help="How far ahead; as the site file says if left out. [h]")
    ] = None,
    charge: Charge = None,
    html: Html = None,
    lang: options.Lang = "en",
    json: options.Json = False,
) -> None:
    """Plan the batteries, chargers and loads of a site for the coming hours: cost, emissions, set-points, why."""
    from wattstone.interfaces.cli.opening import opened, writing
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.present.dispatch_page import render_plan
    from wattstone.interfaces.present.languages import translator
    from wattstone.workflows.dispatch.plan import plan_json, plan_site
    from wattstone.workflows.moments import moment_of
    from wattstone.workflows.results import figures_of

    output, t = Output(json=json, lang=lang), translator(lang)
    with opened(workspace) as held:
        done = plan_site(held, site, at=moment_of(held, at, site), hours=hours, charge=charge)
        figures = figures_of(held.lake, done.run or 0)
        organisation = held.records.organisation().name
    output.warn(done.findings)
    if not json:
        from wattstone.interfaces.present.dispatch_parts import figures_table
        from wattstone.interfaces.present.plain_table import plain_table

        output.show(plain_table(figures_table(figures, t)))
    page = html or workspace / "reports" / f"plan-{site}-{lang}.html"
    text = render_plan(done, figures, organisation=organisation, lang=lang)
    with writing(page):
        page.write_text(text, encoding="utf-8")
    output.say(t("Page: {file}", file=page))
    output.machine({**plan_json(done), "page": str(page), "figures": _plain(figures)})


def backtest(
    workspace: options.Workspace,
    site: Site,
    start: Annotated[
        str | None, typer.Option("--from", metavar="WHEN", help="Begin; a week before the end if left out.")
    ] = None,
    end: Annotated[
        str | None, typer.Option("--to", metavar="WHEN", help="End; after the last reading if left out.")
    ] = None,
    every: Annotated[
        int | None, typer.Option(min=1, max=1440, help="Minutes between plans; each step if left out.")
    ] = None,
    charge: Charge = None,
    html: Html = None,
    lang: options.Lang = "en",
    json: options.Json = False,
) -> None:
    """Try plans on a past period, against no control, rules and perfect foresight: cost, emissions, peak."""
    from datetime import timedelta

    from wattstone.interfaces.cli.opening import opened, writing
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.present.dispatch_page import render_backtest
    from wattstone.interfaces.present.languages import translator
    from wattstone.workflows.dispatch.backtest import backtest_site
    from wattstone.workflows.moments import moment_of
    from wattstone.workflows.results import figures_of

    output, t = Output(json=json, lang=lang), translator(lang)
    with opened(workspace) as held, output.progress() as tell:
        tested = backtest_site(
            held,
            site,
            start=moment_of(held, start, site, option="--from"),
            end=moment_of(held, end, site, option="--to"),
            charge=charge,
            every=None if every is None else timedelta(minutes=every),
            progress=tell,
        )
        figures = figures_of(held.lake, tested.run or 0)
        organisation = held.records.organisation().name
    output.warn(tested.findings)
    if not json:
        from wattstone.interfaces.present.dispatch_page import gap_words, ways_table
        from wattstone.interfaces.present.plain_table import plain_table

        output.show(plain_table(ways_table(tested, t)))
        output.say(gap_words(tested, t))
    page = html or workspace / "reports" / f"backtest-{site}-{lang}.html"
    text = render_backtest(tested, figures, organisation=organisation, lang=lang)
    with writing(page):
        page.write_text(text, encoding="utf-8")
    output.say(t("Page: {file}", file=page))
    output.machine({**tested.as_dict(), "page": str(page), "figures": _plain(figures)})


def _plain(figures: tuple[dict[str, object], ...]) -> list[dict[str, object]]:
    wanted = ("id", "name", "subject", "period", "value", "unit", "reason", "method")
    return [{name: one[name] for name in wanted} for one in figures]
