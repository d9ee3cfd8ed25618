"""Green revenue and commitments; every expected value is worked by hand beside it."""

from datetime import date

import polars as pl
import pytest

from tests.programme.made import made
from wattstone.programme.indicators.checks import wrong
from wattstone.programme.indicators.commitments import by_year, progress
from wattstone.programme.indicators.report import build
from wattstone.programme.indicators.taxonomy import assessed, by_objective, counted, kpis

EU = {
    "taxonomy": "EU",
    "title": "EU Taxonomy",
    "edition": "2021/2139",
    "harm": True,
    "safeguards": True,
    "source": "OJ",
}
CN = {"taxonomy": "CN", "title": "Catalogue", "edition": "2024", "harm": False, "safeguards": False, "source": "NDRC"}
YEAR = {"year": 2024, "kpi": "turnover"}
ITEMS = [
    {**YEAR, "item": "cars", "amount": 600.0, "currency": "CNY"},
    {**YEAR, "item": "buses", "amount": 100.0, "currency": "CNY"},
    {**YEAR, "item": "advice", "amount": 50.0, "currency": "CNY"},
]
TOTAL = {**YEAR, "amount": 1000.0, "currency": "CNY", "source": "accounts"}
YES = {"contributes": True, "harmless": True, "safeguarded": True}
CAR = {**YEAR, "taxonomy": "EU", "item": "cars", "activity": "3.3", "objective": "mitigation", "share": 0.5, **YES}
CLAIMS = [
    CAR,  # 300 aligned
    {**CAR, "objective": "pollution", "evidence": "report"},  # the same 300
    {**CAR, "item": "buses", "share": 1.0, "harmless": None},  # 100 eligible, not aligned
    {**CAR, "item": "advice", "activity": "9.3", "objective": "adaptation", "share": 1.0},  # adapted, not enabling
]


def shares(claims: list[dict], *taxonomies: dict, totals: list[dict] | None = None) -> dict:
    told = assessed(made("taxonomy_claim", *claims), made("taxonomy_item", *ITEMS), made("taxonomy", *taxonomies))
    return kpis(counted(told), made("taxonomy_total", *([TOTAL] if totals is None else totals))).row(0, named=True)


def codes(**entries: pl.DataFrame) -> list[str]:
    return [one.code for one in wrong(entries)]


def test_an_amount_that_serves_two_objectives_counts_once() -> None:
    """Eligible 300 + 100 + 50 = 450 of 1,000; aligned 300."""
    got = shares(CLAIMS, EU)

    assert (got["eligible"], got["aligned"], got["evidenced"]) == (450, 300, 300)
    assert (got["eligible_share"], got["aligned_share"]) == (0.45, 0.3)


def test_objectives_show_the_amount_each_and_say_so() -> None:
    told = assessed(made("taxonomy_claim", *CLAIMS), made("taxonomy_item", *ITEMS), made("taxonomy", EU))

    rows = {one["objective"]: (one["amount"], one["elsewhere"]) for one in by_objective(told).iter_rows(named=True)}
    assert rows == {"mitigation": (300, 300), "pollution": (300, 300)}


@pytest.mark.parametrize("test", ["contributes", "harmless", "safeguarded"])
@pytest.mark.parametrize("said", [False, None])
def test_alignment_takes_every_test(test: str, said: bool | None) -> None:
    got = shares([{**CAR, test: said}], EU)

    assert (got["eligible"], got["aligned"]) == (300, 0)


def test_a_catalogue_without_such_tests_does_not_ask_for_them() -> None:
    got = shares([{**CAR, "taxonomy": "CN", "harmless": None, "safeguarded": None}], CN)

    assert got["aligned"] == 300


def test_turnover_of_what_is_adapted_counts_only_where_it_enables() -> None:
    """Delegated Regulation (EU) 2021/2178, Annex I, 1.1.1."""
    adapted = {**CLAIMS[3]}

    assert shares([adapted], EU)["aligned"] == 0
    assert shares([{**adapted, "enabling": True}], EU)["aligned"] == 50


def test_the_items_are_no_denominator() -> None:
    assert shares(CLAIMS, EU, totals=[])["aligned_share"] is None
    entries = {
        "taxonomy": made("taxonomy", EU), "taxonomy_item": made("taxonomy_item", *ITEMS),
        "taxonomy_claim": made("taxonomy_claim", *CLAIMS),
    }  # fmt: skip
    line = build(entries, 2024).line("indicator.green.turnover.aligned_share", "entry:EU")
    assert line.value is None
    assert "denominator" in line.reason.text


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        ([{**CAR, "item": "trains"}], "indicator.claim_item"),
        ([CAR, {**CAR, "objective": "circular", "share": 0.4}], "indicator.claim_shares"),
        ([CAR, {**CAR, "activity": "6.5", "share": 0.6}], "indicator.claim_double"),
        (CLAIMS, None),
    ],
)
def test_traps_of_claims(claims: list[dict], code: str | None) -> None:
    found = codes(taxonomy_claim=made("taxonomy_claim", *claims), taxonomy_item=made("taxonomy_item", *ITEMS))

    assert found == ([code] if code else [])


def test_traps_of_money() -> None:
    items = made("taxonomy_item", *ITEMS)

    assert codes(taxonomy_item=items, taxonomy_total=made("taxonomy_total", TOTAL)) == []
    small = made("taxonomy_total", {**TOTAL, "amount": 0.1})
    assert codes(taxonomy_item=items, taxonomy_total=small) == ["indicator.over_total"]
    euros = made("taxonomy_total", {**TOTAL, "currency": "EUR"})
    assert codes(taxonomy_item=items, taxonomy_total=euros) == ["indicator.currencies"]


