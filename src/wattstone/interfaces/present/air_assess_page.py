"""The page of a compressed-air station as it is: where each kWh goes, how near physics allows, what to put right.

Numbers link to figures of these names, where they were recorded: `air.energy`, `air.limit`, `air.limit_share`,
`air.specific_power`, `air.leaks`, `air.leak_share`, `air.artificial`, `air.where.CODE` (of each part),
`air.specific_power.MACHINE`.
"""

from collections.abc import Iterator, Sequence
from math import isfinite
from pathlib import Path

from wattstone.detection.air.log import CONVENTIONS
from wattstone.detection.air.result import Assessment
from wattstone.equipment.air import Station
from wattstone.interfaces.present.air_charts import (
    days_chart,
    duration_charts,
    flow_chart,
    machines_chart,
    partload_chart,
    states_chart,
    where_chart,
)
from wattstone.interfaces.present.air_tables import advice_table, day_types_table, leaks_table, machines_table
from wattstone.interfaces.present.air_words import AIR, LEAKS, PER_FLOW, WHERE
from wattstone.interfaces.present.content import Cell, Headline, Report, Section, Step, weave
from wattstone.interfaces.present.heading import (
    Heading,
    band_words,
    evidence_section,
    findings_section,
    made_facts,
    said_number,
    simulated_banner,
)
from wattstone.interfaces.present.html import render_page
from wattstone.interfaces.present.languages import Language, mark, say_finding, translator
from wattstone.interfaces.present.names import opened
from wattstone.interfaces.present.numbers import LEVEL, amount, percent
from wattstone.interfaces.present.report import frame_words

__all__ = ["assessment_pdf", "build_assessment", "render_assessment"]

_STEPS = 5


def render_assessment(
    assessment: Assessment, heading: Heading, *, station: Station | None = None, lang: Language = "en"
) -> str:
    """The page, self-contained.

    Parameters
    ----------
    assessment : Assessment
        What was found.
    heading : Heading
        What stands around it, with the figures that were recorded.
    station : Station or None
        The station; with it the curves of its machines are drawn over what was logged.
    lang : {'en', 'zh'}

    Returns
    -------
    str
        HTML that needs nothing else.
    """
    return render_page(build_assessment(assessment, heading, station=station, lang=lang))


def assessment_pdf(
    assessment: Assessment,
    heading: Heading,
    *,
    station: Station | None = None,
    lang: Language = "en",
    font_paths: Sequence[Path | str] = (),
) -> bytes:
    """The same on paper.

    Parameters
    ----------
    assessment, heading, station, lang
        As of `render_assessment`.
    font_paths : sequence of Path or str
        Folders with fonts beside those of the system.

    Raises
    ------
    InputRefused
        If no font holds a character that the report contains.
    """
    from wattstone.interfaces.present.pdf import print_report

    report = build_assessment(assessment, heading, station=station, lang=lang)
    return print_report(report, made=heading.made, font_paths=font_paths)


def build_assessment(
    assessment: Assessment, heading: Heading, *, station: Station | None = None, lang: Language = "en"
) -> Report:
    """What the report says, before it has a form; parameters as of `render_assessment`."""
    t = translator(lang)
    parts = (
        _flow(assessment, heading, station, lang),
        _hours(assessment, lang),
        _machines(assessment, heading, lang),
        _leaks(assessment, lang),
        _advice(assessment, lang),
        findings_section(assessment.findings, lang),
        evidence_section(heading, t),
    )
    return Report(
        lang=lang,
        title=heading.title or t("Compressed air of {station}", station=heading.subject),
        organisation=heading.organisation,
        banner=simulated_banner(heading, t),
        sentence=_sentence(assessment, heading, lang),
        headlines=tuple(_headlines(assessment, heading, lang)),
        lead=where_chart(assessment, heading, lang),
        steps=tuple(_steps(assessment, lang)),
        sections=tuple(one for one in parts if one is not None),
        facts=tuple(_facts(assessment, heading, lang)),
        words=frame_words(t) | {"nothing": t("Nothing was found that would save anything.")},
    )


def _sentence(one: Assessment, heading: Heading, lang: Language) -> tuple[str | Cell, ...]:
    t = translator(lang)
    cells = {
        "station": Cell(heading.subject),
        "energy": Cell(amount(one.energy.value, "kWh", lang), heading.link("air.energy")),
        "limit": Cell(amount(one.limit, "kWh", lang), heading.link("air.limit")),
        "share": Cell(percent(one.limit_share, lang), heading.link("air.limit_share")),
    }
    parts = weave(t, _SENTENCE, **cells)
    if any(found.code == "air.log_short" for found in one.findings):
        hours = Cell(f"{one.coverage * len(one.weight) * one.hours:.3g}")
        parts = (*weave(t, _SHORT, hours=hours), *parts)
    lost = [part for part in one.where if part.code not in ("useful", "residue") and part.energy.value > 0]
    if not lost:
        return parts
    most = max(lost, key=lambda part: part.energy.value)
    said = {
        "what": Cell(opened(t(WHERE[most.code]))),
        "amount": Cell(amount(most.energy.value, "kWh", lang), heading.link(f"air.where.{most.code}")),
        "share": Cell(percent(most.energy.value / one.energy.value, lang)),
    }
    return (*parts, *weave(t, mark(" {what} cost most: {amount}, {share}."), **said))


_SHORT = mark("The logs hold only {hours} h: take what follows as a first look, not as a year. ")
_SENTENCE = mark(
    "{station} takes {energy} a year. To compress the air that is useful to the pressure that is needed, physics asks "
    "for {limit}: {share} of it."
)


