"""Compressed air: where each kWh goes, and what would save how much."""

from typing import TYPE_CHECKING

from starlette.responses import Response

from wattstone.interfaces.present.languages import mark
from wattstone.interfaces.web.kit import page
from wattstone.interfaces.web.rooms import Sort, show_room
from wattstone.workflows.access.policy import Act

if TYPE_CHECKING:
    from wattstone.interfaces.serving.request import Here

SORT = Sort(
    file_kind="station",
    kinds=("air", "improvement"),
    param="station",
    path="/action/air",
    none=mark("No air station yet."),
    none_words=mark(
        "A station file names the compressors with the numbers of their plates, and a log of their power, or the "
        "meters that measure it."
    ),
    nothing={"air": mark("Not assessed yet."), "improvement": mark("No measures were compared yet.")},
)


@page("/action/air", name="air", place="action", title=mark("Compressed air"), tab=mark("Compressed air"),
      act=Act.READ, order=40)  # fmt: skip
def compressed_air(here: "Here", station: str = "", name: str = "", show: str = "air") -> Response:
    """The newest assessment of a station, and how to make the next."""
    return show_room(here, SORT, station or name, show)
