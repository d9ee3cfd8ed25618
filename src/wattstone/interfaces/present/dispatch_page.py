"""The pages of a plan and of a backtest: what to do, what it saves, what it rests on."""

from collections.abc import Iterator
from datetime import timedelta

import numpy as np
import polars as pl

from wattstone.interfaces.present.buildings_table import buildings_section
from wattstone.interfaces.present.charts.plan import Day, plan_drawing
from wattstone.interfaces.present.charts.times import clock
from wattstone.interfaces.present.charts.ways import NAMES, ways_drawing
from wattstone.interfaces.present.content import Cell, Head, Headline, Report, Section, Step, Table, weave
from wattstone.interfaces.present.dispatch_parts import (
    Figures,
    banner,
    cell,
    evidence,
    headline,
    mending,
    source,
)
from wattstone.interfaces.present.html import render_page
from wattstone.interfaces.present.languages import Language, Translate, mark, translator
from wattstone.interfaces.present.numbers import LEVEL, every, percent, three
from wattstone.interfaces.present.report import frame_words
from wattstone.workflows.dispatch.backtest import Backtested, steps_of
from wattstone.workflows.dispatch.plan import Planned

_SHOWN = 0.5  # kWh: a block of charging or discharging that is worth a line; 2 % of the batteries, where that is more
_BLOCKS = 5
_CENT = 0.005  # currency: parts of a cost below that are no line

_MODES = {
    "optimal": mark("the cheapest schedule that keeps everything that was asked"),
    "relaxed": mark("not everything that was asked can be kept: what gives way is listed below"),
    "safe": mark("no plan could be made: the declared fallback runs"),
}


def render_plan(done: Planned, figures: Figures, *, organisation: str, lang: Language) -> str:
    """The page of a plan, self-contained; parameters as of `build_plan`."""
    return render_page(build_plan(done, figures, organisation=organisation, lang=lang))


def build_plan(done: Planned, figures: Figures, *, organisation: str, lang: Language) -> Report:
    """The page of a plan.

    Parameters
    ----------
    done : Planned
        The plan.
    figures : sequence of dict
        Its figures, as they were recorded.
    organisation : str
        Whose.
    lang : {'en', 'zh'}
    """
    t = translator(lang)
    site = done.place.place
    currency = done.plan.site.currency
    cells = {
        "site": Cell(site.name or site.id),
        "cost": cell(figures, "plan.cost", t),
        "without": cell(figures, "plan.cost.no_control", t),
    }
    unknown = done.carbon.source == "none"
    headlines = [
        headline(t("Cost"), cell(figures, "plan.cost", t), done.cost, done.cost_without, t),
        *(
            []
            if unknown
            else [headline(t("Emissions"), cell(figures, "plan.emissions", t), done.emitted, done.emitted_without, t)]
        ),
        headline(t("Highest import"), cell(figures, "plan.peak", t), done.peak, done.peak_without, t),
    ]
    return Report(
        lang=lang,
        title=t("Plan of {site}", site=site.name or site.id),
        organisation=organisation,
        banner=banner(site.simulated, t),
        sentence=weave(t, mark("By this plan {site} pays {cost}, against {without} without control."), **cells),
        headlines=tuple(headlines),
        lead=plan_drawing(plan_day(done, lang), lang),
        steps=tuple(_actions(done, t)) + tuple(mending(done.findings, lang)),
        sections=(
            Section("costs", t("What it costs"), tables=(_costs(done, t),)),
            *buildings_section(done.buildings, (), currency, t),
            Section("setpoints", t("Set-points, by the hour"), tables=(_setpoints(done, t),)),
            evidence(figures, done.run, t),
        ),
        facts=(
            (t("Made from readings up to"), f"{done.at:%Y-%m-%d %H:%M} UTC"),
            (t("How the plan came about"), t(_MODES[done.plan.mode])),
            (t("Tariff"), ", ".join(one.id for one in done.place.file.tariffs) or t("a fixed rate of the site file")),
            (t("Carbon intensity"), source(done.carbon.source, t)),
            (t("Currency"), currency),
        ),
        words=frame_words(t),
    )


