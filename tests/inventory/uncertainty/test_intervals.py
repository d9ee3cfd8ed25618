"""Intervals under the names of the totals."""

import polars as pl
import pytest

from tests.inventory.uncertainty.made import estate, lines_of
from wattstone.inventory.uncertainty import named_intervals, propagate, total_interval
from wattstone.inventory.uncertainty.intervals import INTERVAL, NAMED

LINES = lines_of(
    ("gas", 100.0, 0.0, 0.1),
    ("grid", 200.0, 0.0, 0.1),
    ("residual", 50.0, 0.0, 0.4),
    ("air", 30.0, 0.0, 0.5),
    ("air", 10.0, 0.0, 0.5),
    ("wood", 1000.0, 0.0, 0.1),
    sites=["A", "A", "A", "A", "B", "B"],
    scopes=[1, 2, 2, 3, 3, 0],
).with_columns(
    category=pl.Series([0, 0, 0, 6, 6, 0], dtype=pl.Int8),
    basis=pl.Series([None, "location", "market", None, None, None]),
    quality=pl.Series([1.0, 2.0, 2.0, 4.0, None, 5.0]),
)


def test_the_totals_by_name_and_subject() -> None:
    """By hand: location-based 100 + 200 + 40 kg, sd by independent factors (10^2 + 20^2 + 20^2)^0.5 = 30."""
    told = {(row["name"], row["subject"]): row for row in named_intervals(LINES).iter_rows(named=True)}

    assert {name for name, subject in told if subject == "organisation"} == {
        "scope1", "scope2.location", "scope2.market", "scope3.6", "scope3", "total.location", "total.market"
    }  # fmt: skip
    assert {name for name, subject in told if subject == "site:B"} == {
        "scope3.6", "scope3", "total.location", "total.market"
    }  # fmt: skip
    location, market = told["total.location", "organisation"], told["total.market", "organisation"]
    assert (location["value"], location["sd"]) == pytest.approx((340.0, 30.0))
    assert (market["value"], market["sd"]) == pytest.approx((190.0, 30.0))
    assert told["scope3", "organisation"]["sd"] == pytest.approx(20.0)
    assert told["scope3", "site:B"]["value"] == 10.0
    assert location["lower"] < 340 < location["upper"]


def test_quality_is_weighted_by_emissions_and_what_is_not_rated_is_told() -> None:
    """By hand: (100 x 1 + 200 x 2 + 30 x 4) / 330, and 10 of 340 kg are not rated."""
    told = named_intervals(LINES, sites=False).filter(pl.col("name") == "total.location").row(0, named=True)

    assert told["quality"] == pytest.approx(620 / 330)
    assert told["unrated"] == pytest.approx(10 / 340)
    assert total_interval(lines_of(("a", 1.0, 0.1, 0.1))).select("quality", "unrated").row(0) == (None, 1.0)


def test_what_stands_apart_is_in_no_total_but_can_be_asked_for() -> None:
    lines = LINES.filter(pl.col("basis").ne_missing("market")).drop("basis")

    assert total_interval(lines)["value"].item() == 340.0
    assert total_interval(lines, ["scope"]).filter(pl.col("scope") == 0)["value"].item() == 1000.0


def test_both_methods_tell_the_same_groups_and_close_intervals() -> None:
    lines = estate(3)
    exact = total_interval(lines, ["site_id", "scope"])
    drawn = total_interval(lines, ["site_id", "scope"], method="simulation", draws=20_000)

    same = ["site_id", "scope", "value", "unknown", "lines"]
    assert drawn.select(same).equals(exact.select(same))
    assert (drawn["sd"] / exact["sd"] - 1).abs().max() < 0.05
    assert exact.columns == ["site_id", "scope", *INTERVAL]
    assert exact.select("site_id", "scope").equals(
        propagate(lines, ["site_id", "scope"]).frame.select("site_id", "scope")
    )


def test_no_lines_have_no_intervals() -> None:
    assert named_intervals(lines_of()).schema == pl.Schema(NAMED)
    assert total_interval(lines_of()).height == 0
    assert total_interval(lines_of(), ["scope"]).height == 0
