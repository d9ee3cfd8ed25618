"""Lines of comparisons: break-even distance, what decides it, life cycles, and the claim of avoided emissions apart."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import polars as pl

from wattstone.programme.fleet.comparison import Side, break_even, cumulated, elasticities
from wattstone.programme.fleet.sold import Factors
from wattstone.programme.held import rests_on
from wattstone.programme.report import Basis, Chart, Column, Line, Said, Table

__all__ = ["INPUTS", "Compared", "compared"]

INPUTS: Final = {
    "made": "Making the electric vehicle", "kwh": "Electricity of a kilometre", "grid": "Factor of electricity",
    "litres": "Fuel of a kilometre of the electric vehicle", "fuel": "Factor of the electric vehicle's fuel",
    "other_made": "Making the other vehicle", "other_litres": "Fuel of a kilometre",
    "other_kwh": "Electricity of a kilometre of the other vehicle", "other_fuel": "Factor of fuel",
    "shared_fuel": "Factor of the fuel of both vehicles",
}  # fmt: skip


_MOVED: Final = {
    "made": "Change of the distance, 1 % more in making the electric vehicle",
    "kwh": "Change of the distance, 1 % more electricity of a kilometre",
    "grid": "Change of the distance, 1 % more in the factor of electricity",
    "litres": "Change of the distance, 1 % more fuel of the electric vehicle",
    "fuel": "Change of the distance, 1 % more in the factor of its fuel",
    "other_made": "Change of the distance, 1 % more in making the other vehicle",
    "other_litres": "Change of the distance, 1 % more fuel of the other vehicle",
    "other_kwh": "Change of the distance, 1 % more electricity of the other vehicle",
    "other_fuel": "Change of the distance, 1 % more in the factor of the other fuel",
    "shared_fuel": "Change of the distance, 1 % more in the factor of the fuel of both",
}
_ELASTICITY: Final = Said("change of the break-even distance in per cent where this input alone is one per cent higher")


@dataclass(frozen=True, kw_only=True)
class Compared:
    """Comparisons: lines, tables and charts, and where each breaks even in a sentence."""

    lines: tuple[Line, ...]
    tables: tuple[Table, ...]
    charts: tuple[Chart, ...]
    says: tuple[Said, ...] = ()


def compared(
    pairs: pl.DataFrame, models: pl.DataFrame, energy: pl.DataFrame, life: pl.DataFrame, factors: Factors, year: int
) -> Compared:
    """Each comparison of vehicles sold in a year.

    Parameters
    ----------
    pairs : DataFrame
        Entries of the kind `vehicle_comparison`.
    models, energy, life : DataFrame
    factors : Factors
    year : int

    Returns
    -------
    Compared
    """
    lines: list[Line] = []
    weights: list[dict[str, Any]] = []
    curves: list[dict[str, Any]] = []
    says: list[Said] = []
    for pair in pairs.filter(pl.col("year") == year).sort("id").iter_rows(named=True):
        sides = [_side(pair[name], pair, models, energy, life, factors) for name in ("electric", "other")]
        used = models.filter(pl.col("id").is_in([pair["electric"], pair["other"]]))
        inputs = (
            f"entry:{pair['hash']}",
            *rests_on("vehicle_model", used["hash"]),
            *_factor_inputs(pair, used, factors),
        )
        one, other = sides
        if isinstance(one, Said) or isinstance(other, Said):
            lines.append(
                _line(pair, "break_even", "Break-even distance", None, "km", year, inputs, reason=_first(one, other))
            )
            continue
        if len(one.km) != len(other.km) or not np.allclose(one.km, other.km):
            gap = Said("the two vehicles are driven different distances in a year, so that no distance compares them")
            lines.append(_line(pair, "break_even", "Break-even distance", None, "km", year, inputs, reason=gap))
            continue
        ends = [_end(pair[name], models) for name in ("electric", "other")]
        lines += _lines(pair, one, other, ends, year, inputs)
        moved = {name: value for name, value in elasticities(one, other).items() if np.isfinite(value)}
        says.append(_sentence(pair["id"], break_even(one, other), float(one.km.sum()), moved))
        lines += [
            _line(pair, f"elasticity.{name}", _MOVED[name], value, "%", year, inputs, notes=(_ELASTICITY,))
            for name, value in moved.items()
        ]  # fmt: skip
        weights += [
            {"comparison": pair["id"], "input": name, "elasticity": value,
             "elasticity@line": f"fleet.comparison.elasticity.{name}|entry:{pair['id']}"}
            for name, value in moved.items()
        ]  # fmt: skip
        driven = np.concatenate([[0.0], np.cumsum(one.km)])
        for side, name in ((one, "electric"), (other, "other")):
            curves += [
                {
                    "comparison": pair["id"],
                    "vehicle": pair[name],
                    "km": float(km),
                    "kg": float(kg),
                }
                for km, kg in zip(driven, cumulated(side), strict=True)
            ]
    return Compared(
        lines=tuple(lines), tables=_tables(weights, _named(curves)), charts=_charts(weights, curves), says=tuple(says)
    )  # fmt: skip


def _sentence(name: str, far: float, life: float, moved: Mapping[str, float]) -> Said:
    """Where a comparison breaks even, and the input that moves it most."""
    if not np.isfinite(far):
        return Said("{name}: the electric vehicle does not catch up within its {km} km.", {"name": name, "km": life})
    if far == 0.0 or not moved:
        return Said("{name}: the electric vehicle has emitted less from {km} km on.", {"name": name, "km": far})
    most = max(moved, key=lambda one: abs(moved[one]))
    told = {"name": name, "km": far, "input": INPUTS[most], "change": abs(moved[most])}
    if moved[most] > 0:
        return Said(
            "{name}: the electric vehicle has emitted less from {km} km on. What decides it most is '{input}': one per "
            "cent more moves the distance further away by {change:.1f} %.", told,
        )  # fmt: skip
    return Said(
        "{name}: the electric vehicle has emitted less from {km} km on. What decides it most is '{input}': one per "
        "cent more brings the distance nearer by {change:.1f} %.", told,
    )  # fmt: skip


def _named(curves: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Curves with a name: that of the vehicle, with its comparison where it runs otherwise in another one."""
    runs: dict[str, dict[str, list[float]]] = {}
    for one in curves:
        runs.setdefault(one["vehicle"], {}).setdefault(one["comparison"], []).append(one["kg"])
    same = {vehicle: all(kg == next(iter(of.values())) for kg in of.values()) for vehicle, of in runs.items()}
    return [
        {**one, "curve": one["vehicle"] if same[one["vehicle"]] else f"{one['vehicle']} ({one['comparison']})"}
        for one in curves
    ]


