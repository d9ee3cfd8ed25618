"""Requirement lists of the climate report: version, source, how sure they are, and which answer serves which."""

from typing import TYPE_CHECKING

from starlette.responses import Response

from wattstone.disclosure.standards import Standard, standard, standards, versions_of
from wattstone.disclosure.topics import topic, topics
from wattstone.interfaces.present.content import Cell, Head, Table
from wattstone.interfaces.present.languages import day, mark, translator
from wattstone.interfaces.present.listing import listed
from wattstone.interfaces.web.climate import Chosen, chosen, climate_page, draft, status_words, topic_link
from wattstone.interfaces.web.entries import CLIMATE
from wattstone.interfaces.web.kit import link, page
from wattstone.interfaces.web.results import missing
from wattstone.workflows.access.policy import Act

if TYPE_CHECKING:
    from wattstone.disclosure.statement import Status
    from wattstone.interfaces.serving.request import Here

_PATH = f"{CLIMATE}/standards"
_SURE = {
    "A": mark("A: compared with the issuer's own text"),
    "B": mark("B: from two independent readings"),
    "C": mark("C: from one secondary reading"),
    "unconfirmed": mark("unconfirmed: from a secondary reading, to be compared with the text before use"),
}


@page(_PATH, name="climate standards", place="report", title=mark("Requirement lists"), act=Act.READ)
def every(here: "Here", standard: str = "", year: str = "") -> Response:
    """All lists with their versions, and what each topic answers of each."""
    of = chosen(here, standard, year)
    return climate_page(here, of, "/standards", "climate_standards.html.j2", table=_lists(here, of),
                        cross=_cross(here, of))  # fmt: skip


def _lists(here: "Here", of: Chosen) -> Table:
    t = translator(here.lang)
    heads = (
        Head(t("Standard")), Head(t("Version")), Head(t("Requirements"), True), Head(t("Binds periods from")),
        Head(t("How sure")), Head(t("Source")),
    )  # fmt: skip
    rows = tuple(
        (
            Cell(t(one.title), href=link(here, f"{_PATH}/{one.key}", **of.asked)), Cell(one.version),
            Cell(str(len(one.requirements)), numeric=True), Cell(day(one.effective, here.lang)),
            Cell(t(_SURE[one.confidence])), Cell(t(one.source)),
        )
        for one in standards()
    )  # fmt: skip
    return Table(heads, rows)


def _cross(here: "Here", of: Chosen) -> Table:
    """Of each topic, the requirements of the newest version of each standard."""
    t = translator(here.lang)
    newest = [versions_of(name)[-1] for name in dict.fromkeys(one.id for one in standards())]
    heads = (Head(t("Topic")), *(Head(one.id.upper()) for one in newest))
    rows = tuple(
        (topic_link(here, of, each), *(Cell(_numbers(here, one, each.id)) for one in newest)) for each in topics()
    )
    return Table(heads, rows)


def _numbers(here: "Here", one: Standard, name: str) -> str:
    return listed((each.id for each in one.asking(name)), here.lang)


@page(f"{_PATH}/{{key}}", name="climate standard", place="report", title=mark("Requirement list"), act=Act.READ)
def show(here: "Here", key: str, standard: str = "", year: str = "") -> Response:
    """A list: each requirement, the topics that answer it, and how far they do."""
    t, of, held = translator(here.lang), chosen(here, standard, year), _called(key)
    if held is None:
        return missing(here)
    facts = [
        (t("Issued by"), t(held.issuer)),
        (t("Issued on"), day(held.issued, here.lang) if held.issued else t("month known, day not")),
        (t("Binds periods from"), day(held.effective, here.lang)),
        (t("Earlier use"), t("allowed") if held.early else t("not foreseen")),
        (t("Amends"), f"{held.id}@{held.base}" if held.base else t("no earlier list")),
        (t("Source"), t(held.source)),
        (t("How sure"), t(_SURE[held.confidence])),
    ]
    return climate_page(
        here, of, "/standards", "climate_standard.html.j2", title=t(held.title), held=held, facts=facts,
        note=t(held.note) if held.note else "", sections=_sections(here, of, held),
    )  # fmt: skip


def _called(key: str) -> Standard | None:
    try:
        return standard(key)
    except KeyError:
        return None


def _sections(here: "Here", of: Chosen, held: Standard) -> list[tuple[str, Table]]:
    t = translator(here.lang)
    told = _told(here, Chosen(held, of.year))
    heads = (
        Head(t("Requirement")), Head(t("What answers it")), Head(t("How far, {year}", year=of.year)),
        Head(t("Where it applies")), Head(t("Since version")),
    )  # fmt: skip
    found: list[tuple[str, Table]] = []
    for name, title in held.sections.items():
        asked = [one for one in held.requirements if one.section == name]
        rows: list[tuple[Cell, ...]] = []
        for one in asked:
            for at, each in enumerate(one.topics):
                first = Cell(one.id if at == 0 else "")
                where = Cell((t(one.condition) if one.condition else t("always")) if at == 0 else "")
                since = Cell(one.version if at == 0 else "")
                how = Cell(status_words(here, told[each]) if each in told else t("not known"))
                rows.append((first, topic_link(here, Chosen(held, of.year), topic(each)), how, where, since))
        if rows:
            found.append((t(title), Table(heads, tuple(rows))))
    return found


def _told(here: "Here", of: Chosen) -> "dict[str, Status]":
    """How far each topic is answered, for who may see what is the whole organisation's."""
    if not here.principal.scope.whole:
        return {}
    return {one.topic.id: one.status for one in draft(here, of).answers}
