"""What a climate report says in a language, before it has a form: HTML, PDF and DOCX are renderings of this."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from wattstone.disclosure.statement import FigureState, Status
from wattstone.interfaces.present.charts.base import Drawing
from wattstone.interfaces.present.content import Headline, Table
from wattstone.interfaces.present.languages import Language

__all__ = [
    "Block", "Book", "Box", "Chapter", "EvidenceGroup", "EvidencePart", "EvidenceRow", "Index", "IndexRow", "Listing",
    "Number", "Numbers", "Paragraph", "Picture", "Piece", "Quote", "Section", "Subheading", "TableBlock", "Target",
]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A piece of a text.

    Parameters
    ----------
    text : str
        As it is shown; it is never markup.
    strong, emphasis, code : bool
    href : str
        Where it leads: an address, or `#` and the key of a section; empty where nowhere.
    figure : str
        Id of the figure that it shows, which links to the evidence; empty where it shows none.
    state : str or None
        Of that figure; None where it shows none.
    mark : str
        The word for its state, which stands behind it; empty of a figure that is current.
    """

    text: str
    strong: bool = False
    emphasis: bool = False
    code: bool = False
    href: str = ""
    figure: str = ""
    state: FigureState | None = None
    mark: str = ""


@dataclass(frozen=True)
class Paragraph:
    """A paragraph."""

    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Subheading:
    """A heading within a section: 3 is the level below the section's own."""

    level: int
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Listing:
    """A list; its items hold blocks."""

    ordered: bool
    items: tuple[tuple["Block", ...], ...]
    start: int = 1


@dataclass(frozen=True)
class Quote:
    """What somebody said."""

    blocks: tuple["Block", ...]


@dataclass(frozen=True)
class TableBlock:
    """A table with its title and its note; cells link to figures."""

    key: str
    table: Table


@dataclass(frozen=True)
class Picture:
    """A chart, with the numbers behind it as `drawing.table`."""

    drawing: Drawing


@dataclass(frozen=True, kw_only=True)
class Number:
    """A figure that stands by itself beside a text."""

    label: str
    value: Piece
    interval: str = ""
    note: str = ""


@dataclass(frozen=True)
class Numbers:
    """Figures that belong to a topic."""

    numbers: tuple[Number, ...]


@dataclass(frozen=True, kw_only=True)
class Box:
    """What a reader must not overlook: what is left out and why, what is open, what is not reviewed.

    Parameters
    ----------
    kind : str
        `omitted`, `open`, `partly`, `unreviewed`.
    title : str
    lines : tuple of str
    """

    kind: str
    title: str
    lines: tuple[str, ...]


Block = Paragraph | Subheading | Listing | Quote | TableBlock | Picture | Numbers | Box


@dataclass(frozen=True, kw_only=True)
class Section:
    """What the report says of a topic.

    Parameters
    ----------
    key : str
        Of its anchor: `t-governance-board`.
    number : str
        `1.2`.
    title : str
    asks : str
        What is asked, in a sentence.
    status, status_words : str
    requirements : tuple of str
        Of the report's standard, that it answers.
    owner : str
        Who is responsible; empty in an edition.
    blocks : tuple
    """

    key: str
    number: str
    title: str
    asks: str
    status: Status
    status_words: str
    requirements: tuple[str, ...]
    blocks: tuple[Block, ...]
    owner: str = ""


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """A part of a report, with its sections."""

    key: str
    number: str
    title: str
    sections: tuple[Section, ...]


@dataclass(frozen=True, kw_only=True)
class Target:
    """A section that an index points to: renderings put the page beside it."""

    key: str
    number: str
    title: str


@dataclass(frozen=True, kw_only=True)
class IndexRow:
    """A requirement, where it is answered, and how far.

    Parameters
    ----------
    requirement : str
        As the standard numbers it.
    section : str
        Of the standard.
    targets : tuple of Target
        Empty where the report has no section for it.
    status, status_words : str
    reason : str
        Why it is left out, or when it applies; empty where there is nothing to say.
    """

    requirement: str
    section: str
    targets: tuple[Target, ...]
    status: Status
    status_words: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Index:
    """The requirements of a version of a standard against sections.

    Parameters
    ----------
    key : str
        `tcfd@2021`.
    title, note : str
    rows : tuple of IndexRow
    own : bool
        Whether the report follows this standard; of the others the same answers serve.
    """

    key: str
    title: str
    note: str
    rows: tuple[IndexRow, ...]
    own: bool


@dataclass(frozen=True, kw_only=True)
class EvidenceRow:
    """A figure of the report, with the id that leads to what it rests on."""

    name: str
    period: str
    value: str
    interval: str
    id: str


@dataclass(frozen=True)
class EvidenceGroup:
    """Figures that came about in the same way.

    Parameters
    ----------
    title : str
        What all of them are; empty where each says so itself.
    about : tuple of str
        Basis, unit and method, as far as they have them in common.
    rows : tuple of EvidenceRow
    """

    title: str
    about: tuple[str, ...]
    rows: tuple[EvidenceRow, ...]


@dataclass(frozen=True)
class EvidencePart:
    """Figures of a section.

    Parameters
    ----------
    title, key : str
        Of the section; empty of figures that stand before all sections.
    groups : tuple of EvidenceGroup
    """

    title: str
    key: str
    groups: tuple[EvidenceGroup, ...]


@dataclass(frozen=True, kw_only=True)
class Book:
    """A climate report in a language.

    Parameters
    ----------
    lang : {'en', 'zh'}
    title, organisation, standard : str
    year : int
    edition : str
        `Draft`, or the edition and when it was locked.
    draft : bool
    banner : str
        Said first where data are simulated; empty otherwise. `banner_short` stands on each page.
    summary : tuple of Paragraph
    headlines : tuple of content.Headline
        The numbers that come first.
    overview : Table
        How many sections of each part are answered.
    chapters : tuple of Chapter
    indexes : tuple of Index
        The report's own standard first.
    crosswalk : Table or None
        Sections against the paragraphs of other standards; the first cell of a row leads to the section.
    evidence : Table
        Every figure that is shown; the last cell of a row is its id, to which numbers link.
    grouped : tuple of EvidencePart
        The same figures, where space is dear.
    sources : Table or None
        Texts and documents that sections rest on.
    limits : tuple of str
    findings : Table or None
        What the checks found.
    verify : tuple of Paragraph
        How to check it.
    facts : tuple of (str, str)
    words : mapping
        Short words of the forms: `page`, `contents`.
    made : datetime
    """

    lang: Language
    title: str
    organisation: str
    standard: str
    year: int
    edition: str
    draft: bool
    banner: str
    banner_short: str
    summary: tuple[Paragraph, ...]
    headlines: tuple[Headline, ...]
    overview: Table
    chapters: tuple[Chapter, ...]
    indexes: tuple[Index, ...]
    crosswalk: Table | None
    evidence: Table
    grouped: tuple[EvidencePart, ...]
    sources: Table | None
    limits: tuple[str, ...]
    findings: Table | None
    verify: tuple[Paragraph, ...]
    facts: tuple[tuple[str, str], ...]
    made: datetime
    words: dict[str, str] = field(default_factory=dict[str, str])

    def sections(self) -> Iterator[Section]:
        """All sections, in their order."""
        for chapter in self.chapters:
            yield from chapter.sections

    def drawings(self) -> Iterator[Drawing]:
        """All charts, in their order."""
        for section in self.sections():
            yield from (one.drawing for one in section.blocks if isinstance(one, Picture))
