"""Commands on evidence: trace, verify, accept."""

from typing import Annotated

import typer

from wattstone.interfaces.cli import options


def trace(
    workspace: options.Workspace,
    figure: Annotated[
        str, typer.Argument(metavar="FIGURE", help="Its id, or NAME@SUBJECT@PERIOD.", show_default=False)
    ],
    all_inputs: Annotated[bool, typer.Option("--all", help="Show every input, not the largest twelve.")] = False,
    rows: Annotated[int, typer.Option("--rows", min=0, max=1000, help="Show so many readings of each source.")] = 0,
    json: options.Json = False,
) -> None:
    """Follow a figure down to its rows, source files and factors."""
    from wattstone.interfaces.cli.opening import opened
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.present import trace_tree
    from wattstone.workflows.evidence import find_figure
    from wattstone.workflows.evidence import trace as follow

    output = Output(json=json)
    with opened(workspace) as held:
        node = follow(held.lake, find_figure(held.lake, figure), limit=None if all_inputs else 12, rows=rows)
    content = node.as_dict()
    output.show(trace_tree(content))
    output.machine(content)


def verify(
    workspace: options.Workspace,
    year: Annotated[int | None, typer.Option("--year", help="Only this year.")] = None,
    workers: options.Workers = None,
    json: options.Json = False,
) -> None:
    """Recompute every figure from the rows it pins, and name those that differ; exit code 1 if any does."""
    from dataclasses import asdict

    from wattstone.interfaces.cli.opening import opened
    from wattstone.interfaces.cli.output import Output, grouped
    from wattstone.interfaces.cli.verifying import differences_table
    from wattstone.workflows.evidence import verify as recompute

    output = Output(json=json)
    with opened(workspace, workers=workers) as held, output.progress() as tell:
        done = recompute(held, None if year is None else [year], progress=tell)
    if done.differences:
        output.show(differences_table(done.differences))
    for one in done.tampered:
        output.say(f"The rows of {one} are not those that were recorded: their hash differs.")
    if not done.years:
        output.say("No figures have been recorded yet: `wattstone inventory` records those of a year.")
    elif done.holds:
        output.say(f"{grouped(done.figures)} figures of {', '.join(map(str, done.years))} hold.")
    elif done.differences:
        output.say(f"{grouped(len(done.differences))} of {grouped(done.figures)} figures do not hold.")
    else:
        output.say(f"The values of all {grouped(done.figures)} figures hold, but not the rows that they rest on.")
    if done.beside:
        figures = "figure" if done.beside == 1 else "figures"
        output.say(f"Beside them {grouped(done.beside)} {figures} of findings and plans: traced, not recomputed.")
    output.machine(
        {
            "holds": done.holds,
            "figures": done.figures,
            "years": list(done.years),
            "differences": [asdict(one) for one in done.differences],
            "tampered": list(done.tampered),
            "not_recomputed": done.beside,
        }
    )
    if not done.holds:
        raise typer.Exit(1)


def accept(
    workspace: options.Workspace,
    factor: Annotated[str, typer.Argument(metavar="FACTOR", help="Id of a factor row or set.", show_default=False)],
    reason: Annotated[str, typer.Option(help="Why; every figure made from it shows this.", show_default=False)],
    json: options.Json = False,
) -> None:
    """Accept a factor of lesser confidence, by name and with a reason."""
    from wattstone.interfaces.cli.opening import account, opened
    from wattstone.interfaces.cli.output import Output
    from wattstone.workflows.declare import accept_factor

    output = Output(json=json)
    with opened(workspace) as held:
        accept_factor(held, factor, reason=reason, who=account())
    output.say(f"Accepted {factor}. Take the inventory again to use it.")
    output.machine({"accepted": factor, "reason": reason})


COMMANDS = (trace, verify, accept)
