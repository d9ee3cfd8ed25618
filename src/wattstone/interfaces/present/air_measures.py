"""Measures of a compressed-air station: what each saves, what all save, what counts twice; drawn and in tables."""

from math import isfinite

from wattstone.base import Interval
from wattstone.dispatch.air.results import Account, Measured, Studied
from wattstone.interfaces.present.air_words import ACCOUNT, JOINT
from wattstone.interfaces.present.charts.base import Drawing, distinct
from wattstone.interfaces.present.charts.waterfall import Bar, waterfall_drawing
from wattstone.interfaces.present.charts.whiskers import Whisker, finite, whiskers
from wattstone.interfaces.present.content import Cell, Head, Table
from wattstone.interfaces.present.heading import Heading, with_bounds
from wattstone.interfaces.present.languages import Language, Translate, counter, translator
from wattstone.interfaces.present.names import opened
from wattstone.interfaces.present.numbers import amount, every, percent, scale, three

__all__ = [
    "accounts_table", "fair_table", "interaction_table", "measures_chart", "measures_table", "money_words",
    "payback_words", "steps_chart",
]  # fmt: skip

_UNITS = {"share": "%", "machines": "", "rule": "", "control": "", "modifications": "", "m3": "m³", "switch": ""}


def money_words(value: float, currency: str) -> str:
    """Money with its currency."""
    return f"{three(value)} {currency}"


def payback_words(one: Measured, currency: str, t: Translate) -> str:
    """When it is paid back, and what it costs."""
    if one.payback is None:
        return t("never paid back")
    if one.investment <= 0:
        return t("it costs nothing")
    return t("{amount} is paid back in {years} years", amount=money_words(one.investment, currency),
             years=_years(one.payback))  # fmt: skip


def _years(value: float) -> str:
    return f"{value:.1g}" if value < 0.1 else f"{value:.1f}" if value < 100 else "> 100"


def size_words(one: Measured, t: Translate) -> str:
    """How much of it is done."""
    if one.unit == "share":
        return t("{share} %", share=f"{100 * one.size:.3g}")
    unit = _UNITS.get(one.unit, one.unit)
    return f"{every(one.size)} {unit}".strip() if unit else ""


def measures_chart(studied: Studied, heading: Heading, lang: Language) -> Drawing:
    """What each saves by itself, their sum, and what they save together, each with its interval."""
    t = translator(lang)
    sum_ = sum(one.saving.energy for one in studied.singles)
    joint = studied.joint
    bounds = [x for one in (*studied.singles, joint) for x in (one.saving.energy, one.energy.lower, one.energy.upper)]
    divisor, unit = scale("kWh", max((abs(x) for x in (*bounds, sum_) if isfinite(x)), default=0.0))
    names = distinct({str(at): one.name for at, one in enumerate(studied.singles)})

    def line(name: str, one: Measured, *, whole: bool = False) -> Whisker:
        text = three(one.saving.energy / divisor)
        bounds = finite(one.energy.lower, divisor), finite(one.energy.upper, divisor)
        return Whisker(name, one.saving.energy / divisor, *bounds, text, "whole" if whole else "part")

    lines = [line(names[str(at)], one) for at, one in enumerate(studied.singles)]
    if len(lines) > 1:
        lines.append(Whisker(t("sum of the single measures"), sum_ / divisor, None, None,
                             three(sum_ / divisor), "sum"))  # fmt: skip
    lines.append(line(t("all together"), joint, whole=True))
    twice = studied.interaction.energy
    title = (
        t("Together they save {share} less than their sum", share=percent(twice / sum_, lang))
        if sum_ > 0 and twice > 0.0005 * sum_
        else t("Together they save {amount} more than their sum", amount=amount(-twice, "kWh", lang))
        if twice < -0.0005 * abs(sum_)
        else t("These measures save {amount} a year", amount=amount(joint.saving.energy, "kWh", lang))
    )
    subtitle = t("Electricity saved a year, {unit}; line: {level} interval; squares: for all measures", unit=unit,
                 level=percent(0.9, lang))  # fmt: skip
    return Drawing(
        key="air-measures", title=title, subtitle=subtitle,
        alt="; ".join(f"{one.name}: {one.text} {unit}" for one in lines),
        table=measures_table(studied, lang, heading=heading), draw=lambda width: whiskers(lines, unit, width),
        printed=False,
    )  # fmt: skip


