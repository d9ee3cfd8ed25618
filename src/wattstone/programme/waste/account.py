"""Gases of a year by route: what was landfilled, burnt, composted, digested or treated by an entered factor."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import polars as pl

from wattstone.programme.report import Said
from wattstone.programme.waste.constants import MATERIALS, SHORT_TON, Constant, biological, burning
from wattstone.programme.waste.landfills import Landfills, decayed
from wattstone.programme.waste.masses import materials_of, moved
from wattstone.programme.waste.materials import Materials, materials_from
from wattstone.programme.waste.treatment import Gases, biological_gases, incineration_gases

__all__ = ["GASES", "Missing", "YearAccount", "year_account"]

GASES = {
    "route": pl.String, "facility": pl.String, "mass": pl.Float64, "co2": pl.Float64, "ch4": pl.Float64,
    "n2o": pl.Float64, "co2e": pl.Float64, "biogenic": pl.Float64,
}  # fmt: skip
"""Mass in t, gases in kg. `co2e` is of routes with an entered factor, whose gases are not known apart."""


@dataclass(frozen=True)
class Missing:
    """What of a route cannot be computed.

    Parameters
    ----------
    route : str
    mass : float
        That is left out. [t]
    reason : Said
    """

    route: str
    mass: float
    reason: Said


@dataclass(frozen=True, kw_only=True)
class YearAccount:
    """A year of waste.

    Parameters
    ----------
    masses, materials : pl.DataFrame
        Of `moved` and `materials_of`, of the year.
    gases : pl.DataFrame
        `GASES`, a row per route and facility.
    landfills : Landfills
    missing : tuple of Missing
    constants : mapping
        Route to the defaults it used.
    """

    masses: pl.DataFrame
    materials: pl.DataFrame
    gases: pl.DataFrame
    landfills: Landfills
    missing: tuple[Missing, ...]
    constants: Mapping[str, tuple[Constant, ...]]


def year_account(entries: Mapping[str, pl.DataFrame], year: int, gwp_set: str) -> YearAccount:
    """Masses and gases of a year.

    Parameters
    ----------
    entries : mapping
        Kind to its entries: `weighing`, `waste_composition`, `waste_facility`, `landfill_deposit`, `methane_recovery`,
        `route_factor`, `waste_material`.
    year : int
    gwp_set : str
        Of the inventory; a factor by another one is not used.

    Returns
    -------
    YearAccount
    """
    every = moved(entries["weighing"])
    split = materials_of(every, entries["waste_composition"])
    now, here = every.filter(pl.col("year") == year), split.filter(pl.col("year") == year)
    facilities = entries["waste_facility"]
    buried, unplaced = _deposits(split, entries["landfill_deposit"], facilities, year)
    own = materials_from(entries["waste_material"])
    landfills = decayed(buried, facilities, entries["methane_recovery"], year, own)
    made = [_landfilled(landfills, year)]
    missing = [*unplaced]
    constants: dict[str, tuple[Constant, ...]] = {"landfill": landfills.constants}
    for route, compute in (("incineration", _burnt), ("composting", _rotted), ("digestion", _rotted)):
        part, lost, used = compute(here.filter(pl.col("route") == route), facilities, route, own)
        made.append(part)
        missing.extend(lost)
        constants[route] = used
    for route in ("reuse", "recycling", "hazardous_treatment"):
        part, lost = _by_factor(now.filter(pl.col("route") == route), entries["route_factor"], route, year, gwp_set)
        made.append(part)
        missing.extend(lost)
    gases = pl.concat(made).sort("route", "facility")
    return YearAccount(
        masses=now, materials=here, gases=gases, landfills=landfills, missing=tuple(missing), constants=constants
    )


def _deposits(
    split: pl.DataFrame, earlier: pl.DataFrame, facilities: pl.DataFrame, year: int
) -> tuple[pl.DataFrame, list[Missing]]:
    """What landfills took through the year, and what of it cannot be followed."""
    put = split.filter((pl.col("route") == "landfill") & (pl.col("year") <= year))
    known = facilities.filter(
        (pl.col("type") == "landfill") & pl.col("management").is_not_null() & pl.col("climate").is_not_null()
    )["entry"]
    placed = pl.col("facility").is_in(known.implode()).fill_null(value=False)
    sorted_out = pl.col("stream").is_in(MATERIALS)
    hazardous = pl.col("stream") == "hazardous"
    columns = ["facility", "year", "stream", "mass"]
    lost = [
        *_lost("landfill", put.filter(~placed), "no landfill with management and climate is named for {mass} t"),
        *_lost(
            "landfill", put.filter(placed & ~sorted_out & ~hazardous),
            "{mass} t of mixed waste have no sorting analysis of their site and year",
        ),
        *_lost("landfill", put.filter(placed & hazardous), "{mass} t of hazardous waste have no method here"),
    ]  # fmt: skip
    return pl.concat([put.filter(placed & sorted_out).select(columns), earlier.select(columns)]), lost


def _lost(route: str, rows: pl.DataFrame, why: str) -> list[Missing]:
    mass = float(rows["mass"].sum())
    return [Missing(route, mass, Said(why, {"mass": round(mass, 3)}))] if mass else []


def _landfilled(landfills: Landfills, year: int) -> pl.DataFrame:
    return landfills.years.filter(pl.col("year") == year).select(
        pl.lit("landfill").alias("route"), "facility", pl.col("deposited").alias("mass"),
        pl.lit(None, pl.Float64).alias("co2"), (pl.col("emitted") * 1000.0).alias("ch4"),
        pl.lit(None, pl.Float64).alias("n2o"), pl.lit(None, pl.Float64).alias("co2e"),
        (pl.col("biogenic") * 1000.0).alias("biogenic"),
    )  # fmt: skip


def _burnt(
    rows: pl.DataFrame, facilities: pl.DataFrame, route: str, own: Materials
) -> tuple[pl.DataFrame, list[Missing], tuple[Constant, ...]]:
    known = {row["entry"]: row for row in facilities.iter_rows(named=True) if row["type"] == "incinerator"}
    ready = {
        name for name, row in known.items() if row["combustion"] or None not in (row["ch4_factor"], row["n2o_factor"])
    }
    placed = pl.col("facility").is_in(sorted(ready)).fill_null(value=False)
    material = pl.col("stream").is_in(MATERIALS)
    lost = [
        *_lost(route, rows.filter(~placed), "no incinerator with its way of incineration is named for {mass} t"),
        *_lost(
            route, rows.filter(placed & (pl.col("stream") == "mixed")),
            "{mass} t of mixed waste have no sorting analysis of their site and year",
        ),
        *_lost(
            route, rows.filter(placed & (pl.col("stream") == "hazardous")),
            "{mass} t of hazardous waste have no method here",
        ),
    ]  # fmt: skip
    frames, used = list[pl.DataFrame](), list[Constant]()
    usable = rows.filter(placed & material)
    for name in sorted(usable["facility"].unique().to_list()):
        mine = usable.filter(pl.col("facility") == name).group_by("stream").agg(pl.col("mass").sum()).sort("stream")
        gases, constants = _of_incinerator(mine, known[name], own)
        frames.append(_row(route, name, float(mine["mass"].sum()), gases))
        used.extend(constants)
    return _stacked(frames), lost, tuple(dict.fromkeys(used))


def _of_incinerator(mine: pl.DataFrame, facility: Mapping[str, Any], own: Materials) -> tuple[Gases, list[Constant]]:
    streams = mine["stream"].to_list()
    sets = {
        name: [own.of(name, stream, facility["entry"]) for stream in streams] for name in ("dry", "carbon", "fossil")
    }
    told = _entered(facility, partial(burning, key=facility["combustion"]))
    burns = facility["oxidised"]
    oxidised = burning("oxidised") if burns is None else Constant(burns, f"entered: {facility['source'] or '-'}")
    by_name = {name: np.array([one.value for one in held]) for name, held in sets.items()}
    gases = incineration_gases(
        mine["mass"].to_numpy(), by_name["dry"], by_name["carbon"], by_name["fossil"], oxidised.value,
        told["ch4"].value, told["n2o"].value,
    )  # fmt: skip
    carbon = [one for held in sets.values() for one in held if one.value]
    return gases, [*carbon, oxidised, *told.values()]


def _entered(facility: Mapping[str, Any], default: Callable[[str], Constant]) -> dict[str, Constant]:
    """Factors of methane and nitrous oxide: as entered, or by default."""
    held = {"ch4": facility["ch4_factor"], "n2o": facility["n2o_factor"]}
    said = f"entered: {facility['source'] or '-'}"
    return {gas: default(gas) if value is None else Constant(value, said) for gas, value in held.items()}


def _rotted(
    rows: pl.DataFrame, facilities: pl.DataFrame, route: str, own: Materials
) -> tuple[pl.DataFrame, list[Missing], tuple[Constant, ...]]:
    known = {row["entry"]: row for row in facilities.iter_rows(named=True)}
    nothing: dict[str, Any] = {"ch4_factor": None, "n2o_factor": None, "source": None}
    grouped = rows.group_by("facility").agg(pl.col("mass").sum()).sort("facility")
    frames, used = list[pl.DataFrame](), list[Constant]()
    for name, mass in grouped.iter_rows():
        told = _entered(known.get(name, nothing), partial(biological, route))
        frames.append(_row(route, name, mass, biological_gases(np.array(mass), told["ch4"].value, told["n2o"].value)))
        used.extend(told.values())
    return _stacked(frames), [], tuple(dict.fromkeys(used))


def _by_factor(
    rows: pl.DataFrame, factors: pl.DataFrame, route: str, year: int, gwp_set: str
) -> tuple[pl.DataFrame, list[Missing]]:
    usable = factors.filter(
        (pl.col("route") == route) & (pl.col("year") == year) & (pl.col("basis") == "inventory")
        & (pl.col("gwp_set") == gwp_set)
    ).select(
        "stream",
        each=pl.col("factor") / pl.when(pl.col("per") == "short_ton").then(SHORT_TON).otherwise(1.0),
    )  # fmt: skip
    joined = rows.join(usable, on="stream", how="left")
    lost = _lost(
        route, joined.filter(pl.col("each").is_null()),
        "{mass} t have no inventory factor of their stream, route and year by the GWP set of the inventory",
    )  # fmt: skip
    counted = joined.filter(pl.col("each").is_not_null())
    frame = counted.group_by("facility").agg(
        pl.col("mass").sum(), co2e=(pl.col("mass") * pl.col("each")).sum()
    ).select(
        pl.lit(route).alias("route"), "facility", "mass", pl.lit(None, pl.Float64).alias("co2"),
        pl.lit(None, pl.Float64).alias("ch4"),
        pl.lit(None, pl.Float64).alias("n2o"), "co2e", pl.lit(None, pl.Float64).alias("biogenic"),
    )  # fmt: skip
    return frame, lost


def _row(route: str, facility: str | None, mass: float, gases: Gases) -> pl.DataFrame:
    def added(values: Any) -> float | None:
        total = float(np.sum(values))
        return None if np.isnan(total) else total

    return pl.DataFrame(
        {
            "route": [route], "facility": [facility], "mass": [mass], "co2": [added(gases.co2)],
            "ch4": [added(gases.ch4)], "n2o": [added(gases.n2o)], "co2e": [None], "biogenic": [added(gases.biogenic)],
        },
        schema=GASES,
    )  # fmt: skip


def _stacked(frames: list[pl.DataFrame]) -> pl.DataFrame:
    return pl.concat(frames) if frames else pl.DataFrame(schema=GASES)
