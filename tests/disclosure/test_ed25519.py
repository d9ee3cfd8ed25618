"""Signatures checked by hand: the test vectors of RFC 8032, and every way to bend a signature that we know of."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from wattstone.disclosure.ed25519 import is_signed

# RFC 8032, section 7.1, TEST 1 to 3 and SHA(abc): public key, message, signature.
VECTORS = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]  # fmt: skip
ORDER = 2**252 + 27742317777372353535851937790883648493


@pytest.mark.parametrize(("public", "message", "signature"), VECTORS)
def test_signatures_of_the_standard_hold(public, message, signature):
    key, told, signed = (bytes.fromhex(one) for one in (public, message, signature))

    assert is_signed(key, signed, told)
    assert not is_signed(key, signed, told + b"x")
    for at in (0, 31, 32, 63):
        assert not is_signed(key, signed[:at] + bytes([signed[at] ^ 1]) + signed[at + 1 :], told)


def test_a_second_form_of_a_signature_is_refused():
    """S and S + L sign the same; the standard takes the smaller alone."""
    key, told, signed = (bytes.fromhex(one) for one in VECTORS[1])
    second = int.from_bytes(signed[32:], "little") + ORDER

    assert not is_signed(key, signed[:32] + second.to_bytes(32, "little"), told)


@pytest.mark.parametrize(
    "public", [bytes(31), bytes([1]) + bytes(31), bytes(32), b"\xff" * 32, b"\xed" + b"\xff" * 30 + b"\x7f"]
)
def test_keys_that_are_none_sign_nothing(public):
    """Too short, of small order (they would sign anything), not in their one form."""
    assert not is_signed(public, bytes([1]) + bytes(63), b"anything")
    assert not is_signed(public, bytes(64), b"anything")


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=200))
@settings(max_examples=15)
def test_what_cryptography_signs_holds(seed, message):
    secret = Ed25519PrivateKey.from_private_bytes(seed)
    public = secret.public_key().public_bytes_raw()

    assert is_signed(public, secret.sign(message), message)
    assert not is_signed(public, secret.sign(message + b"."), message)
