"""Condition and the NbS standard; every expected value is worked by hand beside it."""

from datetime import date

import polars as pl
import pytest

from tests.programme.made import made
from wattstone.programme.nature.account import LAND
from wattstone.programme.nature.carbon_checks import wrong
from wattstone.programme.nature.condition import by_ecosystem, conditions
from wattstone.programme.nature.living import living
from wattstone.programme.nature.nbs import criteria, editions, match, unrated

LAND_ROW = {"status": "action", "intervention": "protect", "start": date(2021, 1, 1), "end": None, "live": True}
LAND_ROWS = pl.DataFrame(
    [
        {**LAND_ROW, "area": "a", "hectares": 100.0, "ecosystem": "M1.1"},
        {**LAND_ROW, "area": "b", "hectares": 300.0, "ecosystem": "M1.1"},
        {**LAND_ROW, "area": "c", "hectares": 10.0, "ecosystem": "MFT1.2"},
    ],
    schema=LAND,
)
SHOOTS = {
    "variable": "shoots",
    "year": 2024,
    "unit": "1/m2",
    "poor": 100.0,
    "good": 500.0,
    "reference": "R",
    "source": "S",
}


def test_extent_times_condition() -> None:
    """(300 - 100) / 400 = 0.5 of 100 ha; (200 - 100) / 400 = 0.25 of 300 ha: 125 of 400 ha, 0.3125."""
    rows = made("condition", {**SHOOTS, "area": "a", "value": 300.0}, {**SHOOTS, "area": "b", "value": 200.0},
                {**SHOOTS, "area": "c", "value": 700.0})  # fmt: skip

    got = by_ecosystem(conditions(rows, LAND_ROWS), 2024)
    assert list(got.select("ecosystem", "hectares", "weighted", "index").iter_rows()) == [
        ("M1.1", 400, 125, 0.3125), ("MFT1.2", 10, 10, 1),
    ]  # fmt: skip
    assert conditions(rows, LAND_ROWS)["beyond"].to_list() == [False, False, True]


def test_planned_land_is_in_no_sum_with_what_is_done() -> None:
    """Of 100 ha in action 0.5, of 300 ha that are planned 0.25: 50 ha and 75 ha, never 125; nothing of what ended."""
    rows = made("condition", {**SHOOTS, "area": "a", "value": 300.0}, {**SHOOTS, "area": "b", "value": 200.0},
                {**SHOOTS, "area": "c", "value": 500.0})  # fmt: skip
    land = LAND_ROWS.with_columns(
        status=pl.Series(["action", "planned", "action"]), live=pl.Series([True, True, False])
    )

    part = living({"condition": rows}, land, 2024)
    assert {line.name: line.value for line in part.lines} == {
        "nature.condition.m1.1.shoots": 50, "nature.condition.m1.1.shoots.planned": 75,
    }  # fmt: skip
    assert [(table.id, table.rows.height) for table in part.tables] == [
        ("extents", 1), ("extents-planned", 1), ("conditions", 3),
    ]  # fmt: skip
    assert [chart.table for chart in part.charts] == ["extents"]


def test_less_can_be_better() -> None:
    """Turbidity 10 where degraded and 2 where intact: 4 is 0.75."""
    row = {**SHOOTS, "area": "a", "variable": "turbidity", "poor": 10.0, "good": 2.0, "value": 4.0}

    assert conditions(made("condition", row), LAND_ROWS)["index"].to_list() == [0.75]


def test_without_reference_levels_there_is_no_condition() -> None:
    rows = made(
        "condition", {**SHOOTS, "area": "a", "value": 300.0, "good": None}, {**SHOOTS, "area": "b", "value": 200.0}
    )

    (row,) = by_ecosystem(conditions(rows, LAND_ROWS), 2024).iter_rows(named=True)
    assert (row["hectares"], row["unknown"], row["index"]) == (300, 1, 0.25)
    line = living({"condition": rows.head(1)}, LAND_ROWS, 2024).lines[0]
    assert (line.value, line.reason is None) == (None, False)


