"""Tables and charts of scenarios: their paths, what carbon and energy would cost, and what levers take off it."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np
import polars as pl

from wattstone.disclosure.line_names import part
from wattstone.disclosure.scenarios.costed import Costed
from wattstone.disclosure.scenarios.driven import COVERED
from wattstone.disclosure.scenarios.lines import allowed_name, lever_name, promise_name, reduction_name
from wattstone.programme.kinds import record_kind
from wattstone.programme.report import Chart, Column, Said, Table

__all__ = ["scenario_charts", "scenario_tables"]

_AIM: Final = record_kind("scenario").field("aim").choices
_STATUS: Final = record_kind("abatement").field("status").choices
_T: Final = "t CO2e"
_SCENARIO: Final = Column("title", "Scenario")
_YEAR: Final = Column("year", "Year")

Row = dict[str, Any]


def scenario_tables(scenarios: Sequence[Costed]) -> tuple[Table, ...]:
    """The tables that have rows.

    Parameters
    ----------
    scenarios : sequence of Costed
    """
    if not scenarios:
        return ()
    money = _money(scenarios)
    made = (
        Table("scenarios", "Scenarios used", _ABOUT, _frame(_about(one) for one in scenarios)),
        Table("carbon_price", "Price of carbon by scenario", _price_columns(money), _frame(_prices(scenarios))),
        Table("carbon_cost", "Cost of carbon by scenario and year", _cost_columns(money), _frame(_costs(scenarios))),
        Table("levers", "What each measure takes off the cost of carbon", _lever_columns(money),
              _frame(_levers(scenarios))),
        Table("kept", "Cost of carbon where a target is kept", _kept_columns(money), _frame(_kept(scenarios))),
        Table("energy_cost", "Cost of energy by scenario, year and carrier", _energy_columns(money),
              _frame(_energy(scenarios))),
        Table("energy_total", "Cost of energy by scenario and year", (_SCENARIO, _YEAR,
              Column("cost", "Cost of energy, if nothing is done", money), *_currency(money)),
              _frame(_energy_total(scenarios))),
    )  # fmt: skip
    return tuple(one for one in (*made, *_last(made[3], money)) if one.rows.height)


def _last(levers: Table, money: str | None) -> Iterator[Table]:
    """What measures that count avoid in the year in which most of them are in force; the last of such years."""
    if levers.rows.is_empty():
        return
    sure = levers.rows.filter(pl.col("counted") & pl.col("avoided").is_not_null())
    if sure.height:
        most = sure.group_by("year").len().sort("len", "year")["year"][-1]
        columns = tuple(one for one in _lever_columns(money) if one.name not in ("status", "counted"))
        yield Table("levers_most", "What measures planned or decided avoid in a year", columns, sure.filter(year=most))


def scenario_charts(scenarios: Sequence[Costed], tables: Sequence[Table]) -> tuple[Chart, ...]:
    """Lines a scenario; none where scenarios are in several currencies, for one axis would hold them all.

    Parameters
    ----------
    scenarios : sequence of Costed
    tables : sequence of Table
        As `scenario_tables` gives them.
    """
    there = {one.id for one in tables}
    if _money(scenarios) is None:
        return ()
    most = max((float(np.nanmax(one.inaction)) for one in scenarios if not np.isnan(one.inaction).all()), default=0.0)
    return tuple(
        Chart(id=name, title=title, mark="line", table=table, x="year", y=y, series="title", note=note,
              most=most if table == "carbon_cost" else None)
        for name, title, table, y, note in _CHARTS if table in there and _some(tables, table, y)
    )  # fmt: skip


def _some(tables: Sequence[Table], table: str, column: str) -> bool:
    return any(one.id == table and one.rows[column].is_not_null().any() for one in tables)


_CHARTS: Final = (
    ("carbon_price", "Price of carbon by scenario", "carbon_price", "price",
     Said("A scenario is no forecast: none of them is said to be likely.")),
    ("inaction", "Cost of carbon, if nothing is done", "carbon_cost", "inaction",
     Said("Emissions of the reporting year, moved by the drivers entered, at the price of each scenario.")),
    ("acted", "Cost of carbon, with the levers", "carbon_cost", "levers",
     Said("The same less what measures planned or decided are expected to reduce; what they cost is not in it.")),
    ("energy", "Cost of energy, if nothing is done", "energy_total", "cost",
     Said("Use of the reporting year at prices as the scenario moves them; measures are not in it.")),
)  # fmt: skip

_ABOUT: Final = (
    _SCENARIO, Column("aim", "Aim", labels=_AIM), Column("provider", "Provider"), Column("model", "Model"),
    Column("edition", "Edition"), Column("scenario", "Its name there"), Column("region", "Region"),
    Column("variable", "Variable of the carbon price"), Column("unit", "Unit of the price"),
    Column("price_year", "Price year"), Column("told", "Years that the path tells"),
    Column("covers", "Price meets", labels=COVERED),
    Column("covered", "Share of them that pays"), Column("rate", "Money per unit of the price path"),
    Column("currency", "Currency"), Column("rate_source", "Source of that rate"), Column("source", "Source"),
)  # fmt: skip


def _money(scenarios: Sequence[Costed]) -> str | None:
    """The currency of all of them; None where they have several."""
    found = {one.drawn.currency for one in scenarios}
    return found.pop() if len(found) == 1 else None


def _currency(money: str | None) -> tuple[Column, ...]:
    return () if money is not None else (Column("currency", "Currency"),)


def _price_columns(money: str | None) -> tuple[Column, ...]:
    unit = None if money is None else f"{money}/{_T}"
    return (_SCENARIO, _YEAR, Column("own", "Price as the path tells it"), Column("unit", "Unit of the price"),
            Column("price", "Price of carbon", unit), *_currency(money),
            Column("between", "Between two years of the path"))  # fmt: skip


def _cost_columns(money: str | None) -> tuple[Column, ...]:
    return (_SCENARIO, _YEAR, Column("emissions", "Emissions, if nothing is done", _T),
            Column("left", "Emissions with the levers", _T),
            Column("inaction", "Cost of carbon, if nothing is done", money),
            Column("levers", "Cost of carbon, with the levers", money), Column("avoided", "Avoided cost", money),
            *_currency(money))  # fmt: skip


def _lever_columns(money: str | None) -> tuple[Column, ...]:
    return (_SCENARIO, _YEAR, Column("measure", "Measure"), Column("status", "Status", labels=_STATUS),
            Column("tonnes", "Reduction", _T), Column("avoided", "Avoided cost", money), *_currency(money),
            Column("counted", "In the sum with the levers"))  # fmt: skip


def _kept_columns(money: str | None) -> tuple[Column, ...]:
    return (_SCENARIO, _YEAR, Column("target", "Target"), Column("allowed", "Allowed in the year", _T),
            Column("cost", "Cost of carbon, if the target is kept", money), *_currency(money))  # fmt: skip


def _energy_columns(money: str | None) -> tuple[Column, ...]:
    return (_SCENARIO, _YEAR, Column("carrier", "Carrier"),
            Column("cost", "Cost of energy, if nothing is done", money), *_currency(money),
            Column("still", "Price as in the reporting year"))  # fmt: skip


def _frame(rows: Any) -> pl.DataFrame:
    return pl.DataFrame(list(rows), infer_schema_length=None)


def _at(one: Costed, at: int) -> Row:
    drawn = one.drawn
    return {
        "title": drawn.of["title_en"], "title@zh": drawn.of["title_zh"], "id": drawn.of["id"],
        "year": drawn.years[at], "currency": drawn.currency,
    }  # fmt: skip


def _told(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _link(one: Costed, at: int, name: str) -> str:
    return f"{name}|{one.drawn.subject}|{one.drawn.years[at]}"


def _about(one: Costed) -> Row:
    of, track, money = one.drawn.of, one.drawn.track, one.drawn.money
    return {
        "title": of["title_en"], "title@zh": of["title_zh"], **{name: of[name] for name in (
            "id", "aim", "provider", "model", "edition", "scenario", "region", "covered", "currency", "rate_source")},
        "variable": of["price"], "unit": "" if track is None else track.unit,
        "price_year": None if money is None else money.year or None,
        "told": None if track is None else f"{track.first}–{track.last}",
        "covers": list(of["covers"] or ()), "rate": of["per_unit"], "source": None if track is None else track.source,
        "covered@line": f"disclose.scenario.covered|{one.drawn.subject}|{one.drawn.base}",
        "rate@line": f"disclose.scenario.rate|{one.drawn.subject}|{one.drawn.base}",
    }  # fmt: skip


def _prices(scenarios: Sequence[Costed]) -> Iterator[Row]:
    for one in scenarios:
        track = one.drawn.track
        own = np.full(len(one.drawn.years), np.nan) if track is None else track.at(one.drawn.years)
        for at, year in enumerate(one.drawn.years):
            price = _told(one.drawn.price[at])
            yield {
                **_at(one, at), "own": _told(own[at]), "unit": "" if track is None else track.unit, "price": price,
                "own@line": None if track is None else _link(one, at, "disclose.carbon_price.path"),
                "price@line": _link(one, at, "disclose.carbon_price"),
                "between": None if price is None or track is None else not track.own(year),
            }  # fmt: skip


def _costs(scenarios: Sequence[Costed]) -> Iterator[Row]:
    for one in scenarios:
        for at in range(len(one.drawn.years)):
            values = {
                "emissions": (one.drawn.emissions[at], "emissions.inaction"),
                "left": (one.left[at], "emissions.levers"),
                "inaction": (one.inaction[at], "carbon_cost.inaction"), "levers": (one.acted[at], "carbon_cost.levers"),
                "avoided": (one.inaction[at] - one.acted[at], "carbon_cost.avoided"),
            }  # fmt: skip
            yield {
                **_at(one, at), **{name: _told(value) for name, (value, _) in values.items()},
                **{f"{name}@line": _link(one, at, f"disclose.{line}") for name, (_, line) in values.items()},
            }  # fmt: skip


def _levers(scenarios: Sequence[Costed]) -> Iterator[Row]:
    for one in scenarios:
        if one.levers is None:
            continue
        both = one.levers.reduction + one.levers.possible
        saved = one.cost_of(both)
        counted = one.plan.counted
        for n, at in np.argwhere(both != 0).tolist():
            name = one.plan.measures.names[n]
            if not (counted[n] or one.plan.candidates[n]):
                continue
            yield {
                **_at(one, at), "measure": one.plan.titles[name], "status": one.plan.measures.status[n],
                "tonnes": float(both[n, at]), "avoided": _told(saved[n, at]), "counted": bool(counted[n]),
                "tonnes@line": _link(one, at, reduction_name(name, counted=bool(counted[n]))),
                "avoided@line": _link(one, at, lever_name(name, counted=bool(counted[n]))),
            }  # fmt: skip


def _kept(scenarios: Sequence[Costed]) -> Iterator[Row]:
    for one in scenarios:
        for promise, cost in one.promised:
            for at, year in enumerate(one.drawn.years):
                if year in promise.years:
                    yield {
                        **_at(one, at), "target": promise.title, "allowed": promise.years[year],
                        "cost": _told(cost[at]),
                        "allowed@line": _link(one, at, allowed_name(promise.target)),
                        "cost@line": _link(one, at, promise_name(promise.target)),
                    }  # fmt: skip


def _energy(scenarios: Sequence[Costed]) -> Iterator[Row]:
    for one in scenarios:
        for each in one.carriers:
            for at in range(len(one.drawn.years)):
                yield {
                    **_at(one, at), "carrier": each.carrier, "cost": _told(each.cost[at]), "still": each.still,
                    "cost@line": _link(one, at, f"disclose.energy_cost.{part(each.carrier)}"),
                }  # fmt: skip


def _energy_total(scenarios: Sequence[Costed]) -> Iterator[Row]:
    for one in scenarios:
        for at in range(len(one.drawn.years) if one.carriers else 0):
            yield {
                **_at(one, at), "cost": _told(float(np.sum([each.cost[at] for each in one.carriers]))),
                "cost@line": _link(one, at, "disclose.energy_cost"),
            }  # fmt: skip
