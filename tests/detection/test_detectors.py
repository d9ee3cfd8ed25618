"""Each detector finds what was planted, and a portfolio without faults has no findings."""

import re
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.detection.made import YEAR, office, span, view, weather
from wattstone.detection.assess import assess, ranked
from wattstone.detection.candidate import Candidate
from wattstone.detection.findings import RANKS, confidence, joined_up
from wattstone.detection.metering import clock_faults, meter_faults
from wattstone.detection.moments import heating_and_cooling, peak_events
from wattstone.detection.physical import drifts, lights_by_day, out_of_hours, water_leaks
from wattstone.detection.solar import pv_shortfalls
from wattstone.detection.view import View, days_of
from wattstone.detection.worth import Ledger, Rates
from wattstone.interfaces.present.languages import Language
from wattstone.interfaces.present.waste_words import waste_action, waste_found, waste_name
from wattstone.rates.calendars import calendar_for, shipped_calendars
from wattstone.readings.schema import Flag

DAYS, WORKING = span()
FIRST, LAST = 450, 520  # of the fault, in the assessed year
NOISE = np.random.default_rng(7).normal(1, 0.02, (DAYS, 24))
SUN_UP = np.zeros((DAYS, 24), dtype=bool)
SUN_UP[:, 7:17] = True  # in Shanghai the sun stands higher than 6 deg in all of these hours but in midwinter


def lighting() -> np.ndarray:
    return np.where(SUN_UP, 2.0, 10.0) * NOISE


def pv(share: float = 1.0) -> np.ndarray:
    temperature, sun = weather(DAYS)
    warm = temperature[0] + 0.03 * sun[0]
    return 80 * share * sun[0] / 1000 * (1 - 0.004 * (warm - 25))


def within(found: int, planted: int, days: int = 2) -> bool:
    return abs(found - planted) <= days


def test_a_portfolio_without_faults_has_no_findings() -> None:
    power = np.stack([office(DAYS, WORKING), lighting(), pv(), office(DAYS, WORKING, seed=9) / 40])
    made = view(power, use=["site", "lighting", "solar", "water"], role=["grid", "grid", "generation", "other"])
    assert assess(made).is_empty()


def test_lights_that_burn_by_day() -> None:
    power = lighting()
    power[FIRST:LAST] = 10 * NOISE[FIRST:LAST]
    (one,) = lights_by_day(view(power[None], use=["lighting"]))

    assert (within(one.start, FIRST), within(one.stop, LAST)) == (True, True)
    assert one.excess.sum() == pytest.approx(70 * 10 * 8, rel=0.15)  # 70 days of 10 h at 8 kW too much
    assert one.excess[:, :4].sum() == 0  # nothing by night


def test_lights_whose_place_is_not_known_are_left_alone() -> None:
    made = view(lighting()[None], use=["lighting"])
    made.sites.latitude[:] = np.nan
    assert lights_by_day(made) == []


def test_plant_that_runs_through_the_nights() -> None:
    power = office(DAYS, WORKING)
    power[FIRST:LAST] = np.maximum(power[FIRST:LAST], 80 * NOISE[FIRST:LAST])
    made = view(power[None], use=["hvac"])
    (one,) = joined_up(out_of_hours(made))  # nights, days off and evenings are one

    assert (within(one.start, FIRST), within(one.stop, LAST)) == (True, True)
    off = ((np.arange(24) < 8) | (np.arange(24) >= 18))[None, :] | ~WORKING[FIRST:LAST, None]
    planted = (power - office(DAYS, WORKING))[FIRST:LAST][off].sum()
    assert one.excess.sum() == pytest.approx(planted, rel=0.1)
    assert ranked(assess(made))["code"].to_list() == ["out_of_hours"]  # told once


