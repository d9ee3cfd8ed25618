"""Modifications of a station, studied one by one and together.

The joint saving is not the sum of the single ones: a leak that is mended cannot be fed at a lower pressure. The
difference is shown, and shared out twice: by the order in which modifications are applied (`waterfall`), and by the
mean over orders (`fair`, after Shapley). Both add up to the joint saving.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import permutations

import numpy as np
import numpy.typing as npt

from wattstone.base import Interval
from wattstone.dispatch.air.account import account
from wattstone.dispatch.air.checks import after_findings, base_findings, input_findings
from wattstone.dispatch.air.doubt import Doubt, Drawn, Draws, Profile, drawn, profile
from wattstone.dispatch.air.modifications import HeatRecovery, Modification, combined, in_order
from wattstone.dispatch.air.results import Account, Attributed, Economics, Measured, Saving, Studied
from wattstone.equipment.air import AirUse, Station
from wattstone.equipment.air.quasi_steady import quasi_steady
from wattstone.equipment.limits import refuse

Floats = npt.NDArray[np.float64]

__all__ = ["improve", "year"]

EVERY_ORDER = 6  # modifications, up to which the mean is over every order; beyond it, over rotations of two


def year(
    station: Station,
    use: AirUse,
    economics: Economics,
    modifications: Sequence[Modification] = (),
    *,
    least_pressure: float | None = None,
) -> Account:
    """A year of a station with some modifications, quasi-steady.

    Parameters
    ----------
    station : Station
    use : AirUse
    economics : Economics
    modifications : sequence of Modification
        In any order.
    least_pressure : float or None
        What the end uses need; None takes the station's. [bar(g)]
    """
    after, changed = combined(station, use, modifications)
    recoveries = [one for one in in_order(modifications) if isinstance(one, HeatRecovery)]
    return account(quasi_steady(after, changed), after, economics, recoveries=recoveries, least_pressure=least_pressure)


def improve(
    station: Station,
    use: AirUse,
    modifications: Sequence[Modification],
    economics: Economics,
    *,
    doubt: Doubt | None = None,
    draws: int = 300,
    seed: int = 2024,
) -> Studied:
    """Study modifications of a station, singly and jointly.

    Parameters
    ----------
    station : Station
        As it is.
    use : AirUse
        A year, a log, or typical days with their weights.
    modifications : sequence of Modification
        Names are all different.
    economics : Economics
    doubt : Doubt or None
        How sure the inputs are; None takes the defaults.
    draws : int
        For the intervals.
    seed : int

    Returns
    -------
    Studied
        A loss is told as a saving below 0.

    Raises
    ------
    InputRefused
        With all that is impossible about the modifications.
    """
    told = refuse(input_findings(station, use, modifications, economics))
    needed = _needed(station, use, modifications)
    study = _Study(station, use, economics, needed)
    chosen = Draws.of(doubt or Doubt(), draws=draws, seed=seed)
    shape = profile(use, economics, modifications)

    def spread(some: Sequence[Modification]) -> Drawn:
        return drawn(station, shape, some, economics, chosen)

    base, before = study.year(()), spread(())
    singles = tuple(study.measured((one,), base, before, spread((one,)), one.name) for one in modifications)
    apart = [_less(before, spread((one,))) for one in modifications]
    together = spread(modifications)
    joint = study.measured(modifications, base, before, together, "joint")
    total = sum((one.saving for one in singles), start=Saving())
    interaction = total - joint.saving
    doubled = np.sum([one["energy"] for one in apart], axis=0) - _less(before, together)["energy"] if apart else None
    return Studied(
        station=station.name,
        currency=economics.currency,
        base=base,
        singles=singles,
        joint=joint,
        interaction=interaction,
        interaction_interval=Interval(0.0, 0.0) if doubled is None else _interval(doubled, interaction.energy),
        waterfall=_waterfall(study, modifications, base),
        fair=_fair(station, shape, modifications, economics, chosen, joint.saving),
        findings=(*told, *base_findings(station, use, base)),
        draws=draws,
    )


def _needed(station: Station, use: AirUse, modifications: Sequence[Modification]) -> float:
    """What the end uses need; where nobody says it, the lowest pressure that is studied."""
    if station.least_pressure is not None:
        return station.least_pressure
    after, _ = combined(station, use, modifications)
    return min(station.pressure, after.pressure)


@dataclass(frozen=True, eq=False)
class _Study:
    """A station, its use, and what it needs."""

    station: Station
    use: AirUse
    economics: Economics
    needed: float
    known: dict[frozenset[str], Account] = field(default_factory=dict[frozenset[str], Account])

    def year(self, modifications: Sequence[Modification]) -> Account:
        """The year with them; names tell them apart."""
        key = frozenset(one.name for one in modifications)
        if key not in self.known:
            self.known[key] = year(self.station, self.use, self.economics, modifications, least_pressure=self.needed)
        return self.known[key]

    def measured(
        self, modifications: Sequence[Modification], base: Account, before: Drawn, after: Drawn, name: str
    ) -> Measured:
        """What some modifications save, and how sure that is."""
        account = self.year(modifications)
        saving = _saved(base, account)
        spread = _less(before, after)
        alone = modifications[0] if len(modifications) == 1 and name != "joint" else None
        return Measured(
            name=name,
            kind="joint" if alone is None else alone.kind,
            size=float(len(modifications)) if alone is None else alone.size,
            unit="modifications" if alone is None else alone.unit,
            saving=saving,
            energy=_interval(spread["energy"], saving.energy),
            carbon=_interval(spread["carbon"], saving.carbon),
            money=_interval(spread["money"], saving.money),
            investment=sum(one.investment for one in modifications if one.size),
            after=account,
            findings=tuple(after_findings(self.station, self.use, modifications, base, account, name)),
        )


def _saved(before: Account, after: Account) -> Saving:
    return Saving(
        energy=before.energy - after.energy,
        fuel=after.fuel - before.fuel,
        carbon=before.carbon - after.carbon,
        money=before.money - after.money,
        peak=before.peak - after.peak,
    )


def _less(before: Drawn, after: Drawn) -> dict[str, Floats]:
    """Savings in each draw; the first is the central case."""
    one, other = before.values(), after.values()
    return {name: other[name] - one[name] if name == "fuel" else one[name] - other[name] for name in one}


def _interval(values: Floats, centre: float) -> Interval:
    """The 90 % interval of draws, moved to the saving of the whole profile, and wide enough to hold it.

    Where machines come and go, the central case may lie at the edge of what draws give.
    """
    moved = values[1:] + (centre - values[0]) if values.size > 1 else np.array([centre])
    lower, upper = np.quantile(moved, [0.05, 0.95])
    return Interval(min(float(lower), centre), max(float(upper), centre))


def _waterfall(study: _Study, modifications: Sequence[Modification], base: Account) -> tuple[Attributed, ...]:
    """What each adds to those before it."""
    ordered = in_order(modifications)
    found: list[Attributed] = []
    before = base
    for count, one in enumerate(ordered, start=1):
        after = study.year(ordered[:count])
        found.append(Attributed(name=one.name, saving=_saved(before, after)))
        before = after
    return tuple(found)


def _fair(
    station: Station,
    shape: Profile,
    modifications: Sequence[Modification],
    economics: Economics,
    draws: Draws,
    joint: Saving,
) -> tuple[Attributed, ...]:
    """The mean of what each adds over orders, by the binned profile, brought to the joint saving of the whole one."""
    if not modifications:
        return ()
    central = replace(
        draws,
        leaks=draws.leaks[:1],
        flow=draws.flow[:1],
        artificial=draws.artificial[:1],
        exponent=draws.exponent[:1],
    )
    known: dict[frozenset[int], Saving] = {}

    def worth(some: frozenset[int]) -> Saving:
        if some not in known:
            after = drawn(station, shape, [modifications[i] for i in sorted(some)], economics, central)
            known[some] = Saving(
                **{name: float(value[0]) * (1.0 if name == "fuel" else -1.0) for name, value in after.values().items()}
            )
        return known[some]

    count = len(modifications)
    shares = [Saving() for _ in modifications]
    orders = list(_orders(count))
    for order in orders:
        done: frozenset[int] = frozenset()
        for index in order:
            more = done | {index}
            shares[index] = shares[index] + (worth(more) - worth(done)).times(1.0 / len(orders))
            done = more
    moved = _brought_to(shares, joint)
    return tuple(Attributed(name=one.name, saving=share) for one, share in zip(modifications, moved, strict=True))


def _orders(count: int) -> Iterator[tuple[int, ...]]:
    """Every order of few; of many, the rotations of one order and of its reverse."""
    if count <= EVERY_ORDER:
        yield from permutations(range(count))
        return
    forward = tuple(range(count))
    for order in (forward, forward[::-1]):
        for first in range(count):
            yield (*order[first:], *order[:first])


def _brought_to(shares: list[Saving], joint: Saving) -> list[Saving]:
    """Shares that add up to the joint saving: the difference goes by size, so that nothing stays nothing."""
    total = sum(shares, start=Saving())
    moved: list[Saving] = []
    for share in shares:
        parts: dict[str, float] = {}
        for name in ("energy", "fuel", "carbon", "money", "peak"):
            whole = sum(abs(getattr(one, name)) for one in shares)
            off = getattr(joint, name) - getattr(total, name)
            own = getattr(share, name)
            parts[name] = own + (off * abs(own) / whole if whole > 0 else off / len(shares))
        moved.append(Saving(**parts))
    return moved
