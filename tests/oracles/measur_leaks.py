"""Leaks, less air and less pressure: the product's functions on the peer's inputs.

The peer's own constants stand here: 0.0273 for pi / 4 x 60 / 1728, 53.34 ft lbf/(lb R), 32.2 ft/s2, 0.283 and
0.395 / 1.395.
"""

import numpy as np

from tests.oracles.measur_case import CUBIC_FOOT, FAHRENHEIT, INCH, PSI, Inputs, Kind, NotUnderstood, Result, kind
from wattstone.equipment.air import leak, nozzle
from wattstone.equipment.air import pressure as pressures

BAG = 0.0273 / (np.pi / 4 * 60 / 1728)
GAS = 53.34
GRAVITY = 32.2
POUND = 0.45359237  # kg
STANDARD_DENSITY = 0.075  # lb/ft3, of the scfm
EXPONENT = 0.283
POLYTROPIC = 0.395 / 1.395
RATED_ATMOSPHERE = 14.7  # psia
DENSITY = CUBIC_FOOT / POUND  # lb/ft3 in a kg/m3


def _bag(given: Inputs, prefix: str) -> float:
    seconds = given.number("bag_fill_time" if prefix == "of" else "fill_time", "s")
    wide, high = given.number("bag_diameter", "in") * INCH, given.number("bag_height", "in") * INCH
    return float(leak.bag(wide, high, seconds)) / CUBIC_FOOT


def _yearly(flow: float, hours: float, units: float = 1.0) -> float:
    """Cubic feet of a year."""
    return float(leak.consumption(flow * CUBIC_FOOT, hours)) * units / CUBIC_FOOT


def bag(given: Inputs) -> Result:
    """A bag held to a leak."""
    flow = _bag(given, "of") * BAG
    hours, units = given.number("operating_time", "h"), given.number("units", default=1.0)
    return Result({"flow_rate": flow, "annual_consumption": _yearly(flow, hours, units) / 1000})


def estimate(given: Inputs) -> Result:
    """A leak that is estimated."""
    flow = given.number("leak_rate", "scfm", "cfm")
    return Result({"annual_consumption": _yearly(flow, given.number("operating_time", "h")) / 1000})


def _heard(given: Inputs) -> float:
    flows = [given.number(key, "scfm", "cfm") * CUBIC_FOOT for key in ("first_flow_A", "second_flow_A")]
    louder = [given.number(key, "scfm", "cfm") * CUBIC_FOOT for key in ("first_flow_B", "second_flow_B")]
    found = leak.by_sound(
        given.number("line_pressure", "psig", "psi") * PSI,
        given.number("decibels", "dB"),
        pressures=(given.number("pressure_A", "psig", "psi") * PSI, given.number("pressure_B", "psig", "psi") * PSI),
        levels=(given.number("decibel_rating_A", "dB"), given.number("decibel_rating_B", "dB")),
        flows=((flows[0], flows[1]), (louder[0], louder[1])),
    )
    return float(found) / CUBIC_FOOT


def decibels(given: Inputs) -> Result:
    """A leak that is heard."""
    flow = _heard(given)
    yearly = _yearly(flow, given.number("operating_time", "h")) / 1000
    return Result({"leak_rate": flow, "annual_consumption": yearly})


def _hole(given: Inputs) -> tuple[float, dict[str, float], float]:
    """Mass of all holes [lb/min] with what is known within, and the free air of one hole [scfm]."""
    degrees = (given.number("air_temp", "degF") - 32) / 1.8
    outside = given.number("atmospheric_pressure", "psia", "psi") * PSI
    line = given.number("supply_pressure", "psig", "psi") * PSI
    wide, coefficient = given.number("diameter", "in") * INCH, given.number("discharge_coefficient")
    mass = leak.nozzle_mass(wide, line, temperature=degrees, coefficient=coefficient, atmosphere=outside)
    rest = leak.density(line + outside, degrees)
    free = leak.orifice(wide, line, temperature=degrees, coefficient=coefficient, atmosphere=outside) * leak.density(
        1, 20
    )
    known = {
        "standard_density": STANDARD_DENSITY,
        "sonic_density": float(leak.sonic_density(rest)) * DENSITY,
        "leak_velocity": float(leak.sonic_speed(degrees)) / 0.3048,
        "leak_rate_mass": float(mass) * 60 / POUND,
    }
    return given.number("orifices"), known, float(free) / POUND / STANDARD_DENSITY


