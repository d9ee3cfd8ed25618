"""Locking: refused with all that stands in the way, kept once, never changed; what comes later is another edition."""

import multiprocessing
import shutil
import signal
from dataclasses import replace
from pathlib import Path

import pytest

from tests.workflows.disclosure import killing, locked
from tests.workflows.disclosure.locked import EN, NOW, approved, retold, sourced, taken
from wattstone.base import Finding, InputRefused
from wattstone.disclosure.ed25519 import is_signed
from wattstone.disclosure.manifest import canonical, digest, same
from wattstone.interfaces.store.keys import Keys
from wattstone.interfaces.store.workspace import open_workspace
from wattstone.workflows.access import POLICY, Forbidden, Principal, Role, Scope
from wattstone.workflows.access.guard import guarded
from wattstone.workflows.disclosure.editions import LOCKED, kept_edition, kept_editions, logged
from wattstone.workflows.disclosure.locking import changes_of, edition_statement, editions, lock, sign
from wattstone.workflows.disclosure.narratives import write
from wattstone.workflows.disclosure.standing import check_lock, let_pass
from wattstone.workflows.disclosure.statement import statement_of
from wattstone.workflows.disclosure.verifying import list_findings, verify_edition

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["tests.workflows.disclosure.killing"])


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return taken(tmp_path_factory.mktemp("locking") / "made")


@pytest.fixture
def root(made, tmp_path):
    return Path(shutil.copytree(made, tmp_path / "ws"))


@pytest.fixture
def held(root, monkeypatch):
    sourced(monkeypatch)
    workspace = open_workspace(root)
    yield workspace
    workspace.close()


@pytest.fixture
def keys(tmp_path):
    keys = Keys(tmp_path / "keys")
    keys.create("Report")
    return keys


def refused(call):
    with pytest.raises(InputRefused) as raised:
        call()
    return sorted(one.code for one in raised.value.findings)


def lines(workspace):
    return [one.details for one in workspace.records.audit() if one.what == LOCKED]


def test_a_draft_with_texts_that_nobody_read_is_refused_with_all_of_them(held):
    assert refused(lambda: lock(held, "tcfd", NOW)) == ["lock.unapproved", "lock.unapproved"]
    assert editions(held, "tcfd", NOW) == ()
    assert lines(held) == []


def test_what_is_approved_is_locked_once_with_all_that_it_rests_on(held, keys):
    approved(held)
    draft = statement_of(held, "tcfd", NOW)
    first = lock(held, "tcfd", NOW, key=keys.signer(), who="Ada")

    kept = kept_edition(held.lake, "tcfd", NOW)
    told = kept.manifest
    assert (first.number, first.why, first.key, first.locked_by) == (1, "", keys.signer().key, "Ada")
    assert first.sha256 == digest(kept.content) == digest(canonical(told))
    (signature,) = kept.signatures
    assert is_signed(keys.signer().public, bytes.fromhex(signature.signature), signature.message)
    assert [(one["edition"], one["sha256"]) for one in lines(held)] == [(1, first.sha256)]

    # What it shows: the numbers of the inventory. 10.5 kWh in each of 8784 hours, by 0.25 kg of the own factor.
    shown = edition_statement(held, "tcfd", NOW).figures
    assert shown["energy.electricity@2020"].value == pytest.approx(10.5 * 8784, rel=1e-12)
    assert shown["scope2.location@2020"].value == pytest.approx(10.5 * 8784 * 0.25, rel=1e-12)
    assert draft.figures.keys() == shown.keys()

    rests = told["rests"]
    assert rests["pins"]["entries"] == held.records.programme_seq()
    assert rests["pins"]["tables"]["readings"] == held.lake.version("readings")
    kinds = sorted(one["kind"] for one in rests["entries"])
    assert kinds == ["narrative", "narrative", "omission", "review", "review"]
    assert {one["title"] for one in rests["documents"].values()} == {"minutes.csv"}
    assert {row["id"] for one in rests["factors"].values() for row in one["rows"]} >= {"own_grid_2020"}
    assert any(key.startswith("slice:") for key in rests["evidence"])

    assert lock(held, "tcfd", NOW, key=keys.signer()) == first  # the same again changes nothing
    assert len(kept_editions(held.lake, "tcfd", NOW)) == 1
    assert len(lines(held)) == 1


def test_a_change_makes_another_edition_with_why_and_differences(held):
    approved(held)
    first = lock(held, "tcfd", NOW)
    before = kept_edition(held.lake, "tcfd", NOW).content
    retold(held, EN.replace("twice", "three times"))

    assert refused(lambda: lock(held, "tcfd", NOW)) == ["edition.no_why"]
    (change,) = changes_of(held, "tcfd", NOW)
    assert (change.topic, change.what, change.before, change.after) == (
        "governance.board", "text", EN, EN.replace("twice", "three times"),
    )  # fmt: skip
    second = lock(held, "tcfd", NOW, why="the board meets more often")

    assert [one.number for one in editions(held, "tcfd", NOW)] == [1, 2]
    assert second.why == "the board meets more often"
    told = kept_edition(held.lake, "tcfd", NOW).manifest
    assert told["previous"] == first.sha256
    assert [(one["topic"], one["what"]) for one in told["changes"]] == [("governance.board", "text")]
    assert changes_of(held, "tcfd", NOW, 1, 2) == (change,)
    assert changes_of(held, "tcfd", NOW) == ()
    assert kept_edition(held.lake, "tcfd", NOW, 1).content == before  # nothing changes an old edition
    assert edition_statement(held, "tcfd", NOW, 1).answer("governance.board").written["en"].markdown == EN
    assert refused(lambda: edition_statement(held, "tcfd", NOW, 3)) == ["edition.none"]


