"""The examples of the demo organisation read as entries, and their sums are those of a calculator."""

import tomllib
from importlib import resources
from typing import Any

import pytest

from wattstone.programme.fleet.checks import wrong as wrong_fleet
from wattstone.programme.fleet.samples import entries
from wattstone.programme.suppliers.checks import wrong
from wattstone.programme.suppliers.report import build


def told(package: str) -> dict[str, Any]:
    text = (resources.files("wattstone.programme") / package / "demo.toml").read_text(encoding="utf-8")
    rows: dict[str, list[dict[str, Any]]] = {}
    for one in tomllib.loads(text)["entry"]:
        kind = one.pop("kind")
        number = {key: float(v) if isinstance(v, int) and key not in WHOLE else v for key, v in one.items()}
        rows.setdefault(kind, []).append(number)
    return {kind: entries(kind, *each) for kind, each in rows.items()}


WHOLE = {"year", "lifetime_years", "tier"}


def test_the_lobbies() -> None:
    """3 x (120 + 40 x (4 + 0.8 x 12)) = 1,992 kg; primary 3 x (120 + 40 x 4 x 0.4) = 552 kg of it."""
    made = build(told("suppliers"), 2022)
    assert made.findings == ()
    assert made.line("supplier.chain.total").value == pytest.approx(1_992)
    assert made.line("supplier.primary_share").value == pytest.approx(552 / 1_992)


def test_the_pool_cars_are_sound() -> None:
    assert wrong_fleet(told("fleet")) == []


def test_the_lobbies_are_sound() -> None:
    assert wrong(told("suppliers")) == []
