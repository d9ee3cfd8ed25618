"""What the newest search for waste looked at, as far as the reader may see it."""

from typing import TYPE_CHECKING

from wattstone.interfaces.present.waste_looked import Looked, looked_words
from wattstone.workflows.overview.searched import searched

if TYPE_CHECKING:
    from wattstone.interfaces.serving.request import Here

__all__ = ["looked_here"]


def looked_here(here: "Here") -> Looked | None:
    """What is told of the newest search; None where nobody has searched."""
    found = searched(here.workspace)
    return None if found is None else looked_words(found, here.lang)
