"""The textbook program of a commitment, by another road than the product's: scipy, a binary for every segment.

Loads are a sum over segments of (breakpoint, share of the segment), least times are written out pair by pair, units are
never counted together, and stores have a direction at every step.
"""

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array


class Naive:
    def __init__(self):
        self.cost, self.low, self.high, self.whole = [], [], [], []
        self.entries, self.row_low, self.row_high = [], [], []

    def column(self, cost=0.0, low=0.0, high=np.inf, whole=False):
        for values, value in zip((self.cost, self.low, self.high, self.whole), (cost, low, high, whole), strict=True):
            values.append(float(value))
        return len(self.cost) - 1

    def row(self, terms, low, high):
        self.entries += [(len(self.row_low), column, value) for column, value in terms]
        self.row_low.append(low)
        self.row_high.append(high)

    def solve(self, gap, seconds):
        rows, columns, values = zip(*self.entries, strict=True)
        matrix = coo_array((values, (rows, columns)), shape=(len(self.row_low), len(self.cost))).tocsr()
        return milp(
            np.array(self.cost), integrality=np.array(self.whole), bounds=Bounds(self.low, self.high),
            constraints=LinearConstraint(matrix, self.row_low, self.row_high),
            options={"mip_rel_gap": gap, "time_limit": seconds, "presolve": False},
        )  # fmt: skip


def full(value, steps, width=None):
    shape = (steps,) if width is None else (steps, width)
    return np.broadcast_to(np.asarray(value, dtype=float), shape)


def naive(problem, *, weight=None, gap=1e-9, seconds=60.0):
    """Objective and bound; `weight` is what a kWh that is not met weighs, None forbids it."""
    t, hours, made = problem.steps, problem.hours, Naive()
    balance = {carrier.name: [[] for _ in range(t)] for carrier in problem.carriers}
    for unit in problem.units:
        _unit(made, problem, unit, balance)
    for store in problem.stores:
        _store(made, problem, store, balance)
    for carrier in problem.carriers:
        demand, free = full(carrier.demand, t), [None] * t
        over = made.column(carrier.demand_charge)
        for step in range(t):
            terms = balance[carrier.name][step]
            if carrier.price is not None:
                price = full(carrier.price, t)[step] + problem.carbon_price * full(carrier.carbon, t)[step]
                limit = np.inf if carrier.limit is None else full(carrier.limit, t)[step]
                free[step] = made.column(price * hours, 0.0, limit)
                terms.append((free[step], 1.0))
                made.row([(free[step], 1.0), (over, -1.0)], -np.inf, carrier.peak_before)
            if carrier.sale is not None:
                terms.append((made.column(-full(carrier.sale, t)[step] * hours), -1.0))
            if weight is not None:
                terms.append((made.column(weight * hours), 1.0))
                terms.append((made.column(weight * hours), -1.0))
            made.row(terms, demand[step], demand[step])
    found = made.solve(gap, seconds)
    return found.fun, found.mip_dual_bound


def _unit(made, problem, unit, balance):
    t, hours = problem.steps, problem.hours
    points = full(unit.load, t, np.atleast_2d(unit.load).shape[-1])
    width = points.shape[1]
    flows = {name: full(flow, t, width) for name, flow in unit.flows.items()}
    flows.setdefault(unit.carrier, points)
    on = [made.column(unit.run_cost * hours, 0, unit.available is None or unit.available[s], True) for s in range(t)]
    start = [made.column(unit.start_cost, 0, 1, True) for _ in range(t)]
    stop = [made.column(0.0, 0, 1, True) for _ in range(t)]
    loads = []
    for step in range(t):
        was = [(on[step - 1], -1.0)] if step else []
        before = 0.0 if step else float(unit.on_before)
        made.row([(on[step], 1.0), *was, (start[step], -1.0), (stop[step], 1.0)], before, before)
        made.row([(start[step], 1.0), (stop[step], 1.0)], 0, 1)
        for later in range(step + 1, min(step + unit.least_up, t)):
            made.row([(start[step], 1.0), (on[later], -1.0)], -np.inf, 0.0)
        for later in range(step + 1, min(step + unit.least_down, t)):
            made.row([(stop[step], 1.0), (on[later], 1.0)], -np.inf, 1.0)
        left = (unit.least_up if unit.on_before else unit.least_down) - unit.since
        if step < left:
            made.row([(on[step], 1.0)], float(unit.on_before), float(unit.on_before))
        terms = {name: [(on[step], flow[step, 0])] for name, flow in flows.items()}
        load = [(on[step], points[step, 0])]
        if width > 1:
            chosen = [made.column(0.0, 0, 1, True) for _ in range(width - 1)]
            share = [made.column(0.0, 0, 1) for _ in range(width - 1)]
            made.row([*((one, 1.0) for one in chosen), (on[step], -1.0)], 0, 0)
            for k, (which, part) in enumerate(zip(chosen, share, strict=True)):
                made.row([(part, 1.0), (which, -1.0)], -np.inf, 0)
                for name, flow in flows.items():
                    terms[name] += [(which, flow[step, k] - flow[step, 0]), (part, flow[step, k + 1] - flow[step, k])]
                load += [(which, points[step, k] - points[step, 0]), (part, points[step, k + 1] - points[step, k])]
        for name, part in terms.items():
            balance[name][step] += part
        loads.append(load)
    if unit.ramp is not None:
        _ramp(made, unit, points, on, start, stop, loads)


def _ramp(made, unit, points, on, start, stop, loads):
    """|load - load before| is at most the ramp, or what a start or a stop allows."""
    large = float(points[:, -1].max()) * 2 + 1
    for step in range(len(on)):
        free = max(points[step, 0], unit.ramp)
        made.row([*loads[step], (start[step], large)], -np.inf, free + large)
        if step:
            down = [(column, -value) for column, value in loads[step - 1]]
            made.row([*loads[step], *down, (start[step], -large)], -np.inf, unit.ramp)
            made.row([*loads[step], *down, (stop[step], large)], -unit.ramp, np.inf)
            before = max(points[step - 1, 0], unit.ramp)
            made.row([*loads[step - 1], (stop[step], large)], -np.inf, before + large)
        elif unit.on_before:
            made.row(loads[0], -np.inf, unit.load_before + unit.ramp)
            made.row([*loads[0], (stop[0], large)], unit.load_before - unit.ramp, np.inf)


def _store(made, problem, store, balance):
    t, hours = problem.steps, problem.hours
    level = [made.column(0.0, 0.0, store.capacity) for _ in range(t)]
    for step in range(t):
        inward = made.column(0.0, 0, 1, True)
        charge, discharge = made.column(0.0, 0.0, store.charge), made.column(0.0, 0.0, store.discharge)
        if store.efficiency < 1:
            made.row([(charge, 1.0), (inward, -store.charge)], -np.inf, 0.0)
            made.row([(discharge, 1.0), (inward, store.discharge)], -np.inf, store.discharge)
        keep = (1 - store.loss) ** hours
        was = [(level[step - 1], -keep)] if step else []
        begin = 0.0 if step else keep * store.initial
        made.row([(level[step], 1.0), *was, (charge, -hours * store.efficiency), (discharge, hours)], begin, begin)
        balance[store.carrier][step] += [(charge, -1.0), (discharge, 1.0)]
    if store.final is not None:
        made.row([(level[-1], 1.0)], store.final, np.inf)
