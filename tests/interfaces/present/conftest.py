"""A made-up estate of twelve sites, drawn from a seed: numbers of the right size, nothing more."""

import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from typing import Any
from urllib.parse import quote

import jsonschema_rs
import numpy as np
import polars as pl
import pytest

from wattstone.base import Finding
from wattstone.inventory.document import FACTORS, FIGURES, SITES, SOURCES, InventoryDocument

YEAR = 2019
GAS_FACTOR, GRID_FACTOR = 0.18385, 0.2556  # kg CO2e kWh-1 (gross) and kg CO2e kWh-1
NAMES = [
    ("hq", "Harbour House", "office", 18_400.0),
    ("lab", "Laboratory for Materials and Surface Chemistry, North Wing", "laboratory", 9_200.0),
    ("lib", "Library", "library", 12_000.0),
    ("pool", "Swimming pool", "leisure", 3_100.0),
    ("park-a", "银泰中心三期商务办公楼及地下车库", "office", 22_500.0),
    ("park-b", "Riverside Works", "industrial", 31_000.0),
    ("res-1", "Elm Court", "residential", 8_000.0),
    ("res-2", "Oak Court", "residential", 8_300.0),
    ("res-3", "Ash Court", "residential", 7_600.0),
    ("school", "St Mary's School", "school", 5_400.0),
    ("depot", "=Depot+1", "warehouse", 14_200.0),
    ("gate", "Gatehouse", "office", 240.0),
    ("barn", "Barn", "warehouse", None),
]
SEASON = 1 + 0.9 * np.cos(2 * np.pi * (np.arange(12) - 0.4) / 12)  # of gas
NO_AREA = "the site has no floor area"
NOT_YET = "not computed yet"

Row = dict[str, Any]


def row(name: str, subject: str, period: str, value: float | None, unit: str, **more: Any) -> Row:
    content = {"name": name, "subject": subject, "period": period, "value": value, "unit": unit, **more}
    return {
        "lower": None,
        "upper": None,
        "reason": None,
        "basis": None,
        "estimated": 0.0,
        "method": f"{name.split('.')[0]}/1",
        **content,
        "id": hashlib.sha256(repr(content).encode()).hexdigest()[:20],
    }


def _site(seed: int, area: float | None) -> dict[int, dict[str, np.ndarray]]:
    rng = np.random.default_rng([7, seed])
    size = area or 600.0
    electricity = size * rng.uniform(5, 22) * (1 + 0.08 * rng.standard_normal(12))
    gas = size * rng.uniform(6, 16) * SEASON * (1 + 0.1 * rng.standard_normal(12)).clip(0.2)
    if area is not None and seed in {5, 10}:
        gas = np.zeros(12)
    return {
        YEAR: {"electricity": electricity, "natural_gas": gas.clip(0)},
        YEAR - 1: {"electricity": electricity * rng.uniform(0.95, 1.12, 12), "natural_gas": gas.clip(0) * 1.14},
    }


def _rows(subject: str, year: int, use: dict[str, np.ndarray], gas: str, estimated: np.ndarray) -> Iterator[Row]:
    hourly = 1 - 0.06 * np.sin(np.arange(12))
    spans = [(f"{year}-{m + 1:02}", slice(m, m + 1)) for m in range(12)] + [(str(year), slice(0, 12))]
    for period, span in spans:
        power, heat = use["electricity"][span], use["natural_gas"][span]
        share = float(estimated[span].mean())
        annual = float(power.sum() * GRID_FACTOR)
        by_hour = float((power * hourly[span]).sum() * GRID_FACTOR)
        yield row("energy.electricity", subject, period, float(power.sum()), "kWh", estimated=share)
        if use["natural_gas"].any():
            yield row("energy.natural_gas", subject, period, float(heat.sum()), "kWh")
            burnt = float(heat.sum() * GAS_FACTOR)
            yield row(
                "scope1",
                subject,
                period,
                burnt,
                "kg CO2e",
                lower=burnt * 0.96,
                upper=burnt * 1.04,
                method="scope1.fuel/1",
            )
        yield row("scope2.location.annual", subject, period, annual, f"kg {gas}", basis="annual", estimated=share)
        bounds = {"lower": by_hour * 0.9, "upper": by_hour * 1.1}
        yield row(
            "scope2.location.hourly", subject, period, by_hour, f"kg {gas}", basis="hourly", estimated=share, **bounds
        )
        yield row("scope2.location", subject, period, by_hour, f"kg {gas}", basis="hourly", estimated=share, **bounds)
        yield row("cost.electricity", subject, period, float(power.sum() * 0.14), "GBP")


