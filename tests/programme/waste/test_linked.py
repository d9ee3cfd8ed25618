"""Numbers of tables and the lines that they name, on the example that the demo brings."""

import polars as pl
import pytest

from tests.programme.indicators.test_demo_green import entries
from wattstone.programme.report import ModuleReport
from wattstone.programme.waste.report import build


@pytest.fixture(scope="module")
def report() -> ModuleReport:
    held = entries("waste", "waste")
    held["waste_facility"] = held["waste_facility"].with_columns(entry=pl.col("name"))
    return build(held, 2022, "AR5")


def test_numbers_of_tables_are_those_of_the_lines_they_name(report: ModuleReport) -> None:
    """Every name beside a number is a line of the report, and its value is the number; no number is left open."""
    known = {f"{one.name}|{one.subject}": one.value for one in report.lines}
    seen: dict[str, int] = {}
    for table in report.tables:
        numbers = [one.name for one in table.columns if table.rows.schema[one.name].is_float()]
        assert {f"{name}@line" for name in numbers} <= set(table.rows.columns)
        for name in numbers:
            shown = table.rows.select(line=f"{name}@line", value=name).filter(line="").height
            told = [one for one in table.rows.select(f"{name}@line", name).iter_rows() if one[0]]
            assert all(known[line] == value for line, value in told), (table.id, name)
            assert shown + len(told) == table.rows.height
            seen[table.id] = seen.get(table.id, 0) + len(told)

    # Food and paper; incineration with four numbers, composting with three, a landfill's methane, recycling's sum.
    assert {name: count for name, count in seen.items() if count} == {
        "waste.capture": 2, "waste.gases": 10, "waste.landfills": 1, "waste.mci": 1, "waste.rates": 4,
        "waste.water.sites": 2,
    }  # fmt: skip


def test_sources_that_are_not_confirmed_are_named_once(report: ModuleReport) -> None:
    """Ten values of one table are one note, with the values in it."""
    notes = [str(said.params["source"]).partition(" (")[0] for said in report.line("waste.emissions.incineration").notes
             if said.text.startswith("unconfirmed")]  # fmt: skip

    assert notes
    assert len(notes) == len(set(notes))


def test_shares_that_were_entered_are_stated_and_indicators_of_them_computed(report: ModuleReport) -> None:
    basis = {one.name: one.basis for one in report.lines}

    assert {name: basis[name] for name in basis if name.startswith(("waste.material.", "waste.cti."))} == {
        **dict.fromkeys(("waste.material.in", "waste.material.out", "waste.material.recycled"), "stated"),
        **dict.fromkeys(("waste.material.reused", "waste.material.renewable"), "stated"),
        **dict.fromkeys(("waste.cti.inflow", "waste.cti.outflow", "waste.cti.circularity"), "computed"),
    }
