"""The page of sizes of PV and storage: which pays, how sure that is, what it rests on."""

import math
from collections.abc import Iterator

from wattstone.dispatch.sizing import Interval, Sized, best, frontier
from wattstone.interfaces.present.charts.sizes import carbon_drawing, option_words, worth_drawing
from wattstone.interfaces.present.content import Cell, Head, Headline, Report, Section, Step, Table, weave
from wattstone.interfaces.present.dispatch_parts import Figures, banner, figures_table, mending
from wattstone.interfaces.present.html import render_page
from wattstone.interfaces.present.languages import Language, Translate, mark, translator
from wattstone.interfaces.present.numbers import LEVEL, amount, every, interval, percent, three
from wattstone.interfaces.present.report import frame_words
from wattstone.workflows.dispatch.size import SizedSite, subject_of

__all__ = ["build_sizes", "render_sizes", "size_table"]

_SOURCES = {
    "meter": mark("as a metered system did"),
    "weather": mark("simulated, from measured irradiance"),
    "clear_sky": mark("simulated, as a share of a clear sky's output"),
}


def render_sizes(done: SizedSite, figures: Figures, *, organisation: str, lang: Language) -> str:
    """The page, self-contained; parameters as of `build_sizes`."""
    return render_page(build_sizes(done, figures, organisation=organisation, lang=lang))


def build_sizes(done: SizedSite, figures: Figures, *, organisation: str, lang: Language) -> Report:
    """The page.

    Parameters
    ----------
    done : SizedSite
        What was found; its first scenario leads.
    figures : sequence of dict
        As they were recorded.
    organisation : str
        Whose.
    lang : {'en', 'zh'}
    """
    t = translator(lang)
    ids = {(one["name"], one["subject"]): one["id"] for one in figures}
    lead, years = done.table.scenario[0], done.table.money.years
    found, currency = done.of(lead.name), done.place.file.site.currency
    site, known = done.place.place, done.carbon != "none"
    worth = worth_drawing(found, years=years, currency=currency, lang=lang)
    carbon = carbon_drawing(found, years=years, currency=currency, lang=lang) if known else None
    tables = [
        Table(one.heads, one.rows, one.note, f"{scenario.name} ({scenario.source})")
        for scenario in done.table.scenario
        for one in (size_table(done, scenario.name, lang, ids=ids),)
    ]
    return Report(
        lang=lang,
        title=t("Which PV and storage pays at {site}", site=site.name or site.id),
        organisation=organisation,
        banner=_banner(done, t),
        sentence=_sentence(done, best(found), ids, lang),
        headlines=tuple(_headlines(done, best(found), ids, lang)),
        lead=carbon or worth,
        steps=(*_next(done, t), *mending(done.findings, lang)),
        sections=(
            *((Section("worth", t("How sure it is"), drawings=(worth,)),) if carbon is not None else ()),
            Section("sizes", t("All sizes"), (), (), tuple(tables)),
            Section("assumptions", t("What was assumed"), tables=(_assumptions(done, t),)),
            _evidence(done, figures, t),
        ),
        facts=tuple(_facts(done, t, lang)),
        words=frame_words(t),
    )


def size_table(
    done: SizedSite, scenario: str, lang: Language, *, ids: dict[tuple[str, str], str] | None = None
) -> Table:
    """Options of a scenario by their net present value, each with its interval.

    Parameters
    ----------
    done : SizedSite
        What was found.
    scenario : str
        Name of the course of prices.
    lang : {'en', 'zh'}
    ids : dict or None
        Of figures, by name and subject; cells link to them.
    """
    t = translator(lang)
    options = sorted(done.of(scenario), key=lambda one: -one.npv.value)
    kept = {one.option for one in frontier(options)}
    money = f"[{done.place.file.site.currency}]"
    titles = (
        (t("PV"), "[kW]"), (t("Storage"), "[kWh]"), (t("Power"), "[kW]"), (t("Net present value"), money),
        (t("Investment"), money), (t("Bill a year"), money), (t("Saves a year"), money), (t("Avoids"), "[t CO2e]"),
        (t("Own use of PV"), "[%]"), ("", ""),
    )  # fmt: skip
    heads = tuple(Head(f"{name} {unit}".strip(), at < 9) for at, (name, unit) in enumerate(titles))

    def cell(one: Sized, name: str, value: Interval, size: float = 1.0, *, plain: bool = False) -> Cell:
        text = three(value.value / size) if plain and math.isfinite(value.value) else _bounds(value, size, t)
        return Cell(text, (ids or {}).get((f"sizing.{name}", subject_of(done.place, one))), numeric=True)

    unknown = done.carbon == "none"
    rows = tuple(
        (
            *(Cell(every(size), numeric=True) for size in (one.option.pv, one.option.energy, one.option.power)),
            cell(one, "npv", one.npv),
            Cell(every(one.investment), numeric=True),
            cell(one, "cost", one.cost, plain=True),
            cell(one, "saving", one.saving),
            Cell(t("not known"), numeric=True) if unknown else cell(one, "avoided", one.avoided, 1000),
            cell(one, "self_consumption", one.self_consumption, 0.01),
            Cell(t("most worth") if at == 0 else t("not beaten") if one.option in kept else ""),
        )
        for at, one in enumerate(options)
    )  # fmt: skip
    return Table(heads, rows, t("Not beaten: no other size is both cheaper and cleaner."))


