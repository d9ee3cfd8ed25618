"""Texts that people gave as a part of a line's name."""

import re
from typing import Final

from wattstone.programme.slugs import slug

__all__ = ["part"]

_PLAIN: Final = re.compile(r"[a-z0-9][a-z0-9_-]*")


def part(text: str) -> str:
    """A text as a part of a line's name: small letters, digits, `_` and `-` stand as they are, others are escaped.

    Examples
    --------
    >>> part("river_flood"), part("River flood"), part("sea level")
    ('river_flood', 'River%20flood', 'sea%20level')
    """
    return text if _PLAIN.fullmatch(text) else slug(text.replace("_", "%5F")).replace("%25", "%").replace("_", "%20")
