"""Texts written, reviewed and taken over to another year: who may approve what, and for how long it holds."""

from typing import Any

import pytest

from wattstone.base import InputRefused
from wattstone.disclosure.narratives.shifting import shifted
from wattstone.interfaces.store.workspace import create_workspace, open_workspace
from wattstone.portfolio import Organisation, Site
from wattstone.workflows.access import POLICY, Forbidden, Principal, Role
from wattstone.workflows.access.guard import guarded
from wattstone.workflows.disclosure.init import start
from wattstone.workflows.disclosure.narratives import NEW, entry_of, write
from wattstone.workflows.disclosure.reviewing import review, reviews_of
from wattstone.workflows.disclosure.statement import statement_of
from wattstone.workflows.programme.entries import add_entry, entries_of, withdraw
from wattstone.workflows.programme.listing import history_of
from wattstone.workflows.programme.noticed import Overtaken

BOARD = "2025~governance.board~en~"


@pytest.fixture
def workspace(tmp_path):
    create_workspace(tmp_path / "w")
    held = open_workspace(tmp_path / "w")
    held.records.set_organisation(Organisation(name="Acme", base_year=2019))
    held.records.declare([Site(id="HQ", name="Head office", country="CN")], [])
    yield held
    held.close()


def wrote(workspace, text="The board oversees it.", **more: Any):
    return write(workspace, 2025, "governance.board", "en", text, **{"who": "Li", **more})


def hash_of(workspace, entry=BOARD) -> str:
    return history_of(workspace, "narrative", entry)["hash"][-1]


def approved_by(workspace) -> str:
    return statement_of(workspace, "tcfd", 2025).answer("governance.board").written["en"].approved_by


def codes(refused) -> list[str]:
    return [one.code for one in refused.value.findings]


def somebody(role: Role, name: str) -> Principal:
    return Principal(id=name, name=name, kind="person", tenant="w", role=role, acts=POLICY[role])


def test_every_version_of_a_text_stays(workspace):
    assert wrote(workspace).new == (BOARD,)
    assert wrote(workspace, "The board decides.", who="Wu", reason="said better").changed == (BOARD,)
    assert wrote(workspace, "The board decides it.", who="Wu").changed == (BOARD,)

    history = history_of(workspace, "narrative", BOARD)
    assert history["text"].to_list() == ["The board oversees it.", "The board decides.", "The board decides it."]
    assert history["entered_by"].to_list() == ["Li", "Wu", "Wu"]
    assert history["reason"].to_list() == ["", "said better", "revised"]


def test_nobodys_words_are_lost_to_who_read_an_older_version(workspace):
    wrote(workspace)
    read = hash_of(workspace)
    wrote(workspace, "The board decides.", who="Wu", was=read[:8])

    with pytest.raises(Overtaken) as refused:
        wrote(workspace, "Another.", was=read)
    assert "Wu" in refused.value.findings[0].text()
    with pytest.raises(Overtaken):
        wrote(workspace, "Another.", was=NEW)
    assert entries_of(workspace, "narrative")["text"].to_list() == ["The board decides."]


def test_a_text_that_was_withdrawn_meanwhile_is_not_written_again_by_chance(workspace):
    wrote(workspace)
    read = hash_of(workspace)
    withdraw(workspace, "narrative", BOARD, reason="not needed")

    with pytest.raises(Overtaken):
        wrote(workspace, "Another.", was=read)
    assert wrote(workspace, "Another.", was=NEW).changed == (BOARD,)


def test_numbers_that_were_typed_are_told_when_it_is_written(workspace):
    done = wrote(workspace, "It fell by 12 %.")

    assert [(one.code, one.severity) for one in done.findings] == [("narrative.typed", "warning")]


def test_a_figure_that_nobody_recorded_is_told_when_it_is_named(workspace):
    done = wrote(workspace, "It was {{figure:scope9@2025}}.")

    assert [(one.code, one.params) for one in done.findings] == [
        ("narrative.figure_missing", {"figure": "scope9@2025"})
    ]


def test_what_a_report_does_not_take_is_refused_and_nothing_is_kept(workspace):
    with pytest.raises(InputRefused) as refused:
        wrote(workspace, "<b>x</b> {{figure:scope1}} [x](file:///etc)")

    assert codes(refused) == ["narrative.html", "narrative.link", "narrative.placeholder"]
    assert entries_of(workspace, "narrative").is_empty()