def _bounds(one: Interval, size: float, t: Translate) -> str:
    if not math.isfinite(one.value):
        return t("no PV")
    low, value, high = (three(x / size) for x in (one.low, one.value, one.high))
    return value if low == high else t("{value} ({lower} to {upper})", value=value, lower=low, upper=high)


def _sentence(done: SizedSite, top: Sized, ids: dict[tuple[str, str], str], lang: Language) -> tuple[str | Cell, ...]:
    t, subject = translator(lang), subject_of(done.place, top)
    site, currency = done.place.place, done.place.file.site.currency
    cells = {
        "site": Cell(site.name or site.id),
        "size": Cell(option_words(top.option, t)),
        "years": Cell(str(done.table.money.years)),
        "worth": Cell(f"{three(top.npv.value)} {currency}", ids.get(("sizing.npv", subject))),
        "avoided": Cell(amount(top.avoided.value, "kg CO2e", lang), ids.get(("sizing.avoided", subject))),
    }
    if not top.option.pv and not top.option.energy:
        return weave(t, mark("At these costs nothing that was looked at pays at {site} within {years} years."), **cells)
    if done.carbon == "none":
        return weave(t, mark("At {site}, {size} is worth most: {worth} over {years} years."), **cells)
    form = mark("At {site}, {size} is worth most: {worth} over {years} years, and {avoided} avoided.")
    return weave(t, form, **cells)


def _headlines(done: SizedSite, top: Sized, ids: dict[tuple[str, str], str], lang: Language) -> Iterator[Headline]:
    t, subject = translator(lang), subject_of(done.place, top)
    currency, none = done.place.file.site.currency, done.of(top.scenario)[0]

    def value(name: str, one: Interval, unit: str) -> tuple[Cell, str]:
        text = amount(one.value, unit, lang) if "kg" in unit else f"{three(one.value)} {unit}"
        return Cell(text, ids.get((f"sizing.{name}", subject))), interval(one.value, one.low, one.high, unit, lang)

    invested = t("for an investment of {amount}", amount=f"{three(top.investment)} {currency}")
    yield Headline(t("Net present value"), *value("npv", top.npv, currency), invested)
    now = t("against {amount} with nothing built", amount=f"{three(none.cost.value)} {currency}")
    yield Headline(t("Bill a year"), *value("cost", top.cost, currency), now)
    if done.carbon != "none":
        whole = t("of {amount} with nothing built", amount=amount(none.emitted.value, "kg CO2e", lang))
        yield Headline(t("Emissions avoided"), *value("avoided", top.avoided, "kg CO2e"), whole)
    own = top.self_consumption
    if math.isfinite(own.value):
        spread = t("90 %: {lower} to {upper}", lower=percent(own.low, lang), upper=percent(own.high, lang))
        said = Cell(percent(own.value, lang), ids.get(("sizing.self_consumption", subject)))
        yield Headline(t("Own use of PV"), said, spread, t("of what PV feeds stays at the site"))


def _next(done: SizedSite, t: Translate) -> Iterator[Step]:
    """What follows: offers for what is worth most, and where scenarios disagree."""
    tops = {one.name: best(done.of(one.name)) for one in done.table.scenario}
    first, top = next(iter(tops.items()))
    same = sum(one.option == top.option for one in tops.values())
    why = t("it is worth most in {same} of {count} scenarios", same=same, count=len(tops))
    why = why if len(tops) > 1 else t("it is worth most of all sizes that were compared")
    if top.option.pv or top.option.energy:
        yield Step(t("Ask for offers for {size}", size=option_words(top.option, t)), why)
    for name, other in tops.items():
        if name != first and other.option != top.option:
            said = t("in '{scenario}' {size} is worth most", scenario=name, size=option_words(other.option, t))
            yield Step(t("Say which course of prices you count on"), said)
            return


