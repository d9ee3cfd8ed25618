"""Search: sites, meters, measures, findings, figures and pages, by name; a list with a script, a page without."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.responses import JSONResponse, Response

from wattstone.interfaces.present.languages import mark, translator
from wattstone.interfaces.present.listing import listed
from wattstone.interfaces.present.names import figure_name, kind_name
from wattstone.interfaces.present.numbers import amount
from wattstone.interfaces.present.overview_names import number_name
from wattstone.interfaces.present.waste_words import WASTE_CODES, waste_name
from wattstone.interfaces.web.kit import page, part, render
from wattstone.interfaces.web.navigation import PLACES, tabs_of
from wattstone.interfaces.web.reading import estate_here
from wattstone.interfaces.web.shell import link
from wattstone.workflows.access.policy import Act
from wattstone.workflows.overview.cards import MEASURE
from wattstone.workflows.overview.estate import Estate
from wattstone.workflows.overview.named import figure_called, findings_called, holds_words, measures_called
from wattstone.workflows.overview.places import meters_called
from wattstone.workflows.overview.query import Query, select

if TYPE_CHECKING:
    from wattstone.interfaces.serving.request import Here

_TOTALS = ("location", "market", "scope1", "scope2.location", "scope2.market", "scope3", "energy")
_SUGGESTED, _LISTED, _LONGEST = 8, 100, 200


@dataclass(frozen=True)
class Hit:
    """Something that was found: its name, what it is, where, and its address."""

    name: str
    kind: str
    place: str
    href: str


@page("/search", name="search", title=mark("Search"), act=Act.READ)
def search(here: "Here", q: str = "") -> Response:
    """Everything of that name."""
    asked = q.strip()[:_LONGEST]
    hits = list(_hits(here, asked, _LISTED)) if asked else []
    return render(here, "pages/search.html.j2", asked=asked, hits=hits, most=len(hits) >= _LISTED)


@part("/search.json", act=Act.READ)
def suggest(here: "Here", q: str = "") -> Response:
    """The first few, while somebody types."""
    asked = q.strip()[:_LONGEST]
    found = [
        {"name": hit.name, "kind": hit.kind, "href": hit.href}
        for hit in (list(_hits(here, asked, _SUGGESTED))[:_SUGGESTED] if asked else [])
    ]
    return JSONResponse({"found": found}, headers={"Cache-Control": "private, no-store"})


def _hits(here: "Here", asked: str, most: int) -> Iterator[Hit]:
    t, estate = translator(here.lang), estate_here(here)
    for place in PLACES:
        for tab in tabs_of(place.key, here.principal):
            if asked.casefold() in t(tab.title).casefold():
                yield Hit(t(tab.title), t("page"), t(place.title), link(here, tab.path))
    yield from _figures(here, asked, estate)
    left = most
    for each in (
        _sites(here, asked, estate, left),
        *(one(here, asked, left) for one in (_measures, _findings, _meters)),
    ):
        for hit in each:
            if left <= 0:
                return
            left -= 1
            yield hit


def _figures(here: "Here", asked: str, estate: Estate) -> Iterator[Hit]:
    """A figure by its id, and totals of the year by their names."""
    t = translator(here.lang)
    one = figure_called(here.workspace, asked)
    if one is not None:
        called = number_name(str(one.content.get("name", "")), here.lang)
        where = " · ".join(str(one.content[name]) for name in ("subject", "period") if name in one.content)
        yield Hit(called, t("figure"), where, link(here, f"/evidence/{quote(one.id, safe='')}"))
    for name, number in estate.totals.items():
        called = number_name(name, here.lang)
        if estate.year is not None and name in _TOTALS and holds_words(asked, (called, figure_name(name, here.lang))):
            said = amount(number.value, number.unit, here.lang) if number.value is not None else ""
            under = name.partition(".")[0] if name.startswith("scope") else ""
            href = link(here, "/report/inventory", year=estate.year, under=under)
            yield Hit(called, t("total of {year}", year=estate.year), said, href)


def _sites(here: "Here", asked: str, estate: Estate, most: int) -> Iterator[Hit]:
    t = translator(here.lang)
    sites = select(estate, query=Query(text=asked, sort="name", size=min(most, 500)))
    for row in sites.frame.iter_rows(named=True):
        where = listed((row.get(name) or "" for name in ("city", "country")), here.lang)
        yield Hit(str(row["name"] or row["id"]), t("site"), where, link(here, f"/sites/{quote(row['id'], safe='')}"))


def _measures(here: "Here", asked: str, most: int) -> Iterator[Hit]:
    t = translator(here.lang)
    for one in measures_called(here.workspace, asked, most=most):
        yield Hit(one.name or one.id, t("measure"), one.site_id, _card(here, MEASURE + one.id))


def _findings(here: "Here", asked: str, most: int) -> Iterator[Hit]:
    t = translator(here.lang)
    names = {code: waste_name(code, here.lang) for code in WASTE_CODES}
    for row in findings_called(here.workspace, asked, names, most=most).iter_rows(named=True):
        where = f"{row['site'] or row['site_id']} · {row['meter_id']}"
        yield Hit(waste_name(row["code"], here.lang), t("finding"), where, _card(here, row["key"]))


def _card(here: "Here", key: str) -> str:
    return link(here, f"/action/cards/{quote(key, safe='')}")


def _meters(here: "Here", asked: str, most: int) -> Iterator[Hit]:
    t = translator(here.lang)
    for row in meters_called(here.workspace, asked, most=most).iter_rows(named=True):
        href = link(here, f"/sites/{quote(row['site_id'], safe='')}", meter=row["id"])
        kind = t("meter of {kind}", kind=kind_name(row["kind"], here.lang))
        yield Hit(str(row["id"]), kind, str(row["site_id"]), href)
