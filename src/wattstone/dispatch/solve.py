"""The planner: from a site, an outlook and a state to a plan, again and again.

A planner keeps one model in HiGHS for each shape of site that it has met. The next plan of the same shape changes
numbers in place, and starts from the basis that is there. Five thousand sites of a few shapes are so planned one
after the other.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from wattstone.base import Finding
from wattstone.dispatch.cost import cost_of
from wattstone.dispatch.exact import both_ways, exact_solution, without_waste
from wattstone.dispatch.highs import INFINITE, PersistentModel, Solution, Status
from wattstone.dispatch.infeasible import relax
from wattstone.dispatch.outlook import checked
from wattstone.dispatch.plan import Plan, Schedule
from wattstone.dispatch.problem import Problem, problem
from wattstone.dispatch.safe import safe_schedule

if TYPE_CHECKING:
    from wattstone.dispatch.infeasible import Conflict
    from wattstone.dispatch.layout import Shape
    from wattstone.dispatch.outlook import Outlook, State
    from wattstone.dispatch.site import Site

Floats = NDArray[np.float64]

__all__ = ["Planner", "schedule_of"]


MODELS = 64  # shapes that are kept; a model of a day takes about 1 MB


@dataclass(eq=False)
class _Held:
    model: PersistentModel
    last: Problem


class Planner:
    """Plans sites, one after the other.

    Parameters
    ----------
    seconds : float
        Limit of one solve; a plan that takes longer is replaced by the declared fallback. [s]
    presolve : bool
        Of use for a horizon of thousands of steps that is solved once; a plan of some hundred columns is quicker
        without.

    Examples
    --------
    Dear evening, cheap night: the battery is filled in the night.

    >>> from datetime import datetime
    >>> from wattstone.dispatch.outlook import Outlook, State
    >>> from wattstone.dispatch.site import Battery, Site
    >>> site = Site(id="yard", batteries=(Battery(id="pack", capacity=4.0, charge=2.0, discharge=2.0,
    ...     charge_efficiency=1.0, discharge_efficiency=0.8),))
    >>> outlook = Outlook(start=datetime(2024, 1, 1), hours=1.0, load=np.ones(4), terminal_value=0.0,
    ...     import_price=np.array([0.1, 0.1, 0.5, 0.5]), export_price=np.zeros(4))
    >>> plan = Planner().plan(site, outlook, State(soc=np.zeros(1)))
    >>> plan.mode, plan.schedule.battery[0].sum().round(6), round(plan.costs.energy, 6)
    ('optimal', np.float64(0.5), 0.45)
    """

    def __init__(self, *, seconds: float = INFINITE, presolve: bool = False) -> None:
        self._seconds = seconds
        self._presolve = presolve
        self._held: dict[Shape, _Held] = {}

    def plan(self, site: Site, outlook: Outlook, state: State) -> Plan:
        """The plan of a site.

        Parameters
        ----------
        site : Site
            Devices, limits, weights.
        outlook : Outlook
            What is expected.
        state : State
            What is measured.

        Returns
        -------
        Plan
            Its mode says whether everything that was asked is kept; it is never silent about what is not.

        Raises
        ------
        InputRefused
            Where outlook or state have no stated fallback; `outlook.checked` lists them all.
        """
        outlook, state, findings = checked(site, outlook, state)
        asked = problem(site, outlook, state)
        solution = self.solve(asked)
        if solution.status is Status.INFEASIBLE:
            return self._explained(asked, findings)
        if solution.status is not Status.OPTIMAL:
            return _safe(asked, (), findings)
        return self._finished(asked, solution, findings) or self._explained(asked, findings, one_way=True)

    def solve(self, asked: Problem) -> Solution:
        """Solve a program from where the last one of its shape ended; `plan` does the rest too.

        Parameters
        ----------
        asked : Problem
            As `problem.problem` makes it.

        Returns
        -------
        Solution
            With the multipliers of the rows where there are batteries, else without any.
        """
        wanted: bool | Literal["rows"] = "rows" if asked.site.batteries else False
        held = self._held.get(asked.layout.shape)
        if held is None:
            if len(self._held) >= MODELS:
                del self._held[next(iter(self._held))]
            held = _Held(PersistentModel(asked.program, presolve=self._presolve, seconds=self._seconds), asked)
            self._held[asked.layout.shape] = held
        else:
            _change(held.model, held.last, asked)
            held.last = asked
        solution = held.model.solve(duals=wanted)
        if solution.status in (Status.FAILED, Status.INFEASIBLE_OR_UNBOUNDED, Status.UNBOUNDED):
            held.model.forget()  # nothing here is unbounded: a basis from elsewhere may have led astray
            solution = held.model.solve(duals=wanted)
        return solution

    def _finished(
        self, asked: Problem, solution: Solution, findings: tuple[Finding, ...], conflicts: tuple[Conflict, ...] = ()
    ) -> Plan | None:
        """The plan of a solution; None where one direction at a time leaves none."""
        batteries, grid = both_ways(asked, solution.values)
        gap, worth = 0.0, _worth(asked, solution)
        if batteries.any() and not grid.any() and (mended := without_waste(asked, solution.values)) is not None:
            solution = replace(solution, values=mended)
        elif batteries.any() or grid.any():
            solution = exact_solution(asked, solution.values)
            if solution.status is not Status.OPTIMAL:
                return None
            gap, worth = max(0.0, solution.objective - solution.bound), None
        schedule = schedule_of(asked, solution.values)
        costs = cost_of(asked.site, asked.outlook, asked.state, schedule)
        return Plan(
            site=asked.site,
            outlook=asked.outlook,
            schedule=schedule,
            costs=costs,
            objective=costs.total if conflicts else solution.objective,
            mode="relaxed" if conflicts else "optimal",
            conflicts=conflicts,
            findings=findings,
            gap=gap,
            worth=worth,
            ceiling=_ceiling(asked, schedule),
        )

    def _explained(self, asked: Problem, findings: tuple[Finding, ...], *, one_way: bool = False) -> Plan:
        """What cannot be kept, and the best that can; first as a linear program, then with directions decided."""
        relaxed = relax(asked, one_way=one_way)
        if relaxed.problem is None:
            return _safe(asked, relaxed.conflicts, findings)
        solution = self.solve(relaxed.problem)
        if solution.status is Status.OPTIMAL:
            plan = self._finished(relaxed.problem, solution, findings, relaxed.conflicts)
            if plan is not None:
                return plan
        return _safe(asked, relaxed.conflicts, findings) if one_way else self._explained(asked, findings, one_way=True)


def _worth(asked: Problem, solution: Solution) -> Floats | None:
    """What one more kWh in each battery at the end of each step would save. (batteries, h)"""
    rows = asked.layout.row["soc"]
    return -solution.duals[rows].reshape(-1, asked.outlook.steps) if solution.duals.size and rows.stop else None


def _ceiling(asked: Problem, schedule: Schedule) -> float:
    """The peak that a schedule accepts: its own, or what costs nothing."""
    if not asked.layout.shape.demand:
        return INFINITE
    free = float(asked.outlook.peak_costs(asked.site, asked.state).knots[0])
    return max(free, float((schedule.net + asked.outlook.spare).max(initial=-INFINITE)))


def _change(model: PersistentModel, last: Problem, asked: Problem) -> None:
    """Bring a model from one problem to another of its shape."""
    old, new = last.program, asked.program
    if old.matrix is not new.matrix and not np.array_equal(old.matrix.value, new.matrix.value):
        model.replace(new)
        return
    if (where := np.flatnonzero(old.cost != new.cost)).size:
        model.change_costs(where, new.cost[where])
    if (where := np.flatnonzero((old.lower != new.lower) | (old.upper != new.upper))).size:
        model.change_bounds(where, new.lower[where], new.upper[where])
    if (where := np.flatnonzero((old.row_lower != new.row_lower) | (old.row_upper != new.row_upper))).size:
        model.change_rows(where, new.row_lower[where], new.row_upper[where])
    if old.offset != new.offset:
        model.change_offset(new.offset)


def _unsolved() -> Finding:
    return Finding(
        code="dispatch.unsolved",
        place="the planner",
        found="no plan was found in the time that it is given",
        expected="an optimum",
        remedy="allow it more seconds or shorten the horizon; the declared fallback runs until then",
        severity="warning",
    )


def _safe(asked: Problem, conflicts: tuple[Conflict, ...], findings: tuple[Finding, ...]) -> Plan:
    findings = findings if conflicts else (*findings, _unsolved())
    schedule = safe_schedule(asked.site, asked.outlook, asked.state)
    costs = cost_of(asked.site, asked.outlook, asked.state, schedule)
    return Plan(
        site=asked.site,
        outlook=asked.outlook,
        schedule=schedule,
        costs=costs,
        objective=costs.total,
        mode="safe",
        conflicts=conflicts,
        findings=findings,
    )


def schedule_of(asked: Problem, values: Floats) -> Schedule:
    """The columns of a solution as a schedule.

    Parameters
    ----------
    asked : Problem
        With the places.
    values : (n,) array
        Its columns.

    Returns
    -------
    Schedule
        Powers that are 0 but for rounding are 0; states of buffers follow from their powers.
    """
    at, h = asked.layout.column, asked.outlook.steps
    lower, upper = asked.program.lower, asked.program.upper
    clean = np.clip(values, lower, upper)

    def block(name: str) -> Floats:
        return clean[at[name]].reshape(-1, h)

    net = clean[at["import"]] - clean[at["export"]] + asked.curve.base
    uncertain = asked.layout.shape.uncertain
    net[:uncertain] += clean[at["piece"]].reshape(-1, uncertain).sum(axis=0) if uncertain else 0.0
    return Schedule(
        net=net,
        pv=block("source"),
        charge=block("charge"),
        discharge=block("discharge"),
        soc=values[at["soc"]].reshape(-1, h),
        tasks=block("task"),
        dimmables=block("level"),
        buffers=block("drive"),
        states=_states(asked, block("drive")),
    )


def _states(asked: Problem, powers: Floats) -> Floats:
    states = np.zeros_like(powers)
    for row, buffer in enumerate(asked.site.buffers):
        now = float(asked.state.buffers[row])
        pushed = (asked.outlook.drift[row] + buffer.gain * asked.outlook.hours * powers[row]).tolist()
        for step, push in enumerate(pushed):
            now = buffer.retain * now + push
            states[row, step] = now
    return states
