"""A site planned and guarded live: forecasts from what arrived, prices from its file, limits whatever the plan says."""

from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from wattstone.base import InputRefused
from wattstone.dispatch.demand import PeakBook, with_peak
from wattstone.dispatch.outlook import Outlook, State
from wattstone.dispatch.site import Site
from wattstone.dispatch.site_file import SiteFile, read_site
from wattstone.portfolio import Meter
from wattstone.workflows.live import Device, NoPlan, PlanRequest, Sample, SetPoints
from wattstone.workflows.live.site_guard import SiteGuard
from wattstone.workflows.live.site_planner import SitePlanner
from wattstone.workflows.live.site_view import Roles, SiteView

START = datetime(2026, 5, 4)  # a Monday
QUARTER = timedelta(minutes=15)
SITE = """
id = "park"
step_minutes = 15
horizon_hours = 24

[tariff]
import_rate = 0.3
export_rate = 0.05

[[battery]]
id = "pack"
capacity_kwh = 10
power_kw = 4
charge_efficiency = 1.0
discharge_efficiency = 1.0

[[pv]]
id = "roof"
capacity_kw = 6

[[lighting]]
id = "lamps"
power_kw = 2
"""


@pytest.fixture
def file(tmp_path: Path) -> SiteFile:
    path = tmp_path / "site.toml"
    path.write_text(SITE, encoding="utf-8")
    return read_site(path)


def meter(name: str, unit: str, *, power: bool = False) -> Meter:
    reading = "power" if power else "interval"
    return Meter(id=name, site_id="park", kind="electricity", unit=unit, interval_seconds=900, reading=reading)


METERS = {
    "rest": meter("rest", "kWh"),
    "sun": meter("sun", "W", power=True),
    "soc": Meter(id="soc", site_id="park", kind="soc", unit="%", interval_seconds=900),
}
ROLES = Roles(load=("rest",), pv={"roof": ("sun",)}, state={"pack": "soc"})


def view(file: SiteFile, roles: Roles = ROLES, **units: str) -> SiteView:
    return SiteView(file.site, roles=roles, meters=METERS, units=units or {"pack": "kW", "lamps": "1"})


def sample(name: str, at: datetime, value: float) -> Sample:
    return Sample(name, at, 900, value)


def days(count: int) -> list[Sample]:
    """Load of 1 kW; the sun gives 4 kW from 10 to 14 h."""
    steps = [START + QUARTER * step for step in range(count * 96)]
    return [
        one
        for at in steps
        for one in (sample("rest", at, 0.25), sample("sun", at, 4000.0 if 10 <= at.hour < 14 else 0.0))
    ]


def planned(file: SiteFile, count: int) -> SitePlanner:
    planner = SitePlanner(file, view(file))
    planner.observe(days(count))
    return planner


def request(at: datetime, soc: float | None) -> PlanRequest:
    latest = {} if soc is None else {"soc": sample("soc", at - QUARTER, soc)}
    return PlanRequest(start=at, interval=QUARTER, latest=latest, accepted={})


def test_units_of_meters_and_set_points(file: SiteFile) -> None:
    one = view(file)
    assert one.power(sample("rest", START, 0.25)) == 1.0
    assert one.power(sample("sun", START, 4000.0)) == 4.0
    assert one.state("pack", {"soc": sample("soc", START, 35.0)}) == pytest.approx(3.5)
    assert (one.full("pack"), one.full("lamps")) == (1.0, 2.0)


def test_a_plan_stores_the_sun_for_the_evening(file: SiteFile) -> None:
    planner = planned(file, 4)
    noon = START + timedelta(days=4, hours=9)
    made = planner.make(request(noon, 0.0))
    assert isinstance(made, SetPoints)
    assert (made.start, made.step, len(made.setpoints["pack"])) == (noon, QUARTER, 96)
    pack = made.setpoints["pack"]
    charged = sum(value for value in pack if value > 0) / 4
    # The sun gives 3 kW more than is used for 4 h; 10 kWh of it fit in, and 1 kW is used in the hours after.
    assert charged == pytest.approx(10.0, abs=1.0)
    assert max(pack[:4]) <= 1e-6
    assert min(pack[20:]) < -0.5
    assert -1e-9 <= min(made.setpoints["lamps"]) <= max(made.setpoints["lamps"]) <= 1 + 1e-9


