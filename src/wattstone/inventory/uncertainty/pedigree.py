"""Data quality score by the five criteria of the GHG Protocol, and the uncertainty that it stands for."""

import math
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import polars as pl

from wattstone.inventory.uncertainty.distributions import sd_of_half_width
from wattstone.readings.activities.schema import PEDIGREE

CRITERIA = PEDIGREE
"""Columns of scores: 1 (best) to 5, null where nobody said."""


@dataclass(frozen=True, kw_only=True)
class Pedigree:
    """What scores add to the uncertainty, as data with their source.

    Parameters
    ----------
    factors : dict of str to tuple of float
        By criterion, for the scores 1 to 5: contributions to the square of the geometric standard deviation. [1]
    basic : float
        The same, of what an amount has however good its scores are. [1]
    source, edition, certainty : str
        Where the numbers are from, and how sure that is.
    """

    factors: dict[str, tuple[float, ...]]
    basic: float
    source: str
    edition: str
    certainty: str


@cache
def pedigree() -> Pedigree:
    """The table that the product ships.

    Returns
    -------
    Pedigree

    Examples
    --------
    >>> pedigree().factors["time"]
    (1.0, 1.03, 1.1, 1.2, 1.5)
    """
    told = tomllib.loads((files("wattstone.inventory") / "data" / "pedigree.toml").read_text(encoding="utf-8"))
    return Pedigree(
        factors={name: tuple(map(float, told[name]["factors"])) for name in CRITERIA},
        basic=float(told["basic"]),
        source=told["source"],
        edition=told["edition"],
        certainty=told["certainty"],
    )


def quality() -> pl.Expr:
    """Mean of the five scores, 1 (best) to 5; null where one of them is not known or none.

    Returns
    -------
    polars.Expr
        Of a frame with the columns of `CRITERIA`. [1]

    Examples
    --------
    >>> scores = pl.DataFrame({name: [2, 2] for name in CRITERIA[1:]} | {"technology": [4, None]})
    >>> scores.select(quality().round(2)).to_series().to_list()
    [2.4, None]
    """
    scores = [pl.when(pl.col(name).is_between(1, 5)).then(name) for name in CRITERIA]
    return (pl.sum_horizontal(*scores, ignore_nulls=False) / len(CRITERIA)).alias("quality")


def pedigree_sd(basic: float | None = None) -> pl.Expr:
    """Relative standard deviation that five scores stand for [1]_.

    Parameters
    ----------
    basic : float or None
        Contribution of the amount itself to the square of the geometric standard deviation, 1 or more; that of the
        table if it is left out. [1]

    Returns
    -------
    polars.Expr
        Of a frame with the columns of `CRITERIA`; null where a score is not known or is none from 1 to 5. [1]

    Notes
    -----
    The logarithm has the variance sum (ln U / 2)^2, so that the square of the geometric standard deviation
    is exp sqrt(sum (ln U)^2), and the relative standard deviation is sqrt(exp(variance) - 1).

    References
    ----------
    .. [1] B. P. Weidema et al., "Data quality guideline for the ecoinvent database version 3," 2013, ch. 10.

    Examples
    --------
    >>> scores = pl.DataFrame({name: [1, 5, 1] for name in CRITERIA[1:]} | {"technology": [1, 5, None]})
    >>> scores.select(pedigree_sd().round(4)).to_series().to_list()
    [0.0244, 0.4878, None]
    """
    table = pedigree()
    own = _variance(table.basic if basic is None else basic)
    added = [_added(name, table.factors[name]) for name in CRITERIA]
    return ((own + pl.sum_horizontal(*added, ignore_nulls=False)).exp() - 1).sqrt().alias("activity_sd")


def activity_sd() -> pl.Expr:
    """Relative standard deviation of activity data: as it was given, else by its scores, else not known.

    Returns
    -------
    polars.Expr
        Of a frame with the columns of `CRITERIA` and `activity_uncertainty`, the relative half-width of a 95 %
        interval; null where neither is known. No kind of activity has a value of its own. [1]

    Examples
    --------
    >>> records = pl.DataFrame({name: [3, 3, None] for name in CRITERIA} | {"activity_uncertainty": [0.1, None, None]})
    >>> records.select(activity_sd().round(4)).to_series().to_list()
    [0.051, 0.1193, None]
    """
    given = pl.col("activity_uncertainty") * sd_of_half_width(1.0)
    return pl.coalesce(given, pedigree_sd()).alias("activity_sd")


def _variance(factor: float) -> float:
    """Of the logarithm, from a contribution to the square of the geometric standard deviation."""
    return (math.log(factor) / 2) ** 2


def _added(name: str, factors: tuple[float, ...]) -> pl.Expr:
    """Variance of the logarithm by the score of a criterion."""
    score = pl.col(name).cast(pl.Int64)
    known = {number: _variance(factor) for number, factor in enumerate(factors, 1)}
    return score.replace_strict(known, default=None, return_dtype=pl.Float64)
