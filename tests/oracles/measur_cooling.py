"""Chillers and cooling towers: the product's functions on the peer's inputs.

The peer's own constants stand here: 0.041667 ton per gpm degF, 1000 Btu/lb, 500 lb/h per gpm, 15 000 Btu/h per ton over
3413.
"""

from collections.abc import Callable

from tests.oracles.measur_case import TON, Inputs, Kind, NotUnderstood, Result, kind
from wattstone.equipment.plant import basin, doe2, tower_fan, water

GALLON = 3.785411784e-3  # m3
LOAD = 0.041667  # ton per gpm and degF
BTU = 1.05505585262  # kJ
BTU_PER_POUND = 2.326  # kJ/kg
EVAPORATES_PER_DEGREE = 0.01 / 10  # of the water that is cooled by a degF: 1000 Btu/lb
POUNDS_OF_GALLON = 500 / 60  # lb/gal
POUND = 0.45359237
REJECTED = 4.394960445356  # kW per ton: 15 000 Btu/h over 3413 Btu/kWh
MILE_PER_HOUR = 0.44704  # m/s
HORSE_POWER = 0.746  # kW
LEAST_LOAD = 0.1

DRIVES: dict[str, doe2.Drive] = {"no vfd": "constant", "vfd": "variable", "magnetic bearing": "magnetic"}
FANS = {
    "one-speed": tower_fan.FanControl.ONE_SPEED,
    "two-speed": tower_fan.FanControl.TWO_SPEED,
    "variable-speed": tower_fan.FanControl.VARIABLE_SPEED,
    "variable": tower_fan.FanControl.VARIABLE_SPEED,
    "vfd": tower_fan.FanControl.VARIABLE_SPEED,
    "one": tower_fan.FanControl.ONE_SPEED,
    "two": tower_fan.FanControl.TWO_SPEED,
}


def celsius(fahrenheit: float) -> float:
    """A temperature in degC."""
    return (fahrenheit - 32) / 1.8


def _chiller(given: Inputs) -> doe2.Doe2Chiller:
    form, cooled, drive = (given.text(key).lower() for key in ("chiller", "condenser", "compressor"))
    if drive not in DRIVES or form not in {"centrifugal", "screw"} or cooled not in {"water", "air"}:
        raise NotUnderstood(f"{form} {cooled} {drive}")
    try:
        curves = doe2.curves(form, cooled, DRIVES[drive])  # type: ignore[arg-type]
    except KeyError as unknown:
        raise NotUnderstood(str(unknown)) from None
    capacity = given.number("ari_capacity", "ton") / given.number("max_capacity_ratio", default=1.0)
    ratio = given.number("ari_efficiency", "kW/ton") / TON
    return doe2.Doe2Chiller(name="case", capacity=capacity * TON, ratio=ratio, curves=curves)


def _ran(chiller: doe2.Doe2Chiller, load: float, supply: float, entering: float) -> tuple[float, float]:
    """Capacity [ton] and power [kW] at a load [ton] and temperatures [degF]."""
    at = {"supply": celsius(supply), "entering": celsius(entering)}
    return float(doe2.available(chiller, **at)) / TON, float(doe2.power(chiller, load * TON, **at))


def _squared(chiller: doe2.Doe2Chiller, load: float, supply: float, entering: float) -> tuple[float, float]:
    """The same as the peer has it: the polynomial of capacity squared, any load allowed."""
    curves, rated = chiller.curves, chiller.capacity / TON

    def surface(c: tuple[float, ...], x: float, y: float) -> float:
        return c[0] + c[1] * x + c[2] * x * x + c[3] * y + c[4] * y * y + c[5] * x * y

    capacity = surface(curves.capacity, supply, entering) ** 2 * rated
    part = max(load / capacity, LEAST_LOAD)
    shape = surface(curves.part_load, part, entering - supply) * surface(curves.ratio, supply, entering)
    return capacity, capacity * chiller.ratio * TON * shape


