"""What the API shows: lists, single things, readings, figures; to whom."""

import asyncio
import csv
import io

import pytest

from tests.interfaces.http.conftest import HOSTILE, asked


@pytest.fixture
def ask(reading):
    """Nothing is changed here."""
    return reading


def ids(answer, what="sites"):
    assert answer.status_code == 200, answer.text
    return [one["id"] for one in answer.json()[what]]


def test_a_list_is_read_page_by_page(ask):
    first = ask("GET", "/sites?limit=2")
    link = first.headers["link"]
    second = ask("GET", "/sites", params={"limit": 2, "cursor": first.json()["next"]})

    assert (ids(first), first.json()["total"]) == (["A", "B"], 3)
    assert 'rel="next"' in link
    assert link.startswith("</api/v1/organisations/acme/sites?limit=2&cursor=")
    assert (ids(second), second.json()["next"], second.headers.get("link")) == (["C"], None, None)


def test_lists_are_filtered_and_ordered(ask):
    assert ids(ask("GET", "/sites?country=DE&sort=-id")) == ["B", "A"]
    assert ids(ask("GET", "/sites?q=hall")) == ["A"]
    assert ids(ask("GET", "/meters?personal=true"), "meters") == ["HOME"]
    assert ids(ask("GET", "/spaces?site=A"), "spaces") == ["A-1"]
    assert ids(ask("GET", "/measures?site=A"), "measures") == ["M1"]


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=1001", "sort=zone", "sort=--id", "cursor=bm90aGluZw", "personal=maybe"]
)
def test_what_a_list_cannot_do_is_refused(ask, query):
    answer = ask("GET", f"/meters?{query}")

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["findings"][0]["pointer"] == f"query:{query.split('=')[0]}"


def test_a_parameter_is_given_once(ask):
    answer = ask("GET", "/sites?country=DE&country=CN")

    assert (answer.status_code, answer.json()["findings"][0]["pointer"]) == (422, "query:country")


def test_a_cursor_serves_no_other_list(ask):
    cursor = ask("GET", "/sites?limit=1").json()["next"]

    assert ask("GET", "/sites", params={"limit": 1, "country": "DE", "cursor": cursor}).status_code == 422
    assert ask("GET", "/sites", params={"limit": 1, "sort": "-id", "cursor": cursor}).status_code == 422


