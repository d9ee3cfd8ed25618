"""How good the readings are, and what to mend first."""

from typing import TYPE_CHECKING

from starlette.responses import Response

from wattstone.interfaces.present.languages import mark
from wattstone.interfaces.web.jobforms import job_form
from wattstone.interfaces.web.kit import page, period_of, render
from wattstone.interfaces.web.reading import zone_here
from wattstone.interfaces.web.results import failed, name_of, newest, running, runs
from wattstone.workflows.access.policy import Act

if TYPE_CHECKING:
    from wattstone.interfaces.serving.request import Here


@page("/data/quality", name="quality", place="data", title=mark("Quality of the readings"), tab=mark("Quality"),
      act=Act.READ, order=20)  # fmt: skip
def quality(here: "Here") -> Response:
    """The newest scores of the year that pages show."""
    year = period_of(here)
    known = runs(here, ["quality"])
    subject = str(year) if year is not None else known[0].subject if known else ""
    result = newest(here, "quality", subject) if subject else None
    if result is None and known:
        result = newest(here, "quality", known[0].subject)
    if result is None and here.workspace.lake.version("readings") < 0:
        return render(here, "pages/quality_none.html.j2")
    return render(
        here, "pages/result.html.j2", result=result, documents=runs(here, ["quality"], subject) if subject else known,
        running=running(here, ["quality"]), failed=failed(here, ["quality"]), zone=zone_here(here), name_of=name_of,
        form=job_form(here, "quality", back="/data/quality", values={"year": str(year or "")}), empty="quality",
    )  # fmt: skip
