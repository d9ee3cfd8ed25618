"""Documents in the shell: every number leads to its evidence, charts and files are made of what was kept."""

import re
from collections.abc import Iterator
from functools import cache

import pytest

from tests.interfaces.present import machinery_cases as cases
from tests.interfaces.web.served_pages import Served, words
from wattstone.interfaces.jobs.documents import KEPT, keep_report, tells_of_dwellings
from wattstone.interfaces.jobs.takeaway import fetched, new_file
from wattstone.interfaces.present.air_assess_page import build_assessment
from wattstone.interfaces.present.content import Report
from wattstone.interfaces.present.languages import Language
from wattstone.interfaces.present.moments import moment_words
from wattstone.interfaces.web.pages import reports
from wattstone.portfolio import Meter
from wattstone.workflows.access import POLICY, Principal, Role, Scope


def someone(name: str, *sites: str) -> Principal:
    """An analyst of some sites, or of the whole organisation."""
    scope = Scope(frozenset(sites)) if sites else Scope()
    acts = POLICY[Role.ANALYST]
    return Principal(id=name, name=name, kind="person", tenant="acme", role=Role.ANALYST, scope=scope, acts=acts)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    held = Served(tmp_path_factory.mktemp("documents"))
    yield held
    held.close()


@cache
def _report(lang: Language) -> Report:
    figures = cases.figures("air.electricity", "air.leaks")
    return build_assessment(cases.assessment(), cases.heading(figures=figures), station=cases.station(), lang=lang)


def _kept(served: Served, site: str | None, subject: str = "station", **facts: object) -> str:
    return keep_report(served.workspace, "air", subject, _report, site=site, run=7, facts=facts)


@pytest.fixture(scope="module")
def name(served: Served) -> str:
    return _kept(served, "A")


def test_a_document_is_read_in_the_language_of_the_reader(served: Served, name: str) -> None:
    english, chinese = served.get(f"/documents/{name}"), served.get(f"/documents/{name}", lang="zh-CN")

    assert english.status_code == 200
    assert "What to do next" in english.text
    assert "下一步" in chinese.text
    assert "Hall 2 <air>" in words(english)
    assert "<air>" not in english.text


def test_numbers_lead_to_their_evidence_in_the_organisation(served: Served, name: str) -> None:
    page = served.get(f"/documents/{name}").text

    assert 'href="/o/acme/evidence/' in page
    assert 'href="#f-' not in page


def test_nothing_stands_inline_that_the_policy_refuses(served: Served, name: str) -> None:
    answer = served.get(f"/documents/{name}")

    assert "<script>" not in answer.text
    assert " style=" not in answer.text
    assert "script-src 'self'" in answer.headers["content-security-policy"]


def test_charts_are_given_as_definition_table_and_picture(served: Served, name: str) -> None:
    definition = served.get(f"/documents/{name}/charts/air-where.json?width=360")
    table = served.get(f"/documents/{name}/charts/air-where.csv")

    assert definition.json()["$schema"].startswith("https://vega.github.io")
    assert table.text.startswith("\ufeff")
    assert served.get(f"/documents/{name}/charts/air-where.svg").text.startswith("<svg")
    assert served.get(f"/documents/{name}/charts/nothing.json").status_code == 404


@pytest.mark.parametrize(("form", "begins"), [("html", b"<!doctype html>"), ("xlsx", b"PK"), ("pdf", b"%PDF")])
def test_files_are_for_those_who_may_take_documents_out(served: Served, name: str, form: str, begins: bytes) -> None:
    answer = served.get(f"/documents/{name}/files/{form}")

    assert answer.content.startswith(begins)
    assert answer.headers["content-disposition"].startswith("attachment")
    assert served.get(f"/documents/{name}/files/{form}", "viewer").status_code == 403


def test_who_sees_one_site_sees_its_documents_alone(served: Served, name: str) -> None:
    of_all, of_b = _kept(served, None, "whole"), _kept(served, "B", "b")

    assert served.get(f"/documents/{name}", "scoped").status_code == 200
    for hidden in (of_all, of_b):
        assert served.get(f"/documents/{hidden}", "scoped").status_code == 404
        assert served.get(f"/documents/{hidden}/charts/air-where.json", "scoped").status_code == 404
        assert hidden not in served.get("/report/documents", "scoped").text
    assert of_b in served.get("/report/documents").text


