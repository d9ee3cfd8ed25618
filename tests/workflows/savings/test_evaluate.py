"""From a workspace to predictions: what is written, what is refused, and that nothing peeks ahead."""

import json
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from tests.workflows.savings import estate
from wattstone.base import InputRefused
from wattstone.interfaces.cli.app import run
from wattstone.interfaces.store.workspace import open_workspace
from wattstone.savings.periods import Dates
from wattstone.workflows.savings.evaluate import Evaluation, evaluate
from wattstone.workflows.savings.predictions import PREDICTIONS, PredictionsFile
from wattstone.workflows.workspace import Workspace

BASELINE = Dates(date(2018, 1, 1), date(2018, 12, 31))
REPORTING = Dates(date(2019, 1, 1), date(2019, 12, 31))
UNTOUCHED = [name for name in estate.GOOD if name != estate.BETTER]


def evaluated(workspace: Workspace, to: Path, **options: object) -> tuple[Evaluation, pl.DataFrame]:
    found = evaluate(workspace, BASELINE, REPORTING, to, **options)  # type: ignore[arg-type]
    return found, pl.read_parquet(to)


def test_hours_are_predicted_with_intervals_that_hold(workspace: Workspace, tmp_path: Path) -> None:
    found, rows = evaluated(workspace, tmp_path / "out.parquet", choice="hourly")
    mine = rows.filter(pl.col("meter_id").is_in(UNTOUCHED))
    inside = mine.select(pl.col("observed").is_between("lower", "upper").mean()).item()
    truth = estate.readings()["office-3"][np.flatnonzero(estate.times() >= np.datetime64("2019-01-01"))]

    assert dict(rows.schema) == PREDICTIONS
    assert set(rows["meter_id"]) == set(estate.GOOD)
    assert found.rows == rows.height == len(estate.GOOD) * 8760
    assert 0.85 < inside < 0.97
    assert rows.filter(pl.col("meter_id") == "office-3")["observed"].to_numpy() == pytest.approx(truth, rel=1e-6)
    assert (rows["lower"] <= rows["predicted"]).all()
    assert max(one.cv_rmse for one in found.meters if one.meter in UNTOUCHED) < 0.15


def test_days_begin_at_local_midnight(workspace: Workspace, tmp_path: Path) -> None:
    _, rows = evaluated(workspace, tmp_path / "out.parquet", choice="daily")
    one = rows.filter(pl.col("meter_id") == "office-1").sort("timestamp")

    assert one.height == 365
    assert one["timestamp"].dt.convert_time_zone("Europe/London").dt.hour().unique().to_list() == [0]
    assert str(one["timestamp"].dt.replace_time_zone(None)[100]) == "2019-04-10 23:00:00"  # 11 April, summer time
    assert estate.DAILY in set(rows["meter_id"])


@pytest.mark.parametrize(("choice", "method"), [("daily", "daily-robust/1"), ("hourly", "towt/1")])
def test_outliers_move_a_robust_model_little(tmp_path: Path, choice: str, method: str) -> None:
    """Six days of two and a half times the use: too little for the quality check to call them spikes."""
    values = {"office-1": estate.usual(1)}
    wild = np.flatnonzero(estate.times() >= np.datetime64("2018-03-05"))[: 24 * 6]
    values["office-1"] = values["office-1"].copy()
    values["office-1"][wild] *= 2.5
    held = open_workspace(estate.build(tmp_path, values=values))

    plain, _ = evaluated(held, tmp_path / "plain.parquet", choice=choice)
    sturdy, _ = evaluated(held, tmp_path / "sturdy.parquet", choice=choice, robust=True)

    assert sturdy.meters[0].method == method
    assert abs(sturdy.meters[0].nmbe) < 0.015
    assert abs(sturdy.meters[0].nmbe) < abs(plain.meters[0].nmbe) + 1e-3


def test_bills_are_predicted_bill_by_bill(workspace: Workspace, tmp_path: Path) -> None:
    found, rows = evaluated(workspace, tmp_path / "out.parquet", choice="daily", meters=[estate.BILLED])

    assert rows.height == 12
    assert found.meters[0].method.startswith("billing/")
    assert found.meters[0].cv_rmse < 0.05
    assert rows["observed"].sum() == pytest.approx(
        estate.usual(31)[estate.times() >= np.datetime64("2019-01-01")].sum()
    )


def test_each_meter_at_fault_is_named_with_clause_and_remedy_and_the_others_go_on(
    workspace: Workspace, tmp_path: Path
) -> None:
    found, _ = evaluated(workspace, tmp_path / "out.parquet", choice="hourly")
    refused = {one.meter: {finding.code for finding in one.refused} for one in found.meters if one.refused}

    assert set(refused) == {*estate.FAULTY, estate.DAILY, estate.BILLED}
    assert {"baseline.use_days"} <= refused["short"] & refused["gappy"]
    assert "baseline.zero" in refused["zero"]
    assert "baseline.constant" in refused["constant"]
    assert refused["turned"] == {"reporting.net_metering"}
    assert refused[estate.DAILY] == refused[estate.BILLED] == {"savings.too_coarse"}
    for one in found.meters:
        for finding in one.refused:
            assert finding.remedy
            assert one.meter in finding.place
            assert finding.params["source"]


def test_an_override_by_name_lets_a_rule_pass_and_shows_in_the_result(workspace: Workspace, tmp_path: Path) -> None:
    given = {"gappy": {"baseline.use_days": "the meter was read by hand", "reporting.days": "the same"}}
    found, rows = evaluated(workspace, tmp_path / "out.parquet", choice="daily", meters=["gappy"], overrides=given)

    assert dict(found.meters[0].baseline_data.overridden) == {"baseline.use_days": "the meter was read by hand"}
    assert not found.meters[0].refused
    assert rows.height > 250


