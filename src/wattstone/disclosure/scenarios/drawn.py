"""A scenario drawn over the years of a report: price, emissions and energy of each year, or why there is none."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from wattstone.disclosure.scenarios.cost import emissions_ahead
from wattstone.disclosure.scenarios.paths import Money, Track, money_per_tonne, ratio, track_of, yearly_ratio
from wattstone.programme.report import Said
from wattstone.programme.targets.coverage import TOTALS, double

__all__ = ["ACTIVITY", "GRID", "Drawn", "Driver", "Met", "drawn", "years_of"]

Floats = NDArray[np.float64]

ACTIVITY: Final = "activity"
GRID: Final = "grid_factor"
_AHEAD: Final = 30  # years that are looked at where no horizon is defined


@dataclass(frozen=True, kw_only=True)
class Met:
    """Emissions of the reporting year that a price could meet.

    Parameters
    ----------
    tonnes : mapping of str to float
        By total of the inventory; those that are not known are not in it. [t CO2e/a]
    inputs : mapping of str to str
        `figure:ID` of each.
    """

    tonnes: Mapping[str, float] = field(default_factory=dict[str, float])
    inputs: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, eq=False, kw_only=True)
class Driver:
    """How a scenario moves something against the reporting year.

    Parameters
    ----------
    moved : (t,) array
        1 in the reporting year; NaN where it is not told.
    inputs : tuple of str
        Entries.
    track : Track or None
        None where it changes by the same share each year, or no driver is entered.
    why : Said or None
        Why it is not told at all.
    """

    moved: Floats
    inputs: tuple[str, ...] = ()
    track: Track | None = None
    why: Said | None = None

    def reason(self, at: int, year: int, base: int) -> Said | None:
        """Why a year has no value, by its place; None where it has one."""
        if not np.isnan(self.moved[at]):
            return None
        if self.why is not None or self.track is None:
            return self.why
        outside = base if np.isnan(self.track.at([base])[0]) else year
        return self.track.beyond(outside)


@dataclass(frozen=True, eq=False, kw_only=True)
class Drawn:
    """A scenario over years.

    Parameters
    ----------
    of : mapping
        Fields of its entry.
    base : int
        The reporting year.
    years : tuple of int
    track : Track or None
        Of the price; None where there is none, and with it `why`.
    money : Money or None
    price : (t,) array
        [currency/t CO2e]
    activity, grid : Driver
    emissions : (t,) array
        That the price meets if nothing is done. [t CO2e/a]
    parts : mapping of str to (t,) array
        The same by total of the inventory.
    met : Met
    why : Said or None
        Why there is no price at all.
    unmet : Said or None
        Why there are no emissions.
    """

    of: Mapping[str, Any]
    base: int
    years: tuple[int, ...]
    track: Track | None
    money: Money | None
    price: Floats
    activity: Driver
    grid: Driver
    emissions: Floats
    parts: Mapping[str, Floats]
    met: Met
    drivers: Mapping[str, Driver] = field(default_factory=dict[str, Driver])
    why: Said | None = None
    unmet: Said | None = None

    @property
    def entry(self) -> str:
        """`entry:HASH` of the scenario."""
        return f"entry:{self.of['hash']}"

    @property
    def subject(self) -> str:
        """Of its lines."""
        return f"entry:{self.of['entry']}"

    @property
    def currency(self) -> str:
        """Of its costs."""
        return str(self.of["currency"])

    def no_price(self, at: int) -> Said | None:
        """Why a year has no price, by its place; None where it has one."""
        if not np.isnan(self.price[at]):
            return None
        return self.why or (None if self.track is None else self.track.beyond(self.years[at]))

    def no_emissions(self, at: int) -> Said | None:
        """Why a year has no emissions, by its place; None where it has some."""
        if not np.isnan(self.emissions[at]):
            return None
        year = self.years[at]
        moved = self.activity.reason(at, year, self.base) or self.grid.reason(at, year, self.base)
        return self.unmet or moved


def years_of(
    scenarios: Iterable[Track], horizons: pl.DataFrame, base: int, goals: Iterable[int] = ()
) -> tuple[int, ...]:  # fmt: skip
    """Years that are looked at: the reporting year, those that the paths tell, ends of horizons and target years.

    Parameters
    ----------
    scenarios : iterable of Track
        Prices.
    horizons : polars.DataFrame
        Entries of kind `horizon` of the reporting year.
    base : int
        The reporting year; it is one of them where a path tells it.
    goals : iterable of int
        Years in which targets have to be reached.

    Returns
    -------
    tuple of int
        None of them before the reporting year or behind the last horizon, but for target years; thirty years on where
        no horizon is defined.
    """
    ends, aims = [int(one) for one in horizons["last"].drop_nulls()], set(goals)
    most = max(ends, default=base + _AHEAD)
    tracks = list(scenarios)
    told = {int(year) for one in tracks for year in one.years}
    within = {year for year in {*ends, *aims} if any(one.first <= year <= one.last for one in tracks)}
    now = {base} if any(one.first <= base <= one.last for one in tracks) else set[int]()
    return tuple(sorted(year for year in told | within | now if base <= year and (year <= most or year in aims)))


def drawn(
    of: Mapping[str, Any], paths: pl.DataFrame, drivers: pl.DataFrame, met: Met, base: int, years: Sequence[int]
) -> Drawn:
    """Draw a scenario over years.

    Parameters
    ----------
    of : mapping
        Fields of an entry of kind `scenario`.
    paths, drivers : polars.DataFrame
        Entries of these kinds; the drivers of the reporting year.
    met : Met
    base : int
        The reporting year.
    years : sequence of int
    """
    track, money, why = _price(of, paths)
    price = np.full(len(years), np.nan) if track is None or why is not None else track.at(years) * of["per_unit"]
    own = drivers.filter(pl.col("scenario") == of["id"])
    moved = {
        str(row["driver"]): _driver(row, of, paths, base, years) for row in own.sort("driver").iter_rows(named=True)
    }
    same = Driver(moved=np.ones(len(years)))
    activity, grid = moved.get(ACTIVITY, same), moved.get(GRID, same)
    unmet = _unmet(of["covers"] or (), met, base)
    parts = {
        one: emissions_ahead(met.tonnes[one], activity.moved, grid.moved if one.startswith("scope2") else None)
        for one in (() if unmet is not None else of["covers"])
    }
    emissions = np.sum(list(parts.values()), axis=0) if parts else np.full(len(years), np.nan)
    return Drawn(
        of=of, base=base, years=tuple(years), track=track, money=money, price=price, activity=activity, grid=grid,
        emissions=emissions, parts=parts, met=met, drivers=moved, why=why, unmet=unmet,
    )  # fmt: skip


def _price(of: Mapping[str, Any], paths: pl.DataFrame) -> tuple[Track | None, Money | None, Said | None]:
    track = track_of(paths, of, of["price"])
    if isinstance(track, Said):
        return None, None, track
    money = money_per_tonne(track.unit)
    return (track, None, money) if isinstance(money, Said) else (track, money, None)


def _driver(
    row: Mapping[str, Any], of: Mapping[str, Any], paths: pl.DataFrame, base: int, years: Sequence[int]
) -> Driver:
    own = (f"entry:{row['hash']}",)
    if row["variable"]:
        track = track_of(paths, of, row["variable"])
        if isinstance(track, Said):
            return Driver(moved=np.full(len(years), np.nan), inputs=own, why=track)
        return Driver(moved=ratio(track, base, years), inputs=own, track=track)
    if row["yearly"] is None:
        why = Said("neither a path nor a yearly change is entered for {driver}", {"driver": row["driver"]})
        return Driver(moved=np.full(len(years), np.nan), inputs=own, why=why)
    return Driver(moved=yearly_ratio(row["yearly"], base, years), inputs=own)


def _unmet(covers: Iterable[str], met: Met, base: int) -> Said | None:
    """Why emissions that a price meets cannot be summed up."""
    names = list(covers)
    if (twice := double(names)) is not None:
        return Said("{one} and {other} count the same emissions twice", {"one": twice[0], "other": twice[1]})
    for name in names:
        if name not in TOTALS:
            return Said("{name} is no total of the inventory", {"name": name})
        if name not in met.tonnes:
            return Said("the inventory of {year} has no {part}", {"year": base, "part": name})
    return None if names else Said("nothing is said of which emissions the price meets")
