"""The small examples of the demo: without errors, complete enough to be scored, and what they say worked by hand."""

import tomllib
from importlib import resources
from typing import Any

import polars as pl
import pytest

from tests.programme.made import made
from wattstone.programme.factories.checks import wrong as wrong_factories
from wattstone.programme.factories.report import build as build_factories
from wattstone.programme.indicators.checks import wrong as wrong_indicators
from wattstone.programme.indicators.report import build as build_indicators
from wattstone.programme.kinds import kinds_of, record_kind


def entries(module: str, package: str) -> dict[str, pl.DataFrame]:
    text = (resources.files("wattstone.programme") / package / "demo.toml").read_text("utf-8")
    by_kind: dict[str, list[dict[str, Any]]] = {}
    for one in tomllib.loads(text)["entry"]:
        fields = {name: value for name, value in one.items() if name != "kind"}
        for field in record_kind(one["kind"]).fields:
            if field.required:
                assert fields.get(field.name) is not None, (one, field.name)
            if field.choices and field.name in fields:
                assert fields[field.name] in field.choices
        by_kind.setdefault(one["kind"], []).append(fields)
    assert set(by_kind) <= {kind.id for kind in kinds_of(module)}
    return {kind: made(kind, *rows) for kind, rows in by_kind.items()}


def test_the_example_of_factories() -> None:
    """20 half + 15 + 15 + 0 + 10 + 30 (0.6 + 0.4 half) = 74; without 15 and 0, which have no evidence, 59."""
    held = entries("factory", "factories")

    assert wrong_factories(held) == []
    report = build_factories(held, 2022)
    assert report.line("factory.score.Illustration_2018", "site:sim-0001").value == pytest.approx(74)
    assert report.line("factory.evidenced.Illustration_2018", "site:sim-0001").value == pytest.approx(59)
    assert report.line("factory.listed.green_factory.municipal").value == 1


def test_the_example_of_indicators() -> None:
    """410 of 1,900 million aligned, 1,430 eligible; of 12 million capex 3.1 aligned, 6.3 eligible; 1 in 118,000 h."""
    held = entries("indicator", "indicators")

    assert wrong_indicators(held) == []
    report = build_indicators(held, 2022)
    green, eu = "indicator.green", "entry:EU Taxonomy"
    assert report.line(f"{green}.turnover.aligned_share", eu).value == pytest.approx(410 / 1900)
    assert report.line(f"{green}.turnover.eligible_share", eu).value == pytest.approx(1430 / 1900)
    assert report.line(f"{green}.capex.aligned_share", eu).value == pytest.approx(3.1 / 12)
    assert report.line(f"{green}.capex.eligible_share", eu).value == pytest.approx(6.3 / 12)
    assert report.line("indicator.safety.employees.ltifr").value == pytest.approx(1e6 / 118_000)
    assert report.line("indicator.people.turnover").value == pytest.approx(8 / 63.5)


def test_numbers_of_tables_are_those_of_the_lines_they_name() -> None:
    """Every name beside a number is a line of the report, and its value is the number."""
    report = build_indicators(entries("indicator", "indicators"), 2022)
    known = {f"{one.name}|{one.subject}": one.value for one in report.lines}
    seen: dict[str, int] = {}
    for table in report.tables:
        for column in (one for one in table.rows.columns if one.endswith("@line")):
            shown = table.rows.select(line=column, value=column.removesuffix("@line")).drop_nulls()
            for line, value in shown.iter_rows():
                assert known[line if "|" in line else f"{line}|organisation"] == value, line
            seen[table.id] = seen.get(table.id, 0) + shown.height

    assert seen == {"green": 15, "commitments": 6, "pace-1": 2, "safety": 4, "people": 4, "values": 4, "parts": 1}
