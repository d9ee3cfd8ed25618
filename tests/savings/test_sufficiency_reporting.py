"""Rules of the reporting period and of both periods together."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from tests.savings.batches import baseline, batch_of, hours, reporting, working
from tests.savings.sufficiency_table import table
from wattstone.baselines.timeline import fold_days
from wattstone.savings.periods import Baseline, Dates, Reporting, Sufficiency
from wattstone.savings.rules import sufficiency_rules, unknown_overrides
from wattstone.savings.sufficiency import check_baseline, check_periods, check_reporting, shared_days

PAGE = Path(__file__).parents[2] / "docs" / "methods" / "sufficiency.md"


def only(batch: Reporting, before: Baseline | None = None, **options) -> Sufficiency:
    (check,) = check_reporting(batch, before, **options)
    return check


def codes(check: Sufficiency) -> set[str]:
    return {one.code for one in check.findings}


def errors(check: Sufficiency) -> set[str]:
    return {one.code for one in check.disqualifying}


@pytest.mark.parametrize("step", ["hour", "day"])
def test_a_plain_year_suffices(step):
    assert only(reporting(step=step), baseline(step=step)).findings == ()


@pytest.mark.parametrize(("days", "part"), [(328, False), (327, True)])
def test_a_part_of_a_year_is_said_and_does_not_disqualify(days, part):
    check = only(reporting(days=days, step="day"))
    assert check.qualified
    assert ("reporting.part_of_year" in codes(check)) is part


@pytest.mark.parametrize("days", [1, 2, 30, 800])
def test_a_period_may_be_short_or_long(days):
    for step in ("hour", "day"):
        assert only(reporting(days=days, step=step), baseline(step=step)).qualified


@pytest.mark.parametrize(("missing", "told"), [(37, False), (38, True), (364, True)])
def test_missing_days_are_named_and_do_not_disqualify(missing, told):
    batch = reporting(step="day")
    batch.use[0, :missing] = np.nan
    check = only(batch)
    assert check.qualified
    assert ("reporting.days" in codes(check)) is told


def test_nothing_at_all_disqualifies():
    batch = reporting(step="day")
    batch.use[:] = np.nan
    assert errors(only(batch)) == {"reporting.empty"}
    batch = reporting(step="day")
    batch.conditions.temperature[:] = np.nan
    assert errors(only(batch)) == {"reporting.no_temperature"}


def test_zero_gas_may_be_a_saving_and_zero_electricity_is_missing():
    batch = reporting(step="day")
    batch.use[:] = 0.0
    assert errors(only(batch)) == {"reporting.empty"}
    gas = only(replace(batch, kinds=("natural_gas",)))
    assert gas.qualified
    assert codes(gas) == {"reporting.zero"}


@pytest.mark.parametrize(("days", "constant"), [(6, False), (7, True)])
def test_a_week_of_one_value_is_constant(days, constant):
    batch = reporting(days=days, step="day")
    batch.use[:] = 5.0
    assert ("reporting.constant" in errors(only(batch))) is constant


def test_constant_and_negative_disqualify():
    batch = reporting(step="day", kinds=("natural_gas",))
    batch.use[:] = 5.0
    assert errors(only(batch)) == {"reporting.constant"}
    batch = reporting(step="day", kinds=("natural_gas",))
    batch.use[0, 7] = -1.0
    assert errors(only(batch)) == {"reporting.negative"}
    batch.use[0, 7] = -np.inf
    assert errors(only(batch)) == {"reporting.infinite"}


@pytest.mark.parametrize(("days", "turned"), [(29, False), (30, True)])
def test_a_meter_that_was_turned_round(days, turned):
    batch = reporting(step="day")
    batch.use[0, 200 : 200 + days] *= -1
    assert ("reporting.sign" in errors(only(batch))) is turned


def export(batch, share: float):
    """Export at noon on the first days of a share of the period."""
    day = (batch.conditions.date - batch.conditions.date[0]).astype(int)
    noon = (batch.conditions.hour == 12) & (day < round(share * (day[-1] + 1)))
    return replace(batch, use=np.where(noon, -1.0, batch.use))


@pytest.mark.parametrize(("share", "changed"), [(0.0, False), (0.09, False), (0.11, True), (1.0, True)])
def test_generation_that_came_between_the_periods(share, changed):
    """A limit of a tenth of the days: 33 of 365 are 9 %, 40 are 11 %."""
    check = only(export(reporting(), share), baseline())
    assert ("reporting.net_metering" in errors(check)) is changed


def test_generation_that_went_and_generation_in_both():
    assert "reporting.net_metering" in errors(only(reporting(), export(baseline(), 1.0)))
    assert only(export(reporting(), 1.0), export(baseline(), 1.0)).qualified


def test_generation_is_compared_in_the_same_months():
    """Export in summer alone; a reporting period of January says nothing of it."""
    before = baseline()
    summer = np.isin(before.conditions.month, (5, 6, 7)) & (before.conditions.hour == 12)
    before = replace(before, use=np.where(summer, -1.0, before.use))
    assert only(reporting(days=31), before).qualified


def test_extreme_values():
    use = np.random.default_rng(0).permutation(np.arange(1.0, 366.0))[None]
    use[0, 0] = 731.0
    assert codes(only(reporting(step="day", use=use))) == {"reporting.extreme"}


@pytest.mark.parametrize(("days", "told"), [(18, False), (19, True)])
def test_temperatures_that_the_baseline_did_not_see(days, told):
    """5 % of 365 days are 18.25."""
    batch = reporting(step="day")
    batch.conditions.temperature[100 : 100 + days] = 60.0
    check = only(batch, baseline(step="day"))
    assert check.qualified
    assert ("reporting.range" in codes(check)) is told


def test_flags_and_days_left_out_are_said():
    batch = reporting(step="day", kinds=("natural_gas",))
    flags = np.zeros(batch.use.shape, dtype=np.int16)
    flags[0, :4] = 2
    assert codes(only(batch, flags=flags)) == {"reporting.flags"}
    assert codes(only(batch, left_out=np.array([1]))) == {"reporting.left_out"}
    assert codes(only(batch, left_out=np.array([0]))) == set()


@pytest.mark.parametrize(
    ("baseline_dates", "reporting_dates", "expected"),
    [
        (("2018-01-01", "2018-12-31"), ("2019-01-01", "2019-12-31"), set()),
        (("2018-01-01", "2018-12-31"), ("2018-12-31", "2019-12-31"), {"periods.overlap"}),
        (("2018-01-01", "2018-12-31"), ("2018-01-01", "2018-12-31"), {"periods.overlap"}),
        (("2018-01-01", "2018-12-31"), ("2017-01-01", "2017-12-31"), {"periods.order"}),
        (("2018-01-01", "2018-12-31"), ("2017-07-01", "2018-06-30"), {"periods.order", "periods.overlap"}),
        (("2018-01-01", "2018-12-31"), ("2020-01-02", "2020-12-31"), set()),  # 366 days between
        (("2018-01-01", "2018-12-31"), ("2020-01-03", "2020-12-31"), {"periods.gap"}),
    ],
)
def test_order_of_the_periods(baseline_dates, reporting_dates, expected):
    one, other = (Dates(*map(date.fromisoformat, dates)) for dates in (baseline_dates, reporting_dates))
    found = check_periods(one, other)
    assert {finding.code for finding in found} == expected
    assert {finding.severity for finding in found} <= ({"warning"} if expected == {"periods.gap"} else {"error"})


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [("2019-01-01", "2019-01-31", 0), ("2018-12-31", "2019-01-31", 1), ("2018-12-31", "2019-02-01", 2)],
)
def test_the_works_belong_to_neither_period(first, last, expected):
    found = check_periods(
        Dates(date(2018, 1, 1), date(2018, 12, 31)),
        Dates(date(2019, 2, 1), date(2019, 12, 31)),
        blackout=Dates(date.fromisoformat(first), date.fromisoformat(last)),
    )
    assert [one.code for one in found] == ["periods.blackout"] * expected


def test_periods_in_disorder_disqualify_every_meter_and_can_be_overridden():
    conditions = fold_days(hours(date(2018, 1, 1), 365))
    before = batch_of(Baseline, conditions, working(conditions, 3))
    after = batch_of(Reporting, conditions, working(conditions, 3))
    checks = check_reporting(after, before, overrides={"m1": {"periods.overlap": "a test of the model"}})
    assert [one.qualified for one in checks] == [False, True, False]
    assert checks[0].findings[0].place == "meter 'm0', 2018-01-01/2018-12-31"
    assert "share 365 days" in checks[0].findings[0].text()


def test_the_same_meter_stands_in_both_periods():
    check = only(reporting(step="day", units=("MWh",)), baseline(step="day"))
    assert errors(check) == {"periods.meter"}
    assert "m0 (electricity, kWh, Europe/London)" in check.findings[0].text()


def test_shared_days_by_hand():
    week = Dates(date(2018, 1, 1), date(2018, 1, 7))
    assert [
        shared_days(week, Dates(date(2018, 1, first), date(2018, 1, last)))
        for first, last in ((7, 9), (8, 9), (2, 3), (1, 7))
    ] == [1, 0, 2, 7]


def test_every_rule_has_what_a_finding_needs():
    for code, rule in sufficiency_rules().items():
        assert rule.clause, code
        assert rule.source, code
        assert rule.certainty in ("read", "secondary", "unconfirmed", "own"), code
        assert {rule.found, rule.expected, rule.remedy, rule.title}.isdisjoint({""}), code
        assert not rule.found.endswith("."), code
    assert all("unconfirmed" in rule.source for rule in sufficiency_rules().values() if "Guideline 14" in rule.source)


def test_the_page_shows_the_rules_as_they_are():
    page = PAGE.read_text(encoding="utf-8")
    for period in ("baseline", "reporting", "periods"):
        assert table(period) in page, "run tests/savings/sufficiency_table.py and put its tables into the page"


def test_every_rule_of_this_file_has_a_test():
    text = Path(__file__).read_text(encoding="utf-8")
    mine = [code for code in sufficiency_rules() if not code.startswith("baseline.")]
    assert [code for code in mine if f'"{code}"' not in text] == []


def test_an_override_that_names_no_disqualifying_rule_is_told():
    found = unknown_overrides(["baseline.short", "baseline.extreme", "nonsense"], "measure 'led', overrides")
    assert [one.params["code"] for one in found] == ["baseline.extreme", "nonsense"]


def test_baseline_and_reporting_rules_do_not_mix():
    codes_of = {one.code for check in check_baseline(baseline(days=5)) for one in check.findings}
    assert all(code.startswith("baseline.") for code in codes_of)
