"""What is known of a year's emissions, of how many sites, what is missing and why, and what energy leaves out."""

from dataclasses import replace
from typing import Any

import polars as pl

from tests.interfaces.web.estates import estate, number
from wattstone.workflows.overview.estate import Estate
from wattstone.workflows.overview.standing import standing

WHY = "1 of 3 sites cannot be computed (site-3): no factor of grid electricity for XX in 2022"


def lacking(column: str, *sites: str, whole: bool = True, **totals: Any) -> Estate:
    """Three sites of 100, 200 and 300 t, a fifth of it scope 1; of some a scope has a figure without a value."""
    held = estate()
    none = pl.col("id").is_in(sites)
    frame = held.frame.with_columns(
        pl.when(~none).then("location").alias("location"), pl.when(~none).then(column).alias(column)
    )
    return replace(held, frame=frame, whole=whole, totals={**held.totals, **totals})


def test_a_total_that_is_known_is_that_of_all_sites() -> None:
    found = standing(estate())

    assert found.number == estate().totals["location"]
    assert (found.sites, found.gaps, found.besides) == (3, (), ())


def test_of_some_sites_the_sum_is_told_and_why_the_others_are_not_in_it() -> None:
    unknown = {"location": number("location", None, "kg CO2e", reason=WHY),
               "scope2.location": number("scope2.location", None, "kg CO2e", "two-all", reason=WHY)}  # fmt: skip
    found = standing(lacking("scope2.location", "site-3", **unknown))

    assert found.number is not None
    assert (found.number.name, found.number.value, found.sites) == ("location", 300_000.0, 2)
    assert [(one.name, one.reason) for one in found.gaps] == [("scope2.location", WHY)]


def test_scope_1_is_told_where_scope_2_is_not_known() -> None:
    every = ("site-1", "site-2", "site-3")
    unknown = {"location": number("location", None, "kg CO2e", reason=WHY),
               "scope1": number("scope1", 120_000.0, "kg CO2e", "one-all"),
               "scope2.location": number("scope2.location", None, "kg CO2e", "two-all", reason=WHY)}  # fmt: skip
    found = standing(lacking("scope2.location", *every, **unknown))

    assert found.number is not None
    assert (found.number.name, found.number.value, found.sites) == ("scope1", 120_000.0, 3)
    assert [one.name for one in found.gaps] == ["scope2.location"]


def test_nothing_is_known_where_no_scope_is() -> None:
    held = lacking("scope2.location", "site-1", "site-2", "site-3")
    bare = replace(held, totals={}, frame=held.frame.drop("scope1", "scope1.id"))
    found = standing(bare)

    assert found.number is None
    assert [one.name for one in found.gaps] == ["scope2.location"]


def test_who_sees_some_sites_is_told_that_one_of_them_is_not_known() -> None:
    part = lacking("scope2.location", "site-3", whole=False)
    found = standing(replace(part, totals={"location": number("location", 300_000.0, "kg CO2e")}))

    assert (found.sites, [one.name for one in found.gaps]) == (2, ["scope2.location"])


def test_fuel_by_volume_is_named_beside_the_energy() -> None:
    held = estate()
    gas = [pl.Series("volume.natural_gas", [None, 1200.0, 300.0]), pl.Series("volume.natural_gas.id", [None, "a", "b"]),
           pl.Series("volume.water", [5.0, None, None]), pl.Series("volume.water.id", ["w", None, None])]  # fmt: skip
    found = standing(replace(held, frame=held.frame.with_columns(gas)))

    assert [(one.name, one.value, one.unit) for one in found.besides] == [("volume.natural_gas", 1500.0, "m3")]
    assert found.besides[0].inputs == ("a", "b")  # and water is no energy
