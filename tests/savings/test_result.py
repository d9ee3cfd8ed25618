"""Results hold what was found, and say it as JSON."""

import json
from datetime import date
from math import nan

import numpy as np
import pytest

from wattstone.base import Finding
from wattstone.savings.periods import Dates, Sufficiency
from wattstone.savings.result import Estimate, MeterSaving, Month, Series, verdict
from wattstone.savings.result_json import as_dict


@pytest.mark.parametrize(
    ("lower", "upper", "expected"),
    [
        (1.0, 9.0, "saving"),
        (0.0, 9.0, "no significant saving"),
        (-1.0, 9.0, "no significant saving"),
        (-9.0, -1.0, "increase"),
        (nan, nan, "not determined"),
    ],
)
def test_an_interval_says_one_of_four_things(lower, upper, expected):
    assert verdict(Estimate((lower + upper) / 2, lower, upper, "kWh")) == expected


def test_without_an_estimate_nothing_is_determined():
    assert verdict(None) == "not determined"


def test_the_bounds_change_places_with_the_sign():
    assert Estimate(10.0, 5.0, 20.0, "kWh").times(-0.5, "kg CO2e") == Estimate(-5.0, -10.0, -2.5, "kg CO2e")


def test_a_result_is_json_without_a_nan():
    finding = Finding(
        code="savings.short", place="m", found="{days} days", expected="328", remedy="wait", params={"days": 3}
    )
    saving = MeterSaving(
        meter="m",
        kind="electricity",
        unit="kWh",
        baseline=Dates(date(2018, 1, 1), date(2018, 12, 31)),
        reporting=Dates(date(2019, 1, 1), date(2019, 12, 31)),
        baseline_data=Sufficiency(meter="m", findings=(finding,), overridden=(("savings.short", "asked for by Lin"),)),
        reporting_data=Sufficiency(meter="m"),
        avoided=Estimate(1.0, nan, nan, "kWh"),
        months=(Month(month=date(2019, 1, 1), observed=1.0, expected=2.0, avoided=Estimate(1.0, 0.5, 1.5, "kWh")),),
        series=Series(
            step="day",
            start=np.array(["2019-01-01T00:00:00"], dtype="datetime64[s]"),
            date=np.array(["2019-01-01"], dtype="datetime64[D]"),
            observed=np.array([nan]),
            expected=np.array([2.0]),
            used=np.array([False]),
        ),
    )

    said = json.loads(json.dumps(as_dict(saving), allow_nan=False))

    assert said["verdict"] == "not determined"
    assert said["avoided"] == {"value": 1.0, "lower": None, "upper": None, "unit": "kWh", "confidence": 0.9}
    assert said["series"]["observed"] == [None]
    assert said["series"]["date"] == ["2019-01-01"]
    assert said["baseline"] == {"first": "2018-01-01", "last": "2018-12-31"}
    assert said["baseline_data"]["qualified"] is True
    assert said["baseline_data"]["findings"][0]["found"] == "3 days"
    assert "series" not in as_dict(saving, without=frozenset({"series", "fit"}))


def test_what_is_no_result_is_refused():
    with pytest.raises(TypeError):
        as_dict({"a": object()})
