"""How fast a car takes energy: the curve of energy over time while it charges as fast as it can."""

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from wattstone.equipment.arrays import Floats

__all__ = ["ChargingLaw", "Taper", "charged", "hours_needed"]


@dataclass(frozen=True, kw_only=True)
class Taper:
    """Loss of charging power near full charge: a straight line over the state of charge.

    Parameters
    ----------
    knee : float
        State of charge up to which the power is the limit. [1]
    final : float
        Share of the limit that is left at full charge, above 0. [1]
    """

    knee: float = 0.8
    final: float = 0.1


@dataclass(frozen=True, kw_only=True, eq=False)
class ChargingLaw:
    """Constants of the curve of charged energy over time, as `charger.charged` uses them.

    Parameters
    ----------
    limit : array
        Power up to the knee. [kW]
    knee, knee_hours, knee_power : array
        Energy and time at which the power begins to fall, and the power there. [kWh], [h], [kW]
    rate : array
        Rate at which it falls, 0 without a taper. [h-1]
    room : array
        Energy at full charge, which may be infinite. [kWh]
    """

    limit: Floats
    knee: Floats
    knee_hours: Floats
    knee_power: Floats
    rate: Floats
    room: Floats

    def take(self, index: npt.NDArray[np.int64]) -> "ChargingLaw":
        """The constants of some of the cars, with repetitions."""
        return ChargingLaw(**{one.name: getattr(self, one.name)[index] for one in fields(self)})

    def columns(self) -> "ChargingLaw":
        """The constants as (s, 1) arrays, to go with (s, t) times."""
        return ChargingLaw(**{one.name: getattr(self, one.name)[:, None] for one in fields(self)})


def charged(law: ChargingLaw, hours: Floats) -> Floats:
    """Energy that a car has got after charging as fast as it can.

    Up to the knee the power is the limit; from there it falls in a straight line over the energy, so that it falls
    exponentially over time:

        dE/dt = limit                             for E <= E_s
        dE/dt = p_s - k (E - E_s)                 above, so that E = E_s + p_s (1 - exp(-k (t - E_s / limit))) / k

    Parameters
    ----------
    law : ChargingLaw
        Of s cars.
    hours : (s,) array
        Time on the charger, 0 or more. [h]

    Returns
    -------
    (s,) array
        [kWh]
    """
    full = law.limit * hours
    after = np.maximum(hours - law.knee_hours, 0.0)
    falling = law.knee + law.knee_power * _saturating(law.rate, after)
    return np.minimum(np.where(hours > law.knee_hours, falling, full), law.room)


def hours_needed(law: ChargingLaw, energy: Floats) -> Floats:
    """Time in which a car gets an energy as fast as it can: the inverse of `charged`.

    Parameters
    ----------
    law : ChargingLaw
        Of s cars.
    energy : (s,) array
        0 or more. [kWh]

    Returns
    -------
    (s,) array
        Infinite where it never gets so much. [h]
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        direct = np.where(energy > 0, energy / law.limit, 0.0)
        above = np.maximum(energy - law.knee, 0.0)
        share = law.rate * above / law.knee_power
        tail = np.where(law.rate > 0, -np.log1p(-np.minimum(share, 1.0)) / law.rate, above / law.knee_power)
    hours = np.where(energy > law.knee, law.knee_hours + tail, direct)
    return np.where(energy > law.room * (1 + 1e-12), np.inf, hours)


def _saturating(rate: Floats, hours: Floats) -> Floats:
    """The integral of exp(-rate t) from 0 to `hours`. [h]"""
    return np.where(rate > 0, -np.expm1(-rate * hours) / np.where(rate > 0, rate, 1.0), hours)
