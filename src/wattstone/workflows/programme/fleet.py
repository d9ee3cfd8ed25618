"""The report on vehicles of a workspace: entries, and factors that ship where none is entered."""

from typing import Any, Final, cast

import polars as pl

from wattstone.base import Finding, InputRefused, NotComputable
from wattstone.programme.fleet.report import build
from wattstone.programme.fleet.sold import OWN, Factors
from wattstone.programme.fleet.use_phase import Grid
from wattstone.programme.report import ModuleReport
from wattstone.rates import EmissionFactor, FactorTable, load_factors
from wattstone.rates.activity_lookup import ActivityAsk, activity_factor
from wattstone.workflows.programme.asked import Asked
from wattstone.workflows.programme.entries import entries_of_module
from wattstone.workflows.programme.fleet_beside import beside_activities
from wattstone.workflows.workspace import Workspace

__all__ = ["report"]

_GRIDS: Final = ("trajectory", "year_of_sale")
_OPTIONS: Final = ("grid", "scenario")


def report(workspace: Workspace, asked: Asked) -> ModuleReport:
    """Vehicles sold and own vehicles of a year.

    Parameters
    ----------
    workspace : Workspace
    asked : Asked
        With the options `grid` (`trajectory`, the default, or `year_of_sale`) and `scenario`, needed where entries have
        more than one.

    Returns
    -------
    ModuleReport

    Raises
    ------
    InputRefused
        For another option or value; nothing makes category 11 the use of one year.
    """
    entries = entries_of_module(workspace, "fleet", at=asked.at)
    _known(asked)
    grid = entries["fleet_grid"].filter(pl.col("basis") == "average")
    scenario = _scenario(grid, asked)
    chosen = grid.filter(pl.col("scenario") == scenario)
    mode = cast("Grid", asked.options.get("grid", "trajectory"))
    organisation = workspace.records.organisation()
    accepted = frozenset(one.factor_id for one in workspace.records.exceptions())
    asking = _Shipped(load_factors(), organisation.gwp_set, accepted)
    factors = Factors(
        fuels=_with(entries["fleet_fuel"], asking.fuels(entries, asked.year)),
        grid=_with(chosen, asking.grids(entries, chosen, asked.year) if mode != "trajectory" else []),
        refrigerants=_with(entries["fleet_refrigerant"], asking.refrigerants(entries, asked.year)),
        mode=mode,
        scenario=scenario,
        own=asking.own_grid(entries, asked.year),
        own_fuels=_with(entries["fleet_fuel"].clear(), asking.own_fuels(entries, asked.year)),
    )
    own = entries["own_vehicle"].filter(pl.col("year") == asked.year)
    return build(entries, asked.year, factors, beside=tuple(beside_activities(workspace, own, asked.year)))


