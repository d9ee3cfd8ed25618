"""The report on scenarios by hand: what carbon costs as it is, with the levers and with a target kept."""

from itertools import pairwise

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.disclosure.kept import entries, frame
from wattstone.disclosure.report import Beside, build
from wattstone.disclosure.scenarios.costed import Used
from wattstone.disclosure.scenarios.drawn import Met
from wattstone.disclosure.scenarios.levers import plan_of, reductions
from wattstone.programme.targets.known import SERIES, Known
from wattstone.workflows.programme.lines import figures_of_lines

OF = {"provider": "P", "model": "M", "edition": "1", "scenario": "S", "region": "World"}
SUBJECT = "entry:orderly~2025"


def path(year, value, variable="Price|Carbon", unit="US$2010/t CO2"):
    return {**OF, "variable": variable, "year": year, "value": value, "unit": unit, "source": "made"}


def scenario(**said):
    return {
        **OF,
        "id": "orderly",
        "year": 2025,
        "title_en": "Orderly",
        "price": "Price|Carbon",
        "aim": "near_paris",
        "covers": ["scope1", "scope2.market"],
        "covered": 0.8,
        "per_unit": 7.0,
        "currency": "CNY",
        "rate_source": "bank",
        **said,
    }


def driver(name, **said):
    return {"scenario": "orderly", "year": 2025, "driver": name, "source": "made", **said}


def measure(name, **said):
    return {
        "measure": name,
        "status": "decided",
        "stage": "saving",
        "acts_on": "scope2",
        "basis": "stated",
        "reduction": 100.0,
        "confidence": 1.0,
        "capex": 1.0,
        "currency": "CNY",
        "start": 2026,
        "lifetime": 10,
        "source": "offer",
        **said,
    }


def kept(*, scenarios=(), drivers=(), more=(), **others):
    return entries(
        scenario=list(scenarios) or [scenario()],
        path=[path(2025, 50.0), path(2030, 100.0), path(2040, 200.0), *more],
        driver=list(drivers),
        **others,
    )


def beside(abatement=(), target=(), interaction=(), **said):
    known = pl.DataFrame(
        [(2025, "scope1", 1000.0, "figure:a", False), (2025, "scope2.market", 3000.0, "figure:b", False)],
        schema=SERIES,
        orient="row",
    )
    return Beside(
        met=Met(
            tonnes={"scope1": 1000.0, "scope2.market": 3000.0},
            inputs={"scope1": "figure:a", "scope2.market": "figure:b"},
        ),
        targets=entries(abatement=list(abatement), target=list(target), interaction=list(interaction)),
        known=Known(series=known),
        **said,
    )


def value(report, name, period, subject=SUBJECT):
    found = [one for one in report.lines if (one.name, one.period, one.subject) == (name, str(period), subject)]
    assert len(found) == 1
    return found[0].value


def test_the_cost_of_inaction_is_what_is_emitted_times_the_share_times_the_price():
    report = build(kept(), beside(), 2025)

    assert value(report, "disclose.carbon_price", 2030) == pytest.approx(700.0)
    assert value(report, "disclose.emissions.inaction", 2030) == 4000.0
    assert value(report, "disclose.carbon_cost.inaction", 2030) == pytest.approx(4000 * 0.8 * 100 * 7)
    assert value(report, "disclose.carbon_cost.levers", 2030) == value(report, "disclose.carbon_cost.inaction", 2030)


def test_activity_and_the_grid_move_what_is_emitted():
    grid = [path(2025, 0.6, "EF", "kg/kWh"), path(2040, 0.3, "EF", "kg/kWh")]
    drivers = [driver("activity", yearly=0.1), driver("grid_factor", variable="EF")]
    report = build(kept(drivers=drivers, more=grid), beside(), 2025)

    # 2030: activity 1.1^5; the grid a third of the way from 0.6 to 0.3, so 0.5/0.6.
    assert value(report, "disclose.emissions.inaction", 2030) == pytest.approx(1.1**5 * (1000 + 3000 * 0.5 / 0.6))


def test_levers_take_off_what_is_expected_of_them_and_only_in_their_life():
    report = build(kept(), beside([measure("lamps", confidence=0.5, lifetime=10)]), 2025)
    each = 100 * 0.5 * 0.8

    assert value(report, "disclose.emissions.levers", 2025) == 4000.0
    assert value(report, "disclose.emissions.levers", 2030) == pytest.approx(3950.0)
    assert value(report, "disclose.carbon_cost.avoided", 2030) == pytest.approx(each * 700)
    assert value(report, "disclose.lever.lamps.avoided", 2030) == pytest.approx(each * 700)
    assert value(report, "disclose.emissions.levers", 2040) == 4000.0, "it ended in 2035"


