"""What a target covers, and what a measure reduces: names of totals of the inventory."""

import re
from collections.abc import Iterable
from typing import Final

__all__ = ["ACTS_ON", "CONTRACTS", "TOTALS", "covers", "double"]

TOTALS: Final = (
    "scope1", "scope2.location", "scope2.market", "scope3", *(f"scope3.{number}" for number in range(1, 16))
)  # fmt: skip
"""What a target may cover: each is a total of the organisation in the inventory."""

CONTRACTS: Final = "scope2.market"
"""What contracts and certificates reduce: scope 2 by the market-based method alone."""

ACTS_ON: Final = (
    "scope1", "scope2", "scope2.location", CONTRACTS, "scope3", *(f"scope3.{number}" for number in range(1, 16))
)  # fmt: skip
"""What a measure may reduce; `scope2` is by both methods, as of electricity that is not drawn any more."""

_CATEGORY: Final = re.compile(r"scope3\.\d+")


def covers(coverage: Iterable[str], acts_on: str) -> bool:
    """Whether what a measure reduces lies in what a target covers.

    A measure that says scope 3 alone does not count in a target of single categories: nobody knows in which it acts.
    One of scope 2 counts by both methods, one of a method by that alone.

    Examples
    --------
    >>> covers(["scope2.location"], "scope2.market"), covers(["scope2.market"], "scope2.market")
    (False, True)
    >>> covers(["scope1", "scope2.market"], "scope2"), covers(["scope3"], "scope3.4"), covers(["scope3.4"], "scope3")
    (True, True, False)
    """
    for one in coverage:
        if one == acts_on or (acts_on == "scope2" and one.startswith("scope2.")):
            return True
        if one == "scope3" and _CATEGORY.fullmatch(acts_on):
            return True
    return False


def double(coverage: Iterable[str]) -> tuple[str, str] | None:
    """Two parts of a coverage that count the same emissions twice; None where there are none.

    Examples
    --------
    >>> double(["scope1", "scope2.location", "scope2.market"]), double(["scope3", "scope3.1"]), double(["scope1"])
    (('scope2.location', 'scope2.market'), ('scope3', 'scope3.1'), None)
    """
    held = list(coverage)
    if {"scope2.location", "scope2.market"} <= set(held):
        return "scope2.location", "scope2.market"
    category = next((one for one in held if _CATEGORY.fullmatch(one)), None)
    if category is not None and "scope3" in held:
        return "scope3", category
    twice = next((one for one in held if held.count(one) > 1), None)
    return None if twice is None else (twice, twice)
