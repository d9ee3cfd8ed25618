"""The pages of a cold-and-heat plant: a plan with the reasons of its hours, and a past period by plan and by rule.

Numbers link to figures of these names, where they were recorded: `plant.WHAT.WAY` with `WHAT` one of `cost`,
`electricity`, `fuel`, `emissions`, `limit`, `limit_share` and `WAY` one of `plan`, `fewest`, `all_on`; and
`plant.saved.WHAT.WAY`, what the plan saves against a rule.
"""

from collections.abc import Iterator, Mapping, Sequence
from math import isfinite
from pathlib import Path

import numpy as np

from wattstone.base import Finding
from wattstone.dispatch.plant.result import Hour, PlantPlan
from wattstone.interfaces.present.content import Cell, Report, Section
from wattstone.interfaces.present.heading import (
    Heading,
    evidence_section,
    findings_section,
    made_facts,
    simulated_banner,
)
from wattstone.interfaces.present.html import render_page
from wattstone.interfaces.present.languages import Language, translator
from wattstone.interfaces.present.names import opened
from wattstone.interfaces.present.numbers import amount, percent, three
from wattstone.interfaces.present.plant_charts import limit_chart, load_unit, staging_chart, ways_chart
from wattstone.interfaces.present.plant_summary import actions, headlines, lessons, sentence
from wattstone.interfaces.present.plant_tables import (
    approximation_table,
    bills_table,
    hour_tables,
    limit_table,
    machines_table,
    savings_table,
    unmet_table,
)
from wattstone.interfaces.present.plant_words import RULES, STORAGE, WAYS
from wattstone.interfaces.present.report import frame_words

__all__ = ["build_plant", "plant_pdf", "plant_replay_pdf", "render_plant_plan", "render_plant_replay"]


def render_plant_plan(
    plan: PlantPlan,
    heading: Heading,
    *,
    hours: Sequence[Hour] = (),
    tanks: Mapping[str, str] | None = None,
    told: Sequence[Finding] = (),
    known: bool | None = None,
    lang: Language = "en",
) -> str:
    """The page of a plan, self-contained.

    Parameters
    ----------
    plan : PlantPlan
        The plan, with what both rules would cost.
    heading : Heading
        What stands around it, with the figures that were recorded.
    hours : sequence of Hour
        Hours whose reasons are told.
    tanks : mapping of str to str or None
        Carrier of each store, `cold` or `heat`; cold where none is named.
    told : sequence of Finding
        What else is to be known, of the files and of the data.
    known : bool or None
        Whether demand is known rather than forecast; None says nothing of it.
    lang : {'en', 'zh'}

    Returns
    -------
    str
        HTML that needs nothing else.
    """
    return render_page(build_plant(plan, heading, hours=hours, tanks=tanks, told=told, lang=lang, known=known))


def plant_pdf(
    plan: PlantPlan,
    heading: Heading,
    *,
    hours: Sequence[Hour] = (),
    tanks: Mapping[str, str] | None = None,
    told: Sequence[Finding] = (),
    known: bool | None = None,
    lang: Language = "en",
    font_paths: Sequence[Path | str] = (),
) -> bytes:
    """The same on paper.

    Parameters
    ----------
    plan, heading, hours, tanks, told, known, lang
        As of `render_plant_plan`.
    font_paths : sequence of Path or str
        Folders with fonts beside those of the system.

    Raises
    ------
    InputRefused
        If no font holds a character that the report contains.
    """
    from wattstone.interfaces.present.pdf import print_report

    report = build_plant(plan, heading, hours=hours, tanks=tanks, told=told, lang=lang, known=known)
    return print_report(report, made=heading.made, font_paths=font_paths)


