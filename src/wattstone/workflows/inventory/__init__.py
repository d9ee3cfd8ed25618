"""The inventory of what meters measure: from the lake's rows to figures with their evidence."""

from wattstone.workflows.inventory.compute import Computed, compute
from wattstone.workflows.inventory.fill import Filling, filling
from wattstone.workflows.inventory.record import Recorded, current_figures, record
from wattstone.workflows.inventory.run import Inventory, take_inventory

__all__ = [
    "Computed",
    "Filling",
    "Inventory",
    "Recorded",
    "compute",
    "current_figures",
    "filling",
    "record",
    "take_inventory",
]
