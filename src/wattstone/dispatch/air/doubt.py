"""How sure a saving is: the inputs that are not certain, drawn for the station as it is and as modified alike.

Each draw changes leaks, flow meter, profile, efficiency and exponent in the same way before and after (common random
numbers), so that what does not change the station saves exactly nothing in every draw. Draws go through the
quasi-steady model all at once; intervals with like flow are taken together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

import numpy as np
import numpy.typing as npt

from wattstone.dispatch.air.account import fuel_saved
from wattstone.dispatch.air.modifications import HeatRecovery, Modification, Shutdown, combined
from wattstone.dispatch.air.results import Economics
from wattstone.equipment.air import AirUse, Station
from wattstone.equipment.air.pressure import EXPONENT, pressure_factor
from wattstone.equipment.air.quasi_steady import Steady, steady
from wattstone.equipment.air.replay_network import Network
from wattstone.equipment.air.replay_sets import sets_of

Floats = npt.NDArray[np.float64]

__all__ = ["Doubt", "Drawn", "Draws", "Profile", "drawn", "profile"]

BINS = 120


@dataclass(frozen=True, kw_only=True)
class Doubt:
    """Standard deviations of inputs.

    The defaults are judgements, to be replaced by what is known of a station; only their role in the interval is fixed.

    Parameters
    ----------
    leaks : float
        Of the leaks, relative: a night's flow tells them to about a quarter. [1]
    leaks_below : float or None
        The same downwards, where that is surer or less sure than upwards: use that never stops looks like a leak. [1]
    specific_power : float
        Of each machine's power at a flow, relative, one factor for a machine wherever it stands. [1]
    exponent : float
        Of the exponent by which power follows pressure, absolute. [1]
    meter : float
        Of the flow meter, relative. [1]
    profile : float
        Of the use from year to year, relative. [1]
    artificial : float
        Of the share of the use that follows pressure, relative. [1]
    """

    leaks: float = 0.25
    leaks_below: float | None = None
    specific_power: float = 0.03
    exponent: float = 0.03
    meter: float = 0.02
    profile: float = 0.05
    artificial: float = 0.3


@dataclass(frozen=True, kw_only=True, eq=False)
class Draws:
    """What is drawn; the first draw is the central case.

    Parameters
    ----------
    leaks, flow, artificial, exponent : (d, 1) array
        Factors of leaks, use, and artificial share; and the exponent itself.
    specific_power : float
        Standard deviation of the machines' factor.
    seed : int
    """

    leaks: Floats
    flow: Floats
    artificial: Floats
    exponent: Floats
    specific_power: float
    seed: int

    @classmethod
    def of(cls, doubt: Doubt, *, draws: int, seed: int) -> "Draws":
        """Draw them; factors are log-normal, so that nothing turns negative."""
        random = np.random.default_rng(seed)
        normal = random.standard_normal((5, draws + 1, 1))
        normal[:, 0] = 0.0
        flow = np.hypot(doubt.meter, doubt.profile)
        below = doubt.leaks if doubt.leaks_below is None else doubt.leaks_below
        return cls(
            leaks=np.exp(np.where(normal[0] < 0, below, doubt.leaks) * normal[0]),
            flow=np.exp(flow * normal[1]),
            artificial=np.exp(doubt.artificial * normal[2]),
            exponent=np.maximum(EXPONENT + doubt.exponent * normal[3], 0.05),
            specific_power=doubt.specific_power,
            seed=seed,
        )

    def efficiency(self, machine: str) -> Floats:
        """Factor of a machine's power, the same wherever the machine stands: (d, 1) array."""
        own = int.from_bytes(sha256(machine.encode()).digest()[:8], "big")
        normal = np.random.default_rng([self.seed, own]).standard_normal(self.leaks.shape)
        normal[0] = 0.0
        return np.exp(self.specific_power * normal)


@dataclass(frozen=True, kw_only=True, eq=False)
class Profile:
    """Intervals of like flow taken together.

    Parameters
    ----------
    flow : (b,) array
        [m3 min-1]
    hours : (b,) array
        A year. [h]
    price, carbon : (b,) array
        Mean over the hours of each.
    bins : (t,) array of int
        The bin of each interval; -1 for a gap.
    """

    flow: Floats
    hours: Floats
    price: Floats
    carbon: Floats
    bins: npt.NDArray[np.int64]

    def mean(self, values: npt.ArrayLike) -> Floats:
        """Mean over the intervals of each bin: (b,) array."""
        return _mean(np.broadcast_to(np.asarray(values, dtype=float), self.bins.shape), self.bins, self.flow.size)


