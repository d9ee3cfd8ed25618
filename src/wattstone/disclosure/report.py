"""The report of the module: the register, exposures, scenarios, hazards, capital, pay and internal prices of a year."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import polars as pl

from wattstone.base import Finding
from wattstone.disclosure.checks import wrong
from wattstone.disclosure.counted import SITES_ALL, sites_lines
from wattstone.disclosure.hazards.screening import (
    SITES,
    absent_table,
    hazard_lines,
    hazard_tables,
    unscreened,
    with_exposed,
)
from wattstone.disclosure.registers.exposures import exposed, exposure_findings, exposure_lines, exposure_tables
from wattstone.disclosure.registers.heat import heat_charts, heat_tables
from wattstone.disclosure.registers.money import against_lines, money_lines, money_tables, price_table
from wattstone.disclosure.registers.risks import register_lines, register_tables
from wattstone.disclosure.scenarios.costed import Costed, Used, carriers_of, costed
from wattstone.disclosure.scenarios.drawn import Met, drawn, years_of
from wattstone.disclosure.scenarios.driven import driver_lines, drivers_table
from wattstone.disclosure.scenarios.levers import plan_of, promises_of
from wattstone.disclosure.scenarios.lines import scenario_lines
from wattstone.disclosure.scenarios.paths import Track, track_of
from wattstone.disclosure.scenarios.tables import scenario_charts, scenario_tables
from wattstone.programme.held import held
from wattstone.programme.kinds import record_kind
from wattstone.programme.report import Chart, ModuleReport, Said, Table
from wattstone.programme.targets.known import Known
from wattstone.programme.telling import saying
from wattstone.readings.problems import listed

__all__ = ["LIMITS", "TOPIC_OF", "Beside", "build"]

_HORIZONS: Final = record_kind("climate_risk").field("horizon").choices
_FEW: Final = 5
_say = saying("disclose")

_REGISTER: Final = Said(
    "In the register of {year}: physical risks {physical}, transition risks {transition}, opportunities {gains}."
)
_COST: Final = Said("{scenario}: carbon would cost {cost} in {year} if nothing is done, and {acted} with the levers.")
_MONEY: Final = Said("{amount:,.0f} {currency}")
_EXPOSED: Final = Said(
    "By the layers that were read, {exposed} of the {seen} sites that were looked at are exposed to a hazard, "
    "of {sites} in all."
)
_UNSEEN: Final = Said("No hazard has a value at {unseen} sites: {sites}.")

TOPIC_OF: Final = {
    _REGISTER.text: "strategy.risks", _COST.text: "strategy.resilience", _EXPOSED.text: "metrics.physical_exposure",
    _UNSEEN.text: "metrics.physical_exposure",
}  # fmt: skip
"""Topic of each sentence of the report, by its template."""

LIMITS: Final = (
    Said("Scenarios are no forecasts, and no probability is given to any of them."),
    Said("Cost of carbon is emissions times a share times a price: nothing is passed on, and nothing discounted."),
    Said("What levers avoid is what measures are expected to reduce; what the measures cost is in the abatement plan."),
    Said("Costs of energy and of carbon are not added up: a price of energy may hold that of carbon already."),
    Said("Suppliers' and customers' costs of carbon are not in it, but for emissions that a scenario is said to meet."),
    Said("Ranks, effects and exposed amounts are those entered; effects of risks are not added up."),
    Said("A site counts as exposed by one value of a layer; how vulnerable it is, nobody has assessed here."),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Beside:
    """What the workspace holds beside the entries.

    Parameters
    ----------
    met : Met
        Emissions of the reporting year.
    used : Used
        Energy of the reporting year.
    sites : polars.DataFrame
        Schema `hazards.screening.SITES`: all of the portfolio.
    targets : mapping of str to polars.DataFrame
        Entries of module `target`, with reductions filled in.
    known : Known
        The inventory over the years, for what targets allow.
    findings : tuple of Finding
    """

    met: Met = field(default_factory=Met)
    used: Used = field(default_factory=Used)
    sites: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=SITES))
    targets: Mapping[str, pl.DataFrame] = field(default_factory=dict[str, pl.DataFrame])
    known: Known = field(default_factory=Known)
    findings: tuple[Finding, ...] = ()


def build(entries: Mapping[str, pl.DataFrame], beside: Beside, year: int) -> ModuleReport:
    """The report of a year.

    Parameters
    ----------
    entries : mapping of str to polars.DataFrame
        By kind: those of module `disclose`.
    beside : Beside
    year : int
        Entries of other years are not looked at, but for paths and hazards, which are of no reporting year.

    Returns
    -------
    ModuleReport
    """
    of = {kind: _of(held(entries, kind), year) for kind in _KINDS}
    hazards = held(entries, "hazard")
    risks, horizons, prices = of["climate_risk"], of["horizon"], of["internal_price"]
    money = of["capital"], of["pay"], prices
    shares = exposed(of["exposure"], of["denominator_amount"])
    scenarios = _scenarios(entries, of, beside, year)
    drawings = [one.drawn for one in scenarios]
    names = {site: name or site for site, name in beside.sites.select("site", "name").iter_rows()}
    tables = (
        *register_tables(risks, horizons, names), *heat_tables(risks), *scenario_tables(scenarios),
        *drivers_table(of["driver"], of["scenario"]), *exposure_tables(shares),
        *hazard_tables(hazards, beside.sites, year), *absent_table(of["hazard_absent"]), *money_tables(*money),
        *price_table(prices, drawings),
    )  # fmt: skip
    lines = (
        *register_lines(risks, year), *exposure_lines(shares, year),
        *(one for each in scenarios for one in scenario_lines(each)),
        *hazard_lines(hazards, beside.sites, year), *driver_lines(of["driver"]),
        *sites_lines(beside.sites.height, year), *money_lines(*money, year), *against_lines(prices, drawings),
    ) if tables else ()  # fmt: skip
    return ModuleReport(
        module="disclose", title="Risks, scenarios and exposures", period=str(year),
        says=tuple(_says(risks, scenarios, hazards, beside.sites, year)), lines=lines, tables=tables,
        charts=(*heat_charts(tables), *scenario_charts(scenarios, tables), *_levers_chart(scenarios, tables)),
        findings=(*wrong({one: frame for one, frame in entries.items() if one not in _WRITTEN}),
                  *exposure_findings(shares), *_findings(risks, horizons, scenarios), *beside.findings),
        limits=LIMITS if tables else (), first=_first(scenarios, shares),
        called={**_called(risks), **_called(of["scenario"]), **{f"entry:{one}": one for one in prices["entry"]}},
    )  # fmt: skip


_KINDS: Final = (
    "climate_risk", "horizon", "exposure", "denominator_amount", "capital", "pay", "internal_price", "scenario",
    "driver", "energy_price", "hazard_absent",
)  # fmt: skip
_WRITTEN: Final = ("narrative", "review", "responsibility", "omission")
"""Kinds that the statement looks at."""


def _of(frame: pl.DataFrame, year: int) -> pl.DataFrame:
    return frame.filter(pl.col("year") == year)


def _scenarios(
    entries: Mapping[str, pl.DataFrame], of: Mapping[str, pl.DataFrame], beside: Beside, year: int
) -> list[Costed]:  # fmt: skip
    paths, rows = held(entries, "path"), list(of["scenario"].sort("id").iter_rows(named=True))
    tracks = [one for row in rows if isinstance(one := track_of(paths, row, row["price"]), Track)]
    plan, promises = plan_of(beside.targets, year), promises_of(beside.targets, beside.known, year)
    years = years_of(tracks, of["horizon"], year, (max(one.years) for one in promises))
    found: list[Costed] = []
    for row in rows:
        one = drawn(row, paths, of["driver"], beside.met, year, years)
        found.append(costed(one, plan, promises, carriers_of(one, of["energy_price"], beside.used)))
    return found


def _levers_chart(scenarios: Sequence[Costed], tables: Sequence[Table]) -> Iterator[Chart]:
    """What each measure that counts avoids, where all scenarios are in one currency."""
    if len({one.drawn.currency for one in scenarios}) == 1 and any(one.id == "levers_most" for one in tables):
        yield Chart(id="levers_most", title="Cost of carbon that measures avoid", mark="stacked", table="levers_most",
                    x="title", y="avoided", series="measure",
                    note=Said("The year in which most of them are in force."))  # fmt: skip


def _says(
    risks: pl.DataFrame, scenarios: Sequence[Costed], hazards: pl.DataFrame, sites: pl.DataFrame, year: int
) -> Iterator[Said]:
    if risks.height:
        found = {one: risks["kind"].str.starts_with(one).sum() for one in ("physical", "transition", "opportunity")}
        yield Said(_REGISTER.text, {
            "year": year, "physical": found["physical"], "transition": found["transition"],
            "gains": found["opportunity"], "physical@line": "disclose.register.physical",
            "transition@line": "disclose.register.transition", "gains@line": "disclose.register.opportunity",
        })  # fmt: skip
    for one in scenarios:
        yield from _scenario_says(one)
    if hazards.height:
        count = with_exposed(hazards).filter("exposed")["site"].n_unique()
        missing = unscreened(hazards, sites)
        seen = sites.height - len(missing)
        yield Said(_EXPOSED.text, {
            "exposed": count, "seen": seen, "sites": sites.height, "exposed@line": "disclose.sites.exposed",
            "seen@line": "disclose.sites.looked_at", "sites@line": SITES_ALL,
        })  # fmt: skip
        if missing:
            yield Said(_UNSEEN.text, {
                "unseen": len(missing), "unseen@line": "disclose.sites.unseen",
                "sites": listed(missing[:_FEW], len(missing)),
            })  # fmt: skip


def _scenario_says(one: Costed) -> Iterator[Said]:
    told = [at for at, cost in enumerate(one.inaction) if cost == cost]
    if told:
        at, year = told[-1], one.drawn.years[told[-1]]
        yield Said(
            _COST.text,
            {"scenario": one.drawn.of["title_en"], "scenario@zh": one.drawn.of["title_zh"], "year": year,
             **{name: Said(_MONEY.text, {"amount": float(cost[at]), "currency": one.drawn.currency})
                for name, cost in (("cost", one.inaction), ("acted", one.acted))},
             **{f"{name}@line": f"disclose.carbon_cost.{line}|{one.drawn.subject}|{year}"
                for name, line in (("cost", "inaction"), ("acted", "levers"))}},
        )  # fmt: skip


def _findings(risks: pl.DataFrame, horizons: pl.DataFrame, scenarios: Sequence[Costed]) -> Iterator[Finding]:
    """What lacks for the numbers to be whole."""
    undefined = sorted(set(risks["horizon"]) - set(horizons["horizon"]))
    for one in undefined:
        yield _say(
            f"horizon '{one}'", "no_horizon", "risks stand in this horizon, and nobody says which years it is",
            "first and last year of each horizon", "enter it as a time horizon", "warning",
        )  # fmt: skip
    for one in scenarios:
        why = one.drawn.why or one.drawn.unmet
        if why is not None:
            yield _say(
                f"scenario '{one.drawn.of['entry']}'", "no_cost", why.text,
                "values of the path, and emissions that it meets", "take the path in, or correct the scenario",
                "warning", **dict(why.params),
            )  # fmt: skip
        elif one.drawn.money is not None and not one.drawn.money.year:
            yield _say(
                f"scenario '{one.drawn.of['entry']}'", "no_price_year",
                "the unit {unit} does not say of which year its money is",
                "money with the year of its prices, as US$2010", "look it up at the provider, and say it in the unit",
                "warning",
                unit="" if one.drawn.track is None else one.drawn.track.unit,
            )  # fmt: skip
        if below := [year for year, price in zip(one.drawn.years, one.drawn.price, strict=True) if price < 0]:
            yield _say(
                f"scenario '{one.drawn.of['entry']}'", "price_below_zero",
                "the price of carbon is below zero in {years}", "a price of carbon of zero or more",
                "correct the path; below zero, who emits more would be paid for it", "warning",
                years=", ".join(map(str, below)),
            )  # fmt: skip


def _first(scenarios: Sequence[Costed], shares: Sequence[Any]) -> tuple[tuple[str, str], ...]:
    """The cost in each scenario, and shares exposed; four are shown."""
    costs = [("disclose.carbon_cost.inaction", one.drawn.subject) for one in scenarios[:2]]
    return (*costs, *((f"disclose.exposure.{one.category}.share", "organisation") for one in shares[:2]))


def _called(rows: pl.DataFrame) -> dict[str, str]:
    return {f"entry:{entry}": title for entry, title in rows.select("entry", "title_en").iter_rows() if title}
