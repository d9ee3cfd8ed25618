"""Whether a bill of materials holds a loop of which nothing is left, before anything is solved for a demand."""

import numpy as np
import polars as pl

from wattstone.base import NotComputable
from wattstone.programme.suppliers.chain.loops import components
from wattstone.programme.suppliers.chain.network import network
from wattstone.programme.suppliers.chain.solve import Diverging, footprints

__all__ = ["endless"]


def endless(links: pl.DataFrame) -> Diverging | None:
    """The loop through which a unit needs one of itself, or more.

    Links outside of loops cannot make one and are left out, so that a chain without loops costs one walk over it.

    Parameters
    ----------
    links : DataFrame
        `parent`, `component`, `amount`, as `network` takes them; without an amount a link is left out.

    Returns
    -------
    Diverging or None
        With the loop and its products; None where all loops are productive.

    Examples
    --------
    >>> made = pl.DataFrame({"parent": ["steel", "power"], "component": ["power", "steel"], "amount": [3.0, 0.5]})
    >>> endless(made).names, endless(made.with_columns(amount=pl.col("amount") / 2))
    (('power', 'steel'), None)
    """
    known = links.filter(pl.col("amount").is_not_null() & (pl.col("amount") > 0))
    if known.is_empty():
        return None
    whole = network(known)
    labels, looped = components(whole.inputs)
    if not looped.any():
        return None
    at, of = whole.index(known["parent"]), whole.index(known["component"])
    inside = known.filter(pl.Series((labels[at] == labels[of]) & looped[at]))
    rings = network(inside)
    try:
        footprints(rings, np.ones(len(rings.products)))
    except Diverging as found:
        return found
    except NotComputable:
        return None  # not solved to the last digit; the report says so
    return None
