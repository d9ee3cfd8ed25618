"""Expected values are worked by hand; the counts of registries are those of the sources in registries.toml."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.programme.made import made
from wattstone.programme.factories.checks import wrong
from wattstone.programme.factories.registries import movements, published_state, states
from wattstone.programme.factories.report import build
from wattstone.programme.factories.scorecard import by_axis, editions, scored, totals
from wattstone.programme.factories.standing import standing
from wattstone.programme.kinds import record_kind

ROW = {"table": "T", "edition": "2025", "source": "own copy"}
TABLE = [
    {**ROW, "indicator": "0", "title": "No serious accident", "axis": "basic"},
    {**ROW, "indicator": "1", "title": "Energy", "axis": "energy", "weight": 40.0,
     "base": 200.0, "leading": 100.0, "floor": 0.6},
    {**ROW, "indicator": "2", "title": "Water reuse", "axis": "resource", "weight": 20.0,
     "base": 0.5, "leading": 0.9, "floor": 0.6},
    {**ROW, "indicator": "3", "title": "Clean", "axis": "clean", "weight": 15.0},
    {**ROW, "indicator": "4", "title": "Product", "axis": "green_product", "weight": 15.0},
    {**ROW, "indicator": "5", "title": "Land", "axis": "land", "weight": 10.0},
]  # fmt: skip
ANSWER = {"site": "A", "table": "T", "year": 2026}
ANSWERS = [
    {**ANSWER, "indicator": "0", "part_met": 1.0, "evidence": "certificate"},
    {**ANSWER, "indicator": "1", "value": 150.0, "evidence": "meter"},  # half way: 40 (0.6 + 0.4 0.5) = 32
    {**ANSWER, "indicator": "2", "value": 0.95},  # beyond the leading value: 20
    {**ANSWER, "indicator": "3", "part_met": 1.0, "document": "ab" * 32},  # 15
    {**ANSWER, "indicator": "4", "part_met": 0.5, "evidence": "  "},  # 7.5, and a blank is no evidence
    {**ANSWER, "indicator": "5", "part_met": 0.0, "evidence": "plan"},  # 0
]


def card(table: list[dict], answers: list[dict]) -> dict:
    return totals(scored(made("score_row", *table), made("score_answer", *answers))).row(0, named=True)


def changed(rows: list[dict], indicator: str, **fields: object) -> list[dict]:
    return [{**one, **fields} if one["indicator"] == indicator else one for one in rows]


def codes(**entries: pl.DataFrame) -> set[str]:
    return {one.code for one in wrong(entries)}


def test_a_scorecard_by_hand() -> None:
    got = card(TABLE, ANSWERS)

    assert got["score"] == pytest.approx(32 + 20 + 15 + 7.5)
    assert got["evidenced"] == pytest.approx(32 + 15)
    assert (got["basic_open"], got["missing"], got["assumed"]) == ([], [], False)


def test_points_of_the_axes_add_to_the_score() -> None:
    points = scored(made("score_row", *TABLE), made("score_answer", *ANSWERS))

    assert by_axis(points)["points"].sum() == pytest.approx(74.5)
    assert by_axis(points)["weight"].sum() == 100


@pytest.mark.parametrize(
    ("value", "share"),
    [(250.0, 0.0), (200.0, 0.6), (150.0, 0.8), (100.0, 1.0), (50.0, 1.0)],
)
def test_less_is_better_where_the_leading_value_is_less(value: float, share: float) -> None:
    points = scored(made("score_row", *TABLE), made("score_answer", *changed(ANSWERS, "1", value=value)))

    one = points.row(by_predicate=pl.col("indicator") == "1", named=True)
    assert one["share"] == pytest.approx(share)
    assert one["assumed"] == (value > 200)


@given(st.floats(0, 400), st.floats(0, 400), st.floats(0, 1))
def test_more_efficient_is_never_worse(one: float, other: float, floor: float) -> None:
    table = made("score_row", *changed(TABLE, "1", floor=floor))

    shares = [
        scored(table, made("score_answer", {**ANSWER, "indicator": "1", "value": value})).row(
            by_predicate=pl.col("indicator") == "1", named=True
        )["share"]
        for value in sorted((one, other))
    ]
    assert 0 <= shares[1] <= shares[0] <= 1


def test_no_share_at_the_base_value_is_assumed() -> None:
    got = card(changed(TABLE, "1", floor=None), ANSWERS)

    assert got["score"] is None
    assert got["floorless"] == ["1"]


def test_what_is_not_answered_is_not_zero() -> None:
    got = card(TABLE, ANSWERS[:-1])

    assert got["score"] is None
    assert got["missing"] == ["5"]


def test_a_table_that_is_not_whole_is_not_scored() -> None:
    got = card(TABLE[:-1], ANSWERS[:-1])

    assert (got["score"], got["weights"]) == (None, 90)
    report = build(
        {"score_row": made("score_row", *TABLE[:-1]), "score_answer": made("score_answer", *ANSWERS[:-1])}, 2026
    )
    assert report.line("factory.score.T", "site:A").reason.params["weights"] == "90"


@pytest.mark.parametrize("answers", [changed(ANSWERS, "0", part_met=0.0), ANSWERS[1:]])
def test_a_basic_requirement_that_is_open_ends_the_assessment(answers: list[dict]) -> None:
    """Not met or not answered: no score, whatever the rest; its 74.5 points stand apart."""
    got = card(TABLE, answers)
    assert (got["basic_open"], got["score"], got["evidenced"], got["points"]) == (["0"], None, None, 74.5)

    report = build({"score_row": made("score_row", *TABLE), "score_answer": made("score_answer", *answers)}, 2026)
    score = report.line("factory.score.T", "site:A")
    assert (score.value, score.reason.params["names"]) == (None, "0")
    assert report.line("factory.points.T", "site:A").value == 74.5
    assert report.says[-1].params == {"count": 1}


def test_the_reported_weights_of_2018_add_to_100() -> None:
    known = editions()["2018"]

    assert sum(known["weights"].values()) == 100
    assert known["weights_confidence"] == "unconfirmed"


def test_net_growth_of_the_published_registries() -> None:
    """3,616 to 5,095 factories, 267 to 371 parks, 403 to 605 enterprises from the end of 2022 to that of 2023."""
    moved = movements(states(made("registry"))).filter(pl.col("year") == 2023)

    assert dict(moved.select("programme", "net").iter_rows()) == {
        "green_factory": 1479, "green_park": 104, "supply_chain": 202,
    }  # fmt: skip
    assert moved["added"].null_count() == moved.height


def test_a_batch_is_no_net_growth() -> None:
    """The batch of 2025 is 2,038; without the total of 2024 there is no net growth."""
    one = movements(states(made("registry"))).row(
        by_predicate=(pl.col("programme") == "green_factory") & (pl.col("year") == 2025), named=True
    )

    assert (one["added"], one["net"], one["removed_implied"]) == (2038, None, None)


def test_an_entry_stands_in_place_of_what_is_shipped() -> None:
    own = made("registry", {"programme": "green_factory", "year": 2023, "total": 5096, "added": 1500, "source": "list"})

    one = movements(states(own)).row(
        by_predicate=(pl.col("programme") == "green_factory") & (pl.col("year") == 2023), named=True
    )
    assert (one["net"], one["removed_implied"], one["confidence"]) == (1480, 20, "unconfirmed")


def test_removals_that_do_not_add_up_are_told() -> None:
    own = {"programme": "green_factory", "year": 2023, "total": 5095, "added": 1500, "source": "list"}

    assert codes(registry=made("registry", {**own, "removed": 21})) == set()
    assert codes(registry=made("registry", {**own, "removed": 0})) == {"factory.registry_adds"}
    assert codes(registry=made("registry", {**own, "added": 1000})) == {"factory.registry_gross"}


def test_the_number_of_another_programme_is_told() -> None:
    """73 is the number of eco-industrial demonstration parks."""
    own = {"programme": "green_park", "year": 2024, "total": 73, "source": "press"}

    assert "factory.registry_other" in codes(registry=made("registry", own))
    assert codes(registry=made("registry", {**own, "programme": "eco_park"})) == set()


def test_standing_is_that_of_the_last_event() -> None:
    event = {"site": "A", "programme": "green_factory", "source": "list"}
    events = made(
        "factory_status",
        {**event, "event": "removed", "date": date(2025, 3, 1)},
        {**event, "event": "applied", "date": date(2022, 3, 1)},
        {**event, "event": "listed", "date": date(2023, 3, 1)},
        {**event, "site": "B", "event": "applied", "date": date(2024, 3, 1)},
    )

    def on(day: date) -> dict[str, bool]:
        return dict(standing(events, day).select("site", "listed").iter_rows())

    assert on(date(2022, 12, 31)) == {"A": False}
    assert on(date(2024, 12, 31)) == {"A": True, "B": False}
    assert on(date(2025, 12, 31)) == {"A": False, "B": False}
    assert codes(factory_status=events) == set()
    assert codes(factory_status=events.with_columns(level=pl.lit("national"))) == set()
    assert codes(factory_status=events.filter(pl.col("event") != "listed")) == {"factory.status_unlisted"}


@pytest.mark.parametrize(
    ("table", "answers", "code"),
    [
        (changed(TABLE, "0", weight=5.0), [], "factory.row_weight"),
        (changed(TABLE, "3", weight=None), [], "factory.row_weight"),
        (changed(TABLE, "3", axis="management"), [], "factory.row_axis"),
        (changed(TABLE, "1", leading=None), [], "factory.row_values"),
        (changed(TABLE, "1", leading=200.0), [], "factory.row_values"),
        (changed(TABLE, "3", weight=16.0), [], "factory.table_weights"),
        (changed(changed(TABLE, "1", weight=30.0), "5", weight=20.0), [], "factory.table_energy"),
        (changed(TABLE, "5", edition="2018", axis="product"), [], "factory.table_editions"),
        (TABLE, [{**ANSWER, "indicator": "9"}], "factory.answer_row"),
        (TABLE, [{**ANSWER, "indicator": "1", "part_met": 1.0}], "factory.answer_field"),
        (TABLE, [{**ANSWER, "indicator": "3", "value": 1.0}], "factory.answer_field"),
    ],
)
def test_traps_are_found(table: list[dict], answers: list[dict], code: str) -> None:
    assert code in codes(score_row=made("score_row", *table), score_answer=made("score_answer", *answers))


def test_a_whole_card_has_no_findings() -> None:
    assert codes(score_row=made("score_row", *TABLE), score_answer=made("score_answer", *ANSWERS)) == set()


def test_the_old_edition_for_a_new_year_is_told() -> None:
    old = made(
        "score_row", {**ROW, "edition": "2018", "indicator": "3", "title": "x", "axis": "product", "weight": 100.0}
    )

    assert codes(score_row=old, score_answer=made("score_answer", {**ANSWER, "indicator": "3"})) == {
        "factory.answer_edition"
    }


def test_the_report_names_what_it_rests_on() -> None:
    report = build({"score_row": made("score_row", *TABLE), "score_answer": made("score_answer", *ANSWERS)}, 2026)

    line = report.line("factory.score.T", "site:A")
    assert line.value == pytest.approx(74.5)
    assert len(line.inputs) == 12
    assert report.line("factory.evidenced.T", "site:A").value == pytest.approx(47)
    assert build({}, 2023).line("factory.registry.green_factory.net").value == 1479
    assert all(table.rows.columns for table in report.tables)
    assert [{c.name for c in t.columns} - set(t.rows.columns) for t in report.tables] == [set()] * 6
    assert {chart.table for chart in report.charts} <= {table.id for table in report.tables}


def test_a_list_of_a_province_is_not_that_of_the_country() -> None:
    """Listed in the province in 2022 and in the country in 2024, off the first in 2025: still on the second."""
    event = {"site": "A", "programme": "green_factory", "source": "list"}
    events = made(
        "factory_status",
        {**event, "level": "provincial", "event": "listed", "date": date(2022, 5, 1)},
        {**event, "level": "national", "event": "listed", "date": date(2024, 5, 1)},
        {**event, "level": "provincial", "event": "removed", "date": date(2025, 5, 1)},
    )
    report = build({"factory_status": events}, 2025)
    assert report.line("factory.listed.green_factory.national").value == 1
    assert report.line("factory.listed.green_factory.provincial").value == 0
    assert record_kind("factory_status").key == ("site", "programme", "level", "date", "event")
    assert codes(factory_status=events[1:]) == {"factory.status_unlisted"}


def test_net_growth_is_no_surer_than_either_total() -> None:
    """5,095 is reported; an unconfirmed total of the year before makes the 95 between them unconfirmed too."""
    own = {"programme": "green_factory", "year": 2022, "total": 5000, "source": "hearsay", "confidence": "unconfirmed"}
    report = build({"registry": made("registry", own)}, 2023)

    net, total = (report.line(f"factory.registry.green_factory.{name}") for name in ("net", "total"))
    assert (net.value, net.basis, total.basis) == (95, "unconfirmed", "stated")
    assert net.inputs == ("entry:registry0001", "published:registry.green_factory.2023")
    assert published_state("registry.green_factory.2023")["total"] == 5095


def test_the_axes_of_two_tables_are_two_charts() -> None:
    old = {**ROW, "table": "Old", "edition": "2018", "indicator": "1", "title": "x", "axis": "product"}
    rows = made("score_row", *TABLE, {**old, "weight": 100.0})
    answers = made("score_answer", *ANSWERS, {**ANSWER, "table": "Old", "indicator": "1", "part_met": 1.0})

    report = build({"score_row": rows, "score_answer": answers}, 2026)
    axes = [one for one in report.charts if one.id != "registries"]
    shown = {one.id: one.rows for one in report.tables}
    assert [sorted(shown[one.table]["axis"]) for one in axes] == [
        ["product"], ["clean", "energy", "green_product", "land", "resource"]
    ]  # fmt: skip
    assert [one.note.params["edition"] for one in axes] == ["2018", "2025"]


def test_numbers_of_tables_name_their_lines() -> None:
    report = build({"score_row": made("score_row", *TABLE), "score_answer": made("score_answer", *ANSWERS)}, 2026)
    known = {f"{one.name}|{one.subject}": one.value for one in report.lines}
    (cards,) = (one.rows for one in report.tables if one.id == "scorecards")
    row = cards.row(0, named=True)
    assert {name: known[row[f"{name}@line"]] for name in ("score", "evidenced")} == {"score": 74.5, "evidenced": 47}

    report = build({}, 2023)
    registries = report.tables[0].rows.filter(programme="green_factory").sort("year").to_dicts()
    assert [one["net@line"] for one in registries] == [
        None,
        "factory.registry.green_factory.net",
    ]  # none of years to come
    assert registries[1]["net"] == report.line("factory.registry.green_factory.net").value == 1479
