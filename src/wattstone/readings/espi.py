"""The elements of an ESPI feed, one at a time, in memory that does not grow with the file."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from wattstone.base import InputRefused
from wattstone.readings.problems import refuse
from wattstone.readings.source import MIB, ByteSource, open_bytes

MAX_SILENCE = 16 * MIB  # bytes without an element that ends: a text no feed has
MAX_DEPTH = 100
MAX_ENTRIES = 2_000_000
NAMESPACE = b"http://naesb.org/espi"
_RESOURCES = frozenset({"UsagePoint", "MeterReading", "ReadingType", "IntervalBlock", "LocalTimeParameters"})


@dataclass
class Entry:
    """An entry of the feed.

    Attributes
    ----------
    index : int
        Its place in the feed, from 0.
    resource : str or None
        `UsagePoint`, `MeterReading`, `ReadingType`, `IntervalBlock`.
    title, self_, up : str or None
    related : list of str
        Addresses of entries that it speaks of.
    fields : dict
        Texts of the leaves of its resource, by name.
    readings : int
        How many readings it holds.
    """

    index: int
    resource: str | None = None
    title: str | None = None
    self_: str | None = None
    up: str | None = None
    related: list[str] = field(default_factory=list[str])
    fields: dict[str, str] = field(default_factory=dict[str, str])
    readings: int = 0


@dataclass(frozen=True)
class RawReading:
    """One interval reading as its texts: which entry it stands in, and its number in the file (1-based)."""

    entry: int
    number: int
    texts: dict[str, str]


class _Fed:
    """Bytes for the parser, which must say something before too many of them have passed."""

    def __init__(self, path: Path, source: ByteSource) -> None:
        self._path, self._source, self.silent = path, source, 0

    def read(self, size: int = 65_536) -> bytes:
        piece = self._source.read(size)
        self.silent += len(piece)
        if self.silent > MAX_SILENCE:
            raise refuse(
                self._path,
                "readings.xml.text",
                found="a text or comment is longer than {limit} bytes",
                expected="readings",
                remedy="check that this is a Green Button file",
                limit=MAX_SILENCE,
            )
        return piece


def _local(tag: object) -> str:
    return str(tag).rpartition("}")[2]


def walk(path: Path) -> Iterator[Entry | RawReading]:
    """Entries, each when it ends, and readings, each before the entry that it stands in.

    Parameters
    ----------
    path : Path
        An Atom feed with ESPI resources; `.gz` and single-file `.zip` are expanded.

    Raises
    ------
    InputRefused
        If it is not whole, no XML, or declares entities.
    """
    with open_bytes(path) as source:
        fed = _Fed(path, source)
        try:
            yield from _events(path, fed)
        except ParseError as error:
            raise refuse(
                path,
                "readings.xml.broken",
                found="the XML ends early or is damaged ({why})",
                expected="a whole Green Button file",
                remedy="download the file again",
                why=str(error),
                row=getattr(error, "position", (None,))[0],
            ) from error
        except DefusedXmlException as error:
            raise refuse(
                path,
                "readings.xml.entities",
                found="the XML declares entities or a document type",
                expected="plain XML",
                remedy="do not use this file: no utility writes it so",
            ) from error
        except (ValueError, LookupError) as error:
            raise refuse(
                path,
                "readings.xml.broken",
                found="the XML cannot be read ({why})",
                expected="a whole Green Button file in UTF-8",
                remedy="download the file again",
                why=str(error)[:200],
            ) from error


def _events(path: Path, fed: _Fed) -> Iterator[Entry | RawReading]:
    state = _State()
    stack: list[Element] = []
    parser: Any = iterparse(fed, events=("start", "end"), forbid_dtd=True)
    for event, element in parser:
        fed.silent = 0
        name = _local(element.tag)
        if event == "start":
            stack.append(element)
            state.begin(name)
            if len(stack) > MAX_DEPTH or state.entries > MAX_ENTRIES:
                raise _too_much(path)
            continue
        stack.pop()
        if (done := state.end(name, element)) is not None:
            yield done
        if stack:
            stack[-1].remove(element)


class _State:
    """Where in the feed the parser is."""

    def __init__(self) -> None:
        self.entries = self.readings = 0
        self._entry: Entry | None = None
        self._reading: dict[str, str] | None = None

    def begin(self, name: str) -> None:
        """An element begins."""
        if name == "entry" and self._entry is None:
            self._entry = Entry(self.entries)
            self.entries += 1
        elif name == "IntervalReading":
            self._reading = {}
        elif name in _RESOURCES and self._entry is not None and self._entry.resource is None:
            self._entry.resource = name

    def end(self, name: str, element: Element) -> Entry | RawReading | None:
        """An element ends; what is whole with it is given."""
        text = (element.text or "").strip()
        if self._reading is not None:
            return self._end_in_reading(name, text)
        if self._entry is None:
            return None
        if name == "entry":
            whole, self._entry = self._entry, None
            return whole
        _note(self._entry, name, text, element)
        return None

    def _end_in_reading(self, name: str, text: str) -> RawReading | None:
        assert self._reading is not None
        if name != "IntervalReading":
            if len(self._reading) < 50:
                self._reading[name] = text[:300]
            return None
        texts, self._reading = self._reading, None
        self.readings += 1
        if self._entry is not None:
            self._entry.readings += 1
        return RawReading(self._entry.index if self._entry else -1, self.readings, texts)


def _note(entry: Entry, name: str, text: str, element: Element) -> None:
    """Keep what an element of an entry says, if anybody asks for it."""
    if name == "link":
        rel, href = element.get("rel"), (element.get("href") or "").rstrip("/")[:2000]
        if rel == "self":
            entry.self_ = href
        elif rel == "up":
            entry.up = href
        elif rel == "related" and len(entry.related) < 100:
            entry.related.append(href)
    elif (name == "title" and entry.resource is None and text) or (name == "title" and text and entry.title is None):
        entry.title = text[:300]
    elif entry.resource not in (None, "IntervalBlock") and text and len(entry.fields) < 100:
        entry.fields.setdefault(name, text[:300])


def _too_much(path: Path) -> InputRefused:
    return refuse(
        path,
        "readings.xml.bomb",
        found="elements are nested more than {depth} deep, or there are more than {entries} entries",
        expected="a Green Button file",
        remedy="check what the file is; nothing was read from it",
        depth=MAX_DEPTH,
        entries=MAX_ENTRIES,
    )


def last_segment(href: str | None) -> str | None:
    """The last piece of an address: `7` of `/UsagePoint/7`."""
    return re.split(r"[/:]", href)[-1] or None if href else None
