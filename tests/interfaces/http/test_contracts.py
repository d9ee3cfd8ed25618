"""Contracts and certificates over the API: entered, corrected, imported, withdrawn, and seen by whom they concern."""

import io

import pytest
from openpyxl import load_workbook

from wattstone.workflows.inventory import take_inventory

GO = {
    "kind": "GO", "market": "DE", "technology": "wind", "vintage_start": "2019-01-01", "vintage_end": "2019-12-31",
    "volume": "100 MWh", "factor": 0, "factor_source": "register", "tracking_system": "HKNR",
    "serials": ["DE-100..DE-199"], "retired_on": "2020-01-31", "retired_for": "Acme",
}  # fmt: skip
BINARY = {"Content-Type": "application/octet-stream"}


def added(ask, name, how=None, **said):
    return ask("POST", "/contracts", json={"id": name, "said": {**GO, **said}}, **(how or {}))


def test_a_certificate_is_entered_corrected_and_withdrawn(ask):
    answer = added(ask, "go", retired_on="")
    first = answer.json()["contract"]
    assert (answer.status_code, answer.headers["location"].rsplit("/", 1)[1]) == (201, "go")
    assert (first["volume"], first["left"], first["scheme"], first["state"]) == (100_000, 100_000, "GO", "refused")
    assert [one["severity"] for one in answer.json()["findings"]] == ["warning"]
    assert {one["criterion"]: one["met"] for one in first["criteria"]}["retired"] is False

    said = {"said": {"retired_on": "2020-01-31", "volume": 60_000, "sites": ["A"]}}
    new = ask("POST", "/contracts/go/correct", json=said).json()
    assert (new["contract"]["state"], new["contract"]["volume"], new["findings"]) == ("in force", 60_000, [])
    assert ask("GET", "/contracts/go").json()["contract"] == new["contract"]
    gone = ask("POST", "/contracts/go/withdraw", json={"reason": "sold"}).json()["contract"]
    assert (gone["state"], gone["withdrawn"], gone["entered_by"]) == ("withdrawn", "sold", "analyst")
    assert ask("GET", "/contracts?state=withdrawn").json()["total"] == 1
    assert ask("GET", "/contracts?year=2021").json()["total"] == 0
    told = [one["what"] for one in ask("GET", "/audit?limit=10", by="admin").json()["lines"]]
    assert {"contract", "withdraw contract"} <= set(told)


def test_an_id_that_no_screen_shows_is_refused(ask):
    answer = ask("POST", "/contracts", json={"id": "\x7f\x15", "said": {"colour": "red"}})
    assert answer.status_code == 422, answer.text


def test_everything_that_is_wrong_points_at_what_was_sent(ask):
    answer = added(ask, "go", volume="much", retired_on="soon", exclusive="perhaps", colour="red")
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert {one["pointer"] for one in answer.json()["findings"]} == {
        "#/said/volume", "#/said/retired_on", "#/said/exclusive", "#/said/colour",
    }  # fmt: skip
    assert [one["pointer"] for one in added(ask, "go", volume="200 MWh").json()["findings"]] == ["#/said/volume"]
    assert ask("GET", "/contracts").json()["total"] == 0
    chinese = added(ask, "go", {"headers": {"Accept-Language": "zh"}}, sites=["nowhere"]).json()["findings"]
    assert all(any("\u4e00" <= sign <= "\u9fff" for sign in one["found"]) for one in chinese)

    added(ask, "go")
    assert [one["pointer"] for one in added(ask, "go").json()["findings"]] == ["#/id"]
    blank = ask("POST", "/contracts/go/withdraw", json={"reason": " "})
    assert [one["pointer"] for one in blank.json()["findings"]] == ["#/reason"]
    for path, content in (("correct", {"said": {"volume": 1}}), ("withdraw", {"reason": "x"})):
        assert ask("POST", f"/contracts/lost/{path}", json=content).status_code == 404
    assert ask("GET", "/contracts/lost").status_code == 404


def test_a_certificate_that_stands_in_another_is_refused(ask):
    added(ask, "go")
    (found,) = added(ask, "more", serials=["DE-150..DE-249"]).json()["findings"]

    assert (found["code"], found["pointer"]) == ("contract.serial_twice", "#/said/serials")


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_template_is_taken_as_it_is_and_only_once(ask, form):
    content = ask("GET", f"/contracts/template.{form}").content
    how = {"content": content, "headers": {**BINARY, "Idempotency-Key": "k1"}}
    first, again = (ask("POST", f"/contracts/import?name=c.{form}", **how) for _ in range(2))

    assert (first.status_code, first.json()["new"], again.headers["idempotency-replayed"]) == (
        200, ["GO-2023-01"], "true",
    )  # fmt: skip
    assert ask("POST", f"/contracts/import?name=c.{form}", content=content, headers=BINARY).json()["same"]
    assert ask("GET", "/contracts").json()["total"] == 1


