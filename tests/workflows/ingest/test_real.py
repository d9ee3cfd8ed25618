"""The real data sets beside the repository: what their READMEs count is what the lake holds."""

from datetime import datetime
from pathlib import Path

import polars as pl
import pytest
from deltalake import DeltaTable

from tests.workflows.ingest.estate import held, opened, orphans, snapshot, take, workspace


def lake(root: Path, table: str = "readings") -> pl.DataFrame:
    return pl.DataFrame(DeltaTable(str(root / "lake" / table)).to_pyarrow_table())


def test_monash_keeps_its_missing_values_as_gaps(shared_data: Path, tmp_path: Path) -> None:
    root = workspace(tmp_path / "workspace")
    done = take(root, shared_data / "monash-microgrid")[0]
    rows = lake(root)
    assert (done.rows, rows.height) == (843_102, 843_102)
    assert rows["value"].null_count() == 102_155  # as its README counts them
    assert rows["value"].is_nan().sum() == 0
    assert set(rows["seconds"]) == {900}
    delivered = pl.read_parquet(shared_data / "monash-microgrid" / "readings.parquet")
    assert rows["value"].sum() == pytest.approx(delivered["value"].fill_nan(None).sum() / 4, rel=1e-9)  # kW to kWh


def test_steel_is_whole(shared_data: Path, tmp_path: Path) -> None:
    root = workspace(tmp_path / "workspace")
    done = take(root, shared_data / "steel-plant")[0]
    rows = lake(root)
    assert (done.rows, done.meters, rows["value"].null_count()) == (6 * 35_040, 6, 0)
    delivered = pl.read_parquet(shared_data / "steel-plant" / "readings.parquet")
    assert rows["value"].sum() == pytest.approx(
        # Power factors are percentages, which are kept as a share of one where their unit is known.
        delivered.with_columns(pl.col("value") * pl.when(pl.col("unit") == "%").then(0.01).otherwise(1.0))[
            "value"
        ].sum()
    )
    assert {meter.kind for meter in opened(root).records.meters() if meter.measures is not None} == {"electricity"}


def test_trondheim_brings_its_sessions(shared_data: Path, tmp_path: Path) -> None:
    root = workspace(tmp_path / "workspace")
    done = take(root, shared_data / "trondheim-ev")[0]
    sessions = lake(root, "sessions")
    assert sessions.height == 6_878
    assert sessions["plug_out"].null_count() == 34
    assert sessions["user_id"].n_unique() == 97
    assert [finding.count for finding in done.findings] == [34]
    before = snapshot(root)
    take(root, shared_data / "trondheim-ev")
    assert snapshot(root) == before


@pytest.mark.slow
def test_alicante_in_two_halves_and_a_correction_is_what_it_is_at_once(shared_data: Path, tmp_path: Path) -> None:
    source = shared_data / "alicante-water"
    frame = pl.read_parquet(source / "readings.parquet").filter(pl.col("site_id").cast(pl.String) < "daiad-a012")
    sites = pl.read_parquet(source / "sites.parquet")
    half = datetime(2016, 9, 1)
    early = pl.col("timestamp").dt.replace_time_zone(None) < half
    register = pl.col("kind").cast(pl.String) == "water_register"
    wrong = frame.filter(early).with_columns(
        pl.when(register & (pl.col("timestamp").dt.ordinal_day() == 100))
        .then(pl.col("value") + 5)
        .otherwise("value")
        .alias("value")
    )

    def write(name: str, rows: pl.DataFrame) -> Path:
        folder = tmp_path / name
        folder.mkdir()
        rows.write_parquet(folder / "readings.parquet")
        sites.write_parquet(folder / "sites.parquet")
        return folder

    at_once, parts = workspace(tmp_path / "at-once"), workspace(tmp_path / "parts")
    take(at_once, write("all", frame))
    take(parts, write("wrong", wrong))
    take(parts, write("late", frame.filter(~early)))
    take(parts, write("right", frame.filter(early)))

    assert [row[:4] for row in held(parts).readings] == [row[:4] for row in held(at_once).readings]
    assert orphans(parts) == []
    assert all(meter.personal for meter in opened(parts).records.meters())


@pytest.mark.slow
def test_cambridge_is_whole_and_taken_once(shared_data: Path, tmp_path: Path) -> None:
    root = workspace(tmp_path / "workspace")
    done = take(root, shared_data / "cambridge-dev")[0]
    assert (done.rows, done.new, done.meters) == (12_850_056, 12_850_056, 138)
    meters = pl.read_parquet(shared_data / "cambridge-dev" / "meters.parquet")
    keys = opened(root).records.meter_keys()
    rows = (
        lake(root)
        .group_by("meter")
        .agg(pl.len(), pl.col("start").min().alias("first"), pl.col("start").max().alias("last"))
    )
    expected = meters.select(
        pl.col("meter_id").replace_strict(keys, return_dtype=pl.Int32).alias("meter"), "rows", "first", "last"
    ).sort("meter")
    assert rows.sort("meter").select("meter", pl.col("len").cast(pl.Int64), "first", "last").rows() == expected.rows()
    assert lake(root, "weather").height == 201_624
    assert lake(root, "intensity").height == 122_712
    before = snapshot(root)
    assert take(root, shared_data / "cambridge-dev")[0].already
    assert snapshot(root) == before
    assert orphans(root) == []
