"""How the API says no: problem+json [1]_, with every finding at once and a pointer to the field that it is about.

References
----------
.. [1] RFC 9457, "Problem Details for HTTP APIs," IETF, 2023.
.. [2] RFC 6901, "JavaScript Object Notation (JSON) Pointer," IETF, 2013.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeVar

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.requests import Request

from wattstone.base import Finding, InputRefused
from wattstone.interfaces.present.languages import Language, mark, say_finding, translator
from wattstone.interfaces.present.paths import without_folders

MEDIA = "application/problem+json"
T = TypeVar("T")
URN = "urn:wattstone:problem:"

TITLES: Mapping[int, tuple[str, str]] = {
    400: ("malformed", mark("The request cannot be read")),
    401: ("not-signed-in", mark("Nobody is signed in")),
    403: ("forbidden", mark("This is not among what you may do")),
    404: ("not-found", mark("There is no such thing, or none that you may see")),
    405: ("method", mark("This cannot be done here")),
    406: ("not-acceptable", mark("There is no such form of it")),
    409: ("conflict", mark("It is in another state than that needs")),
    412: ("changed", mark("It was changed since you read it")),
    413: ("too-large", mark("It is larger than this server takes")),
    415: ("media-type", mark("This form of content is not taken here")),
    422: ("refused", mark("What was given cannot be used; nothing was changed")),
    428: ("unconditional", mark("Say which state you change, with If-Match")),
    429: ("too-many", mark("That was too much at once; wait and try again")),
    500: ("fault", mark("A fault of this server; nothing is known to be wrong with the request")),
    503: ("not-ready", mark("The server cannot do this now")),
}
FieldPlace = Literal["body", "query", "path", "header", "cookie"]
_LISTED = re.compile(r"^.*?, (?P<path>[A-Za-z_]\w*(?:\.\w+)*)$")


@dataclass(kw_only=True, eq=False)
class Problem(Exception):
    """A refusal with its status.

    Parameters
    ----------
    status : int
        Of HTTP, 400 or more.
    detail : str or None
        In English, said in the language asked for where it is known.
    findings : sequence of Finding
        What has to be mended.
    pointers : mapping of str to str
        JSON pointer by the code of a finding, where the finding itself does not tell.
    headers : mapping of str to str
        `Allow`, `Retry-After`, `WWW-Authenticate`.
    """

    status: int
    detail: str | None = None
    findings: Sequence[Finding] = ()
    pointers: Mapping[str, str] = field(default_factory=dict[str, str])
    headers: Mapping[str, str] = field(default_factory=dict[str, str])

    def __str__(self) -> str:
        return self.detail or TITLES.get(self.status, TITLES[500])[1]


def language_of(request: Request) -> Language:
    """The language that a request asks for: `?lang=`, then its settings, then Accept-Language; English by default."""
    asked = request.query_params.get("lang") or request.cookies.get("lang")
    if asked == "en" or asked == "zh":
        return asked
    ranked: list[tuple[float, str]] = []
    for part in request.headers.get("accept-language", "")[:500].split(","):
        name, _, weight = part.strip().partition(";q=")
        try:
            ranked.append((-float(weight or 1), name.strip().lower()[:2]))
        except ValueError:
            continue
    known = [name for _, name in sorted(ranked, key=lambda one: one[0]) if name in ("en", "zh")]
    return "zh" if known and known[0] == "zh" else "en"


def problem(request: Request, refused: Problem) -> JSONResponse:
    """A refusal as a response, in the language of the request.

    Parameters
    ----------
    request : Request
        What was asked.
    refused : Problem
        Why not.
    """
    lang = language_of(request)
    slug, title = TITLES.get(refused.status, TITLES[500] if refused.status >= 500 else TITLES[400])
    t = translator(lang)
    content: dict[str, Any] = {
        "type": f"{URN}{slug}",
        "title": t(title),
        "status": refused.status,
        "instance": request.url.path,
    }
    if refused.detail:
        content["detail"] = t(refused.detail)
    if refused.findings:
        content["findings"] = findings_json(refused.findings, lang, pointers=refused.pointers)
    return JSONResponse(
        content,
        status_code=refused.status,
        media_type=MEDIA,
        headers={"Cache-Control": "no-store", "Content-Language": lang, **refused.headers},
    )


def findings_json(
    findings: Iterable[Finding], lang: Language, *, pointers: Mapping[str, str] | None = None
) -> list[dict[str, Any]]:
    """Findings for machines as the command line's `--json` has them, in a language, each with its pointer.

    Examples
    --------
    >>> one = Finding(code="declare.invalid", place="site 'A', ownership.0.share", found="-", expected="-", remedy="-")
    >>> findings_json([one], "en")[0]["pointer"]
    '#/ownership/0/share'
    """
    told: list[dict[str, Any]] = []
    for one in findings:
        said = say_finding(one, lang)
        texts = {name: without_folders(said[name]) for name in ("place", "found", "expected", "remedy")}
        row = {**one.as_dict(), **texts}
        if (pointer := (pointers or {}).get(one.code) or pointer_of(one)) is not None:
            row["pointer"] = pointer
        told.append(row)
    return told


def pointer_of(finding: Finding) -> str | None:
    """The JSON pointer [2]_ to the field that a finding is about, as a fragment; None where it names none."""
    if isinstance(said := finding.params.get("pointer"), str):
        return said
    if finding.code == "job.params":
        return f"#/params{finding.place.rstrip('/')}"
    if finding.code not in ("declare.invalid", "measure.invalid", "request.invalid"):
        return None
    found = _LISTED.match(finding.place)
    return None if found is None or found["path"] == "value" else pointer(found["path"].split("."))


def pointer(path: Iterable[str | int]) -> str:
    """A JSON pointer as a fragment.

    Examples
    --------
    >>> pointer(["sites", 0, "a/b"])
    '#/sites/0/a~1b'
    """
    return "#" + "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def invalid(error: RequestValidationError) -> Problem:
    """What a request's own schema refused, as findings with pointers into the body."""
    findings: list[Finding] = []
    status = 422
    for one in error.errors():
        place, *path = one["loc"]
        if one["type"] == "json_invalid":
            status, path = 400, []
        findings.append(_invalid(str(place), path, one))
    return Problem(status=status, findings=findings)


