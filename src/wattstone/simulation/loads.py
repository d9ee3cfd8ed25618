"""What a site draws: one function per use, each an array (days, steps) of mean power in kW, 0 or more.

The physics is that of the textbook, the parameters are assumptions of the right order (`docs/methods/simulation.md`).
Each use has its own stream of random numbers, so that changing one leaves all others as they are.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from wattstone.simulation.estate import Blueprint
from wattstone.simulation.noise import ar1
from wattstone.simulation.plan import stream
from wattstone.simulation.timeline import Floats, Timeline
from wattstone.simulation.weather import Weather
from wattstone.simulation.world import World


@dataclass(frozen=True)
class Setting:
    """A site in its world; `out_of_hours` runs a use as if its clock or sensor had failed."""

    world: World
    site: Blueprint
    out_of_hours: bool = False

    @property
    def timeline(self) -> Timeline:
        """Days of the plan."""
        return self.world.timeline

    @property
    def weather(self) -> Weather:
        """Weather at the site."""
        return self.world.weather(self.site.city)

    def random(self, use: str) -> np.random.Generator:
        """The stream of one use; the same at every call."""
        return stream(self.world.plan, "use", self.site.index, use)

    def busy(self, low: float, rest: float = 1.0) -> Floats:
        """Level of each day: 1 on working days, `rest` on days off, times `low` at the Spring Festival, (d, 1)."""
        level = np.where(self.timeline.working, 1.0, rest) * np.where(self.timeline.spring_festival, low, 1.0)
        return level[:, None]

    def noise(self, rng: np.random.Generator, spread: float, memory: float = 0.85) -> Floats:
        """A factor around 1, (d, p)."""
        return np.maximum(1 + ar1(rng, self.timeline.shape, memory=memory, spread=spread), 0.05)


def _dark(sine: Floats, *, margin: float = 6.0) -> Floats:
    """1 by night, 0 when the sun is `margin` degrees above the horizon: what a photocell makes of it."""
    elevation = np.degrees(np.arcsin(np.clip(sine, -1, 1)))
    return np.clip((margin - elevation) / margin, 0.0, 1.0)


def garage_lighting(setting: Setting) -> Floats:
    """Lights of a garage with daylight: safety level by day, with the traffic after dark."""
    rng, day = setting.random("garage-lighting"), setting.timeline
    installed = setting.site.households * 28 * rng.uniform(2.2, 3.2) / 1000
    traffic = day.profile((0, 0.4), (5, 0.45), (7, 0.9), (9, 0.7), (16, 0.75), (18, 1.0), (21, 0.85), (23, 0.5))
    dark = 1.0 if setting.out_of_hours else 0.12 + 0.88 * _dark(setting.weather.sine)
    return installed * (0.15 + 0.85 * traffic[None, :] * dark) * setting.noise(rng, 0.03)


def landscape_lighting(setting: Setting) -> Floats:
    """Lights of gardens and façades, from dusk to a fixed hour."""
    rng, day = setting.random("landscape-lighting"), setting.timeline
    installed = setting.site.households * rng.uniform(0.012, 0.022)
    off = rng.uniform(22, 23.5)
    evening = ((day.hour > 15) & (day.hour < off))[None, :]
    feast = np.where(day.spring_festival, 1.3, 1.0)[:, None]
    return (
        installed * (0.02 + 0.98 * _dark(setting.weather.sine, margin=3) * evening * feast) * setting.noise(rng, 0.02)
    )


def lifts_pumps(setting: Setting) -> Floats:
    """Lifts and water pumps: mornings and evenings; quieter when people travel home for the Spring Festival."""
    rng, day = setting.random("lifts-pumps"), setting.timeline
    mean = setting.site.households * rng.uniform(0.028, 0.045)
    work = day.profile((0, 0.25), (4, 0.2), (7.5, 1.9), (10, 1.0), (14, 0.9), (18.5, 2.0), (22, 1.0))
    free = day.profile((0, 0.35), (5, 0.2), (10, 1.4), (14, 1.2), (18, 1.7), (22, 1.0))
    level = np.where(day.working[:, None], work[None, :], free[None, :])
    return mean * level * np.where(day.spring_festival, 0.7, 1.0)[:, None] * setting.noise(rng, 0.12, 0.6)


def ev_charging(setting: Setting) -> Floats:
    """Cars at 7 kW: how many charge follows the evening; more from year to year."""
    rng, day = setting.random("ev-charging"), setting.timeline
    posts = max(4, round(setting.site.households * rng.uniform(0.02, 0.05)))
    share = day.profile((0, 0.38), (4, 0.12), (9, 0.05), (13, 0.1), (17, 0.18), (20, 0.42), (22.5, 0.5))
    chance = np.clip(share[None, :] * (0.75 + 0.2 * day.elapsed)[:, None], 0, 0.95)
    wander = ar1(rng, day.shape, memory=0.93, spread=1.0) * np.sqrt(posts * chance * (1 - chance))
    return np.clip(np.rint(posts * chance + wander), 0, posts) * (7.0 * 0.95)


def residential_rest(setting: Setting) -> Floats:
    """What has no meter of its own: corridors, security, fans, the clubhouse and its cooling."""
    rng, day = setting.random("rest"), setting.timeline
    households, site = setting.site.households, setting.site
    base = households * rng.uniform(0.02, 0.035) * day.profile((0, 0.8), (5, 0.75), (8, 1.1), (15, 1.0), (20, 1.3))
    open_hours = day.profile((7, 0), (8, 1), (21, 1), (22, 0))
    cooling = households * 0.004 * np.maximum(setting.weather.temperature - 24, 0) * open_hours[None, :]
    unmetered = sum(
        (_USES[use](setting) for use in ("landscape-lighting", "lifts-pumps") if use not in site.uses),
        start=np.zeros(day.shape),
    )
    return (base[None, :] + cooling) * setting.noise(rng, 0.05) + unmetered


def _office_hours(setting: Setting) -> Floats:
    """Share of people present, (d, p)."""
    day = setting.timeline
    people = day.profile((6.5, 0), (9, 0.95), (12, 0.9), (13, 0.75), (14, 0.95), (17.5, 0.9), (19, 0.3), (22, 0.03))
    return people[None, :] * setting.busy(0.3, rest=0.12)


def tenants(setting: Setting) -> Floats:
    """Lighting and plugs of tenants: with the people present, and what stays on."""
    rng = setting.random("tenants")
    peak, idle = setting.site.area * rng.uniform(9, 13) / 1000, rng.uniform(0.16, 0.24)
    return peak * (idle + (1 - idle) * _office_hours(setting)) * setting.noise(rng, 0.04)


def hvac(setting: Setting) -> Floats:
    """Fans by the clock, chillers above and heat pumps below a change point of temperature.

    Cities with district heating have no heat pumps.
    """
    rng, area, air = setting.random("hvac"), setting.site.area, setting.weather
    fans, slope, change = rng.uniform(1.8, 2.6), rng.uniform(1.5, 2.1), rng.uniform(17.5, 19.5)
    on = np.clip(_office_hours(setting) * 1.6, 0, 1)
    if setting.out_of_hours:
        on = np.full(setting.timeline.shape, 0.9)
    felt = 0.6 * air.temperature + 0.4 * air.slow
    moist = 1 + 0.004 * (air.humidity - 60)
    cooling = slope * np.maximum(felt - change, 0) * moist / (5.0 - 0.05 * np.maximum(air.temperature - 20, 0))
    warming = 0.0 if setting.site.city.heating else 1.0 * np.maximum(13 - felt, 0) / 2.8
    return area / 1000 * (0.25 + on * (fans + cooling + warming)) * setting.noise(rng, 0.05)


def office_rest(setting: Setting) -> Floats:
    """Lifts, pumps, lobby, security."""
    rng = setting.random("rest")
    return (
        setting.site.area
        * rng.uniform(0.9, 1.4)
        / 1000
        * (0.35 + 0.65 * _office_hours(setting))
        * setting.noise(rng, 0.06)
    )


def _shifts(setting: Setting) -> Floats:
    """Level of production, (d, p): two shifts on six days; closed around the Spring Festival."""
    rng, day = setting.random("shifts"), setting.timeline
    night = rng.uniform(0.25, 0.6)
    clock = day.profile((0, night), (7.5, night), (8.5, 1), (11.8, 1), (12.3, 0.75), (13, 1), (22, 0.95), (23, night))
    level = np.where(day.idle, 0.25, 1.0) * np.where(day.spring_festival, 0.3, 1.0)
    orders = np.clip(1 + ar1(rng, (day.shape[0],), memory=0.9, spread=0.08), 0.7, 1.25)
    return clock[None, :] * (level * orders)[:, None]


def process(setting: Setting) -> Floats:
    """Machines of the tenants' workshops."""
    rng = setting.random("process")
    peak = setting.site.area * rng.uniform(11, 20) / 1000
    return peak * (0.08 + 0.92 * _shifts(setting)) * setting.noise(rng, 0.06)


