"""Commands on figures: inventory, report, export."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from wattstone.interfaces.cli import options

if TYPE_CHECKING:
    from wattstone.base import Finding

Method = Literal["linear", "same_hour_last_week", "typical_week", "zero"]


def inventory(
    workspace: options.Workspace,
    year: options.Year,
    fill: Annotated[Method | None, typer.Option(help="Fill gaps by this method; it shows in every figure.")] = None,
    max_gap: Annotated[int, typer.Option(min=1, help="Longest gap that is filled. [h]")] = 168,
    treat: Annotated[
        list[str] | None, typer.Option(metavar="FLAG", help="Treat readings with this flag as gaps, as missing_zero.")
    ] = None,
    basis: Annotated[
        Literal["location", "market"] | None, typer.Option(help="Scope 2 and the totals by this method alone.")
    ] = None,
    scope: Annotated[int | None, typer.Option(min=1, max=3, help="Only this scope.")] = None,
    csv: Annotated[Path | None, typer.Option(metavar="FILE", help="All figures as CSV.")] = None,
    xlsx: Annotated[Path | None, typer.Option(metavar="FILE", help="All figures as a workbook.")] = None,
    lang: Annotated[Literal["en", "zh"], typer.Option(help="Language.")] = "en",
    workers: options.Workers = None,
    json: options.Json = False,
) -> None:
    """Take the inventory of a year: energy, scopes 1 to 3, scope 2 on both bases, cost, change."""
    from wattstone.interfaces.cli.opening import account, opened, writing
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.cli.reporting import chosen, inventory_document
    from wattstone.interfaces.present import inventory_json, inventory_table, league_table, write_csv, write_xlsx
    from wattstone.workflows.inventory import filling, take_inventory

    output = Output(json=json, lang=lang)
    with opened(workspace, workers=workers) as held:
        done = take_inventory(held, year, fill=filling(fill, hours=max_gap, treat=treat or ()), who=account())
        document = inventory_document(held, done, quality=xlsx is not None)
    shown = chosen(document, basis=basis, scope=scope)
    output.show(inventory_table(shown, lang))
    if scope is None:
        output.show("")
        output.show(league_table(document, lang, rows=10))
    recorded = done.recorded
    if recorded.restated:
        output.say(f"{recorded.restated} figures were restated; `wattstone trace` says what they replace and why.")
    if csv is not None:
        with writing(csv):
            write_csv(document, csv)
        output.say(f"Figures: {csv}")
    if xlsx is not None:
        with writing(xlsx):
            write_xlsx(document, xlsx, lang)
        output.say(f"Workbook: {xlsx}")
    output.machine(inventory_json(shown))


def report(
    workspace: options.Workspace,
    year: options.Year,
    lang: Annotated[Literal["en", "zh"], typer.Option(help="Language.")] = "en",
    form: Annotated[Literal["html", "pdf"], typer.Option("--format", help="A page or a document.")] = "html",
    to: Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="Where it goes.")] = None,
    font_path: Annotated[
        list[Path] | None, typer.Option("--font-path", metavar="DIR", help="Folder with fonts, for Chinese in a PDF.")
    ] = None,
    workers: options.Workers = None,
    json: options.Json = False,
) -> None:
    """Write the report of a year: charts, tables, evidence."""
    from wattstone.interfaces.cli.opening import account, opened
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.cli.reporting import inventory_document, write_report
    from wattstone.workflows.inventory import take_inventory

    output = Output(json=json, lang=lang)
    with opened(workspace, workers=workers) as held:
        done = take_inventory(held, year, who=account())
        document = inventory_document(held, done)
        path = write_report(held, done, document, lang=lang, form=form, to=to, font_paths=tuple(font_path or ()))
    output.say(f"Report: {path}")
    output.machine({"report": str(path)})


def export(
    workspace: options.Workspace,
    to: Annotated[Path, typer.Argument(metavar="FILE", help="A .csv or .parquet file.", show_default=False)],
    year: options.SomeYear = None,
    meter: Annotated[
        list[str] | None, typer.Option("--meter", metavar="ID", help="Only this meter; repeatable.")
    ] = None,
    hours: Annotated[
        bool, typer.Option("--hours", help="Not readings, but electricity and emissions of each site by the hour.")
    ] = False,
    personal: Annotated[
        bool, typer.Option("--personal", help="Also sub-daily readings of dwellings and drivers.")
    ] = False,
    json: options.Json = False,
) -> None:
    """Write readings of a year to a file, or the hours of sites; personal ones by the day unless asked otherwise."""
    from wattstone.interfaces.cli.opening import opened, writing, year_of
    from wattstone.interfaces.cli.output import Output, grouped
    from wattstone.workflows.export import export_hours, export_readings

    if hours and meter:
        from wattstone.base import InputRefused

        raise InputRefused([_both()])
    output = Output(json=json)
    with opened(workspace) as held:
        wanted = year_of(held, year)
        with writing(to):
            if hours:
                rows = export_hours(held, wanted, to, personal=personal)
            else:
                rows = export_readings(held, wanted, to, meters=meter, personal=personal)
    output.say(f"{grouped(rows)} rows: {to}")
    output.machine({"file": str(to), "rows": rows, "year": wanted})


def _both() -> "Finding":
    from wattstone.base import Finding

    return Finding(
        code="export.hours.meter",
        place="wattstone export",
        found="--hours and --meter are given together, and an hour of a site has no meter",
        expected="one of them",
        remedy="leave --meter out for the hours of the sites, or --hours out for the readings of a meter",
    )


COMMANDS = (inventory, report, export)
