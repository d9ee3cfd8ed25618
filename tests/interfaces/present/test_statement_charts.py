"""Drawings of a statement: what flows adds up, labels stand apart, bars carry the figures."""

import re
import xml.etree.ElementTree as ET
from itertools import pairwise
from typing import Any

import polars as pl
import pytest
from hypothesis import given as cases
from hypothesis import strategies as some

from tests.interfaces.present import statement_data as given
from wattstone.interfaces.present.charts import NARROW, WIDE, Drawing
from wattstone.interfaces.present.charts.categories import categories_drawing
from wattstone.interfaces.present.charts.change import change_drawing
from wattstone.interfaces.present.charts.flows import Part, laid_out
from wattstone.interfaces.present.charts.sankey import sankey_drawing
from wattstone.interfaces.present.charts.tornado import tornado_drawing
from wattstone.interfaces.present.statement_book import StatementBook

SVG = "{http://www.w3.org/2000/svg}"
LINE = 13.0  # px: a line of text is at least as high


def drawings(lang: Any) -> dict[str, Drawing]:
    book = StatementBook(given.statement())
    made = [
        sankey_drawing(book, "location", lang),
        sankey_drawing(book, "market", lang),
        categories_drawing(book, lang),
        change_drawing(book, "total.location", lang),
        tornado_drawing(book, lang),
    ]
    return {one.key: one for one in made if one is not None}


@pytest.fixture(scope="module", params=["en", "zh"])
def drawn(request: pytest.FixtureRequest) -> dict[str, Drawing]:
    return drawings(request.param)


def labels(svg: str) -> list[tuple[float, float, str, str]]:
    """Texts with their places, summed over the groups that they are in; the anchor tells to which side they run."""
    found: list[tuple[float, float, str, str]] = []

    def walk(node: ET.Element, x: float, y: float) -> None:
        moved = re.match(r"translate\(([-\d.]+),\s*([-\d.]+)\)", node.get("transform", ""))
        x, y = (x + float(moved[1]), y + float(moved[2])) if moved else (x, y)
        if node.tag == f"{SVG}text" and node.get("stroke") is None:
            found.append((x, y, node.get("text-anchor", "start"), "".join(node.itertext())))
        for child in node:
            walk(child, x, y)

    walk(ET.fromstring(svg), 0.0, 0.0)
    return found


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_every_drawing_is_a_picture_with_words_and_a_table(drawn: dict[str, Drawing], width: int) -> None:
    assert len(drawn) == 5
    for drawing in drawn.values():
        svg = drawing.svg(width, inline=True)
        assert float(ET.fromstring(svg).get("width", "0")) == pytest.approx(width, abs=2)
        assert "NaN" not in svg
        assert " style=" not in svg, "the page's policy allows no styles of its own"
        assert drawing.table.rows
        assert f'role="img" aria-label="{drawing.alt[:10]}' in svg


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("key", ["sankey-location", "sankey-market"])
def test_labels_of_the_flows_do_not_touch(drawn: dict[str, Drawing], key: str, width: int) -> None:
    """Labels of a column begin (or end) at one place: they are apart where their lines are."""
    by_column: dict[tuple[int, str], list[float]] = {}
    for x, y, anchor, _ in labels(drawn[key].svg(width)):
        by_column.setdefault((round(x), anchor), []).append(y)

    assert len(by_column) == (3 if width == WIDE else 2)
    for places in by_column.values():
        ordered = sorted(places)
        assert all(after - one >= LINE for one, after in pairwise(ordered)), ordered


def test_the_flows_say_all_emissions_on_their_basis(drawn: dict[str, Drawing]) -> None:
    """Expected by a loop over the lines: the table behind the picture leaves nothing out."""
    for basis in ("location", "market"):
        rows = drawn[f"sankey-{basis}"].table.rows
        told = sum(float(row[3].text.replace("\u202f", "")) for row in rows)
        expected = given.plain_sum(scope=1) + given.plain_sum(scope=2, basis=basis) + given.plain_sum(scope=3)
        assert told == pytest.approx(expected / 1000, rel=1e-5)


def test_small_sources_become_one_and_the_table_keeps_them() -> None:
    (en, zh) = (drawings(lang)["sankey-location"] for lang in ("en", "zh"))

    assert "others" in en.alt
    assert "其他" in zh.alt
    assert "Fuels burnt in plant and buildings" in en.alt, "the largest of a small scope has its name"
    assert (
        len(en.table.rows)
        == given.lines()
        .filter((pl.col("scope") > 0) & (pl.col("basis").is_null() | (pl.col("basis") == "location")))
        .unique(["scope", "category", "site_id", pl.when(pl.col("scope") < 3).then("kind").otherwise(pl.lit(""))])
        .height
    )


