"""How an estate stands, in words: what it emitted, what stands in the way of the rest, what energy leaves out."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wattstone.interfaces.present.content import Cell, Headline, weave
from wattstone.interfaces.present.languages import counter, mark, translator
from wattstone.interfaces.present.names import kind_name
from wattstone.interfaces.present.overview_names import number_name
from wattstone.interfaces.web.kit import link
from wattstone.interfaces.web.reading import headline, number_cell
from wattstone.interfaces.web.remedies import reason_here
from wattstone.workflows.access.policy import Act
from wattstone.workflows.overview.estate import Estate
from wattstone.workflows.overview.numbers import Number
from wattstone.workflows.overview.standing import Standing

if TYPE_CHECKING:
    from wattstone.interfaces.serving.request import Here

__all__ = [
    "MARKET", "FullHeadline", "Gap", "apart_ones", "besides_words", "emitted_words", "gaps_here", "gaps_of_site",
    "headline_with", "headlines_here", "market_note", "sites_cell",
]  # fmt: skip

_EMITTED = {
    "location": mark("In {year}, {sites} emitted {amount}."),
    "scope1": mark("In {year}, {sites} emitted {amount} by burning fuel (scope 1)."),
    "scope2.location": mark("In {year}, the energy that {sites} bought emitted {amount} (scope 2)."),
}
_UNKNOWN = mark("What {sites} emitted in {year} is not known.")
_PART = mark("{amount} of {kind}")
_UNDER = {"scope1": "scope1", "scope2.location": "scope2"}


MARKET = mark(
    "There is no market-based total of this inventory. Take it again: energy that contracts and certificates serve "
    "takes what they say that it emits, the rest the residual mix or the grid's average. That there is none does not "
    "mean that it is zero."
)
"""Said where there is no market-based total."""


@dataclass(frozen=True)
class Gap:
    """A scope whose total is not known: that it is so, why, and ways to mend it as words and addresses."""

    words: str
    doors: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class FullHeadline(Headline):
    """A headline with what its number leaves out, as a text whose numbers are links."""

    besides: tuple[str | Cell, ...] = ()


def sites_cell(here: "Here", estate: Estate, counted: int) -> Cell:
    """How many sites are meant, of how many, leading to their list."""
    t, n = translator(here.lang), counter(here.lang)
    told = n("{count} site", "{count} sites", estate.frame.height)
    if 0 < counted < estate.frame.height:
        told = t("{count} of {sites}", count=counted, sites=told)
    return Cell(told, href=link(here, "/portfolio"))


def emitted_words(here: "Here", estate: Estate, stands: Standing) -> tuple[str | Cell, ...]:
    """What is known of the year's emissions, in a sentence; empty where no inventory was taken."""
    if estate.year is None or estate.frame.is_empty():
        return ()
    t = translator(here.lang)
    cells = {"year": Cell(str(estate.year)), "sites": sites_cell(here, estate, stands.sites)}
    if stands.number is None:
        return weave(t, _UNKNOWN, **cells)
    return weave(t, _EMITTED[stands.number.name], amount=number_cell(here, stands.number), **cells)


def gaps_here(here: "Here", estate: Estate, stands: Standing) -> tuple[Gap, ...]:
    """What stands in the way of a total, each with what one can do about it."""
    t = translator(here.lang)
    made: list[Gap] = []
    for one in stands.gaps:
        sites = t("See which sites"), link(here, "/report/inventory", year=estate.year, under=_UNDER[one.name])
        said = t("{what} is not known for every site: {reason}", what=_what(here, one), reason=_why(here, one))
        only = t("{what} is not known: {reason}", what=_what(here, one), reason=_why(here, one))
        words = said if estate.frame.height > 1 else only
        made.append(_gap(here, words, one.reason or "", (sites,), link(here, "/data/places")))
    return tuple(made)


def gaps_of_site(here: "Here", numbers: Iterable[Number], site: str) -> tuple[Gap, ...]:
    """The scopes of a site that have no value, each with what one can do about it."""
    t = translator(here.lang)
    place = link(here, "/data/places/site", id=site)
    unknown = [one for one in numbers if one.name in _UNDER and one.value is None]
    said = [(t("{what} is not known: {reason}", what=_what(here, one), reason=_why(here, one)), one) for one in unknown]
    return tuple(_gap(here, words, one.reason or "", (), place) for words, one in said)


def _what(here: "Here", number: Number) -> str:
    return number_name(number.name, here.lang)


def _why(here: "Here", number: Number) -> str:
    t = translator(here.lang)
    return reason_here(number.reason, here.lang) or t("the inventory says of each site why")


def _gap(here: "Here", words: str, why: str, doors: tuple[tuple[str, str], ...], place: str) -> Gap:
    """A gap with the doors that its reason, in English, asks for."""
    t = translator(here.lang)
    if here.principal.may(Act.DECLARE) and ("country" in why or "grid region" in why):
        doors = (*doors, (t("Give the country and the grid region"), place))
    elif here.principal.may(Act.DECLARE) and "factor" in why:
        doors = (*doors, (t("Tariffs and factors"), link(here, "/data/rates")))
    return Gap(words if words.endswith((".", "。")) else words + t("."), doors)


def besides_words(here: "Here", besides: Iterable[Number], *, alone: bool = False) -> tuple[str | Cell, ...]:
    """What figures of energy leave out, with how much of it there is; empty for nothing.

    Where it stands `alone`, and not in the box of the energy, it says what it is about.
    """
    t = translator(here.lang)
    said = t("Not in the energy bought: ") if alone else t("Not in it: ")
    parts: list[str | Cell] = []
    for one in besides:
        if one.value is None:
            continue
        kind = kind_name(one.name.partition(".")[2], here.lang)
        parts += [t("; ")] if parts else []
        parts += weave(t, _PART, amount=number_cell(here, one), kind=Cell(kind))
    return (said, *parts) if parts else ()


def headlines_here(here: "Here", estate: Estate, numbers: Iterable[Number], stands: Standing) -> list[Headline]:
    """Numbers of the first screen; that of energy says what it leaves out, that of some sites whose it is."""
    shown: list[Headline] = []
    for one in numbers:
        some = one is stands.number and 0 < stands.sites < estate.frame.height
        note = sites_cell(here, estate, stands.sites).text if some else ""
        shown.append(headline_with(here, one, estate.year, stands.besides, note=note))
    return shown


def headline_with(
    here: "Here", number: Number, year: int | None, besides: Iterable[Number], *, note: str = ""
) -> FullHeadline:
    """A headline that says what it leaves out, where it is that of energy."""
    made = headline(here, number, year, note=note)
    left = besides_words(here, besides) if number.name == "energy" else ()
    return FullHeadline(made.label, made.value, made.interval, made.change, made.note, left)


def apart_ones(numbers: Iterable[Number]) -> list[Number]:
    """Numbers without the figures that alone make up a sum among them: the same would be said twice."""
    held = list(numbers)
    alone = {one.inputs[0] for one in held if one.figure is None and one.of == 1 and one.inputs}
    return [one for one in held if one.figure not in alone]


def market_note(here: "Here", estate: Estate) -> str:
    """Why there is no market-based total, and what would give one; empty where there is one, or no inventory."""
    if estate.year is None or _known(estate.totals.get("market")) or _known(estate.totals.get("scope2.market")):
        return ""
    return translator(here.lang)(MARKET)


def _known(number: Number | None) -> bool:
    return number is not None and number.value is not None
