"""What cannot be planned: temperatures in other units, machines that cannot run, a demand that nothing can meet."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from wattstone.base import Finding, InputRefused
from wattstone.dispatch.plant.plant import Ahead, Plant
from wattstone.dispatch.plant.result import Operation, PlantPlan
from wattstone.equipment.plant import sources
from wattstone.equipment.plant.sources import Flows, Source
from wattstone.workflows.plant.expected import TEMPERATURES, Expected
from wattstone.workflows.plant.read import ReadPlant

__all__ = ["refuse_impossible", "softened", "unequal", "wasted"]

Floats = NDArray[np.float64]
LOADS = 9  # between least and capacity, at which a machine is tried
NEAR = 1e-3  # share of the demand that is none
_COLUMNS = {"air": "flow"}
WATER = {"chilled_supply", "chilled_return", "heating_supply", "heating_return"}


def refuse_impossible(read: ReadPlant, plant: Plant, expected: Expected, ahead: Ahead) -> None:
    """Refuse hours that no plan can be made for.

    Parameters
    ----------
    read : ReadPlant
        The plant, for the places of what is found.
    plant : Plant
        With its compressors, if it has any.
    expected : Expected
        What it has to do; demand is refused only where it was measured or given.
    ahead : Ahead
        Its hours.

    Raises
    ------
    InputRefused
        `plant.fahrenheit`, `plant.kelvin`, `plant.crossed`, `plant.wet_above_dry`, `plant.no_weather`,
        `plant.negative_power`, `plant.demand_above`.
    """
    idle = np.zeros(ahead.steps)
    odd = tuple(sources.findings(plant.machines[0].source, idle, ahead.at))
    if wrong := [_placed(one, read, expected) for one in odd if one.severity == "error"]:
        raise InputRefused(wrong)
    runs = {one.name: _tried(one.source, ahead) for one in plant.machines}
    for one in plant.machines:
        blind = list(_blind(read, one.source, ahead))
        wrong += blind or list(_negative(runs[one.name], one.source, ahead))
    if not wrong and expected.source == "measured":
        for carrier, asked in (("cold", ahead.cold), ("heat", ahead.heat)):
            wrong += _above(carrier, asked, _most(plant, runs.values(), carrier, ahead.steps), read, ahead)
        for one in plant.carriers:
            asked = np.broadcast_to(one.demand, (ahead.steps,))
            wrong += _above(one.name, asked, _most(plant, (), one.name, ahead.steps), read, ahead, unit=one.unit)
    if wrong:
        raise InputRefused(wrong)


def softened(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings of a plan that is there all the same: none of them refuses it."""
    return tuple(replace(one, severity="warning") for one in found)


def wasted(read: ReadPlant, plant: Plant, ahead: Ahead, done: Operation) -> Iterator[Finding]:
    """Cold that is made and lost: because no machine runs as low as is asked, or because those that run make too much.

    Yields
    ------
    Finding
        `plant.below_least`, `plant.cold_lost`.
    """
    over = done.surplus.get("cold", np.zeros(ahead.steps))
    lost = over > np.maximum(NEAR * ahead.cold, 0.1)
    below = (ahead.cold > 0) & (ahead.cold < _smallest(plant, ahead))
    if (lost & below).any():
        yield _lost(
            read,
            ahead,
            np.where(lost & below, over, 0.0),
            code="plant.below_least",
            found="{asked} kW are asked at {worst}, less than the least that any set of its machines makes: {more} kW "
            "more are made and lost; so it is in {count} of {total} steps",
            expected="a demand of 0 kW, or of what a machine makes at its least load or more",
            remedy="add a [[store]] of cold or a smaller machine, or correct least_share of the smallest",
        )
    if (lost & ~below).any():
        yield _lost(
            read,
            ahead,
            np.where(lost & ~below, over, 0.0),
            code="plant.cold_lost",
            found="the machines that run at {worst} make {more} kW more cold than the {asked} kW that are asked and "
            "what stores take, and it is lost; so it is in {count} of {total} steps",
            expected="as much as is used or stored",
            remedy="check least_up_h and least_share of the machines, or add a [[store]] of cold or a smaller machine",
        )


def _smallest(plant: Plant, ahead: Ahead) -> Floats:
    """The least that any machine makes of cold, of those that may run; infinite where none may. [kW]"""
    smallest = np.full(ahead.steps, np.inf)
    for one in plant.machines:
        if one.source.makes != "heat":
            least = np.where(one.source.capacity(ahead.at) > 0, np.nan_to_num(one.source.least(ahead.at)), np.inf)
            may = True if one.available is None else one.available
            smallest = np.minimum(smallest, np.where(may, least, np.inf))
    return smallest


def _lost(read: ReadPlant, ahead: Ahead, over: Floats, *, code: str, found: str, expected: str, remedy: str) -> Finding:
    steps, worst = np.flatnonzero(over), int(np.argmax(over))
    return Finding(
        code=code,
        place=f"plant '{read.plant.name}', cold",
        found=found,
        expected=expected,
        remedy=remedy,
        params={
            "asked": f"{ahead.cold[worst]:.4g}",
            "more": f"{over[worst]:.4g}",
            "total": ahead.steps,
            "worst": f"{ahead.time(worst)}Z",
        },
        count=steps.size,
        first=f"{ahead.time(int(steps[0]))}Z",
        severity="warning",
    )


