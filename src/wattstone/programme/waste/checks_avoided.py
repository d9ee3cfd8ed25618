"""Claims of avoided emissions and credits that cannot stand: units of WARM, signs, energy or serials used twice."""

from typing import Final

import polars as pl

from wattstone.base import Finding
from wattstone.programme.telling import told
from wattstone.programme.waste.neutrality import bare_serial

__all__ = ["WARM", "avoided_wrong", "credits_wrong"]

WARM: Final = r"(?i)\bWARM\b|waste[\s-]+reduction[\s-]+model"
"""How a source names the model of the US EPA."""

_SMALL: Final = 20.0
"""WARM is in t CO2e to the short ton, mostly below 10: a smaller number is probably no mass in kg. [kg/short ton]"""


def avoided_wrong(rows: pl.DataFrame, facilities: pl.DataFrame | None) -> list[Finding]:
    """Claims without one way of counting, below zero, in units of WARM, or of energy that is counted already."""
    parts = pl.col("mass", "factor", "per").is_not_null()
    whole, each = pl.col("amount").is_not_null(), pl.all_horizontal(parts)
    warm = pl.col("source").str.contains(WARM)
    found = [
        *told(
            "avoided_emission", rows.filter((whole & pl.any_horizontal(parts)) | (~whole & ~each)), "waste.avoided_how",
            "neither an amount alone nor mass, factor and its unit of mass alone", "one of the two",
            "enter the amount, or mass, factor and per",
        ),
        *told(
            "avoided_emission", rows.filter(pl.any_horizontal(pl.col("amount", "factor") < 0)),
            "waste.avoided_negative", "what is avoided is negative",
            "0 or more: WARM prints what is avoided as negative (US EPA, WARM documentation)",
            "turn the sign where something is avoided; what a treatment adds is no avoided emission",
        ),
        *told(
            "avoided_emission", rows.filter(warm & (pl.col("per") == "tonne")), "waste.warm_tonne",
            "a factor of WARM is entered per tonne", "per short ton, as WARM has it (US EPA, WARM documentation)",
            "enter per=short_ton",
        ),
        *told(
            "avoided_emission", rows.filter(warm & (pl.col("factor").abs() < _SMALL) & (pl.col("factor") != 0)),
            "waste.warm_unit", "a factor of WARM is {factor} kg CO2e",
            "kilograms: WARM has tonnes of CO2e per short ton (US EPA, WARM documentation)",
            "multiply by 1,000 if it is in tonnes of CO2e", severity="warning",
        ),
    ]  # fmt: skip
    return found if facilities is None else [*found, *_energy(rows, facilities)]


def _energy(rows: pl.DataFrame, facilities: pl.DataFrame) -> list[Finding]:
    used = rows.join(
        facilities.select(facility=pl.col("entry"), energy=pl.col("energy"), type=pl.col("type")), on="facility"
    )
    once = "energy that is counted once: in lower purchases, or as avoided elsewhere where it is sold"
    furnace = pl.col("type") == "incinerator"
    unsold = furnace & ~pl.col("energy").is_in(["sold", "used"]).fill_null(value=False)
    again = pl.struct("facility", "year").is_duplicated() & furnace
    return [
        *told(
            "avoided_emission", used.filter(pl.col("energy") == "used"), "waste.energy_twice",
            "{facility} uses its energy on the site: less is bought for it already", once,
            "take the claim out, or correct what becomes of the energy",
        ),
        *told(
            "avoided_emission", used.filter(unsold), "waste.energy_none",
            "{facility} sells no energy, as it is entered",
            "an incinerator that sells its energy", "take the claim out, or correct what becomes of the energy",
        ),
        *told(
            "avoided_emission", used.filter(again), "waste.energy_claimed_twice",
            "the energy of {facility} in {year} is claimed more than once", "one claim by incinerator and year",
            "leave one claim; name no facility where it is not its energy that avoids something",
        ),
    ]  # fmt: skip


def credits_wrong(rows: pl.DataFrame) -> list[Finding]:
    """Credits retired before their vintage, and serials that differ by case or blanks alone."""
    bare = rows.with_columns(
        pl.col("registry", "serial").map_elements(bare_serial, return_dtype=pl.String).name.prefix("bare_")
    )
    again = bare.filter(pl.struct("bare_registry", "bare_serial").is_duplicated())
    return [
        *told(
            "carbon_credit", rows.filter(pl.col("retired").dt.year() < pl.col("vintage")), "waste.retired_early",
            "it was retired before its vintage {vintage}", "a credit that was issued before it was retired",
            "correct the vintage or the day",
        ),
        *told(
            "carbon_credit", again, "waste.credit_twice", "credit {serial} of {registry} stands there more than once",
            "each serial number once, whatever its case and blanks", "take the repeated credit out",
        ),
    ]  # fmt: skip
