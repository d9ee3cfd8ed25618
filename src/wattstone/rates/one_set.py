"""One set of global warming potentials in one inventory: the rule for every factor, of meters and of activities."""

from dataclasses import replace

from wattstone.base import NotComputable
from wattstone.rates.emission import USER_SET, EmissionFactor
from wattstone.rates.lookup import REMEDY

__all__ = ["in_one_set"]

_UNSTATED = "unspecified"


def in_one_set(made: EmissionFactor, gwp_set: str, exceptions: frozenset[str]) -> EmissionFactor:
    """A factor whose CO2e is by the set of the inventory, or was accepted although it is not [1]_.

    Parameters
    ----------
    made : EmissionFactor
        As looked up.
    gwp_set : {'AR4', 'AR5', 'AR6'}
        Of the inventory.
    exceptions : frozenset of str
        What was accepted: `gwp:AR5`, `gwp:unspecified`, or the row or the set itself by its id.

    Returns
    -------
    EmissionFactor
        With a note where it is of another set, or of none that its source states. One that is thought to be of another
        set, but of which that is not confirmed, is told as such in its notes, and the checks ask about it.

    Raises
    ------
    NotComputable
        For a total by another set, or by none that is stated, that nobody accepted.

    References
    ----------
    .. [1] GHG Protocol, "Required Greenhouse Gases in Inventories: Accounting and Reporting Standard Amendment," WRI
       and WBCSD, 2013: potentials of one assessment report throughout.

    Examples
    --------
    >>> from wattstone.rates import electricity_factor, load_factors
    >>> made = electricity_factor(load_factors(), region=None, country="GB", year=2025, gwp_set="AR6")
    >>> in_one_set(made, "AR6", frozenset({"gwp:AR5"})).notes[-1]
    'a total of another GWP set, by accepted exception: gwp:AR5'
    """
    other = made.gwp_set
    if other is None or other == gwp_set:
        return made
    name = f"gwp:{other or _UNSTATED}"
    taken = next((one for one in (name, made.set, *(row.id for row in made.parts)) if one in exceptions), None)
    if taken is not None:
        return replace(made, notes=(*made.notes, f"a total of another GWP set, by accepted exception: {taken}"))
    if other != _UNSTATED and any("unconfirmed" in row.remark for row in made.parts):
        return made  # what nobody knows to be another set is told, not refused
    said = f"by {other}" if other != _UNSTATED else "by a GWP set that its source does not state"
    raise NotComputable(
        f"the factor {made.parts[0].id} is a total in CO2e {said}, and the workspace's figures are by {gwp_set}: sets "
        f"are not mixed (the exception '{name}' would permit it). {_remedy(made, gwp_set)}"
    )


def _remedy(made: EmissionFactor, gwp_set: str) -> str:
    """Of a factor of one's own, which is in its file already, how it comes to be of the set."""
    if made.set != USER_SET:
        return REMEDY
    if made.gwp_set == _UNSTATED:
        return f"To mend it: state in its file a value by {gwp_set}, or accept the exception 'gwp:{_UNSTATED}'"
    return (
        f"To mend it: state in its file a value by {gwp_set}, take {made.gwp_set} for the organisation (`wattstone "
        f"init --gwp-set {made.gwp_set}`), or accept the exception 'gwp:{made.gwp_set}'"
    )
