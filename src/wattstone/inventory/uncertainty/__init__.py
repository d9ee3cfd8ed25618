"""How sure an inventory is: propagation of errors and simulation, with one error for each factor however many share it.

Errors are relative and multiply; what is not known is counted and told, and never taken as certain.
"""

from wattstone.inventory.uncertainty.montecarlo import Simulated, simulate
from wattstone.inventory.uncertainty.propagation import Propagated, propagate

__all__ = ["Propagated", "Simulated", "propagate", "simulate"]
