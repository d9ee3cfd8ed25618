"""The oracle of chiller loading: the published points agree, the artefact does not, ratios are read from the text."""

import json
import subprocess
import sys
from copy import deepcopy
from pathlib import Path

import pytest

from tests.oracles.chiller_loading import main, ratios

ORACLE = Path(__file__).with_name("chiller_loading.py")


@pytest.fixture
def facts(shared_data: Path) -> Path:
    return shared_data.parent / "facts" / "ocl_benchmarks.json"


def test_every_published_point_agrees(facts: Path) -> None:
    done = subprocess.run([sys.executable, ORACLE, facts], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1] == "12 of 12 within 0.01 kW"


def test_the_artefact_is_no_optimum(facts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An off machine counted at its intercept: the three points of P2 where that differs must not agree."""
    content = json.loads(facts.read_text(encoding="utf-8"))
    for point in content["results"]:
        point["optimum_kW"] = point["zero_load_artefact_kW"]
    (tmp_path / "wrong.json").write_text(json.dumps(content), encoding="utf-8")

    assert main([str(tmp_path / "wrong.json")]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "9 of 12 within 0.01 kW"


def test_another_least_ratio_is_read_from_the_convention(
    facts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """At 960 RT the optimum has 0.57 and 0.63: with a least ratio of 0.6 it lies at 0.6 and 0.6.

    By hand: 66.598 + 606.34 * .6 - 380.58 * .36 + 275.95 * .216 = 353.00 and 130.09 + 304.5 * .6 + 14.377 * .36 +
    99.8 * .216 = 339.52, together 692.52 kW; machine 1 with either of them takes more.
    """
    content = json.loads(facts.read_text(encoding="utf-8"))
    content["convention"] = content["convention"].replace("0.3 <= x <= 1", "0.6 <= x <= 1")
    point = deepcopy(next(one for one in content["results"] if one["load_RT"] == 960))
    point["optimum_kW"] = sum(a + b * 0.6 + c * 0.36 + d * 0.216 for a, b, c, d in content["problems"]["P1"]["co"][1:])
    content["results"] = [point]
    (tmp_path / "other.json").write_text(json.dumps(content), encoding="utf-8")

    assert main([str(tmp_path / "other.json")]) == 0
    assert "692.52" in capsys.readouterr().out


def test_ratios_are_never_guessed() -> None:
    assert ratios("on => 0.25 <= x <= 1") == (0.25, 1.0)
    assert ratios("x between 30 % and 100 %") == (0.3, 1.0)
    with pytest.raises(SystemExit, match="ratios"):
        ratios("off is 0 kW")
