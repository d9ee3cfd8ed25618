"""The fifteen categories of scope 3. Expected values by hand."""

from datetime import datetime

import polars as pl
import pytest

from wattstone.inventory.lines import LINES
from wattstone.inventory.scope3 import Decided, categories, decisions, in_force, method_shares
from wattstone.inventory.statement import DECISIONS


def lines(*rows: dict) -> pl.DataFrame:
    plain = {"site_id": "A", "scope": 3, "kind": "goods", "item": "", "method": "average"}
    return pl.DataFrame([{**plain, **row, "line": n} for n, row in enumerate(rows)], schema=LINES)


def decided(category: int, decision: str, *, year: int = 2025, day: int = 1, reason: str = "none is sold") -> Decided:
    return Decided(year=year, category=category, decision=decision, reason=reason, decided_by="Li",  # type: ignore[arg-type]
                   at=datetime(2026, 1, day))  # fmt: skip


def test_there_are_fifteen_and_every_kind_belongs_to_one() -> None:
    """Table 5.4 of the Value Chain Standard: eight upstream categories, seven downstream ones."""
    known = categories()
    kinds = [kind for one in known.values() for kind in one.kinds]

    assert list(known) == list(range(1, 16))
    assert [one.side for one in known.values()] == ["upstream"] * 8 + ["downstream"] * 7
    assert (known[3].name, known[15].name) == ("Fuel- and energy-related activities", "Investments")
    assert len(kinds) == len(set(kinds)) == 29
    assert all(one.belongs and one.minimum for one in known.values())


def test_kinds_belong_to_the_category_that_the_factors_name() -> None:
    activities = pytest.importorskip("wattstone.rates.activities")
    known = {kind: one.number for one in categories().values() for kind in one.kinds}

    assert {kind.id: kind.category for kind in activities.activity_kinds().values() if kind.scope == 3} == known


def test_every_category_has_its_row_whatever_is_known() -> None:
    rows = decisions(lines(), {})

    assert rows.schema == pl.Schema(DECISIONS)
    assert rows["category"].to_list() == list(range(1, 16))
    assert set(rows["decision"]) == {"undecided"}


def test_what_was_computed_is_weighted_by_its_emissions() -> None:
    """800 kg of pedigree 2 and 200 kg of pedigree 4: (800 * 2 + 200 * 4) / 1000 = 2.4; a line that nobody scored
    weighs nothing in the mean, and stands in the value."""
    found = decisions(
        lines(
            {"category": 1, "value": 800.0, "quality": 2.0},
            {"category": 1, "value": 200.0, "quality": 4.0, "method": "spend"},
            {"category": 1, "value": 1000.0, "method": "supplier"},
            {"category": 4, "value": None, "quality": 1.0},
            {"scope": 1, "category": 0, "value": 5.0},
        ),
        {},
    )

    first = found.row(0, named=True)
    assert first["decision"] == "computed"
    assert (first["value"], first["quality"]) == (2000.0, pytest.approx(2.4))
    assert first["methods"] == "supplier 50 %, average 40 %, spend 10 %"
    assert found["decision"].to_list()[1:] == ["undecided"] * 14  # a line that cannot be computed decides nothing
    assert found["value"].null_count() == 14


def test_methods_are_ranked_by_the_quality_of_their_data() -> None:
    shares = method_shares(
        lines(
            {"category": 1, "value": 1.0, "method": "spend"},
            {"category": 1, "value": 2.0, "method": "average"},
            {"category": 1, "value": 3.0, "method": "hybrid"},
            {"category": 1, "value": 4.0, "method": "supplier"},
        )
    )

    assert shares["method"].to_list() == ["supplier", "hybrid", "average", "spend"]
    assert shares["rank"].to_list() == [1, 2, 3, 4]
    assert shares["share"].to_list() == pytest.approx([0.4, 0.3, 0.2, 0.1])


def test_a_method_that_hardly_counts_is_still_named() -> None:
    found = decisions(lines({"category": 6, "value": 999.0}, {"category": 6, "value": 1.0, "method": "spend"}), {})

    assert found["methods"][5] == "average 100 %, spend < 1 %"


def test_the_newest_decision_of_the_year_holds_and_the_others_stay_history() -> None:
    history = [
        decided(10, "not_applicable", day=3),
        decided(10, "not_estimated", day=1),
        decided(10, "computed", year=2024, day=9),
    ]

    held = in_force(history, 2025)

    assert {number: one.decision for number, one in held.items()} == {10: "not_applicable"}
    row = decisions(lines(), held).row(9, named=True)
    assert (row["decision"], row["reason"], row["decided_by"]) == ("not_applicable", "none is sold", "Li")
    assert row["at"] == datetime(2026, 1, 3)


def test_what_somebody_decided_stands_beside_what_was_computed() -> None:
    """A contradiction is for the checks to tell; the frame says both."""
    row = decisions(lines({"category": 10, "value": 7.0}), {10: decided(10, "not_applicable")}).row(9, named=True)

    assert (row["decision"], row["value"]) == ("not_applicable", 7.0)
