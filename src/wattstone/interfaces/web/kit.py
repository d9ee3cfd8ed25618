"""The page kit: how a handler becomes a page, a form's target or a chart, and how a template becomes an answer.

`wattstone.interfaces.web` shows the whole recipe of a new page.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any, Protocol

from fastapi import Depends
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from wattstone.base import Finding
from wattstone.interfaces.present.content import Table
from wattstone.interfaces.present.csvs import csv_text
from wattstone.interfaces.present.languages import Language, Translate, translator
from wattstone.interfaces.present.tokens import tokens
from wattstone.interfaces.web.environment import environment
from wattstone.interfaces.web.navigation import Handler, Route, register
from wattstone.interfaces.web.remedies import say_here
from wattstone.interfaces.web.shell import (
    ASKED,
    FLASH,
    HOME,
    READ_SOON,
    Message,
    Tone,
    bare_context,
    keep,
    link,
    pack,
    period_of,
    shell_context,
)
from wattstone.workflows.access.policy import Act

if TYPE_CHECKING:
    from wattstone.interfaces.serving.request import Here

__all__ = [
    "Chartable", "Form", "action", "by_field", "chart", "chart_file", "csv_file", "field_of", "fragment",
    "go", "link", "page", "part", "period_of",
    "render", "render_bare", "words",
]  # fmt: skip


async def _form_of(request: Request) -> FormData:
    return await request.form()


Form = Annotated[FormData, Depends(_form_of)]
"""What was sent, for a handler that takes it as a parameter: it is read before, so that the handler may be a plain
`def` that runs in a thread, where waiting for the records holds nobody else up."""


class Chartable(Protocol):
    """A chart as routes need it; a `Drawing` is one."""

    @property
    def key(self) -> str:
        """Name of its files."""
        ...

    @property
    def table(self) -> Table:
        """The numbers behind it."""
        ...

    def specification(self, width: int) -> dict[str, Any]:
        """Its definition in Vega-Lite at a width. [px]"""
        ...

    def svg(self, width: int = ..., *, inline: bool = ...) -> str:
        """It without its title."""
        ...

    def alone(self, width: int = ...) -> tuple[str, bytes]:
        """It with its title, as SVG and as PNG."""
        ...


def page(
    path: str,
    *,
    name: str,
    act: Act,
    place: str = "",
    title: str = "",
    tab: str = "",
    order: int = 50,
) -> Callable[[Handler], Handler]:
    """Make a handler a page of an organisation.

    Parameters
    ----------
    path : str
        Below `/o/{tenant}`, as `/sites/{site}`.
    name : str
        Unique.
    act : Act
        What one must be allowed to do in order to see it.
    place : str
        Key of the place of the menu in which it stands, as `portfolio`.
    title : str
        What the browser's tab and the heading say unless `render` is given another; English, marked.
    tab : str
        What its tab in the place is called; English, marked. Empty for a page that is no tab, as one site's.
    order : int
        Where the tab stands; the menu leads to the first.
    """
    return _registering(
        Route(kind="page", path=path, name=name, act=act, handler=_none, place=place, title=title, tab=tab, order=order)
    )


def action(path: str, *, act: Act, name: str = "", page: str = "") -> Callable[[Handler], Handler]:
    """Make a handler the target of a form (POST); it runs only with the form's CSRF token.

    Parameters
    ----------
    path : str
        Below `/o/{tenant}`.
    act : Act
        What one must be allowed to do.
    name : str
        Unique; made of the path where it is left out.
    page : str
        Name of the page that it answers with when something is wrong; gives menu, tabs and title.
    """
    return _registering(
        Route(
            kind="action", path=path, name=name or f"post {path}", act=act, handler=_none, page=page, methods=("POST",)
        )
    )


def part(path: str, *, act: Act, name: str = "") -> Callable[[Handler], Handler]:
    """Make a handler the source of a part of a page, a file or data (GET); it stands in no menu."""
    return _registering(Route(kind="part", path=path, name=name or f"get {path}", act=act, handler=_none))


def chart(path: str, *, act: Act, name: str = "") -> Callable[[Handler], Handler]:
    """Make a handler that returns a drawing the source of its files: `path` with `.json`, `.csv`, `.svg`, `.png`.

    The handler may return None: there is no such chart.
    """
    return _registering(
        Route(kind="chart", path=path + ".{form}", name=name or f"chart {path}", act=act, handler=_none)
    )


def _none() -> None:
    """Stands where the handler comes."""


def _registering(route: Route) -> Callable[[Handler], Handler]:
    def decorate(handler: Handler) -> Handler:
        register(replace(route, handler=handler))
        return handler

    return decorate


def words(here: "Here") -> Translate:
    """The function that says a message in the reader's language; call it `t`, so that extraction finds the words."""
    return translator(here.lang)


