"""The command that says what made a year differ from the one before."""

from typing import Annotated, Literal

import typer

from wattstone.interfaces.cli import options


def change(
    workspace: options.Workspace,
    year: options.Year,
    by: Annotated[
        Literal["site", "scope", "category", "kind"] | None, typer.Option("--by", help="Split each total further.")
    ] = None,
    total: Annotated[
        list[str] | None, typer.Option("--total", metavar="NAME", help="Only this total, as scope1; repeatable.")
    ] = None,
    inflation: options.Inflation = None,
    lang: options.Lang = "en",
    json: options.Json = False,
) -> None:
    """Say what made a year differ from the one before: activity, factors, weather, structure, prices, methods."""
    from wattstone.interfaces.cli.opening import opened
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.present.languages import counter, translator
    from wattstone.interfaces.present.restatement_table import change_table, like_table
    from wattstone.workflows.change import year_change

    output, t, n = Output(json=json, lang=lang), translator(lang), counter(lang)
    with opened(workspace) as held:
        done = year_change(held, year, inflation=options.rises(inflation))
    parts, like = done.effects(by).to_dicts(), done.like_for_like(by).to_dicts()
    if total:
        parts, like = ([row for row in rows if row["name"] in total] for rows in (parts, like))
    output.show(change_table(parts, lang))
    output.show("")
    output.show(like_table(like, year, lang))
    if done.left_out.height:
        output.say(
            n(
                "{count} line is left out of both years: the emissions of one of them are not known.",
                "{count} lines are left out of both years: the emissions of one of them are not known.",
                done.left_out.height,
            )
        )
    if not parts:
        output.say(t("Nothing to compare."))
    output.machine(
        {"year": year, "change": parts, "like_for_like": like, "left_out": done.left_out.to_dicts(),
         "throughout": list(done.stayed)}
    )  # fmt: skip


COMMANDS = (change,)
