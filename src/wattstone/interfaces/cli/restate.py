"""Commands on the base year and restatements: `wattstone restate ...`."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from wattstone.interfaces.cli import options

if TYPE_CHECKING:
    from wattstone.base import Finding
    from wattstone.inventory.base_year import PolicyVersion
    from wattstone.inventory.ledger import Entry

group = typer.Typer(
    name="restate", help="The base year, and what was restated since: who, why, from what to what.",
    no_args_is_help=True, rich_markup_mode=None,
)  # fmt: skip

Entries = Annotated[
    list[str], typer.Argument(metavar="ENTRY...", help="Proposals, by their first digits.", show_default=False)
]
TriggerName = Literal["structure", "method", "error"]
Happened = Literal["acquisition", "merger", "insourcing", "divestment", "outsourcing"]


@group.command(no_args_is_help=True)
def policy(
    workspace: options.Workspace,
    base_year: Annotated[
        list[int] | None, typer.Option("--base-year", min=1990, max=2100, help="Base year; several are averaged.")
    ] = None,
    rolling: Annotated[
        int, typer.Option(min=0, max=50, help="Instead: the average of so many years before the one reported.")
    ] = 0,
    threshold: Annotated[
        float | None, typer.Option(help="Share of base-year emissions from which a recalculation is due. [%]")
    ] = None,
    trigger: Annotated[
        list[str] | None,
        typer.Option("--trigger", metavar="NAME", help="structure, method or error; repeatable; all if left out."),
    ] = None,
    mid_year: Annotated[
        Literal["all-year", "pro-rata"] | None,
        typer.Option("--mid-year", help="How a site bought or sold within the year is carried back."),
    ] = None,
    note: Annotated[str, typer.Option(help="Why it is so.")] = "",
    lang: options.Lang = "en",
    json: options.Json = False,
) -> None:
    """Show the base-year policy in all its versions, or set a new one."""
    from wattstone.interfaces.cli.opening import account, opened
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.present.restatement_table import policy_table
    from wattstone.inventory.base_year import policy_from
    from wattstone.workflows.restatement import policy_versions, set_policy

    given = {"threshold": threshold, "triggers": trigger, "mid_year": mid_year, "note": note or None}
    said: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    if base_year or rolling:
        said |= {"years": base_year or [], "rolling": rolling}
    output = Output(json=json, lang=lang)
    with opened(workspace) as held:
        if said:
            known = policy_versions(held)
            base = held.records.organisation().base_year
            before = known[-1].policy.as_dict() if known else {"years": [base] if base else []}
            set_policy(held, policy_from({**before, **said}), who=account())
        versions = policy_versions(held)
    output.show(policy_table(versions, lang))
    output.machine({"policies": [_version(one) for one in versions]})


@group.command(no_args_is_help=True)
def propose(
    workspace: options.Workspace,
    year: options.Year,
    trigger: Annotated[
        TriggerName | None, typer.Option("--trigger", help="What it is for; told from the record if left out.")
    ] = None,
    reason: Annotated[str, typer.Option(help="Why, in words; what the record says if left out.")] = "",
    kind: Annotated[Happened | None, typer.Option("--kind", help="A site that came or left: what happened.")] = None,
    site: Annotated[str, typer.Option("--site", help="Which site.")] = "",
    on: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The first day with the site, or the first one without it."),
    ] = None,
    event: Annotated[str, typer.Option("--event", help="What the change is called; made up if left out.")] = "",
    elsewhere: Annotated[
        bool, typer.Option("--elsewhere", help="The activity stands in another total that is reported.")
    ] = False,
    emissions: Annotated[
        list[str] | None,
        typer.Option(metavar="YEAR:TOTAL=KG", help="What the site emitted in a year of which there are no data."),
    ] = None,
    lang: options.Lang = "en",
    json: options.Json = False,
) -> None:
    """Propose what differs from the released figures of a year, or a site that came or left before its end."""
    from wattstone.base import InputRefused
    from wattstone.interfaces.cli.opening import account, opened
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.present.restatement_table import restatement_table
    from wattstone.inventory.restatement import StructuralEvent
    from wattstone.workflows.restatement import propose_changes, propose_event

    if (kind is None) != (not site) or (kind is None) != (on is None):
        raise typer.BadParameter("--kind, --site and --on go together")
    found: list[Finding] = []
    stated = dict(_stated(text, found) for text in emissions or ())
    if found:
        raise InputRefused(found)
    output = Output(json=json, lang=lang)
    with opened(workspace) as held:
        if kind is None or on is None:
            made = propose_changes(held, year, trigger=trigger, reason=reason, who=account())
        else:
            name = event or f"{kind} of {site} on {on:%Y-%m-%d}"
            what = StructuralEvent(
                event=name, kind=kind, site_id=site, on=on.date(), reason=reason, reported_elsewhere=elsewhere
            )
            made = propose_event(held, what, reporting=year, stated=stated, who=account())
    _show(output, made, lang, restatement_table)


@group.command(no_args_is_help=True)
def accept(
    workspace: options.Workspace,
    entry: Entries,
    note: Annotated[str, typer.Option(help="What was looked at.")] = "",
    lang: options.Lang = "en",
    json: options.Json = False,
) -> None:
    """Accept proposals; on a server, somebody else than who proposed them."""
    _decide(workspace, entry, note, lang, accept=True, json=json)


@group.command(no_args_is_help=True)
def reject(
    workspace: options.Workspace,
    entry: Entries,
    note: Annotated[str, typer.Option(help="Why.")] = "",
    lang: options.Lang = "en",
    json: options.Json = False,
) -> None:
    """Reject proposals, with a reason."""
    _decide(workspace, entry, note, lang, accept=False, json=json)


@group.command("list", no_args_is_help=True)
def listed(
    workspace: options.Workspace,
    year: Annotated[int | None, typer.Option("--year", min=1990, max=2100, help="Only this year.")] = None,
    series: Annotated[
        bool, typer.Option("--series", help="The years as first released and recalculated, in place of the entries.")
    ] = False,
    lang: options.Lang = "en",
    json: options.Json = False,
) -> None:
    """List what was proposed and what became of it, or the recalculated series."""
    from wattstone.interfaces.cli.opening import opened
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.present.restatement_table import restatement_table, series_table
    from wattstone.workflows.restatement import recalculated_series, restatements

    output = Output(json=json, lang=lang)
    with opened(workspace) as held:
        if not series:
            _show(output, restatements(held, year), lang, restatement_table)
            return
        found = recalculated_series(held)
    rows = [one for one in found.to_dicts() if year is None or one["year"] == year]
    output.show(series_table(rows, lang))
    output.machine({"series": rows})


@group.command(no_args_is_help=True)
def verify(workspace: options.Workspace, lang: options.Lang = "en", json: options.Json = False) -> None:
    """Check the ledger by its chain; exit code 1 if a line was changed or taken out."""
    from wattstone.interfaces.cli.opening import opened
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.present.restatement_table import ledger_words
    from wattstone.workflows.restatement import verify_ledger

    output = Output(json=json, lang=lang)
    with opened(workspace) as held:
        done = verify_ledger(held)
    output.say(ledger_words(done.lines, done.broken, lang))
    broken = None if done.broken is None else {"line": done.broken.number, "why": done.broken.why}
    output.machine({"holds": done.broken is None, "lines": done.lines, "broken": broken})
    if done.broken is not None:
        raise typer.Exit(1)


def _decide(root: Any, ids: list[str], note: str, lang: Literal["en", "zh"], *, accept: bool, json: bool) -> None:
    from wattstone.interfaces.cli.opening import account, opened
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.present.restatement_table import restatement_table
    from wattstone.workflows.restatement import decide

    output = Output(json=json, lang=lang)
    with opened(root) as held:
        done = decide(held, ids, accept=accept, note=note, who=account())
    _show(output, done, lang, restatement_table)


def _show(output: Any, found: "tuple[Entry, ...]", lang: Literal["en", "zh"], table: Any) -> None:
    from wattstone.interfaces.present.languages import translator

    t = translator(lang)
    if found:
        output.show(table(found, lang))
    else:
        output.say(t("No restatements."))
    output.machine({"restatements": [_plain(one) for one in found]})


def _plain(one: "Entry") -> dict[str, Any]:
    return {
        "entry": one.id,
        "state": one.state,
        **one.restated.as_dict(),
        "proposed_by": one.proposed_by,
        "proposed_at": one.proposed_at.isoformat(),
        "decided_by": one.decided_by,
        "decided_at": None if one.decided_at is None else one.decided_at.isoformat(),
        "note": one.note,
        "alone": one.alone,
    }


def _version(one: "PolicyVersion") -> dict[str, Any]:
    return {"number": one.number, **one.policy.as_dict(), "who": one.who, "at": one.at.isoformat()}


def _stated(text: str, found: "list[Finding]") -> tuple[tuple[int, str], float]:
    """`2021:scope1=12000` as its parts."""
    from wattstone.base import Finding

    where, _, value = text.partition("=")
    year, _, name = where.partition(":")
    try:
        return (int(year), name), float(value)
    except ValueError:
        finding = Finding(
            code="restatement.emissions",
            place="--emissions",
            found="'{text}' cannot be read",
            expected="YEAR:TOTAL=KG, as 2021:scope1=12000",
            remedy="write it like that",
            params={"text": text},
        )
        found.append(finding)
        return (0, name), 0.0
