"""The model that predicts each meter best, as trials inside the baseline tell, and a default where they do not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from wattstone.baselines.ahead import errors_ahead
from wattstone.baselines.archive import from_json
from wattstone.baselines.boosted import METHOD as BOOSTED
from wattstone.baselines.boosted import grow, try_boosted
from wattstone.baselines.conditions import Conditions, Extra, Index
from wattstone.baselines.daily_fit import fit_daily_models
from wattstone.baselines.model import Fitter, Model
from wattstone.baselines.ridge import METHOD as RIDGE
from wattstone.baselines.ridge import fit_ridge
from wattstone.baselines.timeline import fold_days, fold_use
from wattstone.baselines.towt import METHOD as TOWT
from wattstone.baselines.towt import fit_towt
from wattstone.baselines.towt_design import hourly

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

METHOD = "best/1"
MARGIN = 0.1
"""By how much another model's error must be less than the ridge model's for it to be chosen."""
SHARE = 0.5
"""Of the daily model in the mean power of each day."""
EXPORTS = 0.01
"""Share of hours below 0 from which a meter counts as one that exports."""
SUNLIT = " with irradiance"
"""After the name of a method that knows of irradiance, for meters that export."""


@dataclass(frozen=True, kw_only=True)
class Best:
    """The chosen models of m meters; see `fit_best`.

    Parameters
    ----------
    chosen : tuple of str
        Method of the hours of each meter.
    models : mapping of str to Model
        Of each method that was chosen, its meters in their order.
    daily : Model or None
        Of the days of all meters; None where hours stand alone.
    share : (m,) array
        Of the daily model in the mean power of each day, `SHARE` or 0.
    tried : mapping of str to (m,) array
        Root mean square error of each method on the blocks ahead; NaN where it was not tried.
    """

    chosen: tuple[str, ...]
    models: Mapping[str, Model]
    daily: Model | None
    share: Floats
    tried: Mapping[str, Floats]

    @property
    def method(self) -> str:
        """Name and version."""
        return METHOD

    @property
    def parameters(self) -> Ints:
        """Those of the chosen model of the hours. (m,)"""
        found = np.zeros(len(self.chosen), dtype=np.int64)
        for name, model in self.models.items():
            found[self._at(name)] = model.parameters
        return found

    def predict(self, conditions: Conditions, extra: Extra | None = None) -> Floats:
        """Expected use of each hour, as in `wattstone.baselines.model.Model`. (m, t)"""
        found = np.full((len(self.chosen), len(conditions)), np.nan)
        for name, model in self.models.items():
            at = self._at(name)
            found[at] = model.predict(conditions, None if extra is None else extra.rows(at))
        return found if self.daily is None else drawn(found, self.daily, conditions, self.share)

    def why(self, at: int) -> str:
        """What was chosen for a meter and by which errors, as a sentence."""
        errors = ", ".join(f"{name} {values[at]:.4g}" for name, values in self.tried.items() if np.isfinite(values[at]))
        day = "" if self.daily is None else f", days half by {self.daily.method}"
        said = (
            f"{errors}; another than {RIDGE} has to be {MARGIN:.0%} better" if errors else "the baseline is too short"
        )
        return f"{self.chosen[at]}{day}; root mean square error on the last third of the baseline: {said}"

    def rows(self, at: Index) -> "Best":
        """The models of some meters."""
        rows = cast("Ints", np.arange(len(self.chosen))[at])
        chosen = tuple(self.chosen[row] for row in cast("list[int]", rows.tolist()))
        models = {
            name: self.models[name].rows(
                np.searchsorted(self._at(name), [row for row in rows if self.chosen[row] == name])
            )
            for name in dict.fromkeys(chosen)
        }
        return Best(
            chosen=chosen,
            models=models,
            daily=None if self.daily is None else self.daily.rows(rows),
            share=self.share[rows],
            tried={name: values[rows] for name, values in self.tried.items()},
        )

    def to_json(self, at: int) -> dict[str, Any]:
        """One meter's models as JSON values."""
        name = self.chosen[at]
        return {
            "method": METHOD,
            "chosen": name,
            "share": float(self.share[at]),
            "hours": self.models[name].to_json(int(np.searchsorted(self._at(name), at))),
            "days": None if self.daily is None else self.daily.to_json(at),
            "tried": {one: None if np.isnan(values[at]) else float(values[at]) for one, values in self.tried.items()},
        }

    def _at(self, name: str) -> Ints:
        return np.flatnonzero([one == name for one in self.chosen])


def best_from_json(values: dict[str, Any]) -> Best:
    """One meter's models back from `Best.to_json`."""
    return Best(
        chosen=(values["chosen"],),
        models={values["chosen"]: from_json(values["hours"])},
        daily=None if values["days"] is None else from_json(values["days"]),
        share=np.array([values["share"]]),
        tried={name: np.array([error], dtype=np.float64) for name, error in values["tried"].items()},
    )


