"""Files that declare machines: TOML, checked as a whole, with all that is wrong told at once."""

import tomllib
from pathlib import Path
from typing import Annotated, Any, TypeVar
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from wattstone.base import Finding, InputRefused

__all__ = [
    "Clock",
    "Currency",
    "Efficiency",
    "Name",
    "NotNegative",
    "Number",
    "Positive",
    "Share",
    "Source",
    "Table",
    "Zone",
    "read_table",
]


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("an IANA time zone, as 'Asia/Shanghai'")
    return name


Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Number = Annotated[float, Field(allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1)]
Efficiency = Annotated[float, Field(gt=0, le=1.2)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Source = Annotated[str, Field(min_length=1)]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
Zone = Annotated[str, AfterValidator(_zone)]
Clock = Annotated[str, Field(pattern=r"^([01]\d|2[0-4]):[0-5]\d$")]


class Table(BaseModel):
    """A table of a file: nothing may stand in it that is not declared."""

    model_config = ConfigDict(frozen=True, extra="forbid")


AnyTable = TypeVar("AnyTable", bound=Table)


def read_table(path: Path, model: type[AnyTable], *, code: str, page: str) -> AnyTable:
    """Read a file as a table.

    Parameters
    ----------
    path : Path
        TOML in UTF-8.
    model : type of Table
        What may stand in it.
    code : str
        Of the findings: `air.file`; `air.file_unreadable` where it is no TOML.
    page : str
        The page of the documentation that shows such a file.

    Returns
    -------
    Table

    Raises
    ------
    InputRefused
        With every finding.
    """
    try:
        return model.model_validate(tomllib.loads(path.read_text(encoding="utf-8-sig")))
    except ValidationError as error:
        raise InputRefused([_finding(path.name, one, code, page) for one in error.errors()]) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputRefused([_unreadable(path, error, code)]) from None


def _finding(name: str, error: Any, code: str, page: str) -> Finding:
    where, missing = ".".join(map(str, error["loc"])), error["type"] == "missing"
    unknown = error["type"] == "extra_forbidden"
    found = "it is not there" if missing else "{value}" if where else "it does not fit together"
    return Finding(
        code=code,
        place=f"{name}, {where}" if where else name,
        found="there is no such key" if unknown else found,
        expected="a key of the table" if unknown else "a value" if missing else "{message}",
        remedy="add it; {page} shows such a file" if missing else "correct it; {page} shows such a file",
        params={
            "value": repr(error["input"])[:200],
            "message": str(error["msg"]).removeprefix("Value error, "),
            "page": page,
        },
    )


def _unreadable(path: Path, error: Exception, code: str) -> Finding:
    missing = isinstance(error, FileNotFoundError)
    return Finding(
        code=f"{code}_unreadable",
        place=path.name,
        found="there is no such file" if missing else "it cannot be read: {message}",
        expected="a TOML file in UTF-8",
        remedy="correct the name" if missing else "correct the syntax",
        params={"message": str(error)},
    )
