"""What somebody may see: sites held wholly, and meters of spaces that are held."""

from wattstone.portfolio import Meter, Space
from wattstone.workflows.access import Act
from wattstone.workflows.workspace import Workspace

__all__ = ["sees_meter", "sees_personal", "sees_site", "sites_seen"]


def sites_seen(workspace: Workspace) -> frozenset[str] | None:
    """Sites that whoever acts may see wholly; None for all of the organisation."""
    return workspace.actor.scope.sites


def sees_site(workspace: Workspace, site_id: str) -> bool:
    """Whether all of a site may be seen."""
    return workspace.actor.may(Act.READ, site_id)


def sees_meter(workspace: Workspace, meter: Meter) -> bool:
    """Whether a meter may be seen: all of its site, or its space or one above that."""
    if sees_site(workspace, meter.site_id):
        return True
    if not workspace.actor.may(Act.READ) or meter.space_id is None or not workspace.actor.scope.spaces:
        return False
    held = {one.id: one for one in workspace.records.spaces() if one.site_id == meter.site_id}
    return _within(meter.space_id, held, workspace.actor.scope.spaces)


def sees_personal(workspace: Workspace, site_id: str) -> bool:
    """Whether readings of a dwelling or a driver at a site may be seen by less than the day."""
    return workspace.actor.may(Act.READ_PERSONAL, site_id)


def _within(space_id: str, held: dict[str, Space], wanted: frozenset[str]) -> bool:
    seen: set[str] = set()
    at: str | None = space_id
    while at is not None and at not in seen:
        if at in wanted:
            return True
        seen.add(at)
        at = held[at].parent_id if at in held else None
    return False
