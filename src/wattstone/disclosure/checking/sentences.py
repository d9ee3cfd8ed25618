"""Sentences of a text, and whether one denies what comes next in it; English and Chinese."""

import re
from typing import Final

__all__ = ["DENIED", "SENTENCE"]

DENIED: Final = re.compile(
    r"(?:\b(?:no|not(?!\s+only)|never|neither|nor|without|cannot)\b[^.;]{0,60}|(?:不(?![仅但只])|未|无(?!论)|没有|并非)[^，。；]{0,20})$",
    re.IGNORECASE,
)
"""The words before a claim, where they deny it."""

SENTENCE: Final = re.compile(r"[^.!?;。！？；\n]+(?:[.](?=\d)[^.!?;。！？；\n]+)*")
