"""What the uncertainty of a sum comes from: shares of its variance by factor and by kind of activity data."""

from dataclasses import dataclass

import polars as pl

from wattstone.inventory.statement import DOMINANT
from wattstone.inventory.uncertainty.cells import cells


@dataclass(frozen=True, kw_only=True)
class Dominance:
    """Where the variance of a sum comes from.

    Parameters
    ----------
    frame : polars.DataFrame
        Schema `inventory.statement.DOMINANT`, the largest share first: `source` is a factor's key for `factor`, and the
        kind for `activity`, the errors of all its activity data. Empty where the sum has no variance. [1]
    interaction : float
        Share that belongs to both, the products of the two errors of a line; with the shares of the frame
        it makes 1, or 0 where there is no variance. [1]
    sd : float
        Standard deviation of the sum, of what is known. [kg CO2e]
    """

    frame: pl.DataFrame
    interaction: float
    sd: float


def dominant(lines: pl.DataFrame, kind: str = "kind") -> Dominance:
    """Shares of the variance of the sum of all lines [1]_.

    Parameters
    ----------
    lines : polars.DataFrame
        Columns of `uncertainty.lines.LINE` and `kind`: emissions [kg CO2e], relative standard deviations [1].
    kind : str
        Column whose values the activity data are told by.

    Returns
    -------
    Dominance

    Raises
    ------
    InputRefused
        As `uncertainty.lines.checked`.

    Notes
    -----
    The errors of factors and of activity data are independent, so the variance is a sum of one term for each factor,
    (t_k V_k)^2, one for the activity data of each kind, sum (v_i s_i)^2, and the products: they are the first-order and
    the second-order indices of Sobol. What is not known has no share; `propagate` tells how much that is.

    References
    ----------
    .. [1] A. Saltelli et al., "Global Sensitivity Analysis: The Primer," Wiley, 2008, ch. 4.

    Examples
    --------
    >>> lines = pl.DataFrame({"line": [1, 2], "site_id": ["A", "B"], "scope": [2, 2], "category": [0, 0],
    ...                       "kind": ["electricity", "heat"], "factor_key": ["grid", "network"],
    ...                       "value": [100.0, 100.0], "activity_sd": [0.1, 0.0], "factor_sd": [0.2, 0.1]})
    >>> dominant(lines).frame.with_columns(pl.col("share").round(3)).rows()
    [('grid', 'factor', 0.662), ('network', 'factor', 0.166), ('electricity', 'activity', 0.166)]
    """
    of = cells(lines, [kind])
    keyed = of.filter(pl.col("factor_key").is_not_null())
    error = pl.col("factor_sd") * pl.col("value")
    by_factor = keyed.group_by("factor_key", maintain_order=True).agg((error.sum() ** 2).alias("share"))
    by_kind = of.group_by(kind, maintain_order=True).agg(pl.col("activity").sum().alias("share"))
    both = float((keyed["factor_sd"] ** 2 * keyed["activity"]).sum())
    named = [
        one.select(pl.col(key).cast(pl.String).alias("source"), pl.lit(what).alias("what"), "share")
        for one, key, what in ((by_factor, "factor_key", "factor"), (by_kind, kind, "activity"))
    ]
    terms = pl.concat(named).filter(pl.col("share") > 0).select(*(pl.col(k).cast(v) for k, v in DOMINANT.items()))
    variance = float(terms["share"].sum()) + both
    if variance == 0:
        return Dominance(frame=terms, interaction=0.0, sd=0.0)
    ordered = terms.with_columns(pl.col("share") / variance).sort("share", descending=True, maintain_order=True)
    return Dominance(frame=ordered, interaction=both / variance, sd=variance**0.5)
