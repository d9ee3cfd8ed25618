"""Matching by the hour: how much of what is used was generated for it in the same hour; nothing is stored between."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating]


@dataclass(frozen=True, eq=False)
class Contracted:
    """Generation that a contract brings.

    Parameters
    ----------
    energy : (t,) array
        By hour; NaN where it is not known. [kWh]
    sites : (n,) array of int or None
        Rows of the sites that it serves; None for all of them.
    """

    energy: Floats
    sites: npt.NDArray[np.integer] | None = None


@dataclass(frozen=True)
class Matched:
    """Sums over hours; those of two spans, or of two markets, add up.

    Parameters
    ----------
    load, generation, matched : float
        Used, contracted, and of both the same hour by hour. [kWh]
    hours, unknown : int
        Hours that count, and hours in which a generation is not known: these count for nothing.
    gaps : int
        Hours of single sites without readings: they count for nothing either.
    """

    load: float = 0.0
    generation: float = 0.0
    matched: float = 0.0
    hours: int = 0
    unknown: int = 0
    gaps: int = 0

    def __add__(self, other: "Matched") -> "Matched":
        """The sums of both."""
        return Matched(
            self.load + other.load,
            self.generation + other.generation,
            self.matched + other.matched,
            self.hours + other.hours,
            self.unknown + other.unknown,
            self.gaps + other.gaps,
        )

    @property
    def score(self) -> float | None:
        """Share of the load that is matched by the hour, 0 to 1; None without load."""
        return self.matched / self.load if self.load > 0 else None

    @property
    def annual(self) -> float | None:
        """Share of the load that the same generation covers over the whole span, 0 to 1; None without load."""
        return min(self.generation / self.load, 1.0) if self.load > 0 else None

    @property
    def surplus(self) -> float:
        """What was generated in hours that did not need it. [kWh]"""
        return self.generation - self.matched


def hourly_match(load: Floats, contracts: Sequence[Contracted]) -> Matched:
    r"""Match the use of sites with contracted generation, hour by hour [1]_.

    Parameters
    ----------
    load : (s, t) array
        Use of each site by hour, 0 or more; NaN where it is not known. [kWh]
    contracts : sequence of Contracted
        Of the market of the sites. The one that serves the fewest sites serves first.

    Returns
    -------
    Matched

    Notes
    -----
    With :math:`L_t` the use and :math:`G_t` the generation of hour :math:`t`, where all sites share all of it,

    .. math:: S = \frac{\sum_t \min(L_t, G_t)}{\sum_t L_t}
        \qquad
        A = \min\left(1, \frac{\sum_t G_t}{\sum_t L_t}\right)

    the score by the hour and the claim by the year; S is never above A. What the grid itself brings without carbon is
    not counted, nor is storage.

    References
    ----------
    .. [1] Google, "24/7 Carbon-Free Energy: Methodologies and Metrics," 2021; contracts alone.

    Examples
    --------
    >>> day, night = Contracted(np.array([15.0, 0.0])), Contracted(np.array([0.0, 4.0]))
    >>> found = hourly_match(np.array([[10.0, 10.0]]), [day, night])
    >>> found.score, found.annual, found.surplus
    (0.7, 0.95, 5.0)
    """
    hours = load.shape[-1]
    known = np.ones(hours, dtype=bool)
    for one in contracts:
        known &= np.isfinite(one.energy)
    gap = ~np.isfinite(load) & known
    open_ = np.where(np.isfinite(load) & known, load, 0.0).astype(float)
    whole = float(open_.sum())
    generation = matched = 0.0
    for one in sorted(contracts, key=_width):
        rows = slice(None) if one.sites is None else one.sites
        there = open_[rows]
        energy = np.where(known, one.energy, 0.0)
        need = there.sum(axis=0)
        part = np.where(need > 0, np.minimum(need, energy) / np.where(need > 0, need, 1.0), 0.0)
        open_[rows] = there * (1 - part)
        generation += float(energy.sum())
        matched += float((need * part).sum())
    return Matched(whole, generation, matched, int(known.sum()), int((~known).sum()), int(gap.sum()))


def _width(one: Contracted) -> tuple[bool, int]:
    return (one.sites is None, 0 if one.sites is None else len(one.sites))
