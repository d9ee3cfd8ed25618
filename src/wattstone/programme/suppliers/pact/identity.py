"""Which sum of its parts a footprint is, and how uptake joins its two totals."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from wattstone.programme.suppliers.pact.names import names
from wattstone.programme.suppliers.pact.numbers import decimal_of

__all__ = ["Identity", "far_apart", "identities", "uptake_gap"]

CLOSE = Decimal("0.005")
"""Of the larger of the two: parts are rounded by who states them."""


@dataclass(frozen=True, kw_only=True)
class Identity:
    """A sum of parts against the total.

    Parameters
    ----------
    name : str
        As in the data file.
    total, gap : Decimal
        The sum, and the stated total less the sum. [kg CO2e per declared unit]
    holds : bool
    """

    name: str
    total: Decimal
    gap: Decimal
    holds: bool


def identities(pcf: Mapping[str, Any]) -> tuple[Identity, ...]:
    """How each known sum of parts compares with the footprint without biogenic uptake.

    Parameters
    ----------
    pcf : mapping
        The property of that name.

    Returns
    -------
    tuple of Identity
        In the order of the data file; empty where the total or a part is not a number. A part that is absent or null
        adds nothing, as the protocol lets what does not occur be left out.

    Examples
    --------
    >>> held = identities({"pcfExcludingBiogenicUptake": "12", "fossilGhgEmissions": "10",
    ...                    "landUseChangeGhgEmissions": "2", "biogenicNonCO2Emissions": "1"})
    >>> [one.name for one in held if one.holds]
    ['without_biogenic_non_co2']
    """
    total = decimal_of(pcf.get("pcfExcludingBiogenicUptake"))
    if total is None:
        return ()
    found: list[Identity] = []
    for name, parts in names().identities.items():
        values = [decimal_of(pcf[part]) for part in parts if pcf.get(part) not in (None, "")]
        if any(value is None for value in values):
            return ()
        summed = sum((value for value in values if value is not None), Decimal(0))
        found.append(Identity(name=name, total=summed, gap=total - summed, holds=_close(total, summed)))
    return tuple(found)


def uptake_gap(pcf: Mapping[str, Any]) -> Decimal | None:
    """What the two totals differ by beyond the uptake that is stated.

    Parameters
    ----------
    pcf : mapping

    Returns
    -------
    Decimal or None
        Total with uptake, less total without, less uptake; 0 where they agree as rounded numbers do, None where one of
        the totals is absent. Uptake that is absent or null is 0. [kg CO2e per declared unit]

    Examples
    --------
    >>> uptake_gap({"pcfExcludingBiogenicUptake": "3", "pcfIncludingBiogenicUptake": "1", "biogenicCO2Uptake": "-2"})
    Decimal('0')
    """
    told = [decimal_of(pcf.get(name)) for name in ("pcfIncludingBiogenicUptake", "pcfExcludingBiogenicUptake")]
    stated = pcf.get("biogenicCO2Uptake")
    uptake = Decimal(0) if stated in (None, "") else decimal_of(stated)
    if told[0] is None or told[1] is None or uptake is None:
        return None
    return Decimal(0) if _close(told[0], told[1] + uptake) else told[0] - told[1] - uptake


def far_apart(pcf: Mapping[str, Any]) -> bool:
    """Whether the total is another number than its parts, by more than half of the larger of them.

    Parameters
    ----------
    pcf : mapping

    Returns
    -------
    bool
        False where technological removals are stated, which no sum here holds.

    Examples
    --------
    >>> far_apart({"pcfExcludingBiogenicUptake": "500", "fossilGhgEmissions": "12"})
    True
    >>> far_apart({"pcfExcludingBiogenicUptake": "20", "fossilGhgEmissions": "12"})
    False
    """
    if decimal_of(pcf.get("technologicalCO2Removals")) or not (tried := identities(pcf)):
        return False
    parts = {name for each in names().identities.values() for name in each}
    told = [abs(value) for name in parts if (value := decimal_of(pcf.get(name))) is not None]
    total = abs(tried[0].total + tried[0].gap)
    return all(abs(one.gap) > max(total, sum(told, Decimal(0))) / 2 for one in tried)


def _close(one: Decimal, other: Decimal) -> bool:
    return abs(one - other) <= CLOSE * max(abs(one), abs(other))
