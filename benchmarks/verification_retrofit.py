"""The planted retrofit: how often the interval of what was avoided holds the true saving.

Each seed is a simulated portfolio of 40 sites, as `wattstone demo` makes it, by the hour. In one of its twenty garages
lamps are replaced; the readings of a year before the works are the baseline, those from the end of the works to the end
of the year the reporting period. What would have been used without the works is known, so the true saving is. The other
garages, which had no measure, say how far a model strays in the same months; in two of them a fault is planted. What
the quality of readings doubts is left out, as everywhere.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, partial
from importlib import import_module

import numpy as np
import numpy.typing as npt
import polars as pl

from benchmarks.tables import Row, Setting
from wattstone.baselines.conditions import Conditions
from wattstone.baselines.model import Fitter
from wattstone.baselines.timeline import fold_days, fold_use, hours_of
from wattstone.rates.calendars import calendar_for, shipped_calendars
from wattstone.readings.quality import flag_readings
from wattstone.savings.calibration_fit import calibrate
from wattstone.savings.calibration_reference import ANY, Reference, shipped_reference
from wattstone.savings.calibration_scores import Scores, join, score
from wattstone.savings.intervals import Spread, spread
from wattstone.savings.periods import Baseline, Dates, Reporting
from wattstone.simulation.alter import altered_power, recorded
from wattstone.simulation.estate import Blueprint, blueprint
from wattstone.simulation.events import RETROFIT, Event, events
from wattstone.simulation.loads import Setting as Place
from wattstone.simulation.loads import power
from wattstone.simulation.places import City
from wattstone.simulation.plan import ZONE, Plan
from wattstone.simulation.series import HUNDREDTHS
from wattstone.simulation.world import World, world
from wattstone.workflows.savings.batches import DOUBTFUL
from wattstone.workflows.savings.comparing import changed_alone

Floats = npt.NDArray[np.float64]
USE = RETROFIT.use
KIND = "electricity"
SEEDS = 200
BEFORE = 365
"""Days of the baseline, which ends the day before the works begin."""
FEW = 3
BAND = (0.85, 0.95)
"""How often a 90 % interval is to hold."""
METHODS: dict[str, tuple[str, bool]] = {
    "daily": ("wattstone.baselines.daily_fit:fit_daily_models", True),
    "hourly": ("wattstone.baselines.ridge:fit_ridge", False),
    "towt": ("wattstone.baselines.towt:fit_towt", False),
}
"""`module:function` of each model, and whether it is one of days."""


@dataclass(frozen=True, kw_only=True)
class Garages:
    """The garages of a portfolio, by the hour.

    Parameters
    ----------
    sites : tuple of Blueprint
        m of them.
    use : (m, t) array
        As recorded; NaN where the quality of readings doubts it. [kWh]
    at : int
        Which has the measure.
    clean : (t,) array
        What that one would have used without. [kWh]
    faulty : frozenset of int
        Places of garages in which a fault is planted.
    first, last : int
        Hour in which the works begin, and hour in which they are done.
    temperature : mapping
        (t,) of each city, by name. [degC]
    """

    sites: tuple[Blueprint, ...]
    use: Floats
    at: int
    clean: Floats
    faulty: frozenset[int]
    first: int
    last: int
    temperature: dict[str, Floats]

    @property
    def saving(self) -> float:
        """What was truly avoided from the end of the works on. [kWh]"""
        return float((self.clean - self.use[self.at])[self.last :].sum())


def garages(plan: Plan) -> Garages:
    """Simulate the garages of the first forty sites of a plan.

    Parameters
    ----------
    plan : Plan
        Of hours, with a retrofit.
    """
    shared, planted = world(plan), events(plan, 0)
    sites = tuple(site for site in (blueprint(plan, at) for at in range(plan.sites)) if USE in site.uses)
    struck = {at: event for at, event in planted.items() if event.kind.use == USE}
    at, measure = next((at, event) for at, event in struck.items() if event.kind is RETROFIT)
    clean = {site.index: _clean(shared, site) for site in sites}
    found = [_recorded(shared, site, clean[site.index], struck.get(site.index)) for site in sites]
    return Garages(
        sites=sites,
        use=_flagged(plan, np.array(found) / HUNDREDTHS),
        at=[site.index for site in sites].index(at),
        clean=_hundredths(clean[at]) / HUNDREDTHS,
        faulty=frozenset(place for place, site in enumerate(sites) if site.index in struck and site.index != at),
        first=measure.first,
        last=measure.last,
        temperature={name: weather.temperature.reshape(-1) for name, weather in shared.stations.items()},
    )


def _clean(shared: World, site: Blueprint) -> Floats:
    return power(Place(shared, site), USE)


def _recorded(shared: World, site: Blueprint, normal: Floats, event: Event | None) -> npt.NDArray[np.int64]:
    if event is None:
        return _hundredths(normal)
    if event.kind.physical:
        return _hundredths(altered_power(Place(shared, site), event, normal))
    return recorded(event, _hundredths(normal), steps_per_hour=1)[0]


def _flagged(plan: Plan, use: Floats) -> Floats:
    """Without what the quality of readings doubts, as the lake hands it on."""
    start = pl.datetime_range(plan.period.start, plan.period.end, "1h", closed="left", eager=True)
    frames = [
        pl.DataFrame({"meter": at, "start": start, "seconds": 3600, "value": row}).cast({"meter": pl.Int32})
        for at, row in enumerate(use)
    ]
    known = pl.DataFrame({"meter": range(len(use))}, schema={"meter": pl.Int32})
    flags = flag_readings(pl.concat(frames), context=known.with_columns(allow_negative=False, live=False))["flags"]
    doubtful = (flags.to_numpy() & DOUBTFUL) != 0
    return np.where(doubtful.reshape(use.shape), np.nan, use)


def _hundredths(kilowatts: Floats) -> npt.NDArray[np.int64]:
    """Of a kWh, by the hour, as the simulation records them."""
    return np.rint(kilowatts.reshape(-1) * HUNDREDTHS).astype(np.int64)


@cache
def _hours(years: tuple[int, ...], latitude: float, longitude: float) -> Conditions:
    calendar = calendar_for(shipped_calendars(), country="CN", site_id="")
    first, last = date(years[0], 1, 1), date(years[-1], 12, 31)
    return hours_of(first, last, ZONE, calendar=calendar, place=(latitude, longitude))


Bounds = tuple[float, float]
VARIANTS = {
    "report": "calibrated as `savings report` does: on other garages, but those at which something happened",
    "all": "on all other garages",
    "sound": "on those without a fault, filled up with the shipped reference",
    "only": "on those without a fault alone",
    "none": "on the shipped reference alone",
}
"""Ways to calibrate an interval."""
JUDGED = ("report", "only")


@dataclass(frozen=True, kw_only=True)
class Trial:
    """A seed: the true saving, and what was found. [kWh]"""

    seed: int
    saving: float
    expected: float
    avoided: float
    intervals: dict[str, Bounds]
    """By variant."""

    def inside(self, variant: str) -> bool:
        """Whether an interval holds the true saving."""
        low, high = self.intervals[variant]
        return low <= self.saving <= high

    def half(self, variant: str) -> float:
        """Half the width of an interval over the saving that was found."""
        low, high = self.intervals[variant]
        return (high - low) / 2 / self.avoided


def trial(seed: int, fit: Fitter, *, daily: bool) -> Trial:
    """Verify the retrofit of one portfolio."""
    plan = Plan(seed=seed, interval_minutes=60)
    here = garages(plan)
    scores: dict[str, list[Scores]] = {"report": [], "all": [], "sound": []}
    mine: tuple[Floats, Conditions, Spread] | None = None
    for city in dict.fromkeys(site.city for site in here.sites):
        rows = [at for at, site in enumerate(here.sites) if site.city == city]
        then, now = _periods(here, rows, _conditions(plan, here, city), daily=daily)
        model = fit(then[0], then[1], None)
        strayed, predicted = spread(then[0], model.predict(then[1]), then[1]), model.predict(now[1])
        if here.at in rows:
            own = np.array([rows.index(here.at)])
            mine = predicted[own], now[1], strayed.rows(own)
        happened = {rows[place] for place in _happened(then, model.predict(then[1]), now, predicted)}
        left = {"report": {here.at, *happened}, "all": {here.at}, "sound": {here.at, *here.faulty}}
        for name, left_out in left.items():
            at = np.array([place for place, row in enumerate(rows) if row not in left_out], dtype=np.int64)
            if len(at):
                scores[name].append(
                    score(
                        meters=[here.sites[rows[place]].id for place in at],
                        kinds=[KIND] * len(at),
                        observed=now[0][at],
                        predicted=predicted[at],
                        conditions=now[1],
                        spread=strayed.rows(at),
                    )
                )
    assert mine is not None
    used, expected = float(here.use[here.at, here.last :].sum()), float(mine[0].sum())
    others = {name: join(found) for name, found in scores.items()}
    return Trial(
        seed=seed,
        saving=here.saving,
        expected=expected,
        avoided=expected - used,
        intervals={
            name: (low - used, high - used)
            for name, (low, high) in _intervals(here.sites[here.at].id, others, *mine).items()
        },
    )


def _happened(
    then: tuple[Floats, Conditions], fitted: Floats, now: tuple[Floats, Conditions], predicted: Floats
) -> list[int]:
    """Garages at which something happened by themselves, as the product tells it."""
    names = tuple(str(place) for place in range(len(fitted)))
    kinds, units = (KIND,) * len(names), ("kWh",) * len(names)
    before, after = (Dates(at.date[0].item(), at.date[-1].item()) for _, at in (then, now))
    baseline = Baseline(dates=before, meters=names, kinds=kinds, units=units, use=then[0], conditions=then[1])
    reporting = Reporting(dates=after, meters=names, kinds=kinds, units=units, use=now[0], conditions=now[1])
    return np.flatnonzero(changed_alone(baseline, fitted, reporting, predicted)).tolist()


def _intervals(
    meter: str, others: dict[str, Scores], predicted: Floats, conditions: Conditions, strayed: Spread
) -> dict[str, Bounds]:
    """Intervals of what would have been used, by variant."""
    begins: date = conditions.date[0].item()
    common = partial(calibrate, meters=(meter,), kinds=(KIND,), begins=begins)
    found = {
        "report": common(comparison=others["report"]),
        "all": common(comparison=others["all"]),
        "sound": common(comparison=others["sound"]),
        "only": common(comparison=others["sound"], reference=nothing()),
        "none": common(),
    }
    bounds = {name: one.total(predicted, conditions, strayed) for name, one in found.items()}
    return {name: (float(low[0]), float(high[0])) for name, (low, high) in bounds.items()}


def nothing() -> Reference:
    """A reference that fills nothing up."""
    shipped = shipped_reference()
    empty = {name: np.empty(0) for name in shipped.parts[ANY]}
    return replace(shipped, name="none", parts={ANY: empty}, sizes={ANY: empty})


def _conditions(plan: Plan, here: Garages, city: City) -> Conditions:
    hours = _hours(plan.calendar_years, city.latitude, city.longitude)
    return replace(hours, temperature=here.temperature[city.name])


def _periods(
    here: Garages, rows: list[int], hours: Conditions, *, daily: bool
) -> tuple[tuple[Floats, Conditions], tuple[Floats, Conditions]]:
    """Use and conditions of some garages in the baseline and in the reporting period."""
    parts = (slice(here.first - BEFORE * 24, here.first), slice(here.last, len(hours)))
    before, after = ((here.use[rows, part], hours.take(part)) for part in parts)
    if daily:
        before, after = ((fold_use(use, at), fold_days(at)) for use, at in (before, after))
    return before, after


def fitter(method: str) -> tuple[Fitter, bool]:
    """The function that fits a model, and whether it is one of days."""
    target, daily = METHODS[method]
    module, _, name = target.partition(":")
    return getattr(import_module(module), name), daily


def trials(seeds: Sequence[int], method: str, setting: Setting) -> Iterator[Trial]:
    """Verify the retrofits of some portfolios."""
    fit, daily = fitter(method)
    for seed in seeds:
        found = trial(seed, fit, daily=daily)
        low, high = found.intervals["report"]
        setting.say(f"{method}, seed {seed}: {found.saving:,.0f} kWh in {low:,.0f} to {high:,.0f}")
        yield found


def run(setting: Setting) -> list[Row]:
    """The rows of all methods."""
    seeds = range(1, (FEW if setting.small else SEEDS) + 1)
    return [row for method in METHODS for row in rows(method, list(trials(seeds, method, setting)))]


def rows(method: str, found: Sequence[Trial]) -> list[Row]:
    """What came of the seeds with a method."""
    name = f"{method}, {len(found)} portfolios"
    miss = np.array([(one.avoided - one.saving) / one.expected for one in found])
    made: list[Row] = []
    for variant, what in VARIANTS.items():
        held = float(np.mean([one.inside(variant) for one in found]))
        wide = float(np.median([one.half(variant) for one in found]))
        said = f"{held:.1%}; half its width is {wide:.1%} of the saving"
        kept = BAND[0] <= held <= BAND[1] if variant in JUDGED else None
        limit = f"{BAND[0]:.0%} to {BAND[1]:.0%}" if variant in JUDGED else ""
        made.append(Row(f"{name}: true saving inside the 90 % interval, {what}", said, limit=limit, kept=kept))
    of = f"{np.median(miss):+.2%}; {np.median(abs(miss)):.2%}"
    return [*made, Row(f"{name}: expected less true use, median; its size", of)]
