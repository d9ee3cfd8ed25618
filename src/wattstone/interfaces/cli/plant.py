"""Commands for cold-and-heat plants: `wattstone plant ...`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wattstone.interfaces.cli import options

if TYPE_CHECKING:
    from datetime import datetime

    from wattstone.interfaces.cli.output import Output
    from wattstone.workflows.plant.plan import PlannedPlant

Plant = Annotated[Path, typer.Argument(metavar="PLANT.toml", help="The plant file.", show_default=False)]
Workspace = Annotated[Path | None, typer.Option("--workspace", metavar="DIR", help="Keep the figures there.")]
Html = Annotated[
    Path | None, typer.Option("--html", metavar="FILE", help="The page; beside the plant file if left out.")
]
Pdf = Annotated[Path | None, typer.Option("--pdf", metavar="FILE", help="The report as PDF too.")]
Why = Annotated[
    list[str] | None,
    typer.Option("--why", metavar="WHEN", help="An hour whose reasons are told, as 2022-07-01T14:00, or its number."),
]
Gap = Annotated[float, typer.Option("--gap", min=0, max=0.2, help="Share of the cost to which the optimum is proven.")]
Seconds = Annotated[float, typer.Option("--seconds", min=1, help="Limit of the time for that. [s]")]

group = typer.Typer(
    name="plant",
    help="Cold and heat: which machine runs, at which load, in each hour.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


def init(plant: Plant, json: options.Json = False) -> None:
    """Write a plant file to begin with; one that is there stays."""
    from wattstone.interfaces.cli.opening import writing
    from wattstone.interfaces.cli.output import Output
    from wattstone.workflows.plant.template import TEMPLATE

    output, new = Output(json=json), not plant.exists()
    if new:
        with writing(plant):
            plant.write_text(TEMPLATE.format(name=plant.stem), encoding="utf-8")
    output.say(f"{'Written' if new else 'Kept as it is'}: {plant}", f"Next: wattstone plant plan {plant}")
    output.machine({"file": str(plant), "new": new})


def records(
    part: Annotated[
        str, typer.Argument(metavar="PART", help="Part of the name, as a maker; all if left out.", show_default=False)
    ] = "",
    kw: Annotated[
        float | None, typer.Option("--kw", min=0, help="Capacity that is looked for, within a fifth. [kW]")
    ] = None,
    lang: options.Lang = "en",
    json: options.Json = False,
) -> None:
    """List the chillers whose published curves ship, for `record` of a plant file."""
    from wattstone.equipment.plant.records import search
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.present.content import Cell, Head, Table
    from wattstone.interfaces.present.languages import translator
    from wattstone.interfaces.present.plain_table import plain_table

    output = Output(json=json, lang=lang)
    found = search(name=part or None, capacity=None if kw is None else (0.8 * kw, 1.2 * kw))
    t = translator(lang)
    heads = (Head(t("Name")), Head("kW", True), Head("COP", True), Head(t("control")), Head(t("medium")))
    rows = tuple(
        (Cell(one.name), Cell(f"{one.capacity:.0f}"), Cell(f"{one.cop:.2f}"), Cell(one.control), Cell(one.medium))
        for one in found
    )
    output.show(plain_table(Table(heads, rows)))
    named = ("name", "maker", "capacity", "cop", "control", "medium", "form")
    output.machine({"records": [{name: getattr(one, name) for name in named} for one in found]})


def plan(
    plant: Plant,
    at: options.At = None,
    hours: Annotated[
        float | None, typer.Option(min=1, max=168, help="How far ahead; as the plant file says if left out. [h]")
    ] = None,
    known: Annotated[
        bool, typer.Option("--known", help="Take demand and weather after --at from the data, instead of forecasting.")
    ] = False,
    why: Why = None,
    gap: Gap = 0.005,
    seconds: Seconds = 60.0,
    workspace: Workspace = None,
    html: Html = None,
    pdf: Pdf = None,
    lang: options.Lang = "en",
    json: options.Json = False,
) -> None:
    """Plan a plant for the coming hours: what runs, what that saves against both rules of operators, and why."""
    from wattstone.interfaces.cli.machinery import perhaps_opened, written
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.present.machinery_heading import plant_heading
    from wattstone.interfaces.present.plant_page import plant_pdf, render_plant_plan
    from wattstone.workflows.moments import moment_in
    from wattstone.workflows.plant.plan import plan_plant
    from wattstone.workflows.plant.read import zone_of

    output = Output(json=json, lang=lang)
    zone = zone_of(plant)
    with perhaps_opened(workspace) as held:
        done = plan_plant(
            plant,
            at=None if at is None else moment_in(at, zone, option="--at"),
            hours=hours,
            known=known,
            ask=[_hour(one, zone) for one in why or ()],
            workspace=held,
            gap=gap,
            seconds=seconds,
        )
    _tell(done, output)
    heading, hours_asked, tanks, told = plant_heading(done), done.hours, done.tanks, done.findings
    pages = written(
        html or plant.with_name(f"{plant.stem}-plan-{lang}.html"),
        lambda: render_plant_plan(
            done.plan, heading, hours=hours_asked, tanks=tanks, told=told, known=known, lang=lang
        ),
        pdf,
        lambda: plant_pdf(done.plan, heading, hours=hours_asked, tanks=tanks, told=told, known=known, lang=lang),
        output,
    )
    output.machine({**done.as_dict(), "pages": pages})


def replay(
    plant: Plant,
    start: Annotated[
        str | None, typer.Option("--from", metavar="WHEN", help="Begin; a week before the end if left out.")
    ] = None,
    end: Annotated[
        str | None, typer.Option("--to", metavar="WHEN", help="End; the end of the data if left out.")
    ] = None,
    known: Annotated[
        bool, typer.Option("--known", help="Let plans know what comes, instead of forecasting it.")
    ] = False,
    why: Why = None,
    gap: Gap = 0.005,
    seconds: Seconds = 60.0,
    workspace: Workspace = None,
    html: Html = None,
    pdf: Pdf = None,
    lang: options.Lang = "en",
    json: options.Json = False,
) -> None:
    """Run a past period by plans and by both rules of operators, on the same demand: cost, energy, emissions."""
    from wattstone.interfaces.cli.machinery import perhaps_opened, written
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.present.machinery_heading import plant_heading
    from wattstone.interfaces.present.plant_page import plant_replay_pdf, render_plant_replay
    from wattstone.workflows.moments import moment_in
    from wattstone.workflows.plant.read import zone_of
    from wattstone.workflows.plant.replay import replay_plant

    output = Output(json=json, lang=lang)
    zone = zone_of(plant)
    with perhaps_opened(workspace) as held, output.progress() as tell:
        done = replay_plant(
            plant,
            start=None if start is None else moment_in(start, zone, option="--from"),
            end=None if end is None else moment_in(end, zone, option="--to"),
            known=known,
            ask=[_hour(one, zone) for one in why or ()],
            workspace=held,
            gap=gap,
            seconds=seconds,
            progress=tell,
        )
    _tell(done, output)
    heading, hours_asked, tanks, told = plant_heading(done), done.hours, done.tanks, done.findings
    pages = written(
        html or plant.with_name(f"{plant.stem}-replay-{lang}.html"),
        lambda: render_plant_replay(done.plan, heading, hours=hours_asked, tanks=tanks, told=told, lang=lang),
        pdf,
        lambda: plant_replay_pdf(done.plan, heading, hours=hours_asked, tanks=tanks, told=told, lang=lang),
        output,
    )
    output.machine({**done.as_dict(), "pages": pages})


def _hour(text: str, zone: str) -> "datetime | int":
    from wattstone.workflows.moments import moment_in

    return int(text) if text.isdigit() else moment_in(text, zone, option="--why")


def _tell(done: "PlannedPlant", output: "Output") -> None:
    from wattstone.interfaces.present.languages import say_reason
    from wattstone.interfaces.present.machinery_heading import plant_heading
    from wattstone.interfaces.present.plain_table import plain_table
    from wattstone.interfaces.present.plant_tables import hour_tables, machines_table, savings_table, unmet_table

    output.warn(done.findings)
    if output.json:
        return
    heading = plant_heading(done)
    output.show(plain_table(savings_table(done.plan, output.lang)))
    output.show(plain_table(machines_table(done.plan, output.lang)))
    if (unmet := unmet_table(done.plan, output.lang)) is not None:
        output.show(plain_table(unmet))
    for hour in done.hours:
        output.say(*(say_reason(one, output.lang) for one in hour.reasons))
        for table in hour_tables(hour, done.plan, heading, output.lang):
            output.show(plain_table(table))


for command in (init, plan, replay):
    group.command(no_args_is_help=True)(command)
group.command()(records)
