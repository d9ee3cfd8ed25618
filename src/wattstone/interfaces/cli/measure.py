"""Measures that claim savings: list them, declare them, import them from a table, take one back."""

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from wattstone.interfaces.cli import options


def measure(
    workspace: options.Workspace,
    measure_id: Annotated[
        str | None, typer.Argument(metavar="[MEASURE]", help="Its id; all are listed if left out.")
    ] = None,
    site_id: Annotated[str | None, typer.Option("--site", help="Site where it was done.")] = None,
    meters: Annotated[
        list[str] | None, typer.Option("--meter", metavar="ID", help="Meter that shows its saving; repeatable.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="Name.")] = None,
    description: Annotated[str | None, typer.Option(help="What was done.")] = None,
    boundary: Annotated[str | None, typer.Option(help="Where the boundary of the verification lies.")] = None,
    inside: Annotated[list[str] | None, typer.Option(help="What lies inside the boundary; repeatable.")] = None,
    option: Annotated[
        Literal["A", "B", "C", "D"] | None,
        typer.Option("--option", help="IPMVP option; C, whole facility, by default."),
    ] = None,
    key_parameter: Annotated[str | None, typer.Option(help="Option A: what is measured.")] = None,
    stipulated: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=VALUE UNIT, SOURCE", help="Option A: what is taken as known; repeatable."),
    ] = None,
    simulation: Annotated[str | None, typer.Option(metavar="ID", help="Option D: meter of simulated use.")] = None,
    baseline: Annotated[str | None, typer.Option(metavar="FIRST/LAST", help="Days before the works.")] = None,
    reporting: Annotated[
        str | None, typer.Option(metavar="FIRST/[LAST]", help="Days after the works; it may go on.")
    ] = None,
    blackout: Annotated[str | None, typer.Option(metavar="FIRST/LAST", help="Days of the works.")] = None,
    expected: Annotated[
        str | None, typer.Option(metavar="VALUE UNIT", help="What is claimed of a year, as '12000 kWh' or '10 %'.")
    ] = None,
    cost: Annotated[str | None, typer.Option(metavar="VALUE CURRENCY", help="Cost, as '25000 GBP'.")] = None,
    owner: Annotated[str | None, typer.Option(help="Who answers for it.")] = None,
    status: Annotated[
        Literal["planned", "in progress", "done", "verified", "refuted", "withdrawn"] | None,
        typer.Option(help="How far it is."),
    ] = None,
    interacts_with: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="Measure that acts on the same meters; repeatable.")
    ] = None,
    override: Annotated[
        list[str] | None,
        typer.Option(metavar="CODE=REASON", help="Override a rule of sufficiency by name; without a reason no more."),
    ] = None,
    event: Annotated[
        list[str] | None,
        typer.Option(metavar="FIRST/[LAST],KIND,REASON", help="Confirm a non-routine event; repeatable."),
    ] = None,
    model: Annotated[Literal["daily", "hourly", "best"] | None, typer.Option(help="Model of the baseline.")] = None,
    variable: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="Meter of what explains use, as production; repeatable.")
    ] = None,
    comparison_site: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="Site where nothing was done; repeatable.")
    ] = None,
    comparison_meter: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="Meter of a place where nothing was done; repeatable.")
    ] = None,
    table: Annotated[
        Path | None,
        typer.Option("--import", metavar="FILE", callback=options.there, help="Take measures of a table in."),
    ] = None,
    remove: Annotated[str | None, typer.Option(metavar="REASON", help="Take the measure back.")] = None,
    lang: options.Lang = "en",
    json: options.Json = False,
) -> None:
    """List measures that claim savings, declare one, or import a table of them."""
    given: dict[str, Any] = {
        "site_id": site_id,
        "meters": meters,
        "name": name,
        "description": description,
        "boundary": boundary,
        "inside": inside,
        "option": option,
        "key_parameter": key_parameter,
        "stipulated": stipulated,
        "simulation": simulation,
        "baseline": baseline,
        "reporting": reporting,
        "blackout": blackout,
        "expected_saving": expected,
        "cost": cost,
        "owner": owner,
        "status": status,
        "interacts_with": interacts_with,
        "overrides": override,
        "events": event,
        "model": model,
        "variables": variable,
        "comparison_sites": comparison_site,
        "comparison_meters": comparison_meter,
    }
    said = {key: value for key, value in given.items() if value is not None}
    if measure_id is None and (said or remove is not None):
        raise typer.BadParameter("an id is needed to declare or remove a measure", param_hint="[MEASURE]")
    if (table is not None and (said or measure_id is not None)) or (remove is not None and said):
        raise typer.BadParameter("--import and --remove stand alone")
    _run(workspace, measure_id, said, table, remove, lang, json=json)


