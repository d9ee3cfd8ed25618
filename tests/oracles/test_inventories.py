"""The hand-worked inventories in `cases/` hold by arithmetic alone: page, activities, factors and expected values."""

import json
import shutil
import tomllib
from collections import defaultdict
from decimal import Decimal
from math import exp, log, sqrt
from pathlib import Path
from statistics import NormalDist

import pytest

from tests.oracles.inventories import cells, check, contracts_of, lines_of, number, table

CASES = sorted(path.parent for path in (Path(__file__).parents[2] / "cases").glob("*/expected.json"))


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_every_number_of_a_case_is_an_amount_times_a_published_factor(folder: Path) -> None:
    count, told = check(folder)

    assert told == []
    assert count >= 5


@pytest.mark.parametrize(
    ("file", "before", "after", "found"),
    [
        ("README.md", "| 0.18296 kgCO2e/kWh_gross | 182,960 |", "| 0.18296 kgCO2e/kWh_gross | 182,961 |", "F1: 182961"),
        ("README.md", "| 0.177 kgCO2e/kWh | 53,100 |", "| 0.178 kgCO2e/kWh | 53,100 |", "factor 0.178"),
        ("README.md", "| 800,000 kWh | 0.25 | 200,000 |", "| 800,000 kWh | 0.25 | 200,001 |", "by arithmetic"),
        ("README.md", "**301,380.96** |\n\nR-410A", "**301,380.97** |\n\nR-410A", "sum of scope1"),
        ("activities.csv", "2025-12-31,12000,m3", "2025-12-31,12001,m3", "G6: 12000"),
        ("activities.csv", "L,average,,,,,0.5", "L,average,,,,,0.4", "share 0.5"),
        ("expected.json", "509.60105", "509.6", "scope3.12"),
        ("expected.json", '"biogenic", "value": 17500.0', '"biogenic", "value": 17501.0', "biogenic"),
    ],
)  # fmt: skip
def test_a_number_that_was_changed_is_found(tmp_path: Path, file: str, before: str, after: str, found: str) -> None:
    folder = shutil.copytree(next(case for case in CASES if case.name == "inventory-all-scopes"), tmp_path / "case")
    text = (folder / file).read_text(encoding="utf-8")
    assert text.count(before) >= 1
    (folder / file).write_text(text.replace(before, after, 1), encoding="utf-8")

    assert any(found in one for one in check(folder)[1])


def test_a_page_is_read_as_it_is_written() -> None:
    page = (
        "## Scope 1\n| line | what | amount | share | factor row | factor | kg CO2e |\n|---|---|---|---|---|---|---|\n"
        "| F1 | gas | 1,000 kWh x 0.9 | 0.5 | `row` | 0.2 kgCO2e/kWh | 90 |\n"
        "| A | green power | 10 kWh | 0 | 0 |\n"
    )
    (line,) = lines_of(page)

    assert (line.line, line.total, line.amount, line.scale, line.share) == (
        "F1",
        "scope1",
        1000,
        number("0.9"),
        number("0.5"),
    )
    assert (line.row, line.factor, line.value) == ("row", number("0.2"), 90)
    assert list(contracts_of(page)) == [("A, green power", 0, 0)]


def test_the_examples_of_the_guidance_come_out_as_they_are_printed() -> None:
    folder = next(case for case in CASES if case.name == "ghgp-scope3-examples")
    page = (folder / "README.md").read_text(encoding="utf-8")
    rows = [row for text in page.splitlines() if len(row := cells(text)) == 5 and row[0] in ("first", "second")]
    sites = {key: row["site_id"] for key, row in table(folder / "activities.csv", "line_id").items()}
    worked: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for line in lines_of(page):
        worked[sites[line.record], line.total] += line.value

    assert len(rows) == 16
    for site, category, example, _, printed in rows:
        assert abs(worked[site, f"scope3.{category}"] - number(printed)) < number("0.01"), example


