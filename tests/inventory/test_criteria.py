"""Quality criteria, markets and serials: rules with their dates, and who may use what where."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.inventory.market import certificate, contract
from wattstone.inventory.criteria import Case, MarketPolicy, criteria, judge, unmet
from wattstone.inventory.instruments import Instrument, certificates_of, in_order, serial_ranges, used_twice
from wattstone.inventory.markets import markets


def failed(instrument, country, year=2024, **case):
    return [one.criterion for one in unmet(judge(instrument, Case(year, {"S": country}, **case)))]


def test_the_table_has_eight_criteria_by_their_numbers():
    assert [one.number for one in criteria()] == list(range(1, 9))
    assert all(one.title and one.asks for one in criteria())


def gec(start, end, retired):
    return certificate(
        kind="green_certificate", market="CN", scheme="GEC", tracking_system="国家绿证核发交易系统",
        vintage_start=start, vintage_end=end, retired_on=retired,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("start", "end", "retired", "why"),
    [
        # Valid for two years from the month of generation, that month included (NEA, 2024-09-05).
        ("2024-03-01", "2024-03-31", "2026-02-28", []),
        ("2024-03-01", "2024-03-31", "2026-03-01", ["retired"]),
        # Of generation before 2024: until the end of 2025.
        ("2023-06-01", "2023-06-30", "2025-12-31", []),
        ("2023-06-01", "2023-06-30", "2026-01-01", ["retired"]),
    ],
)
def test_chinese_green_certificates_run_out(start, end, retired, why):
    assert failed(gec(start, end, retired), "CN", int(start[:4])) == why


def test_international_certificates_of_chinese_generation_after_2024_carry_no_claim():
    """Issuing ended with generation of 2024 (I-TRACK Foundation, 2024-09-13)."""

    def irec(year):
        return certificate(
            market="CN", scheme="I-REC", vintage_start=f"{year}-01-01", vintage_end=f"{year}-06-30",
            retired_on=f"{year}-12-01",
        )  # fmt: skip

    assert failed(irec(2024), "CN", 2024) == []
    assert failed(irec(2025), "CN", 2025) == ["sole"]


@pytest.mark.parametrize(
    ("origin", "country", "until", "served"),
    [
        ("NO", "DE", "2023-12-31", True),
        ("NO", "IS", "2023-12-31", False),  # no line joins Iceland to the continent (RE100, 2019)
        ("GB", "DE", "2020-12-31", True),
        ("GB", "DE", "2021-01-31", False),  # not recognised by the EU since 2021-01-01 (Ofgem)
        ("DE", "GB", "2023-03-31", True),
        ("DE", "GB", "2023-04-30", False),  # not recognised in Great Britain from 2023-04-01 (Ofgem)
        ("US", "CA", "2023-12-31", True),
        ("CN", "HK", "2023-12-31", False),
        ("CN", "TW", "2023-12-31", False),
        ("BR", "BR", "2023-12-31", True),
        ("BR", None, "2023-12-31", False),
    ],
)
def test_who_shares_a_market(origin, country, until, served):
    one = certificate(market=origin, vintage_start=f"{until[:4]}-01-01", vintage_end=until)

    assert markets().serves(one, country, date.fromisoformat(until)) is served


def test_every_rule_has_a_source_and_its_certainty():
    held = markets()

    for one in (*held.markets, *held.accepted, *held.rules):
        assert one.source
        assert one.confidence in ("A", "B", "C")
    assert {one.refuses for one in held.rules} <= {"", *(one.id for one in criteria())}


def test_the_window_moves_certificates_and_no_contracts():
    wide = MarketPolicy(months_before=6, months_after=3)

    assert wide.window(certificate(), 2023) == (date(2022, 7, 1), date(2024, 3, 31))
    assert wide.window(contract(), 2023) == (date(2023, 1, 1), date(2023, 12, 31))
    assert MarketPolicy().window(certificate(), 2024) == (date(2024, 1, 1), date(2024, 12, 31))


@pytest.mark.parametrize(
    ("text", "number"),
    [("A-1", 1), ("A-1..A-10", 10), ("000100..000199", 100), ("707-1..707-2", 2), ("A-9..12", 4)],
)
def test_serials_that_can_be_read(text, number):
    assert certificates_of(certificate(serials=[text])) == number


@pytest.mark.parametrize("text", ["A", "A-5..A-1", "A-1..B-9", ".."])
def test_serials_that_cannot_be_read(text):
    assert serial_ranges(certificate(serials=[text])) == ((), (text,))


def test_the_same_number_in_another_register_is_another_certificate():
    one, two = certificate("one", serials=["5..9"]), certificate("two", serials=["5..9"], tracking_system="other")

    assert list(used_twice([one, two])) == []
    assert len(list(used_twice([one, certificate("three", serials=["9"])]))) == 1


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 12)), min_size=1, max_size=8))
def test_a_certificate_in_two_places_is_found_wherever_it_stands(spans):
    """Against the plain way: every number of every range, counted."""
    held = [certificate(f"i{at}", serials=[f"A-{first}..A-{first + more}"]) for at, (first, more) in enumerate(spans)]
    numbers = [number for first, more in spans for number in range(first, first + more + 1)]

    found = list(used_twice(held))

    assert bool(found) == (len(numbers) > len(set(numbers)))
    named = {one.instrument for pair in found for one in pair}
    alone = {
        one.id
        for one, (first, more) in zip(held, spans, strict=True)
        if all(numbers.count(number) == 1 for number in range(first, first + more + 1))
    }
    assert named == {one.id for one in held} - alone


def test_the_order_of_use():
    """Named sites first, then contracts, certificates, rates; the older before the younger."""
    rate = Instrument.model_validate(
        {
            "id": "rate",
            "kind": "supplier_rate",
            "market": "DE",
            "vintage_start": "2023-01-01",
            "vintage_end": "2023-12-31",
            "factor": 0.1,
        }
    )
    young = certificate("young", vintage_start="2023-06-01")
    held = [rate, young, certificate("old"), contract("ppa"), certificate("named", sites=["S"])]

    assert [one.id for one in in_order(held)] == ["named", "ppa", "old", "young", "rate"]
