"""Tables of cold-and-heat plants, for pages, paper and the terminal (`plain_table`)."""

from math import isfinite

import numpy as np

from wattstone.dispatch.plant.result import Bill, Hour, PlantPlan
from wattstone.interfaces.present.content import Cell, Head, Table
from wattstone.interfaces.present.heading import Heading
from wattstone.interfaces.present.languages import Language, Translate, say_reason, translator
from wattstone.interfaces.present.names import opened
from wattstone.interfaces.present.numbers import amount, every, percent, three
from wattstone.interfaces.present.plant_charts import load_unit, local_times
from wattstone.interfaces.present.plant_words import BILL, WAYS, alternative_words

__all__ = [
    "approximation_table", "bills_table", "hour_tables", "limit_table", "machines_table", "savings_table",
    "staging_table", "unmet_table",
]  # fmt: skip

_LEAST = 0.5  # kWh that are missing
_CENT = 0.005  # currency: parts of a cost below that are no line


def savings_table(plan: PlantPlan, lang: Language, *, heading: Heading | None = None) -> Table:
    """What the plan saves against each rule, with intervals where they are known.

    Parameters
    ----------
    plan : PlantPlan
        With its savings.
    lang : {'en', 'zh'}
    heading : Heading or None
        With figures that cells link to.
    """
    t, currency = translator(lang), plan.currency
    fuel = any(one.fuel_kwh for one in plan.savings)
    gas = heading.gas("plant.emissions.plan") if heading is not None else "kg CO2e"
    heads = (
        Head(t("Against")),
        Head(t("Cost saved [{currency}]", currency=currency), True),
        Head(t("of the cost"), True),
        Head(t("Electricity saved [{unit}]", unit="kWh"), True),
        Head(t("of the electricity"), True),
        *((Head(t("Fuel saved [{unit}]", unit="kWh"), True),) if fuel else ()),
        Head(t("Emissions avoided [{unit}]", unit=gas), True),
    )

    def value(one: float, low: float | None, high: float | None, name: str) -> Cell:
        said = three(one)
        if low is not None and high is not None and isfinite(low) and isfinite(high):
            said = t("{value} ({lower} to {upper})", value=said, lower=three(low), upper=three(high))
        return Cell(said, heading.link(name) if heading is not None else None, numeric=True)

    rows = tuple(
        (
            Cell(opened(t(WAYS[one.against]))),
            value(one.cost, one.cost_low, one.cost_high, f"plant.saved.cost.{one.against}"),
            Cell(_signed(one.cost_share, t), numeric=True),
            value(one.kwh, one.kwh_low, one.kwh_high, f"plant.saved.electricity.{one.against}"),
            Cell(_signed(one.kwh_share, t), numeric=True),
            *((value(one.fuel_kwh, None, None, f"plant.saved.fuel.{one.against}"),) if fuel else ()),
            value(one.kg, None, None, f"plant.saved.emissions.{one.against}"),
        )
        for one in plan.savings
    )
    known = any(one.cost_low is not None for one in plan.savings)
    return Table(
        heads,
        rows,
        t("In brackets: {level} interval, by the errors of the forecast.", level=percent(0.9, lang)) if known else "",
    )


def unmet_table(plan: PlantPlan, lang: Language) -> Table | None:
    """Cold and heat that each way does not deliver; None where all of them meet every hour."""
    t = translator(lang)
    runs = [("plan", plan.operation), *((rule.rule, rule.operation) for rule in plan.baselines)]
    names = {"cold": t("Cold"), "heat": t("Heat")}
    missing = {
        way: {name: float(np.nansum(run.unserved.get(name, 0.0)) * run.hours) for name in names} for way, run in runs
    }
    if max(value for one in missing.values() for value in one.values()) < _LEAST:
        return None
    heads = (Head(t("Way")), *(Head(f"{word} [kWh]", True) for word in names.values()))
    rows = tuple(
        (Cell(opened(t(WAYS[way]))), *(Cell(every(round(one[name], 1)), numeric=True) for name in names))
        for way, one in missing.items()
    )
    return Table(heads, rows, "", t("What is asked for in vain"))


def _signed(share: float, t: Translate) -> str:
    if not isfinite(share):
        return t("not known")
    return t("{share} %", share=f"{100 * share:.3g}".replace("-", "\N{MINUS SIGN}"))


