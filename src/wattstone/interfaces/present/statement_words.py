"""What the parts of a complete inventory are called where people read them."""

from collections.abc import Mapping

from wattstone.interfaces.present.languages import Language, mark, translator
from wattstone.interfaces.present.names import kind_name
from wattstone.interfaces.present.scope3_table import DECISIONS, METHODS
from wattstone.inventory.scope3 import categories
from wattstone.rates.activities import activity_kinds

_SCOPES = (mark("Apart"), mark("Scope 1"), mark("Scope 2"), mark("Scope 3"))

_MEASURED = {"meter": mark("metered"), "contracts": mark("by contracts")}
_KINDS = {"purchased_energy": mark("purchased energy")}

_EFFECTS = {
    "activity": mark("Activity"),
    "factor": mark("Emission factors"),
    "weather": mark("Weather"),
    "structure": mark("Structure"),
    "price": mark("Prices"),
    "method": mark("Methods"),
}

_TRIGGERS = {"structure": mark("structural change"), "method": mark("change of method"), "error": mark("error")}

_ISO = (
    mark("Direct emissions and removals"),
    mark("Indirect emissions of imported energy"),
    mark("Indirect emissions of transport"),
    mark("Indirect emissions of products that the organisation uses"),
    mark("Indirect emissions of the use of the organisation's products"),
    mark("Indirect emissions of other sources"),
)


def _said(words: Mapping[str, str], name: str, lang: Language) -> str:
    return translator(lang)(words[name]) if name in words else name


def category_name(number: int, lang: Language) -> str:
    """What a category of scope 3 is called.

    Examples
    --------
    >>> category_name(6, "en"), category_name(6, "zh")
    ('Business travel', '商务旅行')
    """
    return translator(lang)(categories()[number].name)


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


def activity_name(kind: str, item: str, lang: Language) -> str:
    """What a kind of activity or of meter is called, with its item; an unknown one keeps its own name.

    Examples
    --------
    >>> activity_name("waste", "glass.landfill", "en"), activity_name("natural_gas", "", "en")
    ('Waste from operations: Glass: landfill', 'natural gas')
    """
    t, known = translator(lang), activity_kinds().get(kind)
    name = _said(_KINDS, kind, lang) if kind in _KINDS else kind_name(kind, lang).replace("_", " ")
    name = t(known.label) if known is not None else name
    if not item:
        return name
    label = t(known.items[item]) if known is not None and item in known.items else kind_name(item, lang)
    return t("{place}: {found}", place=name, found=label.replace("_", " "))


def method_name(method: str | None, lang: Language) -> str:
    """How the amount of a line became known."""
    t = translator(lang)
    if method is None:
        return t("not known")
    return _said(_MEASURED, method, lang) if method in _MEASURED else _said(METHODS, method, lang)


def decision_name(decision: str, lang: Language) -> str:
    """What was decided of a category."""
    return _said(DECISIONS, decision, lang)


def effect_name(effect: str, lang: Language) -> str:
    """What changed a total."""
    return _said(_EFFECTS, effect, lang)


def trigger_name(trigger: str, lang: Language) -> str:
    """Why a year was recalculated."""
    return _said(_TRIGGERS, trigger, lang)


def source_name(source: str, what: str, lang: Language) -> str:
    """A source of uncertainty: a factor by its id, or the activity data of a kind."""
    t = translator(lang)
    if what == "factor":
        return t("Factor {name}", name=source)
    return t("Activity data: {name}", name=activity_name(source, "", lang))
