"""Deciding about the categories of scope 3 on their page."""

from collections.abc import Iterator

import pytest

from tests.interfaces.web.served_pages import Served, words
from wattstone.workflows.scope3 import decide

PATH = "/report/scope3"


@pytest.fixture
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    held = Served(tmp_path_factory.mktemp("scope3"))
    yield held
    held.close()


def said_of(served: Served, year: int = 2019) -> dict[int, tuple[str, str, str]]:
    found = served.workspace.records.scope3_decisions()
    return {one.category: (one.decision, one.reason, one.decided_by) for one in found if one.year == year}


def test_fifteen_categories_stand_there_undecided(served: Served) -> None:
    said = words(served.get(PATH))

    assert said.count("Not decided yet") == 15
    assert "Business travel" in said
    assert "商务旅行" in words(served.get(PATH, lang="zh-CN"))


def test_a_decision_is_kept_with_who_said_it(served: Served) -> None:
    answer = served.post(
        PATH, {"year": "2019", "category": "6", "decision": "not_estimated", "reason": " Below <1 %>. "}
    )
    page = served.get(PATH)

    assert answer.headers["location"] == f"/o/acme{PATH}?year=2019"
    assert said_of(served) == {6: ("not_estimated", "Below <1 %>.", "analyst")}
    assert "Below <1 %>. analyst" in words(page)
    assert "<1 %>" not in page.text
    assert any(one.what == "decide scope 3" for one in served.workspace.records.audit())


def test_what_is_refused_stands_at_its_field_with_what_was_typed(served: Served) -> None:
    answer = served.post(PATH, {"year": "2019", "category": "6", "decision": "not_applicable", "reason": ""})

    assert answer.status_code == 422
    assert 'id="e-reason"' in answer.text
    assert '<option value="6" selected>' in answer.text
    assert '<option value="not_applicable" selected>' in answer.text
    for wrong in ({"category": "99"}, {"decision": "perhaps"}, {"year": "x"}):
        form = {"year": "2019", "category": "6", "decision": "computed", "reason": "", **wrong}
        assert served.post(PATH, form).status_code == 422
    assert said_of(served) == {}


def test_what_was_said_of_the_year_before_is_said_again(served: Served) -> None:
    decide(served.workspace, 2018, {4: ("not_applicable", "no freight"), 6: ("not_estimated", "little")})
    page = words(served.get(PATH))

    assert "proposed, as the year before: not applicable (no freight)" in page
    assert served.post(PATH, {"year": "2019", "again": "yes"}).status_code == 303
    assert said_of(served) == {
        4: ("not_applicable", "no freight", "analyst"),
        6: ("not_estimated", "little", "analyst"),
    }
    assert "proposed" not in words(served.get(PATH))


@pytest.mark.parametrize("role", ["viewer", "reviewer", "operator", "scoped"])
def test_who_may_not_declare_in_all_of_it_decides_nothing(served: Served, role: str) -> None:
    answer = served.post(PATH, {"year": "2019", "category": "6", "decision": "computed"}, by=role)

    assert answer.status_code == 403
    assert said_of(served) == {}
    assert 'name="decision"' not in served.get(PATH, role).text
