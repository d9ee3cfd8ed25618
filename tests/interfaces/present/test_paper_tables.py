"""Tables on paper: whatever they hold, no text lies over another. Measured in the PDF by the widths of its fonts."""

import io
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pypdf
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from wattstone.interfaces.present.content import Cell, Head, Report, Section, Table
from wattstone.interfaces.present.paper_tables import breakable, printed_table
from wattstone.interfaces.present.pdf import print_report

LEFT, RIGHT = 20 * 72 / 25.4, (210 - 20) * 72 / 25.4  # margins of the page [pt]
KERN = 1.0  # letters of one word are set closer by this at most; texts of two cells are 6 pt apart [pt]


def paper(*tables: Table) -> pypdf.PdfReader:
    report = Report(
        lang="en", title="Report", organisation="Harbour Estates", banner="", sentence=("Said.",), headlines=(),
        lead=None, steps=(), sections=(Section("tables", "Tables", tables=tables),), facts=(),
        words={"next": "", "nothing": "", "how": "How"},
    )  # fmt: skip
    return pypdf.PdfReader(io.BytesIO(print_report(report, made=datetime(2026, 1, 1, tzinfo=UTC))))


def advances(font: Any) -> defaultdict[int, float]:
    """Widths by glyph from a font's /W array (ISO 32000-1, 9.7.4.3)."""
    kept = font["/DescendantFonts"][0].get_object()
    widths = defaultdict[int, float](lambda: float(kept.get("/DW", 1000)))
    told = [one.get_object() for one in kept["/W"]]
    while told:
        first, second = int(told[0]), told[1]
        if isinstance(second, list):
            widths.update({first + place: float(width) for place, width in enumerate(second)})
            told = told[2:]
        else:
            widths.update(dict.fromkeys(range(first, int(second) + 1), float(told[2])))
            told = told[3:]
    return widths


def pieces(page: Any) -> Iterator[tuple[float, float, float]]:
    """Baseline, left and right of every piece of text that a page shows. [pt]"""
    fonts = {name: advances(font.get_object()) for name, font in page["/Resources"]["/Font"].items()}
    now: dict[str, Any] = {}
    found: list[tuple[float, float, float]] = []

    def look(operator: bytes, operands: Any, cm: Any, tm: Any) -> None:
        if operator == b"Tf":
            now["font"], now["size"] = fonts[operands[0]], float(operands[1])
        if operator not in (b"Tj", b"TJ"):
            return
        width = 0.0
        for part in operands[0] if operator == b"TJ" else [operands[0]]:
            if isinstance(part, int | float):
                width -= float(part)
                continue
            raw = part if isinstance(part, bytes) else part.original_bytes
            width += sum(now["font"][raw[at] << 8 | raw[at + 1]] for at in range(0, len(raw), 2))
        x, y = tm[4] * cm[0] + tm[5] * cm[2] + cm[4], tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
        found.append((round(y, 1), x, x + width / 1000 * now["size"] * abs(tm[0] * cm[0])))

    page.extract_text(visitor_operand_before=look)
    yield from found


def overlaps(reader: pypdf.PdfReader) -> list[tuple[int, float, float]]:
    """Where two pieces of a line lie over each other, or one runs out of the page's text."""
    bad: list[tuple[int, float, float]] = []
    for number, page in enumerate(reader.pages):
        lines: defaultdict[float, list[tuple[float, float]]] = defaultdict(list)
        for y, left, right in pieces(page):
            lines[y].append((left, right))
            if right > RIGHT + 0.5 or left < LEFT - 0.5:
                bad.append((number, left, right))
        for line in lines.values():
            ends = sorted(line)
            bad += [(number, one[1], two[0]) for one, two in pairwise(ends) if two[0] < one[1] - KERN]
    return bad


def shown(reader: pypdf.PdfReader) -> str:
    return "".join("".join(page.extract_text().split()) for page in reader.pages)


def table(heads: list[str], rows: list[list[Any]], numeric: frozenset[int] = frozenset()) -> Table:
    cells = tuple(
        tuple(one if isinstance(one, Cell) else Cell(one, numeric=place in numeric) for place, one in enumerate(row))
        for row in rows
    )
    return Table(tuple(Head(text, place in numeric) for place, text in enumerate(heads)), cells)


