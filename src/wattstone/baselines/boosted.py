"""Gradient boosting of hours: regression trees on what the ridge model leaves, as many as help on what follows."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from wattstone.base import WattstoneError
from wattstone.baselines.ahead import blocks_ahead
from wattstone.baselines.conditions import Conditions, Extra, Index
from wattstone.baselines.ridge import MEMORY, Ridge, fit_ridge, ridge_from_json
from wattstone.baselines.ridge_design import trailing, turn_of_year
from wattstone.baselines.towt import values_named
from wattstone.baselines.towt_design import irradiance

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

METHOD = "boosted/1"
MOST = 80
"""Trees at most."""
STEP = 10
"""Trees between two looks at the blocks ahead."""
LEARNING_RATE = 0.06
LEAVES = 15
PARAMETERS: dict[str, Any] = {
    "objective": "l2",
    "learning_rate": LEARNING_RATE,
    "num_leaves": LEAVES,
    "min_data_in_leaf": 30,
    "lambda_l2": 5.0,
    "feature_fraction": 0.8,
    "max_bin": 63,
    "seed": 1,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "verbose": -1,
}


@dataclass(frozen=True, kw_only=True)
class Boosted:
    """Boosted models of m meters; see `fit_boosted`.

    Parameters
    ----------
    base : Ridge
        What the trees add to.
    trees : tuple of str
        LightGBM's own text of each meter's trees; empty where no tree helps.
    scale : (m,) array
        Mean power that 1 of the trees stands for.
    leaves : (m,) array of int
        How many the trees have.
    """

    base: Ridge
    trees: tuple[str, ...]
    scale: Floats
    leaves: Ints

    @property
    def method(self) -> str:
        """Name and version."""
        return METHOD

    @property
    def parameters(self) -> Ints:
        """Those of the ridge model and one for each leaf but the first of a tree, times the learning rate. (m,)"""
        return self.base.parameters + np.round(LEARNING_RATE * self.leaves).astype(np.int64)

    def predict(self, conditions: Conditions, extra: Extra | None = None) -> Floats:
        """Expected use of each hour, as in `wattstone.baselines.model.Model`. (m, t)"""
        found = self.base.predict(conditions, extra)
        shared = features(conditions, sunlit=self.base.sunlit)
        for at, text in enumerate(self.trees):
            if text:
                booster = lightgbm().Booster(model_str=text)
                x = _beside(shared, extra, self.base.names, at)
                found[at] += self.scale[at] * booster.predict(x, num_threads=1) * conditions.hours
        return found

    def rows(self, at: Index) -> "Boosted":
        """The models of some meters."""
        chosen = cast("list[int]", np.arange(len(self.trees))[at].tolist())
        return Boosted(
            base=self.base.rows(at),
            trees=tuple(self.trees[one] for one in chosen),
            scale=self.scale[at],
            leaves=self.leaves[at],
        )

    def to_json(self, at: int) -> dict[str, Any]:
        """One meter's model as JSON values."""
        return {
            "method": METHOD,
            "base": self.base.to_json(at),
            "trees": self.trees[at],
            "scale": float(self.scale[at]),
            "leaves": int(self.leaves[at]),
        }


def boosted_from_json(values: dict[str, Any]) -> Boosted:
    """One meter's model back from `Boosted.to_json`."""
    return Boosted(
        base=ridge_from_json(values["base"]),
        trees=(values["trees"],),
        scale=np.array([values["scale"]]),
        leaves=np.array([values["leaves"]]),
    )


def fit_boosted(
    use: npt.NDArray[np.floating],
    conditions: Conditions,
    extra: Extra | None = None,
    *,
    kinds: Sequence[str] | None = None,
    sunlit: bool = False,
) -> Boosted:
    """Fit boosted regression trees [1]_ to what the ridge model leaves, by LightGBM [2]_.

    Parameters
    ----------
    use : (m, t) array
        Of each hour; NaN where not known.
    conditions : Conditions
        Hours.
    extra : Extra or None
        Further variables.
    kinds : sequence of str or None
        Of each meter, for the ridge model.
    sunlit : bool
        Whether irradiance is a covariate, of the ridge model and of the trees.

    Returns
    -------
    Boosted
        With as many trees, up to `MOST`, as made the least error on blocks that follow what was fitted; none where
        they do not help (`try_boosted`). The same input gives the same trees, on one thread.

    References
    ----------
    .. [1] S. Touzani, J. Granderson and S. Fernandes, "Gradient boosting machine for modeling the energy consumption
       of commercial buildings," Energy and Buildings 158, 1533-1543, 2018.
    .. [2] G. Ke et al., "LightGBM: a highly efficient gradient boosting decision tree," NeurIPS 30, 2017.
    """
    rounds, _ = try_boosted(use, conditions, extra, kinds=kinds, sunlit=sunlit)
    return grow(rounds, use, conditions, extra, kinds=kinds, sunlit=sunlit)


