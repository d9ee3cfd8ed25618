"""Where a factor that does not ship can be found."""

from wattstone.interfaces.present.languages import Language, mark, translator

__all__ = ["factor_hint", "use_name"]

_USES = {
    "electricity": mark("grid electricity"),
    "heat": mark("purchased heat"),
    "cooling": mark("purchased cooling"),
}
_ELECTRICITY = {
    "DE": mark(
        "The German environment agency (Umweltbundesamt) publishes each year what a kWh of the German electricity mix "
        "emits, as CO2 and with the other gases: take the row of the year."
    ),
}
_EUROPE = mark(
    "The European Environment Agency publishes the greenhouse gas intensity of electricity generation by country and "
    "year; the country's own agency often publishes it too."
)
_GRID = mark(
    "The authority for the environment or energy, or the operator of the grid, often publishes what a kWh of its mix "
    "emits: take that of the region and the year."
)
_NETWORKS = {
    "heat": mark("The supplier of the heat states what a kWh of its network emits; ask for the year and the method."),
    "cooling": mark("The supplier of the cooling states what a kWh of its network emits; ask for the year."),
}
_EUROPEAN = "aib2022"  # the set that holds the countries of Europe


def use_name(use: str, lang: Language) -> str:
    """What is bought, in words.

    Parameters
    ----------
    use : {'electricity', 'heat', 'cooling'}
    lang : {'en', 'zh'}
    """
    return translator(lang)(_USES[use])


def factor_hint(use: str, country: str | None, lang: Language) -> str:
    """Who publishes a factor, as far as that can be said of a country.

    Parameters
    ----------
    use : {'electricity', 'heat', 'cooling'}
        What is bought.
    country : str or None
        ISO 3166-1 alpha-2.
    lang : {'en', 'zh'}
    """
    from wattstone.rates.sets import catalogue

    t = translator(lang)
    if use in _NETWORKS:
        return t(_NETWORKS[use])
    if country in _ELECTRICITY:
        return t(_ELECTRICITY[country])
    european = any(one.id == _EUROPEAN for one in catalogue().order(country, "electricity"))
    return t(_EUROPE if european else _GRID)
