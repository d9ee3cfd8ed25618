"""What a site is expected to do next, from its readings alone: the forecasts that plans and backtests are made with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wattstone.base import Finding, InputRefused, NotComputable
from wattstone.dispatch.backtest import Expected, Past
from wattstone.dispatch.outlook import Errors
from wattstone.dispatch.site import Site
from wattstone.forecasting import LEVELS, Forecast, Forecaster, Kind, Spec
from wattstone.portfolio import Meter
from wattstone.workflows.dispatch.site import DispatchSite
from wattstone.workflows.dispatch.weather import no_outdoor, weather_of
from wattstone.workflows.learnt import Learnt
from wattstone.workflows.series import intensities, powers
from wattstone.workflows.workspace import Workspace

Floats = NDArray[np.float64]

__all__ = ["LEARNT", "UNSURE", "Carbon", "Foresight", "Seen", "apart", "carbon_of", "seen", "spread_of"]

LEARNT = timedelta(days=56)
"""How much of the past forecasts are learnt from."""
KELVIN = 273.15  # forecasts of temperature are made on a scale on which nothing is below 0
UNSURE = 1.0  # h: in these first hours of a plan the spread of the forecast is planned with


@dataclass(frozen=True, eq=False)
class Seen:
    """What was measured at a site over t steps.

    Parameters
    ----------
    start : datetime
        Naive UTC.
    hours : float
        Length of a step. [h]
    load : (t,) array
        NaN where a meter has a gap. [kW]
    pv : (systems, t) array
        [kW]
    intensity : (t,) array
        Of imported electricity; 0 where none is known. [kg kWh-1]
    carbon : Carbon
        Where it comes from.
    buildings : (buildings, t) array
        Load of each building, which is within `load`. [kW]
    outdoor : (t,) array or None
        Temperature, NaN where it is not known; None where the site has no rooms. [degC]
    weather : dict
        Evidence of the temperatures.
    """

    start: datetime
    hours: float
    load: Floats
    pv: Floats
    intensity: Floats
    carbon: "Carbon"
    outdoor: Floats | None = None
    buildings: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    weather: Mapping[str, Mapping[str, Any]] = field(default_factory=dict[str, Mapping[str, Any]])

    def begun(self) -> "Seen":
        """From the first step at which load or sun is known; as it is where nothing ever is."""
        known = np.flatnonzero(np.isfinite(np.vstack([self.load, self.pv])).any(axis=0))
        first = int(known[0]) if known.size else 0
        return replace(
            self,
            start=self.start + first * timedelta(hours=self.hours),
            load=self.load[first:],
            pv=self.pv[:, first:],
            intensity=self.intensity[first:],
            buildings=self.buildings[:, first:],
            outdoor=None if self.outdoor is None else self.outdoor[first:],
        )

    def last(self, steps: int) -> "Seen":
        """The last steps of it."""
        return replace(
            self,
            start=self.start + max(0, self.load.size - steps) * timedelta(hours=self.hours),
            load=self.load[-steps:],
            pv=self.pv[:, -steps:],
            intensity=self.intensity[-steps:],
            buildings=self.buildings[:, -steps:],
            outdoor=None if self.outdoor is None else self.outdoor[-steps:],
        )


@dataclass(frozen=True)
class Carbon:
    """Where intensities come from: by the hour, one published factor, or nowhere.

    Parameters
    ----------
    source : {'hourly', 'factor', 'none'}
        `factor` is the published average of the year.
    value : float
        Of the factor. [kg CO2e kWh-1]
    unit : str
        Of the intensity.
    evidence : dict
        The factor, as evidence names it.
    findings : tuple of Finding
        What has to be known of it.
    """

    source: str
    value: float
    unit: str
    evidence: dict[str, dict[str, Any]]
    findings: tuple[Finding, ...] = ()


def carbon_of(workspace: Workspace, place: DispatchSite, *, start: datetime, end: datetime) -> Carbon:
    """The intensity of a site's grid: hourly values where the lake has them, else the published factor of the year.

    Parameters
    ----------
    workspace : Workspace
        With intensities and factors.
    place : DispatchSite
        The site.
    start, end : datetime
        Naive UTC; hourly values have to be there for a part of this time.

    Returns
    -------
    Carbon
    """
    from wattstone.rates import load_factors
    from wattstone.rates.lookup import electricity_factor
    from wattstone.rates.one_set import in_one_set

    region = place.place.region
    step = timedelta(hours=1)
    if region is not None and intensities(workspace.lake, region, start=start, end=end, step=step) is not None:
        return Carbon("hourly", 0.0, "kg CO2e/kWh", {})
    accepted = frozenset(one.factor_id for one in workspace.records.exceptions())
    try:
        gwp_set = workspace.records.organisation().gwp_set
        factor = electricity_factor(
            load_factors(workspace.factor_files),
            region=place.place.grid_region,
            country=place.place.country,
            year=end.year,
            gwp_set=gwp_set,
            exceptions=accepted,
        )
        factor = in_one_set(factor, gwp_set, accepted)
    except NotComputable as why:
        return Carbon("none", 0.0, "kg CO2e/kWh", {}, (_no_carbon(place, str(why)),))
    content = {"kind": "factor", "value": factor.value, "unit": f"{factor.unit}/{factor.per}", "set": factor.set}
    return Carbon(
        "factor", factor.value, f"{factor.unit}/kWh", {f"factor:{factor.id}": content}, (_flat(place, factor.value),)
    )


def seen(workspace: Workspace, place: DispatchSite, carbon: Carbon, *, start: datetime, end: datetime) -> Seen:
    """What the meters of a site measured.

    Parameters
    ----------
    workspace : Workspace
        With readings.
    place : DispatchSite
        With its meters.
    carbon : Carbon
        Of `carbon_of`.
    start, end : datetime
        Naive UTC, on the grid of the site's steps.

    Returns
    -------
    Seen
        Nothing is filled: a gap of one meter of the load is a gap of the load.
    """
    step = timedelta(hours=place.file.hours)
    read = powers(workspace, place.meters, start=start, end=end, step=step)
    row = {name: number for number, name in enumerate(read.names)}
    steps = read.values.shape[1]

    def together(meters: Sequence[Meter]) -> Floats:
        return sum((read.values[row[one.id]] for one in meters), np.zeros(steps))

    buildings = np.array([together(one.load) - together(one.minus) for one in place.buildings]).reshape(-1, steps)
    load = together(place.load) - together(place.minus) + buildings.sum(axis=0)
    pv = np.array([together(group) for group in place.pv]).reshape(-1, steps)
    intensity = np.full(load.size, carbon.value)
    if carbon.source == "hourly":
        held = intensities(workspace.lake, str(place.place.region), start=start, end=end, step=step)
        intensity = np.full(load.size, np.nan) if held is None else held.values[0]
    if not place.file.table.zone_air:
        return Seen(start, place.file.hours, load, pv, intensity, carbon, buildings=buildings)
    weather = weather_of(workspace.lake, place.place, start=start, end=end, step=step)
    return Seen(start, place.file.hours, load, pv, intensity, carbon, weather.temperature, buildings, weather.evidence)


class Foresight:
    """Forecasts of load, PV, intensity and outdoor temperature of one site, that learn as steps are seen.

    Parameters
    ----------
    place : DispatchSite
        The site.
    past : Seen
        What was measured before the first forecast.
    horizon : int
        Most steps that are asked for.
    learnt : Learnt or None
        What earlier runs learnt.
    later : Seen or None
        What was measured after that, for backtests: of its outdoor temperature a forecast sees the steps that are over.

    Raises
    ------
    InputRefused
        Where there are rooms, and no outdoor temperature was ever measured.
    """

    def __init__(
        self, place: DispatchSite, past: Seen, *, horizon: int, learnt: Learnt | None = None, later: Seen | None = None
    ) -> None:
        past = past.begun()
        self._place, self._carbon, self._taken, self._start = place, past.carbon, 0, _end(past)
        self._pv_most = np.array([[one.capacity] for one in place.file.site.pv]).reshape(-1, 1)
        self._learnt, loads = learnt or Learnt(None), [*place.load, *place.minus]
        names = [f"{'-' if one in place.minus else ''}{one.id}" for one in loads]
        self._load = self._made("load", names, past, past.load[None], horizon)
        systems = [f"{one.id}:{len(place.pv)}" for one in place.file.site.pv]
        self._pv = self._made("pv", systems, past, past.pv, horizon) if len(past.pv) else None
        hourly = past.carbon.source == "hourly"
        self._intensity = self._made("carbon", [], past, past.intensity[None], horizon) if hourly else None
        parts = _parts(past.load, past.buildings)
        blocks = [f"building:{one.id}" for one in place.file.site.buildings]
        self._parts = self._made("load", blocks, past, parts, horizon) if place.file.site.accounts else None
        self._later = None if later is None else later.outdoor
        self._outdoor = None
        if past.outdoor is not None:
            if not np.isfinite(past.outdoor).any():
                raise InputRefused([no_outdoor(place.place)])
            self._outdoor = self._made("carbon", ["outdoor"], past, past.outdoor[None] + KELVIN, horizon)

    def _made(self, kind: Kind, names: Sequence[str], past: Seen, values: Floats, horizon: int) -> Forecaster:
        """A forecaster that has seen all of the past."""
        minutes = round(past.hours * 60)
        hours = max(24.0, horizon * past.hours)
        spec = Spec(kind, len(values), past.start, minutes, zone=self._place.place.zone, hours=hours)
        named = [self._place.place.id, *names]
        forecaster, seen_ = self._learnt.resumed(spec, named, values)
        if seen_ < values.shape[1]:
            forecaster.observe_all(values[:, seen_:])
            self._learnt.keep(spec, named, values, forecaster)
        return forecaster

    def __call__(self, past: Past, steps: int) -> Expected:
        """See what is new in the past of a backtest, and forecast."""
        for step in range(self._taken, past.step):
            self._load.observe(past.load[step : step + 1])
            if self._parts is not None:
                self._parts.observe(_parts(past.load[step], past.buildings[:, step]))
            if self._pv is not None:
                self._pv.observe(past.pv[:, step])
            if self._intensity is not None:
                self._intensity.observe(past.intensity[step : step + 1])
            if self._outdoor is not None:
                known = np.full(1, np.nan) if self._later is None else self._later[step : step + 1]
                self._outdoor.observe(known + KELVIN)
        self._taken = past.step
        return self.expected(steps)

    def bands(self, steps: int) -> tuple[Forecast, Forecast | None]:
        """The forecasts of load and PV with their quantiles."""
        return self._load.forecast(steps), None if self._pv is None else self._pv.forecast(steps)

    def expected(self, steps: int) -> Expected:
        """Medians of the coming steps, with the spread of the net load in the first hour, and the drift of buffers.

        Raises
        ------
        InputRefused
            Where nothing of the load was ever seen.
        """
        load, pv = self.bands(steps)
        median = load.median[0]
        if not np.isfinite(median).all():
            raise InputRefused([_never_seen(self._place)])
        sun = np.zeros((0, steps)) if pv is None else np.clip(np.nan_to_num(pv.median), 0.0, self._pv_most)
        if self._intensity is None:
            carbon = np.full(steps, self._carbon.value)
        else:
            carbon = np.nan_to_num(self._intensity.forecast(steps).median[0])
        first = min(steps, max(1, round(UNSURE / self._place.file.hours)))
        whole = Expected(median, sun, carbon, spread_of(load, pv, first), drift=self._drift(steps))
        if self._parts is None:
            return whole
        buildings, errors = apart(self._place.file.site, median, self._parts.forecast(steps), pv, first)
        return replace(whole, buildings=buildings, building_errors=errors)

    def outdoor(self, steps: int) -> Floats | None:
        """Temperature of the coming steps, None where the site has no rooms. (t,) [degC]"""
        return None if self._outdoor is None else self._outdoor.forecast(steps).median[0] - KELVIN

    def _drift(self, steps: int) -> Floats:
        """What buffers gain by themselves, by the site file and the temperature that is expected."""
        now = self._start + self._taken * timedelta(hours=self._place.file.hours)
        return self._place.file.drift(now, steps, self.outdoor(steps))


def _parts(load: Floats, buildings: Floats) -> Floats:
    """Load of each building and of what is common, of one step or of many. (buildings + 1, ...) [kW]"""
    return np.concatenate((buildings, (load - buildings.sum(axis=0))[None]))


def apart(
    site: Site, load: Floats, parts: Forecast, pv: Forecast | None, steps: int
) -> tuple[Floats, tuple[Errors, ...]]:
    """The load of each building, and the spread of the net load of each account.

    Parameters
    ----------
    site : Site
        With its buildings.
    load : (t,) array
        Of the whole, as it is expected. [kW]
    parts : Forecast
        Of the load of each building, and last of what is common.
    pv : Forecast or None
        Of each PV system.
    steps : int
        How many steps of spread, from the first.

    Returns
    -------
    (buildings, t) array
        Medians that add up to the whole with what is common: what is left over goes to where the spread is. [kW]
    tuple of Errors
        By account.
    """
    medians, (low, high) = np.nan_to_num(parts.median), parts.interval(0.8)
    spread = np.nan_to_num(high - low) + 1e-9  # what is common may be nothing at all, and is then expected without any
    medians = medians + spread / spread.sum(axis=0) * (load - medians.sum(axis=0))
    rows = [[row for row, one in enumerate(site.pv) if one.id in account.devices] for account in site.accounts]
    errors = tuple(
        spread_of(parts.only([number]), None if pv is None else pv.only(systems), steps)
        for number, systems in enumerate(rows)
    )
    return medians[:-1], errors


def _end(past: Seen) -> datetime:
    return past.start + past.load.size * timedelta(hours=past.hours)


def spread_of(load: Forecast, pv: Forecast | None, steps: int) -> Errors:
    """Quantiles of the error of load less PV: errors of both taken as independent, so that their squares add up.

    Parameters
    ----------
    load : Forecast
        Of one series.
    pv : Forecast or None
        Of each system.
    steps : int
        How many steps, from the first.
    """
    levels = np.array(LEVELS)
    offset = np.stack([load.quantile(a)[0, :steps] - load.median[0, :steps] for a in levels], axis=1)
    square = offset**2
    if pv is not None:
        for a, column in zip(levels, square.T, strict=True):
            away = np.nan_to_num(pv.quantile(round(1 - a, 9))[:, :steps] - pv.median[:, :steps])
            column += (away**2).sum(axis=0)
    sign = np.sign(levels - 0.5)
    return Errors.from_quantiles(np.sort(sign * np.sqrt(square), axis=1), levels)


def _never_seen(place: DispatchSite) -> Finding:
    return Finding(
        code="dispatch.no_readings",
        place=f"site '{place.place.id}'",
        found="none of the last {days} days has a reading of each meter of the load: {meters}",
        expected="readings from which the load can be forecast",
        remedy="take readings in with `wattstone ingest`, name an earlier time with --at, or correct [meters]",
        params={"days": LEARNT.days, "meters": ", ".join(one.id for one in place.load)},
    )


def _no_carbon(place: DispatchSite, why: str) -> Finding:
    return Finding(
        code="dispatch.no_carbon",
        place=f"site '{place.place.id}'",
        found="no carbon intensity is known: {why}",
        expected="hourly intensities of its grid, or a published factor",
        remedy="ingest hourly intensities, or put a factor in the workspace's factors/ folder; emissions count as 0",
        params={"why": why},
        severity="warning",
    )


def _flat(place: DispatchSite, value: float) -> Finding:
    return Finding(
        code="dispatch.flat_carbon",
        place=f"site '{place.place.id}'",
        found="there are no hourly carbon intensities of its grid",
        expected="a value for each hour, so that a plan can shift to clean hours",
        remedy="ingest hourly intensities; the published factor of {value} kg/kWh counts for all hours until then",
        params={"value": f"{value:.4g}"},
        severity="warning",
    )