def chiller_efficiency(given: Inputs) -> Result:
    """A chiller before and after a reset of its temperatures."""
    chiller = _chiller(given)
    load = given.number("chw_flow", "gpm") * given.number("chw_delta_T", "degF") * LOAD
    hours = given.number("operating_hours", "h")
    values: dict[str, float] = {}
    peers: dict[str, float] = {}
    for found, run in ((values, _ran), (peers, _squared)):
        for when in ("baseline", "mod"):
            supply = given.number(f"{when}_chw_supply", "degF")
            capacity, power = run(chiller, load, supply, given.number(f"{when}_cond_entering", "degF"))
            found |= {f"{when}_capacity": capacity, f"{when}_power": power, f"{when}_energy": power * hours}
            found[f"{when}_efficiency"] = power / capacity
        found["savings_energy"] = found["baseline_energy"] - found["mod_energy"]
    return Result(values).depart("chiller-capacity-squared", **peers)


def staging(given: Inputs) -> Result:
    """Chillers of one kind, loaded one way and another."""
    chiller, hours = _chiller(given), given.number("operating_hours", "h")
    supply, entering = given.number("chw_supply", "degF"), given.number("cond_entering", "degF")
    before, after = given.numbers("baseline_loads", "ton"), given.numbers("mod_loads", "ton")
    if len(before) != len(after):
        raise NotUnderstood("loads of another number of chillers")
    values, peers = (
        _staged(
            before, after, hours, lambda load, run=run: run(chiller, load, supply, entering)[1] if load > 0 else 0.0
        )
        for run in (_ran, _squared)
    )
    return Result(values).depart("chiller-capacity-squared", **peers)


def _staged(
    before: list[float], after: list[float], hours: float, power: Callable[[float], float]
) -> dict[str, object]:
    each, later = [power(load) for load in before], [power(load) for load in after]
    values = {"baseline_power_each": each, "mod_power_each": later}
    totals = {"baseline_total": sum(each), "mod_total": sum(later)}
    energy = {"baseline_energy": sum(each) * hours, "mod_energy": sum(later) * hours}
    return values | totals | energy | {"savings": (sum(each) - sum(later)) * hours}


def makeup(given: Inputs) -> Result:
    """Water of a tower."""
    flow = given.number("flow", "gpm") * GALLON * 60
    heat = given.number("cooling_load", "MMBtu") * 1e6 * BTU / 3600
    gone = water.evaporation(
        heat,
        share=given.number("loss_correction"),
        latent=BTU_PER_POUND / EVAPORATES_PER_DEGREE,
        density=POUNDS_OF_GALLON * POUND / GALLON,
    )
    values = {}
    for when in ("baseline", "mod"):
        cycles, share = given.number(f"{when}_cycles"), given.number(f"{when}_drift")
        # The peer's bleed follows evaporation alone.
        lost = water.makeup(gone, drift=water.drift(flow, share), blowdown=water.blowdown(gone, cycles))
        values[f"{when}_water"] = float(lost) / GALLON * given.number("hours", "h")
    return Result(values | {"savings": values["baseline_water"] - values["mod_water"]})


def basin_heater(given: Inputs) -> Result:
    """Heater of a basin."""
    lost = given.number("rated_capacity", "ton") * REJECTED * given.number("panel_loss_ratio")
    rated, still, blow = (given.number(f"rated_{key}") for key in ("setpoint", "dry_bulb", "wind"))
    air, wind = given.number("operating_dry_bulb", "degF"), given.number("operating_wind", "mph")
    known = basin.Basin(loss=lost, set_point=celsius(rated), dry_bulb=celsius(still), wind=blow * MILE_PER_HOUR)
    values, peers, hours = {}, {}, given.number("hours", "h")
    for when in ("baseline", "mod"):
        point = given.number(f"{when}_setpoint", "degF")
        values[f"{when}_power"] = float(
            basin.heater_power(known, set_point=celsius(point), dry_bulb=celsius(air), wind=wind * MILE_PER_HOUR)
        )
        # The peer takes the film's temperature in degF.
        above, film = (point - air) / (rated - still), (point + air) / (rated + still)
        blown = (1.277 * wind + 1) / (1.277 * blow + 1)
        warm = lost * above * abs(film) ** -0.181 * above**0.266 * blown**0.5 if point > air and film > 0 else 0.0
        peers[f"{when}_power"] = warm
    for found in (values, peers):
        found |= {f"{when}_energy": found[f"{when}_power"] * hours for when in ("baseline", "mod")}
        found["savings"] = found["baseline_energy"] - found["mod_energy"]
    return Result(values).depart("basin-film-temperature", **peers)


