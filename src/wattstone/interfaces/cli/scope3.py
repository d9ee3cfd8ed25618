"""Commands on the categories of scope 3: `wattstone scope3 ...`."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from wattstone.interfaces.cli import options

if TYPE_CHECKING:
    from wattstone.workflows.scope3 import Year

group = typer.Typer(
    name="scope3", help="The fifteen categories of scope 3: what was decided of each.", no_args_is_help=True,
    rich_markup_mode=None,
)  # fmt: skip

What = Literal["computed", "not_estimated", "not_applicable"]


@group.command("list", no_args_is_help=True)
def listed(
    workspace: options.Workspace,
    year: options.Year,
    history: Annotated[bool, typer.Option("--history", help="Also what was said before and no longer holds.")] = False,
    lang: options.Lang = "en",
    json: options.Json = False,
) -> None:
    """List the fifteen categories: what belongs to each, what was decided, what was computed."""
    from wattstone.interfaces.cli.opening import opened
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.present.scope3_table import history_table, scope3_table
    from wattstone.workflows.scope3 import decisions_of

    output = Output(json=json, lang=lang)
    with opened(workspace) as held:
        found = decisions_of(held, year)
    output.show(scope3_table(found.rows.to_dicts(), found.proposed, lang))
    if history:
        output.show(history_table(found.history, lang))
    output.machine(_plain(found))


@group.command(no_args_is_help=True)
def decide(
    workspace: options.Workspace,
    category: Annotated[int, typer.Argument(metavar="CATEGORY", help="Its number, 1 to 15.", show_default=False)],
    year: options.Year,
    decision: Annotated[
        What | None, typer.Argument(metavar="[DECISION]", help="computed, not_estimated or not_applicable.")
    ] = None,
    reason: Annotated[str, typer.Option(help="Why the category is left out.")] = "",
    again: Annotated[bool, typer.Option("--again", help="Say again what was decided for the year before.")] = False,
    json: options.Json = False,
) -> None:
    """Decide about a category for a year; what was said before stays in its history."""
    from wattstone.interfaces.cli.opening import account, opened
    from wattstone.interfaces.cli.output import Output
    from wattstone.workflows.scope3 import decide as decide_scope3

    if (decision is None) != again:
        raise typer.BadParameter("say either a decision or --again")
    output = Output(json=json)
    with opened(workspace) as held:
        said = None if decision is None else (decision, reason)
        (kept,) = decide_scope3(held, year, {category: said}, who=account())
    output.say(f"Category {category} of {year}: {kept.decision}" + (f" ({kept.reason})" if kept.reason else "") + ".")
    output.machine({"year": year, "category": category, "decision": kept.decision, "reason": kept.reason})


def _plain(found: "Year") -> dict[str, Any]:
    """The same for machines, with what belongs to each category."""
    from dataclasses import asdict

    from wattstone.inventory.scope3 import categories

    known = categories()
    return {
        "year": found.year,
        "categories": [
            {
                **row,
                "name": known[row["category"]].name,
                "belongs": known[row["category"]].belongs,
                "minimum": known[row["category"]].minimum,
                "proposed": asdict(found.proposed[row["category"]]) if row["category"] in found.proposed else None,
            }
            for row in found.rows.to_dicts()
        ],
        "history": [asdict(one) for one in found.history],
    }
