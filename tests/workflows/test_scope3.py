"""Decisions on scope 3: by year, with a reason, never overwritten; last year's are proposals alone."""

from pathlib import Path

import pytest

from tests.workflows.estate import wattstone
from wattstone.interfaces.present.languages import translator
from wattstone.inventory.scope3 import categories


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    wattstone("init", tmp_path / "ws")
    return tmp_path / "ws"


def row(folder: Path, number: int, year: int = 2025) -> dict:
    listed = wattstone("scope3", "list", folder, "--year", year, "--json").json["categories"]
    assert [one["category"] for one in listed] == list(range(1, 16))
    return listed[number - 1]


def decide(folder: Path, *arguments: object, code: int = 0) -> dict:
    return wattstone("scope3", "decide", folder, *arguments, "--json", code=code).json


def test_nothing_is_decided_until_somebody_says_so(folder: Path) -> None:
    assert row(folder, 10)["decision"] == "undecided"

    decide(folder, 10, "not_applicable", "--year", 2025, "--reason", "no intermediate products are sold")

    assert row(folder, 10)["decision"] == "not_applicable"
    assert row(folder, 10)["reason"] == "no intermediate products are sold"
    assert row(folder, 10, 2024)["decision"] == "undecided"


def test_last_year_is_a_proposal_until_it_is_said_again(folder: Path) -> None:
    decide(folder, 10, "not_applicable", "--year", 2024, "--reason", "nothing is processed")

    assert row(folder, 10)["decision"] == "undecided"
    assert row(folder, 10)["proposed"]["reason"] == "nothing is processed"
    assert row(folder, 10, 2026)["proposed"] is None  # a proposal is not carried over two years

    decide(folder, 10, "--again", "--year", 2025)

    assert row(folder, 10)["decision"] == "not_applicable"
    assert row(folder, 10)["proposed"] is None
    assert row(folder, 10)["reason"] == "nothing is processed"


def test_what_was_said_before_stays(folder: Path) -> None:
    decide(folder, 4, "not_estimated", "--year", 2025, "--reason", "carriers were asked")
    decide(folder, 4, "computed", "--year", 2025)

    said = wattstone("scope3", "list", folder, "--year", 2025, "--json").json
    assert [one["decision"] for one in said["history"]] == ["not_estimated", "computed"]
    assert row(folder, 4)["decision"] == "computed"
    assert "not estimated" in wattstone("scope3", "list", folder, "--year", 2025, "--history").out


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((16, "computed"), "scope3.no_such_category"),
        ((0, "computed"), "scope3.no_such_category"),
        ((3, "not_estimated"), "scope3.no_reason"),
        ((3, "not_applicable", "--reason", "  "), "scope3.no_reason"),
        ((3, "--again"), "scope3.nothing_before"),
    ],
)
def test_what_says_nothing_is_refused(folder: Path, arguments: tuple, code: str) -> None:
    refused = decide(folder, *arguments, "--year", 2025, code=2)

    assert [one["code"] for one in refused["findings"]] == [code]
    assert row(folder, 3)["decision"] == "undecided"


def test_the_list_is_said_in_chinese(folder: Path) -> None:
    decide(folder, 10, "not_applicable", "--year", 2024, "--reason", "无中间产品")

    said = wattstone("scope3", "list", folder, "--year", 2025, "--lang", "zh").out

    assert "外购商品和服务" in said
    assert "尚未决定" in said
    assert "无中间产品" in said


def test_every_category_has_its_chinese() -> None:
    t = translator("zh")
    texts = [text for one in categories().values() for text in (one.name, one.belongs, one.minimum)]

    assert [text for text in texts if t(text) == text] == []


def test_a_category_decided_as_computed_says_that_it_has_no_records(tmp_path: Path) -> None:
    from datetime import datetime

    from tests.workflows.estate import dataset, inventory, readings, workspace, year

    rows = readings("m", year(1.0), start=datetime(2025, 1, 1))
    sites = [{"site_id": "A", "country": "GB", "timezone": "UTC"}]
    folder = workspace(tmp_path / "there", dataset(tmp_path / "estate", rows, sites=sites))
    assert inventory(folder, 2025).reason("scope3") == "not computed yet"
    decide(folder, 6, "computed", "--year", 2025)

    assert row(folder, 6)["reason"] == "decided as computed, but the year has no activity records of it"
    why = "category 6 is decided as computed, but the year has no activity records of it"
    assert inventory(folder, 2025).reason("scope3") == why


def test_a_category_that_only_waits_for_the_inventory_says_so(tmp_path: Path) -> None:
    """Category 3 is computed from the energy of the year: decided after the inventory, it has no figure before another
    one; and with a factor it has one then."""
    from datetime import datetime

    from tests.workflows.estate import dataset, inventory, readings, workspace, year

    rows = readings("m", year(1.0), start=datetime(2025, 1, 1))
    sites = [{"site_id": "A", "country": "GB", "timezone": "UTC"}]
    folder = workspace(tmp_path / "there", dataset(tmp_path / "estate", rows, sites=sites))
    inventory(folder, 2025)
    decide(folder, 3, "computed", "--year", 2025)

    why = "decided as computed since the inventory was taken: take it again, and it is computed"
    assert row(folder, 3)["reason"] == why
    said = wattstone("scope3", "list", folder, "--year", 2025, "--lang", "zh").out
    assert "重新编制" in "".join(said.split())
    inventory(folder, 2025)
    assert "take it again" not in (row(folder, 3)["reason"] or "")
