"""Pages of compressed air: what they say of results that were worked out elsewhere, on screen and on paper."""

import re
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from tests.interfaces.present import machinery_cases as cases
from tests.interfaces.present.test_pdf import has_chinese, squeezed, text_of
from wattstone.base import Finding
from wattstone.detection.air.result import UNKNOWN, Assessment, Estimate
from wattstone.dispatch.air.results import Studied
from wattstone.interfaces.present.air_assess_page import assessment_pdf, build_assessment, render_assessment
from wattstone.interfaces.present.air_improve_page import build_improvement, improvement_pdf, render_improvement
from wattstone.interfaces.present.air_measures import interaction_table, measures_table, payback_words
from wattstone.interfaces.present.air_tables import advice_table, machines_table, where_table
from wattstone.interfaces.present.air_words import day_name
from wattstone.interfaces.present.charts.base import Drawing
from wattstone.interfaces.present.charts.duration import Duration
from wattstone.interfaces.present.content import Report
from wattstone.interfaces.present.languages import Language, translator
from wattstone.interfaces.present.plain_table import plain_table


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages without pictures, for tests of words."""
    monkeypatch.setattr(Drawing, "svg", lambda *_args, **_more: '<svg role="img"></svg>')
    monkeypatch.setattr(Drawing, "alone", lambda *_args, **_more: ("<svg></svg>", b""))


def assessed(found: Assessment | None = None, lang: Language = "en", **said: Any) -> str:
    return render_assessment(found or cases.assessment(), cases.heading(**said), lang=lang)


def improved(found: Studied | None = None, lang: Language = "en", **said: Any) -> str:
    return render_improvement(found or cases.studied(), cases.heading(**said), lang=lang)


def plain(page: str) -> str:
    text = re.sub(r"<svg.*?</svg>|<style>.*?</style>", "", page, flags=re.DOTALL)
    return re.sub(r"[ \n]+", " ", re.sub(r"</?[a-z][^>]*>", "", text))


def drawings(report: Report) -> dict[str, Drawing]:
    lead = [report.lead] if report.lead is not None else []
    return {one.key: one for one in (*lead, *(one for part in report.sections for one in part.drawings))}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_both_pages_need_nothing_else_and_are_drawn_wide_and_narrow(lang: Language) -> None:
    for page, count in ((assessed(lang=lang), 8), (improved(lang=lang), 2)):
        assert "default-src 'none'" in page
        assert not re.search(r"(src|href)=\"https?:", page)
        assert page.count('role="img"') == 2 * count
        assert not re.search(r"\b(nan|NaN|inf|Infinity)\b", re.sub(r'href="data:[^"]*"', "", page))


@pytest.mark.usefixtures("undrawn")
def test_the_first_words_say_energy_limit_and_the_largest_loss() -> None:
    text = plain(assessed())

    # 330 of 1 100 MWh, by hand; leaks are the largest loss of the made-up station.
    assert "takes 1\u202f100 MWh a year" in text
    assert "physics asks for 330 MWh: 30 % of it. Leaks cost most: 205 MWh, 19 %." in text
    assert "free air as ISO 1217 names it" in text
    assert "Simulated data" in text
    assert "Simulated data" not in assessed(simulated=False)


def test_the_waterfall_ends_at_the_limit_and_adds_up() -> None:
    found = drawings(build_assessment(cases.assessment(), cases.heading()))["air-where"]
    drawn: Any = found.draw(680)
    rows = drawn.layer[0].data.values

    assert rows[0]["from"] == 0
    assert rows[0]["to"] == pytest.approx(1100.0)
    lost = [row for row in rows if row["kind"] == "loss"]
    assert all(one["to"] == pytest.approx(after["from"]) for one, after in pairwise(lost))
    assert lost[-1]["to"] == pytest.approx(330.0)  # what is left of the sum is the limit
    assert rows[-1]["to"] == pytest.approx(330.0)
    assert not any("purge" in row["name"] for row in rows)  # there is none


def test_a_typical_day_is_drawn_on_the_clock_of_the_site() -> None:
    drawn = drawings(build_assessment(cases.assessment(), cases.heading()))["air-states"]

    assert "Europe/Berlin" in drawn.subtitle
    assert [row[0].text for row in drawn.table.rows] == list(cases.NAMES)
    for row in drawn.table.rows:
        assert sum(float(cell.text) for cell in row[1:]) == pytest.approx(100.0, abs=0.3)
    svg = drawn.svg()
    assert "hatch" in svg  # unloaded is told apart without colours
    assert "2 Mar" in svg or "02 Mar" in svg


def test_logs_by_the_minute_are_thinned_and_say_so() -> None:
    report = build_assessment(cases.assessment(days=7, hours=1 / 60), cases.heading())
    drawn = drawings(report)["air-states"]

    assert "means of 5 min" in drawn.subtitle
    assert len(drawn.svg()) < 300_000


def test_the_curve_of_the_machines_meets_their_rating() -> None:
    report = build_assessment(cases.assessment(), cases.heading(), station=cases.station())
    svg = drawings(report)["air-flow"].svg()

    for name in ("Base 1", "isothermal limit"):
        assert f">{name}<" in svg
    assert "called in the order of the list" in drawings(report)["air-flow"].subtitle


@pytest.mark.usefixtures("undrawn")
def test_every_number_that_was_recorded_links_to_its_evidence() -> None:
    names = ("air.energy", "air.limit", "air.limit_share", "air.specific_power", "air.leaks", "air.where.leaks",
             "air.specific_power.Base 1")  # fmt: skip
    page = assessed(figures=cases.figures(*names))
    linked = set(re.findall(r'href="#f-(\w+)"', page))

    assert linked == {one["id"] for one in cases.figures(*names)}
    assert linked <= set(re.findall(r'id="f-(\w+)"', page))
    assert "No figure of this report was recorded" in assessed()


@pytest.mark.usefixtures("undrawn")
def test_names_are_text() -> None:
    page = assessed(subject="<script>alert(1)</script>", organisation='"><img src=x>')

    assert "<script" not in page
    assert "<img" not in page


@pytest.mark.usefixtures("undrawn")
def test_what_is_not_known_is_a_word() -> None:
    bare = cases.assessment(
        flow=np.full(4032, np.nan), flow_metered=False, pressure_metered=False, advice=(), findings=(),
        energy=Estimate(1_100_000.0, np.nan, np.nan), specific_power=UNKNOWN,
        leaks=replace(cases.assessment().leaks, flow=UNKNOWN, share=UNKNOWN),
    )  # fmt: skip
    page = assessed(bare)
    text = plain(page)

    assert "No flow was metered" in text
    assert "share not known" in text
    assert "Nothing was found that would save anything" in text
    assert "air-flow" not in page
    assert not re.search(r"\bnan\b", text)


@pytest.mark.usefixtures("undrawn")
def test_leaks_that_nobody_tells_are_no_zero_and_useful_air_says_that_it_holds_them() -> None:
    known = cases.assessment()
    silent = replace(known.leaks, flow=UNKNOWN, share=UNKNOWN, basis="unknown", others={})
    found = cases.assessment(leaks=silent)
    text = plain(assessed(found))

    assert "neither the logs nor the station file tell them" in text
    assert "not known m" not in text
    assert "counts here" not in text
    assert where_table(found, "en").rows[0][0].text == "Compressing useful air, and leaks, which are not known"
    assert where_table(known, "en").rows[0][0].text == "Compressing useful air"


@pytest.mark.usefixtures("undrawn")
def test_a_log_of_a_few_hours_says_so_before_all_else() -> None:
    short = Finding(code="air.log_short", place="log", found="f", expected="e", remedy="r", severity="warning")
    text = plain(assessed(cases.assessment(findings=(short,))))

    assert text.index("The logs hold only") < text.index("takes 1\u202f100 MWh a year")
    assert "The logs hold only" not in plain(assessed())


def test_tables_for_the_terminal() -> None:
    found = cases.assessment()

    where = where_table(found, "en")
    assert where.rows[-2][1].text.startswith("1\u202f100 MWh")
    assert where.rows[-1][2].text == "30.0 %"
    assert plain_table(advice_table(found, "en")).row_count == 2
    assert [row[0].text for row in machines_table(found, "zh")[0].rows] == list(cases.NAMES)


def test_kinds_of_days_are_named_in_the_language_and_names_of_users_stay() -> None:
    t = translator("zh")

    assert [day_name(name, t) for name in ("weekend", "working day 2", "Schicht A")] == [
        "周末",
        "工作日 2",
        "Schicht A",
    ]


@pytest.mark.usefixtures("undrawn")
def test_the_joint_saving_is_never_the_sum_and_the_interaction_is_told() -> None:
    text = plain(improved())

    # 120 + 62 + 135 - 4 = 313 MWh singly, 268 jointly: 45 counted twice, 14 % of the sum.
    assert "save 268 MWh a year, 24 % of the 1\u202f100 MWh" in text
    assert "Together they save 14 % less than their sum" in text
    rows = interaction_table(cases.studied(), "en").rows
    assert [row[1].text for row in rows] == ["313 MWh", "45.0 MWh (90 %: 30.0 to 61.0)", "268 MWh"]


def test_measures_come_with_interval_money_and_payback() -> None:
    table = measures_table(cases.studied(), "en")

    # 120 000 kWh at 0.15 EUR/kWh earn 18 000 EUR a year: 6 000 EUR are back in a third of a year.
    assert [cell.text for cell in table.rows[0]] == [
        "Mend leaks", "60 %", "120 (102 to 138)", "48.0 (40.8 to 55.2)", "18\u202f000 (15\u202f300 to 20\u202f700)",
        "6\u202f000", "0.3",
    ]  # fmt: skip
    assert table.rows[3][-1].text == "never"  # a measure that loses
    assert table.rows[-1][0].text == "All together"
    assert table.heads[2].text == "Electricity saved a year [MWh]"


def test_steps_begin_with_what_is_paid_back_soonest() -> None:
    steps = build_improvement(cases.studied(), cases.heading()).steps

    assert [step.action for step in steps[:3]] == ["Lower pressure", "Mend leaks", "Trim by variable speed"]
    assert payback_words(cases.studied().singles[1], "EUR", translator("en")) == "it costs nothing"
    assert "wattstone savings" in steps[-1].why


def test_the_limit_is_told_before_and_after() -> None:
    report = build_improvement(cases.studied(), cases.heading())
    limit = next(part for part in report.sections if part.key == "limit")

    # 330 of 1 100 MWh now and of 832 MWh afterwards.
    assert limit.paragraphs[0][0] == (
        "The limit is isothermal compression of the air that is used to the least pressure that it needs: 30 % of the "
        "1\u202f100 MWh of today, 40 % of the 832 MWh afterwards."
    )


def test_a_sequence_is_drawn_with_its_rule_and_error() -> None:
    report = build_improvement(cases.studied(), cases.heading(), sequenced=cases.sequenced())
    part = next(part for part in report.sections if part.key == "sequence")

    # 6.2 of 6.9 kW per m3/min: a tenth less.
    assert part.drawings[0].title == "Sequencing saves 10 % of what the rule takes"
    assert "within 0.60 % of the machines' curves" in str(part.paragraphs[0][0])
    assert [row[1].text for row in part.tables[0].rows[2:]] == ["0", "4", "2"]


def test_a_loss_is_told_as_a_loss() -> None:
    worse = replace(cases.studied(), joint=cases._measured("joint", "joint", -50_000.0, 0.0, 1.0, ""))
    report = build_improvement(worse, cases.heading())

    assert "take 50.0 MWh a year more" in "".join(one if isinstance(one, str) else one.text for one in report.sentence)


def test_the_papers_say_what_the_pages_say() -> None:
    one = squeezed(text_of(assessment_pdf(cases.assessment(), cases.heading(figures=cases.figures("air.energy")))))
    for said in ("30 % of the electricity is what physics asks for", "Simulated data", "What to put right",
                 "air.energy", "nameplate", "isothermal"):  # fmt: skip
        assert squeezed(said) in one
    two = squeezed(text_of(improvement_pdf(cases.studied(), cases.heading(), sequenced=cases.sequenced())))
    for said in ("Together they save 14 % less than their sum", "interaction", "Which machines to run", "Payback"):
        assert squeezed(said) in two


@pytest.mark.skipif(not has_chinese(), reason="no font for Chinese is installed")
def test_the_chinese_paper_says_it_in_chinese() -> None:
    text = squeezed(text_of(assessment_pdf(cases.assessment(), cases.heading(), lang="zh")))

    for said in ("压缩空气评估", "模拟数据", "等温极限", "泄漏", "比功率", "卸载"):
        assert said in text


def test_a_duration_curve_tells_for_how_long_at_least_so_much_is_there() -> None:
    curve = Duration("power", np.array([1.0, 3.0, np.nan, 2.0]), np.array([4.0, 1.0, 9.0, 5.0]))
    value, hours = curve.sorted()

    assert value.tolist() == [3.0, 2.0, 1.0]
    assert hours.tolist() == [1.0, 6.0, 10.0]
    # 3 in the first hour, 2 up to the sixth, then 1: half of the ten hours have 2 or more.
    assert [curve.at(share) for share in (0.0, 0.1, 0.5, 0.6, 0.9, 1.0)] == [3.0, 3.0, 2.0, 2.0, 1.0, 1.0]


def test_a_machine_that_hardly_ran_does_not_squeeze_the_others() -> None:
    found = cases.assessment()
    idle = replace(found.machines[1], specific_power=Estimate(960.0, 580.0, 1600.0))
    drawn = drawings(build_assessment(replace(found, machines=(found.machines[0], idle)), cases.heading()))
    chart: Any = drawn["air-machines"].draw(680)
    across = chart.layer[-1].to_dict()["encoding"]["x"]["scale"]["domain"]

    assert ">960 →<" in drawn["air-machines"].svg()
    assert across[1] < 20
    assert drawn["air-machines"].title.startswith("Base 1, which takes most")
    assert "goes on beyond it" in drawn["air-machines"].subtitle


def test_part_load_stands_against_power_that_follows_flow() -> None:
    drawn = drawings(build_assessment(cases.assessment(), cases.heading()))["air-partload"]

    assert drawn.title == "At part load power falls less than flow"  # 30 % of flow for 45 % of power
    assert [cell.text for cell in drawn.table.rows[0]] == ["Base 1", "30", "45", "its curve"]


@pytest.mark.usefixtures("undrawn")
def test_findings_that_say_the_same_stand_together_and_bounds_that_are_one_are_left_out() -> None:
    gap = cases.finding("air.gaps", "machine 'Base 1'", "{count} intervals are missing", "log without gaps", count=20)
    sure = Estimate(4.5e6, 4.5e6, 4.5e6)
    found = cases.assessment(findings=(gap, replace(gap, place="machine 'Base 2'")), energy=sure)
    text = plain(assessed(found))

    assert "machine 'Base 1'; machine 'Base 2'" in text.replace("&#39;", "'")
    assert text.count("20 intervals are missing") == 1
    assert "sure to the digits shown" in text
    assert "These figures were not kept" in plain(assessed(figures=cases.figures("air.energy"), run=None))


@pytest.mark.usefixtures("undrawn")
def test_emissions_carry_the_gas_that_was_counted() -> None:
    figures = [{**one, "unit": "kg CO2"} for one in cases.figures("air.saved.carbon.joint")]
    text = plain(improved(figures=figures))

    assert "107 t CO2<" in improved(figures=figures)
    assert "t CO2e" not in text
