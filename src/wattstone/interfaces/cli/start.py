"""Commands to begin with: init, demo, run."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from wattstone.interfaces.cli import options

if TYPE_CHECKING:
    from wattstone.base import Finding

Approach = Literal["operational control", "financial control", "equity share"]


def init(
    workspace: options.Workspace,
    name: Annotated[str | None, typer.Option(help="Name of the organisation.")] = None,
    approach: Annotated[Approach | None, typer.Option(help="Consolidation approach of the GHG Protocol.")] = None,
    gwp_set: Annotated[Literal["AR4", "AR5", "AR6"] | None, typer.Option(help="Global warming potentials.")] = None,
    base_year: Annotated[int | None, typer.Option(min=1990, max=2100, help="Base year.")] = None,
    currency: Annotated[str | None, typer.Option(metavar="ISO", help="Currency, as EUR or CNY.")] = None,
    zone: options.Zone = None,
    records: Annotated[
        str | None, typer.Option(metavar="URL", help="PostgreSQL in place of SQLite; no password in it.")
    ] = None,
    lake: Annotated[str | None, typer.Option(metavar="URL", help="Object store in place of a folder.")] = None,
    json: options.Json = False,
) -> None:
    """Make a workspace, or change what is said of its organisation."""
    from wattstone.base import InputRefused
    from wattstone.interfaces.cli.opening import opened
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.store.config import Config
    from wattstone.interfaces.store.workspace import create_workspace
    from wattstone.workflows.declare import change_organisation

    given = {
        "name": name,
        "approach": approach,
        "gwp_set": gwp_set,
        "base_year": base_year,
        "currency": currency,
        "zone": zone,
    }
    output = Output(json=json)
    new = create_workspace(workspace, Config(lake=lake or "lake", records=records or "records.db"))
    if not new and (lake or records):
        raise InputRefused([_settled(workspace)])
    with opened(workspace) as held:
        organisation = change_organisation(held, {key: value for key, value in given.items() if value is not None})
    output.say(
        f"{'Made' if new else 'Kept'} the workspace {workspace}: {organisation.name}, {organisation.approach}, "
        f"{organisation.gwp_set}, {organisation.currency}, zone {organisation.zone}.",
        *([f"Next: wattstone ingest {workspace} FILE_OR_FOLDER"] if new else []),
    )
    output.machine({"workspace": str(workspace), "new": new, "organisation": organisation.model_dump(mode="json")})


def _settled(workspace: Path) -> "Finding":
    from wattstone.base import Finding

    return Finding(
        code="workspace.settled",
        place=str(workspace),
        found="the workspace is there already, and --records and --lake say where a new one is kept",
        expected="these options with the first `wattstone init` alone",
        remedy="leave them out; to move a workspace, edit its wattstone.toml after its data were moved",
    )


def run(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="Dataset folder or file.", show_default=False)],
    year: options.Year,
    workspace: Annotated[
        Path | None, typer.Option("--workspace", metavar="DIR", help="Workspace; NAME.wattstone here if left out.")
    ] = None,
    zone: options.Zone = None,
    workers: options.Workers = None,
    lang: Annotated[Literal["en", "zh"], typer.Option(help="Language of the report.")] = "en",
    json: options.Json = False,
) -> None:
    """From readings to the inventory of a year and its report, in one command."""
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.cli.pipeline import run_pipeline

    root = workspace or Path(f"{path.resolve().name.split('.')[0]}.wattstone")
    run_pipeline(path, root, year, zone=zone, workers=workers, lang=lang, output=Output(json=json, lang=lang))


def demo(
    folder: Annotated[Path, typer.Argument(metavar="[FOLDER]", help="Where the demo goes.")] = Path("demo"),
    sites: Annotated[int, typer.Option(min=1, max=9999, help="How many sites are simulated.")] = 40,
    year: Annotated[int, typer.Option(help="Year of the inventory.")] = 2022,
    years: Annotated[int, typer.Option(min=1, max=3, help="Years of readings, the last one being --year.")] = 2,
    seed: Annotated[int, typer.Option(help="The same seed simulates the same portfolio.")] = 1,
    serve: Annotated[
        bool | None,
        typer.Option("--serve/--no-serve", help="Go on to serve it; if left out, where there is a terminal."),
    ] = None,
    workers: options.Workers = None,
    lang: Annotated[Literal["en", "zh"], typer.Option(help="Language of the report.")] = "en",
    json: options.Json = False,
) -> None:
    """Simulate a property manager's portfolio and take its inventory."""
    from wattstone.interfaces.cli.demo_served import lay
    from wattstone.interfaces.cli.output import Output, interactive
    from wattstone.interfaces.cli.pipeline import program, run_demo
    from wattstone.interfaces.present.languages import translator

    output, t = Output(json=json, lang=lang), translator(lang)
    run_demo(
        folder,
        sites=sites,
        year=year,
        years=years,
        seed=seed,
        workers=workers,
        lang=lang,
        output=output,
    )
    root = lay(folder, year=year)
    if serve or (serve is None and interactive() and not json):
        from wattstone.interfaces.cli.serve import serve_demo

        serve_demo(root, output)
    else:
        output.say("", t("In a browser: {command}", command=f"{program()} serve {root}"))


COMMANDS = (init, run, demo)
