"""Which characters the fonts at hand can set. A PDF that would leave some out is refused, never made with holes.

Typst drops a character without a word where no font has it. So the fonts are asked first: their `cmap` tables say which
characters they hold [1]_.

References
----------
.. [1] Microsoft, "OpenType specification: cmap, character to glyph index mapping table," formats 4 and 12.
"""

import re
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape, unescape
from pathlib import Path

import typst

from wattstone.base import Finding, InputRefused
from wattstone.interfaces.present.tokens import tokens

# What the faces that Typst carries (Libertinus Serif) surely hold: Latin, Greek, Cyrillic, and the signs of a report.
_GREEK = {*range(0x388, 0x3CF)} - {0x38B, 0x38D, 0x3A2}
_CARRIED = {*range(0x20, 0x7F), *range(0xA0, 0x180), *_GREEK, *range(0x400, 0x460)}
_SIGNS = {
    ord(sign)
    for sign in "\u2009\u202f\u2212\u2013\u2014\u2018\u2019\u201c\u201d\u2020\u2021\u2026\u00b2\u00b3\u20ac\u2082"
}
_INVISIBLE = {*range(0x20), 0x7F, 0xAD, 0x200B, 0x2060, 0xFEFF}
_LETTERS = {*range(0x30, 0x3A), *range(0x41, 0x5B), *range(0x61, 0x7B)}
FALLBACK = "Libertinus Serif"


@dataclass(frozen=True)
class Choice:
    """What a document is set in.

    Parameters
    ----------
    fonts : typst.Fonts
        For the compiler.
    families : tuple of str
        Tried one after the other for every character.
    holdings : mapping
        Characters that each of the families holds.
    """

    fonts: typst.Fonts
    families: tuple[str, ...]
    holdings: Mapping[str, frozenset[int]]

    def in_drawing(self, svg: str) -> str:
        """A drawing in which every piece of text names the family that holds it.

        Within a drawing Typst sets a whole piece of text in one family, and one character that is not in it moves all
        of the piece to another, or leaves a hole. A thin space is never worth a change of family.
        """
        return re.sub(r">([^<>]+)<", lambda found: f">{self._pieces(unescape(found[1]))}<", svg)

    def _pieces(self, text: str) -> str:
        pieces: list[tuple[str, str]] = []
        for sign in text:
            before = pieces[-1][0] if pieces else self.families[0]
            family = self._family(sign, before)
            held = sign if ord(sign) in self.holdings[family] else "\N{NO-BREAK SPACE}"
            if pieces and family == before:
                pieces[-1] = (family, pieces[-1][1] + held)
            else:
                pieces.append((family, held))
        return "".join(f'<tspan font-family="{escape(family)}">{escape(piece)}</tspan>' for family, piece in pieces)

    def _family(self, sign: str, before: str) -> str:
        if sign.isspace() or ord(sign) in self.holdings[before] & self.holdings[self.families[0]]:
            return before
        return next(family for family in self.families if ord(sign) in self.holdings[family])


def choose_fonts(texts: Iterable[str], font_paths: Sequence[Path | str] = ()) -> Choice:
    """Choose families that hold every character.

    Parameters
    ----------
    texts : iterable of str
        All texts of the document.
    font_paths : sequence of Path or str
        Folders with more fonts.

    Returns
    -------
    Choice

    Raises
    ------
    InputRefused
        If a character is in none of the fonts; the finding names characters and remedy.
    """
    fonts = typst.Fonts(font_paths=[str(path) for path in font_paths])
    holdings = _holdings(fonts)
    look = tokens()
    order = [*look.sans, *look.chart, *look.cjk, FALLBACK]
    # Every family that the look does not name comes last, so that a name in any script is set if it can be.
    families = [name for name in dict.fromkeys([*order, *sorted(holdings)]) if name in holdings]
    needed = _characters(texts)
    held = frozenset[int]().union(*(holdings[name] for name in families))
    if missing := needed - held:
        raise InputRefused([_finding(missing)])
    chosen = _needed_families(families, needed, holdings)
    return Choice(fonts, chosen, {name: holdings[name] for name in chosen})


def _needed_families(families: list[str], needed: set[int], holdings: dict[str, frozenset[int]]) -> tuple[str, ...]:
    """The families that add a character; Latin letters alone decide on the first, so that a page has one face."""
    first = next((name for name in families if _LETTERS <= holdings[name]), families[0])
    chosen, left = [first], needed - holdings[first]
    for name in families:
        if left & holdings[name]:
            chosen.append(name)
            left -= holdings[name]
    return tuple(chosen)


