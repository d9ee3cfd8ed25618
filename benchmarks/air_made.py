"""A compressed-air station in small steps, whose leak, states and energy are known: what assessments are tried on.

It shares no code with what is tried: machines load and unload by the pressure of one receiver, power falls with the
sump, use follows shifts. Each station is drawn from a seed.
"""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from wattstone.equipment.air import Compressor, Control, Station

Floats = npt.NDArray[np.float64]

STEP = 2.0  # s
AROUND = 1.0  # bar(a)
RUN_ON = 600.0  # s unloaded until a machine stops
STARTS = 10.0  # s from standstill to idle


@dataclass(frozen=True, kw_only=True, eq=False)
class Made:
    """A simulated station.

    Parameters
    ----------
    station : Station
        As its nameplates say it.
    power : (machines, t) array
        True power, every 2 s. [kW]
    loaded : (machines, t) array
        Flow as a share of capacity.
    turning : (machines, t) array
        Whether it turns.
    flow : (t,) array
        What the network takes. [m3 min-1]
    pressure : (t,) array
        [bar(g)]
    leak : (t,) array
        [m3 min-1]
    production : (t,) array
        1 in shifts.
    worth : (machines,) array
        True power over flow at full load and 7 bar(g). [kW (m3 min-1)-1]
    """

    station: Station
    power: Floats = field(repr=False)
    loaded: Floats = field(repr=False)
    turning: Floats = field(repr=False)
    flow: Floats = field(repr=False)
    pressure: Floats = field(repr=False)
    leak: Floats = field(repr=False)
    production: Floats = field(repr=False)
    worth: Floats = field(repr=False)

    @property
    def leak_share(self) -> float:
        """Of all air that the network takes."""
        return float(self.leak.sum() / self.flow.sum())

    @property
    def unloaded_hours(self) -> Floats:
        """Of each machine: it turns and gives no air. [h]"""
        return ((self.turning > 0) & (self.loaded <= 0)).sum(axis=1) * STEP / 3600

    @property
    def unloaded_energy(self) -> float:
        """Of all machines while they turn and give no air. [kWh]"""
        return float(self.power[(self.turning > 0) & (self.loaded <= 0)].sum()) * STEP / 3600

    @property
    def energy(self) -> float:
        """Of all machines. [kWh]"""
        return float(self.power.sum()) * STEP / 3600

    @property
    def leak_energy(self) -> float:
        """What the leak takes at the full-load power per flow of the machines that run in each hour. [kWh]"""
        per = round(3600 / STEP)
        hours = self.flow.size // per

        def by_hour(values: Floats) -> Floats:
            return values[: hours * per].reshape(hours, per).mean(axis=1)

        made_air = np.stack([by_hour(one) for one in self.loaded])
        total = np.maximum(made_air.sum(axis=0), 1e-9)
        worth = (made_air * self.worth[:, None]).sum(axis=0) / total * (1 + 0.07 * (by_hour(self.pressure) - 7.0))
        return float((by_hour(self.leak) * np.where(total > 1e-6, worth, 0.0)).sum())


def made(seed: int, *, days: int = 7, variable: bool | None = None, night_use: float | None = None) -> Made:
    """Draw a station of two or three load/unload machines, or with a variable-speed trim, and run it.

    Parameters
    ----------
    seed : int
    days : int
        From a Monday on.
    variable : bool or None
        Whether the last machine has a variable speed; drawn where None.
    night_use : float or None
        Use at rest as a share of the leak; drawn from 0 to 0.15 where None.
    """
    random = np.random.default_rng(seed)
    size = float(random.uniform(8, 25))
    count = int(random.integers(2, 4))
    variable = bool(random.random() < 0.4) if variable is None else variable
    specific = random.uniform(6.2, 7.2, count)
    names = [f"C{at + 1}" for at in range(count)]
    controls = [Control.LOAD_UNLOAD] * (count - 1) + [Control.VARIABLE_SPEED if variable else Control.LOAD_UNLOAD]
    pressure = 6.5
    unloaded = [float(random.uniform(0.2, 0.3)) for _ in range(count)]  # of full power
    if variable:
        unloaded[-1] = 0.15
    machines = tuple(
        Compressor(
            name=name,
            control=control,
            flow=size,
            power=size * float(worth),
            pressure=7.0,
            blowdown=40.0,
            idle_power=size * float(worth) * share * float(random.normal(1, 0.1)),
        )
        for name, control, worth, share in zip(names, controls, specific, unloaded, strict=True)
    )
    storage = size * float(random.uniform(0.2, 0.8))
    station = Station(
        name=f"made {seed}", compressors=machines, storage=storage, pressure=pressure, band=0.6, least_pressure=6.0
    )
    leak = float(random.uniform(0.03, 0.2)) * size * (count - 1) * 0.7
    night = float(random.uniform(0, 0.15)) if night_use is None else night_use
    steps = round(days * 86400 / STEP)
    use, production = _use(random, steps, size * (count - 1) * 0.8 - leak, night * leak)
    true = random.normal(1.0, 0.03, (2, count))  # of power and of capacity, against the nameplate
    return _run(station, random, use, production, leak, true, unloaded)


