"""Plans carried out under another demand: stores take up what differs before cold is lost or a machine is switched."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.dispatch.plant.toys import Toy, day
from wattstone.dispatch.plant.carry import carried
from wattstone.dispatch.plant.evaluate import Schedule, operation
from wattstone.dispatch.plant.plant import Machine, Plant, Store
from wattstone.dispatch.plant.result import Operation
from wattstone.dispatch.plant.sheets import sheets


def tank(**given: float) -> Store:
    """1000 kWh, half full, 400 kW in and out."""
    return Store(**{  # type: ignore[arg-type]
        "name": "tank",
        "carrier": "cold",
        "capacity": 1000.0,
        "charge": 400.0,
        "discharge": 400.0,
        "initial": 500.0,
        **given,
    })  # fmt: skip


def did(plant: Plant, cold: list[float], load: list[list[float]], net: list[float]) -> Operation:
    """What is done where `cold` comes, `load` is planned, and `net` kW are to go into the only store."""
    real, flow = day(len(cold), cold=np.array(cold), price=0.1), np.array([net])
    rows = 1 if plant.stores else 0
    asked = Schedule(
        np.array(load),
        np.zeros((0, len(cold))),
        np.maximum(flow, 0.0)[:rows],
        np.maximum(-flow, 0.0)[:rows],
        np.zeros(len(cold)),
    )
    return operation("plan", plant, real, carried(plant, real, sheets(plant, real, real.at), asked))


def one(**rules: object) -> Machine:
    """From 300 to 1000 kW."""
    return Machine(source=Toy(name="one"), **rules)  # type: ignore[arg-type]


def test_a_store_gives_less_where_less_is_asked_than_was_expected() -> None:
    """300 + 200 kW were planned; 450 come, and the machine cannot make less than 300: 150 come from the store."""
    done = did(Plant(name="p", machines=(one(),), stores=(tank(),)), [450.0], [[300.0]], [-200.0])

    assert done.tank_out[0] == pytest.approx([150.0])
    assert done.level[0] == pytest.approx([500.0, 350.0])
    assert done.surplus["cold"].max() < 1e-6


def test_a_store_takes_what_a_machine_makes_too_much_until_it_is_full() -> None:
    """200 come twice, and 300 are made: 100 kW go in with 80 % of it, until the 100 kWh of room are filled."""
    store = tank(initial=900.0, efficiency=0.8)
    done = did(Plant(name="p", machines=(one(),), stores=(store,)), [200.0, 200.0], [[300.0, 300.0]], [0.0, 0.0])

    assert done.tank_in[0] == pytest.approx([100.0, 25.0])
    assert done.level[0] == pytest.approx([900.0, 980.0, 1000.0])
    assert done.surplus["cold"] == pytest.approx([0.0, 75.0])


def test_a_store_takes_no_more_than_its_charge() -> None:
    done = did(Plant(name="p", machines=(one(),), stores=(tank(charge=60.0),)), [200.0], [[300.0]], [0.0])

    assert done.tank_in[0] == pytest.approx([60.0])
    assert done.surplus["cold"] == pytest.approx([40.0])


def test_a_store_gives_what_no_later_hour_needs_before_a_machine_starts() -> None:
    """All is off; 220 are asked where 200 were expected. Of 500 kWh, 100 are for the last hour: there is enough."""
    done = did(Plant(name="p", machines=(one(),), stores=(tank(),)), [220.0, 100.0], [[0.0, 0.0]], [-200.0, -100.0])

    assert not done.on.any()
    assert done.tank_out[0] == pytest.approx([220.0, 100.0])


def test_a_machine_starts_where_later_hours_need_what_is_stored() -> None:
    """500 kWh are all spoken for: the machine runs at its least, 300, and the store keeps what it need not give."""
    plant = Plant(name="p", machines=(one(),), stores=(tank(),))
    done = did(plant, [350.0, 300.0], [[0.0, 0.0]], [-200.0, -300.0])

    assert done.load[0] == pytest.approx([300.0, 0.0])
    assert done.tank_out[0] == pytest.approx([50.0, 300.0])


def test_what_machines_cannot_make_comes_from_the_store_all_the_same() -> None:
    plant = Plant(name="p", machines=(one(),), stores=(tank(final=500.0),))
    done = did(plant, [1200.0], [[800.0]], [0.0])

    assert done.load[0] == pytest.approx([1000.0])
    assert done.tank_out[0] == pytest.approx([200.0])
    assert done.unserved["cold"].max() < 1e-6


def test_a_machine_that_joins_stays_for_its_least_time() -> None:
    plant = Plant(name="p", machines=(one(), Machine(source=Toy(name="two", share=0.1), least_up=3.0)))
    done = did(plant, [900.0, 1200.0, 900.0, 900.0, 900.0], [[900.0] * 5, [0.0] * 5], [0.0] * 5)

    assert done.on[1].tolist() == [False, True, True, True, False]
    assert done.unserved["cold"].max() < 1e-6


def test_a_machine_that_joins_goes_on_to_a_run_that_is_near() -> None:
    """It is to start in the third hour: off for one only, it could not, with two as its least."""
    plant = Plant(name="p", machines=(one(), Machine(source=Toy(name="two", share=0.1), least_down=2.0)))
    done = did(plant, [1200.0, 900.0, 1200.0], [[900.0] * 3, [0.0, 0.0, 300.0]], [0.0] * 3)

    assert done.on[1].all()


def test_a_machine_that_has_just_stopped_is_not_started_while_a_store_or_another_can_help() -> None:
    """One is off for one of its two hours; the store is kept for what follows it, and gives all the same."""
    resting = one(least_down=2.0, since=1.0, on_before=False)
    stored = did(Plant(name="p", machines=(resting,), stores=(tank(final=500.0),)), [300.0], [[0.0]], [0.0])
    other = did(Plant(name="p", machines=(resting, Machine(source=Toy(name="two")))), [400.0], [[0.0], [0.0]], [0.0])
    alone = did(Plant(name="p", machines=(resting,)), [400.0], [[0.0]], [0.0])

    assert not stored.on.any()
    assert stored.tank_out[0] == pytest.approx([300.0])
    assert other.on[:, 0].tolist() == [False, True]
    assert alone.on.all()  # nothing else meets the demand


@given(
    cold=st.lists(st.floats(0, 1500), min_size=6, max_size=6),
    net=st.lists(st.floats(-400, 400), min_size=6, max_size=6),
    load=st.lists(st.sampled_from([0.0, 300.0, 700.0]), min_size=6, max_size=6),
)
@settings(max_examples=40, deadline=None)
def test_stores_keep_their_limits_and_no_cold_is_lost_that_they_could_keep(
    cold: list[float], net: list[float], load: list[float]
) -> None:
    store = tank(efficiency=0.9, loss=0.01)
    done = did(Plant(name="p", machines=(one(),), stores=(store,)), cold, [load], net)

    level, into, out = done.level[0], done.tank_in[0], done.tank_out[0]
    assert level.min() >= -1e-6
    assert level.max() <= 1000 + 1e-6
    assert max(into.max(), out.max()) <= 400 + 1e-6
    assert level[1:] == pytest.approx(0.99 * level[:-1] + 0.9 * into - out, abs=1e-6)
    lost = done.surplus["cold"] > 0.01
    assert (out[lost] < 1e-3).all()
    assert ((into[lost] > 400 - 1e-3) | (level[1:][lost] > 1000 - 1e-3)).all()
    lacks = done.unserved["cold"] > 0.01
    assert ((out[lacks] > 400 - 1e-3) | (level[1:][lacks] < 1e-3)).all()
