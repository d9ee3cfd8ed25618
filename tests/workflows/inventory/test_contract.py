"""What `inventory --json` promises: one object, every figure listed, null with a reason where there is no value."""

from datetime import datetime

import pytest

from tests.workflows.estate import dataset, inventory, readings, wattstone, workspace, year

KEYS = {"id", "name", "value", "unit", "lower", "upper", "subject", "reason"}
GB = [{"site_id": "A", "country": "GB", "timezone": "Europe/London"}]


@pytest.fixture
def both(tmp_path):
    gas = readings("A-gas", year(2.0), kind="gas")
    power = readings("A-main", year(3.0), kind="electricity")
    return workspace(tmp_path / "ws", dataset(tmp_path / "estate", gas, power, sites=GB))


def test_the_document_is_what_the_contract_says(both):
    said = wattstone("inventory", both, "--year", 2019, "--json").json

    assert said["year"] == 2019
    assert all(set(row) >= KEYS for row in said["figures"])
    assert all((row["value"] is None) == (row["reason"] is not None) for row in said["figures"])
    assert {row["subject"] for row in said["figures"]} == {"organisation", "site:A", "meter:A-gas", "meter:A-main"}
    keys = [(row["name"], row["subject"]) for row in said["figures"]]
    assert len(keys) == len(set(keys))


def test_energy_times_the_published_factor(both):
    figures = inventory(both, 2019)

    assert figures("energy.natural_gas") == pytest.approx(2 * 8760, rel=1e-12)
    assert figures("energy.electricity") == pytest.approx(3 * 8760, rel=1e-12)
    # UK Government conversion factors 2019: natural gas gross 0.18385, UK electricity 0.2556 kg CO2e/kWh
    assert figures("scope1") == pytest.approx(2 * 8760 * 0.18385, rel=1e-9)
    assert figures("scope2.location.annual") == pytest.approx(3 * 8760 * 0.2556, rel=1e-9)
    assert figures("scope2.location") == figures("scope2.location.annual")
    assert figures.row("scope2.location")["basis"] == "annual"
    assert "no hourly intensities" in figures.reason("scope2.location.hourly")
    assert figures.row("scope1")["unit"] == "kg CO2e"


def test_what_is_not_computed_yet_says_so(both):
    figures = inventory(both, 2019)

    assert figures.reason("scope3") == "not computed yet"


def test_without_contracts_and_residual_mix_the_grid_average_stands_for_the_market_and_says_so(both):
    """The Scope 2 Guidance asks for it: table 6.3, last row; nobody publishes a residual mix of Great Britain."""
    figures = inventory(both, 2019)

    assert figures("scope2.market") == pytest.approx(3 * 8760 * 0.2556, rel=1e-9)
    assert any("no residual mix is known" in note for note in figures.row("scope2.market")["notes"])


def test_the_gwp_set_of_a_total_shows_where_it_is_not_the_workspaces(both):
    notes = inventory(both, 2019).row("scope1")["notes"]

    assert any("AR4" in note and "not by AR5" in note for note in notes)


@pytest.mark.parametrize(
    ("kind", "absent", "there"),
    [("electricity", "scope1", "scope2.location.annual"), ("gas", "scope2.location.annual", "scope1")],
)
def test_a_scope_without_meters_says_so_and_is_not_zero(tmp_path, kind, absent, there):
    folder = workspace(tmp_path / "ws", dataset(tmp_path / "estate", readings("m", year(1.0), kind=kind), sites=GB))

    figures = inventory(folder, 2019)

    assert "no meters" in figures.reason(absent)
    assert figures(there) > 0
    assert not figures.has(absent, "site:A")
    assert not figures.has("energy.natural_gas" if kind == "electricity" else "energy.electricity")


def test_a_factor_that_does_not_exist_leaves_the_energy(tmp_path):
    rows = readings("m", year(1.0), start=datetime(2018, 1, 1))
    figures = inventory(workspace(tmp_path / "ws", dataset(tmp_path / "estate", rows, sites=GB)), 2018)

    assert figures("energy.electricity") == pytest.approx(8760)
    assert "2018" in figures.reason("scope2.location.annual", "meter:m")
    assert "2018" in figures.reason("scope2.location")


def test_one_meter_without_a_factor_leaves_the_other_sites_theirs(tmp_path):
    sites = [
        {"site_id": "A", "country": "GB", "timezone": "UTC"},
        {"site_id": "K", "country": "KR", "timezone": "Asia/Seoul"},
    ]
    frames = [readings("a", year(1.0)), readings("k", year(1.0), site="K", start=datetime(2018, 12, 31, 15))]
    figures = inventory(workspace(tmp_path / "ws", dataset(tmp_path / "estate", *frames, sites=sites)), 2019)

    assert figures("scope2.location", "site:A") == pytest.approx(8760 * 0.2556)
    assert "KR" in figures.reason("scope2.location", "site:K")
    assert "1 of 2 sites cannot be computed (K)" in figures.reason("scope2.location")
    assert figures("energy.electricity") == pytest.approx(2 * 8760)


def test_a_year_without_readings_is_refused(both):
    said = wattstone("inventory", both, "--year", 2011, "--json", code=2).json

    assert [one["code"] for one in said["findings"]] == ["inventory.no_readings"]


def test_a_year_that_shares_a_partition_alone_is_refused_too(tmp_path):
    sites = [{"site_id": "A", "country": "KR", "timezone": "Asia/Seoul"}]
    rows = readings("a", year(1.0), start=datetime(2018, 12, 31, 15))
    folder = workspace(tmp_path / "ws", dataset(tmp_path / "estate", rows, sites=sites))

    assert wattstone("inventory", folder, "--year", 2020, "--json", code=2).json["findings"]


def test_an_unknown_kind_is_stored_and_never_totalled(tmp_path):
    frames = [readings("a", year(1.0)), readings("x", year(5.0), kind="steam_trap_clicks")]
    figures = inventory(workspace(tmp_path / "ws", dataset(tmp_path / "estate", *frames, sites=GB)), 2019)

    assert figures("energy.electricity") == pytest.approx(8760)
    assert not any("steam_trap" in row["name"] or row["subject"] == "meter:x" for row in figures.rows)


def test_a_second_run_gives_the_same_ids(both):
    first, second = inventory(both, 2019), inventory(both, 2019)

    assert [row["id"] for row in first.rows] == [row["id"] for row in second.rows]
