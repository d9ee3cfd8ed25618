"""A person's word on an event that the data propose: it was one, or it was none."""

from datetime import date
from typing import Literal

from pydantic import ValidationError

from wattstone.base import Finding, InputRefused
from wattstone.portfolio.measures import NonRoutineEvent
from wattstone.workflows.access.guard import acting
from wattstone.workflows.access.policy import Act
from wattstone.workflows.savings.measure import measure_of
from wattstone.workflows.workspace import Workspace

__all__ = ["judge_event"]


def judge_event(
    workspace: Workspace,
    name: str,
    *,
    meter: str | None,
    first: date,
    last: date | None,
    status: Literal["confirmed", "rejected"],
    reason: str,
    kind: str = "other",
    who: str = "user",
) -> None:
    """Confirm or reject a non-routine event of a measure; what was said of the same days before is replaced.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    name : str
        Id of the measure.
    meter : str or None
        Where it showed; all of the measure's meters where None.
    first, last : date, date or None
        Local days, both included; without a last one it lasts.
    status : {'confirmed', 'rejected'}
        Only a confirmed one changes a saving.
    reason, kind, who : str
        Why, what it was, and who says so.

    Raises
    ------
    InputRefused
        If there is no such measure, the meter is none of its meters, or no reason is given; nothing is changed then.
    Forbidden
        If whoever works in the workspace may not decide at the measure's site.
    """
    measure = measure_of(workspace, name)
    held = acting(workspace, Act.DECIDE, measure.site_id)
    if meter is not None and meter not in measure.meters:
        raise InputRefused([_no_meter(name, meter, measure.meters)])
    try:
        said = NonRoutineEvent(
            first=first, last=last, meter=meter, kind=kind or "other", status=status, reason=reason.strip(), who=who
        )
    except ValidationError:
        raise InputRefused([_no_reason(name)]) from None
    others = [one for one in measure.events if (one.meter, one.first, one.last) != (meter, first, last)]
    changed = measure.model_copy(update={"events": (*others, said)})
    with held.lock():
        held.records.declare_measures([changed])
        held.records.note("event", who=who, details={"measure": name, **said.model_dump(mode="json")})


def _no_meter(name: str, meter: str, known: tuple[str, ...]) -> Finding:
    return Finding(
        code="event.meter",
        place=f"measure '{name}', event",
        found="'{meter}' is none of its meters",
        params={"meter": meter, "known": ", ".join(known), "field": "meter"},
        expected="one of {known}",
        remedy="name the meter that shows it",
    )


def _no_reason(name: str) -> Finding:
    return Finding(
        code="event.reason",
        place=f"measure '{name}', event",
        found="no reason is given, or it ends before it begins",
        params={"field": "reason"},
        expected="a sentence that an auditor can judge",
        remedy="say what happened, or why nothing did",
    )
