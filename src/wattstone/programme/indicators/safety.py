"""Rates of injuries from hours and cases, with the interval that so few cases allow."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import polars as pl
from numpy import typing as npt

__all__ = ["LOST_TIME_HOURS", "RECORDABLE_HOURS", "cases_interval", "rates"]

Floats = npt.NDArray[np.float64]

LOST_TIME_HOURS: Final = 1_000_000.0
"""Hours of the lost-time injury frequency rate (GRI 403-9 lets one choose this or 200,000). [h]"""

RECORDABLE_HOURS: Final = 200_000.0
"""Hours of the total recordable incident rate: a hundred workers in a year (OSHA). [h]"""


def cases_interval(cases: Floats, level: float = 0.90) -> tuple[Floats, Floats]:
    r"""Exact interval of the mean number of cases behind a count, taken as Poisson [1]_.

    $$ \tfrac12\,\chi^2_{\alpha/2}(2n) \le \mu \le \tfrac12\,\chi^2_{1-\alpha/2}(2n+2) $$

    computed by the inverse of the incomplete gamma function, $\tfrac12\chi^2_p(2n) = P^{-1}(n, p)$.

    Parameters
    ----------
    cases : (...,) array
        Counts $n$, 0 or more.
    level : float

    Returns
    -------
    lower, upper : (...,) arrays

    References
    ----------
    .. [1] F. Garwood, "Fiducial limits for the Poisson distribution," Biometrika, vol. 28, pp. 437-442, 1936.

    Examples
    --------
    >>> lower, upper = cases_interval(np.array([0.0, 3.0]), 0.95)
    >>> lower.round(3), upper.round(3)
    (array([0.   , 0.619]), array([3.689, 8.767]))
    """
    from scipy.special import gammaincinv  # pyright: ignore[reportMissingTypeStubs, reportUnknownVariableType]

    tail = (1.0 - level) / 2.0
    lower: Floats = np.where(cases > 0, gammaincinv(np.maximum(cases, 0.5), tail), 0.0)
    upper: Floats = np.asarray(gammaincinv(cases + 1.0, 1.0 - tail))
    return lower, upper


def rates(years: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    r"""Frequency rates of the sums of cases and hours.

    $$ \mathrm{LTIFR} = \frac{10^6\,n_\mathrm{lost}}{h}, \qquad \mathrm{TRIR} = \frac{200\,000\,n_\mathrm{rec}}{h} $$

    and the severity rate $10^6\,d_\mathrm{lost}/h$ of days lost $d_\mathrm{lost}$ [1]_.
    Sums come first: a mean of the sites' rates would weigh an office like a foundry.

    Parameters
    ----------
    years : DataFrame
        Entries of kind `safety_year`.
    keys : sequence of str
        Columns to sum by.

    Returns
    -------
    DataFrame
        By the keys: `hours`, `fatalities`, `lost_time`, `recordable`, `estimated` (part of the hours), `ltifr`,
        `trir`, and their 90 % bounds `ltifr_low`, `ltifr_high`, `trir_low`, `trir_high`; `days_said` (whether any year
        says the days lost), `lost_days` and `severity` (null where one does not; without bounds, since days are no
        independent cases); `definition`, `boundary`, `owner` (as the years say them).

    References
    ----------
    .. [1] GB 6441-1986, severity rate of injuries: working days lost in a million hours.
    """
    guessed = pl.col("estimated").fill_null(value=False)
    summed = years.group_by(list(keys), maintain_order=True).agg(
        pl.col("hours").filter(guessed).sum().alias("guessed"),
        pl.col("hours", "fatalities", "lost_time", "recordable").sum(),
        pl.col("lost_days").is_not_null().any().alias("days_said"),
        pl.when(pl.col("lost_days").is_not_null().all()).then(pl.col("lost_days").sum()),
        pl.col("definition", "boundary", "owner").drop_nulls().unique().sort().str.join("; "),
        pl.col("hash"),
    )
    bounds = {
        f"{rate}_{side}": pl.Series(values)
        for rate, cases in (("ltifr", "lost_time"), ("trir", "recordable"))
        for side, values in zip(("low", "high"), cases_interval(summed[cases].to_numpy().astype(float)), strict=True)
    }
    per = {"ltifr": LOST_TIME_HOURS, "trir": RECORDABLE_HOURS}
    return (
        summed.with_columns(**bounds)
        .with_columns(
            estimated=pl.col("guessed") / pl.col("hours"),
            ltifr=pl.col("lost_time"),
            trir=pl.col("recordable"),
            severity=pl.col("lost_days") * (LOST_TIME_HOURS / pl.col("hours")),
        )
        .with_columns(
            pl.col(rate, f"{rate}_low", f"{rate}_high") * (hours / pl.col("hours")) for rate, hours in per.items()
        )
        .drop("guessed")
    )
