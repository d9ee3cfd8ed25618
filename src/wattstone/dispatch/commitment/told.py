"""What a plan cannot meet, in words: by how much, when, why, and what would meet it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from wattstone.base import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wattstone.dispatch.commitment.form import Form
    from wattstone.dispatch.commitment.types import Committed

Floats = NDArray[np.float64]

__all__ = ["no_schedule", "shortfalls", "unproven"]

_UNSERVED = {
    "capacity": (
        "{energy:.6g} {unit}h of the demand are not met, in {count} {count:step|steps}, at most {worst:.6g} {unit} at "
        "step {at}: all that is there gives {most:.6g} {unit} at most, stores as full as they can be included",
        "add {worst:.6g} {unit} of capacity or storage for that step, or demand that much less",
    ),
    "limit": (
        "{energy:.6g} {unit}h of the demand are not met, in {count} {count:step|steps}, at most {worst:.6g} {unit} at "
        "step {at}: no more of {limits} may be bought then",
        "raise that limit, shift the demand, or store before",
    ),
    "rules": (
        "{energy:.6g} {unit}h of the demand are not met, in {count} {count:step|steps}, at most {worst:.6g} {unit} at "
        "step {at}: machines that could give it stand still, cannot change fast enough, or have too little stored",
        "loosen least times or ramps, fill stores before, or give the plan a longer horizon",
    ),
    "penalty": (
        "{energy:.6g} {unit}h of the demand are not met, in {count} {count:step|steps}, at most {worst:.6g} {unit} at "
        "step {at}: meeting it would cost more than the weight of {penalty:.6g} a kWh that was given",
        "raise the weight if the demand has to be met",
    ),
}


def shortfalls(form: Form, plan: Committed) -> Iterator[Finding]:
    """What a plan does not meet.

    Parameters
    ----------
    form : Form
        What was asked.
    plan : Committed
        What came of it.
    """
    for row, carrier in enumerate(form.problem.carriers):
        lacking, over = plan.unserved[carrier.name], plan.surplus[carrier.name]
        if (lacking > 0).any():
            yield _unserved(form, plan, row, lacking)
        if (over > 0).any():
            worst = int(over.argmax())
            yield _told(
                "surplus", f"carrier '{carrier.name}'",
                "{energy:.6g} {unit}h have nowhere to go, in {count} {count:step|steps}, at most {worst:.6g} {unit} "
                "at step {at}", "supply that can be taken, stored or let go",
                "let it leave (`sale`), lower the least loads or least times of what gives it, or add storage",
                over, form.problem.hours, worst=float(over[worst]), at=worst, unit=carrier.unit,
            )  # fmt: skip
    for row, store in enumerate(form.problem.stores):
        if plan.short[row] > 0:
            yield Finding(
                code="plant.commitment_final", place=f"store '{store.name}'", severity="warning",
                found="it ends {short:.6g} kWh below the level that was asked", expected="{final:.6g} kWh at the end",
                remedy="ask for less at the end, or allow more charging", params={
                    "short": float(plan.short[row]), "final": store.final,
                },
            )  # fmt: skip


def _told(
    code: str, place: str, found: str, expected: str, remedy: str, amount: Floats, hours: float, **params: Any
) -> Finding:
    steps = np.flatnonzero(amount > 0)
    return Finding(
        code=f"plant.commitment_{code}", place=place, found=found, expected=expected, remedy=remedy,
        params={"energy": float(amount.sum() * hours), **params}, count=int(steps.size), first=f"step {steps[0]}",
        severity="warning",
    )  # fmt: skip


def _unserved(form: Form, plan: Committed, row: int, lacking: Floats) -> Finding:
    carrier, worst = form.problem.carriers[row], int(lacking.argmax())
    why, params = _why(form, plan, row, worst)
    found, remedy = _UNSERVED[why]
    return _told(
        "unserved", f"carrier '{carrier.name}'", found,
        "machines, stores and purchase that meet the demand at every step", remedy, lacking,
        form.problem.hours, worst=float(lacking[worst]), at=worst, unit=carrier.unit, **params,
    )  # fmt: skip


def _why(form: Form, plan: Committed, row: int, step: int) -> tuple[str, dict[str, Any]]:
    """What keeps a demand from being met at a step."""
    carrier = form.problem.carriers[row]
    most = form.limit[row, step] + sum(
        max(float(flow[row, step].max()), 0.0)
        for flow, runs in zip(form.flow, form.available[:, step], strict=True)
        if runs
    )
    for store in form.problem.stores:
        if store.carrier == carrier.name:
            most += min(store.discharge, store.capacity / form.problem.hours)
    takes = sum(min(float(plan.flows[carrier.name][index, step]), 0.0) for index in range(plan.on.shape[0]))
    if most < form.demand[row, step] - takes:
        return "capacity", {"most": most}
    full = [
        name
        for other, name in enumerate(form.names)
        if form.buys[other] and plan.bought[name][step] >= form.limit[other, step] * (1 - 1e-6)
    ]
    if full:
        return "limit", {"limits": ", ".join(f"'{name}'" for name in full)}
    if carrier.penalty is not None:
        return "penalty", {"penalty": carrier.penalty}
    return "rules", {}


def unproven(plan: Committed, asked: float) -> Finding:
    """A plan whose distance to the best is larger than was asked.

    Parameters
    ----------
    plan : Committed
        With its bound.
    asked : float
        The gap.
    """
    return Finding(
        code="plant.commitment_gap", place="the plan", severity="warning",
        found="within the time it is shown to cost at most {gap:.3g} % more than the best", expected="{asked:.3g} %",
        remedy="allow more seconds or a wider gap; the plan can be used as it is",
        params={"gap": 100 * plan.gap, "asked": 100 * asked},
    )  # fmt: skip


_RULES = {"ramp": "ramps", "up": "least times on", "down": "least times off"}


def no_schedule(freed: tuple[str, ...]) -> Finding:
    """Rules that no schedule keeps.

    Parameters
    ----------
    freed : tuple of str
        Rules each of which, left out alone, makes a schedule possible: `ramp`, `up`, `down`.
    """
    names = " or ".join(_RULES[rule] for rule in freed) or "any one rule"
    return Finding(
        code="plant.commitment_rules", place="the units", found="no schedule keeps all rules of operation",
        expected="least times, ramps and steps without availability that go together",
        remedy="loosen {rules}" if freed else "loosen least times, ramps and availability together",
        params={"rules": names},
    )  # fmt: skip
