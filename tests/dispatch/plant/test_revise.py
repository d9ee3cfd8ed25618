"""Sets of machines that are looked at once more: the better machine is taken, and least times are kept."""

import numpy as np
import pytest

from tests.dispatch.plant.toys import Toy, day
from wattstone.dispatch.plant.evaluate import Schedule
from wattstone.dispatch.plant.hourly import Hourly
from wattstone.dispatch.plant.plant import Machine, Plant
from wattstone.dispatch.plant.revise import keeps_rules, revised
from wattstone.dispatch.plant.sheets import sheets


def again(machines: tuple[Machine, ...], cold: np.ndarray, load: np.ndarray) -> np.ndarray:
    """What runs after the second look."""
    plant, ahead = Plant(name="p", machines=machines), day(cold.size, cold=cold, price=0.1)
    hourly = Hourly(plant, ahead, sheets(plant, ahead, ahead.at), np.full(load.shape, np.nan))
    none = np.zeros((0, cold.size))
    schedule = Schedule(load, none, none, none, np.zeros(cold.size))
    return revised(plant, ahead, hourly, schedule, (cold, np.zeros(cold.size)), np.inf).load > 0


def test_the_cheaper_machine_takes_over() -> None:
    """The first takes 30 kW more at all loads; it runs by mistake."""
    machines = (Machine(source=Toy(name="dear", a=50.0)), Machine(source=Toy(name="cheap")))
    load = np.stack([np.full(16, 600.0), np.zeros(16)])

    assert (again(machines, np.full(16, 600.0), load) == np.array([[False], [True]])).all()


def test_a_start_that_costs_more_than_it_saves_is_not_made() -> None:
    """30 kW at 0.1 for 16 h are 48; the start costs 100."""
    machines = (
        Machine(source=Toy(name="dear", a=50.0), on_before=True),
        Machine(source=Toy(name="c"), start_cost=100.0),
    )
    load = np.stack([np.full(16, 600.0), np.zeros(16)])

    assert (again(machines, np.full(16, 600.0), load) == np.array([[True], [False]])).all()


def test_a_second_machine_is_not_started_for_less_than_its_least_time() -> None:
    """Two hours at 900 kW, for which two machines would take less, are too short for one that has to run for four."""
    cold = np.where((np.arange(16) >= 7) & (np.arange(16) < 9), 990.0, 500.0)
    load = np.stack([cold, np.zeros(16)])
    steep = {"a": 5.0, "b": 20.0, "c": 150.0, "share": 0.45}
    machines = (Machine(source=Toy(name="a", **steep)), Machine(source=Toy(name="b", **steep)))
    free = again(machines, cold, load)
    bound = again((machines[0], Machine(source=machines[1].source, least_up=4.0)), cold, load)

    # By hand at 990 kW: 5 + 19.8 + 147.0 = 171.8 for one, 2 x (5 + 9.9 + 36.8) = 103.4 for two.
    assert free[:, 7:9].all()
    assert free.sum() == 18
    edges = np.flatnonzero(np.diff(bound[1].astype(int)))
    assert edges.size in (0, 2)
    assert edges.size == 0 or edges[1] - edges[0] >= 4


@pytest.mark.parametrize(
    ("on", "kept"),
    [
        ("000110000", False),
        ("000111000", True),
        ("000000011", True),
        ("110000000", False),
        ("111010111", False),
        ("111001111", True),
    ],
)
def test_least_times(on: str, kept: bool) -> None:
    """Three hours on, two off; it was off for long before."""
    machine = Machine(source=Toy(name="a"), least_up=3.0, least_down=2.0)
    assert keeps_rules(machine, np.array([one == "1" for one in on]), 1.0) is kept


def test_what_was_before_counts() -> None:
    machine = Machine(source=Toy(name="a"), least_up=3.0, on_before=True, since=1.0)

    assert not keeps_rules(machine, np.array([False, False, False]), 1.0)
    assert not keeps_rules(machine, np.array([True, False, False]), 1.0)
    assert keeps_rules(machine, np.array([True, True, False]), 1.0)
