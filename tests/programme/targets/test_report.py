"""The report by hand, and the traps that it refuses."""

from typing import Any

import polars as pl
import pytest

from wattstone.programme.kinds import entry_schema, record_kind
from wattstone.programme.targets.checks import wrong
from wattstone.programme.targets.known import DENOMINATORS, SERIES, Known
from wattstone.programme.targets.report import Given, build
from wattstone.workflows.programme.lines import figures_of_lines

NEAR = {
    "entry": "near", "target": "near", "form": "absolute", "term": "near", "coverage": ["scope1", "scope2.market"],
    "base_year": 2020, "target_year": 2030, "reduction": 0.42,
}  # fmt: skip
LAMPS = {
    "entry": "lamps", "measure": "lamps", "status": "planned", "stage": "saving", "acts_on": "scope2",
    "basis": "stated", "reduction": 5.0, "capex": 1000.0, "saving": 500.0, "currency": "CNY", "start": 2025,
    "lifetime": 10, "source": "offer",
}  # fmt: skip
GREEN = {
    **LAMPS, "entry": "green", "measure": "green", "status": "candidate", "stage": "decarbonisation",
    "reduction": 20.0, "capex": 0.0, "saving": -800.0,
}  # fmt: skip
VALUED = {"entry": "v", "valuation": "v", "rate": 0.0, "terms": "real", "currency": "CNY"}
BASE = {"entry": "el", "interaction": "el", "form": "same_base", "measures": ["green", "lamps"], "base": 30.0}


def known(until: int = 2023) -> Known:
    years = [(2020, 60.0, 40.0), (2021, 60.0, 36.0), (2022, 60.0, 34.0), (2023, 59.0, 30.0)]
    rows = [
        (year, name, value, f"figure:{name}{year}", False)
        for year, one, two in years if year <= until
        for name, value in (("scope1", one), ("scope2.market", two))
    ]  # fmt: skip
    below = [(year, "revenue", 10.0 * (year - 2019), "CNY", "given:x") for year, *_ in years]
    return Known(
        series=pl.DataFrame(rows, schema=SERIES, orient="row"),
        denominators=pl.DataFrame(below, schema=DENOMINATORS, orient="row"),
    )  # fmt: skip


def made(kind: str, rows: list[dict[str, Any]]) -> pl.DataFrame:
    """Entries as a store hands them over; what a row does not say is null."""
    full = [{"entry": f"{kind}-{n}", "hash": f"{kind}{n:04d}", **row} for n, row in enumerate(rows, 1)]
    return pl.DataFrame(full, schema=entry_schema(record_kind(kind)))


def entries(**kinds: list[dict[str, Any]]) -> dict[str, pl.DataFrame]:
    return {kind: made(kind, rows) for kind, rows in kinds.items()}


WHOLE = entries(target=[NEAR], abatement=[LAMPS, GREEN], interaction=[BASE], valuation=[VALUED])


def codes(**kinds: list[dict[str, Any]]) -> set[str]:
    return {one.code for one in wrong(entries(**kinds))}


def value(report: Any, name: str, subject: str = "organisation") -> float:
    return report.line(name, subject).value


def test_a_target_by_hand() -> None:
    """100 t in 2020, 42 % by 2030: 87.4 t allowed in 2023, 89 t there; a trend of -3.5 t a year reaches 65 t."""
    report = build(WHOLE, known(), 2023)

    assert value(report, "target.base", "entry:near") == 100
    assert value(report, "target.allowed", "entry:near") == pytest.approx(87.4)
    assert value(report, "target.gap", "entry:near") == pytest.approx(1.6)
    assert value(report, "target.achieved", "entry:near") == pytest.approx(11 / 42)
    assert value(report, "target.trend", "entry:near") == pytest.approx(65)
    assert value(report, "target.forecast", "entry:near") == pytest.approx(60)  # lamps alone are planned
    parts = next(one for one in report.tables if one.id == "parts").rows
    assert parts["gap"].to_list() == pytest.approx([59 - 0.874 * 60, 30 - 0.874 * 40])
    assert "off track" in report.says[0].text


def test_measures_by_hand() -> None:
    """Of 30 t lamps take 5, green power 20/30 of the 25 that are left: 21.67 t, not 25.

    At 0 %: lamps 1000/10 - 500 = -400 a year; green power 40 a tonne: 666.67 a year.
    """
    report = build(WHOLE, known(), 2023)

    assert value(report, "abatement.together") == pytest.approx(5 + 25 * 2 / 3)
    assert value(report, "abatement.added") == 25
    assert value(report, "abatement.cost") == pytest.approx(-400 + 800 * 25 / 30)
    assert value(report, "abatement.unit_cost", "entry:green") == pytest.approx(40)
    assert value(report, "abatement.value", "entry:lamps") == pytest.approx(4000)


