"""Jobs: what runs in the background; started, watched, stopped, tried again."""

import json
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Annotated, Any, Literal

from anyio import sleep, to_thread
from fastapi import APIRouter, Body, Query, Request, Response
from starlette.responses import StreamingResponse

from wattstone.base import Finding
from wattstone.interfaces.http.answers import content_tag, fresh, json_answer, kept_headers, plain
from wattstone.interfaces.http.common import DEFAULT, ORG, Cursor, Limit, Name, Reader, absent, described, location
from wattstone.interfaces.http.models.work import Jobs, JobShape, Kinds, StartJob
from wattstone.interfaces.http.once import once
from wattstone.interfaces.http.paging import link_header, page_of
from wattstone.interfaces.http.problems import Problem, findings_json
from wattstone.interfaces.jobs.asking import ask, kind_called, sees_job
from wattstone.interfaces.jobs.kinds import KINDS
from wattstone.interfaces.jobs.standing import Refusal, today
from wattstone.interfaces.present.languages import Language, counter, translator
from wattstone.interfaces.serving.request import Here
from wattstone.workflows.access import Act, require

router = APIRouter(prefix=ORG)

LISTED = 2000  # jobs that a list goes back
ENDED = ("done", "failed", "cancelled")
LOOK, STILL, LONGEST = 1.0, 15.0, 600.0  # s between looks, between signs of life, of a stream
STREAMS = 100  # at once, of a process
_streams = 0
State = Literal["queued", "running", "done", "failed", "cancelled"]


def job_json(job: Any, lang: Language) -> dict[str, Any]:
    """A job for machines, its sentences in a language."""
    t = translator(lang)
    kind = KINDS.get(job.kind)
    result = dict(job.result) if job.result is not None else None
    return {
        "id": job.id, "kind": job.kind, "title": t(kind.title) if kind is not None else job.kind, "state": job.state,
        "params": dict(job.params), "done": job.done, "total": job.total, "what": job.what,
        "message": [_sentence(one, lang) for one in (result or {}).get("message", ())], "result": result,
        "error": job.error, "findings": findings_json(job.findings, lang), "asked_by": job.asked_by,
        "created": job.created, "started": job.started, "ended": job.ended, "attempts": job.attempts,
    }  # fmt: skip


def _sentence(said: dict[str, Any], lang: Language) -> str:
    """What a job says of itself."""
    params = {name: value for name, value in said.get("params", {}).items() if name != "count"}
    if "several" in said:
        return counter(lang)(said["text"], said["several"], int(said["count"]), **params)
    t = translator(lang)
    return t(said["text"], **params)


@router.get(
    "/jobs/kinds", operation_id="listJobKinds", summary="Kinds of jobs", responses=described(Kinds, tagged=True)
)
def kinds(request: Request, here: Reader) -> Response:
    """Those that one may start, each with the schema of what it is asked."""
    t = translator(here.lang)
    told = [
        {"name": one.name, "title": t(one.title), "act": str(one.act), "params": one.params.model_json_schema()}
        for one in KINDS.values()
        if here.principal.may(one.act)
    ]
    tag = content_tag(told)
    return fresh(request, tag) or json_answer({"kinds": told}, tag=tag)


@router.get("/jobs", operation_id="listJobs", summary="Jobs", responses=described(Jobs))
def jobs(
    request: Request, here: Reader, state: Annotated[State | None, Query()] = None,
    kind: Annotated[str | None, Query(max_length=50)] = None, cursor: Cursor = None, limit: Limit = DEFAULT,
) -> Response:  # fmt: skip
    """The newest first. Whoever was given some sites alone sees the jobs that they asked for."""
    held, _ = here.service.server.queue.jobs(here.tenant.id, state=state, kind=kind, page=1, size=LISTED)
    rows = [plain(job_json(one, here.lang)) for one in held if sees_job(here.principal, one)]
    about = {"state": state, "kind": kind}
    page = page_of(rows, order="-created", known=("created",), cursor=cursor, limit=limit, about=about)
    return json_answer(page.as_dict("jobs"), headers=link_header(request, page))


