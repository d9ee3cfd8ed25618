"""Times as people type them, on the command line, in a form or in a request: on the clock of a place."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from wattstone.base import Finding, InputRefused
from wattstone.workflows.workspace import Workspace

__all__ = ["days_in", "moment_in", "moment_of"]


def moment_of(workspace: Workspace, text: str | None, site: str | None, *, option: str = "--at") -> datetime | None:
    """A time that was typed, as naive UTC: without an offset it is on the site's clock, else on the organisation's.

    Parameters
    ----------
    workspace : Workspace
        Whose sites have the clocks.
    text : str or None
        As it was typed.
    site : str or None
        Whose clock.
    option : str
        What the time was typed for, for the finding.

    Raises
    ------
    InputRefused
        If it is no time, or one that the clock skips or shows twice.
    """
    if text is None:
        return None
    zones = {one.id: one.zone for one in workspace.records.sites()}
    return moment_in(text, zones.get(site or "", workspace.records.organisation().zone), option=option)


def moment_in(text: str, zone: str, *, option: str = "--at") -> datetime:
    """The same on a clock that is known by its zone.

    Examples
    --------
    >>> moment_in("2020-09-14T06:00", "Asia/Shanghai")
    datetime.datetime(2020, 9, 13, 22, 0)
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        finding = Finding(
            code="option.time",
            place=option,
            found="'{text}' is not a time",
            params={"text": text, "zone": zone},
            expected="a time such as 2020-09-14, 2020-09-14T06:00 (on the clock of {zone}) or 2020-09-13T20:00Z",
            remedy="write it so",
        )
        raise InputRefused([finding]) from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(zone))
        if moment.utcoffset() != moment.replace(fold=1).utcoffset():
            raise InputRefused([_changing(text, zone, moment, option)])
    return moment.astimezone(UTC).replace(tzinfo=None)


def days_in(text: str, *, option: str) -> tuple[date, date | None]:
    """A day or two as they are typed: `2025-03-01` or `2025-03-01/2025-03-14`.

    Raises
    ------
    InputRefused
        If they are none.
    """
    first, _, last = text.partition("/")
    try:
        return date.fromisoformat(first.strip()), date.fromisoformat(last.strip()) if last.strip() else None
    except ValueError:
        finding = Finding(
            code="option.value",
            place=option,
            found="'{text}' cannot be used",
            params={"text": text, "wanted": "a day or two, as 2025-03-01 or 2025-03-01/2025-03-14"},
            expected="{wanted}",
            remedy="write it so",
        )
        raise InputRefused([finding]) from None


def _changing(text: str, zone: str, moment: datetime, option: str) -> Finding:
    """A local time that the clock skips, or shows twice."""
    first, second = sorted(moment.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    skipped = first.astimezone(moment.tzinfo).replace(tzinfo=None, fold=0) != moment.replace(tzinfo=None, fold=0)
    return Finding(
        code="option.time_change",
        place=option,
        found="the clock of {zone} skips {text}" if skipped else "the clock of {zone} shows {text} twice",
        expected="a time that is there once, or one with its offset",
        remedy="write {first} or {second}",
        params={
            "zone": zone, "text": text, "first": f"{first:%Y-%m-%dT%H:%M}Z", "second": f"{second:%Y-%m-%dT%H:%M}Z",
        },
    )  # fmt: skip
