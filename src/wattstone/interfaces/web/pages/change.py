"""What changed from year to year: the newest document of it, and the form that has it told anew."""

from typing import TYPE_CHECKING

from starlette.responses import Response

from wattstone.interfaces.present.languages import mark, translator
from wattstone.interfaces.web.jobforms import job_form
from wattstone.interfaces.web.kit import page, render
from wattstone.interfaces.web.pages.statement import year_shown, years_taken
from wattstone.interfaces.web.reading import zone_here
from wattstone.interfaces.web.results import asked_before, failed, name_of, newest, running, runs
from wattstone.workflows.access.policy import Act
from wattstone.workflows.overview.years import reading_years

if TYPE_CHECKING:
    from wattstone.interfaces.serving.request import Here

PATH = "/report/change"


@page(PATH, name="change", place="report", title=mark("Change from year to year"), tab=mark("Change"), act=Act.READ,
      order=18)  # fmt: skip
def show(here: "Here", year: str = "") -> Response:
    """What made a year differ from the one before; nothing is computed."""
    t, whole = translator(here.lang), here.principal.scope.whole
    years = sorted({*years_taken(here), *reading_years(here.workspace)}, reverse=True) if whole else []
    shown = year_shown(here, year, years)
    if not whole or shown is None:
        return render(here, "pages/change.html.j2", whole=whole, year=None)
    fell, subject = failed(here, ["change"], year=shown), str(shown)
    typed = asked_before(fell) or {"year": subject}
    return render(
        here, "pages/change.html.j2", title=t("What changed from {last} to {year}", last=shown - 1, year=shown),
        whole=True, year=shown, years=years, result=newest(here, "change", subject), failed=fell,
        documents=runs(here, ["change"], subject), running=running(here, ["change"]), zone=zone_here(here),
        name_of=name_of, form=job_form(here, "change", back=f"{PATH}?year={shown}", values=typed),
    )  # fmt: skip
