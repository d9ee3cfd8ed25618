"""All checks, the gravest findings first."""

from collections.abc import Callable, Sequence
from typing import Final

from wattstone.inventory.checks.categories import check_categories
from wattstone.inventory.checks.contracts import check_contracts
from wattstone.inventory.checks.duplicates import check_duplicates
from wattstone.inventory.checks.estimated import check_estimated, check_gases
from wattstone.inventory.checks.gwp import check_gwp
from wattstone.inventory.checks.intensities import check_intensities
from wattstone.inventory.checks.jumps import check_jumps
from wattstone.inventory.checks.model import Checked, CheckInputs, Severity
from wattstone.inventory.checks.months import check_months
from wattstone.inventory.checks.restated import check_restated
from wattstone.inventory.checks.sums import check_sums

__all__ = ["CHECKS", "run_checks"]

CHECKS: Final[tuple[Callable[[CheckInputs], list[Checked]], ...]] = (
    check_sums,
    check_categories,
    check_restated,
    check_intensities,
    check_jumps,
    check_duplicates,
    check_months,
    check_estimated,
    check_contracts,
    check_gwp,
    check_gases,
)
_ORDER: Final[Sequence[Severity]] = ("stops", "asks", "tells")


def run_checks(inputs: CheckInputs) -> list[Checked]:
    """Run every check on an inventory.

    Parameters
    ----------
    inputs : CheckInputs
        The inventory and everything it is held against; what is not there is not checked.

    Returns
    -------
    list of Checked
        Those that stop a release first, then those that ask and were not let pass, then the others, each with its
        waiver.
    """
    waivers = {one.key: one for one in inputs.waivers if one.year == inputs.year}
    found = [one.under(waivers) for check in CHECKS for one in check(inputs)]
    return sorted(found, key=lambda one: (not one.blocks, _ORDER.index(one.severity)))
