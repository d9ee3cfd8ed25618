"""Uncertainty by propagation of errors, with one error for each factor however many lines share it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import polars as pl

from wattstone.inventory.uncertainty.cells import cells
from wattstone.inventory.uncertainty.distributions import LEVEL, lognormal_interval, normal_interval

Shape = Literal["lognormal", "normal"]

KNOWN: dict[str, pl.DataType] = {
    "unknown": pl.Float64(),  # share of the emissions with activity data or a factor of unknown uncertainty, 0 to 1
    "unknown_activity": pl.Float64(),
    "unknown_factor": pl.Float64(),
    "lines": pl.UInt32(),
    "lines_unknown": pl.UInt32(),
    "lines_absent": pl.UInt32(),  # lines without a value
}
PROPAGATED: dict[str, pl.DataType] = {
    "mean": pl.Float64(),  # kg CO2e, the sum as it is reported; null where a line has no value
    "sd": pl.Float64(),  # kg CO2e, of what is known; null where nothing is
    "relative": pl.Float64(),  # sd over the absolute mean
    "lower": pl.Float64(),  # 90 % interval
    "upper": pl.Float64(),
    "by_factor": pl.Float64(),  # variances, whose sum is that of the result
    "by_activity": pl.Float64(),
    "by_both": pl.Float64(),  # product of both errors
    **KNOWN,
}
"""Columns of the result, after those it is by."""


@dataclass(frozen=True, kw_only=True)
class Propagated:
    """Sums of lines with their uncertainty, by propagation.

    Parameters
    ----------
    by : tuple of str
        Columns of the groups.
    frame : polars.DataFrame
        Columns of `by` and of `PROPAGATED`, one row a group. [kg CO2e, (kg CO2e)^2, 1]
    shape : {'lognormal', 'normal'}
        Of the intervals.
    """

    by: tuple[str, ...]
    frame: pl.DataFrame
    shape: Shape


def propagate(lines: pl.DataFrame, by: Sequence[str] = (), *, shape: Shape = "lognormal") -> Propagated:
    """Uncertainty of sums by error propagation, approach 1 of the IPCC with correlation [1]_.

    Parameters
    ----------
    lines : polars.DataFrame
        Columns of `uncertainty.lines.LINE`: emissions [kg CO2e], relative standard deviations [1].
    by : sequence of str
        Columns of the groups, as `["scope"]`; none for one sum of all lines.
    shape : {'lognormal', 'normal'}
        Of the intervals. A sum that is not above 0 has a normal one.

    Returns
    -------
    Propagated
        Exact mean and variance, whatever the distributions: with v_i the emissions of line i, s_i the relative standard
        deviation of its activity data and t_k that of factor k,
        var = sum_k (t_k sum_i v_i)^2 + sum_i (v_i s_i)^2 + sum_i (v_i s_i t_k)^2.

    Raises
    ------
    InputRefused
        As `uncertainty.lines.checked`.

    Notes
    -----
    Lines with one factor key share one error. If they state several standard deviations for it, as two editions do,
    their errors are fully correlated: the term of the factor is (sum_i t_i v_i)^2. Different factors are independent,
    and so are the activity data of different lines. Where an uncertainty is not known its term is missing from the
    variance, and `unknown` tells how much of the emissions that concerns.

    References
    ----------
    .. [1] IPCC, "2006 Guidelines for National Greenhouse Gas Inventories," vol. 1, ch. 3, sec. 3.2.3.1, eq. 3.1, 3.2,
       and 3.5 to 3.7 for the interval.

    Examples
    --------
    Two sites with 100 kg each: the error of their factor does not average out, those of their meters do.

    >>> lines = pl.DataFrame({"line": [1, 2], "site_id": ["A", "B"], "scope": [2, 2], "category": [0, 0],
    ...                       "factor_key": ["grid", "grid"], "value": [100.0, 100.0],
    ...                       "activity_sd": [0.03, 0.03], "factor_sd": [0.1, 0.1]})
    >>> propagate(lines).frame.select("mean", pl.col("by_factor", "by_activity", "by_both").round(2)).row(0)
    (200.0, 400.0, 18.0, 0.18)
    """
    groups = list(by)
    error, both = pl.col("factor_sd") * pl.col("value"), pl.col("factor_sd") ** 2 * pl.col("activity")
    by_factor = totals(
        cells(lines, groups),
        [*groups, "factor_key"],
        (error.sum() ** 2).alias("by_factor"),
        both.sum().alias("by_both"),
        pl.col("value", "activity").sum(),
        *counts(),
    )
    sums = totals(
        by_factor,
        groups,
        pl.col("value", "by_factor", "by_both").sum(),
        pl.col("activity").sum().alias("by_activity"),
        *counts(),
    )
    return Propagated(by=tuple(groups), frame=_result(sums, groups, shape), shape=shape)


def totals(frame: pl.DataFrame, by: Sequence[str], *sums: pl.Expr) -> pl.DataFrame:
    """Sums by columns, or one row of all; no row where there are no lines."""
    return frame.group_by(by, maintain_order=True).agg(*sums) if by else frame.select(*sums).filter(pl.col("lines") > 0)


def counts() -> list[pl.Expr]:
    """Sums of what cells tell of what is not known."""
    weights = ("weight", "weight_activity", "weight_factor", "weight_unknown")
    return [pl.col(*weights).sum(), pl.col("lines", "unknown", "absent").sum()]


def shares() -> list[pl.Expr]:
    """The columns of `KNOWN` from these sums."""
    told = {"unknown": "weight_unknown", "unknown_activity": "weight_activity", "unknown_factor": "weight_factor"}
    # Emissions that are all 0 have no shares to tell, and an unknown uncertainty of nothing adds nothing.
    share = {name: pl.when(pl.col("weight") > 0).then(pl.col(of) / pl.col("weight")) for name, of in told.items()}
    return [
        *(expression.otherwise(0.0).alias(name) for name, expression in share.items()),
        pl.col("lines"),
        pl.col("unknown").alias("lines_unknown"),
        pl.col("absent").alias("lines_absent"),
    ]


def known_at_all() -> pl.Expr:
    """Whether the uncertainty of anything in the sum is known."""
    return (pl.col("weight_activity") < pl.col("weight")) | (pl.col("weight_factor") < pl.col("weight"))


def _result(sums: pl.DataFrame, by: list[str], shape: Shape) -> pl.DataFrame:
    """Means, standard deviations and intervals from sums by group."""
    whole = pl.col("absent") == 0
    variance = pl.col("by_factor") + pl.col("by_activity") + pl.col("by_both")
    told = sums.select(
        *by,
        pl.when(whole).then("value").alias("mean"),
        pl.when(whole & known_at_all()).then(variance.sqrt()).alias("sd"),
        *(pl.when(whole).then(name).alias(name) for name in ("by_factor", "by_activity", "by_both")),
        *shares(),
    )
    relative = pl.when(pl.col("mean") != 0).then(pl.col("sd") / pl.col("mean").abs())
    framed = told.with_columns(relative.alias("relative"), *bounds(told, shape))
    return framed.select(*by, *(pl.col(name).cast(dtype) for name, dtype in PROPAGATED.items()))


def bounds(told: pl.DataFrame, shape: Shape, level: float = LEVEL) -> list[pl.Series]:
    """Columns `lower` and `upper` from `mean` and `sd`; null where these are."""
    mean, sd = (told[name].fill_null(float("nan")).to_numpy() for name in ("mean", "sd"))
    lower, upper = normal_interval(mean, sd, level)
    if shape == "lognormal":
        above = mean > 0
        lower[above], upper[above] = lognormal_interval(mean[above], sd[above], level)
    columns = (pl.Series(name, values).fill_nan(None) for name, values in (("lower", lower), ("upper", upper)))
    return [column if told.height else column.cast(pl.Float64) for column in columns]


__all__ = ["KNOWN", "LEVEL", "PROPAGATED", "Propagated", "Shape", "bounds", "counts", "propagate", "shares", "totals"]
