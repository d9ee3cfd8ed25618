"""What emissions of a year are divided by beside floor area: stated with its source, and never overwritten."""

import math
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final, get_args

from wattstone.base import Finding, InputRefused
from wattstone.inventory.denominators import FLOOR_AREA, Denominator, denominator_of, stated_of
from wattstone.inventory.sums import ORGANISATION
from wattstone.portfolio.model import Approach
from wattstone.workflows.access import EVERYWHERE, Act
from wattstone.workflows.access.guard import acting
from wattstone.workflows.stores import Records
from wattstone.workflows.workspace import Workspace

__all__ = ["DENOMINATORS", "denominators_of", "said_of", "state_denominator", "withdraw_denominator"]

DENOMINATORS: Final = "denominators"
"""Key of the setting that holds all that was ever stated."""
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_UNIT = re.compile(r"[^\s/]{1,40}")


def said_of(records: Records) -> tuple[Denominator, ...]:
    """All that was ever stated, in its order."""
    return tuple(map(denominator_of, records.setting(DENOMINATORS, [])))


def denominators_of(workspace: Workspace, year: int) -> tuple[Denominator, ...]:
    """What holds of a year.

    Parameters
    ----------
    workspace : Workspace
        Where.
    year : int
        Calendar year.

    Returns
    -------
    tuple of Denominator
        By name and subject.
    """
    workspace = acting(workspace, Act.READ, EVERYWHERE)
    return stated_of(said_of(workspace.records), year)


def state_denominator(
    workspace: Workspace,
    name: str,
    year: int,
    value: float,
    unit: str,
    *,
    site: str | None = None,
    approach: Approach | None = None,
    source: str = "",
    who: str = "user",
) -> Denominator:
    """State what emissions of a year are divided by, of the organisation or of a site.

    Parameters
    ----------
    workspace : Workspace
        Where.
    name : str
        `revenue`, `production`: lower-case letters, digits and `_`.
    year : int
        Calendar year.
    value : float
        More than 0.
    unit : str
        `CNY`, `t`, `vehicle`.
    site : str or None
        Its id; of the organisation where None.
    approach : str or None
        Of the organisation: the consolidation approach by which the quantity was drawn up; needed.
    source : str
        Where the number is from; needed.
    who : str
        For the records and the audit log.

    Returns
    -------
    Denominator
        What was said before of the same stays in the records.

    Raises
    ------
    InputRefused
        With all that is wrong with it; nothing is kept then.
    """
    workspace = acting(workspace, Act.DECLARE, EVERYWHERE)
    with workspace.lock():
        sites = {one.id for one in workspace.records.sites()}
        findings = list(_wrong(name, value, unit, site, approach, source, sites))
        if findings:
            raise InputRefused(findings)
        subject = ORGANISATION if site is None else f"site:{site}"
        held: Approach | None = None if site is not None else approach
        made = Denominator(
            name=name, subject=subject, year=year, value=float(value), unit=unit, approach=held,
            source=source.strip(), stated_by=who, at=datetime.now(UTC).replace(tzinfo=None),
        )  # fmt: skip
        _keep(workspace.records, made, "state denominator")
    return made


def withdraw_denominator(
    workspace: Workspace, name: str, year: int, *, site: str | None = None, who: str = "user"
) -> Denominator:
    """Withdraw what was stated; it stays in the records.

    Parameters
    ----------
    workspace, name, year, site, who
        As for `state_denominator`.

    Returns
    -------
    Denominator

    Raises
    ------
    InputRefused
        If nothing of the kind holds.
    """
    workspace = acting(workspace, Act.DECLARE, EVERYWHERE)
    subject = ORGANISATION if site is None else f"site:{site}"
    with workspace.lock():
        holds = stated_of(said_of(workspace.records), year)
        found = next((one for one in holds if (one.name, one.subject) == (name, subject)), None)
        if found is None:
            raise InputRefused(
                [
                    Finding(
                        code="denominator.none",
                        place=f"'{name}' of {subject}, {year}",
                        found="nothing of the kind is stated",
                        expected="a name that `wattstone denominator list` shows of the year",
                        remedy="see what is stated, and withdraw that",
                    )
                ]
            )
        made = replace(found, stated_by=who, at=datetime.now(UTC).replace(tzinfo=None), withdrawn=True)
        _keep(workspace.records, made, "withdraw denominator")
    return made


def _keep(records: Records, made: Denominator, what: str) -> None:
    records.put_setting(DENOMINATORS, [*records.setting(DENOMINATORS, []), made.as_dict()])
    records.note(what, who=made.stated_by, details=made.as_dict())


def _wrong(
    name: str, value: float, unit: str, site: str | None, approach: str | None, source: str, sites: set[str]
) -> Iterator[Finding]:
    if not _NAME.fullmatch(name) or name == FLOOR_AREA:
        yield Finding(
            code="denominator.name",
            place="NAME",
            found="'{name}' cannot be the name of a denominator",
            params={"name": name},
            expected="lower-case letters, digits and _, as revenue or production; floor area stands with the sites",
            remedy="give another name, or the site its floor area",
        )
    if not math.isfinite(value) or value <= 0:
        yield Finding(
            code="denominator.value",
            place="VALUE",
            found="the quantity is {value}",
            params={"value": value},
            expected="a number above 0",
            remedy="state the quantity of the year, or none",
        )
    if not _UNIT.fullmatch(unit):
        yield Finding(
            code="denominator.unit",
            place="UNIT",
            found="'{unit}' cannot stand under the line",
            params={"unit": unit},
            expected="a unit without spaces and strokes, as CNY, t or vehicle",
            remedy="give the unit that the quantity is counted in",
        )
    if site is not None and site not in sites:
        yield Finding(
            code="denominator.site",
            place="--site",
            found="there is no site '{site}'",
            params={"site": site},
            expected="the id of a site",
            remedy="see `wattstone site`, or leave it out for the organisation",
        )
    if site is None and approach not in get_args(Approach):
        yield Finding(
            code="denominator.approach",
            place="--approach",
            found="it is not said by which approach the quantity of the organisation was drawn up",
            expected="operational control, financial control or equity share",
            remedy="say which companies and sites it covers, so that it is not divided by another boundary",
        )
    if not source.strip():
        yield Finding(
            code="denominator.source",
            place="--source",
            found="no source is given",
            expected="where the number is from, so that an auditor finds it",
            remedy="name the document and the page",
        )
