"""Intervals of totals in their figures: which get one, and that nothing else moves."""

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from tests.inventory.test_consolidation import member, members
from tests.inventory.uncertainty.made import lines_of
from wattstone.inventory.consolidation import consolidated
from wattstone.inventory.frames import with_ids
from wattstone.inventory.plan import make_plan
from wattstone.inventory.uncertainty.intervals import named_intervals
from wattstone.inventory.uncertainty.sure import with_intervals
from wattstone.portfolio import Organisation, Site

SITES = [Site(id=name, name=name, zone="UTC") for name in ("a", "b")]
PLAN = make_plan(Organisation(name="Firm", zone="UTC"), SITES, [], {}, year=2024)
MEMBERS = members(
    member("a", "scope1", 100.0),
    member("b", "scope1", 100.0),
    member("a", "scope3.6", 50.0),
    member("b", "scope1", 9.0, period="2024-03"),
)
LINES = lines_of(
    ("gas", 100.0, 0.0, 0.1),
    ("gas", 100.0, 0.0, 0.1),
    ("air", 50.0, 0.0, 0.4),
    sites=["a", "b", "a"],
    scopes=[1, 1, 3],
).with_columns(category=pl.Series([0, 0, 6], dtype=pl.Int8))


def half_widths(frame: pl.DataFrame) -> dict[tuple[str, str], float | None]:
    year = frame.filter((pl.col("period") == "2024") & ~pl.col("subject").str.starts_with("activity:"))
    width = pl.col("upper") - pl.col("lower")
    return {(name, subject): told for name, subject, told in year.select("name", "subject", width).iter_rows()}


def test_a_factor_is_one_error_in_the_totals_too() -> None:
    """By hand: two sites with 100 +- 10 kg of one factor make 200 +- 20 kg, as wide as both together."""
    told = half_widths(consolidated(PLAN, MEMBERS, LINES))

    assert told["scope1", "organisation"] == pytest.approx(told["scope1", "site:a"] + told["scope1", "site:b"])
    exact = named_intervals(LINES).filter((pl.col("name") == "total.location") & (pl.col("subject") == "organisation"))
    assert told["total.location", "organisation"] == pytest.approx((exact["upper"] - exact["lower"]).item())


def test_the_chain_of_figures_holds_and_their_ids_are_those_of_their_content() -> None:
    made = consolidated(PLAN, MEMBERS, LINES)
    ids, named = set(made["id"]), made["inputs"].explode(empty_as_null=False).drop_nulls()

    assert {one.removeprefix("figure:") for one in named if one.startswith("figure:")} <= ids
    assert with_ids(made)["id"].equals(made["id"])


UNSURE = "no interval of the whole: the uncertainty of 50.0 % of it is not known"


def test_where_nothing_is_known_nothing_moves_and_every_total_says_so() -> None:
    without, bare = (
        consolidated(PLAN, MEMBERS, LINES.with_columns(activity_sd=None, factor_sd=None)),
        consolidated(PLAN, MEMBERS),
    )
    assert_frame_equal(
        without.select("name", "value", "lower", "upper"), bare.select("name", "value", "lower", "upper")
    )
    said = without.filter((pl.col("name") == "scope1") & (pl.col("period") == "2024"))
    for notes in said.filter(pl.col("subject").str.contains("organisation|site"))["notes"].to_list():
        assert notes.count("no interval of the whole: the uncertainty of 100.0 % of it is not known") == 1


def test_what_is_mostly_unknown_gets_no_interval_and_a_little_is_told() -> None:
    mostly = LINES.with_columns(factor_sd=pl.Series([0.1, None, 0.4]))
    little = lines_of(("gas", 97.0, 0.0, 0.1), ("gas", 3.0, None, 0.1), ("gas", 100.0, 0.0, 0.1), sites=["a", "a", "b"])

    open_ = consolidated(PLAN, MEMBERS, mostly)
    assert half_widths(open_)["scope1", "organisation"] is None
    told = open_.filter((pl.col("name") == "scope1") & (pl.col("subject") == "organisation"))["notes"][0].to_list()
    assert [one for one in told if "not known" in one] == [UNSURE]
    made = consolidated(PLAN, MEMBERS, little).filter(pl.col("period") == "2024")
    row = made.filter((pl.col("name") == "scope1") & (pl.col("subject") == "organisation"))
    assert row["upper"].item() > 200
    assert "the uncertainty of 1.5 % of it is not known" in row["notes"].item().to_list()


def test_lines_that_are_not_all_of_a_figure_do_not_tell_its_interval() -> None:
    part = LINES.filter(pl.col("line") != 1)
    figures = consolidated(PLAN, MEMBERS)

    assert half_widths(consolidated(PLAN, MEMBERS, part))["scope1", "organisation"] is None
    scaled = half_widths(with_intervals(figures, named_intervals(part), "2024", scaled=True))
    whole = half_widths(with_intervals(figures, named_intervals(LINES), "2024"))
    assert scaled["scope1", "organisation"] == pytest.approx(whole["scope1", "organisation"])
