"""What was refused, as a page answers it: its status, and its words where another page goes on."""

from wattstone.base import InputRefused
from wattstone.interfaces.present.languages import Language, translator
from wattstone.interfaces.present.names import opened
from wattstone.interfaces.web.remedies import say_here
from wattstone.workflows.access.policy import Forbidden
from wattstone.workflows.accounts import TooMany

__all__ = ["refusal", "status_of"]


def status_of(refused: InputRefused) -> int:
    """The status of HTTP for a refusal: its own, as 413 of a file; 403 for what one may not do, 429 for haste, 422.

    Examples
    --------
    >>> from wattstone.workflows.access import Act
    >>> status_of(Forbidden(Act.DECLARE, "the organisation")), status_of(InputRefused([]))
    (403, 422)
    """
    if isinstance(refused, Forbidden):
        return 403
    own = getattr(refused, "status", 422)  # an upload's, which says whether it was too large or of no use
    return 429 if isinstance(refused, TooMany) else own if isinstance(own, int) else 422


def refusal(refused: InputRefused, lang: Language) -> str:
    """The first thing that was refused, with its remedy, as a message for the page that one is led back to."""
    said, t = say_here(refused.findings[0], lang), translator(lang)
    return t("{found}. To mend it: {remedy}.", found=opened(said["found"]), remedy=said["remedy"])