def test_without_a_state_or_any_past_there_is_no_plan(file: SiteFile) -> None:
    known = planned(file, 1).make(request(START + timedelta(days=1), None))
    assert isinstance(known, NoPlan)
    assert "pack" in known.reason
    new = SitePlanner(file, view(file)).make(request(START, 50.0))
    assert isinstance(new, NoPlan)
    assert "load" in new.reason


@pytest.mark.parametrize("jump", [timedelta(hours=-5), timedelta(hours=5), timedelta(days=-400), timedelta(days=4000)])
def test_after_a_clock_jump_the_next_plan_is_bounded_and_of_the_new_time(file: SiteFile, jump: timedelta) -> None:
    planner = planned(file, 1)
    now = START + timedelta(days=1)
    assert isinstance(planner.make(request(now, 50.0)), SetPoints)
    planner.observe([sample("rest", now + jump - QUARTER, 0.25)])
    made = planner.make(request(now + jump, 50.0))
    assert isinstance(made, SetPoints)
    assert made.start == now + jump
    assert all(abs(value) <= 4 + 1e-9 for value in made.setpoints["pack"])


def minute(name: str, at: datetime, value: float) -> Sample:
    return Sample(name, at - timedelta(minutes=1), 60, value)


def following(file: SiteFile, hour: int, *, load: float, sun: float, soc: float = 50.0, seconds: int = 60) -> float:
    """What the battery is told at some hour of a day on which a mean minute brought this load and sun. [kW]"""
    at = START + timedelta(days=4, hours=hour)
    planner = planned(file, 4)
    made = planner.make(request(at, soc))
    assert isinstance(made, SetPoints)
    wanted = {"pack": made.setpoints["pack"][0], "lamps": 0.0}
    now = {
        "rest": Sample("rest", at - timedelta(seconds=seconds), seconds, load * seconds / 3600),
        "sun": minute("sun", at, 1000 * sun),
        "soc": minute("soc", at, soc),
    }
    moved = planner.adjusted(wanted, start=at, latest=now)
    assert moved["lamps"] == 0.0
    return moved["pack"]


def test_a_battery_takes_up_more_sun_than_was_forecast_and_gives_less_when_the_load_is_less(file: SiteFile) -> None:
    # At noon 4 kW of sun were forecast and 1 kW of load; 3 kW of surplus, or whatever it is, go into an empty battery.
    assert following(file, 12, load=1.0, sun=3.5, soc=5.0) == pytest.approx(2.5)
    assert following(file, 12, load=0.5, sun=6.0, soc=5.0) == pytest.approx(4.0)  # its power
    # In the evening no more than the load; nor than was planned, as what it holds is short until the sun is back.
    assert following(file, 20, load=0.6, sun=0.0) == pytest.approx(-0.6)
    assert following(file, 20, load=9.0, sun=0.0) == pytest.approx(-1.0)


def test_a_mean_of_a_quarter_of_an_hour_tells_nothing_of_now(file: SiteFile) -> None:
    at = START + timedelta(days=4, hours=20)
    made = planned(file, 4).make(request(at, 50.0))
    assert isinstance(made, SetPoints)
    assert following(file, 20, load=9.0, sun=0.0, seconds=900) == made.setpoints["pack"][0]


BLOCKS = SITE.replace(
    "[[battery]]",
    """[netting]
energy = "building"
carbon = "building"

[[building]]
id = "block"
load = ["rest"]
import_limit_kw = 5

[[building]]
id = "shop"
load = ["shop"]

[[battery]]
building = "block"
""",
).replace("[[pv]]", "[[pv]]\nbuilding = 'block'")


