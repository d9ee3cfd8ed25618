"""What emissions are divided by, over the API: stated once, refused at its fields, withdrawn and still in the log."""

SAID = {"name": "revenue", "year": 2019, "value": 2_000_000.0, "unit": "CNY", "approach": "operational control",
        "source": "annual report, page 41"}  # fmt: skip


def test_a_quantity_is_stated_once_listed_and_withdrawn(ask):
    key = {"Idempotency-Key": "d1"}
    first, again = (ask("POST", "/denominators", json=SAID, headers=key) for _ in range(2))
    assert (first.status_code, again.json()) == (200, first.json())
    assert (first.json()["subject"], first.json()["stated_by"]) == ("organisation", "analyst")

    (held,) = ask("GET", "/denominators?year=2019").json()["denominators"]
    assert (held["name"], held["value"], held["unit"]) == ("revenue", 2_000_000.0, "CNY")
    assert ask("GET", "/denominators?year=2018").json()["denominators"] == []

    gone = ask("POST", "/denominators/withdraw", json={"name": "revenue", "year": 2019})
    assert (gone.status_code, gone.json()["withdrawn"]) == (200, True)
    assert ask("GET", "/denominators?year=2019").json()["denominators"] == []
    told = [one["what"] for one in ask("GET", "/audit?limit=20", by="admin").json()["lines"]]
    assert (told.count("state denominator"), told.count("withdraw denominator")) == (1, 1)


def test_what_is_wrong_is_said_at_its_field_and_nothing_is_kept(ask, service):
    def pointers(**other):
        answer = ask("POST", "/denominators", json={**SAID, **other})
        assert answer.status_code == 422
        return [one["pointer"] for one in answer.json()["findings"]]

    assert pointers(name="Net Sales", unit="CNY/year", approach=None) == ["#/name", "#/unit", "#/approach"]
    assert pointers(site="nowhere") == ["#/site"]
    assert pointers(source=" ") == ["#/source"]
    assert pointers(value=0) == ["#/value"]
    absent = ask("POST", "/denominators/withdraw", json={"name": "revenue", "year": 2019})
    assert [one["pointer"] for one in absent.json()["findings"]] == ["#/name"]
    assert ask("POST", "/denominators", by="reviewer", json=SAID).status_code == 403
    assert ask("POST", "/denominators", by="scoped", json=SAID).status_code == 403
    assert ask("GET", "/denominators?year=2019", by="scoped").status_code == 403
    assert service.whole("acme").records.setting("denominators", []) == []
