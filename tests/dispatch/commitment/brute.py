"""The best plan by going through all schedules, for problems that are small enough; nothing of the product is used."""

from itertools import product

import numpy as np


def rule_kept(unit, on):
    """Whether a row of on and off keeps the least times, followed machine by machine."""
    state, since = unit.on_before, unit.since
    for step, runs in enumerate(on):
        if unit.available is not None and runs and not unit.available[step]:
            return False
        if runs != state:
            if since < (unit.least_up if state else unit.least_down):
                return False
            state, since = runs, 0
        since += 1
    return True


def flow_of(unit, carrier, step, index=None, load=None):
    points = np.atleast_2d(unit.load)[min(step, np.atleast_2d(unit.load).shape[0] - 1)]
    given = unit.flows.get(carrier, unit.load if carrier == unit.carrier else 0 * points)
    given = np.atleast_2d(given)[min(step, np.atleast_2d(given).shape[0] - 1)]
    return float(given[index]) if load is None else float(np.interp(load, points, given))


def points_of(unit, step):
    return np.atleast_2d(unit.load)[min(step, np.atleast_2d(unit.load).shape[0] - 1)]


def at(value, step):
    return float(np.atleast_1d(value)[min(step, np.atleast_1d(value).size - 1)])


def step_cost(problem, running, step, penalty):
    """Least cost of a step with these units running, all but one of them on a breakpoint of its curve.

    The first carrier has the demand; the others are bought or thrown away, without limits.
    """
    lead, *others = problem.carriers

    def bill(unit, load):
        total = 0.0
        for carrier in others:
            flow = flow_of(unit, carrier.name, step, load=load)
            if flow < 0:
                total -= flow * (at(carrier.price, step) + problem.carbon_price * at(carrier.carbon, step))
            else:
                total -= flow * at(carrier.sale, step)
        return total * problem.hours

    demand, best = at(lead.demand, step), np.inf

    def slack(left):
        """What is not met, or is over."""
        if left > 0:
            return left * penalty * problem.hours
        return left * (at(lead.sale, step) if lead.sale is not None else -penalty) * problem.hours

    swings = [None, *range(len(running))]
    for swing in swings:
        fixed = [unit for place, unit in enumerate(running) if place != swing]
        for chosen in product(*(points_of(unit, step) for unit in fixed)):
            spent = sum(bill(unit, load) for unit, load in zip(fixed, chosen, strict=True))
            left = demand - sum(chosen)
            if swing is None:
                best = min(best, spent + slack(left))
                continue
            points = points_of(running[swing], step)
            if points[0] - 1e-9 <= left <= points[-1] + 1e-9:
                best = min(best, spent + bill(running[swing], float(np.clip(left, points[0], points[-1]))))
    return best


def best_cost(problem, penalty):
    """Least cost over all schedules that keep the rules."""
    t, units = problem.steps, problem.units
    rows = [[row for row in product([False, True], repeat=t) if rule_kept(unit, row)] for unit in units]
    priced = {
        (step, which): step_cost(
            problem, [unit for unit, runs in zip(units, which, strict=True) if runs], step, penalty
        )
        for step in range(t)
        for which in product([False, True], repeat=len(units))
    }
    best = np.inf
    for schedule in product(*rows):
        total = sum(priced[step, tuple(row[step] for row in schedule)] for step in range(t))
        for unit, row in zip(units, schedule, strict=True):
            began = sum(runs and not was for runs, was in zip(row, (unit.on_before, *row), strict=False))
            total += began * unit.start_cost + sum(row) * unit.run_cost * problem.hours
        best = min(best, total)
    return best
