"""What the numbers of an estate are called that are no figures of the inventory, states of cards and of meters."""

from wattstone.interfaces.present.languages import Language, mark, translator
from wattstone.interfaces.present.names import opened, total_name

_NAMES = {
    "location": mark("Emissions, location-based"),
    "market": mark("Emissions, market-based"),
    "energy": mark("Energy bought"),
    "intensity.energy": mark("Energy use per floor area"),
    "intensity.location": mark("Emissions per floor area"),
    "findings_kg": mark("Emissions that findings could save a year"),
    "findings_money": mark("Money that findings could save a year"),
    "findings_energy": mark("Energy that findings could save a year"),
    "quality": mark("Readings without doubt"),
    "coverage": mark("Readings there are"),
    "floor_area": mark("Floor area"),
}

_STATES = {
    "open": mark("Open"),
    "planned": mark("Planned"),
    "doing": mark("In hand"),
    "done": mark("Done"),
    "dismissed": mark("Dismissed"),
}

_DEVICES = {
    "live": mark("live"),
    "silent": mark("silent"),
    "never": mark("never read"),
    "virtual": mark("virtual"),
}


def number_name(name: str, lang: Language) -> str:
    """What a number of an estate or a site is called, as at the start of a sentence.

    Examples
    --------
    >>> number_name("location", "en"), number_name("energy.natural_gas", "en"), number_name("scope1", "en")
    ('Emissions, location-based', 'Natural gas', 'Scope 1')
    """
    return translator(lang)(_NAMES[name]) if name in _NAMES else opened(total_name(name, lang))


def state_name(state: str, lang: Language) -> str:
    """What a column of the board is called."""
    return translator(lang)(_STATES[state]) if state in _STATES else state


def device_state(state: str, lang: Language) -> str:
    """What the state of a meter is called."""
    return translator(lang)(_DEVICES[state]) if state in _DEVICES else state
