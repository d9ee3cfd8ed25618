"""The pairs as arrays, and the score of whoever predicted them."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl
from benchmarks.estate_arrays import Estate
from benchmarks.peers.opendsm.pairs import Pair

from wattstone.baselines.conditions import Conditions
from wattstone.baselines.goodness import goodness
from wattstone.baselines.timeline import fold_days, fold_use

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Year:
    """Pairs that share their years, as arrays: use before (m, s) and use (m, t)."""

    pairs: tuple[Pair, ...]
    before: Conditions
    use_before: Floats
    conditions: Conditions
    use: Floats


def laid_out(of: Estate, pairs: list[Pair], *, daily: bool) -> Iterator[Year]:
    """The pairs, year by year, of hours or days."""
    for year in sorted({pair.year for pair in pairs}):
        mine = tuple(pair for pair in pairs if pair.year == year)
        rows = [of.meters.index(pair.meter_id) for pair in mine]
        both = [of.year(one) for one in (year - 1, year)]
        if daily:
            (use_before, before), (use, now) = ((fold_use(use[rows], at), fold_days(at)) for use, at in both)
        else:
            (use_before, before), (use, now) = ((use[rows].astype(np.float64), at) for use, at in both)
        yield Year(mine, before, use_before, now, use)


def scores(year: Year, predictions: pl.DataFrame) -> pl.DataFrame:
    """How well some predictions meet what was observed, the same for both sides.

    Parameters
    ----------
    year : Year
    predictions : pl.DataFrame
        `pair`, `timestamp` (start, UTC), `predicted`, `predicted_unc` (half the width of the nominal 90 % interval),
        and perhaps `total_unc` (that of the sum over the known intervals, on every row). Without it the halves are
        summed in squares, which gives the peer's own figure back: its interval of an hour is that of the total over
        the root of the number of hours.

    Returns
    -------
    pl.DataFrame
        A row for each pair with a prediction: `id`, `kind`, `year`, `cv_rmse`, `nmbe`, `covered` (share of the known
        intervals inside) and `total_covered`; null where there is no interval.
    """
    predicted, half, whole = _placed(year, predictions)
    error = year.use - predicted
    known = np.isfinite(error)
    found = goodness(year.use, predicted)
    count, bounded = known.sum(axis=1), (known & np.isfinite(half)).sum(axis=1)
    if np.isnan(whole).all():
        whole = np.sqrt((np.where(known, half, 0.0) ** 2).sum(axis=1))
    off = np.abs(np.where(known, error, 0.0).sum(axis=1))
    table = pl.DataFrame(
        {
            "id": [pair.id for pair in year.pairs],
            "kind": [pair.kind for pair in year.pairs],
            "year": [pair.year for pair in year.pairs],
            "cv_rmse": found.cv_rmse,
            "nmbe": found.nmbe,
            "covered": np.where(
                bounded > 0, ((np.abs(error) <= half) & known).sum(axis=1) / np.maximum(bounded, 1), np.nan
            ),
            "total_covered": np.where(bounded > 0, off <= whole, np.nan),
        }
    )
    return table.filter(pl.Series(count > 0)).with_columns(pl.selectors.float().fill_nan(None))


def _placed(year: Year, predictions: pl.DataFrame) -> tuple[Floats, Floats, Floats]:
    """Predictions and half-widths on the intervals of a year, (m, t) each, and half-widths of totals, (m,)."""
    starts = year.conditions.start
    predicted, half = (np.full((len(year.pairs), len(starts)), np.nan) for _ in range(2))
    whole = np.full(len(year.pairs), np.nan)
    for at, pair in enumerate(year.pairs):
        mine = predictions.filter((pl.col("pair") == pair.id) & pl.col("predicted").is_not_null())
        start = mine["timestamp"].dt.replace_time_zone(None).to_numpy().astype("datetime64[s]")
        inside = (start >= starts[0]) & (start <= starts[-1])
        place = np.searchsorted(starts, start[inside])
        if (starts[place] != start[inside]).any():
            raise ValueError(f"{pair.id}: intervals begin at other times")
        predicted[at, place] = mine["predicted"].to_numpy()[inside]
        half[at, place] = mine["predicted_unc"].cast(pl.Float64).fill_null(float("nan")).to_numpy()[inside]
        if "total_unc" in mine.columns and mine.height:
            whole[at] = float(mine["total_unc"][0] if mine["total_unc"][0] is not None else "nan")
    return predicted, half, whole
