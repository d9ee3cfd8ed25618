"""Kept reports: shown again they are the page that they were, and another version's are refused."""

import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from markupsafe import Markup

from tests.interfaces.present import machinery_cases as machines
from tests.interfaces.present import savings_cases as savings
from wattstone.base import InputRefused
from wattstone.interfaces.present import html
from wattstone.interfaces.present.air_assess_page import build_assessment
from wattstone.interfaces.present.charts import NARROW, WIDE, Drawing
from wattstone.interfaces.present.content import Report
from wattstone.interfaces.present.html import render_page
from wattstone.interfaces.present.plant_page import build_plant
from wattstone.interfaces.present.report import build_report
from wattstone.interfaces.present.savings_page import build_savings
from wattstone.interfaces.present.stored import drawings_of, figures_of, freeze, thaw
from wattstone.inventory.document import InventoryDocument


def _air() -> Report:
    return build_assessment(machines.assessment(), machines.heading())


def _plant() -> Report:
    return build_plant(machines.plant_plan(), machines.heading(), hours=[machines.hour()], lang="zh")


def _savings() -> Report:
    found = savings.three_meters()
    said: dict[str, Any] = {"organisation": "海港", "simulated": True, "made": datetime(2020, 1, 15, 9, 30, tzinfo=UTC)}
    return build_savings(found, savings.record(found), figures=savings.ids(found), lang="zh", **said)


@pytest.mark.parametrize("make", [_air, _plant, _savings])
def test_a_kept_page_says_and_draws_what_it_did(make: Callable[[], Report], monkeypatch: pytest.MonkeyPatch) -> None:
    def drawn(one: Drawing) -> Any:
        words = Markup(repr((one.title, one.alt, one.specification(WIDE), one.specification(NARROW))))
        return html.Drawn(words, Markup(one.subtitle), ())

    monkeypatch.setattr(html, "drawn", drawn)
    report = make()
    kept = thaw(freeze(report))

    assert freeze(kept) == freeze(report)
    assert render_page(kept) == render_page(report)
    assert (kept.steps, kept.headlines, kept.signing) == (report.steps, report.headlines, report.signing)


def test_every_text_and_table_of_an_inventory_comes_back(estate: InventoryDocument) -> None:
    report = build_report(estate, "en")
    kept = thaw(freeze(report))

    assert [one.tables for one in kept.sections] == [one.tables for one in report.sections]
    assert [one.paragraphs for one in kept.sections] == [one.paragraphs for one in report.sections]
    assert [one.table for one in drawings_of(kept)] == [one.table for one in drawings_of(report)]
    assert kept.facts == report.facts


def test_figures_are_those_that_the_report_links_to(estate: InventoryDocument) -> None:
    found = figures_of(build_report(estate, "en"))

    assert len(found) == len(set(found))
    assert set(found) <= set(estate.figures["id"])
    assert len(found) > 20


def test_a_drawing_is_ready_for_a_screen_and_a_phone_and_serves_the_nearer_at_any_width() -> None:
    drawing = next(drawings_of(_air()))
    kept = next(drawings_of(thaw(freeze(_air()))))

    assert kept.specification(640) == kept.specification(1200) == drawing.specification(WIDE)
    assert kept.specification(240) == kept.specification(480) == drawing.specification(NARROW)
    assert "<svg" in kept.svg(400)


@pytest.mark.parametrize(
    "blob",
    [
        b"",
        b"no gzip",
        gzip.compress(b"{"),
        gzip.compress(b"[1]"),
        gzip.compress(json.dumps({"version": 0, "report": {}}).encode()),
        gzip.compress(b"{}")[:-4],
    ],
    ids=["empty", "no gzip", "no json", "no object", "other version", "cut off"],  # gzip writes the time into its head
)
def test_what_another_version_kept_is_refused_with_a_remedy(blob: bytes) -> None:
    with pytest.raises(InputRefused) as refused:
        thaw(blob)

    (finding,) = refused.value.findings
    assert finding.code == "document.version"
    assert "again" in finding.remedy


def test_no_number_of_a_drawing_is_lost_to_json() -> None:
    def numbers(spec: Any) -> int:
        return sum(len(rows) for rows in spec["datasets"].values())

    for drawing in drawings_of(_plant()):
        kept = json.loads(json.dumps(drawing.specification(WIDE), allow_nan=False))
        assert kept == drawing.specification(WIDE)
        assert numbers(kept) > 0
