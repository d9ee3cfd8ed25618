"""The boundary of the totals: which meters stand in them, and why the others do not.

Every kilowatt-hour is counted once. In this order, a meter does not stand in the totals if

1. it is virtual, and nobody said that it counts;
2. its kind is not in the vocabulary: it is stored, never totalled;
3. it measures what leaves the site, or what is made on it;
4. a virtual meter that counts names it, and stands in its place;
5. its readings are the differences of a register, which counts in its place;
6. a parent of the same kind and direction already counts it.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from wattstone.base import InputRefused
from wattstone.portfolio.expressions import coefficients
from wattstone.portfolio.kinds import REGISTER_SUFFIX, canonical_kind, kind_of
from wattstone.portfolio.model import Meter
from wattstone.portfolio.parser import parse

__all__ = ["Counted", "Reason", "counted_meters"]

Reason = Literal[
    "counted",
    "counted_virtual",
    "virtual",
    "unknown_kind",
    "export",
    "generation",
    "in_virtual",
    "derived",
    "sub_meter",
    "parent_cycle",
]

SENTENCES: Mapping[Reason, str] = {
    "counted": "counted",
    "counted_virtual": "counted in place of the meters that it names",
    "virtual": "a virtual meter that is not marked as counted; the meters that it names are counted themselves",
    "unknown_kind": "its kind '{kind}' is not in the vocabulary: stored, never totalled",
    "export": "it measures what leaves the site",
    "generation": "it measures what is made on the site: shown beside what is bought, never added to it",
    "in_virtual": "the virtual meter '{instead}' is counted in its place",
    "derived": "its readings are the differences of the register '{instead}', which is counted",
    "sub_meter": "its parent '{instead}' already counts it",
    "parent_cycle": "its parents form a circle, so that nothing says which of them counts it",
}

# Words of a meter's id that say how it is read, not which meter it is.
_READING_WORDS = frozenset(
    ("register", "registers", "reg", "counter", "index", "cumulative", "interval", "intervals", "delta", "diff")
)
_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Counted:
    """Whether a meter stands in the totals, and why.

    Parameters
    ----------
    counted : bool
        It stands in the totals of its kind.
    code : str
        Stable name of the reason.
    instead : str or None
        The meter that counts in its place.
    kind : str
        Canonical, without the suffix of a register: the total that it belongs to.
    simulated : bool
        Its readings are made up; whatever shows its total says so.
    """

    counted: bool
    code: Reason
    instead: str | None = None
    kind: str = ""
    simulated: bool = False

    @property
    def reason(self) -> str:
        """The reason as an English sentence without its full stop."""
        return SENTENCES[self.code].format(instead=self.instead, kind=self.kind)


def counted_meters(meters: Sequence[Meter]) -> dict[str, Counted]:
    """Decide which meters stand in the totals.

    Parameters
    ----------
    meters : sequence of Meter
        All meters of the workspace: parents, registers and terms are looked for among them.

    Returns
    -------
    dict of str to Counted
        One for each meter, in the given order. What `virtual.check` reports as an error is decided so that nothing
        is counted twice.

    Notes
    -----
    A register and an interval meter of the same kind at the same site are taken for one thing, also where
    `derived_from` does not say so, if their ids differ only in words such as `register` or the kind (`a-register`,
    `a-water`), or if both were found in readings and are the only two of the kind there. Where a user declared one of
    the two, only what the user said holds.
    """
    known = {meter.id: meter for meter in meters}
    virtual = virtual_terms(meters)
    registers = registers_of(meters, known)
    tops = Tops(known, virtual)
    replaced = _replaced(known, virtual, tops, registers)
    return {meter.id: _decide(meter, replaced, registers, tops) for meter in meters}


def same_stream(meter: Meter, other: Meter) -> bool:
    """Whether two meters may count the same thing: one kind, a register or not, and one direction."""
    return _kind(meter) == _kind(other) and meter.direction == other.direction


def virtual_terms(meters: Iterable[Meter]) -> dict[str, dict[str, float]]:
    """The coefficients of each virtual meter's expression; empty where it cannot be read."""
    found: dict[str, dict[str, float]] = {}
    for meter in meters:
        if meter.expression is not None:
            try:
                found[meter.id] = coefficients(parse(meter.expression))
            except InputRefused:
                found[meter.id] = {}
    return found


def leaf_terms(virtual: Mapping[str, Mapping[str, float]]) -> dict[str, dict[str, float]]:
    """The coefficients of the meters that are read, where virtual meters name other virtual meters.

    Parameters
    ----------
    virtual : mapping of id to coefficients
        From `virtual_terms`.

    Returns
    -------
    dict of id to coefficients
        For each virtual meter; a term that would lead back in a circle is left out. [1]
    """
    found: dict[str, dict[str, float]] = {}
    for start in virtual:
        path, opened = [start], {start}
        while path:  # depth first without recursion: a chain of virtual meters may be long
            here = path[-1]
            ahead = next((t for t in virtual[here] if t in virtual and t not in found and t not in opened), None)
            if ahead is not None and here not in found:
                path.append(ahead)
                opened.add(ahead)
                continue
            path.pop()
            if here not in found:
                found[here] = _combined(virtual[here], virtual, found)
    return found


def _combined(
    terms: Mapping[str, float], virtual: Mapping[str, object], found: Mapping[str, Mapping[str, float]]
) -> dict[str, float]:
    leaves: dict[str, float] = {}
    for term, factor in terms.items():
        parts = found.get(term, {}) if term in virtual else {term: 1.0}
        for leaf, scale in parts.items():
            leaves[leaf] = leaves.get(leaf, 0.0) + factor * scale
    return leaves


