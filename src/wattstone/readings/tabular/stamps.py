"""Dates and times as people write them: which format a column is in, and the column in that format."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

import polars as pl

EPOCH_S, EPOCH_MS, EXCEL = "epoch-s", "epoch-ms", "excel"
ENOUGH = 0.8  # share of a sample that must be in a format; the reader names the rows that are not
UTC_FORMATS = frozenset({EPOCH_S, EPOCH_MS})
Order = Literal["ymd", "dmy", "mdy"]

_MONTH = r"[A-Za-z]{3,9}\.?"
_DATES: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = (
    (re.compile(r"\d{4}-\d{1,2}-\d{1,2}"), ("%Y-%m-%d",)),
    (re.compile(r"\d{4}/\d{1,2}/\d{1,2}"), ("%Y/%m/%d",)),
    (re.compile(r"\d{4}\.\d{1,2}\.\d{1,2}"), ("%Y.%m.%d",)),
    (re.compile(r"\d{1,2}/\d{1,2}/\d{4}"), ("%d/%m/%Y", "%m/%d/%Y")),
    (re.compile(r"\d{1,2}\.\d{1,2}\.\d{4}"), ("%d.%m.%Y", "%m.%d.%Y")),
    (re.compile(r"\d{1,2}-\d{1,2}-\d{4}"), ("%d-%m-%Y", "%m-%d-%Y")),
    (re.compile(r"\d{1,2}/\d{1,2}/\d{2}"), ("%d/%m/%y", "%m/%d/%y", "%y/%m/%d")),
    (re.compile(r"\d{1,2}\.\d{1,2}\.\d{2}"), ("%d.%m.%y", "%m.%d.%y")),
    (re.compile(r"\d{1,2}-\d{1,2}-\d{2}"), ("%d-%m-%y", "%m-%d-%y", "%y-%m-%d")),
    (re.compile(r"\d{4}年\d{1,2}月\d{1,2}日"), ("%Y年%m月%d日",)),
    (re.compile(rf"\d{{1,2}}-{_MONTH}-\d{{4}}"), ("%d-%b-%Y", "%d-%B-%Y")),
    (re.compile(rf"\d{{1,2}}-{_MONTH}-\d{{2}}"), ("%d-%b-%y",)),
    (re.compile(rf"\d{{1,2}} {_MONTH} \d{{4}}"), ("%d %b %Y", "%d %B %Y")),
    (re.compile(rf"\d{{1,2}}/{_MONTH}/\d{{4}}"), ("%d/%b/%Y", "%d/%B/%Y")),
    (re.compile(rf"{_MONTH} \d{{1,2}}, \d{{4}}"), ("%b %d, %Y", "%B %d, %Y")),
    (re.compile(rf"{_MONTH} \d{{1,2}} \d{{4}}"), ("%b %d %Y", "%B %d %Y")),
    (re.compile(r"(?:19|20)\d{6}"), ("%Y%m%d",)),
    (re.compile(r"\d{4}-\d{1,2}"), ("%Y-%m",)),
    (re.compile(r"\d{4}/\d{1,2}"), ("%Y/%m",)),
    (re.compile(r"\d{4}年\d{1,2}月"), ("%Y年%m月",)),
    (re.compile(r"\d{1,2}/\d{4}"), ("%m/%Y",)),
    (re.compile(r"\d{1,2}\.\d{4}"), ("%m.%Y",)),
    (re.compile(rf"{_MONTH} \d{{4}}"), ("%b %Y", "%B %Y")),
    (re.compile(rf"{_MONTH}-\d{{4}}"), ("%b-%Y",)),
    (re.compile(rf"{_MONTH}-\d{{2}}"), ("%b-%y",)),
)
_TIMES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\d{1,2}:\d{2}:\d{2}\.\d{1,9} ?[AaPp][Mm]"), "%I:%M:%S%.f %p"),
    (re.compile(r"\d{1,2}:\d{2}:\d{2} ?[AaPp][Mm]"), "%I:%M:%S %p"),
    (re.compile(r"\d{1,2}:\d{2} ?[AaPp][Mm]"), "%I:%M %p"),
    (re.compile(r"\d{1,2}:\d{2}:\d{2}\.\d{1,9}"), "%H:%M:%S%.f"),
    (re.compile(r"\d{1,2}:\d{2}:\d{2}"), "%H:%M:%S"),
    (re.compile(r"\d{1,2}:\d{2}"), "%H:%M"),
    (re.compile(r"\d{1,2}\.\d{2}"), "%H.%M"),
    (re.compile(r"\d{1,2}时\d{1,2}分"), "%H时%M分"),
    (re.compile(r"\d{1,2}h\d{2}"), "%Hh%M"),
    (re.compile(r"\d{6}"), "%H%M%S"),
    (re.compile(r"\d{4}"), "%H%M"),
)
_BETWEEN = re.compile(r"T|, | - | +|_|-|")
_ZONED = re.compile(r" ?(?:Z|[+-]\d{2}:?\d{2})$")
_ENDING = re.compile(r"(?:Z|(?P<sign>[+-])(?P<hour>[01]\d):?(?P<minute>[0-5]\d))$")
_ENDINGS = 2  # offsets of one column that are looked for: those of summer and winter
_MIDNIGHT = re.compile(r"(?<!\d)24([:.]?00)((?:[:.]?00(?:\.0+)?)?)")


@dataclass(frozen=True)
class StampFormat:
    """How the stamps of a sample are written.

    Parameters
    ----------
    format : str
        As `Mapping.stamp_format`.
    others : tuple of str
        Formats that fit the sample as well, in another order of day and month.
    """

    format: str
    others: tuple[str, ...] = ()

    @property
    def zoned(self) -> bool:
        """Whether each stamp carries its own offset, or counts from an instant."""
        return is_zoned(self.format)


def is_zoned(stamp_format: str) -> bool:
    """Whether stamps of this format carry their own offset, or count from an instant."""
    return stamp_format.endswith("%z") or stamp_format in UTC_FORMATS


def is_monthly(stamp_format: str) -> bool:
    """Whether stamps of this format name a month."""
    return "%d" not in stamp_format and stamp_format not in {EXCEL, *UTC_FORMATS}


def _squeeze(cell: str) -> str:
    return " ".join(cell.split())


def _tail(rest: str) -> Iterable[str]:
    """Formats of what stands after the date."""
    if not rest:
        yield ""
        return
    zone = ""
    if (match := _ZONED.search(rest)) is not None:
        zone, rest = (" %z" if match[0].startswith(" ") else "%z"), rest[: match.start()]
    for between in ("T", ", ", " - ", " ", "_", "-", ""):
        if rest.startswith(between):
            for shape, time_format in _TIMES:
                if shape.fullmatch(rest[len(between) :]):
                    yield between + time_format + zone


def shapes(cell: str) -> list[str]:
    """Formats whose shape a cell has; whether the numbers fit is another question."""
    found: list[str] = []
    for shape, formats in _DATES:
        if (match := shape.match(cell)) is not None:
            found += [one + tail for one in formats for tail in _tail(cell[match.end() :])]
    return found


def stamp_format(cells: Sequence[str], *, times: bool = False) -> StampFormat | None:
    """The format in which the cells of a sample are dates with or without a time.

    Parameters
    ----------
    cells : sequence of str
        Not empty ones.
    times : bool
        Take plain numbers for serial days or seconds too; only where a header says that this is a time.

    Returns
    -------
    StampFormat or None
        The likeliest first: where day and month could be exchanged, day before month.
    """
    distinct = list(dict.fromkeys(map(_squeeze, cells)))
    if not distinct:
        return None
    if (counted := _counted(distinct, trust=times)) is not None:
        return StampFormat(counted)
    longest = max(distinct, key=len)
    sample = pl.Series("stamp", distinct)
    scores = {one: _fit(sample, one) for one in dict.fromkeys(shapes(_MIDNIGHT.sub(r"00\1\2", longest)))}
    best = max(scores.values(), default=0.0)
    if best < ENOUGH:
        return None
    fitting = [one for one, score in scores.items() if score == best]
    return StampFormat(fitting[0], tuple(one for one in fitting[1:] if _differs(sample, fitting[0], one)))


def _counted(cells: Sequence[str], *, trust: bool) -> str | None:
    """Epoch seconds or milliseconds by their size; Excel's serial days only where a header says it is a time."""
    if not all(re.fullmatch(r"\d+(?:\.\d+)?", cell) for cell in cells):
        return None
    values = [float(cell) for cell in cells]
    low, high = min(values), max(values)
    if 3e8 < low and high < 4.2e9 and all("." not in cell or cell.endswith(".0") for cell in cells):
        return EPOCH_S if trust or len(str(int(low))) == 10 else None
    if 3e11 < low and high < 4.2e12:
        return EPOCH_MS
    return EXCEL if trust and 20_000 < low and high < 80_000 else None


