"""What scenarios say, as lines: price, emissions, cost of carbon and of energy by scenario and year."""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from wattstone.disclosure.line_names import part
from wattstone.disclosure.scenarios.costed import Costed
from wattstone.disclosure.scenarios.drawn import Drawn
from wattstone.programme.report import Line, Said

__all__ = ["allowed_name", "lever_name", "promise_name", "reduction_name", "scenario_lines"]

_T: Final = "t CO2e"
_LINEAR: Final = Said("a straight line between the years that the path tells")
_REAL: Final = Said("in money of the price year {year}, as the rate that was entered has it; nothing is discounted")
_EXPECTED: Final = Said("as is to be expected of each measure, by its probability; the cost of measures is not in it")


def lever_name(measure: str, *, counted: bool) -> str:
    """Name of the line of a measure."""
    return f"disclose.lever.{part(measure)}.{'avoided' if counted else 'possible'}"


def reduction_name(measure: str, *, counted: bool) -> str:
    """Name of the line of what a measure reduces, or could."""
    return f"disclose.lever.{part(measure)}.{'reduction' if counted else 'possible_reduction'}"


def promise_name(target: str) -> str:
    """Name of the line of a target."""
    return f"disclose.carbon_cost.target.{part(target)}"


def allowed_name(target: str) -> str:
    """Name of the line of what a target allows."""
    return f"disclose.emissions.target.{part(target)}"


def scenario_lines(one: Costed) -> Iterator[Line]:
    """Lines of a scenario, by year.

    Parameters
    ----------
    one : Costed
    """
    yield from _read(one.drawn)
    for at in range(len(one.drawn.years)):
        yield from _carbon(one, at)
        yield from _levers(one, at)
        yield from _promises(one, at)
        yield from _energy(one, at)


def _line(drawn: Drawn, at: int, name: str, label: str, value: float, unit: str, **more: Any) -> Line:
    known = not np.isnan(value)
    reason = more.pop("reason", None)
    return Line(
        name=name, label=label, value=float(value) if known else None, unit=unit, period=str(drawn.years[at]),
        subject=drawn.subject, basis="estimated", reason=None if known else reason, **more,
    )  # fmt: skip


def _read(drawn: Drawn) -> Iterator[Line]:
    """How the path is read: the share that pays, and what one unit of its money is, as they were entered."""
    for name, label, value, unit in (
        ("covered", "Share of emissions that pays the price", drawn.of["covered"], "1"),
        ("rate", "Money per unit of the price path", drawn.of["per_unit"], drawn.currency),
    ):
        yield Line(
            name=f"disclose.scenario.{name}", label=label, value=float(value), unit=unit, period=str(drawn.base),
            method="disclose.stated/1", inputs=(drawn.entry,), subject=drawn.subject, basis="stated",
        )  # fmt: skip


def _carbon(one: Costed, at: int) -> Iterator[Line]:
    drawn, year = one.drawn, one.drawn.years[at]
    lacking = drawn.no_price(at)
    rests = () if drawn.track is None else drawn.track.rests_on(year)
    notes = () if drawn.track is None else (_source(drawn), *(() if drawn.track.own(year) else (_LINEAR,)))
    yield _line(
        drawn, at, "disclose.carbon_price", "Price of carbon", drawn.price[at], f"{drawn.currency}/{_T}",
        method="disclose.scenario.price/1", inputs=(drawn.entry, *rests), reason=lacking, notes=notes,
    )  # fmt: skip
    if drawn.track is not None:
        own = float(drawn.track.at([year])[0])
        yield _line(
            drawn, at, "disclose.carbon_price.path", "Price as the path tells it", own, drawn.track.unit or "1",
            method="disclose.scenario.price/1", inputs=(drawn.entry, *rests), reason=drawn.track.beyond(year),
            notes=notes,
        )  # fmt: skip
    figures = tuple(drawn.met.inputs[name] for name in drawn.parts)
    moved = (*drawn.activity.inputs, *drawn.grid.inputs)
    tracks = tuple(
        key for each in (drawn.activity, drawn.grid) if each.track is not None
        for when in (drawn.base, year) for key in each.track.rests_on(when)
    )  # fmt: skip
    ahead = tuple(dict.fromkeys((drawn.entry, *figures, *moved, *tracks)))
    yield _line(
        drawn, at, "disclose.emissions.inaction", "Emissions that the price meets, if nothing is done",
        drawn.emissions[at], _T, method="disclose.scenario.emissions/1", inputs=ahead, reason=drawn.no_emissions(at),
        notes=() if moved else (Said("as they are: no driver of activity or of the grid is entered"),),
    )  # fmt: skip
    measures = _measures(one, at)
    yield _line(
        drawn, at, "disclose.emissions.levers", "Emissions that the price meets, with the levers", one.left[at], _T,
        method="disclose.scenario.levers/1", inputs=("line:disclose.emissions.inaction", *measures),
        reason=drawn.no_emissions(at), notes=(_EXPECTED,),
    )  # fmt: skip
    reason = lacking or drawn.no_emissions(at)
    for name, label, value in (
        ("inaction", "Cost of carbon, if nothing is done", one.inaction[at]),
        ("levers", "Cost of carbon, with the levers", one.acted[at]),
    ):
        yield _line(
            drawn, at, f"disclose.carbon_cost.{name}", label, value, drawn.currency, method="disclose.scenario.cost/1",
            inputs=(drawn.entry, "line:disclose.carbon_price", f"line:disclose.emissions.{name}"), reason=reason,
            notes=_money(drawn),
        )  # fmt: skip
    yield _line(
        drawn, at, "disclose.carbon_cost.avoided", "Cost of carbon that the levers avoid",
        one.inaction[at] - one.acted[at], drawn.currency, method="disclose.scenario.cost/1",
        inputs=("line:disclose.carbon_cost.inaction", "line:disclose.carbon_cost.levers"), reason=reason,
        notes=(_EXPECTED,),
    )  # fmt: skip


