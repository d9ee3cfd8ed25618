"""Guards: within the hard limits whatever comes in; each limit by hand; without the optimiser."""

import math
import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wattstone.dispatch.guards import REASONS, Before, Seen, guard
from wattstone.dispatch.guards_site import guard_site
from wattstone.dispatch.site import Battery, Buffer, Charger, Dimmable, Grid, Pv, Shiftable, Site

anything = st.floats(allow_nan=True, allow_infinity=True) | st.none() | st.floats(-20, 20)
number = st.floats(allow_nan=True, allow_infinity=True) | st.floats(-5, 20)
some = st.floats(0.1, 10)
share = st.floats(0.5, 1)
seens = st.builds(Seen, state=number, seconds=number, needed=st.booleans())
befores = st.builds(Before, power=number, minutes=st.floats(0, 100), since=st.floats(0, 100))
hours = st.floats(0.01, 4)
ramps = st.just(math.inf) | st.floats(0.01, 5)

batteries = st.builds(
    Battery, id=st.just("d"), capacity=some, charge=some, discharge=some, charge_efficiency=share,
    discharge_efficiency=share, least=st.floats(0, 0.2), most=st.floats(0.8, 1), reserve=st.floats(0, 0.5), ramp=ramps,
)  # fmt: skip
chargers = st.builds(Charger, id=st.just("d"), power=some, minimum=st.floats(0, 0.1), ramp=ramps)
buffers = st.builds(
    Buffer, id=st.just("d"), kind=st.sampled_from(["tank", "fan", "zone"]), power=some, retain=share,
    gain=st.floats(-3, 3), low=st.just(1.0), high=st.just(9.0), lowest=st.floats(-1, 1), highest=st.floats(9, 11),
    minimum=st.floats(0, 0.1), on_minutes=st.floats(0, 60), off_minutes=st.floats(0, 60), ramp=ramps,
)  # fmt: skip
lights = st.builds(
    Dimmable, id=st.just("d"), power=some, illuminance=st.floats(0, 100), required=st.floats(0, 100), ramp=ramps
)
others = st.builds(Pv, id=st.just("d"), capacity=some) | st.builds(Shiftable, id=st.just("d"), power=some, energy=some)


@given(battery=batteries, asked=anything, seen=seens, before=befores, hours=hours, outage=st.booleans())
@settings(max_examples=60)
def test_a_battery_stays_within_power_and_energy_whatever_comes_in(battery, asked, seen, before, hours, outage):
    made = guard(battery, asked, seen=seen, before=before, hours=hours, outage=outage)

    assert -battery.discharge <= made.power <= battery.charge
    if not math.isfinite(seen.state) or not 0 <= seen.seconds <= 900:
        assert made.power == 0
        return
    gained = made.power * (battery.charge_efficiency if made.power > 0 else 1 / battery.discharge_efficiency)
    after = seen.state + gained * hours
    floor = battery.least * battery.capacity if outage else battery.floor
    assert after <= max(seen.state, battery.most * battery.capacity) + 1e-6
    assert after >= min(seen.state, floor) - 1e-6


@given(buffer=buffers, asked=anything, seen=seens, before=befores, hours=hours)
@settings(max_examples=60)
def test_a_buffer_is_never_pushed_past_its_limits(buffer, asked, seen, before, hours):
    made = guard(buffer, asked, seen=seen, before=before, hours=hours)

    assert 0 <= made.power <= buffer.power
    if math.isfinite(seen.state) and 0 <= seen.seconds <= 900:
        after = seen.state + buffer.gain * made.power * hours
        assert after <= max(seen.state, buffer.highest) + 1e-6
        assert after >= min(seen.state, buffer.lowest) - 1e-6
        past = (buffer.gain > 0 and seen.state < buffer.lowest) or (buffer.gain < 0 and seen.state > buffer.highest)
        if past and abs(buffer.gain) * buffer.power * hours <= buffer.highest - buffer.lowest:
            assert made.power == buffer.power


@given(device=chargers | others, asked=anything, seen=seens, before=befores, hours=hours)
@settings(max_examples=60)
def test_other_devices_stay_within_their_power_and_off_below_their_minimum(device, asked, seen, before, hours):
    made = guard(device, asked, seen=seen, before=before, hours=hours)

    assert 0 <= made.power <= (device.capacity if isinstance(device, Pv) else device.power)
    if isinstance(device, Charger):
        assert made.power <= 1e-9 or made.power >= device.minimum - 1e-8
    assert set(made.reasons) <= set(REASONS)


@given(light=lights, asked=anything, seen=seens, before=befores)
@settings(max_examples=60)
def test_light_that_is_needed_is_never_missing(light, asked, seen, before):
    made = guard(light, asked, seen=seen, before=before, hours=0.25)

    assert 0 <= made.power <= light.power
    if seen.needed and light.required > 0:
        lit = made.power / light.power * light.illuminance
        assert lit >= min(light.required, light.illuminance) * (1 - 1e-9)


@given(battery=batteries, asked=anything, seen=seens, before=befores, hours=hours)
@settings(max_examples=60)
def test_a_set_point_that_was_changed_says_why(battery, asked, seen, before, hours):
    made = guard(battery, asked, seen=seen, before=before, hours=hours)

    if asked is None or not math.isfinite(asked) or abs(made.power - asked) > 1e-6:
        assert made.reasons
    again = guard(battery, made.power, seen=seen, before=before, hours=hours)
    assert again.power == pytest.approx(made.power, abs=1e-9)


