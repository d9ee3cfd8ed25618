"""Ids of lines and of their later versions: `2024-17~2` is the second version of `2024-17`."""

from typing import Final

__all__ = ["MARK", "next_version", "root_of"]

MARK: Final = "~"


def root_of(line_id: str) -> str:
    """The id under which a line was first entered.

    Examples
    --------
    >>> root_of("2024-17~3")
    '2024-17'
    """
    return line_id.split(MARK, 1)[0]


def next_version(line_id: str) -> str:
    """The id of the version after.

    Examples
    --------
    >>> next_version("2024-17"), next_version("2024-17~2")
    ('2024-17~2', '2024-17~3')
    """
    number = line_id.removeprefix(root_of(line_id)).removeprefix(MARK)
    return f"{root_of(line_id)}{MARK}{int(number or 1) + 1}"
