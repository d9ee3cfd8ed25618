"""Assessment and study of a station of one machine, against what a hand reckons."""

import math
from pathlib import Path

import numpy as np
import pytest

from tests.workflows.air.works import FLOWS, STATION, power, write
from wattstone.base import InputRefused
from wattstone.detection.air.result import Estimate
from wattstone.dispatch.air.doubt import Doubt, Draws
from wattstone.equipment.air.replay_network import Network
from wattstone.workflows.air.assess import assess_station
from wattstone.workflows.air.improve import doubt_of, improve_station, station_of, use_of

HOURS = 8760


def test_energy_is_power_by_hours_and_carbon_and_limit_follow(tmp_path: Path) -> None:
    done = assess_station(write(tmp_path))

    one, figures = done.assessment, {figure.name: figure for figure in done.figures}
    mean = sum(power(flow) for flow in FLOWS) / 2
    assert one.energy.value == pytest.approx(mean * HOURS, rel=3e-3)
    assert one.volume.value == pytest.approx(sum(FLOWS) / 2 * 60 * HOURS, rel=3e-3)
    assert figures["air.emissions"].value == pytest.approx(0.4 * one.energy.value)
    assert figures["air.energy"].subject == "station:works"
    # The night's flow is taken for the leak: 5 m3/min of 11.5 on average, at most.
    assert one.leaks.flow.value == pytest.approx(5.0, rel=0.05)
    # The limit: useful air times p1 ln(p2 / p1) at the 6 bar(g) that the end uses need.
    useful = one.volume.value - one.leaks.flow.value * 60 * HOURS
    assert one.limit == pytest.approx(useful * 100 * math.log(7) / 3600, rel=0.12)
    assert sum(part.energy.value for part in one.where) == pytest.approx(one.energy.value, rel=1e-6)


def test_a_measured_leak_is_the_leak(tmp_path: Path) -> None:
    path = write(tmp_path, STATION.replace("storage_m3 = 5.0", "storage_m3 = 5.0\nleaks_m3_per_min = 3.0"))
    improved = improve_station(assess_station(path), draws=50)

    assert improved.station.leaks == 3.0


def test_half_the_leaks_save_what_half_the_leak_takes(tmp_path: Path) -> None:
    improved = improve_station(assess_station(write(tmp_path)), draws=50)

    (one,) = improved.studied.singles
    leak = improved.station.leaks / 2
    # A load/unload machine saves at most full power for the flow, and at least the slope above its idle power.
    assert 0.5 * 126 / 20 * leak * HOURS < one.saving.energy < 1.2 * 126 / 20 * leak * HOURS
    assert one.saving.money == pytest.approx(0.2 * one.saving.energy)
    assert one.saving.carbon == pytest.approx(0.4 * one.saving.energy)
    assert one.payback == pytest.approx(8000 / one.saving.money)
    assert one.energy.lower <= one.saving.energy <= one.energy.upper
    assert improved.studied.interaction.energy == pytest.approx(0.0, abs=1e-6)
    assert improved.studied.joint.saving.energy == pytest.approx(one.saving.energy)


def test_a_measure_of_size_zero_saves_nothing(tmp_path: Path) -> None:
    improved = improve_station(assess_station(write(tmp_path, STATION.replace("size = 0.5", "size = 0"))), draws=50)

    assert improved.studied.singles[0].saving.energy == 0.0
    assert improved.studied.joint.saving.money == 0.0


def test_a_modification_that_is_not_there_is_refused_with_those_that_are(tmp_path: Path) -> None:
    assessed = assess_station(write(tmp_path))
    with pytest.raises(InputRefused) as refused:
        improve_station(assessed, only=["half the leak"], draws=50)

    (finding,) = refused.value.findings
    assert finding.code == "air.no_modification"
    assert "half the leaks" in finding.say(finding.expected)


def test_a_gap_that_all_columns_share_is_told_once_and_not_filled(tmp_path: Path) -> None:
    done = assess_station(write(tmp_path, lost=lambda row: 100 <= row < 112))

    gaps = [one for one in done.findings if one.code == "air.log_gaps"]
    assert [one.count for one in gaps] == [12]
    assert done.assessment.coverage == pytest.approx(1 - 12 / 864, abs=2e-3)


def test_a_night_of_hours_wraps_around_midnight(tmp_path: Path) -> None:
    # On Mondays before 6 h and from 22 h on, not from 22 h up to 6 h, which is no hour at all.
    off = '\n[[modification]]\nname = "off"\nkind = "shutdown"\nhours = [[1, 22, 6]]\n'
    improved = improve_station(assess_station(write(tmp_path, STATION + off)), only=["off"], draws=50)

    assert improved.studied.singles[0].saving.energy > 0


def test_a_leak_that_is_an_upper_estimate_is_doubted_downwards() -> None:
    # 90 % of a normal error lie within 1.6449 standard deviations
    told = doubt_of(Estimate(20.0, 15.0, 21.0))
    assert told.leaks == pytest.approx(math.log(21 / 20) / 1.6449)
    assert told.leaks_below == pytest.approx(math.log(20 / 15) / 1.6449)
    assert doubt_of(Estimate(20.0, 0.0, 20.0)).leaks == 0.0
    assert doubt_of(Estimate(math.nan, math.nan, math.nan)) == doubt_of(Estimate(0.0, 0.0, 0.0)) == Doubt()
    assert doubt_of(Estimate(4.0, 4.0, 4.0)) == Doubt()

    drawn = Draws.of(told, draws=4000, seed=1).leaks[1:]
    assert np.quantile(20 * drawn, [0.05, 0.95]) == pytest.approx([15.0, 21.0], rel=0.02)


def test_the_use_at_the_set_point_gives_the_logged_flow_at_the_logged_pressure(tmp_path: Path) -> None:
    assessed = assess_station(
        write(tmp_path, STATION.replace("storage_m3 = 5.0", "storage_m3 = 5.0\nartificial = 0.5"))
    )
    station, found = station_of(assessed.read, assessed.assessment), assessed.assessment
    known = np.isfinite(found.flow)
    use = use_of(station, found)

    logged = Network.of(station, use).at(found.pressure, station).total
    assert station.pressure != pytest.approx(float(np.nanmean(found.pressure)), rel=0.01)
    np.testing.assert_allclose(logged[known], found.flow[known], rtol=1e-9)
