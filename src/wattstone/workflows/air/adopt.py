"""Modifications that were carried out, as a measure of the workspace, so that their saving can be proved."""

import re
from datetime import date, timedelta
from typing import Any

from wattstone.base import Finding, InputRefused
from wattstone.workflows.air.improve import Improved
from wattstone.workflows.measures import declare_measure
from wattstone.workflows.workspace import Workspace

__all__ = ["adopt"]

YEAR = timedelta(days=365)


def adopt(
    workspace: Workspace, done: Improved, *, begun: date, ended: date | None = None, who: str = "user"
) -> tuple[str, list[Finding]]:
    """Record what was studied as a measure, to be proved by `wattstone savings`.

    Parameters
    ----------
    workspace : Workspace
        With the meters that the station file names.
    done : Improved
        The study of what was carried out.
    begun, ended : date, date or None
        First and last local day of the works; one day where only the first is given.
    who : str
        For the audit log.

    Returns
    -------
    id : str
        Of the measure.
    findings : list of Finding
        Warnings.

    Raises
    ------
    InputRefused
        If the file names no site or meters, or the measure is impossible; with every finding.
    """
    table, studied = done.read.table, done.studied
    if table.site is None or not table.meters:
        raise InputRefused([_no_meters(done)])
    last = ended or begun
    name = "air-" + re.sub(r"[^a-z0-9]+", "-", "-".join(one.name for one in studied.singles).lower()).strip("-")[:60]
    said: dict[str, Any] = {
        "site_id": table.site,
        "meters": list(table.meters),
        "name": "; ".join(one.name for one in studied.singles),
        "description": f"Compressed-air station {done.read.station.name}; studied by {done.figures[0].method}",
        "boundary": "all compressors and dryers of the station, by its meters",
        "option": "B",
        "baseline": f"{begun - YEAR}/{begun - timedelta(days=1)}",
        "blackout": f"{begun}/{last}",
        "reporting": f"{last + timedelta(days=1)}/",
        "status": "done",
        "model": "hourly",
    }
    if studied.joint.saving.energy > 0:
        said["expected_saving"] = f"{studied.joint.saving.energy:.0f} kWh"
    if studied.joint.investment > 0:
        said |= {"cost": studied.joint.investment, "currency": studied.currency}
    return name, declare_measure(workspace, name, said, who=who)


def _no_meters(done: Improved) -> Finding:
    return Finding(
        code="air.no_meters",
        place=done.read.path.name,
        found="it does not say by which meters the saving is to be seen",
        expected="`site` and `meters`, ids of the workspace",
        remedy='add site = "SITE" and meters = ["METER"] at the top of the file',
    )
