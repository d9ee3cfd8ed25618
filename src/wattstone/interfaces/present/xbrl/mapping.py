"""Official taxonomies: what an organisation maps the product's concepts to, read from a file of its own.

No element name of an official taxonomy stands in this product. Whoever has the publisher's package reads the names
there and writes them into a file; facts are then tagged by both.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, cast

from wattstone.base import Finding, InputRefused
from wattstone.interfaces.present.languages import mark
from wattstone.interfaces.present.xbrl.concepts import Fact, taxonomy

__all__ = ["Counterpart", "Official", "read_mapping"]

_QNAME: Final = re.compile(r"[A-Za-z_][\w.-]*:[A-Za-z_][\w.-]*")
_OURS: Final = frozenset({
    "ix", "ixt", "xbrli", "xbrldi", "link", "xlink", "utr", "iso4217", "xml", "xmlns", "xsi", "dtr", "ws",
})  # fmt: skip


@dataclass(frozen=True)
class Counterpart:
    """The official concept of a fact.

    Parameters
    ----------
    name : str
        With the prefix of its namespace.
    dimensions : tuple of (str, str)
        Axes and members that the official concept asks for.
    """

    name: str
    dimensions: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Official:
    """A mapping to an official taxonomy.

    Parameters
    ----------
    entry : str
        Address of its entry point, as its package has it.
    namespaces : mapping of str to str
        By prefix.
    counterparts : mapping
        By concept and its own members, sorted.
    instead : bool
        Whether a mapped fact is tagged by the official concept alone.
    """

    entry: str
    namespaces: Mapping[str, str] = field(default_factory=dict[str, str])
    counterparts: Mapping[tuple[str, tuple[tuple[str, str], ...]], Counterpart] = field(
        default_factory=dict[tuple[str, tuple[tuple[str, str], ...]], Counterpart]
    )
    instead: bool = False

    def of(self, fact: Fact) -> Counterpart | None:
        """The counterpart of a fact; None where the file names none."""
        return self.counterparts.get((fact.concept.id, tuple(sorted(fact.dimensions))))


def read_mapping(path: Path) -> Official:
    """Read a mapping from a file.

    Parameters
    ----------
    path : Path
        TOML: `[taxonomy]` with `entry` and, if wanted, `instead`; `[namespaces]` by prefix; and a `[[map]]` for each
        concept with `concept`, `official`, and if needed `members` (of the product's axes) and `dimensions` (of the
        official ones).

    Returns
    -------
    Official

    Raises
    ------
    InputRefused
        If it cannot be read, names a concept that is not there, or a name without a namespace.
    """
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputRefused([_unreadable(path, str(error))]) from error
    wrong = list(_wrong(told, path.name))
    if wrong:
        raise InputRefused(wrong)
    return Official(
        entry=told["taxonomy"]["entry"], namespaces=told["namespaces"],
        counterparts={_key(one): Counterpart(one["official"], tuple(sorted(one.get("dimensions", {}).items())))
                      for one in told["map"]},
        instead=bool(told["taxonomy"].get("instead", False)),
    )  # fmt: skip


def _key(one: Mapping[str, Any]) -> tuple[str, tuple[tuple[str, str], ...]]:
    return one["concept"], tuple(sorted(one.get("members", {}).items()))


def _wrong(told: Mapping[str, Any], name: str) -> Iterator[Finding]:
    about, spaces, maps = told.get("taxonomy"), told.get("namespaces"), told.get("map")
    if not isinstance(about, dict) or not isinstance(spaces, dict) or not isinstance(maps, list) or not (
        isinstance(about.get("entry"), str)  # pyright: ignore[reportUnknownMemberType]
    ):  # fmt: skip
        yield _unreadable(name, "[taxonomy] entry, [namespaces], [[map]]")
        return
    prefixes = cast("dict[str, Any]", spaces)
    for prefix in sorted(_OURS & set(prefixes)):
        yield _finding("xbrl.mapping.prefix", name, mark("the prefix '{name}' is taken"),
                       mark("a prefix that the report does not use itself"), prefix)  # fmt: skip
    rows = cast("list[Any]", maps)
    seen: set[Any] = set()
    for one in rows:
        yield from _row(one, prefixes, name, seen)


def _row(one: Any, prefixes: Mapping[str, Any], name: str, seen: set[Any]) -> Iterator[Finding]:
    names = [str(one.get("official", "")), *(end for pair in one.get("dimensions", {}).items() for end in pair)]
    for each in names:
        if not _QNAME.fullmatch(str(each)) or str(each).partition(":")[0] not in prefixes:
            yield _finding("xbrl.mapping.name", name, mark("'{name}' is no name of a declared namespace"),
                           mark("PREFIX:Name, with the prefix in [namespaces]"), str(each))  # fmt: skip
    known = {each.id: each for each in taxonomy().concepts}
    concept = known.get(str(one.get("concept")))
    if concept is None:
        yield _finding("xbrl.mapping.concept", name, mark("there is no concept '{name}'"),
                       mark("a concept of docs/reference/xbrl-mapping.md"), str(one.get("concept")))  # fmt: skip
        return
    lacks = set(concept.axes) ^ (set(one.get("members", {})) - {"Subject"})
    for axis in sorted(lacks):
        yield _finding("xbrl.mapping.members", name, mark("members do not fit the axes of the concept: '{name}'"),
                       mark("a member for each axis of the concept, and for no other"), axis)  # fmt: skip
    if _key(one) in seen:
        yield _finding("xbrl.mapping.twice", name, mark("'{name}' is mapped twice"), mark("one name for each concept"),
                       concept.id)  # fmt: skip
    seen.add(_key(one))


def _finding(code: str, place: str, found: str, expected: str, what: str) -> Finding:
    return Finding(code=code, place=place, found=found, expected=expected,
                   remedy=mark("correct the mapping file; docs/how-to/xbrl.md has one"),
                   params={"name": what})  # fmt: skip


def _unreadable(path: Path | str, why: str) -> Finding:
    return Finding(
        code="xbrl.mapping.unreadable", place=path if isinstance(path, str) else path.name,
        found=mark("the mapping cannot be read: {why}"),
        expected=mark("a TOML file with [taxonomy], [namespaces], [[map]]"),
        remedy=mark("correct the mapping file; docs/how-to/xbrl.md has one"), params={"why": why},
    )  # fmt: skip