def _side(
    model: str,
    pair: Mapping[str, Any],
    models: pl.DataFrame,
    energy: pl.DataFrame,
    life: pl.DataFrame,
    factors: Factors,
) -> Side | Said:
    row = models.filter(pl.col("id") == model)
    used = energy.filter(pl.col("model") == model)
    driven = life.filter(pl.col("model") == model).sort("age")
    if row.is_empty() or driven.is_empty() or used["litres"][0] is None or used["kwh"][0] is None:
        return Said("consumption or distance over the life of {what} is missing", {"what": model})
    if row["production_kg"][0] is None:
        return Said("what making {what} emits is not known: no tailpipe is not no life cycle", {"what": model})
    fuel = _fuel(used["fuel"][0], pair["market"], factors) if used["litres"][0] > 0 else 0.0
    if fuel is None:
        return Said("no factor of fuel, well to wheel, for {what}; enter fleet_fuel", {"what": str(used["fuel"][0])})
    ages = driven["age"].to_numpy()
    years = ages + pair["year"] if factors.mode == "trajectory" else np.full(len(ages), pair["year"])
    told = factors.grid.filter((pl.col("region") == pair["market"]) & pl.col("year").is_in(np.unique(years).tolist()))
    bare = told.filter(pl.col("upstream_kg_per_kwh").is_null())
    known = dict(told.select("year", pl.col("kg_per_kwh") + pl.col("upstream_kg_per_kwh")).iter_rows())
    grid = np.array([known.get(int(one), np.nan) for one in years], dtype=np.float64)
    if used["kwh"][0] > 0 and bare.height:
        what = f"{pair['market']} {bare['year'].min()}-{bare['year'].max()}"
        return Said(
            "upstream_kg_per_kwh of fleet_grid is missing for {what}; enter it, 0 where generation holds it already",
            {"what": what},
        )  # fmt: skip
    if used["kwh"][0] > 0 and not np.isfinite(grid).all():
        what = f"{pair['market']} {years.min()}-{years.max()}"
        return Said(
            "no average factor of electricity for {what} (scenario {scenario}); enter fleet_grid for each year of use, "
            "or ask with grid=year_of_sale",
            {"what": what, "scenario": factors.scenario or "-"},
        )  # fmt: skip
    return Side(
        made=row["production_kg"][0], litres=used["litres"][0], kwh=used["kwh"][0], fuel=fuel,
        grid=np.nan_to_num(grid), km=driven["km"].to_numpy().astype(np.float64), burns=used["fuel"][0] or "",
    )  # fmt: skip