def printed(page: str) -> list[tuple[str, str, Decimal, Decimal]]:
    """Of the table of what is printed: site, total, value in kg CO2e, and how far the lines may be off."""
    rows = (cells(text) for text in page.splitlines() if text.startswith("|"))
    return [(row[0], row[1], number(row[4]), number(row[5])) for row in rows if len(row) == 6 and "scope" in row[1]]


@pytest.mark.parametrize("name", ["desnz-examples", "epa-examples", "ghgp-scope2-examples", "ipcc-examples"])
def test_what_a_publisher_prints_is_what_the_lines_come_to(name: str) -> None:
    folder = next(case for case in CASES if case.name == name)
    page = (folder / "README.md").read_text(encoding="utf-8")
    sites = {key: row["site_id"] for key, row in table(folder / "activities.csv", "line_id").items()}
    worked: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for line in lines_of(page):
        worked[sites[line.record], line.total] += line.value

    assert len(printed(page)) >= 2
    for site, total, value, within in printed(page):
        assert abs(worked[site, total] - value) <= within, site


def test_the_intervals_of_the_uncertainty_case_are_those_of_the_equations() -> None:
    folder = Path(__file__).parents[2] / "cases" / "ipcc-uncertainty"
    factors = table(folder / "own-factors.csv", "name")
    half, tail = NormalDist().inv_cdf(0.975), NormalDist().inv_cdf(0.95)
    lines = [
        (row["site_id"], row["item"], float(row["amount"]), float(row["activity_uncertainty"]) / half)
        for row in table(folder / "activities.csv", "line_id").values()
    ]
    subjects = {f"site:{site}": {site} for site, *_ in lines} | {"organisation": {site for site, *_ in lines}}
    for subject, sites in subjects.items():
        counted = [line for line in lines if line[0] in sites]
        values = [(item, amount * float(factors[item]["value"]), sd) for _, item, amount, sd in counted]
        of_factors = {item: float(factors[item]["uncertainty"]) / half for item, *_ in values}
        mean = sum(value for _, value, _ in values)
        variance = sum((sum(v for i, v, _ in values if i == item) * sd) ** 2 for item, sd in of_factors.items())
        variance += sum((value * sd) ** 2 * (1 + of_factors[item] ** 2) for item, value, sd in values)
        ratio = 1 + variance / mean**2
        expected = [mean / sqrt(ratio) * exp(side * tail * sqrt(log(ratio))) for side in (-1, 1)]

        assert intervals(folder)[subject] == pytest.approx(expected, rel=1e-7)


def intervals(folder: Path) -> dict[str, list[float]]:
    """The bounds that a case expects, by subject."""
    wanted = tomllib.loads((folder / "case.toml").read_text(encoding="utf-8"))["expect"]
    bounds = {(one["select"]["subject"], one["pointer"]): one["value"] for one in wanted}
    return {subject: [bounds[subject, "/lower"], bounds[subject, "/upper"]] for subject, _ in bounds}


def test_the_shares_of_the_boundary_case_are_those_of_its_page() -> None:
    folder = Path(__file__).parents[2] / "cases" / "ghgp-boundary-examples"
    page = (folder / "README.md").read_text(encoding="utf-8")
    rows = [row for text in page.splitlines() if text.startswith("| `") and len(row := cells(text)) == 6]
    wanted = json.loads((folder / "shares.json").read_text(encoding="utf-8"), parse_float=Decimal)
    stated = {row["site_id"]: Decimal(row["stated"]) for row in table(folder / "activities.csv", "line_id").values()}

    assert {row[0].strip("`") for row in rows} == set(stated)
    for column, approach in enumerate(("equity", "financial", "operational"), 3):
        made: dict[str, Decimal] = defaultdict(Decimal)
        for row in rows:
            share, _, category = row[column].partition(" in ")
            for name in ("scope3", f"scope3.{category}") if category else ("scope1",):
                made[name] += number(row[2]) * 1000 * Decimal(share)
        assert all(number(row[2]) * 1000 == stated[row[0].strip("`")] for row in rows)
        assert made == {one["name"]: one["value"] for one in wanted[approach]}