def test_who_wrote_a_version_does_not_approve_it(workspace):
    wrote(workspace)

    with pytest.raises(InputRefused) as refused:
        review(workspace, BOARD, "approved", who="Li")
    assert codes(refused) == ["disclosure.review_own"]
    review(workspace, BOARD, "approved", who="Wu")
    assert approved_by(workspace) == "Wu"


def test_a_generic_entry_does_not_get_around_it(workspace):
    wrote(workspace)
    said = {"narrative": BOARD, "read": hash_of(workspace), "reviewer": "Wu", "verdict": "approved"}

    for who in ("Li", "Ma"):  # the writer in another's name, and somebody else in another's name
        with pytest.raises(InputRefused) as refused:
            add_entry(workspace, "review", said, who=who)
        assert codes(refused) == ["disclosure.review_named"]
    with pytest.raises(InputRefused) as refused:
        add_entry(workspace, "review", {**said, "reviewer": "Li"}, who="Li")
    assert codes(refused) == ["disclosure.review_own"]


def test_an_approval_ends_when_the_text_changes_and_holds_again_where_it_is_put_back(workspace):
    wrote(workspace)
    review(workspace, BOARD, "approved", who="Wu")
    with pytest.raises(InputRefused) as refused:
        wrote(workspace, "The board decides.")
    assert codes(refused) == ["entry.no_reason"]
    wrote(workspace, "The board decides.", reason="said better")
    assert approved_by(workspace) == ""

    wrote(workspace, reason="back")
    assert approved_by(workspace) == "Wu"


def test_nobody_approves_by_putting_back_what_they_approved(workspace):
    wrote(workspace)
    review(workspace, BOARD, "approved", who="Wu")
    wrote(workspace, "The board decides.", reason="said better")
    wrote(workspace, who="Wu", reason="back")

    assert approved_by(workspace) == ""


def test_changes_that_one_asks_for_stand_against_what_others_approve(workspace):
    wrote(workspace)
    review(workspace, BOARD, "approved", who="Wu")
    with pytest.raises(InputRefused, match="nothing says which"):
        review(workspace, BOARD, "changes", who="Ma")
    review(workspace, BOARD, "changes", "Name the committee.", who="Ma")
    assert approved_by(workspace) == ""

    review(workspace, BOARD, "approved", who="Ma")
    assert approved_by(workspace) == "Wu, Ma"
    held = reviews_of(workspace, BOARD)
    assert held.select("reviewer", "verdict", "holds").rows() == [("Ma", "approved", True), ("Wu", "approved", True)]


def test_a_review_is_of_the_version_that_was_read(workspace):
    wrote(workspace)
    read = hash_of(workspace)
    wrote(workspace, "The board decides.")

    with pytest.raises(Overtaken) as refused:
        review(workspace, BOARD, "approved", who="Wu", read=read)
    assert codes(refused) == ["narrative.moved_on"]
    with pytest.raises(Overtaken):
        review(workspace, BOARD, "approved", who="Wu", read=hash_of(workspace)[:7])
    assert review(workspace, BOARD, "approved", who="Wu", read=hash_of(workspace)[:8]).new
    wrote(workspace, "Another.", reason="x")
    assert reviews_of(workspace, BOARD)["holds"].to_list() == [False]


def test_there_is_no_review_of_what_is_not_there(workspace):
    with pytest.raises(InputRefused, match="no such text"):
        review(workspace, BOARD, "approved", who="Wu")


def test_who_writes_does_not_review_and_who_reviews_does_not_write(workspace):
    writer, reader = (guarded(workspace, somebody(*one)) for one in ((Role.ANALYST, "Li"), (Role.REVIEWER, "Wu")))
    wrote(writer, who="somebody else")
    assert entries_of(workspace, "narrative")["entered_by"].to_list() == ["Li"]

    with pytest.raises(Forbidden):
        review(writer, BOARD, "approved")
    with pytest.raises(Forbidden):
        wrote(reader, "Another.")
    review(reader, BOARD, "approved")
    assert approved_by(workspace) == "Wu"


