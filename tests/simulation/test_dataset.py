"""The folder that is written, and the truth beside it."""

import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from wattstone.base import InputRefused
from wattstone.rates.tariffs import read_tariffs
from wattstone.readings.dataset import read_dataset
from wattstone.simulation import KINDS, Plan, Truth, generate, portfolio, read_truth

PLAN = Plan(sites=20, interval_minutes=60, seed=7)
KEYS = ["meter_id", "timestamp"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("demo") / "simulated"
    generate(PLAN, target)
    return target


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    target = tmp_path_factory.mktemp("clean")
    generate(Plan(sites=20, interval_minutes=60, seed=7, faults=False, retrofit=False), target)
    return readings(target)


def readings(folder: Path, name: str = "readings") -> pl.DataFrame:
    return pl.read_parquet(folder / f"{name}.parquet").with_columns(pl.col(pl.Categorical).cast(pl.String))


def total(frame: pl.DataFrame, column: str = "value") -> float:
    return float(frame[column].to_numpy().sum())


def of_kind(truth: Truth, kind: str) -> tuple[str, pl.Expr]:
    fault = next(fault for fault in truth.faults if fault.kind == kind)
    stamp = pl.col("timestamp").dt.replace_time_zone(None)
    return fault.meter_id, (pl.col("meter_id") == fault.meter_id) & (stamp >= fault.start) & (stamp < fault.end)


def test_the_same_plan_gives_the_same_folder(folder: Path, tmp_path: Path):
    generate(PLAN, tmp_path)

    for file in sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file()):
        if file.suffix == ".parquet":
            assert_frame_equal(pl.read_parquet(tmp_path / file), pl.read_parquet(folder / file))
        else:
            assert (tmp_path / file).read_bytes() == (folder / file).read_bytes()


def test_another_seed_gives_other_readings(folder: Path, tmp_path: Path):
    generate(Plan(sites=1, interval_minutes=60, seed=8), tmp_path)
    one = readings(folder).filter(pl.col("site_id") == "sim-0001")

    assert one["value"].sum() != pytest.approx(readings(tmp_path)["value"].sum(), rel=1e-6)


def test_the_first_sites_are_those_of_a_larger_portfolio(folder: Path, tmp_path: Path):
    generate(Plan(sites=3, interval_minutes=60, seed=7), tmp_path)

    few = readings(tmp_path)
    assert_frame_equal(few, readings(folder).filter(pl.col("site_id").is_in(few["site_id"].unique().to_list())))


def test_files_have_the_columns_of_the_real_dataset(folder: Path, shared_data: Path):
    for name in ("readings", "sites", "meters", "weather"):
        real = pl.read_parquet_schema(shared_data / "cambridge-dev" / f"{name}.parquet")
        ours = pl.read_parquet_schema(folder / f"{name}.parquet")
        assert set(real) <= set(ours)
        # The value is wider here: a register of millions in hundredths does not fit into 32 bits.
        assert {c: t for c, t in ours.items() if c in real and c != "value"} == {
            c: t for c, t in real.items() if c != "value"
        }


def test_the_readers_take_the_folder_without_a_finding(folder: Path):
    incoming = read_dataset(folder)
    _, sites, meters = portfolio(PLAN)

    assert incoming.findings() == ()
    assert incoming.sites() == sites
    assert sorted(incoming.meters(), key=lambda meter: meter.id) == sorted(meters, key=lambda meter: meter.id)


def test_tariffs_are_read_and_cover_both_years(folder: Path):
    tariffs = read_tariffs(sorted(folder.glob("tariff*.toml")))

    assert {tariff.kind for tariff in tariffs} == {"electricity", "natural_gas", "heat"}
    assert all(tariff.currency == "CNY" and "Simulated" in tariff.source for tariff in tariffs)
    assert all(tariff.covers(date(year, 1, 1)) for tariff in tariffs for year in PLAN.calendar_years)


