"""A simulated portfolio of a property manager, and the truth about it.

Nothing that this room makes was measured: sites, meters, files and names are marked as simulated.
"""

from wattstone.simulation.dataset import generate
from wattstone.simulation.estate import portfolio
from wattstone.simulation.events import KINDS
from wattstone.simulation.measures import measures
from wattstone.simulation.plan import Plan
from wattstone.simulation.truth import Fault, Retrofit, Truth, read_truth

__all__ = ["KINDS", "Fault", "Plan", "Retrofit", "Truth", "generate", "measures", "portfolio", "read_truth"]
