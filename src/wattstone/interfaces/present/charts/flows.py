"""Where the blocks and bands of a flow diagram lie: sums of heights, gaps between blocks, room for labels."""

from collections.abc import Sequence
from dataclasses import dataclass

GAP = 8.0  # px between blocks of a column
_SHARE = 0.1  # of the height that gaps may take


@dataclass(frozen=True)
class Block:
    """A block of a column; places in pixels from the upper left corner.

    Parameters
    ----------
    name : str
        Of the block.
    column : int
        From the left.
    value : float
        What it stands for.
    x, top, low : float
        Its left, upper and lower edge. [px]
    tint : str
        Name of the colour; empty where bands of several colours meet in it.
    """

    name: str
    column: int
    value: float
    x: float
    top: float
    low: float
    tint: str


@dataclass(frozen=True)
class Band:
    """A band between two blocks.

    Parameters
    ----------
    name, tint : str
        Of the band, and of its colour.
    x, top, low : float
        Where it begins. [px]
    end_x, end_top, end_low : float
        Where it ends. [px]
    """

    name: str
    tint: str
    x: float
    top: float
    low: float
    end_x: float
    end_top: float
    end_low: float


@dataclass(frozen=True)
class Part:
    """What a block is laid out from: its name, what it stands for, and the height that its label needs. [px]"""

    name: str
    value: float
    room: float


def laid_out(
    columns: Sequence[Sequence[Part]],
    parts: Sequence[tuple[str, str, str, float]],
    *,
    places: Sequence[float],
    thickness: float,
    height: float,
) -> tuple[list[Block], list[Band]]:
    """Lay out blocks in columns, and the bands between them.

    Parameters
    ----------
    columns : sequence
        Of each column its blocks, from above.
    parts : sequence of tuple
        Names of the blocks in each of three columns, and the value that goes through them. The first name is also the
        colour.
    places : sequence of float
        Left edge of each column. [px]
    thickness, height : float
        Of a block, and of the whole drawing. [px]

    Returns
    -------
    blocks : list of Block
        A small block stands in the middle of the room that its label needs, so that labels never touch and each stands
        beside its block. One scale serves all columns: the largest that fits.
    bands : list of Band
        At each block they lie in the order of the blocks at the other end, so that they cross as little as possible.
    """
    unit = min(_scale(column, height) for column in columns)
    blocks: list[Block] = []
    for number, (column, x) in enumerate(zip(columns, places, strict=True)):
        slots = [max(unit * part.value, part.room) for part in column]
        gap = (height - sum(slots)) / max(len(column) - 1, 1)
        gap = min(max(gap, 0.0), GAP)
        top = (height - sum(slots) - gap * (len(column) - 1)) / 2
        for part, slot in zip(column, slots, strict=True):
            tints = {one[0] for one in parts if one[number] == part.name}
            tint = tints.pop() if len(tints) == 1 else ""
            middle, half = top + slot / 2, unit * part.value / 2
            blocks.append(Block(part.name, number, part.value, x, middle - half, middle + half, tint))
            top += slot + gap
    bands: list[Band] = []
    for number in range(len(columns) - 1):
        bands += _between(blocks, parts, number, thickness, unit)
    return blocks, bands


def _scale(column: Sequence[Part], height: float) -> float:
    """The most pixels for a unit of value with which a column fits, labels and gaps counted; by halving."""
    gaps = min(GAP * (len(column) - 1), _SHARE * height)
    low, high = 0.0, height / sum(part.value for part in column)
    for _ in range(60):
        middle = (low + high) / 2
        if sum(max(middle * part.value, part.room) for part in column) + gaps <= height:
            low = middle
        else:
            high = middle
    return low or high


def _between(
    blocks: Sequence[Block], parts: Sequence[tuple[str, str, str, float]], number: int, thickness: float, unit: float
) -> list[Band]:
    left = {block.name: block for block in blocks if block.column == number}
    right = {block.name: block for block in blocks if block.column == number + 1}
    sums: dict[tuple[str, str, str], float] = {}
    for part in parts:
        key = (str(part[number]), str(part[number + 1]), part[0])
        sums[key] = sums.get(key, 0.0) + part[3]
    order = {name: place for place, name in enumerate((*left, *right))}
    starts: dict[tuple[str, str, str], float] = {}
    ends: dict[tuple[str, str, str], float] = {}
    for found, side, other in ((starts, left, 1), (ends, right, 0)):
        for name, block in side.items():
            at = block.top
            keys = [key for key in sums if key[1 - other] == name]
            for key in sorted(keys, key=lambda key: (order[key[other]], key[2])):
                found[key] = at
                at += unit * sums[key]
    return [
        Band("|".join((str(number), *key)), key[2], left[key[0]].x + thickness, starts[key],
             starts[key] + unit * value, right[key[1]].x, ends[key], ends[key] + unit * value)
        for key, value in sums.items()
    ]  # fmt: skip
