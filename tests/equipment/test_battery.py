"""The battery: hand calculations, the balance of energy, and independence of the step."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from wattstone.equipment import Curve
from wattstone.equipment.battery import (
    Battery,
    BatteryState,
    fade,
    findings,
    initial_state,
    linear,
    planning_efficiency,
    step,
)

# One way, the square root of the curve of the CityLearn Challenge 2022, whose taper is 5 kW up to 80 %, 1 kW at 100 %.
ROOT = Curve(
    (0.0, 0.3, 0.7, 0.8, 1.0), (math.sqrt(0.83), math.sqrt(0.83), math.sqrt(0.9), math.sqrt(0.9), math.sqrt(0.85))
)
TAPER = Curve((0.0, 0.8, 1.0), (1.0, 1.0, 0.2))
NINE = Curve.constant(0.9)


def home(**changes: object) -> Battery:
    given_ = {
        "capacity": 6.4,
        "charge_limit": 5.0,
        "discharge_limit": 5.0,
        "charge_efficiency": ROOT,
        "discharge_efficiency": ROOT,
    }
    return Battery(**(given_ | changes))


def at(energy: float, capacity: float = 6.4) -> BatteryState:
    return BatteryState(energy=np.array([energy]), capacity=np.array([capacity]))


def test_a_charge_by_hand() -> None:
    """1.5 kW is 30 % of 5 kW: 1.5 * sqrt(0.83) = 1.3666 kWh in an hour."""
    flow, after = step(home(), at(0.0), 1.5, 1.0)

    assert_allclose(flow, 1.5)
    assert_allclose(after.energy, 1.5 * math.sqrt(0.83))


def test_a_discharge_by_hand() -> None:
    """4 kW is 80 %: 2 kWh out in half an hour takes 2 / sqrt(0.9) from the store."""
    flow, after = step(home(), at(5.0), -4.0, 0.5)

    assert_allclose(flow, -4.0)
    assert_allclose(after.energy, 5.0 - 2.0 / math.sqrt(0.9))


@pytest.mark.parametrize("request_", [4.0, -4.0, 0.9])
def test_a_short_step_is_not_taken_for_a_low_power(request_: float) -> None:
    """4 kW is 80 % of the power, efficient at sqrt(0.9), in an hour or in 3 minutes (CityLearn #163)."""
    battery = home(capacity=20.0, standing_loss=0.01)
    whole_flow, whole = step(battery, at(10.0, 20.0), request_, 1.0)
    state = at(10.0, 20.0)
    flows = []
    for _ in range(20):
        flow, state = step(battery, state, request_, 0.05)
        flows.append(flow)

    assert_allclose(np.mean(flows), whole_flow, rtol=1e-12)
    assert_allclose(state.energy, whole.energy, rtol=1e-12)


def test_a_quarter_of_an_hour_by_hand() -> None:
    """4 kW for 15 minutes is 1 kWh at 80 % of the power: sqrt(0.9) in, 1 / sqrt(0.9) out."""
    assert_allclose(step(home(), at(2.0), 4.0, 0.25)[1].energy, 2.0 + math.sqrt(0.9))
    assert_allclose(step(home(), at(2.0), -4.0, 0.25)[1].energy, 2.0 - 1 / math.sqrt(0.9))


def test_the_standing_loss_is_per_hour() -> None:
    """10 kWh that lose 2 % an hour hold 10 * 0.98^0.25 after a quarter of an hour, and 10 * 0.98^24 after a day."""
    idle = home(capacity=10.0, standing_loss=0.02)

    assert_allclose(step(idle, at(10.0, 10.0), 0.0, 0.25)[1].energy, 10 * 0.98**0.25)
    assert_allclose(step(idle, at(10.0, 10.0), 0.0, 24.0)[1].energy, 10 * 0.98**24)


def test_four_quarters_with_a_taper_are_one_hour() -> None:
    battery = home(taper=TAPER)
    whole_flow, whole = step(battery, at(3.0), 5.0, 1.0)
    state, moved = at(3.0), 0.0
    for _ in range(4):
        flow, state = step(battery, state, 5.0, 0.25)
        moved += float(flow[0]) * 0.25

    assert_allclose(moved, whole_flow, rtol=1e-12)
    assert_allclose(state.energy, whole.energy, rtol=1e-12)


def test_the_taper_follows_the_exact_curve() -> None:
    """Lossless, 10 kWh, 5 kW falling in a line from 80 % to 1 kW at 100 %: dE/dt = 5 - 2 (E - 8).

    So E = 8 + 2.5 (1 - e^-2t).
    The limit is looked up every 5 minutes, which lags by no more than 2 %.
    """
    lossless = Curve.constant(1.0)
    battery = home(capacity=10.0, taper=TAPER, charge_efficiency=lossless, discharge_efficiency=lossless)
    _, after = step(battery, at(8.0, 10.0), 5.0, 0.5)

    assert_allclose(after.energy, 8 + 2.5 * (1 - math.exp(-1.0)), rtol=0.02)
    assert after.energy[0] > 8 + 2.5 * (1 - math.exp(-1.0)), "a limit from the start of a sub-step is the higher one"


def test_a_battery_that_gets_full_flows_until_then() -> None:
    """0.9 kWh of room take 1 kWh at 90 %: 1 kWh in an hour, whatever was asked, is 1 kW on average."""
    flow, after = step(home(charge_efficiency=NINE), at(5.5), 5.0, 1.0)

    assert_allclose(flow, 1.0)
    assert_allclose(after.energy, 6.4)


def test_the_reserve_is_kept_until_an_outage() -> None:
    battery = home(capacity=10.0, reserve=0.4, lowest=0.1, discharge_efficiency=NINE)

    flow, after = step(battery, at(4.9, 10.0), -5.0, 1.0)
    assert_allclose((flow[0], after.energy[0]), (-0.9 * 0.9, 4.0))

    flow, after = step(battery, after, -5.0, 1.0, outage=True)
    assert_allclose((flow[0], after.energy[0]), (-3.0 * 0.9, 1.0))


def test_below_the_reserve_nothing_is_discharged_and_nothing_is_forced_in() -> None:
    flow, after = step(home(reserve=0.5), at(1.0), -5.0, 1.0)
    assert (flow[0], after.energy[0]) == (0.0, 1.0)


def test_the_inverter_is_the_limit_of_a_larger_battery() -> None:
    battery = home(inverter=2.0)
    assert_allclose(step(battery, at(0.0), 5.0, 1.0)[0], 2.0)
    assert_allclose(step(battery, at(6.4), -5.0, 1.0)[0], -2.0)

    (finding,) = findings(battery, place="battery 'B1'")
    assert (finding.code, finding.severity) == ("equipment.battery_inverter", "warning")
    assert finding.text().startswith("battery 'B1': the battery can do 5 kW, its inverter 2 kW, which is the limit.")


def test_an_unknown_request_moves_nothing() -> None:
    flow, after = step(home(), at(3.0), np.nan, 1.0)
    assert (flow[0], after.energy[0]) == (0.0, 3.0)


def test_many_batteries_at_once_are_each_alone() -> None:
    many = home(capacity=np.array([6.4, 10.0]), charge_limit=np.array([5.0, 2.0]), taper=TAPER, standing_loss=0.01)
    state = BatteryState(energy=np.array([3.0, 9.5]), capacity=np.array([6.4, 10.0]))
    flow, after = step(many, state, np.array([4.0, -3.0]), 0.75)
    for index, (capacity, limit, energy, request) in enumerate([(6.4, 5.0, 3.0, 4.0), (10.0, 2.0, 9.5, -3.0)]):
        one = home(capacity=capacity, charge_limit=limit, taper=TAPER, standing_loss=0.01)
        alone, left = step(one, at(energy, capacity), request, 0.75)
        assert_allclose((flow[index], after.energy[index]), (alone[0], left.energy[0]))


def test_capacity_fades_as_in_citylearn() -> None:
    """1e-5 x 6.4 x 5 / (2 x 6.4) = 2.5e-5 kWh for 5 kWh (version 1.3.6)."""
    lost = 6.4 - fade(home(cycle_fade=1e-5), np.array([6.4]), np.array([5.0]), 1.0)
    assert_allclose(lost, 2.5e-5, rtol=1e-6)


def test_capacity_fades_with_the_calendar() -> None:
    assert_allclose(fade(home(calendar_fade=0.02), np.array([6.4]), np.zeros(1), 8766.0), 6.4 * 0.98)


def test_planning_efficiency_of_a_line_by_hand() -> None:
    """0.8 + 0.1 x: 2 times the integral of 0.8 x + 0.1 x^2 from 0 to 1 = 0.8 + 0.2 / 3; out by its logarithm."""
    line = Curve((0.0, 1.0), (0.8, 0.9))
    into, out = planning_efficiency(home(charge_efficiency=line, discharge_efficiency=line))

    assert into == pytest.approx(0.8 + 0.2 / 3, abs=1e-6)
    # integral of x / (0.8 + 0.1 x) = 10 - 80 ln(9 / 8)
    assert out == pytest.approx(0.5 / (10 - 80 * math.log(9 / 8)), abs=1e-5)


@given(
    energy=st.floats(0.0, 6.4),
    request_=st.floats(-10.0, 10.0),
    hours=st.floats(0.02, 3.0),
    loss=st.sampled_from([0.0, 0.01]),
    taper=st.sampled_from([None, TAPER]),
)
def test_energy_balances_and_limits_hold(
    energy: float, request_: float, hours: float, loss: float, taper: Curve | None
) -> None:
    battery = home(standing_loss=loss, taper=taper)
    flow, after = step(battery, at(energy), request_, hours)
    moved = float(flow[0]) * hours

    assert -1e-9 <= after.energy[0] <= 6.4 + 1e-9
    assert abs(flow[0]) <= min(abs(request_), 5.0) + 1e-9
    assert flow[0] * request_ >= 0
    change = float(after.energy[0]) - energy
    kept = energy * (1 - loss) ** hours - energy  # what the standing loss alone would do
    best, worst = math.sqrt(0.9), math.sqrt(0.83)
    if moved >= 0:
        assert moved * worst * (1 - loss) ** hours - 1e-9 <= change - kept <= moved * best + 1e-9
    else:
        assert moved / worst - 1e-9 <= change - kept <= moved / best * (1 - loss) ** hours + 1e-9


@given(request_=st.floats(-5.0, 5.0))
def test_the_linear_form_is_the_battery_while_no_limit_binds(request_: float) -> None:
    battery = home(capacity=20.0, charge_efficiency=NINE, discharge_efficiency=NINE, standing_loss=0.01)
    state = at(10.0, 20.0)
    form = linear(battery, state, steps=4, hours=0.25)
    inputs = np.tile([max(request_, 0.0), max(-request_, 0.0)], (4, 1))
    stepped = []
    for _ in range(4):
        _, state = step(battery, state, request_, 0.25)
        stepped.append(float(state.energy[0]))

    assert_allclose(form.states(inputs)[:, 0], stepped, rtol=1e-8)
    assert_allclose(form.power(inputs), request_)


def test_the_linear_form_keeps_the_reserve_and_lets_a_low_battery_be() -> None:
    battery = home(reserve=0.5, standing_loss=0.01, wear_cost=0.03)
    form = linear(battery, at(4.0), steps=3, hours=1.0)
    low = linear(battery, at(1.0), steps=3, hours=1.0)

    assert_allclose(form.lower[:, 0], 3.2)
    assert_allclose(form.upper[:, 0], 6.4)
    assert_allclose(low.lower[:, 0], 0.99 ** np.arange(1, 4))
    assert_allclose(form.wear, 0.03)


@pytest.mark.parametrize(
    ("changes", "parameter"),
    [
        ({"charge_efficiency": Curve.constant(1.05)}, "charge_efficiency"),
        ({"discharge_efficiency": Curve((0.0, 1.0), (0.0, 0.9))}, "discharge_efficiency"),
        ({"capacity": np.nan}, "capacity"),
        ({"capacity": 0.0}, "capacity"),
        ({"charge_limit": -1.0}, "charge_limit"),
        ({"standing_loss": 1.0}, "standing_loss"),
        ({"wear_cost": -0.1}, "wear_cost"),
        ({"taper": Curve.constant(1.2)}, "taper"),
    ],
)
def test_impossible_parameters_are_found(changes: dict[str, object], parameter: str) -> None:
    (finding,) = findings(home(**changes))
    assert (finding.code, finding.params["parameter"]) == ("equipment.range", parameter)


def test_all_findings_come_at_once() -> None:
    found = findings(home(capacity=np.array([-1.0, 5.0, np.inf]), lowest=0.9, highest=0.5, standing_loss=-0.1))
    assert [(one.code, one.count) for one in found] == [
        ("equipment.range", 2),
        ("equipment.range", 1),
        ("equipment.battery_window", 1),
    ]
    assert found[0].text() == (
        "battery: capacity is -1 kWh. Expected: a number of kWh above 0. To mend it: correct capacity."
    )


def test_a_battery_without_faults_has_no_findings() -> None:
    assert findings(home()) == ()
    assert initial_state(home(), charge=0.5).charge == 0.5
