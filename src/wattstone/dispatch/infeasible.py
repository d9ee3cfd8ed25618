"""Why no schedule keeps everything that was asked, and what would free it.

Every constraint that people set gets a column of slack with a name: the need of a vehicle, the reserve of a battery,
the limits of a state, the cap of carbon, the limits of the connection and of the chargers. The smallest weighted sum
of slack says what has to give way, and when. The multipliers of that program say which limits press on it [1]_. What
has to give way is a service (less charge at departure, a warmer room) or a limit of the connection. Where services
alone give way, the cheapest schedule with that least shortfall is the plan, marked as relaxed. Where a limit of the
connection would have to give way, no plan is made, and the declared fallback runs.

References
----------
.. [1] J. W. Chinneck, Feasibility and Infeasibility in Optimization, Springer, 2008, chapters 6 and 7 (elastic
   programs).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from wattstone.base import Finding
from wattstone.dispatch.exact import add_directions
from wattstone.dispatch.extend import Extension
from wattstone.dispatch.highs import LinearProgram, PersistentModel, Solution, Status

if TYPE_CHECKING:
    from datetime import datetime

    from wattstone.dispatch.layout import Places
    from wattstone.dispatch.problem import Problem

Floats = NDArray[np.float64]

__all__ = ["Conflict", "Relaxed", "relax"]

# What gives way first: the smaller weight, for each kWh, kg or unit-hour. A limit of the connection is given up last,
# and then the plan is not used; among services, an outage reserve goes before a departure, a departure before a
# state's limit.
WEIGHTS = {"reserve": 1.0, "cap": 2.0, "task": 10.0, "state": 100.0, "feeder": 1e4, "import": 1e4, "export": 1e4}
LIMITS = frozenset({"import", "export", "feeder"})
SEEN = 1e-6
HAIR = 1e-7  # beyond what is needed, so that rounding does not make the loosened program infeasible again

_SAID = {
    "reserve": (
        "the reserve cannot be restored in time: {amount} kWh are missing, pressed by {because}",
        "the reserve of the site file at every step",
        "lower the reserve, or allow more import or charging power before then",
    ),
    "cap": (
        "the horizon emits {amount} kg CO2e more than the cap, pressed by {because}",
        "emissions of import of at most the cap",
        "raise the cap by that much, or shift or drop load",
    ),
    "task": (
        "{amount} kWh of what is needed cannot be delivered by the end, pressed by {because}",
        "all of its energy by then",
        "need that much less, leave later, or allow more power",
    ),
    "state": (
        "the limits of its state are passed by {amount} at most, pressed by {because}",
        "a state within its limits at every step",
        "widen the limits, or allow more power or an earlier start",
    ),
    "feeder": (
        "the chargers together draw {amount} kW more than they may, pressed by {because}",
        "the charging limit of the site",
        "raise the charging limit by that much",
    ),
    "import": (
        "{amount} kW more than the import limit are needed, pressed by {because}",
        "import within the limit of the connection",
        "raise the limit by that much, or drop load in these hours",
    ),
    "export": (
        "{amount} kW more than the export limit have nowhere to go, pressed by {because}",
        "export within the limit of the connection",
        "allow PV to be curtailed, raise the limit, or add storage",
    ),
}


@dataclass(frozen=True, kw_only=True)
class Conflict:
    """One constraint that cannot be kept.

    Parameters
    ----------
    constraint : str
        `reserve`, `cap`, `task`, `state`, `feeder`, `import` or `export`.
    device : str
        Whose, a device or a building; empty for the connection.
    first, last : datetime
        Starts of the first and the last step in which it is not kept, naive UTC.
    amount : float
        Largest shortfall: kWh for `reserve` and `task`, kg for `cap`, the state's unit, else kW.
    because : tuple of str
        Limits that press on it: another kW or hour of any of them would lessen the shortfall.
    """

    constraint: str
    device: str
    first: datetime
    last: datetime
    amount: float
    because: tuple[str, ...] = ()

    @property
    def is_limit(self) -> bool:
        """Whether it is a limit of the connection, which a plan must not break."""
        return self.constraint in LIMITS

    def finding(self) -> Finding:
        """The conflict in words."""
        found, expected, remedy = _SAID[self.constraint]
        return Finding(
            code=f"dispatch.infeasible_{self.constraint}",
            place=f"'{self.device}'" if self.device else "the connection",
            found=found,
            expected=expected,
            remedy=remedy,
            params={"amount": f"{self.amount:.4g}", "because": ", ".join(self.because) or "no single limit"},
            first=f"{self.first:%Y-%m-%dT%H:%MZ}",
            severity="warning",
        )


@dataclass(frozen=True, eq=False)
class Relaxed:
    """What came of relaxing.

    Parameters
    ----------
    conflicts : tuple of Conflict
        What has to give way; empty only if the program itself is at fault.
    problem : Problem or None
        With the limits of services where they can be kept, if services alone give way.
    """

    conflicts: tuple[Conflict, ...]
    problem: Problem | None


@dataclass(frozen=True)
class _Group:
    constraint: str
    device: str
    columns: Places
    steps: Places
    loosened: Places


@dataclass(eq=False)
class _Elastic:
    problem: Problem
    extension: Extension
    lower: Floats
    groups: list[_Group] = field(default_factory=list[_Group])

    def slack(
        self, constraint: str, device: str, steps: Places, weight: float, *, loosened: Places | None = None
    ) -> Places:
        """Columns of slack, one for each step; and the columns whose lower bounds they take the place of."""
        columns = self.extension.columns(np.full(steps.size, WEIGHTS[constraint] * weight), np.full(steps.size, np.inf))
        self.groups.append(_Group(constraint, device, columns, steps, columns if loosened is None else loosened))
        return columns


def relax(problem: Problem, *, one_way: bool = False, seconds: float = 5.0) -> Relaxed:
    """Find the least that has to give way.

    Parameters
    ----------
    problem : Problem
        Found infeasible.
    one_way : bool
        Whether directions are decided by integers: without them, a battery that wastes energy in a circle may keep a
        limit that nothing real can keep. With them there are no multipliers, and `because` stays empty.
    seconds : float
        Limit of the solve. [s]

    Returns
    -------
    Relaxed
        Conflicts in the order of the horizon.
    """
    elastic = _Elastic(problem, Extension(problem.program), problem.program.lower.copy())
    _loosen_services(elastic)
    _loosen_limits(elastic)
    slacks = elastic.extension.program.columns, elastic.extension.size
    if one_way:
        every = np.ones((len(problem.site.batteries), problem.outlook.steps), dtype=np.bool_)
        add_directions(elastic.extension, problem, every, problem.concave)
    program = elastic.extension.whole(lower=elastic.lower)
    weights = program.cost.copy()
    weights[: problem.layout.columns] = 0.0
    least = PersistentModel(replace(program, cost=weights, offset=0.0), seconds=seconds).solve()
    if least.status is not Status.OPTIMAL:
        return Relaxed((), None)
    because = () if one_way else _pressing(problem, least)
    conflicts = tuple(
        sorted(
            (found for group in elastic.groups if (found := _conflict(problem, group, least, because)) is not None),
            key=lambda one: (one.first, one.constraint, one.device),
        )
    )
    if any(one.is_limit for one in conflicts):
        return Relaxed(conflicts, None)
    return Relaxed(conflicts, _given_way(elastic, program, least, slice(*slacks)))


def _given_way(elastic: _Elastic, program: LinearProgram, least: Solution, places: slice) -> Problem:
    """The problem with its limits moved to where the least slack puts them, and a hair further."""
    problem, n = elastic.problem, elastic.problem.layout.columns
    old, slack = problem.program, least.values[places]
    begin = program.matrix.start[places.start : places.stop + 1]
    entries = slice(begin[0], begin[-1])
    column = np.repeat(np.arange(slack.size), np.diff(begin))
    moved = program.matrix.value[entries] * slack[column]
    shift = np.bincount(program.matrix.index[entries], weights=moved, minlength=program.rows)[: old.rows]
    hair = np.where((shift != 0) & (old.row_lower != old.row_upper), HAIR * (1.0 + np.abs(shift)), 0.0)
    lower = old.lower.copy()
    for group in elastic.groups:
        if group.constraint == "reserve":
            short = np.where(slack[group.columns - n] > 0, slack[group.columns - n] + HAIR, 0.0)
            lower[group.loosened] = np.maximum(lower[group.loosened] - short, 0.0)
    loosened = replace(old, lower=lower, row_lower=old.row_lower - shift - hair, row_upper=old.row_upper - shift + hair)
    return replace(problem, program=loosened)


def _loosen_services(elastic: _Elastic) -> None:
    problem, extension = elastic.problem, elastic.extension
    site, h, hours, layout = problem.site, problem.outlook.steps, problem.outlook.hours, problem.layout
    steps, n_soc = np.arange(h), layout.column["soc"].start
    for row, task in enumerate(problem.outlook.tasks):
        end = np.array([min(max(task.last, 1), h) - 1])
        slack = elastic.slack("task", task.name or task.device, end, 1.0)
        extension.put(layout.row["task"].start + row, slack, 1.0)
    for row, battery in enumerate(site.batteries):
        columns = n_soc + row * h + steps
        floor = elastic.lower[columns].copy()
        elastic.lower[columns] = 0.0
        slack = elastic.slack("reserve", battery.id, steps, hours, loosened=columns)
        rows = extension.rows(floor, np.full(h, np.inf))
        extension.put(rows, columns, 1.0)
        extension.put(rows, slack, 1.0)
    for row, buffer in enumerate(site.buffers):
        rows = layout.row["buffer"].start + row * h + steps
        for sign in (1.0, -1.0):
            slack = elastic.slack("state", buffer.id, steps, hours)
            extension.put(rows, slack, sign)
            extension.put(rows[1:], slack[:-1], -sign * buffer.retain)
    if layout.shape.cap:
        slack = elastic.slack("cap", "", np.array([0]), 1.0)
        extension.put(layout.row["cap"].start, slack, -1.0)


def _loosen_limits(elastic: _Elastic) -> None:
    problem, layout, hours = elastic.problem, elastic.problem.layout, elastic.problem.outlook.hours
    steps = np.arange(problem.outlook.steps)
    rows = layout.row["balance"].start + steps
    elastic_in = elastic.slack("import", "", steps, hours)
    elastic.extension.put(rows, elastic_in, 1.0)
    elastic_out = elastic.slack("export", "", steps, hours)
    elastic.extension.put(rows, elastic_out, -1.0)
    for number, account in enumerate(problem.site.accounts):
        rows = layout.row["account"].start + number * steps.size + steps
        elastic.extension.put(rows, elastic.slack("import", account.id, steps, hours), 1.0)
        elastic.extension.put(rows, elastic.slack("export", account.id, steps, hours), -1.0)
    if layout.shape.feeder:
        slack = elastic.slack("feeder", "", steps, hours)
        elastic.extension.put(layout.row["feeder"].start + steps, slack, -1.0)


def _conflict(problem: Problem, group: _Group, least: Solution, because: tuple[str, ...]) -> Conflict | None:
    short = least.values[group.columns]
    where = np.flatnonzero(short > SEEN)
    if not where.size:
        return None
    start, step = problem.outlook.start, timedelta(hours=problem.outlook.hours)
    of = f" of '{group.device}'" if group.device else ""
    own = {"import": f"the import limit{of} from", "export": f"the export limit{of} from", "feeder": "the charging"}
    return Conflict(
        constraint=group.constraint,
        device=group.device,
        first=start + int(group.steps[where[0]]) * step,
        last=start + int(group.steps[where[-1]]) * step,
        amount=float(short.max()),
        because=tuple(one for one in because if not one.startswith(own.get(group.constraint, "-"))),
    )


def _pressing(problem: Problem, least: Solution) -> tuple[str, ...]:
    """Limits whose loosening would lessen the shortfall, from their multipliers."""
    at, h, layout = problem.layout.column, problem.outlook.steps, problem.layout
    reduced = least.reduced_costs
    found: list[str] = []

    def hour(steps: NDArray[np.intp]) -> str:
        begin = problem.outlook.start + int(steps[0]) * timedelta(hours=problem.outlook.hours)
        return f"{begin:%Y-%m-%dT%H:%MZ}"

    def look(values: Floats, name: str) -> None:
        steps = np.flatnonzero(values < -SEEN)
        if steps.size:
            found.append(f"{name} from {hour(steps)}")

    look(reduced[at["import"]], "the import limit")
    look(reduced[at["export"]], "the export limit")
    for number, account in enumerate(problem.site.accounts[:-1]):
        look(reduced[at["account.import"]].reshape(-1, h)[number], f"the import limit of '{account.id}'")
        look(reduced[at["account.export"]].reshape(-1, h)[number], f"the export limit of '{account.id}'")
    look(least.duals[layout.row["feeder"]], "the charging limit")
    for row, task in enumerate(problem.outlook.tasks):
        first, last = max(task.first, 0), min(task.last, h)
        if last <= first:
            found.append(f"no whole step at '{task.device}'")
        else:
            look(_within(reduced[at["task"]].reshape(-1, h)[row], first, last), f"the power of '{task.device}'")
    for name, devices in (("charge", problem.site.batteries), ("drive", problem.site.buffers)):
        for row, device in enumerate(devices):
            look(reduced[at[name]].reshape(-1, h)[row], f"the power of '{device.id}'")
    return tuple(found)


def _within(values: Floats, first: int, last: int) -> Floats:
    """The values, 0 outside a window."""
    inside = np.zeros_like(values)
    inside[first:last] = values[first:last]
    return inside
