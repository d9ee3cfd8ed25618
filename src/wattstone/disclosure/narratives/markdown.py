"""Markdown of narratives read into a tree; what a report does not take is told, and nothing of it is executed.

CommonMark [1]_ and tables, without blocks of code. Raw HTML stands as text, an image as what it is called, a link to
anything but `http` and `https` as its words; each of them is refused when the text is entered.

References
----------
.. [1] J. MacFarlane, "CommonMark Spec," version 0.31.2, 2024.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from wattstone.base import Finding, WattstoneError
from wattstone.disclosure.narratives.nodes import (
    Align,
    Block,
    Break,
    Code,
    Emphasis,
    FigureRef,
    Heading,
    Inline,
    Link,
    List,
    Paragraph,
    Quote,
    Rule,
    Strong,
    TableBlock,
    TableRef,
    Text,
    Unknown,
)
from wattstone.disclosure.narratives.placeholders import Placeholder, placeholders

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.tree import SyntaxTreeNode

__all__ = ["blocks", "refused"]

_FIRST, _LAST = 3, 6
_DEEPEST: Final = 8
_OPEN, _CLOSE = "\ue000", "\ue001"
_MARK: Final = re.compile(f"{_OPEN}(\\d+){_CLOSE}")
_LETTER: Final = "\ue002"
"""Stands where Chinese signs would keep asterisks from marking: Markdown takes words to have spaces between them."""
_OWN: Final = re.compile(f"[{_OPEN}{_CLOSE}{_LETTER}\x00]")
_SIGN: Final = r"[\u3000-\u303f\uff00-\uff0f\uff1a-\uff20\u2018-\u201f\u2026\u2014\u00b7]"
_WORD: Final = r"[^\W_]"
_CLOSING: Final = re.compile(rf"(?<={_SIGN})(?=\*+{_WORD})")
_OPENING: Final = re.compile(rf"(?<={_WORD})(\*+)(?={_SIGN})")
_ADDRESS: Final = re.compile(r"https?://(?:[^/?#@\s]*@)?[^/?#@:\s]+(?:[/?#:]|$)", re.IGNORECASE)
_QUOTED: Final = "%EE%80%82"
_PIPE: Final = re.compile(r"(?<!\\)\|")
_ALIGN: Final[dict[str, Align]] = {f"text-align:{one}": one for one in ("left", "center", "right")}
_NO_ALIGN: Final[Align] = ""
_WIDE: Final = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef]")
"""Signs that are written without spaces between them."""


@dataclass
class _Reading:
    """A text while it is read: what stands in it for placeholders, and what was refused."""

    there: Sequence[Placeholder]
    lines: list[str] = field(default_factory=list[str])
    html: list[str] = field(default_factory=list[str])
    images: list[str] = field(default_factory=list[str])
    links: list[str] = field(default_factory=list[str])
    amid: list[str] = field(default_factory=list[str])
    unknown: list[str] = field(default_factory=list[str])
    beyond: list[str] = field(default_factory=list[str])
    stars: list[str] = field(default_factory=list[str])
    deepest: int = 0

    def restored(self, text: str) -> str:
        """A text with its placeholders as they were written."""
        return _MARK.sub(lambda found: self.there[int(found[1])].text, text).replace(_LETTER, "")


def blocks(markdown: str) -> tuple[Block, ...]:
    """A narrative as a tree.

    Parameters
    ----------
    markdown : str
        With placeholders.

    Returns
    -------
    tuple of Block
        Of any text; see `refused` for what a report does not take.

    Raises
    ------
    WattstoneError
        Where the extra that reads Markdown is not installed.

    Examples
    --------
    >>> (one,) = blocks("It was **{{figure:scope1@2025}}**.")
    >>> one.of[1].of[0].placeholder.key
    'scope1@2025'
    """
    return _read(markdown)[0]


def refused(markdown: str, place: str) -> list[Finding]:
    """What a narrative has that a report does not take.

    Parameters
    ----------
    markdown : str
        With placeholders.
    place : str
        For the findings: `narrative '2025~governance.board~en~'`.

    Returns
    -------
    list of Finding
    """
    read = _read(markdown)[1]
    told = [
        ("html", read.html, "there is HTML in it: {shown}", "Markdown alone", "write it without tags"),
        ("image", read.images, "there is an image in it: {shown}", "words, and tables as {{{{table:TOPIC}}}}",
         "take the image out; charts come with the tables of a topic"),
        ("link", read.links, "a link leads to {shown}", "links to http or https", "correct its address"),
        ("table_place", read.amid, "a table stands amid a sentence: {shown}", "a table in a paragraph of its own",
         "write an empty line before and behind it"),
        ("table_cells", read.beyond, "a row of a table has more cells than its header: {shown}",
         "as many cells as the header has", "add a column to the header, or take the cell out"),
        ("placeholder", read.unknown, "nobody can tell what {shown} names",
         "{{{{figure:NAME@PERIOD}}}}, {{{{figure:NAME@PERIOD@SUBJECT|UNIT}}}} or {{{{table:TOPIC}}}}",
         "correct the placeholder"),
        ("nesting", [str(read.deepest)] if read.deepest > _DEEPEST else [], "lists and quotes stand {shown} deep",
         "a depth that a page can show: {most}", "take apart what stands that deep"),
        ("stars", read.stars, "asterisks are left in the text: {shown}", "marks of emphasis in pairs",
         "put a space outside of them where a sign stands inside, or take them out"),
    ]  # fmt: skip
    return [
        Finding(
            code=f"narrative.{code}", place=place, found=found, expected=expected, remedy=remedy, count=len(there),
            params={"shown": there[0][:100], "most": _DEEPEST, "field": "text"},
            severity="warning" if code == "stars" else "error",
        )
        for code, there, found, expected, remedy in told
        if there
    ]  # fmt: skip


def _read(markdown: str) -> tuple[tuple[Block, ...], _Reading]:
    """Placeholders stand as signs that Markdown does not know while it is parsed: a table would part them at |."""
    text = _OWN.sub("\ufffd", markdown.replace("\r\n", "\n").replace("\r", "\n"))
    there = tuple(placeholders(text))
    at, marked = 0, list[str]()
    for number, one in enumerate(there):
        found = text.index(one.text, at)
        marked += [text[at:found], f"{_OPEN}{number}{_CLOSE}"]
        at = found + len(one.text)
    reading = _Reading(there)
    whole = _OPENING.sub(rf"\1{_LETTER}", _CLOSING.sub(_LETTER, "".join([*marked, text[at:]])))
    reading.lines = whole.split("\n")
    tree = _tree("\n".join(reading.lines))
    levels = sorted({int(one.tag[1:]) for one in tree.walk() if one.type == "heading"})
    ranks = {level: min(_FIRST + rank, _LAST) for rank, level in enumerate(levels)}
    return tuple(_blocks(tree.children, reading, ranks, 1)), reading


def _tree(text: str) -> "SyntaxTreeNode":
    from markdown_it.tree import SyntaxTreeNode

    return SyntaxTreeNode(_parser().parse(text))


@cache
def _parser() -> "MarkdownIt":
    try:
        from markdown_it import MarkdownIt
    except ImportError:
        raise WattstoneError("texts of reports need an extra: pip install 'wattstone[disclosure]'") from None
    made = MarkdownIt("commonmark", {"maxNesting": 100}).enable("table").disable(["code", "fence"])
    made.validateLink = lambda url: True  # each is looked at here, so that it is told
    return made


def _blocks(nodes: Sequence[Any], reading: _Reading, ranks: dict[int, int], depth: int) -> Iterator[Block]:
    reading.deepest = max(reading.deepest, depth)
    for node in nodes:
        match node.type:
            case "paragraph":
                yield from _paragraphs(_inlines(node.children, reading))
            case "heading":
                yield Heading(ranks[int(node.tag[1:])], _flat(_inlines(node.children, reading), reading))
            case "bullet_list" | "ordered_list":
                items = tuple(tuple(_blocks(item.children, reading, ranks, depth + 1)) for item in node.children)
                tight = all(one.hidden for item in node.children for one in item.children if one.type == "paragraph")
                start = int(node.attrs.get("start", 1))
                yield List(items, node.type == "ordered_list", start, tight)
            case "blockquote":
                yield Quote(tuple(_blocks(node.children, reading, ranks, depth + 1)))
            case "table":
                yield _table(node, reading)
            case "hr":
                yield Rule()
            case "html_block":
                reading.html.append(reading.restored(node.content).strip())
                yield Paragraph((Text(reading.restored(node.content).strip()),))
            case _:
                yield from _paragraphs([Text(reading.restored(node.content))])


def _paragraphs(inlines: Sequence[Inline | TableRef]) -> Iterator[Block]:
    """A paragraph, parted where a table stands in it."""
    held: list[Inline] = []
    for one in inlines:
        if isinstance(one, TableRef):
            yield from _paragraph(held)
            yield one
            held = []
        else:
            held.append(one)
    yield from _paragraph(held)


def _paragraph(held: Sequence[Inline]) -> Iterator[Paragraph]:
    kept = list(held)
    while kept and _blank(kept[0]):
        kept.pop(0)
    while kept and _blank(kept[-1]):
        kept.pop()
    if kept:
        yield Paragraph(tuple(kept))


def _blank(one: Inline) -> bool:
    return isinstance(one, Break) or (isinstance(one, Text) and not one.text.strip())


def _table(node: Any, reading: _Reading) -> TableBlock:
    rows = [row for part in node.children for row in part.children]
    cells = [tuple(_flat(_inlines(cell.children, reading), reading) for cell in row.children) for row in rows]
    for row in rows[1:]:
        reading.beyond += _beyond(reading, row, len(cells[0]))
    align: tuple[Align, ...] = tuple(_ALIGN.get(str(cell.attrs.get("style")), _NO_ALIGN) for cell in rows[0].children)
    return TableBlock(cells[0], tuple(cells[1:]), align)


def _beyond(reading: _Reading, row: Any, most: int) -> list[str]:
    """Cells of a row that the header has no column for: Markdown leaves them out."""
    first: int = row.map[0]
    line = reading.lines[first].lstrip("> \t").strip()
    bare = line.removeprefix("|")
    cells = _PIPE.split(bare[:-1] if re.search(r"(?<!\\)\|$", bare) else bare)
    return [reading.restored(one.strip()) for one in cells[most:] if one.strip()]


def _inlines(nodes: Sequence[Any], reading: _Reading) -> list[Inline | TableRef]:
    found: list[Inline | TableRef] = []
    for node in nodes:
        if node.type == "inline":
            found += _inlines(node.children, reading)
        elif node.type == "softbreak":
            found.append(Text("\n"))
        else:
            found += _inline(node, reading)
    return _joined(found)


def _inline(node: Any, reading: _Reading) -> Iterator[Inline | TableRef]:
    match node.type:
        case "text":
            yield from _texts(node.content, reading)
        case "hardbreak":
            yield Break()
        case "code_inline":
            yield Code(reading.restored(node.content))
        case "strong":
            yield Strong(_flat(_inlines(node.children, reading), reading))
        case "em":
            yield Emphasis(_flat(_inlines(node.children, reading), reading))
        case "link":
            yield from _link(node, reading)
        case "image":
            called = reading.restored(node.content)
            reading.images.append(called or reading.restored(str(node.attrs.get("src", ""))))
            yield Text(called)
        case _:
            if node.type == "html_inline":
                reading.html.append(reading.restored(node.content))
            yield Text(reading.restored(node.content))


def _link(node: Any, reading: _Reading) -> Iterator[Inline]:
    of, to = _flat(_inlines(node.children, reading), reading), str(node.attrs.get("href", "")).replace(_QUOTED, "")
    if _web(to):
        yield Link(to, of)
    else:
        reading.links.append(to or "''")
        yield from of


def _web(to: str) -> bool:
    """Whether an address is one of the web; one with a placeholder in it is none."""
    return _ADDRESS.match(to) is not None and "%EE%80%80" not in to


def _texts(text: str, reading: _Reading) -> Iterator[Inline | TableRef]:
    """Words and placeholders in turn."""
    if "**" in text:
        reading.stars.append(reading.restored(text))
    for place, part in enumerate(_MARK.split(text.replace(_LETTER, ""))):
        if place % 2 == 0:
            if part:
                yield Text(part)
            continue
        one = reading.there[int(part)]
        if one.kind == "figure":
            yield FigureRef(one)
        elif one.kind == "table":
            yield TableRef(one)
        else:
            reading.unknown.append(one.text)
            yield Unknown(one.text)


def _flat(inlines: Sequence[Inline | TableRef], reading: _Reading) -> tuple[Inline, ...]:
    """Inlines of what cannot hold a table."""
    found: list[Inline] = []
    for one in inlines:
        if isinstance(one, TableRef):
            reading.amid.append(one.placeholder.text)
            found.append(Unknown(one.placeholder.text))
        else:
            found.append(one)
    return tuple(found)


def _joined(inlines: Sequence[Inline | TableRef]) -> list[Inline | TableRef]:
    """Texts beside each other as one; where a line ends is a blank, and nothing between signs written without."""
    found: list[Inline | TableRef] = []
    for one in inlines:
        if isinstance(one, Text) and found and isinstance(found[-1], Text):
            found[-1] = Text(found[-1].text + one.text)
        else:
            found.append(one)
    return [Text(_one_line(one.text)) if isinstance(one, Text) else one for one in found if one != Text("")]


def _one_line(text: str) -> str:
    def blank(found: re.Match[str]) -> str:
        before, behind = text[: found.start()][-1:], text[found.end() :][:1]
        return "" if _WIDE.match(before) and _WIDE.match(behind) else " "

    return re.sub(r"\n", blank, text)
