"""A ledger of 10,000 areas: net with attribution, and one entry corrected."""

import time

import numpy as np
import polars as pl
import shapely

from benchmarks.nature_area import stars
from benchmarks.tables import Row, Setting
from wattstone.programme.kinds import entry_schema, record_kind
from wattstone.programme.nature.account import account
from wattstone.programme.nature.ledger import STATUSES, attributed, corrected, ledger

COUNT, SMALL = 10_000, 500
WHOLE, ONE = 8.0, 0.3  # s


def entries(count: int) -> pl.DataFrame:
    """Areas of ten partners in all statuses, begun over seven years."""
    at = np.arange(count)
    said = {
        "entry": [f"a{one:05d}" for one in at], "name": [f"Area {one}" for one in at],
        "partner": [f"Partner {one % 10}" for one in at], "status": [STATUSES[one % 4] for one in at],
        "intervention": "restore", "ecosystem": "M1.1", "country": "ES",
        "start": pl.Series([f"{2018 + one % 7}-04-01" for one in at]).str.to_date(),
        "geometry": shapely.to_wkt(stars(count), rounding_precision=-1), "hash": [f"{one:08x}" for one in at],
    }  # fmt: skip
    schema = entry_schema(record_kind("area"))
    frame = pl.DataFrame(said)
    return frame.select(
        pl.col(name).cast(dtype) if name in frame.columns else pl.lit(None, dtype=dtype).alias(name)
        for name, dtype in schema.items()
    )


def run(setting: Setting) -> list[Row]:
    """Rows of the table."""
    frame = entries(SMALL if setting.small else COUNT)
    began = time.perf_counter()
    books = ledger(frame)
    told = account(books, 2026)
    whole = time.perf_counter() - began
    every = np.ones(books.count, dtype=bool)
    times: list[float] = []
    off = 0.0
    for at in range(0, 35, 7):
        other = pl.lit(frame["geometry"][at + 1])
        row = frame[at].with_columns(geometry=other, status=pl.lit("verified"))
        began = time.perf_counter()
        fresh = corrected(books, row)
        parts = attributed(fresh, every)
        times.append(time.perf_counter() - began)
        off = max(off, abs(parts.sum() / fresh.net(every) - 1))
    return [
        Row(
            what=f"nature: ledger of {books.count:,} areas from WKT: net by year, attribution, overlaps "
            f"({told.pairs.height:,} pairs)",
            ours=f"{whole:.1f} s", limit=f"{WHOLE:.0f} s", kept=whole <= WHOLE,
        ),
        Row(
            what=f"nature: one entry of them corrected, attributed anew (parts off the net by {off:.0e})",
            ours=f"{np.median(times):.2f} s", limit=f"{ONE} s", kept=float(np.median(times)) <= ONE,
        ),
    ]  # fmt: skip
