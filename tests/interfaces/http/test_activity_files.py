"""Tables of activity records and the documents that prove them, over the API."""

import hashlib

BINARY = {"Content-Type": "application/octet-stream"}
HEAD = "line,site,activity,item,from,amount,unit\n"
GOOD = f"{HEAD}W-1,A,waste,glass.landfill,2019-03,2.5,t\n"
INVOICE = b"%PDF-1.4 invoice"


def sent(ask, path, content, name, by="analyst"):
    return ask("POST", f"/activities{path}?name={name}", content=content, headers=BINARY, by=by)


def test_a_table_is_taken_in_once_wholly_or_not_at_all(ask):
    bad = f"{HEAD}W-1,A,waste,glass.landfill,2019-03,much,t\nW-2,X,waste,glass.landfill,2019-03,1,t\n"
    refused = sent(ask, "/import", bad.encode(), "lines.csv")
    assert (refused.status_code, refused.headers["content-type"]) == (422, "application/problem+json")
    assert {one["place"] for one in refused.json()["findings"]} == {
        "lines.csv, column 'site'", "lines.csv, column 'amount'",
    }  # fmt: skip
    assert len(refused.json()["findings"]) >= 2
    assert ask("GET", "/activities").json()["total"] == 0

    done = sent(ask, "/import", GOOD.encode(), "lines.csv").json()
    assert (done["source"], done["lines"], done["already"]) == ("lines.csv", 1, False)
    assert (done["sites"], done["years"], done["findings"]) == (["A"], [2019], [])
    again = sent(ask, "/import", GOOD.encode(), "lines.csv").json()
    assert (again["lines"], again["already"]) == (0, True)
    assert ask("GET", "/activities").json()["total"] == 1


def test_a_document_is_attached_and_fetched_as_it_was_sent(ask):
    sent(ask, "/import", GOOD.replace("A,", "B,", 1).encode(), "b.csv")
    answer = sent(ask, "/W-1/document", INVOICE, "invoice.pdf")
    sha = hashlib.sha256(INVOICE).hexdigest()
    assert [one["document"] for one in answer.json()["lines"]] == [None, sha]
    fetched = ask("GET", f"/activities/documents/{sha}")
    assert (fetched.content, fetched.headers["content-type"]) == (INVOICE, "application/pdf")
    assert fetched.headers["content-disposition"].startswith("attachment")
    assert fetched.headers["x-content-type-options"] == "nosniff"

    assert sent(ask, "/W-1~2/document", b"MZ\x00", "a.exe").status_code == 422
    assert sent(ask, "/lost/document", INVOICE, "invoice.pdf").status_code == 404
    assert ask("GET", f"/activities/documents/{'0' * 64}").status_code == 404
    for by, status in (("viewer", 403), ("scoped", 404)):
        assert ask("GET", f"/activities/documents/{sha}", by=by).status_code == status
        assert sent(ask, "/W-1~2/document", INVOICE, "invoice.pdf", by=by).status_code == status
