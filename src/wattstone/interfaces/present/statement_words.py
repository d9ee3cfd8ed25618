"""What the parts of a complete inventory are called where people read them."""

from wattstone.interfaces.present.languages import Language, mark, translator
from wattstone.interfaces.present.names import kind_name, opened

CATEGORIES = (
    mark("Purchased goods and services"),
    mark("Capital goods"),
    mark("Fuel- and energy-related activities"),
    mark("Upstream transport and distribution"),
    mark("Waste generated in operations"),
    mark("Business travel"),
    mark("Employee commuting"),
    mark("Upstream leased assets"),
    mark("Downstream transport and distribution"),
    mark("Processing of sold products"),
    mark("Use of sold products"),
    mark("End-of-life treatment of sold products"),
    mark("Downstream leased assets"),
    mark("Franchises"),
    mark("Investments"),
)

_SCOPES = (mark("Apart"), mark("Scope 1"), mark("Scope 2"), mark("Scope 3"))

_NAMES = {
    "scope1": mark("Scope 1"),
    "scope2.location": mark("Scope 2, location-based"),
    "scope2.location.annual": mark("scope 2, location-based, by the published factor"),
    "scope2.location.hourly": mark("scope 2, location-based, by the hour"),
    "scope2.market": mark("Scope 2, market-based"),
    "scope2.unknown": mark("Scope 2 of unknown method"),
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

_KINDS = {
    "fuel": mark("fuel burnt on site"),
    "vehicle_fuel": mark("fuel of vehicles"),
    "vehicle_distance": mark("distance of vehicles"),
    "refrigerant_topup": mark("refrigerant topped up"),
    "refrigerant_leak": mark("refrigerant leaked"),
    "refrigerant_end_of_life": mark("refrigerant at the end of life"),
    "process_gas": mark("process gases"),
    "electricity_vehicle": mark("electricity of vehicles"),
    "goods": mark("goods by quantity"),
    "goods_spend": mark("goods by spend"),
    "services_spend": mark("services by spend"),
    "water_supply": mark("water supply"),
    "capital_goods": mark("capital goods by quantity"),
    "capital_goods_spend": mark("capital goods by spend"),
    "fuel_upstream": mark("supply of fuel"),
    "electricity_upstream": mark("supply of electricity"),
    "electricity_losses": mark("losses of the grid"),
    "freight_upstream": mark("upstream freight"),
    "waste": mark("waste"),
    "wastewater": mark("waste water"),
    "air_travel": mark("air travel"),
    "rail_travel": mark("rail travel"),
    "road_travel": mark("road travel"),
    "sea_travel": mark("sea travel"),
    "hotel": mark("hotel nights"),
    "commuting": mark("commuting"),
    "homeworking": mark("working from home"),
    "leased_in": mark("energy of premises leased in"),
    "freight_downstream": mark("downstream freight"),
    "processing_sold": mark("processing of sold products"),
    "use_sold_fuel": mark("fuel that sold products use"),
    "use_sold_electricity": mark("electricity that sold products use"),
    "use_sold_gas": mark("gases that sold products emit"),
    "end_of_life_sold": mark("end of life of sold products"),
    "leased_out": mark("energy of premises leased out"),
    "franchise": mark("franchises"),
    "investment": mark("investments"),
    "avoided": mark("avoided emissions"),
    "biogenic": mark("biogenic CO2"),
    "scope2_unknown": mark("scope 2 of unknown method"),
}

_METHODS = {
    "meter": mark("metered"),
    "supplier": mark("supplier-specific"),
    "hybrid": mark("hybrid"),
    "average": mark("average data"),
    "spend": mark("spend-based"),
}

_DECISIONS = {
    "computed": mark("computed"),
    "not_estimated": mark("not estimated"),
    "not_applicable": mark("not applicable"),
    "undecided": mark("not decided yet"),
}

_EFFECTS = {
    "activity": mark("Activity"),
    "factor": mark("Emission factors"),
    "weather": mark("Weather"),
    "structure": mark("Structure"),
    "price": mark("Prices"),
    "method": mark("Methods"),
}

_TRIGGERS = {"structure": mark("structural change"), "method": mark("change of method"), "error": mark("error")}

_INSTRUMENTS = {
    "gec": mark("green electricity certificate"),
    "certificate": mark("energy attribute certificate"),
    "contract": mark("contract"),
    "ppa": mark("power purchase agreement"),
    "green_power": mark("green power trade"),
    "supplier_rate": mark("supplier's rate"),
    "residual_mix": mark("residual mix"),
}

_ISO = (
    mark("Direct emissions and removals"),
    mark("Indirect emissions of imported energy"),
    mark("Indirect emissions of transport"),
    mark("Indirect emissions of products that the organisation uses"),
    mark("Indirect emissions of the use of the organisation's products"),
    mark("Indirect emissions of other sources"),
)


def _said(words: dict[str, str], name: str, lang: Language) -> str:
    return translator(lang)(words[name]) if name in words else name


def category_name(number: int, lang: Language) -> str:
    """What a category of scope 3 is called.

    Examples
    --------
    >>> category_name(6, "en"), category_name(6, "zh")
    ('Business travel', '商务旅行')
    """
    return translator(lang)(CATEGORIES[number - 1])


def scope_name(number: int, lang: Language) -> str:
    """What a scope is called; 0 stands apart from the scopes.

    Examples
    --------
    >>> scope_name(2, "en"), scope_name(2, "zh")
    ('Scope 2', '范围二')
    """
    return translator(lang)(_SCOPES[number])


def iso_name(number: int, lang: Language) -> str:
    """What a category of ISO 14064-1:2018 is called, in our words."""
    return translator(lang)(_ISO[number - 1])


def total_name(name: str, lang: Language) -> str:
    """What a figure of a statement is called; an unknown one keeps its own name.

    Examples
    --------
    >>> total_name("scope3.6", "en"), total_name("total.market", "en")
    ('Scope 3, category 6: Business travel', 'Total, market-based')
    """
    head, _, number = name.partition(".")
    if head == "scope3" and number.isdigit() and 1 <= int(number) <= len(CATEGORIES):
        t = translator(lang)
        return t("Scope 3, category {number}: {name}", number=number, name=category_name(int(number), lang))
    return opened(_said(_NAMES, name, lang)) if name in _NAMES else activity_name(name, "", lang)


def activity_name(kind: str, item: str, lang: Language) -> str:
    """What a kind of activity or of meter is called, with its item; an unknown one keeps its own name.

    Examples
    --------
    >>> activity_name("air_travel", "long_haul", "en"), activity_name("electricity", "", "en")
    ('air travel: long haul', 'electricity')
    """
    name = _said(_KINDS, kind, lang) if kind in _KINDS else kind_name(kind, lang).replace("_", " ")
    if not item:
        return name
    return translator(lang)("{place}: {found}", place=name, found=kind_name(item, lang).replace("_", " "))


def method_name(method: str | None, lang: Language) -> str:
    """How the amount of a line became known."""
    return translator(lang)("not known") if method is None else _said(_METHODS, method, lang)


def methods_words(methods: str | None, lang: Language) -> str:
    """Methods with their shares, as decisions carry them.

    Examples
    --------
    >>> methods_words("average 80 %, spend 20 %", "en")
    'average data 80 %, spend-based 20 %'
    """
    parts = [part.partition(" ") for part in (methods or "").split(", ") if part]
    comma = "、" if lang == "zh" else ", "
    return comma.join(f"{method_name(method, lang)} {share}".rstrip() for method, _, share in parts)


def decision_name(decision: str, lang: Language) -> str:
    """What was decided of a category."""
    return _said(_DECISIONS, decision, lang)


def effect_name(effect: str, lang: Language) -> str:
    """What changed a total."""
    return _said(_EFFECTS, effect, lang)


def trigger_name(trigger: str, lang: Language) -> str:
    """Why a year was recalculated."""
    return _said(_TRIGGERS, trigger, lang)


def instrument_name(kind: str, lang: Language) -> str:
    """What a kind of contractual instrument is called."""
    return _said(_INSTRUMENTS, kind, lang)


def source_name(source: str, what: str, lang: Language) -> str:
    """A source of uncertainty: a factor by its id, or the activity data of a kind."""
    t = translator(lang)
    if what == "factor":
        return t("Factor {name}", name=source)
    return t("Activity data: {name}", name=activity_name(source, "", lang))
