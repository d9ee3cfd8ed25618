"""Gases of the statement add up to its lines, and methane is weighed by where it comes from."""

from typing import Any

import polars as pl
import pytest

from wattstone.inventory.activity_rows import MASSES
from wattstone.inventory.lines import LINES
from wattstone.inventory.statement_lines import statement_gases


def lines(*rows: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=LINES)


def rows_of(frame: pl.DataFrame) -> dict[tuple[int, str], tuple[float | None, float]]:
    return {(scope, gas): (mass, value) for scope, _, gas, mass, value in frame.iter_rows()}


def test_methane_of_a_fuel_is_what_the_other_gases_leave_of_its_line() -> None:
    """AR6 gives methane of fossil fuels 29.8, not 27.9 (table 7.SM.7): 56.1 + 0.001 x 29.8 + 0.0001 x 273."""
    value = 56.1 + 0.001 * 29.8 + 0.0001 * 273
    gas = {"scope": 1, "category": 0, "method": "meter", "value": value, "co2": 56.1, "ch4": 0.001, "n2o": 0.0001}

    told = rows_of(statement_gases(lines(gas), pl.DataFrame(schema=MASSES), "AR6"))

    assert told[1, "CO2"] == (56.1, 56.1)
    assert told[1, "CH4"] == (0.001, pytest.approx(0.0298, rel=1e-9))
    assert told[1, "N2O"] == (0.0001, pytest.approx(0.0273, rel=1e-9))
    assert (1, "CO2e") not in told


def test_gases_and_totals_alone_add_up_to_the_lines() -> None:
    total = {"scope": 2, "category": 0, "method": "meter", "value": 300.0}
    leak = {"scope": 1, "category": 0, "method": "average", "value": 6770.0}
    masses = pl.DataFrame([(1, 0, "HFC32", 10.0, 6770.0)], schema=MASSES, orient="row")

    told = rows_of(statement_gases(lines(total, leak), masses, "AR5"))

    assert told == {(1, "HFCs"): (10.0, 6770.0), (2, "CO2e"): (None, 300.0)}