def steps_chart(studied: Studied, heading: Heading, lang: Language) -> Drawing:
    """From what is taken now, measure by measure in the order in which they act, to what is left, and the limit."""
    t = translator(lang)
    base, after = studied.base, studied.joint.after
    names = distinct({str(at): one.name for at, one in enumerate(studied.waterfall)})
    bars = [Bar(t("now"), base.energy, "whole", heading.link("air.base.energy"))]
    bars += [
        Bar(names[str(at)], one.saving.energy, "saving")
        for at, one in enumerate(studied.waterfall)
        if one.saving.energy
    ]
    bars.append(Bar(t("with all of them"), after.energy, "whole", heading.link("air.after.energy")))
    bars.append(Bar(t("isothermal limit"), after.least_energy, "limit"))
    left = percent(after.energy / base.energy, lang) if base.energy > 0 else t("not known")
    return waterfall_drawing(
        bars, key="air-steps", unit="kWh", lang=lang,
        title=t("{share} of today's electricity is left", share=left),
        subtitle=t("Electricity a year; each measure after those above it"),
    )  # fmt: skip


def lost(studied: Studied, one: Measured) -> float:
    """Air that a measure does not give any more, beyond rounding: what it saves is not its merit. [m3 a-1]"""
    short = one.after.unmet - studied.base.unmet
    return short if short > 1e-6 * max(studied.base.volume, 1.0) else 0.0


def measures_table(studied: Studied, lang: Language, *, heading: Heading | None = None) -> Table:
    """Each measure and all together: energy, emissions and money a year with their intervals, cost and payback.

    Parameters
    ----------
    studied : Studied
        What was found.
    lang : {'en', 'zh'}
    heading : Heading or None
        With figures that cells link to.
    """
    t, currency = translator(lang), studied.currency
    every_ = (*studied.singles, studied.joint)
    energy = scale("kWh", max((abs(one.saving.energy) for one in every_), default=0.0))
    gas = _gas(heading)
    carbon = scale(gas, max((abs(one.saving.carbon) for one in every_), default=0.0))
    fuel = scale("kWh", max((abs(one.saving.fuel) for one in every_), default=0.0))
    burnt = any(one.saving.fuel for one in every_)
    heads = (
        Head(t("Measure")),
        Head(t("Extent"), True),
        Head(t("Electricity saved a year [{unit}]", unit=energy[1]), True),
        *((Head(t("Fuel saved a year [{unit}]", unit=fuel[1]), True),) if burnt else ()),
        Head(t("Emissions avoided a year [{unit}]", unit=carbon[1]), True),
        Head(t("Money saved a year [{unit}]", unit=currency), True),
        Head(t("Investment [{currency}]", currency=currency), True),
        Head(t("Payback [a]"), True),
    )

    def row(name: str, key: str, one: Measured) -> tuple[Cell, ...]:
        def cell(what: str, value: float, bounds: Interval, divisor: float) -> Cell:
            link = heading.link(f"air.saved.{what}.{key}") if heading is not None else None
            low, said, high = (three(x / divisor) for x in (bounds.lower, value, bounds.upper))
            known = isfinite(bounds.lower) and isfinite(bounds.upper) and low != high
            text = t("{value} ({lower} to {upper})", value=said, lower=low, upper=high) if known else said
            return Cell(text, link, numeric=True)

        saving = one.saving
        short = lost(studied, one)
        return (
            Cell(t("{measure}: leaves {volume} m³ a year unmet", measure=name, volume=three(short)) if short else name),
            Cell(size_words(one, t), numeric=True),
            cell("energy", saving.energy, one.energy, energy[0]),
            *((Cell(three(saving.fuel / fuel[0]), numeric=True),) if burnt else ()),
            cell("carbon", saving.carbon, one.carbon, carbon[0]),
            cell("money", saving.money, one.money, 1.0),
            Cell(every(one.investment), numeric=True),
            Cell(t("never") if one.payback is None else _years(one.payback), numeric=True),
        )

    rows = [row(one.name, one.name, one) for one in studied.singles]
    rows.append(row(opened(t(JOINT)), "joint", studied.joint))
    n = counter(lang)
    note = t(
        "In brackets: {level} interval. Each by itself against the station as it is; the last line is {count} "
        "together, run anew.",
        level=percent(0.9, lang),
        count=n("{count} measure", "{count} measures", len(studied.singles)),
    )
    return Table(heads, tuple(rows), note)