def render_backtest(tested: Backtested, figures: Figures, *, organisation: str, lang: Language) -> str:
    """The page of a backtest, self-contained; parameters as of `build_backtest`."""
    return render_page(build_backtest(tested, figures, organisation=organisation, lang=lang))


def build_backtest(tested: Backtested, figures: Figures, *, organisation: str, lang: Language) -> Report:
    """The page of a backtest.

    Parameters
    ----------
    tested : Backtested
        The period in all ways.
    figures : sequence of dict
        As they were recorded.
    organisation : str
        Whose.
    lang : {'en', 'zh'}
    """
    t = translator(lang)
    site = tested.place.place
    totals = tested.totals()
    costs, emissions = ways_drawing(tested, "cost", lang), ways_drawing(tested, "emissions", lang)
    cells = {
        "site": Cell(site.name or site.id),
        "plan": cell(figures, "backtest.cost.plan", t),
        "none": cell(figures, "backtest.cost.none", t),
        "perfect": cell(figures, "backtest.cost.perfect", t),
    }
    peak = cell(figures, "backtest.peak.plan", t)
    headlines = [
        headline(
            t("Cost"), cells["plan"], tested.settled("plan"), tested.settled("none"), t, note=gap_words(tested, t)
        ),
        headline(t("Highest import"), peak, totals["plan"]["peak"], totals["none"]["peak"], t),
    ]
    if emissions is not None:
        one = cell(figures, "backtest.emissions.plan", t)
        headlines.append(headline(t("Emissions"), one, totals["plan"]["carbon"], totals["none"]["carbon"], t))
    if totals["plan"]["pv"] > 0:
        share = totals["plan"]["self_consumption"]
        before = percent(totals["none"]["self_consumption"], lang)
        said = t("{share} without control", share=before)
        headlines.append(Headline(t("Own use of PV"), Cell(percent(share, lang)), "", said))
    drawings = tuple(one for one in (plan_drawing(backtest_day(tested, lang), lang), emissions) if one is not None)
    return Report(
        lang=lang,
        title=t("Backtest of {site}", site=site.name or site.id),
        organisation=organisation,
        banner=banner(site.simulated, t),
        sentence=weave(
            t,
            mark(
                "Run by plans, {site} would have paid {plan}, against {none} without control; {perfect} was possible."
            ),
            **cells,
        ),
        headlines=tuple(headlines[:4]),
        lead=costs,
        steps=(*_better(tested, t), *mending(tested.findings, lang)),
        sections=(
            Section("period", t("The period, run by plans"), drawings=drawings),
            Section("ways", t("All ways"), tables=(ways_table(tested, t),)),
            *buildings_section(tested.buildings("plan"), tested.buildings("none"), tested.place.file.site.currency, t),
            evidence(figures, tested.run, t),
        ),
        facts=(
            (t("Period"), f"{tested.start:%Y-%m-%d %H:%M} - {tested.end:%Y-%m-%d %H:%M} UTC"),
            (t("Plans"), str(tested.ways["plan"].plans)),
            (t("Due to errors of forecasts"), gap_words(tested, t)),
            (t("Objective against cost of the schedule"), f"{tested.as_dict()['objective_error']:.1e}"),
            (t("Carbon intensity"), source(tested.carbon.source, t)),
        ),
        words=frame_words(t),
    )


def plan_day(done: Planned, lang: Language) -> Day:
    """What is drawn of a plan."""
    t = translator(lang)
    plan, made = done.plan, done.plan.schedule
    flexible = made.tasks.sum(axis=0) + made.dimmables.sum(axis=0) + made.buffers.sum(axis=0)
    frame = pl.DataFrame(
        {
            "start": pl.Series(plan.starts, dtype=pl.Datetime("us")),
            "load": plan.outlook.load,
            "pv": made.pv.sum(axis=0) + np.zeros(plan.outlook.steps),
            "battery": made.battery.sum(axis=0) + np.zeros(plan.outlook.steps),
            "flexible": flexible + np.zeros(plan.outlook.steps),
            "net": made.net,
            "soc": made.soc.sum(axis=0) + np.zeros(plan.outlook.steps),
            "import_price": plan.outlook.import_price,
            "intensity": plan.outlook.carbon,
            "low": done.load_band[0] + flexible,
            "high": done.load_band[1] + flexible,
        }
    )
    if done.carbon.source == "none":
        frame = frame.with_columns(pl.lit(None, pl.Float64).alias("intensity"))
    saved, currency = done.cost_without - done.cost, plan.site.currency
    title = (
        t("The plan saves {amount} against no control", amount=f"{three(saved)} {currency}")
        if saved > 0.005
        else t("The plan can save nothing against no control")
    )
    return Day(
        frame=frame,
        zone=plan.site.zone,
        currency=currency,
        capacity=sum(one.capacity for one in plan.site.batteries),
        title=title,
        subtitle=t(
            "Forecast and plan of {site}; shaded: the load's {level} interval",
            site=done.place.place.id,
            level=percent(LEVEL, lang),
        ),
    )


