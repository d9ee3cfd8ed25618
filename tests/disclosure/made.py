"""A statement as a workspace would make it, made by hand: every state of a figure, and every kind of answer."""

import hashlib
import tomllib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl

from wattstone.base import Finding
from wattstone.disclosure.standards import standard as list_of
from wattstone.disclosure.statement import Answer, Edition, Omission, Shown, Statement, Written
from wattstone.disclosure.topics import Topic
from wattstone.programme.report import Chart, Column, Said, Table

__all__ = ["FIGURES", "YEAR", "figure_id", "made_edition", "made_statement", "shown"]

YEAR = 2025
_HELD: dict[str, Any] = tomllib.loads(Path(__file__).with_name("made_texts.toml").read_text(encoding="utf-8"))
AT = datetime(2026, 3, 14, 9, 30, tzinfo=UTC)


def figure_id(key: str) -> str:
    """An id for a made figure: twenty characters of a hash, as the real ones."""
    return hashlib.sha256(key.encode()).hexdigest()[:20]


def shown(key: str, value: float | None, unit: str, *, low: float = 0.0, high: float = 0.0, **more: Any) -> Shown:
    """A figure by its key; with an interval where it has two ends."""
    name, period, *subject = key.split("@", 2)
    missing = more.get("state") == "missing"
    fields: dict[str, Any] = {
        "id": "" if missing else figure_id(key), "name": name, "period": period,
        "subject": subject[0] if subject else "organisation", "value": value, "unit": unit,
        "interval": (low, high) if high else None, "basis": "" if missing else "computed",
        "method": "" if missing else f"{name.partition('@')[0]}/1",
    }  # fmt: skip
    return Shown(**{**fields, **more})


_NEVER = "no figure of this name, period and subject was recorded"
_MADE: tuple[Shown, ...] = (
    shown("scope1@2025", 1_840_000.0, "kg CO2e", low=1_750_000.0, high=1_930_000.0),
    shown("scope1@2024", 1_920_000.0, "kg CO2e", low=1_820_000.0, high=2_020_000.0),
    shown("scope2.location@2025", 5_017_000.0, "kg CO2e", low=4_790_000.0, high=5_240_000.0),
    shown("scope2.location@2024", 5_240_000.0, "kg CO2e", state="restated"),
    shown("scope2.market@2025", 4_310_000.0, "kg CO2e", low=4_100_000.0, high=4_520_000.0),
    shown("scope3@2025", 38_360_000.0, "kg CO2e", low=26_900_000.0, high=49_800_000.0, basis="estimated"),
    shown("scope3.1@2025", 30_100_000.0, "kg CO2e", low=19_000_000.0, high=41_200_000.0, basis="estimated"),
    shown("scope3.4@2025", 6_200_000.0, "kg CO2e", basis="estimated"),
    shown("scope3.6@2025", 910_000.0, "kg CO2e"),
    shown("scope3.7@2025", 1_150_000.0, "kg CO2e", basis="estimated"),
    shown("intensity.revenue@2025", 0.0021, "kg CO2e/CNY", state="stale"),
    shown("energy.total@2025", 25_737_000.0, "kWh"),
    shown("energy.renewable.share@2025", 0.184, "1"),
    shown("contracts.covered@2025", 0.141, "1", basis="stated"),
    shown("remuneration.share@2025", 0.08, "1", basis="stated"),
    shown("target.measures.saving@2025/2030", 1_260_000.0, "kg CO2e", low=900_000.0, high=1_700_000.0),
    shown("target.progress@2025", 0.62, "1"),
    shown("loss.flood@2025", None, "CNY", state="missing", reason=_NEVER),
    shown("exposure.transition.amount@2025", 412_000_000.0, "CNY", basis="stated"),
    shown("exposure.transition.share@2025", 0.171, "1"),
    shown("exposure.physical.amount@2025", 655_000_000.0, "CNY", basis="stated"),
    shown("exposure.physical.share@2025", 0.272, "1"),
    shown("exposure.opportunity.share@2025", 0.094, "1"),
    shown("capital.mitigation@2025", 18_400_000.0, "CNY", basis="stated"),
    shown("capital.adaptation@2025", None, "CNY", state="missing", reason=_NEVER),
    shown("carbon_price.internal@2025", 100.0, "CNY/t CO2e", basis="stated"),
    shown("credits.planned@2030", 200_000.0, "kg CO2e", basis="stated"),
    shown("scope1@2025@site:HQ", 640_000.0, "kg CO2e"),
    shown("scope1@2025@site:harbour", 1_200_000.0, "kg CO2e"),
    shown("scope2.location@2025@site:HQ", 1_417_000.0, "kg CO2e"),
    shown("scope2.location@2025@site:harbour", 3_600_000.0, "kg CO2e"),
    *(shown(f"cost.carbon.{one}@{year}", value, "CNY", basis="computed")
      for one, values in (("net_zero", (0.4e6, 1.1e6, 2.0e6)), ("ndc", (0.3e6, 0.4e6, 0.7e6)))
      for year, value in zip((2025, 2030, 2040), values, strict=True)),
)  # fmt: skip
FIGURES: dict[str, Shown] = {one.key: one for one in _MADE}


