"""The job that recomputes figures from what they rest on, and says which do not hold."""

from collections import Counter
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from wattstone.interfaces.jobs.kind import Kind, Link, Outcome, Params, Said, Tell
from wattstone.interfaces.present.languages import mark
from wattstone.workflows.access.policy import Act
from wattstone.workflows.workspace import Workspace

if TYPE_CHECKING:
    from wattstone.workflows.evidence import Verified

__all__ = ["KINDS", "VerifyParams"]


class VerifyParams(Params):
    """Of which year."""

    year: Annotated[
        int | None, Field(ge=1990, le=2100, description=mark("Calendar year; all that have figures if left out."))
    ] = None


def run_verify(workspace: Workspace, asked: VerifyParams, tell: Tell) -> Outcome:
    """Recompute the figures of a year, and compare them with what was recorded."""
    from wattstone.workflows.evidence.verify import verify

    tell("verify", 0, None)
    years = None if asked.year is None else [asked.year]
    found = verify(workspace, years, progress=lambda what, done, total: tell(what, done, total))
    said = _said(found)
    return Outcome(
        message=said,
        links=[Link("report/inventory", mark("Inventory"))],
        data={
            "years": list(found.years),
            "figures": found.figures,
            "holds": found.holds,
            "differences": [vars(one) for one in found.differences[:1000]],
            "tampered": list(found.tampered[:1000]),
        },
    )


_WHY: dict[str, tuple[str, str]] = {
    "differs": (
        mark("{count} figure differs: its rows, with the factors, sites and meters as they are now, give another "
             "value. Take the inventory anew."),
        mark("{count} figures differ: their rows, with the factors, sites and meters as they are now, give other "
             "values. Take the inventory anew."),
    ),
    "stale": (
        mark("{count} figure is true to its rows, but newer readings give another value. Take the inventory anew."),
        mark("{count} figures are true to their rows, but newer readings give other values. Take the inventory anew."),
    ),
    "entries": (
        mark("{count} figure of a report is true to its entries, but later ones give another value. Take the report "
             "anew."),
        mark("{count} figures of reports are true to their entries, but later ones give other values. Take the reports "
             "anew."),
    ),
    "hours": (
        mark("{count} figure is not what the hours of its site add up to. Take the inventory anew."),
        mark("{count} figures are not what the hours of their sites add up to. Take the inventory anew."),
    ),
}  # fmt: skip
_TAMPERED = (
    mark("{count} slice of readings is not as it was recorded: somebody changed its file, or it was damaged. Restore "
         "it from a backup."),
    mark("{count} slices of readings are not as they were recorded: somebody changed their files, or they were "
         "damaged. Restore them from a backup."),
)  # fmt: skip


def _said(found: "Verified") -> list[Said]:
    """What was found, and what to do about it."""
    if not found.years:
        return [Said(mark("No figures have been recorded yet: take an inventory first."))]
    told = [Said(mark("{count} figure was recomputed."), {}, mark("{count} figures were recomputed."), found.figures)]
    if found.holds:
        return [*told, Said(mark("All of them hold."))]
    kinds = Counter(one.kind for one in found.differences)
    told += [Said(one, {}, several, kinds[kind]) for kind, (one, several) in _WHY.items() if kinds[kind]]
    if found.tampered:
        told.append(Said(_TAMPERED[0], {}, _TAMPERED[1], len(found.tampered)))
    return told


KINDS = (
    Kind(
        name="verify",
        title=mark("Check the figures"),
        act=Act.RUN,
        params=VerifyParams,
        run=run_verify,
        writes=False,
    ),
)