def fan(given: Inputs) -> Result:
    """Fan of a tower by its control."""
    rated = given.number("rated_fan_power", "hp")
    air = float(
        tower_fan.air_share(
            entering=celsius(given.number("water_entering", "degF")),
            leaving=celsius(given.number("water_leaving", "degF")),
            wet_bulb=celsius(given.number("wet_bulb", "degF")),
        )
    )
    hours, standby = given.number("hours", "h"), float(tower_fan.curve_power(0.0))
    values, peers = {}, {}
    for when in ("baseline", "mod"):
        control = FANS.get(given.text(f"{when}_control").lower().replace(" ", "-"))
        if control is None:
            raise NotUnderstood(f"control {given.text(f'{when}_control')!r}")
        # What stands still draws the curve's 1 % with the peer.
        values[f"{when}_power"] = rated * float(tower_fan.fan_power(air, control, standby=standby))
        peers[f"{when}_power"] = rated * _endless(air, control)
    for found in (values, peers):
        found |= {f"{when}_energy": found[f"{when}_power"] * HORSE_POWER * hours for when in ("baseline", "mod")}
        found["savings"] = found["baseline_energy"] - found["mod_energy"]
    return Result(values).depart("fan-above-full-speed", **peers)


def _endless(air: float, control: tower_fan.FanControl) -> float:
    """The peer's power, which goes on above full speed."""
    off, half, full = (float(tower_fan.curve_power(speed)) for speed in (0.0, 0.5, 1.0))
    if control is tower_fan.FanControl.VARIABLE_SPEED:
        return float(tower_fan.curve_power(air))
    if control is tower_fan.FanControl.ONE_SPEED:
        return full * air + off * (1 - air)
    low, high = 2 * air, 2 * air - 1
    return half * low + off * (1 - low) if air < 0.5 else full * high + half * (1 - high)


_CHILLER = "chiller condenser compressor ari_capacity ari_efficiency operating_hours"
KINDS: tuple[Kind, ...] = (
    kind(
        "chiller efficiency",
        chiller_efficiency,
        needs=f"{_CHILLER} chw_flow chw_delta_T baseline_chw_supply baseline_cond_entering mod_chw_supply "
        "mod_cond_entering",
        may="max_capacity_ratio",
        gives="baseline_efficiency baseline_capacity baseline_power baseline_energy mod_efficiency mod_capacity "
        "mod_power mod_energy savings_energy",
    ),
    kind(
        "chiller staging",
        staging,
        needs=f"{_CHILLER} chw_supply cond_entering baseline_loads mod_loads",
        may="max_capacity_ratio",
        gives="baseline_power_each mod_power_each baseline_total mod_total baseline_energy mod_energy savings",
    ),
    kind(
        "make-up water",
        makeup,
        needs="flow cooling_load hours loss_correction baseline_cycles baseline_drift mod_cycles mod_drift",
        gives="baseline_water mod_water savings",
    ),
    kind(
        "basin heater",
        basin_heater,
        needs="rated_capacity rated_setpoint rated_dry_bulb rated_wind operating_dry_bulb operating_wind hours "
        "baseline_setpoint mod_setpoint panel_loss_ratio",
        gives="baseline_power mod_power baseline_energy mod_energy savings",
    ),
    kind(
        "tower fan",
        fan,
        needs="rated_fan_power water_leaving water_entering wet_bulb hours baseline_control mod_control",
        gives="baseline_power baseline_energy mod_power mod_energy savings",
    ),
)