PROMISE = {"commitment": "R&D", "purpose": "research", "amount": 1000.0, "currency": "CNY",
           "start": date(2021, 1, 1), "end": date(2024, 12, 31), "source": "press release"}  # fmt: skip
SPENT = [
    {"commitment": "R&D", "reference": "a", "date": date(2020, 12, 31), "amount": 70.0, "currency": "CNY"},
    {"commitment": "R&D", "reference": "b", "date": date(2021, 1, 1), "amount": 100.0, "currency": "CNY"},
    {"commitment": "R&D", "reference": "c", "date": date(2022, 12, 31), "amount": 250.0, "currency": "CNY"},
    {"commitment": "R&D", "reference": "d", "date": date(2022, 12, 31), "amount": -20.0, "currency": "CNY"},
    {"commitment": "R&D", "reference": "e", "date": date(2023, 1, 1), "amount": 500.0, "currency": "CNY"},
]


def test_a_commitment_against_an_even_pace() -> None:
    """730 of 1,461 days have passed at the end of 2022; 100 + 250 - 20 are spent, 70 before the first day."""
    got = progress(made("commitment", PROMISE), made("spending", *SPENT), date(2022, 12, 31)).row(0, named=True)

    assert (got["spent"], got["outside"], got["left"]) == (330, 70, 670)
    assert got["pace"] == pytest.approx(1000 * 730 / 1461)
    assert got["ahead"] == pytest.approx(330 - 1000 * 730 / 1461)
    assert got["yearly"] == pytest.approx(670 / (731 / 365.25))


@pytest.mark.parametrize(
    ("day", "elapsed"), [(date(2020, 6, 1), 0), (date(2021, 1, 1), 1 / 1461), (date(2030, 1, 1), 1)]
)
def test_even_pace_stays_within_the_days(day: date, elapsed: float) -> None:
    got = progress(made("commitment", PROMISE), made("spending"), day).row(0, named=True)

    assert got["elapsed"] == pytest.approx(elapsed)
    assert (got["yearly"] is None) == (day.year == 2030)


def test_spent_by_year_runs_on() -> None:
    got = by_year(made("commitment", PROMISE), made("spending", *SPENT), date(2023, 12, 31))

    assert list(got.select("year", "spent", "part").iter_rows()) == [
        (2021, 100, 0.1),
        (2022, 330, 0.33),
        (2023, 830, 0.83),
    ]


def test_traps_of_commitments() -> None:
    promise = made("commitment", PROMISE)

    assert codes(commitment=promise, spending=made("spending", *SPENT)) == ["indicator.spending_days"]
    assert codes(commitment=made("commitment", {**PROMISE, "end": date(2020, 1, 1)})) == ["indicator.commitment_days"]
    euros = made("spending", {**SPENT[1], "currency": "EUR"})
    assert codes(commitment=promise, spending=euros) == ["indicator.spending_currency"]
    twice = made("spending", SPENT[1], {**SPENT[1], "commitment": "Capex"})
    assert codes(commitment=made("commitment", PROMISE, {**PROMISE, "commitment": "Capex"}), spending=twice) == [
        "indicator.spending_twice"
    ]


@pytest.mark.parametrize(("currency", "right"), [("CNY", True), ("RMB", False), ("cny", False), ("万元", False)])
def test_a_currency_is_a_code(currency: str, right: bool) -> None:
    found = wrong({"commitment": made("commitment", {**PROMISE, "currency": currency})})

    assert [one.code for one in found] == ([] if right else ["indicator.currency"])
    assert all("CNY" in one.remedy for one in found)


def test_a_voucher_in_several_commitments_is_asked_about() -> None:
    """60 and 60 of one voucher, or of two days: nothing says that it is no more than the voucher."""
    promises = made("commitment", PROMISE, {**PROMISE, "commitment": "Capex"})
    first = SPENT[1]
    other = {**first, "commitment": "Capex", "amount": first["amount"] / 4}
    found = wrong({"commitment": promises, "spending": made("spending", first, other)})

    assert [(one.code, one.severity, one.params["number"]) for one in found] == [
        ("indicator.spending_shared", "warning", 2)
    ]
    late = {**first, "commitment": "Capex", "date": first["date"].replace(day=28)}
    assert codes(commitment=promises, spending=made("spending", first, late)) == ["indicator.spending_shared"]


def test_what_was_promised_is_written_in_groups() -> None:
    report = build({"commitment": made("commitment", {**PROMISE, "amount": 1_000_000.0})}, 2024)

    assert report.lines[0].notes[0].params["promise"] == "1\u202f000\u202f000 CNY"


def test_the_year_that_is_not_over_is_judged_on_its_day() -> None:
    """On 2023-06-30, 911 of 1,461 days have passed; 830 of 1,000 are spent, and 550 days are left for 170."""
    entries = {"commitment": made("commitment", PROMISE), "spending": made("spending", *SPENT)}
    report = build(entries, 2023, date(2023, 6, 30))

    (long,) = (one.rows for one in report.tables if one.id.startswith("pace"))
    pace = long.filter(what="pace").sort("on")
    assert pace["on"].to_list() == [date(2021, 12, 31), date(2022, 12, 31), date(2023, 6, 30)]
    assert pace["part"][-1] == pytest.approx(911 / 1461)
    assert long.filter(what="spent")["part"].to_list() == pytest.approx([0.1, 0.33, 0.83])
    assert (
        report.line("indicator.commitment.pace", "entry:R&D").value
        == pace["money"][-1]
        == pytest.approx(1000 * 911 / 1461)
    )
    assert report.line("indicator.commitment.yearly", "entry:R&D").value == pytest.approx(170 / (550 / 365.25))
