"""What a battery does within a step: the plan's meaning, against hand-worked cases."""

from dataclasses import replace
from datetime import datetime
from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattstone.dispatch.follow import Follow, fixed, follow_of
from wattstone.dispatch.outlook import Outlook, State
from wattstone.dispatch.plan import Plan
from wattstone.dispatch.site import Battery, Building, Grid, Netting, Pv, Site
from wattstone.dispatch.solve import Planner

PACK = Battery(id="b", capacity=20, charge=5, discharge=5, charge_efficiency=0.9, discharge_efficiency=0.9)
SITE = Site(id="a", pv=(Pv(id="r", capacity=20.0),), batteries=(PACK,))
KW = st.floats(-20, 20)


def plan(
    load: list[float], sun: list[float], price: list[float], *, soc: float, site: Site = SITE,
    buildings: list[list[float]] | None = None,
) -> Plan:  # fmt: skip
    outlook = Outlook(
        start=datetime(2024, 1, 1), hours=1.0, load=np.array(load), pv=np.array([sun]), import_price=np.array(price),
        export_price=np.zeros(len(load)), terminal_value=0.0,
        buildings=np.array(buildings or []).reshape(-1, len(load)),
    )  # fmt: skip
    return Planner().plan(site, outlook, State(soc=np.array([soc])))


def test_stored_sun_covers_the_evening_whatever_the_load_is() -> None:
    # More is stored than the evening takes: a kWh is worth 0, so each load that comes is covered, no sun taken up.
    made = plan([2.0, 2.0], [0.0, 0.0], [0.3, 0.3], soc=20.0)
    (one,) = follow_of(made, 0)

    assert one.flow(2.0) == pytest.approx(-2.0)
    assert one.flow(4.5) == pytest.approx(-4.5)
    assert one.flow(9.0) == pytest.approx(-5.0)
    assert one.flow(-3.0) == pytest.approx(0.0)


def test_a_surplus_that_earns_nothing_is_taken_up_but_nothing_is_bought() -> None:
    # Noon, then an evening that could use more than there is: a kWh is worth 0.3 * 0.9, no more than import costs.
    made = plan([1.0, 8.0, 8.0], [4.0, 0.0, 0.0], [0.3, 0.3, 0.3], soc=0.0)
    (one,) = follow_of(made, 0)

    assert made.schedule.battery[0, 0] == pytest.approx(3.0)
    assert one.flow(-3.0) == pytest.approx(3.0)
    assert one.flow(-4.5) == pytest.approx(4.5)
    assert one.flow(-1.0) == pytest.approx(1.0)
    assert one.flow(2.0) == pytest.approx(0.0)


def test_energy_for_a_dear_hour_is_not_spent_in_a_cheap_one_and_is_bought_as_planned() -> None:
    made = plan([1.0, 4.0], [0.0, 0.0], [0.1, 0.5], soc=0.0)
    (one,) = follow_of(made, 0)

    bought = 4.0 / 0.81
    assert made.schedule.battery[0, 0] == pytest.approx(bought)
    assert one.flow(1.0) == pytest.approx(bought)
    assert one.flow(3.0) == pytest.approx(bought)


def test_it_holds_the_peak_within_its_power() -> None:
    site = replace(SITE, grid=Grid(demand_charge=10.0))
    made = plan([6.0, 6.0], [0.0, 0.0], [0.2, 0.2], soc=4.0, site=site)
    (one,) = follow_of(made, 0, peak=made.ceiling)

    # 4 kWh give 3.6: 1.8 kW in each hour.
    assert made.ceiling == pytest.approx(4.2)
    assert 6.0 + one.flow(6.0) == pytest.approx(4.2)
    assert 9.0 + one.flow(9.0) == pytest.approx(4.2)
    assert one.flow(12.0) == pytest.approx(-5.0)


def blocks(*, limit: float = np.inf, energy: Literal["site", "building"] = "site") -> Site:
    """The battery in one block; the roof is common."""
    block = Building(id="block", devices=frozenset({"b"}), import_limit=limit)
    return replace(SITE, buildings=(block, Building(id="other")), netting=Netting(energy=energy))


@pytest.mark.parametrize("energy", ["site", "building"])
def test_it_holds_the_import_limit_of_its_building_within_its_power(energy: Literal["site", "building"]) -> None:
    # The dear hour could use 3 kW; in the cheap one the block's 3 kW leave the battery 2, beside its load of 1.
    site = blocks(limit=3.0, energy=energy)
    made = plan([2.0, 3.0], [0.0, 0.0], [0.1, 0.5], soc=0.0, site=site, buildings=[[1.0, 3.0], [1.0, 0.0]])
    (one,) = follow_of(made, 0)

    assert made.mode == "optimal"
    assert one.limit == 3.0
    assert one.flow(2.0, 1.0) == pytest.approx(2.0)
    assert one.flow(2.0, 2.4) == pytest.approx(0.6)
    assert one.flow(2.0, 4.0) == pytest.approx(-1.0)
    assert one.flow(2.0, 9.0) == pytest.approx(-5.0)


def test_it_buys_at_the_meter_of_its_building_what_was_planned_there_though_the_neighbour_sells() -> None:
    # The common roof feeds 15 kW beyond what all draw; the block pays by its own meter, and buys for its dear hour.
    site = blocks(energy="building")
    made = plan([1.0, 4.0], [16.0, 0.0], [0.1, 0.5], soc=0.0, site=site, buildings=[[1.0, 4.0], [0.0, 0.0]])
    (one,) = follow_of(made, 0)

    bought = 4.0 / 0.81
    assert made.schedule.battery[0, 0] == pytest.approx(bought)
    assert one.flow(-15.0, 1.0) == pytest.approx(bought)
    assert one.flow(-15.0, 3.0) == pytest.approx(bought)


def test_one_that_does_not_follow_does_as_it_is_told() -> None:
    site = replace(SITE, batteries=(replace(PACK, follows=False),))
    made = plan([2.0, 2.0], [0.0, 0.0], [0.3, 0.3], soc=20.0, site=site)

    assert follow_of(made, 0, peak=0.0) == (fixed(float(made.schedule.battery[0, 0])),)


@given(power=KW, rest=KW, own=KW, peak=st.floats(0, 30), limit=st.floats(0, 30), band=st.floats(0, 10))
def test_no_set_point_leaves_its_limits(
    power: float, rest: float, own: float, peak: float, limit: float, band: float
) -> None:
    one = Follow(power=power, floor=-band, ceiling=band, least=-5.0, most=4.0, peak=peak, strongest=5.0, limit=limit)
    flow = one.flow(rest, own)

    assert -5.0 <= flow <= 4.0
    assert rest + flow <= max(peak, rest - 5.0) + 1e-9
    assert own + flow <= max(limit, own - 5.0) + 1e-9


@given(rest=st.lists(KW, min_size=1, max_size=5))
def test_as_forecast_it_does_as_planned(rest: list[float]) -> None:
    load, sun = [max(one, 0.0) for one in rest], [max(-one, 0.0) for one in rest]
    made = plan(load, sun, [0.3 + 0.1 * step for step in range(len(rest))], soc=10.0)
    for step, power in enumerate(made.schedule.battery[0]):
        with_sun = load[step] - float(made.schedule.pv[0, step])
        flow = follow_of(made, step)[0].flow(with_sun)
        # Within the tolerance of a price that is equal in many steps, only what costs the same may differ.
        assert abs(flow - power) < 1e-6 or made.worth is None
