"""What a kW of new PV would have fed at a site: as a metered system did, or by a model from weather or a clear sky."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wattstone.base import Finding, InputRefused
from wattstone.dispatch.site import Pv
from wattstone.dispatch.sizing_file import PvModelTable, SizingTable
from wattstone.dispatch.sizing_year import ROOF
from wattstone.workflows.dispatch.foresight import Seen
from wattstone.workflows.dispatch.site import DispatchSite
from wattstone.workflows.dispatch.stretch import MISSING, Stretch, mended
from wattstone.workflows.dispatch.weather import Weather, weather_of
from wattstone.workflows.workspace import Workspace

Floats = NDArray[np.float64]

__all__ = ["Roof", "roof_of"]

AIR = 20.0  # degC where no temperature is known, as `equipment.pv.ac_power` takes it
_DARK = 5.0  # W m-2 of a clear sky, below which an hour's share of it says nothing


@dataclass(frozen=True, kw_only=True, eq=False)
class Roof:
    """A kW of new PV.

    Parameters
    ----------
    before, during : (t,) arrays
        What it would have fed, in the weeks before the period and in it. [kW kW-1]
    source : str
        `meter`, `weather` (a model with measured irradiance) or `clear_sky` (a model with an assumed share of it).
    evidence : dict
        The weather that it rests on.
    findings : tuple of Finding
        What has to be said of it.
    """

    before: Floats
    during: Floats
    source: str
    evidence: dict[str, dict[str, Any]]
    findings: tuple[Finding, ...] = ()

    @property
    def simulated(self) -> bool:
        """Whether no meter measured it."""
        return self.source != "meter"

    def beside(self, seen: Seen, series: Floats) -> Seen:
        """What was seen, with this kW as the last system."""
        there = seen.pv if seen.pv.size else np.zeros((0, series.size))
        return replace(seen, pv=np.concatenate([there, series[None]]))

    @staticmethod
    def at(place: DispatchSite) -> DispatchSite:
        """The site with this kW as its last system."""
        site = replace(place.file.site, pv=(*place.file.site.pv, Pv(id=ROOF, capacity=1.0)))
        return replace(place, file=replace(place.file, site=site))


def roof_of(workspace: Workspace, stretch: Stretch, table: SizingTable) -> Roof:
    """What a kW of new PV would have fed in a period and before it.

    Parameters
    ----------
    workspace : Workspace
        With weather, where it is modelled.
    stretch : Stretch
        The period.
    table : SizingTable
        It names the system that it is like, or describes it.

    Raises
    ------
    InputRefused
        Where there is no such system, no position, or neither irradiance nor a share of the clear sky's.
    """
    if table.pv.model is not None:
        return _modelled(workspace, stretch, table.pv.model)
    place, like = stretch.place, table.pv.like
    systems = [one.id for one in place.file.site.pv]
    if like not in systems:
        raise InputRefused([_no_like(place, str(like), systems)])
    row = systems.index(like)
    capacity = place.file.table.pv[row].capacity_kw
    return Roof(
        before=stretch.before.pv[row] / capacity, during=stretch.whole.pv[row] / capacity, source="meter", evidence={}
    )


def _modelled(workspace: Workspace, stretch: Stretch, model: PvModelTable) -> Roof:
    site, before = stretch.place.place, stretch.before
    latitude, longitude = model.latitude, model.longitude
    latitude = site.latitude if latitude is None else latitude
    longitude = site.longitude if longitude is None else longitude
    if latitude is None or longitude is None:
        raise InputRefused([_no_position(stretch.place)])
    weather = weather_of(workspace.lake, site, start=before.start, end=stretch.end, step=stretch.place.step)
    known = np.isfinite(weather.irradiance[before.load.size :])
    measured = bool((~known).mean() <= MISSING)
    if not measured and model.clear_sky_share is None:
        raise InputRefused([_no_irradiance(stretch.place, float(known.mean()))])
    power = _power(stretch.place, model, (latitude, longitude), before.start, weather, measured=measured)
    first = before.load.size
    said = _simulated(stretch.place, weather, None if measured else model.clear_sky_share)
    return Roof(
        before=power[:first], during=power[first:], source="weather" if measured else "clear_sky",
        evidence=weather.evidence, findings=(said,),
    )  # fmt: skip


def _power(
    place: DispatchSite,
    model: PvModelTable,
    position: tuple[float, float],
    start: datetime,
    weather: Weather,
    *,
    measured: bool,
) -> Floats:
    """Of one kW, with every step known."""
    from wattstone.equipment.arrays import Grid
    from wattstone.equipment.pv import PVSystem, ac_power, clear_sky_power
    from wattstone.equipment.sun import clear_sky, sky

    system = PVSystem(
        power=1.0, tilt=model.tilt_deg, azimuth=model.azimuth_deg, latitude=position[0], longitude=position[1],
        inverter=model.inverter_share, inverter_efficiency=model.inverter_efficiency, losses=model.losses,
    )  # fmt: skip
    grid = Grid(start=np.datetime64(start, "us"), hours=place.file.hours, steps=weather.irradiance.size)
    sun = sky(position[0], position[1], grid)
    air = np.where(np.isfinite(weather.temperature), weather.temperature, AIR)
    if not measured:
        return float(model.clear_sky_share or 0.0) * clear_sky_power(system, grid, air_temperature=air, sun=sun)
    clear, _ = clear_sky(sun)
    per_hour = max(1, round(1 / place.file.hours))
    offset = round((start.minute * 60 + start.second) / 3600 * per_hour)
    irradiance = _shaped(weather.irradiance, clear, per_hour, offset)
    filled = mended(irradiance, place.day, round(2 / place.file.hours))
    return np.nan_to_num(ac_power(system, grid, np.maximum(filled, 0.0), air_temperature=air, sun=sun))


def _shaped(irradiance: Floats, clear: Floats, per_hour: int, offset: int) -> Floats:
    """Means of an hour on its steps, in the shape of the clear sky's: the mean of the hour stays what it was.

    Examples
    --------
    >>> _shaped(np.array([60.0, 60.0]), np.array([10.0, 30.0]), 2, 0).tolist()
    [30.0, 90.0]
    """
    hour = (np.arange(irradiance.size) + offset) // per_hour
    count = np.bincount(hour)
    mean, usual = np.bincount(hour, irradiance)[hour] / count[hour], np.bincount(hour, clear)[hour] / count[hour]
    return np.where(usual > _DARK, mean * clear / np.maximum(usual, _DARK), irradiance)


def _no_like(place: DispatchSite, like: str, systems: list[str]) -> Finding:
    return Finding(
        code="dispatch.sizing_like",
        place=f"site '{place.place.id}'",
        found="new PV is to do as '{like}', which is no PV system of the site file",
        expected="a metered system, of which a year is known: {systems}",
        remedy="name one as `like` under [pv]; without any, describe new PV in a table [pv.model]",
        params={"like": like, "systems": ", ".join(systems) or "none"},
    )


def _no_position(place: DispatchSite) -> Finding:
    return Finding(
        code="dispatch.sizing_position",
        place=f"site '{place.place.id}'",
        found="nothing says where it lies, so that no PV can be modelled",
        expected="latitude and longitude of the site, or under [pv.model]",
        remedy="write latitude and longitude under [pv.model]",
    )


def _no_irradiance(place: DispatchSite, share: float) -> Finding:
    return Finding(
        code="dispatch.sizing_irradiance",
        place=f"site '{place.place.id}'",
        found="global irradiance is known for {share} of the period, and [pv.model] names no clear_sky_share",
        expected="irradiance of nine tenths of the steps, or a stated share of the clear sky's output",
        remedy="ingest weather with irradiance, or write clear_sky_share under [pv.model] with its source",
        params={"share": f"{100 * share:.0f} %"},
    )


def _simulated(place: DispatchSite, weather: Weather, share: float | None) -> Finding:
    if share is None:
        return Finding(
            code="dispatch.sizing_simulated",
            place=f"site '{place.place.id}'",
            found="what new PV feeds is simulated from the irradiance of station {station}",
            expected="a metered system that new PV is like",
            remedy="look at yields as a model's, until a system nearby is metered",
            params={"station": weather.station or ""},
            severity="warning",
        )
    return Finding(
        code="dispatch.sizing_clear_sky",
        place=f"site '{place.place.id}'",
        found="what new PV feeds is simulated as {share} of a clear sky's output on every day alike",
        expected="measured irradiance, with cloudy and clear days",
        remedy="ingest weather with irradiance: with days alike storage is worth more than it will be",
        params={"share": f"{100 * share:g} %"},
        severity="warning",
    )
