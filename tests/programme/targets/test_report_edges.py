"""What the report must not get wrong at its edges: units of intensities, methods, windows, horizons, traces."""

from typing import Any

import polars as pl
import pytest

from tests.programme.targets.test_report import GREEN, LAMPS, NEAR, VALUED, WHOLE, codes, entries, known, made, value
from wattstone.programme.targets.checks import wrong
from wattstone.programme.targets.known import Known
from wattstone.programme.targets.report import Given, build

RATIO = {**NEAR, "form": "intensity", "denominator": "revenue", "reduction": 0.1}
STATED = [
    {"target": "near", "year": year, "value": one, "source": "s"}
    for year, one in ((2020, 0.05), (2021, 0.048), (2022, 0.046), (2023, 0.045))
]


def stated(denominators: bool) -> Any:
    held = entries(target=[RATIO], target_value=STATED, abatement=[LAMPS], valuation=[VALUED])
    rest = Known(denominators=known().denominators) if denominators else Known()
    return build(held, rest, 2023)


def test_tonnes_are_divided_by_the_denominator_of_a_stated_year() -> None:
    """By hand: 5 t over 40 CNY are 0.125 t/CNY."""
    report = stated(denominators=True)

    assert value(report, "target.measures", "entry:near") == pytest.approx(0.125)
    assert "given:x" in report.line("target.measures", "entry:near").inputs


def test_without_a_denominator_nothing_is_taken_off_and_that_is_said() -> None:
    report = stated(denominators=False)

    for name in ("target.measures", "target.forecast", "target.forecast_gap"):
        line = report.line(name, "entry:near")
        assert line.value is None
        assert line.reason is not None
        assert "denominator" in line.reason.text
    assert value(report, "target.trend", "entry:near") < 0.045
    assert not any(one.name == "plan.need" for one in report.lines)
    assert any("no denominator" in one.text for one in report.says)


def test_an_intensity_needs_tonnes_by_its_last_denominator() -> None:
    """By hand: 0.05 less 0.002 a year is 0.03 in 2030; 0.005 are allowed; 0.025 times 40 CNY is 1 t."""
    values = [{**one, "value": 0.05 - 0.002 * (one["year"] - 2020)} for one in STATED]
    held = entries(target=[{**RATIO, "reduction": 0.9}], target_value=values, abatement=[LAMPS], valuation=[VALUED])
    report = build(held, Known(denominators=known().denominators), 2023)

    assert value(report, "plan.need", "entry:near") == pytest.approx(1)
    assert value(report, "plan.reduction", "entry:near") == pytest.approx(5)
    assert "given:x" in report.line("plan.need", "entry:near").inputs


def test_a_candidate_whose_first_year_is_past_may_begin_yet() -> None:
    """By hand: 7 t are needed in 2030; green power (20 t, 40 a tonne) could have begun in 2023, and begins in 2030."""
    early = {**GREEN, "start": 2023}
    report = build(entries(target=[NEAR], abatement=[early], valuation=[VALUED]), known(), 2023)

    assert value(report, "plan.reduction", "entry:near") == pytest.approx(20)
    assert value(report, "plan.cost") == pytest.approx(800)
    plan = next(one for one in report.tables if one.id == "plan").rows
    assert plan.select("measure", "year").rows() == [("green", 2030)]


def test_a_candidate_that_can_begin_no_more_is_told() -> None:
    late = {**GREEN, "start": 2022, "latest": 2023}
    report = build(entries(target=[NEAR], abatement=[late], valuation=[VALUED]), known(), 2023)

    assert "abatement.past" in {one.code for one in report.findings}
    assert any(one.text.startswith("There is no plan") for one in report.says)


def test_without_a_rate_it_is_said_that_there_is_no_plan() -> None:
    report = build(entries(target=[NEAR], abatement=[GREEN]), known(), 2023)
    assert any("no discount rate" in one.text for one in report.says)


