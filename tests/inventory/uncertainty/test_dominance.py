"""What the uncertainty comes from: by hand, adding up to 1, and the same as by taking errors away."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.inventory.uncertainty.made import estate, lines_of
from wattstone.inventory.statement import DOMINANT
from wattstone.inventory.uncertainty import dominant, propagate

SOME = settings(max_examples=25, deadline=None)


def kinds(lines: pl.DataFrame) -> pl.DataFrame:
    return lines.with_columns(pl.format("kind {}", pl.col("line") % 3).alias("kind"))


def test_shares_by_hand() -> None:
    """Gas 300 kg with 10 % of its factor: 900; electricity 100 kg with 20 % of activity and 30 %: 400, 900, 36."""
    lines = lines_of(("gas", 100.0, 0.0, 0.1), ("gas", 200.0, 0.0, 0.1), ("grid", 100.0, 0.2, 0.3))
    told = dominant(lines.with_columns(kind=pl.Series(["fuel", "fuel", "electricity"])))
    shares = {(row["what"], row["source"]): row["share"] for row in told.frame.iter_rows(named=True)}

    assert shares == pytest.approx(
        {
            ("factor", "gas"): 900 / 2236,
            ("factor", "grid"): 900 / 2236,
            ("activity", "electricity"): 400 / 2236,
        }
    )
    assert told.interaction == pytest.approx(36 / 2236)
    assert told.sd == pytest.approx(2236**0.5)
    assert told.frame.schema == pl.Schema(DOMINANT)


def test_stated_emissions_count_with_their_kind() -> None:
    lines = lines_of((None, 100.0, 0.2, None), ("gas", 100.0, 0.1, 0.0))
    told = dominant(lines.with_columns(kind=pl.Series(["investment", "fuel"])))

    assert told.frame["source"].to_list() == ["investment", "fuel"]
    assert told.frame["share"].to_list() == pytest.approx([0.8, 0.2])


def test_what_is_certain_or_unknown_has_no_shares() -> None:
    lines = lines_of(("a", 1.0, None, None), ("b", 1.0, 0.0, 0.0)).with_columns(kind=pl.lit("fuel"))
    told = dominant(lines)

    assert (told.frame.height, told.interaction, told.sd) == (0, 0.0, 0.0)


@SOME
@given(st.integers(0, 10_000))
def test_shares_add_up_to_one_with_the_declared_interaction(seed: int) -> None:
    lines = kinds(estate(seed))
    told = dominant(lines)

    assert told.frame["share"].sum() + told.interaction == pytest.approx(1.0, abs=1e-12)
    assert told.frame["share"].is_sorted(descending=True)
    assert told.sd == pytest.approx(propagate(lines).frame["sd"].item(), rel=1e-12)


@SOME
@given(st.integers(0, 10_000), st.integers(0, 7))
def test_a_share_is_what_goes_away_with_its_error(seed: int, number: int) -> None:
    """Without errors of activity data there is no interaction, and each factor's share is the difference it makes."""
    lines = kinds(estate(seed)).with_columns(activity_sd=0.0)
    key = pl.col("factor_key") == f"factor {number}"
    without = lines.with_columns(pl.when(key).then(0.0).otherwise("factor_sd").alias("factor_sd"))
    before, after = (propagate(of).frame["sd"].item() ** 2 for of in (lines, without))
    share = dominant(lines).frame.filter(pl.col("source") == f"factor {number}")["share"].sum()

    assert share == pytest.approx(1 - after / before, abs=1e-9)
