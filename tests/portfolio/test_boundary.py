"""Which meters stand in the totals. Each portfolio is small enough to decide by hand."""

from pathlib import Path
from typing import Any

import polars as pl

from wattstone.portfolio import Meter
from wattstone.portfolio.boundary import Counted, counted_meters


def meter(meter_id: str, kind: str = "electricity", **fields: Any) -> Meter:
    return Meter(**({"id": meter_id, "site_id": "HQ", "kind": kind, "unit": "kWh"} | fields))


def codes(*meters: Meter) -> dict[str, str]:
    return {meter_id: decision.code for meter_id, decision in counted_meters(meters).items()}


def counted(*meters: Meter) -> set[str]:
    return {meter_id for meter_id, decision in counted_meters(meters).items() if decision.counted}


def test_kinds_and_directions() -> None:
    assert codes(
        meter("e"),
        meter("g", "gas"),
        meter("w", "water", unit="m3"),
        meter("pv", "solar"),
        meter("out", "electricity_export"),
        meter("back", direction="export"),
        meter("pf", "power_factor"),
    ) == {
        "e": "counted",
        "g": "counted",
        "w": "counted",
        "pv": "generation",
        "out": "export",
        "back": "export",
        "pf": "unknown_kind",
    }


def test_reasons_are_sentences_that_name_the_meter() -> None:
    decisions = counted_meters([meter("main"), meter("pump", parent_id="main"), meter("x", "co2")])
    assert decisions["pump"].reason == "its parent 'main' already counts it"
    assert decisions["x"].reason == "its kind 'co2' is not in the vocabulary: stored, never totalled"
    assert decisions["main"] == Counted(True, "counted", None, "electricity", False)


def test_simulated_meters_count_and_say_so() -> None:
    assert counted_meters([meter("main", simulated=True)])["main"] == Counted(
        True, "counted", None, "electricity", True
    )


def test_only_the_top_of_a_chain_counts() -> None:
    assert counted(meter("c", parent_id="b"), meter("b", parent_id="a"), meter("a"), meter("d")) == {"a", "d"}


def test_a_parent_counts_only_its_own_kind_and_direction() -> None:
    assert counted(
        meter("main"),
        meter("boiler", "gas", parent_id="main"),
        meter("orphan", parent_id="nobody"),
        meter("under_export", parent_id="feed"),
        meter("feed", direction="export"),
    ) == {"main", "boiler", "orphan", "under_export"}


def test_a_circle_of_parents_counts_nothing_and_ends() -> None:
    assert codes(meter("a", parent_id="b"), meter("b", parent_id="a"), meter("c", parent_id="a"), meter("d")) == {
        "a": "parent_cycle", "b": "parent_cycle", "c": "parent_cycle", "d": "counted",
    }  # fmt: skip


def test_a_virtual_meter_counts_only_if_that_is_said() -> None:
    main, tenant = meter("main"), meter("tenant", parent_id="main")
    assert codes(main, tenant, meter("own", expression="main - tenant")) == {
        "main": "counted", "tenant": "sub_meter", "own": "virtual",
    }  # fmt: skip
    own = meter("own", expression="main - tenant", counted=True)
    assert codes(main, tenant, meter("pump", parent_id="main"), own) == {
        "main": "in_virtual", "tenant": "in_virtual", "pump": "sub_meter", "own": "counted_virtual",
    }  # fmt: skip


def test_a_counted_virtual_meter_stands_for_what_its_terms_stand_for() -> None:
    assert counted(
        meter("a"),
        meter("b"),
        meter("c"),
        meter("ab", expression="a + b"),
        meter("all", expression="ab + 0.5 * c", counted=True),
    ) == {"all"}


def test_a_counted_virtual_meter_of_no_total_leaves_its_terms_alone() -> None:
    assert counted(meter("a"), meter("v", "net_load", expression="a", counted=True)) == {"a"}


