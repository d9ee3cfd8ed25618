"""Homes and drivers in forecasts: many are told as one, few are left out, each only where it is asked for."""

from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from tests.workflows.estate import dataset, readings, wattstone

START, HOURS = datetime(2024, 5, 1), 24 * 10
AT = "2024-05-11T00:00"


def home(seed: int) -> list[float]:
    swing = 1 + np.sin((np.arange(HOURS) % 24 - 9) / 24 * 2 * np.pi)
    return (swing + np.random.default_rng(seed).uniform(0.1, 1, HOURS)).tolist()


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("homes")
    homes = {f"h{number}": ("court" if number < 15 else "lane") for number in range(18)}
    frames = [readings(name, home(at), site=site, start=START) for at, (name, site) in enumerate(homes.items())]
    stairs = readings("stairs", home(99), site="court", start=START)
    sites = [{"site_id": one, "country": "GB", "timezone": "UTC"} for one in ("court", "lane")]
    wattstone("init", folder / "ws")
    wattstone("ingest", folder / "ws", dataset(folder / "data", *frames, stairs, sites=sites))
    for name, site in homes.items():
        wattstone("meter", folder / "ws", name, "--site", site, "--personal")
    return folder / "ws"


def test_many_homes_are_told_together_and_few_are_left_out(root: Path) -> None:
    said = wattstone("forecast", root, "--at", AT, "--hours", 24, "--json").json
    subjects = {one["subject"]: one for one in said["series"]}
    page = Path(said["page"]).read_text(encoding="utf-8")

    assert set(subjects) == {"homes:court", "meter:stairs"}
    told = [one for one in said["findings"] if one["code"] == "forecast.personal"]
    assert [(one["place"], one["count"]) for one in told] == [("site 'lane'", 3)]
    # Fifteen homes of some 1.55 kW each on the mean of a day.
    assert np.mean([step["q50"] for step in subjects["homes:court"]["steps"]]) == pytest.approx(15 * 1.55, rel=0.1)
    assert not any(f">{name}<" in page or f"{name}:" in page for name in (f"h{number}" for number in range(18)))
    assert "all homes of court together" in page
    step = wattstone("trace", root, "forecast.load@homes:court@2024-05-11T06:00", "--json").json
    assert len([one for one in step["inputs"][0]["inputs"] if one["kind"] == "slice"]) == 16


def test_few_homes_alone_are_refused_and_shown_when_asked_for(root: Path) -> None:
    refused = wattstone("forecast", root, "lane", "--at", AT, "--json", code=2).json
    asked = wattstone("forecast", root, "lane", "--at", AT, "--hours", 24, "--personal", "--json").json

    assert [one["code"] for one in refused["findings"]] == ["forecast.personal"]
    assert {one["subject"] for one in asked["series"]} == {"meter:h15", "meter:h16", "meter:h17"}
