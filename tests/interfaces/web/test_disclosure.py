"""Pages of the climate report: readiness, topics, texts and reviews, registers, editions, requirement lists."""

import re
from collections.abc import Iterator
from html import unescape

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


BOARD = "/report/climate/topics/governance.board"
OF = {"standard": "tcfd", "year": "2025"}


@pytest.mark.parametrize("one", topics(), ids=lambda one: one.id)
def test_every_topic_says_what_is_asked_and_what_its_answer_serves(house: Served, one) -> None:
    answer = house.get(f"/report/climate/topics/{one.id}?year=2025")

    assert answer.status_code == 200
    assert one.asks in words(answer)
    assert ("The text in both languages" in words(answer)) == one.written
    assert house.get("/report/climate/topics/nothing.such").status_code == 404


def test_a_preview_shows_the_text_and_what_was_typed_and_keeps_nothing(house: Served) -> None:
    text = "The *board* meets.\r\n\r\nIt saw {{figure:scope1@2025}} and 12 345 t."
    said = {**OF, "lang": "en", "text": text, "do": "preview"}
    answer = house.post(f"{BOARD}/write", said)

    assert answer.status_code == 200
    assert "<em>board</em>" in answer.text
    assert "12 345 in line 3" in words(answer)
    assert "not recorded" in words(answer)
    assert area_of(answer.text, "i-text-en") == text.replace("\r\n", "\n").replace("<", "&lt;")


