"""Bills as energy that instruments serve: units, months, what is stated, what has no factor."""

from datetime import datetime

import polars as pl
import pytest

from tests.inventory.market import YEAR, certificate, market, mix
from wattstone.inventory.activity_energy import activity_energy
from wattstone.inventory.figures import ANNUAL, LOCATION


def group(kind, month, value, *, item="", unit="kWh", told=False, per=0.2, owned=1.0, why=None, emits="kg CO2e"):
    emission = None if why else value * (1.0 if told else per)
    return {
        "site_id": "HQ", "kind": kind, "item": item, "name": LOCATION, "told": told, "unit": "" if told else unit,
        "month": YEAR * 100 + month if month else 0, "value": value, "owned": value * owned,
        "emission": emission, "own": None if why else emission * owned, "emits": emits, "why": why,
    }  # fmt: skip


SCHEMA = {
    **dict.fromkeys(("site_id", "kind", "item", "name"), pl.String), "told": pl.Boolean, "unit": pl.String,
    "month": pl.Int32, **dict.fromkeys(("value", "owned", "emission", "own"), pl.Float64), "emits": pl.String,
    "why": pl.String,
}  # fmt: skip


def members(*groups):
    """The figures that stand for groups, once by the factor and once as reported."""
    rows = []
    for one in groups:
        month = one["month"] % 100
        period = str(YEAR) if not month else f"{YEAR}-{month:02}"
        subject = f"activity:HQ/{one['kind']}" + (f"/{one['item']}" if one["item"] else "")
        rows += [
            {
                "id": f"{name}-{subject}-{period}", "name": name, "subject": subject, "period": period,
                "start": datetime(YEAR, month or 1, 1), "end": datetime(YEAR + 1, 1, 1), "estimated": 0.0,
                "coverage": None, "notes": [], "inputs": ["slice:bills", "factor:grid"],
            }
            for name in (LOCATION, ANNUAL)
        ]  # fmt: skip
    return pl.DataFrame(rows, schema_overrides={"coverage": pl.Float64}).unique(["name", "subject", "period"])


def energy_of(*groups):
    return activity_energy(pl.DataFrame(list(groups), schema=SCHEMA), members(*groups))


def year_value(result, subject):
    return result.members.filter((pl.col("period") == str(YEAR)) & (pl.col("subject") == subject)).row(0, named=True)


def test_units_of_energy_become_kwh_and_months_their_year():
    """2 MWh in March and 3.6 GJ (1 MWh) in April, 0.2 kg a unit of its own."""
    march, april = group("electricity", 3, 2.0, unit="MWh", per=200), group("electricity", 4, 3.6, unit="GJ", per=55)
    whole = [group("electricity", 0, 2.0, unit="MWh", per=200), group("electricity", 0, 3.6, unit="GJ", per=55)]

    energy = energy_of(*whole, march, april)

    assert energy.sort("month")["energy"].to_list() == pytest.approx([3000.0, 2000.0, 1000.0])
    assert energy.filter("whole")["month"].to_list() == [0]
    assert energy["inputs"].to_list() == [["slice:bills"]] * 3
    result = market(energy, [certificate(volume=600.0)], residual=lambda *_: mix(0.5))
    assert year_value(result, "activity:HQ/electricity")["value"] == pytest.approx(2400 * 0.5)


def test_what_is_stated_is_served_by_nothing_and_stands():
    """500 kWh and 90 kg that a landlord states: a certificate serves the energy alone."""
    energy = energy_of(group("electricity", 0, 500.0), group("electricity", 0, 90.0, told=True))

    result = market(energy, [certificate(volume=5000.0)], residual=lambda *_: mix(0.5))

    assert year_value(result, "activity:HQ/electricity")["value"] == 0
    stated = year_value(result, "activity:HQ/electricity/stated")
    assert (stated["value"], stated["unit"]) == (pytest.approx(90.0), "kg CO2e")
    assert result.allocation.balance["used"].item() == pytest.approx(500.0)


def test_steam_by_the_tonne_and_heat_without_a_factor():
    energy = energy_of(
        group("steam", 0, 10.0, unit="t", per=180), group("heat", 0, 100.0, why="no factor of purchased heat")
    )

    result = market(energy)

    assert year_value(result, "activity:HQ/steam")["value"] == pytest.approx(1800.0)
    heat = year_value(result, "activity:HQ/heat")
    assert (heat["value"], heat["reason"], heat["absent"]) == (None, "no factor of purchased heat", False)


def test_vehicles_are_charged_with_electricity_and_a_share_is_the_organisation_s():
    energy = energy_of(group("electricity_vehicle", 0, 1000.0, owned=0.5, emits="kg CO2"))

    result = market(energy, [certificate(volume=200.0)])

    figure = year_value(result, "activity:HQ/electricity_vehicle")
    assert energy["carrier"].item() == "electricity"
    assert (figure["owned"], figure["value"]) == (pytest.approx(300 * 0.2), pytest.approx(800 * 0.2))
    assert figure["unit"] == "kg CO2"


def test_nothing_bought_is_an_empty_frame():
    assert energy_of(group("electricity", 0, 1.0)).height == 1
    empty = activity_energy(pl.DataFrame(schema=SCHEMA), members(group("electricity", 0, 1.0)))
    assert empty.is_empty()
