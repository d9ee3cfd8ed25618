"""Asking for a job from a form, and how far it is."""

from typing import TYPE_CHECKING, cast

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from wattstone.base import InputRefused
from wattstone.interfaces.jobs.asking import ask, sees_job
from wattstone.interfaces.jobs.kinds import KINDS
from wattstone.interfaces.present.languages import mark, translator
from wattstone.interfaces.web.jobforms import asked_of, at_field, job_form
from wattstone.interfaces.web.kit import Form, action, go, page, part, render
from wattstone.interfaces.web.results import missing
from wattstone.workflows.access.policy import Act, require

if TYPE_CHECKING:
    from wattstone.interfaces.serving.request import Here

_ENDED = ("done", "failed", "cancelled")


@page("/run/{kind}", name="run", title=mark("Have it computed"), act=Act.READ)
def show(here: "Here", request: Request, kind: str) -> Response:
    """The form of a kind of job, with what the address says of it."""
    if kind not in KINDS or not here.principal.may(KINDS[kind].act):
        return missing(here)
    said = {name: value for name, value in request.query_params.items() if name in KINDS[kind].params.model_fields}
    form = job_form(here, kind, back=_back(request.query_params.get("back", "")), values=said)
    return render(here, "pages/run.html.j2", title=form.title, form=form)


@action("/run/{kind}", act=Act.READ, page="run")
def begin(here: "Here", form: Form, kind: str) -> Response:
    """Put a job into the queue; each kind asks for its own act. Without a way back one goes to the job."""
    t = translator(here.lang)
    texts = {name: [str(one) for one in form.getlist(name)] for name in form}
    back = _back(str(form.get("back", "")))
    if kind not in KINDS:
        return missing(here)
    require(here.principal, KINDS[kind].act)
    try:
        job = ask(here.service.server, here.principal, kind, asked_of(kind, texts))
    except InputRefused as refused:
        values = {name: ", ".join(one) for name, one in texts.items()}
        found = [at_field(one) for one in refused.findings]
        again = job_form(here, kind, back=back, values=values, findings=found)
        return render(here, "pages/run.html.j2", title=again.title, form=again, findings=found, status=422)
    return go(
        here,
        back or f"/jobs/{job.id}",
        said=t("{title}: asked for. It is made in the background.", title=t(KINDS[kind].title)),
    )


@part("/runs/{job}.json", act=Act.READ)
def progress(here: "Here", job: str) -> Response:
    """How far a job is, for the script of a page."""
    found = here.service.queue.job(here.tenant.id, job)
    if found is None or not sees_job(here.principal, found):
        return JSONResponse({"ended": True}, 404, headers={"Cache-Control": "no-store"})
    told = {"state": found.state, "done": found.done, "total": found.total, "ended": found.state in _ENDED}
    return JSONResponse(cast("dict[str, object]", told), headers={"Cache-Control": "no-store"})


def _back(path: str) -> str:
    """A path of the organisation's pages; nothing where it is anything else."""
    return path if path.startswith("/") and not path.startswith("//") and "\\" not in path and len(path) < 500 else ""
