"""Evidence: what a figure is made from, opened a branch at a time, and checked by a job."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from tests.interfaces.web.estate_pages import addresses, client_of, forbidden_by_policy, text_of
from wattstone.interfaces.web.pages import evidence
from wattstone.workflows.access import Role
from wattstone.workflows.overview.evidence import EvidenceNode, EvidenceView


def test_a_figure_is_shown_in_full_with_what_it_replaces(monkeypatch: pytest.MonkeyPatch) -> None:
    html = client_of(monkeypatch).get("/evidence/one-2").text
    words = text_of(html)

    assert "40.0 t CO2e (90 %: 35.0 to 45.0)" in words
    assert "Restated: newer readings" in words
    assert "Value in full 40 000 kg CO2e" in words
    assert "Estimated share 25 %" in words
    assert "/o/acme/evidence/one-2-before" in addresses(html)


def test_a_branch_has_an_address_of_its_own_and_one_to_be_fetched_from(monkeypatch: pytest.MonkeyPatch) -> None:
    html = client_of(monkeypatch).get("/evidence/one-2").text

    assert 'data-part="/o/acme/evidence.part?of=slice%3Aabc"' in html
    assert "/o/acme/evidence/slice:abc" in addresses(html)
    assert "/o/acme/evidence/factor:set%2Frow@1" in addresses(html)


def test_a_factor_shows_its_edition_and_its_licence(monkeypatch: pytest.MonkeyPatch) -> None:
    words = text_of(client_of(monkeypatch).get("/evidence/one-2").text)

    assert "Edition GB/T 32150-2025" in words
    assert "standard (fact)" in words


def test_many_things_come_by_the_page_and_hidden_ones_by_number(monkeypatch: pytest.MonkeyPatch) -> None:
    html = client_of(monkeypatch).get("/evidence/one-2").text

    assert "Made from 30 things" in text_of(html)
    assert "/o/acme/evidence/one-2?page=2" in addresses(html)
    assert "1 more that you may not see" in text_of(html)


@pytest.mark.parametrize("wanted", ["scope1@site:site-2@2022", "factor:set%2Frow@1", "slice:abc"])
def test_addresses_and_ids_with_slashes_arrive_whole(monkeypatch: pytest.MonkeyPatch, wanted: str) -> None:
    asked: list[str] = []
    browser = client_of(monkeypatch)
    monkeypatch.setattr(evidence, "evidence_of_figure", lambda workspace, name, **_: asked.append(name))

    assert browser.get(f"/evidence/{wanted}").status_code == 404
    assert asked == [wanted.replace("%2F", "/")]


def test_a_figure_of_the_programme_is_called_as_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    node = EvidenceNode(id="ab", kind="figure", inputs=1, content={
        "name": "nature.area.gross", "label": "Delivered as claimed, gross", "value": 2009.4, "unit": "ha",
        "subject": "partner:Lake Trust",
    })  # fmt: skip
    below = replace(node, id="cd", content={**node.content, "label": "Verified, net"})
    view = EvidenceView(node=node, children=(below,), count=1, page=1, size=25)
    browser = client_of(monkeypatch)
    monkeypatch.setattr(evidence, "evidence_of_figure", lambda workspace, name, **_: view)

    words = text_of(browser.get("/evidence/ab").text)
    assert "Delivered as claimed, gross" in words
    assert "Verified, net" in words
    assert "Lake Trust" in words
    assert "area.gross" not in words
    assert "partner:" not in words


def test_a_part_of_a_page_is_no_page(monkeypatch: pytest.MonkeyPatch) -> None:
    html = client_of(monkeypatch).get("/evidence.part?of=one-2").text

    assert "<html" not in html
    assert 'data-part="/o/acme/evidence.part?of=one-2&amp;page=2"' in html


def test_a_sum_shows_its_terms(monkeypatch: pytest.MonkeyPatch) -> None:
    words = text_of(client_of(monkeypatch).get("/evidence?name=location&of=a&of=b&count=5").text)

    assert "Emissions, location-based is the sum of 5 figures." in words
    assert "3 more are not listed here" in words


def test_checking_asks_for_the_job(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, Any] = {}

    def ask(server: object, who: object, kind: str, params: dict[str, Any]) -> object:
        asked.update(kind=kind, **params)
        return SimpleNamespace(id="job-2")

    monkeypatch.setattr("wattstone.interfaces.jobs.asking.ask", ask)
    answer = client_of(monkeypatch).post("/evidence/verify", {"year": "2022", "figure": "one-2"})

    assert asked == {"kind": "verify", "year": 2022}
    assert answer.headers["location"] == "/o/acme/jobs/job-2"


def test_a_viewer_reads_evidence_and_runs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    browser = client_of(monkeypatch, role=Role.VIEWER)

    assert "/evidence/verify" not in browser.get("/evidence/one-2").text
    assert browser.post("/evidence/verify", {"year": "2022", "figure": "one-2"}).status_code == 403


@pytest.mark.parametrize("path", ["/evidence/one-2", "/evidence?of=a&of=b", "/evidence.part?of=a"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_nothing_in_it_is_refused_by_the_policy(monkeypatch: pytest.MonkeyPatch, lang: str, path: str) -> None:
    assert forbidden_by_policy(client_of(monkeypatch, lang=lang).get(path).text) == []  # type: ignore[arg-type]
