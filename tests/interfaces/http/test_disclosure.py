"""The climate report over the API: requirement lists, drafts, texts and reviews, editions, files; who may do what."""

from wattstone.disclosure.standards import standards
from wattstone.disclosure.topics import topics

TEXTS = "/disclosure/2025/topics/governance.board/texts"


def written(ask, lang, text, **more):
    return ask("POST", TEXTS, json={"lang": lang, "text": text, **more})


def test_every_requirement_list_is_told_with_its_version_and_source(ask):
    told = ask("GET", "/disclosure/standards").json()["standards"]

    assert [one["key"] for one in told] == [one.key for one in standards()]
    assert all(one["source"] and one["confidence"] and one["requirements"] for one in told)
    known = {one.id for one in topics()}
    assert {name for one in told for each in one["requirements"] for name in each["topics"]} <= known
    one = ask("GET", "/disclosure/standards/ifrs-s2@2023", headers={"Accept-Language": "zh"}).json()
    assert one["version"] == "2023"
    assert "气候" in one["title"]
    assert ask("GET", "/disclosure/standards/nothing").status_code == 404


def test_an_empty_draft_is_open_and_says_what_it_needs(ask):
    said = ask("GET", "/disclosure/2025/statement?standard=tcfd").json()
    assert (said["standard"], said["edition"], said["year"]) == ("tcfd@2021", None, 2025)
    assert {one["status"] for one in said["topics"]} <= {"open", "partly"}

    need = ask("GET", "/disclosure/2025/readiness?standard=csds").json()
    assert not need["ready"]
    board = next(one for one in need["topics"] if one["topic"] == "governance.board")
    assert [one["lang"] for one in board["needs"] if one["want"] == "text"] == ["en", "zh"]
    assert ask("GET", "/disclosure/2025/statement?standard=nothing").status_code == 422
    assert ask("GET", "/disclosure/2025/topics/governance.nothing").status_code == 404


def test_what_was_looked_at_already_is_not_sent_again(ask):
    for path in ("/disclosure/standards", "/disclosure/2025/statement", "/disclosure/2025/editions"):
        tag = ask("GET", path).headers["etag"]
        assert ask("GET", path, headers={"If-None-Match": tag}).status_code == 304
    tag = ask("GET", "/disclosure/2025/statement").headers["etag"]
    written(ask, "en", "The board.")
    assert ask("GET", "/disclosure/2025/statement", headers={"If-None-Match": tag}).status_code == 200


def test_a_text_is_written_reviewed_locked_and_compared(ask):
    first = written(ask, "en", "The board saw 1 234 t and {{figure:scope1@2025}}.", was="new")
    assert first.status_code == 200, first.text
    held = {one["lang"]: one for one in first.json()["topic"]["texts"]}
    assert held["en"]["typed"] == ["1 234"]
    assert first.json()["findings"][0]["code"] == "narrative.typed"
    assert written(ask, "en", "Again.", was="new").status_code == 409
    text = held["en"]
    assert written(ask, "en", "The board oversees it.", was=text["hash"]).status_code == 200
    assert written(ask, "zh", "由董事会监督。").status_code == 200
    now = {one["lang"]: one for one in ask("GET", "/disclosure/2025/topics/governance.board").json()["texts"]}

    old = {"narrative": text["entry"], "read": text["hash"], "verdict": "approved"}
    assert ask("POST", "/disclosure/reviews", json=old, by="reviewer").status_code == 409
    for lang in ("en", "zh"):
        said = {"narrative": now[lang]["entry"], "read": now[lang]["hash"], "verdict": "approved"}
        assert ask("POST", "/disclosure/reviews", json=said).status_code == 403  # an analyst does not review
        assert ask("POST", "/disclosure/reviews", json=said, by="reviewer").status_code == 200
    after = ask("GET", "/disclosure/2025/topics/governance.board").json()["texts"]
    assert {one["approved_by"] for one in after} == {"reviewer"}

    before = ask("GET", "/disclosure/2025/editions").json()
    assert before["editions"] == []
    assert not [one for one in before["standing"] if one["blocks"]]
    assert ask("POST", "/disclosure/2025/editions", json={}).status_code == 403
    made = ask("POST", "/disclosure/2025/editions", json={"standard": "tcfd"}, by="reviewer")
    assert (made.status_code, made.json()["number"]) == (201, 1)
    again = ask("POST", "/disclosure/2025/editions", json={"standard": "tcfd"}, by="reviewer")
    assert (again.status_code, again.json()["number"]) == (200, 1)  # the draft says the same: there is no second
    locked = ask("GET", "/disclosure/2025/statement?edition=1").json()
    assert locked["edition"] == 1
    assert ask("GET", "/disclosure/2025/statement?edition=2").status_code == 404

    new = now["en"]["hash"]
    assert written(ask, "en", "A committee does.", was=new, reason="reorganised").status_code == 200
    changes = ask("GET", "/disclosure/2025/editions/1/differences").json()["changes"]
    texts = [(one["before"], one["after"]) for one in changes if one["what"] == "text"]
    assert texts == [("The board oversees it.", "A committee does.")]
    assert ask("GET", "/disclosure/2025/editions/2/differences").status_code == 404
    refused = ask("POST", "/disclosure/2025/editions", json={"standard": "tcfd"}, by="reviewer")
    assert refused.status_code == 422
    assert {"lock.unapproved", "edition.no_why"} <= {one["code"] for one in refused.json()["findings"]}
    keys = [one["key"] for one in ask("GET", "/disclosure/2025/editions").json()["standing"] if one["blocks"]]
    passed = {"keys": keys, "reason": "a trial"}
    done = ask("POST", "/disclosure/2025/editions/pass", json=passed, by="reviewer").json()
    assert not [one for one in done["standing"] if one["blocks"]]
    second = ask("POST", "/disclosure/2025/editions", json={"why": "a committee now"}, by="reviewer")
    assert second.json()["number"] == 2
    assert ask("GET", "/disclosure/2025/editions/1/differences?to=2").json()["changes"]


def test_everything_that_is_wrong_points_at_what_was_sent(ask):
    bad = written(ask, "en", "<script>x</script>")
    assert bad.status_code == 422
    assert {one["pointer"] for one in bad.json()["findings"]} == {"#/text"}
    assert written(ask, "fr", "Bonjour").status_code == 422
    nothing = ask("POST", "/disclosure/2025/topics/no.such/texts", json={"lang": "en", "text": "x"})
    assert nothing.status_code == 422


def test_a_request_that_is_sent_twice_is_done_once(ask):
    how = {"headers": {"Idempotency-Key": "k1"}, "json": {"lang": "en", "text": "Once."}}
    first, again = ask("POST", TEXTS, **how), ask("POST", TEXTS, **how)
    assert (first.status_code, again.headers["idempotency-replayed"]) == (200, "true")


def test_who_has_some_sites_or_looks_alone_gets_no_further(ask):
    for path in ("statement", "readiness", "editions", "topics/governance.board", "renderings"):
        assert ask("GET", f"/disclosure/2025/{path}", by="scoped").status_code == 403
    assert ask("POST", TEXTS, json={"lang": "en", "text": "x"}, by="viewer").status_code == 403
    assert ask("POST", TEXTS, json={"lang": "en", "text": "x"}, by="scoped").status_code == 403
    assert ask("GET", "/disclosure/2025/renderings", by="viewer").status_code == 403
    assert ask("GET", "/disclosure/2025/renderings").json() == {"renderings": []}
    assert ask("GET", "/disclosure/renderings/nothing").status_code == 404
    assert ask("GET", "/disclosure/standards", by="scoped").status_code == 200
