"""Whoever asks, keys of programs, the audit log."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from wattstone.interfaces.http.models.base import Asked, Paged, Shape, Short

__all__ = ["AuditLine", "AuditLines", "KeyShape", "Keys", "MakeKey", "Me", "NewKey"]


class KeyShape(Shape):
    """A key of a program."""

    id: str
    name: str
    start: str
    role: str
    acts: list[str] | None
    created: datetime
    expires: datetime | None
    used: datetime | None
    revoked: datetime | None


class Keys(Shape):
    """Keys."""

    keys: list[KeyShape]


class NewKey(KeyShape):
    """A key that was just made; it is shown this once."""

    key: str


class Me(Shape):
    """Whoever asks."""

    id: str
    name: str
    kind: str
    role: str
    acts: list[str]
    sites: list[str] | None
    spaces: list[str]


class AuditLine(Shape):
    """A line of the audit log."""

    when: datetime
    who: str
    what: str
    details: dict[str, Any]


class AuditLines(Paged):
    """Lines of the audit log, the newest first."""

    lines: list[AuditLine]


class MakeKey(Asked):
    """What a key is for."""

    name: Short
    acts: Annotated[
        list[Short] | None, Field(max_length=20, description="Fewer than one's role; all of it if left out.")
    ] = None
    days: Annotated[int | None, Field(ge=1, le=3650, description="After which it no longer works.")] = 365
