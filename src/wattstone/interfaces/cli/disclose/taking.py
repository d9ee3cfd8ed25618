"""`wattstone disclose scenario` and `screen`: paths of scenarios and layers of hazards, taken in from files."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wattstone.interfaces.cli import options
from wattstone.interfaces.cli.disclose import asking

if TYPE_CHECKING:
    from wattstone.interfaces.cli.output import Output
    from wattstone.workflows.disclosure.screening import Screened

__all__ = ["BARE", "COMMANDS"]

_FEW = 8  # names that a line holds
_MANY = ("scenarios", "regions", "variables", "units")

Source = Annotated[str, typer.Option("--source", help="Where the file is from: publication, date, address.")]
Licence = Annotated[str, typer.Option("--licence", help="Under which terms it may be used.")]
Over = Annotated[bool, typer.Option("--correct", help="Values that are there may be corrected; say why with --reason.")]


def scenario(
    workspace: options.Workspace,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="CSV or XLSX of NGFS or IEA form, or a table of `path`.", callback=options.there
        ),
    ],
    provider: Annotated[str, typer.Option("--provider", help="Whose scenarios, where the file does not say.")] = "",
    model: Annotated[str, typer.Option("--model", help="Which model, where the file does not say.")] = "",
    edition: Annotated[str, typer.Option("--edition", metavar="NAME", help="Which edition of the scenarios.")] = "",
    source: Source = "",
    licence: Licence = "",
    scenarios: Annotated[
        list[str] | None, typer.Option("--scenario", metavar="NAME", help="Only this one; repeatable.")
    ] = None,
    regions: Annotated[
        list[str] | None, typer.Option("--region", metavar="NAME", help="Only this one; repeatable.")
    ] = None,
    variables: Annotated[
        list[str] | None, typer.Option("--variable", metavar="NAME", help="Only this one, as Price|Carbon; repeatable.")
    ] = None,
    correct: Over = False,
    reason: asking.Why = "",
    lang: options.Lang = "en",
    json: options.Json = False,
) -> None:
    """Take values of scenarios in from a file of their provider: carbon prices, energy prices, grid factors."""
    from wattstone.interfaces.cli.opening import account, opened
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.present.languages import translator
    from wattstone.workflows.disclosure.scenarios import take_paths, taken

    output, t = Output(json=json, lang=lang), translator(lang)
    with opened(workspace) as held:
        done = take_paths(
            held, file, provider=provider, model=model, edition=edition, source=source, licence=licence,
            scenarios=scenarios or (), regions=regions or (), variables=variables or (), who=account(), over=correct,
            reason=reason,
        )  # fmt: skip
        held_now = taken(held, done)
    output.warn(done.findings)
    counts = {"new": len(done.new), "changed": len(done.changed), "same": len(done.same)}
    output.say(t("{file}: {new} new, {changed} changed, {same} as they were.", file=done.source, **counts))
    for one in held_now:
        row: dict[str, Any] = asdict(one)
        said = {name: _few(value) if name in _MANY else value for name, value in row.items()}
        output.say(t(
            "Provider {provider}, model {model}, edition {edition}: scenarios {scenarios}; regions {regions}; "
            "variables {variables} in {units}; {first} to {last}.", **said,
        ))  # fmt: skip
    output.machine({**done.as_dict(), "taken": [asdict(one) for one in held_now]})


def _few(texts: tuple[str, ...]) -> str:
    from wattstone.readings.problems import listed

    return listed(texts[:_FEW], len(texts))


def screen(
    workspace: options.Workspace,
    layer: Annotated[
        Path,
        typer.Argument(
            metavar="LAYER", callback=options.there,
            help="GeoTIFF; or CSV or XLSX with site and value, or latitude, longitude and value.",
        ),
    ],
    hazard: Annotated[str, typer.Option("--hazard", help="What it is of, as river_flood, heat.", show_default=False)],
    scenario: Annotated[
        str, typer.Option("--scenario", help="As the layer names it: rcp45; present.", show_default=False)
    ],
    horizon: Annotated[
        int, typer.Option("--for-year", min=1990, max=2200, help="Year that it is for.", show_default=False)
    ],
    unit: Annotated[str, typer.Option("--unit", help="Of its values, as m.", show_default=False)],
    threshold: Annotated[
        float, typer.Option("--threshold", help="From which a site counts as exposed.", show_default=False)
    ],
    source: Annotated[
        str, typer.Option("--source", help="Where the file is from: publication, date, address.", show_default=False)
    ],
    downward: Annotated[bool, typer.Option("--less-is-worse", help="Exposed is the threshold or less.")] = False,
    name: Annotated[str, typer.Option("--name", help="Of the layer; that of its file if left out.")] = "",
    licence: Licence = "",
    band: Annotated[int, typer.Option(min=1, help="Which band of a GeoTIFF.")] = 1,
    around: Annotated[int, typer.Option(min=0, help="Pixels around a site that are looked at too; the worst counts.")]
    = 0,
    crs: Annotated[str, typer.Option("--crs", help="Reference system of a GeoTIFF that does not say it.")] = "",
    within: Annotated[float, typer.Option(help="How far a point of a table may be from a site. [km]")] = 5.0,
    empty: Annotated[
        float | None, typer.Option(help="What no data means by the layer's documentation, as 0 of a depth.")
    ] = None,
    correct: Over = False,
    reason: asking.Why = "",
    lang: options.Lang = "en",
    json: options.Json = False,
) -> None:  # fmt: skip
    """Read a layer of a hazard at every site, and enter what it says there."""
    from wattstone.interfaces.cli.opening import account, opened
    from wattstone.interfaces.cli.output import Output
    from wattstone.workflows.disclosure.screening import Layer
    from wattstone.workflows.disclosure.screening import screen as screen_sites

    read = Layer(
        path=layer, hazard=hazard, scenario=scenario, year=horizon, unit=unit, threshold=threshold,
        upward=not downward, name=name, source=source, licence=licence, band=band, around=around, crs=crs,
        within=within, empty=empty,
    )  # fmt: skip
    output = Output(json=json, lang=lang)
    with opened(workspace) as held:
        done = screen_sites(held, read, who=account(), over=correct, reason=reason)
    output.warn(done.findings)
    _say(output, done)
    output.machine(done.as_dict())


def _say(output: "Output", done: "Screened") -> None:
    """Which sites are exposed, which are not, and of which nobody knows."""
    from wattstone.interfaces.present.languages import counter, translator

    t, n = translator(output.lang), counter(output.lang)
    if done.exposed:
        output.say(t("Exposed: {sites}", sites=t(", ").join(done.exposed)))
    else:
        output.say(t("No site reaches the threshold."))
    if safe := len(done.safe):
        output.say(n("{count} site stays on the safe side of it.", "{count} sites stay on the safe side of it.", safe))
    if unknown := len(done.without) + len(done.outside) + len(done.unplaced):
        output.say(n("Of {count} site the layer says nothing.", "Of {count} sites the layer says nothing.", unknown))


COMMANDS = (scenario, screen)
BARE: tuple[Any, ...] = ()
