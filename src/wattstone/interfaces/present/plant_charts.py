"""The drawings of a plan of cold and heat: which machine runs, what that saves, how far the limit is."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import altair as alt
import numpy as np
import numpy.typing as npt

from wattstone.dispatch.plant.result import Operation, PlantPlan
from wattstone.interfaces.present.air_words import AIR
from wattstone.interfaces.present.charts.base import WIDE, Drawing, data
from wattstone.interfaces.present.charts.plant_ways import Quantity, ways_bars
from wattstone.interfaces.present.charts.staging import Beside, Stack, Staging, staging_drawing
from wattstone.interfaces.present.charts.times import clock, layered, panel_axis, stacked, step_line, time_axis
from wattstone.interfaces.present.content import Cell, Head, Table
from wattstone.interfaces.present.heading import Heading
from wattstone.interfaces.present.languages import Language, translator
from wattstone.interfaces.present.numbers import every, percent, three
from wattstone.interfaces.present.plant_words import WAYS
from wattstone.interfaces.present.tokens import tokens

Floats = npt.NDArray[np.float64]
_LEAST = 1e-6  # kW: what is below is nothing
_ROWS = 200


def starts(plan: PlantPlan) -> list[datetime]:
    """Beginnings of the steps, naive UTC; of a day of no date where the plan has none."""
    first = datetime(2001, 1, 1) if plan.start is None else datetime.fromisoformat(plan.start).replace(tzinfo=None)
    return [first + timedelta(hours=plan.operation.hours * at) for at in range(plan.operation.power.size)]


def load_unit(run: Operation, at: int) -> str:
    """Unit of a machine's leading load: kW of cold or heat, or flow of free air of a compressor."""
    load = run.load[at]
    thermal = any(np.allclose(load, made[at], rtol=1e-3, atol=0.1, equal_nan=True) for made in (run.cold, run.heat))
    return "kW" if thermal else AIR


def zone_of(plan: PlantPlan, heading: Heading) -> str:
    """The zone of the clock; hours that have no date have none."""
    return heading.zone if plan.start is not None else "UTC"


def local_times(plan: PlantPlan, heading: Heading) -> list[str]:
    """Beginnings of the steps on the site's clock."""
    return clock(starts(plan), zone_of(plan, heading))


def staging_chart(
    plan: PlantPlan, run: Operation, heading: Heading, lang: Language, *, tanks: Mapping[str, str]
) -> Drawing:
    """Cold and heat stacked by machine against demand, the machines, the stores and the price."""
    t = translator(lang)
    stacks = tuple(
        Stack(title, *_givers(run, carrier, tanks, t("{store}, out", store="{store}")), demand)
        for carrier, title, demand in (
            ("cold", t("cold [{unit}]", unit="kW"), plan.cold),
            ("heat", t("heat [{unit}]", unit="kW"), plan.heat),
        )
        if float(np.nansum(demand)) > 0 or float(np.nansum(getattr(run, carrier))) > _LEAST
    )
    most = np.maximum(np.nanmax(run.load, axis=1, initial=0.0), _LEAST)
    used = np.isin(np.arange(len(run.machines)), np.flatnonzero((run.load > 0).any(axis=1)))
    names = tuple(name for name, there in zip(run.machines, used, strict=True) if there)
    staging = Staging(
        starts=starts(plan),
        hours=run.hours,
        zone=zone_of(plan, heading),
        stacks=stacks,
        machines=names,
        share=(run.load / most[:, None])[used],
        stores=tuple(
            (t("{store}: stored [{unit}]", store=name, unit="kWh"), run.level[at]) for at, name in enumerate(run.tanks)
        ),
        lines=(Beside(t("price of electricity [{currency}/kWh]", currency=plan.currency), plan.price, zero=True),),
    )
    idle = len(run.machines) - len(names)
    title = _staging_title(plan, run, lang)
    subtitle = t(
        "Stacked in the colours of the bars below, stores pale; dashed: demand; above it: into stores or let go"
    )
    if idle:
        subtitle += t("; not run: {names}", names=", ".join(name for name in run.machines if name not in names))
    return staging_drawing(staging, key=f"plant-{run.name}", title=title, subtitle=subtitle, lang=lang)


def _staging_title(plan: PlantPlan, run: Operation, lang: Language) -> str:
    t = translator(lang)
    if run is not plan.operation:
        return t("By the {way}", way=t(WAYS.get(run.name, run.name)))
    if not plan.savings:
        return t("Which machine runs when")
    saving = plan.savings[0]
    money = f"{three(abs(saving.cost))} {plan.currency}"
    way = t(WAYS[saving.against])
    if saving.cost > 0:
        return t("The plan saves {amount} against the {way}", amount=money, way=way)
    return t("The plan can save nothing against the {way}", way=way)


