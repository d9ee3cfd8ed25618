"""Calibrate intervals on what the method missed by at other meters and in earlier years."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import numpy.typing as npt

from wattstone.baselines.statistics import quantiles
from wattstone.savings.calibration import Calibration, Pool
from wattstone.savings.calibration_reference import ANY, Reference, shipped_reference
from wattstone.savings.calibration_scores import Scores, join
from wattstone.savings.conformal import bound, flatten, least_groups, likeness, new_weight

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

SPARE = 3
"""Meter-periods above the least number up to which other kinds and the reference fill, so that not one decides."""
FULL = 20
"""Up to which they fill a pool of earlier years alone; comparison meters stand for themselves from `SPARE` on."""
OWN = 4.0
"""Weight of the pool in a meter's own factor, in periods."""
CAP = 3.0
"""Most that one earlier period counts in a meter's own factor, over the median."""
TAIL = 0.9
"""Quantile of a meter's hours or days by which its own factor goes."""
MOST = 1500
"""Meter-periods of a kind that are enough to tell a quantile; more are thinned evenly."""
FOLDS = 10
"""Into how many parts the meters are split to tell the coverage of what they were not calibrated on."""
LONG = 10_000_000
"""More days than any period is away from 1970."""
YEAR = 365.0
"""Days of the periods of which the reference holds scores."""
HIGHEST = 0.99
"""Highest nominal coverage: rarer misses are beyond what the reference holds."""


def calibrate(
    *,
    meters: Sequence[str],
    kinds: Sequence[str],
    begins: date,
    earlier: Scores | None = None,
    comparison: Scores | None = None,
    level: float = 0.9,
    reference: Reference | None = None,
    step: str = "",
) -> Calibration:
    """How wide intervals must be, for a share `level` of meters or of their hours or days to lie within.

    Parameters
    ----------
    meters, kinds : sequence of str
        Of the m meters to be predicted.
    begins : date
        First local day of the period to be predicted; nothing is learnt from what ends later, but by `comparison`.
    earlier : Scores or None
        Of the same method in earlier periods, of these meters and others.
    comparison : Scores or None
        Of meters without a measure, predicted in the same period; scores of the m meters themselves are left out.
    level : float
        Nominal coverage, 0.5 to 0.99.
    reference : Reference or None
        What fills up a small pool; the shipped one if left out.
    step : str
        In which the meters are predicted, `hour`, `day` or `bill`, where those that were scored may be read in another.

    Returns
    -------
    Calibration
        Of the m meters.

    Raises
    ------
    ValueError
        If the level is outside its range.
    """
    if not 0.5 <= level <= HIGHEST:
        msg = f"level is 0.5 to {HIGHEST}, not {level}"
        raise ValueError(msg)
    standard = reference or shipped_reference()
    found = _gather(set(meters), begins, earlier, comparison)
    names = _parts(found, standard, step)
    widths: dict[str, Floats] = {name: np.full(len(meters), np.nan) for name in names}
    pools: dict[str, dict[str, Pool]] = {kind: {} for kind in dict.fromkeys(kinds)}
    own, days = np.array(meters), np.full(len(meters), YEAR)
    for kind in pools:
        mine = np.array([one == kind for one in kinds])
        for name in names:
            part = _Part(found, kind, name, standard, level, compared=_compared(found, kind, begins))
            pools[kind][name] = part.pool()
            if name == "total":
                days[mine] = part.days()
            widths[name][mine] = pools[kind][name].quantile * part.factors(own[mine], np.datetime64(begins, "D"))
    return Calibration(
        level=level,
        meters=tuple(meters),
        kinds=tuple(kinds),
        widths=widths,
        days=days,
        pools=pools,
        sources=_sources(pools, earlier, comparison, standard),
    )


