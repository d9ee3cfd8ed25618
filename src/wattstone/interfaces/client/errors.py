"""What the server refused, as exceptions with its findings."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from wattstone.base import Finding, WattstoneError

if TYPE_CHECKING:
    from wattstone.interfaces.client.records import Job

__all__ = [
    "ApiError",
    "Changed",
    "Conflict",
    "JobFailed",
    "NotAllowed",
    "NotFound",
    "NotSignedIn",
    "Refused",
    "ServerFault",
    "TooMany",
    "Unreachable",
    "error_of",
    "findings_of",
]


class ApiError(WattstoneError):
    """What the server refused. Nothing was changed.

    Parameters
    ----------
    status : int
        Of HTTP.
    title : str
        What it means, in the language asked for.
    findings : sequence of Finding
        What has to be mended.
    pointers : mapping of str to str
        JSON pointer of the field by the code of a finding.
    """

    def __init__(
        self, status: int, title: str, findings: Sequence[Finding] = (), pointers: Mapping[str, str] | None = None
    ) -> None:
        self.status, self.title, self.findings = status, title, tuple(findings)
        self.pointers = dict(pointers or {})
        super().__init__("\n".join([f"{status} {title}", *(one.text() for one in self.findings)]))


class NotSignedIn(ApiError):
    """The key is missing, void or has run out."""


class NotAllowed(ApiError):
    """The key may not do this."""


class NotFound(ApiError):
    """There is no such thing, or none that the key may see."""


class Conflict(ApiError):
    """It is in another state than that needs."""


class Changed(ApiError):
    """Somebody else changed it since it was read."""


class Refused(ApiError):
    """What was given cannot be used."""


class TooMany(ApiError):
    """Too much was asked for at once, and waiting did not help."""


class ServerFault(ApiError):
    """A fault of the server."""


class Unreachable(WattstoneError):
    """The server did not answer."""


class JobFailed(WattstoneError):
    """A job failed, or somebody cancelled it.

    Parameters
    ----------
    job : Job
        As it ended.
    """

    def __init__(self, job: "Job") -> None:
        self.job = job
        why = job.error or "\n".join(one.text() for one in job.findings) or job.state
        super().__init__(f"{job.title}: {why}")


_KINDS: Mapping[int, type[ApiError]] = {
    400: Refused, 401: NotSignedIn, 403: NotAllowed, 404: NotFound, 409: Conflict, 412: Changed, 413: Refused,
    415: Refused, 422: Refused, 428: Changed, 429: TooMany,
}  # fmt: skip


def error_of(status: int, content: Any) -> ApiError:
    """The exception for a problem that the server described.

    Parameters
    ----------
    status : int
        Of HTTP.
    content : Any
        What came with it: a mapping where it is problem+json.
    """
    told = cast("dict[str, Any]", content) if isinstance(content, dict) else {}
    title = " ".join(str(told[name]) for name in ("title", "detail") if told.get(name)) or "not described"
    rows = cast("list[Mapping[str, Any]]", [one for one in told.get("findings") or () if isinstance(one, dict)])
    pointers = {str(one["code"]): str(one["pointer"]) for one in rows if one.get("pointer") and one.get("code")}
    kind = _KINDS.get(status, ServerFault if status >= 500 else ApiError)
    return kind(status, title, findings_of(rows), pointers)


def findings_of(rows: Sequence[Mapping[str, Any]]) -> tuple[Finding, ...]:
    """Findings as the server told them; their sentences are said already."""
    return tuple(
        Finding(
            code=str(one.get("code", "")),
            place=str(one.get("place", "")),
            found="{found}",
            expected="{expected}",
            remedy="{remedy}",
            params={name: str(one.get(name, "")) for name in ("found", "expected", "remedy")},
            count=int(one.get("count") or 1),
            first=one.get("first"),
            severity="warning" if one.get("severity") == "warning" else "error",
        )
        for one in rows
    )
