"""Unit commitment: which machines run, at which load, and what stores do, at least cost with a proven bound.

`solve` takes any plant that can be told as units with piecewise-linear curves, stores and carriers: chillers, boilers
and tanks, an air station, or both joined by the heat of the compressors.
"""

from wattstone.dispatch.commitment.explain import Choice, Explained, Reason, explain
from wattstone.dispatch.commitment.settle import cost, residual
from wattstone.dispatch.commitment.solve import solve
from wattstone.dispatch.commitment.types import Carrier, Commitment, Committed, Costs, Store, Unit

__all__ = [
    "Carrier",
    "Choice",
    "Commitment",
    "Committed",
    "Costs",
    "Explained",
    "Reason",
    "Store",
    "Unit",
    "cost",
    "explain",
    "residual",
    "solve",
]
