"""Laws of the totals: additive over meters and months, monotone, indifferent to order, to files and to units."""

from datetime import datetime, timedelta

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from wattstone.base import convert
from wattstone.inventory.plan import Plan, make_plan
from wattstone.inventory.totals import part_totals
from wattstone.portfolio import Meter, Organisation, Site
from wattstone.readings.partitions import part_period

MICROGRAM = 1e-9  # kg
BEGIN = datetime(2019, 1, 1)
SITE = Site(id="A", zone="Europe/London", country="GB")

kwh = st.floats(0, 1e6).map(lambda value: round(value, 3))
days = st.lists(kwh, min_size=24, max_size=24 * 40)
zones = st.sampled_from(
    ["UTC", "Europe/London", "Asia/Shanghai", "America/Los_Angeles", "Asia/Kolkata", "Asia/Kathmandu"]
)


def plan(count: int, zone: str = "Europe/London") -> Plan:
    """So many meters of electricity at one site."""
    meters = [Meter(id=f"m{at}", site_id="A", kind="electricity", unit="kWh") for at in range(count)]
    site = SITE.model_copy(update={"zone": zone})
    keys = {meter.id: at for at, meter in enumerate(meters)}
    return make_plan(Organisation(), [site], meters, keys, year=2019, regions=["GB"])


def rows(values: list[float], meter: int = 0) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "meter": pl.Series([meter] * len(values), dtype=pl.Int32),
            "start": pl.datetime_range(
                BEGIN, BEGIN + timedelta(hours=len(values) - 1), "1h", time_unit="us", eager=True
            ),
            "seconds": pl.Series([3600] * len(values), dtype=pl.Int32),
            "value": pl.Series(values, dtype=pl.Float64),
            "flags": pl.Series([0] * len(values), dtype=pl.Int16),
        }
    )


def carbon(seed: int) -> dict[str, pl.DataFrame]:
    """Intensities of a year, the same for the same seed."""
    hours = pl.datetime_range(BEGIN, datetime(2020, 1, 1), "1h", time_unit="us", eager=True, closed="left")
    values = np.random.default_rng(seed).uniform(0.05, 0.9, len(hours))
    return {"GB": pl.DataFrame({"start": hours, "value": values})}


def months(frame: pl.DataFrame, of: Plan, seed: int = 1) -> pl.DataFrame:
    return part_totals(frame, of.positions, of.clock(part_period(2019), carbon(seed))).meter_months


@given(a=days, seed=st.integers(0, 9), share=st.floats(0, 1))
def test_two_meters_emit_what_their_sum_emits(a, seed, share):
    one = [value * share for value in a]
    other = [value - part for value, part in zip(a, one, strict=True)]
    apart = months(pl.concat([rows(one, 0), rows(other, 1)]), plan(2), seed)
    together = months(rows(a), plan(1), seed)

    assert_allclose(apart["emitted"].sum(), together["emitted"].sum(), rtol=1e-12, atol=MICROGRAM)
    assert_allclose(apart["energy"].sum(), together["energy"].sum(), rtol=1e-12, atol=1e-9)


@given(a=days, zone=zones)
def test_months_add_up_to_all_there_is_on_any_clock(a, zone):
    told = months(rows(a), plan(1, zone))

    assert_allclose(told["energy"].sum(), sum(a), rtol=1e-12, atol=1e-9)
    assert told["rows"].sum() == len(a)
    assert told["month"].is_between(201812, 202001).all()


@given(a=days, at=st.integers(0, 23), more=st.floats(0.001, 1e6))
def test_more_energy_never_emits_less(a, at, more):
    raised = [value + more if hour == at else value for hour, value in enumerate(a)]

    before, after = months(rows(a), plan(1)), months(rows(raised), plan(1))
    assert after["emitted"].sum() >= before["emitted"].sum()
    assert after["energy"].sum() >= before["energy"].sum()


@given(a=days, order=st.randoms(use_true_random=False))
def test_the_order_of_rows_means_nothing(a, order):
    frame = rows(a)
    shuffled = frame[order.sample(range(len(a)), len(a))]

    one, other = months(frame, plan(1)), months(shuffled, plan(1))
    assert_allclose(other["emitted"].to_numpy(), one["emitted"].to_numpy(), rtol=1e-12, atol=MICROGRAM)


@given(a=days, cut=st.integers(0, 24 * 40))
def test_a_series_cut_in_two_adds_up_to_the_whole(a, cut):
    frame = rows(a)
    parts = [part for part in (frame[:cut], frame[cut:]) if part.height]

    whole = months(frame, plan(1))
    pieces = pl.concat([months(part, plan(1)) for part in parts])
    for column in ("energy", "emitted", "seconds"):
        assert_allclose(pieces[column].sum(), whole[column].sum(), rtol=1e-12, atol=MICROGRAM)


@given(a=days, gaps=st.sets(st.integers(0, 23), max_size=23))
def test_a_gap_is_not_a_zero_and_adds_nothing(a, gaps):
    holed = [None if hour in gaps else value for hour, value in enumerate(a)]
    told = months(rows(holed), plan(1))

    assert_allclose(told["energy"].sum(), sum(value for value in holed if value is not None), rtol=1e-12, atol=1e-9)
    assert told["gaps"].sum() == len(gaps)
    assert told["seconds"].sum() == 3600 * (len(a) - len(gaps))


@given(value=st.floats(1e-6, 1e9), name=st.sampled_from(["kWh", "MWh", "GJ", "therm", "MMBtu", "tce"]))
def test_units_of_energy_come_back_as_they_went(value, name):
    assert_allclose(convert(convert(value, name, "kWh"), "kWh", name), value, rtol=1e-12)
