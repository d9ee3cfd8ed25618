"""The machines that are on in a step, loaded at least cost on their own curves.

Machines that only make cold, or only heat, are loaded to the global optimum by `branching`. Machines that couple both
carriers (heat recovery, absorption) are searched over their loads, coarse to fine, with the least cost of all others
known at every total load by min-plus convolution.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wattstone.dispatch.plant.branching import searched
from wattstone.dispatch.plant.loading import Chiller, pieces_of
from wattstone.dispatch.plant.sheets import rates

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wattstone.dispatch.plant.plant import Ahead, Plant
    from wattstone.dispatch.plant.sheets import Sheet

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

__all__ = ["Hourly", "Value"]

TOTALS = 193
"""Total loads at which the least cost of a group is known."""
COMBINATIONS = 700
"""Loads of coupled machines that are tried together."""
ZOOMS = 4


class Value(NamedTuple):
    """Least cost of a group of machines that are on, by its total load; and the power at it."""

    load: Floats
    cost: Floats
    power: Floats

    def at(self, need: Floats, penalty: float) -> tuple[Floats, Floats]:
        """Cost and power at needs; below the least load the rest leaves, above the most it is unserved."""
        within = np.clip(need, self.load[0], self.load[-1])
        cost = np.interp(within, self.load, self.cost) + penalty * np.maximum(need - self.load[-1], 0.0)
        return cost, np.interp(within, self.load, self.power)


@dataclass(eq=False)
class Hourly:
    """Least-cost loads, step by step, of the machines that are on.

    Parameters
    ----------
    plant, ahead : Plant, Ahead
        The plant and its hours.
    found : tuple of Sheet
        Its machines, sampled.
    fixed : (u, t) array
        Loads that are not to be changed; NaN for all others. [kW]
    """

    plant: Plant
    ahead: Ahead
    found: tuple[Sheet, ...]
    fixed: Floats
    penalty: float = field(init=False)
    _cost: list[Floats] = field(init=False)
    _values: dict[tuple[int, tuple[int, ...]], Value] = field(
        init=False, default_factory=dict[tuple[int, tuple[int, ...]], Value]
    )
    _curves: dict[tuple[int, int], Chiller] = field(init=False, default_factory=dict[tuple[int, int], Chiller])

    def __post_init__(self) -> None:
        wear = [one.run_cost for one in self.plant.machines]
        self._cost = [rates(one.flows, self.plant, self.ahead) + run for one, run in zip(self.found, wear, strict=True)]
        dearest = max(float(np.max(one / np.maximum(sheet.load, 1e-9))) for one, sheet in self._shown())
        self.penalty = 100.0 * max(dearest, 1e-3)

    def _shown(self) -> list[tuple[Floats, Sheet]]:
        return list(zip(self._cost, self.found, strict=True))

    def groups(self, step: int, on: Bools) -> tuple[list[int], list[int], list[int]]:
        """Rows that are on and free: making cold, making heat, coupled."""
        rows = [
            at for at in np.flatnonzero(on).tolist() if np.isnan(self.fixed[at, step]) and self.found[at].runs[step]
        ]
        by = {kind: [at for at in rows if self.found[at].kind == kind] for kind in ("cold", "heat", "coupled")}
        return by["cold"], by["heat"], by["coupled"]

    def given(self, step: int) -> tuple[float, float, float, float]:
        """Cold, heat, cost and power of the machines whose loads are fixed."""
        total = np.zeros(4)
        for at in np.flatnonzero(np.nan_to_num(self.fixed[:, step]) > 0).tolist():
            total += self._point(at, step, self.fixed[at, step])
        cold, heat, cost, power = total.tolist()
        return cold, heat, cost, power

    def value(self, step: int, on: Bools, cold: Floats, heat: Floats) -> tuple[Floats, Floats]:
        """Least cost and power for needs (j,) of cold and heat together.

        Parameters
        ----------
        step : int
            Which.
        on : (u,) array of bool
            What runs.
        cold, heat : (j,) arrays
            To be made, what stores take in it. [kW]

        Returns
        -------
        cost, power : (j,) arrays
            Unserved demand at a penalty. [currency h-1], [kW]
        """
        chillers, heaters, coupled = self.groups(step, on)
        fixed = self.given(step)
        cold, heat = cold - fixed[0], heat - fixed[1]
        if not coupled:
            one, first = self.group(step, chillers).at(cold, self.penalty)
            other, second = self.group(step, heaters).at(heat, self.penalty)
            return one + other + fixed[2], first + second + fixed[3]
        tried = self._combinations(step, coupled, None, 1.0)
        cost, power = self._totals(step, chillers, heaters, coupled, tried, cold, heat)
        best = cost.argmin(axis=0)[None]
        return np.take_along_axis(cost, best, 0)[0] + fixed[2], np.take_along_axis(power, best, 0)[0] + fixed[3]

    def loads(self, step: int, on: Bools, cold: float, heat: float) -> Floats:
        """The loads of least cost. (u,)

        Parameters
        ----------
        step : int
            Which.
        on : (u,) array of bool
            What runs.
        cold, heat : float
            To be made. [kW]
        """
        chillers, heaters, coupled = self.groups(step, on)
        fixed = self.given(step)
        cold, heat = cold - fixed[0], heat - fixed[1]
        load = np.nan_to_num(self.fixed[:, step])
        if coupled:
            chosen = self._coupled(step, chillers, heaters, coupled, cold, heat)
            load[coupled] = chosen
            for at, one in zip(coupled, chosen.tolist(), strict=True):
                point = self._point(at, step, one)
                cold, heat = cold - float(point[0]), heat - float(point[1])
        load[chillers] = self._shared(step, chillers, cold)
        load[heaters] = self._shared(step, heaters, heat)
        return load

    def cost(self, step: int, load: Floats) -> tuple[float, float, float, float]:
        """Cold, heat less what is used up, cost [currency h-1] and power [kW] at the loads (u,) of a step."""
        total = np.zeros(4)
        for at in np.flatnonzero(load > 0).tolist():
            total += self._point(at, step, float(load[at]))
        cold, heat, cost, power = total.tolist()
        return cold, heat, cost, power

    def chosen(self, step: int, rows: Sequence[int], need: float, forced: Bools) -> list[int] | None:
        """Which of some machines of one carrier run for a need at least cost; None where none of their sets carries it.

        Parameters
        ----------
        step : int
            Which.
        rows : sequence of int
            Machines that may run.
        need : float
            [kW]
        forced : (u,) array of bool
            Machines that have to.
        """
        kept = [at for at in rows if forced[at]]
        least = sum(float(self.found[at].least[step]) for at in kept)
        if need <= least + 1e-9:
            return kept
        if not rows:
            return None
        may = np.array([not forced[at] for at in rows], dtype=np.bool_)
        curves = [self._curve(at, step) for at in rows]
        found = searched(pieces_of(curves, may_be_off=may), need, 1e-6)
        if found is not None:
            return [at for at, x in zip(rows, found[0], strict=True) if x > 0]
        # Too little for any set: the machine that costs least at its least load, whose rest leaves.
        wide = [at for at in rows if self.found[at].least[step] >= need]
        return [*kept, min(wide, key=lambda at: float(self._cost[at][0, step]))] if wide else None

    def group(self, step: int, rows: Sequence[int]) -> Value:
        """Least cost of machines of one carrier that are all on, at every total load they can carry together."""
        key = (step, tuple(rows))
        if key not in self._values:
            self._values[key] = self._convolved(step, rows)
        return self._values[key]

    def _convolved(self, step: int, rows: Sequence[int]) -> Value:
        low = sum(float(self.found[at].least[step]) for at in rows)
        high = sum(float(self.found[at].capacity[step]) for at in rows)
        cost, power = np.zeros(1), np.zeros(1)
        for at in rows:
            sheet = self.found[at]
            width = float(sheet.capacity[step] - sheet.least[step])
            cells = max(1, round(width / max(high - low, 1e-9) * (TOTALS - 1))) if width > 0 else 0
            load: Floats = float(sheet.least[step]) + np.linspace(0.0, width, cells + 1)
            mine: Floats = np.interp(load, sheet.load[:, step], self._cost[at][:, step])
            drawn: Floats = np.interp(load, sheet.load[:, step], sheet.flows.electricity[:, step])
            cost, power = _min_plus(cost, power, mine, drawn)
        return Value(np.linspace(low, high, cost.size), cost, power)

    def _point(self, at: int, step: int, load: float) -> Floats:
        """Cold, heat less what it uses up, cost and power of a machine at a load."""
        sheet = self.found[at]
        columns = self._columns(at, step)
        return np.array([np.interp(load, sheet.load[:, step], one) for one in columns])

    def _columns(self, at: int, step: int) -> tuple[Floats, Floats, Floats, Floats]:
        flows = self.found[at].flows
        heat = flows.heat[:, step] - flows.driving[:, step]
        return flows.cold[:, step], heat, self._cost[at][:, step], flows.electricity[:, step]

    def _combinations(self, step: int, rows: list[int], centre: Floats | None, window: float) -> Floats:
        """Loads (m, b) of coupled machines: all over their ranges, or within a share of them around a centre."""
        each = max(3, int(COMBINATIONS ** (1 / len(rows))))
        axes: list[Floats] = []
        for place, at in enumerate(rows):
            low, high = float(self.found[at].least[step]), float(self.found[at].capacity[step])
            if centre is not None:
                half = window * (high - low) / 2
                low, high = max(low, centre[place] - half), min(high, centre[place] + half)
            axes.append(np.linspace(low, high, each))
        return np.array(list(product(*axes)))

    def _totals(
        self,
        step: int,
        chillers: list[int],
        heaters: list[int],
        coupled: list[int],
        tried: Floats,
        cold: Floats,
        heat: Floats,
    ) -> tuple[Floats, Floats]:
        """Cost and power (m, j) of every combination at every need."""
        made = np.zeros((4, len(tried)))
        for place, at in enumerate(coupled):
            sheet = self.found[at]
            made += [np.interp(tried[:, place], sheet.load[:, step], one) for one in self._columns(at, step)]
        one, first = self.group(step, chillers).at(cold[None] - made[0][:, None], self.penalty)
        other, second = self.group(step, heaters).at(heat[None] - made[1][:, None], self.penalty)
        return one + other + made[2][:, None], first + second + made[3][:, None]

    def _coupled(
        self, step: int, chillers: list[int], heaters: list[int], coupled: list[int], cold: float, heat: float
    ) -> Floats:
        """Loads of coupled machines, coarse to fine."""
        best: Floats | None = None
        least, window = np.inf, 1.0
        for _ in range(ZOOMS):
            tried = self._combinations(step, coupled, best, window)
            cost, _ = self._totals(step, chillers, heaters, coupled, tried, np.array([cold]), np.array([heat]))
            at = int(cost[:, 0].argmin())
            if best is None or cost[at, 0] < least:
                best, least = tried[at], float(cost[at, 0])
            window *= 3.0 / max(3, int(COMBINATIONS ** (1 / len(coupled))))
        assert best is not None
        return best

    def _shared(self, step: int, rows: list[int], need: float) -> Floats:
        """Loads of machines of one carrier that are all on, to the global optimum."""
        if not rows:
            return np.zeros(0)
        least = np.array([self.found[at].least[step] for at in rows])
        most = np.array([self.found[at].capacity[step] for at in rows])
        if need <= least.sum() or len(rows) == 1 or need >= most.sum():
            return np.clip(need, least, most) if len(rows) == 1 else (least if need <= least.sum() else most)
        pieces = pieces_of([self._curve(at, step) for at in rows], may_be_off=False)
        value = self.group(step, rows).at(np.array([need]), self.penalty)[0]
        found = searched(pieces, need, 1e-7 * abs(float(value[0])) + 1e-9)
        assert found is not None
        return np.clip(found[0] * most, least, most)

    def _curve(self, at: int, step: int) -> Chiller:
        key = (at, step)
        if key not in self._curves:
            sheet = self.found[at]
            load, cost = sheet.load[::4, step], self._cost[at][::4, step]
            if sheet.capacity[step] - sheet.least[step] <= 1e-6 * sheet.capacity[step]:
                load, cost = load[-1] * np.array([1 - 1e-6, 1.0]), cost[-2:]
            self._curves[key] = Chiller.sampled(sheet.name, float(load[-1]), load / load[-1], cost)
        return self._curves[key]


def _min_plus(cost: Floats, power: Floats, mine: Floats, drawn: Floats) -> tuple[Floats, Floats]:
    """Least sums of two curves on one grid, and the power that goes with them."""
    if cost.size < mine.size:
        cost, power, mine, drawn = mine, drawn, cost, power
    size = cost.size + mine.size - 1
    best, with_it = np.full(size, np.inf), np.zeros(size)
    for at in range(mine.size):
        there = slice(at, at + cost.size)
        trial = cost + mine[at]
        better = trial < best[there]
        best[there] = np.where(better, trial, best[there])
        with_it[there] = np.where(better, power + drawn[at], with_it[there])
    return best, with_it
