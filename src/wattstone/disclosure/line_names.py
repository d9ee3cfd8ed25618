"""Texts that people gave as a part of a line's name."""

import re
from typing import Final

from wattstone.programme.slugs import slug

__all__ = ["part", "text_of"]

_ESCAPED: Final = re.compile(r"(?:%[0-9A-F]{2})+")
_PLAIN: Final = re.compile(r"[a-z0-9][a-z0-9_-]*")


def part(text: str) -> str:
    """A text as a part of a line's name: small letters, digits, `_` and `-` stand as they are, others are escaped.

    Examples
    --------
    >>> part("river_flood"), part("River flood"), part("sea level")
    ('river_flood', 'River%20flood', 'sea%20level')
    """
    return text if _PLAIN.fullmatch(text) else slug(text.replace("_", "%5F")).replace("%25", "%").replace("_", "%20")


def text_of(name: str) -> str:
    """The text that a part of a line's name was made from: the inverse of `part`.

    Examples
    --------
    >>> text_of("River%20flood"), text_of(part("天然气 2")), text_of(part("a_b c%"))
    ('River flood', '天然气 2', 'a_b c%')
    """
    return _ESCAPED.sub(lambda found: bytes.fromhex(found[0].replace("%", "")).decode(), name)