def _run(
    root: Path,
    name: str | None,
    said: dict[str, Any],
    table: Path | None,
    remove: str | None,
    lang: Literal["en", "zh"],
    *,
    json: bool,
) -> None:
    from wattstone.interfaces.cli.opening import account, opened
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.present.languages import translator
    from wattstone.workflows.measures import declare_measure, import_measures, remove_measure

    output, t = Output(json=json, lang=lang), translator(lang)
    with opened(root) as held:
        if table is not None:
            done = import_measures(held, table, who=account())
            output.warn(done.findings)
            counts = {"new": len(done.new), "changed": len(done.changed), "same": len(done.same)}
            output.say(t("{file}: {new} new, {changed} changed, {same} as they were.", file=done.source, **counts))
        elif name is not None and remove is not None:
            remove_measure(held, name, reason=remove, who=account())
            output.say(t("Measure '{measure}' was removed; the audit log keeps it.", measure=name))
        elif name is not None and said:
            output.warn(declare_measure(held, name, said, who=account()))
        every = held.records.measures()
    shown = [one for one in every if name is None or one.id == name]
    if shown:
        output.show(_one(shown[0], lang) if name is not None else _table(shown, lang))
    elif remove is None:
        output.say(t("No measures yet.") if name is None else t("There is no measure '{measure}'.", measure=name))
    output.machine({"measures": [one.model_dump(mode="json", exclude_none=True) for one in shown]})


def _table(measures: Any, lang: Literal["en", "zh"]) -> Any:
    from rich.table import Table
    from rich.text import Text

    from wattstone.interfaces.present.languages import translator

    t = translator(lang)
    heads = (
        t("measure"),
        t("site"),
        t("meters"),
        t("option"),
        t("baseline"),
        t("reporting"),
        t("expected a year"),
        t("status"),
    )
    table = Table(*heads, box=None, pad_edge=False)
    for column in table.columns:
        column.overflow = "fold"
    for one in measures:
        expected = "" if one.expected_saving is None else f"{one.expected_saving:g} {one.expected_unit or ''}"
        periods = ("" if period is None else str(period) for period in (one.baseline, one.reporting))
        cells = (one.id, one.site_id, ", ".join(one.meters), one.option, *periods, expected, t(one.status))
        table.add_row(*map(Text, cells))
    return table


def _one(measure: Any, lang: Literal["en", "zh"]) -> Any:
    """A measure in full, what is not said left out."""
    from rich.table import Table
    from rich.text import Text

    from wattstone.interfaces.present.languages import translator

    t = translator(lang)
    full = Table.grid(padding=(0, 2))
    for label, text in _rows(measure, t):
        full.add_row(Text(label, "dim"), Text(text))
    return full


def _rows(one: Any, t: Any) -> list[tuple[str, str]]:
    events = "\n".join(
        f"{event.period}, {event.kind}, {t(event.status)} ({event.who}): {event.reason}" for event in one.events
    )
    stipulated = "\n".join(f"{part.name} = {part.value:g} {part.unit} ({part.source})" for part in one.stipulated)
    cost = "" if one.cost is None else f"{one.cost:g} {one.currency or ''}"
    expected = "" if one.expected_saving is None else f"{one.expected_saving:g} {one.expected_unit or ''}"
    rows = [
        (t("measure"), one.id),
        (t("name"), one.name),
        (t("site"), one.site_id),
        (t("meters"), ", ".join(one.meters)),
        (t("description"), one.description),
        (t("boundary"), one.boundary),
        (t("inside"), ", ".join(one.inside)),
        (t("option"), one.option),
        (t("key parameter"), one.key_parameter),
        (t("stipulated"), stipulated),
        (t("simulation"), one.simulation),
        (t("baseline"), one.baseline),
        (t("works"), one.blackout),
        (t("reporting"), one.reporting),
        (t("expected a year"), expected),
        (t("cost"), cost),
        (t("owner"), one.owner),
        (t("status"), t(one.status)),
        (t("interacts with"), ", ".join(one.interacts_with)),
        (t("overrides"), "\n".join(f"{code}: {reason}" for code, reason in one.overrides.items())),
        (t("events"), events),
        (t("model"), t(one.model)),
        (t("explained by"), ", ".join(one.variables)),
        (t("compared with"), ", ".join((*one.comparison_sites, *one.comparison_meters))),
    ]
    return [(label, str(text)) for label, text in rows if text]