def _peers_hole(given: Inputs, *, rankine: float, whole: bool) -> dict[str, float]:
    """The peer's choked flow: `whole` wraps the density in the exponent, as its first form does."""
    outside = given.number("atmospheric_pressure")
    line = outside + given.number("supply_pressure")
    density = 144 / (GAS * rankine) * line
    sonic = (density * (2 / 2.4)) ** 2.5 if whole else density * (2 / 2.4) ** 2.5
    fast = np.sqrt(2.8 / 2.4 * GAS * rankine * GRAVITY)
    opening = given.number("diameter") ** 2 * np.pi / (4 * 144)
    mass = sonic * opening * fast * 60 * given.number("discharge_coefficient")
    counted = density if whole else 144 / (GAS * rankine) * outside
    return {
        "standard_density": density,
        "sonic_density": sonic,
        "leak_velocity": fast,
        "leak_rate_mass": mass,
        "leak_rate_volume": mass / counted,
    }


def orifice(given: Inputs) -> Result:
    """A leak by the size of its hole."""
    holes, known, free = _hole(given)
    hours = given.number("operating_time", "h")
    values = known | {"leak_rate_volume": free, "leak_rate_total": free * holes}
    values["annual_consumption"] = _yearly(free * holes, hours) / 1000
    peer = _peers_hole(given, rankine=given.number("air_temp"), whole=True)
    total = peer["leak_rate_volume"] * holes
    peer |= {"leak_rate_total": total, "annual_consumption": hours * total * 60 / 1000}
    return Result(values).depart("orifice-exponent", **peer)


def _paid(given: Inputs, air: float, price: str, energy: str, cost: str) -> Result:
    """Electricity and cost of air [ft3], and the electricity that the peer has, which ignores the control."""
    utility = given.text("utility", default="electricity" if "compressor_specific_power" in given else "compressed air")
    if utility not in {"electricity", "compressed air"}:
        raise NotUnderstood(f"utility {utility!r}")
    tariff = given.number(price, "$")
    if utility == "compressed air":
        return Result({energy: 0.0, cost: air * tariff})
    specific = given.number("compressor_specific_power", "kW/cfm", "kW/acfm", "kW/scfm")
    adjustment = given.number("operating_fraction_or_control_arg", default=1.0)
    cubic, each = air * CUBIC_FOOT, specific / CUBIC_FOOT
    taken = float(leak.energy(cubic, each, adjustment=adjustment))
    peer = float(leak.energy(cubic, each))
    result = Result({energy: taken, cost: taken * tariff})
    return result.depart("control-adjustment", **{energy: peer, cost: peer * tariff})


def survey(given: Inputs) -> Result:
    """A leak of a survey, by its method."""
    methods = {"estimate": _estimated, "bag": _bagged, "decibels": _sounded, "decibel": _sounded, "orifice": _bored}
    method = given.text("method")
    if method not in methods:
        raise NotUnderstood(f"method {method!r}")
    hours, units = given.number("hours_per_year", "h"), given.number("units", default=1.0)
    own, peer = methods[method](given)
    result = _survey(given, own * units, hours)
    if peer is not None:
        wrong = _survey(given, peer * units, hours)
        wrong.values |= {key: one.value for key, one in wrong.parity.items()}
        result.depart("orifice-standard-density", **wrong.values)
    return result


def _survey(given: Inputs, flow: float, hours: float) -> Result:
    yearly = _yearly(flow, hours)
    price = "electricity_price" if "electricity_price" in given else "price"
    result = _paid(given, yearly, price, "annual_electricity", "annual_cost")
    result.values |= {"total_flow": flow, "annual_flow": yearly}
    return result


def _estimated(given: Inputs) -> tuple[float, float | None]:
    return given.number("leak_rate", "scfm", "cfm"), None


def _bagged(given: Inputs) -> tuple[float, float | None]:
    return _bag(given, "survey"), None


def _sounded(given: Inputs) -> tuple[float, float | None]:
    return _heard(given), None


def _bored(given: Inputs) -> tuple[float, float | None]:
    holes, _, free = _hole(given)
    peer = _peers_hole(given, rankine=given.number("air_temp") + FAHRENHEIT, whole=False)
    return free * holes, peer["leak_rate_volume"] * holes


def metered(given: Inputs) -> Result:
    """Air by a flow meter."""
    flow = given.number("meter_reading", "scfm", "cfm", "acfm")
    return _reduced(given, flow, flow, given.number("units", default=1.0))


def bagged(given: Inputs) -> Result:
    """Air by a bag."""
    flow = _bag(given, "survey")
    return _reduced(given, flow, flow, given.number("units", default=1.0))


