"""Which years of which meters both sides are tried on, and their hours in a form that either can read."""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
from benchmarks.estate_arrays import Estate, estate
from benchmarks.estates import SEED

from wattstone.baselines.conditions import Conditions
from wattstone.baselines.timeline import fold_use

YEARS = range(2014, 2020)
"""Years that are predicted; each is preceded by the one that is fitted."""
ENOUGH = 0.9
"""Share of the days of both years that must be known: CalTRACK 2.0, 2.2.1.2."""
LASTING = 14 * 24
"""Hours of no gas at all, in winter, that are taken for missing data: the archive writes missing readings as 0."""


@dataclass(frozen=True)
class Pair:
    """A year of a meter that is fitted, and the next one that is predicted."""

    id: str
    meter_id: str
    kind: str
    baseline: int
    year: int


def known(of: Estate) -> Estate:
    """The estate without gas readings that last at zero through weeks of winter."""
    use = of.use.copy()
    winter = np.isin(of.conditions.month, (11, 12, 1, 2, 3))
    for at, kind in enumerate(of.kinds):
        if kind != "electricity":
            use[at, _lasting(use[at], winter)] = np.nan
    return Estate(meters=of.meters, kinds=of.kinds, use=use, conditions=of.conditions)


def _lasting(use: npt.NDArray[np.float32], winter: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Where zeros last, with gaps counted as zeros, for `LASTING` hours of which some are in winter."""
    nothing = (use == 0) | np.isnan(use)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], nothing, [False]]).astype(np.int8)))
    found = np.zeros(len(use), dtype=bool)
    for begin, end in edges.reshape(-1, 2):
        inside = winter[begin:end]
        if inside.sum() >= LASTING:
            found[begin:end] = inside
    return found


def chosen(of: Estate, *, rounds: int = 2, most: int | None = None) -> list[Pair]:
    """Pairs in random order, first one of each meter, then a second one of those that have it.

    Parameters
    ----------
    of : Estate
        Electricity zeros and lasting gas zeros are gaps.
    rounds : int
        Pairs of a meter.
    most : int or None
        How many pairs in all.
    """
    passes = {year: set(passing(of, year)) for year in YEARS}
    rng = np.random.default_rng(SEED)
    found: list[list[Pair]] = [[] for _ in range(rounds)]
    for at in rng.permutation(len(of.meters)):
        years = [year for year in YEARS if at in passes[year]]
        for turn, year in enumerate(rng.permutation(years)[:rounds].tolist()):
            meter = of.meters[at]
            found[turn].append(Pair(f"{meter}-{year}", meter, of.kinds[at], year - 1, year))
    return [pair for turn in found for pair in turn][:most]


def passing(of: Estate, year: int) -> list[int]:
    """Places of the meters that have enough of a year and of the one before."""
    return np.flatnonzero(_passes(of, year - 1) & _passes(of, year)).tolist()


def _passes(of: Estate, year: int) -> npt.NDArray[np.bool_]:
    """Whether each meter has enough of a year, and uses anything. (m,)"""
    use, conditions = of.year(year)
    if not len(conditions):
        return np.zeros(len(use), dtype=bool)
    days = fold_use(use, conditions)
    return (np.isfinite(days).mean(axis=1) >= ENOUGH) & (np.nansum(days, axis=1) > 0)


def prepared(folder: Path, of: Estate, pairs: list[Pair]) -> None:
    """Write the pairs, and the hours of their meters with the weather in degrees Fahrenheit and W m-2."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pairs.json").write_text(json.dumps([vars(pair) for pair in pairs], indent=1), encoding="utf-8")
    conditions = of.conditions
    columns: dict[str, object] = {
        "timestamp": conditions.start.astype("datetime64[ms]"),
        "temperature": fahrenheit(conditions),
        "ghi": conditions.irradiance,
    }
    for meter in sorted({pair.meter_id for pair in pairs}):
        columns[meter] = of.use[of.meters.index(meter)].astype(np.float64)
    hours = pl.DataFrame(columns).with_columns(pl.col("timestamp").dt.replace_time_zone("UTC"))
    hours.with_columns(pl.selectors.float().fill_nan(None)).write_parquet(folder / "hours.parquet")


def fahrenheit(conditions: Conditions) -> npt.NDArray[np.float64]:
    """Air temperature. [degF]"""
    return conditions.temperature * 1.8 + 32


def loaded(data: Path, first: int = YEARS.start - 1) -> Estate:
    """The estate from the beginning of a year on."""
    return known(estate(data, date(first, 1, 1), date(YEARS.stop - 1, 12, 31)))


def told(folder: Path, model: str) -> pl.DataFrame:
    """What became of each pair that the peer has done with a model, a row each.

    Returns
    -------
    pl.DataFrame
        `id`, `meter_id`, `kind`, `baseline`, `year`, `status` (`fitted`, `refused`, `failed`), `reasons`, and CPU
        seconds `data`, `fit`, `predict`.
    """
    rows: list[dict[str, object]] = []
    for path in sorted((folder / model).glob("*.json")):
        one = json.loads(path.read_text(encoding="utf-8"))
        kept = {key: one[key] for key in ("id", "meter_id", "kind", "baseline", "year", "model", "status", "reasons")}
        rows.append(kept | {key: one["cpu"].get(key) for key in ("data", "fit", "predict")})
    kinds = {"reasons": pl.List(pl.String), **dict.fromkeys(("data", "fit", "predict"), pl.Float64)}
    return pl.DataFrame(rows, schema_overrides=kinds)


def predicted(folder: Path, model: str) -> pl.DataFrame:
    """The peer's predictions of a model, of all pairs that it has done."""
    paths = sorted((folder / model).glob("*.parquet"))
    frames = [pl.read_parquet(path).with_columns(pl.col("timestamp").cast(pl.Datetime("ms", "UTC"))) for path in paths]
    return pl.concat(frames)
