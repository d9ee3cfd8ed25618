"""Commands `wattstone nature ...`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from wattstone.interfaces.cli import options
from wattstone.interfaces.cli.programme.form import group as made

if TYPE_CHECKING:
    from wattstone.interfaces.cli.output import Output
    from wattstone.workflows.programme.nature_area import FileArea

__all__ = ["group"]

File = Annotated[
    Path,
    typer.Argument(
        metavar="FILE", help="GeoJSON, GeoParquet, shapefile (.shp or zipped), or CSV with WKT or points and radius.",
        show_default=False,
    ),
]  # fmt: skip

group = made("nature", help="The ledger of areas, ecosystems and nature-based solutions.")


@group.command(no_args_is_help=True)
def area(file: File, lang: options.Lang = "en", json: options.Json = False) -> None:
    """Measure any file of areas: gross, and net without counting overlaps twice; no workspace is needed."""
    from wattstone.interfaces.cli.output import Output
    from wattstone.workflows.programme.nature_area import area_of_file

    output = Output(json=json, lang=lang)
    done = area_of_file(file)
    output.machine(done.as_dict())
    if not json:
        output.warn(done.findings)
        _say(output, done)
    if done.refused:
        raise typer.Exit(2)


@group.command(no_args_is_help=True)
def areas(
    workspace: options.Workspace,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="GeoJSON (.geojson) or GeoParquet (.parquet).")],
    at: Annotated[
        str | None, typer.Option("--at", metavar="DAY", help="By the entries as they stood at the end of a day.")
    ] = None,
    year: Annotated[
        int | None,
        typer.Option("--year", min=1990, max=2100, help="In which entries count; that of --at, or this year."),
    ] = None,
    attribution: Annotated[
        Literal["first", "equal"], typer.Option("--attribution", help="Who has land that areas of one status share.")
    ] = "first",
    lang: options.Lang = "en",
    json: options.Json = False,
) -> None:
    """Write the ledger for a GIS: each entry with boundary, status, partner, hectares and own part of the net."""
    from wattstone.interfaces.cli.opening import opened, writing
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.cli.programme.showing import day_of
    from wattstone.interfaces.present.languages import counter, translator
    from wattstone.workflows.programme.nature_out import export_areas

    output, t, n = Output(json=json, lang=lang), translator(lang), counter(lang)
    with opened(workspace) as held, writing(out) as path:
        rows = export_areas(held, path, year=year, at=day_of(at), equal=attribution == "equal")
    counted = rows.filter("counts")
    output.say(
        n("{count} entry", "{count} entries", rows.height),
        t("Written: {file}", file=out),
    )
    output.machine(
        {
            "file": str(out),
            "entries": rows.height,
            "counted": counted.height,
            "net_ha": counted["own_hectares"].sum() if counted["hectares"].sum() else None,
        }
    )


def _say(output: "Output", done: "FileArea") -> None:
    from wattstone.interfaces.present.languages import counter, translator

    t, n = translator(output.lang), counter(output.lang)
    if not done.refused and done.gross_m2 is None:
        output.say(n("{count} entry", "{count} entries", done.entries or 0), t("Nothing measured."))
        return
    if done.gross_m2 is None or done.net_m2 is None or done.net_geodesic_m2 is None or done.entries is None:
        output.say(t("Nothing was measured: what is said above has to be mended first."))
        return

    def hectares(area: float) -> str:
        return f"{area / 10_000:,.2f} ha"

    output.say(
        n("{count} entry", "{count} entries", done.entries),
        t("Gross: {area}", area=hectares(done.gross_m2)),
        t("Net, each place counted once: {area}", area=hectares(done.net_m2)),
        t("Net with geodesic edges, as a cross-check: {area}", area=hectares(done.net_geodesic_m2)),
        n("{count} pair of areas overlaps", "{count} pairs of areas overlap", done.pairs),
    )
