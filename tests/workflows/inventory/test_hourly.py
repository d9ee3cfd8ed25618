"""Scope 2 by the hour: which intensity meets which reading, and what happens where there is none."""

from datetime import datetime, timedelta

import pytest

from tests.workflows.estate import dataset, intensity, inventory, readings, wattstone, workspace, year

GB = [{"site_id": "A", "country": "GB", "timezone": "UTC"}]
QUARTER = timedelta(minutes=15)


def estate(tmp_path, rows, grid, sites=GB):
    return workspace(tmp_path / "ws", dataset(tmp_path / "estate", rows, sites=sites, intensity=grid))


def test_each_hour_meets_its_own_intensity(tmp_path):
    use, carbon = [1.0, 2.0, 3.0], [0.1, 0.2, 0.4]
    figures = inventory(estate(tmp_path, readings("m", year(use)), intensity(year(carbon))), 2019)

    # 8760 hours are 2920 cycles of 1 x 0.1 + 2 x 0.2 + 3 x 0.4
    assert figures("scope2.location.hourly") == pytest.approx(2920 * 1.7, rel=1e-12)
    assert figures("scope2.location") == figures("scope2.location.hourly")
    assert figures("scope2.location.annual") == pytest.approx(2920 * 6 * 0.2556, rel=1e-12)
    assert figures.row("scope2.location")["basis"] == "hourly"
    assert figures.row("scope2.location")["unit"] == "kg CO2"
    assert any("CO2 alone" in note for note in figures.row("scope2.location")["notes"])


def test_quarters_of_an_hour_share_the_intensity_of_their_hour(tmp_path):
    rows = readings("m", year([1.0, 1.0, 1.0, 1.0, 2.0, 2.0, 2.0, 2.0], 4 * 8760), step=QUARTER)
    figures = inventory(estate(tmp_path, rows, intensity(year([0.1, 0.5]))), 2019)

    assert figures("scope2.location.hourly") == pytest.approx(4380 * (4 * 0.1 + 8 * 0.5), rel=1e-12)


def test_intensities_of_half_hours_are_averaged_over_the_hour(tmp_path):
    grid = intensity(year([0.1, 0.3], 2 * 8760), step=timedelta(minutes=30))
    figures = inventory(estate(tmp_path, readings("m", year(1.0)), grid), 2019)

    assert figures("scope2.location.hourly") == pytest.approx(8760 * 0.2, rel=1e-12)


def test_an_hour_of_which_half_is_missing_has_no_intensity(tmp_path):
    grid = intensity([*year([0.1, 0.3], 2 * 8759), None, 0.3], step=timedelta(minutes=30))
    figures = inventory(estate(tmp_path, readings("m", year(1.0)), grid), 2019)

    assert "missing for 1 of 8760" in figures.reason("scope2.location.hourly", "meter:m")


def test_hours_without_intensity_leave_the_published_factor_to_report(tmp_path):
    grid = intensity(year(0.1, 8700))
    figures = inventory(estate(tmp_path, readings("m", year(1.0)), grid), 2019)

    assert "60 of 8760" in figures.reason("scope2.location.hourly", "meter:m")
    assert figures("scope2.location") == pytest.approx(8760 * 0.2556, rel=1e-12)
    assert figures.row("scope2.location")["basis"] == "annual"
    assert figures.row("scope2.location")["unit"] == "kg CO2e"


def test_hours_without_intensity_and_without_energy_miss_nothing(tmp_path):
    rows = readings("m", [*year(1.0, 8700), *year(0.0, 60)])
    figures = inventory(estate(tmp_path, rows, intensity(year(0.1, 8700))), 2019)

    assert figures("scope2.location.hourly") == pytest.approx(870.0, rel=1e-12)


def test_readings_of_a_day_have_no_one_intensity(tmp_path):
    rows = readings("m", [24.0] * 365, step=timedelta(days=1))
    figures = inventory(estate(tmp_path, rows, intensity(year([0.1, 0.5]))), 2019)

    assert "longer than an hour" in figures.reason("scope2.location.hourly", "meter:m")
    assert figures("scope2.location") == pytest.approx(8760 * 0.2556, rel=1e-12)


def test_a_region_comes_before_its_country(tmp_path):
    sites = [
        {"site_id": "A", "country": "GB", "timezone": "UTC", "grid_region": "GB-SCT"},
        {"site_id": "B", "country": "GB", "timezone": "UTC", "grid_region": None},
    ]
    import polars as pl

    both = [
        intensity(year(carbon)).with_columns(pl.lit(name).alias("region"))
        for name, carbon in (("GB-SCT", 0.1), ("GB", 0.5))
    ]
    frames = [readings("a", year(1.0)), readings("b", year(1.0), site="B")]
    source = dataset(tmp_path / "estate", *frames, sites=sites, intensity=pl.concat(both))
    figures = inventory(workspace(tmp_path / "ws", source), 2019)

    assert figures("scope2.location.hourly", "site:A") == pytest.approx(876.0, rel=1e-12)
    assert figures("scope2.location.hourly", "site:B") == pytest.approx(4380.0, rel=1e-12)


def test_co2_and_co2e_together_say_how_much_is_co2_alone(tmp_path):
    sites = [*GB, {"site_id": "T", "country": "TW", "timezone": "UTC", "grid_region": None}]
    frames = [readings("a", year(1.0)), readings("t", year(1.0), site="T")]
    grid = intensity(year(0.1))
    import polars as pl

    source = dataset(
        tmp_path / "estate", *frames, sites=sites, intensity=grid.with_columns(pl.lit("GB").alias("region"))
    )
    folder = workspace(tmp_path / "ws", source)
    wattstone("accept", folder, "gwp:unspecified", "--reason", "the grid of Taiwan states no set")
    figures = inventory(folder, 2019)

    row = figures.row("scope2.location")
    assert row["basis"] == "mixed"
    assert row["unit"] == "kg CO2e"
    assert "876.0 kg of it count CO2 alone" in row["notes"]
    assert "no hourly intensities" in figures.reason("scope2.location.hourly", "site:T")


def test_heat_is_bought_by_published_factor_beside_electricity_by_the_hour(tmp_path):
    frames = [readings("m", year(1.0)), readings("h", year(2.0), kind="heat")]
    source = dataset(tmp_path / "estate", *frames, sites=GB, intensity=intensity(year(0.1)))
    figures = inventory(workspace(tmp_path / "ws", source), 2019)

    heat = figures("scope2.location.annual", "meter:h")
    assert figures("scope2.location.hourly") == pytest.approx(876.0 + heat, rel=1e-12)
    assert figures("scope2.location.annual") == pytest.approx(8760 * 0.2556 + heat, rel=1e-12)
    assert figures("energy.heat") == 2 * 8760


def test_a_gap_adds_nothing_and_lowers_the_coverage(tmp_path):
    rows = readings("m", [*year(1.0, 8000), *[None] * 760], start=datetime(2019, 1, 1))
    figures = inventory(estate(tmp_path, rows, intensity(year(0.5))), 2019)

    assert figures("energy.electricity") == 8000
    assert figures("scope2.location.hourly") == pytest.approx(4000, rel=1e-12)
    assert figures.row("energy.electricity")["coverage"] == pytest.approx(8000 / 8760)
