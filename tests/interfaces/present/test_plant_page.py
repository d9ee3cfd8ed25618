"""Pages of cold-and-heat plants: the plan, its reasons, what it saves against the rules, and the physical limit."""

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.interfaces.present import machinery_cases as cases
from tests.interfaces.present.test_pdf import has_chinese, squeezed, text_of
from wattstone.dispatch.plant.result import PlantPlan
from wattstone.interfaces.present.charts.base import Drawing
from wattstone.interfaces.present.languages import Language
from wattstone.interfaces.present.numbers import three
from wattstone.interfaces.present.plain_table import plain_table
from wattstone.interfaces.present.plant_charts import load_unit
from wattstone.interfaces.present.plant_page import (
    build_plant,
    plant_pdf,
    plant_replay_pdf,
    render_plant_plan,
    render_plant_replay,
)
from wattstone.interfaces.present.plant_tables import (
    bills_table,
    hour_tables,
    limit_table,
    savings_table,
    staging_table,
    unmet_table,
)


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages without pictures, for tests of words."""
    monkeypatch.setattr(Drawing, "svg", lambda *_args, **_more: '<svg role="img"></svg>')
    monkeypatch.setattr(Drawing, "alone", lambda *_args, **_more: ("<svg></svg>", b""))


def heading(**said: Any) -> Any:
    return cases.heading(**{"subject": "Energy centre", **said})


def drawings(plan: PlantPlan, **said: Any) -> dict[str, Drawing]:
    report = build_plant(plan, heading(), **said)
    lead = [report.lead] if report.lead is not None else []
    return {one.key: one for one in (*lead, *(one for part in report.sections for one in part.drawings))}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_needs_nothing_else_and_is_drawn_wide_and_narrow(lang: Language) -> None:
    page = render_plant_plan(cases.plant_plan(), heading(), hours=(cases.hour(),), lang=lang)

    assert "default-src 'none'" in page
    assert page.count('role="img"') == 6  # staging, ways and limit
    assert not re.search(r"\b(nan|NaN|inf|Infinity)\b", re.sub(r'href="data:[^"]*"', "", page))


def test_the_sentence_has_the_cost_of_the_plan_and_of_both_rules() -> None:
    plan = cases.plant_plan()
    sentence = build_plant(plan, heading()).sentence
    text = "".join(one if isinstance(one, str) else one.text for one in sentence)

    costs = [run.bill.total for run in (plan.operation, *(rule.operation for rule in plan.baselines))]
    assert costs == sorted(costs)
    for cost in costs:
        assert f"{three(cost)} EUR" in text
    assert "for the next 48 h" in text
    assert "rule of fewest machines" in text
    assert "rule of all machines alike" in text


def test_machines_are_stacked_up_to_demand_and_what_goes_into_stores() -> None:
    plan = cases.plant_plan()
    table = drawings(plan)["plant-plan"].table
    heads = [head.text for head in table.heads]

    assert heads[1] == "cold [kW]: demand"
    cold = [at for at, head in enumerate(heads) if head.startswith("cold") and at > 1]
    run = plan.operation
    for step, row in enumerate(table.rows):
        given = sum(float(row[at].text.replace("\u202f", "")) for at in cold)
        assert given == pytest.approx(plan.cold[step] + run.tank_in[0, step], abs=0.01)


def test_a_store_of_heat_stands_with_heat() -> None:
    heads = [head.text for head in drawings(cases.plant_plan(), tanks={"Tank": "heat"})["plant-plan"].table.heads]

    assert "heat [kW]: Tank, out" in heads
    assert "cold [kW]: Tank, out" not in heads


def test_hours_stand_on_the_clock_of_the_site() -> None:
    first = drawings(cases.plant_plan())["plant-plan"].table.rows[0][0].text

    assert first == "2026-07-01 00:00"  # 22:00 UTC in Berlin's summer
    undated = build_plant(cases.plant_plan(start=None), heading()).lead
    assert undated is not None
    assert "clock of UTC" in undated.subtitle


def test_steps_say_what_is_switched_first() -> None:
    steps = build_plant(cases.plant_plan(), heading()).steps

    assert [step.action for step in steps[:2]] == ["2026-07-01 00:00: run CH-1", "2026-07-01 00:00: run Boiler"]
    assert "at 400 kW" in steps[0].why  # 900 - 500 kW at midnight


def test_savings_are_told_against_both_rules_with_their_interval() -> None:
    plan = cases.plant_plan()
    fewest, all_on = savings_table(plan, "en").rows

    assert fewest[0].text == "Rule of fewest machines"
    # 9 % more electricity by the rule: 0.09 / 1.09 of its own are saved.
    assert fewest[4].text == "8.26 %"
    assert all_on[4].text == "18.7 %"
    assert re.fullmatch(r"\d+ \(\d[\d.]+ to \d+\)", fewest[1].text)
    bill = bills_table(plan, "en")
    assert bill.rows[-1][0].text == "Together"
    assert "Price of carbon" not in [row[0].text for row in bill.rows]  # there is none


def test_the_limit_is_told_for_each_way() -> None:
    plan = cases.plant_plan()
    rows = limit_table(plan, "en").rows

    shares = [float(row[-1].text.removesuffix(" %")) for row in rows]
    run = plan.operation
    assert shares[0] == pytest.approx(100 * run.limit.sum() / (run.kwh + run.fuel_kwh), abs=0.6)
    assert shares == sorted(shares, reverse=True)


def test_an_hour_is_explained_by_what_else_could_be_done() -> None:
    running, instead = hour_tables(cases.hour(), cases.plant_plan(), heading(), "en")

    assert running.title == "2026-07-01 14:00: what runs"
    assert "the limit is 119 kW" in running.note
    assert [row[0].text for row in instead.rows] == ["with CH-2 too", "without the stores", "without CH-1"]
    assert instead.rows[2][2].text == "does not meet the demand"
    assert instead.note == "The tank gives 150 kW, which saves running CH-2."


def test_a_replay_leads_with_the_rules_and_draws_both_ways() -> None:
    plan = cases.plant_plan(168)
    report = build_plant(plan, heading(), past=True)

    assert report.lead is not None
    assert report.lead.key == "plant-ways"
    run = next(part for part in report.sections if part.key == "run")
    assert [one.key for one in run.drawings] == ["plant-plan", "plant-fewest"]
    assert "would have paid" in str(report.sentence)
    assert all(len(one.svg()) < 500_000 for one in run.drawings)


@pytest.mark.usefixtures("undrawn")
def test_a_replay_is_a_page() -> None:
    page = render_plant_replay(cases.plant_plan(), heading())

    assert "<title>Replay of Energy centre · Harbour Works</title>" in page


def test_where_a_plan_saves_nothing_it_says_so() -> None:
    plan = cases.plant_plan()
    worse = tuple(replace(one, cost=-5.0, cost_share=-0.002, cost_low=None, cost_high=None) for one in plan.savings)
    report = build_plant(replace(plan, savings=worse, fallback="fewest"), heading())
    text = str(next(part for part in report.sections if part.key == "saved").paragraphs)

    assert report.lead is not None
    assert report.lead.title == "The plan can save nothing against the rule of fewest machines"
    assert "No plan beat it" in text
    assert "interval not known" in [line.interval for line in report.headlines]


def test_without_rules_nothing_is_compared() -> None:
    report = build_plant(cases.plant_plan(baselines=(), savings=(), findings=()), heading())

    assert "saved" not in [part.key for part in report.sections]
    assert {"no rule to compare with"} == {line.change for line in report.headlines[:3]}


@pytest.mark.usefixtures("undrawn")
def test_every_number_that_was_recorded_links_to_its_evidence() -> None:
    names = ("plant.cost.plan", "plant.electricity.plan", "plant.emissions.plan", "plant.cost.fewest",
             "plant.saved.cost.fewest", "plant.limit.all_on", "plant.limit_share.plan")  # fmt: skip
    page = render_plant_plan(cases.plant_plan(), heading(figures=cases.figures(*names)))

    assert set(re.findall(r'href="#f-(\w+)"', page)) == {one["id"] for one in cases.figures(*names)}


def test_the_table_for_the_terminal_says_off_in_words() -> None:
    table = staging_table(cases.plant_plan(), heading(), "en")

    assert len(table.rows) == 48
    assert table.rows[0][2].text == "off"
    assert plain_table(table).row_count == 48


def test_many_machines_keep_their_names() -> None:
    plan = cases.plant_plan()
    run = plan.operation
    names = tuple(f"CH-{at}" for at in range(1, 9))
    load = np.full((8, 48), 60.0)
    zero = np.zeros((8, 48))
    many = replace(run, machines=names, load=load, cold=load, heat=zero, electricity=load / 5, fuel=zero)
    svg = drawings(replace(plan, operation=many, baselines=(), savings=()))["plant-plan"].svg()

    assert all(f">{name}<" in svg for name in names)


def test_the_papers_say_what_the_pages_say() -> None:
    text = squeezed(text_of(plant_pdf(cases.plant_plan(), heading(), hours=(cases.hour(),))))
    for said in ("Plan of Energy centre", "Simulated data", "Distance to the physical limit", "what else could be done",
                 "How exact it is"):  # fmt: skip
        assert squeezed(said) in text
    assert squeezed("Replay of Energy centre") in squeezed(text_of(plant_replay_pdf(cases.plant_plan(), heading())))


@pytest.mark.skipif(not has_chinese(), reason="no font for Chinese is installed")
def test_the_chinese_paper_says_it_in_chinese() -> None:
    text = squeezed(text_of(plant_pdf(cases.plant_plan(), heading(), hours=(cases.hour(),), lang="zh")))

    for said in ("运行计划", "最少台数规则", "与物理极限的距离", "精确程度", "不能满足需求"):
        assert said in text


@pytest.mark.usefixtures("undrawn")
def test_what_is_asked_for_in_vain_stands_where_nobody_overlooks_it() -> None:
    plan = cases.plant_plan()
    short = np.zeros(48)
    short[9] = 165.5  # kW for an hour
    operation = replace(plan.operation, unserved={"cold": short, "heat": np.zeros(48)})
    report = build_plant(replace(plan, operation=operation), heading())
    saved = next(part for part in report.sections if part.key == "saved")

    assert saved.notice.startswith("Not every way meets the demand")
    assert report.sentence[-1] == "Demand is not met in every hour: see what is missing."
    assert [cell.text for cell in saved.tables[1].rows[0]] == ["The plan", "165.5", "0"]
    assert unmet_table(plan, "en") is None
    assert not next(part for part in build_plant(plan, heading()).sections if part.key == "saved").notice


def test_compressors_in_a_plan_have_their_own_unit_and_their_heat_is_told() -> None:
    plan = cases.plant_plan()
    run = plan.operation
    air, heat = np.full(48, 35.9), np.full(48, 130.0)
    joined = replace(
        run, machines=(*run.machines, "K1"), load=np.vstack([run.load, air]), cold=np.vstack([run.cold, np.zeros(48)]),
        heat=np.vstack([run.heat, heat]), electricity=np.vstack([run.electricity, np.full(48, 226.0)]),
        fuel=np.vstack([run.fuel, np.zeros(48)]),
    )  # fmt: skip
    alone = replace(plan, operation=joined, baselines=(), savings=())
    report = build_plant(alone, heading())
    part = next(part for part in report.sections if part.key == "machines")
    share = 130.0 * 48 / (130.0 * 48 + run.heat.sum())

    assert [load_unit(joined, at) for at in range(5)] == ["kW"] * 4 + ["m³/min"]
    assert part.paragraphs[0][0] == (
        f"Compressors are part of this plan: their heat gives 6\u202f240 kWh, {100 * share:.0f} % of all that is made."
    )
    assert "K1 [m³/min]" in [head.text for head in staging_table(alone, heading(), "en").heads]


@pytest.mark.parametrize(("known", "words"), [(None, None), (True, "as it was measured"), (False, "as it is forecast")])
def test_whether_demand_was_known_is_told_where_it_is_known(known: bool | None, words: str | None) -> None:
    facts = dict(build_plant(cases.plant_plan(), heading(), known=known).facts)

    assert facts.get("Demand") == words
