"""The shortcuts as a page, for those without a script."""

from typing import TYPE_CHECKING

from starlette.responses import Response

from wattstone.interfaces.present.languages import mark
from wattstone.interfaces.web.kit import page, render
from wattstone.workflows.access.policy import Act

if TYPE_CHECKING:
    from wattstone.interfaces.serving.request import Here


@page("/keyboard", name="keyboard", title=mark("Keyboard"), act=Act.READ)
def keyboard(here: "Here") -> Response:
    """What the keys do."""
    return render(here, "pages/keyboard.html.j2")
