"""The climate report as one HTML file that needs nothing else: no network, no script, no font of its own."""

from wattstone.interfaces.present.disclosure.content import (
    Block,
    Book,
    Box,
    Listing,
    Numbers,
    Paragraph,
    Picture,
    Quote,
    Subheading,
    TableBlock,
)
from wattstone.interfaces.present.html import drawn, page_style, page_template

__all__ = ["to_html"]


def to_html(book: Book) -> str:
    """A climate report as a self-contained page.

    Parameters
    ----------
    book : Book

    Returns
    -------
    str
        HTML with a content-security policy that allows its own style sheet alone; every text is escaped.
    """
    return page_template("climate.html.j2").render(
        book=book,
        drawn={one.key: drawn(one) for one in book.drawings()},
        known={row[-1].text for row in book.evidence.rows if row[-1].text},
        kind=_kind,
        **page_style("report.css", "climate.css"),
    )


def _kind(block: Block) -> str:
    """What the template calls a block."""
    match block:
        case Paragraph():
            return "paragraph"
        case Subheading():
            return "heading"
        case Listing():
            return "list"
        case Quote():
            return "quote"
        case TableBlock():
            return "table"
        case Picture():
            return "picture"
        case Numbers():
            return "numbers"
        case Box():
            return "box"
