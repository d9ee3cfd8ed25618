"""Commands for compressed-air stations: `wattstone air ...`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wattstone.interfaces.cli import options

if TYPE_CHECKING:
    from wattstone.dispatch.air.results import Sequenced
    from wattstone.workflows.air.improve import Improved
    from wattstone.workflows.workspace import Workspace as Opened

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


def init(
    station: Station,
    zone: Annotated[str, typer.Option("--zone", metavar="IANA", help="Clock of the site.")] = "UTC",
    currency: Annotated[str, typer.Option("--currency", metavar="ISO", help="Of prices.")] = "EUR",
    country: Annotated[
        str | None, typer.Option("--country", metavar="ISO", help="For the published factor of electricity.")
    ] = None,
    year: Annotated[int, typer.Option("--year", help="Of that factor.")] = 2025,
    json: options.Json = False,
) -> None:
    """Write a station file to begin with; one that is there stays."""
    from wattstone.interfaces.cli.opening import writing
    from wattstone.interfaces.cli.output import Output
    from wattstone.workflows.air.template import OWN_CARBON, TEMPLATE

    output, new = Output(json=json), not station.exists()
    if new:
        carbon = f'country = "{country}"\nyear = {year}' if country else OWN_CARBON
        text = TEMPLATE.format(name=station.stem, zone=zone, currency=currency, carbon=carbon)
        with writing(station):
            station.write_text(text, encoding="utf-8")
    output.say(f"{'Written' if new else 'Kept as it is'}: {station}", f"Next: wattstone air assess {station}")
    output.machine({"file": str(station), "new": new})


def assess(
    station: Station,
    workspace: Workspace = None,
    html: Html = None,
    pdf: Pdf = None,
    lang: options.Lang = "en",
    json: options.Json = False,
) -> None:
    """Assess a station from its log: where each kWh goes, leaks, states of machines, distance to the physical limit."""
    from wattstone.interfaces.cli.machinery import perhaps_opened, written
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.present.air_assess_page import assessment_pdf, render_assessment
    from wattstone.interfaces.present.machinery_heading import station_heading
    from wattstone.workflows.air.assess import assess_station

    output = Output(json=json, lang=lang)
    with perhaps_opened(workspace) as held:
        done = assess_station(station, workspace=held)
    output.warn(done.findings)
    if not json:
        from wattstone.interfaces.present.air_tables import advice_table, where_table
        from wattstone.interfaces.present.plain_table import plain_table

        output.show(plain_table(where_table(done.assessment, lang)))
        output.show(plain_table(advice_table(done.assessment, lang)))
    heading = station_heading(done.read, done.figures, done.run)
    one, made = done.assessment, done.read.station
    pages = written(
        html or station.with_name(f"{station.stem}-assessment-{lang}.html"),
        lambda: render_assessment(one, heading, station=made, lang=lang),
        pdf,
        lambda: assessment_pdf(one, heading, station=made, lang=lang),
        output,
    )
    output.machine({**done.as_dict(), "pages": pages})


def improve(
    station: Station,
    only: Annotated[
        list[str] | None, typer.Option("--only", metavar="NAME", help="A modification of the file; all if left out.")
    ] = None,
    draws: Annotated[int, typer.Option(min=50, max=5000, help="Random draws behind the intervals.")] = 300,
    sequence: Annotated[
        str | None, typer.Option("--sequence", metavar="WHEN", help="Also plan which machines run, from this day on.")
    ] = None,
    days: Annotated[float, typer.Option(min=1, max=14, help="For how many days that is planned.")] = 7.0,
    begun: Annotated[
        str | None,
        typer.Option(
            "--done", metavar="DATE[/DATE]", help="Days of the works: record them as a measure, to be proved."
        ),
    ] = None,
    workspace: Workspace = None,
    html: Html = None,
    pdf: Pdf = None,
    lang: options.Lang = "en",
    json: options.Json = False,
) -> None:
    """Say what the modifications of a station file would save, singly and jointly, with intervals and payback."""
    from wattstone.interfaces.cli.machinery import perhaps_opened, written
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.present.air_improve_page import improvement_pdf, render_improvement
    from wattstone.interfaces.present.machinery_heading import station_heading
    from wattstone.workflows.air.assess import assess_station
    from wattstone.workflows.air.improve import improve_station, recorded

    output = Output(json=json, lang=lang)
    with perhaps_opened(workspace) as held:
        assessed = assess_station(station, workspace=held, keep=False)
        done = improve_station(assessed, only=only or (), draws=draws)
        plan = _sequenced(done, sequence, days)
        measure = None if begun is None else _adopted(held, done, begun)
        done = done if held is None else recorded(held, done)
    output.warn((*done.findings, *(() if plan is None else plan.findings)))
    if not json:
        from wattstone.interfaces.present.air_measures import interaction_table, measures_table
        from wattstone.interfaces.present.plain_table import plain_table

        output.show(plain_table(measures_table(done.studied, lang)))
        output.show(plain_table(interaction_table(done.studied, lang)))
        if plan is not None:
            from wattstone.interfaces.present.air_sequence import sequence_table

            output.show(plain_table(sequence_table(plan, done.studied.currency, lang)))
    heading = station_heading(done.read, done.figures, done.run)
    pages = written(
        html or station.with_name(f"{station.stem}-improvement-{lang}.html"),
        lambda: render_improvement(done.studied, heading, sequenced=plan, lang=lang),
        pdf,
        lambda: improvement_pdf(done.studied, heading, sequenced=plan, lang=lang),
        output,
    )
    if measure is not None:
        output.say(f"Recorded: measure {measure}", f"Next: wattstone savings report {workspace} --measure {measure}")
    output.machine({**done.as_dict(), "sequence": _plain(plan), "measure": measure, "pages": pages})


def _sequenced(done: "Improved", start: str | None, days: float) -> "Sequenced | None":
    if start is None:
        return None
    from wattstone.workflows.air.sequenced import sequence_days
    from wattstone.workflows.moments import moment_in

    first = moment_in(start, done.read.table.zone, option="--sequence")
    return sequence_days(done.read, done.station, done.use, start=first, days=days)


def _adopted(workspace: "Opened | None", done: "Improved", days: str) -> str:
    from wattstone.interfaces.cli.machinery import account, refuse_option
    from wattstone.workflows.air.adopt import adopt
    from wattstone.workflows.moments import days_in

    begun, ended = days_in(days, option="--done")
    if workspace is None:
        raise refuse_option("--done", days, expected="--workspace beside it, where the measure is recorded")
    name, _ = adopt(workspace, done, begun=begun, ended=ended, who=account())
    return name


def _plain(plan: "Sequenced | None") -> dict[str, object] | None:
    if plan is None:
        return None
    shown = {name: value.tolist() if hasattr(value, "tolist") else value for name, value in vars(plan).items()}
    return {**shown, "start": str(plan.start), "findings": [one.as_dict() for one in plan.findings]}


for command in (init, assess, improve):
    group.command(no_args_is_help=True)(command)