def bills_table(plan: PlantPlan, lang: Language) -> Table:
    """Parts of the bill, by plan and by rule."""
    t = translator(lang)
    bills: list[tuple[str, Bill]] = [("plan", plan.operation.bill)]
    bills += [(rule.rule, rule.operation.bill) for rule in plan.baselines]
    heads = (Head(t("Part")), *(Head(f"{opened(t(WAYS[way]))} [{plan.currency}]", True) for way, _ in bills))
    rows = [
        (Cell(opened(t(words))), *(Cell(every(round(getattr(bill, part), 2)), numeric=True) for _, bill in bills))
        for part, words in BILL.items()
        if any(abs(getattr(bill, part)) >= _CENT for _, bill in bills)
    ]
    rows.append((Cell(t("Together")), *(Cell(every(round(bill.total, 2)), numeric=True) for _, bill in bills)))
    return Table(heads, tuple(rows))


def machines_table(plan: PlantPlan, lang: Language) -> Table:
    """Hours, starts, cold, heat and electricity of each machine, by the plan and by the first rule."""
    t = translator(lang)
    run = plan.operation
    rule = plan.baselines[0].operation if plan.baselines else None
    heat, fuel = bool(np.nansum(run.heat) > 0), bool(np.nansum(run.fuel) > 0)
    heads = (
        Head(t("Machine")),
        Head(t("Runs [{unit}]", unit="h"), True),
        *((Head(t("by the rule [{unit}]", unit="h"), True),) if rule is not None else ()),
        Head(t("Cold [{unit}]", unit="kWh"), True),
        *((Head(t("Heat [{unit}]", unit="kWh"), True),) if heat else ()),
        Head(t("Electricity [{unit}]", unit="kWh"), True),
        *((Head(t("Fuel [{unit}]", unit="kWh"), True),) if fuel else ()),
    )

    def total(values: object, at: int) -> Cell:
        return Cell(every(round(float(np.nansum(np.asarray(values)[at]) * run.hours), 1)), numeric=True)

    rows = tuple(
        (
            Cell(name),
            Cell(f"{float(run.on[at].sum() * run.hours):g}", numeric=True),
            *((Cell(f"{float(rule.on[at].sum() * run.hours):g}", numeric=True),) if rule is not None else ()),
            total(run.cold, at),
            *((total(run.heat, at),) if heat else ()),
            total(run.electricity, at),
            *((total(run.fuel, at),) if fuel else ()),
        )
        for at, name in enumerate(run.machines)
    )
    starts = t("Starts in the period: {plan} by the plan", plan=run.starts)
    more = t(", {rule} by the rule", rule=rule.starts) if rule is not None else ""
    return Table(heads, rows, starts + more + t(". ").rstrip())


def limit_table(plan: PlantPlan, lang: Language, *, heading: Heading | None = None) -> Table:
    """Electricity of each way against the least that physics asks for."""
    t = translator(lang)
    runs = [("plan", plan.operation), *((rule.rule, rule.operation) for rule in plan.baselines)]
    fuel = any(run.fuel_kwh for _, run in runs)
    heads = (
        Head(t("Way")),
        Head(t("Electricity"), True),
        *((Head(t("Fuel"), True),) if fuel else ()),
        Head(t("Physical limit"), True),
        Head(t("Limit over both") if fuel else t("Limit over electricity"), True),
    )

    def link(name: str) -> str | None:
        return heading.link(name) if heading is not None else None

    rows = tuple(
        (
            Cell(opened(t(WAYS[way]))),
            Cell(amount(run.kwh, "kWh", lang), link(f"plant.electricity.{way}"), numeric=True),
            *((Cell(amount(run.fuel_kwh, "kWh", lang), link(f"plant.fuel.{way}"), numeric=True),) if fuel else ()),
            Cell(amount(run.limit_kwh, "kWh", lang), link(f"plant.limit.{way}"), numeric=True),
            Cell(percent(run.share_of_limit, lang) if isfinite(run.share_of_limit) else t("not known"),
                 link(f"plant.limit_share.{way}"), numeric=True),
        )
        for way, run in runs
    )  # fmt: skip
    return Table(heads, rows)


def approximation_table(plan: PlantPlan, lang: Language) -> Table:
    """How far the straight lines lie from the machines' curves."""
    t = translator(lang)
    heads = (
        Head(t("Machine")),
        Head(t("Pieces"), True),
        Head(t("Largest error [{unit}]", unit="kW"), True),
        Head(t("of full load"), True),
        Head(t("Mean error [{unit}]", unit="kW"), True),
        Head(t("of full load"), True),
    )
    rows = tuple(
        (
            Cell(one.machine),
            Cell(str(one.segments), numeric=True),
            Cell(three(round(one.most, 4)), numeric=True),
            Cell(percent(round(one.most_share, 6), lang), numeric=True),
            Cell(three(round(one.mean, 4)), numeric=True),
            Cell(percent(round(one.mean_share, 6), lang), numeric=True),
        )
        for one in plan.approximation
    )
    return Table(heads, rows)


