"""Receivers, pipes, cylinders, valves and the cost of running: the product's functions on the peer's inputs.

The peer's own constants stand here, in the conversion of units: 7.48 gal/ft3, 14.7 psia, 0.785 for pi / 4, 0.746 kW/hp,
its table of pipes, and what its valve passes per Cv.
"""

import numpy as np

from tests.oracles.measur_case import CUBIC_FOOT, FOOT, INCH, PSI, Inputs, Kind, NotUnderstood, Result, kind
from wattstone.equipment.air import cost, pipe, pneumatic, receiver

GALLONS = 7.48  # in a cubic foot, as the peer rounds it
GALLONS_OF_SYSTEM = 7.480515625  # and where it adds up a system
ATMOSPHERE = 14.7  # psia
ROUND = 0.785 / (np.pi / 4)  # the peer's circle over the true one
HORSE_POWER = 0.746  # kW
PER_CV = 0.6875  # scfm per psi of sqrt(p1^2 - p2^2)

# Flow area [in2] and volume of a foot [ft3] of a pipe by its nominal size, as the peer has them.
PIPES = {
    "1/2": (0.3, 0.0021),
    "3/4": (0.53, 0.0037),
    "1": (0.86, 0.006),
    "1-1/4": (1.5, 0.0104),
    "1-1/2": (2.04, 0.0141),
    "2": (3.36, 0.0233),
    "2-1/2": (4.79, 0.0333),
    "3": (7.39, 0.0513),
    "3-1/2": (9.89, 0.0687),
    "4": (12.73, 0.0884),
    "5": (20.0, 0.1389),
    "6": (28.89, 0.2006),
    "8": (50.02, 0.3442),
    "10": (78.85, 0.5476),
    "12": (111.9, 0.7763),
    "14": (135.3, 0.9354),
    "16": (176.7, 1.223),
    "18": (224.0, 1.555),
    "20": (278.0, 1.926),
    "24": (402.1, 2.793),
}
AREAS = {size: area for size, (area, _) in PIPES.items()}
VOLUMES = {size: volume for size, (_, volume) in PIPES.items()}


def cylinder(given: Inputs) -> Result:
    """A pneumatic cylinder."""
    acting = given.text("piston_type")
    if acting not in {"single", "double"} or (acting == "double") != ("rod_diameter" in given):
        raise NotUnderstood(f"piston type {acting!r}")
    rod = given.number("rod_diameter", "in") * INCH if acting == "double" else None
    swept = pneumatic.displacement(
        given.number("cylinder_diameter", "in") * INCH,
        given.number("cylinder_stroke", "in") * INCH,
        given.number("cycles_per_min", "1/min"),
        rod=rod,
    )
    gauge, air = given.number("air_pressure", "psig", "psi") * PSI, {"free": 14.7 * PSI, "atmosphere": 14.7 * PSI}
    values = {
        "volume_air_intake": swept * ROUND / CUBIC_FOOT,
        "compression_ratio": pneumatic.compression_ratio(gauge, **air),
        "air_requirement": pneumatic.cylinder_air(swept, gauge, **air) * ROUND / CUBIC_FOOT,
    }
    return Result(values)


def usable(given: Inputs) -> Result:
    """Air that a receiver gives."""
    air = receiver.usable_air(
        given.number("tank_size", "gal") / GALLONS * CUBIC_FOOT,
        high=given.number("pressure_in", "psi", "psig") * PSI,
        low=given.number("pressure_out", "psi", "psig") * PSI,
        free=ATMOSPHERE * PSI,
    )
    return Result({"usable_air": air / CUBIC_FOOT})


def _sized(given: Inputs, air: float, drop: float) -> Result:
    free = given.number("atmospheric_pressure", "psia", "psi") * PSI
    volume = receiver.volume(air, drop=drop * PSI, free=free)
    return Result({"receiver_volume": volume / CUBIC_FOOT * GALLONS})


def general(given: Inputs) -> Result:
    """A receiver for an amount of air."""
    air = given.number("air_demand", "ft3", "scf", "cf") * CUBIC_FOOT
    return _sized(given, air, given.number("allowable_pressure_drop", "psi"))


def dedicated(given: Inputs) -> Result:
    """A receiver for an event, with or without a metering valve."""
    air = receiver.air_needed(
        given.number("air_flow", "scfm", "cfm", "acfm") * CUBIC_FOOT,
        given.number("length_of_demand", "min"),
        metered=given.number("metered_flow", "scfm", "cfm", "acfm", default=0.0) * CUBIC_FOOT,
    )
    drop = given.number("initial_pressure", "psi", "psig") - given.number("final_pressure", "psi", "psig")
    return _sized(given, float(air), drop)


def bridging(given: Inputs) -> Result:
    """A receiver that bridges until the compressors notice."""
    late = receiver.bridging(
        given.number("distance_to_compressor_room", "ft") * FOOT, given.number("air_speed", "ft/s") * FOOT
    )
    air = receiver.air_needed(given.number("air_demand", "scfm", "cfm", "acfm") * CUBIC_FOOT, late)
    return _sized(given, float(air), given.number("allowable_pressure_drop", "psi"))


