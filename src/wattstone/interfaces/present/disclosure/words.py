"""Words of the climate report: how far a topic is answered, the state of a figure, and numbers as a text says them."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Final

from wattstone.base.units import UnknownUnit, convert
from wattstone.disclosure.statement import FigureState, Shown, Statement, Status
from wattstone.interfaces.present.languages import Language, day, mark, translator
from wattstone.interfaces.present.names import opened, total_name
from wattstone.interfaces.present.numbers import WORDED, amount, interval, scale, three, written
from wattstone.interfaces.present.programme.shares import is_share, share_words
from wattstone.interfaces.present.programme.tables import unit_words
from wattstone.programme.kinds import MODULES

__all__ = [
    "GROUNDS", "STATES", "STATUSES", "band_words", "date_words", "gas_words", "has_words", "label_words",
    "money_words", "number_words", "person_words", "state_words",
]  # fmt: skip

STATUSES: Final[Mapping[Status, str]] = {
    "answered": mark("answered"),
    "partly": mark("partly answered"),
    "omitted": mark("left out"),
    "open": mark("not answered yet"),
}
"""How far a topic is answered."""

STATES: Final[Mapping[FigureState, str]] = {
    "current": "",
    "stale": mark("out of date"),
    "restated": mark("restated since"),
    "missing": mark("not recorded"),
}
"""What a reader must know of a figure; nothing of one that is current."""

GROUNDS: Final[Mapping[str, str]] = {
    "not_material": mark("Not material"),
    "not_applicable": mark("Not applicable"),
    "not_available": mark("Data not available yet"),
    "confidential": mark("Commercially sensitive"),
    "relief": mark("Relief of the standard"),
}
"""Why a topic is left out."""


def gas_words(one: Shown, lang: Language) -> list[str]:
    """What a scope leaves out, where it does: factors of a grid may hold CO2 alone."""
    t = translator(lang)
    return [t("CO2 alone")] if "scope" in one.name and one.unit.split("/")[0].endswith(" CO2") else []


def state_words(state: FigureState, lang: Language) -> str:
    """What a reader must know of a figure's state; empty of a current one."""
    t = translator(lang)
    return t(STATES[state]) if STATES[state] else ""


def date_words(when: date, lang: Language) -> str:
    """A day written out.

    Examples
    --------
    >>> date_words(date(2026, 3, 31), "en"), date_words(date(2026, 3, 31), "zh")
    ('31 March 2026', '2026年3月31日')
    """
    return day(datetime(when.year, when.month, when.day, tzinfo=UTC), lang)


def person_words(statement: Statement, text: str, lang: Language) -> str:
    """A name that persons entered as a language calls it; of one that is not there in it, that it is not translated."""
    t, told = translator(lang), statement.called(text, lang)
    return t("{text} (not translated)", text=told) if statement.lone(text, lang) else told


_LABELS: Final[Mapping[str, str]] = {
    "disclose.capital.capex": mark("Investment on climate risks and opportunities"),
    "disclose.capital.opex": mark("Spending on climate risks and opportunities"),
    "disclose.capital.financing": mark("Financing for climate risks and opportunities"),
    "disclose.pay.share": mark("Share of executives' pay that depends on climate"),
    "disclose.internal_price": mark("Internal carbon price"),
    "disclose.exposure.transition.amount": mark("Amount exposed to transition risks"),
    "disclose.exposure.transition.share": mark("Share exposed to transition risks"),
    "disclose.exposure.physical.amount": mark("Amount exposed to physical risks"),
    "disclose.exposure.physical.share": mark("Share exposed to physical risks"),
    "disclose.exposure.opportunity.amount": mark("Amount in line with opportunities"),
    "disclose.exposure.opportunity.share": mark("Share in line with opportunities"),
    "disclose.scope3.primary": mark("Share of scope 3 from suppliers' own data"),
    "disclose.energy.total": mark("Energy used"),
    "disclose.energy.renewable": mark("Energy by contracts for renewable sources"),
    "disclose.energy.renewable_share": mark("Share of energy from renewable sources"),
}
"""What figures of the report's own module are called where they stand by themselves."""


def label_words(one: Shown, lang: Language) -> str:
    """What a figure is called: by our words for it, else as the report that recorded it calls it.

    Examples
    --------
    >>> from dataclasses import replace
    >>> it = Shown(id="a", name="scope1", period="2025", subject="organisation", value=1.0, unit="kg CO2e")
    >>> label_words(it, "en"), label_words(replace(it, name="disclose.energy.total"), "en")
    ('Scope 1', 'Energy used')
    >>> label_words(replace(it, name="target.gap", label="Above (+) or below it"), "en")
    'Above (+) or below it'
    """
    return _named(one, lang) or opened(one.name.replace(".", " ").replace("_", " "))


def has_words(one: Shown) -> bool:
    """Whether people have words for a figure, by our rule or by the report that recorded it."""
    return bool(_named(one, "en"))


def _named(one: Shown, lang: Language) -> str:
    t = translator(lang)
    if one.name in _LABELS:
        return t(_LABELS[one.name])
    named = total_name(one.name, lang)
    if one.name.partition(".")[0] not in MODULES and named not in (one.name, opened(one.name)):
        return named
    return t(one.label) if one.label else ""


