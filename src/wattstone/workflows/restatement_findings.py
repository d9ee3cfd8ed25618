"""What stands in the way of a restatement, as findings."""

from collections.abc import Sequence

import polars as pl

from wattstone.base import Finding
from wattstone.inventory.base_year import PolicyVersion
from wattstone.inventory.ledger import Entry
from wattstone.inventory.restatement import StructuralEvent

__all__ = ["no_reason", "not_released", "own_proposal", "undecidable", "unready"]


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


def no_reason() -> Finding:
    """Whoever rejects says why."""
    return Finding(
        code="restatement.no_reason",
        place="the rejection",
        found="no reason is given",
        expected="why it is rejected",
        remedy="say why",
    )
