"""Prices and carbon of machines: by the clock, by file, by published factor, and what is refused."""

from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from wattstone.base import InputRefused
from wattstone.workflows.machinery.energy import Energy, EnergyTable, energy_of

OWN: dict[str, Any] = {"carbon_kg_per_kwh": 0.4, "carbon_source": "the supplier"}


def energy(
    said: dict[str, Any], folder: Path = Path(), *, currency: str = "EUR", zone: str = "Europe/Berlin"
) -> Energy:
    return energy_of(EnergyTable.model_validate(said), folder, currency=currency, zone=zone)


def test_bands_follow_the_local_clock_through_its_change() -> None:
    bands = [{"name": "day", "rate": 0.3, "hours": [["08:00", "20:00"]]}, {"name": "night", "rate": 0.1}]
    held = energy({"bands": bands, **OWN})

    prices = held.prices(datetime(2025, 3, 30, 0), 8, 1.0)  # 01:00 local; the clock goes from 02:00 to 03:00

    np.testing.assert_array_equal(prices, [0.1] * 6 + [0.3] * 2)


def test_typical_days_take_the_mean_price_of_each_hour() -> None:
    bands = [{"name": "peak", "rate": 1.0, "hours": [["08:00", "09:00"]], "months": [1]}, {"name": "rest", "rate": 0.0}]
    prices = energy({"bands": bands, **OWN}, zone="Asia/Shanghai").by_hour()

    assert prices[8] == pytest.approx(31 / 365, abs=2e-3)
    assert prices.sum() == pytest.approx(prices[8])


def test_a_published_factor_comes_with_its_evidence() -> None:
    held = energy({"price": 0.6, "country": "CN", "region": "CN-ZJ", "year": 2022}, currency="CNY")

    assert (held.carbon.value, held.carbon.unit) == (0.5153, "kg CO2")
    assert list(held.carbon.evidence) == [f"factor:{held.carbon.id}"]


def test_a_total_by_another_set_of_potentials_is_refused_unless_it_was_accepted() -> None:
    said = EnergyTable.model_validate({"price": 0.2, "country": "GB", "year": 2025})  # a total by AR5

    with pytest.raises(InputRefused) as refused:
        energy_of(said, Path(), currency="GBP", zone="Europe/London", gwp_set="AR6")
    held = energy_of(
        said, Path(), currency="GBP", zone="Europe/London", gwp_set="AR6", exceptions=frozenset({"gwp:AR5"})
    )

    assert "sets are not mixed" in refused.value.findings[0].text()
    assert held.carbon.value == pytest.approx(0.177)  # DESNZ 2025, as the publisher's file has it


def test_a_place_without_a_factor_is_refused_with_the_way_out() -> None:
    with pytest.raises(InputRefused) as refused:
        energy({"price": 0.6, "country": "CN", "region": "CN-XZ", "year": 2022})

    (finding,) = refused.value.findings
    assert finding.code == "machinery.factor"
    assert "carbon_kg_per_kwh" in finding.text()


def test_a_tariff_in_another_currency_is_not_converted(tmp_path: Path) -> None:
    text = 'id = "t"\nkind = "electricity"\ncurrency = "GBP"\nzone = "UTC"\nvalid_from = 2020-01-01\nsource = "s"\n'
    (tmp_path / "t.toml").write_text(f'{text}[[bands]]\nname = "all"\nrate = 0.2\n', encoding="utf-8")

    with pytest.raises(InputRefused) as refused:
        energy({"tariffs": ["t.toml"], **OWN}, tmp_path)

    assert [one.code for one in refused.value.findings] == ["machinery.currency"]


@pytest.mark.parametrize(
    "said",
    [
        {**OWN},
        {"price": 0.1, "tariffs": ["x"], **OWN},
        {"price": 0.1},
        {"price": 0.1, "carbon_kg_per_kwh": 0.4},
        {"price": 0.1, "country": "DE"},
    ],
)
def test_one_price_and_one_carbon_are_asked_for(said: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        EnergyTable.model_validate(said)


def test_an_accepted_factor_of_lesser_confidence_serves() -> None:
    said = EnergyTable.model_validate({"price": 0.2, "country": "DE", "year": 2022})

    with pytest.raises(InputRefused):
        energy_of(said, Path(), currency="EUR", zone="UTC")
    held = energy_of(said, Path(), currency="EUR", zone="UTC", exceptions=frozenset({"aib2022"}))

    assert 0.2 < held.carbon.value < 0.6
