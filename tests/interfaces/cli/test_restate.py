"""The commands on restatements and change, from the first release to the check of the ledger."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pytest

from tests.interfaces.cli.conftest import Run
from tests.workflows.estate import dataset, readings, year
from tests.workflows.estate import workspace as made
from tests.workflows.test_restatement import release
from wattstone.interfaces.store.workspace import open_workspace

HOURS = 8760
FACTORS = {2021: 0.4715, 2022: 0.4403}
"""Guangdong, kg CO2/kWh: MEE and NBS, notices 2024 no. 12 and 33."""


def taken_in(folder: Path, name: str, values: Sequence[float], begin: int) -> Path:
    sites = [{"site_id": "A", "country": "CN", "timezone": "UTC", "grid_region": "CN-GD"}]
    return dataset(folder / name, readings("a", values, start=datetime(begin, 1, 1)), sites=sites)


@pytest.fixture
def folder(tmp_path: Path, wattstone: Run) -> Path:
    """One site, 10 kWh an hour in 2021 and 12 in 2022; 2021 is released."""
    root = made(tmp_path / "ws", taken_in(tmp_path, "both", [*year(10.0), *year(12.0)], 2021))
    assert wattstone("inventory", root, "--year", 2021, "--json").code == 0
    held = open_workspace(root)
    release(held, 2021)
    held.close()
    return root


def test_a_restatement_from_policy_to_series(wattstone: Run, folder: Path, tmp_path: Path) -> None:
    set_ = wattstone("restate", "policy", folder, "--base-year", 2021, "--threshold", 4, "--json").json["policies"]
    assert [(one["years"], one["threshold"], one["mid_year"]) for one in set_] == [([2021], 4.0, "all-year")]
    more = wattstone("restate", "policy", folder, "--mid-year", "pro-rata", "--note", "as agreed", "--json").json
    assert [(one["number"], one["years"], one["mid_year"]) for one in more["policies"]] == [
        (1, [2021], "all-year"), (2, [2021], "pro-rata"),
    ]  # fmt: skip
    wattstone("ingest", folder, taken_in(tmp_path, "again", year(9.0), 2021))
    assert wattstone("inventory", folder, "--year", 2021).code == 0

    found = wattstone("restate", "list", folder, "--year", 2021, "--json").json["restatements"]
    (one,) = [one for one in found if one["name"] == "scope2.location"]
    assert (one["state"], one["trigger"], one["significant"]) == ("proposed", "error", True)
    again = wattstone("restate", "propose", folder, "--year", 2021)
    assert (again.code, again.out) == (0, "No restatements.\n")
    shown = wattstone("restate", "accept", folder, one["entry"][:12], "--note", "seen")
    assert shown.code == 0
    assert "accepted" in shown.out
    assert wattstone("restate", "reject", folder, one["entry"]).code == 2

    rows = wattstone("restate", "list", folder, "--series", "--json").json["series"]
    (row,) = [row for row in rows if row["name"] == "scope2.location"]
    assert (row["reported"], row["recalculated"]) == pytest.approx(
        (10 * HOURS * FACTORS[2021], 9 * HOURS * FACTORS[2021]), rel=1e-9
    )
    assert wattstone("restate", "list", folder, "--series", "--lang", "zh").code == 0
    assert wattstone("restate", "list", folder, "--lang", "zh").code == 0
    assert wattstone("restate", "verify", folder, "--json").json["holds"]


def test_a_ledger_that_was_touched_leaves_with_code_1(wattstone: Run, folder: Path) -> None:
    import sqlite3

    wattstone("init", folder, "--base-year", 2019)
    first = wattstone("restate", "policy", folder, "--threshold", 3, "--json").json["policies"]
    assert [(one["years"], one["threshold"]) for one in first] == [([2019], 3.0)], "the organisation's base year"
    assert wattstone("restate", "verify", folder).out == "The ledger holds: 1 lines.\n"
    with sqlite3.connect(folder / "records.db") as database:
        database.execute("UPDATE restatements SET who = 'nobody'")

    touched = wattstone("restate", "verify", folder)

    assert (touched.code, touched.out) == (1, "Line 1 of the ledger was changed.\n")


def test_a_site_that_came_is_proposed_by_hand(wattstone: Run, folder: Path) -> None:
    wattstone("restate", "policy", folder, "--base-year", 2021)
    came = [
        "restate",
        "propose",
        folder,
        "--year",
        2022,
        "--kind",
        "acquisition",
        "--site",
        "mill",
        "--on",
        "2022-07-02",
    ]

    lost = wattstone(*came, "--json")
    assert (lost.code, lost.json["findings"][0]["code"]) == (2, "restatement.no_site_years")
    wrong = wattstone(*came, "--emissions", "2021-scope1", "--json")
    assert (wrong.code, wrong.json["findings"][0]["code"]) == (2, "restatement.emissions")
    (one,) = wattstone(*came, "--emissions", "2021:scope2.location=500", "--json").json["restatements"]
    assert (one["year"], one["after"] - one["before"], one["trigger"]) == (2021, pytest.approx(500), "structure")
    assert wattstone("restate", "propose", folder, "--year", 2022, "--site", "mill").code == 2


def test_change_says_what_made_the_year_differ(wattstone: Run, folder: Path) -> None:
    """By hand: L = (V1 - V0) / ln(V1 / V0), use times ln 1.2, factor times the logarithm of its ratio."""
    from math import log

    told = wattstone("change", folder, "--year", 2022, "--total", "scope2.location", "--json").json
    before, now = 10 * HOURS * FACTORS[2021], 12 * HOURS * FACTORS[2022]
    mean = (now - before) / log(now / before)

    values = {one["effect"]: one["value"] for one in told["change"]}
    assert values == pytest.approx(
        {
            "activity": mean * log(1.2), "factor": mean * log(FACTORS[2022] / FACTORS[2021]), "weather": 0.0,
            "structure": 0.0, "price": 0.0, "method": 0.0,
        },
        rel=1e-9, abs=1e-9,
    )  # fmt: skip
    assert told["throughout"] == ["A"]
    for more in (["--by", "site"], ["--by", "scope", "--lang", "zh"], ["--inflation", "3", "--inflation", "goods=2"]):
        shown = wattstone("change", folder, "--year", 2022, *more)
        assert shown.code == 0, shown.err
    assert wattstone("change", folder, "--year", 2022, "--inflation", "much").code == 2
