"""What a reader chooses of the frame: period, language, theme. Kept in cookies that say nothing of who it is."""

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.responses import RedirectResponse, Response

from wattstone.interfaces.web.kit import Form, action
from wattstone.interfaces.web.shell import LANGUAGE, PERIOD, THEME, keep, link, tenant_id
from wattstone.interfaces.web.theme import CHOICES
from wattstone.workflows.access.policy import Act

if TYPE_CHECKING:
    from wattstone.interfaces.serving.request import Here


@action("/preferences", act=Act.READ, name="preferences")
def preferences(here: "Here", form: Form) -> Response:
    """Keep what was chosen, and go back to the page."""
    secure = here.service.settings.secure_cookies
    year, lang, theme = (str(form.get(name) or "") for name in ("year", "lang", "theme"))
    answer = RedirectResponse(back(here, str(form.get("back") or ""), fresh=("year",) if year else ()), 303)
    if year.isdecimal() and len(year) == 4:
        keep(answer, PERIOD, year, secure=secure, path=f"/o/{tenant_id(here)}")
    if lang in ("en", "zh"):
        keep_language(here, lang)
        keep(answer, LANGUAGE, lang, secure=secure)
    if theme in CHOICES:
        keep(answer, THEME, theme, secure=secure)
    return answer


def keep_language(here: "Here", lang: str) -> None:
    """Remember a language with the account, so that mails and other browsers speak it too."""
    if here.person is not None and here.person.language != lang:
        here.service.server.people.change(here.person.id, language=lang)


def back(here: "Here", asked: str, *, fresh: tuple[str, ...] = ()) -> str:
    """An address to return to: one of the organisation's pages, and nothing else; some of its query is dropped."""
    parts = urlsplit(asked)
    home = link(here)
    if parts.scheme or parts.netloc or not parts.path.startswith(home) or "\\" in asked or "//" in parts.path:
        return home
    kept = [(name, value) for name, value in parse_qsl(parts.query) if name not in ("lang", *fresh)]
    return parts.path + (f"?{urlencode(kept)}" if kept else "")