def _invalid(place: str, path: list[Any], one: Mapping[str, Any]) -> Finding:
    missing = one["type"] == "missing"
    where = pointer(path) if place == "body" else f"{place}:{'.'.join(map(str, path))}"
    return Finding(
        code="request.missing" if missing else "request.invalid",
        place=", ".join(filter(None, (place, ".".join(map(str, path))))),
        found="nothing is said of it" if missing else "the value {value} cannot be used: {why}",
        params={
            "value": repr(one.get("input"))[:200],
            "why": one["msg"].removeprefix("Value error, "),
            "pointer": where,
        },
        expected="a value as /api/v1/openapi.json describes it",
        remedy="add it" if missing else "correct it",
    )


def refused(error: InputRefused) -> Problem:
    """What a workflow refused: 404 where one thing is not known, its own status where it has one, else 422."""
    codes = {one.code for one in error.findings if one.severity == "error"}
    unknown = bool(codes) and codes <= NOT_KNOWN
    return Problem(status=404 if unknown else getattr(error, "status", 422), findings=error.findings)


NOT_KNOWN = frozenset(
    {
        "figure.unknown", "figure.none", "trace.unknown", "meter.unknown", "site.unknown", "job.unknown",
        "activity.unknown",
    }
)  # fmt: skip


def pointed(do: Callable[[], T], where: Callable[[Finding], Sequence[str | int]]) -> T:
    """Do it; what is refused points at the fields that were sent.

    Parameters
    ----------
    do : callable
        A use case.
    where : callable
        The path in what was sent that a finding is about; empty where it is about none.

    Raises
    ------
    InputRefused
        As it was, with the pointers.
    """
    try:
        return do()
    except InputRefused as refused:
        if type(refused) is not InputRefused:  # as what one may not do
            raise
        raise InputRefused([_pointing(one, where(one)) for one in refused.findings]) from refused


def _pointing(finding: Finding, path: Sequence[str | int]) -> Finding:
    return replace(finding, params={**finding.params, "pointer": pointer(path)}) if path else finding