@pytest.mark.parametrize(
    ("acts_on", "method", "forecast"),
    [
        ("scope2.market", "scope2.location", 65), ("scope2.market", "scope2.market", 45),
        ("scope2.location", "scope2.market", 65), ("scope2", "scope2.location", 45),
    ],
)  # fmt: skip
def test_what_changes_one_method_counts_in_that_alone(acts_on: str, method: str, forecast: float) -> None:
    """By hand: a trend of 65 t in 2030, less 20 t where the target counts by that method."""
    green = {**GREEN, "status": "planned", "acts_on": acts_on}
    rows = known().series.with_columns(pl.col("name").replace("scope2.market", method))
    held = entries(target=[{**NEAR, "coverage": ["scope1", method]}], abatement=[green], valuation=[VALUED])
    report = build(held, Known(series=rows), 2023)

    assert value(report, "target.forecast", "entry:near") == pytest.approx(forecast)
    told = {one.code for one in report.findings}
    assert ("abatement.method" in told) == (acts_on == "scope2" and method == "scope2.location")


def test_a_contract_and_a_saving_may_act_on_the_same_base_but_not_two_methods() -> None:
    rule = {"interaction": "el", "form": "same_base", "measures": ["lamps", "green"], "base": 30.0}
    market = {**GREEN, "acts_on": "scope2.market"}

    assert codes(abatement=[LAMPS, market], interaction=[rule]) == set()
    both = codes(abatement=[{**LAMPS, "acts_on": "scope2.location"}, market], interaction=[rule])
    assert both == {"abatement.totals"}
    turned = {"interaction": "o", "form": "overlap", "measures": ["green", "lamps"], "lost": 0.5}
    assert codes(abatement=[LAMPS, market], interaction=[turned]) == {"abatement.overlap_method"}


def path(*points: tuple[int, str, float | None]) -> list[dict[str, Any]]:
    return [{"pathway": "p", "year": y, "form": form, "value": v, "source": "s"} for y, form, v in points]


def allowed(points: list[dict[str, Any]], year: int = 2023, **change: Any) -> Any:
    target = {**NEAR, "pathway": "p", "reduction": None, **change}
    return build(entries(target=[target], pathway=points), known(), year).line("target.allowed", "entry:near")


def test_a_national_path_may_rise_before_its_peak() -> None:
    """By hand: 105 % in 2025 from 100 % in 2020: 103 t in 2023; a rate of -2 % a year: 106 t."""
    rising = path((2025, "index", 1.05), (2030, "index", 0.9), (2025, "peak", None))

    assert {one.code for one in wrong(entries(pathway=rising))} == set()
    assert allowed(rising).value == pytest.approx(103)
    assert allowed(path((2020, "linear", -0.02))).value == pytest.approx(106)
    assert "target.index" in codes(pathway=path((2030, "index", 40.0)))


def test_an_index_of_another_base_is_divided_by_what_it_is_in_the_base_year() -> None:
    """By hand: 100 % in 2015 and 80 % in 2025 are 90 % in 2020; 84 % in 2023: 0.84 / 0.9 of 100 t."""
    line = allowed(path((2015, "index", 1.0), (2025, "index", 0.8), (2030, "index", 0.7)))

    assert line.value == pytest.approx(100 * 0.84 / 0.9)
    assert any("divided by that" in one.text for one in line.notes)
    own = allowed(path((2020, "index", 0.9), (2030, "index", 0.5)), year=2020)
    assert own.value == pytest.approx(100)


def test_a_peak_alone_leaves_the_straight_line() -> None:
    """By hand: 42 % in ten years are 12.6 % in three."""
    line = allowed(path((2025, "peak", None)), reduction=0.42)

    assert line.value == pytest.approx(87.4)
    assert [one.text.partition(" ")[0] for one in line.notes][:2] == ["a", "emissions"]
    without = {"target": [{**NEAR, "pathway": "p", "reduction": None}], "pathway": path((2025, "peak", None))}
    assert "target.goal" in codes(**without)


