"""Cold and heat: which machine runs in each hour, and what that saves."""

from typing import TYPE_CHECKING

from starlette.responses import Response

from wattstone.interfaces.present.languages import mark
from wattstone.interfaces.web.kit import page
from wattstone.interfaces.web.rooms import Sort, show_room
from wattstone.workflows.access.policy import Act

if TYPE_CHECKING:
    from wattstone.interfaces.serving.request import Here

SORT = Sort(
    file_kind="plant",
    kinds=("plant", "replay"),
    param="plant",
    path="/action/plant",
    none=mark("No plant yet."),
    none_words=mark(
        "A plant file names chillers, heat pumps, boilers and stores with the numbers of their plates, and a table of "
        "demand and weather."
    ),
    nothing={"plant": mark("No plan yet."), "replay": mark("No past period was run by plans yet.")},
)


@page("/action/plant", name="plant", place="action", title=mark("Cold and heat"), tab=mark("Cold and heat"),
      act=Act.READ, order=30)  # fmt: skip
def cold_and_heat(here: "Here", plant: str = "", name: str = "", show: str = "plant") -> Response:
    """The newest plan of a plant, and how to make the next."""
    return show_room(here, SORT, plant or name, show)
