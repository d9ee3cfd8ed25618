"""The job that takes the inventory of a year."""

from typing import Annotated, Literal

from pydantic import Field

from wattstone.interfaces.jobs.kind import Kind, Link, Outcome, Params, Said, Tell
from wattstone.interfaces.present.languages import mark
from wattstone.workflows.access.policy import Act
from wattstone.workflows.workspace import Workspace

__all__ = ["KINDS", "InventoryParams"]


class InventoryParams(Params):
    """Of which year, and how gaps are filled."""

    year: Annotated[
        int | None, Field(ge=1990, le=2100, description=mark("Calendar year; the newest with readings if left out."))
    ] = None
    fill: Annotated[
        Literal["linear", "same_hour_last_week", "typical_week", "zero"] | None,
        Field(description=mark("Fill gaps by this method; it shows in every figure.")),
    ] = None
    max_gap: Annotated[int, Field(ge=1, le=8784, description=mark("Longest gap that is filled. [h]"))] = 168
    treat: Annotated[
        tuple[str, ...],
        Field(max_length=20, description=mark("Treat readings with these flags as gaps, as missing_zero.")),
    ] = ()


def newest_year(workspace: Workspace, year: int | None) -> int:
    """The year that is asked for, or the newest one that has readings by the clocks of their sites.

    Raises
    ------
    InputRefused
        If there are no readings at all.
    """
    from wattstone.base import Finding, InputRefused
    from wattstone.workflows.overview.years import reading_years

    if year is not None and workspace.lake.parts("readings"):
        return year
    if years := reading_years(workspace):
        return years[0]
    raise InputRefused(
        [
            Finding(
                code="workspace.empty",
                place="readings",
                found="there are no readings yet",
                expected="readings",
                remedy="take some in first",
            )
        ]
    )


def run_inventory(workspace: Workspace, asked: InventoryParams, tell: Tell) -> Outcome:
    """Compute and record the figures of a year."""
    from wattstone.workflows.inventory import filling, take_inventory

    year = newest_year(workspace, asked.year)
    how = filling(asked.fill, hours=asked.max_gap, treat=asked.treat)
    tell("inventory", 0, 1)
    done = take_inventory(workspace, year, fill=how)
    tell("inventory", 1, 1)
    recorded = done.recorded
    counts = {name: getattr(recorded, name) for name in ("run", "new", "restated", "withdrawn")}
    return Outcome(
        message=[
            Said(
                mark("The inventory of {year} is taken: {new} figures are new, {restated} restated."),
                {"year": year, "new": recorded.new, "restated": recorded.restated},
            )
        ],
        links=[Link(f"report/inventory?year={year}", mark("Inventory"))],
        data={"year": year, **counts},
    )


KINDS = (
    Kind(
        name="inventory",
        title=mark("Take the inventory"),
        act=Act.RUN,
        params=InventoryParams,
        run=run_inventory,
    ),
)
