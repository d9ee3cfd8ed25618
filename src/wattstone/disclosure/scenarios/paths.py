r"""Paths of drivers: values of a scenario by year, read between its years and never beyond them.

References
----------
.. [1] E. Kriegler et al., "A template for the Integrated Assessment Modeling Consortium (IAMC) time series," as read
   by D. Huppmann et al., "pyam: Analysis and visualisation of integrated assessment and macro-energy scenarios,"
   Open Research Europe 1, 2021, 74.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from wattstone.programme.report import Said

__all__ = ["NAMES", "Money", "Track", "between", "money_per_tonne", "price_year", "ratio", "track_of", "yearly_ratio"]

Floats = NDArray[np.float64]

NAMES: Final = ("provider", "model", "edition", "scenario", "region")
"""What tells a scenario of a provider from all others."""

_CARBON: Final = re.compile(r"^\s*t(?:onnes?|on)?\s*(?:of\s+)?(?:co2|co2e|co2-?eq|co₂|co₂e)\s*$", re.IGNORECASE)
_YEAR: Final = re.compile(r"(?:19|20)\d{2}")


@dataclass(frozen=True, eq=False, kw_only=True)
class Track:
    """A variable of a scenario by year.

    Parameters
    ----------
    variable, unit : str
        As the provider names them; the unit of a price holds the year of its money.
    years : (n,) array of int
        Ascending.
    values : (n,) array
        [unit]
    hashes : tuple of str
        Of the entries, one a year.
    source, licence : str
    """

    variable: str
    unit: str
    years: NDArray[np.int64]
    values: Floats
    hashes: tuple[str, ...]
    source: str = ""
    licence: str = ""

    @property
    def first(self) -> int:
        """The first year of it."""
        return int(self.years[0])

    @property
    def last(self) -> int:
        """The last year of it."""
        return int(self.years[-1])

    def at(self, years: ArrayLike) -> Floats:
        """Values of years, as `between` reads them. [unit]"""
        return between(self.years, self.values, years)

    def rests_on(self, year: int) -> tuple[str, ...]:
        """The entries that the value of a year comes from: its own, or those of its neighbours."""
        low, high = int(np.searchsorted(self.years, year, "right")) - 1, int(np.searchsorted(self.years, year))
        held = {n for n in (low, high) if 0 <= n < self.years.size and self.first <= year <= self.last}
        return tuple(f"entry:{self.hashes[n]}" for n in sorted(held))

    def own(self, year: int) -> bool:
        """Whether the provider tells the year itself."""
        return bool((self.years == year).any())

    def beyond(self, year: int) -> Said:
        """Why a year has no value."""
        return Said(
            "{variable} is told for {first} to {last}; {year} lies outside, and nothing is carried on beyond a path",
            {"variable": self.variable, "first": self.first, "last": self.last, "year": year},
        )


def between(known: ArrayLike, values: ArrayLike, years: ArrayLike) -> Floats:
    r"""Values between the years of a path by a straight line; NaN outside.

    Parameters
    ----------
    known : (n,) array of int
        Years of the path, ascending.
    values : (n,) array
        Free of gaps.
    years : (t,) array of int
        Wanted.

    Returns
    -------
    (t,) array
        In the unit of the values.

    Notes
    -----
    .. math:: p(y) = p_a + (p_b - p_a) \frac{y - a}{b - a}, \quad a \le y \le b

    with the neighbouring years :math:`a` and :math:`b` of the path. Providers tell every fifth or tenth year [1]_.

    Examples
    --------
    >>> between([2030, 2040], [100.0, 180.0], [2025, 2030, 2035, 2040])
    array([ nan, 100., 140., 180.])
    """
    x, y = np.asarray(known, dtype=np.float64), np.asarray(values, dtype=np.float64)
    at = np.atleast_1d(np.asarray(years, dtype=np.float64))
    return np.interp(at, x, y, left=np.nan, right=np.nan)


def ratio(track: Track, base: int, years: ArrayLike) -> Floats:
    """What a driver is in years against the base year; NaN where the path does not tell either, or begins at zero.

    Examples
    --------
    >>> one = Track(variable="GDP", unit="1", years=np.array([2020, 2030]), values=np.array([100.0, 120.0]), hashes=())
    >>> ratio(one, 2020, [2025, 2030, 2031])
    array([1.1, 1.2, nan])
    """
    start = float(track.at([base])[0])
    at = track.at(years)
    return at / start if start > 0 else np.full(at.shape, np.nan)


def yearly_ratio(change: float, base: int, years: ArrayLike) -> Floats:
    """What a driver that changes by the same share each year is against the base year.

    Examples
    --------
    >>> yearly_ratio(0.1, 2020, [2020, 2022]).round(9)
    array([1.  , 1.21])
    """
    return np.power(1.0 + change, np.atleast_1d(np.asarray(years, dtype=np.float64)) - base)


@dataclass(frozen=True)
class Money:
    """What the price of a tonne is told in: money with the year of its prices, empty where that is not said."""

    money: str
    year: str


def money_per_tonne(unit: str) -> Money | Said:
    """The money of a price a tonne of CO2.

    Parameters
    ----------
    unit : str
        As a path has it.

    Returns
    -------
    Money or Said
        Why it is no price of a tonne of CO2: of carbon it would be 44/12 of it.

    Examples
    --------
    >>> money_per_tonne("US$2010/t CO2")
    Money(money='US$2010', year='2010')
    >>> money_per_tonne("US$2010/tC").params["unit"]
    'US$2010/tC'
    """
    money, stroke, below = unit.partition("/")
    if not stroke:
        money, _, below = unit.partition(" per ")
    if not _CARBON.match(below):
        return Said("the price is told in {unit}, which is not money for a tonne of CO2", {"unit": unit})
    return Money(money.strip(), price_year(money))


def price_year(money: str) -> str:
    """The year of prices that a unit of money names; empty where it names none.

    Examples
    --------
    >>> price_year("US$2010"), price_year("USD (2022, MER)"), price_year("CNY")
    ('2010', '2022', '')
    """
    found = _YEAR.search(money)
    return found[0] if found else ""


def track_of(paths: pl.DataFrame, of: Mapping[str, Any], variable: str) -> Track | Said:
    """A variable of a scenario from entries of kind `path`.

    Parameters
    ----------
    paths : polars.DataFrame
        Entries.
    of : mapping
        Fields of an entry of kind `scenario`; `NAMES` are looked at.
    variable : str

    Returns
    -------
    Track or Said
        Why there is none.
    """
    own = paths.filter(*(pl.col(name) == of[name] for name in NAMES), pl.col("variable") == variable)
    told = {"variable": variable, "scenario": of["scenario"], "provider": of["provider"]}
    if own.is_empty():
        return Said("no values of {variable} are taken in for {scenario} of {provider}", told)
    rows = own.filter(pl.col("value").is_not_null()).sort("year")
    units: Sequence[str] = rows["unit"].unique().sort().to_list()
    if len(units) != 1:
        return Said("values of {variable} for {scenario} are in several units: {units}",
                    {**told, "units": ", ".join(units)})  # fmt: skip
    return Track(
        variable=variable, unit=units[0], years=rows["year"].cast(pl.Int64).to_numpy(),
        values=rows["value"].to_numpy(), hashes=tuple(rows["hash"]),
        source="; ".join(rows["source"].drop_nulls().unique(maintain_order=True)),
        licence="; ".join(rows["licence"].drop_nulls().unique(maintain_order=True)),
    )  # fmt: skip
