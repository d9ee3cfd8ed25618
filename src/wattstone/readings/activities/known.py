"""What a table of activities is held against: sites, kinds with their items and units, meters, documents."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property
from typing import Final

from wattstone.base import UnknownUnit
from wattstone.rates.activities import ActivityKind
from wattstone.rates.activity_units import ActivityUnit, activity_unit

__all__ = ["LABEL", "Known", "Measured", "bare_of"]

LABEL: Final = " · "
"""Between an id and its label in the lists of a template: `diesel · Diesel`; what stands behind it is not read."""
_LIKE: Final = 0.8  # of letters in common, for a name to be what somebody may have meant
_CURRENCY: Final = re.compile(r"[A-Za-z]{3}")


@dataclass(frozen=True)
class Measured:
    """A unit as it is kept, and how many of it one of the given unit is."""

    unit: str
    factor: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Known:
    """What lines may name.

    Parameters
    ----------
    sites : mapping of str to str
        Name by id.
    kinds : mapping
        By id.
    meters : mapping of str to str
        Site by meter.
    documents : frozenset of str
        SHA-256 of what is attached already.
    own : frozenset of (str, str)
        Kinds and items of which the organisation has factors of its own.
    labels : mapping of str to str
        Further names by which kinds go, and their ids: those of another language.
    """

    sites: Mapping[str, str]
    kinds: Mapping[str, ActivityKind]
    meters: Mapping[str, str] = field(default_factory=dict[str, str])
    documents: frozenset[str] = frozenset()
    own: frozenset[tuple[str, str]] = frozenset()
    labels: Mapping[str, str] = field(default_factory=dict[str, str])

    def site(self, text: str) -> str | None:
        """The id of a site that is named by its id, or by a name that no other site has."""
        bare = bare_of(text)
        return bare if bare in self.sites else self._names.get(text.strip().casefold())

    def kind(self, text: str) -> str | None:
        """The id of a kind."""
        bare = bare_of(text)
        return bare if bare in self.kinds else self._labels.get(text.strip().casefold())

    def item(self, kind: str, text: str) -> str | None:
        """The id of an item of a kind: its default where nothing is said, the text itself where any will do."""
        one = self.kinds[kind]
        bare = bare_of(text)
        if not bare:
            return one.default if one.default or not one.items else None
        if bare in one.items:
            return bare
        folded = text.strip().casefold()
        named = (name for name, label in one.items.items() if folded in (name.casefold(), label.casefold()))
        return next(named, bare if one.knows(bare) else None)

    def close(self, kind: str, text: str) -> str:
        """The item of a kind that somebody may have meant by a text; empty where none is like it."""
        names = {name.casefold(): name for name in self.kinds[kind].items}
        plain = {_bare_letters(name): name for name in names.values()}
        folded = bare_of(text).casefold()
        if (same := plain.get(_bare_letters(folded))) is not None:
            return same
        return next((names[one] for one in get_close_matches(folded, names, n=1, cutoff=_LIKE)), "")

    def measured(self, kind: str, item: str, text: str, *, free: bool) -> Measured | None:
        """The unit in which an amount is kept: the first of the kind's own that measures the same.

        Parameters
        ----------
        kind, item : str
            Known ones.
        text : str
            As it is given.
        free : bool
            Whether one's own factor or a statement decides, so that any unit will do.
        """
        one, bare = self.kinds[kind], bare_of(text)
        listed = one.units_of(item)
        if bare in listed:
            return Measured(bare)
        given = _unit(bare)
        if given is None:
            return None
        for name in listed:
            known = activity_unit(name)
            if (known.quantity, known.basis) == (given.quantity, given.basis):
                return Measured(name, given.factor / known.factor)
        return Measured(given.name) if free or one.counts(item, given.name) else None

    @cached_property
    def _names(self) -> dict[str, str]:
        return _only((name, one) for one, name in self.sites.items() if name)

    @cached_property
    def _labels(self) -> dict[str, str]:
        own = _only((kind.label, one) for one, kind in self.kinds.items())
        return {name.casefold(): one for name, one in self.labels.items()} | own


def _bare_letters(text: str) -> str:
    """A text without what separates its parts: `R410A` is `R-410A`."""
    return re.sub(r"[\W_]", "", text).casefold()


def bare_of(text: str) -> str:
    """A cell without the label that a template's list shows behind an id."""
    return text.split(LABEL, 1)[0].strip()


def _only(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Names that one thing alone has, folded."""
    found: dict[str, str] = {}
    twice: set[str] = set()
    for name, one in pairs:
        folded = name.strip().casefold()
        if found.setdefault(folded, one) != one:
            twice.add(folded)
    return {name: one for name, one in found.items() if name not in twice}


def _unit(text: str) -> ActivityUnit | None:
    other = text.upper() if _CURRENCY.fullmatch(text) else text.removesuffix("s")
    for spelling in (text, other):
        try:
            return activity_unit(spelling)
        except UnknownUnit:
            continue
    return None
