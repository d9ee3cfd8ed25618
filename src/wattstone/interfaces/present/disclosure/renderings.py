"""A statement as a file, in any form: what the command line, jobs and the API hand out."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Literal, get_args

from wattstone.disclosure.statement import Statement
from wattstone.interfaces.present.languages import Language

__all__ = ["FORMS", "MEDIA", "Form", "file_name", "rendered"]

Form = Literal["html", "pdf", "docx", "xlsx", "json", "ixbrl"]
FORMS: Final[tuple[Form, ...]] = get_args(Form)

MEDIA: Final[dict[Form, str]] = {
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
    "ixbrl": "application/zip",
}
"""Media types."""

_ENDINGS: Final[dict[Form, str]] = {"ixbrl": "xbri"}


def rendered(
    statement: Statement,
    lang: Language,
    form: Form,
    *,
    also: Sequence[str] = (),
    font_paths: Sequence[Path | str] = (),
    mapping: Path | None = None,
    lei: str = "",
) -> tuple[str, bytes]:
    """A statement in a form.

    Parameters
    ----------
    statement : Statement
        A draft or an edition.
    lang : {'en', 'zh'}
        Of all words and texts; JSON holds both languages.
    form : str
        See `FORMS`.
    also : sequence of str
        Other standards, as `ifrs-s2@2025`, whose requirements get an index of their own, where there are pages.
    font_paths : sequence of Path or str
        Folders with fonts, for a PDF.
    mapping : Path or None
        Of inline XBRL: the user's file that maps concepts to those of an official taxonomy.
    lei : str
        Of inline XBRL: the legal entity identifier of the organisation; its name says who reports where it is empty.

    Returns
    -------
    (str, bytes)
        The name of the file, see `file_name`, and its content.

    Raises
    ------
    InputRefused
        If a PDF would have to leave out a character, for no font holds it; if the mapping cannot hold.
    KeyError
        If there is no standard of a name in `also`.
    """
    name = file_name(statement, lang, form)
    if form == "ixbrl":
        return name, _tagged(statement, lang, also, mapping, lei)
    return name, _made(statement, lang, form, also, font_paths)


def file_name(statement: Statement, lang: Language, form: Form) -> str:
    """`ORGANISATION-STANDARD-YEAR[-EDITION].LANG.EXT`; letters and digits of any script stay in the organisation.

    Examples
    --------
    >>> from tests.disclosure.made import made_statement  # doctest: +SKIP
    >>> file_name(made_statement(), "en", "pdf")  # doctest: +SKIP
    'wattle-works-tcfd-2025.en.pdf'
    """
    organisation = re.sub(r"[\W_]+", "-", statement.organisation.lower()).strip("-") or "report"
    edition = "" if statement.edition is None else f"-{statement.edition.number}"
    whose = f"{organisation[:60]}-{statement.standard.id}-{statement.year}{edition}"
    return f"{whose}.{lang}.{_ENDINGS.get(form, form)}"


def _made(
    statement: Statement, lang: Language, form: Form, also: Sequence[str], font_paths: Sequence[Path | str]
) -> bytes:
    match form:
        case "json":
            from wattstone.interfaces.present.disclosure.as_json import to_json

            return json.dumps(to_json(statement), ensure_ascii=False, indent=1, sort_keys=True).encode()
        case "xlsx":
            from wattstone.interfaces.present.disclosure.xlsx import to_xlsx

            return to_xlsx(statement, lang)
        case _:
            return _pages(statement, lang, form, also, font_paths)


def _tagged(statement: Statement, lang: Language, also: Sequence[str], mapping: Path | None, lei: str) -> bytes:
    from wattstone.interfaces.present.xbrl.contexts import legal_entity
    from wattstone.interfaces.present.xbrl.instance import packed, to_ixbrl
    from wattstone.interfaces.present.xbrl.mapping import read_mapping

    official = None if mapping is None else read_mapping(mapping)
    entity = legal_entity(lei) if lei else None
    return packed(to_ixbrl(statement, lang, official=official, entity=entity, also=also))


def _pages(
    statement: Statement, lang: Language, form: Form, also: Sequence[str], font_paths: Sequence[Path | str]
) -> bytes:
    """Of a book."""
    from wattstone.interfaces.present.disclosure.book import book

    told = book(statement, lang, also=also)
    if form == "pdf":
        from wattstone.interfaces.present.disclosure.pdf import to_pdf

        return to_pdf(told, font_paths=font_paths)
    if form == "docx":
        from wattstone.interfaces.present.disclosure.docx import to_docx

        return to_docx(told)
    from wattstone.interfaces.present.disclosure.html import to_html

    return to_html(told).encode()