def render(
    here: "Here",
    template: str,
    /,
    *,
    title: str | None = None,
    status: int = 200,
    trail: Sequence[tuple[str, str]] = (),
    findings: Iterable[Finding] = (),
    fields: Iterable[str] | None = None,
    **context: Any,
) -> HTMLResponse:
    """A page of the organisation.

    Parameters
    ----------
    here : Here
        Organisation, reader, workspace.
    template : str
        Its name below `templates`.
    title : str or None
        In the reader's language; None is the route's.
    status : int
        422 where a form is shown again.
    trail : sequence of (str, str)
        Words and addresses of the pages above this one, from the top down.
    findings : iterable of Finding
        What is wrong with what was sent; those of a field are shown at the field.
    fields : iterable of str or None
        Names of the form's fields, so that a finding about anything else is told above it.
    **context
        What the template needs besides.
    """
    found, given = tuple(findings), shell_context(here)
    framed: dict[str, Any] = given | {
        "title": given["title"] if title is None else title,
        "trail": tuple(trail),
        "findings": found,
        "at": by_field(found, here.lang, fields),
    }
    answer = _answer(template, framed | context, status)
    if ASKED.get().request.cookies.get(HOME) != given["tenant"]:
        keep(answer, HOME, given["tenant"], secure=_secure(here))
    return answer


def fragment(here: "Here", template: str, /, *, finished: bool = False, **context: Any) -> HTMLResponse:
    """A part of a page, for `data-live`; a page that shows it asks no more once it is finished."""
    framed: dict[str, Any] = shell_context(here) | {
        "title": "",
        "trail": (),
        "findings": (),
        "at": by_field((), here.lang),
    }
    text = environment().get_template(template).render(framed | context)
    return HTMLResponse(text, headers={"X-Finished": "yes" if finished else "no"})


def render_bare(
    request: Request, lang: Language, template: str, /, *, title: str, status: int = 200, **context: Any
) -> HTMLResponse:
    """A page outside any organisation: first start, sign-in, an error."""
    found: tuple[Finding, ...] = tuple(context.pop("findings", ()))
    at = by_field(found, lang, context.pop("fields", None))
    given = bare_context(request, lang) | {"title": title, "findings": found, "at": at, "csrf": ""}
    return _answer(template, given | context, status)


def _answer(template: str, context: Mapping[str, Any], status: int) -> HTMLResponse:
    text = environment().get_template(template).render(context)
    answer = HTMLResponse(text, status)
    if context["messages"]:
        answer.delete_cookie(FLASH, path="/")
    return answer


def go(
    here: "Here",
    path: str,
    *,
    said: str = "",
    tone: Tone = "good",
    undo: str = "",
    fields: Mapping[str, str] | None = None,
) -> RedirectResponse:
    """To a page of the organisation after a form, with a message.

    Parameters
    ----------
    here : Here
        Organisation and reader.
    path : str
        Below `/o/{tenant}`, with its query.
    said : str
        What was done, in the reader's language.
    tone : {'good', 'watch', 'act'}
        How it stands with it.
    undo : str
        Path of the action that takes it back, below `/o/{tenant}`.
    fields : mapping
        What that action is sent.
    """
    answer = RedirectResponse(link(here, path), 303)
    if said:
        message = Message(said, tone, link(here, undo) if undo else "", dict(fields or {}))
        keep(answer, FLASH, pack(message), secure=_secure(here), lasts=READ_SOON)
    return answer