def render_plant_replay(
    plan: PlantPlan,
    heading: Heading,
    *,
    hours: Sequence[Hour] = (),
    tanks: Mapping[str, str] | None = None,
    told: Sequence[Finding] = (),
    lang: Language = "en",
) -> str:
    """The page of a past period, run by plan and by the operators' rules; parameters as of `render_plant_plan`."""
    return render_page(build_plant(plan, heading, hours=hours, tanks=tanks, told=told, lang=lang, past=True))


def plant_replay_pdf(
    plan: PlantPlan,
    heading: Heading,
    *,
    hours: Sequence[Hour] = (),
    tanks: Mapping[str, str] | None = None,
    told: Sequence[Finding] = (),
    lang: Language = "en",
    font_paths: Sequence[Path | str] = (),
) -> bytes:
    """The replay on paper; parameters as of `plant_pdf`."""
    from wattstone.interfaces.present.pdf import print_report

    report = build_plant(plan, heading, hours=hours, tanks=tanks, told=told, lang=lang, past=True)
    return print_report(report, made=heading.made, font_paths=font_paths)


def build_plant(
    plan: PlantPlan,
    heading: Heading,
    *,
    hours: Sequence[Hour] = (),
    tanks: Mapping[str, str] | None = None,
    told: Sequence[Finding] = (),
    lang: Language = "en",
    past: bool = False,
    known: bool | None = None,
) -> Report:
    """What the report says, before it has a form.

    Parameters
    ----------
    plan, heading, hours, tanks, told, lang, known
        As of `render_plant_plan`.
    past : bool
        Whether it tells of a past period instead of what to do.
    """
    t = translator(lang)
    staging = staging_chart(plan, plan.operation, heading, lang, tanks=tanks or {})
    ways = ways_chart(plan, heading, lang)
    findings = (*told, *plan.findings, *(one for rule in plan.baselines for one in rule.findings))
    parts = (
        _saved(plan, heading, lang, None if past else ways),
        _run(plan, heading, lang, staging, tanks or {}) if past else None,
        _why(plan, hours, heading, lang),
        Section("costs", t("What it costs"), tables=(bills_table(plan, lang),)),
        Section("machines", t("Machines"), _joined(plan, lang), tables=(machines_table(plan, lang),)),
        _limit(plan, heading, lang),
        _exact(plan, lang),
        findings_section(findings, lang),
        evidence_section(heading, t),
    )
    titles = (t("Plan of {plant}", plant=heading.subject), t("Replay of {plant}", plant=heading.subject))
    return Report(
        lang=lang,
        title=heading.title or titles[past],
        organisation=heading.organisation,
        banner=simulated_banner(heading, t),
        sentence=sentence(plan, heading, lang, past=past),
        headlines=tuple(headlines(plan, heading, lang)),
        lead=ways if past else staging,
        steps=tuple(lessons(plan, lang) if past else actions(plan, heading, lang)),
        sections=tuple(one for one in parts if one is not None),
        facts=tuple(_facts(plan, heading, lang, past=past, known=known)),
        words=frame_words(t) | {"nothing": t("Nothing has to be switched.")},
    )


def _saved(plan: PlantPlan, heading: Heading, lang: Language, ways: object) -> Section | None:
    from wattstone.interfaces.present.charts.base import Drawing

    if not plan.baselines:
        return None
    t = translator(lang)
    notes = [
        t("{way}: {storage}.", way=opened(t(RULES[rule.rule])), storage=t(STORAGE[rule.storage]))
        for rule in plan.baselines
    ]
    if plan.fallback:
        notes.append(t("No plan beat it, so that this is run: {way}.", way=t(WAYS.get(plan.fallback, plan.fallback))))
    text = " ".join(notes) if lang == "en" else "".join(notes)
    drawings = (ways,) if isinstance(ways, Drawing) else ()
    tables, notice = [savings_table(plan, lang, heading=heading)], ""
    if missing := unmet_table(plan, lang):
        tables.append(missing)
        notice = t("Not every way meets the demand of every hour: costs compare unlike services. See what is missing.")
    return Section("saved", t("What the plan saves"), ((text,),), drawings, tuple(tables), notice)