def blown(given: Inputs) -> Result:
    """Air of nozzles."""
    known = nozzle.nozzles()
    which, count = given.number("nozzle_type"), given.number("nozzles")
    if which != int(which) or not 0 <= which <= len(known) or count != int(count):
        raise NotUnderstood(f"nozzle {which:g}")
    pressure = given.number("supply_pressure", "psig", "psi") * PSI
    # The peer's list holds its last kind twice.
    one = known[min(int(which), len(known) - 1)]
    flow = float(nozzle.flow(one, pressure, count=int(count))) / CUBIC_FOOT
    result = _reduced(given, flow, flow, 1.0)
    result.values["single_nozzle_flow"] = flow / count if count else 0.0
    return result


def other(given: Inputs) -> Result:
    """Air that is known."""
    yearly = given.number("consumption", "scf", "cf", "ft3")
    result = _paid(given, yearly, "price", "energy", "cost")
    result.values["consumption"] = yearly
    return result


def _reduced(given: Inputs, flow: float, each: float, units: float) -> Result:
    yearly = _yearly(each, given.number("hours", "h"), units)
    result = _paid(given, yearly, "price", "energy", "cost")
    result.values |= {"flow": flow, "consumption": yearly}
    return result


def pressure(given: Inputs) -> Result:
    """Energy of compressors at another pressure."""
    drawn = sum(given.numbers("compressor_power", "kW"))
    if not given.flag("is_baseline"):
        if not {"proposed_pressure", "rated_pressure", "atmospheric_pressure"} <= set(given.raw):
            raise NotUnderstood("no pressures of a modification")
        drawn *= float(
            pressures.pressure_factor(
                given.number("proposed_pressure", "psig", "psi") * PSI,
                rated=given.number("rated_pressure", "psig", "psi") * PSI,
                exponent=POLYTROPIC,
                absolute=given.number("atmospheric_pressure", "psia", "psi") * PSI,
                rated_absolute=RATED_ATMOSPHERE * PSI,
            )
        )
    energy = drawn * given.number("hours", "h")
    return Result({"energy": energy, "cost": energy * given.number("electricity_price", "$")})


def _atmospheres(given: Inputs) -> dict[str, float]:
    return {
        "absolute": given.number("p_alt_psia", default=14.69) * PSI,
        "rated_absolute": given.number("p_atm_psia", default=14.69) * PSI,
    }


def _at(given: Inputs, new: float) -> dict[str, float]:
    """Full-load power and use at another pressure [psig]."""
    air, now = _atmospheres(given), given.number("p_full_load_psig") * PSI
    power = given.number("kW_full_load") * pressures.pressure_factor(new * PSI, rated=now, exponent=EXPONENT, **air)
    use = pressures.flow_at_pressure(given.number("C_usage_acfm") * CUBIC_FOOT, new * PSI, rated=now, **air)
    flow = float(use) / CUBIC_FOOT
    return {"power": float(power), "use": flow, "share": flow / given.number("C_full_load_acfm")}


def cascade(given: Inputs) -> Result:
    """Another set-point of a cascade."""
    got = _at(given, given.number("p_full_load_adjusted_psig"))
    return Result({"kW_fl_adj": got["power"], "C_usage_adj": got["use"], "PerC_adj": got["share"]})


def lower_pressure(given: Inputs) -> Result:
    """Less pressure of a system."""
    new = given.number("p_full_load_psig") - given.number("pressure_reduction_psi")
    got = _at(given, new)
    values = {"P_fl_rpred": new, "kW_fl_rpadj": got["power"], "C_usage_rpred": got["use"], "PerC_rpred": got["share"]}
    return Result(values)


def _adjusted(given: Inputs, discharge: str) -> float:
    rated = given.number("p_full_load_rated_psig") * PSI
    ratio = pressures.pressure_factor(
        given.number(discharge) * PSI, rated=rated, exponent=EXPONENT, **_atmospheres(given)
    )
    return float(given.number("kW_full_load_rated") * ratio)


def adjusted(given: Inputs) -> Result:
    """Power at another pressure."""
    return Result({"kW": _adjusted(given, "p_discharge_psig")})


def pressure_saving(given: Inputs) -> Result:
    """What less pressure saves."""
    less = _adjusted(given, "discharge_p_baseline_psig") - _adjusted(given, "discharge_p_mod_psig")
    yearly = less * given.number("hours_per_year", "h")
    cost = yearly * given.number("price_$_per_kWh")
    return Result({"kW_savings": less, "kWh_savings": yearly, "cost_savings": cost})


