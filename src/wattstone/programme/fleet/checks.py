"""What no field alone shows to be wrong about vehicles: losses counted twice, cycles taken for roads, single years."""

from collections.abc import Iterator, Mapping
from typing import Final

import polars as pl

from wattstone.base import Finding
from wattstone.programme.fleet.life import lives
from wattstone.programme.held import held
from wattstone.programme.telling import told

__all__ = ["wrong"]

_LIFE: Final = "Scope 3 Standard, table 5.4: category 11 is the whole life of what was sold in the year"


def wrong(entries: Mapping[str, pl.DataFrame]) -> list[Finding]:
    """Findings across the fields and entries of vehicles.

    Parameters
    ----------
    entries : mapping of str to DataFrame
        By kind.

    Returns
    -------
    list of Finding
    """
    models = held(entries, "vehicle_model")
    return [
        *_energy(models),
        *_plug_in(models),
        *_life(models, held(entries, "vehicle_use")),
        *_schedules(held(entries, "vehicle_use")),
        *_grid(held(entries, "fleet_grid")),
        *_hours(held(entries, "charging_hour")),
        *_others(entries, models),
    ]


def _energy(models: pl.DataFrame) -> Iterator[Finding]:
    plugged = pl.col("drivetrain").is_in(["electric", "plug_in"])
    burning = pl.col("drivetrain") != "electric"
    pack = pl.col("measured_at") == "pack"
    yield from _model(
        models, plugged & (pl.col("measured_at") == "wall") & pl.col("charging_efficiency").is_not_null(),
        "loss_twice", "a figure measured at the wall plug and a charging efficiency of {charging_efficiency}",
        "one of the two: a figure at the wall plug holds the charging loss already",
        "leave the efficiency out, or say that the figure is measured at the battery",
    )  # fmt: skip
    yield from _model(
        models, plugged & (pack & pl.col("charging_efficiency").is_null() | pl.col("measured_at").is_null()),
        "loss_missing", "where electricity is measured, or what charging loses, is not said",
        "a wall-plug figure, or a battery figure with a charging efficiency",
        "say where the figure is measured, and the efficiency where that is the battery",
    )  # fmt: skip
    yield from _model(
        models, plugged & ~(pl.col("kwh_per_100km") > 0).fill_null(value=False),
        "no_electricity", "a vehicle with a plug and no electricity for 100 km",
        "its consumption", "enter kwh_per_100km",
    )  # fmt: skip
    lacks = ~(pl.col("fuel_per_100km") > 0).fill_null(value=False) | pl.col("fuel").is_null()
    yield from _model(
        models, burning & lacks, "no_fuel", "a vehicle with an engine and no fuel for 100 km, or no name of it",
        "its consumption and its fuel", "enter fuel and fuel_per_100km",
    )  # fmt: skip
    yield from _model(
        models, (pl.col("drivetrain") == "electric") & (pl.col("fuel_per_100km") > 0)
        | pl.col("drivetrain").is_in(["combustion", "hybrid"]) & (pl.col("kwh_per_100km") > 0),
        "wrong_energy", "an energy that this drivetrain does not take in",
        "fuel, electricity, or both for a plug-in hybrid", "correct the drivetrain or the figures",
    )  # fmt: skip
    yield from _model(
        models, (pl.col("cycle") != "measured") & pl.col("real_world").is_null(),
        "cycle_as_road", "a figure of the test cycle {cycle} without a real-world factor",
        "a factor with its source: a cycle is softer than the road, CLTC more than WLTP",
        "enter real_world, or 1 with a source that says so",
    )  # fmt: skip
    unsaid = pl.col("real_world_source").fill_null("").str.strip_chars() == ""
    yield from _model(
        models, (pl.col("cycle") != "measured") & pl.col("real_world").is_not_null() & unsaid,
        "cycle_source", "a real-world factor of {real_world} without its source",
        "where it was measured, for a factor of 1 as well: a cycle is softer than the road, CLTC more than WLTP",
        "enter real_world_source",
    )  # fmt: skip
    yield from _model(
        models, (pl.col("cycle") != "measured") & (pl.min_horizontal("real_world", "real_world_fuel") < 1),
        "road_below_cycle", "a real-world factor below 1: the road would take less than the test cycle {cycle}",
        "a factor of 1 or more, but for a proven reason", "look whether the factor was turned over", severity="warning",
    )  # fmt: skip
    for name in ("real_world", "real_world_fuel"):
        yield from _model(
            models, (pl.col("cycle") == "measured") & (pl.col(name).fill_null(1.0) != 1.0), "road_twice",
            f"a figure measured on the road and a real-world factor of {{{name}}}", "a factor of 1, or none",
            "leave the factor out",
        )  # fmt: skip


