"""Names, kinds and signs of the properties of a product footprint, as the data file gives them."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

__all__ = ["Names", "names"]


@dataclass(frozen=True, kw_only=True)
class Names:
    """What a footprint may hold.

    Parameters
    ----------
    version, source : str
        Of the specification.
    units, statuses, standards, regions, geography, ratings : tuple of str
        Values and groups of properties.
    required_product, required_footprint : tuple of str
    decimals : mapping
        Property to the sign of its number.
    former_product, former_footprint : mapping
        Property of version 2 to what it is called now, empty where it is gone.
    identities : mapping
        Name of a sum to its parts.
    """

    version: str
    source: str
    units: tuple[str, ...]
    statuses: tuple[str, ...]
    standards: tuple[str, ...]
    regions: tuple[str, ...]
    geography: tuple[str, ...]
    ratings: tuple[str, ...]
    required_product: tuple[str, ...]
    required_footprint: tuple[str, ...]
    decimals: Mapping[str, str]
    former_product: Mapping[str, str]
    former_footprint: Mapping[str, str]
    identities: Mapping[str, tuple[str, ...]]


@cache
def names() -> Names:
    """The names of version 3.

    Returns
    -------
    Names

    Examples
    --------
    >>> names().former_footprint["declaredUnit"]
    'declaredUnitOfMeasurement'
    """
    path = resources.files("wattstone.programme.suppliers") / "data" / "pact.toml"
    told = tomllib.loads(path.read_text(encoding="utf-8"))
    return Names(
        version=told["version"], source=told["source"], units=tuple(told["units"]), statuses=tuple(told["statuses"]),
        standards=tuple(told["standards"]), regions=tuple(told["regions"]), geography=tuple(told["geography"]),
        ratings=tuple(told["ratings"]), required_product=tuple(told["required"]["product"]),
        required_footprint=tuple(told["required"]["footprint"]), decimals=told["decimals"],
        former_product=told["former"]["product"], former_footprint=told["former"]["footprint"],
        identities={name: tuple(parts) for name, parts in told["identities"].items()},
    )  # fmt: skip