def compressed_air(setting: Setting) -> Floats:
    """A compressor station: unloaded machines draw a third of their power; ordinary leaks run at all hours."""
    rng = setting.random("compressed-air")
    rated = setting.site.area * rng.uniform(1.8, 3.0) / 1000
    demand = np.clip(0.12 + 0.78 * _shifts(setting) * setting.noise(rng, 0.08), 0, 1)
    return rated * (0.3 * np.ceil(demand * 3) / 3 + 0.7 * demand)


def chillers(setting: Setting) -> Floats:
    """Process and space cooling; the coefficient of performance falls with the outdoor temperature."""
    rng, air = setting.random("chillers"), setting.weather
    area = setting.site.area / 1000
    heat = area * rng.uniform(6, 10) * _shifts(setting) + area * 0.9 * np.maximum(air.slow - 20, 0)
    performance = 5.4 - 0.06 * np.clip(air.temperature - 15, 0, 25)
    return heat / performance * setting.noise(rng, 0.04)


def industrial_rest(setting: Setting) -> Floats:
    """Yard and hall lighting, offices, pumps."""
    rng = setting.random("rest")
    yard = _dark(setting.weather.sine) * 0.5
    return (
        setting.site.area
        * rng.uniform(1.2, 2.0)
        / 1000
        * (0.3 + yard + 0.7 * _shifts(setting))
        * setting.noise(rng, 0.05)
    )


