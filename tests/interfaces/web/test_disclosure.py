"""Pages of the climate report: readiness, topics, texts and reviews, registers, editions, requirement lists."""

from collections.abc import Iterator

import pytest

from tests.interfaces.web.served_pages import Served, words
from wattstone.disclosure.standards import standards
from wattstone.disclosure.topics import topics
from wattstone.programme.kinds import kinds_of

KINDS = kinds_of("disclose")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    served = Served(tmp_path_factory.mktemp("climate"))
    yield served
    served.close()


def test_an_empty_report_says_how_to_begin_and_names_every_topic(house: Served) -> None:
    answer = house.get("/report/climate?standard=tcfd&year=2025")

    assert answer.status_code == 200
    said = words(answer)
    assert "No text was written for 2025 yet" in said
    asked = standards()[-1].topics()  # TCFD, the last by its id
    assert all(one.title in said for one in asked)
    assert said.count("not answered yet") >= len([one for one in asked if one.content == ("narrative",)])


@pytest.mark.parametrize("one", standards(), ids=lambda one: one.key)
def test_every_requirement_list_says_its_version_source_and_how_sure_it_is(house: Served, one) -> None:
    said = words(house.get(f"/report/climate/standards/{one.key}"))

    assert all(part in said for part in (one.title, one.issuer, one.source))
    assert all(each.id in said for each in one.requirements)
    assert ("unconfirmed" in said) == (one.confidence == "unconfirmed")


def test_cross_references_show_what_one_answer_serves(house: Served) -> None:
    said = words(house.get("/report/climate/standards"))

    assert all(one.title in said for one in topics())
    assert "29(a)(v)" in said


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.id)
def test_every_kind_has_a_list_a_form_and_templates_in_the_place_of_the_report(house: Served, kind) -> None:
    path = f"/report/climate/entries/{kind.id}"
    by = "reviewer" if kind.by == "review" else "analyst"
    listed, form = house.get(path, by=by), house.get(f"{path}/add", by=by)

    assert (listed.status_code, form.status_code) == (200, 200)
    assert kind.plural in words(listed)
    assert all(f'name="{field.name}"' in form.text for field in kind.fields)
    assert all(f'<textarea id="i-{field.name}"' in form.text for field in kind.fields if field.type == "prose")
    assert house.get(f"{path}/template.xlsx").content[:2] == b"PK"


def test_lines_of_a_text_that_a_browser_ends_in_its_own_way_change_nothing(house: Served) -> None:
    said = {"year": "2025", "topic": "governance.board", "lang": "en", "text": "The board.\r\n\r\nIts committee."}
    done = house.post("/report/climate/entries/narrative/add", said)
    assert done.status_code == 303, words(done)
    where = done.headers["location"].removeprefix("/o/acme")
    again = {"entry": "2025/governance.board/en/", "text": said["text"], "reason": "the same"}
    entry = where.partition("id=")[2]
    from urllib.parse import unquote

    again["entry"] = unquote(entry)
    answer = house.post("/report/climate/entries/narrative/entry", again)
    assert answer.status_code == 303
    assert house.workspace.records.programme_entries("narrative").height == 1
    assert house.get(where).text.count("<tr>") == 2  # the head, and one version


def test_who_has_some_sites_is_told_that_the_report_is_the_whole_organisations(house: Served) -> None:
    assert "is the whole organisation" in words(house.get("/report/climate", by="scoped"))
    assert house.get("/report/climate/entries/narrative", by="scoped").status_code == 404
    assert house.get("/report/climate/entries/hazard", by="scoped").status_code == 200
