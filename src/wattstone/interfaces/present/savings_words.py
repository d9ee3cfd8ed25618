"""What verdicts, statistics, thresholds, formulae and events of a verification are called."""

from datetime import date, datetime
from math import isfinite
from typing import Any

from wattstone.interfaces.present.content import Cell
from wattstone.interfaces.present.languages import Language, Translate, day, mark, say_reason, translator
from wattstone.interfaces.present.numbers import MINUS, amount, interval, three
from wattstone.savings.periods import Dates
from wattstone.savings.result import Check, Estimate, Event, Excluded, Verdict

VERDICTS: dict[Verdict, str] = {
    "saving": mark("Saving"),
    "no significant saving": mark("No significant saving"),
    "increase": mark("Increase"),
    "not determined": mark("Not determined"),
}

OPTIONS = {
    "A": mark("A: retrofit isolation, the key parameter measured"),
    "B": mark("B: retrofit isolation, all parameters measured"),
    "C": mark("C: whole facility"),
    "D": mark("D: calibrated simulation"),
}

CERTAINTIES = {
    "read": mark("read in the publication"),
    "secondary": mark("from a secondary source"),
    "unconfirmed": mark("not confirmed"),
    "own": mark("our own"),
}

STATISTICS = {
    "n": mark("n, points"),
    "p": mark("p, parameters"),
    "cv_rmse": mark("CV(RMSE)"),
    "nmbe": mark("NMBE"),
    "r2": mark("R²"),
    "adjusted_r2": mark("adjusted R²"),
    "pnrmse": mark("PNRMSE"),
    "autocorrelation": mark("autocorrelation"),
}

DEFINITIONS = {
    "n": mark("intervals of the baseline that are known"),
    "p": mark("what the model has fitted, taken off n"),
    "cv_rmse": mark("√(SSE / (n − p)) over mean use"),
    "nmbe": mark("sum of observed minus model over (n − p) times mean use; above 0 the model says too little"),
    "r2": mark("share of the variation that the model explains"),
    "adjusted_r2": mark("the same with n − p degrees of freedom"),
    "pnrmse": mark("√(SSE / (n − p)) over the distance from the 5th to the 95th percentile of use"),
    "autocorrelation": mark("of each residual with the next"),
}

_CHECKED = {
    **STATISTICS,
    "fsu": mark("FSU (90 %)"),
    "fsu68": mark("FSU (68 %)"),
    "saving_share": mark("saving over expected use"),
    "saving_over_error": mark("saving over its standard error"),
}
_PURE = {"r2", "adjusted_r2", "saving_over_error", "autocorrelation"}

_LIMITS = {
    "at most": mark("at most {limit}"),
    "less than": mark("less than {limit}"),
    "magnitude at most": mark("at most {limit} either way"),
    "magnitude less than": mark("less than {limit} either way"),
    "at least": mark("at least {limit}"),
    "more than": mark("more than {limit}"),
}

VARIANTS = {
    "g14": mark("Guideline 14, with autocorrelation"),
    "g14-sun-baltazar": mark("Guideline 14 with the polynomial of Sun and Baltazar 2013"),
    "g14-nmecr": mark("Guideline 14 as in nmecr: corrected where autocorrelation is 0.5 or more"),
}

_STATUS = {
    "proposed": mark("proposed: not applied"),
    "confirmed": mark("confirmed"),
    "rejected": mark("rejected: not applied"),
}
_TREATMENTS = {"exclude": mark("its days are left out"), "adjust": mark("its size is added back")}

REASONS = (
    mark("zeros of electricity stand for missing readings (CalTRACK 2.0, 2.2.1.4)"),
    mark("zeros of a heating meter that last through the cold stand for missing readings"),
    mark("doubtful by the quality check"),
    mark("comparison meters"),
    mark("earlier years"),
    mark("avoided use"),
)
"""Texts that come with the data and are said in the language where they are shown."""

_WHY = {
    "blackout": mark("blackout: the days of the works"),
    "event": mark("confirmed non-routine event"),
    "no reading": mark("no reading"),
    "no prediction": mark("no prediction: a condition that the model needs is not known"),
    "user": mark("left out by name"),
}