def test_the_plan_by_hand() -> None:
    """Trend 65 t, goal 58: 7 t are needed, and lamps give 5: green power in 2030 alone; its next tonne costs 40.

    Cost to 2030: lamps 6 years of -400 and green power one of 666.67.
    """
    report = build(WHOLE, known(), 2023)

    assert value(report, "plan.need", "entry:near") == pytest.approx(7)
    assert value(report, "plan.cost") == pytest.approx(-6 * 400 + 800 * 25 / 30)
    assert value(report, "plan.shadow", "entry:near") == pytest.approx(40)
    plan = next(one for one in report.tables if one.id == "plan").rows
    assert plan.select("measure", "year").rows() == [("lamps", 2025), ("green", 2030)]


def test_what_cannot_be_reached_is_come_near_to_and_the_rest_is_said() -> None:
    far = {**NEAR, "entry": "far", "target": "far", "term": "long", "reduction": 0.9}
    report = build({**WHOLE, "target": made("target", [NEAR, far])}, known(), 2023)
    line = report.line("plan.shortfall", "entry:far")

    assert value(report, "plan.reduction", "entry:far") == pytest.approx(5 + 25 * 2 / 3)
    assert line.value == pytest.approx(55 - 5 - 25 * 2 / 3)  # 65 t less 10 t
    assert line.notes[0].params["most"] == pytest.approx(5 + 25 * 2 / 3)
    assert value(report, "plan.reduction", "entry:near") >= 7
    assert value(report, "plan.shortfall", "entry:near") == 0  # what is kept says so, and is not merely without a line


def test_a_year_of_the_pathway_may_be_kept_too() -> None:
    """2025: the trend is 82.5, a straight line allows 79: 3.5 t, which lamps alone (5 t) give."""
    report = build(WHOLE, known(), 2023, Given(every=True))
    needs = {one.period: one.value for one in report.lines if one.name == "plan.need"}

    assert needs["2025"] == pytest.approx(3.5)
    assert figures_of_lines(report.lines, ())


def test_every_line_becomes_a_figure_and_names_only_lines_that_are_there() -> None:
    for year in (2021, 2023):
        for some in (WHOLE, entries(target=[NEAR]), entries(abatement=[LAMPS]), {}):
            report = build(some, known(year), year)
            assert len(figures_of_lines(report.lines, ())) == len(report.lines)


def test_an_intensity_may_fall_while_emissions_stand() -> None:
    """100 t over 10 CNY in 2020, 89 t over 40 in 2023; half by 2030: 10 - 0.5 3 = 8.5 allowed, 2.225 there."""
    ratio = {**NEAR, "form": "intensity", "denominator": "revenue", "reduction": 0.5}
    report = build(entries(target=[ratio]), known(), 2023)

    assert report.line("target.value", "entry:near").unit == "t CO2e/CNY"
    assert value(report, "target.value", "entry:near") == pytest.approx(89 / 40)
    assert value(report, "target.allowed", "entry:near") == pytest.approx(8.5)


def test_a_renewable_share_is_stated_and_grows() -> None:
    share = {"entry": "re", "target": "re", "form": "renewable", "term": "near", "base_year": 2020, "base_value": 0.1,
             "target_year": 2030, "goal": 1.0}  # fmt: skip
    said = {"target": "re", "year": 2023, "value": 0.3, "source": "supplier"}
    report = build(entries(target=[share], target_value=[said]), known(), 2023)

    assert value(report, "target.allowed", "entry:re") == pytest.approx(0.37)
    assert value(report, "target.gap", "entry:re") == pytest.approx(-0.07)
    assert report.line("target.value", "entry:re").basis == "stated"
    assert "off track" in report.says[0].text


def test_what_began_in_a_known_year_is_in_the_inventory() -> None:
    done = {**LAMPS, "start": 2023}
    report = build(entries(target=[NEAR], abatement=[done], valuation=[VALUED]), known(), 2023)

    assert value(report, "target.forecast", "entry:near") == value(report, "target.trend", "entry:near")


def test_a_pathway_that_nobody_read_is_unconfirmed() -> None:
    path = {"pathway": "p", "year": 2020, "form": "linear", "value": 0.042, "source": "a blog"}
    report = build(entries(target=[{**NEAR, "pathway": "p"}], pathway=[path]), known(), 2023)
    line = report.line("target.allowed", "entry:near")

    assert (line.value, line.basis) == (pytest.approx(87.4), "unconfirmed")


def test_emissions_above_their_peak_are_told() -> None:
    path = [{"pathway": "p", "year": 2021, "form": "peak", "source": "policy"}]
    up = known().series.with_columns(pl.when(pl.col("year") == 2023).then(99.0).otherwise("value").alias("value"))
    report = build(entries(target=[{**NEAR, "pathway": "p"}], pathway=path), Known(series=up), 2023)

    assert "target.peak" in {one.code for one in report.findings}


