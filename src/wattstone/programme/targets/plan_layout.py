"""Where each column and row of the program of measures is."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from wattstone.dispatch.program import INFINITE, LinearProgram, Solution, Sparse, Status
from wattstone.programme.targets.interaction import added, effects
from wattstone.programme.targets.plan_types import Planned, Question

__all__ = ["Layout", "worked"]

Floats = NDArray[np.float64]
Places = NDArray[np.int64]

_WHOLE: Final = 0.5
_NEVER: Final = 10_000
_NONE: Final = 1e29  # HiGHS says more where it has found no choice


def worked(question: Question, start: Mapping[str, int]) -> tuple[Floats, float]:
    """What measures with these first years reduce, and what they cost, by the formulas alone.

    Parameters
    ----------
    question : Question
    start : mapping of str to int

    Returns
    -------
    ((n, t) array, float)
        [t CO2e/a], [currency]
    """
    m, years = question.measures, np.asarray(question.years)
    first = np.array([start.get(name, _NEVER) for name in m.names], dtype=np.int64)[:, None]
    force = ((first <= years) & (years < first + m.life[:, None])).astype(np.float64)
    before = question.before
    reduction = added(m, question.interactions, np.maximum(force, before), before)
    each = question.yearly[:, None] * force - question.worth[:, None] * reduction
    return reduction, float((each * question.discount).sum())


class Layout:
    """Columns, rows and the program made of them.

    Parameters
    ----------
    question : Question
    """

    def __init__(self, question: Question) -> None:
        self.q = question
        self.n, self.t = len(question.measures), len(question.years)
        self.overlaps = question.interactions.overlaps
        block = self.n * self.t
        self.x, self.y, self.e = (np.arange(block).reshape(self.n, self.t) + k * block for k in range(3))
        self.z = np.arange(len(self.overlaps) * self.t).reshape(-1, self.t) + 3 * block
        self.c = np.arange(self.t) + 3 * block + self.z.size
        self.s = np.arange(len(question.wishes)) + 3 * block + self.z.size + self.t
        self.columns = 3 * block + self.z.size + self.t + self.s.size
        self.before = question.before
        self.held = effects(question.measures, question.interactions, self.before)
        self._entries: list[tuple[Places, Places, Floats]] = []
        self._low: list[float] = []
        self._high: list[float] = []
        self.need_rows: list[int] = []
        for build in (self._force, self._effects, self._logic, self._money, self._needs, self._wishes):
            build()

    def program(self, *, whole: bool, nearest: bool = False) -> LinearProgram:
        """The program; its relaxation where not whole; `nearest` misses as little of the wishes as can be."""
        rows, columns, values = (np.concatenate([one[k] for one in self._entries]) for k in range(3))
        lower, upper, cost = np.zeros(self.columns), np.full(self.columns, INFINITE), np.zeros(self.columns)
        for block in (self.x, self.y, self.z):
            upper[block] = 1.0
        self._windows(lower, upper)
        q = self.q
        worth = q.worth[:, None] * q.discount
        if nearest:
            cost[self.s] = 1.0
        else:
            cost[self.y], cost[self.e] = q.yearly[:, None] * q.discount, -worth
        integer = np.zeros(self.columns, dtype=bool)
        integer[self.x] = True
        return LinearProgram(
            cost=cost, lower=lower, upper=upper, row_lower=np.array(self._low), row_upper=np.array(self._high),
            matrix=Sparse.from_entries(rows, columns, values, shape=(len(self._low), self.columns)),
            integer=integer if whole else None, offset=0.0 if nearest else float((worth * self.held).sum()),
        )  # fmt: skip

    def read(self, solved: Solution) -> Planned:
        """The solution as measures and years."""
        m, q = self.q.measures, self.q
        stopped = solved.status is Status.LIMIT and abs(solved.objective) < _NONE
        if solved.status is not Status.OPTIMAL and not stopped:
            nothing = np.zeros((self.n, self.t)), np.zeros(self.t)
            return Planned(
                status=solved.status, start={}, cost=float("nan"), reduction=nothing[0], spent=nothing[1],
                bound=solved.bound,
            )  # fmt: skip
        begins = solved.values[self.x] > _WHOLE
        start = {m.names[k]: q.years[t] for k, t in np.argwhere(begins).tolist()}
        reduction, cost = worked(q, start)  # again from the choice itself, without the tolerances of the search
        return Planned(
            status=solved.status, start=start, cost=cost, reduction=reduction, spent=m.capex @ begins,
            bound=solved.bound,
        )  # fmt: skip

    def _row(self, columns: Sequence[int] | Places, values: Sequence[float] | Floats, low: float, high: float) -> None:
        at = np.asarray(columns, dtype=np.int64)
        self._entries.append((np.full(at.size, len(self._low)), at, np.asarray(values, dtype=np.float64)))
        self._low.append(low)
        self._high.append(high)

    def _windows(self, lower: Floats, upper: Floats) -> None:
        """First years that are allowed; what is decided starts in its year."""
        m, years = self.q.measures, np.asarray(self.q.years)
        for k in range(self.n):
            outside = (years < m.start[k]) | (years > m.latest[k]) | m.done[k]
            upper[self.x[k, outside]] = 0.0
            if m.status[k] == "decided" and not outside.all():
                lower[self.x[k, int(np.argmin(outside))]] = 1.0

    def _force(self) -> None:
        """A measure starts once at most, and is in force for its life."""
        for k in range(self.n):
            self._row(self.x[k], np.ones(self.t), 0.0, 1.0)
            life = int(self.q.measures.life[k])
            for t in range(self.t):
                began = self.x[k, max(0, t - life + 1) : t + 1]
                self._row([self.y[k, t], *began], [1.0, *(-1.0 for _ in began)], *([float(self.before[k, t])] * 2))

    def _effects(self) -> None:
        grouped = {k for group in self.q.interactions.groups for k in group.members}
        reduction = self.q.measures.reduction
        for t in range(self.t):
            for k in range(self.n):
                if k not in grouped:
                    mine = [n for n, one in enumerate(self.overlaps) if one.second == k]
                    lost = [self.overlaps[n].lost * reduction[k] for n in mine]
                    columns = [self.e[k, t], self.y[k, t], *(int(self.z[n, t]) for n in mine)]
                    self._row(columns, [1.0, -reduction[k], *lost], 0.0, 0.0)
            for n, one in enumerate(self.overlaps):
                a, b, z = self.y[one.first, t], self.y[one.second, t], self.z[n, t]
                self._row([z, a], [1.0, -1.0], -INFINITE, 0.0)
                self._row([z, b], [1.0, -1.0], -INFINITE, 0.0)
                self._row([z, a, b], [1.0, -1.0, -1.0], -1.0, INFINITE)
            for group in self.q.interactions.groups:
                self._same_base(group.base, group.members, t)

    def _same_base(self, base: float, members: Sequence[int], t: int) -> None:
        """With R the base less what those before take: e = s R where the measure is in force, 0 where not."""
        for place, k in enumerate(members):
            before = [int(self.e[j, t]) for j in members[:place]]
            share = float(self.q.measures.reduction[k]) / base
            e, y = int(self.e[k, t]), int(self.y[k, t])
            taken = [share] * place
            self._row([e, y], [1.0, -share * base], -INFINITE, 0.0)
            self._row([e, *before], [1.0, *taken], -INFINITE, share * base)
            self._row([e, y, *before], [1.0, -share * base, *taken], 0.0, INFINITE)

    def _logic(self) -> None:
        for several in self.q.interactions.exclusive:
            columns = self.x[list(several)].ravel()
            there = bool(self.q.measures.done[list(several)].any())
            self._row(columns, np.ones(columns.size), 0.0, 0.0 if there else 1.0)
        for k in self.q.interactions.barred:
            self._row(self.x[k], np.ones(self.t), 0.0, 0.0)
        for a, b in self.q.interactions.requires:
            for t in range(0 if self.q.measures.done[a] else self.t):
                self._row([self.y[a, t], self.y[b, t]], [1.0, -1.0], -INFINITE, 0.0)

    def _money(self) -> None:
        capex, years = self.q.measures.capex, self.q.years
        for t, year in enumerate(years):
            if year in self.q.budgets:
                columns, values = [*self.x[:, t], self.c[t]], [*capex, 1.0]
                if t and years[t - 1] in self.q.carried and years[t - 1] in self.q.budgets:
                    columns, values = [*columns, self.c[t - 1]], [*values, -1.0]
                self._row(columns, values, self.q.budgets[year], self.q.budgets[year])

    def _needs(self) -> None:
        """At least so much beside what measures in force already reduce by themselves."""
        for need in self.q.needs:
            t, counts = self.q.years.index(need.year), np.flatnonzero(need.counts)
            self.need_rows.append(len(self._low))
            least = need.tonnes + float(self.held[counts, t].sum())
            self._row(self.e[counts, t], np.ones(counts.size), least, INFINITE)

    def _wishes(self) -> None:
        """The like, less what is missed."""
        for place, wish in zip(self.s.tolist(), self.q.wishes, strict=True):
            t, counts = self.q.years.index(wish.year), np.flatnonzero(wish.counts)
            least = wish.tonnes + float(self.held[counts, t].sum())
            self._row([*self.e[counts, t], place], np.ones(counts.size + 1), least, INFINITE)
        if self.s.size and self.q.short is not None:
            self._row(self.s, np.ones(self.s.size), -INFINITE, self.q.short)