def on(one: date, lang: Language) -> str:
    """A local day as it is written out."""
    return day(datetime(one.year, one.month, one.day), lang)


def span(dates: Dates, lang: Language) -> str:
    """Two local days, both included, and how many they are."""
    t = translator(lang)
    return t("{first} to {last} ({days} days)", first=on(dates.first, lang), last=on(dates.last, lang), days=dates.days)


def saved_words(one: Estimate | None, lang: Language) -> str:
    """A saving with its interval, or that it is not determined.

    Examples
    --------
    >>> from math import nan
    >>> saved_words(Estimate(41.0, 29.0, 53.0, "kWh"), "en"), saved_words(Estimate(41.0, nan, nan, "kWh"), "en")
    ('41.0 kWh (90 %: 29.0 to 53.0)', '41.0 kWh (interval not known)')
    """
    t = translator(lang)
    if one is None or not isfinite(one.value):
        return t("not determined")
    return t("{amount} ({interval})", amount=amount(one.value, one.unit, lang), interval=interval_words(one, lang))


def finite(one: Estimate) -> bool:
    """Whether both bounds are known and not infinite, as they are where a method has missed by any amount before."""
    return isfinite(one.lower) and isfinite(one.upper)


def interval_words(one: Estimate, lang: Language) -> str:
    """The interval in the unit of its value."""
    t = translator(lang)
    if not finite(one):
        return t("90 %: no bound was found") if one.bounded else t("interval not known")
    return interval(one.value, one.lower, one.upper, one.unit, lang)


def percentage(share: float, lang: Language) -> str:
    """A share with its sign, as a percentage of three figures; a word where it is not known.

    Examples
    --------
    >>> percentage(0.0648, "en"), percentage(-0.0004, "en").replace(MINUS, "-")
    ('6.48 %', '-0.0400 %')
    """
    t = translator(lang)
    if not isfinite(share):
        return t("not known")
    return t("{share} %", share=three(100 * share if abs(share) >= _NOTHING else 0.0))


_NOTHING = 5e-7  # what is left of 0 after a fit


def checked_words(one: Check, lang: Language) -> tuple[str, str, str]:
    """Statistic, value and limit of a check."""
    t = translator(lang)
    statistic = t(_CHECKED[one.statistic]) if one.statistic in _CHECKED else one.statistic

    def said(value: float) -> str:
        pure = one.statistic in _PURE
        shown = value if pure else 100 * value if abs(value) >= _NOTHING else 0.0
        text = f"{shown:.3g}".replace("-", MINUS)
        return text if pure else t("{share} %", share=text)

    value = said(one.value) if isfinite(one.value) else t("not known")
    return statistic, value, t(_LIMITS[one.comparison], limit=said(one.limit))


def passed_cell(passed: bool | None, t: Translate) -> Cell:
    """Whether a limit is met, as a sign and a word."""
    if passed is None:
        return Cell(t("not known"))
    return Cell(t("✓ met") if passed else t("✗ not met"))


def event_words(one: Event, lang: Language) -> tuple[str, str, str]:
    """When an event was, how large, and what became of it."""
    t = translator(lang)
    first = on(one.first, lang)
    when = t("from {first}, not ended", first=first)
    if one.last is not None:
        when = t("{first} to {last}", first=first, last=on(one.last, lang))
    size = t("size not given")
    if isfinite(one.size):
        form = mark("{amount} a day more than usual") if one.size >= 0 else mark("{amount} a day less than usual")
        size = t(form, amount=amount(abs(one.size), one.unit, lang))
    status = t(_STATUS[one.status])
    if one.status == "confirmed":
        status = t("{status}: {treatment}", status=status, treatment=t(_TREATMENTS[one.treatment]))
    return when, size, status


def excluded_words(one: Excluded, lang: Language) -> str:
    """Why intervals do not count."""
    t = translator(lang)
    why = t(_WHY[one.why])
    return t("{why} ({reason})", why=why, reason=say_reason(one.reason, lang)) if one.reason else why


def known_text(value: Any, t: Translate) -> str:
    """A text as it is, or that it is not known."""
    return str(value) if value not in (None, "") else t("not known")