def test_predictions_and_intervals_never_see_the_period_they_are_for(tmp_path: Path) -> None:
    """Other readings in the reporting period, at the scored meters and all others, change what was observed alone."""
    few = {name: value for name, value in estate.readings().items() if name in estate.GOOD[:4]}
    after = estate.times() >= np.datetime64("2019-01-01")
    scrambled = {name: np.where(after, value[::-1] * 1.7, value) for name, value in few.items()}
    told = [
        evaluated(
            open_workspace(estate.build(tmp_path / name, values=values)), tmp_path / f"{name}.parquet", choice="daily"
        )
        for name, values in (("one", few), ("other", scrambled))
    ]
    columns = ["meter_id", "timestamp", "predicted", "lower", "upper"]

    assert told[0][1].select(columns).equals(told[1][1].select(columns))
    assert not told[0][1]["observed"].equals(told[1][1]["observed"])


def test_best_takes_what_predicts_best_and_days_where_there_are_no_hours(workspace: Workspace, tmp_path: Path) -> None:
    found, rows = evaluated(workspace, tmp_path / "out.parquet", choice="best", meters=["office-1", estate.DAILY])
    heights = dict(rows.group_by("meter_id").len().iter_rows())

    assert heights == {"office-1": 8760, estate.DAILY: 365}
    assert {one.meter: one.method for one in found.meters}[estate.DAILY].startswith("daily/")


def test_periods_out_of_order_are_refused_and_nothing_is_written(folder: Path, tmp_path: Path, capsys) -> None:
    to = tmp_path / "out.parquet"
    for baseline, reporting, code in (
        ("2019-01-01/2019-12-31", "2018-01-01/2018-12-31", "periods.order"),
        ("2018-01-01/2018-12-31", "2018-12-01/2019-11-30", "periods.overlap"),
        ("2018", "2019-01-01/2019-12-31", "option.dates"),
        ("2018-12-31/2018-01-01", "2019-01-01/2019-12-31", "option.dates"),
    ):
        asked = ["--baseline", baseline, "--reporting", reporting, "--predictions", str(to), "--json"]
        assert run(["savings", "evaluate", str(folder), *asked]) == 2
        assert code in {one["code"] for one in json.loads(capsys.readouterr().out)["findings"]}
    assert not list(tmp_path.iterdir())


def test_a_file_that_is_not_whole_is_not_there(tmp_path: Path) -> None:
    to = tmp_path / "out.parquet"
    row = pl.DataFrame(
        {"meter_id": ["a"], "timestamp": [None], "observed": [1.0], "predicted": [1.0], "lower": [0.0], "upper": [2.0]},
        schema=PREDICTIONS,
    )

    def stopped() -> None:
        with PredictionsFile(to) as file:
            file.write(row)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    assert not list(tmp_path.iterdir())


def test_without_weather_every_meter_is_told_so(tmp_path: Path) -> None:
    few = {name: value for name, value in estate.readings().items() if name in estate.GOOD[:2]}
    held = open_workspace(estate.build(tmp_path, values=few, weather=False))

    found, rows = evaluated(held, tmp_path / "out.parquet", choice="daily")

    assert rows.is_empty()
    for one in found.meters:
        assert "baseline.no_temperature" in {finding.code for finding in one.refused}


def test_unknown_meters_are_told_all_at_once(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(InputRefused) as refusal:
        evaluated(workspace, tmp_path / "out.parquet", meters=["nobody", "nowhere"])

    assert [one.code for one in refusal.value.findings] == ["meter.unknown"] * 2


def test_hours_of_dwellings_are_left_out_unless_asked_for(tmp_path: Path) -> None:
    few = {name: value for name, value in estate.readings().items() if name in estate.GOOD[:2]}
    place = estate.build(tmp_path, values=few)
    assert run(["meter", str(place), "office-1", "--personal", "--json"]) == 0
    held = open_workspace(place)

    kept, _ = evaluated(held, tmp_path / "kept.parquet", choice="hourly")
    asked, _ = evaluated(held, tmp_path / "asked.parquet", choice="hourly", personal=True)

    assert [one.meter for one in kept.meters] == ["office-0"]
    assert [one.code for one in kept.findings if one.code == "savings.personal"]
    assert [one.meter for one in asked.meters] == ["office-0", "office-1"]


@pytest.mark.parametrize("days", ["0003-01-01/0003-12-31", "2019-01-01/9999-12-31", "2018-12-31/2018-01-01"])
def test_days_of_no_readings_time_are_refused(folder: Path, tmp_path: Path, capsys, days: str) -> None:
    file = tmp_path / "predictions.parquet"
    options = ["--baseline", "2018-01-01/2018-12-31", "--reporting", days, "--predictions", str(file), "--json"]

    assert run(["savings", "evaluate", str(folder), *options]) == 2

    assert "option.dates" in capsys.readouterr().out
    assert not file.exists()


def test_an_override_for_a_meter_that_is_not_there_is_refused(workspace: Workspace, tmp_path: Path) -> None:
    overrides = {"*": {"baseline.use_days": "all"}, "offfice-1": {"baseline.use_days": "a slip of the pen"}}

    with pytest.raises(InputRefused, match="offfice-1"):
        evaluate(
            workspace,
            Dates(date(2018, 1, 1), date(2018, 12, 31)),
            Dates(date(2019, 1, 1), date(2019, 12, 31)),
            tmp_path / "p.parquet",
            overrides=overrides,
        )