def _givers(run: Operation, carrier: str, tanks: Mapping[str, str], out: str) -> tuple[tuple[str, ...], Floats]:
    """Machines and stores that give a carrier, and what each gives."""
    made: Floats = run.cold if carrier == "cold" else run.heat
    rows = [(name, made[at]) for at, name in enumerate(run.machines)]
    rows += [
        (out.replace("{store}", name), run.tank_out[at])
        for at, name in enumerate(run.tanks)
        if tanks.get(name, "cold") == carrier
    ]
    giving = [(name, np.nan_to_num(values)) for name, values in rows if float(np.nanmax(values, initial=0.0)) > _LEAST]
    if not giving:
        return (), np.zeros((0, run.power.size))
    return tuple(name for name, _ in giving), np.stack([values for _, values in giving])


def ways_chart(plan: PlantPlan, heading: Heading, lang: Language) -> Drawing | None:
    """Cost, electricity, fuel and emissions of the plan and of both rules; None without a rule."""
    if not plan.baselines:
        return None
    t = translator(lang)
    runs = [plan.operation, *(rule.operation for rule in plan.baselines)]
    codes = ["plan", *(rule.rule for rule in plan.baselines)]
    names = [t(WAYS[code]) for code in codes]

    def quantity(name: str, unit: str, key: str, values: list[float]) -> Quantity:
        return Quantity(name, unit, tuple(values), tuple(heading.link(f"plant.{key}.{code}") for code in codes))

    quantities = [
        quantity(t("cost"), plan.currency, "cost", [run.bill.total for run in runs]),
        quantity(t("electricity"), "kWh", "electricity", [run.kwh for run in runs]),
    ]
    if any(run.fuel_kwh for run in runs):
        quantities.append(quantity(t("fuel"), "kWh", "fuel", [run.fuel_kwh for run in runs]))
    if any(run.kg for run in runs):
        quantities.append(
            quantity(t("emissions"), heading.gas("plant.emissions.plan"), "emissions", [run.kg for run in runs])
        )
    saving = plan.savings[0]
    share = percent(abs(saving.cost_share), lang)
    title = (
        t("The plan costs {share} less than the {way}", share=share, way=t(WAYS[saving.against]))
        if saving.cost > 0
        else t("The plan costs no less than the {way}", way=t(WAYS[saving.against]))
    )
    return ways_bars(
        names, quantities, key="plant-ways", title=title, lang=lang,
        subtitle=t("The same demand, run in each way, by the machines' own curves; more and less against the plan"),
    )  # fmt: skip


def limit_chart(plan: PlantPlan, heading: Heading, lang: Language) -> Drawing:
    """Electric power by the hour against the least that physics asks for."""
    t = translator(lang)
    run = plan.operation
    times = clock([*starts(plan), starts(plan)[-1] + timedelta(hours=run.hours)], zone_of(plan, heading))
    share = run.share_of_limit
    words = percent(share, lang) if share == share else t("not known")
    heads = (
        Head(t("Hour, local")),
        Head(t("Power [{unit}]", unit="kW"), True),
        Head(t("Limit [{unit}]", unit="kW"), True),
    )
    rows = tuple(
        (Cell(f"{time[:10]} {time[11:16]}"), *(Cell(every(round(float(value), 3)) if np.isfinite(value)
                                                    else t("not known"), numeric=True) for value in pair))
        for time, *pair in zip(times[:-1][:_ROWS], run.power, run.limit, strict=False)
    )  # fmt: skip
    title = t("{share} of the electricity and fuel is what physics asks for", share=words)
    return Drawing(
        key="plant-limit", title=title,
        subtitle=t("Solid: power of the plan, kW; dashed and shaded: the limit; clock of {zone}",
                   zone=zone_of(plan, heading)),
        alt=title, table=Table(heads, rows), draw=lambda width: _limit(run, times, width, lang), printed=False,
    )  # fmt: skip


def _limit(run: Operation, times: list[str], width: int, lang: Language) -> alt.VConcatChart:
    look, t = tokens(), translator(lang)
    x = time_axis(run.hours * run.power.size, width, t, last=True)
    y = alt.Y("value:Q", axis=panel_axis(t("power [{unit}]", unit="kW")))

    def rows(values: Floats) -> list[dict[str, object]]:
        told = [*values.tolist(), float(values[-1])]
        return [{"time": time, "value": one if np.isfinite(one) else None}
                for time, one in zip(times, told, strict=True)]  # fmt: skip

    area = alt.Chart(data(rows(run.limit))).mark_area(
        interpolate="step-after", color=look.colour("good"), fillOpacity=look.opacity["band"]
    )
    least = step_line(rows(run.limit), "value", "good", strokeDash=[4, 3])
    power = step_line(rows(run.power), "value", "ink")
    return stacked(
        [layered(area.encode(x=x, y=y), least.encode(x=x, y=y), power.encode(x=x, y=y))],
        [170 if width >= WIDE else 150], width,
    )  # fmt: skip
