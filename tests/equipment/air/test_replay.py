from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from tests.equipment.air.random_air import stations, uses, whole
from wattstone.base import InputRefused
from wattstone.equipment.air import AirUse, Compressor, Control, Dryer, Station, events
from wattstone.equipment.air.dynamics import dynamic
from wattstone.equipment.air.events import Doing, Machine, trace
from wattstone.equipment.air.quasi_steady import quasi_steady
from wattstone.equipment.air.replay import Replay, State


def machine(name: str, flow: float, power: float, control: Control = Control.LOAD_UNLOAD) -> Compressor:
    return Compressor(name=name, control=control, flow=flow, power=power, pressure=7.0)


def closed(replay: Replay) -> None:
    scale = np.maximum(np.nan_to_num(replay.flow).sum(axis=0), 1.0)
    assert np.nanmax(np.abs(replay.imbalance) / scale, initial=0.0) < 1e-9


MODULATING = Station(
    name="S",
    compressors=(machine("A", 20.0, 120.0, Control.MODULATION), machine("B", 20.0, 120.0, Control.MODULATION)),
    storage=5.0,
    pressure=6.65,
    band=0.7,
    sequencer="target",
)


def test_one_machine_runs_full_and_the_next_trims_along_its_line() -> None:
    # at 7.0 bar(g), the rating, a throttled machine draws 65 % at no flow: 120 + (78 + 42 * 10 / 20) kW
    replay = quasi_steady(MODULATING, AirUse(flow=np.array([30.0, 0.0, 40.0, 5.0]), hours=2.0))

    assert_allclose(replay.power.sum(axis=0), [219.0, 0.0, 240.0, 88.5], rtol=1e-12)
    assert_allclose(replay.energy, 2 * (219.0 + 240.0 + 88.5))
    assert_allclose(replay.pressure, 7.0)
    closed(replay)


def test_leaks_follow_the_absolute_pressure_and_use_that_is_not_regulated_too() -> None:
    # flows are stated at the lowest set-point, 6.65 bar(g); the mean of the band is 7.0: (7 + 1) / (6.65 + 1)
    station = replace(MODULATING, leaks=4.0, artificial=0.5)
    replay = quasi_steady(station, AirUse(flow=np.array([24.0]), hours=1.0))

    ratio = 8.0 / 7.65
    assert_allclose(replay.leaks, 4.0 * ratio)
    assert_allclose(replay.use, 20.0 * (0.5 + 0.5 * ratio))


def test_purge_goes_through_the_dryer_too() -> None:
    # by the dew point, 15 % of what enters: 17 m3/min leave, 20 enter, 3 purge
    dryer = Dryer(kind="desiccant_heatless", flow=40.0, power=0.0, purge=0.15, by_dew_point=True)
    use = AirUse(flow=np.array([17.0, 0.0]), hours=1.0)

    assert_allclose(quasi_steady(replace(MODULATING, dryer=dryer), use).purge, [3.0, 0.0])
    by_clock = quasi_steady(replace(MODULATING, dryer=replace(dryer, by_dew_point=False)), use)
    assert_allclose(by_clock.purge, [6.0, 0.0])


def test_what_no_machines_can_meet_is_told_by_how_much_and_when() -> None:
    use = AirUse(flow=np.array([10.0, 47.0, 41.0]), hours=1.0, start=np.datetime64("2026-03-01T05:00"))
    replay = quasi_steady(MODULATING, use)

    assert_allclose(replay.unmet, [0.0, 7.0, 1.0], atol=1e-12)
    (found,) = replay.findings
    assert (found.code, found.count, found.first) == ("air.demand_not_met", 2, "2026-03-01T06:00Z")
    assert "up to 7 m3/min, at 2026-03-01T06:00Z, and 480 m3 a year" in found.text()
    closed(replay)


def test_a_gap_stays_a_gap_and_is_told() -> None:
    use = AirUse(flow=np.array([10.0, np.nan, 10.0, 10.0]), hours=1.0)
    for replay in (quasi_steady(MODULATING, use), dynamic(MODULATING, use)):
        assert np.isnan(replay.power[:, 1]).all()
        assert np.isfinite(replay.total[[0, 2, 3]]).all()
        assert [one.code for one in replay.findings] == ["air.use_unknown"]


def test_an_unneeded_machine_turns_unloaded_before_it_stops() -> None:
    station = replace(MODULATING, compressors=(machine("A", 20.0, 120.0), machine("B", 20.0, 120.0)))
    flow = np.array([30.0, 10.0, 10.0, 10.0])
    still = quasi_steady(station, AirUse(flow=flow, hours=1 / 12))
    turning = quasi_steady(station, AirUse(flow=flow, hours=1 / 12), overrun=1 / 6)

    # 20.6 % of 120 kW, the sample machine of AIRMaster+
    assert_allclose((turning.power - still.power)[1], [0.0, 24.72, 24.72, 0.0])
    assert turning.state[1].tolist() == [State.LOADED, State.UNLOADED, State.UNLOADED, State.OFF]


