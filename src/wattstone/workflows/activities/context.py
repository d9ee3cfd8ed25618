"""What the use cases of activities hold lines against, and the sites at which somebody may enter them."""

from collections.abc import Iterable, Mapping

from wattstone.base import InputRefused
from wattstone.rates import load_factors
from wattstone.rates.activities import activity_kinds
from wattstone.readings.activities.known import Known
from wattstone.workflows.access import Act, require
from wattstone.workflows.access.guard import taking_in
from wattstone.workflows.workspace import Workspace

__all__ = ["DOCUMENT", "at_sites", "known_of"]

DOCUMENT = "activity"
"""Kind of the documents that prove activities."""


def known_of(workspace: Workspace, labels: Mapping[str, str] | None = None) -> Known:
    """What lines may name, as far as whoever acts may see it.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    labels : mapping of str to str or None
        Names of kinds in another language, and their ids.
    """
    records = workspace.records
    meters = records.meter_table()
    return Known(
        sites={site.id: site.name or "" for site in records.sites()},
        kinds=activity_kinds(),
        meters=dict(zip(meters["id"].to_list(), meters["site_id"].to_list(), strict=True)),
        documents=frozenset(str(one.facts.get("sha256", "")) for one in records.documents(DOCUMENT)),
        own=_own(workspace),
        labels=labels or {},
    )


def _own(workspace: Workspace) -> frozenset[tuple[str, str]]:
    """Kinds and items of which the workspace has factors of its own; files that cannot be used are told elsewhere."""
    if not workspace.factor_files:
        return frozenset()
    try:
        table = load_factors(workspace.factor_files)
    except InputRefused:
        return frozenset()
    return frozenset((table[key].category, table[key].name) for key in table.added)


def at_sites(workspace: Workspace, sites: Iterable[str]) -> Workspace:
    """The whole workspace, once it is allowed to enter what was done at these sites.

    Raises
    ------
    Forbidden
        If it is not.
    """
    require(workspace.actor, Act.INGEST)
    for site in sorted(set(sites)):
        require(workspace.actor, Act.INGEST, site)
    return taking_in(workspace)
