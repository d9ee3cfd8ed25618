"""Meters that measure what others measure too: in a sum, only the outermost of them count."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from wattstone.portfolio.boundary import leaf_terms, virtual_terms
from wattstone.portfolio.model import Meter
from wattstone.savings.result import MeterSaving


def inner_meters(names: Collection[str], meters: Sequence[Meter]) -> dict[str, str]:
    """Meters whose use others among the same names count already.

    Parameters
    ----------
    names : collection of str
        Ids to be summed.
    meters : sequence of Meter
        All of the workspace: whose parent each is, and what virtual ones are made of.

    Returns
    -------
    dict of str to str
        By meter, another that has it inside: one above it, or a virtual one that adds it up.

    Notes
    -----
    A virtual meter lies inside a real one if all that it adds does; what it takes off makes it smaller. A real meter
    lies inside a virtual one that adds it or one above it, unless the virtual one takes it off again.
    """
    parents = {one.id: one.parent_id for one in meters if one.parent_id is not None}
    leaves = leaf_terms(virtual_terms(meters))
    found: dict[str, str] = {}
    for name in sorted(names, key=lambda one: (one not in leaves, one)):
        for other in sorted(set(names) - {name} - set(found)):
            if _inside(name, other, leaves, parents):
                found[name] = other
                break
    return found


def counted_once(savings: Sequence[MeterSaving], meters: Sequence[Meter]) -> tuple[list[MeterSaving], dict[str, str]]:
    """What may be summed, and what may not because others count it already.

    Parameters
    ----------
    savings : sequence of MeterSaving
        Each meter once.
    meters : sequence of Meter
        All of the workspace.

    Returns
    -------
    list of MeterSaving
        Those that no other of the same kind and unit with a result has inside.
    dict of str to str
        The others, as of `inner_meters`.
    """
    inner: dict[str, str] = {}
    for kind, unit in dict.fromkeys((one.kind, one.unit) for one in savings):
        alike = [one.meter for one in savings if (one.kind, one.unit) == (kind, unit) and one.avoided is not None]
        if len(alike) > 1:
            inner |= inner_meters(alike, meters)
    return [one for one in savings if one.meter not in inner], inner


def _inside(name: str, other: str, leaves: Mapping[str, Mapping[str, float]], parents: Mapping[str, str]) -> bool:
    added = _parts(name, leaves, positive=True)
    wider, taken = _parts(other, leaves, positive=True), _parts(other, leaves, positive=False)
    lines = [[one, *_above(one, parents)] for one in added]
    return bool(lines) and all(wider & set(line) and not taken & set(line) for line in lines)


def _parts(name: str, leaves: Mapping[str, Mapping[str, float]], *, positive: bool) -> set[str]:
    """The meters that one adds, or takes off; of a meter that is read, itself."""
    if name not in leaves:
        return {name} if positive else set()
    return {leaf for leaf, factor in leaves[name].items() if factor != 0 and (factor > 0) == positive}


def _above(name: str, parents: Mapping[str, str]) -> Iterator[str]:
    seen = {name}
    while (name := parents.get(name, "")) and name not in seen:
        seen.add(name)
        yield name
