"""Contracts of a simulated portfolio: certificates for what was used, each once, and none where nothing was used."""

from datetime import date

import polars as pl

from wattstone.inventory.criteria import Case, judge, unmet
from wattstone.inventory.instruments import Instrument, certificates_of, used_twice
from wattstone.simulation import Plan
from wattstone.simulation.contracts import COLUMNS, contracts
from wattstone.simulation.estate import blueprint

PLAN = Plan(sites=21)
ELECTRICITY = pl.DataFrame(
    [
        {"site_id": f"sim-{number:04d}", "year": year, "kwh": 123_456.0}
        for number in range(1, 22)
        for year in (2021, 2022)
    ]
)


def instruments(frame: pl.DataFrame) -> list[Instrument]:
    yes = frame.with_columns(pl.col("exclusive") == "yes")
    return [
        Instrument.model_validate({key: value for key, value in row.items() if value is not None})
        for row in yes.to_dicts()
    ]


def test_contracts_are_for_part_of_the_sites_and_of_their_use() -> None:
    found = contracts(PLAN, ELECTRICITY)
    kinds = {blueprint(PLAN, index).id: blueprint(PLAN, index).type for index in range(PLAN.sites)}

    assert found.schema == COLUMNS
    assert {kinds[site] for site in found["sites"]} == {"office", "residential"}
    assert found.filter(kind="green_power")["volume"].unique().to_list() == [49_000.0]  # 0.4 x 123,456, whole MWh
    assert found.filter(kind="green_certificate")["volume"].unique().to_list() == [74_000.0]  # 0.6 x 123,456
    assert found.filter(kind="green_power")["vintage_start"].unique().to_list() == [date(2022, 1, 1)]
    assert found.filter(kind="green_certificate")["vintage_start"].n_unique() == 2


def test_they_meet_the_quality_criteria_and_no_certificate_is_used_twice() -> None:
    held = instruments(contracts(PLAN, ELECTRICITY))
    countries = {f"sim-{number:04d}": "CN" for number in range(1, 22)}

    assert len(held) >= 5
    assert all(unmet(judge(one, Case(one.vintage_start.year, countries))) == () for one in held)
    assert [certificates_of(one) * 1000 for one in held] == [one.volume for one in held]
    assert list(used_twice(held)) == []


def test_where_nothing_was_used_nothing_is_bought() -> None:
    assert contracts(PLAN, ELECTRICITY.with_columns(kwh=0.0)).is_empty()
    assert contracts(PLAN, ELECTRICITY.clear()).is_empty()