def test_what_a_saved_kwh_is_worth_falls_with_the_grid():
    grid = [path(2025, 0.6, "EF", "kg/kWh"), path(2040, 0.3, "EF", "kg/kWh")]
    report = build(kept(drivers=[driver("grid_factor", variable="EF")], more=grid), beside([measure("lamps")]), 2025)

    assert value(report, "disclose.carbon_cost.avoided", 2030) == pytest.approx(100 * 0.5 / 0.6 * 0.8 * 700)


def test_measures_on_the_same_emissions_do_not_count_twice():
    both = [measure("a", reduction=1500.0), measure("b", reduction=1500.0)]
    same = [{"interaction": "el", "form": "same_base", "measures": ["a", "b"], "base": 3000.0, "source": "x"}]
    report = build(kept(), beside(both, interaction=same), 2025)

    # Each halves the same 3000 t: 2250 t together, as in Kesicki and Ekins (2012).
    assert value(report, "disclose.emissions.levers", 2030) == pytest.approx(4000 - 2250)
    told = [value(report, f"disclose.lever.{one}.avoided", 2030) for one in "ab"]
    assert sum(told) == pytest.approx(value(report, "disclose.carbon_cost.avoided", 2030))


def test_a_candidate_is_told_and_not_counted():
    report = build(kept(), beside([measure("roof", status="candidate")]), 2025)

    assert value(report, "disclose.carbon_cost.avoided", 2030) == 0
    assert value(report, "disclose.lever.roof.possible", 2030) == pytest.approx(100 * 0.8 * 700)


def test_what_began_before_is_in_the_inventory_already():
    report = build(kept(), beside([measure("old", start=2020, lifetime=30)]), 2025)

    assert value(report, "disclose.emissions.levers", 2030) == 4000.0


def test_levers_never_take_more_than_there_is():
    report = build(kept(), beside([measure("green", acts_on="scope2.market", reduction=9000.0)]), 2025)

    assert value(report, "disclose.emissions.levers", 2030) == pytest.approx(1000.0), "scope 1 is left"


def test_a_kept_target_costs_what_it_allows():
    target = {
        "target": "near",
        "form": "absolute",
        "term": "near",
        "coverage": ["scope1", "scope2.market"],
        "base_year": 2025,
        "target_year": 2035,
        "reduction": 0.5,
        "source": "own",
    }
    report = build(kept(), beside(target=[target]), 2025)

    # Half way to half of 4000 t in 2030: 3000 t.
    assert value(report, "disclose.carbon_cost.target.near", 2030) == pytest.approx(3000 * 0.8 * 700)
    # The target year is told, though the path tells 2030 and 2040 alone: 2000 t at half way from 100 to 200 dollars.
    assert value(report, "disclose.carbon_cost.target.near", 2035) == pytest.approx(2000 * 0.8 * 150 * 7)
    table = next(one for one in report.tables if one.id == "kept").rows
    assert table["year"].to_list() == [2025, 2030, 2035]


def test_a_target_year_beyond_the_path_is_none_of_its_years():
    target = {
        "target": "far", "form": "absolute", "term": "long", "coverage": ["scope1", "scope2.market"],
        "base_year": 2025, "target_year": 2045, "reduction": 0.5, "source": "own",
    }  # fmt: skip
    report = build(kept(), beside(target=[target]), 2025)

    assert next(one for one in report.tables if one.id == "kept").rows["year"].to_list() == [2025, 2030, 2040]


def test_a_target_of_another_coverage_says_nothing_of_the_cost():
    target = {
        "target": "near",
        "form": "absolute",
        "term": "near",
        "coverage": ["scope1"],
        "base_year": 2025,
        "target_year": 2035,
        "reduction": 0.5,
        "source": "own",
    }
    report = build(kept(), beside(target=[target]), 2025)

    assert not [one for one in report.lines if "target" in one.name]


def test_beyond_the_path_there_is_no_cost_and_the_reason_is_said():
    horizons = [{"year": 2025, "horizon": "long", "first": 2031, "last": 2050}]
    other = scenario(id="far", scenario="F")
    more = [{**path(2050, 400.0), "scenario": "F"}, {**path(2030, 300.0), "scenario": "F"}]
    report = build(kept(scenarios=[scenario(), other], more=more, horizon=horizons), beside(), 2025)
    line = next(
        one
        for one in report.lines
        if (one.name, one.period, one.subject) == ("disclose.carbon_cost.inaction", "2050", SUBJECT)
    )

    assert line.value is None
    assert line.reason is not None
    assert line.reason.params == {"variable": "Price|Carbon", "first": 2025, "last": 2040, "year": 2050}
    assert value(report, "disclose.carbon_cost.inaction", 2050, "entry:far~2025") == pytest.approx(4000 * 0.8 * 400 * 7)


def test_without_the_inventory_there_is_a_price_and_no_cost():
    report = build(kept(), Beside(), 2025)

    assert value(report, "disclose.carbon_price", 2030) == pytest.approx(700.0)
    assert value(report, "disclose.carbon_cost.inaction", 2030) is None
    assert [one.code for one in report.findings if one.code == "disclose.no_cost"]


