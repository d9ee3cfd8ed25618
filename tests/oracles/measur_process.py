"""A year of process cooling: the product's functions on the peer's inputs.

The peer's own constants stand here: standard sizes of motors, 0.065 hp per ton, 3413 Btu/kWh, 24 degF gpm/ton, its bins
of wet bulb, and the 30 ft that its pump of unknown size lifts.
"""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from tests.oracles.measur_case import TON, Inputs, Kind, NotUnderstood, Result, kind
from wattstone.equipment.plant import approach, process_cooling
from wattstone.equipment.plant.process_cooling import ProcessChiller
from wattstone.equipment.plant.tower_fan import FanControl

HOURS = 8760
HORSE_POWER = 0.746
FAN_SIZES = (0.5, 1, 1.5, 2, 3, 5, 7.5, 10, 15, 20, 25, 30, 40, 50, 60, 75, 100, 125)
PUMP_SIZES = (0.5, 1, 1.5, 2, 3, 5, 7.5, 10, 15, 20, 25, 30, 40, 50, 60, 75, 100, 125, 150, 175, 200)
FAN_PER_TON = 0.065  # hp
DESIGN_FLOW = 3.0  # gpm/ton
BTU = 3413 / 12000  # ton per kW
RANGE = 24.0  # degF per ton over gpm: 12 000 Btu/h over 500 lb/h
FAN_STEPS = 20
EDGES = np.array([35.0, 45.0, 55.0, 65.0, 75.0])  # of the bins of wet bulb [degF]
LEAST, MOST = 60.0, 110.0  # condenser water [degF]
FREE = 10.0  # approach of a tower that cools alone [degF]

FANS = {"one": FanControl.ONE_SPEED, "two": FanControl.TWO_SPEED, "variable": FanControl.VARIABLE_SPEED}
KINDS_OF_CHILLER = {"centrifugal", "screw", "reciprocating", "helical rotary"}

weather_folders: list[Path] = []


def celsius(fahrenheit: Any) -> Any:
    """Temperatures in degC."""
    return (np.asarray(fahrenheit, dtype=float) - 32) / 1.8


def _weather(given: Inputs) -> tuple[np.ndarray, np.ndarray]:
    name = given.text("weather").split()[0]
    for folder in weather_folders:
        path = folder / Path(name).name
        if path.is_file():
            raw = json.loads(path.read_text(encoding="utf-8"))
            dry, wet = (_hours(raw[key]) for key in ("dry_bulb", "wet_bulb"))
            if dry.size == wet.size == HOURS:
                return dry, wet
    raise NotUnderstood(f"no weather of {HOURS} hours in {name}")


def _hours(raw: Any) -> np.ndarray:
    return np.asarray(raw["values"] if isinstance(raw, dict) else raw, dtype=float)


def _operation(given: Inputs) -> np.ndarray:
    raw = given.raw.get("operation")
    if isinstance(raw, list) and len(raw) == HOURS:
        return np.asarray(raw, dtype=float) == 1
    if isinstance(raw, str) and raw.replace(" ", "").lower().startswith("8760hon"):
        return np.ones(HOURS, dtype=bool)
    raise NotUnderstood(f"operation {raw!r}")