def test_the_guards_do_not_know_the_optimiser():
    seen = "[m for m in sys.modules if 'highs' in m or m.endswith(('solve', 'problem'))]"
    code = f"import sys, wattstone.dispatch.guards; print({seen})"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


def test_a_vehicle_below_six_amperes_is_off():
    charger = Charger(id="c", power=7.0, minimum=1.4)
    assert guard(charger, 1.0, seen=Seen(), before=Before(), hours=0.25).power == 0.0
    assert guard(charger, 1.0, seen=Seen(), before=Before(), hours=0.25).reasons == ("minimum",)


def test_rate_of_change_holds_and_a_start_goes_to_the_minimum_at_once():
    charger = Charger(id="c", power=7.0, minimum=1.4, ramp=0.1)
    running = guard(charger, 7.0, seen=Seen(), before=Before(power=2.0, minutes=5), hours=0.25)
    starting = guard(charger, 7.0, seen=Seen(), before=Before(power=0.0, minutes=5), hours=0.25)

    assert (running.power, running.reasons) == (2.5, ("ramp",))
    assert starting.power == 1.4


def test_least_times_on_and_off():
    pump = Buffer(
        id="p", kind="tank", power=4.0, retain=1, gain=0.5, low=1, high=5, minimum=2.0, on_minutes=10, off_minutes=5
    )
    seen = Seen(state=3.0)

    assert guard(pump, 0.0, seen=seen, before=Before(power=4, since=3), hours=0.25).power == 2.0
    assert guard(pump, 0.0, seen=seen, before=Before(power=4, since=11), hours=0.25).power == 0.0
    assert guard(pump, 4.0, seen=seen, before=Before(power=0, since=3), hours=0.25).power == 0.0


def test_a_full_tank_stops_the_pump_even_within_its_least_time_on():
    pump = Buffer(id="p", kind="tank", power=4.0, retain=1, gain=0.5, low=1, high=5, highest=6, on_minutes=60)
    made = guard(pump, 4.0, seen=Seen(state=6.0), before=Before(power=4, since=3), hours=0.25)

    assert made.power == 0.0
    assert "state" in made.reasons


def test_stale_readings_lead_to_the_declared_fallback():
    pack = Battery(id="b", capacity=10, charge=5, discharge=5)
    fan = Buffer(id="f", kind="fan", power=3.0, retain=0.9, gain=-2.0, low=0, high=30)

    assert guard(pack, 4.0, seen=Seen(state=5, seconds=901), before=Before(), hours=1).reasons[0] == "stale"
    assert guard(pack, 4.0, seen=Seen(state=5, seconds=901), before=Before(), hours=1).power == 0.0
    assert guard(fan, 0.0, seen=Seen(), before=Before(), hours=1).power == 3.0
    assert guard(Charger(id="c", power=7), None, seen=Seen(), before=Before(), hours=1).power == 7.0


SITE = Site(
    id="s",
    grid=Grid(import_limit=10.0, export_limit=4.0),
    pv=(Pv(id="pv", capacity=20.0),),
    batteries=(Battery(id="pack", capacity=10, charge=5, discharge=5, discharge_efficiency=1.0),),
    chargers=(Charger(id="ev1", power=7.0, minimum=1.4), Charger(id="ev2", power=7.0, minimum=1.4)),
)


def test_the_connection_is_kept_by_the_battery_first_then_the_chargers():
    made = guard_site(
        SITE,
        {"pv": 20.0, "pack": 3.0, "ev1": 7.0, "ev2": 7.0},
        seen={"pack": Seen(state=2.0)},
        before={},
        rest=4.0,
        hours=1.0,
    )

    # 4 + 3 + 14 = 21 kW; the battery can give 2 kWh, which leaves 16; 1 kW for the first vehicle is below its minimum.
    assert made.powers == {"pv": 20.0, "pack": -2.0, "ev1": 0.0, "ev2": 7.0}
    assert made.net == pytest.approx(9.0)
    assert [one.device for one in made.interventions] == ["pack", "ev1"]


def test_export_is_kept_by_curtailing():
    made = guard_site(
        SITE,
        {"pv": 20.0, "pack": 0.0, "ev1": 0.0, "ev2": 0.0},
        seen={"pack": Seen(state=2.0)},
        before={},
        rest=1.0,
        pv=12.0,
        hours=1.0,
    )

    assert made.net == pytest.approx(-4.0)
    assert made.powers["pv"] == pytest.approx(5.0)


@given(
    asked=st.fixed_dictionaries({}, optional=dict.fromkeys(("pv", "pack", "ev1", "ev2"), anything)),
    seen=st.fixed_dictionaries({}, optional={"pack": seens}),
    rest=number | st.none(),
    pv=number,
    limit=st.floats(0, 20),
)
@settings(max_examples=60)
def test_a_site_stays_within_device_limits_and_says_when_the_connection_cannot(asked, seen, rest, pv, limit):
    site = replace(SITE, charging_limit=limit)
    made = guard_site(site, asked, seen=seen, before={}, rest=rest, pv=pv, hours=0.5)

    assert 0 <= made.powers["pv"] <= 20
    assert -5 <= made.powers["pack"] <= 5
    assert made.powers["ev1"] + made.powers["ev2"] <= limit + 1e-6
    if rest is None or not math.isfinite(rest) or not math.isfinite(pv):
        assert made.reasons == ("grid_unchecked",)
    elif not made.reasons:
        assert -4 - 1e-6 <= made.net <= 10 + 1e-6
