"""The comparison with opendsm: which years are chosen, how both sides are scored; without the peer installed."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from benchmarks.estate_arrays import Estate
from benchmarks.peers.opendsm import ours, pairs, sides
from benchmarks.peers.opendsm.pairs import Pair, chosen, known, passing, prepared
from benchmarks.peers.opendsm.run import Sides, rows

from wattstone.baselines.timeline import hours_of

ZONE = "Europe/London"


@pytest.fixture(scope="module")
def hours():
    made = hours_of(date(2013, 1, 1), date(2015, 12, 31), ZONE)
    return replace(made, temperature=10 - 10 * np.cos(2 * np.pi * made.year_share), irradiance=np.zeros(len(made)))


@pytest.fixture
def of(hours) -> Estate:
    use = np.full((3, len(hours)), 2.0, dtype=np.float32)
    use[1, hours.date.astype("datetime64[Y]") == np.datetime64("2014")] = np.nan
    return Estate(meters=("a", "b", "c"), kinds=("electricity", "electricity", "gas"), use=use, conditions=hours)


def test_years_are_chosen_that_are_known_and_follow_each_other(of: Estate) -> None:
    found = chosen(of)

    assert {(pair.meter_id, pair.baseline, pair.year) for pair in found} == {
        (meter, year - 1, year) for meter in "ac" for year in (2014, 2015)
    }
    assert {pair.meter_id for pair in found[:2]} == {"a", "c"}, "each meter comes once before any comes twice"
    assert chosen(of) == found
    assert chosen(of, most=1) == found[:1]


def test_a_year_passes_with_nine_tenths_of_its_days(of: Estate, hours) -> None:
    days = hours.date.astype("datetime64[D]")
    of.use[0, (days >= np.datetime64("2014-01-01")) & (days < np.datetime64("2014-02-06"))] = np.nan  # 36 of 365
    assert 0 in passing(of, 2015)
    of.use[0, days == np.datetime64("2014-02-06")] = np.nan
    assert 0 not in passing(of, 2015)


def test_gas_that_is_off_for_weeks_of_winter_is_missing_and_in_summer_is_off(of: Estate, hours) -> None:
    use = of.use
    use[2, (hours.month == 7)] = 0
    winter = np.flatnonzero((hours.month == 1) & (hours.date.astype("datetime64[Y]") == np.datetime64("2014")))
    use[2, winter[: 14 * 24]] = 0
    use[2, winter[20 * 24 : 30 * 24]] = 0
    october = np.flatnonzero(hours.date.astype("datetime64[D]") == np.datetime64("2014-10-20"))[0]
    use[2, october : october + 20 * 24] = 0  # eight days of it in November
    found = known(of).use[2]

    assert (found[october : october + 20 * 24] == 0).all()
    assert np.isnan(found[winter[: 14 * 24]]).all()
    assert (found[winter[20 * 24 : 30 * 24]] == 0).all()
    assert (found[hours.month == 7] == 0).all()
    assert np.isnan(found).sum() == 14 * 24


def test_the_peer_gets_the_same_hours_in_fahrenheit(of: Estate, tmp_path: Path) -> None:
    prepared(tmp_path, of, chosen(of))
    table = pl.read_parquet(tmp_path / "hours.parquet")

    assert table.columns == ["timestamp", "temperature", "ghi", "a", "c"]
    assert table["temperature"][0] == pytest.approx(32.0)  # 0 degC
    assert table["timestamp"][0].isoformat() == "2013-01-01T00:00:00+00:00"


def frame(year: sides.Year, predicted: float, **half: float) -> pl.DataFrame:
    starts = year.conditions.start.astype("datetime64[ms]")
    return pl.concat(
        pl.DataFrame({"pair": pair.id, "timestamp": starts, "predicted": predicted}).with_columns(
            pl.col("timestamp").dt.replace_time_zone("UTC"), *(pl.lit(value).alias(key) for key, value in half.items())
        )
        for pair in year.pairs
    )


def test_both_sides_are_scored_alike(of: Estate) -> None:
    (year,) = sides.laid_out(of, [Pair("a-2015", "a", "electricity", 2014, 2015)], daily=False)
    found = sides.scores(year, frame(year, 1.5, predicted_unc=0.5, total_unc=4379.0)).row(0, named=True)

    assert (found["cv_rmse"], found["nmbe"]) == (pytest.approx(0.25), pytest.approx(0.25))  # 0.5 of 2
    assert found["covered"] == 1.0
    assert found["total_covered"] == 0.0  # 0.5 * 8760 = 4380
    assert sides.scores(year, frame(year, 1.5, predicted_unc=0.49))["covered"].item() == 0.0


def test_a_total_of_the_peer_is_the_root_of_the_sum_of_squares(of: Estate) -> None:
    (year,) = sides.laid_out(of, [Pair("a-2015", "a", "electricity", 2014, 2015)], daily=True)
    inside = frame(year, 47.0, predicted_unc=19.2)  # off by 365 kWh in all but for clocks; 19.2 * sqrt(365) = 366.8
    outside = frame(year, 47.0, predicted_unc=19.0)

    assert sides.scores(year, inside)["total_covered"].item() == 1.0
    assert sides.scores(year, outside)["total_covered"].item() == 0.0


def test_ours_refuses_what_its_rules_refuse(of: Estate) -> None:
    (year,) = sides.laid_out(of, [Pair("b-2015", "b", "electricity", 2014, 2015)], daily=True)

    assert "baseline.empty" in ours.refusals(year)["b-2015"]


def test_the_table_counts_pairs_that_both_accept() -> None:
    ids = [f"p{at}" for at in range(4)]
    told = pl.DataFrame({"id": ids, "status": ["fitted", "fitted", "refused", "failed"], "fit": [1.0, 3.0, 2.0, None]})
    both = pl.DataFrame(
        {
            "id": ids[:3],
            "kind": ["gas", "electricity", "gas"],
            **{name: [0.1, 0.2, 0.3] for name in ("cv_rmse", "nmbe", "covered", "total_covered")},
            **{f"{name}_peer": [0.2, 0.4, 0.9] for name in ("cv_rmse", "nmbe", "covered", "total_covered")},
        }
    )
    mine = {"fit": 0.04, "meters": 4, "refused": {"p1": ["baseline.empty"]}}
    found = {row.what.partition(": ")[2]: row for row in rows(Sides("hourly", "towt", told, mine, both))}

    counts = found["pairs of years"]
    assert counts.peer == "4: 1 disqualified, 1 ended in an error"
    assert counts.agreement == "1 accepted by the peer alone, 2 by ours alone"
    assert found["CV(RMSE) of hours, gas, median"].ratio == "0.500 times"
    assert "CV(RMSE) of hours, electricity, median" not in found
    assert found["CV(RMSE) of hours, both, with pairs that are disqualified, median"].peer == "40.0%"
    assert found["fit of a meter"].ratio == "200 times as fast"
    assert pairs.ENOUGH == 0.9