def test_the_list_says_when_each_was_made_on_the_clock_of_the_organisation(served: Served, name: str) -> None:
    """Two of a day are told apart."""
    about = next(one for one in served.workspace.records.documents() if one.id.startswith(name))
    told = moment_words(about.made, served.workspace.records.organisation().zone, "en")

    assert told in words(served.get("/report/documents"))
    assert re.search(r"\d\d:\d\d [A-Z+]", told)


def test_hours_of_single_dwellings_are_shown_to_those_who_may_read_them(served: Served) -> None:
    hidden = _kept(served, "B", "home", personal=True)

    assert served.get(f"/documents/{hidden}").status_code == 200
    for role in ("viewer", "reviewer", "admin"):
        assert served.get(f"/documents/{hidden}", role).status_code == 404
    few, many = ([Meter(id=f"m{n}", site_id="B", kind="electricity", unit="kWh", personal=n > 0) for n in range(count)]
                 for count in (3, 20))  # fmt: skip
    assert [tells_of_dwellings(one) for one in (few[:1], few, many)] == [False, True, False]


def test_the_page_of_a_station_shows_the_newest_document_and_how_to_make_the_next(served: Served) -> None:
    folder = served.root / "acme" / "stations"
    folder.mkdir(exist_ok=True)
    (folder / "hall.toml").write_text('id = "hall"\nsite = "A"\n[[compressor]]\nname = "C1"\n')
    empty = served.get("/action/air?station=hall")
    newest = _kept(served, "A", "hall")
    page = served.get("/action/air?station=hall")

    assert "Not assessed yet." in words(empty)
    assert f"/documents/{newest}/charts/air-where" in page.text
    assert 'action="/o/acme/run/air"' in page.text
    assert 'action="/o/acme/run/air"' not in served.get("/action/air?station=hall", "viewer").text
    assert "No measures were compared yet." in words(served.get("/action/air?station=hall&show=improvement"))


def test_a_name_that_there_is_not_is_no_page(served: Served) -> None:
    for wrong in ("0000000000000000", "..%2f..%2fwattstone", "'; DROP TABLE documents; --"):
        assert served.get(f"/documents/{wrong}").status_code == 404


def test_old_documents_go_when_new_ones_come(served: Served) -> None:
    names = [_kept(served, "A", "often") for _ in range(KEPT // 2 + 2)]

    assert len(served.workspace.records.documents("air", "often")) == KEPT
    assert served.get(f"/documents/{names[0]}").status_code == 404
    assert served.get(f"/documents/{names[-1]}").status_code == 200


def test_a_table_that_was_taken_out_is_for_its_owner_alone(served: Served) -> None:
    made = served.post("/run/export", {"what": "readings", "form": "csv", "back": "/report/export"})
    done = served.do("export")
    path = done.links[0].path

    assert made.headers["location"] == "/o/acme/report/export"
    assert served.get(f"/{path}").text.startswith("site_id,meter_id")
    assert served.get(f"/{path}", "admin").status_code == 404
    assert served.get(f"/{path}", "viewer").status_code == 403


@pytest.mark.parametrize("path", ["/report/write", "/report/export"])
def test_without_readings_a_report_and_tables_begin_with_them(
    served: Served, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reports, "_has_readings", lambda here: False)
    monkeypatch.setattr(reports, "runs", lambda *_: ())
    page = served.get(path)

    assert "No readings yet." in words(page)
    assert 'href="/o/acme/data"' in page.text.split("<main")[1]
    assert "/run/" not in page.text


def test_addresses_of_files_lead_nowhere_else(served: Served) -> None:
    root = served.root / "acme"
    ada, bob = someone("ada"), someone("bob")
    path, address = new_file(root, ada, "figures.csv")
    path.write_text("a")

    assert fetched(root, address, ada) == path
    assert fetched(root, address, bob) is None
    assert fetched(root, address, someone("ada", "A")) is None, "it was made of all sites"
    assert fetched(root, f"../takeaways/{address}", ada) is None


def test_what_a_form_says_wrong_stands_at_its_field(served: Served) -> None:
    answer = served.post("/run/forecast", {"hours": "900", "site": "A", "back": "https://evil.example/"})

    assert answer.status_code == 422
    assert 'value="900"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert "evil" not in answer.text


def test_a_job_is_for_those_who_may_ask_for_it(served: Served) -> None:
    assert served.post("/run/forecast", {"site": "A"}, "viewer").status_code in (403, 422)
    assert not served.jobs("forecast")
    assert served.get("/run/nothing").status_code == 404