@settings(max_examples=60, deadline=None)
@given(station=stations(), use=uses())
def test_air_is_neither_made_nor_lost_and_power_never_negative(station: Station, use: AirUse) -> None:
    replay = quasi_steady(station, use)

    closed(replay)
    assert (replay.power >= 0).all()
    assert (replay.dryer >= 0).all()
    assert (replay.unmet >= 0).all()
    assert (replay.power[:, use.flow == 0] == 0).all()
    assert (np.asarray(replay.use) >= -1e-9).all()


@settings(max_examples=60, deadline=None)
@given(station=stations(), use=uses(most=60.0), more=whole(0.1, 100.0))
def test_more_storage_never_costs_more(station: Station, use: AirUse, more: float) -> None:
    larger = quasi_steady(replace(station, storage=station.storage + more), use)
    assert larger.energy <= quasi_steady(station, use).energy * (1 + 1e-9)


@settings(max_examples=40, deadline=None)
@given(station=stations(), use=uses(most=60.0))
def test_the_best_set_costs_no_more_than_a_list(station: Station, use: AirUse) -> None:
    target, best = (quasi_steady(replace(station, sequencer=rule), use).energy for rule in ("target", "optimal"))
    assert best <= target * (1 + 1e-6)


def test_a_machine_cycles_as_the_receiver_fills_and_empties() -> None:
    # 5 m3 over 0.6 bar hold 3 m3 of free air: 3 / 4 min to draw at 4 m3/min, 3 / (10 - 4) min to fill
    one = Machine(flow=10.0, least=None, on=7.0, off=7.6, start=0.0, reload=0.0, overrun=99.0)
    found = trace([one], np.full(60, 4.0), minutes=1.0, storage=5.0, pressure=7.0, floor=5.0, target=False)

    assert_allclose(found.times[0][:5], np.array([0.0, 0.5, 1.25, 1.75, 2.5]), rtol=1e-12)
    assert found.doing[0][:3] == [Doing.LOADED, Doing.UNLOADED, Doing.LOADED]
    assert len(found.times[0]) == 96


def test_a_slow_start_lets_the_pressure_sag() -> None:
    # 0.5 min at 4 m3/min out of 5 m3: 0.4 bar below cut-in
    one = Machine(flow=10.0, least=None, on=7.0, off=7.6, start=0.5, reload=0.0, overrun=99.0)
    found = trace([one], np.full(60, 4.0), minutes=1.0, storage=5.0, pressure=7.0, floor=5.0, target=False)
    assert_allclose(found.times[0][:3], [0.0, 0.5, 0.5 + (0.6 + 0.4) * 5.0 / 6.0])


def stepped(machines: list[Machine], demand: np.ndarray, storage: float, pressure: float, fine: int) -> np.ndarray:
    """The same pressure switches by small steps of time: loaded minutes of each machine."""
    loaded = np.zeros(len(machines), dtype=bool)
    minutes, dt = np.zeros(len(machines)), 1.0 / fine
    for asked in np.repeat(demand, fine):
        for index, one in enumerate(machines):
            if pressure <= one.on:
                loaded[index] = True
            elif pressure >= one.off:
                loaded[index] = False
        pressure += dt / storage * (sum(one.flow for one, on in zip(machines, loaded, strict=True) if on) - asked)
        minutes += loaded * dt
    return minutes


@pytest.mark.parametrize("seed", range(3))
def test_events_agree_with_small_steps_of_time(seed: int) -> None:
    random = np.random.default_rng(seed)
    demand = np.clip(14 + 9 * np.sin(np.arange(240) / 30) + random.normal(0, 1.5, 240), 0.0, None)
    machines = [
        Machine(flow=flow, least=None, on=7.0 - 0.2 * k, off=7.5 - 0.2 * k, start=0.0, reload=0.0, overrun=99.0)
        for k, flow in enumerate((12.0, 9.0, 8.0))
    ]
    found = trace(machines, demand, minutes=1.0, storage=20.0, pressure=7.2, floor=3.0, target=False)
    loaded = [
        sum(
            later - time
            for time, later, what in zip(times, [*times[1:], 240.0], doing, strict=True)
            if what is Doing.LOADED
        )
        for times, doing in zip(found.times, found.doing, strict=True)
    ]
    assert_allclose(loaded, stepped(machines, demand, 20.0, 7.2, 400), atol=1.5)


