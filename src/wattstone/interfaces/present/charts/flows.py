"""Where the blocks and bands of a flow diagram lie: sums of heights, gaps between blocks, labels that do not touch."""

from collections.abc import Sequence
from dataclasses import dataclass

GAP = 10.0  # px between blocks of a column
_SHARE = 0.3  # of the height that gaps may take


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


def laid_out(
    columns: Sequence[Sequence[tuple[str, float]]],
    parts: Sequence[tuple[str, str, str, float]],
    *,
    places: Sequence[float],
    thickness: float,
    height: float,
    whole: float,
) -> tuple[list[Block], list[Band]]:
    """Lay out blocks in columns, and the bands between them.

    Parameters
    ----------
    columns : sequence
        Of each column its blocks, name and value, from above.
    parts : sequence of tuple
        Names of the blocks in each of three columns, and the value that goes through them. The first name is also the
        colour.
    places : sequence of float
        Left edge of each column. [px]
    thickness, height : float
        Of a block, and of the whole drawing. [px]
    whole : float
        Sum of a column; one scale serves all of them.

    Returns
    -------
    blocks : list of Block
    bands : list of Band
        At each block they lie in the order of the blocks at the other end, so that they cross as little as possible.
    """
    gaps = max(len(column) - 1 for column in columns)
    gap = min(GAP, _SHARE * height / gaps) if gaps else 0.0
    unit = (height - gap * gaps) / whole
    blocks: list[Block] = []
    for number, (column, x) in enumerate(zip(columns, places, strict=True)):
        top = (height - unit * sum(value for _, value in column) - gap * (len(column) - 1)) / 2
        for name, value in column:
            tints = {part[0] for part in parts if part[number] == name}
            tint = tints.pop() if len(tints) == 1 else ""
            blocks.append(Block(name, number, value, x, top, top + unit * value, tint))
            top += unit * value + gap
    bands: list[Band] = []
    for number in range(len(columns) - 1):
        bands += _between(blocks, parts, number, thickness, unit)
    return blocks, bands


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


def spread(middles: Sequence[float], spans: Sequence[float], height: float) -> list[float]:
    """Middles of labels moved as little as possible so that none touches the next.

    Parameters
    ----------
    middles : sequence of float
        Where each would best stand, from above. [px]
    spans : sequence of float
        Height of each label. [px]
    height : float
        They stay within it while there is room; a few pixels beyond it otherwise. [px]

    Returns
    -------
    list of float
        In the same order; by the pooling of neighbours that is used for monotone regression.

    Examples
    --------
    >>> spread([10.0, 12.0, 60.0], [10.0, 10.0, 10.0], 100.0)
    [6.0, 16.0, 60.0]
    """
    before = [sum(spans[:place]) + span / 2 for place, span in enumerate(spans)]
    pools: list[tuple[float, int]] = []
    for middle, offset in zip(middles, before, strict=True):
        total, count = middle - offset, 1
        while pools and pools[-1][0] / pools[-1][1] > total / count:
            held, more = pools.pop()
            total, count = total + held, count + more
        pools.append((total, count))
    shifts = [total / count for total, count in pools for _ in range(count)]
    room = max(height - sum(spans), 0.0)
    return [min(max(shift, 0.0), room) + offset for shift, offset in zip(shifts, before, strict=True)]
