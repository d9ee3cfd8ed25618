"""Sums without a value: why, told once at its root."""

from datetime import datetime

import polars as pl

from wattstone.inventory.frames import FIGURE
from wattstone.inventory.sums import MEMBER, summed

EXTRA = {
    "site_id": pl.String,
    "kind": pl.String,
    "counted": pl.Boolean,
    "absent": pl.Boolean,
    "owned": pl.Float64,
    "variance": pl.Float64,
}


def members(reasons: dict[str, str | None]) -> pl.DataFrame:
    """Meters of sites `A`, `B`... that have 1 kWh or a reason; `A1` stands at `A`."""
    rows = [
        {
            "id": name,
            "name": "energy.electricity",
            "subject": f"meter:{name}",
            "period": "2024",
            "start": datetime(2024, 1, 1),
            "end": datetime(2025, 1, 1),
            "value": None if reason else 1.0,
            "unit": "kWh",
            "reason": reason,
            "method": "energy/1",
            "estimated": 0.0,
            "notes": [],
            "inputs": [],
            "site_id": name[0],
            "kind": "electricity",
            "counted": True,
            "absent": False,
            "owned": None if reason else 1.0,
            "variance": 0.0,
        }
        for name, reason in reasons.items()
    ]
    schema = {**FIGURE, **EXTRA}
    return pl.DataFrame([{name: row.get(name) for name in schema} for row in rows], schema=schema)


def reason_of_all(reasons: dict[str, str | None]) -> str:
    sites = summed(members(reasons), "site_id", kinds=False)
    return summed(sites.select(*FIGURE, *MEMBER), None, kinds=False)["reason"][0]


def test_a_reason_is_told_at_its_root() -> None:
    why = "no factor of grid electricity for CN in 2024: the sets declared for CN hold it for 2021 only"
    assert reason_of_all({"A1": why, "A2": why, "B1": None}) == f"1 of 2 sites cannot be computed (A): {why}"


def test_names_in_brackets_do_not_hide_the_root() -> None:
    assert reason_of_all({"A (main)": "why: so"}) == "1 of 1 sites cannot be computed (A): why: so"


def test_other_sites_and_other_reasons_are_counted() -> None:
    reasons = {"A1": "one", "A2": "two", "B1": "one", "C1": "two", "D1": "three"}
    said = "4 of 4 sites cannot be computed (A, B, C and 1 more): one; also: two; also: three"
    assert reason_of_all(reasons) == said


def test_reasons_beyond_the_first_four_are_counted() -> None:
    said = "6 of 6 sites cannot be computed (A, B, C and 3 more): a; also: b; also: c; also: d; other reasons: 2"
    assert reason_of_all({f"{site}1": site.lower() for site in "ABCDEF"}) == said