def _characters(texts: Iterable[str]) -> set[int]:
    return {ord(sign) for text in texts for sign in text} - _INVISIBLE


def _holdings(fonts: typst.Fonts) -> dict[str, frozenset[int]]:
    """Characters by family, of the upright faces of normal weight."""
    held: dict[str, frozenset[int]] = {}
    for face in fonts.fonts():
        if face.path is None and face.family == FALLBACK:
            held[face.family] = frozenset(_CARRIED | _SIGNS)
        elif face.path is not None and face.style == "normal" and face.weight == 400 and face.family not in held:
            held[face.family] = characters(face.path, face.index)
    return {name: signs for name, signs in held.items() if signs}


def _finding(missing: set[int]) -> Finding:
    signs = "".join(chr(sign) for sign in sorted(missing)[:12])
    return Finding(
        code="present.font",
        place="the PDF report",
        found="no font at hand can set {count} of its characters, among them {signs}",
        expected="a font that holds every character, since none is left out silently",
        remedy=(
            "install a font for Chinese (on Debian and Ubuntu: apt install fonts-wqy-microhei, or "
            "fonts-droid-fallback), name a folder with one by --font-path, or write the report as HTML"
        ),
        params={"signs": signs},
        count=len(missing),
    )


@cache
def characters(path: str, index: int = 0) -> frozenset[int]:
    """Characters that a font file holds.

    Parameters
    ----------
    path : str
        A TrueType or OpenType font, or a collection of them.
    index : int
        Place in the collection.

    Returns
    -------
    frozenset of int
        Code points; empty where the file cannot be read.
    """
    try:
        content = Path(path).read_bytes()
        return frozenset(_code_points(content, _table(content, index, b"cmap")))
    except (OSError, struct.error, LookupError):
        return frozenset()


def _table(content: bytes, index: int, tag: bytes) -> int:
    start = 0
    if content[:4] == b"ttcf":
        (start,) = struct.unpack_from(">I", content, 12 + 4 * index)
    (count,) = struct.unpack_from(">H", content, start + 4)
    for place in range(count):
        name, _, offset, _ = struct.unpack_from(">4sIII", content, start + 12 + 16 * place)
        if name == tag:
            return offset
    raise LookupError(tag)


def _code_points(content: bytes, cmap: int) -> set[int]:
    (count,) = struct.unpack_from(">H", content, cmap + 2)
    found: set[int] = set()
    for place in range(count):
        platform, encoding, offset = struct.unpack_from(">HHI", content, cmap + 4 + 8 * place)
        if platform == 0 or (platform, encoding) in {(3, 1), (3, 10)}:
            (form,) = struct.unpack_from(">H", content, cmap + offset)
            if form == 4:
                found |= _segments(content, cmap + offset)
            elif form == 12:
                found |= _groups(content, cmap + offset)
    return found


def _segments(content: bytes, at: int) -> set[int]:
    """Format 4: runs of the basic plane; a character that maps to glyph 0 is not held."""
    (double,) = struct.unpack_from(">H", content, at + 6)
    count = double // 2
    ends = struct.unpack_from(f">{count}H", content, at + 14)
    starts = struct.unpack_from(f">{count}H", content, at + 16 + double)
    deltas = struct.unpack_from(f">{count}H", content, at + 16 + 2 * double)
    ranges_at = at + 16 + 3 * double
    ranges = struct.unpack_from(f">{count}H", content, ranges_at)
    held: set[int] = set()
    for place, (start, end, delta, shift) in enumerate(zip(starts, ends, deltas, ranges, strict=True)):
        if shift == 0:
            held.update(sign for sign in range(start, end + 1) if (sign + delta) & 0xFFFF)
        else:
            glyphs = struct.unpack_from(f">{end - start + 1}H", content, ranges_at + 2 * place + shift)
            held.update(start + step for step, glyph in enumerate(glyphs) if glyph)
    held.discard(0xFFFF)
    return held


def _groups(content: bytes, at: int) -> set[int]:
    """Format 12: runs of all planes."""
    (count,) = struct.unpack_from(">I", content, at + 12)
    held: set[int] = set()
    for place in range(count):
        start, end, glyph = struct.unpack_from(">III", content, at + 16 + 12 * place)
        held.update(range(start if glyph else start + 1, end + 1))
    return held
