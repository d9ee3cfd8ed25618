"""How the demo's inventory is released: what its checks ask is let pass by name, each with a reason of its own."""

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from wattstone.workflows.workspace import Workspace

__all__ = ["release_inventory"]

_WHO: Final = "Zhao Lei (simulated)"
_REASONS: Final = (
    (r"^estimated:", "Simulated: bills and lists of these categories are estimated, as their records say"),
    (r"\.market@", "Simulated: contracts differ from year to year, and the market-based result moves with them"),
    (r"^jump:scope3", "Simulated: what was bought and flown differs from year to year, as the ledgers say"),
    (r"", "Simulated: the readings of the site differ from year to year, as they were made"),
)
"""By what the key of a finding holds; the first that fits."""


def release_inventory(workspace: "Workspace", year: int) -> bool:
    """Say when the base year is recalculated, let pass what the checks of the inventory ask, and release it.

    Parameters
    ----------
    workspace : Workspace
        With the inventory of the year.
    year : int
        That the demo reports.

    Returns
    -------
    bool
        Whether the inventory is released: it is not where something stops it.
    """
    from wattstone.base import InputRefused
    from wattstone.inventory.base_year import BaseYearPolicy
    from wattstone.workflows.release import check_year, release, waive
    from wattstone.workflows.restatement import policy_versions, set_policy

    base = workspace.records.organisation().base_year
    if base is not None and base <= year and not policy_versions(workspace):
        set_policy(workspace, BaseYearPolicy(years=(base,), note="simulated"), who=_WHO)
    checked = check_year(workspace, year)
    if checked.released is not None:
        return True
    asked: dict[str, list[str]] = {}
    for one in checked.blocking:
        asked.setdefault(next(why for key, why in _REASONS if re.search(key, one.key)), []).append(one.key)
    try:
        for why, keys in asked.items():
            waive(workspace, year, keys, reason=why, who=_WHO, checked=checked)
        release(workspace, year, who=_WHO)
    except InputRefused:  # a portfolio of other sites may hold what is never let pass: its inventory stays unreleased
        return False
    return True
