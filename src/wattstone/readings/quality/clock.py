"""Clock doubt: does a meter's working day move when the clocks change?

People keep the clock on the wall. Where stamps are truly UTC, a working day that begins at eight begins an hour later
by the stamps once summer time has ended. Where the stamps are local clock time, though labelled UTC, nothing moves.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import polars as pl

_WEEKS = 3  # compared on each side of a change; longer and the season moves the profile itself
_LEAST = 0.15  # a profile that swings less than this share of its mean tells nothing
_MARGIN = 0.01  # by which one shift must fit better than the other two
_AGREE = 2 / 3  # share of the changes that must say the same
_HOUR = 3600


def clock_changes(zone: str, first: datetime, last: datetime) -> list[tuple[datetime, int]]:
    """When the clocks of a zone change by an hour, naive UTC, and by how many hours local stamps then jump.

    Examples
    --------
    >>> clock_changes("Europe/London", datetime(2019, 1, 1), datetime(2020, 1, 1))
    [(datetime.datetime(2019, 3, 31, 0, 0), 1), (datetime.datetime(2019, 10, 27, 0, 0), -1)]
    """
    place = ZoneInfo(zone)

    def offset(day: date) -> int:
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC).astimezone(place).utcoffset()
        return round(noon.total_seconds() / _HOUR) if noon is not None else 0

    changes: list[tuple[datetime, int]] = []
    day, before = first.date(), offset(first.date())
    while day <= last.date():
        day += timedelta(days=1)
        after = offset(day)
        if abs(after - before) == 1:
            changes.append((datetime(day.year, day.month, day.day), after - before))
        before = after
    return changes


def clock_evidence(frame: pl.DataFrame, *, zone: str) -> pl.DataFrame:
    """What the clock changes say about the clock behind each meter's stamps.

    Parameters
    ----------
    frame : DataFrame
        Columns `meter`, `start` (naive, said to be UTC), `value`; intervals of an hour or less.
    zone : str
        IANA zone of the site.

    Returns
    -------
    DataFrame
        Per meter: `meter`, `verdict` (`utc`, `local` or `unclear`), `changes` (clock changes that could be judged),
        `utc` and `local` (how many of them speak for each).

    Notes
    -----
    For each change the mean weekday profile by the hour of the three weeks after it is shifted by -1, 0 and +1 h and
    correlated with that of the three weeks before. The best shift is that of the wall clock (utc), none (local), or the
    opposite one (neither). A change is judged where both sides have twelve weekdays, the profile swings by 15 % of its
    mean or more (standard deviation), and the best shift leads by 0.01 in correlation. The verdict needs two thirds of
    the changes, and two changes at least.
    """
    meters = frame.select(pl.col("meter").unique(maintain_order=True))
    profiles = _profiles(frame, zone)
    if profiles is None:
        return meters.with_columns(verdict=pl.lit("unclear"), changes=pl.lit(0), utc=pl.lit(0), local=pl.lit(0))
    keys, before, after, jump = profiles
    fits = np.stack([_correlation(before, np.roll(after, shift, axis=1)) for shift in (-1, 0, 1)], axis=1)
    ranked = np.sort(fits, axis=1)
    clear = ranked[:, 2] - ranked[:, 1] >= _MARGIN
    swing = np.minimum(before.std(axis=1) / before.mean(axis=1), after.std(axis=1) / after.mean(axis=1)) >= _LEAST
    # True UTC stamps move against the jump of the wall clock, so that shifting by the jump brings them back.
    moved = fits.argmax(axis=1) - 1
    judged = keys.with_columns(
        utc=pl.Series(clear & swing & (moved == jump)),
        local=pl.Series(clear & swing & (moved == 0)),
        judged=pl.Series(clear & swing),
    )
    counts = judged.group_by("meter").agg(
        changes=pl.col("judged").sum().cast(pl.Int32),
        utc=pl.col("utc").sum().cast(pl.Int32),
        local=pl.col("local").sum().cast(pl.Int32),
    )
    enough = pl.col("changes") >= 2
    return (
        meters.join(counts, on="meter", how="left", maintain_order="left")
        .with_columns(pl.col("changes", "utc", "local").fill_null(0))
        .with_columns(
            verdict=pl.when(enough & (pl.col("utc") >= _AGREE * pl.col("changes")))
            .then(pl.lit("utc"))
            .when(enough & (pl.col("local") >= _AGREE * pl.col("changes")))
            .then(pl.lit("local"))
            .otherwise(pl.lit("unclear"))
        )
        .select("meter", "verdict", "changes", "utc", "local")
    )


Floats = npt.NDArray[np.float64]


def _profiles(frame: pl.DataFrame, zone: str) -> tuple[pl.DataFrame, Floats, Floats, npt.NDArray[np.int64]] | None:
    """Mean weekday profiles before and after each change, for the meters and changes that have both."""
    first, last = frame["start"].min(), frame["start"].max()
    changes = clock_changes(zone, first, last) if isinstance(first, datetime) and isinstance(last, datetime) else []
    if not changes:
        return None
    span = timedelta(weeks=_WEEKS)
    windows = pl.DataFrame(
        {
            "low": [day + side for day, _ in changes for side in (-span, timedelta(days=1))],
            "side": [side for _ in changes for side in (0, 1)],
            "change": [at for at in range(len(changes)) for _ in (0, 1)],
        }
    ).with_columns(pl.col("low").cast(pl.Datetime("us")), high=pl.col("low").cast(pl.Datetime("us")) + span)
    near = (
        frame.select("meter", "start", "value")
        .filter(pl.any_horizontal(pl.col("start").is_between(low, low + span, closed="left") for low in windows["low"]))
        .filter(pl.col("value").is_not_null() & pl.col("value").is_not_nan() & (pl.col("start").dt.weekday() <= 5))
        .sort("start")
        .join_asof(windows.sort("low"), left_on="start", right_on="low", strategy="backward")
        .filter(pl.col("start") < pl.col("high"))
    )
    hours = near.group_by("meter", "change", "side", hour=pl.col("start").dt.hour()).agg(
        mean=pl.col("value").mean(), days=pl.col("start").dt.date().n_unique()
    )
    whole = hours.filter(pl.col("days") >= 12).filter(pl.len().over("meter", "change") == 48)
    if whole.is_empty():
        return None
    whole = whole.sort("meter", "change", "side", "hour")
    values = whole["mean"].to_numpy().reshape(-1, 2, 24)
    keys = whole.select("meter", "change").unique(maintain_order=True)
    jump = np.array([size for _, size in changes])[keys["change"].to_numpy()]
    live = values.min(axis=(1, 2)) >= 0
    live &= values.max(axis=2).min(axis=1) > 0
    return keys.filter(pl.Series(live)), values[live, 0], values[live, 1], jump[live]


def _correlation(one: Floats, other: Floats) -> Floats:
    one, other = one - one.mean(axis=1, keepdims=True), other - other.mean(axis=1, keepdims=True)
    size = np.sqrt((one**2).sum(axis=1) * (other**2).sum(axis=1))
    fit = np.zeros(one.shape[0])
    np.divide((one * other).sum(axis=1), size, out=fit, where=size > 0)
    return fit
