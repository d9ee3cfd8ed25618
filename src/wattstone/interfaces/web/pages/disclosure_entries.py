"""Entries that a climate report is made of: the pages of the programme's entries, in the place of the report."""

from typing import TYPE_CHECKING, Literal

from starlette.requests import Request
from starlette.responses import Response

from wattstone.interfaces.present.languages import mark
from wattstone.interfaces.web.entries import CLIMATE
from wattstone.interfaces.web.kit import Form, action, page, part
from wattstone.interfaces.web.pages import programme_entries, programme_entry
from wattstone.workflows.access.policy import Act

if TYPE_CHECKING:
    from wattstone.interfaces.serving.request import Here

_BELOW = f"{CLIMATE}/entries/{{kind}}"


@page(_BELOW, name="climate entries", place="report", title=mark("Entries"), act=Act.READ)
def listed(here: "Here", kind: str, q: str = "", site: str = "", page: int = 1) -> Response:
    """The entries in force that match."""
    return programme_entries.listed(here, "disclose", kind, q, site, page)


@page(f"{_BELOW}/add", name="climate add", place="report", title=mark("Add an entry"), act=Act.READ)
def new(here: "Here", kind: str) -> Response:
    """The form of a new entry."""
    return programme_entry.new(here, "disclose", kind)


@page(f"{_BELOW}/entry", name="climate entry", place="report", title=mark("Entry"), act=Act.READ)
def show(here: "Here", kind: str, id: str = "") -> Response:  # noqa: A002 - as the address calls it
    """An entry with all that was ever said of it."""
    return programme_entry.show(here, "disclose", kind, id)


@action(f"{_BELOW}/add", act=Act.INGEST, page="climate add")
def add(here: "Here", form: Form, kind: str) -> Response:
    """Enter an entry."""
    return programme_entry.add(here, form, "disclose", kind)


@action(f"{_BELOW}/entry", act=Act.INGEST, page="climate entry")
def change(here: "Here", form: Form, kind: str) -> Response:
    """Correct what is said of an entry."""
    return programme_entry.change(here, form, "disclose", kind)


@action(f"{_BELOW}/withdraw", act=Act.INGEST, page="climate entry")
def leave(here: "Here", form: Form, kind: str) -> Response:
    """Take an entry out of force."""
    return programme_entry.leave(here, form, "disclose", kind)


@action(f"{_BELOW}/attach", act=Act.INGEST, page="climate entry")
async def attach(here: "Here", request: Request, kind: str) -> Response:
    """Attach the document that proves an entry."""
    return await programme_entry.attach(here, request, "disclose", kind)


@action(f"{_BELOW}/import", act=Act.INGEST, page="climate entries")
async def take_in(here: "Here", request: Request, kind: str) -> Response:
    """Take a table in: all of its entries, or none."""
    return await programme_entries.take_in(here, request, "disclose", kind)


@part(f"{_BELOW}/template.{{form}}", act=Act.READ)
def template(here: "Here", kind: str, form: Literal["csv", "xlsx"]) -> Response:
    """A table to fill in."""
    return programme_entries.template(here, "disclose", kind, form)


@part(f"{_BELOW}/entries.csv", act=Act.EXPORT)
def download(here: "Here", kind: str) -> Response:
    """The entries in force as a table that can be read back."""
    return programme_entries.download(here, "disclose", kind)
