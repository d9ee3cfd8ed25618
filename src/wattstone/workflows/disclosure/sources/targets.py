"""Targets and how far they are, measures and plan, from the report of the module `target`."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import polars as pl

from wattstone.disclosure.material import Material
from wattstone.disclosure.statement import Shown
from wattstone.programme.kinds import record_kind
from wattstone.programme.report import Chart, Column, Said, Table
from wattstone.programme.targets.progress import Verdict, verdict
from wattstone.workflows.disclosure.sources.asking import TOTALS, Asking, answered, figure_table
from wattstone.workflows.disclosure.sources.energy import measures_of
from wattstone.workflows.programme.entries import entries_of

__all__ = ["targets"]

_TONNES: Final = "t CO2e"
_OF_SHARES: Final = {
    "base": "Share in the base year", "value": "Share in the year", "allowed": "Share that is due",
    "gap": "Share above (+) or below it", "forecast": "Share expected in the target year",
    "goal": "Share to be reached",
}  # fmt: skip
"""What columns of targets on a share are called."""


def targets(asking: Asking) -> Iterator[Material]:
    """What the module of targets says."""
    entries = entries_of(asking.workspace, "target")
    lacks = _lacks(asking, entries)
    rows = [_target(asking, one) for one in entries.iter_rows(named=True)]
    yield answered("targets.set", tables=_by_unit("targets", "Targets", rows, _SET), lacks=lacks)
    yield _progress(asking, rows, lacks)
    yield _basis(entries, lacks)
    yield from _measures(asking, lacks)
    yield answered("strategy.progress", figures=_way(rows), lacks=() if rows else lacks)


def _lacks(asking: Asking, entries: pl.DataFrame) -> tuple[Said, ...]:
    if entries.is_empty():
        return (Said("No target is entered: enter one with `wattstone target add target`."),)
    if not asking.figures.matching(r"^target\.", None):
        return (Said("Targets are entered, and no report of them is recorded: record it with "
                     "`wattstone target report --year {year}`.", {"year": asking.year}),)  # fmt: skip
    return ()


_CHOICES: Final = {name: record_kind("target").field(name).choices for name in ("form", "term")}
_SET: Final = (
    ("label", "Target"), ("form", "Form"), ("term", "Term"), ("covers", "Covers"), ("from", "Base year"),
    ("base", "Base-year value"), ("to", "Target year"), ("goal", "To be reached"), ("by", "Set by"),
)  # fmt: skip
_NOW: Final = (
    ("label", "Target"), ("base", "Base year"), ("value", "In the year"), ("allowed", "Allowed or due in the year"),
    ("gap", "Above (+) or below it"), ("forecast", "Expected in the target year"), ("goal", "To be reached"),
)  # fmt: skip


_OPEN: Final = "The interval leaves it open"
_STANDS: Final[Mapping[Verdict, str]] = {"on_track": "On track", "off_track": "Off track", "open": _OPEN}
_ENDS: Final[Mapping[Verdict, str]] = {
    "on_track": "Would be met", "off_track": "Would be missed", "open": _OPEN,
}  # fmt: skip
"""The verdicts of the report on targets in the words of a table."""


def _verdicts(row: Mapping[str, Any], year: int, one: Mapping[str, Any]) -> dict[str, str]:
    """Whether a target is on track, and would be met, by the rule of the report on targets."""
    grows = one["form"] == "renewable"

    def judged(value: Any, line: Any, words: Mapping[Verdict, str]) -> str:
        if not (isinstance(value, Shown) and isinstance(line, Shown)) or value.value is None or line.value is None:
            return ""
        return words[verdict(value.value, line.value, value.interval, grows=grows)]

    stands = "" if year == one["base_year"] else judged(row["value"], row["allowed"], _STANDS)
    return {"stands": stands, "ends": judged(row["forecast"], row["goal"], _ENDS)}


def _target(asking: Asking, one: Mapping[str, Any]) -> dict[str, Any]:
    """A target with its figures."""
    subject, find = f"entry:{one['entry']}", asking.figures.known
    base, end = str(one["base_year"]), str(one["target_year"])
    covers = ", ".join(TOTALS.get(name, name) for name in one["coverage"] or ())
    row = {
        "label": one["label"] or one["target"], "form": _CHOICES["form"][one["form"]],
        "term": _CHOICES["term"][one["term"]], "covers": covers, "from": base, "to": end, "by": one["source"] or "",
        "base": find("target.base", base, subject), "goal": find("target.goal", end, subject),
    }  # fmt: skip
    row |= {name: find(f"target.{name}", asking.period, subject) for name in ("value", "allowed", "gap", "achieved")}
    row |= {name: find(f"target.{name}", end, subject) for name in ("forecast", "forecast_gap", "trend")}
    return row | _verdicts(row, asking.year, one)


def _unit(row: Mapping[str, Any]) -> str:
    return next((one.unit for one in row.values() if isinstance(one, Shown)), "")


def _by_unit(name: str, title: str, rows: list[dict[str, Any]], columns: tuple[tuple[str, str], ...]) -> list[Table]:
    """One table for each unit, so that no column holds two."""
    made: list[Table] = []
    for number, unit in enumerate(dict.fromkeys(_unit(row) for row in rows), 1):
        mine = [row for row in rows if _unit(row) == unit]
        said = _OF_SHARES if unit == "1" else {}
        wanted = [
            Column(key, said.get(key, label), unit if any(isinstance(row[key], Shown) for row in mine) else None)
            for key, label in columns if any(row[key] not in (None, "") for row in mine)
        ]  # fmt: skip
        made.append(figure_table(name if number == 1 else f"{name}-{number}", title, wanted, mine))
    return made


def _progress(asking: Asking, rows: list[dict[str, Any]], lacks: tuple[Said, ...]) -> Material:
    told = [row for row in rows if row["value"] is not None]
    shares = [row for row in rows if isinstance(row["achieved"], Shown)]
    way = figure_table("achieved", "Share of the way that is behind", (
        Column("label", "Target"), Column("achieved", "Share of the way", "1"), Column("stands", asking.period),
        Column("to", "Target year"), Column("ends", "In the target year")), shares)  # fmt: skip
    names = {"base": "Base year", "value": "In the year", "allowed": "Allowed or due in the year",
             "forecast": "Expected in the target year", "goal": "To be reached"}  # fmt: skip
    bars = [{"label": row["label"], "what": label, "value": row[name]} for row in rows if _unit(row) == _TONNES
            for name, label in names.items() if isinstance(row[name], Shown)]  # fmt: skip
    drawn = figure_table("course", "Targets and what is reached", (
        Column("label", "Target"), Column("what", "Stage"), Column("value", "Emissions", _TONNES)), bars)  # fmt: skip
    chart = Chart(id="course", title="Progress to targets", mark="grouped", table="course", x="label", y="value",
                  series="what")  # fmt: skip
    missing = [row["label"] for row in rows if row["value"] is None]
    more = () if lacks or not missing else (
        Said("There is no value of {year} of {which}: record the report of targets of that year.",
             {"year": asking.year, "which": ", ".join(missing)}),
    )  # fmt: skip
    says = [Said("{target} has no value: {why}.", {"target": row["label"], "why": row["value"].reason})
            for row in told if row["value"].value is None]  # fmt: skip
    says += _shares(told)
    tables = (*_by_unit("progress", "Progress to targets", told, _NOW), way, drawn)
    return answered("targets.progress", tables=tables, charts=(chart,), says=says, lacks=(*lacks, *more))


def _shares(rows: list[dict[str, Any]]) -> Iterator[Said]:
    """Of a share of renewable electricity, that it was entered, and what it is divided by."""
    for row in rows:
        value = row["value"]
        if _unit(row) == "1" and isinstance(value, Shown) and value.value is not None and value.basis == "stated":
            yield Said("{target}: the share in the year is of all electricity used; it was entered, not computed from "
                       "contracts.", {"target": row["label"]})  # fmt: skip


def _way(rows: list[dict[str, Any]]) -> list[Shown]:
    """How far each target is, as far as that is known."""
    return [row["achieved"] for row in rows if isinstance(row["achieved"], Shown) and row["achieved"].value is not None]


def _basis(entries: pl.DataFrame, lacks: tuple[Said, ...]) -> Material:
    """Gases, scopes, gross or net: targets are gross here, and nothing else is taken in."""
    rows = [
        {"label": one["label"] or one["target"],
         "covers": ", ".join(TOTALS.get(name, name) for name in one["coverage"] or ()),
         "gases": "All gases of the inventory" if one["form"] != "renewable" else "", "gross": "Gross",
         "credits": "None", "pathway": one["pathway"] or "Straight line"}
        for one in entries.iter_rows(named=True)
    ]  # fmt: skip
    columns = [Column("label", "Target"), Column("covers", "Covers"), Column("gases", "Gases"),
               Column("gross", "Gross or net"), Column("credits", "Credits that count"),
               Column("pathway", "Pathway")]  # fmt: skip
    shown = [one for one in columns if any(row[one.name] for row in rows)]
    says = (Said("Targets are gross: credits and avoided emissions never count towards them."),) if rows else ()
    missing = lacks if entries.is_empty() else ()
    return answered("targets.basis", tables=(figure_table("basis", "What targets cover", shown, rows),), says=says,
                    lacks=missing)  # fmt: skip


def _measures(asking: Asking, lacks: tuple[Said, ...]) -> Iterator[Material]:
    """Measures as the response, the plan of them, and what they cost."""
    entries = entries_of(asking.workspace, "abatement")
    kind = record_kind("abatement")
    rows: list[dict[str, Any]] = []
    for one in entries.iter_rows(named=True):
        subject = f"entry:{one['entry']}"
        rows.append({
            "label": one["label"] or one["measure"], "status": kind.field("status").choices[one["status"]],
            "stage": kind.field("stage").choices[one["stage"]], "acts": _acts(one["acts_on"]),
            "start": str(one["start"]), "site": one["site"] or "",
            "reduction": asking.figures.known("abatement.reduction", asking.period, subject),
            "unit_cost": asking.figures.known("abatement.unit_cost", asking.period, subject),
        })  # fmt: skip
    rows.sort(key=lambda row: row["start"])
    cost = next((one.unit for row in rows if (one := row["unit_cost"]) is not None), "CNY/t CO2e")
    columns = [Column("label", "Measure"), Column("status", "Status"), Column("stage", "Stage"),
               Column("acts", "Reduces"), Column("site", "Site"), Column("start", "From"),
               Column("reduction", "Reduction a year, with the others", _TONNES),
               Column("unit_cost", "Cost of a tonne", cost)]  # fmt: skip
    shown = [one for one in columns if any(row[one.name] not in (None, "") for row in rows)]
    table = figure_table("measures", "Measures to reduce emissions", shown, rows)
    curve = sorted((row for row in rows if isinstance(row["unit_cost"], Shown)), key=_cost)
    drawn = figure_table("macc", "What a tonne costs, by measure", (columns[0], columns[6], columns[7]), curve)
    chart = Chart(id="macc", title="Marginal abatement cost", mark="blocks", table="macc", x="reduction", y="unit_cost",
                  series="label")  # fmt: skip
    none = () if rows else (Said("No abatement measure is entered: enter one with `wattstone target add abatement`."),)
    yield answered("strategy.response", tables=(table, drawn), charts=(chart,), lacks=none)
    yield _plan(asking, rows, lacks)
    yield _resources(asking)


def _acts(scope: str) -> str:
    return {"scope2": "Scope 2"}.get(scope, TOTALS.get(scope, scope))


def _cost(row: Mapping[str, Any]) -> float:
    return row["unit_cost"].value or 0.0


def _plan(asking: Asking, rows: list[dict[str, Any]], lacks: tuple[Said, ...]) -> Material:
    """What has to be reduced by each target year, what the measures chosen for it come to, and what is missing."""
    found = {name: {(one.subject, one.period): one for one in asking.figures.matching(rf"^plan\.{name}$")}
             for name in ("need", "reduction", "shortfall")}  # fmt: skip
    targets_ = {f"entry:{one['entry']}": one
                for one in entries_of(asking.workspace, "target").iter_rows(named=True)}  # fmt: skip
    called = {subject: one["label"] or one["target"] for subject, one in targets_.items()}
    ends = {subject: _target(asking, one)["ends"] for subject, one in targets_.items()}
    plan = [
        {"target": called.get(subject, subject), "year": year, "need": need,
         "gain": found["reduction"].get((subject, year)), "short": found["shortfall"].get((subject, year)),
         "ends": ends.get(subject, "") if year == str(targets_[subject]["target_year"]) else ""}
        for (subject, year), need in sorted(found["need"].items()) if subject in targets_
    ]  # fmt: skip
    columns = (Column("target", "Target"), Column("year", "Year"), Column("need", "To be reduced by measures", _TONNES),
               Column("gain", "Measures that were chosen", _TONNES),
               Column("short", "Missing in the year", _TONNES),
               Column("ends", "With measures planned or decided on"))  # fmt: skip
    shown = [one for one in columns if any(row[one.name] not in (None, "") for row in plan)]
    table = figure_table("plan", "Plan to the targets", shown, plan)
    steps = [{"year": row["start"], "label": row["label"], "status": row["status"]} for row in rows]
    order = (Column("year", "Year"), Column("label", "Measure"), Column("status", "Status"))
    none = () if plan or rows else (*lacks, Said("There is no plan of measures to the targets."))
    ordered = figure_table("steps", "Steps in their order", order, steps)
    return answered("strategy.transition_plan", tables=(table, ordered), says=_missed(plan), lacks=none)


def _missed(plan: list[dict[str, Any]]) -> Iterator[Said]:
    """Which targets the plan does not reach, and which would be missed with what is planned or decided on."""
    for row in plan:
        told = {"target": row["target"], "year": row["year"]}
        if isinstance(row["short"], Shown) and (row["short"].value or 0) > 0:
            yield Said("The measures that were chosen do not reach '{target}' in {year}: the table says what is "
                       "missing.", told)  # fmt: skip
        if row["ends"] == _ENDS["off_track"]:
            yield Said("With the measures planned or decided on, '{target}' would be missed in {year}.", told)


def _resources(asking: Asking) -> Material:
    """Money that the measures take: what the curve says a year."""
    names = (r"^abatement\.cost$", r"^plan\.(capex|cost|spent)$", r"^indicator\.commitment\.(spent|left)$")
    figures = [one for name in names for one in asking.figures.matching(name) if asking.period in one.period
               and one.value is not None]  # fmt: skip
    saved = [row["cost"] for row in measures_of(asking) if isinstance(row["cost"], Shown)]
    lacks = () if figures or saved else (
        Said("No cost of a measure and no capital is recorded: enter measures with what they cost, and capital with "
             "`wattstone disclose add capital`."),
    )  # fmt: skip
    return answered("strategy.resources", figures=(*figures, *saved), lacks=lacks)