def _source(drawn: Drawn) -> Said:
    track = drawn.track
    return Said(
        "{provider}, {model}, {edition}: {scenario}, {region}, {variable} in {unit}; {source}",
        {
            **{name: drawn.of[name] for name in ("provider", "model", "edition", "scenario", "region")},
            "variable": "" if track is None else track.variable, "unit": "" if track is None else track.unit,
            "source": "" if track is None else track.source,
        },
    )  # fmt: skip


def _money(drawn: Drawn) -> tuple[Said, ...]:
    rate = Said("one {money} is {rate} {currency}: {source}", {
        "money": "" if drawn.money is None else drawn.money.money, "rate": drawn.of["per_unit"],
        "currency": drawn.currency, "source": drawn.of["rate_source"],
    })  # fmt: skip
    if drawn.money is None or not drawn.money.year:
        return (rate,)
    return (rate, Said(_REAL.text, {"year": drawn.money.year}))


def _measures(one: Costed, at: int) -> tuple[str, ...]:
    """What the measures that act in a year rest on."""
    if one.levers is None:
        return ()
    acting = np.flatnonzero(one.levers.reduction[:, at] != 0).tolist()
    keys = (key for n in acting for key in one.plan.inputs[one.plan.measures.names[n]])
    return tuple(dict.fromkeys(keys))


def _levers(one: Costed, at: int) -> Iterator[Line]:
    if one.levers is None:
        return
    drawn, reason = one.drawn, one.drawn.no_price(at)
    counted, candidates = one.plan.counted, one.plan.candidates
    for n, name in enumerate(one.plan.measures.names):
        if not (counted[n] or candidates[n]):
            continue
        tonnes = one.levers.reduction[n, at] if counted[n] else one.levers.possible[n, at]
        if tonnes == 0:
            continue
        reduced = reduction_name(name, counted=bool(counted[n]))
        yield _line(
            drawn, at, reduced, "What a measure reduces" if counted[n] else "What a candidate could reduce", tonnes, _T,
            method="disclose.scenario.levers/1",
            inputs=(drawn.entry, "line:disclose.emissions.inaction", *one.plan.inputs[name]), notes=(_EXPECTED,),
        )  # fmt: skip
        yield _line(
            drawn, at, lever_name(name, counted=bool(counted[n])),
            "Cost of carbon that a measure avoids" if counted[n] else "Cost of carbon that a candidate could avoid",
            one.cost_of(np.full(len(drawn.years), tonnes))[at], drawn.currency, method="disclose.scenario.levers/1",
            inputs=(drawn.entry, "line:disclose.carbon_price", f"line:{reduced}"), reason=reason,
            notes=(Said("{measure}: {tonnes} t CO2e less in {year}", {
                "measure": one.plan.titles[name], "tonnes": f"{tonnes:.6g}", "year": drawn.years[at]}),),
        )  # fmt: skip


def _promises(one: Costed, at: int) -> Iterator[Line]:
    for promise, cost in one.promised:
        if _year(one, at) in promise.years:
            yield _line(
                one.drawn, at, allowed_name(promise.target), "Allowed where a target is kept",
                promise.years[_year(one, at)], _T, method="disclose.scenario.cost/1", inputs=promise.inputs,
            )  # fmt: skip
            yield _line(
                one.drawn, at, promise_name(promise.target), "Cost of carbon, if a target is kept", cost[at],
                one.drawn.currency, method="disclose.scenario.cost/1",
                inputs=(one.drawn.entry, "line:disclose.carbon_price", f"line:{allowed_name(promise.target)}"),
                reason=one.drawn.no_price(at), notes=(Said("{target}: {allowed} t CO2e are allowed in {year}", {
                    "target": promise.title, "allowed": f"{promise.years[_year(one, at)]:.6g}",
                    "year": _year(one, at)}),),
            )  # fmt: skip


def _year(one: Costed, at: int) -> int:
    """A year by its place."""
    return one.drawn.years[at]


def _energy(one: Costed, at: int) -> Iterator[Line]:
    for each in one.carriers:
        yield _line(
            one.drawn, at, f"disclose.energy_cost.{part(each.carrier)}", "Cost of energy, if nothing is done",
            each.cost[at], one.drawn.currency, method="disclose.scenario.energy/1",
            inputs=(one.drawn.entry, *each.inputs), reason=each.why[at],
            notes=(Said("at the price of the reporting year: no driver moves it"),) if each.still else (),
        )  # fmt: skip
    if one.carriers:
        lacking = next((each.why[at] for each in one.carriers if each.why[at] is not None), None)
        yield _line(
            one.drawn, at, "disclose.energy_cost", "Cost of energy of all carriers, if nothing is done",
            float(np.sum([each.cost[at] for each in one.carriers])), one.drawn.currency,
            method="disclose.scenario.energy/1", reason=lacking,
            inputs=tuple(f"line:disclose.energy_cost.{part(each.carrier)}" for each in one.carriers),
        )  # fmt: skip
