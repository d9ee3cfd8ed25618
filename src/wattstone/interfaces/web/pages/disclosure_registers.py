"""Registers of the climate report: risks with their heat map, scenarios with their cost, hazards at sites."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import polars as pl
from starlette.responses import Response

from wattstone.base import Finding
from wattstone.disclosure.topics import topic
from wattstone.interfaces.present.content import Cell, Head, Table
from wattstone.interfaces.present.disclosure.content import Block, Box, Numbers, Picture, TableBlock
from wattstone.interfaces.present.disclosure.sections import anchor
from wattstone.interfaces.present.languages import mark, translator
from wattstone.interfaces.web.climate import Chosen, chapters_here, chosen, climate_page, not_whole
from wattstone.interfaces.web.entries import CLIMATE, count_of, enters, kind_path
from wattstone.interfaces.web.kit import link, page
from wattstone.interfaces.web.pages.disclosure_read import charts_of
from wattstone.programme.kinds import record_kind
from wattstone.workflows.access.policy import EVERYWHERE, Act
from wattstone.workflows.programme.entries import entries_of

if TYPE_CHECKING:
    from wattstone.interfaces.serving.request import Here

_FILLED = (TableBlock, Picture, Numbers)
_SERIES = ("provider", "model", "edition", "scenario", "region", "variable", "unit", "source", "licence")
_MOST = 200
_FIELDS = (
    "hazard", "scenario", "horizon", "unit", "threshold", "source", "licence", "provider", "model", "edition", "reason",
)  # fmt: skip


@page(f"{CLIMATE}/risks", name="climate risks", place="report", title=mark("Climate risks and opportunities"),
      act=Act.READ)  # fmt: skip
def risks(here: "Here", standard: str = "", year: str = "") -> Response:
    """The register, its heat map, and the amounts exposed out of one whole."""
    if not here.principal.scope.whole:
        return not_whole(here)
    return _register(
        here, chosen(here, standard, year), "/risks",
        ("strategy.risks", "strategy.value_chain", "strategy.effects_later", "metrics.transition_exposure",
         "metrics.physical_exposure", "metrics.opportunities"),
        ("climate_risk", "horizon", "exposure", "denominator_amount"),
    )  # fmt: skip


@page(f"{CLIMATE}/scenarios", name="climate scenarios", place="report", title=mark("Scenarios and the cost of carbon"),
      act=Act.READ)  # fmt: skip
def scenarios(here: "Here", standard: str = "", year: str = "") -> Response:
    """Paths that were taken in, and what carbon would cost by scenario and year."""
    return not_whole(here) if not here.principal.scope.whole else scenarios_page(here, chosen(here, standard, year))


def scenarios_page(here: "Here", of: Chosen, **sent: Any) -> Response:
    """The same, with what was sent to it."""
    names = ("strategy.scenarios", "strategy.resilience", "metrics.carbon_price")
    return _register(here, of, "/scenarios", names, ("path", "scenario", "driver", "energy_price", "internal_price"),
                     **sent)  # fmt: skip


@page(f"{CLIMATE}/hazards", name="climate hazards", place="report", title=mark("Hazards at sites"), act=Act.READ)
def hazards(here: "Here", standard: str = "", year: str = "") -> Response:
    """What layers that the user brought say of each site, and which hazards nobody looked at."""
    return not_whole(here) if not here.principal.scope.whole else hazards_page(here, chosen(here, standard, year))


def hazards_page(here: "Here", of: Chosen, **sent: Any) -> Response:
    """The same, with what was sent to it."""
    return _register(here, of, "/hazards", ("metrics.physical_exposure",), ("hazard", "hazard_absent"), **sent)


def _register(
    here: "Here", of: Chosen, tab: str, names: Sequence[str], kinds: Sequence[str], *,
    typed: Mapping[str, str] | None = None, found: Sequence[Finding] = (), told: Sequence[Finding] = (),
    done: str = "", status: int = 200,
) -> Response:  # fmt: skip
    parts = [one for name in names if (one := _part(here, of, name)) is not None]
    return climate_page(
        here, of, tab, "climate_register.html.j2", parts=parts, charts=charts_of(here, of), room=tab,
        kinds=[_kind(here, name) for name in kinds], series=_series(here) if tab == "/scenarios" else None,
        takes=here.principal.may(Act.DECLARE, EVERYWHERE), typed=typed or {}, findings=found, fields=_FIELDS,
        noticed=told, done=done, status=status,
    )  # fmt: skip


def _part(here: "Here", of: Chosen, name: str) -> tuple[str, str, tuple[Block, ...]] | None:
    """What the workspace fills into a topic; None where its standard does not ask for it, or there is nothing."""
    t, key = translator(here.lang), anchor(name)
    found = next((one for chapter in chapters_here(here, of) for one in chapter.sections if one.key == key), None)
    if found is None:
        return None
    blocks = tuple(
        one for one in found.blocks if isinstance(one, _FILLED) or (isinstance(one, Box) and one.kind == "omitted")
    )
    return (t(topic(name).title), link(here, f"{CLIMATE}/topics/{name}", **of.asked), blocks) if blocks else None


def _kind(here: "Here", name: str) -> dict[str, str | int]:
    t, kind = translator(here.lang), record_kind(name)
    path = kind_path(kind)
    return {
        "title": t(kind.plural), "help": t(kind.help), "href": link(here, path), "count": count_of(here, kind),
        "add": link(here, f"{path}/add") if enters(here, kind) else "", "xlsx": link(here, f"{path}/template.xlsx"),
        "csv": link(here, f"{path}/template.csv"),
    }  # fmt: skip


def _series(here: "Here") -> Table | None:
    """Paths that were taken in: whose, of what, from when to when; None where there is none."""
    t, frame = translator(here.lang), entries_of(here.workspace, "path")
    if frame.is_empty():
        return None
    rows = frame.group_by(*_SERIES, maintain_order=True).agg(
        pl.col("year").min().alias("first"), pl.col("year").max().alias("last"), pl.len().alias("values")
    )
    heads = (
        Head(t("Provider")), Head(t("Model")), Head(t("Edition of the data")), Head(t("Scenario")), Head(t("Region")),
        Head(t("Variable")), Head(t("Unit")), Head(t("Years")), Head(t("Values"), True), Head(t("Source")),
        Head(t("Licence")),
    )  # fmt: skip
    cells = tuple(
        (
            *(Cell(str(row[name] or "")) for name in _SERIES[:7]), Cell(f"{row['first']}–{row['last']}"),
            Cell(str(row["values"]), numeric=True), Cell(str(row["source"] or "")),
            Cell(str(row["licence"] or t("not said"))),
        )
        for row in rows.sort(*_SERIES[:6]).head(_MOST).iter_rows(named=True)
    )  # fmt: skip
    return Table(heads, cells)