def _table(
    name: str, title: str, columns: Sequence[tuple[str, str, str | None]], rows: Sequence[dict[str, Any]]
) -> Table:
    """A table; a value that is the key of a figure becomes its number, with the id beside it."""
    numbers = {name for row in rows for name, one in row.items() if isinstance(one, str) and one in FIGURES}
    full: list[dict[str, Any]] = []
    for row in rows:
        held = {column: row.get(column) for column, _, _ in columns}
        for column in numbers:
            one = FIGURES.get(str(held[column]))
            held[column], held[f"{column}@figure"] = (one.value, one.id or None) if one else (None, None)
        full.append(held)
    return Table(name, title, tuple(Column(*one) for one in columns), pl.DataFrame(full, infer_schema_length=None))


def _ghg() -> tuple[tuple[Table, ...], tuple[Chart, ...]]:
    rows = [
        {"scope": "Scope 1", "now": "scope1@2025", "before": "scope1@2024"},
        {"scope": "Scope 2, location-based", "now": "scope2.location@2025", "before": "scope2.location@2024"},
        {"scope": "Scope 2, market-based", "now": "scope2.market@2025", "before": None},
        {"scope": "Scope 3", "now": "scope3@2025", "before": None},
    ]
    columns = (("scope", "Scope", None), ("now", "2025", "kg CO2e"), ("before", "2024", "kg CO2e"))
    chart = Chart(id="ghg-chart", title="Emissions", mark="bar", table="ghg", x="scope", y="now")
    return (_table("ghg", "Emissions", columns, rows),), (chart,)


def _scope3() -> tuple[Table, ...]:
    known = {1, 4, 6, 7}
    rows = [
        {"category": number, "amount": f"scope3.{number}@2025" if number in known else None,
         "note": "measured" if number in known else "not known"}
        for number in range(1, 16)
    ]  # fmt: skip
    columns = (("category", "Category", None), ("amount", "Emissions", "kg CO2e"), ("note", "Note", None))
    return (_table("scope3", "Scope 3", columns, rows),)


def _sites() -> tuple[Table, ...]:
    rows = [
        {"site": one, "scope1": f"scope1@2025@site:{one}", "scope2": f"scope2.location@2025@site:{one}"}
        for one in ("HQ", "harbour")
    ]
    columns = (("site", "Site", None), ("scope1", "Scope 1", "kg CO2e"), ("scope2", "Scope 2", "kg CO2e"))
    return (_table("sites", "Sites", columns, rows),)


