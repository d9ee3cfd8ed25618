"""Our side of the comparison with brightway: the supply chain solved another way, without the peer installed."""

import math

import pytest
from benchmarks.peers.brightway import ours
from benchmarks.peers.brightway.chain import BOUGHT, INPUTS, PROCESSES, SPREAD, total
from benchmarks.peers.brightway.run import apart
from benchmarks.peers.comparing import Disagreement, agreement


def rounds(product: str, count: int = 200) -> float:
    """Emissions of one unit, round by round up the chain: what is made, what goes into it, what goes into that."""
    made, emitted = {product: 1.0}, 0.0
    for _ in range(count):
        emitted += sum(amount * ours.direct()[name] for name, amount in made.items())
        before, made = made, {}
        for (taken, process), amount in INPUTS.items():
            made[taken] = made.get(taken, 0.0) + amount * before.get(process, 0.0)
    return emitted


def test_factors_are_those_of_following_the_chain_upward() -> None:
    factors = ours.cradle_to_gate()

    assert factors == pytest.approx({name: rounds(name) for name in PROCESSES}, rel=1e-12)
    assert factors["aluminium"] > 14 * factors["electricity"]


def test_all_methods_tell_the_same_of_one_chain() -> None:
    told = dict(ours.scores())
    first = told["average"]

    assert set(first) == {*PROCESSES, *BOUGHT, "all"}
    assert first["all"] == pytest.approx(sum(amount * rounds(name) for name, amount in total().items()), rel=1e-12)
    assert {agreement(other, first).split(",")[0] for other in told.values()} <= {"19 values equal", "19 values"}


def test_errors_are_those_of_processes_whoever_buys() -> None:
    """By hand: each process emits b x in all, with its own relative error; independent, so squares add up."""
    told = ours.drawn(2000, 3)()
    emitted: dict[str, float] = {}
    for product, amount in total().items():
        for process, value in ours.by_process(product).items():
            emitted[process] = emitted.get(process, 0.0) + amount * value
    exact = math.sqrt(sum((SPREAD[name] * value) ** 2 for name, value in emitted.items()))

    assert told["exact"] == pytest.approx([sum(emitted.values()), exact], rel=1e-12)
    assert told["sd"] == pytest.approx(exact, rel=0.08)


def test_simulations_that_differ_are_no_comparison() -> None:
    one = {"mean": 100.0, "sd": 10.0, "quantiles": [84.0, 100.0, 117.0]}

    assert apart(one, one, 10_000).startswith("mean, deviation and quantiles at most 0.0")
    for changed in ({"mean": 101.0}, {"sd": 11.0}, {"quantiles": [84.0, 100.0, 120.0]}):
        with pytest.raises(Disagreement, match="standard errors apart"):
            apart(one | changed, one, 10_000)
