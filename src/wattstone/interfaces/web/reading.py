"""What pages of an estate share: the estate of who asks, numbers as cells, headlines, links to evidence."""

from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import quote

from wattstone.interfaces.present.content import Cell, Headline
from wattstone.interfaces.present.languages import Language, counter, translator
from wattstone.interfaces.present.numbers import Digits, amount, change, interval, percent
from wattstone.interfaces.present.overview_names import number_name
from wattstone.interfaces.web.kit import link, period_of
from wattstone.interfaces.web.remedies import reason_here
from wattstone.workflows.overview.estate import Estate
from wattstone.workflows.overview.numbers import Number

if TYPE_CHECKING:
    from wattstone.interfaces.serving.request import Here

__all__ = [
    "claim_words", "estate_here", "evidence_link", "headline", "lesser_note", "number_cell", "parts_link", "zone_here",
]  # fmt: skip

_PARTS = 12  # figures of a sum that an address names; the page behind it says how many more there are


def estate_here(here: "Here") -> Estate:
    """The estate of the organisation as far as the reader may see it, for the year that pages show."""
    return here.service.estates.get(
        here.tenant.id, here.service.whole(here.tenant.id), here.workspace, year=period_of(here)
    )


def lesser_note(here: "Here", estate: Estate) -> str:
    """A line on what counts CO2 alone and is added to CO2e as it is; empty where nothing does."""
    count = int(estate.frame["co2_alone"].fill_null(value=False).sum())
    if not count:
        return ""
    t, n = translator(here.lang), counter(here.lang)
    sites = n("{count} site", "{count} sites", count)
    return t("The factors of bought energy of {sites} count CO2 alone; it is added to CO2e as it is.", sites=sites)


def zone_here(here: "Here") -> str:
    """The clock of the organisation."""
    return here.workspace.records.organisation().zone


def evidence_link(here: "Here", figure: str) -> str:
    """Where the evidence of a figure, slice, factor or run is shown."""
    return link(here, f"/evidence/{quote(figure, safe='@:')}")


def parts_link(here: "Here", name: str, inputs: Sequence[str], of: int | None = None) -> str | None:
    """Where the figures are shown that a number is the sum of; None where it rests on none."""
    if not inputs:
        return None
    if len(inputs) == 1:
        return evidence_link(here, inputs[0])
    return link(here, "/evidence", name=name, of=list(inputs[:_PARTS]), count=of or len(inputs))


def number_cell(here: "Here", number: Number | None, *, words: str = "", digits: Digits = "three") -> Cell:
    """A number with its unit, linked to what it rests on; where it is not known, the reason in words."""
    t = translator(here.lang)
    if number is None or number.value is None:
        said = reason_here(number.reason, here.lang) if number is not None else ""
        return Cell(words or said or t("not known"), number.figure if number is not None else None)
    text = amount(number.value, number.unit, here.lang, digits=digits)
    href = None if number.figure else parts_link(here, number.name, number.inputs, number.of)
    return Cell(text, number.figure, numeric=True, href=href)


def claim_words(value: float, unit: str, lang: Language) -> str:
    """What somebody says that a measure saves: a percentage is one of the use before, and of no time."""
    t = translator(lang)
    if unit == "%":
        return t("{share} of the use before", share=percent(value / 100, lang))
    return amount(value, unit, lang)


def headline(here: "Here", number: Number, year: int | None, *, note: str = "") -> Headline:
    """One of the figures on the first screen: with its interval, and against the year before."""
    t = translator(here.lang)
    band = ""
    if number.value is not None:
        band = interval(number.value, number.lower, number.upper, number.unit, here.lang)
    moved = number.change
    said = ""
    if year is not None and number.before is not None and moved is not None:
        said = change(moved * 100, year - 1, here.lang)
    return Headline(
        label=number_name(number.name, here.lang),
        value=number_cell(here, number),
        interval=band or (t("interval not known") if number.value is not None else ""),
        change=said,
        note=note,
    )
