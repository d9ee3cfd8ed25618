"""A fitted model in words: its kind, its balance points, what it says per degree."""

from collections.abc import Callable, Mapping
from typing import Any, cast

from wattstone.interfaces.present.charts.savings_days import degree_sign
from wattstone.interfaces.present.content import Cell, Head, Table
from wattstone.interfaces.present.languages import Language, mark, translator
from wattstone.interfaces.present.names import opened
from wattstone.interfaces.present.numbers import MINUS, percent, three
from wattstone.interfaces.present.waste_words import power_unit

_METHODS = {
    "daily": mark("Change points by season and weekday: each part has constant use and slopes with temperature"),
    "daily-robust": mark("Change points by season and weekday, in which days far off count less"),
    "billing": mark("Change points of bills: constant use, and slopes with temperature"),
    "towt": mark("Time of week and temperature: a constant for each hour of the week, and pieces of temperature"),
    "towt-segments": mark("Time of week and temperature by month: twelve models, each weighted to its month"),
    "ridge": mark("Ridge regression for each hour of the day on weather, weekday and season; recent hours count more"),
    "boosted": mark("Gradient boosting on top of a regression: many small trees of hour, weekday, season and weather"),
    "best": mark("The model that predicts best ahead in trials inside the baseline"),
    "simulated": mark("A baseline simulated elsewhere and imported, not fitted here (option D)"),
}


def method_words(method: str, lang: Language) -> str:
    """What a method does, with its name and version."""
    t = translator(lang)
    said = _METHODS.get(method.partition("/")[0])
    return t("{what} ({method}).", what=t(said), method=method) if said else t("Method: {method}.", method=method)


def model_tables(model: Mapping[str, Any], unit: str, lang: Language, *, fahrenheit: bool = False) -> tuple[Table, ...]:
    """The coefficients of a model as a person reads them, of a choice between models also what was tried.

    Parameters
    ----------
    model : mapping
        JSON values of the model.
    unit : str
        Of use.
    lang : {'en', 'zh'}
    fahrenheit : bool
        Whether temperatures are shown in °F.
    """
    if not str(model.get("method", "")).startswith("best"):
        one = _coefficients(model, unit, lang, fahrenheit=fahrenheit)
        return () if one is None else (one,)
    parts = [cast("Mapping[str, Any]", model[name]) for name in ("hours", "days") if model.get(name)]
    found = [_coefficients(part, unit, lang, fahrenheit=fahrenheit) for part in parts]
    return (_tried(model, unit, lang), *(one for one in found if one is not None))


def _tried(model: Mapping[str, Any], unit: str, lang: Language) -> Table:
    """Errors of the trials; the least is chosen where it is less by a margin."""
    t = translator(lang)
    tried: Mapping[str, float | None] = model.get("tried") or {}
    unknown = t("not tried")
    rows = tuple(
        (
            Cell(method_words(name, lang).rstrip(".。")),
            Cell(unknown if error is None else three(error), numeric=True),
            Cell(t("✓ chosen") if name == model.get("chosen") else ""),
        )
        for name, error in tried.items()
    )
    share = percent(float(model.get("share") or 0.0), lang)
    note = t("Of the mean power of each day {share} comes from a daily model.", share=share)
    heads = (Head(t("Method")), Head(t("error ahead [{unit}]", unit=power_unit(unit)), True), Head(t("Chosen")))
    return Table(heads, rows, note, t("Trials inside the baseline"))


def _coefficients(model: Mapping[str, Any], unit: str, lang: Language, *, fahrenheit: bool) -> Table | None:
    """Of change points; of models with hundreds of coefficients how many of which sort."""
    method = str(model.get("method", ""))
    if not method.startswith(("daily", "billing")):
        return _counts(model, lang)
    from wattstone.baselines.daily_model import daily_from_json

    t = translator(lang)
    sign, power = degree_sign(fahrenheit=fahrenheit), power_unit(unit)
    rows = daily_from_json(dict(model)).describe(0, fahrenheit=fahrenheit)
    if not rows:
        return None
    heads = (
        Head(t("Which days")),
        Head(t("base [{unit}]", unit=power), True),
        Head(t("heating below [{sign}]", sign=sign), True),
        Head(t("more heating [{unit}]", unit=f"{power}/{sign}"), True),
        Head(t("cooling above [{sign}]", sign=sign), True),
        Head(t("more cooling [{unit}]", unit=f"{power}/{sign}"), True),
    )
    none = t("none")

    def said(value: float | None, digits: Callable[[float], str] = three) -> Cell:
        return Cell(none if value is None else digits(value), numeric=True)

    cells = tuple(
        (
            Cell(opened(days_words(str(row["days"]), lang))),
            said(row["base"]),
            said(row["heating_balance"], _tenth),
            said(row["heating"]),
            said(row["cooling_balance"], _tenth),
            said(row["cooling"]),
        )
        for row in rows
    )
    return Table(heads, cells, t(_ON_TOP), t("Coefficients"))


_ON_TOP = mark(
    "Mean power: the base at mild temperatures, and what each degree below or above a balance point adds. Days of the "
    "week, holidays and the level of the last weeks add terms of their own."
)


def _tenth(value: float) -> str:
    return f"{value:.1f}".replace("-", MINUS)


_SEASONS = {"summer": mark("summer"), "shoulder": mark("spring and autumn"), "winter": mark("winter")}
_KINDS = {"days": mark("all days"), "rest days": mark("rest days"), "working days": mark("working days")}


def days_words(name: str, lang: Language) -> str:
    """Which days a part of a daily model holds for.

    Examples
    --------
    >>> days_words("summer and shoulder rest days", "en"), days_words("days", "en")
    ('summer, spring and autumn: rest days', 'all days')
    """
    t = translator(lang)
    kind = next(kind for kind in ("rest days", "working days", "days") if name.endswith(kind))
    seasons = [t(said) for season, said in _SEASONS.items() if season in name]
    if not seasons:
        return t(_KINDS[kind])
    return t("{place}: {found}", place=t(", ").join(seasons), found=t(_KINDS[kind]))


def _counts(model: Mapping[str, Any], lang: Language) -> Table | None:
    """Of a model with hundreds of coefficients: how many of which sort."""
    t = translator(lang)
    rows: list[tuple[str, str]] = []
    parts: Any = model.get("months")
    if isinstance(parts, list) and parts:
        rows.append((t("models"), str(len(parts))))  # pyright: ignore[reportUnknownArgumentType]
    for name, said in _COUNTED.items():
        value = model.get(name)
        if isinstance(value, list):
            value = len(value)  # pyright: ignore[reportUnknownArgumentType]
        if isinstance(value, int) and not isinstance(value, bool):
            rows.append((t(said), str(value)))
    if not rows:
        return None
    cells = tuple((Cell(name), Cell(value, numeric=True)) for name, value in rows)
    return Table((Head(t("Item")), Head(t("How many"), True)), cells, t(_IN_JSON), t("Coefficients"))


_COUNTED = {
    "constant": mark("hours of the week with a constant of their own"),
    "busy": mark("of them busy, by the residuals"),
    "slope": mark("slopes with temperature and sun"),
    "names": mark("further variables"),
    "leaves": mark("leaves of trees"),
    "parameters": mark("fitted parameters"),
}
_IN_JSON = mark("The coefficients themselves stand in the model's JSON, which predicts the same.")