WIDE = table(
    ["Area", "Quantity", "Pool", "Unit", "Hectares [ha]", "Rate", "Stock", "Lower", "Upper", "Entries in no sum",
     "Permanence", "Leakage", "Additionality", "Source", "Confidence", "Responsibility", "Documentation"],
    [["Reed belt (simulated)", "Stock", "Soil: 2 organic horizons", "t CO2e/ha a year", "634.591", "0.0234", "76 150.9",
      "62 836.8", "92 127.9", "not known", "At risk", "None expected", "unquestionably", "simulated study",
      "unconfirmed", "internationalisation", "photodocumentation"]] * 3,
    frozenset({4, 5, 6, 7, 8}),
)  # fmt: skip


def test_a_table_that_is_too_wide_for_the_page_is_stacked_and_names_its_rows_again() -> None:
    reader = paper(WIDE)
    text = shown(reader)

    assert overlaps(reader) == []
    assert text.count("Reedbelt(simulated)") >= 6, "twice for each of the three rows"
    for word in ("76150.9", "photodocumentation", "Permanence", "Leakage", "0.0234"):
        assert word in text.replace("\u202f", "")


def test_long_words_ids_and_numbers_stay_in_their_columns() -> None:
    rows = [
        [Cell("plan.shadow.relaxed/1", code=True), "other figures of this report: 12", Cell("a" * 64, code=True),
         "someone.with.a.long.name@a-very-long-domain.example", "Umweltverträglichkeitsprüfungsgesetz" * 2,
         "https://example.org/" + "path/" * 12, "1 234 567 890.123 t CO2e"],
    ] * 4  # fmt: skip
    table_ = table(["Method", "Rests on", "Id", "Who", "Law", "Address", "Value"], rows, frozenset({6}))

    assert overlaps(paper(table_)) == []


def test_a_narrow_table_is_not_stretched() -> None:
    reader = paper(table(["Year", "Net [ha]"], [["2022", "634.591"], ["2023", "700.2"]], frozenset({0, 1})))
    rights = [right for y, _, right in pieces(reader.pages[0]) if y > 60]  # above the number of the page

    assert max(rights) < LEFT + 150, "numbers stand beside what they are of, not at the edge of the page"


def test_smaller_text_is_tried_before_a_table_is_stacked() -> None:
    heads = [f"Column{place:02d}" for place in range(11)]
    reader = paper(table(heads, [[f"value{place:04d}" for place in range(11)]]))

    assert shown(reader).count("value0000") == 1, "11 columns of 9 signs fit at 6.5 pt and more"
    assert overlaps(reader) == []


WORDS = st.one_of(
    st.text("abcdefghijklmnopqrstuvwxyzMW0123456789 ._-/@", min_size=0, max_size=60),
    st.sampled_from(["MMMMMMMMMMMMMMMMMM", "not known", "−1 147.48", "Wirtschaftlichkeit", "x" * 17, "W" * 40]),
)


@settings(max_examples=6, deadline=None, phases=[Phase.generate])
@given(st.data(), st.integers(1, 24), st.integers(1, 4))
def test_no_table_prints_a_cell_over_another(data: st.DataObject, columns: int, rows: int) -> None:
    heads = data.draw(st.lists(WORDS, min_size=columns, max_size=columns))
    cells = data.draw(st.lists(st.lists(WORDS, min_size=columns, max_size=columns), min_size=rows, max_size=rows))
    numeric = data.draw(st.frozensets(st.integers(0, columns - 1)))

    assert overlaps(paper(table(heads, cells, numeric))) == []


@pytest.mark.parametrize(
    ("text", "code", "parts"),
    [
        ("plan.shadow.relaxed/1", True, ["plan.", "shadow.", "relaxed/", "1"]),
        ("a plain text of short words only", False, ["a plain text of short words only"]),
        ("who@example.org", False, ["who@", "example.", "org"]),
    ],
)
def test_where_words_may_break(text: str, code: bool, parts: list[str]) -> None:
    assert breakable(text, code=code).split("\u200b") == parts


def test_rows_are_named_by_as_many_columns_as_tell_them_apart() -> None:
    rows = [["Reed belt", "Flux", "1"], ["Reed belt", "Stock", "1"]]

    assert printed_table(table(["Area", "What", "Value"], rows))["keys"] == 2