def interaction_table(studied: Studied, lang: Language, *, heading: Heading | None = None) -> Table:
    """The sum of the measures, what of it would be counted twice, and what all save together."""
    t, currency = translator(lang), studied.currency
    joint, twice, gas = studied.joint.saving, studied.interaction, _gas(heading)
    sum_ = joint + twice
    interval = studied.interaction_interval
    heads = (
        Head(""),
        Head(t("Electricity a year"), True),
        Head(t("Emissions a year"), True),
        Head(t("Money a year"), True),
    )
    link = heading.link("air.interaction") if heading is not None else None
    rows = (
        (Cell(t("sum of the single measures")), *_three(sum_.energy, sum_.carbon, sum_.money, currency, gas, lang)),
        (
            Cell(t("interaction: counted twice in that sum")),
            with_bounds(twice.energy, interval.lower, interval.upper, "kWh", lang, figure=link),
            *_three(twice.energy, twice.carbon, twice.money, currency, gas, lang)[1:],
        ),
        (Cell(t("all together")), *_three(joint.energy, joint.carbon, joint.money, currency, gas, lang)),
    )
    return Table(heads, rows, "", t("Sum, interaction and joint saving"))


def _three(energy: float, carbon: float, money: float, currency: str, gas: str, lang: Language) -> tuple[Cell, ...]:
    texts = (amount(energy, "kWh", lang), amount(carbon, gas, lang), money_words(money, currency))
    return tuple(Cell(text, numeric=True) for text in texts)


def fair_table(studied: Studied, lang: Language) -> Table:
    """What each measure brings of the joint saving, one after the other and as a mean over all orders."""
    t = translator(lang)
    fair = {one.name: one.saving for one in studied.fair}
    heads = (
        Head(t("Measure")),
        Head(t("By itself"), True),
        Head(t("In this order"), True),
        Head(t("Mean over the orders"), True),
    )
    alone = {one.name: one.saving.energy for one in studied.singles}
    rows = tuple(
        (
            Cell(one.name),
            *(
                Cell(t("not known") if value is None else amount(value, "kWh", lang), numeric=True)
                for value in (
                    alone.get(one.name),
                    one.saving.energy,
                    fair[one.name].energy if one.name in fair else None,
                )
            ),
        )
        for one in studied.waterfall
    )
    note = t("The last two columns add up to the joint saving; the mean over the orders is fair to each measure.")
    return Table(heads, rows, note, t("What each measure brings"))


def accounts_table(studied: Studied, lang: Language, *, heading: Heading | None = None) -> tuple[Table, ...]:
    """A year before and after all measures: where its kWh go, by machine, and what counts beside energy."""
    t = translator(lang)
    pair = (studied.base, studied.joint.after)
    heads = (Head(""), Head(t("now"), True), Head(t("with all of them"), True))

    def row(name: str, values: list[str]) -> tuple[Cell, ...]:
        return (Cell(name), *(Cell(text, numeric=True) for text in values))

    where = [
        row(opened(t(words)), [amount(one.parts.get(code, 0.0), "kWh", lang) for one in pair])
        for code, words in ACCOUNT.items()
        if any(one.parts.get(code, 0.0) for one in pair)
    ]
    where += [
        row(t("Electricity together"), [amount(one.energy, "kWh", lang) for one in pair]),
        row(t("Isothermal limit"), [amount(one.least_energy, "kWh", lang) for one in pair]),
        row(t("Limit over electricity"), [_share(one, lang) for one in pair]),
    ]
    names = list(dict.fromkeys(name for one in pair for name in one.by_machine))
    machines = [
        row(
            t("dryer") if name == "dryer" else name,
            [amount(one.by_machine.get(name, 0.0), "kWh", lang) for one in pair],
        )
        for name in names
    ]
    other = [
        row(t("Specific power [{unit}]", unit="kWh/m³"), [three(one.specific_power) for one in pair]),
        row(t("Highest power [{unit}]", unit="kW"), [three(one.peak) for one in pair]),
        row(t("Air that end uses take [{unit}]", unit="m³"), [three(one.volume) for one in pair]),
        row(t("Air that is asked for in vain [{unit}]", unit="m³"), [three(one.unmet) for one in pair]),
        row(t("Cost [{unit}]", unit=studied.currency), [three(one.money) for one in pair]),
        row(t("Emissions"), [amount(one.carbon, _gas(heading), lang) for one in pair]),
    ]
    tables = [Table(heads, tuple(where), "", t("Where the electricity goes")),
              Table(heads, tuple(other), "", t("What else changes"))]  # fmt: skip
    if machines:
        tables.insert(1, Table(heads, tuple(machines), "", t("By machine")))
    return tuple(tables)


def _gas(heading: Heading | None) -> str:
    return heading.gas("air.saved.carbon.joint") if heading is not None else "kg CO2e"


def _share(one: Account, lang: Language) -> str:
    t = translator(lang)
    return percent(one.limit_share, lang) if isfinite(one.limit_share) else t("not known")
