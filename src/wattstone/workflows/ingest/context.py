"""What the quality rules need to know of meters."""

from collections.abc import Iterable, Mapping

import polars as pl

from wattstone.portfolio import Meter


def quality_context(meters: Iterable[Meter], keys: Mapping[str, int], *, others: Iterable[Meter] = ()) -> pl.DataFrame:
    """One row a meter, as `readings.quality.flag_readings` wants it.

    The main meter of grid electricity is live: its long runs of zeros mean that nothing was recorded. A sub-meter may
    stand still. A site that makes electricity may need none, and heat and cooling are switched off for a season: their
    zeros are never doubted. Meters of unknown kinds may be negative.

    Parameters
    ----------
    meters : iterable of Meter
        Those whose readings are flagged.
    keys : mapping of str to int
        Their keys in the lake.
    others : iterable of Meter
        More meters of the same sites, which tell whether a site makes electricity.
    """
    known = list(meters)
    roles = [kind.role if (kind := meter.measures) is not None else None for meter in known]
    making = {
        meter.site_id
        for meter in (*known, *others)
        if (kind := meter.measures) is not None
        and (kind.role in ("generation", "export") or meter.direction == "export")
    }
    own = [role == "grid" and meter.site_id in making for meter, role in zip(known, roles, strict=True)]
    return pl.DataFrame(
        {
            "meter": pl.Series([keys[meter.id] for meter in known], dtype=pl.Int32),
            "allow_negative": pl.Series([role is None for role in roles], dtype=pl.Boolean),
            "live": pl.Series(
                [role == "grid" and meter.parent_id is None for meter, role in zip(known, roles, strict=True)],
                dtype=pl.Boolean,
            ),
            "idles": pl.Series(
                [sunny or role in ("network", "export") for sunny, role in zip(own, roles, strict=True)],
                dtype=pl.Boolean,
            ),
            "cap": pl.Series([None] * len(known), dtype=pl.Float64),
        }
    )
