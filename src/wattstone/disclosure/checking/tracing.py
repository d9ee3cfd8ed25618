"""Every number has its figure: known, as it stands now, and the one that the cell or the text says."""

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import polars as pl

from wattstone.base import Finding, UnknownUnit
from wattstone.disclosure.checking.looking import Looked, say
from wattstone.disclosure.plain import plain_column, plain_value
from wattstone.disclosure.statement import Answer, Shown
from wattstone.programme.kinds import MODULES
from wattstone.programme.report import Column, Said, Table
from wattstone.programme.units import times

__all__ = ["of_figures", "of_sentences", "of_tables"]

_NUMBER: Final = re.compile(r"[+-]?\d[\d ,\N{NARROW NO-BREAK SPACE}]*(?:\.\d+)?(?:e[+-]?\d+)?\s*%?")

_AT: Final = "@figure"
_SAME: Final = 1e-9  # relative; what `verify` takes for the same


def of_figures(looked: Looked) -> Iterator[Finding]:
    """Figures that are missing, out of date, restated, without an id or without a reason for having no value."""
    for key, one in looked.statement.figures.items():
        place, topic = f"figure '{key}'", looked.topic(key)
        if one.state == "missing":
            yield say(
                place, "figure_missing", "there is no figure of this name, period and subject", "a recorded figure",
                "record it, or correct the placeholder", topic=topic,
            )  # fmt: skip
            continue
        if not one.id:
            yield say(
                place, "figure_untraced", "nothing says where the number comes from", "the id of a figure",
                "record the report that it belongs to", topic=topic,
            )  # fmt: skip
        if one.state == "stale":
            yield say(
                place, "figure_stale", "what it was computed from has changed since", "a figure as the data stand now",
                "run `wattstone {command}` again", topic=topic, command=_maker(one.name),
            )  # fmt: skip
        if one.state == "restated":
            yield say(
                place, "figure_restated", "it is not what was published for its period", "the published number",
                "release the inventory again, or tell the restatement in the text", "warning", topic=topic,
            )  # fmt: skip
        if one.value is None and not one.reason.strip():
            yield say(
                place, "figure_no_reason", "it has no value, and nothing says why", "a value, or a reason",
                "run `wattstone {command}` again", topic=topic, command=_maker(one.name),
            )  # fmt: skip


def _maker(name: str) -> str:
    """The command that records a figure: the report of its module, or the inventory."""
    module = name.partition(".")[0]
    return f"{module} report" if module in MODULES else "inventory"


def of_tables(looked: Looked) -> Iterator[Finding]:
    """Numbers of tables that no figure stands behind, or another one than is named."""
    by_id: dict[str, list[Shown]] = {}
    for one in looked.statement.figures.values():
        by_id.setdefault(one.id, []).append(one)
    for answer in looked.statement.answers:
        for table in answer.tables:
            yield from _of_table(answer, table, by_id)


def _of_table(answer: Answer, table: Table, by_id: Mapping[str, list[Shown]]) -> Iterator[Finding]:
    place, topic = f"table '{table.id}'", answer.topic.id
    bare: list[str] = []
    for column in table.columns:
        values = table.rows.get_column(column.name, default=None)
        if values is None or plain_column(table.id, column.name):
            continue
        ids = table.rows.get_column(column.name + _AT, default=pl.repeat(None, values.len(), eager=True)).to_list()
        cells = [
            (number, id_)
            for value, id_ in zip(values.to_list(), ids, strict=True)
            if (number := _number(value)) is not None
        ]
        loose = [id_ for _, id_ in cells if id_ is not None and id_ not in by_id]
        if loose:
            yield say(
                place, "table_figure", "{count} {count:number names|numbers name} a figure that the statement does not"
                " have: {shown}", "the id of a figure of the statement", "make the statement again", count=len(loose),
                shown=loose[0][:20], topic=topic,
            )  # fmt: skip
        if any(id_ is None for _, id_ in cells):
            bare.append(column.label)
        for value, id_ in cells if values.dtype.is_numeric() else ():
            if by_id.get(id_) and not _same(value, column, by_id[id_]):
                one = by_id[id_][0]
                yield say(
                    place, "table_value", "'{column}' shows {value}, the figure is {figure}", "the value of the figure",
                    "make the statement again", column=column.label, value=f"{value:,.6g} {column.unit or ''}".strip(),
                    figure="-" if one.value is None else f"{one.value:,.6g} {one.unit}", topic=topic,
                )  # fmt: skip
    if bare:
        yield say(
            place, "table_untraced", "numbers without a figure stand in {columns}", "a figure behind every number",
            "record the report that they belong to", "warning", columns="; ".join(dict.fromkeys(bare)), topic=topic,
        )  # fmt: skip


def _number(value: Any) -> float | None:
    """What a cell says, if that is a number; a text of nothing but one is one too."""
    if isinstance(value, str):
        return float(re.sub(r"[^\d.e+-]", "", value)) if _NUMBER.fullmatch(value.strip()) else None
    return None if isinstance(value, bool) or not isinstance(value, int | float) or value != value else float(value)


def of_sentences(looked: Looked) -> Iterator[Finding]:
    """Numbers that the workspace's own sentences say without a figure, or with another one than they name."""
    by_id = {one.id: one for one in looked.statement.figures.values() if one.id}
    for answer in looked.statement.answers:
        for said in answer.says:
            bare = [_shown(value) for name, value in said.params.items() if _says_number(value)
                    and not plain_value(name) and said.params.get(name + _AT) not in by_id]  # fmt: skip
            if bare:
                yield say(
                    f"topic '{answer.topic.id}'", "sentence_untraced",
                    "a sentence says numbers without a figure: {numbers}", "a figure behind every number",
                    "record the report that they belong to", "warning", numbers=", ".join(bare),
                    topic=answer.topic.id,
                )  # fmt: skip


def _shown(value: Any) -> str:
    """A value of a sentence as it is told where nobody sees the sentence."""
    if isinstance(value, Said):
        return " ".join(_shown(one) for one in value.params.values())
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _says_number(value: Any) -> bool:
    if isinstance(value, Said):
        return any(_says_number(one) for one in value.params.values())
    if isinstance(value, str) and not set(value) & {".", "%"}:
        return False  # the number of a category, a serial number
    return _number(value) is not None


def _same(value: float, column: Column, figures: list[Shown]) -> bool:
    """Whether a cell says a figure, or an end of its interval, in the unit of the column."""
    for one in figures:
        try:
            scale = 1.0 if column.unit in (None, one.unit) else times(one.unit, column.unit or "")
        except (UnknownUnit, ValueError):
            return True  # units that nobody can compare tell nothing
        ends = one.interval or ()
        if any(held is not None and math.isclose(value, held * scale, rel_tol=_SAME) for held in (one.value, *ends)):
            return True
    return False
