"""Languages: every word that is shown goes through here. English is the source; Chinese is written for it.

The catalogue is `locale/zh/LC_MESSAGES/wattstone.po`; the compiled one beside it is shipped, so that the standard
library can read it. After a change: `pybabel compile -d src/wattstone/interfaces/present/locale -D wattstone`.
"""

import gettext
from collections.abc import Callable
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any, Literal, get_args

from wattstone.base import Finding

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
DOMAIN = "wattstone"

Translate = Callable[..., str]


def mark(message: str) -> str:
    """Name a message that is translated later, where it is shown; extraction finds it by this call."""
    return message


@cache
def _catalogue(lang: Language) -> gettext.NullTranslations:
    if lang == "en":
        return gettext.NullTranslations()
    path = files("wattstone.interfaces.present").joinpath("locale", lang, "LC_MESSAGES", f"{DOMAIN}.mo")
    with path.open("rb") as compiled:
        return gettext.GNUTranslations(compiled)


@cache
def translator(lang: Language) -> Translate:
    """The function that says a message in a language.

    Parameters
    ----------
    lang : {'en', 'zh'}

    Returns
    -------
    callable
        Takes the English message and, by name, the values of its fields.

    Raises
    ------
    ValueError
        If there is no catalogue for the language.

    Examples
    --------
    >>> translator("zh")("scope 1"), translator("en")("{share} % less than {year}", share=4, year=2018)
    ('范围一', '4 % less than 2018')
    """
    if lang not in LANGUAGES:
        raise ValueError(f"there is no catalogue for {lang!r}; there are {', '.join(LANGUAGES)}")
    catalogue = _catalogue(lang)

    def say(message: str, /, **params: Any) -> str:
        text = catalogue.gettext(message)
        return text.format_map(params) if params else text

    return say


def say_reason(reason: str | None, lang: Language) -> str:
    """Why there is no value, in a language; a reason that the catalogue does not hold stays English."""
    return translator(lang)(reason) if reason else ""


def say_finding(finding: Finding, lang: Language) -> dict[str, str]:
    """The three sentences of a finding in a language; a template that is not in the catalogue stays English."""
    t = translator(lang)
    return {
        "place": finding.place,
        "found": finding.say(t(finding.found)),
        "expected": finding.say(t(finding.expected)),
        "remedy": finding.say(t(finding.remedy)),
    }


def day(moment: datetime, lang: Language) -> str:
    """A date as it is written out.

    Examples
    --------
    >>> day(datetime(2020, 1, 15, tzinfo=UTC), "en"), day(datetime(2020, 1, 15, tzinfo=UTC), "zh")
    ('15 January 2020', '2020年1月15日')
    """
    if lang == "zh":
        return f"{moment.year}年{moment.month}月{moment.day}日"
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"


_MONTHS = (
    "January February March April May June July August September October November December".split()  # noqa: SIM905
)


def month(number: int, lang: Language) -> str:
    """The short name of a month, for an axis.

    Examples
    --------
    >>> month(3, "en"), month(3, "zh")
    ('Mar', '3月')
    """
    return f"{number}月" if lang == "zh" else _MONTHS[number - 1][:3]
