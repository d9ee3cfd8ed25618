"""Texts to begin with."""

import tomllib
from typing import Any, cast

from wattstone.base import InputRefused
from wattstone.workflows.machine_files.kept import FileKind, kept_file
from wattstone.workflows.workspace import Workspace

__all__ = ["begun"]


def begun(workspace: Workspace, kind: FileKind, name: str) -> str:
    """A text to begin with; of a site from what the workspace knows of it.

    Raises
    ------
    InputRefused
        If it is of a site that there is not.
    """
    organisation = workspace.records.organisation()
    if kind == "site":
        from wattstone.workflows.dispatch.template import template

        return template(workspace, name)
    if kind == "sizes":
        from wattstone.workflows.dispatch.size_template import sizes_text

        return sizes_text(_first_pv(workspace, name))
    if kind == "plant":
        from wattstone.workflows.plant.template import TEMPLATE as PLANT

        return PLANT.format(name=name)
    from wattstone.workflows.air.template import OWN_CARBON, TEMPLATE

    return TEMPLATE.format(name=name, zone=organisation.zone, currency=organisation.currency, carbon=OWN_CARBON)


def _first_pv(workspace: Workspace, site: str) -> str | None:
    """The first PV system of a site file; None where there is none."""
    try:
        data = tomllib.loads(kept_file(workspace, "site", site).text)
    except (InputRefused, tomllib.TOMLDecodeError):
        data = {}
    systems = data.get("pv")
    known = [str(one["id"]) for one in cast("list[Any]", systems) if "id" in one] if isinstance(systems, list) else []
    return known[0] if known else None