def _yearly(subject: str, use: dict[int, dict[str, np.ndarray]], area: float | None, rows: list[Row]) -> Iterator[Row]:
    total = sum(part.sum() for part in use[YEAR].values())
    yield row(
        "intensity.energy",
        subject,
        str(YEAR),
        float(total / area) if area else None,
        "kWh m-2",
        reason=None if area else NO_AREA,
    )
    values = {(entry["name"], entry["period"]): entry["value"] for entry in rows}
    for name in ("energy.electricity", "energy.natural_gas", "scope1", "scope2.location"):
        now, before = values.get((name, str(YEAR))), values.get((name, str(YEAR - 1)))
        if now is not None and before:
            yield row(f"change.{name}", subject, str(YEAR), (now / before - 1) * 100, "%")
    yield row("change.energy.natural_gas.per_degree_day", subject, str(YEAR), -6.2, "%")
    yield row("degree_days.heating", subject, str(YEAR), 2140.0, "K d")
    yield row("degree_days.heating", subject, str(YEAR - 1), 2310.0, "K d")


def figures(sites: int, gas: str) -> pl.DataFrame:
    rows: list[Row] = []
    names = [*NAMES, *((f"x{n:03}", f"Unit {n}", "office", 2_000.0 + n) for n in range(13, sites))][:sites]
    parts = [(f"site:{name}", _site(seed, area), area, seed) for seed, (name, _, _, area) in enumerate(names)]
    whole = {
        year: {kind: sum(part[year][kind] for _, part, _, _ in parts) for kind in ("electricity", "natural_gas")}
        for year in (YEAR, YEAR - 1)
    }
    area = sum(area or 0.0 for *_, area in names)
    for subject, use, size, seed in [("organisation", whole, area, 0), *parts]:
        estimated = np.zeros(12)
        if seed in {0, 1, 3}:
            estimated[seed + 2 : seed + 5] = [0.04, 0.35, 0.12]
        own = [entry for year in use for entry in _rows(subject, year, use[year], gas, estimated)]
        rows += [*own, *_yearly(subject, use, size, own)]
    rows.append(row("scope2.market", "organisation", str(YEAR), None, "kg CO2e", reason=NOT_YET))
    rows.append(row("scope3", "organisation", str(YEAR), None, "kg CO2e", reason=NOT_YET))
    rows.append(row("volume.water", "organisation", str(YEAR), 48_211.0, "m3"))
    return pl.DataFrame(rows, schema_overrides=FIGURES).select(list(FIGURES))


def findings() -> tuple[Finding, ...]:
    return (
        Finding(
            code="quality.gaps",
            place="meter 'lab-gas'",
            found="{share} of the year is missing",
            expected="a reading in every interval",
            remedy="ask the supplier for the missing readings and ingest them",
            params={"share": "11 %"},
            first="2019-02-03T00:00+00:00",
            severity="warning",
        ),
        Finding(
            code="quality.stuck",
            place="meter 'pool-electricity'",
            found="{count} readings repeat one value",
            expected="a value that moves",
            remedy="have the meter checked",
            count=412,
            severity="warning",
        ),
    )