def fit_best(
    use: npt.NDArray[np.floating],
    conditions: Conditions,
    extra: Extra | None = None,
    *,
    kinds: Sequence[str] | None = None,
    boosting: bool | None = None,
) -> Best:
    """Choose and fit a model of the hours of each meter, and draw its days to a model of the days.

    Parameters
    ----------
    use : (m, t) array
        Of each hour; NaN where not known.
    conditions : Conditions
        Hours.
    extra : Extra or None
        Further variables; with them the hours stand alone, without a model of the days.
    kinds : sequence of str or None
        Of each meter: gas does not cool, and is remembered longer.
    boosting : bool or None
        Whether boosted trees are tried; where None, if LightGBM is installed.

    Returns
    -------
    Best
        Which says what was chosen and by which errors.

    Notes
    -----
    The ridge model is chosen unless, fitted to the first two thirds and the first five sixths of the baseline,
    time-of-week-and-temperature or boosted trees predict the sixth that follows with an error (root mean square) less
    by `MARGIN`. What is so chosen predicts hours; the mean power of each day is half its own and half the daily
    change-point model's, for two models err less than one [1]_. Meters that export have irradiance as a covariate,
    where it is known, and stand alone. Nothing after the baseline is looked at.

    References
    ----------
    .. [1] J. M. Bates and C. W. J. Granger, "The combination of forecasts," Operational Research Quarterly 20 (4),
       451-468, 1969.
    """
    hourly(conditions)
    tries = boosting if boosting is not None else find_spec("lightgbm") is not None
    exports = (use < 0).sum(axis=1) > EXPORTS * np.isfinite(use).sum(axis=1)
    exports &= conditions.irradiance is not None
    chosen = [RIDGE] * len(use)
    models: dict[str, Model] = {}
    tried = {name: np.full(len(use), np.nan) for name in (RIDGE, TOWT, BOOSTED)[: 2 + tries]}
    for sunlit in (False, True):
        rows = np.flatnonzero(exports == sunlit)
        if not len(rows):
            continue
        mine = None if extra is None else extra.rows(rows)
        of = ["" if kinds is None else kinds[row] for row in rows.tolist()]
        names, found, errors = _group(use[rows], conditions, mine, of, boosting=tries, sunlit=sunlit)
        models |= found
        for row, name in zip(rows.tolist(), names, strict=True):
            chosen[row] = name
        for name, values in errors.items():
            tried[name][rows] = values
    daily = (
        None if extra is not None else fit_daily_models(fold_use(use, conditions), fold_days(conditions), kinds=kinds)
    )
    return Best(chosen=tuple(chosen), models=models, daily=daily, share=np.where(exports, 0.0, SHARE), tried=tried)


def _group(
    use: npt.NDArray[np.floating],
    conditions: Conditions,
    extra: Extra | None,
    kinds: Sequence[str],
    *,
    boosting: bool,
    sunlit: bool,
) -> tuple[list[str], dict[str, Model], dict[str, Floats]]:
    """Choice, models of each chosen method and errors of meters that all export or all do not."""
    fits: dict[str, Fitter] = {
        RIDGE: partial(fit_ridge, kinds=kinds, sunlit=sunlit),
        TOWT: partial(fit_towt, sunlit=sunlit),
    }
    tried = {name: errors_ahead(fit, use, conditions, extra) for name, fit in fits.items()}
    trees = np.zeros(len(use), dtype=np.int64)
    if boosting:
        trees, tried[BOOSTED] = try_boosted(use, conditions, extra, kinds=kinds, sunlit=sunlit)
    chosen = _chosen(tried)
    models: dict[str, Model] = {}
    for name in dict.fromkeys(chosen):
        at = np.flatnonzero([one == name for one in chosen])
        mine = None if extra is None else extra.rows(at)
        part = use[at].astype(np.float64, copy=False)
        of = [kinds[one] for one in at.tolist()]
        if name == TOWT:
            models[name] = fits[TOWT](part, conditions, mine)
        elif name == RIDGE:
            models[name] = fit_ridge(part, conditions, mine, kinds=of, sunlit=sunlit)
        else:
            models[name] = grow(trees[at], part, conditions, mine, kinds=of, sunlit=sunlit)
    suffix = SUNLIT if sunlit else ""
    return [name + suffix for name in chosen], {name + suffix: model for name, model in models.items()}, tried


def _chosen(tried: Mapping[str, Floats]) -> tuple[str, ...]:
    """The method with the least error, if it is less by `MARGIN` than the ridge model's."""
    names = list(tried)
    errors = np.stack([tried[name] for name in names])
    limit: Floats = np.where(np.isnan(errors[0]), np.inf, errors[0] * (1 - MARGIN))
    others = np.where(np.isnan(errors[1:]), np.inf, errors[1:])
    best = others.argmin(axis=0)
    picked = np.where(others.min(axis=0) < limit, 1 + best, 0)
    return tuple(names[one] for one in cast("list[int]", picked.tolist()))


def drawn(found: Floats, daily: Model, conditions: Conditions, share: Floats) -> Floats:
    """Hours whose mean power of each day is drawn to that of a daily model.

    Parameters
    ----------
    found : (m, t) array
        Expected use of each hour; NaN where not known.
    daily : Model
        Of days.
    conditions : Conditions
        The hours.
    share : (m,) array
        How far, 0 to 1.

    Returns
    -------
    (m, t) array
        As before on days that the daily model does not know.
    """
    days = fold_days(conditions)
    new = np.concatenate([[True], conditions.date[1:] != conditions.date[:-1]])
    apart = (daily.predict(days) - fold_use(found, conditions)) / days.hours
    return found + (share[:, None] * np.nan_to_num(apart))[:, np.cumsum(new) - 1] * conditions.hours