class _Shipped:
    """Factors that ship, for what no entry says."""

    def __init__(self, table: FactorTable, gwp_set: str, accepted: frozenset[str]) -> None:
        self._table, self._gwp_set, self._accepted = table, gwp_set, accepted

    def fuels(self, entries: dict[str, pl.DataFrame], year: int) -> list[dict[str, Any]]:
        """Tank to wheel and well to tank, by market and fuel."""
        told = set(entries["fleet_fuel"]["fuel"])
        fuels = set(entries["vehicle_model"]["fuel"].drop_nulls()) | set(entries["own_vehicle"]["fuel"].drop_nulls())
        found: list[dict[str, Any]] = []
        for market in _markets(entries, year):
            for fuel in sorted(fuels - told):
                burnt = self._of("use_sold_fuel", fuel, "L", market, year)
                if burnt is not None:
                    before = self._of("fuel_upstream", fuel, "L", market, year)
                    found.append({"fuel": fuel, "market": market, "tank_to_wheel": burnt.value,
                                  "well_to_tank": None if before is None else before.value,
                                  "factor": _ids(burnt, before)})  # fmt: skip
        return found

    def own_fuels(self, entries: dict[str, pl.DataFrame], year: int) -> list[dict[str, Any]]:
        """Tank to wheel of own vehicles, as the inventory counts it, by region and fuel."""
        own = entries["own_vehicle"].filter(pl.col("year") == year)
        found: list[dict[str, Any]] = []
        for region, fuel in own.select("region", "fuel").drop_nulls().unique().sort("region", "fuel").iter_rows():
            burnt = self._of("vehicle_fuel", fuel, "L", region, year)
            if burnt is not None:
                found.append({"fuel": fuel, "market": region, "tank_to_wheel": burnt.value, "factor": _ids(burnt)})
        return found

    def own_grid(self, entries: dict[str, pl.DataFrame], year: int) -> pl.DataFrame:
        """Electricity of own vehicles in the year, as the inventory counts it, by region."""
        regions = entries["own_vehicle"].filter(pl.col("year") == year)["region"].drop_nulls().unique().sort()
        rows: list[dict[str, Any]] = []
        for region in regions:
            made = self._of("electricity_vehicle", "", "kWh", region, year)
            if made is not None:
                rows.append({"region": region, "kg_per_kwh": made.value, "factor": _ids(made)})
        return pl.DataFrame(rows, schema=OWN)

    def grids(self, entries: dict[str, pl.DataFrame], chosen: pl.DataFrame, year: int) -> list[dict[str, Any]]:
        """Electricity of the year of sale, by market, where the scenario says none."""
        rows = chosen.filter(pl.col("year") == year)
        found: list[dict[str, Any]] = []
        for market in sorted(set(_markets(entries, year)) - set(rows["region"])):
            made = self._of("use_sold_electricity", "", "kWh", market, year)
            if made is not None:
                parts = [
                    self._of(kind, "", "kWh", market, year) for kind in ("electricity_upstream", "electricity_losses")
                ]
                beside = None if None in parts else sum(one.value for one in parts if one is not None)
                found.append({"region": market, "year": year, "kg_per_kwh": made.value, "upstream_kg_per_kwh": beside,
                              "factor": _ids(made, *parts)})  # fmt: skip
        return found

    def refrigerants(self, entries: dict[str, pl.DataFrame], year: int) -> list[dict[str, Any]]:
        """Global warming potentials."""
        told = set(entries["fleet_refrigerant"]["refrigerant"])
        found: list[dict[str, Any]] = []
        for gas in sorted(set(entries["vehicle_model"]["refrigerant"].drop_nulls()) - told):
            made = self._of("use_sold_gas", gas, "kg", "GB", year)
            if made is not None:
                found.append({"refrigerant": gas, "gwp": made.value, "factor": _ids(made)})
        return found

    def _of(self, kind: str, item: str, unit: str, market: str, year: int) -> EmissionFactor | None:
        ask = ActivityAsk(
            kind=kind, item=item, unit=unit, region=market, country=market[:2], year=year, gwp_set=self._gwp_set,
            exceptions=self._accepted,
        )  # fmt: skip
        try:
            return activity_factor(self._table, ask)
        except (NotComputable, ValueError):
            return None  # the line says what is missing


def _ids(*made: EmissionFactor | None) -> list[str]:
    """The rows that factors were made of."""
    return sorted({part.id for one in made if one is not None for part in one.parts})


def _markets(entries: dict[str, pl.DataFrame], year: int) -> list[str]:
    named = [
        entries["vehicle_sales"].filter(pl.col("year") == year)["market"],
        entries["vehicle_comparison"].filter(pl.col("year") == year)["market"],
        entries["own_vehicle"].filter(pl.col("year") == year)["region"],
    ]
    return sorted({one for column in named for one in column.drop_nulls()})


def _with(entries: pl.DataFrame, shipped: list[dict[str, Any]]) -> pl.DataFrame:
    """Entries and what ships below them, with the column `factor`."""
    schema = pl.Schema({**entries.schema, "factor": pl.List(pl.String)})
    held = entries.with_columns(pl.lit(None, pl.List(pl.String)).alias("factor"))
    rows = [{name: row.get(name) for name in schema} for row in shipped]
    return pl.concat([held, pl.DataFrame(rows, schema=schema, orient="row")])


def _scenario(grid: pl.DataFrame, asked: Asked) -> str:
    names = grid["scenario"].unique().sort().to_list()
    wanted = asked.options.get("scenario")
    if (wanted is None and len(names) > 1) or (wanted is not None and wanted not in names):
        raise InputRefused([_refusal("scenario", wanted or "-", ", ".join(names) or "-")])
    return wanted or (names[0] if names else "")


def _known(asked: Asked) -> None:
    found = [_refusal("--set", name, ", ".join(_OPTIONS)) for name in sorted(set(asked.options) - set(_OPTIONS))]
    mode = asked.options.get("grid", "trajectory")
    if mode not in _GRIDS:
        found.append(_refusal("grid", mode, ", ".join(_GRIDS)))
    if found:
        raise InputRefused(found)


def _refusal(place: str, told: str, choices: str) -> Finding:
    return Finding(
        code="fleet.option", place=place, found="{told} is not known here", expected="one of {choices}",
        remedy="choose one of them; category 11 is always the whole life of what was sold in the year",
        params={"told": told, "choices": choices},
    )  # fmt: skip