def test_a_text_that_is_let_pass_is_so_until_it_is_written_again(held):
    assert refused(lambda: let_pass(held, "tcfd", NOW, ["unapproved"], reason=" ")) == ["lock.no_reason"]
    assert refused(lambda: let_pass(held, "tcfd", NOW, ["stale"], reason="x")) == ["lock.no_such_finding"]
    asks = [one.key for one in check_lock(held, "tcfd", NOW).found]
    left = let_pass(held, "tcfd", NOW, [asks[0]], reason="the chair read it on paper", who="Bo")
    assert [one.key for one in left.blocking] == [asks[1]]
    assert let_pass(held, "tcfd", NOW, ["unapproved"], reason="read on paper", who="Bo").blocking == ()
    lock(held, "tcfd", NOW)

    told = kept_edition(held.lake, "tcfd", NOW).manifest
    assert {one["reason"] for one in told["passed"]} == {"the chair read it on paper", "read on paper"}
    versions = held.records.programme_history("narrative", locked.text_of(held, lang="en"))
    write(held, NOW, "governance.board", "en", f"Also: {EN}", who="Ada", was=versions["hash"][-1], reason="x")
    assert refused(lambda: lock(held, "tcfd", NOW, why="new")) == ["lock.unapproved"]


def test_a_figure_that_is_missing_asks_and_an_error_stops(held, monkeypatch):
    approved(held)
    for lang, text in (("en", "We say {{figure:scope3.7@1999}}."), ("zh", "{{figure:scope3.7@1999}}。")):
        retold(held, text, lang)
    assert refused(lambda: lock(held, "tcfd", NOW)) == ["lock.missing"]
    let_pass(held, "tcfd", NOW, ["missing"], reason="it comes next year")

    wrong = Finding(code="statement.sum", place="metrics.ghg", found="x", expected="y", remedy="z")
    real = statement_of
    monkeypatch.setattr(
        "wattstone.workflows.disclosure.locking.statement_of",
        lambda *asked: replace(real(*asked), findings=(wrong, replace(wrong, severity="warning"))),
    )
    assert refused(lambda: lock(held, "tcfd", NOW)) == ["statement.sum"]
    monkeypatch.setattr("wattstone.workflows.disclosure.locking.statement_of", real)
    assert lock(held, "tcfd", NOW).number == 1


def test_an_edition_reads_the_same_whatever_becomes_of_the_workspace(held):
    approved(held)
    lock(held, "tcfd", NOW)
    then = edition_statement(held, "tcfd", NOW)
    retold(held, "Another text.")

    assert same(edition_statement(held, "tcfd", NOW, 1), then)


def test_who_signs_later_is_told_beside_who_locked(held, keys):
    approved(held)
    lock(held, "tcfd", NOW)
    assert editions(held, "tcfd", NOW)[0].key == ""
    signed = sign(held, "tcfd", NOW, None, keys.signer())
    second = keys.rotate()
    sign(held, "tcfd", NOW, 1, keys.signer())

    kept = kept_edition(held.lake, "tcfd", NOW)
    assert [one.key for one in kept.signatures] == [signed.key, second.id]
    assert verify_edition(held, "tcfd", NOW, keys=keys) == ()


def test_only_who_reviews_for_all_of_it_locks(held):
    approved(held)
    for role, sites, may in (
        (Role.ANALYST, None, False), (Role.ADMIN, None, False), (Role.REVIEWER, frozenset({"A"}), False),
        (Role.REVIEWER, None, True),
    ):  # fmt: skip
        who = Principal(id="1", name="Cy", kind="person", tenant="acme", role=role, scope=Scope(sites),
                        acts=POLICY[role])  # fmt: skip
        if may:
            assert lock(guarded(held, who), "tcfd", NOW, who="somebody else").locked_by == "Cy"
        else:
            with pytest.raises(Forbidden):
                lock(guarded(held, who), "tcfd", NOW)
            assert editions(held, "tcfd", NOW) == ()


def test_a_lock_that_is_killed_loses_nothing_and_doubles_nothing(held, root, tmp_path):
    approved(held)

    def killed(where, fatal):
        process = CONTEXT.Process(target=killing.run, args=(str(where), fatal, str(tmp_path / "told")))
        process.start()
        process.join()
        return process.exitcode

    shutil.copytree(root, tmp_path / "whole")
    assert killed(tmp_path / "whole", -1) == 0
    moments = int((tmp_path / "told").read_text())
    assert moments >= 12
    for fatal in range(1, moments + 1, 2):  # after one step is before the next
        where = tmp_path / f"killed-{fatal}"
        shutil.copytree(root, where)
        assert killed(where, fatal) == -signal.SIGKILL
        after = open_workspace(where)
        assert [one.severity for one in _list_of(after)] in ([], ["warning"])
        lock(after, "tcfd", NOW)
        (kept,) = kept_editions(after.lake, "tcfd", NOW)
        assert kept.whole
        assert [one["sha256"] for one in lines(after)] == [kept.sha256], fatal
        assert _list_of(after) == []
        after.close()
        shutil.rmtree(where)


def _list_of(workspace):
    return list_findings(kept_editions(workspace.lake, "tcfd", NOW), logged(workspace, "tcfd", NOW), "tcfd")
