"""Commands on factors: `wattstone factors ...`."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from wattstone.interfaces.cli import options

if TYPE_CHECKING:
    from wattstone.rates.table import Factor
    from wattstone.workflows.factors import FactorShown, SetShown
    from wattstone.workflows.workspace import Workspace

group = typer.Typer(
    name="factors", help="Emission factors: what ships, your own, and where each comes from.", no_args_is_help=True,
    rich_markup_mode=None,
)  # fmt: skip

In = Annotated[
    Path | None,
    typer.Option("--workspace", metavar="WORKSPACE", help="Also this workspace's own, and what it accepted."),
]


@group.command("list")
def listed(
    workspace: In = None,
    region: Annotated[str | None, typer.Option(help="Grid region or country, as CN-BJ or GB.")] = None,
    year: Annotated[int | None, typer.Option(help="Year that the value is of.")] = None,
    activity: Annotated[str | None, typer.Option(metavar="KIND", help="What it serves, as waste or fuel.")] = None,
    confidence: Annotated[Literal["A", "B", "C"] | None, typer.Option(help="Letter of confidence.")] = None,
    text: Annotated[str, typer.Option(help="Words of the id, name, category or source.")] = "",
    own: Annotated[bool, typer.Option("--own", help="The workspace's own alone.")] = False,
    most: Annotated[int, typer.Option(min=1, help="How many are shown.")] = 50,
    lang: options.Lang = "en",
    json: options.Json = False,
) -> None:
    """List factors that match all that is asked."""
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.present.factors_table import factors_table
    from wattstone.interfaces.present.languages import counter, translator
    from wattstone.workflows.factors import factor_rows

    output = Output(json=json, lang=lang)
    with _held(workspace) as held:
        rows = factor_rows(
            held, region=region, year=year, kind=activity, confidence=confidence, text=text, own=own
        )  # fmt: skip
    if rows:
        output.show(factors_table(rows[:most], lang))
    n, t = counter(lang), translator(lang)
    said = n("{count} factor.", "{count} factors.", len(rows))
    more = len(rows) - most
    output.say(said + (" " + t("{more} are not shown: ask for less, or say --most.", more=more) if more > 0 else ""))
    output.machine({"count": len(rows), "factors": [_plain(row) for row in rows]})


@group.command(no_args_is_help=True)
def show(
    name: Annotated[str, typer.Argument(metavar="ID", help="Of a row or a set.", show_default=False)],
    workspace: In = None,
    lang: options.Lang = "en",
    json: options.Json = False,
) -> None:
    """Show where a factor comes from, what it is used for and what was accepted of it."""
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.present.factors_table import factor_table, factors_table, set_table
    from wattstone.workflows.factors import SetShown, factor_shown

    output = Output(json=json, lang=lang)
    with _held(workspace) as held:
        found = factor_shown(held, name)
    if isinstance(found, SetShown):
        output.show(set_table(found, lang))
        output.show(factors_table(found.rows[:20], lang))
        output.machine(_plain_set(found))
    else:
        output.show(factor_table(found, lang))
        output.machine(_plain_shown(found))


@group.command("import", no_args_is_help=True)
def imported(
    workspace: options.Workspace,
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Tables (CSV) or packs (TOML).",
                                                callback=options.there, show_default=False)],
    lang: options.Lang = "en",
    json: options.Json = False,
) -> None:  # fmt: skip
    """Keep your own factors; each file wholly or not at all."""
    from wattstone.interfaces.cli.opening import account, opened
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.present.languages import counter
    from wattstone.workflows.factors import import_factors

    output, n, kept = Output(json=json, lang=lang), counter(lang), list[Any]()
    with opened(workspace) as held:
        for path in files:
            one = import_factors(held, path, who=account())
            kept.append(one)
            output.say(n("{name}: {count} factor kept.", "{name}: {count} factors kept.", len(one.rows), name=one.name))
    output.machine({"files": [{"name": one.name, "rows": len(one.rows), "replaced": sorted(one.replaced)}
                              for one in kept]})  # fmt: skip


@contextmanager
def _held(workspace: Path | None) -> "Generator[Workspace | None]":
    """The workspace that was named, if any."""
    if workspace is None:
        yield None
        return
    from wattstone.interfaces.cli.opening import opened

    with opened(workspace) as held:
        yield held


def _plain(row: "Factor") -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(row)


def _plain_shown(found: "FactorShown") -> dict[str, Any]:
    from dataclasses import asdict

    return {
        "factor": _plain(found.row),
        "uses": [asdict(one) for one in found.uses],
        "barred": None if found.barred is None else found.barred.reason,
        "replaces": None if found.replaces is None else _plain(found.replaces),
        "accepted": dict(found.accepted),
    }


def _plain_set(found: "SetShown") -> dict[str, Any]:
    return {
        "set": found.id,
        "name": found.name,
        "edition": found.edition,
        "years": list(found.years),
        "countries": list(found.countries),
        "accepted": dict(found.accepted),
        "factors": [_plain(row) for row in found.rows],
    }
