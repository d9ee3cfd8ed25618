"""The evidence on paper: the same figures as the table of the page, each once, with what they share said above."""

from collections import Counter

import pytest

from tests.disclosure.made import made_statement
from wattstone.interfaces.present.disclosure import book
from wattstone.interfaces.present.disclosure.content import EvidencePart
from wattstone.interfaces.present.languages import Language


def ids(parts: tuple[EvidencePart, ...]) -> Counter[str]:
    return Counter(row.id for part in parts for group in part.groups for row in group.rows)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("standard", ["tcfd", "ifrs-s2@2025"])
def test_no_figure_is_lost_and_none_stands_twice(standard: str, lang: Language) -> None:
    of = book(made_statement(standard), lang)

    assert ids(of.grouped) == Counter(row[-1].text for row in of.evidence.rows)


def test_what_figures_share_is_said_once_and_what_differs_beside_each() -> None:
    made = made_statement()
    of = book(made, "en")
    by_id = {one.id: one for one in made.figures.values() if one.id}

    for part in of.grouped:
        for group in part.groups:
            figures = [by_id[row.id] for row in group.rows if row.id]
            assert len({(one.method, one.basis, one.unit) for one in figures}) <= 1
            for row, one in zip([row for row in group.rows if row.id], figures, strict=True):
                assert row.period == one.period
                assert one.method in group.about or not one.method


def test_sections_come_in_their_order() -> None:
    of = book(made_statement(), "en")
    order = ["", *(section.key for section in of.sections())]
    keys = [part.key for part in of.grouped]

    assert keys == sorted(keys, key=order.index)
    assert len(keys) == len(set(keys))