class _Part:
    """The scores of one kind and part, with those that fill up."""

    def __init__(
        self, found: Scores | None, kind: str, name: str, reference: Reference, level: float, *, compared: bool
    ) -> None:
        raw = np.empty((0, 1)) if found is None else found.parts.get(name, np.full((len(found), 1), np.nan))
        good = ~np.isnan(raw).all(axis=1)
        self.level = level
        self.need = max(least_groups(level) + SPARE, 0 if compared else FULL)
        self.raw = raw[good]
        self.meters = np.array([] if found is None else found.meters, dtype=str)[good]
        self.first = np.array([], "datetime64[D]") if found is None else found.first[good]
        self.last = np.array([], "datetime64[D]") if found is None else found.last[good]
        self.same = np.array([] if found is None else [one == kind for one in found.kinds], dtype=bool)[good]
        self.standard = reference.part(kind, name)
        self.elsewhere = reference.meters.get(kind, reference.meters[ANY])
        self.sizes = _tail(self.raw)
        self.weights, self.filling = self._weights(self.same)
        self.most, self.usual = self._usual(reference.size(kind, name))
        self.scores = self.raw / self._factors(self.meters, self.first)[:, None]
        self.drawn = _every(self.same, MOST) | _every(~self.same & (self.weights > 0), MOST)

    def _weights(self, same: Bools) -> tuple[Floats, float]:
        """Weight of each meter-period, and of the reference."""
        mine, others = int(same.sum()), int((~same).sum())
        other = min(max(self.need - mine, 0) / others, 1.0) if others else 0.0
        weights = np.where(same, 1.0, other)
        filling = max(self.need - float(weights.sum()), 0.0)
        return weights, filling if len(self.standard) else 0.0

    def _usual(self, standard: Floats) -> tuple[float, float]:
        """Most that a size counts, CAP times the median, and the root mean square of what counts."""
        sizes, weights = self.sizes, self.weights
        if self.filling:
            sizes = np.concatenate([sizes, standard])
            weights = np.concatenate([weights, np.full(len(standard), self.filling / len(standard))])
        if not len(sizes):
            return 1.0, 1.0
        order = np.argsort(sizes)
        at = int((np.cumsum(weights[order]) < 0.5 * weights.sum()).sum())
        most = CAP * float(sizes[order][min(at, len(order) - 1)])
        usual = float(np.sqrt(np.average(np.minimum(sizes, most) ** 2, weights=weights)))
        return most, usual if usual > 0 else 1.0

    def _factors(self, meters: npt.NDArray[np.str_], begins: npt.NDArray[np.datetime64]) -> Floats:
        """Factor of meters before some days: how far they strayed in earlier periods, drawn to what is usual."""
        names, ids = np.unique(np.concatenate([self.meters, meters]), return_inverse=True)
        mine, asked = ids[: len(self.meters)], ids[len(self.meters) :]
        moments = mine * LONG + self.last.astype(np.int64)
        order = np.argsort(moments)
        size = (np.minimum(self.sizes, self.most) / self.usual)[order] ** 2
        running = np.concatenate([[0.0], np.cumsum(size)])
        since = np.searchsorted(moments[order], np.arange(len(names)) * LONG)[asked]
        until = np.searchsorted(moments[order], asked * LONG + begins.astype(np.int64))
        return np.sqrt((OWN + running[until] - running[since]) / (OWN + until - since))

    def factors(self, meters: npt.NDArray[np.str_], begins: np.datetime64) -> Floats:
        """Factor of each meter to be predicted."""
        return self._factors(meters, np.full(len(meters), begins))

    def days(self) -> float:
        """Mean length of the scored periods; the reference's are of a year."""
        length = (self.last - self.first).astype(np.float64) + 1
        weight = self.weights.sum() + self.filling
        return float((length @ self.weights + YEAR * self.filling) / weight) if weight else YEAR

    def quantile(self, keep: Bools) -> float:
        """Conformal quantile of some of the meter-periods, filled up."""
        keep = keep & self.drawn
        weights, filling = self._weights(self.same[keep])
        scores, shares = flatten(self.scores[keep], weights)
        groups = weights
        if filling:
            scores = np.concatenate([scores, self.standard])
            shares = np.concatenate([shares, np.full(len(self.standard), filling / len(self.standard))])
            groups = np.concatenate([weights, np.full(self.elsewhere, filling / self.elsewhere)])
        alike = likeness(self.scores[keep & self.same], bound(scores, shares, self.level, 0.0))
        new = min(new_weight(groups) * alike, shares.sum() * (1 / self.level - 1))
        return bound(scores, shares, self.level, new)

    def pool(self) -> Pool:
        """What came of it."""
        return Pool(
            quantile=self.quantile(np.ones(len(self.raw), dtype=bool)),
            periods=int(self.same.sum()),
            meters=len(set(self.meters[self.same])),
            other=float(self.weights[~self.same].sum()),
            reference=self.filling,
            coverage=self.coverage(),
        )

    def coverage(self) -> float:
        """Share of the kind's scores inside, each judged without its own meter and those of its fold."""
        _, at = np.unique(self.meters, return_inverse=True)
        fold = at % FOLDS
        inside: list[Floats] = []
        for one in range(FOLDS):
            here = (fold == one) & self.drawn
            if (here & self.same).any():
                held = self.scores[here & self.same]
                inside.append(np.where(np.isnan(held), np.nan, held <= self.quantile(fold != one)))
        return (
            float(np.nanmean(np.concatenate([np.nanmean(one, axis=1) for one in inside]))) if inside else float("nan")
        )


def _every(where: Bools, most: int) -> Bools:
    """Some of many, spread evenly; all if they are not more than `most`."""
    at = np.flatnonzero(where)
    found = np.zeros(len(where), dtype=bool)
    found[at[:: -(-len(at) // most) or 1]] = True
    return found


def _gather(mine: set[str], begins: date, earlier: Scores | None, comparison: Scores | None) -> Scores | None:
    """All that may be learnt from."""
    found: list[Scores] = []
    if earlier is not None:
        found.append(earlier.before(begins))
    if comparison is not None:
        found.append(comparison.take(np.array([meter not in mine for meter in comparison.meters], dtype=bool)))
    some = [one for one in found if len(one)]
    return join(some) if some else None


def _compared(found: Scores | None, kind: str, begins: date) -> bool:
    """Whether meters of the kind were predicted in the very period: they tell of it better than any others."""
    if found is None:
        return False
    return bool(((found.last >= np.datetime64(begins, "D")) & np.array([one == kind for one in found.kinds])).any())


def _parts(found: Scores | None, reference: Reference, step: str) -> tuple[str, ...]:
    """Those that were scored, with the step if the reference has it; without scores, those of the reference."""
    every = reference.parts[ANY]
    return tuple(sorted(every if found is None else {*found.parts, *({step} & set(every))}))


def _tail(scores: Floats) -> Floats:
    """The TAIL quantile of each row; of a single score itself."""
    return quantiles(scores, (TAIL,))[0]


def _sources(
    pools: dict[str, dict[str, Pool]], earlier: Scores | None, comparison: Scores | None, reference: Reference
) -> tuple[str, ...]:
    every = [pool for parts in pools.values() for pool in parts.values()]
    learnt = any(pool.periods or pool.other for pool in every)
    found: list[str] = []
    if learnt and comparison is not None and len(comparison):
        found.append("comparison meters")
    if learnt and earlier is not None and len(earlier):
        found.append("earlier years")
    if any(pool.reference for pool in every):
        found.append(f"reference {reference.name}")
    return tuple(found)
