"""A large site to try plans on: eight chillers with towers and pumps, and a tank of chilled water.

What is published of the Stanford and Johnson Controls study of cooling plants [1]_ is used: eight chillers of 2.5 to
12.5 MW, the Gordon-Ng coefficients of one of them (in the form of the study's page on models), a tank of 100 MWh and
a demand charge of 4.56 $ per kW. What is not published in one place is chosen here and said so: the sizes between the
smallest and the largest, how coefficients follow the size, how far machines of one size differ, towers, pumps, and
the costs of starts.

References
----------
.. [1] Stanford University and Johnson Controls, "HVAC study," https://hvacstudy.github.io.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from wattstone.dispatch.plant.plant import Machine, Plant, Store
from wattstone.equipment.plant.chiller_set import ChillerSet
from wattstone.equipment.plant.gordon_ng import STANFORD, GordonNg

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["CAPACITIES", "chiller_set", "eight_chillers"]

CAPACITIES = (12500.0, 10000.0, 10000.0, 7500.0, 7500.0, 5000.0, 5000.0, 2500.0)
"""Of the eight chillers; the study gives the smallest and the largest. [kW]"""
PUBLISHED = 12500.0
"""Size that the published coefficients are taken for. [kW]"""
AGE = (1.12, 1.0, 1.08, 1.0, 1.1, 1.02, 1.06, 1.0)
"""Internal entropy production of each machine over the published one for its size: machines are of different age."""
TANK, TANK_POWER, TANK_LOSS = 100_000.0, 20_000.0, 0.0005
"""Of the tank; the study gives what it holds. [kWh], [kW], share in an hour"""
DEMAND_CHARGE = 4.56
START = 30.0
"""Cost of a start of the largest machine; others in proportion to their size. [currency]"""


def chiller_set(name: str, capacity: float, *, age: float = 1.0) -> ChillerSet:
    """A chiller of the study, scaled to a size, with a tower and pumps.

    Parameters
    ----------
    name : str
        Of the set.
    capacity : float
        [kW]
    age : float
        Factor on its internal production of entropy.
    """
    share = capacity / PUBLISHED
    a1, a2, a3 = STANFORD
    machine = GordonNg(capacity=capacity, a1=a1 * share * age, a2=a2 * share, a3=a3 / share, least_share=0.3)
    return ChillerSet.sized(
        name,
        machine,
        fan_share=0.008,
        chilled_head=25.0,
        condenser_head=20.0,
        efficiency=0.75,
        wet_bulb=22.0,
        approach=4.0,
    )


def eight_chillers(
    *,
    capacities: Sequence[float] = CAPACITIES,
    tank: float = TANK,
    initial: float = 0.5,
    demand_charge: float = DEMAND_CHARGE,
    currency: str = "USD",
) -> Plant:
    """The site.

    Parameters
    ----------
    capacities : sequence of float
        Of its chillers, in the order in which operators start them. [kW]
    tank : float
        What the tank of chilled water holds; 0 for none. [kWh]
    initial : float
        Share of it that is filled at first.
    demand_charge : float
        [currency kW-1]
    currency : str
        Of all money.

    Returns
    -------
    Plant
        With least times of 2 h on and off.
    """
    ages = np.resize(np.array(AGE), len(capacities)).tolist()
    machines = tuple(
        Machine(
            source=chiller_set(f"CH-{at + 1}", capacity, age=age),
            start_cost=START * capacity / PUBLISHED,
            least_up=2.0,
            least_down=2.0,
        )
        for at, (capacity, age) in enumerate(zip(capacities, ages, strict=True))
    )
    store = Store(
        name="tank",
        carrier="cold",
        capacity=tank,
        charge=TANK_POWER * tank / TANK,
        discharge=TANK_POWER * tank / TANK,
        loss=TANK_LOSS,
        initial=initial * tank,
    )
    return Plant(
        name="eight chillers",
        machines=machines,
        stores=(store,) if tank > 0 else (),
        demand_charge=demand_charge,
        currency=currency,
    )
