"""Sizing against hand calculations: a battery that shifts, money over years, drawn years, and its file."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from wattstone.base import InputRefused
from wattstone.dispatch import sizing_file, sizing_year
from wattstone.dispatch.backtest import Expected, Past, seasonal_naive
from wattstone.dispatch.outlook import Outlook
from wattstone.dispatch.site import Battery, Building, Grid, Site
from wattstone.dispatch.sizing import (
    Costs,
    Economics,
    Interval,
    Scenario,
    Sized,
    assess,
    best,
    frontier,
    resampled,
)
from wattstone.dispatch.sizing_file import read_sizing
from wattstone.dispatch.sizing_year import PARTS, Option, Tried, Year, options_of, trial, year

DAY, WEEK = 24, 168
SITE = Site(id="yard", currency="EUR")
STORAGE = Battery(id="x", capacity=1, charge=1, discharge=1, charge_efficiency=1.0, discharge_efficiency=1.0)
STAY = Scenario(name="stay", source="a test")
OPTIONS = options_of([10.0], [10.0], [1.0])


def two_weeks(load: float = 20.0) -> Outlook:
    """Cheap first halves of days, dear second ones."""
    hour = np.arange(2 * WEEK) % DAY
    return Outlook(
        start=datetime(2024, 1, 1), hours=1.0, load=np.full(2 * WEEK, load),
        import_price=np.where(hour < 12, 0.1, 0.3), export_price=np.full(2 * WEEK, 0.05),
        intensity=np.full(2 * WEEK, 0.5),
    )  # fmt: skip


def noon() -> np.ndarray:
    return ((np.arange(2 * WEEK) % DAY >= 6) & (np.arange(2 * WEEK) % DAY < 18)).astype(float)


def seen(site: Site = SITE) -> Year:
    return year(site, two_weeks(), OPTIONS, storage=STORAGE, per_kw=noon(), week=WEEK, day=DAY)


def money(*, years: int = 20, pv: Costs | None = None) -> Economics:
    roof = pv or Costs(per_kw=100.0, per_kwh=0.0, running=10.0, life=years, fade=0.0, source="a test")
    pack = Costs(per_kw=50.0, per_kwh=100.0, running=1.0, life=years, fade=0.0, source="a test")
    return Economics(years=years, discount=0.05, pv=roof, storage=pack, source="a test")


def no_error(count: int = 2) -> Tried:
    return Tried(np.zeros((len(OPTIONS), count, len(PARTS))), np.zeros((len(OPTIONS), count)), tuple(range(count)))


def row(option: Option) -> int:
    return OPTIONS.index(option)


def test_a_lossless_battery_shifts_its_capacity_every_day() -> None:
    sums = seen().sums.sum(axis=1)[:, 0]

    # 14 days of 10 kWh at 0.3 instead of 0.1; of the first 10 kWh, 5 were in it.
    saved = 14 * 10 * 0.3 - (14 * 10 - 5) * 0.1
    assert sums[row(Option(0, 10, 10))] == pytest.approx(sums[0] - saved, abs=1e-6)


def test_pv_that_is_all_used_saves_its_price_and_its_emissions() -> None:
    sums = seen().sums.sum(axis=1)
    less = sums[0] - sums[row(Option(10, 0, 0))]

    assert less[PARTS.index("bought")] == pytest.approx(14 * 10 * (6 * 0.1 + 6 * 0.3))
    assert less[PARTS.index("carbon")] == pytest.approx(14 * 120 * 0.5)
    assert sums[row(Option(10, 0, 0)), PARTS.index("pv")] == pytest.approx(14 * 120)


def test_foresight_of_a_day_loses_nothing_where_days_are_alike() -> None:
    truth = two_weeks()

    def knows(past: Past, steps: int) -> Expected:
        ahead = slice(past.step, past.step + steps)
        return Expected(truth.load[ahead], noon()[None, ahead], truth.carbon[ahead])

    found = trial(SITE, truth, OPTIONS, knows, storage=STORAGE, per_kw=noon(), week=WEEK, day=DAY, count=2)

    assert found.sums[:, :, 0] == pytest.approx(0, abs=1e-6)


def limited() -> tuple[Site, Outlook]:
    """All load in a block with a battery of its own, whose import limit leaves half a kW beside the load."""
    pack = replace(STORAGE, id="own", capacity=10.0, charge=10.0, discharge=10.0)
    block = Building(id="block", devices=frozenset({"own"}), import_limit=20.5)
    truth = two_weeks()
    return replace(SITE, batteries=(pack,), buildings=(block,)), replace(truth, buildings=truth.load[None].copy())


def test_the_import_limit_of_a_building_is_kept_in_the_year() -> None:
    site, truth = limited()
    sums = year(site, truth, OPTIONS, storage=STORAGE, per_kw=noon(), week=WEEK, day=DAY).sums.sum(axis=1)[:, 0]
    bill = 14 * 20 * 12 * (0.1 + 0.3)

    # 5 of the first 10 kWh were in it; then 12 h of half a kW a day. New storage is common: it shifts 10 kWh a day.
    own = (10 + 13 * 6) * 0.3 - (5 + 13 * 6) * 0.1
    assert sums[0] == pytest.approx(bill - own, abs=1e-6)
    assert sums[row(Option(0, 10, 10))] == pytest.approx(sums[0] - (14 * 10 * 0.3 - (14 * 10 - 5) * 0.1), abs=1e-6)


def test_tried_weeks_forecast_the_load_of_each_building() -> None:
    site, truth = limited()

    def knows(past: Past, steps: int) -> Expected:
        assert np.array_equal(past.buildings, truth.buildings[:, : past.step])
        ahead = slice(past.step, past.step + steps)
        return Expected(
            truth.load[ahead], noon()[None, ahead], truth.carbon[ahead], buildings=truth.buildings[:, ahead]
        )

    found = trial(site, truth, OPTIONS, knows, storage=STORAGE, per_kw=noon(), week=WEEK, day=DAY, count=2)

    assert found.sums[:, :, 0] == pytest.approx(0, abs=1e-6)


def test_a_wrong_forecast_costs_what_it_misses() -> None:
    truth = two_weeks(load=5.0)
    truth.load[WEEK:] = np.where(np.arange(WEEK) // DAY % 2 == 0, 12.0, 1.0)
    site = replace(SITE, grid=Grid(demand_charge=5.0))
    blind = trial(
        site, truth, OPTIONS, seasonal_naive(DAY), storage=STORAGE, per_kw=noon(), week=WEEK, day=DAY, count=2
    )
    with_pack = row(Option(0, 10, 10))

    assert blind.sums[with_pack, 1, 0] + 5 * blind.peaks[with_pack, 1] > 0.5
    assert blind.sums[0] == pytest.approx(0)


def test_net_present_value_by_hand() -> None:
    found = {one.option: one for one in assess(seen(), no_error(), money(), [STAY], demand_charge=0.0, draws=40)}
    saving = 365.25 * 10 * (6 * 0.1 + 6 * 0.3)
    annuity = (1 - 1.05**-20) / 0.05
    roof = found[Option(10, 0, 0)]

    assert roof.saving.value == pytest.approx(saving)
    assert roof.npv.value == pytest.approx(-1000 + (saving - 100) * annuity)
    assert roof.avoided.value == pytest.approx(20 * 365.25 * 120 * 0.5)
    assert found[Option(0, 0, 0)].npv == Interval(0.0, 0.0, 0.0)
    bill = 365.25 * 20 * 12 * (0.1 + 0.3)
    assert found[Option(0, 0, 0)].paid.value == pytest.approx(bill * annuity)
    assert roof.paid.value == pytest.approx(bill * annuity - roof.npv.value)
    assert found[Option(0, 0, 0)].emitted.value == pytest.approx(20 * 365.25 * 20 * 24 * 0.5)
    assert roof.self_consumption.value == pytest.approx(1.0)


def test_ageing_growth_replacement_and_what_is_left_by_hand() -> None:
    costs = Costs(per_kw=100.0, per_kwh=0.0, running=0.0, life=10, fade=0.02, source="a test")
    dearer = Scenario(name="dearer", source="a test", bought=0.03)
    found = assess(seen(), no_error(), money(years=15, pv=costs), [dearer], demand_charge=0.0, draws=40)
    roof = next(one for one in found if one.option == Option(10, 0, 0))
    saving = 365.25 * 10 * (6 * 0.1 + 6 * 0.3)
    flows = sum(saving * 0.98 ** ((y - 1) % 10) * 1.03 ** (y - 1) / 1.05**y for y in range(1, 16))

    assert roof.npv.value == pytest.approx(flows - 1000 - 1000 / 1.05**10 + 500 / 1.05**15)


def test_peaks_count_by_the_month() -> None:
    site = replace(SITE, grid=Grid(demand_charge=7.0))
    found = assess(seen(site), no_error(), money(), [STAY], demand_charge=7.0, draws=40)
    bare = next(one for one in found if one.option == Option(0, 0, 0))

    assert bare.cost.value == pytest.approx(365.25 * 20 * 12 * 0.4 + 12 * 7 * 20)


def test_forecast_error_is_put_on_the_bill() -> None:
    tried = no_error()
    tried.sums[row(Option(0, 10, 10)), :, 0] = [1.0, 3.0]
    found = {one.option: one for one in assess(seen(), tried, money(), [STAY], demand_charge=0.0, draws=200)}
    pack = found[Option(0, 10, 10)]

    assert pack.cost.value - pack.foreseen == pytest.approx(2.0 * 365.25 / 7)
    assert pack.cost.low < pack.cost.value < pack.cost.high
    assert pack.cost.high - pack.cost.value <= 365.25 / 7 + 15  # at most both weeks the worse; first weeks differ


def test_drawn_weeks_stay_in_their_season() -> None:
    drawn = resampled(52, 300, block=2, season=3, rng=np.random.default_rng(1))
    away = (drawn - np.arange(52) + 26) % 52 - 26

    assert drawn.shape == (300, 52)
    assert np.abs(away).max() == 3
    assert (np.diff(away.reshape(300, 26, 2), axis=2) == 0).all()


def told(npv: float, avoided: float) -> Sized:
    some = Interval(1.0, 1.0, 1.0)
    return Sized(
        option=Option(npv, avoided, 1.0), scenario="x", cost=some, foreseen=1.0, saving=some, investment=1.0,
        paid=some, npv=Interval(npv, npv, npv), carbon=some, emitted=some,
        avoided=Interval(avoided, avoided, avoided), self_consumption=some,
    )  # fmt: skip


def test_the_frontier_leaves_out_what_is_beaten_in_both() -> None:
    found = [told(0, 0), told(10, 5), told(8, 4), told(3, 9), told(-1, 9)]

    assert [(one.npv.value, one.avoided.value) for one in frontier(found)] == [(10, 5), (3, 9)]
    assert best(found).npv.value == 10


def example() -> str:
    return (sizing_file.__doc__ or "").split("Example::")[1].replace("\n    ", "\n")


def test_the_example_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "sizing.toml"
    path.write_text(example(), encoding="utf-8")
    table = read_sizing(path)

    assert len(table.options) == 4 * (1 + 2 * 2)
    assert table.economics.storage.per_kwh == 1000
    assert table.battery.reserve == 0.1


def test_nothing_is_assumed_where_a_number_or_source_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "sizing.toml"
    text = example().replace('source = "three offers of May 2024"\n', "").replace("discount_rate = 0.05\n", "")
    path.write_text(text, encoding="utf-8")

    with pytest.raises(InputRefused) as refused:
        read_sizing(path)

    assert {one.place for one in refused.value.findings} == {
        "sizing.toml, money.discount_rate",
        "sizing.toml, pv.source",
    }


def test_steps_of_a_week() -> None:
    assert sizing_year.step_of_week(two_weeks()) == (WEEK, DAY)
