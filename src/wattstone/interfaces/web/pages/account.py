"""One's own account: password, language, sessions."""

from typing import TYPE_CHECKING, Any

from fastapi import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from wattstone.base import InputRefused
from wattstone.interfaces.present.languages import mark, translator
from wattstone.interfaces.serving.callers import end_session
from wattstone.interfaces.web.entry import typed
from wattstone.interfaces.web.kit import Form, action, go, page, render
from wattstone.interfaces.web.reading import zone_here
from wattstone.interfaces.web.refusals import status_of
from wattstone.workflows.access.policy import Act

if TYPE_CHECKING:
    from wattstone.interfaces.serving.request import Here

FIELDS = ("old", "password")


@page("/account", name="account", title=mark("Your account"), act=Act.READ)
def account(here: "Here") -> Response:
    """Who one is, and where one is signed in."""
    return _shown(here)


@action("/account/password", act=Act.READ, page="account")
def password(here: "Here", form: Form) -> Response:
    """Set a new password; everywhere else one is signed out."""
    person, session = here.person, here.session
    if person is None or session is None:
        raise HTTPException(404)
    said, t = typed(form, "old", "password"), translator(here.lang)
    try:
        here.service.accounts.change_password(person.id, said["old"], said["password"], session=session.id)
    except InputRefused as refused:
        return _shown(here, findings=refused.findings, status=status_of(refused))
    return go(here, "/account", said=t("The password is changed. Everywhere else you are signed out."))


@action("/account/sessions", act=Act.READ, page="account")
def close(here: "Here", request: Request, form: Form) -> Response:
    """End one session, or all but this one."""
    person, t = here.person, translator(here.lang)
    if person is None or here.session is None:
        raise HTTPException(404)
    wanted, sessions = str(form.get("session") or ""), here.service.server.sessions
    if wanted == here.session.id:
        here.service.accounts.sign_out(person, wanted)
        end_session(request)
        return RedirectResponse("/sign-in", 303)
    if wanted:
        if wanted in {one.id for one in sessions.of(person.id)}:
            here.service.accounts.sign_out(person, wanted)
        return go(here, "/account", said=t("That browser is signed out."))
    here.service.accounts.sign_out_everywhere(person, but=here.session.id)
    return go(here, "/account", said=t("Everywhere else you are signed out."))


def _shown(here: "Here", *, status: int = 200, findings: Any = ()) -> Response:
    person = here.person
    sessions = here.service.server.sessions.of(person.id) if person is not None else ()
    return render(
        here, "pages/account.html.j2", status=status, findings=findings, fields=FIELDS, person=person,
        sessions=[(one, _browser(one.agent)) for one in sessions], zone=zone_here(here),
        session=here.session.id if here.session is not None else "", length=here.service.settings.passwords.length,
    )  # fmt: skip


def _browser(agent: str) -> str:
    """What a browser calls itself, as far as a person can use it."""
    found = (name for name in ("Firefox", "Edg", "Chrome", "Safari", "curl") if name in agent)
    system = next((name for name in ("Windows", "Android", "iPhone", "Mac OS X", "Linux") if name in agent), "")
    name = {"Edg": "Edge"}.get(first := next(found, ""), first)
    return ", ".join(part for part in (name, system) if part) or agent[:60]
