"""The draft of a climate report, chapter by chapter, as it would be rendered now."""

from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.responses import Response

from wattstone.interfaces.present.disclosure.sections import anchor
from wattstone.interfaces.present.languages import mark, translator
from wattstone.interfaces.web.climate import Chosen, chapters_here, chosen, climate_page, draft, drawn, not_whole
from wattstone.interfaces.web.entries import CLIMATE
from wattstone.interfaces.web.kit import chart, link, page
from wattstone.workflows.access.policy import Act

if TYPE_CHECKING:
    from wattstone.interfaces.present.charts.base import Drawing
    from wattstone.interfaces.serving.request import Here

__all__ = ["charts_of", "read"]


@page(f"{CLIMATE}/read", name="climate draft", place="report", title=mark("Draft of the climate report"), act=Act.READ)
def read(here: "Here", standard: str = "", year: str = "", part: str = "") -> Response:
    """A chapter of the draft: texts with figures filled in, tables and charts."""
    if not here.principal.scope.whole:
        return not_whole(here)
    t, of = translator(here.lang), chosen(here, standard, year)
    held, chapters = draft(here, of), chapters_here(here, of)
    shown = next((one for one in chapters if one.key == part), chapters[0] if chapters else None)
    ways = [(one.title, link(here, f"{CLIMATE}/read", **of.asked, part=one.key), one is shown) for one in chapters]
    return climate_page(
        here, of, "/read", "climate_read.html.j2", title=t("Climate report {year}", year=of.year), chapter=shown,
        chapters=ways, charts=charts_of(here, of), simulated=held.simulated,
        names={anchor(one.topic.id): one.topic.id for one in held.answers},
    )  # fmt: skip


def charts_of(here: "Here", of: Chosen) -> str:
    """The address before the keys of a draft's charts."""
    return link(here, f"{CLIMATE}/charts/{quote(of.standard.key)}/{of.year}/")


@chart(f"{CLIMATE}/charts/{{standard}}/{{year}}/{{key}}", act=Act.READ)
def drawing(here: "Here", standard: str, year: str, key: str) -> "Drawing | None":
    """A chart of the draft."""
    if not here.principal.scope.whole:
        return None
    return drawn(here, chosen(here, standard, year), key)
