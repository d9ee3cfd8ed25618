"""Where the factors of bought energy hold CO2 alone, the number says so on its card and in the evidence."""

from dataclasses import replace

import pytest

from tests.disclosure.made import made_statement
from wattstone.interfaces.present.disclosure.front import headlines
from wattstone.interfaces.present.disclosure.words import gas_words


@pytest.mark.parametrize(("lang", "words"), [("en", "CO2 alone"), ("zh", "仅 CO2")])
def test_scope_2_in_co2_says_so_on_its_card_and_other_numbers_do_not(lang, words):
    made = made_statement()
    figures = {**made.figures}
    figures["scope2.location@2025"] = replace(figures["scope2.location@2025"], unit="kg CO2")
    before = [words in one.note for one in headlines(made, lang)]
    after = [one.note for one in headlines(replace(made, figures=figures), lang) if words in one.note]

    assert not any(before)
    assert len(after) == 1


def test_removals_are_told_in_co2_and_leave_nothing_out():
    one = next(iter(made_statement().figures.values()))

    assert gas_words(replace(one, name="nature.carbon.flux.co2", unit="t CO2"), "en") == []
    assert gas_words(replace(one, name="intensity.scope2.market", unit="kg CO2/m2"), "en") == ["CO2 alone"]
