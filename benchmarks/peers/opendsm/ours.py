"""Our side: the same pairs of years, in a process of its own.

The meters of a year are fitted together, as they would be: what is timed is the fit from arrays in memory, after a
first one that counts for nobody, as for the peer.
"""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from benchmarks.estate_arrays import Estate
from benchmarks.peers.opendsm.pairs import Pair, loaded, passing
from benchmarks.peers.opendsm.sides import Floats, Year, laid_out

from wattstone.baselines.model import Fitter, Model
from wattstone.savings.calibration_fit import calibrate
from wattstone.savings.calibration_scores import Scores, join, score
from wattstone.savings.intervals import Spread, spread
from wattstone.savings.periods import Baseline, Dates
from wattstone.savings.sufficiency import check_baseline

FIRST = 2008
WARM = 2
"""Meters that are fitted first, for nobody's account."""


@dataclass(frozen=True)
class Method:
    """A model of ours.

    Parameters
    ----------
    function : str
        `module:function`.
    daily : bool
        Of days, not of hours.
    kinds : bool
        Whether it is told the kinds of the meters.
    repeat : int
        How often the fit is timed; the least counts.
    """

    function: str
    daily: bool = False
    kinds: bool = False
    repeat: int = 3

    def fitter(self, pairs: Sequence[Pair]) -> Fitter:
        """The function that fits the meters of some pairs."""
        module, _, name = self.function.partition(":")
        fit: Fitter = getattr(import_module(module), name)
        return partial(fit, kinds=canonical(pairs)) if self.kinds else fit


METHODS: dict[str, Method] = {
    "daily": Method("wattstone.baselines.daily_fit:fit_daily_models", daily=True, kinds=True),
    "towt": Method("wattstone.baselines.towt:fit_towt"),
    "ridge": Method("wattstone.baselines.ridge:fit_ridge", kinds=True),
    "best": Method("wattstone.baselines.best:fit_best", kinds=True, repeat=1),
}


def fitted(data: str, folder: str, name: str, intervals: bool = True) -> Callable[[], dict[str, Any]]:
    """Side: fit the pairs of a folder and predict; predictions go into `ours-NAME.parquet`.

    Parameters
    ----------
    data : str
        `../shared/data/cambridge-dev`.
    folder : str
        With `pairs.json`.
    name : str
        Of a method.
    intervals : bool
        Whether intervals are made; they take a fit of every earlier year of the estate.

    Returns
    -------
    callable
        Gives CPU seconds of `fit` and `predict` of all `meters`, and those `refused` with their reasons, by pair.
    """
    method = METHODS[name]
    pairs = [Pair(**one) for one in json.loads((Path(folder) / "pairs.json").read_text(encoding="utf-8"))]
    of = loaded(Path(data), FIRST if intervals else min(pair.baseline for pair in pairs))
    years = list(laid_out(of, pairs, daily=method.daily))
    first = years[0]
    method.fitter(first.pairs[:WARM])(first.use_before[:WARM], first.before, None).predict(first.conditions)

    def all_of_it() -> dict[str, Any]:
        told: dict[str, Any] = {"meters": len(pairs), "fit": 0.0, "predict": 0.0, "refused": {}}
        frames: list[pl.DataFrame] = []
        for year in years:
            model, took = _timed(partial(_fit, method, year), method.repeat)
            predicted, then = _timed(partial(model.predict, year.conditions), 1)
            told["fit"], told["predict"] = told["fit"] + took, told["predict"] + then
            half = _halves(method, of, year, model, predicted) if intervals else None
            frames.append(_frame(year, predicted, half))
            told["refused"] |= refusals(year)
        pl.concat(frames).write_parquet(Path(folder) / f"ours-{name}.parquet")
        return told

    return all_of_it


def _fit(method: Method, year: Year) -> Model:
    return method.fitter(year.pairs)(year.use_before, year.before, None)


def canonical(pairs: Sequence[Pair]) -> tuple[str, ...]:
    """Kinds of the meters, as the product names them."""
    return tuple({"gas": "natural_gas"}.get(pair.kind, pair.kind) for pair in pairs)


def _timed(work: Callable[[], Any], repeat: int) -> tuple[Any, float]:
    took: list[float] = []
    found: Any = None
    for _ in range(repeat):
        before = time.process_time()
        found = work()
        took.append(time.process_time() - before)
    return found, min(took)


def _frame(year: Year, predicted: Floats, half: tuple[Floats, Floats] | None) -> pl.DataFrame:
    m, t = predicted.shape
    nothing = np.full(m * t, np.nan)
    return pl.DataFrame(
        {
            "pair": np.repeat([pair.id for pair in year.pairs], t),
            "timestamp": np.tile(year.conditions.start.astype("datetime64[ms]"), m),
            "predicted": predicted.reshape(-1),
            "predicted_unc": nothing if half is None else half[0].reshape(-1),
            "total_unc": nothing if half is None else np.repeat(half[1], t),
        }
    ).with_columns(pl.col("timestamp").dt.replace_time_zone("UTC"), pl.selectors.float().fill_nan(None))


def refusals(year: Year) -> dict[str, list[str]]:
    """Pairs whose baseline does not suffice by our rules, with the rules."""
    conditions = year.before
    batch = Baseline(
        dates=Dates(conditions.date[0].item(), conditions.date[-1].item()),
        meters=tuple(pair.meter_id for pair in year.pairs),
        kinds=canonical(year.pairs),
        units=("kWh",) * len(year.pairs),
        use=year.use_before,
        conditions=conditions,
    )
    found = zip(year.pairs, check_baseline(batch), strict=True)
    return {pair.id: [one.code for one in of.disqualifying] for pair, of in found if not of.qualified}


def _halves(method: Method, of: Estate, year: Year, model: Model, predicted: Floats) -> tuple[Floats, Floats]:
    """Half the width of the 90 % intervals: of each interval (m, t), and of the sum over what is known (m,).

    They are calibrated on all meters of the estate in the years before the one that is fitted and predicted: the last
    of them is the baseline's.
    """
    earlier = [_scores(method.function, of, one) for one in range(FIRST + 1, year.pairs[0].year)]
    strayed = spread(year.use_before, model.predict(year.before), year.before)
    found = calibrate(
        meters=[pair.meter_id for pair in year.pairs],
        kinds=canonical(year.pairs),
        begins=date(year.pairs[0].year, 1, 1),
        earlier=join([one for one in earlier if one is not None]),
    )
    known = np.where(np.isfinite(year.use), predicted, np.nan)
    _, upper = found.each(predicted, year.conditions, strayed)
    _, most = found.total(known, year.conditions, strayed)
    return upper - predicted, most - np.nansum(known, axis=1)


_KEPT: dict[tuple[str, int], Scores | None] = {}


def _scores(function: str, of: Estate, year: int) -> Scores | None:
    """What a method misses by in a year, of all meters that have enough of it and the one before."""
    if (function, year) in _KEPT:
        return _KEPT[function, year]
    method = next(one for one in METHODS.values() if one.function == function)
    rows = passing(of, year)
    pairs = [Pair(of.meters[at], of.meters[at], of.kinds[at], year - 1, year) for at in rows]
    found: Scores | None = None
    for one in laid_out(of, pairs, daily=method.daily):
        model = _fit(method, one)
        strayed: Spread = spread(one.use_before, model.predict(one.before), one.before)
        found = score(
            meters=[pair.meter_id for pair in pairs],
            kinds=canonical(pairs),
            observed=one.use,
            predicted=model.predict(one.conditions),
            conditions=one.conditions,
            spread=strayed,
        )
    _KEPT[function, year] = found
    return found