class Tops:
    """The top of each meter's chain of parents: the meter that counts what all below it measure."""

    def __init__(self, known: Mapping[str, Meter], virtual: Mapping[str, Mapping[str, float]]) -> None:
        self._known = known
        self._virtual = virtual
        self._leaves = leaf_terms(virtual)
        self._top: dict[str, str | None] = {}

    def of(self, meter_id: str) -> str | None:
        """Id of the top, which is the meter itself where it has no parent; None in a circle of parents."""
        chain: list[str] = []
        seen: set[str] = set()
        here = meter_id
        while here not in self._top and here not in seen:
            chain.append(here)
            seen.add(here)
            parent = self.parent(here)
            if parent is None:
                self._top[here] = here
            else:
                here = parent
        top = self._top.get(here)  # absent only where the walk came back to a meter of this chain
        for link in chain:
            self._top.setdefault(link, top)
        return self._top[meter_id]

    def parent(self, meter_id: str) -> str | None:
        """Id of the meter that counts what this one counts, if there is one."""
        meter = self._known[meter_id]
        parent = self._known.get(meter.parent_id or "")
        if parent is None or not same_stream(meter, parent):
            return None
        uncounted = parent.expression is not None and not parent.counted
        direct, leaves = self._virtual.get(parent.id, {}), self._leaves.get(parent.id, {})
        if uncounted and (not direct or meter_id in direct or meter_id in leaves):
            return None  # a parent that is but the sum of its children counts nothing by itself
        return parent.id


def _kind(meter: Meter) -> str:
    return canonical_kind(meter.kind).removesuffix(REGISTER_SUFFIX)


def _decide(meter: Meter, replaced: Mapping[str, str], registers: Mapping[str, str], tops: Tops) -> Counted:
    code, instead = _own_reason(meter), None
    if code is None and meter.id in replaced:
        code, instead = "in_virtual", replaced[meter.id]
    if code is None and meter.id in registers:
        code, instead = "derived", registers[meter.id]
    if code is None and tops.of(meter.id) is None:
        code = "parent_cycle"
    if code is None and tops.of(meter.id) != meter.id:
        code, instead = "sub_meter", meter.parent_id
    if code is not None:
        return Counted(False, code, instead, _kind(meter), meter.simulated)
    code = "counted" if meter.expression is None else "counted_virtual"
    return Counted(True, code, None, _kind(meter), meter.simulated)


def _own_reason(meter: Meter) -> Reason | None:
    """Why a meter does not stand in the totals, whatever other meters there are."""
    if meter.expression is not None and not meter.counted:
        return "virtual"
    kind = kind_of(canonical_kind(meter.kind))
    if kind is None:
        return "unknown_kind"
    if meter.direction == "export" or kind.role == "export":
        return "export"
    return "generation" if kind.role == "generation" else None


def _replaced(
    known: Mapping[str, Meter],
    virtual: Mapping[str, Mapping[str, float]],
    tops: Tops,
    registers: Mapping[str, str],
) -> dict[str, str]:
    """Meters that a counted virtual meter names, directly or through other virtual meters, and its id."""
    found: dict[str, str] = {}
    for top in virtual:
        if _own_reason(known[top]) is not None or tops.of(top) != top:
            continue
        waiting = list(virtual[top])
        while waiting:
            term = waiting.pop()
            if term != top and term not in found:
                found[term] = top
                waiting.extend(virtual.get(term, ()))
                waiting.extend([registers[term]] if term in registers else [])
    return found


def registers_of(meters: Sequence[Meter], known: Mapping[str, Meter]) -> dict[str, str]:
    """Meters whose readings are a register's differences, said or inferred, and the id of the register."""
    found = _said(meters, known)
    groups: dict[tuple[str, str, str], list[Meter]] = {}
    for meter in meters:
        if meter.expression is None and meter.id not in found:
            groups.setdefault((meter.site_id, _kind(meter), meter.direction), []).append(meter)
    for group in groups.values():
        registers = [meter for meter in group if _is_register(meter)]
        if registers and len(registers) < len(group):
            found.update(_paired(registers, [meter for meter in group if not _is_register(meter)]))
    return found


def _said(meters: Sequence[Meter], known: Mapping[str, Meter]) -> dict[str, str]:
    """What `derived_from` says, where it names a meter of the kind and does not lead round in a circle."""
    said = {
        meter.id: meter.derived_from
        for meter in meters
        if meter.derived_from in known and meter.derived_from and same_stream(meter, known[meter.derived_from])
    }
    sound: dict[str, bool] = {}
    for meter_id in said:
        path: dict[str, None] = {}
        here = meter_id
        while here in said and here not in path and here not in sound:
            path[here] = None
            here = said[here]
        ends = sound.get(here, here not in path)
        sound.update(dict.fromkeys(path, ends))
    return {meter_id: register for meter_id, register in said.items() if sound[meter_id]}


def _is_register(meter: Meter) -> bool:
    return meter.reading == "register" or canonical_kind(meter.kind).endswith(REGISTER_SUFFIX)


def _paired(registers: Sequence[Meter], others: Sequence[Meter]) -> dict[str, str]:
    by_stem = {_stem(register): register for register in registers}
    pairs = [(other, by_stem[_stem(other)]) for other in others if _stem(other) in by_stem]
    alone = len(registers) == len(others) == 1 and registers[0].declared == others[0].declared == "readings"
    if alone:
        pairs = [(others[0], registers[0])]
    return {other.id: register.id for other, register in pairs if "user" not in (other.declared, register.declared)}


def _stem(meter: Meter) -> tuple[str, ...]:
    """The words of a meter's id that say which meter it is: `a-register` and `a-water` are both `a`."""
    words = (word for word in _WORD.split(meter.id.casefold()) if word)
    return tuple(word for word in words if word not in _READING_WORDS and canonical_kind(word) != _kind(meter))