def test_what_lies_beyond_the_horizon_is_said() -> None:
    report = build(WHOLE, known(), 2023, Given(horizon=2027))

    assert not any(one.name == "plan.need" for one in report.lines)
    assert any(one.params.get("last") == 2027 and one.params.get("year") == 2030 for one in report.says)


def test_a_horizon_before_the_plan_is_said() -> None:
    report = build(WHOLE, known(2022), 2025, Given(horizon=2022))
    assert any(one.text.startswith("There is no plan") and one.params.get("last") == 2022 for one in report.says)


TWO = [{**LAMPS, "status": "decided"}, {**LAMPS, "entry": "b", "measure": "b", "status": "decided"}]


def test_decided_measures_that_cannot_be_together_are_found_by_name_and_not_laid_on_budgets() -> None:
    rule = {"interaction": "or", "form": "exclusive", "measures": ["lamps", "b"]}
    held = entries(target=[NEAR], abatement=TWO, interaction=[rule], valuation=[VALUED])
    (found,) = [one for one in wrong(held) if one.code == "abatement.decided_both"]
    reason = build(held, known(), 2023).line("plan.cost").reason

    assert found.params["measures"] == "lamps, b"
    assert reason is not None
    assert "budget" not in reason.text
    assert reason.params["measures"] == ("b", "lamps")


def test_what_is_decided_before_what_it_requires_is_found() -> None:
    later = {**GREEN, "start": 2028}
    rule = {"interaction": "first", "form": "requires", "measures": ["lamps", "green"]}
    assert "abatement.requires_later" in codes(abatement=[TWO[0], later], interaction=[rule])


def test_a_requirement_that_is_carried_out_already_holds() -> None:
    """Lamps of 2022 are in the inventory; green power, which requires them, gives the 7 t."""
    there = {**LAMPS, "start": 2022}
    rule = {"interaction": "first", "form": "requires", "measures": ["green", "lamps"]}
    held = entries(target=[NEAR], abatement=[there, GREEN], interaction=[rule], valuation=[VALUED])
    assert value(build(held, known(), 2023), "plan.reduction", "entry:near") == pytest.approx(20)


def test_overlaps_go_one_way() -> None:
    def overlap(name: str, *measures: str) -> dict[str, Any]:
        return {"interaction": name, "form": "overlap", "measures": list(measures), "lost": 0.3}

    third = {**LAMPS, "entry": "c", "measure": "c"}
    held = [LAMPS, GREEN, third]
    once, back, again = overlap("x", "lamps", "green"), overlap("y", "green", "lamps"), overlap("z", "lamps", "green")
    around = [once, overlap("y", "green", "c"), overlap("z", "c", "lamps")]

    assert codes(abatement=held, interaction=[once]) == set()
    assert codes(abatement=held, interaction=[once, back]) == {"abatement.overlap_circle"}
    assert codes(abatement=held, interaction=[once, again]) == {"abatement.overlap_twice"}
    assert codes(abatement=held, interaction=around) == {"abatement.overlap_circle"}
    assert codes(abatement=held, interaction=[once, overlap("y", "c", "green")]) == set()


def test_the_need_of_a_year_rests_on_that_year() -> None:
    """By hand, 2025: 82.5 expected, 79 allowed."""
    report = build(WHOLE, known(), 2023, Given(every=True))
    lines = {(one.name, one.period): one for one in report.lines}

    assert lines["plan.trend", "2025"].value == pytest.approx(82.5)
    assert lines["plan.allowed", "2025"].value == pytest.approx(79)
    assert lines["plan.need", "2025"].inputs == ("line:plan.trend@entry:near", "line:plan.allowed@entry:near")
    assert lines["plan.need", "2030"].inputs == ("line:target.trend@entry:near", "line:target.goal@entry:near")


def test_a_goal_above_the_base_year_is_told() -> None:
    """58 t entered as 58,000 kg."""
    slip = {**NEAR, "reduction": None, "goal": 58_000.0}
    report = build(entries(target=[slip]), known(), 2023)
    (found,) = [one for one in report.findings if one.code == "target.goal_above"]
    assert found.params == {"goal": "58000", "base": "100", "unit": "t CO2e"}


