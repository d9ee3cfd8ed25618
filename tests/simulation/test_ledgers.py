"""The files of a simulated property manager: what is upstream of electricity is what the meters show."""

from pathlib import Path

import polars as pl
import pytest

from wattstone.simulation import Plan, generate
from wattstone.simulation.ledgers import electricity_of, write_ledgers

PLAN = Plan(sites=2, interval_minutes=60)


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("simulated") / "readings"
    generate(PLAN, folder)
    return folder


def test_electricity_is_that_of_the_main_meter_by_the_years_of_the_site(dataset: Path) -> None:
    readings = pl.read_parquet(dataset / "readings.parquet").filter(
        pl.col("meter_id").cast(pl.String) == "sim-0002-electricity"
    )
    local = readings.with_columns(pl.col("timestamp").dt.convert_time_zone("Asia/Shanghai").dt.year().alias("year"))
    found = electricity_of(PLAN, dataset)

    assert found.select("site_id", "year").rows() == [(f"sim-000{n}", year) for n in (1, 2) for year in (2021, 2022)]
    for year in PLAN.calendar_years:
        expected = local.filter(pl.col("year") == year)["value"].sum()
        assert found.filter(site_id="sim-0002", year=year)["kwh"].item() == pytest.approx(expected, rel=1e-12)


def test_each_year_has_a_file_and_all_say_that_they_are_simulated(dataset: Path, tmp_path: Path) -> None:
    written = write_ledgers(PLAN, dataset, tmp_path)

    assert [path.name for path in written.activities] == ["activities-2021.csv", "activities-2022.csv"]
    for path, year in zip(written.activities, PLAN.calendar_years, strict=True):
        lines = pl.read_csv(path, try_parse_dates=True, infer_schema_length=None)
        assert lines["start"].dt.year().unique().to_list() == [year]
        assert lines["note"].str.starts_with("simulated").all()
    assert pl.read_csv(written.contracts)["note"].unique().to_list() == ["simulated"]
    assert (tmp_path / "README.md").read_text(encoding="utf-8").startswith("# SIMULATED")


def test_written_again_it_is_the_same(dataset: Path, tmp_path: Path) -> None:
    first, again = write_ledgers(PLAN, dataset, tmp_path / "a"), write_ledgers(PLAN, dataset, tmp_path / "b")

    pairs = zip(
        (*first.activities, first.factors, first.contracts),
        (*again.activities, again.factors, again.contracts),
        strict=True,
    )
    assert all(one.read_bytes() == other.read_bytes() for one, other in pairs)
