"""The measure that is carried out in a simulated portfolio, as somebody would record it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from wattstone.simulation.plan import ZONE, Plan
from wattstone.simulation.truth import Truth

YEAR = timedelta(days=365)
PROMISED = 0.65  # of what the lamps used: what a seller of LED lamps with presence control would say


def measures(plan: Plan, truth: Truth) -> dict[str, dict[str, Any]]:
    """Records of the measures, by id, as `workflows.measures.declare_measure` takes them.

    Parameters
    ----------
    plan : Plan
        With at least two years, so that there is a baseline.
    truth : Truth
        What was carried out; its savings stay with it.

    Returns
    -------
    dict of str to dict
        Empty where nothing was carried out, or nothing came before.
    """
    last = _day(plan.period.end) - timedelta(days=1)
    found: dict[str, dict[str, Any]] = {}
    for one in truth.retrofits:
        begins, ends = _day(one.start), _day(one.end)
        if begins - YEAR < _day(plan.period.start) or ends > last:
            continue
        found[one.id] = {
            "site_id": one.site_id,
            "meters": [one.meter_id],
            "name": one.measure,
            "boundary": "the circuit of the lamps, by its own meter",
            "option": "B",
            "baseline": f"{begins - YEAR}/{begins - timedelta(days=1)}",
            "blackout": f"{begins}/{ends - timedelta(days=1)}",
            "reporting": f"{ends}/{last}",
            "expected_saving": f"{100 * PROMISED:.0f} %",
            "owner": "Facility management",
            "status": "done",
            "model": "hourly",
        }
    return found


def _day(moment: datetime) -> date:
    """The local day that begins at a moment, or holds it."""
    return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(ZONE)).date()
