"""Abatement measures as arrays, and how they act on each other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from wattstone.programme.targets.coverage import CONTRACTS

__all__ = ["Interactions", "Measures", "Overlap", "SameBase", "interactions_of", "measures_of", "plain"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

_ANY = 9999  # no last year
STAGES = ("saving", "decarbonisation")
"""Energy is saved first; what is left is decarbonised."""

_TEXTS = ("names", "acts_on", "status")
_NUMBERS = (
    "stage", "reduction", "spread", "confidence", "capex", "running", "saving", "start", "latest", "life", "done"
)  # fmt: skip


@dataclass(frozen=True, eq=False, kw_only=True)
class Measures:
    """Measures as arrays of length n.

    Parameters
    ----------
    names : tuple of str
    acts_on : tuple of str
        The total that each reduces: `scope1`, `scope2`, `scope3.1`.
    status : tuple of str
        `candidate`, `planned`, `decided`.
    stage : (n,) array
        0 saves energy, 1 decarbonises.
    reduction : (n,) array
        A year, each by itself. [t CO2e/a]
    spread : (n,) array
        Half of the 90 % interval of it. [t CO2e/a]
    confidence : (n,) array
        Probability that it is carried out and works, 0 to 1.
    capex, running, saving : (n,) arrays
        Investment [currency], fixed running cost and saving by itself, in proportion to the reduction. [currency/a]
    start, latest, life : (n,) arrays
        First year in force, the latest such year, and years in force.
    done : (n,) array of bool
        Begun in a year that is known, so that its reduction is in the inventory already.
    """

    names: tuple[str, ...]
    acts_on: tuple[str, ...]
    status: tuple[str, ...]
    stage: Integers
    reduction: Floats
    spread: Floats
    confidence: Floats
    capex: Floats
    running: Floats
    saving: Floats
    start: Integers
    latest: Integers
    life: Integers
    done: Flags

    def __len__(self) -> int:
        return len(self.names)

    def expected(self) -> "Measures":
        """The same with what is to be expected of each: its reduction and saving times its probability."""
        share = self.confidence
        return replace(self, reduction=self.reduction * share, saving=self.saving * share)

    def in_force(self, year: int) -> Flags:
        """Which are in force in a year, if each starts in its first year."""
        return (self.start <= year) & (year < self.start + self.life)

    def pick(self, which: Flags) -> "Measures":
        """Some of them, in their order."""
        texts = {name: self._texts(name, which) for name in _TEXTS}
        return Measures(**texts, **{name: getattr(self, name)[which] for name in _NUMBERS})

    def _texts(self, name: str, which: Flags) -> tuple[str, ...]:
        held: tuple[str, ...] = getattr(self, name)
        return tuple(held[n] for n in np.flatnonzero(which).tolist())


@dataclass(frozen=True)
class SameBase:
    """Measures on the same emissions: each takes its share of what those before it leave.

    Parameters
    ----------
    base : float
        The emissions on which they act. [t CO2e/a]
    members : tuple of int
        In the order in which they act.
    """

    base: float
    members: tuple[int, ...]


@dataclass(frozen=True)
class Overlap:
    """The second measure loses a share of its reduction where the first is in force too."""

    first: int
    second: int
    lost: float


@dataclass(frozen=True)
class Interactions:
    """How measures act on each other; numbers are places in `Measures`.

    Parameters
    ----------
    groups : tuple of SameBase
    overlaps : tuple of Overlap
    exclusive : tuple of tuple of int
        At most one of each.
    requires : tuple of (int, int)
        The first is in force only where the second is.
    barred : tuple of int
        Those that require a measure that is not among these, and can never be in force.
    """

    groups: tuple[SameBase, ...] = ()
    overlaps: tuple[Overlap, ...] = ()
    exclusive: tuple[tuple[int, ...], ...] = ()
    requires: tuple[tuple[int, int], ...] = ()
    barred: tuple[int, ...] = ()

    def expected(self, measures: Measures) -> "Interactions":
        """What is lost is lost only if the first measure works: shares times its probability."""
        lost = tuple(replace(one, lost=one.lost * float(measures.confidence[one.first])) for one in self.overlaps)
        return replace(self, overlaps=lost)


def measures_of(frame: pl.DataFrame) -> Measures:
    """Measures of entries of kind `abatement`, sorted by name, so that the order of entry changes nothing.

    Parameters
    ----------
    frame : polars.DataFrame
        Columns of the kind; `reduction` filled in.
    """
    rows = frame.sort("measure")
    reduction = _floats(rows, "reduction", None)
    decided = pl.col("status") == "decided"
    last = pl.when(decided).then("start").otherwise(pl.col("latest").fill_null(_ANY)).cast(pl.Int64)
    latest = rows.select(last.alias("latest"))["latest"].to_numpy()
    return Measures(
        names=tuple(rows["measure"]), acts_on=tuple(rows["acts_on"]), status=tuple(rows["status"]),
        stage=np.array([STAGES.index(one) for one in rows["stage"]], dtype=np.int64), reduction=reduction,
        spread=reduction * _floats(rows, "uncertainty", 0.0), confidence=_floats(rows, "confidence", 1.0),
        capex=_floats(rows, "capex", None), running=_floats(rows, "opex", 0.0), saving=_floats(rows, "saving", 0.0),
        start=rows["start"].cast(pl.Int64).to_numpy(), latest=latest, life=rows["lifetime"].to_numpy(),
        done=np.zeros(rows.height, dtype=bool),
    )  # fmt: skip


def plain(reduction: Sequence[float], **said: Any) -> Measures:
    """Measures without cost that are sure and in force from year 0 on, but for what is said.

    Parameters
    ----------
    reduction : sequence of float
        [t CO2e/a]
    **said
        Fields of `Measures`.
    """
    n, zero, whole = len(reduction), np.zeros(len(reduction)), np.zeros(len(reduction), dtype=np.int64)
    fields: dict[str, Any] = {
        "names": tuple(f"m{k}" for k in range(n)), "acts_on": ("scope2",) * n, "status": ("candidate",) * n,
        "stage": whole, "spread": zero, "confidence": np.ones(n), "capex": zero, "running": zero, "saving": zero,
        "start": whole, "latest": np.full(n, 9999), "life": np.full(n, 100),
        "done": np.zeros(n, dtype=bool),
    }  # fmt: skip
    given: dict[str, Any] = {name: np.asarray(one) if name in _NUMBERS else tuple(one) for name, one in said.items()}
    return Measures(reduction=np.asarray(reduction, dtype=np.float64), **{**fields, **given})


def interactions_of(frame: pl.DataFrame, measures: Measures, place_of: Mapping[str, int] | None = None) -> Interactions:
    """Interactions of entries of that kind between these measures.

    A measure that is not among them acts on nothing; what requires it is barred.

    Parameters
    ----------
    frame : polars.DataFrame
        Columns of the kind, free of what `checks.wrong` refuses.
    measures : Measures
    place_of : mapping of str to int or None
        Places in the curve, by name: within a stage measures act on the same emissions in this order; that of their
        names where None. The order in which an entry names them changes nothing.
    """
    rank = place_of or {}
    place = {name: n for n, name in enumerate(measures.names)}
    groups: list[SameBase] = []
    overlaps: list[Overlap] = []
    exclusive: list[tuple[int, ...]] = []
    requires: list[tuple[int, int]] = []
    barred: set[int] = set()
    for form, names, base, lost in frame.sort("interaction").select("form", "measures", "base", "lost").iter_rows():
        at = tuple(place[one] for one in names if one in place)
        if form == "same_base" and at:
            groups.append(SameBase(float(base), _in_order(at, measures, rank)))
        elif form == "overlap" and len(at) == len(names):
            overlaps.append(Overlap(*at, lost=float(lost)))
        elif form == "exclusive" and len(at) > 1:
            exclusive.append(at)
        elif form == "requires" and names[0] in place:
            first = place[names[0]]
            requires += [(first, place[other]) for other in names[1:] if other in place]
            barred |= {first} if len(at) < len(names) else set()
    return Interactions(tuple(groups), tuple(overlaps), tuple(exclusive), tuple(requires), tuple(sorted(barred)))


def _in_order(at: tuple[int, ...], measures: Measures, rank: Mapping[str, int]) -> tuple[int, ...]:
    """By stage, then contracts last, for they change one method alone, then by the place in the curve."""
    return tuple(
        sorted(
            at,
            key=lambda n: (
                int(measures.stage[n]), measures.acts_on[n] == CONTRACTS, rank.get(measures.names[n], 0), n
            ),
        )
    )  # fmt: skip


def _floats(rows: pl.DataFrame, name: str, absent: float | None) -> Floats:
    column = rows[name] if absent is None else rows[name].fill_null(absent)
    return column.cast(pl.Float64).to_numpy()
