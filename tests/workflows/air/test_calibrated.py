"""A study is brought to the meter: by the rule that machines follow, by a scale, by what their hours took."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.workflows.air.works import STATION as ONE
from tests.workflows.air.works import write as write_one
from wattstone.base import Finding
from wattstone.workflows.air.assess import assess_station
from wattstone.workflows.air.calibrated import calibrated
from wattstone.workflows.air.improve import Improved, improve_station

# A base load of 20 m3/min that runs in production, and a trim of 12 m3/min that runs alone at other hours.
STATION = """\
id = "two"
currency = "EUR"

[network]
pressure_bar = 7.0
band_bar = 0.5
least_pressure_bar = 6.0
storage_m3 = 5.0

[[compressor]]
name = "base"
control = "load_unload"
flow_m3_per_min = 20.0
power_kw = 126.0
pressure_bar = 7.5
idle_power_kw = 38.0

[[compressor]]
name = "trim"
control = "variable_speed"
flow_m3_per_min = 12.0
power_kw = 75.0
pressure_bar = 7.5
least_flow = 0.2
least_power_kw = 23.0
idle_power_kw = 10.0

[energy]
price = 0.2
carbon_kg_per_kwh = 0.4
carbon_source = "the supplier"

[log]
file = "log.csv"
power = { base = "base [kW]", trim = "trim [kW]" }
flow = "flow [m3/min]"
pressure = "header [bar]"

[calendar]
closed = [[6, 0, 24], [7, 0, 24]]

[[modification]]
name = "half the leaks"
kind = "leaks"
size = 0.5
cost = 8000

[[modification]]
name = "lower"
kind = "pressure"
size = 0.5

[[modification]]
name = "nothing"
kind = "storage"
size = 0

