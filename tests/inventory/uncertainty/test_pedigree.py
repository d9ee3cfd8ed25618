"""Scores of data quality: by hand from the factors of the table, and never better than they are known."""

import math

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wattstone.inventory.uncertainty import activity_sd, pedigree_sd, quality
from wattstone.inventory.uncertainty.pedigree import CRITERIA, pedigree
from wattstone.readings.activities import schema

PUBLISHED = {  # Weidema et al. 2013, table of variances of the logarithm, by criterion
    "reliability": (0, 0.0006, 0.002, 0.008, 0.04),
    "completeness": (0, 0.0001, 0.0006, 0.002, 0.008),
    "time": (0, 0.0002, 0.002, 0.008, 0.04),
    "geography": (0, 0.000025, 0.0001, 0.0006, 0.002),
    "technology": (0, 0.0006, 0.008, 0.04, 0.12),
}
score = st.integers(1, 5)


def scored(*scores: int | None, uncertainty: float | None = None) -> pl.DataFrame:
    """One record; scores in the order of `CRITERIA`."""
    values = {name: [value] for name, value in zip(CRITERIA, scores, strict=True)}
    schema = {**dict.fromkeys(CRITERIA, pl.Int8), "activity_uncertainty": pl.Float64}
    return pl.DataFrame({**values, "activity_uncertainty": [uncertainty]}, schema=schema)


def one(expression: pl.Expr, frame: pl.DataFrame) -> float | None:
    return frame.select(expression).item()


def test_the_factors_are_those_of_the_published_variances() -> None:
    """The table of version 3 has the variances, rounded to a figure or two, of the factors of version 2."""
    for name, variances in PUBLISHED.items():
        made = [(math.log(factor) / 2) ** 2 for factor in pedigree().factors[name]]
        assert made == pytest.approx(variances, rel=0.25), name


def test_the_criteria_are_those_of_the_records() -> None:
    assert set(CRITERIA) == {"technology", "time", "geography", "completeness", "reliability"}
    assert set(CRITERIA) <= set(schema.ACTIVITY)


def test_a_record_by_hand() -> None:
    """(ln 1.5)^2 + (ln 1.1)^2 + (ln 1.01)^2 + (ln 1)^2 + (ln 1.05)^2 + basic (ln 1.05)^2 = 0.178346.

    A quarter of it is the variance of the logarithm, 0.0445865, and sqrt(exp(0.0445865) - 1) = 0.213531.
    """
    record = scored(4, 3, 2, 1, 2)

    assert one(quality(), record) == pytest.approx(2.4)
    assert one(pedigree_sd(), record) == pytest.approx(0.213531, rel=1e-5)
    assert one(pedigree_sd(basic=2.0), record) > one(pedigree_sd(), record)


def test_the_best_scores_are_not_certain() -> None:
    assert one(pedigree_sd(), scored(1, 1, 1, 1, 1)) == pytest.approx(math.log(1.05) / 2, rel=1e-3)


@pytest.mark.parametrize("place", range(5))
@pytest.mark.parametrize("unknown", [None, 0, 6])
def test_a_score_that_is_not_known_leaves_everything_unknown(place: int, unknown: int | None) -> None:
    scores: list[int | None] = [1] * 5
    scores[place] = unknown

    assert one(pedigree_sd(), scored(*scores)) is None
    assert one(quality(), scored(*scores)) is None


def test_what_was_given_comes_before_scores_and_nothing_is_invented() -> None:
    assert one(activity_sd(), scored(5, 5, 5, 5, 5, uncertainty=0.0979982)) == pytest.approx(0.05, rel=1e-5)
    assert one(activity_sd(), scored(2, 2, 2, 2, 2)) == one(pedigree_sd(), scored(2, 2, 2, 2, 2))
    assert one(activity_sd(), scored(*[None] * 5)) is None
    assert one(activity_sd(), scored(*[None] * 5, uncertainty=0.0)) == 0.0


@settings(max_examples=30, deadline=None)
@given(st.tuples(score, score, score, score, score), st.integers(0, 4))
def test_a_worse_score_is_never_surer(scores: tuple[int, ...], place: int) -> None:
    worse = [min(value + 1, 5) if at == place else value for at, value in enumerate(scores)]

    assert one(pedigree_sd(), scored(*worse)) >= one(pedigree_sd(), scored(*scores))