def test_a_battery_of_a_building_follows_its_meter_and_the_guard_keeps_its_limit(tmp_path: Path) -> None:
    (tmp_path / "site.toml").write_text(BLOCKS)
    file, at = read_site(tmp_path / "site.toml"), START + timedelta(days=4, hours=20)
    buildings = {"block": {"rest": 1.0}, "shop": {"shop": 1.0}}
    roles = Roles(buildings=buildings, pv={"roof": ("sun",)}, state={"pack": "soc"})
    seen = SiteView(file.site, roles=roles, meters={**METERS, "shop": meter("shop", "kWh")}, units={"pack": "kW"})
    planner = SitePlanner(file, seen)
    planner.observe([*days(4), *(sample("shop", START + QUARTER * step, 0.5) for step in range(4 * 96))])
    made = planner.make(request(at, 50.0))
    assert isinstance(made, SetPoints)
    powers = {"rest": 0.6, "shop": 2.0}
    latest = {
        **{name: minute(name, at, power / 60) for name, power in powers.items()},
        "sun": minute("sun", at, 0.0),
        "soc": minute("soc", at, 50.0),
    }
    moved = planner.adjusted({"pack": made.setpoints["pack"][0]}, start=at, latest=latest)

    # It covers its own block, as far as that draws now, and not the shop.
    assert moved["pack"] == pytest.approx(-0.6)
    kept = SiteGuard(seen, hold=0.25).check(
        {"pack": 4.6}, start=at, latest={**latest, "rest": minute("rest", at, 2 / 60)}
    )
    assert (kept["pack"].value, "building" in kept["pack"].reason) == (pytest.approx(3.0), True)


NETTED = BLOCKS.replace('"building"', '"site"').replace("[[pv]]\nbuilding = 'block'", "[[pv]]")


def test_the_limit_of_a_building_is_held_where_the_site_nets_energy(tmp_path: Path) -> None:
    """The sun at the connection gives more than the battery takes; its block may draw 5 kW, battery and all."""
    (tmp_path / "site.toml").write_text(NETTED.replace("capacity_kw = 6", "capacity_kw = 30"))
    file, at = read_site(tmp_path / "site.toml"), START + timedelta(days=4, hours=12)
    buildings = {"block": {"rest": 1.0}, "shop": {"shop": 1.0}}
    roles = Roles(buildings=buildings, pv={"roof": ("sun",)}, state={"pack": "soc"})
    seen = SiteView(file.site, roles=roles, meters={**METERS, "shop": meter("shop", "kWh")}, units={"pack": "kW"})
    planner = SitePlanner(file, seen)
    planner.observe([*days(4), *(sample("shop", START + QUARTER * step, 0.1) for step in range(4 * 96))])
    made = planner.make(request(at, 50.0))
    assert isinstance(made, SetPoints)

    def moved(block: float) -> float:
        powers = {"rest": block, "shop": 0.4}
        latest = {
            **{name: minute(name, at, power / 60) for name, power in powers.items()},
            "sun": minute("sun", at, 25_000.0),
            "soc": minute("soc", at, 50.0),
        }
        return planner.adjusted({"pack": made.setpoints["pack"][0]}, start=at, latest=latest)["pack"]

    # Planned is the surplus that was forecast, 4 - 1 - 0.4 kW; the battery can do 4 kW either way.
    told = {0.0: 2.6, 1.0: 2.6, 3.0: 2.0, 4.5: 0.5, 7.0: -2.0, 12.0: -4.0}
    assert {block: moved(block) for block in told} == pytest.approx(told)


