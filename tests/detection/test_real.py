"""Real readings: leaks of water in households, and the trap of zeros that mean missing."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from tests.detection.made import view
from wattstone.detection.physical import water_leaks
from wattstone.detection.view import View, days_of
from wattstone.readings.hours import hours_of


@pytest.fixture(scope="module")
def households(shared_data: Path) -> View:
    """Hourly water of the households of Alicante over the year from March 2016. [m3 h-1]"""
    rows = pl.read_parquet(shared_data / "alicante-water" / "readings.parquet").filter(pl.col("kind") == "water")
    names = sorted(rows["meter_id"].cast(pl.String).unique())
    keyed = rows.select(
        pl.col("meter_id").cast(pl.String).replace_strict({name: at for at, name in enumerate(names)}).alias("meter"),
        pl.col("timestamp").dt.replace_time_zone(None).cast(pl.Datetime("us")).dt.truncate("1h").alias("start"),
        pl.lit(3600, pl.Int32).alias("seconds"),
        # Resets of registers give differences of many cubic metres, up and down; a tap gives less than 2 m3 in an hour.
        pl.when(pl.col("value").is_between(0, 2000)).then(pl.col("value") / 1000).alias("value"),
        pl.lit(0, pl.Int16).alias("flags"),
    )
    days = days_of(2016, 2017, "Europe/Madrid")
    hours = hours_of(keyed.sort("meter", "start"), np.arange(len(names)), days.start, int(days.hour.max()) + 1)
    laid = days.lay(hours.power, np.nan).astype(np.float32)
    plain = view(np.full((1, 730, 24), np.nan), use=["water"], role=["other"], unit="m3")
    count = len(names)
    meters = plain.meters.__class__(
        ids=tuple(names),
        site=np.zeros(count, dtype=np.int64),
        parent=np.full(count, -1),
        use=np.array(["water"] * count),
        role=np.array(["other"] * count),
        unit=np.array(["m3"] * count),
    )
    blank = np.full((1, len(days.dates), 24), np.nan, dtype=np.float32)
    return View(
        days=days,
        first=0,
        power=laid,
        flags=np.zeros(laid.shape, dtype=np.uint8),
        meters=meters,
        sites=plain.sites,
        temperature=blank,
        irradiance=blank,
    )


def test_what_is_told_as_a_leak_flows_in_every_hour(households: View) -> None:
    found = water_leaks(households)

    assert 3 <= len(found) <= 40  # of 92 households; the study of leaks in homes finds them in a tenth and more
    flowing: list[float] = []
    for one in found:
        within = households.power[one.meter, one.start : one.stop]
        flowing.append(float((within[~np.isnan(within)] > 0).mean()))
    assert np.median(flowing) > 0.95
    assert min(flowing) > 0.7  # the edges of a short leak may be a day off


def test_a_leak_of_ten_litres_an_hour_is_found_in_a_tight_household(households: View) -> None:
    leaking = {one.meter for one in water_leaks(households)}
    known = np.isfinite(households.power).mean(axis=(1, 2))
    tight = next(at for at in np.argsort(-known) if int(at) not in leaking)
    start, stop = 200, 240
    power = households.power.copy()
    power[tight, start:stop] += 0.010
    made = View(
        **{
            **{name: getattr(households, name) for name in households.__dataclass_fields__},
            "power": power,
            "_cache": {},
        }
    )
    (one,) = [each for each in water_leaks(made) if each.meter == tight]

    assert abs(one.start - start) <= 2
    assert abs(one.stop - stop) <= 2
    assert one.excess.sum() == pytest.approx(0.010 * 24 * (stop - start), rel=0.25)