def _risks() -> tuple[Table, ...]:
    risks = (
        ("R1", "Flood of the harbour site", "Physical, acute", "Short term", 3, 5,
         "Switchgear is raised, walls are closed; the insurer was told, and a second supply is being studied."),
        ("R2", "Heat in the paint shop", "Physical, chronic", "Medium term", 4, 2, "Cooling from the river."),
        ("R3", "Price of carbon on electricity", "Transition: policy and law", "Medium term", 5, 3,
         "Power purchase agreements, and the measures of the plan."),
        ("R4", "Steel of low emissions is scarce", "Transition: market", "Long term", 3, 3, "Two more suppliers."),
        ("O1", "Repairs instead of new parts", "Opportunity: products and services", "Short term", 4, 3, "A new line."),
    )  # fmt: skip
    names = ("id", "title", "kind", "horizon", "likelihood", "severity", "response")
    labels = ("Short name", "Risk or opportunity", "Kind", "Horizon", "Likelihood", "Severity", "Response")
    columns = tuple((name, label, None) for name, label in zip(names, labels, strict=True))
    return (
        _table(
            "risks", "Climate risks and opportunities", columns, [dict(zip(names, one, strict=True)) for one in risks]
        ),
    )


def _scenarios() -> tuple[tuple[Table, ...], tuple[Chart, ...]]:
    rows = [
        {"scenario": label, "year": year, "cost": f"cost.carbon.{one}@{year}"}
        for one, label in (("net_zero", "Net Zero 2050"), ("ndc", "NDC"))
        for year in (2025, 2030, 2040)
    ]
    columns = (("scenario", "Scenario", None), ("year", "Year", None), ("cost", "Cost of carbon", "CNY"))
    chart = Chart(
        id="scenario-chart", title="Cost of carbon by scenario", mark="line", table="scenario-costs", x="year",
        y="cost", series="scenario", note=Said("Prices are those of the paths named; no measure is counted."),
    )  # fmt: skip
    return (_table("scenario-costs", "Cost of carbon by scenario", columns, rows),), (chart,)


def _plain_tables() -> dict[str, tuple[Table, ...]]:
    ends = (("Short term", 2025, 2027), ("Medium term", 2028, 2035), ("Long term", 2036, 2050))
    horizons = [dict(zip(("horizon", "first", "last"), one, strict=True)) for one in ends]
    spans = (("horizon", "Horizon", None), ("first", "First year", None), ("last", "Last year", None))
    energy = [{"carrier": "Energy", "amount": "energy.total@2025"}]
    carriers = (("carrier", "Carrier", None), ("amount", "Energy", "kWh"))
    restated = [{"year": 2024, "was": 5_310_000.0, "now": "scope2.location@2024", "why": "A meter was read twice."}]
    targets = [{"name": "Scopes 1 and 2 by half", "base": 2023, "aim": 2030, "done": "target.progress@2025"}]
    aims = (
        ("name", "Target", None),
        ("base", "Base year", None),
        ("aim", "Target year", None),
        ("done", "Share done", None),
    )
    return {
        "strategy.horizons": (_table("horizons", "Time horizons", spans, horizons),),
        "metrics.energy": (_table("energy", "Energy", carriers, energy),),
        "metrics.restatement": (
            _table("restated", "Restatements", (("year", "Year", None), ("was", "Was", "kg CO2e"),
                   ("now", "Now", "kg CO2e"), ("why", "Reason", None)), restated),
        ),
        "metrics.intensity": (
            _table("intensity", "Intensity", (("what", "Figure", None), ("amount", "Value", "kg CO2e/CNY")),
                   [{"what": "Revenue", "amount": "intensity.revenue@2025"}]),
        ),
        "targets.set": (_table("targets", "Targets", aims, targets),),
        "targets.progress": (_table("progress", "Progress", aims, targets),),
        "targets.basis": (_table("basis", "Targets", aims, targets),),
    }  # fmt: skip


def _tables() -> tuple[dict[str, tuple[Table, ...]], dict[str, tuple[Chart, ...]]]:
    (ghg, bars), (costs, lines) = _ghg(), _scenarios()
    tables = {
        **_plain_tables(), "metrics.ghg": ghg, "strategy.scenarios": costs, "strategy.resilience": costs,
        "metrics.scope3": _scope3(), "metrics.contracts": _sites(), "metrics.method": _sites(),
        "strategy.risks": _risks(), "strategy.value_chain": _sites(),
    }  # fmt: skip
    return tables, {"metrics.ghg": bars, "strategy.scenarios": lines}