def backtest_day(tested: Backtested, lang: Language) -> Day:
    """What is drawn of a backtest: its last week, as it was run by plans."""
    t = translator(lang)
    site, frame = tested.place.file.site, steps_of(tested, "plan")
    week = round(7 * 24 / tested.place.file.hours)
    if tested.carbon.source == "none":
        frame = frame.with_columns(pl.lit(None, pl.Float64).alias("intensity"))
    price, charged = frame["import_price"].to_numpy(), np.maximum(frame["battery"].to_numpy(), 0.0)
    paid = float(charged @ price) / max(float(charged.sum()), 1e-9)
    cheap = charged.any() and paid < 0.98 * float(price.mean())
    title = t("Batteries filled in cheap hours and served dear ones") if cheap else t("What plans did, step by step")
    return Day(
        frame=frame.tail(week),
        zone=site.zone,
        currency=site.currency,
        capacity=sum(one.capacity for one in site.batteries),
        title=title if frame.height <= week else t("The last week, run by plans"),
        subtitle=t("{site}, run by plans made with what was known at each step", site=tested.place.place.id),
        key="backtest",
    )


def gap_words(tested: Backtested, t: Translate) -> str:
    """What errors of the forecasts cost, in words."""
    currency = tested.place.file.site.currency
    share = tested.forecast_share
    if share is None:
        return t("no gap to perfect foresight")
    return t(
        "errors of forecasts cost {amount}, {share} of the gap to perfect foresight",
        amount=f"{three(tested.forecast_error)} {currency}",
        share=t("{share} %", share=f"{100 * min(share, 1.0):.0f}"),
    )


def _actions(done: Planned, t: Translate) -> Iterator[Step]:
    """What the batteries do, block by block."""
    plan = done.plan
    power = plan.schedule.battery.sum(axis=0) if plan.schedule.battery.size else np.zeros(plan.outlook.steps)
    worth = max(_SHOWN, 0.02 * sum(one.capacity for one in plan.site.batteries))
    sign = np.sign(np.where(np.abs(power) < 1e-3, 0.0, power))
    edges = np.flatnonzero(np.diff(np.concatenate(([0.0], sign, [0.0]))))
    times = clock([*plan.starts, plan.starts[-1] + timedelta(hours=plan.outlook.hours)], plan.site.zone)
    shown = 0
    for first, after in zip(edges.tolist(), edges.tolist()[1:], strict=False):
        energy = float(power[first:after].sum()) * plan.outlook.hours
        if abs(energy) < worth or shown >= _BLOCKS:
            continue
        shown += 1
        price = float(plan.outlook.import_price[first:after].mean())
        span = {"start": times[first][11:16], "end": times[after][11:16], "energy": f"{three(abs(energy))} kWh"}
        form = (
            mark("{start} to {end}: charge the batteries with {energy}")
            if energy > 0
            else mark("{start} to {end}: discharge {energy} from the batteries")
        )
        why = t("at a mean price of {price} {currency}/kWh", price=f"{price:.3g}", currency=plan.site.currency)
        yield Step(t(form, **span), why)


