"""Entries on terminals of different widths: no number is broken, none is in powers of ten."""

import io

import polars as pl
import pytest
from rich.console import Console

from wattstone.interfaces.present.programme.entry_list import entry_list
from wattstone.interfaces.present.programme.entry_template import takes
from wattstone.programme.kinds import entry_schema, record_kind

KIND = record_kind("abatement")


def shown(width: int, count: int = 1) -> str:
    told = {"entry": "pv", "measure": "pv", "label": "PV on the roofs of the northern halls", "capex": 100_000.0,
            "opex": 900_000.0, "saving": 1.25e6, "entered_by": "ada"}  # fmt: skip
    rows = pl.DataFrame([told] * count, schema=entry_schema(KIND))
    out = io.StringIO()
    Console(file=out, width=width, color_system=None).print(entry_list(KIND, rows, "en"))
    return out.getvalue()


@pytest.mark.parametrize("width", [40, 80, 120, 400])
def test_numbers_stay_whole_at_any_width(width: int) -> None:
    text = shown(width).replace("\N{THIN SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")

    assert all(one in text for one in ("100 000", "900 000", "1 250 000"))
    assert "e+" not in text


def test_a_wide_terminal_has_a_table_and_a_narrow_one_a_list() -> None:
    assert len(shown(400).splitlines()) == 2
    assert len(shown(80).splitlines()) > 6


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        ("POLYGON ((1 2, 3 2, 3 4, 1 2))", "POLYGON, 4 points"),
        ("MULTIPOLYGON (((1 2, 3 2, 3 4, 1 2)), ((11 2, 13 2, 13 4, 11 2)))", "MULTIPOLYGON, 8 points"),
        ('{"type": "Polygon", "coordinates": [[[1, 2], [3, 2], [3, 4], [1, 2]]]}', "POLYGON, 4 points"),
        ("POINT (120.19 31.08)", "POINT (120.19 31.08)"),
        ("no shape", "no shape"),
    ],
)
def test_boundaries_are_told_by_their_kind_and_points(shape: str, said: str) -> None:
    area = record_kind("area")
    rows = pl.DataFrame([{"entry": "bay", "geometry": shape}], schema=entry_schema(area))
    out = io.StringIO()
    Console(file=out, width=100, color_system=None).print(entry_list(area, rows, "en"))

    assert f"bay    {said}" in out.getvalue()
    assert len(out.getvalue().splitlines()) < 4


def test_many_say_how_many_more() -> None:
    assert "and 1 more" in shown(400, 201)


@pytest.mark.parametrize(("lang", "end"), [("en", ". Text. It is needed."), ("zh", "。文本。必填。")])
def test_help_and_type_are_sentences_of_their_own(lang: str, end: str) -> None:
    assert takes(record_kind("target").field("target"), lang).endswith(end)
