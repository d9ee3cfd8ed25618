"""Category 3 from the energy of scopes 1 and 2.

UK Government GHG Conversion Factors 2025, per kWh: electricity from well to plant 0.0459, losses 0.01853, upstream of
them 0.00397; natural gas from well to tank 0.03021 (gross).
"""

from datetime import date, datetime
from pathlib import Path

import pytest

from tests.workflows.estate import dataset, inventory, readings, wattstone, workspace, year
from wattstone.interfaces.store.workspace import open_workspace
from wattstone.workflows.inventory.record import current_figures
from wattstone.workflows.scope3 import decide

GB = [{"site_id": "A", "country": "GB", "timezone": "UTC"}]
START = datetime(2025, 1, 1)
POWER = 0.0459 + 0.01853 + 0.00397
GAS = 0.03021


def computed(folder: Path) -> Path:
    held = open_workspace(folder)
    decide(held, 2025, {3: ("computed", "")})
    held.close()
    return folder


@pytest.fixture(scope="module")
def metered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("upstream")
    frames = [readings("m", year(1.0), start=START), readings("g", year(2.0), kind="natural_gas", start=START)]
    return workspace(folder / "ws", dataset(folder / "data", *frames, sites=GB))


def test_nothing_is_computed_until_somebody_decides_so(metered: Path) -> None:
    assert not inventory(metered, 2025).has("scope3.3")


def test_meters_say_what_was_produced_and_lost_before(metered: Path) -> None:
    figures = inventory(computed(metered), 2025)

    assert figures("scope3.3") == pytest.approx(8760 * (POWER + 2 * GAS), rel=1e-12)
    assert figures("scope3.3", "activity:A/electricity_losses/electricity") == pytest.approx(8760 * 0.01853)
    row = figures.row("scope3.3", "activity:A/fuel_upstream/natural_gas")
    assert row["value"] == pytest.approx(2 * 8760 * GAS)
    energy = figures.row("energy.natural_gas", "meter:g")["id"]
    held = open_workspace(metered)
    recorded = current_figures(held.lake, 2025).filter(id=row["id"]).row(0, named=True)
    held.close()
    assert f"figure:{energy}" in recorded["inputs"]
    assert any(one.startswith("factor:") for one in recorded["inputs"])
    assert "computed from the energy of scopes 1 and 2" in row["notes"]
    wattstone("verify", metered)
    listed = wattstone("scope3", "list", metered, "--year", 2025, "--json").json["categories"]
    assert listed[2]["value"] == pytest.approx(figures("scope3.3"))


def bill(folder: Path, kind: str, item: str, amount: float, unit: str, *, start: date = date(2025, 1, 1)) -> None:
    folder.mkdir(exist_ok=True)
    path = folder.parent / f"{kind}{item}{amount}.csv"
    path.write_text(
        f"site,kind,item,start,end,amount,unit\nA,{kind},{item},{start},2025-12-31,{amount},{unit}\n", encoding="utf-8"
    )
    wattstone("activity", "import", folder, path)


@pytest.fixture
def billed(tmp_path: Path) -> Path:
    folder = workspace(tmp_path / "ws")
    wattstone("site", folder, "A", "--country", "GB")
    bill(folder, "electricity", "", 1000.0, "kWh")
    bill(folder, "vehicle_fuel", "diesel", 100.0, "L")
    return computed(folder)


def test_bills_say_it_too(billed: Path) -> None:
    """Diesel from well to tank: 0.61101 kg CO2e/L."""
    figures = inventory(billed, 2025)

    assert figures("scope3.3") == pytest.approx(1000 * POWER + 100 * 0.61101, rel=1e-12)


def test_lines_of_ones_own_take_its_place(billed: Path) -> None:
    """Losses of 500 kWh as somebody entered them: nothing is computed beside them of that kind."""
    bill(billed, "electricity_losses", "electricity", 500.0, "kWh")

    figures = inventory(billed, 2025)

    assert figures("scope3.3") == pytest.approx(1000 * (POWER - 0.01853) + 500 * 0.01853 + 100 * 0.61101, rel=1e-12)


def test_a_place_without_factors_leaves_it_out_and_says_so(tmp_path: Path) -> None:
    """China has no factor of what happens before its electricity is used: no other country's is taken."""
    folder = workspace(tmp_path / "ws")
    wattstone("site", folder, "A", "--country", "CN")
    bill(folder, "electricity", "", 1000.0, "kWh", start=date(2025, 1, 1))

    figures = inventory(computed(folder), 2025)

    assert not figures.has("scope3.3")
