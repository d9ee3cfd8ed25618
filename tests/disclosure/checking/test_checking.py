"""Each fault of a statement planted by hand, and found by its check; a statement without a fault is told nothing."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest

from tests.disclosure.made import made_statement
from wattstone.disclosure.checking import checked
from wattstone.disclosure.checking.apart import netted_in
from wattstone.disclosure.standards import standard
from wattstone.disclosure.statement import Answer, Omission, Shown, Statement, Written
from wattstone.disclosure.topics import topic
from wattstone.programme.kinds import entry_schema, record_kind
from wattstone.programme.report import Column, Said, Table

AT = datetime(2026, 3, 1, tzinfo=UTC)


def shown(key: str, value: float | None, unit: str = "kg CO2e", **more: Any) -> Shown:
    name, period, *subject = key.split("@", 2)
    made = {"id": key, "name": name, "period": period, "subject": subject[0] if subject else "organisation"}
    return Shown(**{**made, "value": value, "unit": unit, **more})


def written(lang: Any, text: str) -> Written:
    return Written(lang=lang, markdown=text, entry=f"n-{lang}", hash="h", by="Li", at=AT, approved_by="Wu")


def both(en: str, zh: str | None = None) -> dict[str, Written]:
    return {"en": written("en", en), "zh": written("zh", en if zh is None else zh)}


def answer(name: str, **more: Any) -> Answer:
    made = {"topic": topic(name), "status": "answered", "requirements": (), "owner": "Li"}
    return Answer(**{**made, **more})


def made(*answers: Answer, figures: tuple[Shown, ...] = ()) -> Statement:
    return Statement(organisation="Acme", year=2025, standard=standard("tcfd"), answers=answers, made=AT,
                     figures={one.key: one for one in figures})  # fmt: skip


def codes(statement: Statement, **beside: Any) -> list[str]:
    return sorted(one.code.partition(".")[2] for one in checked(statement, **beside))


def of_figures(*figures: Shown, **beside: Any) -> list[str]:
    return codes(made(figures=figures), **beside)


def known(*figures: Shown):
    by_key = {(one.name, one.period, one.subject): one for one in figures}
    return lambda name, period, subject: by_key.get((name, period, subject))


TOTAL = (shown("scope1@2025", 10.0), shown("scope2.location@2025", 20.0), shown("scope3@2025", 70.0))


@pytest.mark.parametrize(
    ("total", "figures", "expected"),
    [
        (100.0, TOTAL, []),
        (100.0 + 1e-8, TOTAL, []),
        (99.0, TOTAL, ["sum"]),
        (100.1, TOTAL, ["sum"]),
        (100.1, TOTAL[:2], []),  # what is not shown may be the rest
        (29.0, TOTAL[:2], ["sum"]),  # parts are more than the whole
    ],
)
def test_scopes_add_up_to_their_total(total, figures, expected):
    assert of_figures(shown("total.location@2025", total), *figures) == expected


def test_what_the_workspace_has_beside_the_statement_is_a_part_too():
    total = shown("total.location@2025", 100.0)

    assert of_figures(total, TOTAL[0], beside=known(*TOTAL)) == []
    assert of_figures(total, TOTAL[0], beside=known(*TOTAL[:2])) == ["sum"]  # there is no more: the rest is nowhere


def test_categories_add_up_to_scope_3_and_gases_and_countries_to_scopes():
    categories = [shown(f"scope3.{number}@2025", 10.0) for number in range(1, 16)]
    assert of_figures(shown("scope3@2025", 150.0), *categories) == []
    assert of_figures(shown("scope3@2025", 160.0), *categories) == ["sum"]

    scope = shown("scope1@2025", 10.0)
    gases = [shown(f"disclose.gas.scope1.{gas}.co2e@2025", 5.0) for gas in ("co2", "ch4")]
    assert of_figures(scope, *gases) == []
    assert of_figures(scope, *gases, shown("disclose.gas.scope1.n2o.co2e@2025", 1.0)) == ["sum"]
    assert of_figures(scope, *gases, shown("disclose.gas.both.n2o.mass@2025", 1.0)) == []
    lands = [shown(f"disclose.by.country.{land}.scope1@2025", 5.0) for land in ("cn", "de")]
    assert of_figures(scope, *lands) == []
    assert of_figures(scope, lands[0]) == ["sum"]


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [(100.0, 119.0, []), (100.0, 84.0, []), (100.0, 130.0, ["jump"]), (130.0, 100.0, ["jump"]), (1.0, 0.0, ["jump"])],
)
def test_a_fifth_more_or_less_than_the_year_before_is_told(now, before, expected):
    assert of_figures(shown("scope1@2025", now), shown("scope1@2024", before)) == expected
    assert of_figures(shown("scope1@2025", now), beside=known(shown("scope1@2024", before))) == expected


def test_denominators_and_intensities_that_jump_are_told():
    def area(year: int, value: float) -> Shown:
        return shown(f"disclose.denominator.floor_area@{year}", value, "m2")

    assert of_figures(area(2025, 140.0), area(2024, 100.0)) == []
    assert of_figures(area(2025, 160.0), area(2024, 100.0)) == ["jump"]
    assert of_figures(shown("intensity.scope1@2025", 1.3), shown("intensity.scope1@2024", 1.0)) == ["jump"]


def test_an_intensity_is_its_total_over_its_denominator():
    parts = (shown("scope1@2025", 10.0), shown("disclose.denominator.revenue@2025", 5.0, "CNY"))

    assert of_figures(shown("intensity.scope1.per_revenue@2025", 2.0, "kg CO2e/CNY"), *parts) == []
    assert of_figures(shown("intensity.scope1.per_revenue@2025", 2.1, "kg CO2e/CNY"), *parts) == ["intensity"]
    assert of_figures(shown("intensity.scope1@2025", 2.1, "kg CO2e/m2"), *parts) == []


def test_a_restated_number_stands_beside_the_one_that_it_replaces():
    restated = shown("scope1@2024", 10.0, state="restated")
    table = Table("r", "R", (Column("a", "A"),), pl.DataFrame({"a": ["b"]}))

    assert of_figures(restated) == ["figure_restated"]  # of a standard that does not ask for it
    assert codes(made(answer("metrics.restatement"), figures=(restated,))) == ["figure_restated", "restated_untold"]
    assert codes(made(answer("metrics.restatement", tables=(table,)), figures=(restated,))) == ["figure_restated"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, []),
        ({"state": "stale"}, ["figure_stale"]),
        ({"state": "missing", "id": "", "value": None}, ["figure_missing"]),
        ({"id": ""}, ["figure_untraced"]),
        ({"value": None}, ["figure_no_reason"]),
        ({"value": None, "reason": "no readings"}, []),
    ],
)
def test_every_figure_is_traced_and_stands(change, expected):
    assert of_figures(replace(shown("scope1@2025", 10.0), **change)) == expected


def table(value: float | None, figure: str | None = "scope1@2025", unit: str = "kg CO2e") -> Table:
    rows = pl.DataFrame({"what": ["x"], "now": [value], "now@figure": [figure]},
                        schema={"what": pl.String, "now": pl.Float64, "now@figure": pl.String})  # fmt: skip
    return Table("ghg", "Emissions", (Column("what", "What"), Column("now", "2025", unit)), rows)


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (table(10.0), []),
        (table(0.01, unit="t CO2e"), []),
        (table(9.0), []),  # an end of its interval
        (table(10.5), ["table_value"]),
        (table(10.0, unit="t CO2e"), ["table_value"]),
        (table(10.0, "another"), ["table_figure"]),
        (table(10.0, None), ["table_untraced"]),
        (table(None, None), []),
    ],
)
def test_a_cell_says_the_figure_that_it_names(one, expected):
    figure = shown("scope1@2025", 10.0, interval=(9.0, 12.0))

    assert codes(made(answer("metrics.ghg", tables=(one,)), figures=(figure,))) == expected


FIGURE = "{{figure:scope1@2025}}"
SCOPE = shown("scope1@2025", 10.0)


def test_numbers_with_a_unit_and_without_figures_are_told():
    bare = Table("t", "T", (Column("year", "Year"), Column("cost", "Cost", "CNY")),
                 pl.DataFrame({"year": [2030], "cost": [1.0]}))  # fmt: skip

    assert codes(made(answer("strategy.scenarios", tables=(bare,)))) == ["table_untraced"]


@pytest.mark.parametrize(
    ("column", "values", "expected"),
    [
        ("whole", [4.8e9], ["table_untraced"]),  # a number without a unit is a number
        ("threshold", ["40.0"], ["table_untraced"]),  # and so is a text that is nothing but one
        ("threshold", ["0.3; 0.5"], []),
        ("covered", [None], []),
        ("year", [2050], []),
        ("likelihood", [4], []),
        ("count", [4], ["table_untraced"]),  # of this table, nobody said that it counts rows
    ],
)
def test_what_is_neither_a_figure_nor_said_to_be_plain_is_told(column, values, expected):
    bare = Table("t", "T", (Column(column, "Column"),), pl.DataFrame({column: values}))

    assert codes(made(answer("strategy.scenarios", tables=(bare,)))) == expected


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"cost": 21.8}, ["sentence_untraced"]),
        ({"cost": Said("{amount} CNY", {"amount": 21.8})}, ["sentence_untraced"]),
        ({"cost": "21.8"}, ["sentence_untraced"]),
        ({"cost": 21.8, "cost@figure": "gone"}, ["sentence_untraced"]),
        ({"cost": 10.0, "cost@figure": "scope1@2025"}, []),
        ({"cost": "a lot", "year": 2050, "count": 3, "which": "11", "known": True}, []),
    ],
)
def test_a_sentence_of_the_workspace_names_the_figure_of_each_number(params, expected):
    said = Said("It costs {cost}.", params)

    assert codes(made(answer("strategy.resilience", says=(said,)), figures=(SCOPE,))) == expected


@pytest.mark.parametrize(
    ("en", "zh", "expected"),
    [
        (f"It was {FIGURE}.", f"排放为{FIGURE}。", []),
        (f"It was {FIGURE}.", "排放有所下降。", ["languages_figures"]),
        (f"{FIGURE} and {FIGURE}", f"排放为{FIGURE}。", ["languages_figures"]),
        ("It was {{figure:scope1@2025|t CO2e}}.", f"排放为{FIGURE}。", []),
        ("12.5 % less", "下降百分之十二点五", ["typed", "typed"]),
        ("12.5 % less", "下降12%", ["languages_numbers", "typed", "typed"]),
        ("3.5 million people", "350万人", ["typed", "typed"]),
        ("3.5 million people", "人数众多", ["languages_numbers", "typed"]),
        ("At 3 sites.", "在三处场所。", ["typed"]),
        ("At three sites, five per cent less.", "在3处场所，下降百分之五。", ["typed"]),
        ("At four sites.", "在3处场所。", ["languages_numbers", "typed"]),
        ("By 2030 against 2021.", "到2030年（以2021年为基准）。", []),
        ("By 2030.", "到2035年。", ["languages_years"]),
        ("Nothing.", None, ["one_language"]),
    ],
)  # fmt: skip
def test_both_languages_say_the_same(en, zh, expected):
    texts = {"en": written("en", en)} | ({} if zh is None else {"zh": written("zh", zh)})

    assert codes(made(answer("governance.board", written=texts), figures=(SCOPE,))) == expected


def test_placeholders_are_there():
    texts = both("{{figure:scope9@2025}} {{table:metrics.ghg}} {{figure:x}}")
    missing = shown("scope9@2025", None, id="", state="missing")
    found = codes(made(answer("governance.board", written=texts), figures=(missing,)))

    assert Counter(found) == {"figure_missing": 1, "table_missing": 2, "placeholder": 2}


def test_a_table_that_another_standard_asks_for_is_no_fault_of_this_one():
    (one, _) = checked(made(answer("governance.board", written=both("{{table:metrics.ghg}}"))))
    (other, _) = checked(made(answer("governance.board", written=both("{{table:metrics.ghg}}")), answer("metrics.ghg")))

    assert (one.severity, other.severity) == ("warning", "error")


def test_a_text_that_nobody_approved_is_told():
    texts = {"en": replace(written("en", "Words."), approved_by=""), "zh": written("zh", "文字。")}

    assert codes(made(answer("governance.board", written=texts))) == ["unapproved"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, []),
        ({"reason": {"en": "Later."}}, ["omission_reason"]),
        ({"reason": {"en": "Later.", "zh": " "}}, ["omission_reason"]),
        ({"ground": "relief"}, ["omission_relief"]),
        ({"ground": "relief", "paragraph": "C4"}, []),
        ({"until": date(2026, 2, 28)}, ["omission_due"]),
        ({"ground": "not_available"}, ["omission_open"]),
        ({"ground": "not_available", "until": date(2027, 1, 1)}, []),
    ],
)
def test_an_omission_has_its_reason_and_its_day(change, expected):
    omission = Omission(ground="not_material", reason={"en": "Later.", "zh": "以后。"}, entry="o")

    assert codes(made(answer("risk.priority", omission=replace(omission, **change)))) == expected


def test_a_text_on_what_is_left_out_is_told():
    omission = Omission(ground="not_material", reason={"en": "Later.", "zh": "以后。"}, entry="o")

    assert codes(made(answer("risk.priority", omission=omission, written=both("Words.")))) == ["omission_told"]


@pytest.mark.parametrize(
    "name", ["waste.avoided", "credits.planned", "waste.neutrality.retired", "nature.carbon.flux.co2"]
)
def test_credits_and_avoided_emissions_stand_apart_from_gross_ones(name):
    offset = shown(f"{name}@2025", 3.0)
    in_table = table(3.0, offset.id)

    assert codes(made(answer("metrics.ghg", figures=(offset,)), figures=(offset,))) == ["offset_in_gross"]
    assert codes(made(answer("metrics.ghg", tables=(in_table,)), figures=(offset,))) == ["offset_in_gross"]
    assert codes(made(answer("metrics.removals", tables=(in_table,)), figures=(offset,))) == []
    told = both("{{figure:" + offset.key + "}}")
    assert codes(made(answer("metrics.scope3", written=told), figures=(offset,))) == ["offset_in_text"] * 2


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Our net emissions after offsets were 12 t.", 1),
        ("Net of credits, we emitted 12 t of CO2 emissions.", 1),
        ("Emissions were {{figure:scope1@2025}} after retired credits.", 1),
        ("After purchased offsets, emissions came to {{figure:scope1@2025}}.", 1),
        ("抵消后净排放为15吨。", 1),
        ("扣除碳信用后的排放量为{{figure:scope1@2025}}。", 1),
        ("净碳排放为十五吨。", 1),
        ("We report no net emissions, 12 t is gross.", 0),
        ("Scope 1 was 12 t. Credits are told apart.", 0),
        ("We aim at net zero emissions by 2050.", 0),
        ("净零排放目标年为2050年。", 0),
        ("Emissions were lower after the relighting of 2022.", 0),
    ],
)
def test_numbers_from_which_credits_are_taken_off_are_found_in_texts(text, found):
    assert len(netted_in(text)) == found


def test_what_is_said_not_to_be_known_and_is_known_is_told():
    known = shown("scope1@2025", 3.0)
    reason = {"en": "No data.", "zh": "没有数据。"}
    omission = Omission(ground="not_available", reason=reason, entry="o", until=date(2027, 1, 1))
    left = answer("metrics.ghg", figures=(known,), omission=omission)

    assert codes(made(left, figures=(known,))) == ["omission_known"]
    assert codes(made(replace(left, figures=()))) == []


def rows(kind: str, *said: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame([{"entry": f"e{at}", **one} for at, one in enumerate(said)],
                        schema=entry_schema(record_kind(kind)))  # fmt: skip


CLAIM = {
    "subject": "Acme", "subject_type": "organisation", "standard": "iso_14068_1", "start": date(2025, 1, 1),
    "end": date(2025, 12, 31), "stated": date(2026, 2, 1), "footprint": 60.0, "base_footprint": 100.0,
    "base_year": 2020, "scopes": ["1", "2", "3"], "plan": "plan.pdf", "credits": ["A-1"],
}  # fmt: skip
CREDIT = {"serial": "A-1", "registry": "R", "amount": 60.0, "vintage": 2024, "retired": date(2026, 1, 1)}
TARGET = {"target": "t", "form": "absolute", "target_year": 2050}


def claims(text: str, **programme: pl.DataFrame) -> list[str]:
    return codes(
        made(answer("governance.board", written=both(text))), programme={"target": rows("target"), **programme}
    )


def test_a_claim_that_no_rule_stands_against_may_be_made():
    text = "Our operations were carbon neutral."
    entered = {"neutrality_claim": rows("neutrality_claim", CLAIM), "carbon_credit": rows("carbon_credit", CREDIT)}

    assert claims(text, **entered) == []
    assert claims(text) == ["neutrality"] * 2  # nobody entered it
    other = rows("neutrality_claim", {**CLAIM, "start": date(2024, 1, 1), "end": date(2024, 12, 31)})
    assert claims(text, **{**entered, "neutrality_claim": other}) == ["neutrality"] * 2  # of another year


def test_a_claim_that_the_programme_refuses_is_refused_with_its_reason():
    unretired = rows("carbon_credit", {**CREDIT, "retired": None})
    found = claims("Our operations were carbon neutral.", neutrality_claim=rows("neutrality_claim", CLAIM),
                   carbon_credit=unretired)  # fmt: skip

    assert found == ["neutrality", "neutrality", "not_retired"]


def test_what_one_building_may_claim_the_organisation_may_not():
    of_office = {**CLAIM, "subject": "North Hall", "subject_type": "building"}
    entered = {"neutrality_claim": rows("neutrality_claim", of_office), "carbon_credit": rows("carbon_credit", CREDIT)}

    assert claims("North Hall was carbon neutral.", **entered) == []
    assert claims("We were carbon neutral.", **entered) == ["neutrality"] * 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("公司已实现碳中和。", "neutrality"),
        ("This is a zero-carbon factory.", "neutrality"),
        ("Net emissions are offset, so we are climate-neutral.", "neutrality"),
        ("Not only is the office carbon neutral, it is new.", "neutrality"),
        ("不仅总部实现碳中和。", "neutrality"),
        ("We aim to reach net zero by 2050.", "goal_without_target"),
        ("力争2050年实现净零排放。", "goal_without_target"),
        ("将于2060年前实现碳中和。", "goal_without_target"),
        ("We make no claim of carbon neutrality.", None),
        ("本报告不作碳中和声明。", None),
        ("By the Net Zero 2050 scenario of the NGFS, prices rise.", None),
        ("在2050年净零情景下，碳价上升。", None),
        ("响应国家碳达峰、碳中和目标。", None),
        ("China aims at carbon neutrality before 2060.", None),
        ("The board is neutral; the net is zero.", None),
    ],
)
def test_claims_are_told_from_goals_names_and_denials(text, expected):
    assert claims(text) == ([] if expected is None else [expected] * 2)


def test_a_goal_with_a_target_may_be_named():
    assert claims("We aim to reach net zero by 2050.", target=rows("target", TARGET)) == []
    past = rows("target", {**TARGET, "target_year": 2024})
    assert claims("We aim to reach net zero by 2050.", target=past) == ["goal_without_target"] * 2


def test_findings_name_the_topic_that_they_are_of_and_can_be_told():
    statement = made_statement()
    found = checked(statement)
    topics = {one.topic.id for one in statement.answers}

    assert {one.params["topic"] for one in found} <= topics | {""}
    assert all(one.text() for one in found)
    assert [one.severity for one in found] == sorted(one.severity for one in found)
    assert {"statement.figure_missing", "statement.figure_stale"} <= {one.code for one in found}