def test_a_report_begins_with_somebody_for_each_topic_and_asking_twice_changes_nothing(workspace):
    add_entry(workspace, "responsibility", {"topic": "risk.monitor", "owner": "Wu"})
    first = start(workspace, "tcfd", 2025, who="Li")
    again = start(workspace, "tcfd", 2025, who="Ma")

    topics = [one.id for one in first.standard.topics()]
    assert sorted([*first.responsibilities, *first.kept]) == sorted(topics)
    assert first.kept == ("risk.monitor",)
    assert (again.responsibilities, len(again.kept)) == ((), len(topics))
    owners = dict(entries_of(workspace, "responsibility").select("topic", "owner").iter_rows())
    assert owners["risk.monitor"] == "Wu"
    assert owners["governance.board"] == "Li"
    assert start(workspace, "ifrs-s2", 2025, who="Li", owner="Chen").responsibilities
    assert (
        dict(entries_of(workspace, "responsibility").select("topic", "owner").iter_rows())["governance.skills"]
        == "Chen"
    )


def test_texts_of_the_year_before_name_the_figures_of_the_new_year_and_are_approved_by_nobody(workspace):
    text = "{{figure:scope1@2024}} against {{figure:scope1@2023}} and {{figure:scope1@2019}}."
    write(workspace, 2024, "governance.board", "en", text, who="Li")
    write(workspace, 2024, "governance.board", "zh", "董事会。", who="Li")
    write(workspace, 2024, "risk.monitor", "en", "As before.", who="Li")
    write(workspace, 2025, "risk.monitor", "en", "Already written.", who="Li")
    review(workspace, "2024~governance.board~en~", "approved", who="Wu")
    done = start(workspace, "tcfd", 2025, before=2024, who="Li")

    held = dict(entries_of(workspace, "narrative").select("entry", "text").iter_rows())
    assert held[BOARD] == "{{figure:scope1@2025}} against {{figure:scope1@2024}} and {{figure:scope1@2019}}."
    assert held["2025~risk.monitor~en~"] == "Already written."
    assert set(done.narratives) == {BOARD, "2025~governance.board~zh~"}
    assert approved_by(workspace) == ""


def test_a_text_that_was_taken_back_does_not_come_again(workspace):
    write(workspace, 2024, "governance.board", "en", "Old.", who="Li")
    wrote(workspace)
    withdraw(workspace, "narrative", BOARD, reason="not needed")

    assert start(workspace, "tcfd", 2025, before=2024, who="Li").narratives == ()


def test_an_omission_is_taken_over_until_it_was_to_be_answered(workspace):
    why = {"ground": "not_available", "reason_en": "Later.", "reason_zh": "以后。"}
    for topic, until in (("risk.priority", "2026-06-30"), ("risk.identify", "2025-12-31"), ("risk.monitor", "")):
        add_entry(workspace, "omission", {"year": "2024", "topic": topic, "until": until, **why})
    done = start(workspace, "tcfd", 2025, before=2024, who="Li")

    assert set(done.omissions) == {"2025~risk.priority~", "2025~risk.monitor~"}
    assert done.due == ("2024~risk.identify~",)


def test_a_year_that_is_not_earlier_is_refused(workspace):
    with pytest.raises(InputRefused):
        start(workspace, "tcfd", 2025, before=2025)
    assert entries_of(workspace, "responsibility").is_empty()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{figure:scope1@2024@site:HQ|t CO2e}}", "{{figure:scope1@2026@site:HQ|t CO2e}}"),
        ("{{ figure: scope1@2024 }} {{figure:scope1@2024}}", "{{ figure: scope1@2026 }} {{figure:scope1@2026}}"),
        ("{{figure:energy@2024-03}} {{figure:energy@2024-Q2}}", "{{figure:energy@2026-03}} {{figure:energy@2026-Q2}}"),
        ("{{figure:target.goal@2020/2030}}", "{{figure:target.goal@2020/2030}}"),
        *[("{{figure:scope1@2019}} in 2024, {{table:metrics.ghg}} {{x}}",) * 2],
        ("{{figure:price.2024@2024}}", "{{figure:price.2024@2026}}"),
    ],
)  # fmt: skip
def test_only_the_years_of_placeholders_move(text, expected):
    assert shifted(text, 2, fixed=frozenset({2019})) == expected


def test_an_entry_is_named_by_its_key():
    assert entry_of("review", BOARD, "ab", "Wu") == "2025%7Egovernance.board%7Een%7E~ab~Wu"
