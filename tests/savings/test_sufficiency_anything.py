"""Whatever the arrays hold, the checks come back with a verdict for each meter: never a crash, never a warning."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.savings.batches import LONDON, batch_of, hours, working
from wattstone.baselines.timeline import fold_days
from wattstone.savings.periods import Baseline, Reporting
from wattstone.savings.sufficiency import check_baseline, check_reporting
from wattstone.savings.treatments import clean

KINDS = ("electricity", "natural_gas", "solar", "water", "heat", "electricity_export", "martian dust")


@settings(max_examples=25, deadline=None)
@given(
    days=st.integers(1, 80),
    step=st.sampled_from(["hour", "day"]),
    seed=st.integers(0, 2**32 - 1),
    holes=st.floats(0, 1),
    scale=st.sampled_from([0.0, 1e-300, 1.0, 1e12, np.inf, np.nan]),
    cold=st.floats(0, 1),
    zone=st.sampled_from(["Europe/London", "Asia/Kathmandu", "Pacific/Chatham", "UTC"]),
)
def test_any_values(days, step, seed, holes, scale, cold, zone):
    random = np.random.default_rng(seed)
    conditions = hours(date(2018, 3, 1), days, zone, place=LONDON)
    warm = np.where(random.random(len(conditions)) < cold, np.nan, conditions.temperature)
    conditions = replace(conditions, temperature=warm)
    if step == "day":
        conditions = fold_days(conditions)
    with np.errstate(invalid="ignore"):
        use = random.integers(-2, 5, (len(KINDS), len(conditions))) * scale
    use[random.random(use.shape) < holes] = np.nan
    options = {"kinds": KINDS, "units": ("kWh",) * 7, "meters": KINDS}
    before, after = (batch_of(kind, conditions, use, **options) for kind in (Baseline, Reporting))
    for checks in (
        check_baseline(before, segmented=True),
        check_reporting(after, before),
        check_reporting(after),
    ):
        assert [one.meter for one in checks] == list(KINDS)
        assert all(one.text() for check in checks for one in check.findings)
    clean(use, KINDS, conditions, interpolate=6)


@pytest.mark.parametrize("step", ["hour", "day"])
def test_no_meters_and_no_temperature(step):
    conditions = hours(date(2018, 1, 1), 30)
    conditions = replace(conditions, temperature=np.full(len(conditions), np.nan))
    if step == "day":
        conditions = fold_days(conditions)
    assert check_baseline(batch_of(Baseline, conditions, working(conditions, 0))) == ()
    (one,) = check_baseline(batch_of(Baseline, conditions))
    assert not one.qualified