@pytest.mark.parametrize("target", [False, True])
@pytest.mark.parametrize("reload", [0.0, 0.05])
def test_cycles_in_one_loop_are_those_of_single_switches(
    target: bool, reload: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = np.random.default_rng(5)
    demand = np.clip(20 + 12 * np.sin(np.arange(900) / 90) + random.normal(0, 1.0, 900), 0.0, None)
    machines = [
        Machine(flow=12.0, least=None, on=7.0 - rise, off=7.4 - rise, start=0.3, reload=reload, overrun=4.0)
        for rise in ((0.0, 0.0, 0.0, 0.0) if target else (0.0, 0.15, 0.3, 0.45))
    ]

    def followed() -> tuple[list[list[float]], list[list[Doing]]]:
        found = trace(machines, demand, minutes=1.0, storage=9.0, pressure=7.2, floor=4.0, target=target)
        return found.times, found.doing

    quick = followed()
    monkeypatch.setattr(events._Run, "_cycled", lambda run, setup: False)
    slow = followed()

    assert quick[1] == slow[1]
    assert sum(map(len, quick[0])) > 500
    for one, other in zip(quick[0], slow[0], strict=True):
        assert_allclose(one, other, atol=1e-6)


STEADY = Station(
    name="S",
    compressors=(machine("A", 20.0, 130.0), machine("B", 20.0, 132.0), machine("C", 12.0, 82.0)),
    storage=8.0,
    pressure=6.8,
    band=0.6,
    least_pressure=6.0,
    leaks=5.0,
    drop=0.2,
)


@pytest.mark.parametrize("rule", ["cascade", "target"])
@pytest.mark.parametrize("flow", [3.0, 12.0, 25.0, 36.0, 45.0, 50.0])
def test_both_ways_agree_on_steady_demand_within_a_hundredth(flow: float, rule: str) -> None:
    station, use = replace(STEADY, sequencer=rule), AirUse(flow=np.full(720, flow), hours=1 / 60)
    steady, followed = quasi_steady(station, use), dynamic(station, use)

    assert_allclose(followed.energy, steady.energy, rtol=0.01)
    closed(followed)


@settings(max_examples=25, deadline=None)
@given(
    station=stations().filter(lambda one: one.sequencer != "optimal"),
    flows=st.lists(st.one_of(st.just(0.0), whole(0.5, 90.0)), min_size=30, max_size=30),
)
def test_what_the_receiver_holds_is_what_flowed_in(station: Station, flows: list[float]) -> None:
    use = AirUse(flow=np.array(flows), hours=1 / 60)
    replay = dynamic(station, use)

    closed(replay)
    assert (replay.power >= -1e-9).all()
    assert (replay.unmet >= -1e-9).all()
    floor = station.pressure - station.band
    held = station.pressure + station.band / 2 + np.cumsum(replay.stored) / station.storage
    assert (held >= floor - 1e-6).all()
    assert_allclose(replay.share.sum(axis=0) if replay.share is not None else 1.0, 1.0, atol=1e-5)


def test_a_variable_speed_machine_holds_the_pressure() -> None:
    station = replace(
        STEADY, compressors=(*STEADY.compressors, machine("V", 24.0, 160.0, Control.VARIABLE_SPEED)), sequencer="target"
    )
    use = AirUse(flow=np.full(300, 40.0), hours=1 / 60)
    replay = dynamic(station, use)

    assert_allclose(replay.pressure[60:], 7.1, atol=0.02)
    assert_allclose(replay.energy, quasi_steady(station, use).energy, rtol=0.01)


def test_short_flow_ends_at_the_least_pressure() -> None:
    use = AirUse(flow=np.array([30.0] * 10 + [70.0] * 30 + [30.0] * 20), hours=1 / 60)
    replay = dynamic(STEADY, use)

    assert replay.pressure.min() >= 6.0 - 1e-6
    assert_allclose(replay.unmet[30], quasi_steady(STEADY, use).unmet[30], rtol=0.01)
    assert [one.code for one in replay.findings] == ["air.demand_not_met"]
    closed(replay)


@pytest.mark.parametrize(
    ("changed", "code"), [({"storage": 0.0}, "air.no_receiver"), ({"sequencer": "optimal"}, "air.sequencer")]
)
def test_what_cannot_be_followed_in_time_is_refused(changed: dict[str, object], code: str) -> None:
    with pytest.raises(InputRefused) as refused:
        dynamic(replace(STEADY, **changed), AirUse(flow=np.ones(3), hours=1 / 60))  # type: ignore[arg-type]
    assert [one.code for one in refused.value.findings] == [code]


def test_machines_that_cycle_on_no_storage_are_refused() -> None:
    with pytest.raises(InputRefused) as refused:
        quasi_steady(replace(STEADY, storage=0.0), AirUse(flow=np.ones(3), hours=1.0))
    assert [one.code for one in refused.value.findings] == ["air.storage"]