def _plug_in(models: pl.DataFrame) -> Iterator[Finding]:
    plug = pl.col("drivetrain") == "plug_in"
    yield from _model(
        models, plug & (pl.col("figures").is_null()
                        | (pl.col("figures") == "by_mode") & pl.col("electric_share").is_null()),
        "utility_missing", "a plug-in hybrid without a utility factor, or without saying what its figures are",
        "figures by mode with the share of the distance driven on electricity, or weighted figures",
        "enter figures, and electric_share where they are by mode",
    )  # fmt: skip
    yield from _model(
        models, plug & (pl.col("figures") == "weighted") & pl.col("electric_share").is_not_null(),
        "utility_twice", "weighted figures and a utility factor of {electric_share}",
        "one of the two: weighted figures hold the utility factor already",
        "leave electric_share out, or enter the figures by mode",
    )  # fmt: skip
    yield from _model(
        models, ~plug & pl.col("electric_share").is_not_null(), "utility_none",
        "a utility factor of a vehicle that is no plug-in hybrid", "none", "leave electric_share out",
    )  # fmt: skip


def _life(models: pl.DataFrame, use: pl.DataFrame) -> Iterator[Finding]:
    plain = pl.col("lifetime_km").is_not_null() & pl.col("lifetime_years").is_not_null()
    some = pl.col("lifetime_km").is_not_null() | pl.col("lifetime_years").is_not_null()
    planned = pl.col("schedule").is_not_null()
    yield from _model(
        models, ~plain & ~planned, "no_life", "no distance over the life",
        "lifetime_km and lifetime_years, or a schedule of use", "enter them; " + _LIFE,
    )  # fmt: skip
    yield from _model(
        models, planned & some, "two_lives", "a distance over the life beside the schedule {schedule}",
        "one of the two", "leave one of them out",
    )  # fmt: skip
    known = use["schedule"].unique().to_list()
    yield from _model(
        models, planned & ~pl.col("schedule").is_in(known), "unknown_schedule", "no entry of the schedule {schedule}",
        "distance and survival of each age", "enter vehicle_use for it first, every age of it",
    )  # fmt: skip
    driven = lives(models, use).rename({"km": "whole_km", "years": "whole_years"})
    judged = models.join(driven, left_on="id", right_on="model", how="left").with_columns(pl.col("whole_km").round(1))
    annual = pl.col("looks") == "annual"
    yield from _model(
        judged, ~planned & annual, "annual",
        "{whole_km} km over {whole_years} years look like the distance of one year",
        "the distance over the whole life; " + _LIFE, "enter the distance of the whole life and all of its years, "
        "and the class of the vehicle where it drives less than a car",
    )  # fmt: skip
    yield from _model(
        judged, planned & annual, "schedule",
        "the schedule {schedule} comes to {whole_km} km over {whole_years} years, which looks like one year",
        "the distance over the whole life; " + _LIFE, "enter every age of the schedule, to the end of the life",
    )  # fmt: skip
    yield from _model(
        judged, pl.col("looks") == "little", "short_life", "a life of {whole_km} km over {whole_years} years",
        "the distance over the whole life; " + _LIFE, "look whether it is the whole life", severity="warning",
    )  # fmt: skip


