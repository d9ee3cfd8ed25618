"""What the demo organisation promised, and what it did of it: a small example of each module, and its report."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wattstone.workflows.workspace import Workspace

__all__ = ["take_programme_in"]

_WHO = "demo"


def take_programme_in(workspace: "Workspace", year: int) -> None:
    """Enter the examples, and record the report of a year of each module that has one.

    Parameters
    ----------
    workspace : Workspace
        With the sites of the demo; entries at sites that it does not have are passed over.
    year : int
        That is reported.
    """
    from wattstone.programme.demo import demo_entries
    from wattstone.programme.kinds import MODULES
    from wattstone.workflows.programme.asked import Asked
    from wattstone.workflows.programme.loading import load_entries
    from wattstone.workflows.programme.recording import take_report

    for module in MODULES:
        entries = demo_entries(module)
        if entries:
            load_entries(workspace, entries, who=_WHO, source="demo", known_sites=True)
            take_report(workspace, module, Asked(year=year))
