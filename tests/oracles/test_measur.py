"""The oracle on the cases that are beside the repository, and whether it would notice if they were otherwise."""

import copy
import json
import math
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.oracles import measur
from tests.oracles.measur_case import NotUnderstood, Tolerance, compare

ROOT = Path(__file__).parents[2]
Case = dict[str, Any]


@pytest.fixture(scope="module")
def facts(shared_facts: Path) -> dict[str, Any]:
    measur.read(shared_facts / "measur_cases.json")  # tells where the weather lies
    return json.loads((shared_facts / "measur_cases.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def cases(facts: dict[str, Any]) -> list[Case]:
    return facts["cases"]


def scaled(value: Any, by: float) -> Any:
    """An expected result with every number off by a share."""
    if isinstance(value, dict):
        return {key: one if key in {"unit", "bins"} else scaled(one, by) for key, one in value.items()}
    if isinstance(value, list):
        return [scaled(one, by) for one in value]
    return value * by + 0.05 * (by - 1)


def test_no_case_disagrees_and_every_one_is_understood(shared_facts: Path) -> None:
    script = [sys.executable, "tests/oracles/measur.py", str(shared_facts / "measur_cases.json")]
    run = subprocess.run(script, cwd=ROOT, capture_output=True, text=True, check=False)

    assert run.returncode == 0, run.stdout
    total = len(json.loads((shared_facts / "measur_cases.json").read_text(encoding="utf-8"))["cases"])
    assert run.stdout.splitlines()[-1] == f"{total - 20} of {total} agree, 20 departures, 0 not understood"


def test_every_expected_value_is_looked_at(cases: list[Case]) -> None:
    for case in cases:
        for key in case["expected"]:
            other = copy.deepcopy(case)
            other["expected"][key] = scaled(case["expected"][key], 1.2)
            if other["expected"][key] != case["expected"][key]:
                assert measur.judge(other).verdict == "disagrees", (case["name"], key)


def test_a_disagreement_ends_with_1_and_says_which_value(cases: list[Case], tmp_path: Path) -> None:
    other = copy.deepcopy(cases[:3])
    other[1]["expected"]["air_requirement"]["value"] *= 1.0001
    path = tmp_path / "cases.json"
    path.write_text(json.dumps({"cases": other}), encoding="utf-8")

    script = [sys.executable, "tests/oracles/measur.py", str(path)]
    run = subprocess.run(script, cwd=ROOT, capture_output=True, text=True, check=False)

    assert run.returncode == 1
    assert "air_requirement: 5.56286" in run.stdout
    assert run.stdout.splitlines()[-1] == "2 of 3 agree, 0 departures, 0 not understood"


def test_names_say_nothing(cases: list[Case]) -> None:
    anonymous = [
        {key: value for key, value in case.items() if key in {"inputs", "expected", "tolerance"}} for case in cases
    ]
    renamed = [case | {"name": "pipe_sizing_1", "source_test": "x", "note": "y"} for case in anonymous]

    told = [(one.verdict, one.departures) for one in map(measur.judge, cases)]

    assert [(one.verdict, one.departures) for one in map(measur.judge, anonymous)] == told
    assert [(one.verdict, one.departures) for one in map(measur.judge, renamed)] == told


def test_kinds_without_a_case_here_are_known(facts: dict[str, Any]) -> None:
    for shape in facts["kinds_without_a_case_here"]:
        inputs, expected = dict.fromkeys(shape["inputs"], 0), dict.fromkeys(shape["expected"], 0)
        known = [one.name for one in measur.KINDS if one.is_of(inputs, expected)]
        assert len(known) == 1, shape


UNKNOWN: list[Any] = [
    {"inputs": {"phase_of_the_moon": 3}, "expected": {"x": 1}},
    {"inputs": {"tank_size": 760, "pressure_in": 110, "pressure_out": 100}, "expected": {"colour": 1}},
    {"inputs": {"tank_size": "big", "pressure_in": 110, "pressure_out": 100}, "expected": {"usable_air": 69.1}},
    {"inputs": {"tank_size": None, "pressure_in": [], "pressure_out": {}}, "expected": {"usable_air": 69.1}},
    {
        "inputs": {"tank_size": {"value": 760, "unit": "l"}, "pressure_in": 1, "pressure_out": 0},
        "expected": {"usable_air": 1},
    },
    {"inputs": {"control_type": "steam", "kW_full_load": 1, "C_full_load_acfm": 1}, "expected": {"kW_Calc": 1}},
    {"inputs": {}, "expected": {}},
    {"inputs": []},
    {},
    "a case",
    None,
]


@pytest.mark.parametrize("case", UNKNOWN)
def test_what_is_not_known_is_counted_apart(case: Any) -> None:
    lines, code = measur.report([case])

    assert code == 0
    assert lines[-1] == "0 of 1 agree, 0 departures, 1 not understood"


def _departed(case: Case, key: str, wrong: Callable[[float], float]) -> Case:
    other = copy.deepcopy(case)
    other["expected"][key]["value"] = wrong(other["expected"][key]["value"])
    return other


def test_a_departure_is_one_by_the_peers_formula_alone(cases: list[Case]) -> None:
    pipe = next(case for case in cases if "pipe_diameter" in case["expected"])
    right = math.sqrt(4 / math.pi * pipe["expected"]["cross_section"]["value"])

    assert measur.judge(pipe).departures == {"pipe-circle"}
    assert measur.judge(_departed(pipe, "pipe_diameter", lambda _: right)).verdict == "agrees"
    assert measur.judge(_departed(pipe, "pipe_diameter", lambda value: value * 1.0005)).verdict == "disagrees"


# Values of the peer's formulae, worked out by hand from docs/oracles.md.
BY_HAND: list[tuple[str, Case, str]] = [
    (
        "the orifice with its density in the exponent: (115 x 144 / (53.34 x 250) x 2 / 2.4)^2.5 = 0.93855 lb/ft3",
        {
            "inputs": {
                "operating_time": 8760, "air_temp": 250, "atmospheric_pressure": 14.7, "discharge_coefficient": 1,
                "diameter": 5, "supply_pressure": 100.3, "orifices": 1,
            },
            "expected": {"sonic_density": (115 * 144 / (53.34 * 250) * 2 / 2.4) ** 2.5},
            "tolerance": {"rel": 1e-6},
        },
        "orifice-exponent",
    ),
    (
        "a flow share between both unload points: the lower line goes on",
        {
            "inputs": {
                "control_type": "centrifugal modulation/unload", "kW_full_load": 452.3, "C_full_load_acfm": 3138,
                "kW_no_load": 71.3, "C_max_full_flow_acfm": 3005, "kW_at_unload": 411.9, "C_at_unload_acfm": 2731,
                "given": {"capacity_fraction": 0.89},
            },
            "expected": {"kW_Calc": 71.3 + 340.6 * 0.89 * 3138 / 2731},
            "tolerance": {"rel": 1e-6},
        },
        "modulation-unload-point",
    ),
    (
        "a valve beyond the critical ratio: sqrt(100^2 - 20^2) goes on growing",
        {
            "inputs": {"inlet_pressure": 100, "outlet_pressure": 20},
            "expected": {"flow_rate": 0.6875 * math.sqrt(9600)},
            "tolerance": {"rel": 1e-6},
        },
        "valve-choked",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("why", "case", "departure"), BY_HAND, ids=[one[0] for one in BY_HAND])
def test_departures_that_no_case_here_shows(why: str, case: Case, departure: str) -> None:
    judged = measur.judge(case)

    assert judged.verdict == "departs", (why, judged)
    assert judged.departures == {departure}


def test_every_departure_is_documented(cases: list[Case]) -> None:
    text = (ROOT / "docs" / "oracles.md").read_text(encoding="utf-8")
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests" / "oracles").glob("measur_*.py"))
    named = set().union(*(measur.judge(case).departures for case in cases))

    assert all(f"`{name}`" in text for name in named)
    documented = {line.split("`")[1] for line in text.splitlines() if line.startswith("| `")}
    assert all(f'"{name}"' in code for name in documented)


def test_tolerance_is_that_of_the_case() -> None:
    assert list(compare({"value": 100.0, "unit": "x"}, 100.5, Tolerance.of({"abs": 1}))) == []
    assert list(compare(100.0, 100.0013, Tolerance.of({"rel": 1.2e-5}))) != []
    assert list(compare({"values": [1.0, 2.0]}, [1.0], Tolerance.of({"rel": 1.2e-5}))) == ["1 values of 2"]
    assert list(compare(1.0, math.nan, Tolerance.of({}))) != []
    with pytest.raises(NotUnderstood):
        list(compare("much", 1.0, Tolerance.of({})))
