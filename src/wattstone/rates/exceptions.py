"""What can be accepted by name, although a look-up refuses it otherwise."""

import re

from wattstone.rates.series import all_series
from wattstone.rates.sets import catalogue
from wattstone.rates.table import FactorTable

__all__ = ["is_exception"]

_NAMED = re.compile(r"(year|region|gwp):(.+)")
_GWP = ("AR4", "AR5", "AR6", "unspecified")


def is_exception(table: FactorTable, name: str) -> bool:
    """Whether a name is one that a refusal may ask to be accepted.

    Parameters
    ----------
    table : FactorTable
        The rows that a workspace can use.
    name : str
        The id of a row or a set; `year:SET`, for a year that the set is not for; `region:SET`, for a country that it is
        not for; `gwp:AR5`, for totals made with other global warming potentials than the workspace's.

    Examples
    --------
    >>> from wattstone.rates import load_factors
    >>> [is_exception(load_factors(), name) for name in ("year:desnz2025", "gwp:AR5", "year:desnz1999", "aib2022")]
    [True, True, False, True]
    """
    match = _NAMED.fullmatch(name)
    if match is None:
        return table.get(name) is not None or name in sets_known()
    return match[2] in (_GWP if match[1] == "gwp" else sets_known())


def sets_known() -> frozenset[str]:
    """Ids of all sets and series, residual mixes among them."""
    residual = {
        f"{grid.prefix}{year}" if grid.nationwide else grid.prefix.rstrip("_")
        for grids in catalogue().residual.values()
        for grid in grids
        for year in ((2022, 2023) if grid.nationwide else (0,))
    }
    return frozenset(catalogue().sets) | frozenset(all_series()) | frozenset(residual)
