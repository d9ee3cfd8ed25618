"""A program changed in place gives what a new one gives, and says how it ended."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from wattstone.dispatch.highs import INFINITE, LinearProgram, PersistentModel, Sparse, Status


def two_sources(demand: float = 5.0, *, by_row: bool = False) -> LinearProgram:
    """Two sources at 1 and 3, the first of 2 at most, meet a demand."""
    return LinearProgram(
        cost=np.array([1.0, 3.0]),
        lower=np.zeros(2),
        upper=np.array([2.0, 9.0]),
        row_lower=np.array([demand]),
        row_upper=np.array([demand]),
        matrix=Sparse.from_entries([0, 0], [0, 1], [1.0, 1.0], shape=(1, 2), by_row=by_row),
        offset=10.0,
    )


@pytest.mark.parametrize("by_row", [False, True])
def test_the_optimum_has_its_prices(by_row: bool) -> None:
    solution = PersistentModel(two_sources(by_row=by_row)).solve()

    assert solution.status is Status.OPTIMAL
    assert solution.objective == pytest.approx(10 + 2 * 1 + 3 * 3)
    assert_allclose(solution.values, [2, 3])
    assert_allclose(solution.activities, [5])
    assert_allclose(solution.duals, [3])  # one more unit comes from the dear source
    assert_allclose(solution.reduced_costs, [-2, 0])  # one more unit of the cheap one saves the difference


def test_changes_in_place_give_what_a_new_model_gives() -> None:
    model = PersistentModel(two_sources())
    model.solve()
    model.change_rows([0], [7.0], [7.0])
    model.change_costs([1], [0.5])
    model.change_bounds([0], [1.0], [2.0])
    model.change_offset(0.0)

    solution = model.solve()
    assert solution.objective == pytest.approx(1 * 1 + 6 * 0.5)
    model.change_coefficient(0, 1, 2.0)
    assert_allclose(model.solve().values, [1, 3])


def test_a_basis_can_be_kept_and_dropped() -> None:
    model = PersistentModel(two_sources())
    first = model.solve()
    kept = model.basis()
    assert model.solve().iterations == 0
    model.forget()
    assert model.solve().iterations == first.iterations
    other = PersistentModel(two_sources())
    other.start_from(kept)
    assert other.solve().iterations == 0


def test_what_cannot_be_met_says_which_rows() -> None:
    model = PersistentModel(two_sources(demand=50.0))
    solution = model.solve()

    assert solution.status is Status.INFEASIBLE
    ray = model.infeasibility_ray()
    assert ray is not None
    assert abs(ray[0]) > 0
    assert model.unbounded_ray() is None


def test_what_falls_without_end_says_where() -> None:
    program = LinearProgram(
        cost=np.array([-1.0, 0.0]),
        lower=np.zeros(2),
        upper=np.full(2, INFINITE),
        row_lower=np.array([-INFINITE]),
        row_upper=np.array([1.0]),
        matrix=Sparse.from_entries([0, 0], [0, 1], [1.0, -1.0], shape=(1, 2)),
    )
    model = PersistentModel(program)

    assert model.solve().status is Status.UNBOUNDED
    ray = model.unbounded_ray()
    assert ray is not None
    assert ray[0] > 0


def test_arrays_that_do_not_agree_are_refused() -> None:
    model = PersistentModel(two_sources())
    with pytest.raises(ValueError, match="as many values as places"):
        model.change_costs([0, 1], [1.0])
    with pytest.raises(ValueError, match="HiGHS refused"):
        model.change_costs([7], [1.0])
    three = np.ones(3)
    with pytest.raises(ValueError, match="do not agree"):
        PersistentModel(LinearProgram(three, three, three, np.ones(1), np.ones(1), two_sources().matrix))
    with pytest.raises(ValueError, match="outside 1 rows"):
        Sparse.from_entries([1], [0], [1.0], shape=(1, 1))


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3), st.integers(-9, 9)), max_size=30), st.booleans())
def test_entries_add_up_to_the_dense_matrix(entries: list[tuple[int, int, int]], by_row: bool) -> None:
    dense = np.zeros((5, 4))
    for row, column, value in entries:
        dense[row, column] += value
    rows, columns, values = ([entry[k] for entry in entries] for k in range(3))
    matrix = Sparse.from_entries(rows, columns, values, shape=(5, 4), by_row=by_row)

    again = np.zeros((5, 4) if by_row else (4, 5))
    for major in range(again.shape[0]):
        place = slice(matrix.start[major], matrix.start[major + 1])
        again[major, matrix.index[place]] = matrix.value[place]
    assert_allclose(again if by_row else again.T, dense)


def test_a_limit_of_time_is_for_each_solve() -> None:
    model = PersistentModel(two_sources(), seconds=5.0)
    assert [model.solve().status for _ in range(3)] == [Status.OPTIMAL] * 3
