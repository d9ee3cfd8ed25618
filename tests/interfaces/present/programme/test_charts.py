"""A drawing for each mark: what stands in it, in which unit, what is a gap and what is hatched."""

import xml.etree.ElementTree as ET
from dataclasses import replace

import polars as pl
import pytest

from tests.interfaces.present.programme.reports import charted, tables
from wattstone.interfaces.present.charts.base import NARROW, WIDE, Drawing
from wattstone.interfaces.present.content import Table as Grid
from wattstone.interfaces.present.programme.charts import drawing_of
from wattstone.interfaces.present.programme.charts.blocks import blocks_of
from wattstone.interfaces.present.programme.charts.heat import heat_of
from wattstone.interfaces.present.programme.charts.prepared import COLOURS, prepared
from wattstone.programme.report import Chart, Column, Said, Table


def drawn(key: str, lang: str = "en") -> Drawing:
    held, chart = tables(), charted()[key]
    drawing = drawing_of(chart, held[chart.table], Grid((), ()), lang, layers=held.get(f"{chart.table}-layers"))  # type: ignore[arg-type]
    assert drawing is not None
    return drawing


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("key", sorted(charted()))
def test_every_mark_is_a_picture_of_its_width(key: str, width: int) -> None:
    drawing = drawn(key)
    svg = drawing.svg(width)

    assert float(ET.fromstring(svg).get("width", "0")) == pytest.approx(width, abs=3)
    assert "NaN" not in svg
    assert " style=" not in svg, "the page's policy allows no styles of its own"


def test_values_stand_in_a_unit_that_can_be_read() -> None:
    what = prepared(charted()["path"], tables()["years"], "en")

    assert what.unit == "t CO2e"
    assert [row["y"] for row in what.rows[:4]] == [9000.0, 8500.0, None, 7900.0]  # a gap is a gap
    assert what.rows[0]["lower"] == 8000.0
    assert [row["pale"] for row in what.rows[:4]] == [False, False, False, True]
    assert "Inventory, 2022" not in drawn("path").alt


def test_series_keep_the_order_of_the_table_and_six_at_most_are_drawn() -> None:
    frame = pl.DataFrame({"x": ["a"] * 8, "s": [f"s{at}" for at in range(8)], "y": [5, 1, 8, 7, 6, 2, 4, 3]})
    table = Table("t", "T", (Column("x", "X"), Column("s", "S"), Column("y", "Y", "t")), frame)
    what = prepared(Chart(id="c", title="C", mark="stacked", table="t", x="x", y="y", series="s"), table, "en")

    assert what.names == ["s0", "s2", "s3", "s4", "s6", "s7"]  # without the least two, 1 and 2
    assert len(what.names) == len(COLOURS)
    assert what.left_out == 2


def test_blocks_lie_side_by_side_as_wide_as_they_save() -> None:
    what = blocks_of(charted()["cost"], tables()["measures"], "en")

    assert [row["to"] - row["from"] for row in what.rows] == pytest.approx([120, 300, 450, 900, 80])  # t CO2e
    assert [row["height"] for row in what.rows] == [-310, -120, 40, 95, 780]
    assert what.rows[-1]["to"] == pytest.approx(1850)
    assert (what.across, what.up) == ("Abatement [t CO2e]", "Cost [CNY/t CO2e]")
    svg = drawn("cost").svg()
    assert "hatch-A14A12" in svg  # estimated and unconfirmed
    assert "1  LED lamps" in svg or "1 LED lamps" in svg


def test_a_block_without_cost_or_width_is_none() -> None:
    table = tables()["measures"]
    holed = replace(table, rows=table.rows.with_columns(pl.Series("cost", [None, 1.0, float("nan"), 2.0, 3.0])))

    assert [row["name"] for row in blocks_of(charted()["cost"], holed, "en").rows] == [
        "Heat recovery", "Solar roof", "Hydrogen burner",
    ]  # fmt: skip


def test_a_span_without_an_end_goes_on_and_is_hatched() -> None:
    drawing = drawn("when")

    assert drawing.subtitle == "hatched: no end is said"
    assert "Heat recovery: from 2024-07-01" in drawing.alt
    assert "LED lamps: 2024-01-01 to 2024-06-30" in drawing.alt
    assert drawing.svg().count("url(#hatch-") == 1


def test_years_are_spans_from_their_first_to_their_last_day() -> None:
    frame = pl.DataFrame({"what": ["Goal"], "a": [2025], "b": [2030]})
    table = Table("t", "T", (Column("what", "What"),), frame)
    drawing = drawing_of(
        Chart(id="c", title="C", mark="spans", table="t", x="what", y="a", to="b"), table, Grid((), ()), "en"
    )

    assert drawing is not None
    assert drawing.alt == "Goal: 2025-01-01 to 2030-12-31"


