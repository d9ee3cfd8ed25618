"""Reports: the report of a year is written anew, and tables are taken out."""

from typing import TYPE_CHECKING

from starlette.responses import Response

from wattstone.interfaces.jobs.asking import sees_job
from wattstone.interfaces.present.languages import mark, translator
from wattstone.interfaces.web.jobforms import job_form
from wattstone.interfaces.web.kit import page, period_of, render
from wattstone.interfaces.web.reading import zone_here
from wattstone.interfaces.web.results import asked_before, failed, name_of, newest, outcome_words, running, runs
from wattstone.workflows.access.policy import Act

if TYPE_CHECKING:
    from wattstone.interfaces.serving.request import Here


@page("/report/write", name="reports", place="report", title=mark("Report of the year"), tab=mark("Report of the year"),
      act=Act.READ, order=20)  # fmt: skip
def report(here: "Here") -> Response:
    """The newest report of the year that pages show."""
    year, t = period_of(here), translator(here.lang)
    known = runs(here, ["inventory"])
    if not known and not _has_readings(here):
        return _begin(here, t("Once there are some, the report of their year is written here."))
    subject = str(year) if year is not None else known[0].subject if known else ""
    fell = failed(here, ["report"])
    typed = asked_before(fell) or {"year": str(year or "")}
    return render(
        here, "pages/result.html.j2", result=newest(here, "inventory", subject) if subject else None,
        documents=runs(here, ["inventory"], subject) if subject else (), running=running(here, ["report"]),
        failed=fell, zone=zone_here(here), name_of=name_of, empty="report",
        form=job_form(here, "report", back="/report/write", values=typed),
    )  # fmt: skip


@page("/report/export", name="export", place="report", title=mark("Take tables out"), tab=mark("Tables"),
      act=Act.EXPORT, order=40)  # fmt: skip
def export(here: "Here") -> Response:
    """What can be taken out, and what was made ready."""
    fell, t = failed(here, ["export"]), translator(here.lang)
    if not _has_readings(here):
        return _begin(here, t("Once there are some, they are taken out here as tables, and so are the figures."))
    leave_out = () if here.principal.may(Act.READ_PERSONAL) else ("personal",)
    jobs = here.service.queue.jobs(here.tenant.id, kind="export", state="done", size=20)[0]
    ready = [
        (one, outcome_words(here, one), (one.result or {}).get("links", ()))
        for one in jobs
        if one.asked_by == here.principal.id and sees_job(here.principal, one)
    ]
    return render(
        here, "pages/export.html.j2", running=running(here, ["export"]), failed=fell, ready=ready, zone=zone_here(here),
        form=job_form(here, "export", back="/report/export", leave_out=leave_out, values=asked_before(fell)),
    )  # fmt: skip


def _has_readings(here: "Here") -> bool:
    """Whether anything was taken in."""
    return bool(here.workspace.lake.parts("readings"))


def _begin(here: "Here", words: str) -> Response:
    """The page of an organisation that has to begin with readings."""
    return render(here, "pages/quality_none.html.j2", words=words)
