"""Site files: read whole, refused whole with every finding; clocks of the site, tariffs with holes, clock changes."""

from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

from wattstone.base import InputRefused
from wattstone.dispatch.outlook import State
from wattstone.dispatch.site_file import read_site
from wattstone.dispatch.solve import Planner

GARDEN = """
id = "garden"
zone = "Europe/Oslo"
currency = "NOK"
step_minutes = 60

[grid]
import_limit_kw = 80
demand_charge = 60

[tariff]
files = ["grid.toml"]

[weights]
carbon_price = 0.5

[[pv]]
id = "roof"
capacity_kw = 30
inverter_kw = 25

[[battery]]
id = "pack"
capacity_kwh = 40
power_kw = 30
inverter_kw = 20
reserve = 0.2

[[charger]]
id = "bay 1"
power_kw = 7.4
minimum_kw = 1.38

[[shiftable]]
id = "laundry"
power_kw = 3
energy_kwh = 6
hours = ["22:00", "04:00"]

[[lighting]]
id = "paths"
power_kw = 2
hours = [["17:00", "07:00"]]
least = 0.3
comfort = 0.2

[[pump]]
id = "cistern"
power_kw = 2
volume_m3 = 10
flow_m3_per_h = 4
use_m3_per_h = [0.2,0.2,0.2,0.2,0.2,0.4,0.8,1,0.8,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.6,0.8,0.8,0.6,0.5,0.4,0.3,0.2]

[[fan]]
id = "garage"
power_kw = 4
volume_m3 = 3000
flow_m3_per_h = 12000
bound_mg_per_m3 = 40
emission_g_per_h = [0,0,0,0,0,5,40,60,30,10,5,5,5,5,5,10,30,60,40,20,10,5,2,0]

[[room]]
id = "clubhouse"
mode = "heating"
power_kw = 5
resistance_k_per_kw = 2.5
capacity_kwh_per_k = 3
cop = 3
low_degc = 20
high_degc = 23
"""

TARIFF = """
id = "day-night"
kind = "electricity"
currency = "NOK"
zone = "Europe/Oslo"
valid_from = 2024-01-01
valid_to = 2024-11-01
source = "test"
export_rate = 0.3
bands = [{name = "day", rate = 1.5, hours = [["06:00", "22:00"]]}, {name = "night", rate = 0.9}]
"""


@pytest.fixture
def garden(tmp_path: Path) -> Path:
    (tmp_path / "grid.toml").write_text(TARIFF, encoding="utf-8")
    path = tmp_path / "site.toml"
    path.write_text(GARDEN, encoding="utf-8")
    return path


def test_a_site_file_becomes_a_site_that_can_be_planned(garden):
    read = read_site(garden)
    site = read.site

    assert [one.id for one in site.devices] == [
        "roof",
        "pack",
        "bay 1",
        "laundry",
        "paths",
        "cistern",
        "garage",
        "clubhouse",
    ]
    assert site.pv[0].capacity == 25
    assert (site.batteries[0].charge, site.batteries[0].discharge) == (20, 20)
    assert [one.code for one in read.findings] == ["dispatch.site_inverter"]
    start = datetime(2024, 1, 15, 23)
    look = read.outlook(start, np.full(24, 5.0), pv=np.zeros((1, 24)), outdoor=np.full(24, -5.0))
    plan = Planner().plan(site, look, State(soc=np.array([20.0]), buffers=np.array([5.0, 0.0, 21.0])))

    assert plan.mode == "optimal", [one.finding().text() for one in plan.conflicts]
    assert plan.objective == pytest.approx(plan.costs.total, rel=1e-6)
    assert plan.frame().height == 24 * 9


def test_a_room_follows_the_exact_solution_of_one_node(garden):
    # T_out + R Q (1 - e^(-t/RC)) with R = 2.5 K/kW, RC = 7.5 h: from 20 degC at -5 outside with 1 kW electric, COP 3.
    read = read_site(garden)
    room = read.site.buffers[2]
    drift = read.drift(datetime(2024, 1, 15), 1, np.array([-5.0]))[2, 0]
    decay = np.exp(-1 / 7.5)

    assert room.retain * 20.0 + room.gain * 1.0 + drift == pytest.approx(-5 + 25 * decay + 7.5 * (1 - decay))