def _fit(sample: pl.Series, one: str) -> float:
    return 1.0 - parse(sample, one).null_count() / len(sample)


def _differs(sample: pl.Series, one: str, other: str) -> bool:
    return not parse(sample, one).equals(parse(sample, other))


def time_format(cells: Sequence[str]) -> str | None:
    """The format in which all cells of a sample are times of day."""
    distinct = list(dict.fromkeys(map(_squeeze, cells)))
    for shape, one in _TIMES:
        if distinct and shape.fullmatch(max(distinct, key=len)) and all(minutes(cell) is not None for cell in distinct):
            return one
    return None


def minutes(cell: str) -> float | None:
    """Minutes after midnight of a time of day, `24:00` included; None for anything else. [min]"""
    match = re.fullmatch(r"(\d{1,2})[:.时h](\d{2})分?(?:[:.](\d{2})(?:\.\d+)?)?(?: ?([AaPp])[Mm])?", _squeeze(cell))
    if match is None:
        match = re.fullmatch(r"(\d{2})(\d{2})(\d{2})?()", _squeeze(cell))
    if match is None:
        return None
    hour, minute, second = int(match[1]), int(match[2]), int(match[3] or 0)
    if match[4]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if match[4] in "Pp" else 0)
    total = hour * 60 + minute + second / 60
    return total if minute < 60 and second < 60 and total <= 24 * 60 else None


