"""The form of a case: `case.toml` as a model, read with every finding at once. `cases/README.md` tells it to people."""

import re
import tomllib
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from wattstone.base import Finding, InputRefused

FILE = "case.toml"
COMPARISONS = ("value", "equals", "is_null", "matches", "at_least", "at_most", "count", "absent")
STREAMS = ("stdout_matches", "stderr_matches", "unchanged")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Head(_Part):
    """What the case is, where its expected values come from, and what is run."""

    name: str = Field(min_length=1)
    source: str = Field(min_length=1)
    function: str | None = Field(default=None, pattern=r"^wattstone(\.\w+)*:\w+$")
    raises: str | None = None
    command: list[str] | list[list[str]] | None = None
    together: bool = False
    exit_code: Literal[0, 1, 2, 3] = 0
    timeout: float = Field(default=600, gt=0)

    @model_validator(mode="after")
    def _runs_one_thing(self) -> Self:
        if (self.function is None) == (self.command is None):
            raise ValueError("one of `function` and `command` is needed, and not both")
        if self.together and not self.command:
            raise ValueError("`together` goes with `command`")
        if self.raises and self.command:
            raise ValueError("`raises` goes with `function`; a command has an `exit_code`")
        return self

    @property
    def commands(self) -> list[list[str]]:
        """The commands in their order."""
        lines: list[Any] = self.command or []
        return lines if lines and isinstance(lines[0], list) else [lines] if lines else []


class TextFile(_Part):
    """A file that is written before the run."""

    path: str
    content: str


class Fill(_Part):
    """Rows at a fixed step: a time from `start` up to but not including `end`, the other columns as given."""

    column: str
    start: datetime
    end: datetime
    every: str = Field(pattern=r"^\d+(s|m|h|d)$")
    values: dict[str, Any]


class Table(_Part):
    """A table that is written before the run, as Parquet, CSV or XLSX by the ending of its path."""

    path: str = Field(pattern=r"\.(parquet|csv|xlsx)$")
    columns: dict[str, str] = Field(alias="schema", min_length=1)
    csv: str | None = None
    fill: list[Fill] = Field(default_factory=list)


class Expect(_Part):
    """One thing that has to hold after the run."""

    command: int | None = Field(default=None, ge=1)
    file: str | None = None
    inside: str = Field(default="/figures", alias="in")
    select: dict[str, str | int | float | bool] | None = None
    rows: str | None = Field(default=None, pattern=r"^[^#]+#(/.*)?$")
    pointer: str | None = Field(default=None, pattern=r"^(/.*)?$")
    value: float | None = None
    relative: float | None = Field(default=None, ge=0)
    absolute: float | None = Field(default=None, ge=0)
    equals: str | int | bool | list[Any] | dict[str, Any] | None = None
    is_null: bool | None = None
    matches: str | None = None
    at_least: float | None = None
    at_most: float | None = None
    count: int | None = Field(default=None, ge=0)
    absent: Literal[True] | None = None
    stdout_matches: str | None = None
    stderr_matches: str | None = None
    unchanged: str | None = None

    @field_validator("matches", "stdout_matches", "stderr_matches")
    @classmethod
    def _patterns(cls, given: str | None) -> str | None:
        if given is not None:
            try:
                re.compile(given)
            except re.error as error:
                raise ValueError(f"not a regular expression: {error}") from error
        return given

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.rows is not None:
            others = [name for name in ("select", "pointer", *COMPARISONS) if getattr(self, name) is not None]
            if others:
                raise ValueError(f"`rows` choose and compare by themselves: leave out {', '.join(others)}")
            return self
        asked = [name for name in (*COMPARISONS, *STREAMS) if getattr(self, name) is not None]
        if not asked:
            raise ValueError(f"nothing is expected: give one of {', '.join((*COMPARISONS, *STREAMS))}")
        where = any(getattr(self, name) is not None for name in ("pointer", "select", "file"))
        if where and not any(getattr(self, name) is not None for name in COMPARISONS):
            raise ValueError(f"nothing is expected of what is found there: give one of {', '.join(COMPARISONS)}")
        if self.value is None and self.rows is None and (self.relative is not None or self.absolute is not None):
            raise ValueError("a tolerance goes with `value`")
        return self


class Case(_Part):
    """A worked case."""

    case: Head
    arguments: dict[str, Any] = Field(default_factory=dict)
    file: list[TextFile] = Field(default_factory=list)
    table: list[Table] = Field(default_factory=list)
    expect: list[Expect] = Field(min_length=1)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.arguments and not self.case.function:
            raise ValueError("`arguments` go with `function`")
        for number, expect in enumerate(self.expect, 1):
            if expect.command is not None and expect.command > len(self.case.commands):
                raise ValueError(f"expect {number} asks for command {expect.command} of {len(self.case.commands)}")
            if self.case.together and expect.unchanged is not None:
                raise ValueError(f"expect {number}: what a command left unchanged is not seen where all run `together`")
            if self.case.function and any(getattr(expect, name) is not None for name in (*STREAMS, "file")):
                raise ValueError(f"expect {number} asks for what only a command has: {', '.join(STREAMS)}, file")
        return self


def find_cases(folder: Path) -> list[Path]:
    """Every folder at or below `folder` that holds a `case.toml`, in the order of their names."""
    return sorted(path.parent for path in folder.rglob(FILE))


def read_case(folder: Path) -> Case:
    """Read a case.

    Raises
    ------
    InputRefused
        With every finding: no README, broken TOML, a key that the form does not know, a value that does not fit.
    """
    findings: list[Finding] = []
    readme = folder / "README.md"
    if not (readme.is_file() and readme.read_text(encoding="utf-8").strip()):
        findings.append(_finding(folder, "README.md", "there is none, or it is empty", "say what the case is about"))
    try:
        case = Case.model_validate(tomllib.loads((folder / FILE).read_text(encoding="utf-8-sig")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputRefused([*findings, _finding(folder, FILE, str(error), "write valid TOML in UTF-8")]) from error
    except ValidationError as error:
        raise InputRefused([*findings, *_from_pydantic(folder, error)]) from error
    if findings:
        raise InputRefused(findings)
    return case


def _from_pydantic(folder: Path, error: ValidationError) -> Iterable[Finding]:
    for problem in error.errors(include_url=False, include_input=False):
        parts = [f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in problem["loc"]]
        place = f"{FILE}, {''.join(parts).lstrip('.') or 'the whole'}"
        yield _finding(folder, place, problem["msg"].removeprefix("Value error, "), "see cases/README.md for the form")


def _finding(folder: Path, place: str, found: str, remedy: str) -> Finding:
    return Finding(
        code="case.form",
        place=f"case '{folder.name}', {place}",
        found="{problem}",
        expected="the form that cases/README.md fixes",
        remedy="{remedy}",
        params={"problem": found, "remedy": remedy},
    )
