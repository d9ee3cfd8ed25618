"""Sites beside their peers: a dot a site, with the middle of the group it is compared with."""

from collections.abc import Mapping
from typing import Any

import altair as alt
import polars as pl

from wattstone.interfaces.present.charts.base import (
    TOP,
    WIDE,
    Drawing,
    Row,
    data,
    distinct,
    name_axis,
    sized,
    value_axis,
    with_labels,
)
from wattstone.interfaces.present.content import Cell, Head, Table
from wattstone.interfaces.present.languages import Language, counter, translator
from wattstone.interfaces.present.numbers import every, percent, three, written
from wattstone.interfaces.present.tokens import tokens
from wattstone.workflows.overview.peers import FEW_PEERS

_UNIT = "kWh/m2"
_NAME = "intensity.energy"
_COLUMNS = ("id", "name", _NAME, f"{_NAME}.id", "peer_middle", "peers")
Site = Mapping[str, Any]


def league_drawing(sites: pl.DataFrame, lang: Language, *, year: int, key: str = "league") -> Drawing | None:
    """Dots of the sites by energy use per floor area, a tick at the median of their peers; None for fewer than two.

    Parameters
    ----------
    sites : polars.DataFrame
        Rows of an estate: `id`, `name`, `intensity.energy`, `intensity.energy.id`, `peer_middle`, `peers`.
    lang : {'en', 'zh'}
    year : int
        Of the figures.
    key : str
        Of the drawing.
    """
    known = _known(sites)
    if len(known) < 2:
        return None
    t = translator(lang)
    shown = known[:TOP]
    names = distinct({row["id"]: row["name"] or row["id"] for row in shown})
    rows = [_row(names[row["id"]], row[_NAME], _middle(row)) for row in shown]
    subtitle = t("Energy use per floor area, {year}, {unit}", year=year, unit=written(_UNIT))
    if any(row["middle"] is not None for row in rows):
        subtitle += t("; marks: median of the peer group")
    if len(known) > len(rows):
        subtitle += t("; the {count} highest of {total} sites", count=len(rows), total=len(known))
    return Drawing(
        key=key,
        title=_title(rows, known, lang),
        subtitle=subtitle,
        alt="; ".join(f"{row['name']}: {row['text']} {written(_UNIT)}" for row in rows),
        table=_table(shown, names, lang),
        draw=lambda width: _draw(rows, width),
    )


def _known(sites: pl.DataFrame) -> list[Site]:
    """Sites whose use is known, the highest first: a page of a list, which is read faster than it is queried."""
    if _NAME not in sites.columns:
        return []
    rows = sites.select(name for name in _COLUMNS if name in sites.columns).rows(named=True)
    return sorted((row for row in rows if row[_NAME] is not None), key=lambda row: (-row[_NAME], row["id"]))


def _middle(row: Mapping[str, Any]) -> float | None:
    """The median of a site's peers, where there are enough of them to be compared with."""
    return row["peer_middle"] if (row["peers"] or 0) >= FEW_PEERS else None


def _title(rows: list[Row], known: list[Site], lang: Language) -> str:
    """Who lies highest above the middle of its peers and how many of all do; of no peers, who uses most."""
    t, n = translator(lang), counter(lang)
    sites = [row for row in known if (row["peers"] or 0) >= FEW_PEERS and (row["peer_middle"] or 0) > 0]
    if not sites:
        most = rows[0]
        return t("{site} uses most: {value} {unit}; there are too few peers to compare with", site=most["name"],
                 value=most["text"], unit=written(_UNIT))  # fmt: skip
    count = sum(row[_NAME] > row["peer_middle"] for row in sites)
    if not count:
        return n("The site with peers uses no more than their median",
                 "None of {count} sites uses more than the median of its peers", len(sites))  # fmt: skip
    above = [row for row in rows if row["more"] and row["middle"]]
    if not above:  # they are not among the ones that are drawn
        return n("{count} of {all} sites uses more than the median of its peers",
                 "{count} of {all} sites use more than the median of their peers", count, all=len(sites))  # fmt: skip
    first = max(above, key=lambda row: row["value"] / row["middle"])
    share = percent(first["value"] / first["middle"] - 1, lang)
    if count == 1:
        return t("{site} uses {share} more than the median of its peers", site=first["name"], share=share)
    if count == len(sites):
        return n("{site} uses {share} more than the median of its peers; the other lies above its own too",
                 "{site} uses {share} more than the median of its peers; the other {count} lie above theirs too",
                 count - 1, site=first["name"], share=share)  # fmt: skip
    return t("{site} uses {share} more than the median of its peers; {count} of {all} sites lie above theirs",
             site=first["name"], share=share, count=count, all=len(sites))  # fmt: skip


def _row(name: str, value: float, middle: float | None) -> Row:
    return {
        "name": name,
        "value": value,
        "middle": middle,
        "text": three(value),
        "end": max(value, middle or 0.0),
        "more": middle is not None and value > middle,
    }


def _draw(rows: list[Row], width: int) -> alt.LayerChart:
    look = tokens()
    named = with_labels(rows, width)
    end = max(row["end"] for row in rows) * (1.12 if width >= WIDE else 1.3)
    base = alt.Chart(data(named)).encode(
        y=alt.Y("name:N", sort=[row["name"] for row in named], axis=name_axis(width, grid=True))
    )
    across = alt.X("value:Q", scale=alt.Scale(domain=[0, end]), axis=value_axis(written(_UNIT), ticks=4))
    # Filled or hollow tells more from less without colour.
    apart = base.mark_rule(color=look.colour("grid"), strokeWidth=2).encode(x=across, x2="middle:Q")
    middle = base.mark_tick(color=look.colour("ink"), thickness=3, opacity=1, size=16).encode(x="middle:Q")
    more = base.transform_filter("datum.more").mark_circle(color=look.colour("scope-1"), size=110, opacity=1)
    less = base.transform_filter("!datum.more").mark_point(
        color=look.colour("jade"), fill=look.colour("raised"), size=90, strokeWidth=2.2, opacity=1
    )
    texts = base.mark_text(align="left", dx=9).encode(x="end:Q", text="text:N")
    layers = alt.layer(apart, middle, more.encode(x=across), less.encode(x=across), texts)
    return sized(layers, 36 * len(rows))


def _table(shown: list[Site], names: dict[str, str], lang: Language) -> Table:
    t = translator(lang)
    unit = written(_UNIT)
    heads = (
        Head(t("Site")),
        Head(t("{figure} [{unit}]", figure=t("Energy use"), unit=unit), True),
        Head(t("{figure} [{unit}]", figure=t("Median of the peers"), unit=unit), True),
        Head(t("Peers"), True),
    )
    none = t("not known")
    rows = tuple(
        (
            Cell(names[row["id"]]),
            Cell(every(row[_NAME]), row.get(f"{_NAME}.id"), numeric=True),
            Cell(none if row["peer_middle"] is None else every(row["peer_middle"]), numeric=True),
            Cell(none if row["peers"] is None else str(row["peers"]), numeric=True),
        )
        for row in shown
    )
    return Table(heads, rows)
