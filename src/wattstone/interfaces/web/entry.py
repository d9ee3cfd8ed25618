"""What pages outside an organisation share: who is signed in, the form's token, where to go next."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from wattstone.interfaces.serving.request import csrf_of, language_of, service, signed_in
from wattstone.interfaces.web.kit import render_bare
from wattstone.interfaces.web.shell import FLASH, HOME, READ_SOON, Message, Tone, keep, pack

if TYPE_CHECKING:
    from starlette.datastructures import FormData

    from wattstone.base import Finding

__all__ = ["bare", "home_of", "onward", "typed"]


def typed(form: "FormData", *names: str) -> dict[str, str]:
    """What was typed into some fields; passwords keep their spaces."""
    return {
        name: text if "password" in name or name in ("old", "new") else text.strip()
        for name in names
        for text in (str(form.get(name) or "")[:2000],)
    }


def bare(
    request: Request, template: str, *, title: str, status: int = 200, findings: "Iterable[Finding]" = (),
    fields: Iterable[str] | None = None, **context: Any,
) -> Response:  # fmt: skip
    """A page outside an organisation, with the token of its forms."""
    lang = language_of(request, signed_in(request))
    return render_bare(
        request, lang, template, title=title, status=status, findings=findings, fields=fields,
        **{**context, "csrf": csrf_of(request)},
    )  # fmt: skip


def home_of(request: Request, person: str) -> str | None:
    """The first page of the organisation that somebody looked at last, or of any in which they have a role."""
    held = service(request)
    there = [one.tenant for one in held.server.people.memberships(person=person) if held.tenant(one.tenant) is not None]
    last = request.cookies.get(HOME)
    tenant = last if last in there else next(iter(sorted(there)), None)
    return None if tenant is None else f"/o/{quote(tenant, safe='')}/"


def onward(request: Request, asked: str, person: str) -> str:
    """Where to go after the sign-in: to the page of an organisation that was asked for, and nowhere else."""
    parts = urlsplit(asked)
    inside = (
        asked.startswith("/o/") and not parts.scheme and not parts.netloc and "\\" not in asked and "//" not in asked
    )
    return asked if inside else home_of(request, person) or "/"


def told(request: Request, path: str, words: str, tone: Tone = "good") -> Response:
    """To a page, with a message."""
    answer = RedirectResponse(path, 303)
    secure = service(request).settings.secure_cookies
    keep(answer, FLASH, pack(Message(words, tone)), secure=secure, lasts=READ_SOON)
    return answer
