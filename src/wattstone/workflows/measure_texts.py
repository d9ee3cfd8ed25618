"""What people type of a measure, in options and in cells, as fields of its record."""

import re
from collections.abc import Callable, Mapping
from typing import Any, cast

from wattstone.base import Finding
from wattstone.portfolio.measures import Measure

LISTS = frozenset({"meters", "inside", "interacts_with", "variables", "comparison_sites", "comparison_meters"})
PERIODS = frozenset({"baseline", "reporting", "blackout"})
NUMBERS = {"expected_saving": "expected_unit", "cost": "currency"}

_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?:\s*日)?(?:[ T]00:00(?::00)?)?")
_NUMBER = re.compile(r"([+-]?(?:\d{1,3}(?:[  ]\d{3})+|\d{1,3}(?:,\d{3})+(?![,\d])|\d+)(?:\.\d+)?)\s*(.*)")
_WORDS = {
    "status": {
        "计划": "planned", "已计划": "planned", "进行中": "in progress", "实施中": "in progress", "完成": "done",
        "已完成": "done", "completed": "done", "已核实": "verified", "已验证": "verified", "已否定": "refuted",
        "未证实": "refuted", "已撤销": "withdrawn", "取消": "withdrawn", "in_progress": "in progress",
    },
    "model": {"日": "daily", "逐日": "daily", "小时": "hourly", "逐时": "hourly", "最佳": "best"},
    "option": {},
}  # fmt: skip

Place = Callable[[str], str]
Said = Mapping[str, Any]


class Unreadable(ValueError):
    """A text that does not say what its field needs; `expected` is an example, in the form of a finding's sentence."""

    def __init__(self, text: str, expected: str) -> None:
        super().__init__(text)
        self.text, self.expected = text, expected


def fields_of(said: Said, place: Place, *, before: Measure | None, who: str) -> tuple[dict[str, Any], list[Finding]]:
    """Texts as fields of a `Measure`.

    Parameters
    ----------
    said : mapping
        By field, texts or lists of texts. An empty text takes back what was said.
    place : callable
        Where a field was said, for findings.
    before : Measure or None
        As it is: overrides and events are added to.
    who : str
        Who confirms events.

    Returns
    -------
    fields : dict
        Of the record; what could not be read is left out.
    findings : list of Finding
        What could not be read.
    """
    fields: dict[str, Any] = {}
    found: list[Finding] = []
    for name, value in said.items():
        try:
            fields.update(_field(name, value, before, who))
        except Unreadable as wrong:
            found.append(_unreadable(name, place(name), wrong))
    return fields, found


def _unreadable(field: str, place: str, wrong: Unreadable) -> Finding:
    return Finding(
        code="measure.unreadable",
        place=place,
        found="{text} cannot be read",
        params={"text": repr(wrong.text[:100]), "field": field},
        expected=wrong.expected,
        remedy="write it so",
    )


def _field(name: str, value: Any, before: Measure | None, who: str) -> dict[str, Any]:
    if name in LISTS:
        return {name: split(value)}
    if name in PERIODS:
        return {name: period(str(value)) if str(value).strip() else None}
    if name in NUMBERS:
        return _number(name, str(value))
    if name == "overrides":
        return {name: _overrides(split(value), {} if before is None else dict(before.overrides))}
    if name == "events":
        events = [] if before is None else [one.model_dump() for one in before.events]
        return {name: events + [_event(text, who) for text in split(value)]}
    if name == "stipulated":
        return {name: [_stipulation(text) for text in split(value)]}
    text = str(value).strip()
    if name in _WORDS:
        folded = text.lower()
        text = text[-1:].upper() if name == "option" else _WORDS[name].get(folded, folded)
    return {name: text or None}


def split(value: Any) -> list[str]:
    """Texts of a list, or of one text in which semicolons or new lines part them."""
    texts: list[str] = re.split(r"[;；\n]", str(value))
    if isinstance(value, list | tuple):
        texts = [str(one) for one in cast("list[Any]", value)]
    return [text.strip() for text in texts if text.strip()]


def iso_date(text: str) -> str:
    """A date that begins with its year, as `2018-01-01`; `2018/1/1` and `2018年1月1日` too.

    Raises
    ------
    Unreadable
        If the order of day and month is left to be guessed.
    """
    match = _DATE.fullmatch(text.strip())
    if match is None:
        raise Unreadable(text, "a date such as 2018-01-31")
    year, month, day = map(int, match.groups())
    return f"{year:04}-{month:02}-{day:02}"


def period(text: str) -> dict[str, str | None]:
    """`FIRST/LAST` as first and last day; a period that goes on ends with the stroke."""
    dates = list(_DATE.finditer(text))
    between = _DATE.sub(" ", text).strip()
    if not 1 <= len(dates) <= 2 or not re.fullmatch(r"/|\.\.|-|–|—|~|to|至|到|", between):
        raise Unreadable(text, "a period such as 2018-01-01/2018-12-31")
    last = None if len(dates) == 1 and between else iso_date(dates[-1].group())
    return {"first": iso_date(dates[0].group()), "last": last}


def number(text: str) -> tuple[float, str]:
    """A number, and what stands behind it: `12000 kWh`.

    Raises
    ------
    Unreadable
        If it is none, or if its comma could mean thousands or decimals.
    """
    match = _NUMBER.fullmatch(text.strip())
    if match is None or match[2][:1] in (",", ".") or re.fullmatch(r"[+-]?\d{1,3},\d{3}", match[1]):
        raise Unreadable(text, "a number such as 12000 or 12000.5, without a comma")
    return float(re.sub(r"[,  ]", "", match[1])), match[2].strip()


def _number(name: str, text: str) -> dict[str, Any]:
    if not text.strip():
        return {name: None, NUMBERS[name]: None}
    value, rest = number(text)
    return {name: value, **({NUMBERS[name]: rest} if rest else {})}


def _overrides(texts: list[str], kept: dict[str, str]) -> dict[str, str]:
    for text in texts:
        code, mark, reason = text.partition("=")
        if not mark or not code.strip():
            raise Unreadable(text, "CODE=REASON, as baseline.short=new building")
        kept[code.strip()] = reason.strip()
    return {code: reason for code, reason in kept.items() if reason}


def _event(text: str, who: str) -> dict[str, Any]:
    parts = [part.strip() for part in text.split(",", 2)]
    if len(parts) < 3 or not all(parts):
        raise Unreadable(text, "FIRST/LAST,KIND,REASON, as 2020-03-23/2020-07-03,occupancy,closed for the pandemic")
    return {**period(parts[0]), "kind": parts[1], "reason": parts[2], "who": who}


def _stipulation(text: str) -> dict[str, Any]:
    name, mark, rest = text.partition("=")
    value, mark_two, source = rest.partition(",")
    if not (name.strip() and mark and mark_two and source.strip()):
        raise Unreadable(text, "NAME=VALUE UNIT, SOURCE, as hours=2600 h, lighting schedule of 2018")
    amount, unit = number(value)
    return {"name": name.strip(), "value": amount, "unit": unit or "1", "source": source.strip()}