def test_a_year_without_inventory_has_a_reason_and_no_value() -> None:
    report = build(entries(target=[NEAR]), known(), 2026)
    line = report.line("target.value", "entry:near")

    assert line.value is None
    assert line.reason is not None


def test_without_a_discount_rate_nothing_is_priced() -> None:
    report = build(entries(abatement=[LAMPS]), Known(), 2023)

    assert report.line("abatement.cost").value is None
    assert {one.id for one in report.charts} == set()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"credits": True}, "target.credits"),
        ({"avoided": True}, "target.avoided"),
        ({"coverage": ["scope2.location", "scope2.market"]}, "target.coverage_twice"),
        ({"coverage": ["scope3", "scope3.1"]}, "target.coverage_twice"),
        ({"coverage": ["scope 4"]}, "target.coverage"),
        ({"coverage": None}, "target.coverage"),
        ({"target_year": 2020}, "target.years"),
        ({"goal": 10.0}, "target.goal"),
        ({"reduction": None}, "target.goal"),
        ({"form": "intensity"}, "target.denominator"),
        ({"form": "renewable"}, "target.share"),
        ({"form": "renewable", "reduction": None, "goal": 60.0}, "target.share_above_one"),
        ({"pathway": "nowhere"}, "target.pathway"),
    ],
)
def test_traps_of_targets_are_refused(change: dict[str, Any], code: str) -> None:
    found = wrong(entries(target=[{**NEAR, **change}]))

    assert code in {one.code for one in found}
    assert all(one.severity == "error" for one in found)


def test_the_source_of_the_rule_is_said() -> None:
    (found,) = wrong(entries(target=[{**NEAR, "credits": True}]))
    assert "IFRS S2" in found.text()


def test_sound_entries_are_not_refused() -> None:
    assert wrong(WHOLE) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"acts_on": "offsets"}, "abatement.acts_on"),
        ({"reduction": None}, "abatement.no_reduction"),
        ({"basis": "savings"}, "abatement.no_saving"),
        ({"basis": "plant"}, "abatement.no_figure"),
        ({"basis": "plant", "figure": "x"}, "abatement.two_reductions"),
        ({"latest": 2024}, "abatement.latest"),
        ({"currency": "EUR"}, "target.currency"),
    ],
)
def test_traps_of_measures_are_refused(change: dict[str, Any], code: str) -> None:
    assert code in codes(abatement=[{**LAMPS, **change}], valuation=[VALUED])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"measures": ["lamps", "ghost"]}, "abatement.unknown"),
        ({"measures": ["lamps"]}, "abatement.few"),
        ({"base": None}, "abatement.no_base"),
        ({"base": 10.0}, "abatement.above_base"),
        ({"form": "overlap"}, "abatement.overlap"),
    ],
)
def test_traps_of_interactions_are_refused(change: dict[str, Any], code: str) -> None:
    assert code in codes(abatement=[LAMPS, GREEN], interaction=[{**BASE, **change}])


def test_a_measure_loses_in_one_way() -> None:
    overlap = {"interaction": "o", "form": "overlap", "measures": ["lamps", "green"], "lost": 0.3}
    assert "abatement.both" in codes(abatement=[LAMPS, GREEN], interaction=[BASE, overlap])


def test_overlaps_take_no_more_than_all() -> None:
    third = {**LAMPS, "entry": "third", "measure": "third"}
    twice = [
        {"interaction": name, "form": "overlap", "measures": [name, "green"], "lost": 0.6}
        for name in ("lamps", "third")
    ]
    assert "abatement.lost" in codes(abatement=[LAMPS, GREEN, third], interaction=twice)


def test_money_of_another_year_is_refused() -> None:
    """NGFS paths are in US$ of 2010: they do not add to costs in CNY."""
    assert "target.price_currency" in codes(valuation=[{**VALUED, "carbon_price": 100.0, "price_currency": "US$2010"}])


def test_rates_and_indices_do_not_mix_and_a_rate_is_a_year_s() -> None:
    rows = [
        {"pathway": "p", "year": 2020, "form": "linear", "value": 0.042, "source": "s"},
        {"pathway": "p", "year": 2030, "form": "index", "value": 0.58, "source": "s"},
        {"pathway": "q", "year": 2020, "form": "linear", "value": 0.9, "source": "s"},
        {"pathway": "r", "year": 2030, "form": "peak", "value": 0.9, "source": "s"},
        {"pathway": "s", "year": 2030, "form": "index", "source": "s"},
    ]
    assert codes(pathway=rows) == {
        "target.pathway_forms", "target.rate", "target.peak_value", "target.pathway_value"
    }  # fmt: skip
