"""Commands on what emissions are divided by: `wattstone denominator ...`."""

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from wattstone.interfaces.cli import options

if TYPE_CHECKING:
    from wattstone.inventory.denominators import Denominator

group = typer.Typer(
    name="denominator", help="What emissions are divided by beside floor area: revenue, production, employees.",
    no_args_is_help=True, rich_markup_mode=None,
)  # fmt: skip

Name = Annotated[str, typer.Argument(metavar="NAME", help="What it is, as revenue or production.", show_default=False)]
Site = Annotated[str | None, typer.Option(metavar="ID", help="Of this site; of the organisation without.")]
Approach = Literal["operational control", "financial control", "equity share"]


@group.command(no_args_is_help=True)
def add(
    workspace: options.Workspace,
    name: Name,
    value: Annotated[float, typer.Argument(metavar="VALUE", help="The quantity of the year.", show_default=False)],
    unit: Annotated[str, typer.Argument(metavar="UNIT", help="Its unit, as CNY or t.", show_default=False)],
    year: options.Year,
    site: Site = None,
    approach: Annotated[
        Approach | None,
        typer.Option(help="Of the organisation: the consolidation approach by which it was drawn up."),
    ] = None,
    source: Annotated[str, typer.Option(help="Where the number is from.")] = "",
    json: options.Json = False,
) -> None:
    """State a quantity of a year; what was stated of it before stays in the records."""
    from wattstone.interfaces.cli.opening import account, opened
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.present.numbers import every
    from wattstone.workflows.denominators import state_denominator

    output = Output(json=json)
    with opened(workspace) as held:
        made = state_denominator(
            held, name, year, value, unit, site=site, approach=approach, source=source, who=account()
        )
    output.say(f"{made.name} of {made.subject} in {made.year}: {every(made.value)} {made.unit} ({made.source}).")
    output.machine(made.as_dict())


@group.command("list", no_args_is_help=True)
def listed(workspace: options.Workspace, year: options.Year, json: options.Json = False) -> None:
    """List what is stated of a year."""
    from wattstone.interfaces.cli.opening import opened
    from wattstone.interfaces.cli.output import Output
    from wattstone.workflows.denominators import denominators_of

    output = Output(json=json)
    with opened(workspace) as held:
        found = denominators_of(held, year)
    for one in found:
        output.say(_line(one))
    if not found:
        output.say(f"Nothing is stated of {year}: floor areas stand with the sites.")
    output.machine({"year": year, "denominators": [one.as_dict() for one in found]})


@group.command(no_args_is_help=True)
def withdraw(
    workspace: options.Workspace, name: Name, year: options.Year, site: Site = None, json: options.Json = False
) -> None:
    """Withdraw what was stated; it stays in the records."""
    from wattstone.interfaces.cli.opening import account, opened
    from wattstone.interfaces.cli.output import Output
    from wattstone.workflows.denominators import withdraw_denominator

    output = Output(json=json)
    with opened(workspace) as held:
        made = withdraw_denominator(held, name, year, site=site, who=account())
    output.say(f"{made.name} of {made.subject} in {made.year} is withdrawn.")
    output.machine(made.as_dict())


def _line(one: "Denominator") -> str:
    from wattstone.interfaces.present.numbers import every

    by = f", by {one.approach}" if one.approach else ""
    return f"{one.name} of {one.subject}: {every(one.value)} {one.unit}{by} ({one.source}; {one.stated_by})"
