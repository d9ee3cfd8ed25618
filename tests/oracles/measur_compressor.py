"""Compressors by their type of control: the product's machines on the peer's inputs.

A flow in acfm at an atmosphere p is p / 1 bar of free air; the peer's other constants are 1.732 for the root of 3 and
0.746 kW/hp.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from tests.oracles.measur_case import CUBIC_FOOT, PSI, Inputs, Kind, NotUnderstood, Result, kind
from tests.oracles.measur_peer import BlownOff, Cycled, Line, Modulated, Peer, Point, Speed, Stopped, Throttled
from wattstone.equipment.air import part_load, performance
from wattstone.equipment.air import pressure as pressures
from wattstone.equipment.air.compressor import Compressor, Control

ROOT_OF_THREE = 1.732
HORSE_POWER = 0.746
NAMES = {"name": "case"}
# What the peer has for a machine that no oil is injected into: blowdown, closing, reload [s].
DRY = (0.003, 0.004, 0.001)
INJECTED = (2.0, 3.0)
SHUT = 0.92  # of an injected screw with load/unload control
THROTTLED = 0.7  # of one that throttles, where nothing is said


@dataclass(frozen=True)
class Machine:
    """The product's machine and the peer's, with what turns acfm into the product's flow."""

    own: Compressor
    peer: Peer
    kw: float
    flow: float
    atmosphere: float = 1.0 / PSI
    storage: float | None = None
    venting: bool = False
    most: float | None = None

    @property
    def unit(self) -> float:
        """Free air [m3/min] in an acfm."""
        return CUBIC_FOOT * self.atmosphere * PSI

    def _with(self) -> dict[str, float]:
        return {} if self.storage is None else {"storage": self.storage * CUBIC_FOOT}

    def power(self, flow: float) -> float:
        """The product's power at a flow [acfm]."""
        held = flow if self.most is None else min(flow, self.most) if flow <= self.flow * (1 + 1e-9) else np.nan
        return float(performance.power(self.own, held * self.unit, **self._with()))

    def flow_at(self, power: float, vented: float | None) -> float:
        """The product's flow [acfm] at a power."""
        if self.venting:
            surge, least = self.own.least_flow or 0.0, (self.own.least_power or 0.0) / self.kw
            if power > self.kw * (1 + 1e-9):
                return np.nan
            left = np.nan if vented is None else vented
            return self.flow * float(part_load.blow_off_flow(power / self.kw, surge=surge, least=least, vented=left))
        return float(performance.flow_at(self.own, power, **self._with())) / self.unit

    def blown(self, flow: float) -> float:
        """What the product's machine vents at a flow [acfm]."""
        return float(performance.vented(self.own, flow * self.unit)) / self.unit


def _asked(given: Inputs, machine: Machine) -> tuple[str, float, float | None]:
    """Whether a power share or a flow share is given, and the flow that is said to be vented."""
    allowed = {"power_fraction", "capacity_fraction", "measured_kW", "measured_acfm", "volts", "amps"}
    if not set(given.raw) <= allowed | {"power_factor_as_given", "blowoff_fraction"}:
        raise NotUnderstood(f"given {sorted(given.raw)}")
    vented = given.number("blowoff_fraction") if "blowoff_fraction" in given else None
    ways = {
        "power_fraction": ("power", 1.0),
        "capacity_fraction": ("flow", 1.0),
        "measured_kW": ("power", machine.kw),
        "measured_acfm": ("flow", machine.flow),
    }
    found = [key for key in ways if key in given]
    if len(found) == 1 and "volts" not in given:
        what, whole = ways[found[0]]
        return what, given.number(found[0]) / whole, vented
    if not found and {"volts", "amps", "power_factor_as_given"} <= set(given.raw):
        kw = given.number("volts") * given.number("amps") * given.number("power_factor_as_given") * ROOT_OF_THREE / 1000
        return "power", kw / machine.kw, vented
    raise NotUnderstood(f"given {sorted(given.raw)}")