@pytest.mark.parametrize(("hours", "on_work", "window"), [(range(9, 18), False, 1), (range(18, 23), True, 2)])
def test_a_schedule_that_gained_days_or_hours(hours: range, on_work: bool, window: int) -> None:
    """Running on days off by day, and on into the evening: neither shows by night."""
    power = office(DAYS, WORKING)
    cells = np.isin(np.arange(24), hours) & (WORKING[:, None] == on_work)
    cells[:FIRST], cells[LAST:] = False, False
    power[cells] = 80
    (one,) = out_of_hours(view(power[None], use=["hvac"]))

    assert (within(one.start, FIRST, 4), within(one.stop, LAST, 4), one.params["window"]) == (True, True, window)
    looked_at = cells & np.isin(np.arange(24), [*range(9, 18), 5, 6, 20, 21, 22])
    assert one.excess.sum() == pytest.approx((power - office(DAYS, WORKING))[looked_at].sum(), rel=0.1)
    assert assess(view(power[None], use=["hvac"]))["code"].to_list() == ["out_of_hours"]


def test_holidays_and_exchanged_days_are_no_change_of_schedule() -> None:
    """A building that keeps to the notices of the State Council has no finding; a calendar alone tells it."""
    china = calendar_for(shipped_calendars(), country="CN", site_id="")
    days = days_of(YEAR - 1, YEAR, "Asia/Shanghai", china)
    power = np.stack([office(DAYS, days.working), office(DAYS, days.working, seed=5) / 4])
    made = replace(view(power, use=["site", "tenants"], parent=[-1, 0]), days=days)

    assert assess(made).is_empty()
    left_on = power.copy()
    holiday = np.flatnonzero(np.isin(days.dates, days.holidays) & (np.arange(DAYS) > 600))
    left = slice(holiday[0] - 3, holiday[-1] + 14)
    left_on[1, left] = 20 * NOISE[left]  # through the National Day and the fortnight after it
    assert assess(replace(made, power=left_on.astype(np.float32), _cache={}))["meter_id"].to_list() == ["m1"]


@pytest.mark.parametrize("share", [0.03, 0.12])
def test_a_rise_is_told_from_the_size_that_the_page_names(share: float) -> None:
    """Six hundredths of the mean: less is not told, twice as much is."""
    power = office(DAYS, WORKING)
    power[FIRST:] += share * office(DAYS, WORKING).mean()
    assert len(drifts(view(power[None], use=["site"]))) == (share > 0.06)


def planted(name: str, view_of: Callable[..., View]) -> list[Candidate]:
    """A planted fault of each kind, in hours with holes."""
    holes = np.random.default_rng(11).random((DAYS, 24)) < 0.1
    power = {"lights": lighting(), "pv": pv(), "leak": np.abs(NOISE - 1)}.get(name, office(DAYS, WORKING))
    within = slice(FIRST, LAST)
    match name:
        case "lights":
            power[within] = 10
        case "pv":
            power[within] *= 0.7
        case "leak":
            power[within] += 0.5
        case "night":
            power[within] = np.maximum(power[within], 80)
        case "base load":
            power[within] += 12
        case "clock":
            power[within] = np.roll(power[within], 1, axis=1)
        case _:
            power[500, 14] = 200
    power[holes & (np.arange(DAYS)[:, None] != 500)] = np.nan
    use = {"lights": "lighting", "pv": "solar", "leak": "water"}.get(name, "site")
    role = {"pv": "generation", "leak": "other"}.get(name, "grid")
    made = view_of(power[None], use=[use], role=[role])
    detector = {
        "lights": lights_by_day,
        "pv": pv_shortfalls,
        "leak": water_leaks,
        "night": out_of_hours,
        "base load": drifts,
        "clock": clock_faults,
    }.get(name, peak_events)
    return joined_up(detector(made))


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Europe/London"])
@pytest.mark.parametrize("name", ["lights", "pv", "leak", "night", "base load", "clock", "peak"])
def test_every_kind_is_found_through_holes_and_changes_of_the_clock(name: str, zone: str) -> None:
    """A tenth of the hours is not known; in London a day has 23 hours and another 25, laid on 24 by the view."""

    def view_of(power: np.ndarray, **given: list[str]) -> View:
        made = view(power, **given)  # pyright: ignore[reportArgumentType]
        days = days_of(YEAR - 1, YEAR, zone)
        held = np.where(days.hour >= 0, made.power, np.float32(np.nan))
        # The sun of the place goes with the clock of the test, so that day stays day.
        made.sites.longitude[:] = 121.5 if zone == "Asia/Shanghai" else 0.0
        return replace(made, days=days, power=held)

    (one,) = planted(name, view_of)
    start, stop = (500, 501) if name == "peak" else (FIRST, LAST)
    assert (within(one.start, start, 4), within(one.stop, stop, 4)) == (True, True)


