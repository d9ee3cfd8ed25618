"""The templates' environment: everything is escaped, what is not given is an error, and every word is translated."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any, cast

import jinja2
from jinja2.runtime import Context

from wattstone.base import Finding
from wattstone.interfaces.present import numbers
from wattstone.interfaces.present.deeds import deed_name
from wattstone.interfaces.present.job_names import part_name
from wattstone.interfaces.present.languages import Language, counter, day, translator
from wattstone.interfaces.present.listing import listed
from wattstone.interfaces.present.moments import moment_words
from wattstone.interfaces.present.names import opened
from wattstone.interfaces.web.remedies import reason_here, say_here

TEMPLATES = ("wattstone.interfaces.web", "wattstone.interfaces.present")
"""Packages whose folder `templates` is looked into, in this order."""


@cache
def environment() -> jinja2.Environment:
    """The environment, made once."""
    made = jinja2.Environment(
        loader=jinja2.FunctionLoader(_load),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    filters = cast("dict[str, Any]", made.filters)  # pyright: ignore[reportUnknownMemberType]
    filters.update(
        amount=_amount,
        interval=_interval,
        three=numbers.three,
        every=numbers.every,
        percent=_percent,
        written=numbers.written,
        day=_day,
        moment=_moment,
        deed=_deed,
        reason=_reason,
        part=_part,
        said=_said,
        pair=_pair,
        opened=opened,
        listed=_listed,
    )
    return made


def language_context(lang: Language) -> dict[str, Any]:
    """What every template has for its words."""
    return {"lang": lang, "t": translator(lang), "n": counter(lang), "html_lang": "zh-Hans" if lang == "zh" else "en"}


def _load(name: str) -> str | None:
    for package in TEMPLATES:
        path = files(package).joinpath("templates", *name.split("/"))
        if path.is_file():
            return path.read_text(encoding="utf-8")
    return None


def _lang(context: Context) -> Language:
    return cast("Language", context["lang"])


@jinja2.pass_context
def _amount(context: Context, value: float | None, unit: str, digits: numbers.Digits = "three") -> str:
    return numbers.amount(value, unit, _lang(context), digits=digits)


@jinja2.pass_context
def _interval(context: Context, value: float, lower: float | None, upper: float | None, unit: str) -> str:
    return numbers.interval(value, lower, upper, unit, _lang(context))


@jinja2.pass_context
def _listed(context: Context, parts: Iterable[object], most: int | None = None) -> str:
    return listed(parts, _lang(context), most=most)


@jinja2.pass_context
def _percent(context: Context, share: float) -> str:
    return numbers.percent(share, _lang(context))


@jinja2.pass_context
def _day(context: Context, moment: datetime) -> str:
    return day(moment, _lang(context))


@jinja2.pass_context
def _moment(context: Context, moment: datetime | None, zone: str = "UTC") -> str:
    """A moment in a zone, which is named; stored moments are naive UTC."""
    return "" if moment is None else moment_words(moment, zone, _lang(context))


@jinja2.pass_context
def _deed(context: Context, deed: str) -> str:
    return deed_name(deed, _lang(context))


@jinja2.pass_context
def _reason(context: Context, reason: str | None) -> str:
    return reason_here(reason, _lang(context))


@jinja2.pass_context
def _part(context: Context, what: str | None) -> str:
    return part_name(what, _lang(context))


@jinja2.pass_context
def _said(context: Context, finding: Finding) -> Mapping[str, str]:
    return say_here(finding, _lang(context))


def _pair(text: str) -> tuple[str, str]:
    """An option whose value is its words."""
    return text, text