def _answer(given: Inputs, machine: Machine) -> Result:
    """The point of a machine, in every form that may be asked for."""
    what, share, vented = _asked(given, machine)
    if what == "power":
        kw = share * machine.kw
        point = (kw, machine.flow_at(kw, vented), share, machine.flow_at(kw, vented) / machine.flow)
        peer = machine.peer.by_power(share)
    else:
        flow = share * machine.flow
        point = (machine.power(flow), flow, machine.power(flow) / machine.kw, share)
        peer = machine.peer.by_flow(share)
    own = Result(_keyed(point)).depart(_departure(what, share, machine), **_keyed(peer))
    if isinstance(machine.peer, BlownOff):
        left = vented if what == "power" and vented is not None and _venting(machine, point) else None
        blown = left * machine.flow if left is not None else machine.blown(point[1])
        theirs = machine.peer.blown(peer[3], by_power=what == "power")
        own.values |= {"C_blow": blown, "blowPer": blown / machine.flow}
        own.depart("blow-off-negative", C_blow=theirs * machine.flow, blowPer=theirs)
    return own


def _venting(machine: Machine, point: Point) -> bool:
    return point[0] <= (machine.own.least_power or 0.0) * (1 + 1e-9)


def _keyed(point: Point) -> dict[str, float]:
    values = dict(zip(("kW_Calc", "C_Calc", "PerkW", "C_Per"), point, strict=True))
    return values | {"power_fraction_pct": 100 * point[2], "capacity_fraction_pct": 100 * point[3]}


def _departure(what: str, share: float, machine: Machine) -> str:
    """What the peer does otherwise at this point, if it does."""
    idle = machine.own.idle_power
    if what == "power" and idle is not None and share * machine.kw < idle:
        return "below-idle"
    if what == "flow" and share >= 1 and isinstance(machine.peer, Cycled):
        return "full-flow"
    if isinstance(machine.peer, Modulated) and share <= 1:
        return "modulation-unload-point" if what == "flow" else "modulation-share"
    if isinstance(machine.peer, Cycled):
        return "cycle-inverse-fit" if what == "power" else "cycle-bounds"
    return "beyond-full-load"


def _corrected(given: Inputs, kw: float, flow: float, form: str) -> tuple[dict[str, float], float, float]:
    """Full load and maximum after what the peer corrects for: the site's height, the inlet and the discharge."""
    if "pressure_inlet_correction" not in given:
        return {}, kw, flow
    said = given.part("pressure_inlet_correction")
    rating, inlet = said.number("p_rated_discharge_psig"), said.number("p_rated_inlet_psia")
    site = said.number("p_atm_psia", default=14.69)
    exponent = said.number("polytropic_exponent")
    shaft = said.number("full_load_bhp") * HORSE_POWER / said.number("motor_efficiency")
    high = (1.0, 1.0)
    if said.flag("altitude_adjust"):
        power, air = pressures.altitude_factors(site * PSI)
        high = float(power), float(air)
    breathes = inlet if form == "screw" else site
    drawn = said.number("capacity_acfm") * CUBIC_FOOT
    plain = Compressor(name="rating", control=Control.MODULATION, flow=drawn, power=shaft, pressure=rating * PSI)
    found: dict[str, float] = {}
    for name, at in (("fl", said.number("p_full_load_psig")), ("max", said.number("p_max_psig"))):
        ratio = pressures.pressure_factor(
            at * PSI,
            rated=rating * PSI,
            absolute=breathes * PSI,
            rated_absolute=inlet * PSI,
            exponent=(exponent - 1) / exponent,
        )
        found[f"kW_{name}_Adjusted"] = high[0] * site / said.number("p_inlet_psia") * shaft * float(ratio)
        found[f"C_{name}_Adjusted"] = high[1] * float(performance.capacity(plain, pressure=at * PSI)) / CUBIC_FOOT
    return found, found["kW_fl_Adjusted"], found["C_fl_Adjusted"]


def _curved(given: Inputs, flow: float, most: float | None) -> tuple[dict[str, float], float, float | None]:
    """Capacities of a centrifugal machine at other discharge pressures, by the curve through three points."""
    if "discharge_pressure_adjustment" not in given:
        return {}, flow, most
    said = given.part("discharge_pressure_adjustment")
    psig, acfm = said.numbers("pressure_psig"), said.numbers("capacity_acfm")
    if len(psig) != len(acfm) or len(psig) != 3:
        raise NotUnderstood("a curve of other than three pressures")
    points = tuple(zip(psig, acfm, strict=True))
    found: dict[str, float] = {}
    if (at := said.number("p_full_load_psig", default=0.0)) > 0:
        flow = found["C_fl_Adjusted"] = float(pressures.capacity_curve(points, at, beyond=True))
    if most is not None and (at := said.number("p_max_psig", default=0.0)) > 0:
        most = found["C_max_Adjusted"] = float(pressures.capacity_curve(points, at, beyond=True))
    return found, flow, most


