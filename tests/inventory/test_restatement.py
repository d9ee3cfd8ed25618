"""Base-year policy and recalculated series; expected values by hand."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattstone.base import InputRefused
from wattstone.inventory.base_year import EVENT_KINDS, BaseYearPolicy, policy_from
from wattstone.inventory.restatement import (
    CORRECTIONS,
    REPORTED,
    SITE_YEARS,
    Recalculated,
    StructuralEvent,
    recalculate,
)

POLICY = BaseYearPolicy(years=(2020,))
EMITTED = {2020: 1000.0, 2021: 1000.0, 2022: 1000.0, 2023: 1000.0}
"""Of the organisation without the site that comes."""


def reported(values: dict[int, float | None], name: str = "scope1") -> pl.DataFrame:
    rows = [(year, name, value) for year, value in values.items()]
    return pl.DataFrame(rows, schema=REPORTED, orient="row")


def site(values: dict[int, float | None], name: str = "scope1", site_id: str = "mill") -> pl.DataFrame:
    rows = [(site_id, year, name, value) for year, value in values.items()]
    return pl.DataFrame(rows, schema=SITE_YEARS, orient="row")


def correction(
    event: str, year: int, before: float, after: float, *, kind: str = "error", name: str = "scope1"
) -> pl.DataFrame:
    return pl.DataFrame(
        [(event, kind, None, year, name, before, after, "a meter read twice")], schema=CORRECTIONS, orient="row"
    )


def event(kind: str = "acquisition", on: date = date(2022, 7, 2), **more: object) -> StructuralEvent:
    return StructuralEvent(event=str(more.pop("event", kind)), kind=kind, site_id="mill", on=on, **more)  # type: ignore[arg-type]


def recalculated(done: Recalculated, name: str = "scope1") -> dict[int, float | None]:
    rows = done.series.filter(pl.col("name") == name)
    return dict(rows.select("year", "recalculated").iter_rows())


# 2 July 2022 is day 183 of 365: 183 days lie behind it, itself among them, and 182 before it.
BEHIND = 183 / 365


@pytest.mark.parametrize(
    ("option", "reporting", "expected"),
    [
        # The mill emits 100, 110, 120, 130 a year; 2022 as reported holds it from 2 July on.
        ("all-year", 2022, {2020: 1100.0, 2021: 1110.0, 2022: 1000 + 120 * (BEHIND + 182 / 365)}),
        ("pro-rata", 2022, {2020: 1000 + 100 * BEHIND, 2021: 1000 + 110 * BEHIND, 2022: 1000 + 120 * BEHIND}),
        # A year later both say the same.
        ("all-year", 2023, {2020: 1100.0, 2021: 1110.0, 2022: 1120.0, 2023: 1130.0}),
        ("pro-rata", 2023, {2020: 1100.0, 2021: 1110.0, 2022: 1120.0, 2023: 1130.0}),
    ],
)
def test_a_site_bought_within_a_year_is_carried_back(option: str, reporting: int, expected: dict[int, float]) -> None:
    mill = {2020: 100.0, 2021: 110.0, 2022: 120.0, 2023: 130.0}
    told = {**EMITTED, 2022: 1000 + 120 * BEHIND, 2023: 1130.0}
    policy = BaseYearPolicy(years=(2020,), mid_year=option)  # type: ignore[arg-type]

    done = recalculate(policy, reported(told), reporting=reporting, site_years=site(mill), events=[event()])

    assert done.due
    assert recalculated(done) == pytest.approx(expected, rel=1e-12)
    assert done.series.filter(pl.col("year") == 2020)["reported"].to_list() == [1000.0]
    assert done.adjustments["applied"].all()


@pytest.mark.parametrize("kind", ["divestment", "outsourcing"])
def test_a_site_sold_leaves_every_year(kind: str) -> None:
    """Reported with the mill until it left; without it, the organisation emits 1,000 in every year."""
    mill = {2020: 100.0, 2021: 110.0, 2022: 120.0}
    told = {2020: 1100.0, 2021: 1110.0, 2022: 1000 + 120 * 182 / 365, 2023: 1000.0}

    done = recalculate(POLICY, reported(told), reporting=2023, site_years=site(mill), events=[event(kind)])

    assert recalculated(done) == pytest.approx(dict.fromkeys(told, 1000.0), rel=1e-12)


def test_an_error_found_in_a_site_that_is_sold_goes_with_it() -> None:
    """The mill was told as 100 and really emitted 160: what is left is what all others emit."""
    told = {2020: 1100.0, 2023: 1000.0}

    done = recalculate(
        POLICY, reported(told), reporting=2023, site_years=site({2020: 160.0}),
        events=[event("divestment", date(2021, 1, 1))], corrections=correction("twice", 2020, 1100.0, 1160.0),
    )  # fmt: skip

    assert recalculated(done) == {2020: 1000.0, 2023: 1000.0}


@pytest.mark.parametrize("kind", ["opening", "closure", "volume"])
def test_organic_growth_recalculates_nothing(kind: str) -> None:
    done = recalculate(
        POLICY, reported(EMITTED), reporting=2023, site_years=site({2020: 900.0, 2021: 900.0}), events=[event(kind)]
    )

    assert EVENT_KINDS[kind] is None
    assert not POLICY.counts(kind)  # type: ignore[arg-type]
    assert recalculated(done) == EMITTED
    assert done.adjustments.is_empty()


def test_a_site_that_did_not_exist_in_the_base_year_leaves_it_alone() -> None:
    """Built by somebody else in 2021, bought in 2022: 2020 knows nothing of it."""
    done = recalculate(POLICY, reported(EMITTED), reporting=2023, site_years=site({2021: 500.0}), events=[event()])

    assert recalculated(done) == {**EMITTED, 2021: 1500.0}


def test_an_activity_that_is_reported_elsewhere_did_not_leave() -> None:
    done = recalculate(
        POLICY, reported(EMITTED), reporting=2023, site_years=site({2020: 500.0}),
        events=[event("outsourcing", reported_elsewhere=True)],
    )  # fmt: skip

    assert done.adjustments.is_empty()
    assert not done.due


def test_what_is_below_the_threshold_is_disclosed_and_not_applied() -> None:
    done = recalculate(POLICY, reported(EMITTED), reporting=2023, corrections=correction("typo", 2020, 1000.0, 1049.0))

    assert recalculated(done) == EMITTED
    assert not done.due
    assert done.adjustments.select("event", "value", "applied").rows() == [("typo", 49.0, False)]
    assert done.significance.select("effect", "base", "share").rows() == [(49.0, 1000.0, pytest.approx(4.9))]


def test_small_changes_count_together_and_do_not_hide_each_other() -> None:
    """+3 % and -2 %: 5 % together, which is the threshold itself, though the sum moves by 1 %."""
    small = pl.concat([correction("a", 2020, 1000.0, 1030.0), correction("b", 2020, 1000.0, 980.0, kind="method")])

    done = recalculate(POLICY, reported(EMITTED), reporting=2023, corrections=small)

    assert done.due
    assert recalculated(done)[2020] == pytest.approx(1010.0)
    assert not recalculate(
        BaseYearPolicy(years=(2020,), triggers=("error",)), reported(EMITTED), reporting=2023, corrections=small
    ).due


def test_scope_1_and_2_are_judged_together_and_scope_3_by_itself() -> None:
    """An error of 40 is 4 % of scope 1, and 1 % of scopes 1 and 2; one of 60 is 6 % of a scope 3 of 1,000."""
    told = pl.concat(
        [reported({2020: 1000.0}), reported({2020: 3000.0}, "scope2.location"), reported({2020: 1000.0}, "scope3")]
    )
    wrong = pl.concat([correction("a", 2020, 0.0, 40.0), correction("b", 2020, 0.0, 60.0, name="scope3")])

    done = recalculate(POLICY, told, reporting=2020, corrections=wrong)

    shares = dict(done.significance.select("names", "share").iter_rows())
    assert shares == pytest.approx({"scope1+scope2.location": 1.0, "scope3": 6.0})
    assert (recalculated(done)[2020], recalculated(done, "scope3")[2020]) == (1000.0, 1060.0)


def test_an_error_in_a_year_between_is_judged_by_the_base_year_too() -> None:
    done = recalculate(POLICY, reported(EMITTED), reporting=2023, corrections=correction("a", 2021, 1000.0, 1200.0))

    assert recalculated(done) == {**EMITTED, 2021: 1200.0}


def test_a_site_whose_emissions_nobody_knows_leaves_the_year_without_a_value() -> None:
    done = recalculate(
        POLICY, reported(EMITTED), reporting=2023, site_years=site({2020: 100.0, 2021: None}), events=[event()]
    )

    assert recalculated(done) == {2020: 1100.0, 2021: None, 2022: 1000.0, 2023: 1000.0}


def test_base_years_are_averaged_and_roll() -> None:
    told = reported({2019: 900.0, 2020: 1000.0, 2021: 1100.0, 2022: 1300.0})
    average, rolling = BaseYearPolicy(years=(2019, 2020, 2021)), BaseYearPolicy(rolling=2)

    fixed = recalculate(average, told, reporting=2022, corrections=correction("a", 2019, 900.0, 1050.0))
    moving = recalculate(rolling, told, reporting=2022)

    assert fixed.of_base(average, 2022).rows() == [("scope1", 1000.0, 1050.0)]
    assert moving.of_base(rolling, 2022).rows() == [("scope1", 1050.0, 1050.0)]
    assert moving.series["year"].to_list() == [2020, 2021, 2022]
    assert recalculate(average, told.filter(pl.col("year") > 2020), reporting=2022).missing == (2019, 2020)


def test_what_cannot_be_recalculated_is_said_all_at_once() -> None:
    with pytest.raises(InputRefused) as refused:
        recalculate(
            POLICY, reported(EMITTED), reporting=2023, events=[event(), event()],
            corrections=pl.concat([correction("a", 2019, 0.0, 1.0), correction("b", 2020, 0.0, 1.0, kind="growth")]),
        )  # fmt: skip

    assert sorted(one.code for one in refused.value.findings) == [
        "restatement.event_twice", "restatement.kind", "restatement.no_site_years", "restatement.no_site_years",
        "restatement.not_reported",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("said", "codes"),
    [
        ({}, ["base_year.none"]),
        ({"years": (2020,), "rolling": 1}, ["base_year.none"]),
        ({"years": (1900, 1900)}, ["base_year.twice", "base_year.year"]),
        ({"rolling": -1}, ["base_year.rolling"]),
        ({"years": (2020,), "threshold": 0.0, "triggers": ("growth",), "mid_year": "never"},
         ["base_year.mid_year", "base_year.threshold", "base_year.trigger"]),
    ],
)  # fmt: skip
def test_a_policy_that_is_none_is_refused(said: dict[str, object], codes: list[str]) -> None:
    with pytest.raises(InputRefused) as refused:
        BaseYearPolicy(**said)  # type: ignore[arg-type]

    assert sorted(one.code for one in refused.value.findings) == codes


def test_a_policy_is_read_back_as_it_was_written() -> None:
    policy = BaseYearPolicy(years=(2019, 2020), threshold=2.5, triggers=("error",), mid_year="pro-rata", note="why")

    assert policy_from(policy.as_dict()) == policy
    assert policy_from({"rolling": 1}) == BaseYearPolicy(rolling=1)


kilograms = st.floats(0.0, 1e9)


@given(before=kilograms, mill=kilograms, on=st.dates(date(2021, 1, 1), date(2022, 12, 31)))
def test_buying_and_selling_a_site_again_leaves_the_years_before_as_they_were(
    before: float, mill: float, on: date
) -> None:
    years = dict.fromkeys((2020, 2021, 2022, 2023), mill)
    back_and_forth = [event(on=on), event("divestment", on, event="again")]

    done = recalculate(
        BaseYearPolicy(years=(2020,), threshold=1e-9), reported({2020: before, 2023: before}), reporting=2023,
        site_years=site(dict(years)), events=back_and_forth,
    )  # fmt: skip

    assert recalculated(done)[2020] == pytest.approx(before, rel=1e-12, abs=1e-6 * (1 + mill))


def test_what_is_due_for_one_total_is_applied_to_every_total_that_it_touches() -> None:
    """6 % of scope 1 is 0.6 % of all scopes: the sum must not stand beside parts that it does not add."""
    told = pl.concat([reported({2020: 1000.0}), reported({2020: 10000.0}, "total.location")])
    wrong = pl.concat(
        [correction("a", 2020, 1000.0, 1060.0), correction("a", 2020, 10000.0, 10060.0, name="total.location")]
    )

    done = recalculate(POLICY, told, reporting=2020, corrections=wrong)

    assert (recalculated(done)[2020], recalculated(done, "total.location")[2020]) == (1060.0, 10060.0)