def _schedules(use: pl.DataFrame) -> Iterator[Finding]:
    rows = use.sort("schedule", "age").with_columns(
        pl.col("survival").shift(1).over("schedule").alias("before"),
        pl.col("age").rank("ordinal").over("schedule").cast(pl.Int64).alias("rank"),
    )
    yield from told(
        "vehicle_use", rows.filter(pl.col("survival") > pl.col("before")), "fleet.survival_grows",
        "more vehicles are in use at age {age} than the year before", "a share that never grows",
        "correct survival: it is of the vehicles sold, not of those of the year before",
    )  # fmt: skip
    yield from told(
        "vehicle_use", rows.filter(pl.col("age") != pl.col("rank") - 1), "fleet.age_gap",
        "an age is left out before age {age}", "every age from 0", "enter the ages that are missing",
    )  # fmt: skip


def _grid(grid: pl.DataFrame) -> Iterator[Finding]:
    mixed = grid.with_columns(pl.col("basis").n_unique().over("scenario").alias("kinds"))
    yield from told(
        "fleet_grid", mixed.filter(pl.col("kinds") > 1), "fleet.mixed_basis",
        "average, marginal and market-based factors in the scenario {scenario}", "one kind of factor in a scenario",
        "give each kind a scenario of its own",
    )  # fmt: skip


def _hours(hours: pl.DataFrame) -> Iterator[Finding]:
    each = hours.with_columns(
        pl.col(name).fill_null("-").n_unique().over("profile").alias(more)
        for name, more in (("basis", "bases"), ("region", "regions"))
    ).with_columns(pl.col("year").fill_null(0).n_unique().over("profile").alias("years"))
    yield from told(
        "charging_hour", each.filter((pl.col("bases") > 1) | (pl.col("regions") > 1) | (pl.col("years") > 1)),
        "fleet.mixed_hours", "factors of several kinds, regions or years in the profile {profile}",
        "one kind of factor, one region and one year in a profile", "give each a profile of its own",
    )  # fmt: skip


def _others(entries: Mapping[str, pl.DataFrame], models: pl.DataFrame) -> Iterator[Finding]:
    yield from _model(
        models, (pl.col("refrigerant_lost_kg") > 0) & pl.col("refrigerant").is_null(), "no_refrigerant",
        "a refrigerant is lost, and none is named", "its name", "enter refrigerant",
    )  # fmt: skip
    yield from _model(
        models, pl.col("production_kg") == 0, "made_of_nothing", "a vehicle whose making emits nothing",
        "what making it emits: no tailpipe is not no life cycle", "enter production_kg, or leave it empty",
    )  # fmt: skip
    own = held(entries, "own_vehicle")
    yield from told(
        "own_vehicle", own.filter((pl.col("fuel_l") > 0) & pl.col("fuel").is_null()), "fleet.own_fuel",
        "fuel is used, and none is named", "its name", "enter fuel",
    )  # fmt: skip
    kinds = models.select(pl.col("id").alias("electric"), "drivetrain")
    pairs = held(entries, "vehicle_comparison").join(kinds, on="electric", how="left")
    odd = ~pl.col("drivetrain").is_in(["electric", "plug_in"]) | (pl.col("electric") == pl.col("other"))
    yield from told(
        "vehicle_comparison", pairs.filter(odd.fill_null(value=False)), "fleet.comparison",
        "{electric} is compared with {other}", "a vehicle with a plug, and another one", "correct the models",
    )  # fmt: skip


def _model(
    models: pl.DataFrame, where: pl.Expr, code: str, found: str, expected: str, remedy: str, *, severity: str = "error"
) -> list[Finding]:
    rows = models.filter(where.fill_null(value=False))
    level = "warning" if severity == "warning" else "error"
    return told("vehicle_model", rows, f"fleet.{code}", found, expected, remedy, severity=level)
