"""The part of a savings report about one meter: its model, how good it is, what was saved month by month."""

from collections.abc import Iterator, Mapping
from math import isfinite
from typing import Any

from wattstone.interfaces.present.charts.savings_fit import fit_drawing, residuals_drawing
from wattstone.interfaces.present.charts.savings_time import (
    cumulative_drawing,
    month_words,
    observed_drawing,
    saved_months_drawing,
)
from wattstone.interfaces.present.content import Cell, Head, Section, Table, weave
from wattstone.interfaces.present.languages import Language, mark, say_finding, translator
from wattstone.interfaces.present.names import kind_name, opened
from wattstone.interfaces.present.numbers import every, percent, scale, three
from wattstone.interfaces.present.savings_data import known_share
from wattstone.interfaces.present.savings_model import method_words, model_tables
from wattstone.interfaces.present.savings_words import (
    CERTAINTIES,
    DEFINITIONS,
    STATISTICS,
    checked_words,
    finite,
    passed_cell,
    percentage,
    saved_words,
)
from wattstone.savings.result import MeterSaving

Ids = Mapping[str, str]


def meter_sections(
    meter: MeterSaving, at: int, ids: Ids, lang: Language, *, fahrenheit: bool, leading: bool
) -> Iterator[Section]:
    """Model and reporting period of a meter, each with its drawings.

    Parameters
    ----------
    meter : MeterSaving
        What it says.
    at : int
        Its place, from 1, of which the names of anchors are made.
    ids : mapping
        Ids of figures.
    lang : {'en', 'zh'}
    fahrenheit : bool
        Whether temperatures are shown in °F.
    leading : bool
        Whether the page begins with its cumulative drawing.
    """
    t = translator(lang)
    if not meter.method:
        text = t("There is no model: the data do not qualify.")
        yield Section(f"meter-{at}", t("{meter}: no result", meter=meter.meter), ((text,),))
        return
    key = f"m{at}"
    drawings = (
        fit_drawing(meter, key, lang, fahrenheit=fahrenheit),
        residuals_drawing(meter, key, lang, fahrenheit=fahrenheit),
    )
    coefficients = model_tables(meter.model, meter.unit, lang, fahrenheit=fahrenheit)
    tables = (*coefficients, _goodness(meter, lang), _checks(meter, lang))
    yield Section(
        f"model-{at}",
        t("{meter}: model of the baseline", meter=meter.meter),
        ((method_words(meter.method, lang),),),
        tuple(one for one in drawings if one is not None),
        tuple(one for one in tables if one is not None),
    )
    yield _reporting(meter, at, key, ids, lang, leading=leading)


def _goodness(meter: MeterSaving, lang: Language) -> Table | None:
    t = translator(lang)
    rows = [(name, meter.goodness[name]) for name in STATISTICS if meter.goodness.get(name) is not None]
    if not rows:
        return None
    heads = (Head(t("Statistic")), Head(t("Value"), True), Head(t("What it is")))
    cells = tuple(
        (Cell(t(STATISTICS[name])), Cell(_number(name, value, lang), numeric=True), Cell(t(DEFINITIONS[name])))
        for name, value in rows
    )
    return Table(heads, cells, "", t("Goodness of fit in the baseline"))


def _number(name: str, value: Any, lang: Language) -> str:
    if name in ("n", "p"):
        return every(float(value))
    return percentage(float(value), lang) if name in ("cv_rmse", "nmbe", "pnrmse") else three(float(value))


def _checks(meter: MeterSaving, lang: Language) -> Table | None:
    if not meter.checks:
        return None
    t = translator(lang)
    rows: list[tuple[Cell, ...]] = []
    for one in meter.checks:
        statistic, value, limit = checked_words(one, lang)
        said = (Cell(t(one.name)), Cell(statistic), Cell(value, numeric=True), Cell(limit), passed_cell(one.passed, t))
        rows.append((*said, Cell(t(_source(one.source))), Cell(t(CERTAINTIES[one.certainty]))))
    heads = tuple(
        Head(text, at == 2)
        for at, text in enumerate(
            (t("Threshold"), t("Statistic"), t("Here"), t("Limit"), t("Met"), t("Source"), t("Certainty"))
        )
    )
    note = t(_UNCONFIRMED) if any(one.certainty != "read" for one in meter.checks) else ""
    return Table(heads, tuple(rows), note, t("Against published thresholds"))


def _source(text: str) -> str:
    """A source without what the column beside it says."""
    return text.removesuffix("; not confirmed").removesuffix(", as quoted by a secondary source")


_UNCONFIRMED = mark("Only a limit that was read in its publication decides anything; the others are for orientation.")