def _use(random: np.random.Generator, steps: int, most: float, night: float) -> tuple[Floats, Floats]:
    """Use without leaks at 6 bar(g), and when production runs."""
    seconds = np.arange(steps) * STEP
    hour, day = seconds / 3600 % 24, (seconds // 86400).astype(int)
    shifts = int(random.integers(1, 3))
    shift = (day % 7 < 5) & (hour >= 6) & (hour < 6 + 8 * shifts)
    if random.random() < 0.4:
        shift |= (day % 7 == 5) & (hour >= 6) & (hour < 14)
    minutes = steps // 30 + 2
    noise = np.zeros(minutes)
    shocks = random.normal(0, 0.12, minutes)
    for at in range(1, minutes):
        noise[at] = 0.93 * noise[at - 1] + shocks[at] * 0.37
    shape = 0.72 + 0.1 * np.sin(hour * 1.3) + np.interp(seconds, np.arange(minutes) * 60.0, noise)
    level = random.uniform(0.6, 1.0, day.max() + 1)[day] ** 0.5
    use = np.where(shift, np.clip(shape * level, 0.05, 1.15) * max(most, 0.5), 0.0) + night * np.clip(
        shape / 0.72, 0, 2
    )
    return use, shift.astype(float)


def _run(
    station: Station,
    random: np.random.Generator,
    use: Floats,
    production: Floats,
    leak: float,
    true: Floats,
    unloaded: list[float],
) -> Made:
    """March through time: plain numbers, for they are fastest here."""
    machines, count, steps = station.compressors, len(station.compressors), len(use)
    capacity = [one.flow * float(true[1, at]) for at, one in enumerate(machines)]
    full = [one.power * float(true[0, at]) for at, one in enumerate(machines)]
    idle = [one * share for one, share in zip(full, unloaded, strict=True)]
    bend = float(random.uniform(0.95, 1.05))  # a variable speed is not quite what its sheet says
    variable = [one.control is Control.VARIABLE_SPEED for one in machines]
    fixed = count - sum(variable)
    low = [station.pressure + 0.12 * (fixed - 1 - at) for at in range(count)]
    high = [one + station.band for one in low]
    target = station.pressure + 0.35
    power, loaded = np.zeros((count, steps)), np.zeros((count, steps))
    turning, pressure, leaks, flows = np.zeros((count, steps)), np.zeros(steps), np.zeros(steps), np.zeros(steps)
    state, sump, idle_for, rising = [0] * count, [0.0] * count, [0.0] * count, [0.0] * count
    p, fades = station.pressure + 0.3, float(np.exp(-STEP / (40.0 / np.log(50.0))))
    demand = use.tolist()
    for step in range(steps):
        made_now = 0.0
        for at in range(count):
            if variable[at]:
                share = min(max((target + 0.15 - p) / 0.3, 0.0), 1.0)
                share = 0.0 if share < 0.2 and p > target else max(share, 0.2)
                on = 1 if share > 0 else (0 if idle_for[at] > RUN_ON else state[at])
                idle_for[at] = 0.0 if share > 0 else idle_for[at] + STEP
                state[at] = on
                made_now += share * capacity[at]
                loaded[at, step], turning[at, step] = share, on
                relative = idle[at] / full[at] + (1 - idle[at] / full[at]) * share**bend
                power[at, step] = full[at] * relative * (1 + 0.07 * (p - 7.0)) if on else 0.0
                continue
            if p < low[at] and state[at] != 2:
                if state[at] == 0:
                    rising[at] += STEP
                    if rising[at] >= STARTS:
                        state[at], rising[at] = 2, 0.0
                    turning[at, step] = 1
                    power[at, step] = 0.6 * idle[at]
                    continue
                state[at] = 2
            elif p > high[at] and state[at] == 2:
                state[at], sump[at], idle_for[at] = 1, 1.0, 0.0
            if state[at] == 2:
                made_now += capacity[at]
                loaded[at, step] = turning[at, step] = 1.0
                power[at, step] = full[at] * (1 + 0.07 * (p - 7.0))
            elif state[at] == 1:
                idle_for[at] += STEP
                sump[at] *= fades
                turning[at, step] = 1.0
                power[at, step] = idle[at] + (full[at] - idle[at]) * sump[at]
                if idle_for[at] > RUN_ON:
                    state[at] = 0
        lost = leak * (p + AROUND) / (station.pressure + 0.3 + AROUND) if p > 0 else 0.0
        taken = demand[step] + lost
        flows[step], leaks[step], pressure[step] = taken, lost, p
        p = max(p + (made_now - taken) * STEP / 60 / station.storage, 0.0)
    return Made(
        station=station,
        power=power,
        loaded=loaded,
        turning=turning,
        flow=flows,
        pressure=pressure,
        leak=leaks,
        production=production,
        worth=np.array(full) / np.array(capacity),
    )


def sampled(values: Floats, seconds: float) -> Floats:
    """Means over intervals: (..., t)."""
    per = round(seconds / STEP)
    length = values.shape[-1] // per
    return values[..., : length * per].reshape(*values.shape[:-1], length, per).mean(axis=-1)
