"""The page of waste and faults where there is none: it says what was looked for, also on paper and as a workbook."""

from datetime import UTC, datetime
from io import BytesIO

import openpyxl
import polars as pl
import pytest

from wattstone.interfaces.present.content import Report
from wattstone.interfaces.present.languages import Language
from wattstone.interfaces.present.pdf import print_report
from wattstone.interfaces.present.waste_page import build_waste
from wattstone.interfaces.present.xlsx import report_book
from wattstone.inventory.frames import FIGURE
from wattstone.workflows.overview.searched import Look, Searched

LOOKED = Searched(
    year=2022, run=3, before=True, meters=12, sites=3, coarse=0, silent=0,
    looks=(Look("out_of_hours", 12, ""), Look("water_leak", 0, "water")),
)  # fmt: skip


def nothing(lang: Language = "en", looked: Searched | None = LOOKED) -> Report:
    return build_waste(
        [], pl.DataFrame(schema=FIGURE), year=2022, seen={"meters": 12, "sites": 3}, looked=looked, lang=lang
    )


def test_a_search_without_findings_says_where_its_rules_looked() -> None:
    report = nothing()
    (looked,) = report.sections
    said = "".join(part if isinstance(part, str) else part.text for part in report.sentence)
    rows = [[cell.text for cell in row] for row in looked.tables[0].rows]

    assert said == "Looked at: 12 meters of 3 sites. No waste was found."
    assert rows == [
        ["Running out of hours", "12", ""],
        ["Water never stops flowing", "none", "there is no water meter"],
    ]


@pytest.mark.parametrize("looked", [LOOKED, None])
def test_it_can_be_printed_and_taken_out(looked: Searched | None) -> None:
    made = datetime(2026, 1, 1, tzinfo=UTC)

    assert print_report(nothing(looked=looked), made=made).startswith(b"%PDF")
    book = openpyxl.load_workbook(BytesIO(report_book(nothing(looked=looked), made=made.replace(tzinfo=None))))
    assert len(book.sheetnames) == 1
