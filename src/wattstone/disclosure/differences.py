"""What is said in another way in one statement than in another: edition against edition, or against a draft."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import polars as pl

from wattstone.disclosure.statement import Answer, Shown, Statement
from wattstone.programme.report import Said, Table

__all__ = ["Change", "What", "differences"]

What = Literal["topic", "status", "text", "figure", "table", "omission", "says"]
Value = str | float | bool | None


@dataclass(frozen=True, kw_only=True)
class Change:
    """One thing that is said in another way.

    Parameters
    ----------
    topic : str
        Id of the topic; empty where it belongs to none.
    what : str
        `topic` (it came in, or went), `status`, `text`, `figure`, `table` (a cell or a row), `omission`, `says` (what
        the workspace itself says).
    place : str
        Which: the language of a text, the key of a figure, TABLE / ROW / COLUMN of a cell.
    part : str
        Of a figure: `value`, `unit`, `interval` or `state`; of an omission its field.
    before, after : str, number or None
        None where there is nothing.
    titles : tuple of str
        Of a cell: the English titles of its table, row and column, for people.
    unit : str
        Of numbers.
    by : tuple of str
        Entries and figures that it comes from: `entry:HASH`, `figure:ID`, those of before first.
    """

    topic: str
    what: What
    place: str = ""
    part: str = ""
    before: Value = None
    after: Value = None
    titles: tuple[str, ...] = ()
    unit: str = ""
    by: tuple[str, ...] = ()


def differences(old: Statement, new: Statement) -> tuple[Change, ...]:
    """What changed from one statement to another, in the order of topics; when they were made does not count.

    Parameters
    ----------
    old, new : Statement
        Of one organisation, standard and year.
    """
    before = {one.topic.id: one for one in old.answers}
    after = {one.topic.id: one for one in new.answers}
    homes = {**_homes(old), **_homes(new)}
    found = list(_standard(old, new))
    figures: dict[str, list[Change]] = {}
    for each in _figures(old.figures, new.figures, homes):
        figures.setdefault(each.topic, []).append(each)
    for topic in dict.fromkeys([*after, *before]):
        one, other = before.get(topic), after.get(topic)
        if one is None or other is None:
            found.append(Change(
                topic=topic, what="topic", before=None if one is None else one.topic.title,
                after=None if other is None else other.topic.title,
            ))  # fmt: skip
        else:
            found += _of_answer(one, other)
        found += figures.pop(topic, [])
    found += [each for rest in figures.values() for each in rest]
    if (was := _told(old.limits)) != (now := _told(new.limits)):
        found.append(Change(topic="", what="says", before=was, after=now))
    return tuple(found)


def _standard(old: Statement, new: Statement) -> Iterator[Change]:
    if old.standard.key != new.standard.key:
        yield Change(topic="", what="topic", place="standard", before=old.standard.key, after=new.standard.key)


def _of_answer(old: Answer, new: Answer) -> Iterator[Change]:
    topic = new.topic.id
    if old.status != new.status:
        yield Change(topic=topic, what="status", before=old.status, after=new.status)
    for lang in sorted({*old.written, *new.written}):
        one, other = old.written.get(lang), new.written.get(lang)
        texts = [None if each is None else each.markdown for each in (one, other)]
        if texts[0] != texts[1]:
            by = tuple(f"entry:{each.hash}" for each in (one, other) if each is not None)
            yield Change(topic=topic, what="text", place=lang, before=texts[0], after=texts[1], by=by)
    yield from _omission(topic, old, new)
    if (was := _told(old.says)) != (now := _told(new.says)):
        yield Change(topic=topic, what="says", before=was, after=now)
    tables = {one.id: one for one in old.tables}, {one.id: one for one in new.tables}
    for name in dict.fromkeys([*tables[1], *tables[0]]):
        yield from _table(topic, name, tables[0].get(name), tables[1].get(name))


def _omission(topic: str, old: Answer, new: Answer) -> Iterator[Change]:
    one, other = ({} if each.omission is None else _fields(each) for each in (old, new))
    by = tuple(dict.fromkeys(f"entry:{each.omission.entry}" for each in (old, new) if each.omission is not None))
    for part in sorted({*one, *other}):
        if one.get(part) != other.get(part):
            yield Change(
                topic=topic, what="omission", part=part, before=one.get(part), after=other.get(part), by=by
            )  # fmt: skip


def _fields(answer: Answer) -> dict[str, str | None]:
    held = answer.omission
    assert held is not None
    told: dict[str, str | None] = {f"reason.{lang}": text for lang, text in held.reason.items()}
    told |= {"ground": held.ground, "paragraph": held.paragraph}
    return told | {"until": None if held.until is None else held.until.isoformat()}


def _homes(statement: Statement) -> dict[str, str]:
    """The first topic that shows each figure alone; figures in tables are told with their cells too."""
    found: dict[str, str] = {}
    for one in statement.answers:
        words = " ".join(each.markdown for each in one.written.values())
        for key in statement.figures:
            if any(key == each.key for each in one.figures) or key in words:
                found.setdefault(key, one.topic.id)
    return found


def _figures(old: Mapping[str, Shown], new: Mapping[str, Shown], homes: Mapping[str, str]) -> Iterator[Change]:
    for key in dict.fromkeys([*new, *old]):
        one, other = old.get(key), new.get(key)
        by = tuple(dict.fromkeys(f"figure:{each.id}" for each in (one, other) if each is not None and each.id))
        for part in ("value", "unit", "interval", "state"):
            before, after = (None if each is None else _part(each, part) for each in (one, other))
            if before != after:
                unit = (other or one or _NOTHING).unit if part in ("value", "interval") else ""
                yield Change(
                    topic=homes.get(key, ""), what="figure", place=key, part=part, before=before, after=after,
                    unit=unit, by=by,
                )  # fmt: skip


_NOTHING = Shown(id="", name="", period="", subject="", value=None, unit="")


def _part(shown: Shown, part: str) -> Value:
    value = getattr(shown, part)
    return f"{value[0]!r} … {value[1]!r}" if isinstance(value, tuple) else value


def _table(topic: str, name: str, old: Table | None, new: Table | None) -> Iterator[Change]:
    """Cells of the columns that are shown, row by row as the texts in them name the rows."""
    shown = {one.name: one for each in (old, new) if each is not None for one in each.columns}
    rows = _rows(old, shown), _rows(new, shown)
    titled = next((each.title for each in (new, old) if each is not None), name)
    for key in dict.fromkeys([*rows[1], *rows[0]]):
        one, other = rows[0].get(key), rows[1].get(key)
        for column, about in shown.items():
            before, after = (None if row is None else _cell(row.get(column)) for row in (one, other))
            if before == after:
                continue
            by = tuple(
                dict.fromkeys(
                    f"figure:{row[f'{column}@figure']}"
                    for row in (one, other)
                    if row is not None and row.get(f"{column}@figure")
                )
            )
            yield Change(
                topic=topic, what="table", place=f"{name} / {key} / {about.label}", before=before, after=after,
                titles=(titled, _row_title(other or one or {}, shown) or key, about.label),
                unit=about.unit or "", by=by,
            )  # fmt: skip


def _row_title(row: Mapping[str, Any], shown: Mapping[str, Any]) -> str:
    """What people call a row: its first text, in the words that its column has for it."""
    for name, about in shown.items():
        if isinstance(value := row.get(name), str) and value:
            return about.labels.get(value, value)
    return ""


def _rows(table: Table | None, shown: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Rows by what their texts say; those that say the same by their order as well."""
    if table is None:
        return {}
    texts = [name for name, dtype in table.rows.schema.items() if name in shown and dtype == pl.String]
    texts = texts[:1] or [name for name in shown if name in table.rows.columns][:1]
    found: dict[str, dict[str, Any]] = {}
    for row in table.rows.iter_rows(named=True):
        key = ", ".join(str(row[name]) for name in texts)
        number = 2
        while (numbered := key if number == 2 and key not in found else f"{key} ({number})") in found:
            number += 1
        found[numbered] = row
    return found


def _cell(value: Any) -> Value:
    if isinstance(value, float) and value != value:
        return None
    if value is None or isinstance(value, str | int | float):
        return value
    return value.isoformat() if isinstance(value, date) else str(value)


def _told(sentences: tuple[Said, ...]) -> str | None:
    """Sentences with their values, as people read them in English."""
    return "\n".join(_words(one) for one in sentences) or None


def _words(one: Said) -> str:
    told = {name: _words(value) if isinstance(value, Said) else value for name, value in one.params.items()}
    return one.text.format(**told)
