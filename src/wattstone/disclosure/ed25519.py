"""Ed25519 signatures checked with the standard library alone, so that a pack can be checked where nothing is installed.

It only checks: what is secret never comes here, so that the time it takes tells nobody anything. Signing is the work of
`cryptography`.

References
----------
.. [1] S. Josefsson and I. Liusvaara, "Edwards-Curve Digital Signature Algorithm (EdDSA)," RFC 8032, 2017, 5.1.
"""

import hashlib

__all__ = ["is_signed"]

_P = 2**255 - 19
_ORDER = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, _P) % _P
_ROOT = pow(2, (_P - 1) // 4, _P)  # of -1

_Point = tuple[int, int, int, int]
"""X, Y, Z, T with x = X/Z, y = Y/Z and xy = T/Z."""


def is_signed(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether a signature is that of a message by the key that belongs to a public key [1]_.

    Parameters
    ----------
    public : bytes
        32 of them.
    signature : bytes
        64 of them.
    message : bytes

    Examples
    --------
    >>> is_signed(bytes(32), bytes(64), b"")
    False
    """
    if len(public) != 32 or len(signature) != 64:
        return False
    key, start = _point(public), _point(signature[:32])
    number = int.from_bytes(signature[32:], "little")
    if key is None or start is None or number >= _ORDER or _equal(_times(8, key), _times(0, key)):
        return False
    hashed = hashlib.sha512(signature[:32] + public + message).digest()
    scale = int.from_bytes(hashed, "little") % _ORDER
    return _equal(_times(number, _BASE), _plus(start, _times(scale, key)))


def _point(encoded: bytes) -> _Point | None:
    """A point of the curve; None where the bytes are none, or not in their one form."""
    number = int.from_bytes(encoded, "little")
    sign, y = number >> 255, number & (2**255 - 1)
    if y >= _P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if x * x % _P != square:
        x = x * _ROOT % _P
    if x * x % _P != square or (x == 0 and sign):
        return None
    x = _P - x if x & 1 != sign else x
    return x, y, 1, x * y % _P


def _plus(one: _Point, other: _Point) -> _Point:
    a = (one[1] - one[0]) * (other[1] - other[0]) % _P
    b = (one[1] + one[0]) * (other[1] + other[0]) % _P
    c = 2 * one[3] * other[3] * _D % _P
    d = 2 * one[2] * other[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _times(number: int, point: _Point) -> _Point:
    found: _Point = (0, 1, 1, 0)
    while number:
        if number & 1:
            found = _plus(found, point)
        point, number = _plus(point, point), number >> 1
    return found


def _equal(one: _Point, other: _Point) -> bool:
    return (one[0] * other[2] - other[0] * one[2]) % _P == 0 and (one[1] * other[2] - other[1] * one[2]) % _P == 0


_BASE_Y = 4 * pow(5, -1, _P) % _P
_BASE = _point(_BASE_Y.to_bytes(32, "little")) or (0, 1, 1, 0)
