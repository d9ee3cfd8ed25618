"""Money and emissions saved are differences of bills and of emissions, interval by interval."""

from datetime import date

import numpy as np
import pytest
from numpy.testing import assert_allclose

from wattstone.baselines.timeline import hours_of
from wattstone.rates.tariffs import Tariff
from wattstone.savings.result import Estimate
from wattstone.savings.worth import Pair, cost_saved, emissions_saved, spread_days, worth_of

NAN = float("nan")


def tariff(**more) -> Tariff:
    plain = {
        "id": "two-rate",
        "kind": "electricity",
        "currency": "GBP",
        "zone": "UTC",
        "valid_from": date(2019, 1, 1),
        "source": "contract 7",
        "bands": [{"name": "night", "rate": 0.1, "hours": [["00:00", "12:00"]]}, {"name": "day", "rate": 0.3}],
    }
    return Tariff.model_validate({**plain, **more})


def pair(observed, expected, *, half: float = NAN) -> Pair:
    observed, expected = np.array(observed, dtype=float), np.array(expected, dtype=float)
    start = np.datetime64("2019-01-01T00:00:00", "s") + np.arange(len(observed)) * np.timedelta64(12 * 3600, "s")
    value = float(np.nansum(expected - observed))
    return Pair(
        start=start, observed=observed, expected=expected, avoided=Estimate(value, value - half, value + half, "kWh")
    )


def test_cost_is_saved_at_the_price_of_its_hour():
    saved, unvalued = cost_saved([tariff()], pair([10, 10, 10, 10], [10, 20, 12, 18], half=12))

    # 10 kWh and 8 kWh by day at 0.3, 2 kWh by night at 0.1; bounds at 48 and 72 of 60 kWh expected:
    # the bill is 22 x 0.1 + 38 x 0.3 = 13.6 for what is expected, 8.0 for what was observed
    assert (saved.value, saved.unit, unvalued) == (pytest.approx(5.6), "GBP", 0)
    assert (saved.lower, saved.upper) == (pytest.approx(0.8 * 13.6 - 8), pytest.approx(1.2 * 13.6 - 8))


def test_blocks_make_the_last_kilowatt_hour_the_dearest():
    blocks = tariff(bands=[], blocks=[{"above": 0, "rate": 0.1}, {"above": 25, "rate": 0.5}])

    saved, _ = cost_saved([blocks], pair([10, 10], [20, 20]))

    assert saved.value == pytest.approx(5 * 0.1 + 15 * 0.5)


def test_what_has_no_price_is_in_neither_bill_and_is_told():
    short = tariff(valid_to=date(2019, 1, 2))

    saved, unvalued = cost_saved([short], pair([10, 10, 10, NAN], [11, 12, 90, 13]))

    assert saved.value == pytest.approx(1 * 0.1 + 2 * 0.3)
    assert unvalued == pytest.approx(1 / 3)  # three intervals count
    later = tariff(valid_from=date(2019, 1, 2), bands=[{"name": "all", "rate": 1.0}])
    both, unvalued = cost_saved([short, later], pair([10, 10, 10, NAN], [11, 12, 90, 13]))
    assert (both.value, unvalued) == (pytest.approx(80.7), 0)


def test_currencies_are_not_added():
    with pytest.raises(ValueError, match="one currency"):
        cost_saved([tariff(), tariff(currency="EUR")], pair([1], [2]))


def test_emissions_are_saved_at_the_intensity_of_their_hour():
    saved, unvalued = emissions_saved(np.array([0.2, 0.4, NAN]), pair([1, 1, 1], [2, 3, 9]))

    assert (saved.value, saved.unit, unvalued) == (pytest.approx(0.2 + 0.8), "kg CO2e", pytest.approx(1 / 3))
    flat, _ = emissions_saved(0.5, pair([1, 1], [2, 3], half=1))
    assert (flat.value, flat.lower, flat.upper) == pytest.approx((1.5, 1.0, 2.0))


def test_an_increase_costs():
    assert cost_saved([tariff()], pair([20, 20], [10, 10], half=2))[0].value == pytest.approx(-4.0)


def test_gross_and_adjusted_are_both_valued():
    gross, adjusted = pair([10, 30], [10, 10], half=1), pair([10, NAN], [12, NAN], half=1)

    found = worth_of(gross, adjusted, tariffs=[tariff()], intensity=0.5, intensity_source="national factor")

    assert (found.energy.gross.value, found.energy.adjusted.value) == pytest.approx((-20, 2))
    assert found.cost is not None
    assert (found.cost.gross.value, found.cost.adjusted.value) == pytest.approx((-6, 0.2))
    assert found.emissions is not None
    assert (found.emissions.gross.value, found.emissions.adjusted.value) == pytest.approx((-10, 1))
    assert found.cost.source == "contract 7"


def test_without_rates_there_is_energy_alone():
    found = worth_of(pair([1], [2]), pair([1], [2]))
    assert (found.cost, found.emissions) == (None, None)


def test_a_day_is_spread_like_the_observed_one():
    hours = hours_of(date(2019, 1, 1), date(2019, 1, 3), "UTC")
    observed = np.ones((1, 72))
    observed[0, 12] = 25.0  # 48 kWh on the first day
    observed[0, 24:48] = [-1.0] * 12 + [2.0] * 12  # 12 kWh, feeding in by night
    observed[0, 50] = NAN

    found = spread_days(np.array([[96.0, 36.0, 48.0]]), observed, hours)[0]

    assert_allclose(found[:24], 2 * observed[0, :24])
    assert_allclose(found[24:48], observed[0, 24:48] + 1.0)  # 24 kWh more, evenly
    assert np.isnan(found[50])
    assert np.nansum(found[48:]) == pytest.approx(46.0)  # 23 of 24 hours
