"""Lines of a report as figures: their periods, and the figures that they name among themselves."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from wattstone.base import Figure, Interval, Period
from wattstone.programme.report import Line, Said

__all__ = ["figures_of_lines", "plain", "span_of"]

_YEAR: Final = re.compile(r"\d{4}")
_MONTH: Final = re.compile(r"(\d{4})-(\d{2})")
_LINE: Final = "line:"


def plain(said: Said) -> str:
    """A sentence in English.

    Examples
    --------
    >>> plain(Said("{count} areas overlap", {"count": 3}))
    '3 areas overlap'
    """
    return said.text.format_map(said.params) if said.params else said.text


def span_of(label: str) -> Period:
    """The days that a label names, as a span.

    Parameters
    ----------
    label : str
        A year, a month, a day, or two of them with a stroke between; the last is whole within it.

    Examples
    --------
    >>> span_of("2020/2030").end, span_of("2024-02").end, span_of("2024-02-28").end
    (datetime.datetime(2031, 1, 1, 0, 0), datetime.datetime(2024, 3, 1, 0, 0), datetime.datetime(2024, 2, 29, 0, 0))
    """
    first, _, last = label.partition("/")
    return Period(_days(first)[0], _days(last or first)[1])


def _days(text: str) -> tuple[datetime, datetime]:
    if _YEAR.fullmatch(text):
        return datetime(int(text), 1, 1), datetime(int(text) + 1, 1, 1)
    if found := _MONTH.fullmatch(text):
        year, month = int(found[1]), int(found[2])
        return datetime(year, month, 1), datetime(year + month // 12, month % 12 + 1, 1)
    day = datetime.combine(date.fromisoformat(text), datetime.min.time())
    return day, day + timedelta(days=1)


def figures_of_lines(lines: Sequence[Line], common: Sequence[str]) -> dict[tuple[str, str, str], Figure]:
    """The figures of lines, by name, subject and period.

    Parameters
    ----------
    lines : sequence of Line
        Of one report; no two of them of the same name, subject and period.
    common : sequence of str
        What all of them rest on.

    Returns
    -------
    dict
        In the order of the lines. What a line names as `line:NAME` are the figures of that name: of its own subject
        and period where there is one, else of its period, else all; `line:NAME@SUBJECT` of that subject,
        `line:NAME@SUBJECT@PERIOD` the one.

    Raises
    ------
    ValueError
        If two lines are the same, a line names one that there is not, or lines name each other in a circle.
    """
    known: dict[tuple[str, str, str], Line] = {}
    for one in lines:
        if (key := _key(one)) in known:
            raise ValueError(f"two lines of the report are {'@'.join(key)}")
        known[key] = one
    by_name: dict[str, list[Line]] = {}
    for one in lines:
        by_name.setdefault(one.name, []).append(one)
    made: dict[tuple[str, str, str], Figure] = {}
    for one in lines:
        _make(one, by_name, made, common, ())
    return {key: made[key] for key in known}


def _key(one: Line) -> tuple[str, str, str]:
    return one.name, one.subject, one.period


def _make(
    one: Line,
    known: Mapping[str, list[Line]],
    made: dict[tuple[str, str, str], Figure],
    common: Sequence[str],
    above: tuple[tuple[str, str, str], ...],
) -> Figure:
    key = _key(one)
    if key in made:
        return made[key]
    if key in above:
        raise ValueError(f"lines name each other in a circle: {' -> '.join(each[0] for each in (*above, key))}")
    inputs: list[str] = []
    for name in one.inputs:
        if name.startswith(_LINE):
            others = [each for each in _named(name.removeprefix(_LINE), one, known) if _key(each) != key]
            inputs += [f"figure:{_make(each, known, made, common, (*above, key)).id}" for each in others]
        else:
            inputs.append(name)
    made[key] = Figure(
        name=one.name, value=one.value, unit=one.unit, subject=one.subject, period=span_of(one.period),
        period_label=one.period, method=one.method, inputs=tuple(dict.fromkeys((*inputs, *common))),
        interval=None if one.interval is None else Interval(*one.interval),
        reason=None if one.reason is None else plain(one.reason), basis=one.basis, notes=tuple(map(plain, one.notes)),
    )  # fmt: skip
    return made[key]


def _named(name: str, of: Line, known: Mapping[str, list[Line]]) -> list[Line]:
    name, _, subject = name.partition("@")
    found = [one for one in known.get(name, ()) if subject in ("", one.subject, f"{one.subject}@{one.period}")]
    if not found:
        raise ValueError(f"the line {of.name} names {name}, which is none of the report")
    own = [one for one in found if (one.subject, one.period) == (of.subject, of.period)]
    return own or [one for one in found if one.period == of.period] or found
