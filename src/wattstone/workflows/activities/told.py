"""What was said when lines were entered, corrected and taken back: the file, and the reason."""

from collections.abc import Iterable
from dataclasses import dataclass

from wattstone.workflows.access import Act
from wattstone.workflows.access.guard import acting
from wattstone.workflows.activities.table import ACTIVITIES
from wattstone.workflows.workspace import Workspace

__all__ = ["Told", "told_of"]


@dataclass(frozen=True, kw_only=True)
class Told:
    """What was said of a commit.

    Parameters
    ----------
    what : str
        As the audit log calls it: `import activities`, `add activity`, `correct activity` ...
    source : str
        Name of the file; empty where there was none.
    reason : str
        Why; empty where nobody said.
    """

    what: str
    source: str
    reason: str


def told_of(workspace: Workspace, batches: Iterable[int]) -> dict[int, Told]:
    """What was said of the commits that lines came with.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    batches : iterable of int
        Of lines that whoever asks sees.

    Returns
    -------
    dict of int to Told
        By batch; a batch of an older form has none.
    """
    wanted = set(batches)
    found: dict[int, Told] = {}
    for one in acting(workspace, Act.READ).lake.commits(ACTIVITIES):
        batch = int(one.get("wattstone.batch", 0))
        if batch in wanted:
            what = (str(one.get(f"wattstone.{name}", "")) for name in ("what", "source", "reason"))
            found[batch] = Told(**dict(zip(("what", "source", "reason"), what, strict=True)))
    return found
