"""What the quality rules need to know of meters."""

from collections.abc import Iterable, Mapping

import polars as pl

from wattstone.portfolio import Meter


def quality_context(meters: Iterable[Meter], keys: Mapping[str, int]) -> pl.DataFrame:
    """One row a meter, as `readings.quality.flag_readings` wants it.

    Only grid electricity is live: its long runs of zeros mean that nothing was recorded. Meters of unknown kinds may be
    negative.
    """
    known = list(meters)
    measured = [meter.measures for meter in known]
    return pl.DataFrame(
        {
            "meter": pl.Series([keys[meter.id] for meter in known], dtype=pl.Int32),
            "allow_negative": pl.Series([kind is None for kind in measured], dtype=pl.Boolean),
            "live": pl.Series([kind is not None and kind.role == "grid" for kind in measured], dtype=pl.Boolean),
            "cap": pl.Series([None] * len(known), dtype=pl.Float64),
        }
    )
