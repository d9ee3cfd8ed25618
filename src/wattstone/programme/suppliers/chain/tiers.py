"""Emissions by tier: how far from what is demanded they arise."""

import numpy as np

from wattstone.programme.suppliers.chain.network import Floats, Network

__all__ = ["TIERS", "tiers"]

TIERS = 6
"""Tiers that are told one by one, what is demanded itself among them."""


def tiers(one: Network, direct: Floats, demand: Floats, *, most: int = TIERS) -> Floats:
    r"""What is emitted at each tier, :math:`d^{\mathsf T} A^k y` for tier k; the sum over all tiers is the total [1]_.

    A product that is needed at several depths counts at each of them with what is needed there.

    Parameters
    ----------
    one : Network
    direct : (n,) array
        [kg CO2e per unit]
    demand : (n,) array
        [units]
    most : int
        How many tiers.

    Returns
    -------
    (most,) array
        From tier 0, the making of what is demanded. [kg CO2e]

    References
    ----------
    .. [1] R. E. Miller and P. D. Blair, Input-Output Analysis, 2nd ed., Cambridge University Press, 2009, section 2.4
       (power series).

    Examples
    --------
    >>> import polars as pl
    >>> from wattstone.programme.suppliers.chain.network import network
    >>> car = network(pl.DataFrame({"parent": ["car"], "component": ["wheel"], "amount": [4.0]}))
    >>> tiers(car, np.array([5.0, 2.0]), np.array([1.0, 0.0]), most=3).tolist()
    [5.0, 8.0, 0.0]
    """
    needs = one.inputs.T.tocsr()
    term, found = demand, np.zeros(most)
    for tier in range(most):
        found[tier] = float(direct @ term)
        term = needs @ term
    return found