def operating_cost(given: Inputs) -> Result:
    """Cost of running loaded and unloaded."""
    loaded = given.number("loaded_time", "%") / 100
    paid = cost.running_cost(
        given.number("motor_bhp", "bhp", "hp") * HORSE_POWER,
        unloaded_share=given.number("unloaded_bhp_fraction", "%") / 100,
        hours=given.number("annual_hours", "h"),
        loaded_share=loaded,
        efficiency=given.number("motor_eff_loaded", "%") / 100,
        unloaded_efficiency=given.number("motor_eff_unloaded", "%") / 100,
        price=given.number("electricity_price", "$"),
    )
    values = {"cost_loaded": paid.loaded, "cost_unloaded": paid.unloaded, "total_cost": paid.total}
    return Result(values | {"unloaded_time": 100 * (1 - loaded)})


def capacity(given: Inputs) -> Result:
    """What pipes and receivers hold."""
    lengths = given.by_nominal("pipe_lengths", "ft", VOLUMES)
    pipes = sum(float(pipe.volume(long * FOOT, VOLUMES[size] * FOOT**2)) for size, long in lengths.items())
    tanks = sum(given.numbers("receivers", "gal")) / GALLONS_OF_SYSTEM
    total = pipes / CUBIC_FOOT + tanks
    return Result({"total_pipe_volume": pipes / CUBIC_FOOT, "total_receiver_volume": tanks, "total_volume": total})


def air_velocity(given: Inputs) -> Result:
    """Velocity in pipes of every size."""
    atmosphere = given.number("atmospheric_pressure", "psia", "psi") * PSI
    fast = {
        size: pipe.velocity(
            given.number("air_flow", "scfm", "cfm", "acfm") * CUBIC_FOOT,
            area=area * INCH**2,
            pressure=given.number("pipe_pressure", "psig", "psi") * PSI,
            free=atmosphere,
            atmosphere=atmosphere,
        )
        / FOOT
        for size, area in AREAS.items()
    }
    return Result({"velocity": fast})


def sizing(given: Inputs) -> Result:
    """Diameter of a pipe for a velocity."""
    atmosphere = given.number("atmospheric_pressure", "psia", "psi") * PSI
    area = pipe.area_for(
        given.number("air_flow", "scfm", "cfm", "acfm") * CUBIC_FOOT,
        velocity=given.number("design_velocity", "ft/s") * FOOT,
        pressure=given.number("line_pressure", "psig", "psi") * PSI,
        free=atmosphere,
        atmosphere=atmosphere,
    )
    values = {"cross_section": area / INCH**2, "pipe_diameter": pipe.diameter(area) / INCH}
    return Result(values).depart("pipe-circle", pipe_diameter=np.sqrt(area / INCH**2 / 0.78))


def valve(given: Inputs) -> Result:
    """Flow through a valve, or the Cv that passes a flow."""
    inlet = given.number("inlet_pressure", "psia", "psi")
    outlet = given.number("outlet_pressure", "psia", "psi")
    passes = pneumatic.valve_flow(inlet * PSI, outlet * PSI, per_cv=PER_CV * CUBIC_FOOT / PSI) / CUBIC_FOOT
    free = PER_CV * np.sqrt(inlet**2 - outlet**2) if inlet > outlet else np.nan
    if "flow_rate" not in given:
        return Result({"flow_rate": passes}).depart("valve-choked", flow_rate=free)
    flow = given.number("flow_rate", "scfm", "cfm")
    wanted = pneumatic.flow_coefficient(flow * CUBIC_FOOT, inlet * PSI, outlet * PSI, per_cv=PER_CV * CUBIC_FOOT / PSI)
    return Result({"flow_factor_Cv": wanted}).depart("valve-choked", flow_factor_Cv=flow / free)


KINDS: tuple[Kind, ...] = (
    kind(
        "pneumatic cylinder",
        cylinder,
        needs="piston_type cylinder_diameter cylinder_stroke air_pressure cycles_per_min",
        may="rod_diameter",
        gives="volume_air_intake compression_ratio air_requirement",
    ),
    kind("usable air", usable, needs="tank_size pressure_in pressure_out", gives="usable_air"),
    kind(
        "receiver, general",
        general,
        needs="air_demand allowable_pressure_drop atmospheric_pressure",
        gives="receiver_volume",
    ),
    kind(
        "receiver, dedicated or metered",
        dedicated,
        needs="length_of_demand air_flow atmospheric_pressure initial_pressure final_pressure",
        may="metered_flow",
        gives="receiver_volume",
    ),
    kind(
        "receiver, bridging",
        bridging,
        needs="distance_to_compressor_room air_speed atmospheric_pressure air_demand allowable_pressure_drop",
        gives="receiver_volume",
    ),
    kind(
        "operating cost",
        operating_cost,
        needs="motor_bhp unloaded_bhp_fraction annual_hours loaded_time motor_eff_loaded motor_eff_unloaded "
        "electricity_price",
        gives="unloaded_time cost_loaded cost_unloaded total_cost",
    ),
    kind(
        "capacity of a system",
        capacity,
        needs="pipe_lengths receivers",
        gives="total_pipe_volume total_receiver_volume total_volume",
    ),
    kind("velocity", air_velocity, needs="air_flow pipe_pressure atmospheric_pressure", gives="velocity"),
    kind(
        "pipe sizing",
        sizing,
        needs="air_flow line_pressure design_velocity atmospheric_pressure",
        gives="cross_section pipe_diameter",
    ),
    kind("valve flow", valve, needs="inlet_pressure outlet_pressure", gives="flow_rate"),
    kind("valve coefficient", valve, needs="inlet_pressure outlet_pressure flow_rate", gives="flow_factor_Cv"),
)