[[modification]]
name = "off"
kind = "shutdown"
hours = [[6, 0, 24], [7, 0, 24]]
"""
LEAK, NIGHT, DAY = 3.0, 26.25, 126 + 47.9  # m3/min, kW: 10 + 65 flow / 12 of the trim, at 3 and at 7 m3/min
WEEKEND = 105 * 24 * NIGHT  # kWh a year: 2022 has 53 Saturdays and 52 Sundays
WEEKDAYS = 260 * (16 * DAY + 8 * NIGHT)


def write(folder: Path, text: str = STATION) -> Path:
    """The station and a week of its log, every ten minutes from Monday 9 May 2022."""
    rows = ["time (UTC),base [kW],trim [kW],flow [m3/min],header [bar]"]
    for row in range(7 * 144):
        at = datetime(2022, 5, 9, tzinfo=UTC) + timedelta(minutes=10 * row)
        works = at.weekday() < 5 and 6 <= at.hour < 22
        rows.append(f"{at:%Y-%m-%d %H:%M}," + ("126,47.9,27,7.2" if works else f"0,{NIGHT},{LEAK},7.2"))
    (folder / "log.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    (folder / "station.toml").write_text(text, encoding="utf-8")
    return folder / "station.toml"


@pytest.fixture(scope="module")
def improved(tmp_path_factory: pytest.TempPathFactory) -> Improved:
    return improve_station(assess_station(write(tmp_path_factory.mktemp("two"))), draws=30)


def coded(done: Improved, code: str) -> list[Finding]:
    return [one for one in done.findings if one.code == code]


def test_the_rule_that_is_nearest_to_the_meters_is_taken(improved: Improved) -> None:
    # By a cascade the base load would carry the leak of the weekend, unloaded most of the time.
    assert improved.station.sequencer == "target"
    assert [one.code for one in improved.rule.findings] == ["air.rule_found"]
    assert not improved.rule.stated


def test_the_base_is_what_was_metered(improved: Improved) -> None:
    base = improved.studied.base
    assert base.energy == pytest.approx(WEEKEND + WEEKDAYS, rel=3e-3)
    assert base.energy == pytest.approx(improved.assessment.energy.value)
    assert sum(base.by_machine.values()) == pytest.approx(base.energy)
    assert sum(base.parts.values()) == pytest.approx(base.energy)
    assert base.money == pytest.approx(0.2 * base.energy)


def test_a_weekend_saves_no_more_than_it_took(improved: Improved) -> None:
    off = next(one for one in improved.studied.singles if one.name == "off")
    assert off.saving.energy == pytest.approx(WEEKEND, rel=0.06)
    assert off.energy.upper <= WEEKEND * 1.001
    assert off.saving.energy <= off.energy.upper


def test_half_the_leaks_save_the_slope_of_the_trim(improved: Improved) -> None:
    # 1.5 m3/min on a trim whose power rises by (75 - 23) / (12 - 2.4) kW for each, and no lower than its turndown.
    one = improved.studied.singles[0]
    assert one.saving.energy == pytest.approx(1.5 * 52 / 9.6 * 8760, rel=0.15)


def test_sums_hold_after_the_scale_and_the_cap(improved: Improved) -> None:
    study = improved.studied
    for name in ("energy", "carbon", "money", "fuel"):
        joint = getattr(study.joint.saving, name)
        singles = sum(getattr(one.saving, name) for one in study.singles)
        assert singles - getattr(study.interaction, name) == pytest.approx(joint, abs=1e-6)
        assert sum(getattr(one.saving, name) for one in study.waterfall) == pytest.approx(joint, abs=1e-6)
        assert sum(getattr(one.saving, name) for one in study.fair) == pytest.approx(joint, abs=1e-6)
    assert study.base.energy - study.joint.after.energy == pytest.approx(study.joint.saving.energy)
    for one in (*study.singles, study.joint):
        assert one.saving.money == pytest.approx(0.2 * one.saving.energy)
        assert one.energy.lower <= one.saving.energy <= one.energy.upper
        assert study.base.money - one.after.money == pytest.approx(one.saving.money)
    nothing = next(one for one in study.singles if one.name == "nothing")
    assert (nothing.saving.energy, nothing.energy.lower, nothing.energy.upper) == (0.0, 0.0, 0.0)


def test_a_cap_is_taken_from_the_joint_saving_too(improved: Improved) -> None:
    study = calibrated(improved.studied, improved.studied.base.energy, {"off": 10_000.0})
    off = next(one for one in study.singles if one.name == "off")
    assert (off.saving.energy, off.energy.upper) == (pytest.approx(10_000.0), pytest.approx(10_000.0))
    assert off.energy.lower < off.saving.energy
    assert off.after.energy == pytest.approx(study.base.energy - 10_000.0)
    # What is taken from the joint saving is taken from its interval as well.
    lost, bounds = improved.studied.joint.saving.energy - study.joint.saving.energy, improved.studied.joint.energy
    assert study.joint.energy.lower == pytest.approx(bounds.lower - lost)
    assert study.joint.energy.upper == pytest.approx(bounds.upper - lost)
    assert sum(one.saving.energy for one in study.waterfall) == pytest.approx(study.joint.saving.energy)
    assert sum(one.saving.energy for one in study.fair) == pytest.approx(study.joint.saving.energy)
    assert study.joint.saving.energy < improved.studied.joint.saving.energy
    assert "air.above_metered" in {one.code for one in study.findings}


def test_a_loss_is_told_as_it_is_shown(tmp_path: Path) -> None:
    higher = STATION.replace(
        'name = "lower"\nkind = "pressure"\nsize = 0.5', 'name = "up"\nkind = "pressure"\nsize = -0.5'
    )
    done = improve_station(assess_station(write(tmp_path, higher)), only=["up"], draws=20)
    (single,), (loss, *_) = done.studied.singles, coded(done, "air.loss")
    assert abs(done.scale - 1) > 0.001
    assert loss.params["energy"] == f"{-single.saving.energy:.4g}"
    assert loss.params["money"] == f"{-single.saving.money:.4g}"


@pytest.mark.parametrize("scale", [0.8, 1.25])
def test_intervals_hold_the_scaled_and_the_modelled_saving(improved: Improved, scale: float) -> None:
    before = improved.studied
    study = calibrated(before, before.base.energy * scale, {})
    assert study.base.energy == pytest.approx(before.base.energy * scale)
    for one, other in zip((*study.singles, study.joint), (*before.singles, before.joint), strict=True):
        assert one.saving.energy == pytest.approx(other.saving.energy * scale)
        for bounds, name in ((one.energy, "energy"), (one.carbon, "carbon"), (one.money, "money")):
            for value in (getattr(one.saving, name), getattr(other.saving, name)):
                assert bounds.lower - 1e-6 <= value <= bounds.upper + 1e-6
    assert "air.scaled" in {one.code for one in study.findings}


def test_a_rule_that_is_stated_is_kept_and_its_misfit_told(tmp_path: Path) -> None:
    stated = STATION.replace("storage_m3", 'sequencer = "cascade"\nstorage_m3')
    done = improve_station(assess_station(write(tmp_path, stated)), only=["off"], draws=20)
    assert done.station.sequencer == "cascade"
    (finding,) = coded(done, "air.rule_stated")
    assert finding.params["rule"] == "target"
    assert coded(done, "air.model")
    assert done.studied.base.energy == pytest.approx(done.assessment.energy.value)
    assert done.studied.singles[0].saving.energy <= WEEKEND * 1.001


def test_the_order_of_the_file_does_not_hide_the_rule(tmp_path: Path) -> None:
    before, base, rest = STATION.partition('[[compressor]]\nname = "base"')
    own, trim, rest = rest.partition('[[compressor]]\nname = "trim"')
    its, energy, after = rest.partition("[energy]")
    turned = before + trim + its + base + own + energy + after
    # The base load, now second, runs 80 of the week's 168 h, the trim all of them: only the rule is changed.
    done = improve_station(assess_station(write(tmp_path, turned)), draws=20)
    usual = improve_station(assess_station(write(tmp_path)), draws=20)
    assert done.studied.base.energy == pytest.approx(usual.studied.base.energy)
    assert done.rule.off < 0.1 * (WEEKEND + WEEKDAYS)


@pytest.mark.parametrize(("stated", "told"), [(12.0, True), (5.0, False)])
def test_leaks_that_are_stated_and_not_logged_are_told(tmp_path: Path, stated: float, *, told: bool) -> None:
    text = ONE.replace("storage_m3", f"leaks_m3_per_min = {stated}\nstorage_m3")
    assessed = assess_station(write_one(tmp_path, text))
    found = [one for one in assessed.findings if one.code == "air.leaks_stated"]
    assert bool(found) is told
    if told:
        assert found[0].params["stated"] == "12"
        assert float(str(found[0].params["shown"])) == pytest.approx(5.0, rel=0.05)
