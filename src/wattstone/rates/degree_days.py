"""Degree days: how cold and how warm the days were, against base temperatures."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

BASE_HEATING = 15.5  # degC: the UK convention, CIBSE TM41 (2006)
BASE_COOLING = 18.3  # degC: 65 degF, the US convention (NOAA National Weather Service)
MIN_HOURS = 20.0


@dataclass(frozen=True, kw_only=True)
class DegreeDays:
    """Degree days of a span of days.

    Parameters
    ----------
    daily : DataFrame
        One row for each local day from the first to the last: `date`, `heating`, `cooling` [K d], null where the day
        has less than 20 h of weather, and `hours` [h].
    base_heating, base_cooling : float
        Base temperatures. [degC]
    """

    daily: pl.DataFrame
    base_heating: float
    base_cooling: float

    @property
    def heating(self) -> float:
        """Sum of the heating degree days of the known days. [K d]"""
        return float(self.daily.get_column("heating").sum())

    @property
    def cooling(self) -> float:
        """Sum of the cooling degree days of the known days. [K d]"""
        return float(self.daily.get_column("cooling").sum())

    @property
    def missing_days(self) -> int:
        """Days without a value, which are in neither sum."""
        return self.daily.get_column("heating").null_count()


def degree_days(
    start: pl.Series | npt.NDArray[np.datetime64],
    temperature: pl.Series | npt.NDArray[np.float64],
    zone: str,
    *,
    base_heating: float = BASE_HEATING,
    base_cooling: float = BASE_COOLING,
    interval_hours: float | None = None,
) -> DegreeDays:
    """Heating and cooling degree days by integration over the hours of each local day [1]_.

    The heating degree days of a day of length L (23, 24 or 25 h) are the mean of max(0, base - T) over the hours that
    are known, times L / 24 h; so they add up over time whatever the clock does.

    Parameters
    ----------
    start : (t,) Series or array of datetime64
        Starts of the intervals, naive UTC, in any order.
    temperature : (t,) Series or array
        Air temperature of the interval. [degC]
    zone : str
        IANA zone whose days are counted.
    base_heating, base_cooling : float
        Base temperatures: below the one a building is heated, above the other cooled [1]_ [2]_. [degC]
    interval_hours : float or None
        Length of an interval; None takes the shortest distance between two starts. [h]

    Returns
    -------
    DegreeDays

    Raises
    ------
    ValueError
        If a start is there twice.

    References
    ----------
    .. [1] CIBSE, "Degree-days: theory and application," TM41, 2006.
    .. [2] NOAA National Weather Service, Climate Prediction Center, "Degree days explanation": 65 degF.

    Examples
    --------
    >>> hours = np.datetime64("2024-01-01") + np.arange(24) * np.timedelta64(1, "h")
    >>> degree_days(hours, np.full(24, 5.5), "Europe/London").heating
    10.0
    """
    starts = start if isinstance(start, pl.Series) else pl.Series(start.astype("datetime64[us]"))
    frame = pl.DataFrame(
        {
            "start": starts.cast(pl.Datetime("us")),
            "temperature": pl.Series(temperature, dtype=pl.Float64, strict=False).fill_nan(None),
        }
    ).sort("start")
    if frame.get_column("start").is_duplicated().any():
        raise ValueError("a weather series has each start once: choose one station")
    step = interval_hours or _step_hours(frame.get_column("start"))
    known = pl.col("temperature")
    daily = (
        frame.with_columns(date=pl.col("start").dt.replace_time_zone("UTC").dt.convert_time_zone(zone).dt.date())
        .group_by("date")
        .agg(
            (base_heating - known).clip(lower_bound=0).mean().alias("heating"),
            (known - base_cooling).clip(lower_bound=0).mean().alias("cooling"),
            (known.count() * step).alias("hours"),
        )
    )
    return DegreeDays(daily=_whole_days(daily, zone), base_heating=base_heating, base_cooling=base_cooling)


def _step_hours(starts: pl.Series) -> float:
    if len(starts) < 2:
        return 1.0
    return float(np.diff(starts.to_numpy()).min() / np.timedelta64(1, "h"))


def _whole_days(daily: pl.DataFrame, zone: str) -> pl.DataFrame:
    """Every day of the span, scaled to its length; null where too little of it is known."""
    if daily.is_empty():
        return daily
    day = pl.col("date")
    span = daily.select(pl.date_range(day.min(), day.max().dt.offset_by("1d"), "1d"))
    midnight = day.cast(pl.Datetime("us"))
    # A zone may skip midnight itself; such a day begins at the end of the gap.
    begins = pl.coalesce(
        (midnight + pl.duration(minutes=late)).dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
        for late in (0, 30, 60)
    )
    length = (begins.shift(-1) - begins).dt.total_seconds() / 3600
    share = pl.when(pl.col("hours") >= MIN_HOURS).then(pl.col("length") / 24)
    return (
        span.with_columns(length=length)
        .head(-1)
        .join(daily, on="date", how="left")
        .sort("date")
        .select("date", pl.col("heating") * share, pl.col("cooling") * share, pl.col("hours").fill_null(0.0))
    )