def test_rows_come_site_by_site_sorted_and_once(folder: Path):
    rows = readings(folder).select("site_id", "meter_id", "timestamp")

    assert_frame_equal(rows, rows.sort("site_id", "meter_id", "timestamp"))
    assert not rows.is_duplicated().any()
    assert rows["timestamp"].min() == pl.Series([PLAN.period.start]).dt.replace_time_zone("UTC")[0]


def test_all_that_is_written_says_that_it_is_simulated(folder: Path):
    assert folder.joinpath("README.md").read_text(encoding="utf-8").startswith("# SIMULATED")
    assert "SIMULATED" in folder.joinpath("tariff.toml").read_text(encoding="utf-8")
    for name in ("sites", "meters", "weather", "truth/faults"):
        assert pl.read_parquet(folder / f"{name}.parquet")["simulated"].all()
    for path in folder.rglob("*.parquet"):
        assert pl.read_parquet_metadata(path)["wattstone.simulated"] == "true"
    assert '"simulated": true' in folder.joinpath("truth", "truth.json").read_text(encoding="utf-8")


def test_the_truth_is_read_as_it_was_written(folder: Path, tmp_path: Path):
    truth = generate(Plan(sites=20, interval_minutes=60, seed=7), tmp_path)

    assert read_truth(tmp_path) == truth == read_truth(folder)
    assert sorted(fault.kind for fault in truth.faults) == sorted(KINDS)
    assert len({fault.meter_id for fault in truth.faults}) == len(KINDS)
    assert truth.readings == readings(folder).height


def test_undoing_what_was_planted_gives_the_clean_series(folder: Path, clean: pl.DataFrame):
    effects = pl.concat([readings(folder, f"truth/{name}") for name in ("effects", "counterfactual")])
    actual = readings(folder)

    struck = actual.join(effects, on=KEYS, how="inner")
    assert (struck["value"] == struck["reading"]).all()
    assert struck.height == effects["reading"].count()
    untouched = actual.join(effects, on=KEYS, how="anti").select(*KEYS, "value")
    undone = pl.concat([untouched, effects.select(*KEYS, value="clean")]).sort(KEYS)
    assert_frame_equal(undone, clean.select(*KEYS, "value").sort(KEYS))


def test_effects_are_the_sum_of_what_changed(folder: Path, clean: pl.DataFrame):
    actual = readings(folder)
    totals = actual.group_by("meter_id").agg(pl.col("value").sum())
    without = clean.group_by("meter_id").agg(pl.col("value").sum().alias("clean"))
    gain = dict(totals.join(without, on="meter_id").select("meter_id", pl.col("value") - pl.col("clean")).iter_rows())

    for fault in read_truth(folder).faults:
        if fault.unit == "kWh":
            for meter, effect in {fault.meter_id: fault.effect, **fault.also}.items():
                assert gain[meter] == pytest.approx(effect, abs=0.01)


def test_the_retrofit_saves_what_its_truth_says(folder: Path, clean: pl.DataFrame):
    (retrofit,) = read_truth(folder).retrofits
    after = pl.col("timestamp").dt.replace_time_zone(None) >= retrofit.end
    mine = after & (pl.col("meter_id") == retrofit.meter_id)
    before, now = total(clean.filter(mine)), total(readings(folder).filter(mine))

    assert before - now == pytest.approx(retrofit.saving, abs=0.01)
    assert 0.5 < retrofit.saving / before < 0.8  # lamps of 42 % of the power, and presence control on top
    hours = readings(folder, "truth/counterfactual").filter(mine)
    assert total(hours, "clean") - total(hours, "reading") == pytest.approx(retrofit.saving, abs=0.01)
    assert PLAN.reported.start < retrofit.start < retrofit.end < PLAN.reported.end