def _secure(here: "Here") -> bool:
    return here.service.settings.secure_cookies


def by_field(
    findings: Iterable[Finding], lang: Language, fields: Iterable[str] | None = None
) -> dict[str, list[dict[str, str]]]:
    """Findings as they are said, by the field of the form that they are about; under "" those about none.

    Parameters
    ----------
    findings : iterable of Finding
        What is wrong with what was sent.
    lang : {'en', 'zh'}
        In which they are said.
    fields : iterable of str or None
        Names of the form's fields; findings of any other are told above the form. None takes them as they come.
    """
    known = None if fields is None else set(fields)
    found: dict[str, list[dict[str, str]]] = {}
    for finding in findings:
        name = field_of(finding)
        found.setdefault(name if known is None or name in known else "", []).append(say_here(finding, lang))
    return found


def field_of(finding: Finding) -> str:
    """The field of a form that a finding is about; empty where it is about none.

    It stands in `params["field"]`, at the end of `params["pointer"]` (a JSON pointer) or of the place: `field 'name'`,
    `/name`, or `organisation, name`.

    Examples
    --------
    >>> field_of(Finding(code="x", place="organisation, zone", found="", expected="", remedy=""))
    'zone'
    """
    if "field" in finding.params:
        return str(finding.params["field"])
    where = str(finding.params.get("pointer", finding.place))
    found = re.fullmatch(r"field '(\w+)'|#?(?:/\w+)*?/([A-Za-z_]\w*)(?:/\d+)?|[^/]*, (\w+)", where)
    return next((part for part in found.groups() if part), "") if found else ""


def csv_file(table: Table, name: str) -> Response:
    """A table as a CSV file in which no text is a formula."""
    text = csv_text([head.text for head in table.heads], [[cell.text for cell in row] for row in table.rows])
    return _file("\ufeff" + text, "text/csv; charset=utf-8", f"{name}.csv")


WIDTHS = range(240, 1601, 40)
"""Widths for which a chart is made. [px]"""


def chart_file(drawing: Chartable | None, form: str, width: int) -> Response:
    """A chart's definition, table or picture.

    Parameters
    ----------
    drawing : Chartable or None
        None where there is no such chart.
    form : str
        `json`, `csv`, `svg` or `png`; `picture`: as SVG without its title, for a page that has it as text.
    width : int
        [px], taken to the next of `WIDTHS`.
    """
    near = min(WIDTHS, key=lambda one: abs(one - width))
    if drawing is None or form not in ("json", "csv", "svg", "png", "picture"):
        return Response("not found", 404, media_type="text/plain")
    if form == "csv":
        return csv_file(drawing.table, drawing.key)
    if form == "json":
        text = json.dumps(drawing.specification(near), ensure_ascii=False, separators=(",", ":"))
        return Response(text, media_type="application/json", headers={"Cache-Control": "private, no-cache"})
    if form == "picture":
        return _file(_on_paper(drawing.svg(near, inline=True)), "image/svg+xml", f"{drawing.key}.svg", sandbox=True)
    svg, png = drawing.alone(near)
    if form == "svg":
        return _file(svg, "image/svg+xml", f"{drawing.key}.svg", sandbox=True)
    return _file(png, "image/png", f"{drawing.key}.png")


def _on_paper(svg: str) -> str:
    """A picture in the colours of paper upon it, also where the page is dark."""
    paper = f'<rect width="100%" height="100%" fill="{tokens().colour("raised")}"/>'
    return re.sub(r"(<svg [^>]*>)", rf"\g<1>{paper}", svg, count=1)


def _file(content: str | bytes, kind: str, name: str, *, sandbox: bool = False) -> Response:
    safe = "".join(sign if sign.isascii() and (sign.isalnum() or sign in "._-") else "-" for sign in name)
    headers = {
        "Content-Disposition": f'attachment; filename="{safe}"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-cache",
    }
    if sandbox:
        headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return Response(content, media_type=kind, headers=headers)
