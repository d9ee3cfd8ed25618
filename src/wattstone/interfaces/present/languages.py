"""Languages: every word that is shown goes through here. English is the source; Chinese is written for it.

The catalogue is `locale/zh/LC_MESSAGES/wattstone.po`; the compiled one beside it is shipped, so that the standard
library can read it. After a change: `pybabel compile -d src/wattstone/interfaces/present/locale -D wattstone`.
"""

import gettext
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Literal, get_args

from wattstone.base import Finding
from wattstone.interfaces.present.factor_forms import FACTORS
from wattstone.interfaces.present.green_forms import GREEN
from wattstone.interfaces.present.inventory_forms import INVENTORY
from wattstone.interfaces.present.job_forms import ENDS, UNFIT
from wattstone.interfaces.present.machinery_forms import PLACES, REASONS, REFUSED, ROOMS, SPOKEN, VALUES
from wattstone.interfaces.present.market_forms import MARKET
from wattstone.interfaces.present.register_forms import REGISTERS
from wattstone.programme.kinds import record_kind

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
    >>> translator("zh")("scope 1"), translator("en")("{share} less than {year}", share="4 %", year=2018)
    ('范围一', '4 % less than 2018')
    """
    if lang not in LANGUAGES:
        raise ValueError(f"there is no catalogue for {lang!r}; there are {', '.join(LANGUAGES)}")
    catalogue = _catalogue(lang)

    def say(message: str, /, **params: Any) -> str:
        text = catalogue.gettext(message)
        return text.format_map(params) if params else text

    return say


@cache
def counter(lang: Language) -> Translate:
    """The function that says a message about a number of things in a language.

    Returns
    -------
    callable
        Takes the English messages for one and for several, the number, and by name the values of their fields;
        `{count}` is the number.

    Examples
    --------
    >>> counter("en")("{count} reading", "{count} readings", 1), counter("zh")("{count} reading", "{count} readings", 2)
    ('1 reading', '2 个读数')
    """
    catalogue = _catalogue(lang)

    def say(one: str, several: str, count: int, /, **params: Any) -> str:
        shown = f"{count:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")
        return catalogue.ngettext(one, several, count).format_map({"count": shown, **params})

    return say


# Reasons, notes and places come with their values in them; these are the forms in which they come.
_FORMS = (
    *INVENTORY,  # ahead of those that are their beginnings
    mark("meter '{meter}', {dates}"),
    mark("site '{site}'"),
    mark("site '{site}', {dates}"),
    mark("{place}, year {year}"),
    mark("measure '{measure}'"),
    mark("topic '{named}'"),
    mark("table '{named}'"),
    mark("community '{community}'"),
    mark("measure '{measure}', {field}"),
    mark("{file}, row {row}, column '{column}'"),
    mark("meter '{meter}'"),
    mark("category {number}"),
    mark("computed from the energy of scopes 1 and 2"),
    mark("year {year}"),
    mark("finding '{key}'"),
    mark("the organisation"),
    mark("the same days and supplier"),
    mark("the same document"),
    mark("{file}, meter '{meter}'"),
    mark("{file}, {count} more meters"),
    mark("{file}, column '{column}'"),
    mark("{file}, line {line}, context '{context}'"),
    mark("{file}, line {line}, unit '{unit}'"),
    mark("{file}, line {line}"),
    mark("{file}, row {row}"),
    mark("figure '{figure}'"),
    mark("event '{event}'"),
    mark("readings arrived or were corrected: {sources}"),
    mark("activity records arrived or were corrected"),
    mark("factors changed: {factors}"),
    mark("hourly intensities changed"),
    mark("sites, meters, settings or the program changed"),
    mark("acquisition of {site} on {date}"),
    mark("merger of {site} on {date}"),
    mark("insourcing of {site} on {date}"),
    mark("divestment of {site} on {date}"),
    mark("outsourcing of {site} on {date}"),
    mark("restatement '{restatement}'"),
    mark("the base-year policy"),
    mark("the inventory"),
    mark("the rejection"),
    mark("lines of the inventory"),
    mark("the uncertainty of {share} of it is not known"),
    mark("line {row}"),
    mark("row {row}"),
    mark("no readings in {period}"),
    mark("the site has no floor area"),
    mark("not computed yet"),
    mark("the {level} interval is not known"),
    mark("the workspace has no hourly intensities of this grid"),
    mark("hourly intensities of {region} are missing for {dark} of {rows} intervals with energy"),
    mark("the tariff has no price for {count} intervals with energy"),
    mark("{reason}; other reasons: {others}"),
    mark("{count} of {total} meters cannot be computed ({named} and {more} more): {reason}"),
    mark("{count} of {total} sites cannot be computed ({named} and {more} more): {reason}"),
    mark("{count} of {total} meters cannot be computed ({named}): {reason}"),
    mark("{count} of {total} sites cannot be computed ({named}): {reason}"),
    mark("{reason}. To mend it: {remedy}"),
    mark("{count} of {total} sites: those with a floor area and readings"),
    mark("the site has neither a grid region nor a country"),
    mark("give the site one of them"),
    mark("no factor of {what}: the site has no country"),
    mark("give the site its country"),
    *FACTORS,
    mark("the sets declared for {place} hold it for {years} only"),
    mark("no factor set is declared for {what} in {place}"),
    mark("put the factor, with its source, in a CSV file in the workspace's factors/ folder"),
    mark(
        "no factor of {what} per kWh in {place}: the meter does not say whether its energy is on the gross or net "
        "calorific value, and no convention of billing is declared for {nation}"
    ),
    mark("give the meter a basis"),
    mark("without {what}, metered in {unit}"),
    mark("{what} in {unit} taken as {content} (gross), by the factors of {id}"),
    mark("{what} in {unit} taken as {content} (net), by the factors of {id}"),
    mark("without {what}, of which there are no readings"),
    mark("grid electricity"),
    mark("purchased heat"),
    mark("purchased cooling"),
    mark("{set}: they carry no year, and serve {year} as any other"),
    mark("{set}, which serves any year"),
    mark("by a net calorific value of {value} MJ/kg"),
    mark("by a density of {value}"),
    mark("a national default, the same in all of {nation}"),
    mark("CO2 alone: the source has no CH4 and no N2O"),
    mark("{count} of {total} meters have no readings in the period"),
    mark("{count} of {total} sites have no readings in the period"),
    mark("{mass} kg of it count CO2 alone"),
    mark("the weather of {station} is known for {known} of {wanted} days"),
    mark("CO2 alone: the intensities of {region} count no other gas"),
    mark("a published total in CO2e by {edition} (not confirmed), not by {other}"),
    mark("a published total in CO2e by {edition}, not by {other}"),
    mark("energy taken as gross calorific value, as billed in {place} ({source})"),
    mark("energy taken as net calorific value, as billed in {place} ({source})"),
    mark("base {base} degC, station {station}"),
    mark("{count} meters that cover nine tenths of {before} and of {year}"),
    mark("no factor of {what} per {unit} for {place} in {year}: {why}"),
    mark("hourly intensities of {region} are missing for {dark} of {rows} intervals, or these are longer than an hour"),
    mark("the workspace has no meters of fuel that stand in the totals"),
    mark("the workspace has no meters of electricity, heat or cooling that stand in the totals"),
    mark("not in the totals: {reason}"),
    mark("counted in place of the meters that it names"),
    mark("a virtual meter that is not marked as counted; the meters that it names are counted themselves"),
    mark("its kind '{kind}' is not in the vocabulary: stored, never totalled"),
    mark("it measures what leaves the site"),
    mark("it measures what is made on the site: shown beside what is bought, never added to it"),
    mark("the virtual meter '{instead}' is counted in its place"),
    mark("its readings are the differences of the register '{instead}', which is counted"),
    mark("its parent '{instead}' already counts it"),
    mark("its parents form a circle, so that nothing says which of them counts it"),
    mark("gaps filled: {how}"),
    mark("{method}, gaps up to {span} h, readings flagged {flags} treated as gaps"),
    mark("{method}, gaps up to {span} h"),
    mark("linear"),
    mark("same_hour_last_week"),
    mark("typical_week"),
    mark("zero"),
    mark("consolidated by {approach}: its share of each site, from day to day"),
    mark("consolidated by {approach}: all of the sites it held, from day to day"),
    mark("units that do not add up: {unit}"),
    mark("{set}, in the order for {place}, has {what} only per {unit}"),
    mark("{set}, in the order for {place}, does not have {what}"),
    mark("the sets declared for {place} are for {years} only"),
    mark(
        "{sets} have no row for {place}, and none of a wider or another region is used in its place; they hold "
        "{regions}"
    ),
    mark(
        "{sets} have no row for {place}, and none of a wider or another region is used in its place: they hold {count} "
        "other regions of {nation}"
    ),
    mark("{remedy}, or give the site one of these regions if it lies in it"),
    mark("the only density of {what} at hand is not to be used in {place}, as its row remarks"),
    mark("no factor set knows the fuel {fuel}; they know {fuels}"),
    mark("a meter of {what} in {unit}: no factor counts that; kWh, m3 or kg do"),
    mark("from net to gross calorific value by net/gross = {value}"),
    mark("from gross to net calorific value by net/gross = {value}"),
    mark(
        "the density of 0.913 kg/L is high for road diesel (about 0.84 kg/L): figures per litre run about {share} high"
    ),
    mark("own factor from {file}"),
    mark("own factors of {what} ({ids}) are per {unit} and do not serve a meter that counts {per}"),
    mark("row {name} is replaced by {file}"),
    mark("{name} accepted: {text}"),
    mark("confidence C, used by accepted exception: {name} ({text})"),
    mark("the only factor, {name} ({value}, set {id}), rests on one transcription (confidence C: {text})"),
    mark(
        "check it against the source and accept the exception '{name}' (or '{id}' for the whole set), or put your "
        "own factor in the workspace's factors/ folder"
    ),
    mark("the source has no CH4 and no N2O"),
    mark("the source has no CH4"),
    mark("the source has no N2O"),
    mark("a published total in CO2e whose GWP set is not stated, not made by {edition}"),
    mark("a published total in CO2e by {edition} (not confirmed)"),
    mark("no factor of {what} for {place} in {year}: {why}"),
    mark("stale readings: {why}"),
    mark("{meter} (no reading yet)"),
    mark("{meter} (the newest reading is {count} s old)"),
    mark("no reading says what state {meter} is in"),
    mark("the planner took more than {count} s"),
    mark("annual"),
    mark("hourly"),
    mark("location"),
    mark("market"),
    mark("simulated"),
    mark("expected minus observed"),
    mark("what was expected is modelled, so that the whole of it is an estimate"),
    *REASONS,
    *PLACES,
    *VALUES,
    *REFUSED,
    *ENDS,
    *UNFIT,
    *MARKET,
    *GREEN,
    *REGISTERS,
)


_SAID = {
    "reason",
    "remedy",
    "why",
    "what",
    "set",
    "how",
    "approach",
    "method",
}  # fields that are texts of their own, to be said in the language too

ALSO = mark("; also: ")
"""Between the reasons of a sum, as `inventory.sums` writes them."""
_LONG = {*_SAID, "text"}
_ONLY = re.compile(r"\b1 of 1 (meter|site)s\b")  # a count of one, as figures tell it
_HAS = re.compile(r"\b(1 of \d+ (?:meter|site)s|the only (?:meter|site)) have ")
_KIND = re.compile(r"\bno factor of \w+")  # a fuel, as the vocabulary spells it


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((form, re.compile(re.sub(r"\\{(\w+)\\}", _field, re.escape(form)), re.DOTALL)) for form in _FORMS)


_COUNTS = frozenset(
    {"count", "total", "more", "others", "year", "dark", "rows", "known", "wanted", "before", "row", "span"}
    | {"amount", "leak", "low", "high", "power", "stored", "celsius", "volts"}
)


def _field(match: re.Match[str]) -> str:
    """A field of a form: a number, so that one form does not reach into the next, or any text."""
    name = match[1]
    return rf"(?P<{name}>[\d.,\u202f]+)" if name in _COUNTS else rf"(?P<{name}>.+?)"


@cache
def say_reason(reason: str | None, lang: Language) -> str:
    """Why there is no value, or what the reader must know of it, in a language; other texts stay English.

    Parameters
    ----------
    reason : str or None
        In English, with its values in it: `no readings in 2019`.
    lang : {'en', 'zh'}

    Examples
    --------
    >>> say_reason("no readings in 2019", "zh")
    '2019 没有读数'
    """
    if not reason or lang == "en":
        told = _HAS.sub(r"\1 has ", _ONLY.sub(r"the only \1", reason or ""))
        return _KIND.sub(lambda found: found[0].replace("_", " "), told)
    for form, pattern in _patterns():
        if (found := pattern.fullmatch(reason)) is not None:
            fields = found.groupdict()
            if any("; " in text for name, text in fields.items() if name not in _LONG):
                continue  # several texts in a row, told one by one below
            inner = {
                name: say_reason(fields[name].replace("_", " ") if name == "what" else fields[name], lang)
                for name in _SAID & fields.keys()
            }
            if " parts " in form:  # their names are those of figures
                inner["named"] = translator(lang)(", ").join(
                    say_reason(one, lang) for one in fields["named"].split(", ")
                )
            return translator(lang)(form, **{**fields, **inner}) if fields else translator(lang)(form)
    said = translator(lang)(reason)
    if said == reason and ALSO in reason:
        return translator(lang)(ALSO).join(say_reason(part, lang) for part in reason.split(ALSO))
    if said == reason and "; " in reason:
        return translator(lang)("; ").join(say_reason(part, lang) for part in reason.split("; "))
    return said


def say_finding(finding: Finding, lang: Language) -> dict[str, str]:
    """Place, sentences and first place of a finding in a language; a template without a translation stays English."""
    t = translator(lang)
    if lang != "en" and finding.code.split(".")[0] in ROOMS:
        finding = replace(finding, params={name: _spoken(name, one, lang) for name, one in finding.params.items()})
    elif lang != "en" and isinstance(why := finding.params.get("why"), str):
        finding = replace(finding, params={**finding.params, "why": say_reason(why, lang)})
    if lang != "en" and isinstance(figure := finding.params.get("one_figure"), str):
        finding = replace(finding, params={**finding.params, "one_figure": _place(figure, lang)})
    return {
        "place": _place_of_figure(finding.place, lang) if _of_figure(finding) else _place(finding.place, lang),
        "found": finding.say(t(finding.found)),
        "expected": finding.say(t(finding.expected)),
        "remedy": finding.say(t(finding.remedy)),
        "first": say_reason(finding.first, lang),
    }


_FIGURE = re.compile(r"(?:scope[123]|total|intensity|energy|volume|cost|emissions|biogenic|match)\b[\w.+]*")


def _of_figure(finding: Finding) -> bool:
    return finding.code.startswith("check.") and any(map(_FIGURE.fullmatch, finding.place.split(", ")))


def _place_of_figure(place: str, lang: Language) -> str:
    """A figure of a site or of the organisation, by the names by which people know them."""
    from wattstone.interfaces.present.names import total_name

    told = [total_name(one, lang) if _FIGURE.fullmatch(one) else say_reason(one, lang) for one in place.split(", ")]
    return (", " if lang == "en" else "\N{FULLWIDTH COMMA}").join(told)


def _place(place: str, lang: Language) -> str:
    """A place, as a whole or by its parts: `machine 'A', power`; keys of a file stay as the file has them."""
    if lang != "en" and (entry := _ENTRY.fullmatch(place)) and say_reason(place, lang) == place:
        label = _kind_label(entry["kind"])
        return place if label is None else f"{translator(lang)(label)} {entry['entry']}"
    parts = [part.strip() for part in re.findall(r"(?:[^,']|'[^']*'|,(?! ))+", place)]
    told = [say_reason(part, lang) for part in parts]
    if len(parts) == 1 or parts[0].endswith(".toml") or any(one == part for one, part in zip(told, parts, strict=True)):
        whole = say_reason(place, lang)
        if whole != place or parts[0].endswith(".toml") or told == parts:
            return whole
    return "\N{FULLWIDTH COMMA}".join(told)


_ENTRY = re.compile(r"(?P<kind>[a-z_]+) '(?P<entry>.+)'", re.DOTALL)


@cache
def _kind_label(kind: str) -> str | None:
    """English label of a kind of entries of the programme; None where there is no such kind."""
    try:
        return record_kind(kind).label
    except KeyError:
        return None


def _spoken(name: str, value: object, lang: Language) -> object:
    """A value of a finding: in words of the language where it is words."""
    if name not in SPOKEN or not isinstance(value, str):
        return value
    said = say_reason(value, lang)
    if said == value and name in {"expected", "fits", "rules", "unit"}:
        return translator(lang)(" or ").join(say_reason(one, lang) for one in value.split(" or "))
    return said


def day(moment: date, lang: Language) -> str:
    """A date as it is written out.

    Examples
    --------
    >>> from datetime import UTC, datetime
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