_NUMBERS: dict[str, tuple[str, ...]] = {
    "metrics.transition_exposure": ("exposure.transition.amount@2025", "exposure.transition.share@2025"),
    "metrics.physical_exposure": ("exposure.physical.amount@2025", "exposure.physical.share@2025"),
    "metrics.opportunities": ("exposure.opportunity.share@2025",),
    "metrics.capital": ("capital.mitigation@2025", "capital.adaptation@2025"),
    "metrics.carbon_price": ("carbon_price.internal@2025",),
    "metrics.remuneration": ("remuneration.share@2025",),
    "governance.targets": ("remuneration.share@2025",),
}
_OWNERS = {"governance": "Lin Wei", "strategy": "Ada Stone", "risk": "Lin Wei", "metrics": "Energy team"}


def _written(topic: Topic) -> dict[str, Written]:
    texts: dict[str, str] = _HELD["texts"].get(topic.id, {})
    return {
        lang: Written(
            lang=lang, markdown=text, entry=f"narrative-{topic.id}-{lang}", by="lin.wei", at=AT,
            hash=hashlib.sha256(text.encode()).hexdigest(),
            approved_by="" if topic.part == "risk" else "ada.stone",
        )
        for lang, text in texts.items() if text
    }  # fmt: skip


def _answer(topic: Topic, requirements: tuple[str, ...]) -> Answer:
    tables, charts = _tables()
    written = _written(topic)
    figures = tuple(FIGURES[key] for key in _NUMBERS.get(topic.id, ()))
    omission = None
    if (told := _HELD["omitted"].get(topic.id)) is not None:
        reason = {lang: told[lang] for lang in ("en", "zh")}
        omission = Omission(ground=told["ground"], reason=reason, entry=f"omission-{topic.id}",
                            until=date(2027, 3, 31))  # fmt: skip
    has = {"narrative": len(written) == 2, "table": topic.id in tables, "figure": bool(figures)}
    there = [has[one] for one in topic.content]
    whole = all(there) and all(one.state != "missing" for one in figures)
    status = "omitted" if omission else "answered" if whole else "partly" if any(there) or written else "open"
    says = (Said("{count} sites are in the boundary.", {"count": 2}),) if topic.id == "metrics.ghg" else ()
    return Answer(
        topic=topic, status=status, requirements=requirements, written=written, figures=figures,
        tables=tables.get(topic.id, ()), charts=charts.get(topic.id, ()), says=says, omission=omission,
        owner=_OWNERS[topic.part], due=date(2026, 2, 28), evidence=(f"entry:{figure_id(topic.id)}",) if written else (),
    )  # fmt: skip


_FINDINGS = (
    Finding(code="disclose.typed", place="metrics.scope3", found="a number was typed: {number}",
            expected="a placeholder", remedy="name the figure that it is", params={"number": "12 %"},
            severity="warning"),
    Finding(code="disclose.stale", place="intensity.revenue@2025", found="a figure is stale",
            expected="a figure of what the workspace holds now", remedy="record the inventory again",
            severity="warning"),
)  # fmt: skip


def made_edition() -> Edition:
    """The first edition of the made statement."""
    return Edition(number=1, sha256=hashlib.sha256(b"made").hexdigest(), locked_by="ada.stone", locked_at=AT, key="k-1")


def made_statement(standard: str = "tcfd", *, edition: Edition | None = None, **changed: Any) -> Statement:
    """A full statement of a standard, in both languages.

    Parameters
    ----------
    standard : str
        `tcfd`, `ifrs-s2@2025`.
    edition : Edition or None
        None is a draft.
    **changed
        Fields of the statement that are something else.
    """
    held = list_of(standard)
    answers = tuple(_answer(one, tuple(each.id for each in held.asking(one.id))) for one in held.topics())
    made = Statement(
        organisation="Harbour Works 海港制造", year=YEAR, standard=held, answers=answers, figures=FIGURES,
        findings=_FINDINGS, limits=(Said("Scope 3 rests on what suppliers say."),), made=AT, edition=edition,
        simulated=True,
    )  # fmt: skip
    return replace(made, **changed)
