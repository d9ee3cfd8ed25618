"""What no field alone shows: shares that do not add up, loads counted twice, life-cycle factors in a sum."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

import polars as pl

from wattstone.base import Finding
from wattstone.programme.telling import told
from wattstone.programme.waste.checks_avoided import WARM, avoided_wrong, credits_wrong
from wattstone.programme.waste.checks_circular import flows_wrong, products_wrong, returns_wrong
from wattstone.programme.waste.checks_community import community_wrong, water_wrong
from wattstone.programme.waste.checks_materials import materials_wrong
from wattstone.programme.waste.constants import MATERIALS
from wattstone.programme.waste.neutrality import refusals

__all__ = ["SHARES_WITHIN", "wrong"]

SHARES_WITHIN: Final = 1e-3
"""How far the shares of a sorting analysis may be from one: three digits are printed."""

HEAVY: Final = 60.0
"""More than a lorry carries: mass in kg was probably entered as t. [t]"""

_FACILITY_OF: Final = {
    "landfill": "landfill", "incineration": "incinerator", "composting": "composting", "digestion": "digester",
}  # fmt: skip
_ROTS_NOT: Final = ("plastics", "metal", "glass", "rubber", "inert", "hazardous")


def wrong(entries: Mapping[str, pl.DataFrame]) -> list[Finding]:
    """Findings across the fields and entries of the module.

    Parameters
    ----------
    entries : mapping
        Kind to its entries; a kind that lacks has none.

    Returns
    -------
    list of Finding
        Errors refuse what is entered; warnings are told.
    """
    checks: tuple[tuple[tuple[str, ...], Callable[..., list[Finding]]], ...] = (
        (("weighing", "waste_facility"), _weighings),
        (("waste_composition",), _compositions),
        (("waste_facility",), _facilities),
        (("waste_material", "waste_facility"), materials_wrong),
        (("landfill_deposit", "waste_facility", "weighing"), _deposits),
        (("methane_recovery", "waste_facility"), _recovery),
        (("route_factor",), _factors),
        (("avoided_emission", "waste_facility"), avoided_wrong),
        (("material_flow",), flows_wrong),
        (("circular_product",), products_wrong),
        (("product_return",), returns_wrong),
        (("community_line",), community_wrong),
        (("carbon_credit",), credits_wrong),
        (("neutrality_claim", "carbon_credit"), _claims),
        (("water_flow",), water_wrong),
    )
    found: list[Finding] = []
    for kinds, check in checks:
        if kinds[0] in entries and not entries[kinds[0]].is_empty():
            found.extend(check(entries[kinds[0]], *(entries.get(kind) for kind in kinds[1:])))
    return found


def _typed(facilities: pl.DataFrame | None) -> pl.DataFrame:
    if facilities is None:
        return pl.DataFrame(schema={"facility": pl.String, "is": pl.String})
    return facilities.select(facility=pl.col("entry"), **{"is": pl.col("type")})


def _weighings(weighings: pl.DataFrame, facilities: pl.DataFrame | None) -> list[Finding]:
    say = partial(told, "weighing")
    typed = weighings.join(_typed(facilities), on="facility", how="left")
    away = typed.join(_typed(facilities), left_on="reject_facility", right_on="facility", how="left", suffix="_reject")
    needed = pl.col("route").replace_strict(_FACILITY_OF, default=None)
    needed_reject = pl.col("reject_route").replace_strict(_FACILITY_OF, default=None)
    return [
        *say(
            weighings.filter((pl.col("contamination") > 0) & pl.col("reject_route").is_null()),
            "waste.rejects", "{contamination:.1%} of the load do not belong to it, and nothing says where they went",
            "the route of rejects of a contaminated load", "enter the route of rejects",
        ),
        *say(
            away.filter((pl.col("is") != needed) | (pl.col("is_reject") != needed_reject)),
            "waste.facility_type", "the route {route} names the facility {facility}, which is another type",
            "a facility of the route's type", "correct the route or the facility",
        ),
        *say(
            weighings.filter(
                pl.col("route").is_in(["composting", "digestion"]) & pl.col("stream").is_in(_ROTS_NOT)
            ),
            "waste.rots_not", "{stream} is said to be composted or digested",
            "organic waste: food, garden, paper, wood, textiles, nappies or mixed (IPCC 2006, volume 5, chapter 4)",
            "correct the stream or the route",
        ),
        *say(
            weighings.filter(pl.col("mass") > HEAVY), "waste.heavy", "a load of {mass} t is more than a lorry carries",
            "tonnes, not kilograms", "divide by 1,000 if it is kilograms", severity="warning",
        ),
    ]  # fmt: skip


def _compositions(rows: pl.DataFrame) -> list[Finding]:
    added = rows.with_columns(total=pl.sum_horizontal(MATERIALS))
    return told(
        "waste_composition", added.filter((pl.col("total") - 1.0).abs() > SHARES_WITHIN), "waste.shares",
        "the shares add up to {total:.4g}", "shares that add up to 1", "enter the share of every material",
    )  # fmt: skip


def _facilities(rows: pl.DataFrame) -> list[Finding]:
    say = partial(told, "waste_facility")
    landfill, furnace = pl.col("type") == "landfill", pl.col("type") == "incinerator"
    own = ("delay", "methane_fraction", "decomposable", "oxidation", "ch4_factor", "n2o_factor", "oxidised")
    return [
        *say(
            rows.filter(landfill & pl.any_horizontal(pl.col("management", "climate").is_null())),
            "waste.landfill_untold", "a landfill without its management or climate",
            "both: they decide how much methane is made, and when (IPCC 2006, volume 5, tables 3.1 and 3.3)",
            "enter the management and the climate",
        ),
        *say(
            rows.filter(
                furnace & pl.col("combustion").is_null()
                & pl.any_horizontal(pl.col("ch4_factor", "n2o_factor").is_null())
            ),
            "waste.furnace_untold", "an incinerator without its way of incineration",
            "the way of incineration, or measured factors of methane and nitrous oxide",
            "enter the way of incineration",
        ),
        *say(
            rows.filter(pl.any_horizontal(pl.col(own).is_not_null()) & pl.col("source").is_null()),
            "waste.unsourced", "values differ from the defaults, and nothing says where they are from",
            "a source of what differs from the defaults", "enter the source",
        ),
    ]  # fmt: skip


def _deposits(rows: pl.DataFrame, facilities: pl.DataFrame | None, weighings: pl.DataFrame | None) -> list[Finding]:
    found = _not_landfill("landfill_deposit", rows, facilities)
    if weighings is None:
        return found
    year = pl.col("date").dt.year().cast(pl.Int32).alias("year")
    rejected = weighings.filter(pl.col("contamination") > 0)
    weighed = pl.concat(
        [weighings.select(year, "facility"), rejected.select(year, pl.col("reject_facility").alias("facility"))]
    )
    both = rows.join(weighed.unique(), on=["facility", "year"], how="semi")
    return [
        *found,
        *told(
            "landfill_deposit", both, "waste.deposit_twice",
            "{facility} has loads that were weighed in {year} beside this deposit",
            "a year's waste once: as loads, or as a deposit", "take the deposit out, or end it the year before",
        ),
    ]  # fmt: skip


def _recovery(rows: pl.DataFrame, facilities: pl.DataFrame | None) -> list[Finding]:
    return _not_landfill("methane_recovery", rows, facilities)


def _not_landfill(kind: str, rows: pl.DataFrame, facilities: pl.DataFrame | None) -> list[Finding]:
    typed = rows.join(_typed(facilities), on="facility", how="left")
    return told(
        kind, typed.filter(pl.col("is") != "landfill"), "waste.no_landfill", "{facility} is no landfill", "a landfill",
        "correct the facility",
    )  # fmt: skip


def _factors(rows: pl.DataFrame) -> list[Finding]:
    say = partial(told, "route_factor")
    cycle = pl.col("basis").is_in(["life_cycle", "warm"]) | pl.col("source").str.contains(WARM)
    return [
        *say(
            rows.filter(cycle), "waste.life_cycle", "a life-cycle factor is entered for a sum of the inventory",
            "a factor of what the treatment itself emits: factors of WARM are per short ton (1 t is 1.1023 short tons)"
            " and take avoided burdens off (US EPA, WARM documentation)",
            "enter what is avoided as an avoided emission, on a line of its own; take an inventory factor here",
        ),
        *say(
            rows.filter(~cycle & (pl.col("factor") < 0)), "waste.negative_factor", "the factor {factor} is negative",
            "0 or more: a treatment emits, and what it avoids is no part of an inventory",
            "enter what is avoided as an avoided emission",
        ),
    ]  # fmt: skip


def _claims(rows: pl.DataFrame, held_credits: pl.DataFrame | None) -> list[Finding]:
    claims: list[dict[str, Any]] = rows.to_dicts()
    known = held_credits if held_credits is not None else _NO_CREDITS
    found: list[Finding] = []
    for claim in claims:
        found.extend(refusals(claim, known, [one for one in claims if one is not claim]))
    return found


_NO_CREDITS: Final = pl.DataFrame(
    schema={
        "registry": pl.String, "serial": pl.String, "amount": pl.Float64, "vintage": pl.Int32, "expires": pl.Date,
        "retired": pl.Date, "beneficiary": pl.String,
    }
)  # fmt: skip
