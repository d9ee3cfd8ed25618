"""Intervals of an inventory from bills and the factors that ship, on both bases; by hand."""

import math

import pytest

from tests.workflows.estate import inventory, wattstone
from wattstone.rates.table import COLUMNS

Z95, Z90 = 1.959964, 1.644854
GAS = (56100 + 5 * 28 + 0.1 * 265) * 3.6e-6  # kg CO2e/kWh net, IPCC 2006 commercial, AR5
GRID = f"""{",".join(COLUMNS)},uncertainty
own_de,Grid,2,purchased_electricity,DE,2023,0.4,kgCO2e/kWh,CO2e,AR5,operator,2024,own,B,,0.10
"""


def width(lower: float, upper: float) -> float:
    return Z95 * math.sqrt(math.exp((math.log(upper / lower) / (2 * Z95)) ** 2) - 1)


def sd(*relative: float) -> float:
    """Of a product of independent errors, from half widths of 95 % intervals."""
    return math.sqrt(math.prod(1 + (one / Z95) ** 2 for one in relative) - 1)


def lognormal(mean: float, error: float) -> tuple[float, float]:
    """The 90 % interval of a lognormal distribution with this mean and standard deviation."""
    sigma = math.sqrt(math.log(1 + (error / mean) ** 2))
    return tuple(mean * math.exp(-(sigma**2) / 2 + sign * Z90 * sigma) for sign in (-1, 1))


@pytest.fixture
def folder(tmp_path):
    root = tmp_path / "ws"
    wattstone("init", root)
    (root / "factors").mkdir(exist_ok=True)
    (root / "factors" / "grid.csv").write_text(GRID, encoding="utf-8")
    wattstone("site", root, "A", "--country", "DE")
    return root


def bill(folder, kind, amount, unit, *more):
    wattstone(
        "activity", "add", folder, "site_id=A", f"kind={kind}", f"amount={amount}", f"unit={unit}", "start=2023-01-01",
        "end=2023-12-31", *more,
    )  # fmt: skip


def test_gas_and_power_have_intervals_on_both_bases(folder):
    bill(folder, "fuel", 1000, "kWh_net", "item=natural_gas", "activity_uncertainty=0.05")
    bill(folder, "electricity", 2000, "kWh", "activity_uncertainty=0.02")
    figures = inventory(folder, 2023)

    errors = (56100 * width(54300, 58300), 5 * 28 * width(1.5, 15), 0.1 * 265 * width(0.03, 0.3))
    of_gas = math.hypot(*errors) / (56100 + 5 * 28 + 0.1 * 265)
    gas = 1000 * GAS
    low, high = lognormal(gas, gas * sd(0.05, of_gas))
    row = figures.row("scope1")
    assert (row["value"], row["lower"], row["upper"]) == pytest.approx((gas, low, high), rel=1e-5)

    low, high = lognormal(800.0, 800.0 * sd(0.02, 0.10))
    for basis in ("location", "market"):  # no residual mix, no contract: both take the average of the grid
        row = figures.row(f"scope2.{basis}")
        assert (row["value"], row["lower"], row["upper"]) == pytest.approx((800.0, low, high), rel=1e-5)


def test_what_is_mostly_unknown_says_how_much(folder):
    bill(folder, "fuel", 1000, "kWh_net", "item=natural_gas", "activity_uncertainty=0.05")
    bill(folder, "fuel", 1000, "kWh_net", "item=diesel")
    row = inventory(folder, 2023).row("scope1")

    diesel = (74100 + 10 * 28 + 0.6 * 265) * 3.6e-3
    share = round(diesel / (diesel + 1000 * GAS) * 100, 2)
    assert (row["lower"], row["upper"]) == (None, None)
    assert f"no interval of the whole: the uncertainty of {share} % of it is not known" in row["notes"]
