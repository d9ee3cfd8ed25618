"""Files that declare machines: TOML, checked as a whole, with all that is wrong told at once."""

import tomllib
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, TypeVar, cast, get_args
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
    data: Any = None
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        return model.model_validate(data)
    except ValidationError as error:
        told = [one for one in error.errors() if one["type"] != "too_short" or not one["input"]]
        found = [_finding(path.name, one, data, model, code, page) for one in told]
        raise InputRefused(found) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputRefused([_unreadable(path, error, code)]) from None


def _finding(name: str, error: Any, data: Any, model: type[Table], code: str, page: str) -> Finding:
    missing, unknown = error["type"] == "missing", error["type"] == "extra_forbidden"
    where = _where(data, error["loc"])
    near = _near(str(error["loc"][-1]), model, error["loc"][:-1]) if unknown else []
    found = "it is not there" if missing else "{value}" if where else "it does not fit together"
    expected = "a key of the table, perhaps {near}" if near else "a key of the table"
    return Finding(
        code=code,
        place=f"{name}, {where}" if where else name,
        found="there is no such key" if unknown else found,
        expected=expected if unknown else "a value" if missing else _EXPECTED.get(error["type"], "{message}"),
        remedy="add it; {page} shows such a file" if missing else "correct it; {page} shows such a file",
        params={
            "value": repr(error["input"])[:200],
            "message": str(error["msg"]).removeprefix("Value error, "),
            "page": page,
            "near": ", ".join(near),
            **{key: value for key, value in error.get("ctx", {}).items() if key != "error"},
        },
    )


_EXPECTED = {
    "greater_than": "more than {gt}",
    "greater_than_equal": "{ge} or more",
    "less_than": "less than {lt}",
    "less_than_equal": "{le} or less",
    "literal_error": "one of {expected}",
    "enum": "one of {expected}",
    "float_parsing": "a number",
    "float_type": "a number",
    "int_parsing": "a whole number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "string_type": "text in quotation marks",
    "bool_parsing": "true or false",
    "bool_type": "true or false",
    "model_type": "a table",
    "tuple_type": "a list in square brackets",
}


def _where(data: Any, steps: tuple[str | int, ...]) -> str:
    """Where something stands in a file; tables of an array by their names."""
    parts: list[str] = []
    for step in steps:
        data = _within(data, step)
        named = data.get("name") if isinstance(step, int) and isinstance(data, dict) else None  # pyright: ignore
        parts.append(f"'{named}'" if isinstance(named, str) else str(step))
    return ".".join(parts)


def _within(data: Any, step: str | int) -> Any:
    try:
        return data[step]
    except (KeyError, IndexError, TypeError):
        return None


def _near(name: str, model: type[BaseModel], steps: tuple[str | int, ...]) -> list[str]:
    """Keys that a table has and that are spelled much like one that it has not."""
    table: Any = model
    for step in steps:
        if isinstance(step, str):
            table = _table_of(table.model_fields[step].annotation) if step in table.model_fields else None
        if table is None:
            return []
    return get_close_matches(name, cast("list[str]", list(table.model_fields)), 3, 0.6)


def _table_of(annotation: Any) -> type[BaseModel] | None:
    """The table within an annotation, as in `tuple[CompressorTable, ...]` or `DryerTable | None`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for one in get_args(annotation) if (found := _table_of(one)) is not None), None)


def _unreadable(path: Path, error: Exception, code: str) -> Finding:
    missing = isinstance(error, FileNotFoundError)
    return Finding(
        code=f"{code}_unreadable",
        place=path.name,
        found="there is no such file" if missing else "it cannot be read: {message}",
        expected="a TOML file in UTF-8",
        remedy="put {name} beside the file that names it, or correct the name there"
        if missing
        else "correct the syntax",
        params={"message": getattr(error, "strerror", None) or str(error), "name": path.name},
    )
