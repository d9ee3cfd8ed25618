"""Everything that is wrong with a commitment, told at once."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from wattstone.base import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import ArrayLike

    from wattstone.dispatch.commitment.types import Carrier, Commitment, Store, Unit

Floats = NDArray[np.float64]

__all__ = ["problems"]


def problems(problem: Commitment) -> tuple[Finding, ...]:
    """What is wrong with a commitment, in the order of carriers, units and stores.

    Parameters
    ----------
    problem : Commitment
        As it is asked.
    """
    if not problem.steps >= 1 or not (np.isfinite(problem.hours) and problem.hours > 0):
        return (
            _wrong(
                "horizon", "the horizon", "{steps} steps of {hours} h", "one step or more, each longer than 0 h",
                "give the number of steps and their length in hours", steps=problem.steps, hours=problem.hours,
            ),
        )  # fmt: skip
    return (*_names(problem), *_carriers(problem), *_units(problem), *_stores(problem))


def _wrong(code: str, place: str, found: str, expected: str, remedy: str, **params: Any) -> Finding:
    first, count = params.pop("first", None), params.pop("count", 1)
    return Finding(
        code=f"plant.commitment_{code}", place=place, found=found, expected=expected, remedy=remedy, params=params,
        first=first, count=count,
    )  # fmt: skip


def _names(problem: Commitment) -> Iterator[Finding]:
    for what, named in (("carrier", problem.carriers), ("unit", problem.units), ("store", problem.stores)):
        for name, times in Counter(one.name for one in named).items():
            if times > 1:
                yield _wrong(
                    "names", f"{what} '{name}'", "{times} of them have this name", "names that differ",
                    "rename all but one", times=times,
                )  # fmt: skip
    if not (np.isfinite(problem.carbon_price) and problem.carbon_price >= 0):
        yield _number("the horizon", "the price of carbon", problem.carbon_price, "0 or more")


def _number(place: str, what: str, value: object, expected: str) -> Finding:
    return _wrong(
        "number", place, "{what} is {value}", "{wanted}", "correct the number, or leave it out for the default",
        what=what, value=value, wanted=expected,
    )  # fmt: skip


def _series(place: str, what: str, value: ArrayLike, steps: int) -> Iterator[Finding]:
    """A number for every step, or one for all."""
    array = np.asarray(value, dtype=np.float64)
    if array.shape not in ((), (1,), (steps,)):
        yield _wrong(
            "shape", place, "{what} has shape {shape}", "one number, or {steps}: one for every step",
            "give as many numbers as there are steps", what=what, shape=array.shape, steps=steps,
        )  # fmt: skip
    elif bad := np.flatnonzero(np.isnan(np.atleast_1d(array))).tolist():
        yield _wrong(
            "gap", place, "{what} is missing at {count} {count:step|steps}", "a number at every step",
            "fill the gap, or shorten the horizon to end before it", what=what, count=len(bad), first=f"step {bad[0]}",
        )  # fmt: skip


def _carriers(problem: Commitment) -> Iterator[Finding]:
    for one in problem.carriers:
        place, t = f"carrier '{one.name}'", problem.steps
        series = {
            "demand": one.demand, "price": one.price, "limit": one.limit, "sale": one.sale,
            "sale_limit": one.sale_limit, "carbon": one.carbon,
        }  # fmt: skip
        wrong = [
            found
            for what, value in series.items()
            if value is not None
            for found in _series(place, f"`{what}`", value, t)
        ]
        yield from wrong
        for what, value in (("demand_charge", one.demand_charge), ("peak_before", one.peak_before)):
            if not (np.isfinite(value) and value >= 0):
                yield _number(place, f"`{what}`", value, "0 or more")
        if one.penalty is not None and not (np.isfinite(one.penalty) and one.penalty > 0):
            yield _number(place, "`penalty`", one.penalty, "above 0")
        if not wrong:
            yield from _trade(one, place, problem)


def _trade(one: Carrier, place: str, problem: Commitment) -> Iterator[Finding]:
    if not np.isfinite(np.asarray(one.demand)).all():
        yield _number(place, "`demand`", "infinite", "a finite number at every step")
    for what, value in (("limit", one.limit), ("sale_limit", one.sale_limit), ("carbon", one.carbon)):
        if value is not None and float(np.min(value)) < 0:
            yield _number(place, f"`{what}`", float(np.min(value)), "0 or more")
    if one.price is None or one.sale is None:
        return
    whole = np.asarray(one.price) + np.asarray(one.carbon) * problem.carbon_price
    less = np.flatnonzero(np.broadcast_to(whole < np.asarray(one.sale), (problem.steps,)))
    if less.size:
        yield _wrong(
            "arbitrage", place, "at {count} {count:step|steps} a kWh costs less than is paid for one that leaves",
            "a price, carbon included, of at least what is paid for what leaves",
            "correct the prices: buying and selling at once would have no end", count=int(less.size),
            first=f"step {less[0]}",
        )  # fmt: skip


def _units(problem: Commitment) -> Iterator[Finding]:
    names = {one.name for one in problem.carriers}
    for unit in problem.units:
        place = f"unit '{unit.name}'"
        for carrier in sorted({unit.carrier, *unit.flows} - names):
            yield _unknown(place, carrier, names)
        yield from _rules(unit, place)
        available = _available(unit, problem.steps)
        if available is None:
            yield _wrong(
                "shape", place, "`available` has shape {shape}", "a truth value for each of the {steps} steps",
                "give as many values as there are steps", shape=np.asarray(unit.available).shape, steps=problem.steps,
            )  # fmt: skip
            continue
        yield from _curves(unit, place, problem.steps, available)
        yield from _before(unit, place, available)


def _unknown(place: str, carrier: str, names: set[str]) -> Finding:
    return _wrong(
        "carrier", place, "there is no carrier '{name}'", "one of {names}", "add the carrier, or correct the name",
        name=carrier, names=", ".join(sorted(names)) or "none",
    )  # fmt: skip


def _available(unit: Unit, steps: int) -> NDArray[np.bool_] | None:
    if unit.available is None:
        return np.ones(steps, dtype=np.bool_)
    given = np.asarray(unit.available)
    return given.astype(np.bool_) if given.shape == (steps,) else None


def _rules(unit: Unit, place: str) -> Iterator[Finding]:
    for what, value in (("start_cost", unit.start_cost), ("run_cost", unit.run_cost)):
        if not (np.isfinite(value) and value >= 0):
            yield _number(place, f"`{what}`", value, "0 or more")
    for what, steps in (("least_up", unit.least_up), ("least_down", unit.least_down), ("since", unit.since)):
        if steps < 1 or steps != int(steps):
            yield _number(place, f"`{what}`", steps, "a whole number of steps, 1 or more")
    if unit.ramp is None:
        return
    if not (np.isfinite(unit.ramp) and unit.ramp > 0):
        yield _number(place, "`ramp`", unit.ramp, "above 0; None for no limit")
    if unit.on_before and (unit.load_before is None or not np.isfinite(unit.load_before)):
        yield _wrong(
            "ramp", place, "it ran before the first step and has a ramp, but no load before", "`load_before`",
            "give the load that it had just before the first step",
        )  # fmt: skip


def _curves(unit: Unit, place: str, steps: int, runs: NDArray[np.bool_]) -> Iterator[Finding]:
    load = np.atleast_1d(np.asarray(unit.load, dtype=np.float64))
    shape = (steps, load.shape[-1])
    arrays = {"load": load} | {f"flows[{name}]": np.asarray(one, dtype=np.float64) for name, one in unit.flows.items()}
    sound = True
    for what, array in arrays.items():
        try:
            full = np.broadcast_to(array, shape)[runs]
        except ValueError:
            sound = False
            yield _wrong(
                "shape", place, "`{what}` has shape {got}", "{shape}, or that of one step", "give a value for every "
                "breakpoint, at every step or once", what=what, got=array.shape, shape=shape,
            )  # fmt: skip
            continue
        bad = np.flatnonzero(~np.isfinite(full).all(axis=1))
        if bad.size:
            sound = False
            yield _wrong(
                "gap", place, "`{what}` is no finite number at {count} {count:step|steps}", "finite numbers",
                "give the numbers, or mark these steps as not available", what=what, count=int(bad.size),
                first=f"step {np.flatnonzero(runs)[bad[0]]}",
            )  # fmt: skip
    if sound:
        yield from _rising(place, np.broadcast_to(load, shape), runs)


def _rising(place: str, load: Floats, runs: NDArray[np.bool_]) -> Iterator[Finding]:
    over = np.flatnonzero(runs & (load[:, 0] > load[:, -1]))
    flat = np.flatnonzero(runs & (load[:, 0] <= load[:, -1]) & (np.diff(load, axis=1) <= 0).any(axis=1))
    below = np.flatnonzero(runs & (load[:, 0] < 0))
    if over.size:
        yield _wrong(
            "least", place, "its least load {least:.6g} is above its most {most:.6g} at {count} {count:step|steps}",
            "a least load below the most", "correct the limits, or mark these steps as not available",
            least=float(load[over[0], 0]), most=float(load[over[0], -1]), count=int(over.size),
            first=f"step {over[0]}",
        )  # fmt: skip
    if flat.size:
        yield _wrong(
            "breakpoints", place, "its breakpoints do not rise at {count} {count:step|steps}: {points}",
            "each breakpoint above the one before", "sort the breakpoints and drop those that repeat",
            points=", ".join(f"{one:.6g}" for one in load[flat[0]]), count=int(flat.size), first=f"step {flat[0]}",
        )  # fmt: skip
    if below.size:
        yield _wrong(
            "negative", place, "its load is {least:.6g} at {count} {count:step|steps}", "loads of 0 or more",
            "count what it takes in `flows`", least=float(load[below[0], 0]), count=int(below.size),
            first=f"step {below[0]}",
        )  # fmt: skip


def _before(unit: Unit, place: str, runs: NDArray[np.bool_]) -> Iterator[Finding]:
    """A unit that has to go on running must be able to."""
    if unit.since < 1 or not unit.on_before:
        return
    left = min(unit.least_up - unit.since, runs.size)
    barred = np.flatnonzero(~runs[: max(left, 0)])
    if barred.size:
        yield _wrong(
            "least_up", place,
            "it has run for {since} of its {least} least steps and must go on for {left}, but is not available",
            "available until its least time is over", "make it available, or shorten `least_up`",
            since=unit.since, least=unit.least_up, left=left, first=f"step {barred[0]}",
        )  # fmt: skip


def _stores(problem: Commitment) -> Iterator[Finding]:
    names = {one.name for one in problem.carriers}
    for store in problem.stores:
        place = f"store '{store.name}'"
        if store.carrier not in names:
            yield _unknown(place, store.carrier, names)
        for what, value, good, expected in _store_numbers(store):
            if not good:
                yield _number(place, f"`{what}`", value, expected)


def _store_numbers(store: Store) -> Iterator[tuple[str, float, bool, str]]:
    for what, value in (("capacity", store.capacity), ("charge", store.charge), ("discharge", store.discharge)):
        yield what, value, bool(np.isfinite(value) and value >= 0), "0 or more"
    yield "loss", store.loss, 0 <= store.loss < 1, "a share of 0 or more, below 1"
    yield "efficiency", store.efficiency, 0 < store.efficiency <= 1, "a share above 0, 1 at most"
    yield "initial", store.initial, 0 <= store.initial <= store.capacity, "between 0 and the capacity"
    if store.final is not None:
        yield "final", store.final, 0 <= store.final <= store.capacity, "between 0 and the capacity"