def test_the_last_value_counts_and_variables_stay_apart() -> None:
    rows = made("condition", {**SHOOTS, "area": "a", "value": 500.0},
                {**SHOOTS, "area": "a", "year": 2020, "value": 100.0},
                {**SHOOTS, "area": "a", "variable": "cover", "value": 300.0})  # fmt: skip

    told = conditions(rows, LAND_ROWS)
    assert dict(by_ecosystem(told, 2024).select("variable", "index").iter_rows()) == {"shoots": 1, "cover": 0.5}
    assert dict(by_ecosystem(told, 2022).select("variable", "index").iter_rows()) == {"shoots": 0}
    assert told.filter(pl.col("year") == 2024)["change"].drop_nulls().to_list() == [1]


RATING = {"project": "Meadow", "edition": "1", "rationale": "R", "assessor": "A", "date": date(2024, 5, 1)}
RULE = {"edition": "1", "strong": 3.0, "adequate": 2.0, "partial": 1.0, "insufficient": 0.0, "band_strong": 0.75,
        "band_adequate": 0.5, "band_partial": 0.25, "overall": "criteria", "veto": True,
        "source": "own copy"}  # fmt: skip
ALL = [f"{criterion}.{n}" for criterion, count in enumerate((3, 3, 4, 4, 5, 3, 3, 3), 1) for n in range(1, count + 1)]


def ratings(**odd: str) -> pl.DataFrame:
    return made("nbs_rating", *({**RATING, "indicator": one, "rating": odd.get("i" + one.replace(".", "_"), "strong")}
                                for one in ALL))  # fmt: skip


def test_there_are_28_indicators() -> None:
    assert sum(editions()["1"]["indicators"]) == 28 == len(ALL)


def test_a_match_by_a_given_rule() -> None:
    """Criterion 1: strong, partial, insufficient: 4 of 9; criterion 8: three insufficient; the six others are whole."""
    rows = ratings(i1_2="partial", i1_3="insufficient", i8_1="insufficient", i8_2="insufficient", i8_3="insufficient")

    got = criteria(rows, made("nbs_rule", RULE))
    assert got.row(0, named=True)["match"] == pytest.approx(4 / 9)
    assert got["rating"].to_list() == ["partial", *["strong"] * 6, "insufficient"]
    (one,) = match(rows, made("nbs_rule", RULE)).iter_rows(named=True)
    assert one["match"] == pytest.approx((6 + 4 / 9) / 8)
    assert one["adheres"] is False
    (one,) = match(rows, made("nbs_rule", {**RULE, "overall": "indicators"})).iter_rows(named=True)
    assert one["match"] == pytest.approx((22 * 3 + 3 + 1) / (28 * 3))


def test_no_points_and_no_bands_are_assumed() -> None:
    rows = ratings()

    (one,) = match(rows, made("nbs_rule")).iter_rows(named=True)
    assert (one["match"], one["adheres"], one["has_rule"]) == (None, None, False)
    (one,) = match(rows, made("nbs_rule", {**RULE, "band_partial": None})).iter_rows(named=True)
    assert (one["match"], one["adheres"]) == (1, None)
    lines = {line.name: line for line in living({"nbs_rating": rows}, LAND_ROWS, 2024).lines}
    assert "rule" in lines["nature.nbs.Meadow.1.match"].reason.text
    assert lines["nature.nbs.Meadow.1.rated"].value == 28


def test_what_is_not_rated_leaves_no_match() -> None:
    rows = ratings().filter(~pl.col("indicator").is_in(["2.2", "8.3"]))

    assert unrated(rows, made("nbs_rule"))["indicator"].to_list() == ["2.2", "8.3"]
    (one,) = match(rows, made("nbs_rule", RULE)).iter_rows(named=True)
    assert (one["match"], one["unrated"]) == (None, 2)


SPLIT = "3 3 4 4 5 3 3 3"


