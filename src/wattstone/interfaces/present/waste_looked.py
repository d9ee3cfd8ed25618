"""What a search for waste that found nothing looked at, in words: the rules, where they could look, what none sees."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wattstone.interfaces.present.content import Cell, Head, Section, Table
from wattstone.interfaces.present.languages import Language, counter, mark, translator
from wattstone.interfaces.present.numbers import every
from wattstone.interfaces.present.waste_words import waste_name

if TYPE_CHECKING:
    from wattstone.workflows.overview.searched import Look, Searched

__all__ = ["Looked", "looked_section", "looked_words"]

_LACKS = {
    "meters": mark("no such meter has readings of an hour and shorter"),
    "lighting": mark("no meter is known to measure lighting: a word such as lighting in its id would say so"),
    "place": mark("latitude and longitude of the sites are not known, so that the height of the sun is not"),
    "water": mark("there is no water meter"),
    "solar": mark("there is no meter of PV generation"),
    "sun": mark("neither is irradiance known, nor are there four PV systems to be compared"),
    "main": mark("there is no main meter of electricity"),
    "plants": mark("no site has meters of heating and of cooling apart; industry is left out"),
    "weather": mark("temperatures are not known where heating and cooling are metered"),
    "peers": mark("nine sites of one type are needed, with a meter of the same use each"),
}


@dataclass(frozen=True)
class Looked:
    """What is told of the search.

    Parameters
    ----------
    sentence : str
        Where it looked.
    table : Table
        The rules: at how many meters, or why at none.
    unseen : tuple of str
        What no rule sees.
    """

    sentence: str
    table: Table
    unseen: tuple[str, ...]


def looked_words(found: "Searched", lang: Language) -> Looked:
    """What a search looked at.

    Parameters
    ----------
    found : Searched
        As the read model gives it.
    lang : {'en', 'zh'}
    """
    t, n = translator(lang), counter(lang)
    meters = n("{count} meter", "{count} meters", found.meters)
    sites = n("{count} site", "{count} sites", found.sites)
    said = (
        t("The search of {year} looked at {meters} of {sites}, with the year before as history.",
          year=found.year, meters=meters, sites=sites)
        if found.before
        else t("The search of {year} looked at {meters} of {sites}, without the year before.",
               year=found.year, meters=meters, sites=sites)
    )  # fmt: skip
    heads = (Head(t("What was looked for")), Head(t("Meters"), True), Head(t("Where it could not look")))
    rows = tuple(_row(one, lang) for one in found.looks)
    return Looked(said, Table(heads, rows), tuple(_unseen(found, lang)))


def looked_section(found: "Searched", lang: Language) -> Section:
    """The same as a part of a report."""
    said = looked_words(found, lang)
    t = translator(lang)
    paragraphs = tuple((one,) for one in (said.sentence, *said.unseen))
    return Section("looked", t("What was looked for"), paragraphs, tables=(said.table,))


def _row(one: "Look", lang: Language) -> tuple[Cell, ...]:
    t = translator(lang)
    name = t("Silent, stuck or reversed meters") if one.code == "meter_silent" else waste_name(one.code, lang)
    count = t("none") if one.lacks else every(one.meters)
    return Cell(name), Cell(count, numeric=True), Cell(t(_LACKS[one.lacks]) if one.lacks else "")


def _unseen(found: "Searched", lang: Language) -> list[str]:
    t, n = translator(lang), counter(lang)
    said: list[str] = []
    if found.coarse:
        one = "{count} meter has readings longer than an hour: no rule can look at it."
        many = "{count} meters have readings longer than an hour: no rule can look at them."
        said.append(n(one, many, found.coarse))
    if found.silent:
        one, many = "{count} meter has no reading in that year.", "{count} meters have no reading in that year."
        said.append(n(one, many, found.silent))
    if not found.before:
        said.append(t("A change is told only if 14 days lie before it; readings of the year before would show more."))
    return [*said, t("What was wasted throughout is not seen, except beside peers.")]