def document(*, sites: int = 13, gas: str = "CO2e", simulated: bool = True, **changes: Any) -> InventoryDocument:
    """The estate's inventory; `gas` is what the grid's factor counts."""
    table = [*NAMES, *((f"x{n:03}", f"Unit {n}", "office", 2_000.0 + n) for n in range(13, sites))][:sites]
    content: dict[str, Any] = {
        "organisation": "Harbour Estates 海港置业",
        "year": YEAR,
        "zone": "Europe/London",
        "simulated": simulated,
        "gwp_set": "AR5",
        "approach": "operational control",
        "currency": "GBP",
        "base_year": 2018,
        "generated": datetime(2020, 1, 15, 9, 30, tzinfo=UTC),
        "figures": figures(sites, gas),
        "sites": pl.DataFrame(
            [(ident, name, kind, area, "GB", "Europe/London", "GB") for ident, name, kind, area in table],
            schema=SITES,
            orient="row",
        ),
        "factors": pl.DataFrame(
            [
                (
                    "desnz2019_gas_gross",
                    "Natural gas",
                    GAS_FACTOR,
                    "kg CO2e/kWh_gross",
                    "CO2e",
                    "AR4",
                    "UK Government GHG Conversion Factors 2019, https://www.gov.uk/",
                    2019,
                    "OGL v3.0",
                    "A",
                    "<b>made up</b> for the tests",
                ),
                (
                    "desnz2019_grid",
                    "UK electricity",
                    GRID_FACTOR,
                    f"kg {gas}/kWh",
                    gas,
                    None,
                    "UK Government GHG Conversion Factors 2019",
                    2019,
                    "OGL v3.0",
                    "A",
                    None,
                ),
            ],
            schema=FACTORS,
            orient="row",
        ),
        "quality": pl.DataFrame(
            {
                "meter_id": ["hq-e", "lab-gas", "pool-e"],
                "site_id": ["hq", "lab", "pool"],
                "kind": ["electricity", "natural_gas", "electricity"],
                "score": [0.998, 0.81, 0.9],
                "gaps": [0.0, 0.11, 0.002],
                "missing_zero": [0, 14, 0],
                "stuck": [0, 0, 412],
            }
        ),
        "mend": findings(),
        "sources": pl.DataFrame(
            [("readings/2019.parquet", "9f" * 32, 1_314_000, "2018-01-01", "2019-12-31", "b-0001")],
            schema=SOURCES,
            orient="row",
        ),
        "fill": "mean of the neighbouring weeks",
    }
    return InventoryDocument(**{**content, **changes})


@pytest.fixture(scope="session")
def make() -> Callable[..., InventoryDocument]:
    """The estate with changes, for the tests that need another one."""
    return document


@pytest.fixture(scope="session")
def estate() -> InventoryDocument:
    """The estate as it is: thirteen sites, simulated, factors in CO2e."""
    return document()


@cache
def _vega_lite() -> jsonschema_rs.Validator:
    """The schema that altair ships, read by a library that takes a thousandth of the time that altair's own takes."""
    path = resources.files("altair.vegalite.v6") / "schema" / "vega-lite-schema.json"
    return jsonschema_rs.validator_for(json.loads(path.read_text(encoding="utf-8"), object_hook=_with_references))


def _with_references(held: dict[str, Any]) -> dict[str, Any]:
    """Names of its definitions have brackets in them, which an address of its own has to spell out."""
    named = held.get("$ref")
    return {**held, "$ref": quote(named, safe="#/")} if isinstance(named, str) else held


@pytest.fixture(autouse=True)
def every_drawing_is_vega_lite(monkeypatch: pytest.MonkeyPatch) -> None:
    """Check each specification against the schema of Vega-Lite: the program itself does not take the time."""
    from wattstone.interfaces.present.charts.base import Drawing

    made, schema = Drawing.specification, _vega_lite()

    def checked(self: Drawing, width: int) -> dict[str, Any]:
        held = made(self, width)
        schema.validate({name: one for name, one in held.items() if name != "datasets"})
        return held

    monkeypatch.setattr(Drawing, "specification", checked)
