"""The programme over the API: entries of any kind, reports that are recorded, areas as GeoJSON, who may see what."""

import hashlib

from wattstone.programme.kinds import MODULES, kinds_of

AREA = {
    "name": "West bay", "partner": "Conservation trust", "status": "action", "intervention": "restore",
    "ecosystem": "MFT1.2", "geometry": "POLYGON((113 22, 113.1 22, 113.1 22.1, 113 22.1, 113 22))",
    "start": "2024-01-01",
}  # fmt: skip
WEIGHED = {"site": "A", "date": "2024-03-01", "mass": 1.5, "stream": "paper", "route": "recycling"}
BINARY = {"Content-Type": "application/octet-stream"}


def added(ask, kind, said, **how):
    return ask("POST", f"/programme/{kind}/entries", json={"said": said}, **how)


def test_every_kind_is_told_with_its_fields_in_the_language(ask):
    told = ask("GET", "/programme/kinds").json()["kinds"]
    assert [one["id"] for one in told] == [kind.id for module in MODULES for kind in kinds_of(module)]
    assert all(field["label"] for one in told for field in one["fields"])
    nature = ask("GET", "/programme/kinds?module=nature", headers={"Accept-Language": "zh"}).json()["kinds"]
    assert {one["module"] for one in nature} == {"nature"}


def test_every_kind_has_a_list_and_templates(ask):
    for kind in (one.id for module in MODULES for one in kinds_of(module)):
        none = {"kind": kind, "entries": [], "total": 0, "next": None}
        assert ask("GET", f"/programme/{kind}/entries").json() == none
        assert ask("GET", f"/programme/{kind}/template.csv").status_code == 200
    assert ask("GET", "/programme/area/template.xlsx").content[:2] == b"PK"


def test_an_entry_is_entered_corrected_and_withdrawn(ask):
    answer = added(ask, "area", AREA)
    first = answer.json()["entry"]
    assert answer.status_code == 201, answer.text
    name = first["entry"]
    assert answer.headers["location"].endswith(f"/programme/area/entries/{name}")
    assert (first["name"], first["version"], first["withdrawn"], first["entered_by"]) == (
        "West bay", 1, False, "analyst",
    )  # fmt: skip

    said = {"said": {"status": "verified", "end": None}, "reason": "visited"}
    new = ask("POST", f"/programme/area/entries/{name}/correct", json=said).json()
    assert (new["entry"]["status"], new["entry"]["reason"], len(new["history"])) == ("verified", "visited", 2)
    assert new["entry"]["replaces"] == first["hash"]
    assert ask("GET", f"/programme/area/entries/{name}").json()["history"] == new["history"]
    assert ask("GET", "/programme/area/entries?q=west").json()["total"] == 1
    assert ask("GET", "/programme/area/entries?at=2001-01-01").json()["total"] == 0

    blank = ask("POST", f"/programme/area/entries/{name}/withdraw", json={"reason": " "})
    assert blank.status_code == 422
    gone = ask("POST", f"/programme/area/entries/{name}/withdraw", json={"reason": "sold"}).json()["entry"]
    assert (gone["withdrawn"], gone["reason"]) == (True, "sold")
    assert ask("GET", "/programme/area/entries").json()["total"] == 0
    for path in ("correct", "withdraw"):
        content = {"said": {"name": "x"}, "reason": "x"} if path == "correct" else {"reason": "x"}
        assert ask("POST", f"/programme/area/entries/lost/{path}", json=content).status_code == 404


def test_everything_that_is_wrong_points_at_what_was_sent(ask):
    answer = added(ask, "area", {**AREA, "status": "nonsense", "start": "soon", "colour": "red"})

    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert {one["pointer"] for one in answer.json()["findings"]} >= {"#/said/status", "#/said/start", "#/said/colour"}
    assert ask("GET", "/programme/area/entries").json()["total"] == 0
    assert added(ask, "nothing", AREA).status_code == 404


def test_a_request_that_is_sent_twice_is_done_once(ask):
    how = {"headers": {"Idempotency-Key": "k1"}}
    first, again = added(ask, "weighing", WEIGHED, **how), added(ask, "weighing", WEIGHED, **how)

    assert (first.status_code, again.headers["idempotency-replayed"]) == (201, "true")
    assert ask("GET", "/programme/weighing/entries").json()["total"] == 1


def test_a_table_is_taken_in_whole_and_only_once(ask):
    table = b"site,date,mass,stream,route\nA,2024-04-01,2,paper,recycling\nB,2024-04-02,3,paper,recycling\n"
    path = "/programme/weighing/import?name=w.csv"
    first, again = (ask("POST", path, content=table, headers=BINARY).json() for _ in range(2))

    assert (len(first["new"]), first["same"], again["new"], len(again["same"])) == (2, [], [], 2)
    bad = ask("POST", path, content=table + b"Q,x,-1,nothing,y\n", headers=BINARY)
    assert bad.status_code == 422
    assert ask("GET", "/programme/weighing/entries").json()["total"] == 2