def test_the_hour_that_a_clock_skips_is_neither_silent_nor_stuck() -> None:
    days = days_of(YEAR - 1, YEAR, "Europe/London")
    power = np.where(days.hour >= 0, office(DAYS, WORKING), np.nan)
    made = replace(view(power[None], use=["site"]), days=days)
    assert meter_faults(made) == []
    assert clock_faults(made) == []


def test_a_charger_that_nobody_uses_for_days_is_not_silent() -> None:
    flags = np.zeros((2, DAYS, 24), dtype=np.uint8)
    flags[:, 500:503] = int(Flag.MISSING_ZERO)
    power = np.stack([office(DAYS, WORKING)] * 2)
    power[:, 500:503] = 0
    found = meter_faults(view(power, use=["charging", "tenants"], flags=flags))
    assert [(one.code, one.meter) for one in found] == [("meter_silent", 1)]


def test_lighting_that_follows_the_night_does_not_rise_in_autumn() -> None:
    """A year alone: the hours of darkness explain it, the weather does not."""
    days, _ = span(1)
    made = view(np.zeros((1, days, 24)), use=["lighting"], years=1)
    dark = made.elevation(0) < 0
    power = np.where(dark, 10.0, 1.0) * NOISE[:days]
    assert drifts(replace(made, power=power[None].astype(np.float32), _cache={})) == []


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_the_findings_of_a_site_claim_no_kwh_twice(data: st.DataObject) -> None:
    """Whatever is planted where: of every meter the claims at it and behind it are at most what it measured."""
    parts = np.stack([office(DAYS, WORKING), lighting(), office(DAYS, WORKING, seed=9) / 3])
    for at in range(3):
        first = data.draw(st.integers(380, 640))
        length, rise = data.draw(st.integers(0, 90)), data.draw(st.floats(0, 40))
        hours = data.draw(st.sampled_from([slice(0, 24), slice(0, 7), slice(8, 18)]))
        parts[at, first : first + length, hours] += rise
    main = np.maximum(parts.sum(axis=0) - pv(data.draw(st.floats(0, 2))), 0)
    made = view(
        np.stack([main, *parts]), use=["site", "hvac", "lighting", "tenants"], parent=[-1, 0, 0, 0], role=["grid"] * 4
    )
    told = assess(made)
    measured = made.power[:, made.first :].astype(np.float64).sum(axis=(1, 2))
    claimed = np.array([told.filter(told["meter_id"] == f"m{at}")["energy"].sum() for at in range(4)])

    assert (claimed <= measured + 1e-3).all()
    assert claimed.sum() <= max(measured[0], measured[1:].sum()) + 1e-3
    assert (told["energy_lower"] <= told["energy"]).all()
    assert (told["energy"] <= told["energy_upper"]).all()


def test_a_base_load_that_rises_and_stays() -> None:
    power = office(DAYS, WORKING)
    power[FIRST:] += 8
    made = view(power[None], use=["site"])
    (one,) = [each for each in drifts(made) if each.code == "base_load_drift"]

    assert within(one.start, FIRST)
    assert one.stop == DAYS
    assert one.excess.sum() == pytest.approx(8 * 24 * (DAYS - FIRST), rel=0.1)
    told = assess(made)
    assert told["end"].to_list() == [None]


def test_a_load_that_grows_with_what_it_serves_is_no_drift() -> None:
    """The machines beside it grow as much: more is made, nothing is wasted."""
    made = np.linspace(1, 1.5, DAYS)[:, None]
    process, air = office(DAYS, WORKING) * made, office(DAYS, WORKING, seed=4) / 3 * made
    power = np.stack([process + air, process, air])
    found = drifts(view(power, use=["site", "process", "compressed air"], parent=[-1, 0, 0]))
    assert [one.meter for one in found if one.meter > 0] == []