def number_words(one: Shown, lang: Language, unit: str = "") -> str:
    """A figure as a text says it: three figures, in the unit asked for or the one that fits its size.

    Parameters
    ----------
    one : Shown
    lang : {'en', 'zh'}
    unit : str
        As a placeholder asks for it; one into which it cannot be turned is passed over.

    Examples
    --------
    >>> from dataclasses import replace
    >>> it = Shown(id="a", name="scope1", period="2025", subject="organisation", value=5.017e6, unit="kg CO2e")
    >>> [number_words(it, "en", unit).replace("\N{NARROW NO-BREAK SPACE}", " ") for unit in ("", "kt", "kWh")]
    ['5 020 t CO2e', '5.02 kt CO2e', '5 020 t CO2e']
    >>> number_words(replace(it, value=0.184, unit="1", name="energy.renewable.share"), "en")
    '18.4 %'
    >>> number_words(replace(it, value=412e6, unit="CNY"), "zh"), number_words(replace(it, state="missing"), "en")
    ('4.12 亿元', 'not recorded')
    """
    t = translator(lang)
    if one.state == "missing":
        return t("not recorded")
    if one.value is None:
        return t("not known")
    if unit and (turned := _turned(one.value, one.unit, unit)) is not None:
        return share_words(one.value, lang) if unit == "%" else f"{three(turned[0])} {written(turned[1])}"
    if _is_share(one):
        return share_words(one.value, lang)
    if one.unit in WORDED:
        return f"{three(one.value)} {unit_words(one.unit, lang)}"
    if _is_money(one.unit):
        return money_words(one.value, one.unit, lang)
    if one.unit == "%":
        return t("{share} %", share=three(one.value))
    bare = "" if one.unit == "1" else one.unit
    counted = one.value.is_integer() and scale(bare, one.value)[0] == 1
    return amount(one.value, bare, lang, digits="all" if counted else "three")


def band_words(one: Shown, lang: Language, unit: str = "") -> str:
    """The 90 % interval of a figure in the form of its value, in the unit asked for; empty where there is none.

    Examples
    --------
    >>> it = Shown(id="a", name="scope1", period="2025", subject="organisation", value=8.2e6, unit="kg CO2e",
    ...            interval=(7.9e6, 8.5e6))
    >>> [band_words(it, "en", unit).replace("\N{NARROW NO-BREAK SPACE}", " ") for unit in ("", "kt")]
    ['90 %: 7 900 to 8 500', '90 %: 7.90 to 8.50']
    """
    if one.value is None or one.interval is None or one.state == "missing":
        return ""
    t = translator(lang)
    if unit and unit != "%" and all(ends := [_turned(end, one.unit, unit) for end in one.interval]):
        low, high = (three(end[0]) for end in ends if end is not None)
        return t("90 %: {lower} to {upper}", lower=low, upper=high)
    if _is_share(one):
        low, high = (share_words(end, lang) for end in one.interval)
        return t("90 %: {lower} to {upper}", lower=low, upper=high)
    if _is_money(one.unit):
        low, high = (money_words(end, one.unit, lang) for end in one.interval)
        return t("90 %: {lower} to {upper}", lower=low, upper=high)
    return interval(one.value, *one.interval, one.unit, lang)


def money_words(value: float, currency: str, lang: Language) -> str:
    """An amount of money as a text says it: millions in English, ten thousands and hundred millions in Chinese.

    Parameters
    ----------
    value : float
    currency : str
        ISO 4217, as `CNY`; `CNY/a` is an amount each year.
    lang : {'en', 'zh'}

    Examples
    --------
    >>> money_words(18_400_000.0, "CNY", "en"), money_words(18_400_000.0, "CNY", "zh").encode("ascii", "replace")
    ('18.4 million CNY', b'1?840 ??')
    >>> money_words(9_500.0, "EUR", "zh").replace("\N{NARROW NO-BREAK SPACE}", " ")
    '9 500 EUR'
    """
    t = translator(lang)
    if currency.endswith(_YEARLY):
        return t("{amount} a year", amount=money_words(value, currency.removesuffix(_YEARLY), lang))
    if lang == "zh":
        name = "元" if currency == "CNY" else f" {currency}"
        for step, word in ((1e8, " 亿"), (1e4, " 万")):
            if abs(value) >= step:
                return f"{three(value / step)}{word}{name}"
        return f"{three(value)} {name.strip()}"
    for step, word in ((1e9, mark("{amount} billion {currency}")), (1e6, mark("{amount} million {currency}"))):
        if abs(value) >= step:
            return t(word, amount=three(value / step), currency=currency)
    return f"{three(value)} {currency}"


_YEARLY: Final = "/a"
_MONEY: Final = re.compile(r"[A-Z]{3}(?:/a)?")


def _is_money(unit: str) -> bool:
    return _MONEY.fullmatch(unit) is not None


def _is_share(one: Shown) -> bool:
    """Whether it is part of a whole, by its name or by what people call it."""
    named = one.name.replace(".", " ").replace("_", " ")
    return is_share(named, one.unit) or is_share(label_words(one, "en"), one.unit)


_LARGER: Final[Mapping[str, float]] = {"kt": 1e3, "Mt": 1e6}
"""Tonnes in masses that reports name and readings do not."""


def _turned(value: float, unit: str, wanted: str) -> tuple[float, str] | None:
    """A value in another unit, and that unit with what it is of; None where that is another thing."""
    (stem, _, rest), (aim, _, other) = unit.partition(" "), wanted.partition(" ")
    if other not in ("", rest):
        return None
    times = _LARGER.get(aim, 1.0)
    try:
        return convert(value, stem, "t" if aim in _LARGER else aim) / times, f"{aim} {rest}".rstrip()
    except (UnknownUnit, ValueError):
        return None
