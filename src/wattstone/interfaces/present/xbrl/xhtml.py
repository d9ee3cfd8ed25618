"""A climate report as XHTML: for people first, and in it the facts that programs read.

Only what XHTML 1.1 knows may stand in an inline document: no script, no drawing but as an image, and
nothing that is fetched.
"""

import base64
from collections.abc import Iterable, Iterator, Sequence
from importlib.resources import files

from wattstone.interfaces.present.content import Cell, Table
from wattstone.interfaces.present.disclosure.content import (
    Block,
    Book,
    Box,
    Chapter,
    Index,
    IndexRow,
    Listing,
    Number,
    Numbers,
    Paragraph,
    Picture,
    Piece,
    Quote,
    Section,
    Subheading,
    TableBlock,
)
from wattstone.interfaces.present.tokens import css_variables, tokens
from wattstone.interfaces.present.xbrl.markup import Markup, join, tag, text
from wattstone.interfaces.present.xbrl.tagging import Tagger

__all__ = ["Pages", "style"]

_LINE = Markup("\n")


def style() -> str:
    """The style sheet; drawings keep a light ground, for images do not turn dark."""
    sheet = files("wattstone.interfaces.present").joinpath("templates", "ixbrl.css").read_text(encoding="utf-8")
    return css_variables() + f":root{{--ground:{tokens().colour('raised')}}}\n" + sheet