def _run(plan: PlantPlan, heading: Heading, lang: Language, staging: object, tanks: Mapping[str, str]) -> Section:
    """A past period drawn twice: as plans run it, and as the first rule does."""
    from wattstone.interfaces.present.charts.base import Drawing

    t = translator(lang)
    drawings = [staging] if isinstance(staging, Drawing) else []
    if plan.baselines:
        drawings.append(staging_chart(plan, plan.baselines[0].operation, heading, lang, tanks=tanks))
    return Section("run", t("Which machine ran"), drawings=tuple(drawings))


def _why(plan: PlantPlan, hours: Sequence[Hour], heading: Heading, lang: Language) -> Section | None:
    if not hours:
        return None
    t = translator(lang)
    text = t("What the plan does in an hour, and what else could be done: the extra cost is that of this hour alone.")
    tables = tuple(table for hour in hours for table in hour_tables(hour, plan, heading, lang))
    return Section("why", t("Why"), ((text,),), tables=tables)


def _joined(plan: PlantPlan, lang: Language) -> tuple[tuple[str | Cell, ...], ...]:
    """What compressors that are part of the plan give of the heat."""
    t, run = translator(lang), plan.operation
    given = [
        float(np.nansum(run.heat[at])) * run.hours for at in range(len(run.machines)) if load_unit(run, at) != "kW"
    ]
    whole = float(np.nansum(run.heat)) * run.hours
    if not given or whole <= 0:
        return ()
    text = t("Compressors are part of this plan: their heat gives {amount}, {share} of all that is made.",
             amount=amount(sum(given), "kWh", lang), share=percent(sum(given) / whole, lang))  # fmt: skip
    return ((text,),)


def _limit(plan: PlantPlan, heading: Heading, lang: Language) -> Section:
    t = translator(lang)
    text = t(
        "The limit is the least electricity that the second law asks for the same cold and heat at the temperatures of "
        "each hour (Carnot, in kelvin). It is told against electricity and fuel together."
    )
    return Section(
        "limit", t("Distance to the physical limit"), ((text,),), (limit_chart(plan, heading, lang),),
        (limit_table(plan, lang, heading=heading),),
    )  # fmt: skip


def _exact(plan: PlantPlan, lang: Language) -> Section | None:
    """How near the plan is to the best; None of a period of many plans, which have a gap each."""
    if not isfinite(plan.objective):
        return None
    t = translator(lang)
    currency = plan.currency
    text = t(
        "The program planned on straight lines: {objective} by its own count, at most {gap} above the best of them. On "
        "the machines' own curves its schedule costs {before}, and {after} after refinement.",
        objective=f"{three(plan.objective)} {currency}",
        gap=percent(max(plan.gap, 0.0), lang),
        before=f"{three(plan.before)} {currency}",
        after=f"{three(plan.after)} {currency}",
    )
    if unmet_table(plan, lang) is not None:
        text += (" " if lang == "en" else "") + t("Its own count holds a penalty for demand that is not met.")
    tables = (approximation_table(plan, lang),) if plan.approximation else ()
    return Section("exact", t("How exact it is"), ((text,),), tables=tables)


def _facts(
    plan: PlantPlan, heading: Heading, lang: Language, *, past: bool, known: bool | None
) -> Iterator[tuple[str, str]]:
    t = translator(lang)
    yield from made_facts(heading, t, lang)
    yield t("Steps"), t("{count} of {hours} h", count=plan.operation.power.size, hours=f"{plan.operation.hours:g}")
    if past or known is not None:
        yield t("Demand"), t("as it was measured") if past or known else t("as it is forecast")
    yield t("A machine that is off"), t("draws 0 kW")
    yield t("Saved"), t("what the rule costs minus what the plan costs; below 0 the plan costs more")
    yield t("Worked out in"), t("{seconds} s", seconds=f"{plan.seconds:.1f}")
    yield t("Currency"), plan.currency