def profile(use: AirUse, economics: Economics, modifications: Sequence[Modification]) -> Profile:
    """The profile of a use, by flow and by whether a modification shuts the station down."""
    key = np.zeros(use.flow.size, dtype=np.int64)
    for one in modifications:
        if isinstance(one, Shutdown):
            key = 2 * key + one.when
    most = float(np.nanmax(use.flow, initial=0.0)) or 1.0
    cell = np.minimum(np.ceil(np.nan_to_num(use.flow) / most * BINS), BINS).astype(np.int64)
    known = ~np.isnan(use.flow) & (use.weights > 0)
    _, inverse = np.unique((key * (BINS + 1) + cell)[known], return_inverse=True)
    bins = np.full(use.flow.size, -1)
    bins[known] = inverse
    count = int(inverse.max(initial=-1)) + 1
    weight = use.weights * use.hours
    hours: Floats = np.bincount(inverse, weights=weight[known], minlength=count).astype(np.float64)

    def mean(values: npt.ArrayLike) -> Floats:
        every = np.broadcast_to(np.asarray(values, dtype=float), use.flow.shape)
        return np.bincount(inverse, weights=(every * weight)[known], minlength=count) / hours

    return Profile(
        flow=mean(use.flow), hours=hours, price=mean(economics.price), carbon=mean(economics.carbon), bins=bins
    )


def _mean(values: Floats, bins: npt.NDArray[np.int64], count: int) -> Floats:
    known = bins >= 0
    found = np.bincount(bins[known], minlength=count)
    return np.bincount(bins[known], weights=values[known], minlength=count) / np.maximum(found, 1)


@dataclass(frozen=True, kw_only=True, eq=False)
class Drawn:
    """A year in each draw: energy [kWh], fuel [kWh], money [currency], carbon [kg CO2e], peak [kW], all (d,)."""

    energy: Floats
    fuel: Floats
    money: Floats
    carbon: Floats
    peak: Floats

    def values(self) -> Mapping[str, Floats]:
        """By the names of `Saving`."""
        return {name: getattr(self, name) for name in ("energy", "fuel", "carbon", "money", "peak")}


def drawn(
    station: Station,
    shape: Profile,
    modifications: Sequence[Modification],
    economics: Economics,
    draws: Draws,
) -> Drawn:
    """A year of a station with some modifications, in each draw.

    Parameters
    ----------
    station : Station
        As it is, without the modifications.
    shape : Profile
        Of its use.
    modifications : sequence of Modification
    economics : Economics
    draws : Draws
    """
    here = [_binned(one, shape) for one in modifications]
    flows: Any = shape.flow * draws.flow
    leaks: Any = station.leaks * draws.leaks
    share: Any = np.minimum(station.artificial * draws.artificial, 1.0)
    before = replace(station, leaks=leaks, artificial=share)
    after, use = combined(before, AirUse(flow=flows, hours=1.0), here)
    plain = replace(after, leaks=0.0, artificial=0.0)
    run = steady(sets_of(plain), Network.of(after, use), after)
    powers = _powers(after, run, draws)
    total = powers.sum(axis=0) + run.dryer
    fuel = fuel_saved(after, powers, [one for one in here if isinstance(one, HeatRecovery)])
    burnt = (fuel * shape.hours).sum(axis=-1)
    return Drawn(
        energy=(total * shape.hours).sum(axis=-1),
        fuel=burnt,
        money=(total * shape.hours * shape.price).sum(axis=-1) - burnt * economics.fuel_price,
        carbon=(total * shape.hours * shape.carbon).sum(axis=-1) - burnt * economics.fuel_carbon,
        peak=total.max(axis=-1, initial=0.0),
    )


def _powers(station: Station, run: Steady, draws: Draws) -> Floats:
    """Powers with each machine's own efficiency, and the drawn exponent of the pressure."""
    drop = station.drop + (0.0 if station.dryer is None else station.dryer.drop)
    powers = run.power.copy()
    for index, machine in enumerate(station.compressors):
        at = run.pressure + drop
        bent = _factor(draws.exponent, at, machine.pressure) / pressure_factor(at, rated=machine.pressure)
        powers[index] *= draws.efficiency(machine.name) * bent
    return powers


def _factor(exponent: Floats, pressure: Floats, rated: float) -> Floats:
    return ((pressure + 1.0) ** exponent - 1.0) / ((rated + 1.0) ** exponent - 1.0)


def _binned(modification: Modification, shape: Profile) -> Modification:
    """A modification whose arrays are by bin instead of by interval."""
    if isinstance(modification, Shutdown):
        return replace(modification, when=shape.mean(modification.when) > 0.5)
    if isinstance(modification, HeatRecovery):
        return replace(modification, need=shape.mean(modification.need))
    return modification
