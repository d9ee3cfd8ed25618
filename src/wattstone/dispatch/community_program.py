"""The linear program of a community: batteries of homes against expected cost, carbon and ramps of the coming hours.

What is paid and emitted depends on max(0, net), and ramping on the absolute change. The net of an hour is not known
when its battery flow is fixed, so these are expected values over the error of the forecast: convex functions of the
planned net, here cut into pieces. Each piece is one bounded column; costs rise from piece to piece, so that they fill
in order and no integer is needed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from wattstone.dispatch.highs import INFINITE, LinearProgram, PersistentModel, Sparse, Status

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["CommunityOutlook", "CommunityPlan", "CommunityProgram", "Pieces"]

_TIE = 1e-7  # cost of a kWh through a battery: of two plans that cost the same, the one that moves less


@dataclass(frozen=True, eq=False)
class Pieces:
    """Convex functions, piece by piece.

    Parameters
    ----------
    breaks : (..., k) array
        Where the slope rises, in rising order. [kWh]
    slopes : (..., k + 1) array
        Cost per kWh below the first break, between breaks, and above the last.
    """

    breaks: Floats
    slopes: Floats

    @classmethod
    def expected(cls, errors: Floats, below: Floats, above: Floats) -> Pieces:
        """The expected cost of x + error when a kWh costs `below` under 0 and `above` over 0.

        Parameters
        ----------
        errors : (..., k) array
            Equally likely errors, in rising order. [kWh]
        below, above : (...) arrays
            Slopes on either side of 0, below <= above.

        Returns
        -------
        Pieces
            Of k breaks.
        """
        steps = np.linspace(0.0, 1.0, errors.shape[-1] + 1)
        return cls(-errors[..., ::-1], below[..., None] + (above - below)[..., None] * steps)

    def with_rises(self, breaks: Floats, rises: Floats) -> Pieces:
        """The same with further breaks.

        Parameters
        ----------
        breaks : (..., j) array
            Where the slope rises too. [kWh]
        rises : (..., j) array
            By how much, 0 or more.

        Returns
        -------
        Pieces
            Of k + j breaks.
        """
        everywhere = np.concatenate([self.breaks, breaks], axis=-1)
        by = np.concatenate([np.diff(self.slopes, axis=-1), rises], axis=-1)
        order = np.argsort(everywhere, axis=-1, kind="stable")
        slopes = self.slopes[..., :1] + np.cumsum(np.take_along_axis(by, order, axis=-1), axis=-1)
        return Pieces(
            np.take_along_axis(everywhere, order, axis=-1), np.concatenate([self.slopes[..., :1], slopes], axis=-1)
        )

    def widths(self) -> tuple[Floats, Floats]:
        """Bounds of the columns, one a piece: the first goes down without end, the last up."""
        edge = np.full_like(self.breaks[..., :1], INFINITE)
        lower = np.concatenate([-edge, np.zeros_like(self.breaks)], axis=-1)
        return lower, np.concatenate([self.breaks[..., :1], np.diff(self.breaks, axis=-1), edge], axis=-1)

    def cost(self, amount: Floats) -> Floats:
        """What an amount costs; 0 at 0 where no break lies below 0.

        Parameters
        ----------
        amount : (...) array
            Planned. [kWh]

        Returns
        -------
        (...) array
            Its cost.
        """
        over = np.maximum(amount[..., None] - self.breaks, 0.0)
        return self.slopes[..., 0] * amount + (np.diff(self.slopes, axis=-1) * over).sum(axis=-1)


@dataclass(frozen=True, eq=False)
class CommunityOutlook:
    """What is expected of the coming hours, and what it costs.

    Parameters
    ----------
    net : (lead, home) array
        Load less PV. [kWh]
    last : float
        Net of the community in the last hour, batteries included. [kWh]
    homes, district, ramps : Pieces
        Of (lead, home), (lead,) and (lead,): cost of a home's net, of the community's net, and of its change.
    end_value : float
        Value of a kWh in a battery at the end.
    """

    net: Floats
    last: float
    homes: Pieces
    district: Pieces
    ramps: Pieces
    end_value: float


@dataclass(frozen=True, eq=False)
class CommunityPlan:
    """What the batteries do in the coming hours.

    Parameters
    ----------
    flow : (lead, home) array
        On the grid side, charge positive. [kWh]
    charge : (lead, home) array
        At the end of each hour. [kWh]
    moved : (lead, home) array
        Charged and discharged together: more than the flow where losing energy is worth it. [kWh]
    objective : float
        As the solver tells it.
    status : Status
        How the solve ended; where it is not optimal, the batteries rest.
    """

    flow: Floats
    charge: Floats
    moved: Floats
    objective: float
    status: Status


class CommunityProgram:
    """The program of one community, kept in the solver from hour to hour.

    Parameters
    ----------
    homes, horizon : int
        Batteries, and hours ahead.
    cuts : (int, int, int)
        Breaks of the functions of a home, of the community and of its ramps.
    power : (home,) array
        Limit of each battery, both ways. [kW]
    efficiency : float
        One way, the same at all powers. [1]
    """

    def __init__(
        self, homes: int, horizon: int, *, cuts: tuple[int, int, int], power: Floats, efficiency: float
    ) -> None:
        self._shape, self._power, self._efficiency = (horizon, homes), power, efficiency
        sizes = [(horizon, homes)] * 3 + [(horizon, homes, cuts[0] + 1), (horizon, cuts[1] + 1), (horizon, cuts[2] + 1)]
        self._in, self._out, self._stored, self._home, self._district, self._ramp = _places(sizes)
        self._row_stored, self._row_home, self._row_district, self._row_ramp = _places(
            [(horizon, homes), (horizon, homes), (horizon,), (horizon,)]
        )
        self._model = PersistentModel(self._program())
        self._pieces = np.concatenate([block.ravel() for block in (self._home, self._district, self._ramp)])

    def _program(self) -> LinearProgram:
        columns, rows = int(self._ramp[-1, -1]) + 1, int(self._row_ramp[-1]) + 1
        lower, upper, cost = np.zeros(columns), np.full(columns, INFINITE), np.zeros(columns)
        upper[self._in] = upper[self._out] = self._power
        cost[self._in] = cost[self._out] = _TIE
        for block in (self._home, self._district, self._ramp):
            lower[block[..., 0]] = -INFINITE
        flows = ((self._in, 1.0), (self._out, -1.0))
        entries = [
            (self._row_stored, self._stored, 1.0),
            (self._row_stored[1:], self._stored[:-1], -1.0),
            (self._row_stored, self._in, -self._efficiency),
            (self._row_stored, self._out, 1 / self._efficiency),
            (self._row_home[..., None], self._home, 1.0),
            (self._row_district[:, None], self._district, 1.0),
            (self._row_ramp[:, None], self._ramp, 1.0),
        ]
        for flow, sign in flows:
            entries += [
                (self._row_home, flow, -sign),
                (self._row_district[:, None], flow, -sign),
                (self._row_ramp[:, None], flow, -sign),
                (self._row_ramp[1:, None], flow[:-1], sign),
            ]
        spread = [np.broadcast_arrays(*entry) for entry in entries]
        matrix = Sparse.from_entries(
            *(np.concatenate([entry[k].ravel() for entry in spread]) for k in range(3)), shape=(rows, columns)
        )
        return LinearProgram(cost, lower, upper, np.zeros(rows), np.zeros(rows), matrix)

    def plan(
        self, outlook: CommunityOutlook, stored: Floats, capacity: Floats, first: tuple[Floats, Floats]
    ) -> CommunityPlan:
        """The cheapest plan.

        Parameters
        ----------
        outlook : CommunityOutlook
            The coming hours.
        stored, capacity : (home,) arrays
            Energy in the batteries now, and what fits. [kWh]
        first : ((home,) array, (home,) array)
            The most that can be charged and discharged in the first hour, on the grid side. [kWh]

        Returns
        -------
        CommunityPlan
            With flows of 0 where no plan was found.
        """
        self._change(outlook, stored, capacity, first)
        solution = self._model.solve()
        if solution.status is not Status.OPTIMAL:
            self._model.forget()
            solution = self._model.solve()
        if solution.status is not Status.OPTIMAL:
            return CommunityPlan(
                np.zeros(self._shape),
                np.broadcast_to(stored, self._shape),
                np.zeros(self._shape),
                float("nan"),
                solution.status,
            )
        values = solution.values
        taken, given = values[self._in], values[self._out]
        return CommunityPlan(taken - given, values[self._stored], taken + given, solution.objective, solution.status)

    def cost(self, outlook: CommunityOutlook, plan: CommunityPlan) -> float:
        """The objective recomputed from the flows of a plan, without the solver.

        Parameters
        ----------
        outlook : CommunityOutlook
            What the plan was made for.
        plan : CommunityPlan
            Its flows and charge.

        Returns
        -------
        float
            To be equal to the plan's objective.
        """
        net = outlook.net + plan.flow
        district = net.sum(axis=1)
        change = np.diff(district, prepend=outlook.last)
        total = outlook.homes.cost(net).sum() + outlook.district.cost(district).sum() + outlook.ramps.cost(change).sum()
        return float(total - outlook.end_value * plan.charge[-1].sum() + _TIE * plan.moved.sum())

    def _change(
        self, outlook: CommunityOutlook, stored: Floats, capacity: Floats, first: tuple[Floats, Floats]
    ) -> None:
        model, functions = self._model, (outlook.homes, outlook.district, outlook.ramps)
        widths = [f.widths() for f in functions]
        lower, upper = [low for low, _ in widths], [high for _, high in widths]
        model.change_costs(self._pieces, np.concatenate([f.slopes.ravel() for f in functions]))
        model.change_bounds(self._pieces, *(np.concatenate([a.ravel() for a in side]) for side in (lower, upper)))
        fits = np.broadcast_to(np.maximum(capacity, stored), self._shape).ravel()
        model.change_bounds(self._stored.ravel(), np.zeros(fits.size), fits)
        model.change_costs(self._stored[-1], np.full(self._shape[1], -outlook.end_value))
        now = np.concatenate([self._in[0], self._out[0]])
        model.change_bounds(now, np.zeros(now.size), np.concatenate(first))
        district = outlook.net.sum(axis=1)
        rows = np.zeros(int(self._row_ramp[-1]) + 1)
        rows[self._row_stored[0]] = stored
        rows[self._row_home], rows[self._row_district] = outlook.net, district
        rows[self._row_ramp] = np.diff(district, prepend=outlook.last)
        model.change_rows(np.arange(rows.size), rows, rows)


def _places(shapes: list[tuple[int, ...]]) -> list[NDArray[np.int64]]:
    """Numbers of columns or rows for blocks of these shapes, one block after the other."""
    places: list[NDArray[np.int64]] = []
    start = 0
    for shape in shapes:
        size = math.prod(shape)
        places.append(np.arange(start, start + size, dtype=np.int64).reshape(shape))
        start += size
    return places
