"""The programme: its seven parts, the newest report of each, and what was entered for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from starlette.responses import Response

from wattstone.interfaces.jobs.kinds_programme import REPORT, subject_of
from wattstone.interfaces.present.content import Headline, Report
from wattstone.interfaces.present.languages import mark, translator
from wattstone.interfaces.present.programme.words import ABOUT, MODULE_TABS, MODULE_WORDS
from wattstone.interfaces.web.entries import PATH, count_of, enters, kind_path, sees
from wattstone.interfaces.web.jobforms import job_form
from wattstone.interfaces.web.kit import link, page, period_of, render
from wattstone.interfaces.web.reading import zone_here
from wattstone.interfaces.web.results import asked_before, failed, name_of, newest, running, runs
from wattstone.programme.kinds import PROGRAMME, Module, RecordKind, kinds_of
from wattstone.workflows.access.policy import EVERYWHERE, Act
from wattstone.workflows.stores import Document

if TYPE_CHECKING:
    from wattstone.interfaces.serving.request import Here

__all__ = ["overview"]

_SENTENCES, _NUMBERS = 2, 3  # of each part on the overview


@dataclass(frozen=True)
class Part:
    """A part of the programme as the overview shows it."""

    title: str
    about: str
    href: str
    said: Sequence[Any]
    figures: Sequence[Headline]
    report: str
    kinds: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Held:
    """A kind of entries as a part's page shows it."""

    title: str
    help: str
    href: str
    count: int
    add: str
    xlsx: str


@page(PATH, name="programme", place="programme", title=mark("Programme"), tab=mark("All of it"), act=Act.READ, order=1)
def overview(here: "Here") -> Response:
    """The seven parts, each with the answer of its newest report."""
    kept = runs(here, [REPORT])
    parts = [_part(here, module, kept) for module in PROGRAMME]
    return render(here, "pages/programme.html.j2", parts=parts, whole=here.principal.scope.whole)


def _part(here: "Here", module: Module, kept: Sequence[Document]) -> Part:
    t = translator(here.lang)
    documents = _documents(kept, module)
    result = newest(here, REPORT, documents[0].subject) if documents else None
    kinds = tuple((t(one.plural), link(here, kind_path(one))) for one in kinds_of(module) if sees(here, one))
    said, figures, title = ((), (), "") if result is None else _first(result.report)
    return Part(
        t(MODULE_WORDS[module]), t(ABOUT[module]), link(here, f"{PATH}/{module}"), said, figures, title, kinds,
    )  # fmt: skip


def _first(report: Report) -> tuple[Sequence[Any], Sequence[Headline], str]:
    """What a report says first, and its first numbers with their evidence."""
    return report.sentence[:_SENTENCES], report.headlines[:_NUMBERS], report.title


def _documents(kept: Sequence[Document], module: str) -> list[Document]:
    """Reports of a part, the newest of the newest year first."""
    found = [one for one in kept if one.subject.startswith(f"{module}/")]
    return sorted(found, key=lambda one: (one.subject, one.made), reverse=True)


def _shown(here: "Here", module: Module, asked: str) -> Response:
    t = translator(here.lang)
    documents = _documents(runs(here, [REPORT]), module)
    years = sorted({int(one.subject.partition("/")[2]) for one in documents}, reverse=True)
    year = _year(here, asked, years)
    kinds = [one for one in kinds_of(module) if sees(here, one)]
    if not here.principal.scope.whole:
        return render(here, "pages/programme_module.html.j2", whole=False, kinds=[_held(here, one) for one in kinds])
    subject = "" if year is None else subject_of(module, year)
    fell = failed(here, ["programme"], module=module)
    typed = {"year": str(year or period_of(here) or ""), **asked_before(fell)}
    back = f"{PATH}/{module}" if year is None else f"{PATH}/{module}?year={year}"
    return render(
        here, "pages/programme_module.html.j2", whole=True, about=t(ABOUT[module]), year=year, years=years,
        module=module, result=newest(here, REPORT, subject) if subject else None, failed=fell, name_of=name_of,
        documents=[one for one in documents if one.subject == subject], zone=zone_here(here),
        running=running(here, ["programme"], module=module), kinds=[_held(here, one) for one in kinds],
        form=job_form(here, "programme", back=back, hidden={"module": module}, values=typed),
        runs=here.principal.may(Act.RUN, EVERYWHERE),
    )  # fmt: skip


def _year(here: "Here", asked: str, years: Sequence[int]) -> int | None:
    """The year that is asked for or that pages show, where it has a report; else the newest that has one."""
    wanted = int(asked) if asked.isdecimal() and len(asked) == 4 else period_of(here)
    return wanted if wanted in years else years[0] if years else None


def _held(here: "Here", kind: RecordKind) -> Held:
    t, path = translator(here.lang), kind_path(kind)
    return Held(
        t(kind.plural), t(kind.help) if kind.help else "", link(here, path), count_of(here, kind),
        link(here, f"{path}/add") if enters(here, kind) else "", link(here, f"{path}/template.xlsx"),
    )  # fmt: skip


def _module(module: Module, order: int) -> None:
    """A part's page, a tab of the place."""

    @page(f"{PATH}/{module}", name=f"programme {quote(module)}", place="programme", title=MODULE_WORDS[module],
          tab=MODULE_TABS[module], act=Act.READ, order=order)  # fmt: skip
    def show(here: "Here", year: str = "") -> Response:
        return _shown(here, module, year)

    assert show is not None


for _at, _name in enumerate(PROGRAMME, 2):
    _module(_name, _at)