class Pages:
    """The body of a document.

    Parameters
    ----------
    book : Book
    tagger : Tagger
        Tags facts where they stand.
    topics : dict of str to str
        Ids of topics by the keys of their sections.
    """

    def __init__(self, book: Book, tagger: Tagger, topics: dict[str, str]) -> None:
        self._book = book
        self._tagger = tagger
        self._topics = topics

    def body(self) -> Markup:
        """All of it, in the order in which it is read."""
        book, words = self._book, self._book.words
        parts: list[Markup] = [self._cover(), self._contents()]
        parts += [self._part("summary", words["summary"], self._paragraphs(book.summary))]
        parts += [self._chapter(one) for one in book.chapters]
        parts += [self._index(one) for one in book.indexes]
        if book.crosswalk is not None:
            parts.append(self._part("crosswalk", words["crosswalk"], self._table(book.crosswalk)))
        parts.append(self._part("evidence", words["evidence"], self._evidence()))
        if book.sources is not None:
            parts.append(self._part("sources", words["sources"], self._table(book.sources)))
        if book.findings is not None:
            parts.append(self._part("findings", words["findings"], self._table(book.findings)))
        if book.limits:
            parts.append(self._part("limits", words["limits"], _list(text(one) for one in book.limits)))
        parts.append(self._part("verify", words["verify"], self._paragraphs(book.verify)))
        return join(parts, _LINE)

    def _cover(self) -> Markup:
        book, tagger = self._book, self._tagger
        banner = (tag("p", {"class": "banner"}, text(book.banner)),) if book.banner else ()
        year = str(book.year)
        before, _, after = book.title.partition(year)
        title = join((text(before), tagger.about("ReportingYear", year), text(after)))
        return tag(
            "div", {"class": "cover"}, *banner,
            tag("p", {"class": "kicker"}, tagger.about("OrganisationName", book.organisation)),
            tag("h1", None, title),
            tag("p", None, tagger.about("StandardApplied", book.standard)),
            tag("p", {"class": "soft"}, tagger.about("EditionNumber", book.edition)),
        )  # fmt: skip

    def _contents(self) -> Markup:
        def entry(key: str, label: str) -> Markup:
            return tag("a", {"href": f"#{key}"}, text(label))

        chapters = (
            join((entry(one.key, f"{one.number} {one.title}"),
                  _list(entry(each.key, f"{each.number} {each.title}") for each in one.sections)))
            for one in self._book.chapters
        )  # fmt: skip
        heading = tag("h2", None, text(self._book.words["contents"]))
        return tag("div", {"class": "contents"}, heading, _list(chapters))

    def _part(self, key: str, title: str, content: Markup) -> Markup:
        return tag("div", {"id": key, "class": "part"}, tag("h2", None, text(title)), _LINE, content)

    def _chapter(self, one: Chapter) -> Markup:
        return self._part(one.key, f"{one.number} {one.title}", join((self._section(each) for each in one.sections),
                                                                     _LINE))  # fmt: skip

    def _section(self, one: Section) -> Markup:
        heading = tag("h3", None, text(f"{one.number} {one.title}"))
        under = " · ".join((one.status_words, *one.requirements))
        content = join((heading, tag("p", {"class": "soft"}, text(under)), *self._blocks(one.blocks)), _LINE)
        topic = self._topics.get(one.key)
        if topic is not None and one.status != "open":
            content = self._tagger.text_block(topic, content)
        return tag("div", {"id": one.key, "class": "section"}, content)

    def _blocks(self, held: Iterable[Block]) -> Iterator[Markup]:
        for one in held:
            match one:
                case Paragraph(pieces):
                    yield tag("p", None, self._pieces(pieces))
                case Subheading(level, pieces):
                    yield tag(f"h{min(level + 1, 6)}", None, self._pieces(pieces))
                case Listing():
                    items = (join(self._blocks(item)) for item in one.items)
                    yield _list(items, "ol" if one.ordered else "ul")
                case Quote(blocks):
                    yield tag("blockquote", None, *self._blocks(blocks))
                case TableBlock(key, table):
                    yield self._table(table, key)
                case Picture(drawing):
                    source = base64.b64encode(drawing.svg().encode()).decode()
                    yield tag("div", {"class": "chart"}, tag("h4", None, text(drawing.title)),
                              tag("p", {"class": "soft"}, text(drawing.subtitle or "")),
                              tag("p", None, tag("img", {"src": f"data:image/svg+xml;base64,{source}",
                                                         "alt": drawing.alt})))  # fmt: skip
                case Numbers(numbers):
                    yield self._numbers(numbers)
                case Box():
                    lines = (tag("p", None, text(line)) for line in one.lines)
                    yield tag("div", {"class": f"box {one.kind}"}, tag("h4", None, text(one.title)), *lines)

    def _paragraphs(self, held: Iterable[Paragraph]) -> Markup:
        return join(self._blocks(held), _LINE)

    def _numbers(self, held: Sequence[Number]) -> Markup:
        rows = (
            tag("tr", None, tag("td", None, text(one.label)), tag("td", {"class": "r"}, self._piece(one.value)),
                tag("td", None, text(one.interval)), tag("td", {"class": "soft"}, text(one.note)))
            for one in held
        )  # fmt: skip
        return tag(
            "div", {"class": "scroll"}, tag("table", {"class": "numbers"}, tag("tbody", None, join(rows, _LINE)))
        )

    def _pieces(self, held: Iterable[Piece]) -> Markup:
        return join(self._piece(one) for one in held)

    def _piece(self, one: Piece) -> Markup:
        made = self._tagger.number(one.text, one.figure) if one.figure else _lines(one.text)
        for wanted, name in ((one.code, "code"), (one.emphasis, "em"), (one.strong, "strong")):
            made = tag(name, None, made) if wanted else made
        if one.figure:
            made = tag("a", {"class": "n", "href": f"#f-{one.figure}"}, made)
        elif one.href:
            made = tag("a", {"href": one.href}, made)
        return join((made, tag("span", {"class": "mark"}, text(f" ({one.mark})")))) if one.mark else made

    def _table(self, table: Table, key: str | None = None) -> Markup:
        rows = (tag("tr", None, *(self._cell(cell) for cell in row)) for row in table.rows)
        return self._grid(table, rows, key)

    def _grid(self, table: Table, rows: Iterable[Markup], key: str | None = None) -> Markup:
        caption = (tag("caption", None, text(table.title)),) if table.title else ()
        heads = (tag("th", {"scope": "col", "class": "r" if one.numeric else None}, text(one.text))
                 for one in table.heads)  # fmt: skip
        held = list(rows)
        if not held:  # XHTML knows no table without rows
            return tag("p", {"class": "soft"}, text(table.note)) if table.note else Markup("")
        body = tag("tbody", None, join(held, _LINE))
        made = tag("table", {"id": key}, *caption, tag("thead", None, tag("tr", None, *heads)), body)
        note = (tag("p", {"class": "soft"}, text(table.note)),) if table.note else ()
        return tag("div", {"class": "scroll"}, made, *note)

    def _cell(self, cell: Cell) -> Markup:
        made = self._tagger.number(cell.text, cell.figure) if cell.figure else _lines(cell.text)
        if cell.figure:
            made = tag("a", {"class": "n", "href": f"#f-{cell.figure}"}, made)
        elif cell.href:
            made = tag("a", {"href": cell.href}, made)
        elif cell.code and cell.text:
            made = tag("code", None, made)
        return tag("td", {"class": "r" if cell.numeric else None}, made)

    def _evidence(self) -> Markup:
        """Every figure; its number is tagged here too, and what stands beside it is the note of its facts."""
        table = self._book.evidence
        note = (tag("p", {"class": "soft"}, text(self._book.words["evidence-note"])),)
        return join((*note, self._grid(table, [self._row(one) for one in table.rows])))

    def _row(self, row: Sequence[Cell]) -> Markup:
        figure = row[-1].text
        place = next((at for at, one in enumerate(row[:-1]) if one.numeric), None)
        cells = [self._cell(one) for one in row]
        if figure and place is not None:
            cells[place] = tag("td", {"class": "r"}, self._tagger.number(row[place].text, figure))
        if figure in self._tagger.of_figure:
            pieces = [(at, one) for at, one in enumerate(row) if at > (place or 0) + 1 and one.text]
            notes = self._tagger.note(figure, [one.text for _, one in pieces])
            for (at, one), made in zip(pieces, notes, strict=True):
                cells[at] = tag("td", None, tag("code", None, made) if one.code else made)
        return tag("tr", {"id": f"f-{figure}" if figure else None}, *cells)

    def _index(self, one: Index) -> Markup:
        words = self._book.words
        heads = tuple(words[name] for name in ("requirement", "section", "where", "status", "reason"))
        rows = (self._index_row(each) for each in one.rows)
        head = tag("thead", None, tag("tr", None, *(tag("th", {"scope": "col"}, text(each)) for each in heads)))
        table = tag("table", None, head, tag("tbody", None, join(rows, _LINE)))
        note = (tag("p", {"class": "soft"}, text(one.note)),) if one.note else ()
        return self._part(f"index-{_key(one.key)}", f"{words['index']}: {one.title}",
                          tag("div", {"class": "scroll"}, *note, table))  # fmt: skip

    def _index_row(self, one: IndexRow) -> Markup:
        links = [tag("a", {"href": f"#{each.key}"}, text(f"{each.number} {each.title}")) for each in one.targets]
        where = join(links, "<br/>") if links else text(self._book.words["none"])
        cells = (text(one.requirement), text(one.section), where, text(one.status_words), text(one.reason))
        return tag("tr", None, *(tag("td", None, each) for each in cells))


def _key(told: str) -> str:
    return "".join(sign if sign.isalnum() else "-" for sign in told)


def _lines(said: str) -> Markup:
    return join((text(line) for line in said.split("\n")), "<br/>")


def _list(items: Iterable[Markup], kind: str = "ul") -> Markup:
    held = [tag("li", None, one) for one in items]
    return tag(kind, None, *held) if held else Markup("")
