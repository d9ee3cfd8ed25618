"""Shapes that every answer and every request begins with; a finding, and a refusal."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["Asked", "Paged", "ProblemShape", "Shape", "Short", "Told"]

Short = Annotated[str, Field(min_length=1, max_length=200)]


class Shape(BaseModel):
    """An answer; more may come with a later version."""

    model_config = ConfigDict(frozen=True, extra="allow")


class Asked(BaseModel):
    """What is sent; what is not known here is refused, so that a slip of the pen is not lost."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Paged(Shape):
    """Part of a list."""

    total: int = Field(description="Rows of the whole list, after its filters.")
    next: str | None = Field(description="Send it as `cursor` for the page after this one; null at the end.")


class Told(Shape):
    """A finding: what was found, where, what was expected, what to do."""

    code: str
    severity: Literal["error", "warning"]
    place: str
    count: int
    first: str | None = None
    found: str
    expected: str
    remedy: str
    pointer: str | None = Field(default=None, description="Of the field, as `#/floor_area`; of others `query:limit`.")


class ProblemShape(Shape):
    """A refusal (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str | None = None
    instance: str
    findings: list[Told] | None = None
