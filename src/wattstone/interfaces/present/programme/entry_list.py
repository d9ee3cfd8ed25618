"""Entries of a kind for a terminal: a table where it fits, else one below the other, so that no number is broken."""

from collections.abc import Mapping
from typing import Any, cast

import polars as pl
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.measure import Measurement
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from wattstone.interfaces.present.languages import Language, counter, mark, translator
from wattstone.interfaces.present.numbers import every
from wattstone.interfaces.present.programme.entry_template import head_of
from wattstone.interfaces.present.tokens import terminal_styles
from wattstone.programme.kinds import RecordField, RecordKind

__all__ = ["entry_list"]

_ROWS, _LONG, _ANY = 200, 60, 100_000
_MARKS: Mapping[str, str] = {
    "version": mark("Version"), "reason": mark("Reason"), "withdrawn": mark("Withdrawn"),
    "entered_by": mark("Entered by"),
}  # fmt: skip


def entry_list(kind: RecordKind, rows: pl.DataFrame, lang: Language) -> RenderableType:
    """What a terminal shows of entries.

    Parameters
    ----------
    kind : RecordKind
        Of the entries.
    rows : DataFrame
        Schema `entry_schema(kind)`; with versions and reasons where it is a history.
    lang : {'en', 'zh'}

    Returns
    -------
    rich renderable
        It takes the form that its console has room for.
    """
    t = translator(lang)
    told = [one for one in kind.fields if rows[one.name].null_count() < rows.height]
    marks = [name for name in _MARKS if name in rows.columns]
    heads = [t("Entry"), *(head_of(one, lang) for one in told), *(t(_MARKS[one]) for one in marks), t("Document")]
    lines = [
        [row["entry"], *(_field(row[one.name], one, lang) for one in told),
         *(_text(row[one], {}, lang) for one in marks), t("attached") if row["document"] else ""]
        for row in rows.head(_ROWS).iter_rows(named=True)
    ]  # fmt: skip
    shown = _Fitting(heads, lines)
    if rows.height <= _ROWS:
        return shown
    note = t("and {count} more: --json lists them all", count=rows.height - _ROWS)
    return Group(shown, Text(note, "dim"))


class _Fitting:
    def __init__(self, heads: list[str], lines: list[list[str]]) -> None:
        self._heads, self._lines = heads, lines

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        table = Table(*self._heads, box=None, pad_edge=False)
        for line in self._lines:
            table.add_row(*map(Text, line))
        wide = Measurement.get(console, options.update_width(_ANY), table).maximum
        yield table if wide <= options.max_width else self._below()

    def _below(self) -> RenderableType:
        """An entry after the other, with what is said of each."""
        parts: list[RenderableType] = []
        for entry, *values in self._lines:
            about = Table.grid(padding=(0, 2, 0, 0))
            for head, value in zip(self._heads[1:], values, strict=True):
                if value:
                    about.add_row(Text(head, "dim"), Text(value, overflow="fold"))
            parts += [Text(entry, terminal_styles()["heading"]), Padding(about, (0, 0, 1, 2))]
        return Group(*parts)


def _field(value: Any, field: RecordField, lang: Language) -> str:
    return _outline(value, lang) if field.type == "geometry" and value else _text(value, field.choices, lang)


def _outline(text: str, lang: Language) -> str:
    """What kind of shape, and of how many points; a point, or what is none, as it stands."""
    import shapely

    read: Any = shapely.from_geojson if text.lstrip().startswith("{") else shapely.from_wkt
    shape: Any = read(text, on_invalid="ignore")
    count: int = len(shapely.get_coordinates(shape))
    if shape is None or count < 2:
        return _text(text, {}, lang)
    n = counter(lang)
    name = str(shape.geom_type).upper()
    return n("{shape}, {count} point", "{shape}, {count} points", count, shape=name)


def _text(value: Any, choices: Mapping[str, str], lang: Language) -> str:
    t = translator(lang)
    if value is None:
        return ""
    if isinstance(value, bool):
        return t("yes") if value else t("no")
    if isinstance(value, float):
        return every(value)
    if isinstance(value, list):
        return "; ".join(map(str, cast("list[str]", value)))
    text = t(choices[value]) if value in choices else str(value)
    return text if len(text) <= _LONG else text[: _LONG - 1] + "…"
