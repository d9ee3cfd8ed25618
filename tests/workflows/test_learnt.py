"""What forecasters learnt between runs: the same forecast with it and without it, whatever happened to the file."""

from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from wattstone.forecasting import Spec
from wattstone.workflows.learnt import Learnt, anchored

START = datetime(2026, 3, 2)
SPEC = Spec("load", 1, START, 60, zone="Europe/Berlin", hours=24)
DRAW = np.random.default_rng(1).uniform(0, 1, 24 * 20)
VALUES = (5 + 2 * np.sin(np.arange(24 * 20) / 24 * 2 * np.pi) + DRAW)[None]
VALUES[0, 30] = np.nan


def forecast(learnt: Learnt, values: np.ndarray) -> tuple[np.ndarray, int]:
    """The forecast after all values, and how many of them had been seen before."""
    forecaster, seen = learnt.resumed(SPEC, ["main"], values)
    forecaster.observe_all(values[:, seen:])
    learnt.keep(SPEC, ["main"], values, forecaster)
    return forecaster.forecast(24).values, seen


@pytest.fixture(scope="module")
def fresh() -> np.ndarray:
    return forecast(Learnt(None), VALUES)[0]


def test_a_later_run_goes_on_and_says_the_same(tmp_path: Path, fresh: np.ndarray) -> None:
    assert forecast(Learnt(tmp_path), VALUES[:, :-24])[1] == 0
    again, seen = forecast(Learnt(tmp_path), VALUES)

    assert seen == VALUES.shape[1] - 24
    np.testing.assert_array_equal(again, fresh)
    assert forecast(Learnt(tmp_path), VALUES)[1] == VALUES.shape[1]


def test_a_corrected_reading_is_learnt_anew(tmp_path: Path) -> None:
    forecast(Learnt(tmp_path), VALUES)
    other = VALUES.copy()
    other[0, 40] += 1

    told, seen = forecast(Learnt(tmp_path), other)
    assert seen == 0
    np.testing.assert_array_equal(told, forecast(Learnt(None), other)[0])


def test_an_earlier_run_does_not_see_what_came_later(tmp_path: Path) -> None:
    forecast(Learnt(tmp_path), VALUES)
    assert Learnt(tmp_path).resumed(SPEC, ["main"], VALUES[:, :100])[1] == 0
    assert Learnt(tmp_path).resumed(SPEC, ["main"], VALUES, until=200)[1] == 0


@pytest.mark.parametrize("harm", ["cut", "empty", "noise", "other"])
def test_a_damaged_file_is_passed_over(tmp_path: Path, harm: str, fresh: np.ndarray) -> None:
    forecast(Learnt(tmp_path), VALUES)
    (file,) = (tmp_path / "cache" / "forecasters").iterdir()
    whole = file.read_bytes()
    head = whole[: whole.index(b"\n") + 1]
    file.write_bytes({"cut": whole[:-500], "empty": b"", "noise": b"\xff\n" + whole, "other": head + b"PK" * 9}[harm])

    told, seen = forecast(Learnt(tmp_path), VALUES)
    assert seen == 0
    np.testing.assert_array_equal(told, fresh)


def test_windows_begin_on_a_grid() -> None:
    begins = {anchored(START + timedelta(hours=one)) for one in range(24 * 28)}
    assert 2 <= len(begins) <= 3
    assert all(begin <= START + timedelta(days=28) for begin in begins)