def test_a_document_proves_an_entry(ask):
    name = added(ask, "weighing", WEIGHED).json()["entry"]["entry"]
    pdf = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF\n"
    answer = ask("POST", f"/programme/weighing/entries/{name}/document?name=note.pdf", content=pdf, headers=BINARY)
    sha = answer.json()["entry"]["document"]

    assert ask("GET", f"/programme/documents/{sha}").content == pdf
    assert ask("GET", f"/programme/documents/{'0' * 64}").status_code == 404
    assert ask("GET", f"/programme/documents/{sha}", by="viewer").status_code == 403


def test_areas_are_given_as_geojson(ask):
    added(ask, "area", AREA)
    point = {"type": "Point", "coordinates": [114.0, 22.5]}
    added(
        ask, "area", {**AREA, "name": "Plot", "geometry": '{"type":"Point","coordinates":[114.0,22.5]}', "radius": 50}
    )
    told = ask("GET", "/programme/areas").json()

    assert told["type"] == "FeatureCollection"
    shapes = {one["properties"]["name"]: one["geometry"] for one in told["features"]}
    assert shapes["Plot"] == point
    assert shapes["West bay"]["coordinates"][0][1] == [113.1, 22.0]


def test_who_has_some_sites_sees_those_alone(ask):
    added(ask, "weighing", WEIGHED)
    added(ask, "weighing", {**WEIGHED, "site": "B"})
    seen = ask("GET", "/programme/weighing/entries", by="scoped").json()

    assert [one["site"] for one in seen["entries"]] == ["A"]
    assert ask("GET", "/programme/area/entries", by="scoped").status_code == 404
    assert ask("GET", "/programme/areas", by="scoped").status_code == 404
    assert ask("GET", "/programme/reports/waste?year=2024", by="scoped").status_code == 403
    assert added(ask, "weighing", {**WEIGHED, "site": "B", "date": "2024-05-01"}, by="scoped").status_code in (403, 422)
    assert added(ask, "area", AREA, by="operator").status_code == 403
    assert added(ask, "weighing", {**WEIGHED, "date": "2024-06-01"}, by="operator").status_code == 201


def test_every_part_says_something_of_a_year_without_entries(ask):
    for module in MODULES:
        answer = ask("GET", f"/programme/reports/{module}?year=2019")
        assert answer.status_code in (200, 422), answer.text  # 422: it says what it needs before it says anything
        assert answer.status_code == 422 or answer.json()["module"] == module


def test_a_report_is_recorded_once_with_its_figures(ask):
    added(ask, "weighing", WEIGHED)
    first = ask("POST", "/programme/reports/waste", json={"year": 2024})
    assert first.status_code == 200, first.text
    held, again = first.json(), ask("POST", "/programme/reports/waste", json={"year": 2024}).json()

    assert held["run"] == again["run"]
    figures = [one["figure"] for one in held["lines"]]
    assert all(figures)
    known = next(one for one in held["lines"] if one["value"] is not None)
    figure = ask("GET", f"/figures/{known['figure']}").json()
    assert known["value"] == (figure.get("value", figure.get("figure", {}).get("value")))
    assert ask("POST", "/programme/reports/waste", json={"year": 2024}, by="viewer").status_code == 403


def proved(ask, kind, name, title="note.pdf"):
    pdf = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF\n"
    answer = ask("POST", f"/programme/{kind}/entries/{name}/document?name={title}", content=pdf, headers=BINARY)
    return answer.json()["entry"]["document"]


def test_a_version_that_is_no_longer_the_newest_is_not_corrected(ask):
    first = added(ask, "weighing", WEIGHED).json()["entry"]
    path = f"/programme/weighing/entries/{first['entry']}"
    assert (
        ask("POST", f"{path}/correct", json={"said": {"mass": 12}, "reason": "x", "was": first["hash"]}).status_code
        == 200
    )

    late = ask(
        "POST",
        f"{path}/correct",
        json={"said": {"stream": "metal"}, "reason": "x", "was": first["hash"]},
        by="operator",
    )
    assert (late.status_code, late.headers["content-type"]) == (409, "application/problem+json")
    told = late.json()["findings"][0]
    assert told["code"] == "entry.overtaken"
    assert "mass = 12" in told["found"]
    assert "mass = 1.5" in told["found"]
    out = ask("POST", f"{path}/withdraw", json={"reason": "twice", "was": first["hash"]})
    assert out.status_code == 409
    held = ask("GET", path).json()
    assert (held["entry"]["mass"], held["entry"]["stream"], len(held["history"])) == (12, "paper", 2)
    again = {"said": {"stream": "metal"}, "reason": "x", "was": held["entry"]["hash"]}
    assert ask("POST", f"{path}/correct", json=again).json()["entry"]["mass"] == 12