def test_each_fault_looks_as_it_is_called(folder: Path, clean: pl.DataFrame):
    truth, actual = read_truth(folder), readings(folder)

    def pair(kind: str) -> tuple[np.ndarray, np.ndarray]:
        _, inside = of_kind(truth, kind)
        return actual.filter(inside)["value"].to_numpy(), clean.filter(inside)["value"].to_numpy()

    assert pair("gap")[0].size == 0
    assert len(set(pair("stuck")[0])) == 1
    assert not pair("zero-run")[0].any()
    assert np.array_equal(*((pair("negative")[0]), -pair("negative")[1]))
    shifted, true = pair("clock-shift")
    assert np.array_equal(shifted[1:], true[:-1])
    spiky, calm = pair("spikes")
    spikes = spiky[spiky != calm] / calm[spiky != calm]
    assert 6 <= spikes.size <= 12
    assert spikes.min() > 14
    assert spikes.max() < 41
    assert pair("register-reset")[0][0] == 0
    for kind, sign in {"air-leak": 1, "chiller-drift": 1, "pv-soiling": -1, "pv-string-outage": -1}.items():
        faulty, right = pair(kind)
        assert (sign * (faulty - right) >= 0).all()
        assert sign * (faulty - right).sum() > 0
    lost, full = pair("pv-string-outage")
    assert lost.sum() / full.sum() == pytest.approx(0.75, abs=0.001)


def test_lights_burn_by_day_and_air_conditioning_by_night(folder: Path, clean: pl.DataFrame):
    truth = read_truth(folder)
    hour = (pl.col("timestamp") + timedelta(hours=8)).dt.hour()
    for kind, when in {"lights-by-day": hour.is_between(11, 14), "hvac-out-of-hours": hour.is_between(1, 4)}.items():
        _, inside = of_kind(truth, kind)
        faulty = readings(folder).filter(inside & when)["value"].mean()
        right = clean.filter(inside & when)["value"].mean()
        assert isinstance(faulty, float)
        assert isinstance(right, float)
        assert faulty > 2 * right


def test_progress_is_told_after_each_site(tmp_path: Path):
    told: list[tuple[int, int]] = []
    generate(
        Plan(sites=3, interval_minutes=60, years=1), tmp_path, progress=lambda done, total: told.append((done, total))
    )

    assert told == [(1, 3), (2, 3), (3, 3)]


def test_a_folder_with_anything_else_in_it_is_left_alone(tmp_path: Path):
    (tmp_path / "readings.parquet").write_bytes(b"mine")

    with pytest.raises(InputRefused) as refusal:
        generate(Plan(sites=1, interval_minutes=60, years=1), tmp_path)

    assert refusal.value.findings[0].code == "simulation.folder"
    assert [path.name for path in tmp_path.iterdir()] == ["readings.parquet"]


def test_an_interrupted_run_leaves_no_half_file_and_can_be_repeated(tmp_path: Path):
    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        generate(Plan(sites=2, interval_minutes=60, years=1), tmp_path, progress=stop)
    assert not list(tmp_path.rglob("*.part"))
    assert not (tmp_path / "readings.parquet").exists()

    generate(Plan(sites=2, interval_minutes=60, years=1), tmp_path)
    assert (tmp_path / "readings.parquet").exists()


def test_memory_does_not_grow_with_the_number_of_sites(tmp_path: Path):
    program = (
        "import resource, sys; from pathlib import Path; from wattstone.simulation import Plan, generate;"
        "generate(Plan(sites=int(sys.argv[1]), interval_minutes=60, years=1), Path(sys.argv[2]));"
        "peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss;"
        "sys.stdout.write(str(peak // 1024 if sys.platform == 'darwin' else peak))"
    )

    def peak(sites: int) -> int:
        run = subprocess.run(
            [sys.executable, "-c", program, str(sites), str(tmp_path / str(sites))],
            capture_output=True,
            text=True,
            check=True,
        )
        return int(run.stdout)

    # 180 sites more hold 8 million readings, 60 MB as 64-bit values alone and 700 MB as a table.
    assert peak(200) - peak(20) < 40 * 1024  # KB
