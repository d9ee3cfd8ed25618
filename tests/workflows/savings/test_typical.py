"""Savings of a typical year: by the station's own years, and by an EPW file of months of several years."""

from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from tests.workflows.savings import estate
from tests.workflows.savings.test_report import PERIODS, declare
from wattstone.interfaces.store.workspace import open_workspace
from wattstone.workflows.savings.report import report_measure

COLD = 8.0  # degC, all through the typical year


def epw(folder: Path) -> Path:
    """A year of one temperature, its even months dated 1990 and its odd ones 2001."""
    file = folder / "cold.epw"
    head = "LOCATION,Somewhere,-,GBR,TRY,1,52.2,0.1,0.0,10.0\n" + "X\n" * 6
    hours = (datetime(2001, 1, 1) + timedelta(hours=at) for at in range(8760))
    rows = "".join(
        f"{2001 if at.month % 2 else 1990},{at.month},{at.day},{at.hour + 1},60,?,{COLD},0,80,0,0,0,0,5,0,0\n"
        for at in hours
    )
    file.write_text(head + "DATA PERIODS,1,1,Data,Sunday, 1/ 1,12/31\n" + rows, encoding="latin-1")
    return file


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("typical")
    used = {name: value for name, value in estate.readings().items() if name in estate.GOOD[:6]}
    workspace = estate.build(folder, values=used)
    meter = ["--site", f"site-{estate.BETTER}", "--meter", estate.BETTER, *PERIODS, "--model", "daily"]
    declare(workspace, "lamps", *meter)
    return workspace


def test_the_stations_own_years_make_a_typical_one(place: Path) -> None:
    meter = report_measure(open_workspace(place), "lamps").saving.meters[0]
    truth = float(estate.usual(0).sum() / estate.YEARS * estate.SAVED)

    assert "2017-2019" in meter.typical_year
    assert meter.normalised is not None
    assert meter.normalised.value == pytest.approx(truth, rel=0.1)
    assert meter.normalised.lower < truth < meter.normalised.upper


def test_a_file_of_a_typical_year_is_used_as_it_is(place: Path, tmp_path: Path) -> None:
    """A fifth of what an office uses at 8 degC: its base, its hours of work, and heat for seven degrees."""
    rng = np.random.default_rng([7, 0])
    work = rng.uniform(0.5, 1.5)
    rng.normal(0, 0.05, estate.HOURS // 24), rng.normal(0, 0.05, estate.HOURS)  # the noise is drawn before the base
    base = rng.uniform(5, 40)
    share = 10 * 5 / 168  # of the hours of a week
    truth = base * (1 + share * work + 0.05 * (15 - COLD)) * 8760 * estate.SAVED

    meter = report_measure(open_workspace(place), "lamps", typical=epw(tmp_path)).saving.meters[0]

    assert "cold.epw" in meter.typical_year
    assert meter.normalised is not None
    assert meter.normalised.lower < truth < meter.normalised.upper
    assert meter.normalised.value == pytest.approx(truth, rel=0.12)  # a difference of two years, each within 1 or 2 %