def test_an_entry_that_went_to_another_site_is_not_as_it_was_seen_last(ask):
    name = added(ask, "weighing", WEIGHED).json()["entry"]["entry"]
    sha = proved(ask, "weighing", name)
    path = f"/programme/weighing/entries/{name}"
    assert ask("GET", path, by="scoped").json()["moved"] is False
    assert ask("POST", f"{path}/correct", json={"said": {"site": "B"}, "reason": "x"}).status_code == 200

    seen = ask("GET", path, by="scoped").json()
    assert (seen["moved"], seen["entry"]["site"], len(seen["history"])) == (True, "A", 2)
    for what, content in (("correct", {"said": {"mass": 3}, "reason": "x"}), ("withdraw", {"reason": "x"})):
        assert ask("POST", f"{path}/{what}", json=content, by="scoped").status_code == 404
    assert ask("GET", "/programme/weighing/entries", by="scoped").json()["total"] == 0
    assert ask("GET", path).json()["moved"] is False
    assert ask("GET", f"/programme/documents/{sha}").status_code == 200


def test_who_looks_alone_opens_entries_of_sites_and_takes_their_templates(ask):
    name = added(ask, "weighing", WEIGHED).json()["entry"]["entry"]
    for role in ("viewer", "reviewer"):
        assert ask("GET", f"/programme/weighing/entries/{name}", by=role).status_code == 200
        assert ask("GET", "/programme/weighing/template.xlsx", by=role).content[:2] == b"PK"


def test_a_proof_is_no_report_of_a_job(ask):
    name = added(ask, "weighing", WEIGHED).json()["entry"]["entry"]
    sha = proved(ask, "weighing", name)
    assert ask("GET", "/documents?kind=programme").json()["documents"] == []
    with_proof = hashlib.sha256(f"programme\n{sha}\nA".encode()).hexdigest()[:32]
    assert ask("GET", f"/documents/{with_proof}/content").status_code == 404
    assert ask("GET", f"/documents/{with_proof}").status_code == 404


def test_a_list_is_walked_page_by_page_without_a_gap(ask):
    table = "site,date,mass,stream,route,id\n" + "".join(
        f"{'A' if n % 2 else 'B'},2024-04-01,{n + 1},paper,recycling,w{n}\n" for n in range(7)
    )
    assert ask("POST", "/programme/weighing/import?name=w.csv", content=table.encode(), headers=BINARY).is_success
    assert ask("POST", "/programme/weighing/entries/w3/withdraw", json={"reason": "x"}).is_success

    def walked(query, **how):
        found, cursor = [], ""
        while True:
            page = ask("GET", f"/programme/weighing/entries?limit=2{query}{cursor}", **how).json()
            found += [one["entry"] for one in page["entries"]]
            if page["next"] is None:
                return found, page["total"]
            cursor = f"&cursor={page['next']}"

    assert walked("") == (["w0", "w1", "w2", "w4", "w5", "w6"], 6)
    assert walked("", by="scoped") == (["w1", "w5"], 2)
    assert walked("&site=B") == (["w0", "w2", "w4", "w6"], 4)
    assert walked("&q=paper") == (["w0", "w1", "w2", "w4", "w5", "w6"], 6)
    assert walked("&site=A", by="scoped") == (["w1", "w5"], 2)
    assert walked("&site=B", by="scoped") == ([], 0)
    cursor = ask("GET", "/programme/weighing/entries?limit=2").json()["next"]
    assert ask("GET", f"/programme/weighing/entries?limit=2&site=A&cursor={cursor}").status_code == 422


def test_numbers_are_kept_as_they_are_sent_and_lists_as_they_are_told(ask):
    for value in (2e-05, 1e16, 510065621724088.44, 0.30000000000000004):
        name = added(ask, "weighing", {**WEIGHED, "mass": value}).json()["entry"]["entry"]
        assert ask("GET", f"/programme/weighing/entries/{name}").json()["entry"]["mass"] == value
    kind, field = next(
        (kind.id, field.name) for module in MODULES for kind in kinds_of(module) for field in kind.fields
        if field.type == "list"
    )  # fmt: skip
    answer = added(ask, kind, {field: ["a;b", "c"]})
    assert answer.status_code == 422
    assert {"entry.list"} == {one["code"] for one in answer.json()["findings"]}
    assert answer.json()["findings"][0]["pointer"] == f"#/said/{field}"
