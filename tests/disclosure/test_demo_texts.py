"""The texts of the demo's report: both languages show the same figures, no number is typed, each topic has an owner."""

import tomllib
from importlib import resources
from typing import Any

import pytest

from wattstone.disclosure.narratives.placeholders import placeholders
from wattstone.disclosure.narratives.typed import typed_numbers
from wattstone.disclosure.standards import standard
from wattstone.disclosure.topics import topic

HELD: dict[str, Any] = tomllib.loads(
    (resources.files("wattstone.disclosure") / "demo_texts.toml").read_text(encoding="utf-8")
)
TEXTS: dict[str, dict[str, str]] = {one["topic"]: one for one in HELD["narrative"]}
OPEN = {"metrics.industry"}
"""Left without a text on purpose."""


@pytest.mark.parametrize("name", TEXTS)
def test_both_languages_show_the_same_figures_and_tables_and_type_no_number(name: str) -> None:
    en, zh = (TEXTS[name][lang] for lang in ("en", "zh"))
    shown = [sorted((one.kind or "none", one.key, one.name) for one in placeholders(text)) for text in (en, zh)]

    assert shown[0] == shown[1]
    assert "none" not in {kind for kind, _, _ in shown[0]}
    assert {one for kind, _, one in shown[0] if kind == "table"} <= {name}
    assert [typed_numbers(text) for text in (en, zh)] == [(), ()]


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_is_as_long_as_a_reader_needs(name: str) -> None:
    assert topic(name).written
    assert 80 <= len(TEXTS[name]["en"].split()) <= 220


def test_every_topic_of_tcfd_is_written_left_out_or_open_on_purpose() -> None:
    written = {one.id for one in standard("tcfd").topics() if one.written}
    left_out = {one["topic"] for one in HELD["omission"]}

    assert written - set(TEXTS) - left_out == OPEN
    assert not left_out & set(TEXTS)


def test_who_answers_for_each_text_is_one_of_three() -> None:
    owners = [(topic, one["name"]) for one in HELD["person"] for topic in one["topics"]]
    topics = [name for name, _ in owners]

    assert len(HELD["person"]) == 3
    assert len(set(topics)) == len(topics)
    assert set(TEXTS) | {one["topic"] for one in HELD["omission"]} <= set(topics)
    assert HELD["reviewer"] not in dict(owners).values()
    assert {*HELD["unread"], *HELD["changes"]} <= set(TEXTS)