def _fuel(name: str | None, market: str, factors: Factors) -> float | None:
    rows = factors.fuels.filter((pl.col("fuel") == name) & pl.col("market").is_in([market, "*"])).sort("market")
    if rows.is_empty():
        return None
    own = rows.row(-1, named=True)  # `*` sorts before any name
    return None if own["well_to_tank"] is None else own["tank_to_wheel"] + own["well_to_tank"]


def _end(model: str, models: pl.DataFrame) -> float | None:
    return models.filter(pl.col("id") == model)["end_of_life_kg"][0]


def _lines(
    pair: Mapping[str, Any], one: Side, other: Side, ends: list[float | None], year: int, inputs: tuple[str, ...]
) -> Iterator[Line]:
    far = break_even(one, other)
    km = float(one.km.sum())
    never = Said(
        "not within the {km} km of the life: the electric vehicle is {kg} kg CO2e behind at its end",
        {"km": f"{km:,.0f}", "kg": f"{cumulated(one)[-1] - cumulated(other)[-1]:,.0f}"},
    )  # fmt: skip
    found = np.isfinite(far)
    yield _line(
        pair, "break_even", "Break-even distance", far if found else None, "km", year, inputs,
        reason=None if found else never,
    )  # fmt: skip
    lacks = _one_end(pair, ends)
    whole = [float(cumulated(side)[-1]) + (end or 0.0) for side, end in zip((one, other), ends, strict=True)]
    tail = (
        Said("the tailpipe of an electric vehicle emits nothing; its life cycle does"),
        Said("no credit is taken for a second life of the battery"),
        *(() if ends != [None, None] else (Said("without the end of life, which is stated of neither vehicle"),)),
    )
    for name, value in zip(("electric", "other"), whole, strict=True):
        label = "Life cycle of the electric vehicle" if name == "electric" else "Life cycle of the other vehicle"
        told = None if lacks else value / km
        yield _line(pair, f"life_cycle.{name}", label, told, "kg CO2e/km", year, inputs, reason=lacks, notes=tail)
    yield from _claim(pair, whole, lacks, year, inputs)


def _one_end(pair: Mapping[str, Any], ends: list[float | None]) -> Said | None:
    """Why two lives are not compared to their ends: the end of one alone is known."""
    bare = [pair[name] for name, end in zip(("electric", "other"), ends, strict=True) if end is None]
    if len(bare) != 1:
        return None
    return Said(
        "end_of_life_kg of {what} is missing, and that of the other vehicle is not; enter both or neither",
        {"what": str(bare[0])},
    )  # fmt: skip


