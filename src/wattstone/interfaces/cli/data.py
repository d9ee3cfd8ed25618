"""Commands on readings: ingest, quality, compact."""

from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from wattstone.interfaces.cli import options


def ingest(
    workspace: options.Workspace,
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH...", help="Dataset folders or files.", show_default=False)
    ],
    mapping: Annotated[
        Path | None,
        typer.Option("--mapping", metavar="FILE", callback=options.there, help="How a table is to be read (TOML)."),
    ] = None,
    zone: options.Zone = None,
    site: Annotated[str | None, typer.Option("--site", metavar="ID", help="Site of readings that name none.")] = None,
    meter: Annotated[
        str | None, typer.Option("--meter", metavar="ID", help="Meter of readings that name none.")
    ] = None,
    unit: Annotated[
        str | None, typer.Option("--unit", metavar="UNIT", help="Unit of tables in which no column says it, as kWh.")
    ] = None,
    kind: Annotated[
        str | None, typer.Option("--kind", metavar="KIND", help="What they measure, as electricity or natural_gas.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Apply a confident mapping without asking.")] = False,
    lang: options.Lang = "en",
    json: options.Json = False,
) -> None:
    """Take readings in: dataset folders, CSV, XLSX, Green Button, weather, charging sessions, tariffs."""
    from wattstone.interfaces.cli.confirming import as_before, confirm
    from wattstone.interfaces.cli.opening import account, clock_of, opened
    from wattstone.interfaces.cli.output import Output, interactive
    from wattstone.interfaces.cli.pipeline import said
    from wattstone.interfaces.present.languages import counter, translator
    from wattstone.readings.sources import How
    from wattstone.workflows.ingest import open_all, take_in
    from wattstone.workflows.ingest.mappings import known_places, mapping_file
    from wattstone.workflows.ingest.together import whether_added_up

    output = Output(json=json, lang=lang)
    t, n = translator(lang), counter(lang)
    before: set[str] = set()

    def applied(path: Path, how: Any) -> None:
        before.add(path.name)
        output.say(*as_before(path, how, mapping_file(held, path.name), lang))

    with opened(workspace) as held, output.progress() as tell:
        how = How(
            mapping=None if mapping is None else mapping.read_text(encoding="utf-8-sig", errors="replace"),
            zone=zone or clock_of(held),
            site=site,
            meter=meter,
            unit=unit,
            kind=kind,
            applied=applied,
            known=known_places(held),
            confirm=partial(confirm, lang=lang) if interactive() and not (yes or json) else None,
        )
        sources = open_all(held, paths, how)
        results = take_in(held, sources, who=account(), progress=tell)
        asked = whether_added_up(held, sources, results)
    for one in results:
        output.warn(one.findings)
        output.say(said(one, lang))
        new = not one.already and one.source not in before
        if new and (file := mapping_file(held, one.source)).is_file():
            output.say("  " + t("How it was read: {file}", file=file))
        if one.stale:
            stale = n(
                "{count} recorded figure rests on what changed: run `wattstone inventory` for its year again.",
                "{count} recorded figures rest on what changed: run `wattstone inventory` for their year again.",
                one.stale,
            )
            output.say("  " + stale)
    output.warn(asked)
    output.machine({"sources": [one.as_dict() for one in results], "findings": [one.as_dict() for one in asked]})


def quality(
    workspace: options.Workspace,
    year: options.SomeYear = None,
    top: Annotated[int, typer.Option(min=1, max=1000, help="How many things to mend are named.")] = 10,
    csv: Annotated[Path | None, typer.Option(metavar="FILE", help="Scores by meter and month.")] = None,
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="A page that says what to mend first.")] = None,
    check: options.Check = False,
    workers: options.Workers = None,
    lang: options.Lang = "en",
    json: options.Json = False,
) -> None:
    """Score the readings of a year, and say what to mend first."""
    from wattstone.interfaces.cli.opening import opened, writing, year_of
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.present import findings_table, quality_table
    from wattstone.interfaces.present.csvs import harmless_frame
    from wattstone.interfaces.present.languages import translator
    from wattstone.workflows.quality import assess_quality

    output, t = Output(json=json, lang=lang), translator(lang)
    with opened(workspace, workers=workers) as held:
        wanted = year_of(held, year)
        found = assess_quality(held, wanted, top=top)
    if found.meters.is_empty():
        output.say(t("No readings in {year}.", year=wanted))
    else:
        output.show(quality_table(found.meters, lang))
    if found.mend:
        output.say("", t("To mend first, by the energy at stake:"))
        output.show(findings_table(found.mend, lang))
    if csv is not None:
        with writing(csv):
            harmless_frame(found.months.drop("meter")).write_csv(csv)
        output.say(t("Scores by meter and month: {file}", file=csv))
    if html is not None:
        from wattstone.interfaces.present.quality_page import render_quality

        with writing(html):
            html.write_text(render_quality(found.meters, found.mend, year=wanted, lang=lang), encoding="utf-8")
        output.say(t("Page: {file}", file=html))
    output.machine({"year": wanted, "meters": found.meters.to_dicts(), "mend": [one.as_dict() for one in found.mend]})
    if check and found.mend:
        raise typer.Exit(1)


def compact(workspace: options.Workspace, json: options.Json = False) -> None:
    """Join the small files of many ingests, and give partitions the length that fits the estate."""
    from wattstone.interfaces.cli.opening import opened
    from wattstone.interfaces.cli.output import Output
    from wattstone.workflows.ingest.compact import compact as join

    output = Output(json=json)
    with opened(workspace) as held:
        done = join(held)
    output.say(f"{done.before} files became {done.after}; partitions are of a {done.span}.")
    output.machine({"before": done.before, "after": done.after, "span": done.span})


COMMANDS = (ingest, quality, compact)