def test_an_edition_of_unknown_indicators_has_no_match() -> None:
    """One strong rating of a second edition is no match of 1; with its rule's eight times one, eight are."""
    rows = made("nbs_rating", *({**RATING, "edition": "2", "indicator": f"{n}.1", "rating": "strong"}
                                for n in range(1, 9)))  # fmt: skip
    rule = {**RULE, "edition": "2"}

    (one,) = match(rows.head(1), made("nbs_rule", rule)).iter_rows(named=True)
    assert (one["match"], one["unrated"], one["adheres"]) == (None, None, None)
    lines = living({"nbs_rating": rows.head(1), "nbs_rule": made("nbs_rule", rule)}, LAND_ROWS, 2024).lines
    told = {line.name: line for line in lines}["nature.nbs.Meadow.2.match"]
    assert (told.value, "not known how many" in told.reason.text) == (None, True)
    split = made("nbs_rule", {**rule, "indicators": "1 1 1 1 1 1 1 1"})
    assert match(rows, split)["match"].to_list() == [1]
    assert match(rows.head(7), split).select("match", "unrated").row(0) == (None, 1)


def test_a_match_by_an_unconfirmed_number_of_indicators_says_so() -> None:
    def told(rule: dict) -> tuple:
        part = living({"nbs_rating": ratings(), "nbs_rule": made("nbs_rule", rule)}, LAND_ROWS, 2024)
        line = next(one for one in part.lines if one.name == "nature.nbs.Meadow.1.match")
        return line.value, line.basis, any("unconfirmed" in note.text for note in line.notes)

    assert told(RULE) == (1, "unconfirmed", True)
    assert told({**RULE, "indicators": SPLIT}) == (1, "stated", False)


def test_evidence_is_counted() -> None:
    rows = made("nbs_rating", {**RATING, "indicator": "1.1", "rating": "strong", "evidence": "minutes"},
                {**RATING, "indicator": "1.2", "rating": "strong", "document": "ab" * 32},
                {**RATING, "indicator": "1.3", "rating": "strong", "evidence": " "})  # fmt: skip

    assert criteria(rows, made("nbs_rule"))["evidenced"].to_list() == [2]


def test_metrics_of_species_are_shown_and_not_summed() -> None:
    row = {"metric": "STAR", "year": 2024, "unit": "1", "source": "S"}
    rows = made("species_metric", {**row, "area": "a", "value": 3.0}, {**row, "area": "b", "value": 4.0})

    assert [line.value for line in living({"species_metric": rows}, LAND_ROWS, 2024).lines] == [3, 4]


@pytest.mark.parametrize(
    ("kind", "row", "code"),
    [
        ("condition", {"good": 100.0}, "nature.condition_levels"),
        ("condition", {"reference": None}, "nature.condition_levels"),
        ("condition", {"poor": None}, "nature.condition_reference"),
        ("nbs_rating", {"indicator": "9.1"}, "nature.nbs_indicator"),
        ("nbs_rating", {"indicator": "1.4"}, "nature.nbs_number"),
        ("nbs_rule", {"adequate": 4.0}, "nature.nbs_rule"),
        ("nbs_rule", {"band_strong": 0.4}, "nature.nbs_rule"),
        ("nbs_rule", {"indicators": "28"}, "nature.nbs_split"),
        ("nbs_rule", {"indicators": "3 3 4 4 5 3 3 0"}, "nature.nbs_split"),
    ],
)
def test_traps_of_condition_and_ratings(kind: str, row: dict, code: str) -> None:
    sound = {
        "condition": {**SHOOTS, "area": "a", "value": 300.0},
        "nbs_rating": {**RATING, "indicator": "1.1", "rating": "strong"},
        "nbs_rule": RULE,
    }

    assert wrong({kind: made(kind, sound[kind])}) == []
    assert [one.code for one in wrong({kind: made(kind, sound[kind] | row)})] == [code]


def test_a_variable_has_one_unit() -> None:
    other = {**SHOOTS, "area": "a", "year": 2020, "value": 3.0, "unit": "%"}
    rows = made("condition", {**SHOOTS, "area": "a", "value": 300.0}, other)

    assert [one.code for one in wrong({"condition": rows})] == ["nature.condition_unit"]
