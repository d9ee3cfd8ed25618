"""Pages of what is made of a file: a microgrid, a plant, an air station; what is shown, what makes it, what lacks."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from wattstone.interfaces.jobs.kinds import KINDS
from wattstone.interfaces.present.languages import translator
from wattstone.interfaces.web.jobforms import JobForm, job_form
from wattstone.interfaces.web.kit import link, render
from wattstone.interfaces.web.navigation import Entry
from wattstone.interfaces.web.reading import zone_here
from wattstone.interfaces.web.results import (
    KIND_WORDS,
    Result,
    Running,
    asked_before,
    failed,
    name_of,
    newest,
    running,
    runs,
)
from wattstone.workflows.access.policy import EVERYWHERE, Act
from wattstone.workflows.machine_files.kept import FileKind, kept_files
from wattstone.workflows.stores import Document

if TYPE_CHECKING:
    from starlette.responses import Response

    from wattstone.interfaces.serving.request import Here
    from wattstone.interfaces.store.server import Job

__all__ = ["Room", "Sort", "show_room"]


Ways = Callable[[str], list[tuple[str, str]]]


@dataclass(frozen=True, kw_only=True)
class Sort:
    """A sort of room.

    Parameters
    ----------
    file_kind : str
        Of its files.
    kinds : tuple of str
        Of its documents and jobs, the one that is shown first in front.
    param : str
        The parameter of its jobs that names the file.
    path : str
        Of its page.
    none, none_words : str
        What the page says where there is no file; marked.
    nothing : mapping of str to str
        What it says where there is no document of a kind; marked.
    """

    file_kind: FileKind
    kinds: tuple[str, ...]
    param: str
    path: str
    none: str
    none_words: str
    nothing: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Room:
    """What the page shows."""

    files: tuple[Entry, ...]
    name: str
    file_kind: str
    begin: tuple[tuple[str, str], ...]
    none: str
    none_words: str
    nothing: str
    shows: tuple[Entry, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    result: Result | None = None
    documents: tuple[Document, ...] = ()
    running: tuple[Running, ...] = ()
    making: bool = False
    failed: "Job | None" = None
    form: JobForm | None = None
    needs: tuple[str, str, str] | None = None


def show_room(
    here: "Here", sort: Sort, name: str, show: str, *, more: Ways | None = None, needs: Any = None
) -> "Response":
    """The page of a room.

    Parameters
    ----------
    here : Here
        Whose, and who asks.
    sort : Sort
        Of room.
    name : str
        Which of its files; the first that has one of its documents where empty, or where there is none such.
    show : str
        Kind of document.
    more : callable or None
        `more(name)` gives further ways on from a file: words and addresses.
    needs : callable or None
        `needs(name, kind)` gives words, an address and words for it where something has to be there before the job can
        run, else None.
    """
    room = _room(here, sort, name, show if show in sort.kinds else sort.kinds[0], more, needs)
    return render(here, "pages/room.html.j2", room=room, zone=zone_here(here), name_of=name_of)


def _room(here: "Here", sort: Sort, name: str, show: str, more: Ways | None, needs: Any) -> Room:
    t = translator(here.lang)
    files = [one.name for one in kept_files(here.workspace, sort.file_kind)]
    titles = {one.id: one.name or one.id for one in here.workspace.records.sites()} if sort.param == "site" else {}
    chosen = name if name in files else _liveliest(here, sort, files)
    may = here.principal.may(Act.DECLARE) if sort.param == "site" else here.principal.may(Act.DECLARE, EVERYWHERE)
    free = [(one, title) for one, title in titles.items() if one not in files] if sort.param == "site" else [("", "")]
    words = Room(
        files=tuple(
            Entry(titles.get(one, one), link(here, sort.path, **{sort.param: one, "show": show}), current=one == chosen)
            for one in files
        ),
        name=chosen,
        file_kind=sort.file_kind,
        begin=tuple(free) if may else (),
        none=t(sort.none),
        none_words=t(sort.none_words),
        nothing=t(sort.nothing[show]),
    )
    return words if not chosen else _filled(here, sort, words, show, more, needs)


def _liveliest(here: "Here", sort: Sort, files: list[str]) -> str:
    """The file of the newest document; the first where there is none."""
    made = {one.subject: one.made for kind in sort.kinds for one in reversed(here.workspace.records.documents(kind))}
    mine = [one for one in files if one in made]
    return max(mine, key=lambda one: made[one]) if mine else next(iter(files), "")


def _filled(here: "Here", sort: Sort, words: Room, show: str, more: Ways | None, needs: Any) -> Room:
    t, chosen = translator(here.lang), words.name
    asked: dict[str, Any] = {sort.param: chosen}
    result = newest(here, show, chosen)
    back = f"{sort.path}?{sort.param}={quote(chosen)}&show={show}"
    fell, jobs = failed(here, [show], **asked), running(here, sort.kinds, **asked)
    may, typed = here.principal.may(KINDS[show].act), asked_before(fell)
    edit = (t("Its file"), link(here, f"/files/{sort.file_kind}/{quote(chosen)}"))
    return replace(
        words,
        shows=tuple(
            Entry(t(KIND_WORDS[kind]), link(here, sort.path, **asked, show=kind), current=kind == show)
            for kind in sort.kinds
        ),
        links=(edit, *(() if more is None else more(chosen))),
        result=result,
        documents=runs(here, [show], chosen),
        running=jobs,
        making=any(one.job.kind == show for one in jobs),
        failed=fell,
        form=job_form(here, show, back=back, hidden=asked, values=typed) if may else None,
        needs=None if needs is None else needs(chosen, show),
    )
