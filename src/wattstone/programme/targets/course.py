"""The course of one target: base year, what is allowed, where it stands, where it goes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from wattstone.programme.report import Said
from wattstone.programme.targets.coverage import covers
from wattstone.programme.targets.interaction import spread_of
from wattstone.programme.targets.known import Quantity
from wattstone.programme.targets.measures import Interactions, Measures
from wattstone.programme.targets.pathway import Pathway, index_of, of_base
from wattstone.programme.targets.trend import combined, outlook

__all__ = ["Ahead", "Course", "course_of", "pathway_of"]

Range = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class Ahead:
    """A year ahead.

    Parameters
    ----------
    trend, forecast : float
        Without and with measures, in the unit of the quantity.
    trend_range, forecast_range : (float, float) or None
        90 %.
    measures : (float, float, float) or None
        What measures reduce, expected and 90 %, in the unit of the quantity. None, as the forecast, where there is no
        denominator by which it could be divided.
    """

    trend: float
    trend_range: Range | None
    forecast: float | None
    forecast_range: Range | None
    measures: tuple[float, float, float] | None


@dataclass(frozen=True, kw_only=True)
class Course:
    """A target's course.

    Parameters
    ----------
    target : mapping
        Fields of the entry.
    quantity : Quantity
    goal : float or None
        In the target year; None where the base year is not known, and with it `why`.
    allowed : mapping of int to float
        By year, from the base year on; empty where it is not known.
    ahead : mapping of int to Ahead
        From the year after the last known one to the target year.
    known : int
        Years that the trend rests on.
    pathway : Pathway or None
    inputs : tuple of str
        The target's entry and those of its pathway.
    differs : float or None
        What the pathway allows in the target year, where the target says another value.
    why : Said or None
    counted : tuple of str
        Measures that the forecast counts.
    rebased : float or None
        What the pathway's index is in the base year, where all of it is divided by that.
    """

    target: Mapping[str, Any]
    quantity: Quantity
    goal: float | None
    allowed: Mapping[int, float]
    ahead: Mapping[int, Ahead]
    known: int
    pathway: Pathway | None
    inputs: tuple[str, ...]
    differs: float | None = None
    why: Said | None = None
    counted: tuple[str, ...] = ()
    rebased: float | None = None

    @property
    def grows(self) -> bool:
        """It has to be reached from below."""
        return self.target["form"] == "renewable"

    @property
    def last(self) -> int | None:
        """The last year that is known."""
        return max(self.quantity.years, default=None)


def pathway_of(name: str | None, entries: pl.DataFrame) -> tuple[Pathway | None, pl.DataFrame]:
    """A pathway of entries, and these entries."""
    mine = entries.filter(pl.col("pathway") == (name or "")).sort("year")
    if mine.is_empty():
        return None, mine
    rates, peaks = mine.filter(pl.col("form") != "peak"), mine.filter(pl.col("form") == "peak")
    return Pathway(
        name=str(name), form=rates["form"][0] if rates.height else None, years=tuple(rates["year"]),
        values=tuple(rates["value"]), peak=int(peaks["year"][0]) if peaks.height else None,
    ), mine  # fmt: skip


def course_of(
    target: Mapping[str, Any],
    quantity: Quantity,
    pathways: pl.DataFrame,
    measures: Measures,
    interactions: Interactions,
) -> Course:
    """The course of a target.

    Parameters
    ----------
    target : mapping
        Fields of the entry.
    quantity : Quantity
        Up to the year that is reported.
    pathways : polars.DataFrame
        Entries of kind `pathway`.
    measures : Measures
        All of them; those planned or decided that begin after the last known year are counted, for what began before is
        in the inventory.
    interactions : Interactions
    """
    pathway, mine = pathway_of(target["pathway"], pathways)
    inputs = (f"entry:{target['hash']}", *(f"entry:{one}" for one in mine["hash"]))
    target = {
        **target,
        "pathway_sources": "; ".join(mine["source"].unique(maintain_order=True)),
        "pathway_confirmed": bool(mine["confirmed"].fill_null(value=False).all()),
    }
    base = quantity.years.get(target["base_year"])
    goal, allowed, differs = None, {}, None
    if base is not None:
        goal, allowed, differs = _allowed(target, base.value, pathway)
    ahead, counted = _ahead(target, quantity, measures, interactions)
    return Course(
        target=target, quantity=quantity, goal=goal, allowed=allowed, ahead=ahead, known=len(quantity.years),
        pathway=pathway, inputs=inputs, differs=differs, counted=counted,
        why=None if base is not None else quantity.reason(target["base_year"]), rebased=_rebased(target, pathway),
    )  # fmt: skip


def _rebased(target: Mapping[str, Any], pathway: Pathway | None) -> float | None:
    """What the index is in the base year, where that is not 1."""
    if pathway is None:
        return None
    base = of_base(pathway, target["base_year"])
    return None if not np.isfinite(base) or abs(base - 1) < 1e-9 else base


def _allowed(
    target: Mapping[str, Any], base: float, pathway: Pathway | None
) -> tuple[float | None, dict[int, float], float | None]:
    first, last = target["base_year"], target["target_year"]
    years = list(range(first, last + 1))
    goal = target["goal"] if target["goal"] is not None else None
    if goal is None and target["reduction"] is not None:
        goal = base * (1 - target["reduction"])
    if pathway is not None and pathway.form is not None:  # a peak alone limits no year
        index = index_of(pathway, first, years)
        allowed = {year: base * float(x) for year, x in zip(years, index, strict=True) if np.isfinite(x)}
        said, end = goal, allowed.get(last)
        if said is not None:
            differs = end if end is not None and abs(end - said) > 1e-6 * max(base, 1e-9) else None
            return said, {**allowed, last: said}, differs
        return end, allowed, None
    if goal is None:
        return None, {}, None
    span = last - first
    return goal, {year: base + (goal - base) * (year - first) / span for year in years}, None


def _ahead(
    target: Mapping[str, Any], quantity: Quantity, measures: Measures, interactions: Interactions
) -> tuple[dict[int, Ahead], tuple[str, ...]]:
    known = quantity.years
    last = max(known, default=None)
    if last is None or last >= target["target_year"]:
        return {}, ()
    years = list(range(last + 1, target["target_year"] + 1))
    line = outlook(list(known), [one.value for one in known.values()], years)
    # A measure that began in a known year or before is in the inventory already.
    inside = [covers(target["coverage"] or (), one) for one in measures.acts_on]
    sure = np.array([one in ("planned", "decided") for one in measures.status], dtype=bool)
    counts = np.array(inside, dtype=bool) & (target["form"] != "renewable")
    new = measures.start > last
    below = known[last].below if (sure & counts & new).any() else 1.0
    found: dict[int, Ahead] = {}
    for n, year in enumerate(years):
        force = sure & measures.in_force(year)
        reduced = spread_of(measures, interactions, force & new, counts.tolist(), force & ~new)
        less = None if below is None else (reduced[0] / below, reduced[1] / below, reduced[2] / below)
        bounds = None if line.lower is None or line.upper is None else (float(line.lower[n]), float(line.upper[n]))
        value = float(line.value[n])
        forecast, ranged = (None, None) if less is None else combined(value, bounds, less)
        if target["form"] == "renewable":
            value, bounds, ranged = _capped(value), _both(bounds), _both(ranged)
            forecast = value
        found[year] = Ahead(
            trend=value, trend_range=bounds, forecast=forecast, forecast_range=ranged, measures=less
        )  # fmt: skip
    return found, _names(measures, sure & counts & new)


def _names(measures: Measures, which: NDArray[np.bool_]) -> tuple[str, ...]:
    return tuple(measures.names[n] for n in np.flatnonzero(which).tolist())


def _capped(share: float) -> float:
    return min(share, 1.0)


def _both(bounds: Range | None) -> Range | None:
    return None if bounds is None else (_capped(bounds[0]), _capped(bounds[1]))
