"""One map: its frame and graticule, layers, areas by their looks, dots with counts, names, and its bar of scale."""

# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import altair as alt
import numpy as np
import numpy.typing as npt
import shapely

from wattstone.interfaces.present.charts.base import Row, breadth, data
from wattstone.interfaces.present.programme.charts.apart import DOT, grouped
from wattstone.interfaces.present.programme.charts.looks import FILLED, Look
from wattstone.interfaces.present.programme.charts.names import LETTER, Box, names_on
from wattstone.interfaces.present.programme.charts.view import View, bar_of, features, graticule
from wattstone.interfaces.present.tokens import tokens

__all__ = ["Areas", "key_panel", "map_panel"]

Shapes = npt.NDArray[np.object_]
Groups = Sequence[tuple[str, npt.NDArray[np.int64]]]

_FOOT: Final = 24  # px below the frame: nothing of the map lies under its bar of scale
_NEAR: Final = 14.0  # px between dots that are one
_RADII: Final = (4.0, 8.5, 11.0)  # px of a dot of one, of up to 99, and of more


@dataclass(frozen=True)
class Areas:
    """Shapes with what is known of them, the largest first.

    Parameters
    ----------
    shapes : (n,) array
        In longitude and latitude. [degrees]
    rows : list of dict
        `name`, `series`, `fill`.
    names : list of str
        Series that occur.
    looks : dict of str to Look
        By series.
    statuses : bool
        Whether series are statuses: what is filled is delivered.
    layers : (m,) array
        Of the user, below the shapes.
    layer_names : list of str
    left_out : int
        Shapes that are not drawn, the smallest.
    """

    shapes: Shapes
    rows: list[Row]
    names: list[str]
    looks: dict[str, Look]
    statuses: bool
    layers: Shapes
    layer_names: list[str]
    left_out: int

    @property
    def pale(self) -> bool:
        """Whether any is not filled."""
        return any(row["fill"] != "full" for row in self.rows)


def map_panel(view: View, what: Areas, width: int, *, groups: Groups = (), title: str = "") -> Any:
    """A map.

    Parameters
    ----------
    view : View
    what : Areas
    width : int
        Of the whole drawing. [px]
    groups : sequence of (str, array)
        Areas that have maps of their own: here a dot with their number, and the letter of that map.
    title : str
        Letter of the map, below its lower left corner.
    """
    look = tokens()
    lines, degrees = graticule(view)
    line, raised = look.colour("line"), look.colour("raised")
    drawn = _drawable(view.shapes(what.shapes), view)
    below = _drawable(view.shapes(what.layers), view) if len(what.layers) else what.layers
    dots = _dots(drawn, what, groups)
    hidden = {at for dot in dots for at in dot["places"]}
    spots = [(one["px"] - one["r"], one["py"] - one["r"], one["px"] + one["r"], one["py"] + one["r"]) for one in dots]
    letters = [_letter(dot, view) for dot in dots if dot["letter"]]
    taken = [*spots, *map(_box, letters), *map(_box, degrees)]
    marks = [(dot["text"], shapely.box(*box)) for dot, box in zip(dots, spots, strict=True)]
    marks += [(str(row["name"]), one) for at, (row, one) in enumerate(zip(what.rows, drawn, strict=True))
              if at not in hidden]  # fmt: skip
    words = names_on(view, marks, list(zip(what.layer_names, below, strict=True)), taken, width)
    layers: list[Any] = [_frame(view, line), _geo(lines).mark_geoshape(filled=False, stroke=line, strokeWidth=1)]
    layers += [*_brought(below), *_filled(drawn, what), *_dotted(dots)]
    layers += [*_words(degrees, "ink-soft", raised), *_words([*words, *letters], "ink", raised), *_bar(view)]
    if title:
        layers += _words([{"px": 2, "py": view.height + 18, "text": title}], "ink", raised, size=16)
    return alt.layer(*layers).properties(width=round(view.width), height=round(view.height) + _FOOT)


