"""All meters of the records as one table: an estate has tens of thousands, and an ingest compares with them all."""

from typing import TYPE_CHECKING, Any

import polars as pl

from wattstone.interfaces.store.declarations import columns_of
from wattstone.portfolio import Meter
from wattstone.readings.meter_table import DEFAULTS, METERS

if TYPE_CHECKING:
    from sqlalchemy import Connection

_ALWAYS = ("id", "site_id", "kind", "unit", "reading", "interval_seconds", "declared")  # said of nearly every meter


def meter_rows(connection: "Connection") -> pl.DataFrame:
    """All meters with their keys, in the order of the keys.

    What few meters have (a parent, a multiplier, an expression...) is asked for of those few.

    Parameters
    ----------
    connection : Connection
        To the records.

    Returns
    -------
    polars.DataFrame
        Column `key` and those of `METERS`.
    """
    from sqlalchemy import or_, select

    from wattstone.interfaces.store.tables import meters

    column = {name: meters.c[stored] for name, stored in columns_of(Meter)}
    rare = [name for name in METERS if name not in _ALWAYS]
    unusual = or_(*(column[name].is_distinct_from(DEFAULTS[name]) for name in rare))
    every = connection.execute(select(meters.c.key, *(column[name] for name in _ALWAYS)).order_by(meters.c.key)).all()
    some = connection.execute(select(meters.c.key, *(column[name] for name in rare)).where(unusual)).all()
    table = _table(every, ("key", *_ALWAYS))
    if not some:
        return table.select("key", *(pl.lit(DEFAULTS[n], t).alias(n) if n in rare else n for n, t in METERS.items()))
    marked = _table(some, ("key", *rare)).with_columns(pl.lit(True).alias("unusual"))
    whole = table.join(marked, on="key", how="left", maintain_order="left")
    usual = pl.col("unusual").is_null()
    return whole.select(
        "key",
        *(
            pl.when(usual).then(pl.lit(DEFAULTS[name], dtype)).otherwise(name).alias(name) if name in rare else name
            for name, dtype in METERS.items()
        ),
    )


def _table(rows: list[Any] | Any, names: tuple[str, ...]) -> pl.DataFrame:
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(names)
    types = {"key": pl.Int32(), **METERS}
    return pl.DataFrame(
        {name: pl.Series(values, dtype=types[name]) for name, values in zip(names, columns, strict=True)}
    )