def _reporting(meter: MeterSaving, at: int, key: str, ids: Ids, lang: Language, *, leading: bool) -> Section:
    t = translator(lang)
    months = months_table(meter, lang)
    cumulative = None if leading else cumulative_drawing(meter, key, lang)
    drawings = (observed_drawing(meter, key, lang), cumulative, saved_months_drawing(meter, months, key, lang))
    first: list[tuple[str | Cell, ...]] = [_sentence(meter, ids, lang)]
    if meter.normalised is not None:
        said = Cell(saved_words(meter.normalised, lang), ids.get(f"normalised@meter:{meter.meter}"))
        year = meter.typical_year or t("not known")
        text = mark("In a year of typical weather, both periods modelled: {amount}. Weather: {source}.")
        first.append(weave(t, text, amount=said, source=Cell(year)))
    if trend := _persistence(meter.persistence, lang):
        first.append((trend,))
    said_ = [say_finding(one, lang) for one in meter.findings]
    first += [(t("{place}: {found}.", place=opened(one["place"]), found=one["found"]),) for one in said_]
    return Section(
        f"saved-{at}",
        t("{meter}: what was saved", meter=meter.meter),
        tuple(first),
        tuple(one for one in drawings if one is not None),
        (months,) if months.rows else (),
    )


def _sentence(meter: MeterSaving, ids: Ids, lang: Language) -> tuple[str | Cell, ...]:
    t = translator(lang)
    if meter.avoided is None:
        return (t("The saving of this meter is not determined."),)
    figure = ids.get(f"avoided@meter:{meter.meter}")
    share = ""
    if meter.expected > 0 and isfinite(meter.avoided.value):
        share = t(
            " That is {share} of what was expected.", share=percentage(meter.avoided.value / meter.expected, lang)
        )
    kind = Cell(opened(kind_name(meter.kind, lang)))
    said = Cell(saved_words(meter.avoided, lang), figure)
    return (*weave(t, mark("{kind}, expected minus observed: {amount}."), kind=kind, amount=said), share)


def months_table(meter: MeterSaving, lang: Language) -> Table:
    """Month by month: observed, expected, saved, with intervals; they add up to the total."""
    t = translator(lang)
    known = [size for one in meter.months for size in (one.expected, one.observed) if isfinite(size)]
    divisor, unit = scale(meter.unit, max(map(abs, known), default=0.0))
    heads = (
        Head(t("Month")),
        Head(t("observed [{unit}]", unit=unit), True),
        Head(t("expected [{unit}]", unit=unit), True),
        Head(t("saved [{unit}]", unit=unit), True),
        Head(t("{level} interval", level=percent(0.9, lang))),
        Head(t("of expected"), True),
        Head(t("known"), True),
    )
    unknown = t("not known")

    def said(value: float) -> Cell:
        return Cell(three(value / divisor) if isfinite(value) else unknown, numeric=True)

    rows = tuple(
        (
            Cell(month_words(one.month, lang)),
            said(one.observed),
            said(one.expected),
            said(one.avoided.value),
            Cell(t("{lower} to {upper}", lower=three(one.avoided.lower / divisor),
                   upper=three(one.avoided.upper / divisor)) if finite(one.avoided) else unknown),
            Cell(percentage(one.avoided.value / one.expected if one.expected > 0 else float("nan"), lang),
                 numeric=True),
            Cell(known_share(one.known, lang), numeric=True),
        )
        for one in meter.months
    )  # fmt: skip
    return Table(heads, rows, t("Over the intervals that count; months add up to the total."), t("Month by month"))


def _persistence(found: Mapping[str, Any], lang: Language) -> str:
    """Whether the saving lasts, by the keys of `savings.persistence.Persistence`."""
    t = translator(lang)
    verdict, slope = found.get("verdict"), found.get("slope")
    if verdict == "too short":
        return t("Too few months to tell whether the saving lasts.")
    if verdict not in _TRENDS or not isinstance(slope, Mapping):
        return ""
    trend: Mapping[str, Any] = slope  # pyright: ignore[reportUnknownVariableType]
    bounds = [percentage(float(trend[name]), lang) for name in ("lower", "upper")]
    band = t("90 %: {lower} to {upper}", lower=bounds[0], upper=bounds[1])
    said = t(_TRENDS[verdict], change=percentage(abs(float(trend["value"])), lang), interval=band)
    return said + (" " * (lang == "en") + t(_SEASONAL) if found.get("seasonal") else "")


_TRENDS = {
    "persists": mark("No trend of the saving is shown: it changes by {change} of expected use a year ({interval})."),
    "decays": mark("The saving fades by {change} of expected use a year ({interval})."),
    "grows": mark("The saving grows by {change} of expected use a year ({interval})."),
}
_SEASONAL = mark("With less than two years a trend cannot be told from the seasons.")
