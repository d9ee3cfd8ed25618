"""What is wrong with a commitment is told with its place, all at once."""

from dataclasses import replace

import numpy as np
import pytest

from wattstone.base import InputRefused
from wattstone.dispatch.commitment import Carrier, Commitment, Store, Unit, solve

UNIT = Unit(name="B-1", carrier="heat", load=np.array([2.0, 5.0, 10.0]), flows={"gas": np.array([-3.0, -6.0, -11.0])})
TANK = Store(name="tank", carrier="heat", capacity=5.0, charge=5.0, discharge=5.0)
HEAT, GAS = Carrier(name="heat", demand=np.full(3, 5.0)), Carrier(name="gas", price=0.09)


def asked(*, units: tuple = (UNIT,), stores: tuple = (TANK,), carriers: tuple = (HEAT, GAS), **more) -> Commitment:
    given = {"hours": 1.0, "steps": 3, "carriers": carriers, "units": units, "stores": stores} | more
    return Commitment(**given)


def refused(problem: Commitment) -> list[tuple[str, str]]:
    with pytest.raises(InputRefused) as caught:
        solve(problem)
    for finding in caught.value.findings:
        assert "{" not in finding.text()
    return [(one.code.removeprefix("plant.commitment_"), one.place) for one in caught.value.findings]


def test_what_is_right_is_taken() -> None:
    assert solve(asked()).met


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"load": np.array([2.0, np.nan, 10.0])}, "gap"),
        ({"load": np.array([2.0, 2.0, 10.0])}, "breakpoints"),
        ({"load": np.array([2.0, 7.0, 5.0])}, "breakpoints"),
        ({"load": np.array([8.0, 7.0, 5.0])}, "least"),
        ({"load": np.array([-2.0, 7.0, 9.0])}, "negative"),
        ({"load": np.ones((2, 3))}, "shape"),
        ({"flows": {"gas": np.array([-3.0, np.inf, -11.0])}}, "gap"),
        ({"flows": {"gas": np.array([-3.0, -11.0])}}, "shape"),
        ({"flows": {"steam": np.array([-3.0, -6.0, -11.0])}}, "carrier"),
        ({"start_cost": -1.0}, "number"),
        ({"run_cost": np.nan}, "number"),
        ({"least_up": 0}, "number"),
        ({"least_down": 1.5}, "number"),
        ({"since": 0}, "number"),
        ({"ramp": 0.0}, "number"),
        ({"ramp": 2.0, "on_before": True}, "ramp"),
        ({"available": np.ones(2, dtype=bool)}, "shape"),
        ({"available": np.array([False, True, True]), "on_before": True, "since": 1, "least_up": 2}, "least_up"),
    ],
)
def test_a_unit_that_cannot_be(change: dict, code: str) -> None:
    assert refused(asked(units=(replace(UNIT, **change),))) == [(code, "unit 'B-1'")]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"demand": np.array([1.0, np.nan, 1.0])}, "gap"),
        ({"demand": np.ones(4)}, "shape"),
        ({"demand": np.inf}, "number"),
        ({"price": np.array([0.1, 0.2])}, "shape"),
        ({"price": 0.1, "limit": -1.0}, "number"),
        ({"price": 0.1, "sale": 0.2}, "arbitrage"),
        ({"demand_charge": -1.0}, "number"),
        ({"peak_before": np.nan}, "number"),
        ({"penalty": 0.0}, "number"),
        ({"carbon": -0.1}, "number"),
    ],
)
def test_a_carrier_that_cannot_be(change: dict, code: str) -> None:
    assert refused(asked(carriers=(replace(HEAT, **change), GAS))) == [(code, "carrier 'heat'")]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"capacity": -1.0}, "number"),
        ({"charge": np.nan}, "number"),
        ({"loss": 1.0}, "number"),
        ({"efficiency": 0.0}, "number"),
        ({"initial": 6.0}, "number"),
        ({"final": 6.0}, "number"),
        ({"carrier": "cold"}, "carrier"),
    ],
)
def test_a_store_that_cannot_be(change: dict, code: str) -> None:
    places = {place for found, place in refused(asked(stores=(replace(TANK, **change),))) if found == code}
    assert places == {"store 'tank'"}


def test_everything_is_told_at_once_and_where() -> None:
    wrong = asked(
        units=(replace(UNIT, load=np.array([[2.0, 5.0, 10.0], [2.0, 5.0, 10.0], [2.0, 12.0, 10.0]])), UNIT),
        carriers=(replace(HEAT, demand=np.array([1.0, np.nan, np.nan])), GAS),
    )
    with pytest.raises(InputRefused) as caught:
        solve(wrong)

    gap, twice, bent = (
        min(caught.value.findings, key=lambda one: one.place),
        *[one for one in caught.value.findings if one.place == "unit 'B-1'"],
    )
    assert "`demand` is missing at 2 steps, the first at step 1" in gap.text()
    assert "2 of them have this name" in twice.text()
    assert "do not rise at 1 step: 2, 12, 10, the first at step 2" in bent.text()


def test_a_curve_may_be_missing_where_the_unit_is_not_there() -> None:
    load = np.array([[2.0, 10.0], [np.nan, np.nan], [2.0, 10.0]])
    away = Unit(
        name="away", carrier="heat", load=load, flows={"gas": -load}, available=np.array([True, False, True]),
    )  # fmt: skip

    plan = solve(asked(units=(UNIT, away)))
    assert plan.on[1].tolist() == [True, False, True]
    assert plan.met


def test_a_horizon_without_steps() -> None:
    assert refused(asked(steps=0)) == [("horizon", "the horizon")]
    assert refused(asked(hours=0.0)) == [("horizon", "the horizon")]


def test_rules_that_no_schedule_keeps_are_named() -> None:
    rising = np.array([[2.0, 4.0], [8.0, 9.0], [8.0, 9.0]])
    stuck = Unit(
        name="stuck", carrier="heat", load=rising, flows={"gas": -rising}, ramp=1.0, on_before=True, load_before=3.0,
        since=1, least_up=3,
    )  # fmt: skip

    with pytest.raises(InputRefused) as caught:
        solve(asked(units=(stuck,)))
    (found,) = caught.value.findings
    assert found.code == "plant.commitment_rules"
    assert "loosen ramps or least times on" in found.text()
