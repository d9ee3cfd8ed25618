"""Models are kept, and predict the same when they are read back."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from tests.workflows.savings import estate
from wattstone.baselines.archive import from_json
from wattstone.baselines.timeline import hours_of
from wattstone.interfaces.cli.app import run
from wattstone.savings.periods import Dates
from wattstone.workflows.savings.fit import MODELS, fit
from wattstone.workflows.workspace import Workspace

BASELINE = Dates(date(2018, 1, 1), date(2018, 12, 31))


@pytest.mark.parametrize("choice", ["daily", "hourly"])
def test_models_of_a_file_are_those_of_the_lake(folder: Path, tmp_path: Path, capsys, choice: str) -> None:
    file = tmp_path / "models.jsonl"
    asked = ["--baseline", str(BASELINE), "--model", choice, "--models", str(file), "--json"]
    assert run(["savings", "fit", str(folder), *asked]) == 0
    told = json.loads(capsys.readouterr().out)
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    from wattstone.interfaces.store.workspace import open_workspace

    held = open_workspace(folder).lake.scan(MODELS)
    assert held is not None
    kept = held.filter(pl.col("run") == told["run"]).collect()

    assert {one["meter"] for one in lines} >= set(estate.GOOD)
    assert dict(kept.select("meter_id", "model").iter_rows()) == {
        one["meter"]: json.dumps(one["model"]) for one in lines
    }


def test_a_model_read_back_says_what_a_good_model_says(workspace: Workspace) -> None:
    found = fit(workspace, BASELINE, choice="hourly", meters=["office-2"]).meters[0]
    conditions = hours_of(date(2019, 1, 1), date(2019, 12, 31), estate.ZONE)
    after = estate.times() >= np.datetime64("2019-01-01")
    conditions = replace(conditions, temperature=estate.temperature()[after])

    predicted = from_json(found.model).predict(conditions)[0]

    assert found.goodness["cv_rmse"] < 0.15
    assert predicted.sum() == pytest.approx(estate.usual(2)[after].sum(), rel=0.01)


def test_a_meter_without_a_reading_has_no_model_whatever_is_overridden(workspace: Workspace) -> None:
    days = Dates(date(2016, 1, 1), date(2016, 12, 31))
    refused = fit(workspace, days, choice="daily", meters=["office-2"]).meters[0]
    allowed = {"*": {one.code: "nobody looks" for one in refused.data.disqualifying}}

    found = fit(workspace, days, choice="daily", meters=["office-2"], overrides=allowed).meters[0]

    assert found.data.qualified
    assert (found.method, found.model) == ("", {})