def area_of(page: str, name: str) -> str:
    found = re.search(rf'<textarea id="{name}"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    assert found is not None
    return found[1]


def test_an_owner_and_an_omission_are_kept_and_changed(house: Served) -> None:
    path = "/report/climate/topics/governance.skills"
    for owner in ("Lin", "Mei"):
        assert house.post(f"{path}/plan", {**OF, "owner": owner, "due": "2026-03-31"}).status_code == 303
    said = words(house.get(f"{path}?standard=tcfd&year=2025"))
    assert "Mei" in said
    assert "31 March 2026" in said
    held = house.workspace.records.programme_entries("responsibility")
    assert held.height == 1

    why = {**OF, "ground": "not_applicable", "reason_en": "One owner runs it.", "reason_zh": "由一位所有者经营。"}
    assert "It is kept; this was noticed" in words(house.post(f"{path}/omit", {**why, "reason_zh": ""}))
    assert house.post(f"{path}/omit", why).status_code == 303
    assert "One owner runs it." in words(house.get(f"{path}?standard=tcfd&year=2025"))
    assert "由一位所有者经营。" in words(house.get(f"{path}?standard=tcfd&year=2025", lang="zh"))
    assert house.post(f"{path}/plan", {**OF, "owner": "x"}, by="viewer").status_code == 403


def test_the_draft_stands_chapter_by_chapter(house: Served) -> None:
    for part in ("part-governance", "part-strategy", "part-risk", "part-metrics"):
        answer = house.get(f"/report/climate/read?standard=tcfd&year=2025&part={part}")
        assert answer.status_code == 200
        assert "A draft: it changes with the workspace" in words(answer)
    assert "气候报告" in words(house.get("/report/climate/read?year=2025", lang="zh"))
    assert house.get("/report/climate/charts/tcfd@2021/2025/nothing.json").status_code == 404


def test_a_text_is_written_in_both_languages_and_approved_by_somebody_else(house: Served) -> None:
    path = "/report/climate/topics/governance.management"
    for lang, text in (("en", "The manager of energy reports to the board."), ("zh", "能源经理向董事会报告。")):
        sent = {**OF, "lang": lang, "text": text, "was": "new", "do": "keep"}
        assert house.post(f"{path}/write", sent).status_code == 303
    own, other = house.get(f"{path}?year=2025"), house.get(f"{path}?year=2025", by="reviewer")
    assert "to be reviewed by somebody else" in words(own)
    assert "Review the text" not in words(own)
    reads = re.findall(r'name="narrative" value="([^"]+)"><input type="hidden" name="read" value="([^"]+)"', other.text)
    assert len(reads) == 2

    first = {**OF, "narrative": reads[0][0], "read": reads[0][1]}
    blank = house.post(f"{path}/review", {**first, "verdict": "changes", "comment": ""}, by="reviewer")
    assert blank.status_code == 422
    for narrative, read in reads:
        said = {**OF, "narrative": narrative, "read": read, "verdict": "approved", "comment": "read it"}
        assert house.post(f"{path}/review", said, by="analyst").status_code == 403
        assert house.post(f"{path}/review", said, by="reviewer").status_code == 303
    shown = words(house.get(f"{path}?year=2025"))
    assert shown.count("approved by reviewer") == 2
    assert "answered" in shown
    assert "a review of the text" not in shown


def test_whoever_writes_takes_back_nothing_that_somebody_wrote_meanwhile(house: Served) -> None:
    path = "/report/climate/topics/governance.controls"
    sent = {**OF, "lang": "en", "was": "new", "do": "keep"}
    assert house.post(f"{path}/write", {**sent, "text": "First."}).status_code == 303
    late = house.post(f"{path}/write", {**sent, "text": "Second."})
    assert late.status_code == 409
    assert area_of(late.text, "i-text-en") == "Second."
    assert "First." in words(late)
    was = re.search(r'name="was" value="([0-9a-f]{40})"', late.text)
    assert was is not None
    assert house.post(f"{path}/write", {**sent, "text": "Second.", "was": was[1]}).status_code == 303
    assert "Second." in words(house.get(f"{path}?year=2025"))


def test_nothing_of_a_text_runs_in_a_browser(house: Served) -> None:
    path = "/report/climate/topics/risk.identify"
    evil = "<script>alert(1)</script> [x](javascript:alert(2)) <img src=x onerror=alert(3)>"
    sent = {**OF, "lang": "en", "text": evil, "was": "new", "do": "keep"}
    refused = house.post(f"{path}/write", sent)
    assert refused.status_code == 422
    seen = house.post(f"{path}/write", {**sent, "do": "preview"}).text
    assert "<script>alert" not in seen
    assert 'href="javascript' not in seen
    assert "<img src=x" not in seen


@pytest.mark.parametrize("page", ["risks", "scenarios", "hazards"])
def test_registers_begin_with_what_to_enter(house: Served, page: str) -> None:
    answer = house.get(f"/report/climate/{page}?year=2019")

    assert answer.status_code == 200
    assert "Nothing of it is known for 2019 yet" in words(answer)
    assert "template.xlsx" in answer.text
    assert "整个组织" in words(house.get(f"/report/climate/{page}", by="scoped", lang="zh"))


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A report with a text in both languages that nobody approved."""
    served = Served(tmp_path_factory.mktemp("signed"))
    for lang, text in (("en", "The board oversees it."), ("zh", "由董事会监督。")):
        sent = {**OF, "lang": lang, "text": text, "was": "new", "do": "keep"}
        assert served.post(f"{BOARD}/write", sent).status_code == 303
    yield served
    served.close()


def test_a_report_is_locked_once_what_asks_is_let_pass_and_compared_with_what_came_after(signed: Served) -> None:
    page = "/report/climate/editions?standard=tcfd&year=2025"
    first = signed.get(page, by="reviewer")
    assert "Nothing was locked yet" in words(first)
    assert signed.post("/report/climate/editions/lock", OF, by="analyst").status_code == 403
    stopped = signed.post("/report/climate/editions/lock", OF, by="reviewer")
    assert stopped.status_code == 422
    assert "nobody has approved the text that analyst wrote" in words(stopped)

    keys = [unescape(one) for one in re.findall(r'name="key" value="([^"]+)"', first.text)]
    assert [one.partition(":")[0] for one in keys] == ["unapproved", "unapproved"]
    bare = signed.post("/report/climate/editions/pass", {**OF, "key": keys, "reason": ""}, by="reviewer")
    assert bare.status_code == 422
    assert 'id="e-reason"' in bare.text
    passed = {**OF, "key": keys, "reason": "a first trial of the report"}
    assert signed.post("/report/climate/editions/pass", passed, by="reviewer").status_code == 303
    assert "Nothing stands in the way." in words(signed.get(page, by="reviewer"))

    done = signed.post("/report/climate/editions/lock", OF, by="reviewer")
    assert done.status_code == 303, words(done)
    locked = signed.get(done.headers["location"].removeprefix("/o/acme"), by="viewer")
    assert "Both say the same." in words(locked)
    assert next(iter(signed.workspace.records.audit())).what == "lock report"

    was = re.search(r'name="was" value="([0-9a-f]{40})"', signed.get(f"{BOARD}?standard=tcfd&year=2025").text)
    assert was is not None
    again = {
        **OF,
        "lang": "en",
        "text": "A committee of the board oversees it.",
        "was": was[1],
        "reason": "reorganised",
    }
    assert signed.post(f"{BOARD}/write", {**again, "do": "keep"}).status_code == 303
    changed = words(signed.get("/report/climate/editions/1?standard=tcfd&year=2025"))
    assert "A committee of the board oversees it." in changed
    assert "The board oversees it." in changed
    bad = signed.post("/report/climate/editions/lock", OF, by="reviewer")
    assert (bad.status_code, 'id="e-why"' in bad.text) == (422, True)


def test_files_of_drafts_and_editions_are_made_and_given_to_who_may_take_them_out(signed: Served) -> None:
    for form, begins in (("html", b"<!DOCTYPE html>"), ("pdf", b"%PDF")):
        asked = signed.post("/run/disclosure", {**OF, "form": form, "lang": "zh", "back": "/report/climate/editions"})
        assert asked.status_code == 303, words(asked)
        done = signed.do("disclosure")
        found = signed.get(f"/report/climate/renderings/{done.documents[0]}", by="reviewer")
        assert found.content.lower().startswith(begins.lower())
        assert "sandbox" in found.headers["content-security-policy"]
        assert f"tcfd-2025.zh.{form}" in found.headers["content-disposition"]
        assert signed.get(f"/report/climate/renderings/{done.documents[0]}", by="viewer").status_code == 403
    assert "tcfd-2025.zh.html" in words(signed.get("/report/climate/editions?standard=tcfd&year=2025"))
    assert signed.post("/run/disclosure", {**OF, "form": "html"}, by="viewer").status_code == 403
    assert signed.get("/report/climate/renderings/nothing").status_code == 404


def test_an_edition_is_verified_on_its_page(signed: Served) -> None:
    asked = {**OF, "edition": "1", "back": "/report/climate/editions"}
    assert signed.post("/run/disclosure_verify", asked, by="viewer").status_code == 403
    assert "Verify the newest edition" not in words(
        signed.get("/report/climate/editions?standard=tcfd&year=2025", by="viewer")
    )
    assert signed.post("/run/disclosure_verify", asked, by="reviewer").status_code == 303
    assert signed.do("disclosure_verify").data["holds"]
    assert "The edition is as it was locked" in words(signed.get("/report/climate/editions?standard=tcfd&year=2025"))


LAYER = {
    **OF, "hazard": "river_flood", "scenario": "present", "horizon": "2030", "unit": "m", "threshold": "0.5",
    "source": "a survey of 2024", "licence": "own", "upward": "yes",
}  # fmt: skip


def test_sites_are_screened_with_a_table_and_no_layer_reads_other_files(house: Served) -> None:
    path = "/report/climate/hazards/screen"
    table = {"file": ("flood.csv", b"site,value\nA,0.8\nB,0.1\n")}
    done = house.post(path, LAYER, files=table)
    assert done.status_code in (200, 303), words(done)
    assert "river_flood" in words(house.get("/report/climate/entries/hazard"))

    wrong = house.post(path, {**LAYER, "threshold": "high", "source": ""}, files=table)
    assert wrong.status_code == 422
    assert all(f'id="e-{name}"' in wrong.text for name in ("threshold", "source"))
    assert 'value="high"' in wrong.text
    secret = house.root / "server.db"
    vrt = f'<VRTDataset rasterXSize="1" rasterYSize="1"><VRTRasterBand dataType="Byte" band="1"><SimpleSource><SourceFilename>{secret}</SourceFilename></SimpleSource></VRTRasterBand></VRTDataset>'  # noqa: E501
    for name in ("flood.tif", "flood.vrt"):
        refused = house.post(path, {**LAYER, "hazard": "heat"}, files={"file": (name, vrt.encode())})
        assert refused.status_code == 422, name
    assert house.post(path, LAYER, files=table, by="viewer").status_code == 403
    assert house.post(path, LAYER, files=table, by="scoped").status_code == 403


PRICES = b"""Model,Scenario,Region,Variable,Unit,2025,2030
M 1,Orderly,World,Price|Carbon,US$2010/t CO2,50,100
"""


def test_paths_of_scenarios_are_taken_in_and_listed_with_their_source(house: Served) -> None:
    path = "/report/climate/scenarios/paths"
    said = {**OF, "provider": "NGFS", "edition": "test", "source": "made for a test", "licence": "own"}
    done = house.post(path, said, files={"file": ("paths.csv", PRICES)})
    assert done.status_code in (200, 303), words(done)
    shown = words(house.get("/report/climate/scenarios?standard=tcfd&year=2025"))
    assert "2025–2030" in shown
    assert "made for a test" in shown
    bad = house.post(path, said, files={"file": ("paths.csv", b"a,b\n1,2\n")})
    assert bad.status_code == 422
