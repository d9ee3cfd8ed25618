"""Signatures of webhooks, and secrets that rotate."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta

from wattstone.interfaces.alerts import make_secret, rotate_secret, sign, valid_secrets, verify
from wattstone.interfaces.store.server.secrets import Secrets


def test_the_signature_is_hmac_over_timestamp_and_body():
    """By the definition: HMAC-SHA256 of `TIMESTAMP.BODY`, in hexadecimal."""
    body = b'{"alert":"a1"}'
    expected = hmac.new(b"whsec_x", b'1700000000.{"alert":"a1"}', hashlib.sha256).hexdigest()

    assert sign(body, ["whsec_x"], at=1_700_000_000) == f"t=1700000000,v1={expected}"


def test_what_was_changed_is_old_or_is_signed_by_another_is_not_believed():
    header = sign(b"body", ["right"], at=1000)

    assert verify(b"body", header, "right", now=1200)
    assert not verify(b"Body", header, "right", now=1200)
    assert not verify(b"body", header, "wrong", now=1200)
    assert not verify(b"body", header, "right", now=1301)
    assert not verify(b"body", header.replace("t=1000", "t=1001"), "right", now=1200)
    assert not verify(b"body", f"t=9,{header}", "right", now=1200)
    assert not verify(b"body", "", "right", now=1200)


def test_while_a_secret_rotates_both_sign(tmp_path):
    store = Secrets(tmp_path)
    old = make_secret(store, "webhook-1")
    began = datetime(2024, 5, 1, tzinfo=UTC)
    new = rotate_secret(store, "webhook-1", now=lambda: began)

    both = valid_secrets(store, "webhook-1", now=began + timedelta(hours=23))
    header = sign(b"x", both, at=1000)

    assert both == (new, old)
    assert verify(b"x", header, old, now=1000)
    assert verify(b"x", header, new, now=1000)
    assert valid_secrets(store, "webhook-1", now=began + timedelta(hours=25)) == (new,)


def test_secrets_are_files_that_their_owner_alone_reads(tmp_path):
    make_secret(Secrets(tmp_path / "secrets"), "webhook-1")

    assert (tmp_path / "secrets" / "webhook-1").stat().st_mode & 0o077 == 0