def solar(setting: Setting) -> Floats:
    """Photovoltaic system: flat, 0.2 kW to the m2 of its part of the roof, -0.4 % per kelvin of cell above 25 degC."""
    rng, air = setting.random("solar"), setting.weather
    peak = setting.site.roof * {"residential": 0.35, "office": 0.5, "industrial": 0.4}[setting.site.type] * 0.2
    cell = air.temperature + 0.03 * air.irradiance
    ratio = rng.uniform(0.76, 0.84) * (1 - 0.004 * (cell - 25))
    return np.minimum(peak * air.irradiance / 1000 * ratio, 0.92 * peak)


def gas(setting: Setting) -> Floats:
    """Boilers, net calorific value: of a clubhouse (heating and pool) or of a park (process heat and halls)."""
    rng, day, air = setting.random("gas"), setting.timeline, setting.weather
    cold = np.maximum(18 - 0.5 * (air.temperature + air.slow), 0)
    if setting.site.type == "industrial":
        area = setting.site.area / 1000
        heat = area * rng.uniform(5, 9) * _shifts(setting) + area * 0.45 * cold * setting.site.city.heating
    else:
        pool = rng.uniform(20, 45) * day.profile((0, 0.3), (6, 0.5), (9, 1), (20, 1.2), (22, 0.4))
        season = air.slow < 10
        heat = pool[None, :] + setting.site.households * 3.0 / 1000 * cold * season
    return heat / 0.9 * setting.noise(rng, 0.05)


def heat(setting: Setting) -> Floats:
    """District heat of an office, in the season in which the slow temperature is below 10 degC; set back by night."""
    rng, air = setting.random("heat"), setting.weather
    loss = setting.site.area * rng.uniform(0.9, 1.25) / 1000
    people = np.clip(_office_hours(setting) * 1.4, 0, 1)
    felt = 0.5 * (air.temperature + air.slow)
    return loss * np.maximum(18 - felt, 0) * (air.slow < 10) * (0.7 + 0.3 * people) * setting.noise(rng, 0.04)


def water(setting: Setting) -> Floats:
    """Water of the public spaces or of an office. [m3 h-1]"""
    rng, day = setting.random("water"), setting.timeline
    if setting.site.type == "office":
        level = 0.04 + _office_hours(setting)
        return setting.site.area * rng.uniform(1.0, 1.6) / 10_000 * level * setting.noise(rng, 0.15, 0.5)
    garden = 0.3 + np.clip(setting.weather.slow / 25, 0, 1.2)
    clock = day.profile((0, 0.1), (5, 0.2), (7, 1.6), (10, 1.1), (17, 1.5), (21, 0.5))
    return setting.site.households * rng.uniform(0.002, 0.004) * garden * clock[None, :] * setting.noise(rng, 0.2, 0.5)


_USES: dict[str, Callable[[Setting], Floats]] = {
    "garage-lighting": garage_lighting,
    "landscape-lighting": landscape_lighting,
    "lifts-pumps": lifts_pumps,
    "ev-charging": ev_charging,
    "tenants": tenants,
    "hvac": hvac,
    "process": process,
    "compressed-air": compressed_air,
    "chillers": chillers,
    "solar": solar,
    "gas": gas,
    "heat": heat,
    "water": water,
}
_REST: dict[str, Callable[[Setting], Floats]] = {
    "residential": residential_rest,
    "office": office_rest,
    "industrial": industrial_rest,
}


def power(setting: Setting, use: str) -> Floats:
    """Mean power of a use (`rest` is what has no sub-meter), (d, p). [kW; water in m3 h-1]"""
    return _REST[setting.site.type](setting) if use == "rest" else _USES[use](setting)
