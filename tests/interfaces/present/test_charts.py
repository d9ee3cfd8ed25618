"""Drawings: what they say, what they leave out, and that what was planned is in the picture."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from wattstone.interfaces.present.book import Book
from wattstone.interfaces.present.charts import (
    NARROW,
    WIDE,
    Drawing,
    base,
    basis_drawing,
    estimated_drawing,
    intensity_drawing,
    months_drawing,
    scopes_drawing,
    sites_drawing,
)
from wattstone.interfaces.present.charts.base import breadth, distinct, hatched, name_label, repacked, wrap
from wattstone.interfaces.present.tokens import tokens
from wattstone.inventory.document import InventoryDocument

Make = Callable[..., InventoryDocument]


def drawings(document: InventoryDocument, lang: Any = "en") -> dict[str, Drawing]:
    book = Book(document)
    made = [
        scopes_drawing(book, lang),
        sites_drawing(book, lang),
        months_drawing(book, "scope1", lang),
        months_drawing(book, "scope2.location", lang),
        basis_drawing(book, lang),
        estimated_drawing(book, lang),
        intensity_drawing(book, lang),
    ]
    return {drawing.key: drawing for drawing in made if drawing is not None}


@pytest.fixture(scope="module")
def drawn(estate: InventoryDocument) -> dict[str, Drawing]:
    return drawings(estate)


def texts(svg: str) -> list[str]:
    return ["".join(node.itertext()) for node in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]


def without(document: InventoryDocument, make: Make, condition: pl.Expr) -> InventoryDocument:
    return make(figures=document.figures.filter(~condition))


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_every_drawing_is_a_picture_of_its_width(drawn: dict[str, Drawing], width: int) -> None:
    assert len(drawn) == 7
    for drawing in drawn.values():
        svg = drawing.svg(width)
        assert float(ET.fromstring(svg).get("width", "0")) == pytest.approx(width, abs=2)
        assert "NaN" not in svg
        assert " style=" not in svg, "the page's policy allows no styles of its own"


def test_titles_say_the_finding(drawn: dict[str, Drawing]) -> None:
    assert drawn["scopes"].title == "Bought energy emits most"
    assert drawn["months-scope1"].title == "Fuel burnt on site emitted 12 % less than 2018, like for like"  # 1 / 1.14
    assert drawn["sites"].title == "Harbour House emits most"
    assert drawn["estimated"].title.endswith("in Apr: 35 %")
    assert drawn["intensity"].title.endswith("uses most energy per floor area")


def test_axes_and_subtitles_carry_units_and_the_zone(drawn: dict[str, Drawing]) -> None:
    for key, unit in {"scopes": "t CO2e", "sites": "t CO2e", "months-scope1": "t CO2e", "intensity": "kWh/m²"}.items():
        assert unit in drawn[key].subtitle
        assert unit in texts(drawn[key].svg())
    assert "months of Europe/London" in drawn["months-scope1"].subtitle


def test_what_is_not_computed_stands_in_words_and_not_as_zero(drawn: dict[str, Drawing]) -> None:
    said = texts(drawn["scopes"].svg())

    assert said.count("not computed yet") == 2
    assert drawn["scopes"].alt.count("not computed yet") == 2


def test_scopes_keep_their_colours(drawn: dict[str, Drawing]) -> None:
    assert f'fill="{tokens().colour("scope-1")}"' in drawn["months-scope1"].svg()
    assert f'fill="{tokens().colour("scope-2")}"' in drawn["months-scope2-location"].svg()


def test_estimated_parts_are_hatched(drawn: dict[str, Drawing]) -> None:
    svg = drawn["months-scope2-location"].svg()
    colour = tokens().colour("scope-2").removeprefix("#")

    assert svg.count(f'<pattern id="hatch-{colour}"') == 1
    assert svg.count(f'fill="url(#hatch-{colour})"') == 3  # March to May
    assert "fill-opacity" not in svg
    assert "hatch" not in drawn["months-scope1"].svg()
    assert "hatched: estimated" in drawn["months-scope2-location"].subtitle


def test_hatches_of_two_drawings_on_a_page_keep_apart(drawn: dict[str, Drawing]) -> None:
    pages = [drawn[key].svg(width, inline=True) for key in ("months-scope2-location", "sites") for width in (680, 320)]
    made = [re.findall(r'<pattern id="([^"]*)"', page) for page in pages]
    used = [sorted(set(re.findall(r'fill="url\(#([^)]*hatch[^)]*)\)"', page))) for page in pages]

    assert made == used
    assert len({name for names in made for name in names}) == 4


def test_a_shape_that_is_not_estimated_keeps_its_fill() -> None:
    svg = '<svg width="9"><path fill="#A14A12"/><path fill="none" fill-opacity="0.35"/></svg>'

    assert hatched(svg) == svg


def test_the_two_bases_differ_without_colour(drawn: dict[str, Drawing]) -> None:
    svg = drawn["basis"].svg()
    columns = re.findall(r'<path aria-roledescription="bar"[^>]*>|<path aria-label="[^"]*published[^>]*>', svg)

    assert columns
    assert f'fill="{tokens().colour("raised")}"' in svg
    assert drawn["basis"].title.startswith("Counted by the hour")


def test_a_dozen_sites_and_the_others_together(make: Make) -> None:
    document = make(sites=40)
    drawing = drawings(document)["sites"]
    said = texts(drawing.svg())

    assert any("28 others together" in text for text in said)
    assert len(drawing.table.rows) == 40
    total = document.figures.filter(
        (pl.col("period") == "2019") & pl.col("subject").str.starts_with("site:") & pl.col("name").is_in(["scope1"])
    )["value"].sum()
    shown = sum(float(row[1].text.replace("\u202f", "")) for row in drawing.table.rows if row[1].text[0].isdigit())
    assert shown == pytest.approx(total / 1000, rel=1e-4)


def test_a_thirteenth_site_is_not_called_others(drawn: dict[str, Drawing]) -> None:
    assert not any("others" in text for text in texts(drawn["sites"].svg()))


def test_co2_and_co2e_are_never_stacked(make: Make) -> None:
    drawing = drawings(make(gas="CO2"))["sites"]

    (rows,) = drawing.specification(WIDE)["datasets"].values()
    bars = [bar for bar in rows if not bar["pale"]]
    assert len(bars) == 26
    assert {bar["from"] for bar in bars} == {0}
    assert "above: scope 1, below: scope 2" in drawing.subtitle
    assert "t CO2e / t CO2" in texts(drawing.svg())
    assert [head.text for head in drawing.table.heads[1:]] == ["Scope 1 [t CO2e]", "Scope 2, location-based [t CO2]"]


def test_nothing_is_drawn_of_what_does_not_exist(make: Make, estate: InventoryDocument) -> None:
    name = pl.col("name")
    bare = drawings(without(estate, make, name.str.contains("scope|intensity") | (pl.col("estimated") > 0)))

    assert bare == {}
    assert "basis" not in drawings(without(estate, make, name == "scope2.location.hourly"))


def test_without_last_year_nothing_is_compared(make: Make, estate: InventoryDocument) -> None:
    only = drawings(
        without(estate, make, pl.col("period").str.starts_with("2018") | pl.col("name").str.starts_with("change"))
    )

    assert "2018" not in only["months-scope1"].subtitle
    assert only["months-scope1"].title == "Fuel burnt on site emitted most in Jan"


def test_gaps_are_gaps(make: Make, estate: InventoryDocument) -> None:
    hole = (pl.col("name") == "scope1") & (pl.col("period") == "2019-03")
    drawing = drawings(without(estate, make, hole))["months-scope1"]

    assert drawing.table.rows[2][1].text == "not known"
    assert "Mar:" not in drawing.alt


def test_numbers_behind_a_drawing_link_to_their_figures(drawn: dict[str, Drawing], estate: InventoryDocument) -> None:
    ids = set(estate.figures["id"])
    for drawing in drawn.values():
        cells = [cell for row in drawing.table.rows for cell in row if cell.numeric and cell.text[0].isdigit()]
        links = [cell.figure for cell in cells if cell.figure]
        assert links
        assert set(links) <= ids


def test_long_chinese_names_are_whole_in_two_lines(make: Make) -> None:
    svg = drawings(make(), "zh")["sites"].svg(NARROW)

    assert any("".join(text.split()) == "银泰中心三期商务办公楼及地下车库" for text in texts(svg))


def test_markup_in_a_name_is_text(estate: InventoryDocument) -> None:
    sites = estate.sites.with_columns(name=pl.lit("<script>alert(1)</script> & co"))
    evil = drawings(replace(estate, sites=sites))["sites"].svg(inline=True)

    assert "<script" not in evil
    assert "&lt;script&gt;" in evil


def test_names_in_a_drawing_are_its_own_on_a_page() -> None:
    svg = (
        '<svg width="9"><clipPath id="clip0"/><g clip-path="url(#clip0)" role="graphics-object" aria-label="x"/></svg>'
    )

    assert base._for_page(svg, "sites-680", 'a "b" & c') == (
        '<svg role="img" aria-label="a &quot;b&quot; &amp; c" width="9"><clipPath id="sites-680-clip0"/>'
        '<g clip-path="url(#sites-680-clip0)"/></svg>'
    )


def test_a_picture_keeps_its_pixels_when_packed(drawn: dict[str, Drawing]) -> None:
    import vl_convert

    svg, png = drawn["scopes"].alone()
    raw = vl_convert.svg_to_png(drawn["scopes"].svg())

    assert drawn["scopes"].title in texts(svg)
    assert png.startswith(b"\x89PNG")
    assert len(repacked(raw)) < len(raw)
    assert repacked(repacked(raw)) == repacked(raw)


@pytest.mark.parametrize("limit", [8, 16, 30])
def test_lines_are_no_longer_than_their_limit(limit: int) -> None:
    text = "Laboratory for Materials 银泰中心三期商务办公楼 and 1\u202f234 t"

    rows = wrap(text, limit)

    assert "".join("".join(rows).split(" ")) == "".join(text.split(" "))
    assert all(breadth(row) <= max(limit, breadth("Laboratory")) for row in rows)
    assert any("1\u202f234" in row for row in rows)


def test_names_that_come_twice_carry_their_ids() -> None:
    assert distinct({"a": "Court", "b": "Court"}) == {"a": "Court (a)", "b": "Court (b)"}
    assert "…" in name_label("word " * 40, NARROW)