def test_days_of_buildings_are_in_the_book_of_peaks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten days of one peak each in the shop, nothing that could be moved: what the month's peak costs is known."""
    rate, peaks = 12.0, np.array([3.0, 4, 4.5, 5, 6, 6.5, 7, 8, 9, 10])
    bare = BLOCKS.split("[[battery]]")[0].replace("import_limit_kw = 5\n", "")
    (tmp_path / "site.toml").write_text(bare.replace("[tariff]", f"[grid]\ndemand_charge = {rate}\n\n[tariff]"))
    file, at = read_site(tmp_path / "site.toml"), START + timedelta(days=peaks.size)
    roles = Roles(buildings={"block": {"rest": 1.0}, "shop": {"shop": 1.0}})
    meters = {"rest": METERS["rest"], "shop": meter("shop", "kWh")}
    books: list[PeakBook] = []

    def weighed(site: Site, outlook: Outlook, state: State, book: PeakBook) -> Outlook:
        books.append(book)
        return with_peak(site, outlook, state, book)

    monkeypatch.setattr("wattstone.workflows.live.site_planner.with_peak", weighed)
    planner = SitePlanner(file, SiteView(file.site, roles=roles, meters=meters, units={}))
    for step in range(peaks.size * 96):
        shop = peaks[step // 96] - 0.5 if step % 96 == 48 else 0.5
        time = START + QUARTER * step
        planner.observe([sample("rest", time, 0.5 / 4), sample("shop", time, shop / 4)])
    assert isinstance(planner.make(request(at, None)), SetPoints)
    high = file.outlook(at, np.full(96, 40.0), buildings=np.ones((2, 96)))  # stands for the days if none is known
    cost = books[0].cost(left=5, peak=0.0, today=high, state=State())

    # M, the highest of 5 days drawn from ten peaks, is below the k-th with the probability (k / 10)^5.
    chance = np.diff((np.arange(11) / 10) ** 5)
    for peak in (7.0, 12.0):
        by_hand = rate * float((np.maximum(peak, peaks) - peaks) @ chance)
        assert cost.at(peak) == pytest.approx(by_hand, abs=0.04 * rate * 12)


def guard(file: SiteFile) -> SiteGuard:
    return SiteGuard(view(file), hold=0.25)


def check(one: SiteGuard, wanted: dict[str, float], soc: float | None, at: datetime = START) -> dict[str, float | None]:
    latest = {} if soc is None else {"soc": sample("soc", at - QUARTER, soc)}
    return {name: verdict.value for name, verdict in one.check(wanted, start=at, latest=latest).items()}


def test_a_set_point_within_all_limits_is_let_through_as_it_is(file: SiteFile) -> None:
    verdicts = guard(file).check({"pack": 2.345, "lamps": 0.5}, start=START, latest={"soc": sample("soc", START, 50.0)})
    assert [(one.value, one.reason) for one in verdicts.values()] == [(2.345, ""), (0.5, "")]


def test_power_and_energy_are_limited_whatever_is_wanted(file: SiteFile) -> None:
    one = guard(file)
    assert check(one, {"pack": 40.0}, 50.0) == {"pack": 4.0}
    # 5 % of 10 kWh are left, and the set-point may hold for a quarter of an hour: 0.5 kWh / 0.25 h.
    assert check(one, {"pack": -4.0}, 5.0)["pack"] == pytest.approx(-2.0)
    assert check(one, {"lamps": 7.0}, 50.0)["lamps"] == pytest.approx(1.0)


def test_a_battery_of_unknown_state_rests(file: SiteFile) -> None:
    verdict = guard(file).check({"pack": 3.0}, start=START, latest={})["pack"]
    assert verdict.value == 0.0
    assert "stale" in verdict.reason


def test_a_clock_that_was_set_back_does_not_freeze_a_device(file: SiteFile) -> None:
    one = guard(file)
    one.remember(Device(id="pack", unit="kW", fallback=0.0, low=-4, high=4, expiry=QUARTER), 1.0, start=START)
    assert check(one, {"pack": 2.0}, 50.0, START - timedelta(days=2)) == {"pack": 2.0}


def test_what_does_not_fit_together_is_told_at_once(file: SiteFile) -> None:
    with pytest.raises(InputRefused) as refused:
        view(file, Roles(load=("nobody",), pv={"shed": ("sun",)}), pack="kW", lamps="degC", pump="kW")
    assert len(refused.value.findings) == 5
