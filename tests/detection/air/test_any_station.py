"""What holds for any station and any log: sums close, nothing is negative, intervals hold their values."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from wattstone.base import InputRefused
from wattstone.detection.air.assess import assess
from wattstone.detection.air.log import AirLog, Calendar
from wattstone.equipment.air import Compressor, Control, Dryer, Station

CENTRIFUGAL = (Control.BLOW_OFF, Control.INLET_VALVE, Control.GUIDE_VANES)


def machine(random: np.random.Generator, at: int, control: Control) -> Compressor:
    flow = float(random.uniform(3, 60))
    return Compressor(
        name=f"M{at}",
        control=control,
        flow=flow,
        power=flow * float(random.uniform(5.5, 8)),
        pressure=7.0,
        kind="centrifugal" if control in CENTRIFUGAL else "screw",
    )


def some_log(random: np.random.Generator, machines: tuple[Compressor, ...], hours: float, steps: int) -> AirLog:
    """Powers of a few levels with noise, gaps, and other columns as may be."""
    levels = random.choice([0.0, 0.3, 0.7, 1.0], (len(machines), steps))
    power = levels * (1 + 0.02 * random.standard_normal(levels.shape)) * np.array([[one.power] for one in machines])
    power[random.random(power.shape) < 0.02] = np.nan
    most = sum(one.flow for one in machines)
    return AirLog(
        start=np.datetime64("2024-03-05T07:30"),
        hours=hours,
        machines=tuple(one.name for one in machines),
        power=power,
        pressure=6.9 + 0.2 * random.standard_normal(steps) if random.random() < 0.7 else None,
        flow=0.2 * most * np.abs(random.standard_normal(steps)) if random.random() < 0.5 else None,
        dryer=np.full(steps, 3.0) if random.random() < 0.5 else None,
        production=(random.random(steps) < 0.5).astype(float) if random.random() < 0.5 else None,
    )


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    controls=st.lists(st.sampled_from(list(Control)), min_size=1, max_size=4),
    hours=st.sampled_from([1 / 360, 1 / 60, 0.25, 1.0]),
    steps=st.sampled_from([1, 24, 300, 2000]),
)
def test_sums_close_and_nothing_is_negative(seed: int, controls: list[Control], hours: float, steps: int) -> None:
    random = np.random.default_rng(seed)
    machines = tuple(machine(random, at, control) for at, control in enumerate(controls))
    dryer = Dryer(kind="desiccant_heatless", flow=sum(one.flow for one in machines), power=1.0, purge=0.1)
    station = Station(
        name="any",
        compressors=machines,
        storage=float(random.choice([0.0, 1.0, 10.0])),
        pressure=6.5,
        least_pressure=float(random.choice([5.0, 6.5])),
        artificial=float(random.uniform(0, 1)),
        dryer=dryer if random.random() < 0.4 else None,
        drop=0.2,
    )
    given_log = some_log(random, machines, hours, steps)
    try:
        told = assess(station, given_log, calendar=Calendar(zone="Asia/Shanghai"))
    except InputRefused:
        return  # too little is known of all machines at once

    scale = max(told.energy.value, 1.0)
    assert_allclose(sum(one.energy.value for one in told.where), told.energy.value, atol=1e-9 * scale)
    assert_allclose(sum(one.logged for one in told.where), told.logged_energy, atol=1e-9 * scale)
    assert_allclose(np.nansum(told.power * told.weight) * hours, told.energy.value, atol=1e-9 * scale)
    by_machine = sum(sum(one.energy.values()) for one in told.machines)
    dryer_energy = next(one.energy.value for one in told.where if one.code == "dryer")
    assert_allclose(by_machine + dryer_energy, told.energy.value, atol=1e-9 * scale)
    assert all(one.energy.value >= 0 for one in told.where[:-1])
    for one in (*(part.energy for part in told.where), *(item.energy for item in told.advice)):
        assert one.lower <= one.value <= one.upper
    share = told.leaks.share
    if told.leaks.basis == "unknown":
        assert np.isnan([share.value, told.leaks.flow.value]).all()
    else:
        assert 0 <= share.lower <= share.value <= share.upper <= 1
    assert told.limit <= sum(one.energy.value for one in told.where if one.code == "useful") * (1 + 1e-9) or any(
        one.code == "air.beats_limit" for one in told.findings
    )