def _better(tested: Backtested, t: Translate) -> Iterator[Step]:
    """A rule that did better than plans: what follows from that."""
    rules = {way: tested.settled(way) for way in ("self_consumption", "clock")}
    best = min(rules, key=lambda way: rules[way])
    apart = tested.settled("plan") - rules[best]
    if apart > 0.005 * abs(tested.settled("none")):
        amount_ = f"{three(apart)} {tested.place.file.site.currency}"
        follows = all(one.follows for one in tested.place.file.site.batteries)
        form = (
            mark("Plan in shorter steps, and look with `wattstone forecast` at how good the forecasts are")
            if follows
            else mark("Plan in shorter steps, or let the inverter follow its own meter within a step")
        )
        yield Step(
            t(form),
            t("in this period the {way} cost {amount} less than plans", way=t(NAMES[best]), amount=amount_),
        )


def _costs(done: Planned, t: Translate) -> Table:
    names = {
        "energy": t("energy"),
        "carbon": t("price of carbon"),
        "demand": t("demand charge"),
        "demand_ahead": t("expected of the month's peak beyond that"),
        "ramping": t("ramping"),
        "wear": t("wear"),
        "comfort": t("comfort"),
        "delay": t("delay"),
        "terminal": t("worth of what is left stored"),
        "ties": t("choice between equal schedules"),
    }
    currency = done.plan.site.currency
    mine, idle = done.plan.costs.as_dict(), done.without.as_dict()
    rows = [
        (Cell(names[part]), Cell(every(mine[part]), numeric=True), Cell(every(idle[part]), numeric=True))
        for part in mine
        if max(abs(mine[part]), abs(idle[part])) >= _CENT
    ]
    rows.append(
        (Cell(t("together")), Cell(every(done.cost), numeric=True), Cell(every(done.cost_without), numeric=True))
    )
    heads = (Head(t("Part")), Head(f"{t('Plan')} [{currency}]", True), Head(f"{t('No control')} [{currency}]", True))
    return Table(heads, tuple(rows))


def _setpoints(done: Planned, t: Translate) -> Table:
    """Means of an hour for each device."""
    plan = done.plan
    frame = (
        plan.frame().filter(pl.col("kind") != "building").with_columns(pl.col("start").dt.truncate("1h").alias("hour"))
    )
    means = frame.group_by("hour", "device", maintain_order=True).agg(pl.col("power").mean())
    wide = means.pivot("device", index="hour", values="power")
    hours = clock(wide["hour"].to_list(), plan.site.zone)
    columns = wide.columns[1:]
    named = [t("grid") if name == "grid" else name for name in columns]
    heads = (Head(t("Hour, local")), *(Head(f"{name} [kW]", True) for name in named))
    rows = tuple(
        (Cell(f"{hour[:10]} {hour[11:16]}"), *(Cell(every(round(row[name], 3)), numeric=True) for name in columns))
        for hour, row in zip(hours, wide.iter_rows(named=True), strict=True)
    )
    return Table(heads, rows, t("Charging and drawing are positive, PV is negative. Means of the hour."))


def ways_table(tested: Backtested, t: Translate) -> Table:
    """All ways with their numbers."""
    currency = tested.place.file.site.currency
    parts = ("settled", "energy", "demand", "wear", "carbon", "peak", "import", "export", "self_consumption", "left")
    titles = {
        "settled": f"{t('Cost')} [{currency}]",
        "energy": f"{t('energy')} [{currency}]",
        "demand": f"{t('demand charge')} [{currency}]",
        "wear": f"{t('wear')} [{currency}]",
        "carbon": f"{t('Emissions')} [kg CO2e]",
        "peak": f"{t('Highest import')} [kW]",
        "import": f"{t('Import')} [kWh]",
        "export": f"{t('Export')} [kWh]",
        "self_consumption": f"{t('Own use of PV')} [%]",
        "left": f"{t('Left stored')} [kWh]",
    }
    unknown = tested.carbon.source == "none"
    totals = tested.totals()
    used = {name for name in parts if any(abs(row[name]) > 1e-9 for row in totals.values())}
    wanted = [name for name in parts if name in used and not (name == "carbon" and unknown)]
    rows = tuple(
        (
            Cell(t(NAMES[way])),
            *(
                Cell(every(round((100 if name == "self_consumption" else 1) * row[name], 3)), numeric=True)
                for name in wanted
            ),
        )
        for way, row in totals.items()
    )
    return Table((Head(t("Way")), *(Head(titles[name], True) for name in wanted)), rows)
