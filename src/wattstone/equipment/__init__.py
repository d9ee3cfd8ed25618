"""The physics of machines: pure functions of arrays, which know no site, no file and no factor.

Each machine is a frozen dataclass of its parameters and a module of functions: `pv`, `battery`, `charger`, `lighting`,
`pump`, `ventilation` and `thermal`. `findings` of a module say what is impossible or odd about parameters. Each machine
that can be moved in time or strength has a `linear` form, `LinearState`, which a planner takes as it is.
"""

from wattstone.equipment.arrays import Curve, Grid
from wattstone.equipment.linear import LinearState

__all__ = ["Curve", "Grid", "LinearState"]