def test_what_is_not_there_is_not_drawn() -> None:
    book = StatementBook(given.empty())

    assert sankey_drawing(book, "location", "en") is None
    assert categories_drawing(book, "en") is None
    assert change_drawing(book, "total.location", "en") is None
    assert tornado_drawing(book, "en") is None


def test_titles_say_the_finding() -> None:
    drawn = drawings("en")

    assert drawn["sankey-location"].title == "Scope 3: 57 % of the emissions"  # 12 417 of 21 918 t
    assert drawn["scope3-categories"].title == "Downstream leased assets: 54 % of scope 3"  # 6 719 of 12 417 t
    assert drawn["change-total-location"].title == "Total, location-based: 1.9 % more than 2023"  # 410 of 21 508 t
    assert "46 % of the variance" in drawn["tornado"].title


def test_categories_without_a_value_have_words(drawn: dict[str, Drawing]) -> None:
    said = drawn["scope3-categories"].alt

    assert said.count(";") == 14
    assert said.count("not applicable") + said.count("不适用") == 4
    assert said.count("not estimated") + said.count("未估算") == 1


def test_the_waterfall_ends_at_the_sum_of_its_effects() -> None:
    rows = drawings("en")["change-total-location"].table.rows
    told = [float(row[1].text.replace("\u202f", "").replace("\u2212", "-")) for row in rows]

    assert sum(told[:-1]) == pytest.approx(told[-1])
    assert told[-1] == pytest.approx(sum(given.CHANGE.values()) / 1000)


def test_an_effect_of_nothing_has_no_bar() -> None:
    change = pl.concat([given.statement().change, given.statement().change.head(1).with_columns(
        effect=pl.lit("method"), value=pl.lit(0.0))])  # fmt: skip
    drawing = change_drawing(StatementBook(given.statement(change=change)), "total.location", "en")

    assert drawing is not None
    assert "Methods" not in drawing.alt
    assert "Methods" in [row[0].text for row in drawing.table.rows]


def test_half_widths_add_up_by_their_squares() -> None:
    """To the half width of the total's interval: 0.105 of it, as the fixture has 0.91 to 1.12."""
    rows = drawings("en")["tornado"].table.rows
    told = [float(row[1].text.replace("\u202f", "")) for row in rows]

    assert sum(one * one for one in told) ** 0.5 == pytest.approx(0.105 * given.of("total.location") / 1000, rel=1e-4)


names = some.sampled_from("abcd")


@cases(some.dictionaries(some.tuples(names, names, names), some.floats(0.5, 100.0), min_size=1), some.floats(1.0, 60.0))
def test_bands_fill_their_blocks(values: dict[tuple[str, str, str], float], room: float) -> None:
    """At each block, the bands that leave it are together as high as it is; so are those that arrive."""
    parts = [(one, f"s{two}", f"t{three}", value) for (one, two, three), value in values.items()]
    sums: list[dict[str, float]] = [{}, {}, {}]
    for part in parts:
        for number in range(3):
            sums[number][str(part[number])] = sums[number].get(str(part[number]), 0.0) + part[3]
    columns = [[Part(name, value, room) for name, value in sorted(column.items())] for column in sums]
    blocks, bands = laid_out(columns, parts, places=(0.0, 100.0, 200.0), thickness=10.0, height=300.0)

    assert len({round((one.low - one.top) / one.value, 9) for one in blocks}) == 1, "one scale serves all columns"
    for number in range(3):
        middles = [(one.top + one.low) / 2 for one in blocks if one.column == number]
        assert all(after - one >= room - 1e-6 for one, after in pairwise(middles)), "labels have their room"
    for block in blocks:
        assert -1e-6 <= block.top <= block.low <= 300.0 + 1e-6
        leaving = [one for one in bands if one.x == block.x + 10.0 and block.top - 1e-6 <= one.top < block.low]
        arriving = [one for one in bands if one.end_x == block.x and block.top - 1e-6 <= one.end_top < block.low]
        for side, high in ((leaving, [one.low - one.top for one in leaving]),
                           (arriving, [one.end_low - one.end_top for one in arriving])):  # fmt: skip
            assert not side or sum(high) == pytest.approx(block.low - block.top, rel=1e-6)
