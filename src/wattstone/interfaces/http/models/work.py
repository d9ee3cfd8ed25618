"""Jobs and uploads."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from wattstone.interfaces.http.models.base import Asked, Paged, Shape, Short, Told

__all__ = ["JobShape", "Jobs", "KindShape", "Kinds", "StartJob", "UploadShape"]


class KindShape(Shape):
    """A kind of job."""

    name: str
    title: str
    act: str
    params: dict[str, Any] = Field(description="JSON Schema of what it is asked.")


class Kinds(Shape):
    """Kinds of jobs that one may start."""

    kinds: list[KindShape]


class JobShape(Shape):
    """A job."""

    id: str
    kind: str
    title: str
    state: Literal["queued", "running", "done", "failed", "cancelled"]
    params: dict[str, Any]
    done: float
    total: float | None
    what: str
    message: list[str]
    result: dict[str, Any] | None
    error: str | None
    findings: list[Told]
    asked_by: str
    created: datetime
    started: datetime | None
    ended: datetime | None
    attempts: int


class Jobs(Paged):
    """Jobs, the newest first."""

    jobs: list[JobShape]


class UploadShape(Shape):
    """Files that were uploaded, as they would be read."""

    id: str
    files: list[dict[str, Any]]
    findings: list[Told]


class StartJob(Asked):
    """What a job is to do."""

    kind: Short
    params: dict[str, Any] = Field(default_factory=dict)
