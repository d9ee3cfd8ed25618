"""Lines of sold vehicles: category 11 with its parts, and well to wheel beside it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import polars as pl

from wattstone.programme.fleet.by_model import by_model
from wattstone.programme.fleet.life import lives
from wattstone.programme.fleet.use_phase import Grid, use_phase
from wattstone.programme.held import rests_on
from wattstone.programme.report import Line, Said, Table

__all__ = ["OWN", "Factors", "Sold", "shipped", "sold"]

OWN: Final[dict[str, Any]] = {"region": pl.String, "kg_per_kwh": pl.Float64, "factor": pl.List(pl.String)}
"""Columns of electricity of own vehicles."""

_RULE: Final = Said(
    "whole life of the vehicles sold in the year, never divided by its years (Scope 3 Standard, table 5.4; Technical "
    "Guidance, chapter 11)"
)
_PARTS: Final = {
    "tank_to_wheel": "Fuel burnt in the vehicles, tank to wheel",
    "electricity": "Generation of the electricity charged",
    "refrigerant": "Refrigerant lost in use",
}
_INVENTORY: Final = Said(
    "scopes 1 and 2 of who drives them, the minimum boundary: what the inventory counts as category 3.11; with "
    "life-cycle factors of fuel and electricity it is the line beside it (Technical Guidance, chapter 11)"
)
_BESIDE: Final = {
    "fuel_upstream": "Fuel, well to tank",
    "electricity_upstream": "Electricity, upstream of the power plant and grid losses",
}


_NAME: Final = {one: f"category_11.{one}" for one in _PARTS} | {one: f"upstream.{one}" for one in _BESIDE}
"""Of the lines of parts."""


@dataclass(frozen=True, kw_only=True)
class Factors:
    """Factors of vehicles: entries and what ships, in one form.

    Parameters
    ----------
    fuels : DataFrame
        `fuel`, `market`, `tank_to_wheel`, `well_to_tank`, and what it rests on: `hash` of an entry or `factor`, ids of
        factors that ship.
    grid : DataFrame
        `region`, `year`, `kg_per_kwh`, `upstream_kg_per_kwh`, `hash` or `factor`.
    refrigerants : DataFrame
        `refrigerant`, `gwp`, `hash` or `factor`.
    own : DataFrame
        Electricity of the organisation's own vehicles, as the inventory has it: `region`, `kg_per_kwh`, `factor`.
    own_fuels : DataFrame
        Fuel of the organisation's own vehicles where no entry says it, with the columns of `fuels`.
    mode : {'trajectory', 'year_of_sale'}
    scenario : str
        Of the grid.
    """

    fuels: pl.DataFrame
    grid: pl.DataFrame
    refrigerants: pl.DataFrame
    mode: Grid
    scenario: str
    own: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=OWN))
    own_fuels: pl.DataFrame | None = None

    def inputs(self, rows: pl.DataFrame) -> tuple[str, ...]:
        """What stands behind the factors that vehicles used."""
        first, last = rows["used_in"].min(), rows["used_in"].max()
        markets = rows["market"].unique().to_list()
        grid = self.grid.filter(pl.col("region").is_in(markets) & pl.col("year").is_between(first, last))
        fuels = self.fuels.filter(pl.col("market").is_in([*markets, "*"]))
        keys: list[str] = []
        for kind, frame in (("fleet_grid", grid), ("fleet_fuel", fuels), ("fleet_refrigerant", self.refrigerants)):
            keys += [*rests_on(kind, frame["hash"]), *shipped(frame)]
        return (*keys, f"given:grid={self.mode}")


def shipped(frame: pl.DataFrame) -> tuple[str, ...]:
    """The factors that ship among rows, as inputs of a line."""
    ids = frame["factor"].drop_nulls().explode().drop_nulls().unique().sort()
    return tuple(f"factor:{one}" for one in ids)


@dataclass(frozen=True, kw_only=True)
class Sold:
    """What sold vehicles come to: lines, and rows by model, market and year of use."""

    lines: tuple[Line, ...]
    rows: pl.DataFrame
    tables: tuple[Table, ...]


def sold(
    sales: pl.DataFrame,
    models: pl.DataFrame,
    energy: pl.DataFrame,
    life: pl.DataFrame,
    use: pl.DataFrame,
    factors: Factors,
    year: int,
) -> Sold:
    """Category 11 of a year.

    Parameters
    ----------
    sales : DataFrame
        Entries of the kind `vehicle_sales` of that year.
    models, energy, life, use : DataFrame
        Models, `per_km` and `distances` of them, entries of the kind `vehicle_use`.
    factors : Factors
    year : int

    Returns
    -------
    Sold
    """
    rows = use_phase(sales, energy, life, factors.fuels, factors.grid, mode=factors.mode)
    lost = _refrigerant(sales, models, factors)
    used = models.filter(pl.col("id").is_in(sales["model"].unique().to_list()))
    inputs = (
        *rests_on("vehicle_sales", sales["hash"]), *rests_on("vehicle_model", used["hash"]),
        *rests_on("vehicle_use", use.filter(pl.col("schedule").is_in(used["schedule"].to_list()))["hash"]),
        *(factors.inputs(rows) if rows.height else ()),
    )  # fmt: skip
    short = lives(used, use).filter(pl.col("looks") == "annual")["model"].to_list()
    annual = _annual(short)
    gaps = {name: annual or _gap(rows, name, factors) for name in (*_PARTS, *_BESIDE) if name in rows.columns}
    gaps["refrigerant"] = _lacking(lost)
    amounts = {name: None if gaps[name] else float(rows[name].sum()) for name in gaps if name in rows.columns}
    amounts["refrigerant"] = None if gaps["refrigerant"] else float(lost["kg"].sum())
    silent = _silent(lost)
    whole = _PARTS | _BESIDE
    label = "Use of sold vehicles with life-cycle factors of fuel and electricity"
    lines = [
        _total("category_11", "Use of sold vehicles, category 11", _PARTS, amounts, gaps, year, (_INVENTORY, *silent)),
        _total("category_11.life_cycle", label, whole, amounts, gaps, year, silent),
    ]
    for name, text in whole.items():
        notes = silent if name == "refrigerant" else ()
        lines.append(_line(_NAME[name], text, amounts[name], gaps[name], year, inputs, notes))
    wheel = dict.fromkeys(("tank_to_wheel", "electricity", *_BESIDE), "")
    lines.append(_total("well_to_wheel", "Well to wheel of sold vehicles", wheel, amounts, gaps, year))
    tables, each = by_model(rows.filter(~pl.col("model").is_in(short)), sales, year, inputs)
    return Sold(lines=(*lines, *each), rows=rows, tables=tables)


def _annual(found: list[str]) -> Said | None:
    """Why the whole life is not known: of vehicles that were sold, what is entered looks like one year."""
    if not found:
        return None
    return Said(
        "the distance of {what} looks like that of one year; category 11 is the whole life (Scope 3 Standard, table "
        "5.4)",
        {"what": ", ".join(found)},
    )  # fmt: skip


def _silent(lost: pl.DataFrame) -> tuple[Said, ...]:
    """Which vehicles say nothing of refrigerant: nothing of it is in the sum."""
    names = lost.filter("silent")["model"].unique().sort().to_list()
    if not names:
        return ()
    return (
        Said(
            "no refrigerant lost in use is stated for {what}: nothing of it is in this sum; enter 0 where none is in "
            "them",
            {"what": ", ".join(names)},
        ),
    )  # fmt: skip


def _refrigerant(sales: pl.DataFrame, models: pl.DataFrame, factors: Factors) -> pl.DataFrame:
    lost = models.select(pl.col("id").alias("model"), "refrigerant", "refrigerant_lost_kg")
    both = sales.join(lost, on="model", how="left").join(
        factors.refrigerants, on="refrigerant", how="left", suffix="_f"
    )
    amount = pl.col("units") * pl.col("refrigerant_lost_kg").fill_null(0.0)  # none stated: none in the line, and said
    return both.select(
        "model", "refrigerant", pl.col("refrigerant_lost_kg").is_null().alias("silent"),
        pl.when(amount == 0).then(0.0).otherwise(amount * pl.col("gwp")).alias("kg"),
    )  # fmt: skip


def _lacking(lost: pl.DataFrame) -> Said | None:
    named = lost.filter(pl.col("kg").is_null())["refrigerant"].drop_nulls().unique().sort().to_list()
    return Said("no global warming potential of {what}", {"what": ", ".join(named)}) if named else None


def _gap(rows: pl.DataFrame, name: str, factors: Factors) -> Said | None:
    """Why a part has no value; None where it has."""
    empty = rows.filter(pl.col(name).is_null())
    if empty.is_empty():
        return None
    unknown = empty.filter(pl.col("km").is_null() | pl.col("litres").is_null() | pl.col("kwh").is_null())
    if unknown.height:
        names = ", ".join(unknown["model"].unique().sort())
        return Said("consumption or distance over the life of {what} is missing", {"what": names})
    if name == "electricity_upstream" and (named := empty.filter(pl.col("electricity").is_not_null())).height:
        return Said(
            "upstream_kg_per_kwh of fleet_grid is missing for {what}; enter it, 0 where generation holds it already",
            {"what": _spans(named)},
        )  # fmt: skip
    if name in ("electricity", "electricity_upstream"):
        return Said(
            "no average factor of electricity for {what} (scenario {scenario}); enter fleet_grid for each year of use, "
            "or ask with grid=year_of_sale",
            {"what": _spans(empty), "scenario": factors.scenario or "-"},
        )  # fmt: skip
    return Said("no factor of fuel for {what}; enter fleet_fuel", {"what": ", ".join(empty["market"].unique().sort())})


def _spans(rows: pl.DataFrame) -> str:
    """Markets with their first and last year of use."""
    ends = (pl.col("used_in").min().alias("first"), pl.col("used_in").max().alias("last"))
    spans = rows.group_by("market").agg(*ends).sort("market")
    return "; ".join(f"{one['market']} {one['first']}-{one['last']}" for one in spans.iter_rows(named=True))


def _line(
    name: str, label: str, value: float | None, gap: Said | None, year: int, inputs: Sequence[str],
    notes: tuple[Said, ...] = (),
) -> Line:  # fmt: skip
    return Line(
        name=f"fleet.{name}", label=label, value=value, unit="kg CO2e", period=str(year), method="fleet.use_phase/1",
        inputs=tuple(inputs), reason=gap, notes=(_RULE, *notes), basis="estimated",
    )  # fmt: skip


def _total(
    name: str,
    label: str,
    parts: dict[str, str],
    amounts: dict[str, float | None],
    gaps: dict[str, Said | None],
    year: int,
    notes: tuple[Said, ...] = (),
) -> Line:
    lacks = next((gaps[one] for one in parts if gaps[one]), None)
    told = [amounts[one] for one in parts]
    value = None if lacks else float(sum(one for one in told if one is not None))
    inputs = tuple(f"line:fleet.{_NAME[one]}" for one in parts)
    return _line(name, label, value, lacks, year, inputs, notes)