def test_charging_may_grow() -> None:
    power = office(DAYS, WORKING)
    power[FIRST:] *= 1.5
    assert drifts(view(power[None], use=["charging"])) == []


@pytest.mark.parametrize(("grows", "code"), [(False, "pv_outage"), (True, "pv_soiling")])
def test_generation_below_its_weather(grows: bool, code: str) -> None:
    power, clean = pv(), pv()
    loss = np.linspace(0.02, 0.4, LAST - FIRST) if grows else np.full(LAST - FIRST, 0.25)
    power[FIRST:LAST] *= 1 - loss[:, None]
    found = assess(view(power[None], use=["solar"], role=["generation"]))

    assert found["code"].to_list() == [code]
    assert found["energy"][0] == pytest.approx((clean - power).sum(), rel=0.05)


def test_generation_without_weather_is_held_against_its_peers() -> None:
    power = np.stack([pv() * scale for scale in (1.0, 0.8, 1.2, 0.5, 0.9)])
    power[2, FIRST:LAST] *= 0.7
    made = view(power, use=["solar"] * 5, role=["generation"] * 5)
    made.irradiance[:] = np.nan
    assert [one.meter for one in pv_shortfalls(made)] == [2]


def test_water_that_never_stops() -> None:
    random = np.random.default_rng(3)
    power = np.where(random.random((DAYS, 24)) < 0.3, random.uniform(0, 0.2, (DAYS, 24)), 0.0)
    power[FIRST:LAST] += 0.01
    (one,) = water_leaks(view(power[None], use=["water"], role=["other"], unit="m3"))

    assert (within(one.start, FIRST), within(one.stop, LAST)) == (True, True)
    assert one.excess.sum() == pytest.approx(0.01 * 24 * 70, rel=0.1)


def test_a_stuck_meter_and_a_silent_one() -> None:
    power = np.stack([office(DAYS, WORKING), office(DAYS, WORKING, seed=8)])
    power[0, 500:504] = 63.25
    power[1, 600:603] = np.nan
    found = {one.code: one for one in meter_faults(view(power, use=["", ""]))}

    assert set(found) == {"meter_stuck", "meter_silent"}
    assert (found["meter_stuck"].start, found["meter_stuck"].stop) == (500, 504)
    assert found["meter_silent"].params["hours"] == 72
    assert found["meter_silent"].at_stake == pytest.approx(np.sum(office(DAYS, WORKING, seed=8)[600:603]), rel=0.1)
    assert all(one.excess.sum() == 0 for one in found.values())  # nothing was wasted


def test_a_counter_of_coarse_steps_is_not_stuck() -> None:
    power = np.round(office(DAYS, WORKING) / 400, 1)
    assert [one.code for one in meter_faults(view(power[None], use=[""]))] == []


def test_flags_tell_of_signs_spikes_and_registers() -> None:
    power = np.stack([office(DAYS, WORKING)] * 3)
    flags = np.zeros(power.shape, dtype=np.uint8)
    flags[0, 400:405] = int(Flag.NEGATIVE)
    flags[1, [400, 450, 500], 12] = int(Flag.SPIKE)
    flags[2, 500, 3] = int(Flag.RESET)
    found = {one.code: one.meter for one in meter_faults(view(power, use=[""] * 3, flags=flags))}
    assert found == {"meter_reversed": 0, "meter_spikes": 1, "meter_reset": 2}


def test_a_main_meter_at_zero_while_its_sub_meters_draw() -> None:
    """Where there is PV a main meter may be at zero, but not by night with a load behind it."""
    part = office(DAYS, WORKING)
    main = np.maximum(part * 1.2 - pv(), 0)
    main[500:503] = 0
    made = view(
        np.stack([main, part, pv()]), use=["site", "", "solar"], role=["grid", "grid", "generation"], parent=[-1, 0, -1]
    )
    assert [(one.code, one.meter) for one in meter_faults(made)] == [("meter_silent", 0)]


