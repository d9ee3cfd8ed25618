"""Keys: made once, read by their owner alone, never in a workspace; old ones stay to check what they signed."""

import stat
from datetime import UTC, datetime, timedelta

import pytest

from wattstone.base import InputRefused
from wattstone.disclosure.ed25519 import is_signed
from wattstone.interfaces.store.keys import FOLDER, PASSPHRASE, Keys, keys_folder
from wattstone.interfaces.store.workspace import create_workspace
from wattstone.workflows.disclosure.signing import Signature, signature_findings, signed

NOW = datetime(2026, 3, 14, 9, 30, tzinfo=UTC)


@pytest.fixture
def keys(tmp_path, monkeypatch):
    monkeypatch.delenv(PASSPHRASE, raising=False)
    return Keys(tmp_path / "keys")


def codes(refused):
    return [one.code for one in refused.value.findings]


def test_a_key_is_made_and_signs(keys):
    made = keys.create("Climate report")
    signer = keys.signer()

    assert (signer.key, signer.public) == (made.id, made.public)
    assert is_signed(made.public, signer.sign(b"text"), b"text")
    assert "PUBLIC KEY" in keys.export(made.id[:6])
    assert [(one.id, one.name, one.own) for one in keys.every()] == [(made.id, "Climate report", True)]
    assert stat.S_IMODE(keys.folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(one.stat().st_mode) for one in keys.folder.iterdir()} == {0o600}
    assert {one.name for one in keys.folder.iterdir()} == {"keys.json", f"{made.id}.key"}


def test_what_others_can_read_is_refused(keys):
    made = keys.create("x")
    keys.folder.chmod(0o750)
    (keys.folder / f"{made.id}.key").chmod(0o644)

    with pytest.raises(InputRefused) as refused:
        Keys(keys.folder)
    assert codes(refused) == ["keys.readable", "keys.readable"]
    assert {one.params["mode"] for one in refused.value.findings} == {"750", "644"}


def test_a_folder_in_a_workspace_is_refused(tmp_path):
    create_workspace(tmp_path / "w")
    (tmp_path / "way").symlink_to(tmp_path / "w")

    for folder in (tmp_path / "w", tmp_path / "w" / "deep" / "keys", tmp_path / "way" / "keys"):
        with pytest.raises(InputRefused) as refused:
            Keys(folder)
        assert codes(refused) == ["keys.in_workspace"]


def test_the_folder_is_the_users_own_or_the_one_that_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv(FOLDER, str(tmp_path / "k"))
    assert keys_folder() == tmp_path / "k"
    monkeypatch.delenv(FOLDER)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "c"))
    assert keys_folder() == tmp_path / "c" / "wattstone" / "keys"


def test_a_passphrase_locks_a_key(keys, monkeypatch):
    made = keys.create("x", passphrase=lambda: "open sesame")
    content = (keys.folder / f"{made.id}.key").read_text()
    assert "ENCRYPTED" in content

    for wrong in (None, "sesame"):
        with pytest.raises(InputRefused) as refused:
            keys.signer(passphrase=lambda wrong=wrong: wrong)
        assert codes(refused) == ["keys.passphrase"]
    monkeypatch.setenv(PASSPHRASE, "open sesame")
    assert keys.signer().key == made.id


def test_another_key_signs_and_the_old_one_still_checks(keys):
    old = keys.create("Report")
    before = signed("a" * 64, keys.signer(), NOW)
    new = keys.rotate()

    assert (keys.signer().key, new.name) == (new.id, "Report")
    assert signature_findings(before, "a" * 64, "e", keys) == ()
    with pytest.raises(InputRefused) as refused:
        keys.signer(old.id)
    assert codes(refused) == ["keys.retired"]


def test_what_a_revoked_key_signed_after_is_refused_and_before_told(keys):
    made = keys.create("x")
    signer = keys.signer()
    early, late = (signed("a" * 64, signer, NOW + timedelta(days=one)) for one in (-1, 1))
    keys.revoke(made.id, "laptop lost", at=NOW)

    told = [signature_findings(one, "a" * 64, "e", keys) for one in (early, late)]
    assert [[(one.code, one.severity) for one in each] for each in told] == [
        [("edition.key_revoked", "warning")], [("edition.key_revoked", "error")],
    ]  # fmt: skip
    assert told[0][0].params["reason"] == "laptop lost"
    for again in (lambda: keys.signer(made.id), lambda: keys.revoke(made.id, "again")):
        with pytest.raises(InputRefused) as refused:
            again()
        assert codes(refused) == ["keys.revoked"]
    with pytest.raises(InputRefused) as refused:
        keys.signer()
    assert codes(refused) == ["keys.none"]
    other = keys.create("y")
    with pytest.raises(InputRefused) as refused:
        keys.revoke(other.id, " ")
    assert codes(refused) == ["keys.no_reason"]


def test_the_key_of_another_machine_is_known_once_it_is_taken_in(keys, tmp_path):
    other = Keys(tmp_path / "other")
    made = other.create("theirs")
    told = signed("a" * 64, other.signer(), NOW)
    assert [one.code for one in signature_findings(told, "a" * 64, "e", keys)] == ["edition.key_unknown"]

    taken = keys.take_in(other.export(made.id), "Wattle Ltd")
    assert (taken.id, taken.own) == (made.id, False)
    assert signature_findings(told, "a" * 64, "e", keys) == ()
    with pytest.raises(InputRefused) as refused:
        keys.signer(made.id)
    assert codes(refused) == ["keys.none"]
    with pytest.raises(InputRefused) as refused:
        keys.take_in("no key", "x")
    assert codes(refused) == ["keys.no_public_key"]


def test_a_signature_is_of_one_manifest_one_key_and_one_time(keys, tmp_path):
    keys.create("x")
    held = signed("a" * 64, keys.signer(), NOW)
    assert Signature.read(held.as_dict()) == held

    other = Keys(tmp_path / "other")
    other.create("y")
    theirs = signed("a" * 64, other.signer(), NOW)
    bent = [
        {"at": "2020-01-01T00:00:00+00:00"}, {"signature": theirs.signature}, {"public": theirs.public},
        {"key": theirs.key}, {"signature": "no"}, {"sha256": "b" * 64},
    ]  # fmt: skip
    for change in bent:
        told = Signature.read({**held.as_dict(), **change})
        assert [one.code for one in signature_findings(told, "a" * 64, "e", keys)] == ["edition.signature"], change
    assert [one.code for one in signature_findings(held, "b" * 64, "e", keys)] == ["edition.signature"]
