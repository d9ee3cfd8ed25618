"""Rules of the baseline: a case just inside and one just outside each limit, and what a finding says."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.savings.batches import LONDON, baseline, batch_of, hours, working
from wattstone.baselines.timeline import fold_days
from wattstone.savings.periods import Baseline, Dates, Sufficiency
from wattstone.savings.rules import sufficiency_rules
from wattstone.savings.sufficiency import check_baseline


def codes(check: Sufficiency) -> set[str]:
    return {one.code for one in check.findings}


def errors(check: Sufficiency) -> set[str]:
    return {one.code for one in check.disqualifying}


def only(batch: Baseline, **options) -> Sufficiency:
    (check,) = check_baseline(batch, **options)
    return check


def without(batch: Baseline, days: slice, *, use: bool = True, temperature: bool = False) -> Baseline:
    """The same with some local days missing."""
    conditions = batch.conditions
    day = (conditions.date - conditions.date[0]).astype(int)
    gone = np.isin(day, np.arange(400)[days])
    values = np.where(gone & use, np.nan, batch.use)
    warm = np.where(gone & temperature, np.nan, conditions.temperature)
    return replace(batch, use=values, conditions=replace(conditions, temperature=warm))


@pytest.mark.parametrize("step", ["hour", "day"])
def test_a_plain_year_suffices(step):
    assert only(baseline(step=step)).findings == ()


@pytest.mark.parametrize(("days", "code"), [(366, None), (367, "baseline.long")])
def test_length_at_most_a_year_of_366_days(days, code):
    assert errors(only(baseline(date(2016, 1, 1), days, step="day"))) == ({code} if code else set())


@pytest.mark.parametrize(("days", "short"), [(328, False), (327, True)])
def test_length_at_least_328_days(days, short):
    assert ("baseline.short" in errors(only(baseline(days=days, step="day")))) is short


@pytest.mark.parametrize(("missing", "code"), [(37, None), (38, "baseline.use_days")])
@pytest.mark.parametrize("step", ["hour", "day"])
def test_at_most_37_days_without_use(step, missing, code):
    check = only(without(baseline(step=step), slice(100, 100 + missing)))

    assert errors(check) == ({code} if code else set())
    if code:
        (finding,) = check.disqualifying
        assert finding.say(finding.found) == "use is known on 327 of 365 days"
        assert (finding.first, finding.place) == ("2018-04-11", "meter 'm0', 2018-01-01/2018-12-31")
        assert (finding.params["clause"], finding.params["certainty"]) == ("CalTRACK 2.0, 2.2.1.2", "read")


@pytest.mark.parametrize(("missing", "code"), [(37, None), (38, "baseline.temperature_days")])
def test_at_most_37_days_without_temperature(missing, code):
    batch = without(baseline(step="day"), slice(100, 100 + missing), use=False, temperature=True)
    assert errors(only(batch)) == ({code} if code else set())


@pytest.mark.parametrize(("missing", "code"), [(18, None), (19, "baseline.joint_days")])
def test_use_and_temperature_must_be_known_together(missing, code):
    batch = without(baseline(step="day"), slice(100, 119))
    batch = without(batch, slice(200, 200 + missing), use=False, temperature=True)
    assert errors(only(batch)) == ({code} if code else set())


@pytest.mark.parametrize(("hour", "known"), [(12, True), (13, False)])
def test_a_day_is_known_by_half_of_its_hours(hour, known):
    """CalTRACK 2.0, 2.2.2.1: of 38 days, each misses 12 or 13 of its 24 hours."""
    batch = baseline()
    day = (batch.conditions.date - batch.conditions.date[0]).astype(int)
    gone = (day >= 100) & (day < 138) & (batch.conditions.hour < hour)
    assert ("baseline.use_days" not in errors(only(replace(batch, use=np.where(gone, np.nan, batch.use))))) is known


def test_zeros_are_missing_of_electricity_and_not_of_gas():
    batch = baseline(step="day")
    batch.use[0, 100:138] = 0.0
    assert errors(only(batch)) == {"baseline.use_days"}
    assert errors(only(replace(batch, kinds=("natural_gas",)))) == set()


def test_no_temperature_at_all_is_said_once_with_its_remedy():
    batch = without(baseline(step="day"), slice(0, 365), use=False, temperature=True)
    (finding,) = only(batch).disqualifying
    assert finding.code == "baseline.no_temperature"
    assert "load weather" in finding.say(finding.remedy)


@pytest.mark.parametrize(
    ("value", "kind", "code"),
    [
        (0.0, "natural_gas", "baseline.zero"),
        (0.0, "electricity", "baseline.zero"),
        (np.nan, "electricity", "baseline.empty"),
        (np.nan, "natural_gas", "baseline.empty"),
        (7.5, "electricity", "baseline.constant"),
        (-7.5, "electricity", "baseline.constant"),
    ],
)
@pytest.mark.parametrize("step", ["hour", "day"])
def test_all_zero_empty_and_constant(step, value, kind, code):
    batch = baseline(step=step, kinds=(kind,))
    batch.use[:] = value
    assert code in errors(only(batch))


def test_an_infinite_reading_disqualifies():
    batch = baseline(step="day")
    batch.use[0, 7] = np.inf
    (finding,) = only(batch).disqualifying
    assert (finding.code, finding.count) == ("baseline.infinite", 1)


def test_a_value_that_changes_once_is_not_constant():
    batch = baseline(step="day")
    batch.use[:] = 7.5
    batch.use[0, 50] = 7.4
    assert "baseline.constant" not in codes(only(batch))


@pytest.mark.parametrize(("kind", "code"), [("natural_gas", "baseline.negative"), ("water", "baseline.negative")])
def test_what_cannot_flow_back_is_never_below_zero(kind, code):
    batch = baseline(kinds=(kind,))
    assert errors(only(batch)) == set()
    batch.use[0, 5000] = -0.1
    (finding,) = only(batch).disqualifying
    assert (finding.code, finding.count, finding.first) == (code, 1, "2018-07-28T08:00:00Z")


def test_export_of_electricity_is_a_warning():
    batch = baseline()
    batch.use[0, 5000] = -0.1
    check = only(batch)
    assert check.qualified
    assert codes(check) == {"baseline.export"}


def solar(batch: Baseline, first: int, last: int) -> Baseline:
    """With generation that exports by day from one day of the year to another."""
    day = (batch.conditions.date - batch.conditions.date[0]).astype(int)
    noon = (batch.conditions.hour >= 11) & (batch.conditions.hour < 15)
    return replace(batch, use=np.where(noon & (day >= first) & (day < last), -1.0, batch.use))


@pytest.mark.parametrize(
    ("first", "last", "changed"),
    [
        (0, 365, False),  # all year
        (60, 280, False),  # from March to early October: the height of the sun, mirrored about the solstice
        (182, 365, True),  # connected in July
        (0, 150, True),  # taken off in May
    ],
)
def test_net_metering_that_changes_within_the_baseline(first, last, changed):
    assert ("baseline.net_metering" in errors(only(solar(baseline(), first, last)))) is changed


@pytest.mark.parametrize(("days", "turned"), [(29, False), (30, True)])
def test_a_meter_that_was_turned_round(days, turned):
    batch = baseline()
    day = (batch.conditions.date - batch.conditions.date[0]).astype(int)
    batch = replace(batch, use=np.where((day >= 300) & (day < 300 + days), -batch.use, batch.use))
    assert ("baseline.sign" in errors(only(batch))) is turned


def test_extreme_values_are_three_interquartile_ranges_above_the_median():
    """1 to 365: median 183, quartiles 92 and 274, so the bound is 183 + 3 * 182 = 729."""
    use = np.random.default_rng(0).permutation(np.arange(1.0, 366.0))[None]
    batch = baseline(step="day", use=use)
    use[0, np.argmax(use)] = 729.0
    assert codes(only(batch)) == set()
    use[0, np.argmax(use)] = 730.0
    (finding,) = only(batch).findings
    assert (finding.code, finding.severity, finding.count) == ("baseline.extreme", "warning", 1)
    assert finding.say(finding.expected) == "at most 729"


@pytest.mark.parametrize(("gone", "poor"), [(74, False), (75, True)])
@pytest.mark.parametrize("segmented", [False, True])
def test_more_than_nine_tenths_of_the_hours_of_each_month(gone, poor, segmented):
    """May has 744 hours; with 74 missing 90.05 % are known, with 75 missing 89.9 %."""
    batch = baseline()
    may = np.flatnonzero(batch.conditions.month == 5)
    batch.use[0, may[:gone]] = np.nan
    check = only(batch, segmented=segmented)
    assert ("baseline.month_hours" in codes(check)) is poor
    assert ("baseline.month_hours" in errors(check)) is (poor and segmented)
    if poor:
        assert "in 2018-05 90 % of the hours or less" in check.findings[0].text()


def test_exactly_nine_tenths_of_a_month_is_not_more():
    """April has 720 hours: 72 missing leave 90 % exactly."""
    batch = baseline()
    april = np.flatnonzero(batch.conditions.month == 4)
    assert len(april) == 720
    batch.use[0, april[:72]] = np.nan
    assert "baseline.month_hours" in errors(only(batch, segmented=True))


@pytest.mark.parametrize(("gone", "poor"), [(3, False), (4, True)])
def test_temperature_of_each_month(gone, poor):
    """Of the 31 days of May 28 are 90.3 %, 27 are 87.1 %."""
    batch = without(baseline(step="day"), slice(120, 120 + gone), use=False, temperature=True)
    check = only(batch)
    assert check.qualified
    assert ("baseline.month_temperature" in codes(check)) is poor


@pytest.mark.parametrize(("length", "long"), [(6, False), (7, True)])
def test_gaps_of_the_temperature_beyond_six_hours(length, long):
    batch = baseline()
    warm = batch.conditions.temperature.copy()
    warm[1000 : 1000 + length] = np.nan
    check = only(replace(batch, conditions=replace(batch.conditions, temperature=warm)))
    assert check.qualified
    assert ("baseline.temperature_gap" in codes(check)) is long


@pytest.mark.parametrize(("seen", "missing"), [(1, False), (0, True)])
def test_weekends_of_a_season(seen, missing):
    """26 days of weekends in June to August 2018, of which one is known or none."""
    batch = baseline(step="day")
    at = np.flatnonzero((batch.conditions.weekday >= 5) & np.isin(batch.conditions.month, (6, 7, 8)))
    batch.use[0, at[: len(at) - seen]] = np.nan
    check = only(batch)
    assert errors(check) == ({"baseline.coverage"} if missing else set())
    assert "weekends of June to August" in next(one.text() for one in check.findings if "coverage" in one.code)
    assert ("baseline.thin_coverage" in codes(check)) is not missing


@pytest.mark.parametrize(("share", "thin"), [(13, False), (14, True)])
def test_half_of_the_weekends_of_a_season(share, thin):
    batch = baseline(step="day")
    at = np.flatnonzero((batch.conditions.weekday >= 5) & np.isin(batch.conditions.month, (6, 7, 8)))
    assert len(at) == 26
    batch.use[0, at[:share]] = np.nan
    assert ("baseline.thin_coverage" in codes(only(batch))) is thin


def test_flags_of_the_lake():
    batch = baseline(step="day", use=working(baseline(step="day").conditions, 2))
    flags = np.zeros(batch.use.shape, dtype=np.int16)
    flags[0, :3], flags[1, :4] = 2, 4  # 3 of 365 are 0.8 %, 4 are 1.1 %
    one, other = check_baseline(batch, flags=flags)
    assert codes(one) == set()
    assert codes(other) == {"baseline.flags"}
    assert "4 readings are doubtful (stuck 4)" in other.findings[0].text()


def shifted(by: int) -> Baseline:
    """A working building whose stamps are off by some hours."""
    batch = baseline()
    return replace(batch, use=np.roll(batch.use, by, axis=1))


@pytest.mark.parametrize(
    ("by", "code"),
    [
        (0, None),
        (5, None),  # work from 13 to 23 is centred on 18
        (6, "baseline.working_hours"),
        (7, "baseline.working_hours"),
        (8, "baseline.wrong_zone"),  # Shanghai's clock read as UTC
        (-8, "baseline.wrong_zone"),
        (12, "baseline.wrong_zone"),
    ],
)
def test_working_hours_tell_the_zone(by, code):
    check = only(shifted(by))
    told = codes(check) & {"baseline.working_hours", "baseline.wrong_zone"}
    assert told == ({code} if code else set())
    assert check.qualified is (code != "baseline.wrong_zone")


def test_a_working_day_that_keeps_the_clock_moves_against_utc():
    batch = baseline()  # on the local clock, so right
    assert "baseline.clock" not in codes(only(batch))
    utc = batch.conditions.start.astype("datetime64[h]").astype(int) % 24
    work = (utc >= 8) & (utc < 18) & (batch.conditions.weekday < 5)
    check = only(replace(batch, use=(2 + 2 * work)[None] * np.where(np.isnan(batch.use), 1, 1.0)))
    assert check.qualified
    assert [one.count for one in check.findings if one.code == "baseline.clock"] == [2]


@pytest.mark.parametrize(("shift", "wrong"), [(0, False), (4, False), (-5, False), (5, True), (-6, True), (12, True)])
def test_the_warmest_hour_tells_the_zone_of_the_weather(shift, wrong):
    """The wave of `hours` has its crest in the hour that begins at 15, so at 15:30."""
    batch = baseline()
    warm = np.roll(batch.conditions.temperature, shift)
    check = only(replace(batch, conditions=replace(batch.conditions, temperature=warm)))
    assert ("baseline.weather_clock" in errors(check)) is wrong


@pytest.mark.parametrize(("by", "wrong"), [(0, False), (3, False), (4, True), (-4, True)])
def test_generation_tells_the_zone_by_the_sun(by, wrong):
    conditions = hours(date(2018, 1, 1), 365, place=LONDON)
    assert conditions.elevation is not None
    made = np.roll(np.maximum(conditions.elevation, 0), by)[None]
    check = only(batch_of(Baseline, conditions, made, kinds=("solar",)))
    assert ("baseline.sun" in errors(check)) is wrong


def test_a_zone_that_does_not_exist():
    batch = baseline(step="day")
    check = only(replace(batch, conditions=replace(batch.conditions, zone="Moon/Crater")))
    assert errors(check) == {"baseline.zone"}


def test_days_left_out_by_name_are_not_missing_for_gas_and_are_for_electricity():
    """45 days of zeros in the cold, left out by `clean`: CalTRACK counts zeros of gas as readings."""
    for kind, qualified in (("natural_gas", True), ("electricity", False)):
        batch = without(baseline(step="day", kinds=(kind,)), slice(0, 45))
        check = only(batch, left_out=np.array([45]))
        assert check.qualified is qualified
        assert "baseline.left_out" in codes(check)
        assert not only(batch).qualified


@pytest.mark.parametrize(("hours_out", "told"), [(23, False), (24, True)])
def test_a_day_left_out_is_told(hours_out, told):
    check = only(baseline(kinds=("natural_gas",)), left_out=np.array([hours_out]))
    assert ("baseline.left_out" in codes(check)) is told


@pytest.mark.parametrize(("days", "changed"), [(17, False), (18, True)])
def test_a_tenth_of_the_days_makes_a_change_of_net_metering(days, changed):
    """Counted from 0, days 0 to 171 mirror days 344 to 173 about day 172: of 172, 17 are 9.9 % and 18 are 10.5 %."""
    assert ("baseline.net_metering" in errors(only(solar(baseline(), 200, 200 + days)))) is changed


def test_an_override_goes_by_name_needs_a_reason_and_shows():
    batch = without(baseline(step="day"), slice(130, 170))
    for said in ({"m0": {"baseline.use_days": "checked by hand"}}, {"*": {"baseline.use_days": "checked by hand"}}):
        check = only(batch, overrides=said)
        assert check.qualified
        assert check.overridden == (("baseline.use_days", "checked by hand"),)
        assert codes(check) == {"baseline.use_days"}
    for said in (
        {"m0": {"baseline.short": "x"}},
        {"m1": {"baseline.use_days": "x"}},
        {"*": {"baseline.use_days": " "}},
    ):
        check = only(batch, overrides=said)
        assert not check.qualified
        assert check.overridden == ()


def test_one_bad_meter_does_not_touch_the_others():
    conditions = fold_days(hours(date(2018, 1, 1), 365))
    use = working(conditions, 5)
    use[1], use[2], use[3, 100:200] = np.nan, 0.0, np.nan
    checks = check_baseline(batch_of(Baseline, conditions, use))
    assert [one.qualified for one in checks] == [True, False, False, False, True]
    assert [one.meter for one in checks] == ["m0", "m1", "m2", "m3", "m4"]


def test_float32_says_the_same_and_input_stays_as_it_was():
    batch = baseline()
    batch.use[0, 100:200] = 0.0
    before = batch.use.copy()
    wide, narrow = check_baseline(batch), check_baseline(replace(batch, use=batch.use.astype(np.float32)))
    assert codes(wide[0]) == codes(narrow[0])
    np.testing.assert_array_equal(batch.use, before)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 364), max_size=60, unique=True), st.integers(0, 2**32 - 1))
def test_more_missing_days_never_qualify_a_meter(gone, seed):
    batch = baseline(step="day")
    use = batch.use.copy()
    use[0, gone] = np.nan
    more = use.copy()
    more[0, np.random.default_rng(seed).integers(0, 365, 5)] = np.nan
    fewer_check, more_check = only(replace(batch, use=use)), only(replace(batch, use=more))
    assert fewer_check.qualified or not more_check.qualified
    assert ("baseline.use_days" in errors(fewer_check)) is (len(gone) > 37)


@settings(max_examples=30, deadline=None)
@given(st.floats(1e-3, 1e6), st.sampled_from(["electricity", "natural_gas"]))
def test_the_unit_of_use_does_not_matter(size, kind):
    batch = baseline(step="day", kinds=(kind,))
    batch.use[0, 10:40] = np.nan
    batch.use[0, 60] *= 9
    assert codes(only(batch)) == codes(only(replace(batch, use=batch.use * size)))


@pytest.mark.parametrize("days", [1, 2, 5, 40])
def test_a_period_however_short_is_told_and_never_crashes(days):
    for step in ("hour", "day"):
        assert "baseline.short" in errors(only(baseline(days=days, step=step)))


def test_no_rule_of_the_baseline_is_without_a_test():
    text = Path(__file__).read_text(encoding="utf-8")
    untested = [code for code in sufficiency_rules() if code.startswith("baseline.") and f'"{code}"' not in text]
    assert [code for code in untested if "bill" not in code] == []


def test_dates_are_those_of_the_batch():
    assert only(baseline(days=10)).findings[0].place.endswith(str(Dates(date(2018, 1, 1), date(2018, 1, 10))))