def _claim(
    pair: Mapping[str, Any], whole: list[float], bare: Said | None, year: int, inputs: tuple[str, ...]
) -> Iterator[Line]:
    if pair["units"] is None:
        return
    label = "Avoided emissions claimed, apart from every inventory"
    if bare or not pair["baseline"]:
        lacks = bare or Said(
            "a claim of avoided emissions needs its baseline: why the other vehicle would be driven otherwise"
        )
        yield _line(pair, "avoided_claim", label, None, "kg CO2e", year, inputs, reason=lacks)
        return
    apart = Said("a claim against a counterfactual, never subtracted from scopes 1 to 3 (Scope 3 Standard, chapter 9)")
    base = Said("baseline: {baseline}", {"baseline": pair["baseline"]})
    value = (whole[1] - whole[0]) * pair["units"]
    yield _line(pair, "avoided_claim", label, value, "kg CO2e", year, inputs, notes=(apart, base))


def _line(
    pair: Mapping[str, Any], name: str, label: str, value: float | None, unit: str, year: int, inputs: tuple[str, ...],
    *, reason: Said | None = None, notes: tuple[Said, ...] = (), basis: Basis = "estimated",
) -> Line:  # fmt: skip
    return Line(
        name=f"fleet.comparison.{name}", label=label, value=value, unit=unit, period=str(year),
        method="fleet.comparison/1", subject=f"entry:{pair['id']}", inputs=inputs, reason=reason, notes=notes,
        basis=basis,
    )  # fmt: skip


def _first(*sides: Side | Said) -> Said | None:
    return next((one for one in sides if isinstance(one, Said)), None)


def _factor_inputs(pair: Mapping[str, Any], used: pl.DataFrame, factors: Factors) -> tuple[str, ...]:
    years = int(used["lifetime_years"].max() or 40)  # pyright: ignore[reportArgumentType]
    rows = pl.DataFrame({"market": [pair["market"]] * 2, "used_in": [pair["year"], pair["year"] + years - 1]})
    return factors.inputs(rows)


def _tables(weights: list[dict[str, Any]], curves: list[dict[str, Any]]) -> tuple[Table, ...]:
    found: list[Table] = []
    if weights:
        columns = (
            Column("comparison", "Comparison"), Column("input", "Input", labels=INPUTS),
            Column("elasticity", "Change of the distance where an input is one per cent higher", "%"),
        )  # fmt: skip
        found.append(Table("decides", "What decides the break-even distance", columns, pl.DataFrame(weights)))
    if curves:
        columns = (
            Column("comparison", "Comparison"), Column("vehicle", "Vehicle"), Column("km", "Distance", "km"),
            Column("kg", "Emitted since it was made", "kg CO2e"),
        )  # fmt: skip
        found.append(Table("curves", "Emissions over the distance", columns, pl.DataFrame(curves)))
    return tuple(found)


def _charts(weights: list[dict[str, Any]], curves: list[dict[str, Any]]) -> tuple[Chart, ...]:
    found: list[Chart] = []
    if curves:
        note = Said("Each line begins with what making the vehicle emits; where lines cross, the distance breaks even.")
        found.append(
            Chart(id="curves", title="Emissions over the distance", mark="line", table="curves", x="km", y="kg",
                  series="curve", note=note)
        )  # fmt: skip
    if weights:
        several = len({one["comparison"] for one in weights}) > 1
        found.append(
            Chart(id="decides", title="What decides the break-even distance", table="decides", x="input",
                  mark="grouped" if several else "bar", y="elasticity", series="comparison" if several else None,
                  note=Said("A bar to the right: a higher input moves the distance further away."))
        )  # fmt: skip
    return tuple(found)
