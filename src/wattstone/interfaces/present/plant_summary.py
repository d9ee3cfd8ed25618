"""What the page of a plant says first: one sentence, the headlines, and what is to be done."""

from collections.abc import Iterator
from math import isfinite

from wattstone.dispatch.plant.result import PlantPlan
from wattstone.interfaces.present.content import Cell, Headline, Step, weave
from wattstone.interfaces.present.heading import Heading, bounded, said_number
from wattstone.interfaces.present.languages import Language, Translate, mark, translator
from wattstone.interfaces.present.numbers import amount, percent, three
from wattstone.interfaces.present.plant_charts import load_unit, local_times
from wattstone.interfaces.present.plant_tables import unmet_table
from wattstone.interfaces.present.plant_words import WAYS

__all__ = ["actions", "headlines", "lessons", "sentence"]

_STEPS = 6  # that are told


def sentence(plan: PlantPlan, heading: Heading, lang: Language, *, past: bool) -> tuple[str | Cell, ...]:
    """What is saved, in one sentence."""
    t = translator(lang)
    span = plan.operation.hours * plan.operation.power.size
    cells = {
        "plant": Cell(heading.subject),
        "hours": Cell(f"{span:g}"),
        "cost": Cell(f"{three(plan.operation.bill.total)} {plan.currency}", heading.link("plant.cost.plan")),
    }
    form = (
        mark("Run by plans, {plant} would have paid {cost} for these {hours} h")
        if past
        else mark("By this plan {plant} pays {cost} for the next {hours} h")
    )
    parts: list[str | Cell] = [*weave(t, form, **cells)]
    for rule in plan.baselines:
        more = {
            "cost": Cell(
                f"{three(rule.operation.bill.total)} {plan.currency}", heading.link(f"plant.cost.{rule.rule}")
            ),
            "way": Cell(t(WAYS[rule.rule])),
        }
        parts += weave(t, mark("; {cost} by the {way}"), **more)
    missing = unmet_table(plan, lang) is not None
    more = t("Demand is not met in every hour: see what is missing.") if missing else ""
    return (*parts, t(". ") if missing else t(". ").rstrip(), more)


def headlines(plan: PlantPlan, heading: Heading, lang: Language) -> Iterator[Headline]:
    """Cost, electricity, emissions and the distance to the limit, each against the first rule."""
    t = translator(lang)
    run, unknown, currency = plan.operation, t("interval not known"), plan.currency
    saving = plan.savings[0] if plan.savings else None
    base = plan.baselines[0].operation if plan.baselines else None
    rule = t("against the {way}", way=t(WAYS[saving.against])) if saving is not None else ""

    def against(share: float | None) -> str:
        if share is None:
            return t("no rule to compare with")
        if not isfinite(share):
            return t("not known")
        moved = percent(abs(share), lang)
        return t("{share} less", share=moved) if share >= 0 else t("{share} more", share=moved)

    def saved(low: float | None, high: float | None, unit: str) -> str:
        if saving is None or low is None or high is None:
            return unknown
        value = saving.cost if unit == currency else saving.kwh
        return t("saved, {interval}", interval=bounded(value, low, high, unit, lang))

    cost = Cell(f"{three(run.bill.total)} {currency}", heading.link("plant.cost.plan"))
    low, high = (saving.cost_low, saving.cost_high) if saving is not None else (None, None)
    yield Headline(t("Cost"), cost, saved(low, high, currency), against(saving.cost_share if saving else None), rule)
    electricity = Cell(amount(run.kwh, "kWh", lang), heading.link("plant.electricity.plan"))
    low, high = (saving.kwh_low, saving.kwh_high) if saving is not None else (None, None)
    yield Headline(
        t("Electricity"), electricity, saved(low, high, "kWh"), against(saving.kwh_share if saving else None), rule
    )
    if run.kg or (base is not None and base.kg):
        share = saving.kg / base.kg if saving is not None and base is not None and base.kg else None
        emitted = Cell(amount(run.kg, heading.gas("plant.emissions.plan"), lang), heading.link("plant.emissions.plan"))
        yield Headline(t("Emissions"), emitted, unknown, against(share), rule)
    share = run.share_of_limit
    yield Headline(
        t("Distance to the limit"),
        Cell(_share(share, lang, t), heading.link("plant.limit_share.plan")),
        t("{all} is a Carnot machine at the same temperatures", all=percent(1.0, lang)),
        t("{share} by the rule", share=_share(base.share_of_limit, lang, t)) if base is not None else "",
    )


def actions(plan: PlantPlan, heading: Heading, lang: Language) -> Iterator[Step]:
    """What is switched first: machines that start and stop, with the load that follows."""
    t = translator(lang)
    run = plan.operation
    times = local_times(plan, heading)
    shown = 0
    for step in range(run.power.size):
        for at, name in enumerate(run.machines):
            before = run.load[at, step - 1] > 0 if step else None
            now = run.load[at, step] > 0
            if shown >= _STEPS or now == before or (before is None and not now):
                continue
            shown += 1
            load = t("at {load}", load=f"{said_number(float(run.load[at, step]), t)} {load_unit(run, at)}")
            form = (
                mark("{time}: run {machine}")
                if step == 0
                else mark("{time}: start {machine}")
                if now
                else mark("{time}: stop {machine}")
            )
            price = t("electricity at {price} {currency}/kWh", price=f"{float(plan.price[step]):.3g}",
                      currency=plan.currency)  # fmt: skip
            why = t("{load}; {price}", load=load, price=price) if now else price
            yield Step(t(form, time=times[step][:16].replace("T", " "), machine=name), why)


def lessons(plan: PlantPlan, lang: Language) -> Iterator[Step]:
    """What a replay says to do: plan day by day where that saves, else keep the rule."""
    t = translator(lang)
    if not plan.savings:
        return
    saving = plan.savings[0]
    said = t("{amount} less than the {way}", amount=f"{three(saving.cost)} {plan.currency}",
             way=t(WAYS[saving.against]))  # fmt: skip
    if saving.cost > 0.005 * max(plan.operation.bill.total, 1e-9):
        yield Step(t("Run the plant by plans: `wattstone plant plan`"), said)
    else:
        yield Step(t("Keep the rule: plans save next to nothing here"), said)


def _share(value: float, lang: Language, t: Translate) -> str:
    return percent(value, lang) if value == value else t("not known")