def _centrifugal(given: Inputs, form: str, kw: float, flow: float) -> tuple[Machine, dict[str, float]]:
    base = Compressor(**NAMES, control=Control.LOAD_UNLOAD, flow=1.0, power=kw, pressure=7.0, kind="centrifugal")
    modulates = "modulation" in form or "C_max_full_flow_acfm" in given
    found, flow, most = _curved(given, flow, given.number("C_max_full_flow_acfm") if modulates else None)
    base = replace(base, flow=flow * CUBIC_FOOT)
    if "blow" in form:
        surge, least = given.number("C_at_blowoff_acfm"), given.number("kW_at_blowoff")
        own = replace(base, control=Control.BLOW_OFF, least_flow=surge / flow, least_power=least)
        said = given.part("given") if "given" in given else Inputs({})
        vented = said.number("blowoff_fraction") if "blowoff_fraction" in said else None
        return Machine(own, BlownOff(kw, flow, least, surge, vented), kw, flow, venting=True), found
    idle = given.number("kW_no_load")
    base = replace(base, idle_power=idle)
    if most is None:
        return Machine(base, Line(kw, flow, idle), kw, flow), found
    bend, unload = given.number("kW_at_unload"), given.number("C_at_unload_acfm")
    own = replace(base, control=Control.GUIDE_VANES, flow=most * CUBIC_FOOT, least_flow=unload / most, least_power=bend)
    return Machine(own, Modulated(kw, flow, idle, most, bend, unload), kw, flow, most=most), found


def by_control(given: Inputs) -> Result:
    """A machine by the type of its control."""
    form = given.text("control_type").lower()
    kw, flow = given.number("kW_full_load"), given.number("C_full_load_acfm")
    if form.startswith("centrifugal"):
        machine, found = _centrifugal(given, form, kw, flow)
    else:
        found, kw, flow = _corrected(given, kw, flow, "reciprocating" if "recip" in form else "screw")
        machine = _displacement(given, form, kw, flow, found.get("kW_max_Adjusted"))
    result = _answer(given.part("given"), machine) if "given" in given else Result({})
    result.values |= {"kW_fl_Adjusted": kw, "C_fl_Adjusted": flow} | found
    return result


def _displacement(given: Inputs, form: str, kw: float, flow: float, most: float | None) -> Machine:
    base = Compressor(**NAMES, control=Control.MODULATION, flow=flow * CUBIC_FOOT, power=kw, pressure=7.0)
    if "start" in form and "stop" in form:
        low, high = given.number("kW_ratio_at_full_load"), given.number("kW_ratio_at_max_pressure")
        own = replace(base, control=Control.START_STOP, power=kw * low, most_pressure=7.0, most_power=kw * high)
        return Machine(own, Stopped(kw, flow, (low + high) / 2), kw, flow)
    if "without unload" in form:
        if "displacement" in form:
            raise NotUnderstood("variable displacement without unloading")
        idle = given.number("kW_no_load")
        own = replace(base, throttled_power=idle / kw, idle_power=idle)
        return Machine(own, Throttled(kw, flow, idle, given.number("kW_full_load")), kw, flow)
    if "load/unload" not in form and "with unload" not in form:
        raise NotUnderstood(f"control {form!r}")
    throttles = "with unload" in form
    control = "LoadUnload" if not throttles else "VariableDisplacementUnload" if "displ" in form else "ModulationUnload"
    if control == "ModulationUnload":
        raise NotUnderstood("modulation with unloading without its unload point")
    made, oil = (given.text(key, default=default) for key, default in _MAKE.items())
    return _cycling(
        control="LoadUnload" if not throttles else control,
        made="Screw" if throttles else made,
        oil="Injected" if throttles else oil,
        kw=kw,
        flow=flow,
        storage=given.number("receiver_ft3"),
        most_kw=given.number("kW_at_max_pressure") if most is None else most,
        cut_in=given.number("p_full_load_psig"),
        most=given.number("p_max_psig"),
        band=given.number("p_modulating_range_psi", default=0.0),
        atmosphere=given.number("p_atm_psia", default=14.7),
        idle=given.number("kW_no_load", default=1.0),
        closed=THROTTLED,
        unload_share=given.number("unload_point_pct", default=100.0) / 100,
        blowdown=DRY[0],
        sump=15.0,
    )


