"""A statement made from entries on a workspace of its own: which text holds, what is answered, what is left out."""

import pytest

from wattstone.base import InputRefused
from wattstone.disclosure.statement import Statement
from wattstone.interfaces.store.workspace import create_workspace, open_workspace
from wattstone.portfolio import Site
from wattstone.workflows.access import POLICY, Forbidden, Principal, Role, Scope
from wattstone.workflows.access.guard import guarded
from wattstone.workflows.disclosure.statement import standard_named, statement_of
from wattstone.workflows.programme.entries import add_entry, correct

YEAR = 2025
BOARD = {"year": "2025", "topic": "governance.board", "lang": "en", "text": "The board oversees climate matters."}
BOARD_ZH = {**BOARD, "lang": "zh", "text": "董事会监督气候事项。"}


@pytest.fixture
def workspace(tmp_path):
    create_workspace(tmp_path / "w")
    held = open_workspace(tmp_path / "w")
    held.records.declare([Site(id="HQ", name="Head office", country="CN")], [])
    yield held
    held.close()


def made(workspace, standard="tcfd") -> Statement:
    return statement_of(workspace, standard, YEAR)


def test_an_empty_workspace_answers_nothing_and_asks_for_every_topic_of_the_standard(workspace):
    held = made(workspace)

    assert [one.topic.id for one in held.answers] == [one.id for one in held.standard.topics()]
    assert {one.status for one in held.answers if one.topic.content == ("narrative",)} == {"open"}
    assert held.edition is None
    assert held.answer("governance.board").requirements == ("GOV-a",)


def test_a_topic_that_persons_write_of_is_answered_in_both_languages(workspace):
    add_entry(workspace, "narrative", BOARD, who="Li")
    assert made(workspace).answer("governance.board").status == "partly"
    add_entry(workspace, "narrative", BOARD_ZH, who="Li")
    answer = made(workspace).answer("governance.board")

    assert answer.status == "answered"
    assert answer.written["zh"].markdown == BOARD_ZH["text"]
    assert (answer.written["en"].by, answer.written["en"].approved_by) == ("Li", "")
    assert [one.partition(":")[0] for one in answer.evidence] == ["entry", "entry"]


def test_a_text_for_one_standard_wins_over_the_one_for_all(workspace):
    add_entry(workspace, "narrative", BOARD)
    add_entry(workspace, "narrative", {**BOARD, "standard": "TCFD", "text": "For the TCFD."})

    assert made(workspace).answer("governance.board").written["en"].markdown == "For the TCFD."
    assert made(workspace, "ifrs-s2").answer("governance.board").written["en"].markdown == BOARD["text"]


def test_a_text_for_one_version_wins_over_that_for_the_standard(workspace):
    add_entry(workspace, "narrative", {**BOARD, "standard": "ifrs-s2@2025", "text": "Of the version."})
    add_entry(workspace, "narrative", {**BOARD, "standard": "ifrs-s2", "text": "Of the standard."})

    assert made(workspace, "ifrs-s2@2025").answer("governance.board").written["en"].markdown == "Of the version."
    assert made(workspace, "ifrs-s2@2023").answer("governance.board").written["en"].markdown == "Of the standard."


def test_an_omission_counts_with_its_reason_in_both_languages(workspace):
    said = {"year": "2025", "topic": "risk.priority", "ground": "not_available", "reason_en": "Not ranked yet."}
    add_entry(workspace, "omission", said)
    assert made(workspace).answer("risk.priority").status == "open"
    correct(workspace, "omission", "2025~risk.priority~", {"reason_zh": "尚未排序。"}, reason="translated")
    answer = made(workspace).answer("risk.priority")

    assert answer.status == "omitted"
    assert answer.omission is not None
    assert answer.omission.reason == {"en": "Not ranked yet.", "zh": "尚未排序。"}


def test_who_is_responsible_stands_with_the_topic(workspace):
    add_entry(workspace, "responsibility", {"topic": "risk.monitor", "owner": "Wu", "due": "2026-02-01"})
    answer = made(workspace).answer("risk.monitor")

    assert (answer.owner, str(answer.due)) == ("Wu", "2026-02-01")


def test_texts_of_another_year_answer_nothing(workspace):
    add_entry(workspace, "narrative", {**BOARD, "year": "2024"})

    assert made(workspace).answer("governance.board").status == "open"


@pytest.mark.parametrize(
    ("name", "year", "key"),
    [("ifrs-s2", 2025, "ifrs-s2@2023"), ("ifrs-s2", 2027, "ifrs-s2@2025"), ("IFRS-S2@2025 ", 2025, "ifrs-s2@2025")],
)
def test_the_version_goes_by_the_year_where_none_is_named(name, year, key):
    assert standard_named(name, year).key == key


def test_a_version_that_does_not_bind_yet_may_be_followed_before():
    assert standard_named("ifrs-s2", 2023).key == "ifrs-s2@2023"


@pytest.mark.parametrize("name", ["ifrs-s3", "tcfd@1999", ""])
def test_there_is_no_statement_by_a_standard_that_nobody_knows(name):
    with pytest.raises(InputRefused, match="tcfd@2021"):
        standard_named(name, YEAR)


def test_a_report_is_open_to_who_sees_the_whole_organisation(workspace):
    whole = Principal(id="p", name="Ada", kind="person", tenant="w", role=Role.VIEWER, acts=POLICY[Role.VIEWER])
    some = Principal(
        id="p", name="Ada", kind="person", tenant="w", role=Role.VIEWER, scope=Scope(frozenset({"HQ"})),
        acts=POLICY[Role.VIEWER],
    )  # fmt: skip

    assert statement_of(guarded(workspace, whole), "tcfd", YEAR).year == YEAR
    with pytest.raises(Forbidden):
        statement_of(guarded(workspace, some), "tcfd", YEAR)
