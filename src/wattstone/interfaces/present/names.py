"""What figures, kinds and places are called where people read them."""

from typing import cast

from wattstone.interfaces.present.languages import Language, mark, translator
from wattstone.inventory.scope3 import categories
from wattstone.programme.kinds import MODULES, Module

_KINDS = {
    "electricity": mark("electricity"),
    "electricity_export": mark("exported electricity"),
    "solar": mark("solar power"),
    "natural_gas": mark("natural gas"),
    "diesel": mark("diesel"),
    "gas_oil": mark("gas oil"),
    "kerosene": mark("kerosene"),
    "fuel_oil": mark("fuel oil"),
    "petrol": mark("petrol"),
    "lpg": mark("liquefied petroleum gas"),
    "coal": mark("coal"),
    "heat": mark("bought heat"),
    "cooling": mark("bought cooling"),
    "water": mark("water"),
    "compressed_air": mark("compressed air"),
    "steam": mark("steam"),
    "chilled_water": mark("chilled water"),
    "hot_water": mark("hot water"),
    "pv": mark("solar power"),
}

_BURNT = {
    "fuel": mark("fuels in equipment"),
    "vehicle_fuel": mark("fuels in vehicles"),
    "process_gas": mark("process gases"),
    "refrigerant_topup": mark("refrigerants"),
}
"""Sources of emissions that no meter is of."""

_NAMES = {
    "scope1": mark("scope 1: direct emissions"),
    "scope2.location": mark("scope 2: bought energy, location-based"),
    "scope2.location.hourly": mark("scope 2, location-based, by the hour"),
    "scope2.location.annual": mark("scope 2, location-based, by the published factor"),
    "scope2.market": mark("scope 2, market-based"),
    "scope2.unknown": mark("scope 2 of unknown method"),
    "scope3": mark("scope 3: value chain"),
    "total.location": mark("all scopes, location-based"),
    "total.market": mark("all scopes, market-based"),
    "biogenic": mark("biogenic CO2, apart"),
    "avoided": mark("avoided emissions, apart"),
    "outside_kyoto": mark("gases outside the Kyoto Protocol, apart"),
    "intensity.energy": mark("energy use per floor area"),
    "match.annual": mark("electricity covered by contracts, by the year"),
    "match.hourly": mark("electricity covered by contracts, hour by hour"),
    "degree_days.heating": mark("heating degree days"),
    "degree_days.cooling": mark("cooling degree days"),
}

_DENOMINATORS = {
    "": mark("floor area"),
    "floor_area": mark("floor area"),
    "revenue": mark("revenue"),
    "production": mark("production"),
    "employees": mark("employees"),
}

_TOTALS = {
    "scope1": mark("Scope 1"),
    "scope2.location": mark("Scope 2, location-based"),
    "scope2.market": mark("Scope 2, market-based"),
    "scope3": mark("Scope 3"),
    "total.location": mark("Total, location-based"),
    "total.market": mark("Total, market-based"),
    "biogenic": mark("Biogenic CO2"),
    "avoided": mark("Avoided emissions"),
    "outside_kyoto": mark("Gases outside the Kyoto Protocol"),
    "intensity.area": mark("Emissions by floor area"),
    "intensity.revenue": mark("Emissions by revenue"),
    "intensity.product": mark("Emissions by unit made"),
    "intensity.employee": mark("Emissions by employee"),
}
"""What totals are called at the head of a row or a column; `_NAMES` has what they are called within a sentence."""

_TYPES = {
    "office": mark("office"),
    "residential": mark("residential"),
    "industrial": mark("industrial"),
    "laboratory": mark("laboratory"),
    "library": mark("library"),
    "leisure": mark("leisure"),
    "school": mark("school"),
    "warehouse": mark("warehouse"),
    "retail": mark("retail"),
    "hotel": mark("hotel"),
    "hospital": mark("hospital"),
    "university": mark("university"),
}

_FLAGS = {
    "missing_zero": mark("zeros that mean missing"),
    "spike": mark("spikes"),
    "stuck": mark("stuck"),
    "negative": mark("negative"),
    "reset": mark("resets"),
    "future": mark("in the future"),
    "duplicate": mark("duplicates"),
    "estimated": mark("estimated"),
    "long": mark("long intervals"),
}

_CLOCKS = {"utc": mark("as labelled"), "local": mark("looks like local time"), "unclear": mark("unclear")}

_APPROACHES = {
    "operational control": mark("operational control"),
    "financial control": mark("financial control"),
    "equity share": mark("equity share"),
}


