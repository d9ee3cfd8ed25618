"""Moments as they are written out: on the clock of a zone, which is named."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from wattstone.interfaces.present.languages import Language, day

__all__ = ["local_time", "moment_words", "zone_words"]

_DOUBTFUL = frozenset({"CST", "IST"})  # short names that are those of several zones


def local_time(moment: datetime, zone: str) -> datetime:
    """A moment on the clock of a zone; stored moments are naive UTC."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(ZoneInfo(zone))


def moment_words(moment: datetime, zone: str, lang: Language) -> str:
    """A moment to the minute.

    Examples
    --------
    >>> moment_words(datetime(2026, 11, 22, 23, 59), "Asia/Shanghai", "en")
    '23 November 2026, 07:59 UTC+8'
    """
    local = local_time(moment, zone)
    return f"{day(local, lang)}{' ' if lang == 'zh' else ', '}{local:%H:%M} {zone_words(local)}"


def zone_words(moment: datetime) -> str:
    """The clock of a moment: its short name, or how far from UTC where half of the world reads that as another.

    Examples
    --------
    >>> zone_words(datetime(2026, 1, 1, tzinfo=ZoneInfo("Asia/Shanghai"))), zone_words(datetime(2026, 1, 1, tzinfo=UTC))
    ('UTC+8', 'UTC')
    """
    name, ahead = moment.tzname() or "", moment.utcoffset()
    if ahead is None or name not in _DOUBTFUL:
        return name
    minutes = round(ahead.total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02d}" if rest else "")