def unequal(read: ReadPlant, ahead: Ahead, made: PlantPlan) -> Iterator[Finding]:
    """Savings against a rule that leaves more, or less, of the demand unmet than the plan does.

    Yields
    ------
    Finding
        `plant.unequal_service`.
    """
    for rule in made.baselines:
        for carrier, missing in made.operation.unserved.items():
            asked = float(getattr(ahead, carrier).sum()) * ahead.hours
            own, other = (float(one.sum()) * ahead.hours for one in (missing, rule.operation.unserved[carrier]))
            if abs(own - other) > max(NEAR * asked, 0.1):
                yield Finding(
                    code="plant.unequal_service",
                    place=f"plant '{read.plant.name}', {rule.rule}",
                    found="of {asked} kWh of {carrier} the plan leaves {own} kWh unmet and the rule {other} kWh: what"
                    " one saves against the other is not for the same service",
                    expected="ways of running that deliver the same",
                    remedy="compare their costs with what is asked for in vain in mind, or add the machine that is"
                    " missing",
                    params={
                        "carrier": carrier,
                        "asked": f"{asked:.4g}",
                        "own": f"{_settled(own, asked):.4g}",
                        "other": f"{_settled(other, asked):.4g}",
                    },
                    severity="warning",
                )


def _settled(unmet: float, asked: float) -> float:
    """What is left unmet; what a solver leaves within its tolerance is nothing. [kWh]"""
    return 0.0 if unmet <= 1e-9 * asked else unmet


def _tried(source: Source, ahead: Ahead) -> Flows:
    """A machine at loads from its least to its capacity, (loads, t)."""
    low, high = source.least(ahead.at), source.capacity(ahead.at)
    shares = np.linspace(0.0, 1.0, LOADS)[:, None]
    return source.run(low + (high - low) * shares, ahead.at)


def _blind(read: ReadPlant, source: Source, ahead: Ahead) -> Iterator[Finding]:
    lacking = [name for name in sorted(TEMPERATURES) if name not in read.columns]
    if lacking and np.isnan(source.capacity(ahead.at)).all():
        yield Finding(
            code="plant.no_weather",
            place=f"{read.path.name}, data",
            found="what '{name}' can make follows the weather, and no column of {lacking} is named",
            expected="dry_bulb for machines that take outdoor air, wet_bulb for cooling towers",
            remedy="name the columns of the file under [data]",
            params={"name": source.name, "lacking": ", ".join(lacking)},
        )


def _negative(tried: Flows, source: Source, ahead: Ahead) -> Iterator[Finding]:
    """Power or fuel below 0, or a machine of some capacity that runs at no load all the same."""
    taken = np.minimum(tried.electricity, tried.fuel)
    known = bool(np.isfinite(taken).any())
    if np.nanmin(taken) >= 0 if known else not np.nanmax(source.capacity(ahead.at), initial=0.0) > 0:
        return
    load = np.maximum(tried.cold, tried.heat)
    at = np.unravel_index(int(np.nanargmin(taken)) if known else 0, taken.shape)
    yield Finding(
        code="plant.negative_power",
        place=f"machine '{source.name}'",
        found="it would take {power} kW at {load} kW" if known else "its curve gives no power above 0 kW at any load",
        expected="more than 0 kW at every load that it can run at",
        remedy="correct its coefficients or curves, and the temperatures of [water]",
        params={"power": f"{taken[at]:.4g}", "load": f"{load[at]:.4g}"},
        first=f"{ahead.time(int(at[-1]))}Z",
    )


def _most(plant: Plant, runs: Iterable[Flows], carrier: str, steps: int) -> Floats:
    """The most that all machines and stores give together. [kW]"""
    most = np.zeros(steps)
    for tried in runs:
        given = np.nan_to_num(getattr(tried, carrier))
        most += np.maximum(given.max(axis=0), 0.0)
    for unit in plant.units:
        own = {unit.carrier: unit.load, **unit.flows}
        if carrier in own:
            given = np.atleast_2d(own[carrier])
            most += np.maximum(given.max(axis=-1), 0.0)
    return most + sum(one.discharge for one in plant.stores if one.carrier == carrier and one.capacity > 0)


def _above(
    carrier: str, asked: Floats, most: Floats, read: ReadPlant, ahead: Ahead, *, unit: str = "kW"
) -> Iterator[Finding]:
    short = asked - most
    steps = np.flatnonzero(short > NEAR * np.maximum(asked, 1.0))
    if not steps.size:
        return
    worst = int(np.argmax(short))
    yield Finding(
        code="plant.demand_above",
        place=f"{read.log.name}, column '{read.columns.get(_COLUMNS.get(carrier, carrier), carrier)}'",
        found="{asked} {unit} of {carrier} are asked at {worst}, and all machines and stores together give {most} "
        "{unit}: {short} {unit} are missing; more than they give is asked in {count} of {total} steps",
        expected="a demand that the machines can meet, in {unit}",
        remedy="check the unit of the column, or add the machine that is missing to the plant file",
        params={
            "carrier": carrier,
            "asked": f"{asked[worst]:.5g}",
            "most": f"{most[worst]:.5g}",
            "short": f"{short[worst]:.5g}",
            "total": ahead.steps,
            "worst": f"{ahead.time(worst)}Z",
            "unit": unit,
        },
        count=steps.size,
        first=f"{ahead.time(int(steps[0]))}Z",
    )


def _placed(one: Finding, read: ReadPlant, expected: Expected) -> Finding:
    """A finding on conditions, with the column or the key that says them, and the hour."""
    name = str(one.params.get("parameter", one.params.get("colder", "wet_bulb")))
    column = read.columns.get(name)
    place = f"{read.path.name}, water" if name in WATER else f"{read.log.name}, column '{column}'"
    step = int(one.first.rsplit(" ", 1)[-1]) if one.first else 0
    at = expected.start + step * timedelta(hours=expected.hours)
    return replace(one, place=place, first=f"{at:%Y-%m-%dT%H:%M}Z")
