"""Findings kept run by run under keys that last, and the board of what was decided about them."""

from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date

import pytest

from tests.workflows.overview.made import YEAR, found, seen_by
from wattstone.base import InputRefused, WattstoneError
from wattstone.workflows.access import Forbidden, Role
from wattstone.workflows.detect.table import keep_findings
from wattstone.workflows.overview.board import Board, board, card_of
from wattstone.workflows.overview.findings import finding_of, newest_findings
from wattstone.workflows.overview.moving import as_measure, move
from wattstone.workflows.stores import Decision, Noted
from wattstone.workflows.workspace import Workspace


def keys(held: Workspace) -> list[str]:
    return newest_findings(held)["key"].to_list()


def columns(held: Board) -> dict[str, list[str]]:
    return {one.state: [card.key for card in one.cards] for one in held.columns}


def test_a_finding_keeps_its_key_when_a_later_run_dates_it_otherwise(own: Workspace) -> None:
    keep_findings(own, found({"since": date(YEAR, 3, 30)}, {"meter_id": "B-main", "site_id": "B"}), run=5, year=YEAR)
    first = keys(own)
    moved = found({"meter_id": "B-main", "site_id": "B"}, {"since": date(YEAR, 4, 2)})
    keep_findings(own, moved, run=6, year=YEAR)
    assert keys(own) == first[::-1]


def test_two_findings_of_one_meter_and_month_have_keys_of_their_own(own: Workspace) -> None:
    twice = found({"until": date(YEAR, 3, 9)}, {"since": date(YEAR, 3, 20)})
    keep_findings(own, twice, run=5, year=YEAR)
    first = keys(own)
    assert len(set(first)) == 2
    keep_findings(own, twice, run=6, year=YEAR)
    assert keys(own) == first
    keep_findings(own, found({"since": date(YEAR, 6, 1), "until": date(YEAR, 6, 9)}), run=7, year=YEAR)
    assert keys(own)[0] == first[1]  # the one that went on, not the one that ended


def test_a_run_without_findings_is_the_newest_all_the_same(own: Workspace) -> None:
    keep_findings(own, found({}), run=5, year=YEAR)
    keep_findings(own, found(), run=6, year=YEAR)
    assert newest_findings(own).is_empty()


def test_a_kept_finding_is_what_was_told(own: Workspace) -> None:
    keep_findings(own, found({}), run=5, year=YEAR)
    told = finding_of(own, keys(own)[0])
    assert told is not None
    assert told["params"] == {"before": 1.0, "after": 2.0, "a": 0.0, "b": 5.0}
    assert (told["weeks"], told["actual"], told["day_else"]) == ([date(YEAR, 3, 1)], [2.0], [1.0] * 24)
    assert finding_of(seen_by(own, Role.VIEWER, "B"), keys(own)[0]) is None


def test_cards_move_and_are_carried_over_to_the_next_run(own: Workspace) -> None:
    keep_findings(own, found({}, {"meter_id": "B-main", "site_id": "B", "kg": 90.0}), run=5, year=YEAR)
    small, large = keys(own)
    assert columns(board(own))["open"] == [large, small]  # by kg
    move(own, small, "doing", owner="Ann", due=date(YEAR + 1, 1, 1))
    keep_findings(own, found({}), run=6, year=YEAR)
    held = board(own)
    assert columns(held) == {"open": [], "planned": [], "doing": [small], "done": [], "dismissed": []}
    card = card_of(own, small)
    assert card is not None
    assert (card.owner, card.due, card.run, card.gone) == ("Ann", date(YEAR + 1, 1, 1), 6, False)
    assert (card.kg.figure, card.money.figure) == ("k0", "m0")  # type: ignore[union-attr]


def test_what_was_decided_on_stays_when_it_is_no_longer_found(own: Workspace) -> None:
    keep_findings(own, found({}), run=5, year=YEAR)
    (key,) = keys(own)
    move(own, key, "done")
    keep_findings(own, found(), run=6, year=YEAR)
    (card,) = next(one.cards for one in board(own).columns if one.state == "done")
    assert (card.key, card.gone) == (key, True)


