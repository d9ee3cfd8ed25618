"""The page of what modifications of a compressed-air station save, singly and jointly, and what counts twice.

Numbers link to figures of these names, where they were recorded: `air.base.energy`, `air.base.limit_share`,
`air.after.energy`, `air.after.limit_share`, `air.saved.energy.NAME`, `air.saved.carbon.NAME`, `air.saved.money.NAME`
(`NAME` of the measure, `joint` for all of them), `air.interaction`.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from wattstone.dispatch.air.results import Sequenced, Studied
from wattstone.interfaces.present.air_measures import (
    accounts_table,
    fair_table,
    interaction_table,
    lost,
    measures_chart,
    measures_table,
    money_words,
    payback_words,
    steps_chart,
)
from wattstone.interfaces.present.air_sequence import sequence_section
from wattstone.interfaces.present.content import Cell, Headline, Report, Section, Step, weave
from wattstone.interfaces.present.heading import (
    Heading,
    band_words,
    evidence_section,
    findings_section,
    made_facts,
    simulated_banner,
)
from wattstone.interfaces.present.html import render_page
from wattstone.interfaces.present.languages import Language, counter, mark, translator
from wattstone.interfaces.present.names import opened
from wattstone.interfaces.present.numbers import LEVEL, amount, percent
from wattstone.interfaces.present.report import frame_words

__all__ = ["build_improvement", "improvement_pdf", "render_improvement"]

_STEPS = 5


def render_improvement(
    studied: Studied, heading: Heading, *, sequenced: Sequenced | None = None, lang: Language = "en"
) -> str:
    """The page, self-contained.

    Parameters
    ----------
    studied : Studied
        What the modifications save.
    heading : Heading
        What stands around it, with the figures that were recorded.
    sequenced : Sequenced or None
        A plan of which machines run over a day or a week, where one was made.
    lang : {'en', 'zh'}

    Returns
    -------
    str
        HTML that needs nothing else.
    """
    return render_page(build_improvement(studied, heading, sequenced=sequenced, lang=lang))


def improvement_pdf(
    studied: Studied,
    heading: Heading,
    *,
    sequenced: Sequenced | None = None,
    lang: Language = "en",
    font_paths: Sequence[Path | str] = (),
) -> bytes:
    """The same on paper.

    Parameters
    ----------
    studied, heading, sequenced, lang
        As of `render_improvement`.
    font_paths : sequence of Path or str
        Folders with fonts beside those of the system.

    Raises
    ------
    InputRefused
        If no font holds a character that the report contains.
    """
    from wattstone.interfaces.present.pdf import print_report

    report = build_improvement(studied, heading, sequenced=sequenced, lang=lang)
    return print_report(report, made=heading.made, font_paths=font_paths)


def build_improvement(
    studied: Studied, heading: Heading, *, sequenced: Sequenced | None = None, lang: Language = "en"
) -> Report:
    """What the report says, before it has a form; parameters as of `render_improvement`."""
    t = translator(lang)
    findings = (*studied.findings, *(one for measure in (*studied.singles, studied.joint) for one in measure.findings))
    alone = len(studied.singles) < 2
    parts = (
        Section(
            "measures", t("Each measure, and all together"), tables=(measures_table(studied, lang, heading=heading),)
        ),
        None if alone else _interaction(studied, heading, lang),
        _limit(studied, heading, lang),
        sequence_section(sequenced, studied.currency, heading, lang) if sequenced is not None else None,
        findings_section(findings, lang),
        evidence_section(heading, t),
    )
    return Report(
        lang=lang,
        title=heading.title or t("Compressed air of {station}: what to change", station=heading.subject),
        organisation=heading.organisation,
        banner=simulated_banner(heading, t),
        sentence=_sentence(studied, heading, lang),
        headlines=tuple(_headlines(studied, heading, lang)),
        lead=measures_chart(studied, heading, lang),
        steps=tuple(_steps(studied, lang)),
        sections=tuple(one for one in parts if one is not None),
        facts=tuple(_facts(studied, heading, lang)),
        words=frame_words(t) | {"nothing": t("None of these measures pays.")},
    )


def _sentence(studied: Studied, heading: Heading, lang: Language) -> tuple[str | Cell, ...]:
    t, n = translator(lang), counter(lang)
    joint, base = studied.joint.saving, studied.base
    cells = {
        "count": Cell(n("{count} measure", "{count} measures", len(studied.singles))),
        "station": Cell(heading.subject),
        "energy": Cell(amount(abs(joint.energy), "kWh", lang), heading.link("air.saved.energy.joint")),
        "share": Cell(percent(abs(joint.energy) / base.energy, lang) if base.energy > 0 else t("not known")),
        "now": Cell(amount(base.energy, "kWh", lang), heading.link("air.base.energy")),
        "money": Cell(money_words(abs(joint.money), studied.currency), heading.link("air.saved.money.joint")),
    }
    if joint.energy < 0:
        form = mark("Together, {count} at {station} take {energy} a year more: {share} of the {now} that it takes now.")
        return weave(t, form, **cells)
    form = mark(
        "Together, {count} at {station} save {energy} a year, {share} of the {now} that it takes, and {money} a year."
    )
    return weave(t, form, **cells)


def _headlines(studied: Studied, heading: Heading, lang: Language) -> Iterator[Headline]:
    t = translator(lang)
    joint, currency = studied.joint, studied.currency

    def value(name: str, one: float, low: float, high: float, unit: str) -> tuple[Cell, str]:
        return Cell(amount(one, unit, lang), heading.link(name)), band_words(one, low, high, unit, lang)

    energy = value("air.saved.energy.joint", joint.saving.energy, joint.energy.lower, joint.energy.upper, "kWh")
    share = percent(abs(joint.saving.energy) / studied.base.energy, lang) if studied.base.energy > 0 else ""
    yield Headline(t("Electricity saved a year"), *energy, t("{share} of what the station takes", share=share))
    money = value("air.saved.money.joint", joint.saving.money, joint.money.lower, joint.money.upper, currency)
    yield Headline(t("Money saved a year"), *money, payback_words(joint, currency, t))
    if joint.saving.carbon:
        gas = heading.gas("air.saved.carbon.joint")
        carbon = value("air.saved.carbon.joint", joint.saving.carbon, joint.carbon.lower, joint.carbon.upper, gas)
        yield Headline(
            t("Emissions avoided a year"),
            *carbon,
            t("of {amount} now", amount=amount(studied.base.carbon, gas, lang)),
        )
    yield Headline(
        t("Distance to the limit"),
        Cell(percent(joint.after.limit_share, lang), heading.link("air.after.limit_share")),
        t("{all} is isothermal compression", all=percent(1.0, lang)),
        t("{share} now", share=percent(studied.base.limit_share, lang)),
    )


def _steps(studied: Studied, lang: Language) -> Iterator[Step]:
    """Measures that earn money, the soonest paid back first; then what proves them."""
    t = translator(lang)
    paid = [(one.payback, one) for one in studied.singles if one.payback is not None and not lost(studied, one)]
    for _, one in sorted(paid, key=lambda pair: pair[0])[:_STEPS]:
        saving = one.saving
        said = (
            t("{energy} a year by itself", energy=amount(saving.energy, "kWh", lang))
            if saving.energy
            else t("{energy} of fuel a year by itself", energy=amount(saving.fuel, "kWh", lang))
        )
        yield Step(opened(one.name), t("{why}; {payback}", why=said, payback=payback_words(one, studied.currency, t)))
    if paid:
        yield Step(t("Record what is done as a measure, and prove it"), t(_PROVE))


_PROVE = mark("`wattstone savings` compares meters before and after, with the weather and the days as they were")


def _interaction(studied: Studied, heading: Heading, lang: Language) -> Section:
    t = translator(lang)
    text = t(
        "Measures act on the same kWh, so that together they do not save the sum of what each saves by itself. The "
        "difference is the interaction; what each adds depends on what was done before it."
    )
    return Section(
        "interaction",
        t("Why together is not the sum"),
        ((text,),),
        (steps_chart(studied, heading, lang),),
        (interaction_table(studied, lang, heading=heading), fair_table(studied, lang)),
    )


def _limit(studied: Studied, heading: Heading, lang: Language) -> Section:
    t = translator(lang)
    now, after = studied.base, studied.joint.after
    text = t(
        "The limit is isothermal compression of the air that is used to the least pressure that it needs: {now} of the "
        "{energy} of today, {then} of the {later} afterwards.",
        now=percent(now.limit_share, lang),
        energy=amount(now.energy, "kWh", lang),
        then=percent(after.limit_share, lang),
        later=amount(after.energy, "kWh", lang),
    )
    return Section(
        "limit", t("Before and after, and the limit"), ((text,),), tables=accounts_table(studied, lang, heading=heading)
    )


def _facts(studied: Studied, heading: Heading, lang: Language) -> Iterator[tuple[str, str]]:
    t = translator(lang)
    yield from made_facts(heading, t, lang)
    yield t("Signs"), t("what is saved is above 0; a measure that costs more is below")
    yield t("Singly"), t("each measure by itself, against the station as it is")
    yield t("Jointly"), t("the station with all of them, run anew; never the sum")
    yield t("Payback"), t("investment over money saved a year, without interest")
    yield t("Intervals"), t("two-sided, {level}, from {count} draws of what is uncertain",
                            level=percent(LEVEL, lang), count=studied.draws)  # fmt: skip
    yield t("Currency"), studied.currency
