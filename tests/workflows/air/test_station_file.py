"""Station files: what is read, what is refused, and how logs and modifications become arrays."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from wattstone.base import InputRefused
from wattstone.dispatch.air import modifications as known
from wattstone.equipment.air.use import AirUse
from wattstone.workflows.air.logged import logged
from wattstone.workflows.air.modifications import local_hours, made
from wattstone.workflows.air.station_schema import StationTable
from wattstone.workflows.air.template import OWN_CARBON, TEMPLATE
from wattstone.workflows.machinery.files import read_table

C1 = {"name": "C1", "control": "load_unload", "flow_m3_per_min": 20, "power_kw": 126, "pressure_bar": 7.5}
ENERGY = {"price": 0.2, "carbon_kg_per_kwh": 0.4, "carbon_source": "supplier"}
FILE: dict[str, Any] = {
    "id": "air",
    "zone": "Europe/Berlin",
    "network": {"pressure_bar": 7.0, "storage_m3": 5},
    "compressor": [C1],
    "energy": {**ENERGY, "fuel": {"price": 0.06, "carbon_kg_per_kwh": 0.18, "source": "bill"}},
    "log": {"file": "log.csv", "power": {"C1": "C1 [kW]"}},
}


def read(path: Path) -> StationTable:
    return read_table(path, StationTable, code="air.file", page="docs/how-to/air.md")


def table(**more: Any) -> StationTable:
    return StationTable.model_validate({**FILE, **more})


def test_the_template_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "station.toml"
    text = TEMPLATE.format(name="works", zone="Europe/Berlin", currency="EUR", carbon=OWN_CARBON)
    path.write_text(text, encoding="utf-8")

    station = read(path).made()

    assert [one.control.value for one in station.compressors] == ["load_unload", "variable_speed"]
    assert (station.pressure, station.least_pressure, station.leaks) == (7.0, 6.0, 0.0)


def test_all_that_is_wrong_in_a_file_is_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "station.toml"
    path.write_text(
        'id = "a"\n[network]\npressure_bar = -1\nstorage_m3 = 2\n[[compressor]]\nname = "C"\ncontrol = "magic"\n'
        'flow = 3\n[energy]\nprice = 1\n[log]\nfile = "x"\npower = { C = "c" }\n',
        encoding="utf-8",
    )

    with pytest.raises(InputRefused) as refused:
        read(path)

    places = [one.place for one in refused.value.findings]
    assert "station.toml, network.pressure_bar" in places
    assert "station.toml, compressor.'C'.control" in places
    assert "station.toml, compressor.'C'.flow" in places
    assert "station.toml, compressor.'C'.power_kw" in places
    assert "station.toml, energy" in places


def test_a_log_in_other_units_becomes_free_air_gauge_and_kilowatts(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text(
        "time (UTC),w,q,p\n2025-01-01 00:00,100000,500,800\n2025-01-01 00:01,90000,400,790\n", encoding="utf-8"
    )
    said = {
        "file": "log.csv", "power": {"C1": "w"}, "power_unit": "W", "flow": "q", "flow_unit": "cfm",
        "flow_reference": "din_1343", "pressure": "p", "pressure_unit": "kPa", "pressure_absolute": True,
    }  # fmt: skip

    held = logged(table(log=said), tmp_path)

    np.testing.assert_allclose(held.log.power, [[100.0, 90.0]])
    assert held.log.flow is not None
    # 500 ft3 of 0.0283168 m3, from 1.01325 bar and 273.15 K to 1 bar and 293.15 K
    np.testing.assert_allclose(held.log.flow[0], 500 * 0.0283168466 * 1.01325 * 293.15 / 273.15, rtol=1e-6)
    assert held.log.pressure is not None
    np.testing.assert_allclose(held.log.pressure, [7.0, 6.9])
    assert [one["kind"] for one in held.evidence.values()] == ["file"]


def test_a_log_of_meters_needs_a_workspace(tmp_path: Path) -> None:
    with pytest.raises(InputRefused) as refused:
        logged(table(log={"meters": True, "power": {"C1": "m"}}), tmp_path)

    assert [one.code for one in refused.value.findings] == ["air.no_workspace"]


def test_local_hours_follow_a_change_of_the_clock() -> None:
    use = AirUse(flow=np.ones(8), hours=1.0, start=np.datetime64("2022-03-26T21:00"))

    weekday, hour = local_hours(use, "Europe/Berlin")

    np.testing.assert_array_equal(hour, [22, 23, 0, 1, 3, 4, 5, 6])
    np.testing.assert_array_equal(weekday, [6, 6, 7, 7, 7, 7, 7, 7])


def test_modifications_take_their_place_in_time() -> None:
    said = [
        {"name": "off", "kind": "shutdown", "hours": [[7, 0, 24]], "size": 0.9, "cost": 10},
        {"name": "heat", "kind": "heat", "size": 0.5, "heat_demand_kw": list(range(24))},
        {"name": "less", "kind": "pressure", "size": 0.4},
        {"name": "new", "kind": "replacement", "replaces": "C1", "compressor": {**C1, "name": "C9"}},
    ]
    use = AirUse(flow=np.ones(48), hours=1.0, start=np.datetime64("2022-01-01T23:00"))  # Saturday night in Berlin

    off, heat, less, new = made(table(modification=said), use)

    assert isinstance(off, known.Shutdown)
    np.testing.assert_array_equal(np.flatnonzero(off.when), np.arange(24))
    assert (off.size, off.investment) == (0.9, 10)
    assert isinstance(heat, known.HeatRecovery)
    np.testing.assert_array_equal(heat.need, np.arange(48) % 24)
    assert isinstance(less, known.PressureReduction)
    assert isinstance(new, known.MachineReplacement)
    assert new.machine.name == "C9"


@pytest.mark.parametrize(
    "more",
    [
        {"log": None},
        {"log": {"file": "x", "power": {"C7": "c"}}},
        {"compressor": [C1, C1]},
        {"modification": [{"name": "t", "kind": "trim"}]},
        {"modification": [{"name": "h", "kind": "heat"}], "energy": ENERGY},
        {"modification": [{"name": "t", "kind": "replacement", "replaces": "C7", "compressor": C1}]},
    ],
)
def test_what_does_not_fit_together_is_refused(more: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"give a \[log\]|no \[\[compressor\]\]|found more than once|needs|replaces"):
        table(**more)


def test_typical_days_are_told_by_their_own_clock_in_any_zone() -> None:
    day = {"name": "day", "days": 250, "power_kw": {"C1": [60.0] * 24}}
    off = {"name": "off", "kind": "shutdown", "hours": [[1, 22, 6]]}
    heat = {"name": "heat", "kind": "heat", "size": 0.5, "heat_demand_kw": list(range(24))}
    for zone in ("Europe/Berlin", "Asia/Shanghai", "UTC"):
        said = table(zone=zone, log=None, day_type=[day], modification=[off, heat])
        held = logged(said, Path()).log
        use = AirUse(flow=np.full(24, 5.0), hours=held.hours, start=held.start)
        stopped, caught = made(said, use)

        assert isinstance(stopped, known.Shutdown)
        assert np.flatnonzero(stopped.when).tolist() == [0, 1, 2, 3, 4, 5, 22, 23], zone
        assert isinstance(caught, known.HeatRecovery)
        assert np.asarray(caught.need).tolist() == list(range(24)), zone