def try_boosted(
    use: npt.NDArray[np.floating],
    conditions: Conditions,
    extra: Extra | None = None,
    *,
    kinds: Sequence[str] | None = None,
    sunlit: bool = False,
) -> tuple[Ints, Floats]:
    """How many trees make the least error on blocks that follow what was fitted, ridge model and trees alike.

    Parameters
    ----------
    use, conditions, extra, kinds, sunlit
        As of `fit_boosted`.

    Returns
    -------
    tuple of arrays
        Trees of each meter (m,), and the root mean square error with them (m,); NaN where nothing could be tried.
    """
    m = len(use)
    loss, count = np.zeros((m, MOST // STEP + 1)), np.zeros(m, dtype=np.int64)
    shared = features(conditions, sunlit=sunlit)
    names = () if extra is None else extra.names
    for block in blocks_ahead(conditions):
        part = conditions.take(block.fitted)
        before = None if extra is None else extra.take(block.fitted)
        base = fit_ridge(use[:, block.fitted], part, before, kinds=kinds, sunlit=sunlit)
        left = (use - base.expected(conditions, extra, after=True)) / conditions.hours
        weight = np.zeros(len(conditions))
        weight[block.fitted] = _fresh(part)
        for at in range(m):
            known = np.isfinite(left[at])
            inside, tried = known & block.fitted, known & block.tried
            scale = _scale(left[at, inside], use[at])
            if not scale or not tried.any():
                continue
            x = _beside(shared, extra, names, at)
            booster = _boosted(x[inside], left[at, inside] / scale, weight[inside], MOST)
            count[at] += tried.sum()
            loss[at] += _losses(booster, x[tried], left[at, tried] / scale) * scale**2
    best = np.argmin(loss, axis=1)
    error = np.sqrt(np.where(count > 0, loss[np.arange(m), best] / np.maximum(count, 1), np.nan))
    return best * STEP, error


def grow(
    rounds: Ints,
    use: npt.NDArray[np.floating],
    conditions: Conditions,
    extra: Extra | None = None,
    *,
    kinds: Sequence[str] | None = None,
    sunlit: bool = False,
) -> Boosted:
    """Fit the ridge model, and to what it leaves as many trees as are told. See `fit_boosted`."""
    base = fit_ridge(use, conditions, extra, kinds=kinds, sunlit=sunlit)
    left = (use - base.expected(conditions, extra, after=True)) / conditions.hours
    shared, weight = features(conditions, sunlit=sunlit), _fresh(conditions)
    trees: list[str] = []
    scale = np.ones(len(use))
    for at, number in enumerate(rounds.tolist()):
        known = np.isfinite(left[at])
        scale[at] = _scale(left[at, known], use[at])
        if number and scale[at]:
            x = _beside(shared, extra, base.names, at)[known]
            trees.append(_boosted(x, left[at, known] / scale[at], weight[known], number).model_to_string())
        else:
            trees.append("")
    leaves = np.where([bool(text) for text in trees], rounds * (LEAVES - 1), 0)
    return Boosted(base=base, trees=tuple(trees), scale=scale, leaves=leaves)


def features(conditions: Conditions, *, sunlit: bool) -> Floats:
    """What the trees see of each hour. (t, j)"""
    year_end = turn_of_year(conditions)
    day = np.where(year_end, 8, np.where(conditions.off, 7, conditions.weekday))
    rest = np.where(year_end, 3, np.where((conditions.weekday == 6) | conditions.off, 2, conditions.weekday == 5))
    columns = [conditions.hour, day, rest, conditions.temperature, trailing(conditions, 24), trailing(conditions, 72)]
    if sunlit:
        columns.append(irradiance(conditions))
    return np.stack(columns, axis=1).astype(np.float64)


def lightgbm() -> Any:
    """LightGBM, which is optional.

    Raises
    ------
    WattstoneError
        With what to install.
    """
    try:
        return import_module("lightgbm")
    except ImportError as error:
        raise WattstoneError("boosting needs LightGBM: pip install 'wattstone[savings]'") from error


def _losses(booster: Any, x: Floats, y: Floats) -> Floats:
    """Sum of squares with 0, `STEP`, ... trees."""
    found = np.zeros(len(y))
    losses = [float((y**2).sum())]
    for number in range(MOST // STEP):
        found += booster.predict(x, start_iteration=number * STEP, num_iteration=STEP, num_threads=1)
        losses.append(float(((y - found) ** 2).sum()))
    return np.array(losses)


def _scale(left: Floats, use: npt.NDArray[np.floating]) -> float:
    """Spread of what the ridge model leaves; 0 where it is as small as rounding leaves of a constant."""
    if not len(left):
        return 0.0
    spread, size = float(left.std()), float(np.abs(use[np.isfinite(use)]).mean())
    return spread if spread > 1e-6 * size else 0.0


def _boosted(x: Floats, y: Floats, weight: Floats, rounds: int) -> Any:
    library = lightgbm()
    data = library.Dataset(x, y, weight=weight, params={"max_bin": PARAMETERS["max_bin"], "verbose": -1})
    return library.train(PARAMETERS, data, rounds)


def _fresh(conditions: Conditions) -> Floats:
    age = (conditions.start[-1:] - conditions.start).astype(np.float64) / 86400
    return 0.5 ** (age / MEMORY[0])


def _beside(shared: Floats, extra: Extra | None, names: tuple[str, ...], at: int) -> Floats:
    """Features of a meter: those of all, and its own extra variables."""
    if not names:
        return shared
    return np.concatenate([shared, values_named(extra, names)[at]], axis=1)
