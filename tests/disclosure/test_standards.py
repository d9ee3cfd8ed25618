"""Requirement lists: which version binds, what an amendment changes, and that every list can be answered."""

from datetime import date

import pytest

from wattstone.disclosure.standards import in_force, standard, standards, versions_of
from wattstone.disclosure.topics import CONTENTS, parts, topic, topics


def test_every_topic_is_asked_for_by_some_standard_and_has_a_part() -> None:
    asked = {name for one in standards() for each in one.requirements for name in each.topics}

    assert asked == {one.id for one in topics()}
    assert {one.part for one in topics()} == {one.id for one in parts()}
    assert all(set(one.content) <= set(CONTENTS) and one.content for one in topics())


def test_every_list_says_where_it_is_from_and_how_sure_it_is() -> None:
    assert {one.id for one in standards()} == {"tcfd", "ifrs-s2", "csds", "esrs-e1", "sse", "szse"}
    for one in standards():
        assert one.source
        assert one.note
        assert {each.section for each in one.requirements} == set(one.sections), one.key
        names = [each.id for each in one.requirements]
        assert len(names) == len(set(names)), one.key


def test_tcfd_has_eleven_disclosures_in_four_pillars_and_seven_categories_of_metrics() -> None:
    """TCFD, Implementing the Recommendations, 2021: 2 + 3 + 3 + 3, and table A2.1."""
    held = standard("tcfd")
    by_pillar = {name: sum(one.section == name for one in held.requirements) for name in held.sections}

    assert by_pillar == {"GOV": 2, "STR": 3, "RSK": 3, "MET": 3, "CIM": 7}


@pytest.mark.parametrize(
    ("first", "early", "version"),
    [
        (date(2024, 1, 1), False, "2023"), (date(2026, 12, 31), False, "2023"), (date(2027, 1, 1), False, "2025"),
        (date(2025, 1, 1), True, "2025"),
    ],
)  # fmt: skip
def test_the_version_goes_by_the_first_day_of_the_period(first: date, early: bool, version: str) -> None:
    assert in_force("ifrs-s2", first, early=early).version == version


def test_no_version_binds_before_the_first() -> None:
    with pytest.raises(KeyError):
        in_force("ifrs-s2", date(2023, 12, 31))
    with pytest.raises(KeyError):
        standard("ifrs-s3")


def test_an_amendment_keeps_what_it_does_not_name() -> None:
    """Amendments of December 2025: 29A to 29C are new, behind 29, and limit what 29(a)(vi)(2) asks for."""
    old, new = versions_of("ifrs-s2")
    names = [one.id for one in new.requirements]

    assert {one.id for one in new.requirements} - {one.id for one in old.requirements} == {"29A", "29B", "29C"}
    assert names.index("29(g)(ii)") < names.index("29A") < names.index("29C") < names.index("32")
    assert [one.id for one in old.asking("metrics.financed")] == ["29(a)(vi)(2)"]
    assert [one.id for one in new.asking("metrics.financed")] == ["29(a)(vi)(2)", "29A", "29B", "29C"]
    assert {one.version for one in new.requirements} == {"2023", "2025"}
    assert {one.id for one in new.requirements if one.version == "2025"} == {
        "29(a)(ii)", "29(a)(vi)(2)", "29A", "29B", "29C",
    }  # fmt: skip


def test_every_paragraph_of_ifrs_s2_that_asks_something_is_there() -> None:
    """IFRS S2, June 2023. Objectives (5, 8, 9, 24, 27), how to do it (7, 11, 12, 17 to 20, 23, 26, 28, 30, 31, 37) ask
    for nothing of their own."""
    held = standard("ifrs-s2", "2023").requirements
    paragraphs = {one.id.partition("(")[0] for one in held}
    letters = {
        name: [one.id.removeprefix(name) for one in held if one.id.startswith(name + "(")]
        for name in ("33", "34", "36")
    }

    assert paragraphs == {"6", "10", "13", "14", "15", "16", "21", "22", "25", "29", "32", "33", "34", "35", "36"}
    assert letters == {
        "33": [f"({each})" for each in "abcdefgh"], "34": [f"({each})" for each in "abcd"],
        "36": [f"({each})" for each in "abcde"],
    }  # fmt: skip
    assert len([one for one in held if one.id.startswith("6(a)")]) == 5
    assert len([one for one in held if one.id.startswith("25(a)")]) == 6
    assert {one.id[5:].partition(")")[0].strip("(") for one in held if one.id.startswith("29(a)")} == {
        "i", "ii", "iii", "iv", "v", "vi",
    }  # fmt: skip


def test_the_numbers_of_esrs_e1() -> None:
    """ESRS E1 of 2023 has E1-1 to E1-9 and three climate parts of ESRS 2; the simplified draft has eleven."""
    old, draft = versions_of("esrs-e1")

    assert [one.id for one in old.requirements if one.section == "E1"] == [f"E1-{at}" for at in range(1, 10)]
    assert {one.id for one in old.requirements if one.section == "ESRS2"} == {"GOV-3", "SBM-3", "IRO-1"}
    assert [one.id for one in draft.requirements] == [f"E1-{at}" for at in range(1, 12)]
    assert draft.draft
    assert draft.confidence == "unconfirmed"


def test_a_draft_is_used_only_where_it_is_named() -> None:
    assert standard("esrs-e1").version == "2023"
    assert in_force("esrs-e1", date(2030, 1, 1), early=True).version == "2023"
    assert standard("esrs-e1@2025-draft").draft


def test_a_requirement_says_what_kinds_of_content_answer_it() -> None:
    held = {one.id: one for one in standard("ifrs-s2", "2023").requirements}

    assert held["6(a)(i)"].content == ("narrative",)
    assert held["29(b)"].content == ("figure",)
    assert held["29(f)(i)"].content == ("narrative", "figure")
    assert "30" in held["29(b)"].relief


def test_one_answer_serves_several_standards() -> None:
    serving = {one.key for one in standards() if one.asking("metrics.ghg")}

    assert {"tcfd@2021", "ifrs-s2@2023", "csds@2025", "esrs-e1@2023"} <= serving
    assert topic("metrics.ghg").filled
    assert not topic("metrics.ghg").written
