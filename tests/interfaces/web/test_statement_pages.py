"""The statement of a year as a page: recorded figures with their evidence, and the documents that a job writes."""

import json
import sys
from collections.abc import Iterator

import pytest

from tests.interfaces.web.served_pages import Served, words
from wattstone.portfolio import Site
from wattstone.workflows.inventory import take_inventory
from wattstone.workflows.scope3 import decide

PATH = "/report/statement"
GRID = 0.25560  # kg CO2e/kWh, electricity generated, UK, 2019 (DESNZ/BEIS conversion factors 2019)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Site A in Britain used 480 kWh in 2019."""
    held = Served(tmp_path_factory.mktemp("statement"))
    assert "No inventory was taken yet" in words(held.get(PATH))
    held.workspace.records.declare(
        [Site(id="A", name="Hall <A>", country="GB", zone="Europe/London"), Site(id="B", country="GB")], [],
        sites_by="user",
    )  # fmt: skip
    take_inventory(held.workspace, 2019)
    decide(held.workspace, 2019, {6: ("not_applicable", "nobody <travels>")})
    yield held
    held.close()


def test_totals_stand_on_both_bases_with_their_evidence(served: Served) -> None:
    page = served.get(PATH)
    said = words(page)

    assert page.status_code == 200
    assert f"{480 * GRID:.0f}" in said  # 123 kg
    assert "Total, location-based" in said
    assert "Total, market-based" in said
    assert page.text.count('href="/o/acme/evidence/') >= 4


def test_every_category_stands_with_its_decision(served: Served) -> None:
    page = served.get(PATH)

    assert "obody <travels>" in words(page)
    assert "<travels>" not in page.text
    for number in range(1, 16):
        assert f"/o/acme/report/scope3?year=2019&amp;category={number}" in page.text


def test_nothing_is_computed_for_a_view(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    def computed(*_: object, **__: object) -> None:
        raise AssertionError("a view computes nothing")

    for name in ("run", "compute"):  # the functions of these names stand before their modules in the package
        monkeypatch.setattr(sys.modules[f"wattstone.workflows.inventory.{name}"], "compute", computed)

    assert served.get(PATH).status_code == 200


def test_who_has_some_sites_is_told_nothing_of_the_whole(served: Served) -> None:
    said = words(served.get(PATH, "scoped"))

    assert "The statement is the whole organisation's" in said
    assert "kg" not in said


@pytest.mark.parametrize("layout", ["ghgp", "iso14064"])
def test_the_document_is_written_by_a_job_and_read_in_both_languages(served: Served, layout: str) -> None:
    asked = served.post("/run/statement", {"year": "2019", "layout": layout, "form": "document", "back": PATH})
    done = served.do("statement")
    (name,) = done.documents

    assert asked.headers["location"] == f"/o/acme{PATH}"
    assert f"/o/acme/documents/{name}" in served.get(PATH).text
    english, chinese = served.get(f"/documents/{name}"), served.get(f"/documents/{name}", lang="zh-CN")
    assert ("ISO 14064-1" if layout == "iso14064" else "GHG Protocol") in words(english)
    assert "温室气体" in words(chinese)
    for form, begins in (("pdf", b"%PDF"), ("html", b"<!doctype html>"), ("xlsx", b"PK")):
        assert served.get(f"/documents/{name}/files/{form}").content.startswith(begins)
    assert served.get(f"/documents/{name}/files/pdf", "viewer").status_code == 403
    assert served.get(f"/documents/{name}", "scoped").status_code == 404


@pytest.mark.parametrize("form", ["xlsx", "json"])
def test_a_workbook_and_data_are_for_who_asked(served: Served, form: str) -> None:
    served.post("/run/statement", {"year": "2019", "form": form, "back": PATH})
    (link,) = served.do("statement").links
    content = served.get(f"/{link.path}").content

    assert content.startswith(b"PK") if form == "xlsx" else json.loads(content)["year"] == 2019
    assert f"/o/acme/{link.path}" in served.get(PATH).text
    assert f"/o/acme/{link.path}" not in served.get(PATH, "admin").text
    assert served.get(f"/{link.path}", "admin").status_code == 404


def test_who_may_not_export_gets_no_file(served: Served) -> None:
    from wattstone.workflows.access import Forbidden

    served.post("/run/statement", {"year": "2019", "form": "json"}, by="operator")

    with pytest.raises(Forbidden):
        served.do("statement")