def key_panel(names: Sequence[str], looks: Mapping[str, Look], width: float) -> Any:
    """What the looks mean, in lines above the map."""
    items: list[tuple[float, float, str]] = []
    x, y = 0.0, 2.0
    for name in names:
        long = 26 + breadth(name) * LETTER + 16
        if x and x + long > width:
            x, y = 0.0, y + 22
        items.append((x, y, name))
        x += long
    layers: list[Any] = []
    for left, top, name in items:
        spot = shapely.box(left + 1, top + 1, left + 19, top + 13)
        layers += _shaped(np.array([spot]), looks[name], looks[name].fill)
    words: list[Row] = [{"px": left + 26, "py": top + 11, "text": name} for left, top, name in items]
    layers += _words(words, "ink", tokens().colour("raised"))
    return alt.layer(*layers).properties(width=round(width), height=round(y) + 18)


def _geo(rows: list[Row]) -> alt.Chart:
    """Shapes that are in pixels already."""
    return alt.Chart(data(rows)).project(type="identity", scale=1, translate=[0, 0])


def _drawable(shapes: Shapes, view: View) -> Shapes:
    """Within the frame, and no finer than the eye sees."""
    fine = shapely.simplify(shapes, 0.3)
    return shapely.make_valid(shapely.clip_by_rect(shapely.make_valid(fine), 0, 0, view.width, view.height))


def _brought(shapes: Shapes) -> list[Any]:
    """Layers of the user, below all areas."""
    soft, line = tokens().colour("ink-soft"), tokens().colour("line")
    made: list[Any] = []
    for flat in (True, False) if len(shapes) else ():
        some = shapes[(shapely.get_dimensions(shapes) == 2) == flat]
        fill: dict[str, Any] = {"fill": line, "fillOpacity": 0.3} if flat else {"filled": False}
        made.append(
            _geo(features(some, [{} for _ in some])).mark_geoshape(
                stroke=soft, strokeWidth=1, strokeDash=[4, 3], **fill
            )
        )
    return made


def _filled(drawn: Shapes, what: Areas) -> list[Any]:
    """Areas in their looks; what is surer lies on top."""
    made: list[Any] = []
    for name in sorted(what.names or [""], key=lambda one: what.looks[one].rank):
        for fill in ("open", "hatched", "full"):
            mine = [at for at, row in enumerate(what.rows) if (row["series"], row["fill"]) == (name, fill)]
            made += _shaped(drawn[mine], what.looks[name], fill) if mine else []
    return made


def _shaped(shapes: Shapes, look: Look, fill: str) -> list[Any]:
    colour = tokens().colour(look.colour)
    told: dict[str, Any] = {"stroke": colour, "strokeWidth": 1.5, "strokeDash": list(look.dash)}
    if fill == "open":
        told["filled"] = False
    else:
        told |= {"fill": colour, "fillOpacity": FILLED if fill == "full" else tokens().opacity["estimated"]}
    return [_geo(features(shapes, [{} for _ in shapes])).mark_geoshape(**told)]


def _dots(drawn: Shapes, what: Areas, groups: Groups) -> list[Row]:
    """What is too small to be seen as a shape, or has a map of its own: a dot, with a number where it is several."""
    boxes = np.asarray(shapely.bounds(drawn), dtype=np.float64)
    apart = {int(at) for _, places in groups for at in places}
    tiny = np.maximum(boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]) < DOT
    small = np.array([at for at in np.flatnonzero(tiny) if at not in apart], dtype=np.int64)
    together = [(f"{letter}", places) for letter, places in groups]
    together += [("", small[one]) for one in grouped(boxes[small], _NEAR)]
    dots: list[Row] = []
    for letter, places in together:
        surest = max(places, key=lambda at: (what.looks[what.rows[at]["series"]].rank, -int(at)))
        row, count = what.rows[surest], len(places)
        name = str(row["name"]) if count == 1 else f"{row['name']} +{count - 1}"
        low, high = np.nanmin(boxes[places][:, :2], axis=0), np.nanmax(boxes[places][:, 2:], axis=0)
        x, y = (low + high) / 2
        if np.isfinite(x) and np.isfinite(y):
            dots.append({
                "px": round(float(x), 1), "py": round(float(y), 1), "r": _RADII[(count > 1) + (count > 99)],
                "count": str(count) if count > 1 else "", "text": "" if letter else name,
                "letter": letter, "places": [int(at) for at in places],
                "colour": tokens().colour(what.looks[row["series"]].colour), "full": row["fill"] == "full",
                "rank": what.looks[row["series"]].rank,
            })  # fmt: skip
    return sorted(dots, key=lambda one: one["rank"])


