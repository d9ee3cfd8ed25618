"""Emission factors over the API: found, told of in full, one's own taken in wholly or not at all."""

from tests.interfaces.web.test_factor_pages import PACK, WATER

BINARY = {"Content-Type": "application/octet-stream"}


def test_factors_are_found_page_by_page(ask):
    first = ask("GET", "/factors?set=cn_mee_2022&limit=30&sort=region")
    assert (first.json()["total"], len(first.json()["factors"])) == (38, 30)  # notice 2024 no. 33
    more = ask("GET", f"/factors?set=cn_mee_2022&limit=30&sort=region&cursor={first.json()['next']}").json()
    ids = [one["id"] for one in (*first.json()["factors"], *more["factors"])]
    assert (len(set(ids)), more["next"]) == (38, None)
    same = ask("GET", "/factors?set=cn_mee_2022&limit=30&sort=region", headers={"If-None-Match": first.headers["etag"]})
    assert same.status_code == 304

    (water,) = ask("GET", "/factors?kind=water_supply&set=desnz2025").json()["factors"]
    assert (water["id"], water["value"], water["unit"]) == (WATER, 0.1913, "kgCO2e/m3")
    assert (water["confidence"], water["licence"], water["origin"]) == ("A", "OGL v3.0", "shipped")
    assert ask("GET", "/factors?kind=nothing").status_code == 422
    assert {one["confidence"] for one in ask("GET", "/factors?confidence=C&limit=5").json()["factors"]} == {"C"}


def test_a_factor_and_a_set_are_told_of_in_full(ask):
    water = ask("GET", f"/factors/{WATER}").json()
    assert (water["factor"]["id"], water["set"], water["barred"]) == (WATER, None, None)
    assert water["uses"] == [{"set": "desnz2025", "kinds": ["water_supply"], "item": ""}]
    notice = ask("GET", "/factors/cn_mee_2022").json()
    assert (notice["factor"], notice["set"]["years"], len(notice["set"]["factors"])) == (None, [2022], 38)
    assert notice["set"]["countries"] == ["CN"]
    assert ask("GET", "/factors/nothing").status_code == 404


def test_own_factors_are_kept_wholly_or_not_at_all(ask):
    bad = PACK.replace("0.5", '"much"').replace("kgCO2e/kg", "kgCO2e/parsec")
    refused = ask("POST", "/factors/import?name=own.toml", content=bad.encode(), headers=BINARY)
    assert (refused.status_code, refused.headers["content-type"]) == (422, "application/problem+json")
    assert len(refused.json()["findings"]) > 1
    assert ask("GET", "/factors?own=true").json()["total"] == 0

    once = {**BINARY, "Idempotency-Key": "own-1"}
    kept = [ask("POST", "/factors/import?name=own.toml", content=PACK.encode(), headers=once) for _ in range(2)]
    assert [one.json() for one in kept] == [{"name": "own.toml", "rows": 1, "replaced": []}] * 2
    assert kept[1].headers["idempotency-replayed"] == "true"
    (own,) = ask("GET", "/factors?own=true").json()["factors"]
    assert (own["id"], own["value"], own["origin"]) == ("own_paper", 0.5, "own.toml")
    assert ask("GET", "/factors/own_paper").json()["uses"][0]["set"] == "user"
    told = [one["what"] for one in ask("GET", "/audit?limit=5", by="admin").json()["lines"]]
    assert told.count("own factors") == 1


def test_who_has_some_sites_sees_what_ships_and_takes_nothing_in(ask):
    ask("POST", "/factors/import?name=own.toml", content=PACK.encode(), headers=BINARY)
    for by, status in (("scoped", 403), ("viewer", 403)):
        answer = ask("POST", "/factors/import?name=x.toml", content=PACK.encode(), headers=BINARY, by=by)
        assert answer.status_code == status
    assert ask("GET", "/factors?own=true", by="scoped").json()["total"] == 0
    assert ask("GET", "/factors/own_paper", by="scoped").status_code == 404
    assert ask("GET", f"/factors/{WATER}", by="scoped").status_code == 200
