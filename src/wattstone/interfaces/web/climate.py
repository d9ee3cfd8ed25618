"""What pages of the climate report share: which standard and year they show, its draft, and the ways between them."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, cast

from wattstone.disclosure.standards import Standard, standards
from wattstone.disclosure.statement import Answer, Statement, Status
from wattstone.disclosure.topics import Topic, parts
from wattstone.interfaces.present.content import Cell
from wattstone.interfaces.present.disclosure.content import Chapter, Picture
from wattstone.interfaces.present.disclosure.words import STATUSES
from wattstone.interfaces.present.languages import Language, mark, translator
from wattstone.interfaces.web.entries import CLIMATE
from wattstone.interfaces.web.kit import link, period_of, render
from wattstone.interfaces.web.navigation import Entry
from wattstone.workflows.access.policy import EVERYWHERE, Act, require

if TYPE_CHECKING:
    from starlette.responses import Response

    from wattstone.interfaces.present.charts.base import Drawing
    from wattstone.interfaces.serving.request import Here

__all__ = [
    "STATUS_TONES", "Chosen", "by_part", "chapters_here", "chosen", "climate_page", "draft", "drawn", "not_whole",
    "status_words", "topic_link",
]  # fmt: skip

STATUS_TONES: Final[Mapping[Status, str]] = {"answered": "good", "partly": "watch", "omitted": "watch", "open": "act"}
_TABS: Final = (
    ("", mark("Readiness")),
    ("/read", mark("Draft")),
    ("/risks", mark("Risks")),
    ("/scenarios", mark("Scenarios")),
    ("/hazards", mark("Hazards at sites")),
    ("/editions", mark("Editions")),
    ("/standards", mark("Requirement lists")),
)
_YEARS: Final = (1990, 2100)
_FRESH, _MOST = 300.0, 8  # s and statements that are kept: pages of one reader ask for the same again and again


@dataclass(frozen=True)
class Chosen:
    """Which report pages show."""

    standard: Standard
    year: int

    @property
    def asked(self) -> dict[str, str]:
        """As an address has it."""
        return {"standard": self.standard.key, "year": str(self.year)}

    def path(self, below: str = "", **more: str) -> str:
        """A page of it, below the organisation."""
        said = {**self.asked, **more}
        return f"{CLIMATE}{below}?" + "&".join(f"{name}={value}" for name, value in said.items())


def chosen(here: "Here", standard: str, year: str) -> Chosen:
    """What an address asks for; the year that pages show, and TCFD, where it asks for nothing that there is."""
    from wattstone.workflows.disclosure.statement import standard_named

    wanted = int(year) if year.isdecimal() and len(year) == 4 and _YEARS[0] <= int(year) <= _YEARS[1] else None
    shown = wanted or period_of(here) or datetime.now(UTC).year - 1
    known = {one.key for one in standards()} | {one.id for one in standards()}
    return Chosen(standard_named(standard if standard in known else "tcfd", shown), shown)


def climate_page(here: "Here", of: Chosen, tab: str, template: str, **context: Any) -> "Response":
    """A page of a report under its tabs; `tab` is the address of the one in which it stands."""
    t = translator(here.lang)

    def inside(below: str = "", **more: str) -> str:
        return link(here, f"{CLIMATE}{below}", **{**of.asked, **more})

    if tab and "trail" not in context:
        context["trail"] = [(t("Climate report"), inside())]
    tabs = [Entry(t(words), link(here, f"{CLIMATE}{path}", **of.asked), current=path == tab) for path, words in _TABS]
    lists = [(one.key, t(one.title)) for one in standards()]
    return render(
        here, f"pages/{template}", of=of, ways=tabs, lists=lists, years_offered=_years(here, of), at_path=CLIMATE + tab,
        tones=STATUS_TONES, status_words={name: t(words) for name, words in STATUSES.items()},
        climate=inside, **context,
    )  # fmt: skip


def _years(here: "Here", of: Chosen) -> list[int]:
    """Years that can be chosen: those with an inventory, those that anything was entered for, and the one shown."""
    from wattstone.interfaces.web.shell import years_of
    from wattstone.workflows.programme.entries import entries_of

    told = set(entries_of(here.workspace, "narrative")["year"].drop_nulls().to_list())
    return sorted({of.year, *years_of(here), *(int(one) for one in told)}, reverse=True)


def not_whole(here: "Here") -> "Response":
    """What a reader of some sites sees: a report is the whole organisation's."""
    t = translator(here.lang)
    return render(
        here, "pages/nothing.html.j2", title=t("The climate report is the whole organisation's"),
        words=t("It is shown to who has a role in all of it. Hazards at your sites stand in their list."),
        door=(link(here, f"{CLIMATE}/entries/hazard"), t("To the hazards at your sites")),
    )  # fmt: skip


@dataclass
class _Held:
    """A draft, when it was made, and its chapters by language."""

    statement: Statement
    made: float
    chapters: dict[Language, tuple[Chapter, ...]]


_HELD: dict[tuple[Any, ...], _Held] = {}
_LOCK = Lock()


def draft(here: "Here", of: Chosen) -> Statement:
    """The draft as it stands; made once for what it rests on."""
    return _held(here, of).statement


def _held(here: "Here", of: Chosen) -> _Held:
    from wattstone.workflows.disclosure.statement import statement_of

    require(here.principal, Act.READ, EVERYWHERE)
    lake, records = here.workspace.lake, cast("Any", here.workspace.records)
    rests = [str(lake.version(one)) for one in ("figures", "results", "evidence", "readings")]
    key = (str(here.tenant.root), records.revision(), *rests, of.standard.key, of.year)
    with _LOCK:
        kept = _HELD.get(key)
    if kept is not None and time.monotonic() - kept.made < _FRESH:
        return kept
    made = _Held(statement_of(here.workspace, of.standard.key, of.year), time.monotonic(), {})
    with _LOCK:
        _HELD[key] = made
        for old in sorted(_HELD, key=lambda one: _HELD[one].made)[:-_MOST]:
            del _HELD[old]
    return made


def chapters_here(here: "Here", of: Chosen) -> tuple[Chapter, ...]:
    """The chapters of the draft in the reader's language."""
    from wattstone.interfaces.present.disclosure.sections import chapters

    held = _held(here, of)
    if here.lang not in held.chapters:
        held.chapters[here.lang] = chapters(held.statement, here.lang)
    return held.chapters[here.lang]


def drawn(here: "Here", of: Chosen, key: str) -> "Drawing | None":
    """A chart of the draft by its key; None where there is none."""
    shown = (block for chapter in chapters_here(here, of) for one in chapter.sections for block in one.blocks)
    return next((one.drawing for one in shown if isinstance(one, Picture) and one.drawing.key == key), None)


def topic_link(here: "Here", of: Chosen, topic: Topic) -> Cell:
    """A topic by its title, which leads to its page."""
    return Cell(translator(here.lang)(topic.title), href=link(here, f"{CLIMATE}/topics/{topic.id}", **of.asked))


def status_words(here: "Here", status: Status) -> str:
    """How far a topic is answered."""
    return translator(here.lang)(STATUSES[status])


def by_part(here: "Here", answers: "tuple[Answer, ...]") -> list[tuple[str, str, list[Answer]]]:
    """Answers by the part of the report in which they stand; parts without one are left out."""
    t = translator(here.lang)
    found = [(one.id, t(one.title), [each for each in answers if each.topic.part == one.id]) for one in parts()]
    return [one for one in found if one[2]]
