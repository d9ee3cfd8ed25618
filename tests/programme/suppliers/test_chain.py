"""Supply chains: worked by hand, by a second road to the same number, and by a dense solver; loops that are refused."""

import pickle

import numpy as np
import polars as pl
import pytest
from benchmarks.peers.brightway import chain as sample
from hypothesis import given, settings
from hypothesis import strategies as st

from wattstone.programme.suppliers.chain.network import cut, network
from wattstone.programme.suppliers.chain.paths import paths
from wattstone.programme.suppliers.chain.solve import TOLERANCE, Diverging, activities, footprints


def links(*told: tuple[str, str, float]) -> pl.DataFrame:
    return pl.DataFrame(
        list(told), schema={"parent": pl.String, "component": pl.String, "amount": pl.Float64}, orient="row"
    )


def test_a_car_of_four_wheels_and_a_body_in_three_tiers() -> None:
    """Steel 2 kg/kg; wheel 1 + 8 x 2 = 17; body 10 + 300 x 2 = 610; car 50 + 4 x 17 + 610 = 728 kg."""
    made = network(
        links(("car", "wheel", 4.0), ("car", "body", 1.0), ("wheel", "steel", 8.0), ("body", "steel", 300.0))
    )
    own = {"car": 50.0, "wheel": 1.0, "body": 10.0, "steel": 2.0}
    direct = np.array([own[name] for name in made.products])
    solved = footprints(made, direct)
    at = {str(name): value for name, value in zip(made.products, solved.values, strict=True)}
    assert at == {"steel": 2.0, "wheel": 17.0, "body": 610.0, "car": 728.0}
    assert solved.turns == 0.0
    wanted = np.array([1.0 if name == "car" else 0.0 for name in made.products])
    assert activities(made, wanted).values @ direct == pytest.approx(728.0)
    found, whole = paths(made, direct, solved.values, wanted)
    assert whole
    assert [one.kg for one in found] == [600.0, 64.0, 50.0, 10.0, 4.0]
    assert [str(made.products[at]) for at in found[0].at] == ["car", "body", "steel"]


def test_a_loop_of_power_and_coal() -> None:
    """p = 1 + 0.5 c, c = 2 + 0.4 p: p = 2 / 0.8 = 2.5, c = 3."""
    made = network(links(("power", "coal", 0.5), ("coal", "power", 0.4)))
    direct = np.array([2.0 if name == "coal" else 1.0 for name in made.products])
    solved = footprints(made, direct)
    assert dict(zip(made.products.tolist(), solved.values, strict=True)) == pytest.approx({"power": 2.5, "coal": 3.0})
    assert np.sqrt(0.2) <= solved.turns < 1.0


def test_the_chain_that_brightway_solves_is_solved_by_gauss_too() -> None:
    """The six processes of benchmarks/peers/brightway, against a dense elimination."""
    told = [(process, product, amount) for (product, process), amount in sample.INPUTS.items()]
    made = network(links(*told), pl.Series(list(sample.PROCESSES)))
    direct = np.array([sample.EMITTED[str(name)].get("CO2", 0.0) for name in made.products])
    dense = np.linalg.solve(np.eye(len(direct)) - made.inputs.toarray(), direct)
    np.testing.assert_allclose(footprints(made, direct).values, dense, rtol=1e-12)


@st.composite
def chains(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    size = draw(st.integers(2, 12))
    seed = draw(st.integers(0, 2**32 - 1))
    random = np.random.default_rng(seed)
    matrix = random.random((size, size)) * (random.random((size, size)) < draw(st.floats(0.1, 0.9)))
    sums = matrix.sum(axis=1)
    matrix *= (draw(st.floats(0.1, 0.999)) / np.maximum(sums, 1e-9))[:, None] * (sums > 0)[:, None]
    units = np.exp(random.normal(0, 3, size))
    return matrix * units[None, :] / units[:, None], random.random(size) * units


@settings(deadline=None)
@given(chain=chains(), seed=st.integers(0, 1000))
def test_any_chain_has_its_residual_and_both_roads_meet(chain: tuple[np.ndarray, np.ndarray], seed: int) -> None:
    matrix, direct = chain
    told = [(f"{i:02d}", f"{j:02d}", float(v)) for (i, j), v in np.ndenumerate(matrix) if v > 0]
    made = network(links(*told), pl.Series([f"{i:02d}" for i in range(len(direct))]))
    wanted = np.random.default_rng(seed).random(len(direct))
    solved, run = footprints(made, direct), activities(made, wanted)
    assert max(solved.residual, run.residual) <= TOLERANCE
    assert run.values @ direct == pytest.approx(wanted @ solved.values, rel=1e-9)
    np.testing.assert_allclose(solved.values, direct + made.inputs @ solved.values, rtol=1e-9)


@pytest.mark.parametrize("around", [0.5, 0.999999])
def test_a_long_ring_is_solved(around: float) -> None:
    """Every product needs one of the next, the first `around`: n units emit, over 1 - around."""
    size = 3_000
    names = [f"{i:05d}" for i in range(size)]
    told = pl.DataFrame({"parent": names, "component": names[1:] + names[:1], "amount": [around] + [1.0] * (size - 1)})
    values = footprints(network(told), np.ones(size)).values
    assert values[1] == pytest.approx(size / (1 - around), rel=1e-8)


@pytest.mark.parametrize("around", [1.0, 1.5])
def test_a_loop_that_asks_for_all_it_makes_is_refused_by_name(around: float) -> None:
    made = network(links(("a", "b", 2.0), ("b", "c", 0.5), ("c", "a", around), ("d", "a", 3.0), ("a", "e", 1.0)))
    with pytest.raises(Diverging) as caught:
        footprints(made, np.ones(5))
    assert set(caught.value.names) == {"a", "b", "c"}
    assert caught.value.loop.product == pytest.approx(around)
    again = pickle.loads(pickle.dumps(caught.value))
    assert (again.names, str(again)) == (caught.value.names, str(caught.value))


def test_loops_that_only_together_ask_for_too_much_are_refused() -> None:
    """a needs 0.6 of b and 0.6 of c, each of which needs one of a: 1.2 of itself, though each loop needs 0.6."""
    made = network(links(("a", "b", 0.6), ("a", "c", 0.6), ("b", "a", 1.0), ("c", "a", 1.0)))
    with pytest.raises(Diverging) as caught:
        footprints(made, np.ones(3))
    assert caught.value.loop.product == pytest.approx(0.6)
    assert "a" in caught.value.names


def test_a_loop_without_emissions_is_refused_as_well() -> None:
    with pytest.raises(Diverging):
        footprints(network(links(("a", "a", 1.0), ("b", "c", 1.0))), np.array([0.0, 0.0, 1.0]))


def test_what_is_cut_has_no_inputs_and_others_keep_theirs() -> None:
    made = network(links(("car", "wheel", 4.0), ("wheel", "steel", 8.0)))
    bare = cut(made, made.products == "wheel")
    assert bare.inputs.toarray().sum() == 4.0
