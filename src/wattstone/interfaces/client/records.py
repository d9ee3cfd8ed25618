"""What the client gives back where no room declares it: jobs and uploads."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

from wattstone.base import Finding
from wattstone.interfaces.client.errors import findings_of

__all__ = ["Job", "Upload", "UploadedFile", "moment"]

ENDED = ("done", "failed", "cancelled")


@dataclass(frozen=True, kw_only=True)
class Job:
    """A job of the server.

    Parameters
    ----------
    id, kind, title, state : str
        `queued`, `running`, `done`, `failed` or `cancelled`.
    done, total, what : float, float or None, str
        How far it is.
    message : tuple of str
        What was done, in a few sentences.
    result : mapping or None
        For machines: `documents`, `links`, `data`.
    error : str or None
        Why it failed.
    findings : tuple of Finding
        Warnings, or what refused it.
    created, started, ended : datetime or None
        UTC.
    """

    id: str
    kind: str
    title: str
    state: str
    done: float
    total: float | None
    what: str
    message: tuple[str, ...]
    result: Mapping[str, Any] | None
    error: str | None
    findings: tuple[Finding, ...]
    created: datetime | None
    started: datetime | None
    ended: datetime | None

    @property
    def over(self) -> bool:
        """Whether it has ended."""
        return self.state in ENDED

    @property
    def share(self) -> float | None:
        """How much of it is done, 0 to 1; None where that is not known."""
        return min(self.done / self.total, 1.0) if self.total else None

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> Self:
        """From the API's JSON."""
        times = {name: moment(content.get(name)) for name in ("created", "started", "ended")}
        same = {name: content.get(name) for name in ("id", "kind", "title", "state", "done", "total", "what", "error")}
        return cls(
            **same,  # pyright: ignore[reportArgumentType]
            message=tuple(content.get("message") or ()),
            result=content.get("result"),
            findings=findings_of(content.get("findings") or ()),
            **times,
        )


@dataclass(frozen=True, kw_only=True)
class UploadedFile:
    """A file of an upload, as it would be read.

    Parameters
    ----------
    name, format : str
        As it is called, and what it is: csv, xlsx, greenbutton, dataset ...
    mapping : str or None
        How a table would be read (TOML): correct it and send it with `take_in`.
    confidence : float or None
        Of the mapping, 0 to 1.
    columns, rows : tuple
        The first readings.
    findings : tuple of Finding
        What is doubtful.
    refused : bool
        Whether it cannot be taken in as it is.
    """

    name: str
    format: str
    mapping: str | None
    confidence: float | None
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    findings: tuple[Finding, ...] = field(default=())
    refused: bool = False


@dataclass(frozen=True, kw_only=True)
class Upload:
    """Files on the server that wait to be taken in."""

    id: str
    files: tuple[UploadedFile, ...]

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> Self:
        """From the API's JSON."""
        files = tuple(
            UploadedFile(
                name=one["name"], format=one["format"], mapping=one["mapping"], confidence=one["confidence"],
                columns=tuple(one["columns"]), rows=tuple(tuple(row) for row in one["rows"]),
                findings=findings_of(one["findings"]), refused=bool(one["refused"]),
            )
            for one in content["files"]
        )  # fmt: skip
        return cls(id=content["id"], files=files)


def moment(text: object) -> datetime | None:
    """A time of the API, UTC."""
    return datetime.fromisoformat(text) if isinstance(text, str) else None