@router.post(
    "/jobs", operation_id="startJob", summary="Start a job", status_code=202, responses=described(JobShape, status=202)
)
def start(
    request: Request, here: Reader,
    said: Annotated[StartJob, Body(examples=[{"kind": "inventory", "params": {"year": 2019}}])],
) -> Response:  # fmt: skip
    """Which acts it needs, and what it is asked, stand in the list of kinds."""

    def make() -> Response:
        job = ask(here.service.server, here.principal, said.kind, said.params)
        headers = location(request, job.id)
        return json_answer(job_json(job, here.lang), status=202, headers=headers)

    return once(request, here, said, make)


@router.get("/jobs/{job}", operation_id="getJob", summary="A job", responses=described(JobShape, tagged=True))
def job(request: Request, here: Reader, job: Name) -> Response:
    """How far it is, and what came of it."""
    content = job_json(_job(here, job), here.lang)
    tag = content_tag(content)
    return fresh(request, tag) or json_answer(content, tag=tag)


@router.post("/jobs/{job}/cancel", operation_id="cancelJob", summary="Stop a job", responses=described(JobShape))
def cancel(here: Reader, job: Name) -> Response:
    """One that waits is cancelled; one that runs is asked to stop, which takes a moment. Nothing half-done stays."""
    held = _job(here, job)
    require(here.principal, kind_called(held.kind).act)
    stopped = here.service.server.queue.cancel(here.tenant.id, held.id)
    return json_answer(job_json(stopped or held, here.lang))


@router.post("/jobs/{job}/retry", operation_id="retryJob", summary="Try a job again", responses=described(JobShape))
def retry(here: Reader, job: Name) -> Response:
    """One that failed or was cancelled; answers 409 for any other."""
    held = _job(here, job)
    require(here.principal, kind_called(held.kind).act)
    again = here.service.server.queue.retry(here.tenant.id, held.id)
    if again is None:
        raise Problem(status=409, findings=[_not_ended(held.state)])
    return json_answer(job_json(again, here.lang))


@router.get(
    "/jobs/{job}/events", operation_id="watchJob", summary="Progress of a job as it comes",
    responses={200: {"description": "Server-sent events `job` until it ends, each with the job as JSON.",
                     "content": {"text/event-stream": {"schema": {"type": "string"}}}}},
)  # fmt: skip
async def events(request: Request, here: Reader, job: Name) -> Response:
    """At most ten minutes; ask again to go on."""
    await to_thread.run_sync(_job, here, job)
    if _streams >= STREAMS:
        raise Problem(status=503, detail="Too many watch jobs at once.", headers={"Retry-After": "5"})
    headers = kept_headers(None, {"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
    return StreamingResponse(_events(request, here, job), media_type="text/event-stream", headers=headers)


async def _events(request: Request, here: Here, name: str) -> AsyncIterator[str]:
    global _streams  # one number of the process
    _streams += 1
    try:
        began = spoke = time.monotonic()
        last = ""
        while not here.service.stopping.is_set() and time.monotonic() - began < LONGEST:
            if await request.is_disconnected():
                return
            held = await to_thread.run_sync(here.service.server.queue.job, here.tenant.id, name)
            if held is None:
                return
            text = json.dumps(plain(job_json(held, here.lang)), ensure_ascii=False, allow_nan=False)
            if text != last:
                if not await to_thread.run_sync(_still, here, held):
                    return
                last, spoke = text, time.monotonic()
                yield f"event: job\ndata: {text}\n\n"
            elif time.monotonic() - spoke > STILL:
                spoke = time.monotonic()
                yield ": still here\n\n"
            if held.state in ENDED:
                return
            await sleep(LOOK)
    finally:
        _streams -= 1


def _still(here: Here, job: Any) -> bool:
    """Whether whoever listens may see the job as things stand now: a role may be taken away meanwhile."""
    try:
        now = today(here.service.server, replace(job, asked_by=here.principal.id))
    except Refusal:
        return False
    return now.may(Act.READ) and sees_job(now, job)


def _job(here: Here, name: str) -> Any:
    held = here.service.server.queue.job(here.tenant.id, name)
    if held is None or not sees_job(here.principal, held):
        raise absent("job", name)
    return held


def _not_ended(state: str) -> Finding:
    return Finding(
        code="job.not_ended",
        place="job",
        found="the job is {state}",
        params={"state": state},
        expected="one that failed or was cancelled",
        remedy="start another one",
    )
