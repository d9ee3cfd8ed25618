r"""Uncertainty of factors that ship, where their publisher gives a range beside the default.

The limits :math:`l, u` are those of a 95 % interval of a lognormal distribution [1]_, so that its logarithm has the
standard deviation :math:`\sigma = \ln(u/l) / (2 \times 1.96)` and the factor the relative one
:math:`\sqrt{e^{\sigma^2} - 1}`.

References
----------
.. [1] IPCC, "2006 Guidelines for National Greenhouse Gas Inventories," vol. 2, ch. 1, sec. 1.4.2.1, and vol. 1, ch. 3.
"""

import math
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any, Final

__all__ = ["half_width", "source_of_ranges", "width_of"]

Z95: Final = 1.959963984540054
_GASES = ("co2", "ch4", "n2o")


def half_width(lower: float, upper: float) -> float:
    """Relative half width of the 95 % interval that a lognormal range stands for.

    Parameters
    ----------
    lower, upper : float
        Limits of the 95 % interval, in one unit; above 0.

    Returns
    -------
    float
        1.96 relative standard deviations. [1]

    Examples
    --------
    >>> round(half_width(54300, 58300), 4), round(half_width(0.3, 3), 2)
    (0.0355, 1.26)
    """
    spread = math.log(upper / lower) / (2 * Z95)
    return Z95 * math.sqrt(math.expm1(spread**2))


def width_of(row_id: str, value: float) -> float | None:
    """Relative half width of a shipped row; None where its publisher gives no range, or none is at hand.

    Parameters
    ----------
    row_id : str
        Of a factor or a calorific value.
    value : float
        Its default: a range that does not hold it is not its own.

    Examples
    --------
    >>> round(width_of("ipcc2006_manufacturing_natural_gas_co2", 56100.0), 4)
    0.0355
    >>> width_of("desnz2025_7_400_4000_5_1", 0.177) is None
    True
    """
    known = _ranges().get(row_id)
    if known is None or not known[0] < value < known[1]:
        return None
    return half_width(*known)


def source_of_ranges() -> str:
    """Where the ranges are from."""
    return str(_told()["source"])


@cache
def _told() -> dict[str, Any]:
    text = (files("wattstone.rates") / "data" / "ranges.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)["ipcc2006"]


@cache
def _ranges() -> dict[str, tuple[float, float]]:
    """Limits by the id of the row."""
    told = _told()
    by_fuel = {f"ipcc2006_manufacturing_{fuel}_co2": limits for fuel, limits in told["co2"].items()}
    by_kind = {f"ncv_ipcc2006_{name}": limits for name, limits in told["ncv"].items()}
    both: dict[str, list[float]] = {**by_fuel, **by_kind, **dict(_small(told))}
    return {key: (float(low), float(high)) for key, (low, high) in both.items()}


def _small(told: dict[str, Any]) -> Iterator[tuple[str, list[float]]]:
    """CH4 and N2O: each default has one range, whatever the fuel."""
    from wattstone.rates.table import shipped_values

    compared = told["compared"]
    values = shipped_values()
    for stem in (f"{sector}_{fuel}" for sector in compared["sectors"] for fuel in compared["fuels"]):
        for gas in _GASES[1:]:
            key = f"ipcc2006_{stem}_{gas}"
            limits = told[gas].get(f"{values[key]:g}") if key in values and stem not in compared["not"] else None
            if limits is not None:
                yield key, limits