class Chiller:
    """One chiller of a case: its load, and what its measures make of it."""

    def __init__(self, given: Inputs, cooled: str, on: np.ndarray, *, parity: bool) -> None:
        allowed = {"type", "capacity", "full_load_eff", "age", "vsd", "monthly_load_pct_by_bin", "custom_curve"}
        allowed |= {"refrigerant_change", "load_schedule", "ari_schedule"}
        if not set(given.raw) <= allowed:
            raise NotUnderstood(f"chiller with {sorted(set(given.raw) - allowed)}")
        form = given.text("type").lower()
        form = "screw" if form == "helical rotary" else form
        if form not in KINDS_OF_CHILLER:
            raise NotUnderstood(f"chiller {form!r}")
        curve = _curve(given.part("custom_curve"), parity=parity) if "custom_curve" in given else None
        self.tons = given.number("capacity", "ton")
        self.machine = ProcessChiller(
            kind=form,  # type: ignore[arg-type]
            cooled=cooled,  # type: ignore[arg-type]
            capacity=self.tons * TON,
            ratio=given.number("full_load_eff", "kW/ton"),
            age=given.number("age", default=0.0),
            part_load=curve,
        )
        if (form, cooled) == ("centrifugal", "air") and curve is None:
            raise NotUnderstood("an air-cooled centrifugal chiller")
        self.load = process_cooling.spread(_shares(given), on)
        self.measure = np.ones(HOURS)
        if given.flag("vsd", default=False):
            self.measure = self.measure * process_cooling.drive_factor(self.machine, self.load)
        if "refrigerant_change" in given:
            before, arrow, after = given.text("refrigerant_change").partition("->")
            known = process_cooling.REFRIGERANTS
            if not arrow or before.strip() not in known or after.strip() not in known:
                raise NotUnderstood("a change of refrigerant")
            self.measure = self.measure * process_cooling.refrigerant_factor(before.strip(), after.strip())


def _curve(given: Inputs, *, parity: bool) -> process_cooling.Cubic:
    """A measured part-load curve; the peer solves it in per cent of load and reads it at shares."""
    load, each = np.array(given.numbers("load_pct", "%")), given.numbers("kw_per_ton", "kW/ton")
    if load.size != 4 or len(each) != 4:
        raise NotUnderstood("a curve of other than four points")
    return process_cooling.cubic_through(load if parity or load.max() <= 1 else load / 100, each)


ARI = (0, 0, 1, 5, 13, 23, 26, 19, 9, 3, 1)  # per cent of the hours


def _shares(given: Inputs) -> np.ndarray:
    raw = given.raw.get("monthly_load_pct_by_bin", given.raw.get("load_schedule"))
    if isinstance(raw, dict):
        raw = raw.get("values")
    ari = isinstance(raw, str) and raw.strip().upper().startswith("ARI")
    if ari or (raw is None and given.flag("ari_schedule", default=False)):
        raw = list(ARI)
    shares = np.asarray(raw, dtype=float) if isinstance(raw, list) else np.empty(0)
    if shares.shape not in {(11,), (1, 11), (12, 11)}:
        raise NotUnderstood("a load profile of another form")
    return shares.reshape(-1, 11) / 100 if shares.ndim == 2 else shares / 100


# Words that name an input of a system, however the rest of its key is spelled.
WORDS = {
    "OADT": ("oad", "design", "outdoorair"),
    "air_source": ("source",),
    "indoor_temp": ("indoor",),
    "CWT_follow": ("follow",),
    "hex_approach": ("hex", "approach", "exchanger"),
}


def _said(given: Inputs) -> Inputs:
    """The inputs of a system, whose keys may be spelled in more than one way."""
    found: dict[str, Any] = {}
    for key, value in given.raw.items():
        plain = key.replace("_", "").lower()
        named = [name for name, words in WORDS.items() if any(word in plain for word in words)]
        found[named[0] if len(named) == 1 else key] = value
    return Inputs(found)


