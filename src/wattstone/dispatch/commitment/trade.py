"""What is bought, sold, stored and not met, in the program."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from wattstone.dispatch.commitment.builder import Builder
    from wattstone.dispatch.commitment.form import Form

Floats = NDArray[np.float64]
Places = NDArray[np.int64]

__all__ = ["Tank", "Trade", "add_stores", "add_trade"]


@dataclass(frozen=True, eq=False)
class Tank:
    """Where a store stands in the program.

    Parameters
    ----------
    level, charge, discharge : (t,) arrays of int
        Columns; the level is that at the end of each step.
    """

    level: Places
    charge: Places
    discharge: Places


@dataclass(eq=False)
class Trade:
    """Where balances, purchase and sale stand in the program.

    Parameters
    ----------
    balance : (c, t) array of int
        Rows.
    bought, sold : (c, t) arrays of int
        Columns.
    unserved, surplus : (c, t) arrays of int
        Columns.
    tanks : list of Tank
        Stores.
    """

    balance: Places
    bought: Places
    sold: Places
    unserved: Places
    surplus: Places
    tanks: list[Tank] = field(default_factory=list[Tank])


def add_trade(made: Builder, form: Form, *, strict: bool) -> Trade:
    """Balances of all carriers, and what is bought and sold.

    Parameters
    ----------
    made : Builder
        Of the program.
    form : Form
        Demand, prices, limits.
    strict : bool
        Whether everything has to be met, but where a weight was given for what is not.
    """
    hours, shape = form.problem.hours, form.demand.shape
    zero = np.zeros(form.demand.size)
    every = np.repeat(np.where(_must(form, strict=strict), 0.0, np.inf), shape[1])
    weight = (form.penalty[:, None] * hours * np.ones(shape)).ravel()
    trade = Trade(
        balance=made.rows(form.demand.ravel(), form.demand.ravel()).reshape(shape),
        bought=made.columns((form.whole_price * hours).ravel(), zero, form.limit.ravel()).reshape(shape),
        sold=made.columns((-form.sale * hours).ravel(), zero, form.sale_limit.ravel()).reshape(shape),
        unserved=made.columns(weight, zero, every).reshape(shape),
        surplus=made.columns(weight, zero, every).reshape(shape),
    )
    for columns, sign in ((trade.bought, 1.0), (trade.sold, -1.0), (trade.unserved, 1.0), (trade.surplus, -1.0)):
        made.put(trade.balance, columns, sign)
    for row, carrier in enumerate(form.problem.carriers):
        if carrier.demand_charge > 0 and form.buys[row]:
            over = made.columns(carrier.demand_charge, np.zeros(1), np.full(1, np.inf))
            before: Floats = np.zeros(form.problem.steps) + carrier.peak_before
            rows = made.rows(before - np.inf, before)
            made.put(rows, trade.bought[row], 1.0)
            made.put(rows, over, -1.0)
    return trade


def _must(form: Form, *, strict: bool) -> NDArray[np.bool_]:
    """Carriers of which everything has to be met."""
    return np.array([strict and one.penalty is None for one in form.problem.carriers], dtype=np.bool_)


def add_stores(
    made: Builder, form: Form, trade: Trade, *, strict: bool, one_way: NDArray[np.bool_] | None = None
) -> None:
    """Levels of stores.

    Parameters
    ----------
    made : Builder
        Of the program.
    form : Form
        Stores.
    trade : Trade
        Balances; gets the tanks.
    strict : bool
        Whether levels at the end have to be reached.
    one_way : (stores, t) array of bool or None
        Where integers keep a store from charging and discharging at once, which wastes what it loses.
    """
    problem, t = form.problem, form.problem.steps
    must = _must(form, strict=strict)
    for index, store in enumerate(problem.stores):
        row = form.names.index(store.carrier)
        level = made.columns(0.0, np.zeros(t), np.full(t, store.capacity))
        charge = made.columns(0.0, np.zeros(t), np.full(t, store.charge))
        discharge = made.columns(0.0, np.zeros(t), np.full(t, store.discharge))
        keep = (1.0 - store.loss) ** problem.hours
        begin: Floats = np.zeros(t)
        begin[0] = keep * store.initial
        rows = made.rows(begin, begin)
        made.put(rows, level, 1.0)
        made.put(rows[1:], level[:-1], -keep)
        made.put(rows, charge, -problem.hours * store.efficiency)
        made.put(rows, discharge, problem.hours)
        made.put(trade.balance[row], charge, -1.0)
        made.put(trade.balance[row], discharge, 1.0)
        if store.final is not None:
            short = made.columns(form.penalty[row], np.zeros(1), np.full(1, 0.0 if must[row] else np.inf))
            end = made.rows(np.full(1, store.final), np.full(1, np.inf))
            made.put(end, level[-1:], 1.0)
            made.put(end, short, 1.0)
        if one_way is not None and one_way[index].any():
            held = one_way[index]
            _one_way(made, charge[held], store.charge, discharge[held], store.discharge)
        trade.tanks.append(Tank(level, charge, discharge))


def _one_way(made: Builder, charge: Places, most: float, discharge: Places, out: float) -> None:
    t = charge.size
    inward = made.columns(0.0, np.zeros(t), np.ones(t), integer=True)
    rows = made.rows(np.full(t, -np.inf), np.zeros(t))
    made.put(rows, charge, 1.0)
    made.put(rows, inward, -most)
    rows = made.rows(np.full(t, -np.inf), np.full(t, out))
    made.put(rows, discharge, 1.0)
    made.put(rows, inward, out)
