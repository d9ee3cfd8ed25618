"""Which charts and tables of a section stand beside each other on paper: two that need half a page each."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any, Final

__all__ = ["paired"]

_WIDTH: Final = 60.0  # widths of a digit in half a page
_PAD: Final = 1.6  # widths of a digit around a column
_ROWS: Final = 14  # of a table that stays whole beside another
_UNEVEN: Final = 5  # rows that one of two tables may have more

Block = dict[str, Any]


def paired(blocks: Sequence[Block]) -> list[Block]:
    """Blocks in their order, two that follow each other as one pair where each is narrow enough.

    Parameters
    ----------
    blocks : sequence of dict
        As the template takes them.

    Returns
    -------
    list of dict
        A pair is of kind `pair` and has its two in `blocks`; a chart in it is `half`. A chart stands beside a chart,
        or beside a table; two tables stand beside each other where both are short.
    """
    made: list[Block] = []
    for narrow, some in groupby(blocks, key=_narrow):
        held = list(some)
        if not narrow:
            made += held
            continue
        while held:
            if len(held) > 1 and _together(held[0], held[1]):
                made.append({"kind": "pair", "blocks": [_half(one) for one in held[:2]]})
                held = held[2:]
            else:
                made.append(held.pop(0))
    return made


def _together(one: Block, other: Block) -> bool:
    if one["kind"] == other["kind"] == "table":
        return abs(len(one["table"]["rows"]) - len(other["table"]["rows"])) <= _UNEVEN
    return True


def _half(one: Block) -> Block:
    return {**one, "half": True} if one["kind"] == "picture" else one


def _narrow(one: Block) -> bool:
    """Whether it can be read in half the width of a page."""
    if one["kind"] == "picture":
        return True
    if one["kind"] != "table" or len(one["table"]["rows"]) > _ROWS:
        return False
    columns = one["table"]["columns"]
    return sum(column["wide"] + _PAD for column in columns) <= _WIDTH