def hour_tables(hour: Hour, plan: PlantPlan, heading: Heading, lang: Language) -> tuple[Table, ...]:
    """Why an hour is run as it is: what runs, and what else could be done at which extra cost.

    Parameters
    ----------
    hour : Hour
        What was found.
    plan : PlantPlan
        Whose hour it is.
    heading : Heading
        With the zone of the clock.
    lang : {'en', 'zh'}
    """
    t = translator(lang)
    time = local_times(plan, heading)[hour.step][:16].replace("T", " ")
    currency = plan.currency
    said = t(
        "Cold {cold} kW, heat {heat} kW; electricity at {price} {currency}/kWh; one more kWh of cold would cost "
        "{marginal} {currency}. The plan draws {power} kW, the limit is {limit} kW.",
        cold=three(hour.cold), heat=three(hour.heat), price=f"{hour.price:.3g}", currency=currency,
        marginal=_known(hour.marginal, t), power=three(hour.power), limit=_known(hour.limit, t),
    )  # fmt: skip
    units = {name: load_unit(plan.operation, at) for at, name in enumerate(plan.operation.machines)}
    heads = (Head(t("Machine")), Head(t("Load"), True), Head(t("of its capacity"), True),
             Head(t("Electricity [{unit}]", unit="kW"), True))  # fmt: skip
    rows = [
        (Cell(name), Cell(f"{three(load)} {units.get(name, 'kW')}", numeric=True),
         Cell(percent(min(round(share, 4), 1.0), lang), numeric=True),
         Cell(three(power), numeric=True))
        for name, load, share, power in hour.machines
    ]  # fmt: skip
    rows += [
        (Cell(t("{store}, out", store=name) if power < 0 else t("{store}, in", store=name)),
         Cell(f"{three(abs(power))} kW", numeric=True),
         Cell(t("{level} kWh left", level=three(level)), numeric=True), Cell(""))
        for name, power, level in hour.tanks
        if abs(power) > 1e-6
    ]  # fmt: skip
    running = Table(heads, tuple(rows), said, t("{time}: what runs", time=time))
    heads = (Head(t("Instead")), Head(t("Machines")), Head(t("Extra cost [{currency}]", currency=currency), True),
             Head(t("Extra power [{unit}]", unit="kW"), True))  # fmt: skip
    others = tuple(
        (
            Cell(alternative_words(one, t)),
            Cell(", ".join(one.running)),
            Cell(_known(one.extra, t) if one.feasible else t("does not meet the demand"), numeric=True),
            Cell(_known(one.extra_kw, t) if one.feasible else "", numeric=True),
        )
        for one in hour.alternatives
    )
    note = ("" if lang == "zh" else " ").join(say_reason(one, lang) for one in hour.reasons)
    instead = Table(heads, others, note, t("{time}: what else could be done", time=time))
    return (running, instead) if others else (running,)


def staging_table(plan: PlantPlan, heading: Heading, lang: Language) -> Table:
    """Loads of the machines by the step, for the terminal."""
    t = translator(lang)
    run = plan.operation
    times = local_times(plan, heading)
    used = np.flatnonzero((run.load > 0).any(axis=1)).tolist()
    heads = (
        Head(t("Hour, local")),
        *(Head(f"{run.machines[at]} [{load_unit(run, at)}]", True) for at in used),
        *(Head(f"{name} [kWh]", True) for name in run.tanks),
        Head(f"{t('Power')} [kW]", True),
        Head(f"{t('Price')} [{plan.currency}/kWh]", True),
    )
    rows = tuple(
        (
            Cell(time[5:16].replace("T", " ")),
            *(Cell(three(float(run.load[at, step])) if run.load[at, step] > 0 else t("off"), numeric=True)
              for at in used),
            *(Cell(three(float(level)), numeric=True) for level in run.level[:, step + 1]),
            Cell(three(float(run.power[step])), numeric=True),
            Cell(f"{float(plan.price[step]):.3g}", numeric=True),
        )
        for step, time in enumerate(times)
    )  # fmt: skip
    return Table(heads, rows)


def _known(value: float, t: Translate) -> str:
    return three(value) if isfinite(value) else t("not known")
