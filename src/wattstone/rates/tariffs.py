"""Tariffs as dated data: a standing charge, energy rates by time of use, blocks of a month, or prices by interval.

The file of a tariff is TOML; `Tariff` is its declaration. Times of use are those of the local clock, so a day of 23 or
25 hours has each of its hours once. Costs are worked out by `rates.costs`.
"""

import tomllib
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Self
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from wattstone.base import Finding, InputRefused

DAY = 24 * 60


def _minutes(text: object) -> object:
    """`16:30` as minutes of the day; `24:00` is its end."""
    if not isinstance(text, str):
        return text
    hours, _, minutes = text.partition(":")
    if not (hours.isdigit() and minutes.isdigit() and len(minutes) == 2):
        raise ValueError("a clock time is written HH:MM, as '16:30'")
    return int(hours) * 60 + int(minutes)


def _known_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("not an IANA time zone; an example of one is 'Asia/Shanghai'")
    return name


Clock = Annotated[int, BeforeValidator(_minutes), Field(ge=0, le=DAY)]
Rate = Annotated[float, Field(allow_inf_nan=False)]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Band(_Record):
    """An energy rate and when it holds; of several that hold, the first counts.

    Parameters
    ----------
    name : str
        `peak`.
    rate : float
        Price of energy. [currency kWh-1]
    months, weekdays : tuple of int
        1 to 12; 1 (Monday) to 7 (Sunday).
    hours : tuple of (int, int)
        From and up to, local clock, written `["16:00", "19:00"]`; a range may pass midnight. [min]
    holidays : bool or None
        True: on holidays alone; False: never on holidays; None: no difference.
    """

    name: str
    rate: Rate
    months: tuple[Annotated[int, Field(ge=1, le=12)], ...] = tuple(range(1, 13))
    weekdays: tuple[Annotated[int, Field(ge=1, le=7)], ...] = tuple(range(1, 8))
    hours: tuple[tuple[Clock, Clock], ...] = ((0, DAY),)
    holidays: bool | None = None

    def holds(self, month: int, weekday: int, minute: int, *, holiday: bool) -> bool:
        """Whether it holds at a moment of the local clock."""
        within = any(
            start <= minute < end if start < end else minute >= start or minute < end for start, end in self.hours
        )
        return month in self.months and weekday in self.weekdays and within and self.holidays in (None, holiday)


class Block(_Record):
    """What each kWh costs on top of the bands, once the local month's use is above a threshold.

    Parameters
    ----------
    above : float
        Use of the month from which it counts; the first block begins at 0. [kWh]
    rate : float
        Price of energy, added to that of the band. [currency kWh-1]
    """

    above: float = Field(ge=0, allow_inf_nan=False)
    rate: Rate


class Price(_Record):
    """The price of an interval: `start` is naive UTC and holds until the next one."""

    start: datetime
    rate: Rate

    @model_validator(mode="after")
    def _is_naive(self) -> Self:
        if self.start.tzinfo is not None:
            raise ValueError("the start of a price is naive UTC: leave the offset out")
        return self