def test_a_stack_begins_where_the_one_before_ends() -> None:
    from wattstone.interfaces.present.programme.charts import bars

    what = prepared(charted()["routes"], tables()["flows"], "en")
    parts = bars._parts(what, [{**row} for row in what.rows], "stacked")

    assert [(row["x"], row["from"], row["to"]) for row in parts] == [
        ("Paper", 0.0, 120.0), ("Paper", 120.0, 160.5), ("Steel", 0.0, 310.0), ("Steel", 310.0, 322.0),
        ("Sludge", 0.0, 80.0),
    ]  # fmt: skip


def test_a_chart_of_nothing_is_none() -> None:
    chart, table = charted()["path"], tables()["years"]

    assert drawing_of(chart, replace(table, rows=table.rows.clear()), Grid((), ()), "en") is None
    nothing = table.rows.with_columns(emissions=pl.lit(None, pl.Float64))
    assert drawing_of(chart, replace(table, rows=nothing), Grid((), ()), "en") is None


@pytest.mark.parametrize(("x", "names"), [("site", ["a"]), ("year", [2023, 2024])])
def test_a_share_is_drawn_against_the_whole(x: str, names: list[object]) -> None:
    """Bars of 35 %: the axis has a tick at 100, and without the bound it has none."""
    frame = pl.DataFrame({x: names, "share": [0.35] * len(names)})
    table = Table("t", "T", (Column(x, "X"), Column("share", "Share")), frame)
    chart = Chart(id="c", title="C", mark="bar", table="t", x=x, y="share", most=1.0, note=Said("One is all."))

    whole, cut = (drawing_of(one, table, Grid((), ()), "en") for one in (chart, replace(chart, most=None)))
    assert whole is not None
    assert cut is not None
    assert (">100<" in whole.svg(WIDE), ">100<" in cut.svg(WIDE)) == (True, False)
    assert whole.subtitle == "Share, %. One is all"


def test_a_year_of_which_nothing_is_known_keeps_its_place() -> None:
    """Columns of 2022, 2023 and 2025: the axis names 2024, so that years stand at equal distances."""
    frame = pl.DataFrame({"year": [2022, 2023, 2025], "listed": [1.0, 2.0, 3.0]})
    table = Table("t", "T", (Column("year", "Year"), Column("listed", "Listed")), frame)
    drawing = drawing_of(
        Chart(id="c", title="C", mark="bar", table="t", x="year", y="listed"), table, Grid((), ()), "en"
    )

    assert drawing is not None
    assert all(f">{year}<" in drawing.svg(WIDE) for year in range(2022, 2026))


def test_a_long_name_in_a_legend_is_not_cut() -> None:
    names = [f"Green supply-chain management enterprises, {one}" for one in ("national", "provincial", "municipal")]
    frame = pl.DataFrame({"year": [2022, 2022, 2022], "what": names, "listed": [1.0, 2.0, 3.0]})
    table = Table("t", "T", (Column("year", "Year"), Column("what", "What"), Column("listed", "Listed")), frame)
    chart = Chart(id="c", title="C", mark="grouped", table="t", x="year", y="listed", series="what")
    drawing = drawing_of(chart, table, Grid((), ()), "en")

    assert drawing is not None
    assert all(name in drawing.svg(WIDE) for name in names)


RANKS = Table(
    "heat", "Risks", (Column("likelihood", "Likelihood (1 to 5)"), Column("severity", "Severity (1 to 5)")),
    pl.DataFrame({"likelihood": [4, 1], "severity": [5, 1], "names": [["flood", "heat", "wind", "tax"], ["claims"]]}),
)  # fmt: skip
HEAT = Chart(
    id="heat", title="Risks", mark="heat", table="heat", x="severity", y="likelihood", series="names", most=5.0
)


def test_a_heat_map_has_a_field_for_every_pair_of_ranks_with_the_highest_at_the_top_right() -> None:
    drawing = drawing_of(HEAT, RANKS, Grid((), ()), "en")
    assert drawing is not None
    first = drawing.draw(WIDE).layer[0]
    fields = first.data.values.rows

    assert len(fields) == 25
    assert max(fields, key=lambda one: one["depth"]) | {"depth": 0} == {"x": 5, "y": 5, "depth": 0}
    assert first.to_dict()["encoding"]["y"]["scale"]["domain"] == [5, 4, 3, 2, 1]
    assert "flood" in drawing.alt
    assert "claims" in drawing.alt
    assert "NaN" not in drawing.svg(WIDE) + drawing.svg(NARROW)


def test_a_field_with_many_names_says_how_many_are_left_out_and_a_phone_counts_them() -> None:
    drawing = drawing_of(HEAT, RANKS, Grid((), ()), "en")
    assert drawing is not None

    assert "+ 2" in drawing.svg(WIDE)
    assert ">4<" in drawing.svg(NARROW)


def test_names_that_a_report_joined_are_the_same_names() -> None:
    joined = replace(RANKS, rows=RANKS.rows.with_columns(pl.col("names").list.join(", ")))

    assert heat_of(HEAT, joined, "en").rows == heat_of(HEAT, RANKS, "en").rows
