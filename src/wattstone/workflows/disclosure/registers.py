"""What the register, exposures, scenarios and hazards fill into a report: tables whose numbers are recorded figures."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

import polars as pl

from wattstone.disclosure.material import Material
from wattstone.disclosure.report import TOPIC_OF
from wattstone.disclosure.statement import Shown
from wattstone.programme.report import Line, ModuleReport, Said, Table
from wattstone.workflows.access import EVERYWHERE, Act
from wattstone.workflows.access.guard import acting
from wattstone.workflows.disclosure.figures import Figures
from wattstone.workflows.disclosure.report import register_report
from wattstone.workflows.programme.asked import Asked
from wattstone.workflows.programme.entries import entries_of_module
from wattstone.workflows.workspace import Workspace

__all__ = ["register_material"]

_AT_LINE: Final = "@line"
_AT_FIGURE: Final = "@figure"
_LANGUAGE: Final = "@zh"
_SAME: Final = 1e-9

TABLES: Final[Mapping[str, str]] = {
    "horizons": "strategy.horizons", "risks": "strategy.risks", "heat": "strategy.risks",
    "heat_opportunities": "strategy.risks", "owners": "strategy.risks", "stages": "strategy.value_chain",
    "risk_sites": "strategy.value_chain", "effects": "strategy.effects_later",
    "unstated": "strategy.effects_later", "responses": "strategy.risks", "scenarios": "strategy.scenarios",
    "carbon_price": "strategy.scenarios", "drivers": "strategy.scenarios", "carbon_cost": "strategy.resilience",
    "levers": "strategy.resilience", "levers_most": "strategy.resilience", "kept": "strategy.resilience",
    "energy_cost": "strategy.resilience", "energy_total": "strategy.resilience",
    "exposure_transition": "metrics.transition_exposure", "exposure_physical": "metrics.physical_exposure",
    "exposure_opportunity": "metrics.opportunities", "hazards": "metrics.physical_exposure",
    "hazard_sites": "metrics.physical_exposure", "hazards_absent": "metrics.physical_exposure",
    "capital": "metrics.capital", "internal_price": "metrics.carbon_price", "price_against": "metrics.carbon_price",
    "pay": "metrics.remuneration",
}  # fmt: skip
"""Topic of each table of the report; charts stand where their table does."""

FIGURES: Final[Mapping[str, tuple[str, ...]]] = {
    "disclose.exposure.transition.amount": ("metrics.transition_exposure",),
    "disclose.exposure.transition.share": ("metrics.transition_exposure",),
    "disclose.exposure.physical.amount": ("metrics.physical_exposure",),
    "disclose.exposure.physical.share": ("metrics.physical_exposure",),
    "disclose.exposure.opportunity.amount": ("metrics.opportunities",),
    "disclose.exposure.opportunity.share": ("metrics.opportunities",),
    "disclose.capital.capex": ("metrics.capital",), "disclose.capital.opex": ("metrics.capital",),
    "disclose.capital.financing": ("metrics.capital",), "disclose.internal_price": ("metrics.carbon_price",),
    "disclose.pay.share": ("metrics.remuneration", "governance.targets"),
}  # fmt: skip
"""Lines that are shown as numbers beside texts, with their topics."""

_RESTS: Final[Mapping[str, str]] = {
    "horizon": "strategy.horizons", "climate_risk": "strategy.risks", "scenario": "strategy.scenarios",
    "driver": "strategy.scenarios", "capital": "metrics.capital", "internal_price": "metrics.carbon_price",
    "pay": "metrics.remuneration", "hazard_absent": "metrics.physical_exposure",
}  # fmt: skip
_CATEGORIES: Final = {
    "transition": "metrics.transition_exposure", "physical": "metrics.physical_exposure",
    "opportunity": "metrics.opportunities",
}  # fmt: skip
_UNTAKEN: Final = Said(
    "Numbers of it are not recorded as they stand now: record them with `wattstone disclose report`."
)


@dataclass(eq=False)
class _Filled:
    """What was found so far, by topic."""

    tables: dict[str, list[Table]] = field(default_factory=dict[str, list[Table]])
    figures: dict[str, list[Shown]] = field(default_factory=dict[str, list[Shown]])
    lacks: dict[str, list[Said]] = field(default_factory=dict[str, list[Said]])
    every: dict[str, Shown] = field(default_factory=dict[str, Shown])

    def untaken(self, topic: str) -> None:
        held = self.lacks.setdefault(topic, [])
        if _UNTAKEN not in held:
            held.append(_UNTAKEN)


def register_material(workspace: Workspace, year: int, figures: Figures | None = None) -> Material:
    """Tables, charts and numbers of the report of module `disclose`, by topic.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    year : int
        Reporting year.
    figures : Figures or None
        What was recorded; looked up where None.

    Returns
    -------
    Material
        A number of a table names its figure where the recorded one says the same; where any does not, the topic lacks
        a report that is taken anew.

    Raises
    ------
    Forbidden
        If the whole organisation is not open to whoever asks.
    """
    whole = acting(workspace, Act.READ, EVERYWHERE)
    told, recorded = register_report(whole, Asked(year=year)), figures or Figures(whole, year)
    lines = {(one.name, one.subject, one.period): one for one in told.lines}
    found = _Filled()
    for table in told.tables:
        found.tables.setdefault(TABLES[table.id], []).append(_linked(table, told, lines, recorded, found))
    for line in told.lines:
        for topic in FIGURES.get(line.name, ()):
            _number(line, topic, recorded, found)
    _lacking(told, whole, year, found)
    charts: dict[str, list[Any]] = {}
    for chart in told.charts:
        charts.setdefault(TABLES[chart.table], []).append(chart)
    says: dict[str, list[Said]] = {}
    for one in told.says:
        says.setdefault(TOPIC_OF[one.text], []).append(_said(one, told, lines, recorded, found))
    return Material(
        figures=_tuples(found.figures), tables=_tuples(found.tables), charts=_tuples(charts), says=_tuples(says),
        lacks=_tuples(found.lacks), every=found.every, evidence=_evidence(whole, year), findings=told.findings,
        limits=told.limits, simulated=bool(told.tables) and any(one.simulated for one in whole.records.sites()),
    )  # fmt: skip


def _tuples(held: Mapping[str, Iterable[Any]]) -> dict[str, tuple[Any, ...]]:
    return {topic: tuple(each) for topic, each in held.items()}


Lines = Mapping[tuple[str, str, str], Line]


def _linked(table: Table, told: ModuleReport, lines: Lines, recorded: Figures, found: _Filled) -> Table:
    """A table as it is shown: ids of figures in place of names of lines, and no column that nobody reads."""
    frame = table.rows
    named = [one.name for one in table.columns]
    ids: dict[str, pl.Series] = {}
    for name in named:
        if name + _AT_LINE in frame.columns:
            shown = [_shown(one, told, lines, recorded) for one in frame[name + _AT_LINE]]
            if any(one is None and link is not None and value is not None
                   for one, link, value in zip(shown, frame[name + _AT_LINE], frame[name], strict=True)):  # fmt: skip
                found.untaken(TABLES[table.id])
            found.every |= {one.key: one for one in shown if one is not None}
            ids[name + _AT_FIGURE] = pl.Series([None if one is None else one.id for one in shown], dtype=pl.String)
    kept = [one for one in (*named, *(name + _LANGUAGE for name in named), "basis") if one in frame.columns]
    said = {one.name for one in table.columns if one.labels}  # words of ours, which are said one by one
    texts = [pl.col(one).list.join(", ") for one in kept if frame.schema[one] == pl.List(pl.String) and one not in said]
    return replace(table, rows=frame.select(kept).with_columns(*texts).with_columns(**ids))


def _said(one: Said, told: ModuleReport, lines: Lines, recorded: Figures, found: _Filled) -> Said:
    """A sentence with the ids of its figures in place of names of lines."""
    params: dict[str, Any] = {}
    for name, value in one.params.items():
        if not name.endswith(_AT_LINE):
            params[name] = value
            continue
        shown = _shown(value, told, lines, recorded)
        if shown is None:
            found.untaken(TOPIC_OF[one.text])
        else:
            found.every[shown.key] = shown
            params[name.removesuffix(_AT_LINE) + _AT_FIGURE] = shown.id
    return Said(one.text, params)


def _shown(link: str | None, told: ModuleReport, lines: Lines, recorded: Figures) -> Shown | None:
    """The recorded figure of a line, where it says what the line says now."""
    if link is None:
        return None
    name, subject, period = (*link.split("|"), "", "")[:3]
    line = lines.get((name, subject or "organisation", period or told.period))
    return None if line is None else _same(line, recorded)


def _same(line: Line, recorded: Figures) -> Shown | None:
    one = recorded.known(line.name, line.period, line.subject)
    if one is None or one.unit != line.unit or (one.value is None) != (line.value is None):
        return None
    if one.value is None or line.value is None:
        return one
    return one if abs(one.value - line.value) <= _SAME * max(abs(one.value), abs(line.value)) else None


def _number(line: Line, topic: str, recorded: Figures, found: _Filled) -> None:
    one = _same(line, recorded)
    if one is None:
        found.untaken(topic)
        return
    found.figures.setdefault(topic, []).append(one)
    found.every[one.key] = one
    if line.reason is not None:
        found.lacks.setdefault(topic, []).append(line.reason)


def _lacking(told: ModuleReport, whole: Workspace, year: int, found: _Filled) -> None:
    """What is missing for a topic to be whole, where there is something of it."""
    entries = entries_of_module(whole, "disclose")
    risks = entries["climate_risk"].filter(year=year)
    scenarios = entries["scenario"].filter(year=year)
    for topic, lack in _lacks(told, risks, scenarios):
        if topic in found.tables or topic in found.figures:
            found.lacks.setdefault(topic, []).append(lack)


def _lacks(told: ModuleReport, risks: pl.DataFrame, scenarios: pl.DataFrame) -> Iterator[tuple[str, Said]]:
    codes = {one.code for one in told.findings}
    if "disclose.no_horizon" in codes:
        yield "strategy.horizons", Said("Risks stand in horizons of which nobody says the years.")
    silent = risks.filter(pl.col("effect").is_null() & pl.col("effect_low").is_null() & pl.col("why_none").is_null())
    if silent.height:
        yield (
            "strategy.effects_later",
            Said(
                "{count} risks or opportunities have neither an effect nor a reason why none is stated: {names}",
                {"count": silent.height, "names": ", ".join(silent["id"].sort().head(5))},
            ),
        )
    bare = risks.filter(pl.col("response_en").is_null() & pl.col("response_zh").is_null())
    if bare.height:
        yield (
            "strategy.risks",
            Said(
                "{count} risks or opportunities have no response: {names}",
                {"count": bare.height, "names": ", ".join(bare["id"].sort().head(5))},
            ),
        )
    if scenarios.height and "near_paris" not in scenarios["aim"].to_list():
        yield "strategy.scenarios", Said("No scenario is at or near the aim of the Paris Agreement.")
    if {"disclose.no_cost", "disclose.no_price_year"} & codes:
        yield "strategy.scenarios", Said("A scenario has no price that can be used, or does not say of which year.")
    if any(one.name == "disclose.carbon_cost.inaction" and one.value is None for one in told.lines):
        yield "strategy.resilience", Said("The cost of carbon is not known of every scenario and year.")


def _evidence(whole: Workspace, year: int) -> dict[str, tuple[str, ...]]:
    """Entries that each topic rests on, and the documents attached to them."""
    found: dict[str, list[str]] = {}
    entries = entries_of_module(whole, "disclose")
    for kind, topic in _RESTS.items():
        _named(entries[kind].filter(year=year), topic, found)
    for category, topic in _CATEGORIES.items():
        mine = entries["exposure"].filter(year=year, category=category)
        of = pl.col("denominator").is_in(mine["denominator"].to_list())
        _named(mine, topic, found)
        _named(entries["denominator_amount"].filter(of, year=year), topic, found)
    return _tuples(found)


def _named(rows: pl.DataFrame, topic: str, found: dict[str, list[str]]) -> None:
    if rows.height:
        keys = [f"entry:{one}" for one in rows["hash"].sort()]
        found.setdefault(topic, []).extend([*keys, *rows["document"].drop_nulls().unique().sort()])