def test_what_is_known_already_is_not_sent_again(ask):
    for path in ("", "/sites", "/sites/A", "/meters/A1/readings", "/inventory/2019", "/me"):
        first = ask("GET", path)
        again = ask("GET", path, headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b""), path
        assert ask("GET", path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_an_etag_tells_what_it_rests_on_and_who_asks(ask):
    mine = ask("GET", "/sites").headers["etag"]
    other = ask("GET", "/sites", by="viewer").headers["etag"]
    narrow = ask("GET", "/sites", by="scoped").headers["etag"]
    ask("PATCH", "/sites/B", json={"city": "Bonn"}, headers={"If-Match": "*"})

    assert len({mine, other, narrow, ask("GET", "/sites").headers["etag"]}) == 4


def test_readings_of_a_window_as_they_are_or_added_up(ask):
    """72 hours of 10 kWh: three days of 240 kWh, 720 kWh in May."""
    window = "start=2019-05-01&end=2019-05-04"
    raw = ask("GET", f"/meters/A1/readings?{window}&every=raw").json()
    days = ask("GET", f"/meters/A1/readings?{window}&every=day").json()
    month = ask("GET", f"/meters/A1/readings?{window}&every=month").json()
    thinned = ask("GET", f"/meters/A1/readings?{window}&points=20").json()

    assert (len(raw["readings"]), raw["unit"]) == (72, "kWh")
    assert raw["readings"][0] == {
        "start": "2019-05-01T00:00:00Z", "seconds": 3600, "value": 10.0, "flags": 0, "covered": None,
    }  # fmt: skip
    assert [one["value"] for one in days["readings"]] == [240.0, 240.0, 240.0]
    assert [one["value"] for one in month["readings"]] == [720.0]
    assert len(thinned["readings"]) <= 20
    assert sum(one["value"] for one in thinned["readings"]) == 720.0


def test_without_a_window_the_last_week_is_shown(ask):
    told = ask("GET", "/meters/A1/readings").json()

    assert (told["start"], told["end"]) == ("2019-04-27T00:00:00Z", "2019-05-04T00:00:00Z")


def test_a_window_may_be_named_with_an_offset(ask):
    told = ask(
        "GET", "/meters/A1/readings", params={"start": "2019-05-01T02:00+02:00", "end": "2019-05-01T03:00+02:00"}
    )

    assert [one["start"] for one in told.json()["readings"]] == ["2019-05-01T00:00:00Z"]


@pytest.mark.parametrize("by", ["viewer", "admin"])
@pytest.mark.parametrize("every", ["", "&every=raw", "&every=hour", "&points=1000"])
def test_a_dwelling_is_shown_by_the_day_to_who_may_not_see_more(ask, by, every):
    told = ask("GET", f"/meters/HOME/readings?start=2019-05-01&end=2019-05-03{every}", by=by).json()

    assert told["personal"]
    assert [one["seconds"] for one in told["readings"]] == [86400, 86400]


@pytest.mark.parametrize("every", ["raw", "hour", "day", "month"])
def test_a_window_of_an_hour_tells_nothing_of_the_hour(ask, every):
    """240 kWh are what a whole day has; an hour has 10."""
    told = ask("GET", f"/meters/HOME/readings?start=2019-05-01T05:00Z&end=2019-05-01T06:00Z&every={every}", by="viewer")

    assert [one["value"] for one in told.json()["readings"]] == [240.0]
    assert (told.json()["start"], told.json()["end"]) == ("2019-05-01T00:00:00Z", "2019-05-02T00:00:00Z")


def test_a_dwelling_is_shown_in_full_to_the_roles_that_need_it(ask):
    told = ask("GET", "/meters/HOME/readings?start=2019-05-01&end=2019-05-03&every=raw", by="operator").json()

    assert len(told["readings"]) == 48


def test_a_table_says_nothing_that_a_spreadsheet_would_compute(ask):
    path = "/meters/%3D2%2B3/readings?start=2019-05-01&end=2019-05-02&every=day"
    answer = ask("GET", path, headers={"Accept": "text/csv"})
    table = list(csv.reader(io.StringIO(answer.text)))

    assert answer.headers["content-type"].startswith("text/csv")
    assert table[1][:4] == ["C", "'=2+3", "electricity", "2019-05-01T00:00:00Z"]
    assert ask("GET", path, headers={"Accept": "text/csv"}, by="viewer").status_code == 403
    assert ask("GET", path, headers={"Accept": "image/png"}).status_code == 406


def test_figures_of_a_year_and_one_by_its_address(ask):
    years = ask("GET", "/inventory").json()
    told = ask("GET", "/inventory/2019").json()
    some = ask("GET", "/figures?year=2019&name=energy.electricity&period=2019&subject=site:A").json()
    own = some["figures"][0]

    assert years == {"years": [2019]}
    assert {one["subject"] for one in told["figures"]} == {"organisation"}
    assert own["value"] == 720.0
    assert ask("GET", f"/figures/{own['id']}").json()["value"] == 720.0
    assert ask("GET", "/figures/energy.electricity@site:A@2019").json()["id"] == own["id"]
    assert ask("GET", "/inventory/1999").status_code == 404
    assert ask("GET", "/figures/nothing").status_code == 404


def test_whoever_was_given_one_site_sees_nothing_of_the_others(ask):
    def told(path):
        return ask("GET", path, by="scoped")

    assert ids(told("/sites")) == ["A"]
    assert ids(told("/meters"), "meters") == ["A1"]
    assert ids(told("/measures"), "measures") == ["M1"]
    for path in ("/sites/B", "/meters/HOME", "/meters/HOME/readings", "/figures/energy.electricity@site:B@2019"):
        assert told(path).status_code == 404, path
    subjects = {one["subject"] for one in told("/figures?year=2019&limit=1000").json()["figures"]}
    assert subjects == {"site:A", "meter:A1"}


@pytest.mark.parametrize("path", ["", "/sites", "/sites/A", "/meters/A1/readings", "/jobs", "/alerts", "/audit", "/me"])
def test_of_another_organisation_nobody_learns_that_it_is_there(ask, path):
    there, nowhere = ask("GET", path, by="stranger"), ask("GET", path, by="stranger", tenant="nowhere")

    assert there.status_code == nowhere.status_code == 404
    assert there.json()["title"] == nowhere.json()["title"]
    assert ask("GET", path, by=None).status_code == 401


def test_what_is_not_there_or_cannot_be_done_is_a_problem_too(ask):
    for method, path, status in [("GET", "/nothing", 404), ("DELETE", "/sites/A", 405), ("PUT", "/sites", 405)]:
        answer = ask(method, path)
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
        assert {"type", "title", "status", "instance"} <= answer.json().keys()


def test_problems_are_told_in_the_language_asked_for(ask):
    english = ask("GET", "/sites?limit=0").json()
    chinese = ask("GET", "/sites?limit=0", headers={"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5"})

    assert english["title"] == "What was given cannot be used; nothing was changed"
    assert chinese.headers["content-language"] == "zh"


def test_a_hostile_name_is_told_as_it_is(ask):
    """JSON is no page and no spreadsheet: what was said is given back, by a type that no browser runs."""
    answer = ask("GET", "/sites/C")

    assert answer.json()["name"] == HOSTILE
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_one_is_told_of_the_organisations_that_one_has_a_role_in(app, keys):
    def told(by):
        signed = {"Authorization": f"Bearer {keys[by]}"} if by else {}
        return asyncio.run(asked(app, "GET", "/api/v1/organisations", headers=signed))

    assert [(one["id"], one["role"]) for one in told("viewer").json()["organisations"]] == [("acme", "viewer")]
    assert [one["id"] for one in told("stranger").json()["organisations"]] == ["other"]
    assert told(None).status_code == 401
