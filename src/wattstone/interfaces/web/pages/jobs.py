"""Jobs: what runs in the background, how far it is, what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from fastapi import HTTPException
from starlette.responses import Response

from wattstone.interfaces.jobs.asking import sees_job
from wattstone.interfaces.jobs.kinds import KINDS
from wattstone.interfaces.jobs.standing import SCHEDULE
from wattstone.interfaces.present.languages import Language, mark, translator
from wattstone.interfaces.present.listing import listed
from wattstone.interfaces.present.names import opened
from wattstone.interfaces.web.jobforms import label_of
from wattstone.interfaces.web.kit import action, fragment, go, page, part, render
from wattstone.interfaces.web.reading import zone_here
from wattstone.interfaces.web.remedies import reason_here, say_here
from wattstone.interfaces.web.results import outcome_words
from wattstone.interfaces.web.shell import link
from wattstone.workflows.access.policy import Act, require

if TYPE_CHECKING:
    from wattstone.interfaces.serving.request import Here
    from wattstone.interfaces.store.server import Job

_SIZE = 25
STATES: Mapping[str, tuple[str, str]] = {
    "queued": ("open", mark("waiting")),
    "running": ("running", mark("running")),
    "done": ("good", mark("done")),
    "failed": ("act", mark("failed")),
    "cancelled": ("watch", mark("cancelled")),
}
_MOVING = {"queued", "running"}


@dataclass(frozen=True)
class Row:
    """A job as a page shows it.

    Parameters
    ----------
    job : Job
        As the queue has it.
    title, who : str
        What it does, and who asked for it.
    tone, state : str
        How it stands, as a sign and as a word.
    told : tuple of str
        What was done, in sentences.
    doors : tuple of (str, str)
        Words and addresses of its results.
    mine : bool
        Whether the reader may stop it or have it tried again.
    """

    job: "Job"
    title: str
    who: str
    tone: str
    state: str
    told: tuple[str, ...]
    doors: tuple[tuple[str, str], ...]
    mine: bool

    @property
    def moving(self) -> bool:
        """Whether it waits or runs."""
        return self.job.state in _MOVING

    @property
    def again(self) -> bool:
        """Whether it can be tried again."""
        return self.job.state in {"failed", "cancelled"}


@page("/jobs", name="jobs", place="data", title=mark("Jobs"), tab=mark("Jobs"), act=Act.READ, order=60)
def jobs(here: "Here", state: str = "", page: int = 1) -> Response:
    """All jobs that the reader may see, the newest first."""
    return render(here, "pages/jobs.html.j2", **_listed(here, state, page))


@part("/jobs.part", act=Act.READ)
def rows_again(here: "Here", state: str = "", page: int = 1) -> Response:
    """The list alone, renewed while something moves."""
    return fragment(here, "pages/jobs_list.html.j2", **_listed(here, state, page))


@page("/jobs/{job}", name="job", place="data", title=mark("Job"), act=Act.READ)
def one(here: "Here", job: str) -> Response:
    """A job: how far it is, what it found, what came of it."""
    row = _row(here, _job(here, job), {})
    t = translator(here.lang)
    trail = [(t("Data"), link(here, "/data")), (t("Jobs"), link(here, "/jobs"))]
    asked = [(label_of(name, here.lang), _asked(value, here.lang)) for name, value in row.job.params.items()]
    return render(
        here, "pages/job.html.j2", title=row.title, trail=trail, row=row, zone=zone_here(here),
        asked=[(label, said) for label, said in asked if said],
    )  # fmt: skip


def _asked(value: Any, lang: Language) -> str:
    """What a parameter was, in words; empty where nothing was said."""
    t = translator(lang)
    if isinstance(value, bool):
        return t("yes") if value else t("no")
    if isinstance(value, list | tuple):
        return listed(cast("list[object]", value), lang)
    return "" if value is None else str(value)


@part("/jobs/{job}/part", act=Act.READ)
def progress(here: "Here", job: str) -> Response:
    """How far one is."""
    row = _row(here, _job(here, job), {})
    return fragment(here, "pages/job_part.html.j2", finished=not row.moving, row=row, zone=zone_here(here))


@action("/jobs/{job}/cancel", act=Act.READ, page="job")
def cancel(here: "Here", job: str) -> Response:
    """Stop one that waits or runs."""
    held = _may(here, job)
    here.service.server.queue.cancel(here.tenant.id, held.id)
    t = translator(here.lang)
    return go(here, f"/jobs/{held.id}", said=t("The job is being stopped. Nothing half-done stays."), tone="watch")


@action("/jobs/{job}/retry", act=Act.READ, page="job")
def retry(here: "Here", job: str) -> Response:
    """Have one that failed or was cancelled done again."""
    held = _may(here, job)
    again = here.service.server.queue.retry(here.tenant.id, held.id)
    t = translator(here.lang)
    if again is None:
        return go(
            here, f"/jobs/{held.id}", said=t("The job has not failed: there is nothing to try again."), tone="watch"
        )
    return go(here, f"/jobs/{held.id}", said=t("The job is in the queue again."))


def _listed(here: "Here", state: str, number: int) -> dict[str, Any]:
    queue, wanted = here.service.server.queue, state if state in STATES else None
    number = max(number, 1)
    if here.principal.scope.whole:
        held, count = queue.jobs(here.tenant.id, state=wanted, page=number, size=_SIZE)  # pyright: ignore[reportArgumentType]
    else:
        every, _ = queue.jobs(here.tenant.id, state=wanted, page=1, size=2000)  # pyright: ignore[reportArgumentType]
        own = [job for job in every if sees_job(here.principal, job)]
        held, count = tuple(own[(number - 1) * _SIZE : number * _SIZE]), len(own)
    names: dict[str, str] = {}
    rows = [_row(here, job, names) for job in held]
    t = translator(here.lang)
    filters = [("", t("All")), *((key, t(words)) for key, (_, words) in STATES.items())]
    return {
        "rows": rows, "count": count, "number": number, "size": _SIZE, "state_asked": wanted or "", "filters": filters,
        "moving": any(row.moving for row in rows), "zone": zone_here(here),
    }  # fmt: skip


def _row(here: "Here", job: "Job", names: dict[str, str]) -> Row:
    t, kind = translator(here.lang), KINDS.get(job.kind)
    tone, state = STATES[job.state]
    if job.asked_by not in names:
        names[job.asked_by] = asker(here, job.asked_by)
    result: Mapping[str, Any] = job.result or {}
    return Row(
        job=job,
        title=t(kind.title) if kind is not None else job.kind,
        who=names[job.asked_by],
        tone=tone,
        state=t("stopping") if job.state == "running" and job.cancel_asked else t(state),
        told=tuple(outcome_words(here, job)) or why_failed(job, here.lang),
        doors=tuple((t(one["label"]), link(here, "/" + one["path"])) for one in result.get("links", ())),
        mine=kind is not None and here.principal.may(kind.act),
    )


def why_failed(job: "Job", lang: Language) -> tuple[str, ...]:
    """Why a job failed: what was found in its input, or what the queue says of its end."""
    if not job.error:
        return ()
    found = [opened(say_here(one, lang)["found"]) for one in job.findings[:3]]
    t = translator(lang)
    return (t("; ").join(found) or opened(reason_here(job.error, lang)),)


def asker(here: "Here", who: str) -> str:
    """The name of whoever asked: a person, a key, the clock."""
    t = translator(here.lang)
    if who == SCHEDULE:
        return t("every night")
    if who == here.principal.id:
        return here.principal.name
    server = here.service.server
    if (person := server.people.find(who)) is not None:
        return person.name
    key = server.keys.get(who)
    return key.name if key is not None and key.tenant == here.tenant.id else t("somebody who left")


def _job(here: "Here", name: str) -> "Job":
    held = here.service.server.queue.job(here.tenant.id, name)
    if held is None or not sees_job(here.principal, held):
        raise HTTPException(404)
    return held


def _may(here: "Here", name: str) -> "Job":
    held = _job(here, name)
    kind = KINDS.get(held.kind)
    require(here.principal, kind.act if kind is not None else Act.ADMINISTER)
    return held