def test_a_table_with_a_fault_changes_nothing_and_names_its_cells(ask):
    head, row = ask("GET", "/contracts/template.csv").text.splitlines()
    table = "\n".join([head, row, row.replace("GO-2023-01", "GO-2").replace("2024-01-31", "31/1/24")])
    answer = ask("POST", "/contracts/import?name=../c.csv", content=table.encode(), headers=BINARY)

    assert answer.status_code == 422
    assert "c.csv, row 3, column 'retired_on'" in [one["place"] for one in answer.json()["findings"]]
    assert ask("GET", "/contracts").json()["total"] == 0
    assert ask("POST", "/contracts/import?name=c.csv", content=b"", headers=BINARY).status_code == 422
    assert ask("POST", "/contracts/import?name=c.csv", content=b"x" * 2**21, headers=BINARY).status_code == 413


def test_a_document_is_kept_with_its_contract(ask):
    added(ask, "go")
    answer = ask("POST", "/contracts/go/document?name=contract.pdf", content=b"%PDF-1.7 signed", headers=BINARY)

    # sha256 of the bytes by the shell: printf '%s' '%PDF-1.7 signed' | sha256sum
    assert answer.json()["contract"]["document"] == ("281a9b6b403e3fecbd92e4b0504bde1ddac566e0478eb038d63a85aed1a8b418")


def test_whoever_has_one_site_sees_contracts_that_name_it_and_changes_none(ask):
    added(ask, "a", sites=["A", "B"])
    added(ask, "b", sites=["B"], serials=["DE-300..DE-399"])
    added(ask, "all", serials=["DE-500..DE-599"])

    (seen,) = ask("GET", "/contracts", by="scoped").json()["contracts"]
    assert (seen["id"], seen["sites"]) == ("a", ["A"])
    assert ask("GET", "/contracts/b", by="scoped").status_code == 404
    assert ask("GET", "/contracts/all", by="scoped").status_code == 404
    assert added(ask, "mine", {"by": "scoped"}, serials=["DE-900..DE-999"]).status_code == 403
    assert ask("POST", "/contracts/a/withdraw", by="scoped", json={"reason": "x"}).status_code == 403
    assert ask("POST", "/contracts/import?name=c.csv", by="scoped", content=b"id", headers=BINARY).status_code == 403
    assert ask("POST", "/contracts/b/correct", by="scoped", json={"said": {"volume": 1}}).status_code == 404
    assert ask("GET", "/contracts", by="stranger").status_code == 404
    assert added(ask, "mine", {"by": "viewer"}).status_code == 403


def test_the_use_of_a_year_is_what_its_inventory_recorded(ask, service):
    """A and B in Germany used 720 and 480 kWh; 600 kWh serve them in that proportion."""
    assert ask("GET", "/contracts/use/2019").status_code == 404
    added(ask, "go", volume="600 kWh")
    added(ask, "late", retired_on="", serials=["DE-300..DE-399"])
    take_inventory(service.whole("acme"), 2019)
    told = ask("GET", "/contracts/use/2019").json()

    (german,) = (one for one in told["grids"] if one["grid"] == "DE")
    assert (german["energy"], german["served"], german["sites"]) == (pytest.approx(1200), pytest.approx(600), 2)
    assert {one["site_id"]: one["owned"] for one in told["uses"]} == {"A": pytest.approx(360), "B": pytest.approx(240)}
    assert told["refused"] == [{"contract": "late", "why": "it is not retired"}]
    figures = ask("GET", "/figures?year=2019&name=match.annual&subject=organisation").json()["figures"]
    chain = ask("GET", f"/figures/{figures[0]['id']}/evidence").json()
    assert told["evidence"] in [one["id"] for one in chain["inputs"]]
    assert figures[0]["value"] == pytest.approx(100 * 600 / 1440)  # C, at no known place, used 240 kWh
    assert ask("GET", "/contracts/use/2019", by="scoped").status_code == 404
    assert ask("GET", "/contracts/use/2019", by="viewer").status_code == 200


def test_the_same_key_enters_a_contract_once(ask):
    key = {"headers": {"Idempotency-Key": "k1"}}
    first, again = (added(ask, "go", key) for _ in range(2))

    assert (first.status_code, again.status_code, again.headers["idempotency-replayed"]) == (201, 201, "true")


def test_lists_come_in_pages_and_in_an_order(ask):
    for at, volume in enumerate((30, 10, 20)):
        added(ask, f"go-{at}", volume=f"{volume} MWh", serials=[f"{at}-1..{at}-99"])
    seen, cursor = [], ""
    while cursor is not None:
        page = ask("GET", f"/contracts?sort=-volume&limit=2{cursor and '&cursor=' + cursor}").json()
        seen += [one["id"] for one in page["contracts"]]
        cursor = page["next"]

    assert seen == ["go-0", "go-2", "go-1"]


def test_the_workbook_speaks_the_language_of_the_request(reading):
    answer = reading("GET", "/contracts/template.xlsx", headers={"Accept-Language": "zh"})

    assert not load_workbook(io.BytesIO(answer.content)).active["A1"].value.isascii()
    assert reading("GET", "/contracts/template.exe").status_code == 422
