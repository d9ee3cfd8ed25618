"""Sizes of PV and storage: what each costs and emits over the years, and what each is worth with its interval."""

from collections.abc import Sequence

import altair as alt

from wattstone.dispatch.sizing import Sized, best, frontier
from wattstone.dispatch.sizing_year import Option
from wattstone.interfaces.present.charts.base import WIDE, Drawing, Row, data, name_axis, name_label, sized, value_axis
from wattstone.interfaces.present.content import Cell, Head, Table
from wattstone.interfaces.present.languages import Language, Translate, translator
from wattstone.interfaces.present.numbers import LEVEL, every, group, percent, scale, three
from wattstone.interfaces.present.tokens import tokens

__all__ = ["carbon_drawing", "option_words", "worth_drawing"]

_NAMED, _BARS = 6, 12


def option_words(option: Option, t: Translate) -> str:
    """What an option is called: `PV 50 kW, storage 100 kWh at 25 kW`."""
    if not option.pv and not option.energy:
        return t("nothing built")
    parts = [t("PV {power} kW", power=_number(option.pv))] if option.pv else []
    if option.energy:
        said = {"energy": _number(option.energy), "power": _number(option.power)}
        parts.append(t("storage {energy} kWh at {power} kW", **said))
    return t(", ").join(parts)


def short_words(options: Sequence[Option], t: Translate) -> dict[Option, str]:
    """The same in few words, for drawings: `PV 50 kW + 100 kWh`, with the hours where several last differently."""
    lasting = {one.energy: {o.power for o in options if o.energy == one.energy} for one in options}
    names: dict[Option, str] = {}
    for one in options:
        parts = [t("PV {power} kW", power=_number(one.pv))] if one.pv else []
        if one.energy:
            hours = t(" ({hours} h)", hours=f"{one.energy / one.power:.3g}") if len(lasting[one.energy]) > 1 else ""
            parts.append(f"{_number(one.energy)} kWh{hours}")
        names[one] = " + ".join(parts) or t("nothing built")
    return names


def carbon_drawing(found: Sequence[Sized], *, years: int, currency: str, lang: Language) -> Drawing:
    """What is paid over the years against what is emitted, a point a size; those that no other beats are named.

    Parameters
    ----------
    found : sequence of Sized
        Of one scenario; emissions are known.
    years : int
        Over which is counted.
    currency : str
        ISO 4217.
    lang : {'en', 'zh'}
    """
    t = translator(lang)
    kept = {one.option for one in frontier(found)}
    top, nothing = best(found), found[0].option
    divisor, unit = scale("kg CO2e", max(one.emitted.value for one in found))
    names = short_words([one.option for one in found], t)
    rows: list[Row] = [
        {
            "name": names[one.option],
            "carbon": one.emitted.value / divisor,
            "paid": one.paid.value,
            "kind": "best" if one is top else "kept" if one.option in kept else "other",
            "none": one.option == nothing,
        }
        for one in found
    ]
    axes = (
        t("emitted in {years} years [{unit}]", years=years, unit=unit),
        t("paid in {years} years, present value [{currency}]", years=years, currency=currency),
    )
    return Drawing(
        key="sizes-carbon",
        title=_carbon_title(found, t),
        subtitle=t(
            "Each point is a size: bills and equipment of {years} years against the emissions of imported electricity; "
            "filled where no other size is both cheaper and cleaner",
            years=years,
        ),
        alt="; ".join(f"{row['name']}: {three(row['paid'])} {currency}, {three(row['carbon'])} {unit}" for row in rows),
        table=_table(found, years, currency, t),
        draw=lambda width: _points(rows, axes, width),
    )


def worth_drawing(found: Sequence[Sized], *, years: int, currency: str, lang: Language) -> Drawing:
    """Net present values with their intervals, the most worth first.

    Parameters
    ----------
    found : sequence of Sized
        Of one scenario.
    years : int
        Over which is counted.
    currency : str
        ISO 4217.
    lang : {'en', 'zh'}
    """
    t = translator(lang)
    ordered = sorted((one for one in found if one.option != found[0].option), key=lambda one: -one.npv.value)
    shown, level = ordered[:_BARS], percent(LEVEL, lang)
    names = short_words([one.option for one in found], t)
    rows: list[Row] = [
        {
            "name": names[one.option],
            "value": one.npv.value,
            "low": one.npv.low,
            "high": one.npv.high,
            "text": f"{three(one.npv.value)} ({three(one.npv.low)} {t('to')} {three(one.npv.high)})",
            "kind": "best" if at == 0 and one.npv.value > 0 else "other",
        }
        for at, one in enumerate(shown)
    ]
    sure = [one for one in ordered if one.npv.low > 0]
    title = (
        t("{count} of {total} sizes pay across the whole interval", count=len(sure), total=len(ordered))
        if sure
        else t("No size pays for certain at these costs")
    )
    subtitle = t("Net present value over {years} years, {currency}, with the {level} interval", years=years,
                 currency=currency, level=level)  # fmt: skip
    if len(ordered) > _BARS:
        subtitle += t("; the {count} of most worth", count=_BARS)
    heads = (Head(t("Size")), *(Head(f"{name} [{currency}]", True) for name in (t("Value"), t("lower"), t("upper"))))
    cells = tuple(
        (Cell(option_words(one.option, t)),
         *(Cell(every(value), numeric=True) for value in (one.npv.value, one.npv.low, one.npv.high)))
        for one in ordered
    )  # fmt: skip
    return Drawing(
        key="sizes-worth", title=title, subtitle=subtitle,
        alt="; ".join(f"{row['name']}: {row['text']} {currency}" for row in rows),
        table=Table(heads, cells), draw=lambda width: _bars(rows, currency, width),
    )  # fmt: skip