def test_clocks_are_local_also_on_the_day_on_which_they_change(garden):
    read = read_site(garden)
    # 2024-03-31 in Oslo: 01:00 UTC is 03:00; 22:00 to 04:00 has 5 steps that night.
    start = datetime(2024, 3, 30, 12)
    assert_allclose(read.minutes(datetime(2024, 3, 31), 3) / 60, [1, 3, 4])
    prices, _ = read.prices(datetime(2024, 3, 31, 2), 4)
    assert_allclose(prices, [0.9, 0.9, 1.5, 1.5])  # 04, 05, 06 and 07 h local
    tasks = read.outlook(start, np.zeros(24), pv=np.zeros((1, 24)), outdoor=np.zeros(24)).tasks
    assert [(one.first, one.last) for one in tasks] == [(9, 14)]
    # In autumn the same night has 7 steps, and each has a price.
    tasks = read.outlook(datetime(2024, 10, 26, 12), np.zeros(24), pv=np.zeros((1, 24)), outdoor=np.zeros(24)).tasks
    assert [(one.first, one.last, one.energy) for one in tasks] == [(8, 15, 6.0)]


def test_what_an_open_window_has_delivered_counts(garden):
    read = read_site(garden)
    look = read.outlook(
        datetime(2024, 1, 15, 23), np.zeros(4), pv=np.zeros((1, 4)), outdoor=np.zeros(4), delivered={"laundry": 4.5}
    )
    assert [(one.first, one.last, one.energy) for one in look.tasks] == [(0, 4, 1.5)]


def test_a_tariff_with_a_hole_is_refused_and_never_free(garden):
    read = read_site(garden)
    look = read.outlook(datetime(2024, 10, 31, 12), np.zeros(24), pv=np.zeros((1, 24)), outdoor=np.zeros(24))

    with pytest.raises(InputRefused) as refused:
        Planner().plan(read.site, look, State(soc=np.array([20.0]), buffers=np.array([5.0, 0.0, 21.0])))
    (finding, other) = refused.value.findings
    assert (finding.place, finding.count, finding.first) == ("outlook, 'import_price'", 13, "step 11")
    assert other.place == "outlook, 'export_price'"


def test_everything_that_is_wrong_is_told_at_once(garden):
    wrong = (
        GARDEN.replace("capacity_kwh = 40", "capacity_kwh = -40")
        .replace('zone = "Europe/Oslo"', 'zone = "Oslo"')
        .replace("reserve = 0.2", "reserve = 20")
        .replace('id = "paths"\n', "")
        .replace("cop = 3", "cup = 3")
    )
    garden.write_text(wrong, encoding="utf-8")

    with pytest.raises(InputRefused) as refused:
        read_site(garden)
    places = " ".join(one.place for one in refused.value.findings)
    for name in ("battery.0.capacity_kwh", "zone", "battery.0.reserve", "lighting.0.id", "room.0.cop", "room.0.cup"):
        assert name in places


@pytest.mark.parametrize("text", ["id = ", 'id = "a"\n[tariff]\n', '[[pv]]\nid = "x"', "\xff\xfe"])
def test_a_file_that_is_not_one_is_refused(tmp_path, text):
    path = tmp_path / "site.toml"
    path.write_bytes(text.encode("latin-1"))

    with pytest.raises(InputRefused):
        read_site(path)


def test_two_devices_of_one_name_are_refused(garden):
    garden.write_text(GARDEN.replace('id = "paths"', 'id = "pack"'), encoding="utf-8")

    with pytest.raises(InputRefused, match="pack"):
        read_site(garden)


COMMUNITY = """
id = "yard"
[tariff]
import_rate = 0.3
[netting]
carbon = "building"
[[building]]
id = "block 1"
load = ["main 1"]
import_limit_kw = 40
[[building]]
id = "block 2"
[[pv]]
id = "roof"
capacity_kw = 10
building = "block 1"
[[battery]]
id = "pack"
capacity_kwh = 10
power_kw = 5
"""


def test_buildings_have_their_devices_and_the_rest_is_common(tmp_path):
    (tmp_path / "yard.toml").write_text(COMMUNITY)
    site = read_site(tmp_path / "yard.toml").site

    assert [(one.id, sorted(one.devices), one.import_limit) for one in site.accounts] == [
        ("block 1", ["roof"], 40.0),
        ("block 2", [], np.inf),
        ("", ["pack"], np.inf),
    ]
    assert (site.netting.energy, site.netting.carbon) == ("site", "building")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('building = "block 1"', 'building = "block 9"', "'block 9' of 'roof'"),
        ('id = "block 2"', 'id = "pack"', "found more than once: pack"),
        ('carbon = "building"', 'carbon = "home"', "'site' or 'building'"),
        ("import_limit_kw = 40", "import_limit_kw = -1", "greater than or equal to 0"),
    ],
)
def test_a_community_that_cannot_be_is_refused(tmp_path, old, new, said):
    (tmp_path / "yard.toml").write_text(COMMUNITY.replace(old, new))
    with pytest.raises(InputRefused) as refused:
        read_site(tmp_path / "yard.toml")

    assert said in str(refused.value.findings[0].params["message"])
