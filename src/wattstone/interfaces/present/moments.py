"""Moments as they are written out: on the clock of a zone, which is named."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from wattstone.interfaces.present.languages import Language, day

__all__ = ["local_time", "moment_words"]


def local_time(moment: datetime, zone: str) -> datetime:
    """A moment on the clock of a zone; stored moments are naive UTC."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(ZoneInfo(zone))


def moment_words(moment: datetime, zone: str, lang: Language) -> str:
    """A moment to the minute.

    Examples
    --------
    >>> moment_words(datetime(2026, 11, 22, 23, 59), "Asia/Shanghai", "en")
    '23 November 2026, 07:59 CST'
    """
    local = local_time(moment, zone)
    return f"{day(local, lang)}{' ' if lang == 'zh' else ', '}{local:%H:%M} {local.tzname() or zone}"