def _assumptions(done: SizedSite, t: Translate) -> Table:
    table, currency = done.table, done.place.file.site.currency
    pv, pack = table.pv, table.storage
    new = t("like {system}", system=pv.like) if pv.like else t(_SOURCES[done.pv])
    rows: list[tuple[str, str, str]] = [
        (t("years counted"), str(table.money.years), table.money.source),
        (t("discount rate"), _share(table.money.discount_rate, t), table.money.source),
        (t("new PV feeds"), new, pv.model.source if pv.model else pv.source),
        (t("PV: investment"), f"{every(pv.cost_per_kw)} {currency}/kW", pv.source),
        (t("PV: running, a year"), f"{every(pv.running_per_kw)} {currency}/kW", pv.source),
        (t("PV: life, output lost a year"), f"{pv.life_years:g} a, {_share(pv.fade, t)}", pv.source),
        (t("storage: investment"), f"{every(pack.cost_per_kwh)} {currency}/kWh + {every(pack.cost_per_kw)} "
         f"{currency}/kW", pack.source),
        (t("storage: running, a year"), f"{every(pack.running_per_kwh)} {currency}/kWh", pack.source),
        (t("storage: life, capacity lost a year"), f"{pack.life_years:g} a, {_share(pack.fade, t)}", pack.source),
        (t("storage: efficiency, in and out"),
         f"{_share(pack.charge_efficiency, t)}, {_share(pack.discharge_efficiency, t)}", pack.source),
        (t("storage: kept for an outage"), _share(pack.reserve, t), pack.source),
    ]  # fmt: skip
    if (model := pv.model) is not None:
        rows += [
            (t("PV: tilt and azimuth"), f"{model.tilt_deg:g}°, {model.azimuth_deg:g}°", model.source),
            (t("PV: losses, inverter's efficiency"),
             f"{_share(model.losses, t)}, {_share(model.inverter_efficiency, t)}", model.source),
        ]  # fmt: skip
        if done.pv == "clear_sky" and model.clear_sky_share is not None:
            rows.append((t("PV: share of a clear sky's output"), _share(model.clear_sky_share, t), model.source))
    for one in table.scenario:
        grown = (one.import_growth, one.export_growth, one.demand_growth, one.intensity_growth)
        rows.append((t("{scenario}: growth of import price, export price, demand charge, intensity", scenario=one.name),
                     t(", ").join(_share(x, t) for x in grown), one.source))  # fmt: skip
    heads = (Head(t("Assumption")), Head(t("Value")), Head(t("Source")))
    return Table(heads, tuple(tuple(Cell(text) for text in row) for row in rows))


def _share(value: float, t: Translate) -> str:
    return t("{share} %", share=f"{100 * value:.4g}")


def _facts(done: SizedSite, t: Translate, lang: Language) -> Iterator[tuple[str, str]]:
    yield t("Dispatched"), f"{done.start:%Y-%m-%d} - {done.end:%Y-%m-%d} UTC"
    yield t("New PV"), t(_SOURCES[done.pv])
    yield (
        t("Forecast error"),
        t(
            "measured in {count} weeks that were run as they would be, and put on the year",
            count=done.table.tried_weeks,
        ),
    )
    yield (
        t("Intervals"),
        t("hold {level} of {count} years drawn from the weeks that were seen", level=percent(LEVEL, lang),
          count=done.table.draws),
    )  # fmt: skip
    yield t("Tariff"), ", ".join(one.id for one in done.place.file.tariffs) or t("a fixed rate of the site file")


def _evidence(done: SizedSite, figures: Figures, t: Translate) -> Section:
    text = t("Run {run}. `wattstone trace WORKSPACE ID` follows a figure to the readings.", run=done.run or 0)
    return Section("evidence", t("Evidence"), ((text,),), tables=(figures_table(figures, t),))


def _banner(done: SizedSite, t: Translate) -> str:
    if done.place.place.simulated or done.pv == "meter":
        return banner(done.place.place.simulated, t)
    return t("What new PV feeds is simulated; no system at this site was measured.")
