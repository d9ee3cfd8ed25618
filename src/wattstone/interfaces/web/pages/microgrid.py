"""The microgrid: the plan of the day, plan against actual, plans tried on the past, and which sizes pay."""

from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.responses import Response

from wattstone.interfaces.present.languages import mark, translator
from wattstone.interfaces.web.kit import link, page
from wattstone.interfaces.web.rooms import Sort, show_room
from wattstone.workflows.access.policy import Act
from wattstone.workflows.machine_files.kept import kept_path

if TYPE_CHECKING:
    from wattstone.interfaces.serving.request import Here

SORT = Sort(
    file_kind="site",
    kinds=("plan", "forecast", "backtest", "size"),
    param="site",
    path="/action/microgrid",
    none=mark("No microgrid yet."),
    none_words=mark(
        "A site file says which batteries, PV, chargers and loads a site has, and what its electricity costs. "
        "It begins with what is known of the site."
    ),
    nothing={
        "plan": mark("No plan yet."),
        "forecast": mark("No forecast yet."),
        "backtest": mark("Plans were not tried on the past yet."),
        "size": mark("No sizes were compared yet."),
    },
)


@page("/action/microgrid", name="microgrid", place="action", title=mark("Microgrid"), tab=mark("Microgrid"),
      act=Act.READ, order=20)  # fmt: skip
def microgrid(here: "Here", site: str = "", show: str = "plan") -> Response:
    """The newest plan of a site, and how to make the next."""
    t = translator(here.lang)

    def needs(name: str, kind: str) -> tuple[str, str, str] | None:
        if kind != "size" or kept_path(here.workspace, "sizes", name).is_file():
            return None
        said = t("Say first which PV and storage may be built, and what they cost.")
        return said, link(here, f"/files/sizes/{quote(name)}"), t("Begin the file of sizes")

    def more(name: str) -> list[tuple[str, str]]:
        ways = [(t("Plan against actual"), link(here, f"/sites/{quote(name)}") + "#plan")]
        if kept_path(here.workspace, "sizes", name).is_file():
            ways.insert(0, (t("Sizes and costs"), link(here, f"/files/sizes/{quote(name)}")))
        return ways

    return show_room(here, SORT, site, show, more=more, needs=needs)