class Year:
    """The year of a system; `parity` makes what the peer makes of it."""

    def __init__(self, given: Inputs, *, parity: bool) -> None:
        self.parity = parity
        self.dry, self.wet = _weather(given)
        self.on = _operation(given)
        system = self.system = _said(given.part("system"))
        self.air = system.text("type").lower().startswith("air")
        if not self.air and not system.text("type").lower().startswith("water"):
            raise NotUnderstood(f"system {system.text('type')!r}")
        allowed = {"type", "chw_supply", "free_cooling", "hex_approach", "constant_CWT", "CWT", "CWT_follow"}
        allowed |= {"variable_cw_flow", "cw_flow", "tower", "pump"}
        allowed_air = {"type", "chw_supply", "OADT", "air_source", "indoor_temp", "CWT_follow", "pump", "free_cooling"}
        if extra := set(system.raw) - (allowed_air if self.air else allowed):
            raise NotUnderstood(f"system with {sorted(extra)}")
        listed = given.raw.get("chillers")
        if not isinstance(listed, list) or not listed:
            raise NotUnderstood("no chillers")
        cooled = "air" if self.air else "water"
        self.chillers = [Chiller(Inputs(one), cooled, self.on, parity=parity) for one in listed]
        self.supply = system.number("chw_supply", "degF")
        self.tons = sum(one.tons for one in self.chillers)
        self.ratio, self.power = self._run()

    def _run(self) -> tuple[list[np.ndarray], list[np.ndarray]]:
        ratios, powers, free = [], [], self.free()
        for at, one in enumerate(self.chillers):
            factors = self._rejection(one) * one.measure
            if self.parity and at == 0:
                # The peer leaves measures out of the first hour of the first chiller.
                factors[0] /= one.measure[0]
            ratio = process_cooling.efficiency(one.machine, one.load, supply=celsius(self.supply), factors=factors)
            ratios.append(ratio)
            powers.append(np.where(free, 0.0, one.load * one.tons * ratio))
        return ratios, powers

    def _rejection(self, one: Chiller) -> np.ndarray:
        if not self.air:
            return process_cooling.condenser_factor(one.machine, one.load, celsius(self._condenser_water()))
        source = self.system.text("air_source", default="outside").lower()
        if source not in {"inside", "indoor", "outside", "outdoor"}:
            raise NotUnderstood(f"air from {source!r}")
        inside = source.startswith("in")
        air = (
            np.full(HOURS, self.system.number("indoor_temp", "degF"))
            if inside
            else self.dry + self.system.number("CWT_follow", "degF", default=0.0)
        )
        design = celsius(self.system.number("OADT", "degF", default=95.0))
        return process_cooling.air_factor(one.machine, one.load, celsius(air), design=design)

    def _condenser_water(self) -> np.ndarray:
        if self.system.flag("constant_CWT"):
            return np.full(HOURS, self.system.number("CWT", "degF"))
        return np.clip(self.wet + self.system.number("CWT_follow", "degF"), LEAST, MOST)

    def free(self) -> np.ndarray:
        """Hours that the tower cools alone."""
        if self.air or not self.system.flag("free_cooling", default=False):
            return np.zeros(HOURS, dtype=bool)
        exchanger = self.system.number("hex_approach", "degF") / 1.8
        return process_cooling.free_cooling(
            celsius(self.wet), supply=celsius(self.supply), exchanger=exchanger, tower=FREE / 1.8
        )

    def bins(self, at: int) -> dict[str, np.ndarray]:
        """Mean ratio, hours, mean power and energy of a chiller by its load."""
        level = np.rint(self.chillers[at].load * 10).astype(int)
        works = level > 0
        hours = np.bincount(level, minlength=11).astype(float)
        power = np.bincount(level, self.power[at], minlength=11)
        ratio = np.bincount(level, self.ratio[at] * works, minlength=11)
        mean = np.maximum(hours, 1)
        return {
            "eff": ratio / mean,
            "hours": hours,
            "power": np.bincount(level, self.power[at] * works, minlength=11) / mean,
            "energy": power,
        }

    def pumps(self) -> list[float]:
        """Energy of the pump of each chiller."""
        pump = self.system.part("pump")
        flow, lift = pump.number("flow", "gpm/ton"), pump.number("eff")
        size = pump.number("motor_size", "hp")
        size = size or _next(self.tons * flow * 30 / 3960 / lift / len(self.chillers), PUMP_SIZES, None)
        power = size * HORSE_POWER / pump.number("motor_eff")
        changes = pump.flag("variable_flow")
        loads = [one.load for one in self.chillers]
        runs = [process_cooling.pump_factor(load) if changes else (load > 0).astype(float) for load in loads]
        return [float(power * factor.sum()) for factor in runs]

    def tower(self) -> dict[str, np.ndarray]:
        """Hours and energy of the tower by wet bulb."""
        tower = self.system.part("tower")
        allowed = {"count", "fans", "fan_speed", "sized_by", "fan", "fan_hp", "tonnage"}
        control = FANS.get(tower.text("fan_speed").lower())
        if control is None or not set(tower.raw) <= allowed:
            raise NotUnderstood("a tower of another form")
        count, fans, tons = tower.number("count"), tower.number("fans"), tower.number("tonnage", "ton")
        share = self._fan(tons * count)
        power = _fan_size(tower, tons, fans) * fans * count * HORSE_POWER * approach.motor_share(share, control)
        # Half a degree rounds away from zero, as the peer's does.
        whole = np.copysign(np.floor(np.abs(self.wet) + 0.5), self.wet)
        bins = np.digitize(whole, EDGES)
        return {
            "hours": np.bincount(bins[self.on], minlength=6).astype(float),
            "energy": np.bincount(bins[self.on], power[self.on], minlength=6),
        }

    def _fan(self, tons: float) -> np.ndarray:
        system = self.system
        load = sum(one.load * one.tons for one in self.chillers) / self.tons
        flow = system.number("cw_flow", "gpm/ton") * self.tons
        follows = load if system.flag("variable_cw_flow") else np.ones(HOURS)
        water = approach.water_share(flow, DESIGN_FLOW * tons, load=follows)
        heat = load * self.tons + sum(self.power) * BTU
        span = np.where(load > 0, approach.water_range(heat, flow / RANGE, load=follows), 0.0)
        # Above twice the design flow, water passes the tower by.
        over = flow * follows / (DESIGN_FLOW * tons)
        span = span * np.where(over > 2, over / 2, 1.0)
        return approach.fan_share(
            self._wanted() / 1.8, water, wet_bulb=celsius(self.wet), span=span / 1.8, steps=FAN_STEPS
        )

    def _wanted(self) -> np.ndarray:
        """Approach that the tower is to keep [degF]."""
        if self.system.flag("constant_CWT"):
            water = np.full(HOURS, self.system.number("CWT", "degF"))
        elif self.parity:
            # The peer takes whether the flow varies, 0 or 1, for the temperature that follows wet bulb.
            water = np.maximum(LEAST, self.wet + float(self.system.flag("variable_cw_flow")))
            water = np.where(water > MOST, np.maximum(MOST, self.wet + 1), water)
        else:
            water = self._condenser_water()
        if not self.system.flag("free_cooling", default=False):
            return water - self.wet
        needed = self.supply - self.system.number("hex_approach", "degF") - (FREE if self.parity else 0.0)
        return np.where(self.free(), needed, water) - self.wet


