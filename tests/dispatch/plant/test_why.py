"""Why an hour is run as it is: alternatives reckoned by hand."""

import numpy as np
import pytest

from tests.dispatch.plant.toys import Toy, boiler, day
from wattstone.dispatch.plant.plan import plan
from wattstone.dispatch.plant.plant import Machine, Plant, Store
from wattstone.dispatch.plant.why import why

HOURS = np.arange(24)


def test_alternatives_cost_what_their_machines_take() -> None:
    """800 kW by one machine: 20 + 80 + 51.2 = 151.2 kW; by the other 161.2; by both 10 + 2 x (20 + 40 + 12.8)."""
    plant = Plant(name="two", machines=(Machine(source=Toy(name="a")), Machine(source=Toy(name="b", a=30.0))))
    ahead = day(cold=800.0, price=0.1)
    hour = why(plant, ahead, plan(plant, ahead), 3)
    found = {one.what: one for one in hour.alternatives}

    assert [name for name, *_ in hour.machines] == ["a"]
    assert found["without:a"].extra_kw == pytest.approx(10.0, abs=1e-6)
    assert found["without:a"].extra == pytest.approx(1.0, abs=1e-6)
    assert found["without:a"].running == ("b",)
    assert found["with:b"].extra_kw == pytest.approx(155.6 - 151.2, abs=1e-3)
    assert found["all_on"].extra_kw == pytest.approx(155.6 - 151.2, abs=1e-3)
    assert found["fewest"].extra == pytest.approx(0.0)
    # d/dx of 20 + 100 x + 80 x^2 at 0.8 is 228 kW per 1000 kW, a little more over a step of 1 %
    assert hour.marginal == pytest.approx(0.1 * 0.228, rel=0.02)
    assert hour.cost == pytest.approx(15.12, rel=1e-4)
    assert any(text.startswith("a runs: without it the hour would cost 1.00 EUR more") for text in hour.reasons)


def test_a_machine_that_is_needed_says_so() -> None:
    plant = Plant(name="heat", machines=(Machine(source=Toy(name="r", makes="both")), boiler()))
    ahead = day(cold=500.0, heat=1500.0, price=0.1, fuel_price=0.05)
    hour = why(plant, ahead, plan(plant, ahead), 0)
    found = {one.what: one for one in hour.alternatives}

    assert not found["without:r"].feasible
    assert not found["without:boiler"].feasible
    assert "r runs: without it the demand could not be met." in hour.reasons


def test_a_store_at_rest_is_an_alternative() -> None:
    """400 kW from the tank at 0.2 spare what the machine takes more without them."""
    price = np.where(HOURS < 12, 0.1, 0.2)
    tank = Store(name="tank", carrier="cold", capacity=4000.0, charge=400.0, discharge=400.0)
    plant = Plant(name="tank", machines=(Machine(source=Toy(name="a", most=1500.0)),), stores=(tank,))
    ahead = day(cold=800.0, price=price)
    planned = plan(plant, ahead)
    hour = why(plant, ahead, planned, 20)
    idle = next(one for one in hour.alternatives if one.what == "storage_idle")
    x = 800 / 1500

    assert idle.extra_kw == pytest.approx(20 + 100 * x + 80 * x * x - planned.operation.power[20], abs=0.02)
    assert idle.extra > 0
    assert any("above the mean" in text for text in hour.reasons)


def test_there_is_no_such_hour() -> None:
    plant = Plant(name="one", machines=(Machine(source=Toy(name="a")),))
    ahead = day(cold=800.0, price=0.1)
    with pytest.raises(ValueError, match="0 to 23"):
        why(plant, ahead, plan(plant, ahead), 24)