class Tariff(_Record):
    """What energy costs, from a day to a day.

    Parameters
    ----------
    id, kind : str
        Its name, and the kind of meter it is for: `electricity`.
    currency : str
        ISO 4217.
    zone : str
        IANA zone of its clock.
    valid_from, valid_to : date
        Local days; `valid_to` no longer belongs to it, and is None where no end is known.
    source : str
        Where it is written.
    standing_charge : float
        For each local day. [currency d-1]
    bands : tuple of Band
        Rates by time of use; they leave no moment without one.
    blocks : tuple of Block
        What is added by the use of the month.
    prices : tuple of Price
        Prices by interval, in place of bands.
    prices_seconds : int
        How long the last price holds. [s]
    export_rate : float or None
        Paid for energy fed in. [currency kWh-1]
    holidays : tuple of date
        Local days that are holidays.
    sites : tuple of str
        Ids of the sites it is for; none means all that have no tariff of their own.
    """

    id: str = Field(min_length=1)
    kind: str = Field(min_length=1)
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    zone: Annotated[str, AfterValidator(_known_zone)]
    valid_from: date
    valid_to: date | None = None
    source: str = Field(min_length=1)
    standing_charge: float = Field(default=0.0, ge=0, allow_inf_nan=False)
    bands: tuple[Band, ...] = ()
    blocks: tuple[Block, ...] = ()
    prices: tuple[Price, ...] = ()
    prices_seconds: int = Field(default=1800, gt=0)
    export_rate: Rate | None = None
    holidays: tuple[date, ...] = ()
    sites: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        problems = list(_problems(self))
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def covers(self, day: date) -> bool:
        """Whether it holds on a local day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


def _problems(tariff: Tariff) -> Iterator[str]:
    if tariff.valid_to is not None and tariff.valid_to <= tariff.valid_from:
        yield "valid_to must be later than valid_from"
    if bool(tariff.bands or tariff.blocks) == bool(tariff.prices):
        yield "a tariff has either bands and blocks, or prices"
    if tariff.blocks and (
        tariff.blocks[0].above != 0
        or any(a.above >= b.above for a, b in zip(tariff.blocks, tariff.blocks[1:], strict=False))
    ):
        yield "blocks begin at 0 and rise"
    if any(a.start >= b.start for a, b in zip(tariff.prices, tariff.prices[1:], strict=False)):
        yield "prices are in the order of time"
    if tariff.bands and (gap := _uncovered(tariff)) is not None:
        yield f"no band holds {gap}; a last band without conditions serves the rest"


def _uncovered(tariff: Tariff) -> str | None:
    """A moment at which no band holds, in words; bands change only at their own clock times."""
    minutes = sorted({0, *(clock % DAY for band in tariff.bands for hours in band.hours for clock in hours)})
    for month in range(1, 13):
        for weekday in range(1, 8):
            for minute in minutes:
                for holiday in (False, True):
                    if not any(band.holds(month, weekday, minute, holiday=holiday) for band in tariff.bands):
                        kind = " on a holiday" if holiday else ""
                        return f"in month {month}, weekday {weekday}, at {minute // 60:02}:{minute % 60:02}{kind}"
    return None


def read_tariffs(paths: Sequence[Path]) -> tuple[Tariff, ...]:
    """Read tariff files.

    Parameters
    ----------
    paths : sequence of Path
        One TOML file for each tariff.

    Returns
    -------
    tuple of Tariff
        In the order of the paths.

    Raises
    ------
    InputRefused
        With every finding of every file; two tariffs of one kind for the same sites must not overlap.
    """
    tariffs: list[tuple[str, Tariff]] = []
    findings: list[Finding] = []
    for path in paths:
        try:
            tariffs.append((path.name, Tariff.model_validate(tomllib.loads(path.read_text(encoding="utf-8-sig")))))
        except ValidationError as error:
            findings += [_finding(path.name, ".".join(map(str, e["loc"])), e) for e in error.errors()]
        except FileNotFoundError:
            findings.append(_missing(path.name))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            findings.append(_unreadable(path.name, getattr(error, "strerror", None) or str(error)))
    findings += _overlaps(tariffs)
    if findings:
        raise InputRefused(findings)
    return tuple(tariff for _, tariff in tariffs)


def tariff_for(tariffs: Sequence[Tariff], *, kind: str, site_id: str, day: date) -> Tariff | None:
    """The tariff of a kind of meter at a site on a local day: one that names the site, else one for all, else None."""
    fitting = [t for t in tariffs if t.kind == kind and t.covers(day) and (site_id in t.sites or not t.sites)]
    return max(fitting, key=lambda tariff: bool(tariff.sites), default=None)


def _overlaps(tariffs: Sequence[tuple[str, Tariff]]) -> Iterator[Finding]:
    for index, (name, one) in enumerate(tariffs):
        for other_name, other in tariffs[:index]:
            same = one.kind == other.kind and (bool(set(one.sites) & set(other.sites)) or one.sites == other.sites)
            if same and (one.covers(other.valid_from) or other.covers(one.valid_from)):
                yield Finding(
                    code="rates.tariff_overlap",
                    place=name,
                    found="it holds on days on which {other} holds for the same meters",
                    expected="one tariff for each day",
                    remedy="end the earlier one with valid_to, or name the sites of each",
                    params={"other": other_name},
                )


def _finding(name: str, where: str, error: Any) -> Finding:
    return Finding(
        code="rates.tariff",
        place=f"{name}, {where}" if where else name,
        found="{value}",
        expected="{message}",
        remedy="correct it; docs/methods/factors.md shows a tariff file",
        params={
            "value": repr(error["input"]) if where else "a tariff that cannot be used",
            "message": str(error["msg"]).removeprefix("Value error, "),
        },
    )


def _missing(name: str) -> Finding:
    return Finding(
        code="rates.tariff_missing",
        place=name,
        found="there is no such file",
        expected="a TOML file in UTF-8",
        remedy="put {name} beside the file that names it, or correct the name there",
        params={"name": name},
    )


def _unreadable(name: str, message: str) -> Finding:
    return Finding(
        code="rates.tariff_unreadable",
        place=name,
        found="it cannot be read: {message}",
        expected="a TOML file in UTF-8",
        remedy="correct the syntax",
        params={"message": message},
    )
