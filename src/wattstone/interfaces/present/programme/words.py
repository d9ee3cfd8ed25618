"""Words of the programme: its modules, what a number rests on, and sentences with their values."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import unquote

from wattstone.interfaces.present.languages import Language, mark, say_reason, translator
from wattstone.interfaces.present.listing import listed
from wattstone.interfaces.present.numbers import THIN, every, group, three
from wattstone.programme.kinds import Module
from wattstone.programme.report import Said

__all__ = ["ABOUT", "BASES", "MODULE_TABS", "MODULE_WORDS", "basis_name", "module_name", "said", "subject_name"]

MODULE_WORDS: Mapping[Module, str] = {
    "target": mark("Targets and measures"),
    "nature": mark("Nature"),
    "waste": mark("Circularity and waste"),
    "fleet": mark("Vehicles"),
    "supplier": mark("Suppliers and products"),
    "factory": mark("Factories and parks"),
    "indicator": mark("Green revenue and indicators"),
    "disclose": mark("Climate report"),
}
"""What the modules are called."""

MODULE_TABS: Mapping[Module, str] = {
    "target": mark("Targets"),
    "nature": mark("Nature"),
    "waste": mark("Waste"),
    "fleet": mark("Vehicles"),
    "supplier": mark("Suppliers"),
    "factory": mark("Factories"),
    "indicator": mark("Indicators"),
    "disclose": mark("Report"),
}
"""The same in a word, where they stand in a row."""

ABOUT: Mapping[Module, str] = {
    "target": mark("Base year, targets, and what each measure costs and saves: on track or not, and why."),
    "nature": mark("Areas by partner, phase and status: gross and net hectares, carbon, and the state of ecosystems."),
    "waste": mark("Materials, waste by stream and route, communities, offsets and water."),
    "fleet": mark("What sold vehicles emit over their life, and what the own fleet emits in a year."),
    "supplier": mark(
        "Footprints of products in and out, suppliers' answers, and what in a bill of materials emits most."
    ),
    "factory": mark("Green factories, supply chains and parks: registries by year, and scorecards with evidence."),
    "indicator": mark("Green revenue by a taxonomy, research promised and spent, people, safety and water."),
    "disclose": mark(
        "What the climate report says beside the numbers: texts and reviews, risks, scenarios and hazards."
    ),
}
"""What each is for, in a sentence."""

BASES: Mapping[str, str] = {
    "measured": mark("measured"),
    "stated": mark("stated"),
    "computed": mark("computed"),
    "estimated": mark("estimated"),
    "simulated": mark("simulated"),
    "unconfirmed": mark("rests on what is not confirmed"),
}


_HOW: Mapping[str, str] = {
    "average": mark("average data"), "spend": mark("spend-based"), "supplier": mark("supplier-specific"),
    "hybrid": mark("hybrid"), "mixed": mark("several bases"), "annual": mark("by the year"),
    "hourly": mark("by the hour"), "monthly": mark("by the month"),
}  # fmt: skip
"""What numbers of an inventory rest on."""


def module_name(module: Module, lang: Language) -> str:
    """What a module is called.

    Examples
    --------
    >>> module_name("nature", "en")
    'Nature'
    """
    t = translator(lang)
    return t(MODULE_WORDS[module])


def basis_name(basis: str, lang: Language) -> str:
    """What a number rests on, in words."""
    t = translator(lang)
    return t(BASES.get(basis) or _HOW.get(basis, basis))


def subject_name(subject: str, lang: Language, names: Mapping[str, str] | None = None) -> str:
    """What a line is about: the organisation, a site or another subject by its name, else by its id.

    An id that is made of several fields is said field by field, as people write it.

    Parameters
    ----------
    subject : str
        As `Line.subject`.
    lang : {'en', 'zh'}
    names : mapping of str to str or None
        Of sites by id, of others by subject.

    Examples
    --------
    >>> subject_name("entry:goal-4", "en", {"entry:goal-4": "Seagrass by 2030"}), subject_name("entry:pv~2022", "en")
    ('Seagrass by 2030', 'pv, 2022')
    """
    t = translator(lang)
    what, _, name = subject.partition(":")
    if what == "organisation":
        return t("the whole organisation")
    known = names or {}
    bare = ", ".join(unquote(part) for part in name.split("~")) if what == "entry" and "~" in name else name
    return known.get(subject) or (known.get(name) if what == "site" else None) or bare or subject


class _Shown(float):
    """A number that a sentence shows with three figures unless its template says how."""

    lang: Language = "en"

    def __format__(self, spec: str, /) -> str:
        if spec.endswith("%"):
            t = translator(self.lang)
            return t("{share} %", share=_apart(format(float(self), spec)).removesuffix("%"))
        return _apart(format(float(self), spec)) if spec else _plainly(self)


def _apart(text: str) -> str:
    """Thousands parted as everywhere else, not by a comma, which half of the world reads as the decimal mark."""
    return text.replace(",", THIN)


def _plainly(value: float) -> str:
    """Three figures of what has decimals; a large whole number with its thousands apart.

    Examples
    --------
    >>> _plainly(12.3456), _plainly(12000.0).replace("\N{NARROW NO-BREAK SPACE}", " ")
    ('12.3', '12 000')
    """
    return every(value) if value == int(value) and abs(value) >= 1 else three(value)


class _Count(int):
    """A whole number; years stay as they are, larger ones have their thousands apart."""

    def __format__(self, spec: str, /) -> str:
        return _apart(format(int(self), spec)) if spec or abs(self) < 10_000 else group(str(int(self)))


def said(one: Said | None, lang: Language) -> str:
    """A sentence in a language, with its values; texts among them are said in it too where it has words for them.

    Parameters
    ----------
    one : Said or None
        None says nothing. A value `NAME@zh` stands in place of `NAME` in Chinese: what persons wrote in both languages.
    lang : {'en', 'zh'}

    Examples
    --------
    >>> said(Said("{area} ha in {year}, {what}", {"area": 812.43, "year": 2024, "what": Said("measured")}), "en")
    '812 ha in 2024, measured'
    """
    if one is None:
        return ""
    t = translator(lang)
    told = {name: one.params.get(f"{name}@{lang}") or value for name, value in one.params.items()}
    return t(one.text, **{name: _value(value, lang) for name, value in told.items()})


def _value(value: Any, lang: Language) -> Any:
    if isinstance(value, Said):
        return said(value, lang)
    if isinstance(value, bool):
        t = translator(lang)
        return t("yes") if value else t("no")
    if isinstance(value, int):
        return _Count(value)
    if isinstance(value, float):
        shown = _Shown(value)
        shown.lang = lang
        return shown
    if isinstance(value, str):
        return say_reason(value, lang)
    if isinstance(value, list | tuple | set | frozenset):
        return listed((format(_value(one, lang), "") for one in value), lang)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return value.isoformat() if isinstance(value, date) else value