_MAKE = {"arg9_compressor_type": "Reciprocating", "arg10_lubricant": "None"}


def _cycling(
    *,
    control: str,
    made: str,
    oil: str,
    kw: float,
    flow: float,
    storage: float,
    most_kw: float,
    cut_in: float,
    most: float,
    band: float,
    atmosphere: float,
    idle: float,
    closed: float,
    unload_share: float,
    blowdown: float,
    sump: float,
    unload_kw: float | None = None,
    unload_at: float | None = None,
) -> Machine:
    """A machine that unloads, after throttling or at once."""
    controls = {
        "LoadUnload": Control.LOAD_UNLOAD,
        "MultiStepUnloading": Control.LOAD_UNLOAD,
        "ModulationUnload": Control.MODULATION_UNLOAD,
        "VariableDisplacementUnload": Control.VARIABLE_DISPLACEMENT,
    }
    if control not in controls or made not in {"Screw", "Reciprocating"} or oil not in {"Injected", "Free", "None"}:
        raise NotUnderstood(f"{made} {oil} {control}")
    injected = made == "Screw" and oil == "Injected"
    throttles = controls[control] is not Control.LOAD_UNLOAD
    if oil == "Injected" and control == "LoadUnload":
        closed = SHUT
    exponent = 2.0 if control == "VariableDisplacementUnload" else 1.0
    closing, reload = INJECTED if injected else DRY[1:]
    blowdown, sump = (blowdown, sump) if injected else (DRY[0], 15.0)
    line = most_kw * (closed + (1 - closed) * unload_share**exponent)
    knee = line if unload_kw is None else unload_kw
    top = most + (1 - unload_share) * band if unload_at is None else unload_at
    free = atmosphere * PSI
    own = Compressor(
        **NAMES,
        control=controls[control],
        flow=flow * CUBIC_FOOT * free,
        power=kw,
        pressure=cut_in * PSI,
        kind="screw" if made == "Screw" else "reciprocating",
        oil_free=not injected,
        most_pressure=most * PSI,
        most_power=most_kw,
        idle_power=idle,
        throttled_power=closed,
        unload_at=unload_share if throttles else None,
        unload_pressure=top * PSI if throttles else None,
        least_power=knee if throttles else None,
        band=band * PSI if throttles else None,
        blowdown=blowdown,
        reload=reload,
        sump_pressure=sump * PSI,
    )
    peer = Cycled(
        kw=kw,
        flow=flow,
        storage=storage,
        most_kw=most_kw,
        cut_in=cut_in,
        most=most,
        band=band,
        atmosphere=atmosphere,
        idle=idle,
        closed=closed,
        unload=unload_share * flow,
        unload_kw=knee,
        unload_at=top,
        exponent=exponent,
        blowdown=blowdown,
        closing=closing,
        reload=reload,
        sump=sump,
        throttles=throttles,
    )
    return Machine(own, peer, kw, flow, atmosphere=atmosphere, storage=storage)


def airmaster(given: Inputs) -> Result:
    """A machine in the words of AIRMaster+."""
    control, made, oil = given.text("controlType"), given.text("compressorType"), given.text("lubricantType")
    kw, flow = given.number("powerAtFullLoad", "kW"), given.number("capacityAtFullLoad", "acfm")
    base = Compressor(**NAMES, control=Control.MODULATION, flow=flow * CUBIC_FOOT, power=kw, pressure=7.0)
    idle = given.number("powerAtNoLoad", "kW", default=0.0)
    if control == "StartStop":
        low = given.number("powerAtFullLoadPercentage", default=1.0)
        high = given.number("powerMaxPercentage")
        own = replace(base, control=Control.START_STOP, power=kw * low, most_pressure=7.0, most_power=kw * high)
        machine = Machine(own, Stopped(kw, flow, (low + high) / 2), kw, flow)
    elif control == "ModulationWOUnload":
        own = replace(base, throttled_power=idle / kw, idle_power=idle)
        machine = Machine(own, Throttled(kw, flow, idle, kw), kw, flow)
    else:
        machine = _cycling(
            control=control,
            made=made,
            oil=oil,
            kw=kw,
            flow=flow,
            storage=given.number("receiverVolume", "ft3"),
            most_kw=given.number("powerMax", "kW"),
            cut_in=given.number("dischargePsiFullLoad", "psig"),
            most=given.number("dischargePsiMax", "psig"),
            band=given.number("modulatingPsi", "psi", default=0.0),
            atmosphere=given.number("atmosphericPsi", "psia", default=14.7),
            idle=idle,
            closed=given.number("noLoadPowerFM"),
            blowdown=given.number("blowdownTime", "s", default=40.0),
            sump=given.number("unloadSumpPressure", "psig", default=15.0),
            **_unloads(given, control, flow),
        )
    return _answer(given.part("given"), machine)


