"""The same kWh is never claimed twice."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from wattstone.detection.claims import Claim, allocate, depths

CELLS = 6
kwh = st.floats(0, 100, width=32)


@st.composite
def portfolios(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, list[Claim]]:
    """Meters in trees, what they measured, and claims on any of them."""
    count = draw(st.integers(1, 5))
    parent = np.array([draw(st.integers(-1, at - 1)) for at in range(count)])
    measured = np.array(
        [[draw(st.one_of(kwh, st.just(float("nan")))) for _ in range(CELLS)] for _ in range(count)], dtype=np.float32
    )
    claims: list[Claim] = []
    for _ in range(draw(st.integers(0, 6))):
        first = draw(st.integers(0, CELLS - 1))
        energy = draw(st.lists(kwh, min_size=1, max_size=CELLS - first))
        meter, rank = draw(st.integers(0, count - 1)), draw(st.integers(0, 3))
        claims.append(Claim(meter, first, np.array(energy, dtype=np.float32), rank))
    return measured, parent, claims


def below(parent: np.ndarray, meter: int) -> list[int]:
    """A meter and all that lie behind it."""
    found = [meter]
    for at in range(len(parent)):
        above = at
        while above >= 0 and above != meter:
            above = int(parent[above])
        if above == meter and at != meter:
            found.append(at)
    return found


@given(portfolios())
def test_claims_of_a_meter_stay_within_what_it_measured(made: tuple[np.ndarray, np.ndarray, list[Claim]]) -> None:
    measured, parent, claims = made
    granted = allocate(measured, parent, claims)
    own = np.zeros((len(parent), CELLS))
    for claim, given_to in zip(claims, granted, strict=True):
        assert (given_to >= 0).all()
        assert (given_to <= claim.energy + 1e-4).all()
        own[claim.meter, claim.first : claim.first + len(given_to)] += given_to
    most = np.nan_to_num(measured)
    for meter in range(len(parent)):
        inside = below(parent, meter)
        assert (own[meter] <= most[meter] + 1e-3).all()
        others = own[[one for one in inside if one != meter]].sum(axis=0)
        assert (own[meter] <= np.maximum(most[meter] - others, 0) + 1e-3).all()


def test_a_single_claim_within_what_was_measured_is_granted_whole() -> None:
    (given_to,) = allocate(
        np.full((1, 3), 5.0, dtype="f4"), np.array([-1]), [Claim(0, 1, np.array([2, 7], dtype="f4"), 0)]
    )
    assert given_to.tolist() == [2.0, 5.0]


def test_the_meter_behind_goes_first_whatever_the_rank() -> None:
    claims = [Claim(0, 0, np.array([10], dtype="f4"), 0), Claim(1, 0, np.array([4], dtype="f4"), 9)]
    main, behind = allocate(np.array([[20], [5]], dtype="f4"), np.array([-1, 0]), claims)
    assert (main[0], behind[0]) == (6.0, 4.0)


def test_what_is_told_already_gets_nothing() -> None:
    """Of ten claimed at the main meter seven are claimed behind it: the rest is the same finding seen from above."""
    claims = [Claim(0, 0, np.full(2, 5, dtype="f4"), 4), Claim(1, 0, np.array([7, 0], dtype="f4"), 0)]
    main, behind = allocate(np.full((2, 2), 9, dtype="f4"), np.array([-1, 0]), claims)
    assert_allclose(main, 0)
    assert behind.tolist() == [7.0, 0.0]


def test_parents_in_a_circle_come_to_an_end() -> None:
    parent = np.array([1, 0])
    assert len(depths(parent)) == 2
    granted = allocate(np.ones((2, 1), dtype="f4"), parent, [Claim(0, 0, np.ones(1, dtype="f4"), 0)])
    assert granted[0].tolist() == [1.0]
