"""How a table of readings is to be read: what detection proposes, a person confirms, and a file keeps."""

import tomllib
from collections.abc import Mapping as Dict
from typing import Any, Literal, Self

import tomlkit
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from wattstone.base import Finding, InputRefused

Layout = Literal["long", "wide", "matrix"]
Reading = Literal["interval", "register", "power"]
CalendarInterval = Literal["day", "month", "year"]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Columns(_Strict):
    """Names of the columns, as the header has them; `#3` is the third column of a table without a header.

    Parameters
    ----------
    timestamp : str or None
        Date and time in one column.
    date, time : str or None
        Date and time in two columns; `date` alone with layout `matrix`.
    end : str or None
        The end of the interval, where the file gives both.
    meter, site, kind, unit : str or None
        Columns that say so row by row.
    value : str or None
        The readings, with layout `long`.
    values : tuple of str
        One column a meter with layout `wide`, one column a time of day with layout `matrix`.
    """

    timestamp: str | None = None
    date: str | None = None
    time: str | None = None
    end: str | None = None
    meter: str | None = None
    site: str | None = None
    kind: str | None = None
    unit: str | None = None
    value: str | None = None
    values: tuple[str, ...] = ()

    def named(self) -> tuple[str, ...]:
        """All columns that are named, in a fixed order."""
        singles = (self.timestamp, self.date, self.time, self.end, self.meter, self.site, self.kind, self.unit)
        return tuple(dict.fromkeys(name for name in (*singles, self.value, *self.values) if name is not None))


class ColumnMeter(_Strict):
    """What one column of a wide table measures; what is not given is the mapping's own."""

    meter: str | None = None
    unit: str | None = None
    kind: str | None = None


class Mapping(_Strict):
    """How a table of readings is to be read.

    Parameters
    ----------
    format : {'csv', 'xlsx'}
    sheet : str or None
        Name of the sheet of a workbook.
    encoding : str
        `utf-8-sig`, `utf-16`, `gb18030`, `cp1252`.
    delimiter, quote : str
        One character each; an empty quote means that nothing is quoted.
    skip : int
        Lines before the header.
    header : bool
        Whether there is a header.
    skip_after : int
        Rows between the header and the data, such as a row of units.
    decimal : {'.', ','}
    thousands : str
        One of `.`, `,`, a space, an apostrophe; empty for none.
    nulls : tuple of str
        Cells that mean that there is no reading; an empty cell always does.
    layout : {'long', 'wide', 'matrix'}
        One reading a row; one column a meter; one row a day with one column a time of day.
    stamp_format : str
        A strftime format (of the date alone with layout `matrix`), or `epoch-s`, `epoch-ms`, `excel`.
    time_format : str
        Format of the time column, where date and time are in two columns.
    zone : str or None
        IANA name, `UTC` or a fixed offset such as `+08:00`; None leaves it to the site. Stamps that carry their
        own offset ignore it.
    stamp : {'start', 'end'}
        Which end of its interval a stamp names.
    midnight : {'next', 'previous'}
        `previous` where the row of 00:00 carries the date of the day that it ends.
    interval : int, {'day', 'month', 'year'} or None
        Length of an interval [s] or a calendar length; None takes it meter by meter from the data.
    unit, kind, site, meter : str or None
        For the whole file, where no column says it.
    reading : {'interval', 'register', 'power'}
        Quantity per interval; a cumulative counter; mean power over the interval.
    wide : mapping of str to ColumnMeter
        For a wide table: what each column measures.
    """

    format: Literal["csv", "xlsx"] = "csv"
    sheet: str | None = None
    encoding: str = "utf-8-sig"
    delimiter: str = Field(default=",", min_length=1, max_length=1)
    quote: str = Field(default='"', max_length=1)
    skip: int = Field(default=0, ge=0)
    header: bool = True
    skip_after: int = Field(default=0, ge=0)
    decimal: Literal[".", ","] = "."
    thousands: Literal["", ".", ",", " ", "'"] = ""
    nulls: tuple[str, ...] = ()
    layout: Layout = "long"
    columns: Columns = Columns()
    stamp_format: str = "%Y-%m-%d %H:%M:%S"
    time_format: str = "%H:%M"
    zone: str | None = None
    stamp: Literal["start", "end"] = "start"
    midnight: Literal["next", "previous"] = "next"
    interval: int | CalendarInterval | None = None
    unit: str | None = None
    kind: str | None = None
    site: str | None = None
    meter: str | None = None
    reading: Reading = "interval"
    wide: Dict[str, ColumnMeter] = Field(default_factory=dict[str, ColumnMeter])

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        columns = self.columns
        if self.layout == "long" and columns.value is None:
            raise ValueError("layout 'long' needs columns.value")
        if self.layout != "long" and not columns.values:
            raise ValueError(f"layout '{self.layout}' needs columns.values")
        if columns.timestamp is None and columns.date is None:
            raise ValueError("columns.timestamp or columns.date is needed")
        if isinstance(self.interval, int) and self.interval <= 0:
            raise ValueError("interval must be more than 0 seconds")
        if self.decimal == self.thousands:
            raise ValueError("decimal and thousands cannot be the same character")
        return self

    def to_toml(self) -> str:
        """The mapping as a file that a person can read and change; what is left at its default is left out.

        Returns
        -------
        str
        """
        document = tomlkit.document()
        document.add(tomlkit.comment("How this table is read. Change what is wrong; the next ingest uses it."))
        for name, value in self.model_dump(mode="json", exclude_none=True, exclude_defaults=True).items():
            document.add(name, tomlkit.item(value))
        return tomlkit.dumps(document)  # pyright: ignore[reportUnknownMemberType]

    @classmethod
    def from_toml(cls, text: str, *, name: str = "mapping.toml") -> "Mapping":
        """Read a mapping file.

        Parameters
        ----------
        text : str
            What `to_toml` wrote, perhaps changed by a person.
        name : str
            Shown in findings.

        Returns
        -------
        Mapping

        Raises
        ------
        InputRefused
            With one finding for each field that is wrong.
        """
        try:
            return cls.model_validate(tomllib.loads(text))
        except tomllib.TOMLDecodeError as error:
            raise InputRefused([_mapping_finding(name, "the file", {"why": str(error)})]) from error
        except ValidationError as error:
            raise InputRefused(
                _mapping_finding(name, ".".join(str(part) for part in one["loc"]) or "the mapping", {"why": one["msg"]})
                for one in error.errors()
            ) from error


def _mapping_finding(name: str, field: str, params: dict[str, Any]) -> Finding:
    return Finding(
        code="readings.mapping.invalid",
        place=f"{name}, {field}",
        found="{why}",
        expected="a mapping as docs/reference/mapping.md describes it",
        remedy="correct the field, or delete the file so that the table is detected again",
        params=params,
    )
