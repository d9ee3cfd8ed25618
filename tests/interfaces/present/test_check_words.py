"""Findings of the checks are said in Chinese as a whole: place, what was found, what to do."""

import re

import polars as pl

from wattstone.interfaces.present.languages import say_finding
from wattstone.inventory.checks import CheckInputs, run_checks
from wattstone.inventory.checks.model import finding, place_of
from wattstone.inventory.frames import FIGURE
from wattstone.inventory.lines import LINES
from wattstone.inventory.scope3 import decisions


def test_a_finding_of_a_check_is_said_in_chinese() -> None:
    one = finding(
        "restated", f"{place_of('organisation')}, scope1, 2023", severity="stops", value="90", unit="kg",
        day="2024-04-01", now="95",
        found="{value} {unit} was released on {day}, and it is {now} now; no restatement was accepted",
        expected="the value that was released, or an accepted restatement that says what it is now, and why",
        remedy="propose the restatement and have it accepted (`wattstone restate propose`), or find what changed",
    )  # fmt: skip

    said = say_finding(one, "zh")

    assert said["place"] == "本组织，范围一，2023"
    assert said["found"] == "2024-04-01 发布的是 90 kg，现在为 95；没有已接受的重述"
    assert re.findall(r"[a-z]{4,}", said["remedy"]) == ["wattstone", "restate", "propose"]


def test_figures_that_changed_are_named_in_chinese() -> None:
    one = finding(
        "stale", "year 2025", found="{own} of {total} figures of {year} are not as they were recorded, among them "
        "{one_figure}: {why}", expected="b", remedy="c", severity="stops", own=3, total=9, year=2025,
        one_figure="the organisation, scope1", why="activity records arrived or were corrected",
    )  # fmt: skip

    said = say_finding(one, "zh")["found"]

    assert said == "2025 年的 9 个数值中有 3 个与记录的不同，其中有“本组织，范围一”：活动记录新到或被更正"


def test_a_category_is_a_place() -> None:
    one = finding("undecided", "category 10", found="a", expected="b", remedy="c", severity="stops")

    assert say_finding(one, "zh")["place"] == "类别 10"


def test_a_category_that_nobody_decided_is_named_in_chinese() -> None:
    given = CheckInputs(
        year=2024,
        gwp_set="AR5",
        figures=pl.DataFrame(schema=FIGURE),
        decisions=decisions(pl.DataFrame(schema=LINES), {}),
    )

    said = say_finding(run_checks(given)[5].finding, "zh")

    assert (said["place"], said["found"]) == ("类别 6", "尚无人决定（商务旅行）")
