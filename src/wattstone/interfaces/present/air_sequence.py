"""A plan of which compressors run: the machines by the hour against the rule that the station follows."""

from datetime import datetime, timedelta

import numpy as np

from wattstone.dispatch.air.results import Sequenced
from wattstone.interfaces.present.air_words import AIR, RULES
from wattstone.interfaces.present.charts.base import Drawing
from wattstone.interfaces.present.charts.staging import Beside, Stack, Staging, staging_drawing
from wattstone.interfaces.present.content import Cell, Head, Section, Table
from wattstone.interfaces.present.heading import Heading
from wattstone.interfaces.present.languages import Language, translator
from wattstone.interfaces.present.numbers import amount, every, percent, three

__all__ = ["sequence_section", "sequence_table"]


def sequence_section(one: Sequenced, currency: str, heading: Heading, lang: Language) -> Section:
    """The plan, drawn over its steps, and in numbers against the rule."""
    t = translator(lang)
    exact = t(
        "The plan is within {gap} of the best that the straight lines allow; these lie within {error} of the machines' "
        "curves. It was found in {seconds} s.",
        gap=percent(max(one.gap, 0.0), lang),
        error=percent(one.curve_error, lang),
        seconds=f"{one.seconds:.1f}",
    )
    return Section(
        "sequence", t("Which machines to run"), ((exact,),), (_drawing(one, heading, lang),),
        (sequence_table(one, currency, lang),),
    )  # fmt: skip


def _drawing(one: Sequenced, heading: Heading, lang: Language) -> Drawing:
    t = translator(lang)
    start = datetime(2001, 1, 1) if one.start is None else one.start.astype("datetime64[s]").astype(datetime)
    most = np.maximum(np.nanmax(one.flow, axis=1, initial=0.0), 1e-9)
    share = np.where(one.on, np.maximum(np.nan_to_num(one.flow / most[:, None]), 0.01), 0.0)
    saved = one.rule_energy - one.energy
    title = (
        t("Sequencing saves {share} of what the rule takes", share=percent(saved / one.rule_energy, lang))
        if saved > 0.0005 * one.rule_energy
        else t("The rule is as good as the best sequence")
    )
    given = np.nan_to_num(one.flow)
    staging = Staging(
        starts=[start + timedelta(hours=one.hours * at) for at in range(len(one.use))],
        hours=one.hours,
        zone=heading.zone if one.start is not None else "UTC",
        stacks=(Stack(t("flow [{unit}]", unit=AIR), one.names, given, one.use),),
        machines=one.names,
        share=share,
        lines=(Beside(t("pressure [{unit}]", unit="bar(g)"), one.pressure),
               Beside(t("power [{unit}]", unit="kW"), np.nansum(one.power, axis=0), zero=True)),
    )  # fmt: skip
    subtitle = t("Flow of each machine, stacked, in the colours of the bars below; dashed: use")
    return staging_drawing(staging, key="air-sequence", title=title, subtitle=subtitle, lang=lang)


def sequence_table(one: Sequenced, currency: str, lang: Language) -> Table:
    """Energy, money and starts by the plan and by the rule."""
    t = translator(lang)
    rule = t(RULES.get(one.rule, one.rule))
    heads = (Head(""), Head(t("Plan"), True), Head(t("Rule: {rule}", rule=rule), True))
    rows = [
        (t("Electricity"), amount(one.energy, "kWh", lang), amount(one.rule_energy, "kWh", lang)),
        (t("Cost with starts"), f"{three(one.money)} {currency}", f"{three(one.rule_money)} {currency}"),
    ]
    rows += [
        (t("Starts of {name}", name=name), every(int(a)), every(int(b)))
        for name, a, b in zip(one.names, one.starts, one.rule_starts, strict=True)
    ]
    return Table(heads, tuple((Cell(a), Cell(b, numeric=True), Cell(c, numeric=True)) for a, b, c in rows))
