"""The inventory for machines: one object, stable keys, full precision."""

from typing import Any

import polars as pl

from wattstone.inventory.document import InventoryDocument

_BESIDE = ("coverage", "notes")
_KEYS = ("id", "name", "value", "unit", "lower", "upper", "subject", "reason", "period", "basis", "estimated", "method")


def inventory_json(document: InventoryDocument) -> dict[str, Any]:
    """The figures of the document's year, without those of months and of the year before.

    Parameters
    ----------
    document : InventoryDocument
        The inventory.

    Returns
    -------
    dict
        `year`, `simulated` and `figures`; a value that is not known is None, with its `reason`. `coverage` and `notes`
        come with each figure where the document has them.
    """
    beside = [name for name in _BESIDE if name in document.figures.columns]
    figures = document.figures.filter(pl.col("period") == str(document.year)).select(*_KEYS, *beside)
    return {"year": document.year, "simulated": document.simulated, "figures": figures.to_dicts()}