def _unloads(given: Inputs, control: str, flow: float) -> dict[str, Any]:
    """Where it unloads: by its own point with modulation, else on the line of throttling."""
    share = given.number("unloadPointCapacity", "%", default=100.0) / 100
    if control != "ModulationUnload":
        return {"unload_share": share}
    return {
        "unload_share": given.number("capacityAtUnload", "acfm") / flow,
        "unload_kw": given.number("powerAtUnload", "kW"),
        "unload_at": given.number("pressureAtUnload", "psig"),
    }


def variable_speed(given: Inputs) -> Result:
    """A machine of variable speed."""
    kw, flow, idle = given.number("kW_full_load"), given.number("C_full_load_acfm"), given.number("kW_no_load")
    least = given.number("C_turndown_acfm"), given.number("kW_turndown")
    middle = given.number("C_mid_turndown_acfm"), given.number("kW_mid_turndown")
    own = Compressor(
        **NAMES,
        control=Control.VARIABLE_SPEED,
        flow=flow * CUBIC_FOOT,
        power=kw,
        pressure=7.0,
        idle_power=idle,
        least_flow=least[0] / flow,
        least_power=least[1],
        middle_flow=middle[0] / flow,
        middle_power=middle[1],
    )
    peer = Speed(kw, flow, idle, (least[0] / flow, least[1] / kw), (middle[0] / flow, middle[1] / kw))
    return _answer(given.part("given"), Machine(own, peer, kw, flow))


_POINT = "kW_Calc C_Calc PerkW C_Per"
_ADJUSTED = "kW_fl_Adjusted C_fl_Adjusted kW_max_Adjusted C_max_Adjusted"
KINDS: tuple[Kind, ...] = (
    kind(
        "compressor by its control",
        by_control,
        needs="control_type kW_full_load C_full_load_acfm",
        may="kW_no_load kW_at_blowoff C_at_blowoff_acfm C_max_full_flow_acfm kW_at_unload C_at_unload_acfm "
        "kW_ratio_at_max_pressure kW_ratio_at_full_load receiver_ft3 kW_at_max_pressure p_full_load_psig p_max_psig "
        "p_modulating_range_psi load_factor_unloaded p_atm_psia arg9_compressor_type arg10_lubricant unload_point_pct "
        "given discharge_pressure_adjustment pressure_inlet_correction",
        gives=f"{_POINT} C_blow blowPer {_ADJUSTED}",
    ),
    kind(
        "compressor of AIRMaster+",
        airmaster,
        needs="compressorType lubricantType controlType powerAtFullLoad capacityAtFullLoad given",
        may="description stageType capacityAtMaxFullFlow capacityAtUnload dischargePsiFullLoad dischargePsiMax "
        "modulatingPsi noLoadPowerFM powerAtNoLoad powerAtUnload powerMax powerMaxPercentage powerAtFullLoadPercentage "
        "pressureAtUnload receiverVolume unloadPointCapacity unloadSumpPressure blowdownTime atmosphericPsi",
        gives="power_fraction_pct capacity_fraction_pct kW_Calc C_Calc",
    ),
    kind(
        "variable speed",
        variable_speed,
        needs="kW_full_load C_full_load_acfm kW_no_load C_turndown_acfm kW_turndown C_mid_turndown_acfm "
        "kW_mid_turndown given",
        gives=_POINT,
    ),
)
