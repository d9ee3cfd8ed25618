"""The list of differences speaks as the report does: titles, units and both languages."""

from dataclasses import replace

import pytest

from tests.disclosure.made import made_statement
from wattstone.disclosure.differences import Change, differences
from wattstone.interfaces.present.disclosure.changes import change_words


def shown(change: Change, lang: str = "en") -> tuple[str, str, str]:
    made = made_statement()
    (one,) = change_words([change], made, made, lang)
    return tuple(text.replace("\N{NARROW NO-BREAK SPACE}", " ") for text in (one.what, one.before, one.after))


@pytest.mark.parametrize(
    ("change", "lang", "expected"),
    [
        (Change(topic="metrics.ghg", what="table", place="ghg / scope1 / 2025", before=136_028.0, after=142_000.0,
                unit="kg CO2e", titles=("Gross emissions by scope", "Scope 1", "2025")), "en",
         ("Gross emissions by scope / Scope 1 / 2025", "136 t CO2e", "142 t CO2e")),
        (Change(topic="metrics.ghg", what="table", place="ghg / scope1 / 2025", before=None, after=142_000.0,
                unit="kg CO2e", titles=("Gross emissions by scope", "Scope 1", "2025")), "zh",
         ("各范围温室气体排放总量 / 范围一 / 2025", "–", "142 t CO2e")),
        (Change(topic="metrics.ghg", what="status", before="open", after="answered"), "zh",
         ("状态", "尚未披露", "已披露")),
        (Change(topic="metrics.ghg", what="text", place="zh", before=None, after="甲"), "en",
         ("text Chinese", "–", "甲")),
    ],
)  # fmt: skip
def test_a_change_is_told_in_words_and_units_of_the_report(change, lang, expected):
    assert shown(change, lang) == expected


def test_a_figure_that_moved_is_called_what_the_report_calls_it():
    """One figure is made 1 t larger: its name for people, its period, and both values in tonnes."""
    old = made_statement()
    key = next(key for key, one in old.figures.items() if one.name == "scope1" and one.value is not None)
    moved = replace(old.figures[key], value=old.figures[key].value + 1e6)
    new = replace(old, figures={**old.figures, key: moved})
    (value,) = [one for one in differences(old, new) if one.what == "figure" and one.part == "value"]
    (said,) = change_words([value], old, new, "en")

    assert said.what == f"Scope 1, {moved.period}"
    assert said.before.endswith("t CO2e")
    assert float("".join(said.after.split()[:-2])) - float("".join(said.before.split()[:-2])) == 1000


def test_of_long_texts_what_differs_is_shown():
    long = "word " * 100
    _, before, after = shown(
        Change(topic="metrics.ghg", what="text", place="en", before=f"{long}one.", after=f"{long}two.")
    )

    assert before.endswith("one.")
    assert after.endswith("two.")
    assert before.startswith("…")
    assert len(before) < 60