def fewer_leaks(given: Inputs) -> Result:
    """Leaks repaired."""
    use, leaks = given.number("C_usage_acfm") * CUBIC_FOOT, given.number("leak_acfm") * CUBIC_FOOT
    share = given.number("leak_reduction_fraction")
    after = float(leak.after_repair(use, leaks, share)) / CUBIC_FOOT
    less = given.number("C_usage_acfm") - after
    return Result({"C_lkred": less, "C_usage_lkred": after, "PerC_lkred": after / given.number("C_full_load_acfm")})


def less_use(given: Inputs) -> Result:
    """End uses that take less."""
    less = given.number("avg_airflow_reduction_acfm")
    after = float(leak.after_repair(given.number("C_usage_acfm"), less, 1.0))
    return Result({"C_af_red": after, "CPer_af_red": after / given.number("C_full_load_acfm")})


_PAID = "price"
_ELECTRIC = "compressor_specific_power operating_fraction_or_control_arg utility units"
_SAVES = "consumption flow energy cost"
_SOUND = "line_pressure decibels decibel_rating_A pressure_A first_flow_A second_flow_A decibel_rating_B pressure_B "
_SOUND += "first_flow_B second_flow_B"
_HOLE = "air_temp atmospheric_pressure discharge_coefficient diameter supply_pressure orifices"
_MACHINE = "p_alt_psia p_atm_psia"

KINDS: tuple[Kind, ...] = (
    kind(
        "leak by a bag",
        bag,
        needs="operating_time bag_fill_time bag_height bag_diameter",
        may="units",
        gives="flow_rate annual_consumption",
    ),
    kind("leak estimated", estimate, needs="operating_time leak_rate", gives="annual_consumption"),
    kind("leak heard", decibels, needs=f"operating_time {_SOUND}", gives="leak_rate annual_consumption"),
    kind(
        "leak by its hole",
        orifice,
        needs=f"operating_time {_HOLE}",
        gives="annual_consumption leak_rate_mass leak_rate_total leak_rate_volume leak_velocity sonic_density "
        "standard_density",
    ),
    kind(
        "leak survey",
        survey,
        needs="hours_per_year method",
        may=f"{_ELECTRIC} electricity_price price leak_rate bag_height bag_diameter fill_time {_SOUND} {_HOLE}",
        gives="annual_electricity annual_cost total_flow annual_flow",
    ),
    kind("air by a meter", metered, needs=f"hours meter_reading {_PAID}", may=_ELECTRIC, gives=_SAVES),
    kind(
        "air by a bag",
        bagged,
        needs=f"hours bag_height bag_diameter fill_time {_PAID}",
        may=_ELECTRIC,
        gives=_SAVES,
    ),
    kind(
        "air of nozzles",
        blown,
        needs=f"hours nozzle_type nozzles supply_pressure {_PAID}",
        may=_ELECTRIC,
        gives=f"{_SAVES} single_nozzle_flow",
    ),
    kind("air known", other, needs=f"consumption {_PAID}", may=f"{_ELECTRIC} hours", gives="consumption energy cost"),
    kind(
        "pressure of compressors",
        pressure,
        needs="hours electricity_price compressor_power is_baseline",
        may="pressure baseline_pressure proposed_pressure rated_pressure atmospheric_pressure",
        gives="energy cost",
    ),
    kind(
        "set-point of a cascade",
        cascade,
        needs="C_full_load_acfm C_usage_acfm p_full_load_psig kW_full_load p_full_load_adjusted_psig",
        may=_MACHINE,
        gives="kW_fl_adj C_usage_adj PerC_adj",
    ),
    kind(
        "less pressure",
        lower_pressure,
        needs="C_full_load_acfm C_usage_acfm p_full_load_psig kW_full_load pressure_reduction_psi",
        may=_MACHINE,
        gives="P_fl_rpred kW_fl_rpadj C_usage_rpred PerC_rpred",
    ),
    kind(
        "saving of less pressure",
        pressure_saving,
        needs="hours_per_year price_$_per_kWh kW_full_load_rated p_full_load_rated_psig discharge_p_baseline_psig "
        "discharge_p_mod_psig",
        may=_MACHINE,
        gives="kW_savings kWh_savings cost_savings",
    ),
    kind(
        "power at a pressure",
        adjusted,
        needs="kW_full_load_rated p_full_load_rated_psig p_discharge_psig",
        may=_MACHINE,
        gives="kW",
    ),
    kind(
        "fewer leaks",
        fewer_leaks,
        needs="C_full_load_acfm C_usage_acfm leak_acfm leak_reduction_fraction",
        gives="C_lkred C_usage_lkred PerC_lkred",
    ),
    kind(
        "less use",
        less_use,
        needs="C_full_load_acfm C_usage_acfm avg_airflow_reduction_acfm",
        gives="C_af_red CPer_af_red",
    ),
)
