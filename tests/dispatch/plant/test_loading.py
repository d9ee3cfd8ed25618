"""Optimal chiller loading: global, proven, never negative; and the baselines that it is compared with."""

import json
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wattstone.base import InputRefused
from wattstone.dispatch.plant.loading import (
    Chiller,
    Loaded,
    all_on,
    fewest_in_order,
    findings,
    optimal_loading,
    total_power,
)


@pytest.fixture(scope="session")
def facts(shared_data: Path) -> dict:
    return json.loads((shared_data.parent / "facts" / "ocl_benchmarks.json").read_text(encoding="utf-8"))


def machines(facts: dict, name: str) -> list[Chiller]:
    problem = facts["problems"][name]
    return [Chiller.cubic(f"{at}", cap, co) for at, (cap, co) in enumerate(zip(problem["cap"], problem["co"]))]  # noqa: B905


def dense(chillers: list[Chiller], load: float, step: float) -> float:
    """Every combination of loads that are multiples of a step; nothing of the product but the curves."""
    options = []
    for one in chillers:
        ratio = np.arange(int(one.capacity / step) + 1) * step / one.capacity
        options.append([(0.0, 0.0)] + [(x * one.capacity, float(one.power(x))) for x in ratio if one.least <= x])
    best = np.inf
    last = {round(amount, 6): power for amount, power in options[-1]}
    for chosen in product(*options[:-1]):
        rest = round(load - sum(amount for amount, _ in chosen), 6)
        if rest in last:
            best = min(best, sum(power for _, power in chosen) + last[rest])
    return best


def test_published_points_and_baselines(facts: dict) -> None:
    """Optimum and baselines of the file, found there by dynamic programming and SLSQP."""
    for point in facts["results"]:
        chillers, load = machines(facts, point["problem"]), point["load_RT"]
        found = optimal_loading(chillers, load)

        assert found.total == pytest.approx(point["optimum_kW"], abs=1e-3)
        assert found.ratio == pytest.approx(point["plr"], abs=2e-3)
        assert 0 <= found.gap < 1e-3
        assert all_on(chillers, load).total == pytest.approx(point["equal_plr_all_on_kW"], abs=1e-3)
        fewest = fewest_in_order(chillers, load)
        assert fewest.total == pytest.approx(point["min_count_priority_kW"], abs=1e-3)
        assert (fewest.ratio > 0).sum() == point["min_count_n_on"]


def test_an_off_machine_is_not_paid_for_standing_still(facts: dict) -> None:
    """P2 at 1740, 1450 and 1160 RT: the artefact credits 67 kW that no meter shows."""
    for point in facts["results"]:
        found = optimal_loading(machines(facts, point["problem"]), point["load_RT"])
        artefact = point["zero_load_artefact_kW"]

        assert (found.power >= 0).all()
        assert (found.power[found.ratio == 0] == 0).all()
        if point["optimum_kW"] - artefact > 1:
            assert found.total > artefact + 50


def test_a_curve_of_negative_power_is_refused() -> None:
    """Where the machine may run: -50 + 100 x is below 0 up to a half; from 0.6 on it may be used."""
    with pytest.raises(InputRefused) as refused:
        optimal_loading([Chiller.cubic("bad", 100.0, (-50.0, 100.0))], 50.0)

    assert [one.code for one in refused.value.findings] == ["plant.negative_power"]
    assert "-20 kW at a part-load ratio of 0.3" in refused.value.findings[0].text()
    assert optimal_loading([Chiller.cubic("good", 100.0, (-50.0, 100.0), least=0.6)], 70.0).total == pytest.approx(20.0)


def test_a_dip_below_zero_between_the_ends_is_found() -> None:
    """(x - 0.6)^2 - 0.01, positive at 0.3 and at 1, is negative at 0.6."""
    assert findings([Chiller.cubic("dip", 1.0, (0.35, -1.2, 1.0))])[0].params["ratio"] == "0.6"


def test_loads_that_cannot_be_met_say_by_how_much() -> None:
    chillers = [Chiller.cubic("a", 100.0, (10.0, 50.0)), Chiller.cubic("b", 1000.0, (10.0, 500.0))]

    with pytest.raises(InputRefused) as refused:
        optimal_loading(chillers, 1200.0)
    assert refused.value.findings[0].params["over"] == "100"
    with pytest.raises(InputRefused) as refused:
        optimal_loading(chillers, 200.0)
    found = refused.value.findings[0]
    assert (found.code, found.params["below"], found.params["above"]) == ("plant.load_in_gap", "100", "300")


def test_no_load_takes_nothing() -> None:
    assert optimal_loading([Chiller.cubic("a", 100.0, (10.0, 50.0))], 0.0).total == 0.0


curve = st.tuples(
    st.sampled_from([20.0, 30.0, 40.0]),
    st.floats(0.5, 40.0),
    st.floats(-60.0, 60.0),
    st.floats(-60.0, 60.0),
    st.floats(-60.0, 60.0),
)


def positive(values: tuple[float, ...], at: int) -> Chiller:
    """A cubic lifted so that it is 1 kW or more wherever the machine may run."""
    capacity, a, b, c, d = values
    x = np.linspace(0.3, 1.0, 500)
    lowest = float((b * x + c * x**2 + d * x**3).min())
    return Chiller.cubic(str(at), capacity, (a - lowest + 0.5, b, c, d))


@settings(max_examples=60)
@given(st.lists(curve, min_size=1, max_size=3), st.floats(0.05, 1.0))
def test_no_combination_on_a_grid_is_better(values: list[tuple[float, ...]], share: float) -> None:
    chillers = [positive(one, at) for at, one in enumerate(values)]
    load = float(round(share * sum(one.capacity for one in chillers)))
    grid = dense(chillers, load, 1.0)
    try:
        found = optimal_loading(chillers, load)
    except InputRefused:
        assert grid == np.inf
        return

    assert found.total <= grid + 1e-6
    assert found.bound <= found.total
    assert found.gap < 1e-3
    assert total_power(chillers, found.ratio) == pytest.approx(found.total)
    assert sum(one.capacity * x for one, x in zip(chillers, found.ratio, strict=True)) == pytest.approx(load)


def test_a_sampled_curve_is_loaded_as_its_cubic(facts: dict) -> None:
    """The cubics of P1, known at 60 points each, give the optimum of P1 to 0.01 kW."""
    x = np.linspace(0.3, 1.0, 60)
    chillers = machines(facts, "P1")
    sampled = [Chiller.sampled(one.name, one.capacity, x, one.power(x)) for one in chillers]

    assert optimal_loading(sampled, 1920.0).total == pytest.approx(1403.196, abs=0.01)


def test_a_rule_that_breaks_the_least_ratio_is_no_number() -> None:
    chillers = [Chiller.cubic(str(at), 100.0, (10.0, 50.0)) for at in range(3)]

    assert np.isnan(all_on(chillers, 60.0).total)
    assert isinstance(fewest_in_order(chillers, 60.0), Loaded)
    assert fewest_in_order(chillers, 60.0).ratio.tolist() == [0.6, 0.0, 0.0]
