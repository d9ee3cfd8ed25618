"""Commands before an inventory leaves the house: check, release."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from wattstone.interfaces.cli import options

if TYPE_CHECKING:
    from wattstone.inventory.released import Release
    from wattstone.workflows.release import YearCheck


def check(
    workspace: options.Workspace,
    year: options.Year,
    let_pass: Annotated[
        list[str] | None,
        typer.Option(
            "--let-pass",
            metavar="KEY",
            help="Let a finding pass by its key, or all that ask of a kind or figure (scope2.market); repeatable.",
        ),
    ] = None,
    reason: Annotated[str, typer.Option(help="Why what is let pass is right.")] = "",
    lang: options.Lang = "en",
    json: options.Json = False,
) -> None:
    """Check the inventory of a year before it is released; leave with exit code 1 if something stands in the way."""
    from wattstone.interfaces.cli.opening import account, opened
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.present.check_table import check_table, check_words, group_words
    from wattstone.workflows.release import check_year, waive
    from wattstone.workflows.release_groups import groups_of

    output = Output(json=json, lang=lang)
    with opened(workspace) as held:
        if let_pass:
            done = waive(held, year, let_pass, reason=reason, who=account())
        else:
            done = check_year(held, year)
    if done.found:
        output.show(check_table(done.found, lang))
    output.say(*group_words(groups_of(done.found), lang))
    output.say(check_words(done, lang))
    output.machine(_plain(done))
    if done.blocking:
        raise typer.Exit(1)


def release(
    workspace: options.Workspace,
    year: options.Year,
    listed: Annotated[bool, typer.Option("--list", help="List the releases of the year, and release nothing.")] = False,
    lang: options.Lang = "en",
    json: options.Json = False,
) -> None:
    """Mark the figures of a year as released, when nothing stands in the way."""
    from wattstone.interfaces.cli.opening import account, opened
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.present.check_table import release_words
    from wattstone.workflows.release import release as release_year
    from wattstone.workflows.release import releases_of

    output = Output(json=json, lang=lang)
    with opened(workspace) as held:
        made = releases_of(held, year) if listed else (release_year(held, year, who=account()),)
    output.say(*(release_words(one, lang) for one in made))
    output.machine({"year": year, "releases": [_release(one) for one in made]})


def _plain(done: "YearCheck") -> dict[str, Any]:
    return {
        "year": done.year,
        "run": done.run,
        "blocking": len(done.blocking),
        "released": None if done.released is None else _release(done.released),
        "findings": [
            {
                **one.finding.as_dict(),
                "check": one.check,
                "severity": one.severity,
                "key": one.key,
                "blocks": one.blocks,
                "let_pass": None
                if one.waived is None
                else {"reason": one.waived.reason, "by": one.waived.waived_by, "at": one.waived.at.isoformat()},
            }
            for one in done.found
        ],
    }


def _release(one: "Release") -> dict[str, Any]:
    return {
        "year": one.year,
        "run": one.run,
        "figures": one.figures,
        "sha256": one.sha256,
        "by": one.released_by,
        "at": one.at.isoformat(),
        "totals": {key: value for key, value in one.totals.items() if key.endswith("@organisation")},
    }


COMMANDS = (check, release)