def test_a_parent_that_is_only_the_sum_of_its_children_counts_nothing() -> None:
    assert counted(
        meter("total", expression="one + two"),
        meter("one", parent_id="total"),
        meter("two", parent_id="total"),
        meter("socket", parent_id="total"),
        meter("lamp", parent_id="one"),
    ) == {"one", "two"}
    assert counted(
        meter("all", expression="half + c"),
        meter("half", expression="a + b"),
        *(meter(name, parent_id="all") for name in "abc"),
    ) == {"a", "b", "c"}
    assert counted(meter("total", expression="one + "), meter("one", parent_id="total")) == {"one"}


def test_a_register_counts_and_its_differences_do_not() -> None:
    assert codes(
        meter("r", "water_register"),
        meter("d", "water", derived_from="r"),
        meter("lost", "water", site_id="Mill", derived_from="nobody"),
        meter("mixed", "gas", derived_from="r"),
    ) == {"r": "counted", "d": "derived", "lost": "counted", "mixed": "counted"}


def test_registers_derived_in_a_circle_are_not_lost() -> None:
    assert counted(meter("a", derived_from="b"), meter("b", derived_from="a"), meter("c", derived_from="a")) == {
        "a", "b", "c",
    }  # fmt: skip


def test_a_register_beside_its_differences_is_recognised_by_the_ids() -> None:
    assert codes(
        meter("flat-1-register", "water_register", declared="table"),
        meter("flat-1-water", "water", declared="table"),
        meter("flat-2-register", "water_register", declared="table"),
        meter("flat-2-water", "water", declared="table"),
        meter("garden", "water", declared="table"),
    ) == {
        "flat-1-register": "counted",
        "flat-1-water": "derived",
        "flat-2-register": "counted",
        "flat-2-water": "derived",
        "garden": "counted",
    }


def test_two_meters_of_different_names_are_one_thing_only_if_nobody_declared_them() -> None:
    def pair(**fields: Any) -> set[str]:
        return counted(meter("k7", "gas_register", **fields), meter("q9", "gas", **fields))

    assert pair(declared="readings") == {"k7"}
    assert pair(declared="table") == {"k7", "q9"}


def test_what_a_user_declared_is_not_guessed_at() -> None:
    assert counted(
        meter("m-register", "water_register", declared="readings"), meter("m-water", "water", declared="user")
    ) == {"m-register", "m-water"}


def test_a_register_at_another_site_is_another_thing() -> None:
    assert counted(
        meter("m-register", "water_register", declared="readings"),
        meter("m-water", "water", declared="readings", site_id="Mill"),
    ) == {"m-register", "m-water"}


def test_a_virtual_meter_of_a_registers_differences_stands_for_the_register_too() -> None:
    assert counted(
        meter("m-register", "water_register", declared="table"),
        meter("m-water", "water", declared="table"),
        meter("own", "water", expression="`m-water`", counted=True),
    ) == {"own"}


def test_registers_of_the_water_meters_of_alicante_count_once_a_household(shared_data: Path) -> None:
    rows = (
        pl.scan_parquet(shared_data / "alicante-water" / "readings.parquet")
        .select(pl.col("site_id", "meter_id", "kind", "unit").cast(pl.String))
        .unique()
        .collect()
    )
    meters = [
        meter(row["meter_id"], row["kind"], site_id=row["site_id"], unit=row["unit"], declared="readings")
        for row in rows.to_dicts()
    ]
    households = rows["site_id"].n_unique()
    assert households == 92, "as its README says"
    assert len(meters) == 2 * households
    assert counted(*meters) == {f"{site}-register" for site in rows["site_id"]}


def test_twenty_thousand_meters_are_decided_while_one_waits() -> None:
    chain = [meter(f"c{n}", parent_id=f"c{n - 1}" if n else None) for n in range(10_000)]
    children = [meter(f"s{n}", parent_id="sum") for n in range(10_000)]
    total = meter("sum", expression=" + ".join(f"s{n}" for n in range(2000)))
    assert counted(*reversed(chain), *children, total) == {"c0", *(f"s{n}" for n in range(2000))}
