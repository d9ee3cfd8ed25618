"""How well zero runs that mean "missing" are told from true zeros, on real series.

Holes of known place are written as zeros into hourly electricity and gas of real buildings; what the flags find of them
is the recall. What is flagged elsewhere is counted three ways: against everything (a lower bound of the precision,
since the real series hold holes of their own), in the zeros of gas in June to August, and in series whose zeros are
real by their nature: household water and PV.

    python benchmarks/quality_zero_runs.py [FOLDER OF THE DATA SETS]
"""

import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from wattstone.readings.quality import Rules, flag_readings
from wattstone.readings.schema import Flag

SEED = 20261122
CLASSES = {"1-5 h": (1, 5), "6-24 h": (6, 24), "1-7 d": (25, 168), "7-40 d": (169, 960)}


def cambridge(folder: Path, kind: str) -> pl.DataFrame:
    """Hourly readings of one kind, one partition per meter and year."""
    readings = pl.scan_parquet(folder / "cambridge-dev" / "readings.parquet").filter(
        pl.col("kind").cast(pl.String) == kind
    )
    return keyed(readings.collect(), 3600).with_columns(part=pl.col("start").dt.year())


def keyed(readings: pl.DataFrame, seconds: int) -> pl.DataFrame:
    """The columns that the flags are computed from."""
    return (
        readings.select(
            pl.col("meter_id").cast(pl.String),
            start=pl.col("timestamp").dt.replace_time_zone(None).cast(pl.Datetime("us")),
            seconds=pl.lit(seconds, pl.Int32),
            value=pl.col("value").cast(pl.Float64),
        )
        .sort("meter_id", "start")
        .with_columns(meter=pl.col("meter_id").rle_id().cast(pl.Int32))
    )


def holes(
    frame: pl.DataFrame, low: int, high: int, *, seed: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """One hole in every meter and year: its rows lie anywhere in the year, its length is log-uniform."""
    random = np.random.default_rng(seed)
    part = frame.select(pl.struct("meter", "part").rle_id()).to_series().to_numpy()
    first = np.append(0, np.flatnonzero(np.diff(part)) + 1)
    size = np.diff(np.append(first, part.size))
    length = np.round(np.exp(random.uniform(np.log(low), np.log(high + 0.5), first.size))).astype(np.int64)
    begin = first + (random.uniform(0, 1, first.size) * np.maximum(size - length, 1)).astype(np.int64)
    return begin, np.minimum(begin + length, first + size)


def flagged(frame: pl.DataFrame, *, live: bool, rules: Rules | None = None) -> npt.NDArray[np.bool_]:
    """Where a zero is said to be missing."""
    meters = frame.select(pl.col("meter").unique()).with_columns(live=pl.lit(live), allow_negative=pl.lit(False))
    by = ("meter", "part") if "part" in frame.columns else ("meter",)
    return flag_readings(frame, context=meters, by=by, rules=rules)["flags"].to_numpy() & int(Flag.MISSING_ZERO) != 0


def recall(frame: pl.DataFrame, *, live: bool, seed: int = SEED, rules: Rules | None = None) -> pl.DataFrame:
    """Share of injected holes that are found, by length, and of the energy that lay in them."""
    truth = frame["value"].to_numpy()
    rows = []
    for name, (low, high) in CLASSES.items():
        begin, end = holes(frame, low, high, seed=seed)
        inside = np.zeros(truth.size + 1)
        np.add.at(inside, begin, 1)
        np.add.at(inside, end, -1)
        hole = np.cumsum(inside)[:-1] > 0
        found = flagged(frame.with_columns(value=pl.Series(np.where(hole, 0.0, truth))), live=live, rules=rules)
        lost = np.add.reduceat(np.where(hole, truth, 0.0), begin)
        # A hole where the meter rested anyway loses nothing and cannot be found; it is left out.
        counts = lost > 0
        hit = np.array([found[low:high].mean() > 0.5 for low, high in zip(begin, end, strict=True)])
        false = found & ~hole & (truth == 0)
        rows.append(
            {
                "length": name,
                "holes": int(counts.sum()),
                "found": float(hit[counts].mean()),
                "energy found": float(truth[hole & found].sum() / truth[hole].sum()),
                "precision at least": float((found & hole).sum() / max(found.sum(), 1)),
                "flagged beside": int(false.sum()),
            }
        )
    return pl.DataFrame(rows)


def natural(folder: Path, rules: Rules | None = None) -> pl.DataFrame:
    """Share flagged of zeros that are real."""
    gas = cambridge(folder, "gas")
    summer = gas["start"].dt.month().is_in([6, 7, 8]).to_numpy()
    winter = gas["start"].dt.month().is_in([12, 1, 2]).to_numpy()
    found, zero = flagged(gas, live=False, rules=rules), gas["value"].to_numpy() == 0
    rows = [("gas, June to August", zero & summer, found), ("gas, December to February", zero & winter, found)]
    sun = pl.read_parquet(folder / "monash-microgrid" / "readings.parquet").filter(pl.col("kind") == "pv_generation")
    water = pl.read_parquet(folder / "alicante-water" / "readings.parquet").filter(pl.col("kind") == "water")
    for name, series in (("PV", keyed(sun, 900)), ("household water", keyed(water, 3600))):
        rows.append((name, series["value"].to_numpy() == 0, flagged(series, live=False, rules=rules)))
    return pl.DataFrame(
        {
            "series": [name for name, _, _ in rows],
            "zeros": [int(zeros.sum()) for _, zeros, _ in rows],
            "flagged": [float((zeros & found).sum() / zeros.sum()) for _, zeros, found in rows],
        }
    )


def main() -> None:
    """Print the study."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[2] / "shared" / "data"
    with pl.Config(tbl_rows=-1, tbl_cols=-1, tbl_width_chars=120, float_precision=3):
        for kind in ("electricity", "gas"):
            sys.stdout.write(
                f"{kind}: holes written into real series\n{recall(cambridge(folder, kind), live=kind != 'gas')}\n"
            )
        sys.stdout.write(f"zeros that are real\n{natural(folder)}\n")


if __name__ == "__main__":
    main()