@pytest.mark.parametrize("hours", [1, -1])
def test_a_clock_that_is_an_hour_off(hours: int) -> None:
    power = office(DAYS, WORKING)
    power[FIRST:LAST] = np.roll(power[FIRST:LAST], hours, axis=1)
    (one,) = clock_faults(view(power[None], use=[""]))

    assert (within(one.start, FIRST, 4), within(one.stop, LAST, 4)) == (True, True)
    assert one.params["moved"] == hours


def test_one_day_of_high_demand() -> None:
    power = office(DAYS, WORKING)
    power[500, 14] = 200
    (one,) = peak_events(view(power[None], use=["site"]))
    assert (one.start, one.stop, one.params["peak"]) == (500, 501, 200)


def test_heating_against_cooling() -> None:
    temperature = weather(DAYS)[0][0]
    heat = np.maximum(15.5 - temperature, 0) * 5 + 1
    cool = np.maximum(temperature - 18.3, 0) * 3 + 2
    fine = view(np.stack([heat, cool]), use=["heating", "cooling"], role=["network", "grid"])
    assert heating_and_cooling(fine) == []

    both = heat + 25 * (temperature > 18.3) * (np.arange(DAYS)[:, None] > 450) * (temperature < 21)
    (one,) = heating_and_cooling(view(np.stack([both, cool]), use=["heating", "cooling"], role=["network", "grid"]))
    assert one.meter == 1
    assert one.params["hours"] > 200
    industry = view(
        np.stack([both, cool]), use=["heating", "cooling"], role=["network", "grid"], types="industrial park"
    )
    assert heating_and_cooling(industry) == []


def test_findings_of_a_whole_site_stay_within_what_was_measured() -> None:
    """A fault behind the main meter is told once, at the meter behind, though the main meter shows it too."""
    light, rest = lighting(), office(DAYS, WORKING)
    light[FIRST:LAST] = 10 * NOISE[FIRST:LAST]
    made = view(np.stack([light + rest / 8, light]), use=["site", "lighting"], parent=[-1, 0])
    told = assess(made)

    assert told.select("meter_id", "code").rows() == [("m1", "lights_by_day")]


def test_money_and_emissions_go_by_the_hour() -> None:
    power = lighting()
    power[FIRST:LAST] = 10 * NOISE[FIRST:LAST]
    made = view(power[None], use=["lighting"])
    price = np.full((1, DAYS, 24), 0.5, dtype=np.float32)
    one, none = np.zeros(1, dtype=np.int64), np.full(1, -1)
    empty = np.zeros((0, DAYS, 24), dtype=np.float32)
    paid = Rates(
        price=price, price_of=one, currencies=("CNY",), factor=np.array([0.6]), intensity=empty, intensity_of=none
    )
    row = assess(made, paid).row(0, named=True)

    assert row["money"] == pytest.approx(0.5 * row["energy"])
    assert row["kg"] == pytest.approx(0.6 * row["energy"])
    assert row["currency"] == "CNY"
    assert row["money_lower"] / row["money"] == pytest.approx(row["energy_lower"] / row["energy"])
    hourly = Rates(
        price=price * np.nan,
        price_of=one,
        currencies=("CNY",),
        factor=np.array([0.6]),
        intensity=price,
        intensity_of=one,
    )
    row = assess(made, hourly).row(0, named=True)
    assert row["money"] is None
    assert row["kg"] == pytest.approx(0.5 * row["energy"])


def test_confidence_grows_with_the_score_and_has_a_ceiling() -> None:
    assert confidence("water_leak", 6.0) == 0.5
    assert confidence("water_leak", 1e9) == 0.99
    assert confidence("above_peers", 1e9) == 0.5


def test_a_view_of_one_year_has_no_history() -> None:
    days, working = span(1)
    power = office(days, working)
    power[100:160] = np.maximum(power[100:160], 80 * NOISE[100:160])
    told = assess(view(power[None], use=["hvac"], years=1))
    assert told["code"].to_list() == ["out_of_hours"]


