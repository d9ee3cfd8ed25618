"""How sure figures of a year are: days that were not logged, the leak, the curves, the nameplates."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from wattstone.detection.air.cells import METERED, NAMEPLATE, Cells
from wattstone.detection.air.leaks import NORMAL
from wattstone.detection.air.result import DayTypes, Estimate

Floats = npt.NDArray[np.float64]

TIMES = 400
BOUNDS = (0.05, 0.95)
AIR = ("useful", "over_pressure", "artificial", "leaks", "purge", "blow_off")
ALONE = 0.10  # relative deviation between days of a type, where the log has but one of each
KEPT = 0.3  # correlation of a day with the next, where the log is too short to show it
LONG = 21  # days of a type that show their correlation
WORTH = 0.04  # standard deviation of power per flow of a machine, against its nameplate


class _Powers(Protocol):
    @property
    def power(self) -> dict[str, Floats]: ...


@dataclass(frozen=True, eq=False)
class Draws:
    """Factors drawn for what is not known.

    Parameters
    ----------
    types : (b, k) array
        Of each day type: its days a year and the mean of its days, over what was estimated.
    leak : (b,) array
        Of the leak.
    normal : (b, 3) array
        Standard normal: nameplate or meter, curve, worth.
    label : (d,) array
        Type of each date.
    """

    types: Floats
    leak: Floats
    normal: Floats
    label: npt.NDArray[np.int64]

    def of(self, values: Floats, cells: Cells) -> Floats:
        """Sums over the year of hourly values (d, 24), drawn: (b,)."""
        by_date = (values * cells.weight).sum(axis=1)
        known = self.label >= 0
        by_type = np.bincount(self.label[known], weights=by_date[known], minlength=self.types.shape[1])
        return self.types @ by_type

    def parts(self, shares: _Powers, cells: Cells) -> dict[str, Floats]:
        """Each part over the year, drawn; what one gets more, useful air or the residue gets less."""
        drawn = {name: self.of(values, cells) for name, values in shares.power.items()}
        drawn["part_load"] = np.maximum(drawn["part_load"], 0.0)
        metered = bool(cells.metered[cells.known > 0].mean() > 0.5) if (cells.known > 0).any() else False
        taken = {name: drawn[name] for name in AIR}
        scale = 1 + METERED * self.normal[:, 0] if metered else np.ones(len(self.leak))
        for name in AIR:
            drawn[name] = taken[name] * (1 + WORTH * self.normal[:, 2]) * scale
        moved = drawn["leaks"] * (self.leak - 1)
        drawn["leaks"] = drawn["leaks"] + moved
        made = max(float((cells.made.sum(axis=0) * cells.weight).sum()), 1e-9)
        doubt = float((cells.doubt.sum(axis=0) * cells.weight).sum()) / made
        shifted = doubt * self.normal[:, 1] * np.sum(list(taken.values()), axis=0)
        drawn["unloaded"] = np.maximum(drawn["unloaded"] - shifted, 0.0)
        drawn["useful"] = np.maximum(drawn["useful"] - moved + shifted, 0.0)
        total = np.sum([self.of(values, cells) for values in shares.power.values()], axis=0)
        left = total - np.sum([values for name, values in drawn.items() if name != "residue"], axis=0)
        drawn["residue"] = left if metered else left / 2
        if not metered:  # part load and residue share what air does not explain
            drawn["part_load"] = np.maximum(drawn["part_load"] + left / 2, 0.0)
        return drawn


def draws(types: DayTypes, cells: Cells, leak: Estimate) -> Draws:
    """Draw the factors; the seed is fixed, so that a log gives the same interval every time."""
    random = np.random.default_rng(0)
    factor, counts = np.ones((TIMES, len(types.days))), np.ones((TIMES, len(types.days)))
    spread, correlation = _between(types, cells)
    for kind, days in enumerate(types.days):
        logged = int(np.count_nonzero((types.label == kind) & (cells.known.sum(axis=1) > 0)))
        if types.given or logged == 0 or days <= 0:
            continue
        width = (types.upper[kind] - types.lower[kind]) / (2 * NORMAL * days)
        counts[:, kind] = np.maximum(1 + width * random.normal(size=TIMES), 0.0)
        effective = max(logged * (1 - correlation) / (1 + correlation), 1.0)
        left = max(1 - logged / max(float(days), logged), 0.0)
        heavy = np.asarray(random.standard_t(max(effective, 3.0), TIMES), dtype=np.float64)
        factor[:, kind] = 1 + spread * np.sqrt(left / effective) * heavy
    if not types.given and float(types.days.sum()) > 0:
        counts *= float(types.days.sum()) / np.maximum(counts @ types.days, 1e-9)[:, None]
    factor *= counts
    width = (leak.upper - leak.lower) / (2 * NORMAL * leak.value) if leak.value > 0 else 0.0
    centre = (leak.upper + leak.lower) / (2 * leak.value) if leak.value > 0 else 1.0
    return Draws(
        types=np.maximum(factor, 0.0),
        leak=np.maximum(centre + width * random.standard_normal(TIMES), 0.0),
        normal=random.standard_normal((TIMES, 3)),
        label=types.label,
    )


def interval(value: float, drawn: Floats, *, signed: bool = False) -> Estimate:
    """A value with the 90 % interval of its draws."""
    if np.isnan(drawn).any():
        return Estimate(value, value, value)
    low, high = (float(one) for one in np.quantile(drawn, BOUNDS))
    low, high = min(low, value), max(high, value)
    return Estimate(value, low if signed else max(low, 0.0), high)


def share_interval(value: float, leak: Estimate, *, metered: bool) -> Estimate:
    """Interval of a leak's share of all air: what is systematic in flow cancels in part."""
    if not leak.value > 0 or not value > 0:
        return Estimate(value, value, value)
    common = METERED if metered else NAMEPLATE

    def freed(side: float) -> float:
        return float(np.sqrt(max(side**2 - 0.75 * (NORMAL * common) ** 2, 0.0)))

    down, up = freed(1 - leak.lower / leak.value), freed(leak.upper / leak.value - 1)
    return Estimate(value, max(value * (1 - down), 0.0), min(value * (1 + up), 1.0))


def _between(types: DayTypes, cells: Cells) -> tuple[float, float]:
    """Relative deviation between the days of a type, and the correlation of one with the next."""
    daily = np.divide(
        (cells.total * cells.known).sum(axis=1),
        cells.known.sum(axis=1),
        out=np.full(len(types.label), np.nan),
        where=cells.known.sum(axis=1) >= 12,
    )
    residual, free = np.full(len(daily), np.nan), 0
    for kind in range(len(types.days)):
        rows = np.flatnonzero((types.label == kind) & ~np.isnan(daily))
        if len(rows) > 1 and (mean := float(daily[rows].mean())) > 0:
            residual[rows] = daily[rows] / mean - 1
            free += len(rows) - 1
    if free == 0:
        return ALONE, KEPT
    spread = float(np.sqrt(np.nansum(np.square(residual)) / free))
    if free < LONG:
        return max(spread, ALONE * 2 / (2 + free)), KEPT
    here, there = residual[:-1], residual[1:]
    both = ~np.isnan(here) & ~np.isnan(there)
    if np.count_nonzero(both) < LONG or spread == 0:
        return spread, KEPT
    correlation = float(np.mean(here[both] * there[both])) / spread**2
    return spread, float(np.clip(correlation, 0.0, 0.9))
