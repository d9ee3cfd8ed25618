"""A workspace of six offices and a store, small enough to add up by hand, and findings made by hand."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from tests.workflows.estate import dataset, readings, wattstone, workspace
from wattstone.detection.findings import FINDINGS
from wattstone.workflows.access import POLICY, Principal, Role, Scope
from wattstone.workflows.access.guard import guarded
from wattstone.workflows.workspace import Workspace

YEAR = 2019
HOURS = 8760
SITES = {"A": 1.0, "B": 2.0, "C": 3.0, "D": 4.0, "E": 5.0, "F": 600.0}  # kW all year, on 1,000 m2 each


def made(folder: Path) -> Path:
    """Six offices in London that use so many kW, and a store of which nothing is known but that it is."""
    frames = [readings(f"{site}-main", [power] * HOURS, site=site) for site, power in SITES.items()]
    sites = [
        {"site_id": site, "name": f"Office {site}", "type": "office", "country": "GB", "city": "London",
         "timezone": "UTC", "gia_m2": 1000.0, "latitude": 51.5, "longitude": 2.3 + at}
        for at, site in enumerate(SITES)
    ]  # fmt: skip
    store = {**sites[0], "site_id": "G", "name": "Store", "type": "store", "city": "Nice", "gia_m2": None,
             "latitude": None, "longitude": None}  # fmt: skip
    root = workspace(folder / "workspace", dataset(folder / "data", *frames, sites=[*sites, store]))
    wattstone("inventory", root, "--year", YEAR)
    return root


def found(*rows: dict[str, Any]) -> pl.DataFrame:
    """Findings as a run of the detection tells them."""
    usual: dict[str, Any] = {
        "code": "out_of_hours", "site_id": "A", "meter_id": "A-main", "start": datetime(YEAR, 3, 1), "end": None,
        "unit": "kWh", "energy": 100.0, "energy_lower": 80.0, "energy_upper": 120.0, "money": 20.0,
        "money_lower": 16.0, "money_upper": 24.0, "currency": "EUR", "kg": 40.0, "kg_lower": 37.0, "kg_upper": 43.0,
        "a_day": 1.0, "at_stake": 0.0, "confidence": 0.8, "score": 10.0, "share": 1.0,
        "params": {"before": 1.0, "after": 2.0, "a": 0.0, "b": 5.0}, "weeks": [date(YEAR, 3, 1)], "actual": [2.0],
        "expected": [1.0], "day_during": [2.0] * 24, "day_else": [1.0] * 24,
    }  # fmt: skip
    frame = pl.DataFrame([{**usual, **{k: v for k, v in row.items() if k in usual}} for row in rows], schema=FINDINGS)
    since = [row.get("since", date(YEAR, 3, 1)) for row in rows]
    until = [row.get("until") for row in rows]
    figures = [row.get("figures", [f"e{at}", f"m{at}", f"k{at}"]) for at, row in enumerate(rows)]
    return frame.with_columns(
        pl.Series("rank", range(1, len(rows) + 1)), pl.Series("since", since, dtype=pl.Date),
        pl.Series("until", until, dtype=pl.Date), pl.lit("kg CO2e").alias("gas"),
        pl.Series("figures", figures, dtype=pl.List(pl.String)),
    )  # fmt: skip


def seen_by(opened: Workspace, role: Role, *sites: str) -> Workspace:
    """The workspace as somebody sees it who has a role at some sites; at all of them where none is named."""
    scope = Scope(frozenset(sites)) if sites else Scope()
    who = Principal(id="p", name="Pat", kind="person", tenant="t", role=role, scope=scope, acts=POLICY[role])
    return guarded(opened, who)


def days(count: int) -> timedelta:
    """So many days."""
    return timedelta(days=count)
