"""Which faults and which measure are planted where and when: once for every forty sites, at most one to a site."""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from wattstone.simulation.estate import slot
from wattstone.simulation.plan import Plan, stream

BLOCK = 40
_AFFECTED = 20  # the first half of every forty sites; the other half stays without, as controls


@dataclass(frozen=True)
class Kind:
    """A kind of fault.

    Parameters
    ----------
    name : str
    use : str
        Meter of a site that it strikes.
    types : tuple of str
        Types of site.
    physical : bool
        Whether it changes what is used (and so the main meter), or only what is recorded.
    days : tuple of float
        Shortest and longest duration. [d]
    season : tuple of int
        First and last day of the year on which it begins.
    description : str
        In words.
    """

    name: str
    use: str
    types: tuple[str, ...]
    physical: bool
    days: tuple[float, float]
    season: tuple[int, int]
    description: str


_ANY = ("residential", "office", "industrial")

# Those with few candidates come first, so that every kind finds a site.
FAULTS: tuple[Kind, ...] = (
    Kind("air-leak", "compressed-air", ("industrial",), True, (120, 180), (60, 160),
         "a leak that grows, at all hours, to a fifth of the station's mean power"),
    Kind("chiller-drift", "chillers", ("industrial",), True, (90, 150), (100, 150),
         "fouled condenser: power rises evenly to 25 % above normal, then it is cleaned"),
    Kind("register-reset", "water", ("residential", "office"), False, (400, 400), (60, 300),
         "the water register was exchanged and begins again at 0"),
    Kind("pv-soiling", "solar", ("residential", "office"), True, (60, 110), (60, 200),
         "dirt takes up to 25 % of the generation, until rain washes it off"),
    Kind("pv-string-outage", "solar", ("residential", "office"), True, (30, 80), (60, 270),
         "two of eight strings are disconnected"),
    Kind("hvac-out-of-hours", "hvac", ("office",), True, (21, 60), (130, 230),
         "heating, ventilation and air conditioning runs through nights and days off"),
    Kind("stuck", "tenants", ("office",), False, (3, 10), (20, 340),
         "the meter repeats its last value"),
    Kind("clock-shift", "tenants", ("office",), False, (30, 90), (20, 270),
         "the clock is an hour fast: each value is stamped an hour late"),
    Kind("zero-run", "electricity", ("office",), False, (2, 6), (20, 350),
         "no data arrived, and 0 was stored in their place"),
    Kind("lights-by-day", "garage-lighting", ("residential",), True, (40, 120), (40, 230),
         "the photocell failed: lights burn by day as after dark"),
    Kind("gap", "electricity", ("residential",), False, (2, 9), (20, 350),
         "no readings"),
    Kind("negative", "electricity", ("residential",), False, (3, 10), (20, 350),
         "the sign is reversed after work on the current transformers"),
    Kind("spikes", "garage-lighting", ("residential",), False, (120, 300), (20, 60),
         "single readings fifteen to forty times too high"),
)  # fmt: skip

RETROFIT = Kind("led-and-presence", "garage-lighting", ("residential",), True, (8, 14), (95, 165),
                "LED lamps with presence control in the garage")  # fmt: skip

KINDS = tuple(kind.name for kind in FAULTS)


@dataclass(frozen=True)
class Event:
    """A fault or measure at a site: steps `first` up to but not including `last`, and random numbers of its own."""

    kind: Kind
    number: int
    index: int
    first: int
    last: int
    seed: int


def _fits(kind: Kind, index: int) -> bool:
    site_type, optional = slot(index)
    return site_type in kind.types and (kind.use in optional or kind.use not in ("solar", "water"))


def events(plan: Plan, block: int) -> dict[int, Event]:
    """Faults and the measure among forty sites, by the site's index.

    The draw does not depend on how many sites there are: what falls on a site that is not there does not happen.

    Parameters
    ----------
    plan : Plan
    block : int
        Number of the forty, from 0; the measure is carried out in the first.

    Returns
    -------
    dict of int to Event
    """
    rng = stream(plan, "events", block)
    free = list(range(block * BLOCK, block * BLOCK + _AFFECTED))
    found: dict[int, Event] = {}
    for number, kind in enumerate((*FAULTS, RETROFIT)):
        candidates = [index for index in free if _fits(kind, index)]
        index = candidates[int(rng.integers(len(candidates)))]
        free.remove(index)
        first, last = _when(plan, kind, rng)
        seed = int(rng.integers(0, 2_147_483_648))
        wanted = (plan.retrofit and block == 0) if kind is RETROFIT else plan.faults
        if wanted and index < plan.sites:
            found[index] = Event(kind, block * len(FAULTS) + number + 1, index, first, last, seed)
    return found


def _when(plan: Plan, kind: Kind, rng: np.random.Generator) -> tuple[int, int]:
    day = int(rng.integers(kind.season[0], kind.season[1] + 1))
    start = plan.reported.start + timedelta(days=day, hours=int(rng.integers(0, 24)))
    end = start + timedelta(hours=round(24 * rng.uniform(*kind.days)))
    if kind.physical:  # works and failures of plant are told by the day; so both ends are local midnights
        start -= timedelta(hours=(start - plan.period.start).seconds / 3600)
        end -= timedelta(hours=(end - plan.period.start).seconds / 3600)
    return plan.step_of(start), plan.step_of(min(end, plan.period.end))