def _carbon_title(found: Sequence[Sized], t: Translate) -> str:
    names = short_words([one.option for one in found], t)
    top, clean = best(found).option, max(found, key=lambda one: one.avoided.value).option
    if top == found[0].option:
        return t("At these costs nothing pays: every size costs more than it saves")
    if top == clean:
        return t("{option} is both the cheapest and the cleanest", option=names[top])
    return t("{cheap} is the cheapest, {clean} the cleanest", cheap=names[top], clean=names[clean])


def _points(rows: list[Row], axes: tuple[str, str], width: int) -> alt.LayerChart:
    look, wide = tokens(), width >= WIDE
    jade, grey = look.colour("jade"), look.colour("ink-soft")
    marked = [
        {**row, "fill": jade if row["kind"] != "other" else look.colour("raised"),
         "edge": jade if row["kind"] != "other" else grey}
        for row in rows
    ]  # fmt: skip
    carbon, paid = [row["carbon"] for row in rows], [row["paid"] for row in rows]
    x = alt.X(
        "carbon:Q", axis=value_axis(axes[0], ticks=5 if wide else 3), scale=_room(carbon, 0.28 if wide else 0.6, 0.1)
    )
    y = alt.Y("paid:Q", axis=value_axis(axes[1], ticks=5), scale=_room(paid, 0.16, 0.12))
    base = alt.Chart(data(marked))
    line = (
        base.transform_filter("datum.kind != 'other'")
        .mark_line(color=jade, strokeWidth=1, strokeDash=[3, 3])
        .encode(x=x, y=y, order="carbon:Q")
    )
    size = alt.Size("dot:Q", scale=None)
    dots = (
        base.transform_calculate(dot="datum.kind == 'best' ? 140 : 70")
        .mark_point(filled=True, strokeWidth=1.4, opacity=1, fillOpacity=1)
        .encode(x=x, y=y, size=size, fill=alt.Fill("fill:N", scale=None), stroke=alt.Stroke("edge:N", scale=None))
    )
    named = [row for row in marked if row["kind"] == "best" or row["none"]]
    if wide:
        named += [row for row in marked if row["kind"] == "kept" and not row["none"]][: _NAMED - len(named)]
    # Below and left of a size that is not beaten there is no other, so that its name stands there; `nothing` is above.
    texts = [
        alt.Chart(data(mine)).mark_text(align="right", dx=-6, dy=-11 if above else 12).encode(x=x, y=y, text="name:N")
        for above in (False, True)
        if (mine := [row for row in named if (row["none"] and row["kind"] == "other") == above])
    ]
    return sized(alt.layer(line, dots, *texts), 280 if wide else 240)


def _room(values: list[float], below: float, above: float) -> alt.Scale:
    """A scale with some room around what is drawn: points need no zero."""
    spread = max(values) - min(values) or max(abs(values[0]), 1.0)
    return alt.Scale(domain=[min(values) - below * spread, max(values) + above * spread], nice=False, zero=False)


def _bars(rows: list[Row], currency: str, width: int) -> alt.LayerChart:
    look, wide = tokens(), width >= WIDE
    coloured = [
        {**row, "name": name_label(row["name"], width),
         "colour": look.colour("jade" if row["kind"] == "best" else "grid")}
        for row in rows
    ]  # fmt: skip
    most = max(0.0, *(row["high"] for row in rows))
    least = min(0.0, *(row["low"] for row in rows))
    spread = most - least or 1.0
    scale_ = alt.Scale(domain=[least, most + spread * (0.75 if wide else 0.0)], nice=False)
    base = alt.Chart(data(coloured)).encode(
        y=alt.Y(
            "name:N", sort=[row["name"] for row in coloured], axis=name_axis(width), scale=alt.Scale(paddingInner=0.4)
        )
    )
    x = alt.X("value:Q", scale=scale_, axis=value_axis(currency, ticks=4 if wide else 3))
    bars = base.mark_bar().encode(x=x, color=alt.Color("colour:N", scale=None))
    whiskers = base.mark_rule(color=look.colour("ink"), strokeWidth=1.4).encode(
        x=alt.X("low:Q", scale=scale_), x2="high:Q"
    )
    zero = alt.Chart(data([{"at": 0}])).mark_rule(color=look.colour("ink-soft")).encode(x=alt.X("at:Q", scale=scale_))
    layers = [bars, whiskers, zero]
    if wide:
        ends = base.transform_calculate(end="max(datum.high, 0)")
        layers.append(ends.mark_text(align="left", dx=6).encode(x=alt.X("end:Q", scale=scale_), text="text:N"))
    return sized(alt.layer(*layers), 26 * len(rows) + 20 if wide else 36 * len(rows) + 20)


def _table(found: Sequence[Sized], years: int, currency: str, t: Translate) -> Table:
    kept = {one.option for one in frontier(found)}
    heads = (
        Head(t("Size")),
        Head(f"{t('paid in {years} years, present value [{currency}]', years=years, currency=currency)}", True),
        Head(t("emitted in {years} years [{unit}]", years=years, unit="kg CO2e"), True),
        Head(""),
    )
    rows = tuple(
        (
            Cell(option_words(one.option, t)),
            Cell(every(one.paid.value), numeric=True),
            Cell(every(one.emitted.value), numeric=True),
            Cell(t("not beaten") if one.option in kept else ""),
        )
        for one in found
    )
    return Table(heads, rows, t("Not beaten: no other size is both cheaper and cleaner."))


def _number(value: float) -> str:
    return group(f"{value:g}") if abs(value) < 1e6 else three(value)
