"""Activity records over the API: all or none, every finding at its field, nothing overwritten, sites of one's own."""

import io

import pytest
from openpyxl import load_workbook

GLASS = {"site_id": "A", "kind": "waste", "item": "glass.landfill", "start": "2019-03", "amount": 2.5, "unit": "t"}


def entered(ask, *lines, by="analyst", **how):
    return ask("POST", "/activities", by=by, json={"lines": list(lines)}, **how)


def test_lines_are_entered_listed_corrected_and_taken_back(ask):
    made = entered(ask, {**GLASS, "line_id": "W-1"}, {**GLASS, "site_id": "B", "amount": "4", "estimated": True})
    assert made.status_code == 201
    first, second = made.json()["lines"]
    assert (first["line_id"], first["start"], first["end"]) == ("W-1", "2019-03-01", "2019-03-31")
    assert (first["amount"], first["unit"], first["entered_by"], second["estimated"]) == (2.5, "t", "analyst", True)
    assert first["entered_at"].endswith("Z")

    new = ask("POST", "/activities/W-1/correct", json={"said": {"amount": 2.4}, "reason": "weighed again"}).json()
    assert (new["line"]["line_id"], new["line"]["replaces"], new["line"]["amount"]) == ("W-1~2", "W-1", 2.4)
    listed = ask("GET", "/activities?year=2019&site=A&kind=waste").json()
    assert (listed["total"], [one["line_id"] for one in listed["lines"]]) == (1, ["W-1~2"])
    assert ask("GET", "/activities?year=2020").json()["lines"] == []

    gone = ask("POST", "/activities/W-1~2/withdraw", json={"reason": "another company's"}).json()["lines"]
    assert [(one["line_id"], one["amount"], one["withdrawn"]) for one in gone] == [
        ("W-1", 2.5, False), ("W-1~2", 2.4, False), ("W-1~3", 2.4, True),
    ]  # fmt: skip
    assert ask("GET", "/activities?site=A").json()["total"] == 0
    assert ask("GET", "/activities/W-1").json()["lines"] == gone
    told = [one["what"] for one in ask("GET", "/audit?limit=10", by="admin").json()["lines"]]
    assert {"add activity", "correct activity", "withdraw activity"} <= set(told)


def test_everything_that_is_wrong_comes_at_once_at_its_field_and_nothing_is_entered(ask):
    bad = {**GLASS, "site_id": "nowhere", "amount": "much", "colour": "red"}
    answer = entered(ask, GLASS, bad, {"site_id": "A", "kind": "dreams", "start": "2019", "amount": 1, "unit": "t"})

    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert {one["pointer"] for one in answer.json()["findings"]} >= {
        "#/lines/1/site_id", "#/lines/1/amount", "#/lines/1/colour", "#/lines/2/kind",
    }  # fmt: skip
    assert ask("GET", "/activities").json()["total"] == 0
    chinese = entered(ask, bad, headers={"Accept-Language": "zh"}).json()["findings"]
    assert all(any("\u4e00" <= sign <= "\u9fff" for sign in one["found"]) for one in chinese)


def test_a_correction_points_at_what_was_sent(ask):
    entered(ask, {**GLASS, "line_id": "W-1"})

    def pointers(said, reason="weighed"):
        answer = ask("POST", "/activities/W-1/correct", json={"said": said, "reason": reason})
        assert answer.status_code == 422
        return [one.get("pointer") for one in answer.json()["findings"]]

    assert pointers({"amount": "x"}) == ["#/said/amount"]
    assert pointers({"colour": "x"}) == ["#/said/colour"]
    assert pointers({"amount": 1}, " ") == ["#/reason"]
    assert pointers({"amount": 2.5}) == [None]  # nothing would change
    assert ask("POST", "/activities/W-9/correct", json={"said": {"amount": 1}, "reason": "x"}).status_code == 404
    assert ask("POST", "/activities/W-9/withdraw", json={"reason": "x"}).status_code == 404
    assert ask("GET", "/activities/W-9").status_code == 404


def test_the_same_key_enters_a_line_once(ask):
    key = {"Idempotency-Key": "k1"}
    first, again = (entered(ask, GLASS, headers=key) for _ in range(2))

    assert (first.status_code, again.status_code, again.headers["idempotency-replayed"]) == (201, 201, "true")
    assert first.json() == again.json()
    assert first.headers["location"].endswith(f"/activities/{first.json()['lines'][0]['line_id']}")
    assert ask("GET", "/activities").json()["total"] == 1
    assert entered(ask, GLASS).json()["findings"][0]["code"] == "activity.told_already"


def test_whoever_has_one_site_enters_and_sees_lines_of_that_site_alone(ask):
    entered(ask, {**GLASS, "line_id": "A-1"}, {**GLASS, "site_id": "B", "line_id": "B-1"})

    assert [one["line_id"] for one in ask("GET", "/activities", by="scoped").json()["lines"]] == ["A-1"]
    assert ask("GET", "/activities/B-1", by="scoped").status_code == 404
    assert entered(ask, {**GLASS, "site_id": "B", "amount": 9}, by="scoped").status_code == 422
    correct = {"said": {"amount": 1}, "reason": "x"}
    assert ask("POST", "/activities/B-1/correct", by="scoped", json=correct).status_code == 404
    assert ask("POST", "/activities/B-1/withdraw", by="scoped", json={"reason": "x"}).status_code == 404
    assert ask("POST", "/activities/A-1/correct", by="scoped", json=correct).status_code == 200
    moved = {"said": {"site_id": "B"}, "reason": "x"}
    assert ask("POST", "/activities/A-1~2/correct", by="scoped", json=moved).status_code == 422
    assert entered(ask, GLASS, by="viewer").status_code == 403
    assert ask("GET", "/activities", by="stranger").status_code == 404


def test_long_lists_come_in_pages(ask):
    entered(ask, *({**GLASS, "line_id": f"W-{at}", "start": f"2019-0{at}"} for at in range(1, 6)))
    seen, cursor = [], ""
    while cursor is not None:
        page = ask("GET", f"/activities?sort=-start&limit=2{cursor and '&cursor=' + cursor}").json()
        seen += [one["start"] for one in page["lines"]]
        cursor = page["next"]

    assert seen == [f"2019-0{at}-01" for at in (5, 4, 3, 2, 1)]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_table_to_fill_in_is_read_back_and_offers_the_sites_that_one_sees(reading, lang):
    told = {"headers": {"Accept-Language": lang}}
    text = reading("GET", "/activities/template.csv", **told).content.decode("utf-8-sig")
    book = load_workbook(io.BytesIO(reading("GET", "/activities/template.xlsx", by="scoped", **told).content))
    (lists,) = (one for one in book.worksheets if one.sheet_state == "hidden")

    assert ("场所" in text.splitlines()[0]) == (lang == "zh")
    assert [cell.value for cell in lists["A"] if cell.value] == ["sites", "A · Hall"]
    assert reading("GET", "/activities/template.exe").status_code == 422
