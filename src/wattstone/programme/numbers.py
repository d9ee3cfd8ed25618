"""Numbers within the sentences of a report."""

from typing import Final

__all__ = ["formatted", "grouped"]

_THIN: Final = "\N{NARROW NO-BREAK SPACE}"


def formatted(value: float, spec: str) -> str:
    r"""A number by a format specification, with thin spaces where it asks for commas.

    Examples
    --------
    >>> formatted(1234567.5, ",.1f").encode("unicode-escape").decode(), formatted(0.256, ".0%")
    ('1\\u202f234\\u202f567.5', '26%')
    """
    return format(value, spec).replace(",", _THIN)


def grouped(value: float) -> str:
    r"""All digits of a number that was entered, in groups.

    Examples
    --------
    >>> grouped(41e6).encode("unicode-escape").decode(), grouped(0.25)
    ('41\\u202f000\\u202f000', '0.25')
    """
    return formatted(value, ",.12g")
