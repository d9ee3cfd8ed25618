"""How sure an inventory is: propagation of errors and simulation, with one error for each factor however many share it.

Errors are relative and multiply; what is not known is counted and told, and never taken as certain.
"""

from wattstone.inventory.uncertainty.dominance import Dominance, dominant
from wattstone.inventory.uncertainty.intervals import named_intervals, total_interval
from wattstone.inventory.uncertainty.montecarlo import Simulated, simulate
from wattstone.inventory.uncertainty.pedigree import activity_sd, pedigree_sd, quality
from wattstone.inventory.uncertainty.propagation import Propagated, propagate

__all__ = [
    "Dominance",
    "Propagated",
    "Simulated",
    "activity_sd",
    "dominant",
    "named_intervals",
    "pedigree_sd",
    "propagate",
    "quality",
    "simulate",
    "total_interval",
]