def _letter(dot: Row, view: View) -> Row:
    """The letter of a group's own map, beside its dot: it has to be there."""
    left = dot["px"] + dot["r"] + 20 > view.width
    x = dot["px"] + (-1 if left else 1) * (dot["r"] + 5)
    return {
        "px": round(x, 1),
        "py": round(dot["py"] + 4, 1),
        "text": dot["letter"],
        "align": "right" if left else "left",
    }


def _box(word: Row) -> Box:
    """Where a text is. [px]"""
    long = breadth(word["text"]) * LETTER
    start = word["px"] - (long if word.get("align") == "right" else 0.0)
    return (start, word["py"] - 12, start + long, word["py"] + 4)


def _dotted(dots: Sequence[Row]) -> list[Any]:
    """Dots: full in the colour of the surest that is there, hollow where none of it is delivered."""
    raised = tokens().colour("raised")
    made: list[Any] = []
    for dot in dots:
        place: Row = {key: dot[key] for key in ("px", "py")}
        told: dict[str, Any] = {"filled": True, "opacity": 1, "size": round(3.1416 * dot["r"] ** 2)}
        told |= {"fill": dot["colour"] if dot["full"] else raised, "stroke": raised if dot["full"] else dot["colour"]}
        made.append(alt.Chart(data([place])).mark_point(strokeWidth=1 if dot["full"] else 2, **told).encode(**_at()))
        if dot["count"]:
            text = alt.Chart(data([{**place, "text": dot["count"]}]))
            ink = raised if dot["full"] else tokens().colour("ink")
            made.append(
                text.mark_text(align="center", baseline="middle", fontSize=11, fontWeight="bold", color=ink)
                .encode(**_at(), text="text:N")
            )  # fmt: skip
    return made


def _at() -> dict[str, Any]:
    return {"x": alt.X("px:Q", scale=None, axis=None), "y": alt.Y("py:Q", scale=None, axis=None)}


def _words(rows: list[Row], colour: str, halo: str, size: int | None = None) -> list[Any]:
    """Texts at places, with a rim that parts them from what lies below."""
    made: list[Any] = []
    for align in dict.fromkeys(row.get("align", "left") for row in rows):
        base = alt.Chart(data([row for row in rows if row.get("align", "left") == align]))
        told: dict[str, Any] = {"align": align, "baseline": "alphabetic"}
        told |= {"fontSize": size, "fontWeight": "bold"} if size else {}
        rim = base.mark_text(stroke=halo, strokeWidth=3, strokeJoin="round", fill=halo, **told)
        text = base.mark_text(color=tokens().colour(colour), **told)
        made += [one.encode(**_at(), text="text:N") for one in (rim, text)]
    return made


def _frame(view: View, line: str) -> Any:
    corners = data([{"px": 0, "py": 0, "px2": view.width, "py2": view.height}])
    frame = alt.Chart(corners).mark_rect(fill=None, stroke=line, strokeWidth=1)
    return frame.encode(**_at(), x2="px2:Q", y2="py2:Q")


def _bar(view: View) -> list[Any]:
    """How long a distance is, below the lower right corner."""
    long, text = bar_of(view)
    right, down = view.width - 2, view.height + 14
    ends: list[Row] = [{"px": right - long, "py": down, "px2": right}]
    bar = alt.Chart(data(ends)).mark_rule(color=tokens().colour("ink"), strokeWidth=3)
    rows: list[Row] = [{"px": right - long - 8, "py": down + 4, "text": text, "align": "right"}]
    return [bar.encode(**_at(), x2="px2:Q"), *_words(rows, "ink", tokens().colour("raised"))]
