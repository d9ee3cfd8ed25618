"""What factors leave open: own ones per another unit than the meters', and purchases that none serves."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from wattstone.interfaces.store.workspace import create_workspace, open_workspace
from wattstone.portfolio import Meter, Site
from wattstone.rates import load_factors
from wattstone.workflows.factor_gaps import lacking_factors, unfit_factors
from wattstone.workflows.own_factors import keep_factors, own_factors
from wattstone.workflows.workspace import Workspace

HEAD = "id,name,category,region,year,value,unit,gas,gwp_set,source,confidence"
GAS = "own_gas,natural_gas,fuels,DE,2025,0.2,kgCO2e/kWh_gross,CO2e,AR5,the supplier's bill,B"
VOLUME = "own_gas_m3,natural_gas,fuels,DE,2025,2.2,kgCO2e/m3,CO2e,AR5,the supplier's bill,B"
GRID = "own_grid,Grid,purchased_electricity,DE,2025,0.3,kgCO2e/kWh,CO2e,AR5,letter,B"


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """Two sites in Germany with gas by volume, one of them with heat, and one in Great Britain with gas by energy."""
    create_workspace(tmp_path / "acme")
    held = open_workspace(tmp_path / "acme")
    sites = [Site(id=one, country=country, zone="Europe/Berlin") for one, country in
             (("A", "DE"), ("B", "DE"), ("C", "GB"), ("D", None))]  # fmt: skip
    kinds = (("A", "electricity", "kWh"), ("A", "natural_gas", "m3"), ("B", "electricity", "kWh"), ("B", "gas", "L"),
             ("B", "heat", "MWh"), ("C", "electricity", "kWh"), ("C", "natural_gas", "kWh"),
             ("D", "electricity", "kWh"))  # fmt: skip
    meters = [Meter(id=f"{site}-{kind}", site_id=site, kind=kind, unit=unit) for site, kind, unit in kinds]
    held.records.declare(sites, meters, sites_by="user")
    yield held
    held.close()


def kept(workspace: Workspace, folder: Path, *rows: str) -> None:
    path = folder / "own.csv"
    path.write_text("\n".join([HEAD, *rows]) + "\n")
    keep_factors(workspace, path)


def told(workspace: Workspace) -> list[str]:
    held = [row for one in own_factors(workspace) for row in one.rows]
    return [one.say(one.found) for one in unfit_factors(workspace, held)]


def test_an_own_factor_per_kwh_is_not_passed_over_in_silence_where_meters_count_volume(
    workspace: Workspace, tmp_path: Path
) -> None:
    """Litres are kept as cubic metres, so that both meters in Germany count those."""
    kept(workspace, tmp_path, GAS, GRID)
    (found,) = unfit_factors(workspace, own_factors(workspace)[0].rows)

    assert (found.severity, found.place) == ("warning", "own.csv")
    assert told(workspace) == ["'own_gas' is per kWh, but 2 meters of its fuel count in m3: it does not serve them"]
    assert "how many kWh the supplier states for each m3" in found.say(found.remedy)


def test_nothing_is_said_where_a_row_of_the_unit_stands_beside_it_or_meters_count_alike(
    workspace: Workspace, tmp_path: Path
) -> None:
    kept(workspace, tmp_path, GAS, VOLUME)
    assert told(workspace) == []

    kept(workspace, tmp_path, GAS.replace("DE", "GB"))
    assert told(workspace) == []


def test_a_factor_for_everywhere_is_compared_with_all_meters(workspace: Workspace, tmp_path: Path) -> None:
    kept(workspace, tmp_path, VOLUME.replace("DE", "GLOBAL"))

    assert told(workspace) == ["'own_gas_m3' is per m3, but 1 meter of its fuel counts in kWh: it does not serve it"]


def test_what_is_bought_without_a_factor_is_told_with_the_years_that_ship(workspace: Workspace) -> None:
    """AIB has Germany for 2022 (confidence C), the UK Government Great Britain for 2019, 2020, 2023 and 2025."""
    found = {(one.use, one.region): (one.sites, one.held) for one in lacking_factors(workspace, 2025)}

    assert found == {("electricity", "DE"): (2, (2022,)), ("heat", "DE"): (1, ())}
    assert ("electricity", "GB") in {(one.use, one.region) for one in lacking_factors(workspace, 2024)}


def test_an_own_factor_fills_the_gap(workspace: Workspace, tmp_path: Path) -> None:
    kept(workspace, tmp_path, GRID)

    assert [(one.use, one.region) for one in lacking_factors(workspace, 2025)] == [("heat", "DE")]
    assert load_factors(workspace.factor_files).rows["own_grid"].value == 0.3


def test_a_factor_by_another_set_of_potentials_serves_nobody(workspace: Workspace) -> None:
    """DESNZ 2025 states its totals by AR5, which an inventory by AR6 does not mix with its own."""
    lacked = {one.region for one in lacking_factors(workspace, 2025) if one.use == "electricity"}
    workspace.records.set_organisation(workspace.records.organisation().model_copy(update={"gwp_set": "AR6"}))
    mixed = {one.region for one in lacking_factors(workspace, 2025) if one.use == "electricity"}

    assert "GB" not in lacked
    assert "GB" in mixed