def _headlines(one: Assessment, heading: Heading, lang: Language) -> Iterator[Headline]:
    t = translator(lang)
    energy = one.energy
    yield Headline(
        t("Electricity a year"),
        Cell(amount(energy.value, "kWh", lang), heading.link("air.energy")),
        band_words(energy.value, energy.lower, energy.upper, "kWh", lang),
        t("{amount} in the logs", amount=amount(one.logged_energy, "kWh", lang)),
    )
    above = t("the limit is {amount} a year", amount=amount(one.limit, "kWh", lang))
    yield Headline(
        t("Distance to the limit"),
        Cell(percent(one.limit_share, lang), heading.link("air.limit_share")),
        t("{all} is isothermal compression", all=percent(1.0, lang)),
        above,
    )
    specific = one.specific_power
    yield Headline(
        t("Specific power, {unit}", unit=PER_FLOW),
        Cell(said_number(specific.value, t), heading.link("air.specific_power")),
        band_words(specific.value, specific.lower, specific.upper, "", lang),
        t("metered power over air delivered"),
    )
    leaks, share = one.leaks.flow, one.leaks.share
    yield Headline(
        t("Leaks"),
        Cell(
            f"{said_number(leaks.value, t)} {AIR}" if isfinite(leaks.value) else t("not known"),
            heading.link("air.leaks"),
        ),
        band_words(leaks.value, leaks.lower, leaks.upper, "", lang),
        t("{share} of the air", share=percent(share.value, lang)) if isfinite(share.value) else t("share not known"),
        t(LEAKS[one.leaks.basis]),
    )


def _steps(one: Assessment, lang: Language) -> Iterator[Step]:
    t = translator(lang)
    for advice in one.advice[:_STEPS]:
        said = say_finding(advice.finding, lang)
        worth = amount(advice.energy.value, "kWh", lang) if isfinite(advice.energy.value) else t("not known")
        found = said["found"]
        why = t("{place}: {found}", place=said["place"], found=found) if advice.machines else opened(found)
        yield Step(opened(said["remedy"]), t("{why}; {amount} a year", why=why, amount=worth))


def _flow(one: Assessment, heading: Heading, station: Station | None, lang: Language) -> Section | None:
    t = translator(lang)
    drawings = [flow_chart(one, station, lang), *duration_charts(one, lang)]
    there = tuple(drawing for drawing in drawings if drawing is not None)
    how = t("Flow was metered.") if one.flow_metered else t("No flow was metered: it is estimated from power.")
    convention = t(_FREE_AIR) if one.convention == CONVENTIONS["iso_1217"] else one.convention
    texts = [how, t("Flow is of {convention}.", convention=convention)]
    if not one.pressure_metered:
        texts.append(t("No pressure was logged: the set-point of the station stands for it."))
    return Section("flow", t("Flow and power"), ((" ".join(texts) if lang == "en" else "".join(texts),),), there)


_FREE_AIR = mark("free air as ISO 1217 names it: 1 bar(a), 20 °C, dry")


def _hours(one: Assessment, lang: Language) -> Section:
    t = translator(lang)
    drawings = (days_chart(one, lang), states_chart(one, lang))
    return Section(
        "days",
        t("Days and hours"),
        drawings=tuple(drawing for drawing in drawings if drawing is not None),
        tables=(day_types_table(one, lang),),
    )


def _machines(one: Assessment, heading: Heading, lang: Language) -> Section:
    t = translator(lang)
    drawings = (machines_chart(one, heading, lang), partload_chart(one, lang))
    return Section(
        "machines",
        t("Machines"),
        drawings=tuple(drawing for drawing in drawings if drawing is not None),
        tables=machines_table(one, lang, heading=heading),
    )


def _leaks(one: Assessment, lang: Language) -> Section:
    t = translator(lang)
    said = say_finding(one.leaks.statement, lang)
    texts: list[tuple[str | Cell, ...]] = [(t("{text}.", text=opened(said["found"])),)]
    if isfinite(one.artificial.value):
        use = t("{value} {unit}", value=said_number(one.artificial.value, t), unit=AIR)
        texts.append((t("Use that is there only because pressure is above what is needed: {flow}.", flow=use),))
    return Section("leaks", t("Leaks and needless use"), tuple(texts), tables=(leaks_table(one, lang),))


def _advice(one: Assessment, lang: Language) -> Section | None:
    if not one.advice:
        return None
    t = translator(lang)
    note = t("What several of them say may overlap: they do not add up. `wattstone air improve` counts them together.")
    return Section("advice", t("What to put right"), ((note,),), tables=(advice_table(one, lang),))


def _facts(one: Assessment, heading: Heading, lang: Language) -> Iterator[tuple[str, str]]:
    t = translator(lang)
    yield from made_facts(heading, t, lang)
    yield t("Logged"), t("every {minutes} min, {share} of the intervals of all machines",
                         minutes=f"{60 * one.hours:g}", share=percent(one.coverage, lang))  # fmt: skip
    yield t("A year"), t("by its kinds of days, as many of each as the calendar has")
    yield t("Pressures"), t("above the atmosphere, bar(g)")
    yield t("Physical limit"), t(_LIMIT)
    yield t("Intervals"), t("two-sided, {level}", level=percent(LEVEL, lang))
    if one.dryer_unmetered > 0:
        unmetered = amount(one.dryer_unmetered, "kWh", lang)
        yield t("Dryers"), t("not metered: {amount} a year by their nameplates, in no other number", amount=unmetered)


_LIMIT = mark("isothermal compression of the useful air to the least pressure that end uses need")