def test_a_price_of_carbon_and_not_of_co2_is_refused():
    paths = entries(scenario=[scenario()], path=[path(2030, 100.0, unit="US$2010/t C")])
    report = build(paths, beside(), 2025)

    assert all(one.value is None for one in report.lines if one.name == "disclose.carbon_cost.inaction")
    assert next(one for one in report.findings if one.code == "disclose.no_cost").params["unit"] == "US$2010/t C"


def test_a_price_below_zero_is_pointed_out_in_every_year_of_it():
    """From 50 in 2025 to -50 in 2028 and 100 in 2030; years that are looked at are those of the path."""
    report = build(kept(more=[path(2028, -50.0)]), beside(), 2025)
    (found,) = [one for one in report.findings if one.code == "disclose.price_below_zero"]

    assert (found.place, found.severity, found.params["years"]) == ("scenario 'orderly~2025'", "warning", "2028")
    usual = build(kept(), beside(), 2025)
    assert not [one for one in usual.findings if one.code == "disclose.price_below_zero"]


def test_scope_2_by_both_methods_counts_twice_and_has_no_cost():
    known = beside()
    met = Met(
        tonnes={**known.met.tonnes, "scope2.location": 1.0}, inputs={**known.met.inputs, "scope2.location": "figure:c"}
    )
    report = build(kept(scenarios=[scenario(covers=["scope2.market", "scope2.location"])]), Beside(met=met), 2025)

    assert all(one.value is None for one in report.lines if one.name == "disclose.emissions.inaction")


def test_energy_costs_follow_the_path_of_their_carrier():
    more = [path(2025, 0.5, "Power", "CNY/kWh"), path(2030, 0.6, "Power", "CNY/kWh")]
    held = kept(
        drivers=[driver("price.electricity", variable="Power")],
        more=more,
        energy_price=[
            {"carrier": "electricity", "year": 2025, "amount": 0.7, "currency": "CNY"},
            {"carrier": "natural_gas", "year": 2025, "amount": 0.3, "currency": "CNY"},
        ],
    )
    used = Used(
        energy={"electricity": 1e6, "natural_gas": 2e5}, inputs={"electricity": "figure:e", "natural_gas": "figure:g"}
    )
    report = build(held, beside(used=used), 2025)

    assert value(report, "disclose.energy_cost.electricity", 2030) == pytest.approx(1e6 * 0.7 * 1.2)
    assert value(report, "disclose.energy_cost.natural_gas", 2030) == pytest.approx(2e5 * 0.3)
    assert value(report, "disclose.energy_cost", 2030) == pytest.approx(840e3 + 60e3)
    assert value(report, "disclose.energy_cost.electricity", 2040) is None, "the path of power ends in 2030"


def test_every_number_of_a_table_names_a_line_and_every_line_its_inputs():
    report = build(kept(drivers=[driver("activity", yearly=0.02)]), beside([measure("lamps")]), 2025)
    known = {f"{one.name}|{one.subject}|{one.period}" for one in report.lines}
    linked = [
        link
        for table in report.tables
        for name in table.rows.columns
        if name.endswith("@line")
        for link in table.rows[name].drop_nulls()
        if table.id != "price_against"
    ]

    assert len(linked) > 15
    assert {link for link in linked if link.count("|") == 2} <= known
    figures = figures_of_lines(report.lines, ("question:x",))
    cost = figures["disclose.carbon_cost.levers", SUBJECT, "2030"]
    assert any(one.startswith("entry:") for one in cost.inputs)
    ahead = figures["disclose.emissions.inaction", SUBJECT, "2030"]
    assert {"figure:a", "figure:b"} <= set(ahead.inputs)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(1, 2000), min_size=3, max_size=3).map(sorted), st.floats(0, 1))
def test_a_rising_price_is_a_rising_cost_and_no_coverage_is_none(prices, covered):
    held = entries(scenario=[scenario(covered=covered)], path=[path(2025 + 5 * n, one) for n, one in enumerate(prices)])
    report = build(held, beside(), 2025)
    costs = [one.value for one in report.lines if one.name == "disclose.carbon_cost.inaction"]

    assert all(after >= before for before, after in pairwise(costs))
    assert covered or not any(costs)


def test_reductions_beside_each_other_add_up_to_their_sum():
    told = {
        "abatement": frame("abatement", measure("a"), measure("b", acts_on="scope1"), measure("c", acts_on="scope3.1"))
    }
    whole = {"scope1": np.array([1000.0]), "scope2.market": np.array([3000.0])}
    found = reductions(plan_of(told, 2025), ["scope1", "scope2.market"], whole, [2030], np.ones(1))

    assert found.reduction[:, 0].tolist() == [100.0, 100.0, 0.0], "suppliers' emissions are not met by the price"
