"""What others of the same type use."""

import numpy as np
import polars as pl
import pytest

from tests.detection.made import office, span, view
from wattstone.detection.assess import assess
from wattstone.detection.peers import REFERENCE, SUMMARY, references, summaries

DAYS, WORKING = span()


def test_one_that_uses_twice_what_its_peers_do() -> None:
    power = np.stack([office(DAYS, WORKING, seed=at) * (2.4 if at == 3 else 1 + 0.01 * at) for at in range(12)])
    made = view(power, use=["site"] * 12, site=list(range(12)))
    reference = references([summaries(made)])
    told = assess(made, reference=reference)

    assert told.select("meter_id", "code").rows() == [("m3", "above_peers")]
    row = told.row(0, named=True)
    assert row["energy_lower"] <= row["energy"] <= row["energy_upper"]
    mean_power = float(np.nanmean(power[3, 365:])) / 5000 * 1000  # W m-2: the sites have 5,000 m2
    assert row["params"]["a"] == pytest.approx(mean_power, rel=0.01)
    assert row["confidence"] == 0.5


def test_one_that_works_through_the_night() -> None:
    power = np.stack([office(DAYS, WORKING, seed=at) for at in range(12)])
    power[5] = 55.0
    made = view(power, use=["site"] * 12, site=list(range(12)))
    told = assess(made, reference=references([summaries(made)]))
    assert set(told.filter(pl.col("meter_id") == "m5")["code"]) >= {"night_base_load", "weekend_base_load"}
    assert told["meter_id"].unique().to_list() == ["m5"]


def group(area: np.ndarray, heating: np.ndarray, cooling: np.ndarray, use: str = "site") -> pl.DataFrame:
    count = len(area)
    return pl.DataFrame(
        {
            "meter_id": [f"m{at}" for at in range(count)],
            "group": [f"{use}|office|grid|kWh"] * count,
            "area": area,
            "night": [None] * count,
            "rest": [None] * count,
            "heating": heating,
            "cooling": cooling,
        },
        schema=SUMMARY,
    )


def test_a_few_peers_are_no_yardstick() -> None:
    assert references([group(np.ones(8), np.ones(8), np.ones(8))]).is_empty()
    assert references([]).schema == pl.Schema(REFERENCE)


def test_who_has_twice_the_winter_may_use_more() -> None:
    random = np.random.default_rng(1)
    heating = np.linspace(500, 4000, 24)
    area = 8 * np.exp(heating / 4000) * random.normal(1, 0.03, 24)
    found = references([group(area, heating, np.full(24, 300.0))])
    assert (found["value"] < 1.25 * found["upper"]).all()


def test_heat_goes_with_degree_days() -> None:
    heating = np.linspace(500, 4000, 10)
    found = references([group(heating / 300, heating, np.full(10, 300.0), use="heating")])
    assert found["value"].to_numpy() == pytest.approx(found["middle"].to_numpy())


def test_few_peers_in_different_climates_are_not_compared() -> None:
    assert references([group(np.ones(10), np.linspace(500, 4000, 10), np.full(10, 300.0))]).is_empty()
