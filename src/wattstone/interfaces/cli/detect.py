"""The command that looks for waste and faults."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from wattstone.interfaces.cli import options

By = Literal["money", "kg", "energy"]


def detect(
    workspace: options.Workspace,
    year: options.SomeYear = None,
    by: Annotated[By, typer.Option(help="What the findings are ranked by.")] = "money",
    top: Annotated[int, typer.Option(min=1, max=10_000, help="How many findings are shown.")] = 10,
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="A page with all findings and charts.")] = None,
    csv: Annotated[Path | None, typer.Option(metavar="FILE", help="All findings as CSV.")] = None,
    history: Annotated[
        bool, typer.Option("--history/--no-history", help="Read the year before too, where there is one.")
    ] = True,
    check: options.Check = False,
    workers: options.Workers = None,
    lang: options.Lang = "en",
    json: options.Json = False,
) -> None:
    """Find waste and faults in the readings of a year: what, where, since when, how much, what to do."""
    from wattstone.interfaces.cli.opening import opened, writing, year_of
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.cli.pipeline import program
    from wattstone.interfaces.present.languages import translator
    from wattstone.interfaces.present.waste_rows import plain_figures, seen_words, waste_csv, waste_json
    from wattstone.workflows.detect import detect_waste

    output, t = Output(json=json, lang=lang), translator(lang)
    with opened(workspace, workers=workers) as held:
        wanted = year_of(held, year)
        found = detect_waste(held, wanted, by=by, history=history)
        sites, organisation = held.records.sites(), held.records.organisation()
    rows = found.findings.to_dicts()
    seen = {"meters": found.meters, "sites": found.sites}
    if not rows:
        output.say(t("Nothing was found at {meters} of {sites} in {year}.", year=wanted, **seen_words(seen, lang)))
    elif not json:
        from wattstone.interfaces.present.waste_table import waste_table

        output.show(waste_table(rows, lang, top=top))
        if (first := next((row for row in rows if row["figures"]), None)) is not None:
            number = "energy" if first["energy"] > 0 else "unmeasured"
            address = f"waste.{first['code']}.{number}@meter:{first['meter_id']}"
            output.say(t("Trace it:  {command}", command=f"{program()} trace {workspace} {address}"))
    if csv is not None:
        with writing(csv):
            waste_csv(rows, lang).write_csv(csv)
        output.say(t("Findings: {file}", file=csv))
    if html is not None:
        from wattstone.interfaces.present.waste_page import render_waste

        simulated = any(site.simulated for site in sites)
        page = render_waste(
            rows, found.figures, year=wanted, seen=seen, organisation=organisation.name, simulated=simulated, lang=lang
        )
        with writing(html):
            html.write_text(page, encoding="utf-8")
        output.say(t("Page: {file}", file=html))
    output.machine(
        {
            "year": wanted,
            **seen,
            "run": found.run,
            "findings": waste_json(rows, lang),
            "figures": plain_figures(found.figures) if json else [],
            "evidence": found.evidence,
        }
    )
    if check and rows:
        raise typer.Exit(1)


COMMANDS = (detect,)