def test_a_card_is_dismissed_with_a_reason(own: Workspace) -> None:
    keep_findings(own, found({}), run=5, year=YEAR)
    (key,) = keys(own)
    for note in (None, "  "):
        with pytest.raises(InputRefused, match="no reason"):
            move(own, key, "dismissed", note=note)
    assert move(own, key, "dismissed", note="The night shift works").note == "The night shift works"
    with pytest.raises(InputRefused, match="no such card"):
        move(own, "nothing", "done")


def test_who_may_not_decide_moves_nothing(own: Workspace) -> None:
    keep_findings(own, found({}), run=5, year=YEAR)
    (key,) = keys(own)
    with pytest.raises(Forbidden):
        move(seen_by(own, Role.VIEWER), key, "doing")
    with pytest.raises(InputRefused, match="no such card"):
        move(seen_by(own, Role.ANALYST, "B"), key, "doing")
    assert columns(board(seen_by(own, Role.VIEWER, "B")))["open"] == []
    assert columns(board(own))["open"] == [key]


def test_a_card_becomes_a_measure_in_one_call(own: Workspace) -> None:
    keep_findings(own, found({}), run=5, year=YEAR)
    (key,) = keys(own)
    as_measure(own, key, "M-1", {"name": "Switch off by night"})
    (measure,) = own.records.measures()
    assert (measure.site_id, measure.meters, measure.expected) == ("A", ("A-main",), 100.0)
    assert columns(board(own))["planned"] == ["measure:M-1", key]
    card = card_of(own, key)
    assert card is not None
    assert (card.measure_id, card.note) == ("M-1", None)
    assert move(own, "measure:M-1", "doing").state == "doing"
    assert own.records.measures()[0].status == "in progress"
    with pytest.raises(InputRefused, match="measure of that id"):
        as_measure(own, key, "M-1")


def test_a_note_makes_no_measure_of_a_finding(own: Workspace) -> None:
    keep_findings(own, found({}), run=5, year=YEAR)
    (key,) = keys(own)

    card = move(own, key, "doing", note="[measure:M-9] [measure:M-8] as agreed")

    assert (card.measure_id, card.note) == (None, "as agreed")


def test_who_moves_a_card_does_not_wait_until_an_ingest_is_done(own: Workspace) -> None:
    keep_findings(own, found({}), run=5, year=YEAR)
    (key,) = keys(own)

    def taken() -> AbstractContextManager[None]:
        raise AssertionError("another process holds the lock of the workspace")

    held = replace(own, lock=taken)
    as_measure(held, key, "M-1")
    assert move(held, "measure:M-1", "doing", owner="Ann").state == "doing"
    assert move(held, key, "dismissed", note="The night shift works").state == "dismissed"
    noted = [
        (one.what, one.details["measure"] if one.what == "measure" else one.details["to"]) for one in audit(own, 5)
    ]
    assert noted == [("measure", "M-1"), ("board", "planned"), ("measure", "M-1"), ("board", "doing"),
                     ("board", "dismissed")]  # fmt: skip


def test_what_somebody_else_decides_meanwhile_is_not_undone(own: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bob says who looks after the card between the moment at which Ann's move read it and that at which it is kept."""
    keep_findings(own, found({}), run=5, year=YEAR)
    (key,) = keys(own)
    decide = own.records.decide

    def later(decision: Decision) -> bool:
        monkeypatch.setattr(own.records, "decide", decide)
        move(own, key, "planned", owner="Bob")
        return decide(decision)

    monkeypatch.setattr(own.records, "decide", later)
    card = move(own, key, "doing", note="begun")

    assert (card.state, card.owner, card.note) == ("doing", "Bob", "begun")
    assert [one.details["from"] for one in audit(own, 2)] == ["open", "planned"]


def test_a_card_that_others_never_leave_alone_is_given_up_on(own: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    keep_findings(own, found({}), run=5, year=YEAR)
    (key,) = keys(own)
    monkeypatch.setattr(own.records, "decide", lambda _decision: False)
    with pytest.raises(WattstoneError, match="nothing was changed"):
        move(own, key, "doing")


def audit(held: Workspace, last: int) -> list[Noted]:
    return list(held.records.audit(last=last))[::-1]
