"""Every activity kind that an inventory needs is declared, with items and units that can be read."""

import pytest

from wattstone.base import UnknownUnit
from wattstone.interfaces.present.languages import translator
from wattstone.rates.activities import activity_kinds
from wattstone.rates.activity_units import activity_unit

KINDS = activity_kinds()


def test_all_fifteen_categories_of_scope_3_have_a_kind() -> None:
    assert {kind.category for kind in KINDS.values() if kind.scope == 3} == set(range(1, 16))


def test_scopes_1_and_2_and_what_stands_apart_have_no_category() -> None:
    assert {kind.category for kind in KINDS.values() if kind.scope != 3} == {0}
    assert {kind.id for kind in KINDS.values() if kind.scope == 0} == {"avoided", "biogenic", "scope2_unknown"}


def test_every_unit_of_every_item_is_read() -> None:
    for kind in KINDS.values():
        for item, units in kind.units.items():
            assert units, (kind.id, item)
            assert all(activity_unit(name) for name in units)
            assert all(kind.counts(item, name) for name in units)


def test_every_label_has_its_chinese() -> None:
    said = translator("zh")
    same = {"R-1234yf", "R-1234ze"}  # a symbol is the same in both

    labels = {kind.label for kind in KINDS.values()} | {one for kind in KINDS.values() for one in kind.items.values()}

    assert {label for label in labels if said(label) == label and not label.startswith(("HFC", "R-"))} - same == set()


def test_what_a_line_may_name() -> None:
    assert KINDS["electricity"].knows("")
    assert not KINDS["electricity"].knows("wind")
    assert KINDS["homeworking"].knows("")
    assert KINDS["goods_spend"].knows("stationery")
    assert KINDS["fuel"].counts("natural_gas", "MMBtu_gross")
    assert not KINDS["fuel"].counts("natural_gas", "passenger.km")
    assert KINDS["goods_spend"].counts("paper", "CHF")


@pytest.mark.parametrize(
    ("text", "quantity", "factor"),
    [
        ("mile", "distance", 1.609344),
        ("passenger_km", "passenger distance", 1.0),
        ("short ton.mi", "freight", 1.45997232),
        ("10^4Nm3", "volume", 1e4),
        ("short_ton", "mass", 907.18474),
        ("ML", "volume", 1000.0),
        ("tCO2e", "emissions", 1000.0),
    ],
)
def test_units_of_activities(text: str, quantity: str, factor: float) -> None:
    """Mile and short ton by the definitions of 1959; 1 short ton mile = 0.90718474 x 1.609344 tonne km."""
    assert activity_unit(text).quantity == quantity
    assert activity_unit(text).factor == pytest.approx(factor, rel=1e-8)


@pytest.mark.parametrize("text", ["kW", "%", "parsec", "euro"])
def test_what_is_no_unit_of_an_activity_is_refused(text: str) -> None:
    with pytest.raises(UnknownUnit):
        activity_unit(text)
