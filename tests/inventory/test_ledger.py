"""What stands in the ledger is read off its lines in order."""

from datetime import datetime, timedelta
from typing import Any

import polars as pl
import pytest

from wattstone.inventory.ledger import (
    LedgerLine,
    Restated,
    entries,
    policies,
    restated_series,
    restatements_frame,
    waiting,
)

START = datetime(2025, 3, 1, 9)


def written(*deeds: tuple[str, str, dict[str, Any]]) -> list[LedgerLine]:
    """Lines an hour apart; the hash of line 3 is h3."""
    return [
        LedgerLine(
            number=at, at=START + timedelta(hours=at), who=who, what=what, details=details, previous=f"h{at - 1}",
            hash=f"h{at}",
        )
        for at, (who, what, details) in enumerate(deeds, start=1)
    ]  # fmt: skip


def restated(before: float, after: float, **more: Any) -> dict[str, Any]:
    said = {"year": 2020, "name": "scope1", "trigger": "error", "reason": "a meter read twice", **more}
    return Restated(before=before, after=after, **said).as_dict()


LINES = written(
    ("li", "policy", {"years": [2020], "threshold": 5.0}),
    ("li", "propose", restated(100.0, 90.0)),
    ("wu", "accept", {"entry": "h2", "note": "seen"}),
    ("li", "propose", restated(90.0, 95.0)),
    ("wu", "reject", {"entry": "h4", "note": "no proof"}),
    ("wu", "accept", {"entry": "h4"}),  # too late
    ("li", "propose", restated(7.0, 8.0, subject="site:A")),
    ("li", "accept", {"entry": "h7"}),
    ("li", "policy", {"rolling": 1}),
    ("li", "accept", {"entry": "nothing"}),
    ("li", "propose", restated(90.0, 50.0, inputs=("figure:x",), significant=True, policy=2)),
)


def test_the_first_decision_about_a_proposal_holds() -> None:
    found = entries(LINES)

    assert [(one.id, one.state, one.decided_by, one.note, one.alone) for one in found] == [
        ("h2", "accepted", "wu", "seen", False),
        ("h4", "rejected", "wu", "no proof", False),
        ("h7", "accepted", "li", "", True),
        ("h11", "proposed", None, "", False),
    ]
    assert found[0].proposed_at == START + timedelta(hours=2)
    assert found[3].restated.inputs == ("figure:x",)
    assert Restated(**{**restated(1.0, 2.0), "inputs": ()}).key == (2020, "scope1", "organisation")


def test_policies_are_versions() -> None:
    first, second = policies(LINES)

    assert (first.number, first.policy.years, first.who, first.at) == (1, (2020,), "li", START + timedelta(hours=1))
    assert (second.number, second.policy.rolling, second.policy.threshold) == (2, 1, 5.0)


def test_the_statement_shows_what_was_accepted_of_the_organisation() -> None:
    (row,) = restatements_frame(entries(LINES)).iter_rows(named=True)

    assert row == {
        "at": START + timedelta(hours=3), "year": 2020, "name": "scope1", "trigger": "error", "before": 100.0,
        "after": 90.0, "reason": "a meter read twice", "accepted_by": "wu", "entry": "h2",
    }  # fmt: skip


@pytest.mark.parametrize(("more", "last"), [((), 90.0), ((("wu", "accept", {"entry": "h11"}),), 50.0)])
def test_the_series_shows_first_released_and_restated_since(more: tuple[Any, ...], last: float) -> None:
    first = pl.DataFrame({"year": [2020, 2021], "name": ["scope1"] * 2, "value": [100.0, 110.0]})
    lines = [*LINES, *(LedgerLine(**{**vars(one), "number": 12, "hash": "h12"}) for one in written(*more))]

    found = restated_series(first, entries(lines))

    assert found.rows() == [(2020, "scope1", 100.0, last), (2021, "scope1", 110.0, 110.0)]


def test_what_is_too_small_waits_until_it_is_not_alone() -> None:
    """-3 and -1 wait; scope 3 waits for itself; -4 takes both along, though it was proposed before one of them."""
    small = {"significant": False, "judged": "scope1+scope2.location"}
    lines = written(
        ("li", "propose", restated(100.0, 97.0, event="a", **small)),
        ("wu", "accept", {"entry": "h1"}),
        ("li", "propose", restated(96.0, 92.0, significant=True, judged=small["judged"])),
        ("li", "propose", restated(97.0, 96.0, event="b", **small)),
        ("li", "propose", restated(50.0, 51.0, event="c", name="scope3", significant=False, judged="scope3")),
        ("wu", "accept", {"entry": "h4"}),
        ("wu", "accept", {"entry": "h5"}),
    )
    first = pl.DataFrame({"year": [2020, 2020], "name": ["scope1", "scope3"], "value": [100.0, 50.0]})
    done = [*lines, *written(*[("wu", "accept", {"entry": "h3"})] * 8)[7:]]

    assert [one.id for one in waiting(entries(lines))] == ["h1", "h4", "h5", "h3"]
    assert restated_series(first, entries(lines))["recalculated"].to_list() == [100.0, 50.0]
    assert [one.id for one in waiting(entries(done))] == ["h5"]
    assert restated_series(first, entries(done))["recalculated"].to_list() == [92.0, 50.0]


def test_a_value_that_is_gone_leaves_none() -> None:
    lines = written(
        ("li", "propose", {**restated(1.0, 2.0), "after": None}),
        ("wu", "accept", {"entry": "h1"}),
    )
    first = pl.DataFrame({"year": [2020], "name": ["scope1"], "value": [1.0]})

    assert restated_series(first, entries(lines)).rows() == [(2020, "scope1", 1.0, None)]
