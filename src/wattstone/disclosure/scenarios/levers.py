"""Levers: what measures of the abatement plan take off the emissions that a price meets, and what targets allow."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from wattstone.disclosure.scenarios.cost import shared_out
from wattstone.programme.held import held
from wattstone.programme.targets.course import course_of
from wattstone.programme.targets.coverage import covers
from wattstone.programme.targets.interaction import effects
from wattstone.programme.targets.known import Known, quantity
from wattstone.programme.targets.measures import Interactions, Measures, interactions_of, measures_of

__all__ = ["Levers", "Plan", "Promise", "plan_of", "promises_of", "reductions"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_SURE = ("planned", "decided")


@dataclass(frozen=True, eq=False, kw_only=True)
class Plan:
    """Measures of the abatement plan that begin after the reporting year, and how they act on each other.

    Parameters
    ----------
    measures : Measures
        All that have a reduction, those among them that began before.
    interactions : Interactions
    year : int
        That is reported; what began by then is in its inventory.
    titles : mapping of str to str
        What people call them, by name.
    inputs : mapping of str to tuple of str
        What each rests on.
    """

    measures: Measures
    interactions: Interactions
    year: int
    titles: Mapping[str, str] = field(default_factory=dict[str, str])
    inputs: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])

    @property
    def counted(self) -> Flags:
        """Those that are planned or decided, and begin after the reporting year."""
        return self._new & np.array([one in _SURE for one in self.measures.status], dtype=bool)

    @property
    def candidates(self) -> Flags:
        """Those that nobody has decided upon yet."""
        return self._new & ~self.counted

    @property
    def _new(self) -> Flags:
        barred = np.isin(np.arange(len(self.measures)), self.interactions.barred)
        return (self.measures.start > self.year) & ~barred


@dataclass(frozen=True, eq=False)
class Levers:
    """What measures take off the emissions that a price meets.

    Parameters
    ----------
    reduction : (n, t) array
        Of those counted, beside each other; 0 of others. [t CO2e/a]
    possible : (n, t) array
        What a candidate would add to them; 0 of others. [t CO2e/a]
    """

    reduction: Floats
    possible: Floats


@dataclass(frozen=True, eq=False, kw_only=True)
class Promise:
    """What a target allows.

    Parameters
    ----------
    target, title : str
    coverage : frozenset of str
        Totals of the inventory.
    years : mapping of int to float
        [t CO2e/a]
    inputs : tuple of str
    """

    target: str
    title: str
    coverage: frozenset[str]
    years: Mapping[int, float]
    inputs: tuple[str, ...]


def plan_of(entries: Mapping[str, pl.DataFrame], year: int) -> Plan:
    """The plan, from entries of module `target`.

    Parameters
    ----------
    entries : mapping of str to polars.DataFrame
        By kind; `abatement` with `reduction` filled in.
    year : int
        That is reported.
    """
    told = held(entries, "abatement")
    told = told.filter(pl.col("reduction").is_not_null() & (pl.col("reduction") > 0)).sort("measure")
    measures = measures_of(told)
    own = told["inputs"].to_list() if "inputs" in told.columns else [[f"entry:{one}"] for one in told["hash"]]
    interactions = held(entries, "interaction")
    return Plan(
        measures=measures, interactions=interactions_of(interactions, measures), year=year,
        titles={one: label or one for one, label in told.select("measure", "label").iter_rows()},
        inputs={
            name: (*keys, *_acting(interactions, name)) for name, keys in zip(told["measure"], own, strict=True)
        },
    )  # fmt: skip


def _acting(interactions: pl.DataFrame, name: str) -> tuple[str, ...]:
    """Entries of how a measure acts on others."""
    mine = interactions.filter(pl.col("measures").list.contains(name))
    return tuple(f"entry:{one}" for one in mine["hash"].sort())


def reductions(
    plan: Plan, met: Sequence[str], whole: Mapping[str, Floats], years: Sequence[int], grid: Floats
) -> Levers:
    """What measures take off emissions in years ahead, never more than there are.

    Parameters
    ----------
    plan : Plan
    met : sequence of str
        Totals of the inventory that the price meets.
    whole : mapping of str to (t,) array
        Emissions in these years if nothing is done, by total. [t CO2e/a]
    years : sequence of int
    grid : (t,) array
        Emission factor of bought energy against the reporting year: what a saved kWh is worth moves with it.

    Returns
    -------
    Levers

    Notes
    -----
    As is to be expected of each by its probability, in force from its first year for its life; measures on the same
    emissions act one after the other, as in the abatement plan.
    """
    n, t = len(plan.measures), len(years)
    sure, acting = plan.measures.expected(), plan.interactions.expected(plan.measures)
    inside = np.array([covers(met, one) for one in plan.measures.acts_on], dtype=bool)
    bought = np.array([one.startswith("scope2") for one in plan.measures.acts_on], dtype=bool)
    force = np.array([plan.measures.in_force(year) for year in years], dtype=bool).reshape(t, n).T
    old = force & (plan.measures.start <= plan.year)[:, None]  # in the inventory already
    on = (force & plan.counted[:, None]) | old
    moved = np.where(bought[:, None], grid[None, :], 1.0) * inside[:, None]

    def beside(working: NDArray[np.bool_]) -> Floats:
        return effects(sure, acting, working.astype(np.float64)) * moved

    before, counted = beside(old), beside(on)
    reduction = _within(counted - before, bought, met, whole)
    possible = np.zeros((n, t))
    for k in np.flatnonzero(plan.candidates & inside).tolist():
        more = on.copy()
        more[k] = force[k]
        possible[k] = (beside(more) - counted).sum(axis=0)
    other, energy = _groups(met, whole)
    for rows, most in ((~bought, other), (bought, energy)):
        left = most - reduction[rows].sum(axis=0)
        possible[rows] = np.clip(possible[rows], 0.0, left[None, :])
    return Levers(reduction, possible)


def _groups(met: Sequence[str], whole: Mapping[str, Floats]) -> tuple[Floats, Floats]:
    """Emissions of what is no bought energy, and of bought energy."""
    zero = np.zeros_like(next(iter(whole.values())))
    other = sum((whole[one] for one in met if not one.startswith("scope2")), zero)
    bought = sum((whole[one] for one in met if one.startswith("scope2")), zero)
    return other, bought


def _within(reduction: Floats, bought: Flags, met: Sequence[str], whole: Mapping[str, Floats]) -> Floats:
    other, energy = _groups(met, whole)
    out = reduction.copy()
    out[~bought] = shared_out(reduction[~bought], other)
    out[bought] = shared_out(reduction[bought], energy)
    return out


def promises_of(entries: Mapping[str, pl.DataFrame], known: Known, year: int) -> tuple[Promise, ...]:
    """What absolute targets allow by year, from entries of module `target` and the inventory.

    Parameters
    ----------
    entries : mapping of str to polars.DataFrame
        By kind.
    known : Known
    year : int
        That is reported.
    """
    nothing = measures_of(held({}, "abatement"))
    targets = held(entries, "target").filter(pl.col("form") == "absolute").sort("target")
    found: list[Promise] = []
    for row in targets.iter_rows(named=True):
        about = quantity(row, held(entries, "target_value"), known, year)
        course = course_of(row, about, held(entries, "pathway"), nothing, Interactions())
        if course.allowed:
            base = about.years[row["base_year"]]
            found.append(
                Promise(
                    target=row["target"], title=row["label"] or row["target"],
                    coverage=frozenset(row["coverage"] or ()), years=course.allowed,
                    inputs=tuple(dict.fromkeys((*course.inputs, *base.inputs))),
                )
            )  # fmt: skip
    return tuple(found)
