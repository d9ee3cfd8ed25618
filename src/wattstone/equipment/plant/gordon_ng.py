"""Gordon and Ng's thermodynamic model of a chiller: three coefficients with a physical meaning."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from wattstone.equipment.arrays import Floats
from wattstone.equipment.plant.chiller_curves import WATER_HEAT
from wattstone.equipment.plant.limits import KELVIN

__all__ = ["STANFORD", "GordonNg"]

# Coefficients in kW and K, as the Stanford and Johnson Controls HVAC study publishes them (hvacstudy.github.io), in the
# form of its page on models; its script has another form, which comes close to Carnot's limit and is not used.
STANFORD = (1.1809, -254.5615, 6.7348e-4)


@dataclass(frozen=True, kw_only=True)
class GordonNg:
    """A chiller whose power follows from its internal losses [1]_.

        P = (Q + a1 T_e + a2 (1 - T_e / T_c)) T_c / (T_e - a3 Q) - Q,    in K

    with T_e of the water leaving the evaporator and T_c of the water entering the condenser: a1 is the internal
    production of entropy, a2 the heat that leaks, a3 the thermal resistance of both exchangers.

    Parameters
    ----------
    capacity : float
        [kW]
    a1 : float
        [kW K-1]
    a2 : float
        [kW]
    a3 : float
        [K kW-1]
    least_share : float
        Of capacity, while on. [1]
    evaporator_flow, condenser_flow : float or None
        Rated flows; None is that of a rise of 5 K at full load. [kg s-1]
    coldest_entering : float
        Lowest condenser water that it is given. [degC]

    References
    ----------
    .. [1] J. M. Gordon and K. C. Ng, "Cool thermodynamics," Cambridge International Science Publishing, 2000.
    """

    capacity: float
    a1: float
    a2: float
    a3: float
    least_share: float = 0.2
    evaporator_flow: float | None = None
    condenser_flow: float | None = None
    coldest_entering: float = 12.0

    @classmethod
    def fit(
        cls,
        *,
        cold: npt.ArrayLike,
        power: npt.ArrayLike,
        evaporator: npt.ArrayLike,
        condenser: npt.ArrayLike,
        capacity: float | None = None,
    ) -> Self:
        """A chiller from its log, by least squares: the model is linear in its coefficients.

            T_e (Q + P) / T_c - Q = a1 T_e + a2 (1 - T_e / T_c) + a3 Q (Q + P) / T_c

        Parameters
        ----------
        cold, power : (n,) array
            [kW]
        evaporator, condenser : (n,) array
            Water leaving the evaporator, and entering the condenser. [degC]
        capacity : float, optional
            The highest load of the log by default. [kW]

        Returns
        -------
        GordonNg

        Raises
        ------
        ValueError
            If there are fewer than 3 rows without a gap.
        """
        q, w, e, c = (np.asarray(one, dtype=float) for one in (cold, power, evaporator, condenser))
        known = ~np.isnan(q + w + e + c) & (q > 0) & (w > 0)
        if np.count_nonzero(known) < 3:
            raise ValueError("a chiller is fitted to 3 rows or more in which it ran")
        q, w, e, c = q[known], w[known], e[known] + KELVIN, c[known] + KELVIN
        terms = np.stack([e, 1.0 - e / c, q * (q + w) / c], axis=1)
        a1, a2, a3 = np.linalg.lstsq(terms, e * (q + w) / c - q, rcond=None)[0]
        return cls(capacity=capacity or float(q.max()), a1=float(a1), a2=float(a2), a3=float(a3))

    @property
    def by_leaving(self) -> bool:
        """Whether the condenser's temperature is that of the water leaving it: no."""
        return False

    @property
    def rated(self) -> float:
        """Rated capacity. [kW]"""
        return self.capacity

    @property
    def condenser_heat(self) -> float:
        """Rated heat capacity flow of the condenser. [kW K-1]"""
        return self.capacity * 1.2 / 5.0 if self.condenser_flow is None else self.condenser_flow * WATER_HEAT

    @property
    def evaporator_heat(self) -> float:
        """Rated heat capacity flow of the evaporator. [kW K-1]"""
        return self.capacity / 5.0 if self.evaporator_flow is None else self.evaporator_flow * WATER_HEAT

    def coldest(self) -> float:
        """Lowest condenser water that it is given. [degC]"""
        return self.coldest_entering

    def hottest(self) -> float:
        """Highest condenser water: the model has no limit. [degC]"""
        return float("inf")

    def shares(self) -> tuple[float, float]:
        """Least and highest load over capacity while on. [1]"""
        return self.least_share, 1.0

    def available(self, evaporator: npt.ArrayLike, condenser: npt.ArrayLike) -> Floats:
        """Capacity, the same at all temperatures. [kW]"""
        unknown = 0.0 * (np.asarray(evaporator, dtype=float) + np.asarray(condenser, dtype=float))
        return self.capacity + unknown

    def power(self, load: npt.ArrayLike, evaporator: npt.ArrayLike, condenser: npt.ArrayLike) -> Floats:
        """Electric power at a load above 0; NaN where the model gives none. [kW]

        Examples
        --------
        >>> a1, a2, a3 = STANFORD
        >>> machine = GordonNg(capacity=12500.0, a1=a1, a2=a2, a3=a3)
        >>> round(10550.0 / float(machine.power(10550.0, 7.0, 29.4)), 1)
        7.1
        """
        q = np.asarray(load, dtype=float)
        e = np.asarray(evaporator, dtype=float) + KELVIN
        c = np.asarray(condenser, dtype=float) + KELVIN
        left = e - self.a3 * q
        made = (q + self.a1 * e + self.a2 * (1.0 - e / c)) * c / np.where(left > 0, left, np.nan) - q
        return np.where(made > 0, made, np.nan)