def kind_name(kind: str, lang: Language) -> str:
    """What a kind of meter is called; an unknown kind keeps its own name."""
    return translator(lang)(_KINDS[kind]) if kind in _KINDS else kind


def type_name(kind: str | None, lang: Language) -> str:
    """What a type of site is called; an unknown type keeps its own name."""
    t = translator(lang)
    if kind is None:
        return t("not known")
    return t(_TYPES[kind]) if kind in _TYPES else kind


def group_name(group: str, lang: Language) -> str:
    """What a group of peers is called: its type, country and climate, as far as they make it.

    Examples
    --------
    >>> group_name("office, CN, 1000-2000 K d", "en"), group_name("office, CN", "en")
    ('office, CN, heating 1000-2000 K d', 'office, CN')
    """
    t = translator(lang)
    kind, *others = group.split(", ")
    for number, other in enumerate(others):
        low, _, high = other.removesuffix(" K d").partition("-")
        if other.endswith(" K d") and low.isdigit() and high.isdigit():
            others[number] = t("heating {low}-{high} K d", low=low, high=high)
    return ("，" if lang == "zh" else ", ").join([type_name(kind, lang), *others])


def flag_name(flag: str, lang: Language) -> str:
    """What a quality flag is called; an unknown one keeps its own name."""
    return translator(lang)(_FLAGS[flag]) if flag in _FLAGS else flag


def clock_name(verdict: str | None, lang: Language) -> str:
    """What the clock changes say about a meter's stamps."""
    t = translator(lang)
    return t(_CLOCKS[verdict]) if verdict in _CLOCKS else t("unclear")


def approach_name(approach: str, lang: Language) -> str:
    """What a consolidation approach is called."""
    return translator(lang)(_APPROACHES[approach]) if approach in _APPROACHES else approach


def figure_name(name: str, lang: Language) -> str:
    """What a figure is called; an unknown one keeps its own name.

    Examples
    --------
    >>> figure_name("energy.natural_gas", "en"), figure_name("change.scope1", "en")
    ('natural gas', 'change of scope 1: direct emissions')
    """
    t = translator(lang)
    if name in _NAMES:
        return t(_NAMES[name])
    family, _, rest = name.partition(".")
    if family == "scope3" and rest.isdigit():
        return t("scope 3, category {number}: {name}", number=rest, name=t(categories()[int(rest)].name))
    if family in {"energy", "volume", "mass"}:
        return kind_name(rest, lang)
    if family == "emissions":
        return t("emissions of {kind}", kind=t(_BURNT[rest]) if rest in _BURNT else kind_name(rest, lang))
    if family == "cost":
        return t("cost of {kind}", kind=kind_name(rest, lang))
    if family == "intensity":
        total, _, below = rest.partition(".per_")
        return t("{name} by {denominator}", name=figure_name(total, lang), denominator=denominator_name(below, lang))
    if family == "change" and rest.endswith(".per_degree_day"):
        return t("change per degree day of {figure}", figure=figure_name(rest.removesuffix(".per_degree_day"), lang))
    if family == "change":
        return t("change of {figure}", figure=figure_name(rest, lang))
    if family in MODULES:
        from wattstone.interfaces.present.programme.words import module_name

        return t("{place}: {found}", place=module_name(cast("Module", family), lang), found=rest)
    return name


def denominator_name(name: str, lang: Language) -> str:
    """What emissions are divided by; without a name it is floor area, an unknown one keeps its own.

    Examples
    --------
    >>> denominator_name("", "en"), denominator_name("cars_built", "en")
    ('floor area', 'cars built')
    """
    t = translator(lang)
    return t(_DENOMINATORS[name]) if name in _DENOMINATORS else name.replace("_", " ")


def total_name(name: str, lang: Language) -> str:
    """What a total is called at the head of a row; any other figure is called as within a sentence, begun large.

    Examples
    --------
    >>> total_name("scope3.6", "en"), total_name("total.market", "en")
    ('Scope 3, category 6: Business travel', 'Total, market-based')
    """
    t = translator(lang)
    if name in _TOTALS:
        return t(_TOTALS[name])
    family, _, rest = name.partition(".")
    if family == "intensity" and name not in _NAMES:
        total, _, below = rest.partition(".per_")
        return t("{name} by {denominator}", name=total_name(total, lang), denominator=denominator_name(below, lang))
    return opened(figure_name(name, lang))


def opened(text: str) -> str:
    """A text with its first letter as at the start of a sentence."""
    return text[:1].upper() + text[1:]
