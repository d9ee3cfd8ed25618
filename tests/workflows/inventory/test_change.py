"""Change against last year of what was metered in both, degree days beside it, and energy for each square metre."""

from datetime import datetime

import polars as pl
import pytest

from tests.workflows.estate import dataset, inventory, readings, workspace, year

BEGIN = datetime(2018, 1, 1)
SITES = [
    {"site_id": "A", "country": "GB", "timezone": "UTC", "gia_m2": 100.0},
    {"site_id": "B", "country": "GB", "timezone": "UTC", "gia_m2": None},
]


def two_years(meter, before, now, **options):
    return readings(meter, [*year(before), *year(now)], start=BEGIN, **options)


def estate(tmp_path, *frames, **tables):
    return workspace(tmp_path / "ws", dataset(tmp_path / "estate", *frames, **{"sites": SITES, **tables}))


def test_only_meters_that_cover_both_years_are_compared(tmp_path):
    frames = [
        two_years("old", 2.0, 3.0),
        readings("new", year(50.0), start=datetime(2019, 1, 1)),
        two_years("b", 1.0, 1.0, site="B"),
    ]
    figures = inventory(estate(tmp_path, *frames), 2019)

    assert figures("change.energy.electricity", "site:A") == pytest.approx(50.0)
    assert figures("change.energy.electricity", "site:B") == pytest.approx(0.0)
    assert figures("change.energy.electricity") == pytest.approx((4 / 3 - 1) * 100)
    assert any("2 meters" in note for note in figures.row("change.energy.electricity")["notes"])


def test_a_meter_that_was_silent_for_a_fifth_of_last_year_is_not_compared(tmp_path):
    rows = readings("m", [*year(1.0, 7000), *[None] * 1760, *year(1.0)], start=BEGIN)

    assert not inventory(estate(tmp_path, rows), 2019).has("change.energy.electricity")


def test_bases_are_not_mixed_in_a_comparison(tmp_path):
    """No published factor for 2018: emissions by the factor of 2019 have nothing to stand beside."""
    figures = inventory(estate(tmp_path, two_years("m", 1.0, 1.0)), 2019)

    assert figures("change.energy.electricity") == pytest.approx(0.0)
    assert not figures.has("change.scope2.location")


def test_gas_is_compared_for_each_degree_day_too(tmp_path):
    """Twice as cold and half as much again: a quarter less for each degree day."""
    hours = pl.datetime_range(BEGIN, datetime(2019, 12, 31, 23), "1h", time_zone="UTC", eager=True)
    cold = [10.5] * 8760 + [5.5] * 8760  # 5 and 10 K below 15.5 degC
    weather = pl.DataFrame({"station_id": "w", "timestamp": hours, "air_temperature_c": cold})
    figures = inventory(estate(tmp_path, two_years("g", 2.0, 3.0, kind="gas"), weather=weather), 2019)

    assert figures("degree_days.heating", "site:A") == pytest.approx(3650)
    assert figures("degree_days.cooling", "site:A") == 0
    assert figures("change.energy.natural_gas") == pytest.approx(50.0)
    assert figures("change.energy.natural_gas.per_degree_day") == pytest.approx(-25.0)


def test_energy_for_each_square_metre_of_sites_that_have_them(tmp_path):
    frames = [
        readings("a", year(2.0), start=datetime(2019, 1, 1)),
        readings("a-gas", year(1.0), kind="gas", start=datetime(2019, 1, 1)),
        readings("b", year(9.0), site="B", start=datetime(2019, 1, 1)),
    ]
    figures = inventory(estate(tmp_path, *frames), 2019)

    assert figures("intensity.energy", "site:A") == pytest.approx(3 * 87.60)
    assert "no floor area" in figures.reason("intensity.energy", "site:B")
    assert figures("intensity.energy") == pytest.approx(3 * 87.60)
    assert "1 of 2 sites: those with a floor area and readings" in figures.row("intensity.energy")["notes"]


def test_a_silent_meter_is_said_beside_the_intensity(tmp_path):
    gas = readings("a-gas", year(1.0), kind="gas", start=BEGIN)
    figures = inventory(estate(tmp_path, readings("a", year(2.0)), gas), 2019)

    assert figures("intensity.energy", "site:A") == pytest.approx(2 * 87.60)
    assert any("without energy.natural_gas" in note for note in figures.row("intensity.energy", "site:A")["notes"])
