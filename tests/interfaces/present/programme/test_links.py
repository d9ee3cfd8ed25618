"""Numbers in tables of the report on nature lead to the figures that they are, and to no other of the same value."""

from datetime import date

import pytest

from tests.programme.nature.test_condition import SHOOTS
from tests.programme.nature.test_ledger import areas, box, carbon, others
from wattstone.interfaces.present.programme.tables import grid, identity
from wattstone.programme.nature.report import build

AREAS = areas(
    {"geometry": box(0, 2), "partner": "One", "start": date(2023, 1, 1)},
    {"geometry": box(1, 3), "partner": "Two"},
    {"geometry": box(5, 6), "partner": "One", "status": "planned"},
    {"geometry": box(8, 9), "partner": "Two", "status": "planned"},
)
CARBON = carbon({"area": "a0"}, {"area": "a1"}, {"area": "a2"})
CONDITION = others("condition", *(
    {"entry": one, "hash": one, "area": one, "value": 300.0, **SHOOTS} for one in ("a0", "a2", "a3")
))  # fmt: skip


@pytest.fixture(scope="module")
def told():
    """Tables by id: their rows as label to (text, line) of each cell."""
    report = build({"area": AREAS, "carbon": CARBON, "condition": CONDITION}, 2024)
    ids = {identity(line): "|".join(identity(line)) for line in report.lines}
    lines = {"|".join(identity(line)): line for line in report.lines}
    out = {}
    for table in report.tables:
        made = grid(table, report.lines, ids, "en")
        shown = [one for one in table.columns if one.name in table.rows.columns and one.name != "shape"]
        out[table.id] = [
            {column.name: (row[column.name], lines.get(cell.figure)) for column, cell in zip(shown, cells, strict=True)}
            for row, cells in zip(table.rows.iter_rows(named=True), made.rows, strict=True)
        ]
    return out


def test_a_number_leads_to_a_figure_of_its_value(told) -> None:
    links = [cell for rows in told.values() for row in rows for cell in row.values() if cell[1] is not None]

    assert len(links) == 8 + 4 + 4 + 2 + 2  # partners, statuses, years, carbon, extents
    assert [(value, line.name) for value, line in links if value != pytest.approx(line.value, rel=1e-12)] == []


def test_each_partner_has_figures_of_its_own(told) -> None:
    rows = {(row["partner"][0], row["status"][0]): row for row in told["areas-partners"]}

    assert {key: (row["net"][1].name, row["net"][1].subject) for key, row in rows.items()} == {
        ("One", "action"): ("nature.partner.net.action", "partner:One"),
        ("Two", "action"): ("nature.partner.net.action", "partner:Two"),
        ("One", "planned"): ("nature.partner.net.planned", "partner:One"),
        ("Two", "planned"): ("nature.partner.net.planned", "partner:Two"),
    }
    gross = rows["One", "action"]["gross"][1]
    assert (gross.name, gross.inputs) == ("nature.partner.gross.action", ("entry:h0",))


def test_years_statuses_carbon_and_extents_lead_to_theirs(told) -> None:
    names = {
        (table, line.name, line.period)
        for table, rows in told.items() for row in rows for _, line in row.values() if line is not None
    }  # fmt: skip
    assert {one for one in names if one[0] != "areas-partners"} == {
        ("areas-years", "nature.area.net", "2022"), ("areas-years", "nature.area.net", "2023"),
        ("areas-years", "nature.area.net", "2024"), ("areas-years", "nature.area.gross", "2024"),
        *(("areas-status", f"nature.area.{kind}.{status}", "2024")
          for kind in ("net", "gross") for status in ("action", "planned")),
        ("carbon_sums", "nature.carbon.stock", "2024"), ("carbon_sums", "nature.carbon.stock.planned", "2024"),
        ("extents", "nature.condition.m1.1.shoots", "2024"),
        ("extents-planned", "nature.condition.m1.1.shoots.planned", "2024"),
    }  # fmt: skip


def test_tables_call_areas_by_their_names(told) -> None:
    assert [row["area"][0] for row in told["carbon"]] == ["Area 0", "Area 1", "Area 2"]
    assert {row["area"][0] for row in told["conditions"]} == {"Area 0", "Area 2", "Area 3"}