def test_a_view_without_anything_has_nothing() -> None:
    assert assess(view(np.full((2, DAYS, 24), np.nan), use=["site", "lighting"])).is_empty()


def site_rates(**given: object) -> Rates:
    """A site of four meters that pays .5 for a kWh; nothing emits."""
    empty = np.zeros((0, DAYS, 24), dtype=np.float32)
    plain = {
        "price": np.full((1, DAYS, 24), 0.5, dtype=np.float32),
        "price_of": np.zeros(4, dtype=np.int64),
        "currencies": ("CNY",),
        "factor": np.full(4, np.nan),
        "intensity": empty,
        "intensity_of": np.full(4, -1),
    }
    return Rates(**(plain | given))  # pyright: ignore[reportArgumentType]


def test_generation_that_is_lost_would_have_been_used_or_fed_in() -> None:
    """3 kWh are not made in an hour in which 2 are bought: 2 at the price of buying, 1 at that of feeding in."""
    main, made, out = (np.full((DAYS, 24), kw) for kw in (2.0, 5.0, 0.0))
    seen = view(np.stack([main, made, out]), use=["site", "solar", ""], role=["grid", "generation", "export"])
    lost, cell = np.array([3.0], dtype="f4"), 24 * seen.first + 12
    paid = np.full((1, DAYS, 24), 0.3, dtype=np.float32)

    assert Ledger(seen, site_rates(paid=paid)).worth(1, cell, lost)[0] == pytest.approx(2 * 0.5 + 1 * 0.3)
    assert Ledger(seen, site_rates()).worth(1, cell, lost)[0] == pytest.approx(2 * 0.5)  # nothing is paid for it
    both = Ledger(seen, site_rates(paid=paid))
    assert [both.worth(1, cell, lost)[0] for _ in range(2)] == pytest.approx([1.3, 0.9])  # the 2 are bought once
    unknown = view(
        np.stack([main * np.nan, made, out]), use=["site", "solar", ""], role=["grid", "generation", "export"]
    )
    assert Ledger(unknown, site_rates(paid=paid)).worth(1, cell, lost)[0] == pytest.approx(1.5)


def test_a_peak_is_worth_what_the_charge_of_its_month_falls_by() -> None:
    """A month peaks at 10 kW once and at 8 else; 3 kW less in that hour save 2 kW of demand, in the next nothing."""
    power = np.full((1, DAYS, 24), 8.0)
    power[0, 400, 10] = 10.0
    seen = view(power, use=["site"])
    ledger = Ledger(seen, site_rates(demand=np.array([40.0])))
    less = np.array([3.0], dtype="f4")

    assert ledger.worth(0, 24 * 400 + 10, less)[0] == pytest.approx(3 * 0.5 + 2 * 40)
    assert ledger.worth(0, 24 * 400 + 11, less)[0] == pytest.approx(3 * 0.5)
    whole = np.full(24 * 31, 1.0, dtype="f4")  # March of the assessed year: its peak falls by 1 kW
    begin = 24 * (365 + 31 + 28)
    assert ledger.worth(0, begin, whole)[0] == pytest.approx(24 * 31 * 0.5 + 40)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_code_has_a_name_a_sentence_and_a_next_action(lang: Language) -> None:
    """Whatever a detector may tell can be said, in both languages."""
    codes = {*RANKS, *(f"meter_{what}" for what in ("silent", "stuck", "reversed", "spikes", "reset", "clock"))}
    numbers = {"before": 1.0, "after": 2.0, "a": 1.0, "b": 2.0}
    said: set[str] = set()
    for code in codes:
        row = {"code": code, "params": numbers, "unit": "kWh"}
        said |= {waste_name(code, lang), waste_found(row, lang), waste_action(code, lang)}

    assert len(said) >= 3 * len(codes) - 1  # two codes share an action at most
    assert all(text and "{" not in text for text in said)
    if lang == "zh":
        assert all(re.search("[\u4e00-\u9fff]", text) for text in said)
