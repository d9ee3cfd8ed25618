"""What stands in the way of a restatement, as findings."""

from collections.abc import Sequence

import polars as pl

from wattstone.base import Finding
from wattstone.inventory.base_year import PolicyVersion
from wattstone.inventory.checks.model import number
from wattstone.inventory.ledger import Entry
from wattstone.inventory.restatement import StructuralEvent

__all__ = ["no_reason", "not_released", "not_the_figure", "other_start", "own_proposal", "undecidable", "unready"]


def unready(
    known: Sequence[PolicyVersion], reported: pl.DataFrame, event: StructuralEvent, names: Sequence[str]
) -> list[Finding]:
    """What lacks before a site that came or left can be carried back."""
    found: list[Finding] = []
    if not known:
        found.append(
            Finding(
                code="restatement.no_policy",
                place="the base-year policy",
                found="none has been set",
                expected="base year, threshold and triggers, said before something happens",
                remedy="set it with `wattstone restate policy`",
            )
        )
    if reported.is_empty():
        found.append(
            Finding(
                code="restatement.nothing_released",
                place="the inventory",
                found="no year has been released",
                expected="the years since the base year, released",
                remedy="release the inventory of each year first",
            )
        )
    if event.event in names:
        found.append(
            Finding(
                code="restatement.event_known",
                place=f"event '{event.event}'",
                found="restatements for it were proposed already",
                expected="an event that is new",
                remedy="decide about them, or name another event",
            )
        )
    return found


def not_released(year: int) -> Finding:
    """A year whose figures did not leave the house is not restated."""
    return Finding(
        code="restatement.not_released",
        place="the inventory",
        found="the figures of {year} have not been released",
        expected="released figures: until then a new run replaces them without a restatement",
        remedy="release the inventory of the year first",
        params={"year": year},
    )


def undecidable(text: str, matches: Sequence[Entry]) -> list[Finding]:
    """Why a text names no proposal that can be decided about."""
    place = f"restatement '{text}'"
    if len(matches) != 1:
        return [
            Finding(
                code="restatement.unknown",
                place=place,
                found="{count} proposals begin with it",
                count=len(matches),
                expected="the id of one proposal, or its first digits",
                remedy="take it from `wattstone restate list`",
            )
        ]
    (one,) = matches
    if one.state == "proposed":
        return []
    return [
        Finding(
            code="restatement.decided",
            place=place,
            found="{who} has decided about it",
            expected="a proposal that is open",
            remedy="propose it anew where the decision was wrong",
            params={"who": one.decided_by},
        )
    ]


def own_proposal(one: Entry) -> Finding:
    """Nobody accepts what they proposed."""
    return Finding(
        code="restatement.own",
        place=f"restatement '{one.id[:12]}'",
        found="{who} proposed it",
        expected="somebody else to accept it",
        remedy="ask a reviewer",
        params={"who": one.proposed_by},
    )


def not_the_figure(one: Entry) -> Finding:
    """A proposal says a value that the year's own figure never had."""
    return Finding(
        code="restatement.not_the_figure",
        place=f"restatement '{one.id[:12]}'",
        found="{name} of {year} never was {after} {unit}: no run of the year recorded that",
        expected="the value of the figure itself, in the year itself",
        remedy="reject it, then `wattstone restate propose` with the year proposes what its figures are now",
        params=_said(one),
    )


def other_start(one: Entry, stands: float | None) -> Finding:
    """A proposal starts from a value that does not hold."""
    return Finding(
        code="restatement.other_start",
        place=f"restatement '{one.id[:12]}'",
        found="it starts from {before} {unit}, but {name} of {year} stands at {stands} {unit}"
        if stands is not None
        else "it starts from {before} {unit}, but {name} of {year} was never released",
        expected="a proposal that starts from what was released, or from the restatement accepted last",
        remedy="decide about what was proposed before it first; where that is rejected, reject this one too and "
        "propose anew with `wattstone restate propose`",
        params={**_said(one), "stands": "" if stands is None else number(stands)},
    )


def _said(one: Entry) -> dict[str, object]:
    told = one.restated
    values = {key: "-" if value is None else number(value) for key, value in
              (("before", told.before), ("after", told.after))}  # fmt: skip
    return {"name": told.name, "year": told.year, "unit": told.unit, **values}


def no_reason() -> Finding:
    """Whoever rejects says why."""
    return Finding(
        code="restatement.no_reason",
        place="the rejection",
        found="no reason is given",
        expected="why it is rejected",
        remedy="say why",
    )
