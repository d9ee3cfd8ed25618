"""Exposed amounts over one denominator, by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.disclosure.kept import frame
from wattstone.disclosure.registers.exposures import exposed, exposure_findings, exposure_lines, exposure_tables


def part(name, amount, *, of="assets", currency="CNY", **said):
    return {
        "category": "physical",
        "year": 2025,
        "part": name,
        "denominator": of,
        "amount": amount,
        "currency": currency,
        "how": "by hand",
        **said,
    }


def whole(amount=1000.0, currency="CNY"):
    return frame(
        "denominator_amount",
        {"denominator": "assets", "year": 2025, "amount": amount, "currency": currency, "definition": "total assets"},
    )


def one(*parts, of=None):
    return exposed(frame("exposure", *parts), whole() if of is None else of)[0]


def test_the_share_is_the_sum_of_the_parts_over_the_one_denominator():
    found = one(part("coast", 150.0), part("river", 100.0))

    assert (found.amount, found.share) == (250.0, 0.25)
    lines = {line.name: line for line in exposure_lines((found,), 2025)}
    assert lines["disclose.exposure.physical.share"].value == 0.25
    assert lines["disclose.exposure.physical.part.coast.share"].value == 0.15
    rows = next(iter(exposure_tables((found,)))).rows
    assert rows["share"].to_list() == [0.15, 0.1, 0.25]


def test_the_denominator_is_a_line_of_its_own_that_rests_on_its_entry_and_stands_once():
    both = exposed(frame("exposure", part("coast", 150.0), part("all", 40.0, category="transition")), whole())
    lines = [line for line in exposure_lines(both, 2025) if line.name.startswith("disclose.whole.")]

    assert [(line.name, line.value, line.unit) for line in lines] == [("disclose.whole.assets", 1000.0, "CNY")]
    assert lines[0].inputs == (f"entry:{whole()['hash'][0]}",)
    assert {one.rows["whole@line"][0] for one in exposure_tables(both)} == {"disclose.whole.assets"}


@pytest.mark.parametrize(
    ("parts", "of"),
    [
        ((part("coast", 150.0), part("river", 100.0, of="revenue")), None),
        ((part("coast", 150.0), part("river", 100.0, currency="USD")), None),
        ((part("whole", 150.0), part("river", 100.0)), None),
    ],
)
def test_without_one_denominator_and_currency_there_is_no_amount(parts, of):
    found = one(*parts, of=of)

    assert (found.amount, found.share) == (None, None)
    assert found.why is not None


@pytest.mark.parametrize("of", [whole().clear(), whole(currency="USD"), whole(100.0)])
def test_without_a_whole_that_fits_there_is_an_amount_and_no_share(of):
    found = one(part("coast", 150.0), of=of)

    assert found.amount == 150.0
    assert found.share is None
    line = next(line for line in exposure_lines((found,), 2025) if line.name.endswith(".share"))
    assert line.value is None
    assert line.reason is not None


def test_a_site_in_two_parts_is_told():
    found = one(part("coast", 1.0, sites=["A", "B"]), part("river", 1.0, sites=["B"]))

    assert [finding.params["sites"] for finding in exposure_findings((found,))] == ["B"]


@given(st.lists(st.floats(0, 100), min_size=1, max_size=8))
def test_shares_of_parts_add_up_to_the_share(amounts):
    found = one(*(part(f"p{n}", amount) for n, amount in enumerate(amounts)))
    rows = next(iter(exposure_tables((found,)))).rows

    assert found.share == pytest.approx(rows["share"].head(len(amounts)).sum())
    assert 0 <= (found.share or 0.0) <= 1
