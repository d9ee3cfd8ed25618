"""The programme over the API: entries of any kind, reports that are recorded, areas as GeoJSON, who may see what."""

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
        content = {"said": {"name": "x"}} if path == "correct" else {"reason": "x"}
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