def parse(cells: pl.Series, stamp_format: str) -> pl.Series:
    """A column of text as times.

    Parameters
    ----------
    cells : (n,) Series of String
    stamp_format : str
        As `Mapping.stamp_format`. `24:00` is the midnight that follows; a date alone is its first instant.

    Returns
    -------
    (n,) Series of Datetime
        Microseconds without a zone: UTC where `is_zoned`, else local. Null where the cell is not in the format.
    """
    if stamp_format in (EPOCH_S, EPOCH_MS, EXCEL):
        return _from_count(cells, stamp_format)
    # The fast path of the format: no cache, for stamps seldom repeat within a block of one meter.
    times = _strptime(cells, stamp_format)
    left = times.is_null() & cells.is_not_null()
    if not left.any():
        return times
    odd = cells.filter(left).str.strip_chars().str.replace_all(r"\s+", " ")
    return times.scatter(left.arg_true(), _unusual(odd, stamp_format))


def _strptime(cells: pl.Series, one: str) -> pl.Series:
    if not one.endswith("%z"):
        return cells.str.to_datetime(one, time_unit="us", strict=False, cache=False)
    return _zoned(cells, one)


def _zoned(cells: pl.Series, one: str, endings: int = _ENDINGS) -> pl.Series:
    """Stamps with an offset: the first of them taken for plain text, which is ten times as fast; then the rest."""
    ending = _ENDING.search(next(iter(cells.drop_nulls().head(1)), "")) if endings else None
    if ending is None:
        plain = cells.str.replace(" ?Z$", "+0000" if not one.endswith(" %z") else " +0000")
        zoned = plain.str.to_datetime(one, time_unit="us", time_zone="UTC", strict=False, cache=False)
        return zoned.dt.replace_time_zone(None)
    here = cells.str.ends_with(ending[0])
    own = cells if here.all() else pl.select(pl.when(here).then(cells)).to_series()
    times = own.str.to_datetime(one.removesuffix("%z") + ending[0], time_unit="us", strict=False, cache=False)
    times = times - _offset(ending)
    left = times.is_null() & cells.is_not_null()
    return times.scatter(left.arg_true(), _zoned(cells.filter(left), one, endings - 1)) if left.any() else times


def _offset(ending: re.Match[str]) -> timedelta:
    size = timedelta(hours=int(ending["hour"] or 0), minutes=int(ending["minute"] or 0))
    return -size if ending["sign"] == "-" else size


def _unusual(odd: pl.Series, one: str) -> pl.Series:
    """Stamps that only just miss the format: odd blanks, `24:00`, a date alone, no seconds."""
    times = _strptime(odd, one)
    midnight = odd.str.contains(r"(?:^|\D)24[:.]?00(?:[:.]?00(?:\.0+)?)?(?:\D|$)")
    if midnight.any() and "%H" in one:
        early = odd.str.replace(r"(^|\D)24([:.]?00)", "${1}00${2}")
        following = _strptime(early, one).dt.offset_by("1d")
        times = pl.select(pl.when(midnight).then(following).otherwise(times)).to_series()
    if is_monthly(one) and not one.endswith("%z"):  # a month of one digit is only understood before a day
        times = pl.select(pl.coalesce(times, _strptime(odd + " 1", one + " %d"))).to_series()
    for shorter in _shorter(one):
        if times.null_count() == 0:
            break
        times = pl.select(pl.coalesce(times, _strptime(odd, shorter))).to_series()
    return times.alias("stamp")


def _shorter(one: str) -> list[str]:
    """The same format as some exports write it for a whole second, minute or day."""
    found = [one.replace("%.f", "")] if "%.f" in one else []
    if ":%S" in one:
        found.append(one.replace("%.f", "").replace(":%S", ""))
    if "%H" in one and "%d" in one and not one.endswith("%z") and one[one.index("%H") - 1] in "T ,":
        found.append(one[: one.index("%H")].rstrip(" T,"))
    return found


def _from_count(cells: pl.Series, one: str) -> pl.Series:
    value = cells.str.strip_chars().cast(pl.Float64, strict=False)
    scale, low, high = {EPOCH_S: (1e6, -2e9, 4.2e9), EPOCH_MS: (1e3, -2e12, 4.2e12), EXCEL: (86_400e6, 1, 80_000)}[one]
    value = value.set(~value.is_between(low, high), None)
    if one == EXCEL:  # days since 1899-12-30; a serial is rounded to the second, for a float of days is no finer
        value = ((value - 25_569.0) * 86_400.0).round(0) / 86_400.0
    return (value * scale).round(0).cast(pl.Int64, strict=False).cast(pl.Datetime("us"))
