"""How ready a report is, from statements made by hand."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest

from wattstone.base import Finding
from wattstone.disclosure.readiness import Need, readiness
from wattstone.disclosure.standards import standard
from wattstone.disclosure.statement import Answer, Omission, Shown, Statement, Written
from wattstone.disclosure.topics import topic
from wattstone.programme.report import Column, Table

AT = datetime(2026, 3, 1, tzinfo=UTC)
TABLE = Table("t", "T", (Column("a", "A"),), pl.DataFrame({"a": ["b"]}))


def written(lang: Any, approved_by: str = "Wu", text: str = "Words.") -> Written:
    return Written(lang=lang, markdown=text, entry=f"e-{lang}", hash="h", by="Li", at=AT, approved_by=approved_by)


BOTH = {"en": written("en"), "zh": written("zh")}


def answer(name: str, **more: Any) -> Answer:
    made = {"topic": topic(name), "status": "answered", "requirements": ("GOV-a",), "owner": "Li"}
    return Answer(**{**made, **more})


def made(*answers: Answer, findings: tuple[Finding, ...] = (), figures: tuple[Shown, ...] = ()) -> Statement:
    return Statement(organisation="Acme", year=2025, standard=standard("tcfd"), answers=answers, findings=findings,
                     figures={one.key: one for one in figures}, made=AT)  # fmt: skip


def needs(one: Answer, **more: Any) -> list[Need]:
    return list(readiness(made(one, **more)).topics[0].needs)


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (answer("governance.board", written=BOTH), []),
        (answer("governance.board", status="open"), [Need("text", "en"), Need("text", "zh")]),
        (answer("governance.board", status="partly", written={"en": written("en")}), [Need("text", "zh")]),
        (answer("governance.board", written={**BOTH, "zh": written("zh", "")}), [Need("review", "zh")]),
        (answer("governance.board", status="open", owner=""), [Need("text", "en"), Need("text", "zh"), Need("owner")]),
        (answer("metrics.ghg", status="open"), [Need("numbers")]),
        (answer("metrics.ghg", status="partly", tables=(TABLE,)), [Need("whole")]),
        (answer("metrics.ghg", tables=(TABLE,)), []),
        (answer("metrics.ghg", status="open", omission=Omission(ground="relief", reason={"en": "a"}, entry="e")),
         [Need("reason", "zh")]),
        (answer("metrics.ghg", status="omitted", omission=Omission(ground="relief", reason={"en": "a", "zh": "b"},
                                                                   entry="e")), []),
    ],
)  # fmt: skip
def test_what_a_topic_needs(one, expected):
    assert needs(one) == expected


def test_a_number_in_a_text_counts():
    shown = Shown(id="1", name="pay", period="2025", subject="organisation", value=1.0, unit="1")
    text = {"en": written("en", text="{{figure:pay@2025}}")}
    one = answer("governance.targets", status="partly", written=text)

    assert needs(one, figures=(shown,)) == [Need("text", "zh")]
    assert needs(one, figures=(replace(shown, value=None),)) == [Need("text", "zh"), Need("numbers")]


def test_an_error_on_a_topic_is_to_be_mended_and_one_on_none_counts():
    found = Finding(code="x", place="p", found="a", expected="b", remedy="c", params={"topic": "metrics.ghg"})
    ready = readiness(made(answer("metrics.ghg", tables=(TABLE,)), findings=(found, replace(found, params={}))))

    assert ready.topics[0].needs == (Need("mend", None, 1),)
    assert (ready.errors, ready.ready) == (2, False)


@pytest.mark.parametrize(("due", "late"), [(date(2026, 2, 28), True), (date(2026, 3, 1), False), (None, False)])
def test_what_is_past_due_and_not_ready_is_late(due, late):
    assert readiness(made(answer("metrics.ghg", status="open", due=due))).topics[0].late is late
    assert readiness(made(answer("metrics.ghg", tables=(TABLE,), due=due))).topics[0].late is False


def test_owners_with_the_most_to_do_stand_first_and_nobody_last():
    ready = readiness(made(
        answer("governance.board", status="open", owner=""), answer("governance.skills", status="open", owner=""),
        answer("metrics.ghg", status="open", owner="Li", due=date(2026, 5, 1)),
        answer("risk.monitor", status="open", owner="Wu", due=date(2026, 6, 1)),
        answer("risk.priority", status="open", owner="Wu", due=date(2026, 4, 1)),
        answer("risk.identify", written=BOTH, owner="Wu", due=date(2026, 1, 1)),
    ))  # fmt: skip

    assert [(one.name, len(one.waiting), one.next) for one in ready.owners] == [
        ("Wu", 2, date(2026, 4, 1)), ("Li", 1, date(2026, 5, 1)), ("", 2, None),
    ]  # fmt: skip
    assert [one.topic.id for one in ready.owners[0].topics] == ["risk.priority", "risk.monitor", "risk.identify"]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [("answered", "answered", "answered"), ("answered", "omitted", "partly"), ("open", "answered", "partly"),
     ("omitted", "omitted", "omitted"), ("open", "open", "open"), ("open", "omitted", "partly")],
)  # fmt: skip
def test_a_requirement_stands_as_its_topics_do(first, second, expected):
    ready = readiness(made(answer("risk.identify", status=first), answer("risk.priority", status=second)))

    assert {one.id: one.status for one in ready.requirements}["RSK-a"] == expected
    assert [one.id for one in ready.requirements] == [one.id for one in standard("tcfd").requirements]
    assert ready.count("answered") == [first, second].count("answered")
