"""The page of a forecast: a fan for each series, and how good forecasts were."""

import numpy as np

from wattstone.interfaces.present.charts.forecast import forecast_drawing
from wattstone.interfaces.present.content import Cell, Head, Report, Section, Step, Table
from wattstone.interfaces.present.html import render_page
from wattstone.interfaces.present.languages import Language, Translate, say_finding, translator
from wattstone.interfaces.present.names import opened
from wattstone.interfaces.present.numbers import percent, three
from wattstone.interfaces.present.report import frame_words
from wattstone.workflows.forecast import Forecasts, SeriesForecast

DRAWN = 12
"""Series that a page draws; the table has them all."""


def render_forecast(
    told: Forecasts, *, zones: dict[str, str], organisation: str, simulated: bool, lang: Language
) -> str:
    """The page of a forecast, self-contained; parameters as of `build_forecast`."""
    return render_page(build_forecast(told, zones=zones, organisation=organisation, simulated=simulated, lang=lang))


def build_forecast(
    told: Forecasts, *, zones: dict[str, str], organisation: str, simulated: bool, lang: Language
) -> Report:
    """The page of a forecast.

    Parameters
    ----------
    told : Forecasts
        What was forecast.
    zones : dict of str to str
        IANA zone by site.
    organisation : str
        Whose.
    simulated : bool
        Whether any of it was generated.
    lang : {'en', 'zh'}
    """
    t = translator(lang)
    largest = sorted(told.series, key=lambda one: (one.kind == "carbon", -float(np.nanmax(one.values, initial=0.0))))
    drawings = [forecast_drawing(one, zone=zones[one.site_id], lang=lang) for one in largest[:DRAWN]]
    scored = [one for one in told.series if one.score.mase is not None and one.score.naive is not None]
    better = sum((one.score.mase or 0.0) <= (one.score.naive or 0.0) for one in scored)
    sentence = t(
        "{count} series were forecast; in the last fortnight {better} of {scored} were no worse than a day before.",
        count=len(told.series),
        better=better,
        scored=len(scored),
    )
    more = () if len(largest) <= DRAWN else ((t("The {count} largest are drawn.", count=DRAWN),),)
    steps = [(say_finding(one, lang)) for one in told.findings[:5]]
    return Report(
        lang=lang,
        title=t("Forecast"),
        organisation=organisation,
        banner=t("Simulated data. These readings were generated; no building used this energy.") if simulated else "",
        sentence=(sentence,),
        headlines=(),
        lead=drawings[0],
        steps=tuple(Step(opened(one["remedy"]), f"{one['place']}: {one['found']}") for one in steps),
        sections=(
            *((Section("series", t("Other series"), more, tuple(drawings[1:])),) if drawings[1:] else ()),
            Section("scores", t("How good forecasts were"), (), (), (scores_table(told.series, t),)),
        ),
        facts=(
            (t("Made from readings up to"), f"{told.at:%Y-%m-%d %H:%M} UTC"),
            (t("Method"), "forecast/1"),
            (t("Evidence"), f"forecast:{told.run}"),
        ),
        words=frame_words(t),
    )


def scores_table(series: tuple[SeriesForecast, ...], t: Translate) -> Table:
    """How good each series was in the last fortnight, and what was taken."""
    heads = (
        Head(t("Series")),
        Head(t("Site")),
        Head(t("MASE"), True),
        Head(t("MASE of a day before"), True),
        Head(t("Pinball loss"), True),
        Head(t("Within 90 %"), True),
        Head(t("Method at 1 h and 24 h")),
    )
    none = t("not known")

    def said(value: float | None) -> Cell:
        return Cell(none if value is None else three(value), numeric=True)

    rows = tuple(
        (
            Cell(one.subject),
            Cell(one.site_id),
            said(one.score.mase),
            said(one.score.naive),
            said(one.score.pinball),
            Cell(none if one.score.coverage is None else percent(one.score.coverage, "en"), numeric=True),
            Cell(", ".join(one.methods[lead] for lead in ("1", "24") if lead in one.methods)),
        )
        for one in series
    )
    return Table(heads, rows)