def _next(size: float, sizes: tuple[float, ...], most: float | None) -> float:
    """The next larger of standard sizes; a size that is one stays, as does one beyond them unless `most`."""
    for low, high in pairwise(sizes):
        if low < size < high:
            return high
    return size if most is None else most


def _fan_size(tower: Inputs, tons: float, fans: float) -> float:
    by = tower.text("sized_by").lower()
    if by.startswith("fan"):
        return tower.number("fan_hp", "hp")
    if not by.startswith("ton"):
        raise NotUnderstood(f"a tower sized by {by!r}")
    form = tower.text("fan").lower()
    if not form.startswith(("axial", "centrifugal")):
        raise NotUnderstood(f"a fan {form!r}")
    each = FAN_PER_TON * tons / max(fans, 1) * (2 if form.startswith("centrifugal") else 1)
    return _next(each, FAN_SIZES, FAN_SIZES[-1])


def _results(year: Year) -> dict[str, Any]:
    """Every result by its key: `ch2_energy`, `ch2_energy_at_100`, and without `ch1_` for the first chiller."""
    found: dict[str, Any] = {}
    for at in range(len(year.chillers)):
        for name, values in year.bins(at).items():
            keyed = {name: values} | {f"{name}_at_{10 * level}": float(one) for level, one in enumerate(values)}
            found |= {f"ch{at + 1}_{key}": value for key, value in keyed.items()}
            found |= keyed if at == 0 else {}
    if "pump" in year.system:
        found["pump_energy"] = year.pumps()
    if "tower" in year.system:
        found |= {f"tower_{key}": value for key, value in year.tower().items()}
    return found


def process(given: Inputs) -> Result:
    """A year of a system."""
    own = Result(_results(Year(given, parity=False)))
    return own.depart("process-cooling-hours", **_results(Year(given, parity=True)))


KINDS: tuple[Kind, ...] = (kind("process cooling", process, needs="weather operation chillers system", gives=""),)