def test_real_and_nominal_money_do_not_mix_and_the_terms_are_said() -> None:
    priced = {**VALUED, "carbon_price": 50.0, "price_currency": "CNY", "price_terms": "nominal"}
    assert "target.price_terms" in codes(valuation=[priced])
    assert codes(valuation=[{**priced, "price_terms": "real"}]) == set()
    report = build({**WHOLE, "valuation": made("valuation", [{**VALUED, "terms": "nominal"}])}, known(), 2023)
    assert any("nominal" in one.text for one in report.line("plan.cost").notes)


def test_a_number_that_a_figure_filled_in_is_no_second_reduction() -> None:
    filled = {**LAMPS, "basis": "savings", "declared": "m1"}
    held = entries(abatement=[filled])
    held["abatement"] = held["abatement"].with_columns(pl.lit(None, pl.Float64).alias("entered"))

    assert wrong(held) == []
    assert "abatement.two_reductions" in {one.code for one in wrong(entries(abatement=[filled]))}
    over = {"interaction": "el", "form": "same_base", "measures": ["lamps", "green"], "base": 4.0}
    held["interaction"] = made("interaction", [over])
    assert "abatement.above_base" in {one.code for one in wrong(held)}


def test_numbers_of_tables_lead_to_their_lines_and_no_chance_leads_elsewhere() -> None:
    report = build(WHOLE, known(), 2023)
    there = {f"{one.name}|{one.subject}{more}" for one in report.lines for more in ("", f"|{one.period}")}
    tables = {one.id: one for one in report.tables}

    for table in report.tables:
        for column in table.columns:
            if table.rows.schema[column.name].is_float():
                assert set(table.rows[f"{column.name}@line"]) <= there | {""}, (table.id, column.name)
    course = tables["course.near"].rows.filter(pl.col("value@line") != "")
    for value_, name in course.select("value", "value@line").iter_rows():
        assert value_ == pytest.approx(report.line(*name.split("|")[:2]).value)
    assert course.height == 6  # base, now, allowed now, goal, trend, forecast
    for name in ("unit_cost", "cost", "value", "reduction"):
        for value_, line in tables["curve"].rows.select(name, f"{name}@line").iter_rows():
            assert value_ == report.line(*line.split("|")).value
    assert tables["curve"].rows["cumulative@line"].to_list() == ["", "abatement.together|organisation"]


def test_budgets_add_up_from_year_to_year() -> None:
    """By hand: 600 of 2024 are carried; lamps take 1,000 of 600 + 500 in 2025; what is left of 2025 is not carried."""
    budgets = [
        {"entry": "2024", "year": 2024, "amount": 600.0, "currency": "CNY", "carry": True},
        {"entry": "2025", "year": 2025, "amount": 500.0, "currency": "CNY"},
        {"entry": "2026", "year": 2026, "amount": 50.0, "currency": "CNY"},
    ]
    report = build({**WHOLE, "budget": made("budget", budgets)}, known(), 2023)
    rows = next(one for one in report.tables if one.id == "plan-budgets").rows

    assert rows.select("year", "budget", "carried", "spent", "left").rows() == [
        (2024, 600, 0, 0, 600), (2025, 500, 600, 1000, 100), (2026, 50, 0, 0, 50)
    ]  # fmt: skip


def test_a_measure_that_ends_before_the_goal_and_one_that_reduces_more_than_there_is_are_told() -> None:
    """Lamps of 2022 end in 2026. By hand: 65 t are expected in 2030, and 80 t would be reduced."""
    ended = {**LAMPS, "start": 2022, "lifetime": 5}
    large = {**GREEN, "reduction": 80.0}
    report = build(entries(target=[NEAR], abatement=[ended, large], valuation=[VALUED]), known(), 2023)
    told = {one.code: one for one in report.findings}

    assert told["abatement.ends"].params == {"end": 2026, "last": 2030}
    assert (told["target.more_than_there"].params["done"], told["target.more_than_there"].params["there"]) == (
        "80",
        "65",
    )
