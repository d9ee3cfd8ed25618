"""Results that jobs kept, as pages show them: the newest document of a subject, its runs, what makes the next."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from wattstone.interfaces.jobs.asking import sees_job
from wattstone.interfaces.jobs.kinds import KINDS
from wattstone.interfaces.present.content import Report
from wattstone.interfaces.present.languages import LANGUAGES, counter, mark, translator
from wattstone.interfaces.web.kit import link, render
from wattstone.interfaces.web.reworded import reworded
from wattstone.workflows.access import Act
from wattstone.workflows.stores import Document

if TYPE_CHECKING:
    from starlette.responses import Response

    from wattstone.interfaces.present.charts.base import Drawing
    from wattstone.interfaces.serving.request import Here
    from wattstone.interfaces.store.server import Job

__all__ = [
    "KIND_WORDS",
    "Result",
    "Running",
    "air_assessed",
    "asked_before",
    "drawing_of",
    "failed",
    "missing",
    "name_of",
    "newest",
    "outcome_words",
    "result_called",
    "running",
    "runs",
]  # fmt: skip

KIND_WORDS = {
    "inventory": mark("Inventory"),
    "statement": mark("Statement"),
    "check": mark("Checks"),
    "change": mark("Change from year to year"),
    "quality": mark("Quality of the readings"),
    "detection": mark("Waste and faults"),
    "savings": mark("Savings"),
    "forecast": mark("Forecast"),
    "plan": mark("Plan"),
    "backtest": mark("Plans on the past"),
    "size": mark("Sizes of PV and storage"),
    "plant": mark("Plan of the plant"),
    "replay": mark("The plant's past"),
    "air": mark("Assessment"),
    "improvement": mark("Measures for compressed air"),
    "programme_report": mark("Programme"),
}
"""What kinds of documents are called."""


@dataclass(frozen=True)
class Result:
    """A document with its content.

    Parameters
    ----------
    name : str
        Which all its languages share; it stands in addresses.
    about : Document
        What is known of it.
    report : Report
        What it says, in the reader's language.
    """

    name: str
    about: Document
    report: Report


@dataclass(frozen=True)
class Running:
    """A job that waits or runs, for a page that shows what comes of it."""

    job: "Job"
    title: str
    address: str


@dataclass(frozen=True)
class _Asked:
    """A job as it is compared with a subject."""

    kinds: frozenset[str]
    params: dict[str, Any] = field(default_factory=dict[str, Any])

    def meets(self, job: "Job") -> bool:
        return job.kind in self.kinds and all(job.params.get(key) == value for key, value in self.params.items())


def name_of(about: Document) -> str:
    """The name that all languages of a document share."""
    return about.id.removesuffix(f"-{about.language}")


def runs(here: "Here", kinds: Iterable[str], subject: str | None = None) -> tuple[Document, ...]:
    """Documents of some kinds about a subject, newest first, each once: in the reader's language where it is kept."""
    found: dict[str, Document] = {}
    for kind in kinds:
        for one in here.workspace.records.documents(kind, subject):
            if not _sees(here, one):
                continue
            if name_of(one) not in found or one.language == here.lang:
                found[name_of(one)] = one
    return tuple(sorted(found.values(), key=lambda one: (one.made, one.id), reverse=True))


def _sees(here: "Here", about: Document) -> bool:
    """Whether the reader may see it: one of a site where the reader may read, else the whole organisation's."""
    return here.principal.sees(about.site)


def newest(here: "Here", kind: str, subject: str) -> Result | None:
    """The newest document of a kind about a subject that this version can read."""
    found = runs(here, [kind], subject)
    return None if not found else result_called(here, name_of(found[0]))


def result_called(here: "Here", name: str) -> Result | None:
    """A document by its name, in the reader's language or else in another; None where there is none, or it is hidden.

    Raises
    ------
    InputRefused
        If another version of the program kept it.
    """
    for lang in sorted(LANGUAGES, key=lambda one: one != here.lang):
        about = here.workspace.records.document(f"{name}-{lang}")
        about = about if about is not None and _sees(here, about) else None
        content = None if about is None else here.workspace.records.document_content(about.id)
        if about is not None and content is not None:
            return Result(name, about, _thawed(content))
    return None


def drawing_of(result: Result | None, key: str) -> "Drawing | None":
    """A drawing of a document by its key."""
    from wattstone.interfaces.present.stored import drawings_of

    return None if result is None else next((one for one in drawings_of(result.report) if one.key == key), None)


def air_assessed(here: "Here") -> bool:
    """Whether compressed air was assessed: what it wastes is told on its own page, and is no finding of a search."""
    return bool(runs(here, ["air", "improvement"]))


def running(here: "Here", kinds: Sequence[str], **params: Any) -> tuple[Running, ...]:
    """Jobs of some kinds, with some parameters, that wait or run."""
    t, wanted = translator(here.lang), _Asked(frozenset(kinds), params)
    found = [
        job
        for state in ("running", "queued")
        for job in here.service.queue.jobs(here.tenant.id, state=state, size=100)[0]
        if wanted.meets(job) and sees_job(here.principal, job)
    ]
    return tuple(Running(job, t(KINDS[job.kind].title), link(here, f"/runs/{quote(job.id)}")) for job in found)


def failed(here: "Here", kinds: Sequence[str], *, act: Act = Act.RUN, **params: Any) -> "Job | None":
    """The newest job of some kinds with some parameters, where it failed, for who may do the act."""
    wanted = _Asked(frozenset(kinds), params)
    jobs = [job for kind in kinds for job in here.service.queue.jobs(here.tenant.id, kind=kind, size=20)[0]]
    mine = sorted(
        (job for job in jobs if wanted.meets(job) and sees_job(here.principal, job)), key=lambda job: job.created
    )
    return mine[-1] if mine and mine[-1].state == "failed" and here.principal.may(act) else None


def asked_before(job: "Job | None") -> dict[str, str]:
    """What a job that failed was asked, as its form takes it again; nothing where there is none."""
    return {} if job is None else {name: _typed(value) for name, value in job.params.items() if value is not None}


def _typed(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else ""
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]


def outcome_words(here: "Here", job: "Job") -> list[str]:
    """What came of a job, in sentences."""
    t, n = translator(here.lang), counter(here.lang)
    said: list[str] = []
    for one in (job.result or {}).get("message", ()):
        params = {name: value for name, value in one.get("params", {}).items() if name != "count"}
        if "several" in one:
            said.append(n(one["text"], one["several"], int(one["count"]), **params))
        else:
            said.append(t(one["text"], **params) if params else t(one["text"]))
    return said


def missing(
    here: "Here",
    title: str = "",
    words: str = "",
    *,
    door: tuple[str, str] | None = None,
    trail: Sequence[tuple[str, str]] = (),
) -> "Response":
    """The answer where there is no such thing, or one may not see it: the two look the same.

    Parameters
    ----------
    here : Here
        Whose, and who asks.
    title, words : str
        What there is not, and what one can do; in the reader's language.
    door : (str, str) or None
        Address and words of the way on; None leads to the first page.
    trail : sequence of (str, str)
        Words and addresses of the pages above.
    """
    t = translator(here.lang)
    return render(
        here, "pages/nothing.html.j2", title=title or t("There is no such page."), status=404, trail=trail,
        words=words or t("It was removed, or you may not see it."),
        door=door or (link(here, "/"), t("To the first page")),
    )  # fmt: skip


@lru_cache(maxsize=64)
def _thawed(content: bytes) -> Report:
    from wattstone.interfaces.present.stored import thaw

    return reworded(thaw(content))
