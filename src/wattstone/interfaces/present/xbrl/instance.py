"""A statement as inline XBRL: one document for people and programs, in a package with its taxonomy.

References
----------
.. [1] XBRL International, "Inline XBRL 1.1," 2013; "Transformation Registry 4," 2020.
.. [2] XBRL International, "Report Packages 1.0," 2024.
"""

import json
import re
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC
from io import BytesIO

from wattstone.disclosure.statement import Shown, Statement
from wattstone.interfaces.present.disclosure.book import book
from wattstone.interfaces.present.disclosure.content import Book
from wattstone.interfaces.present.disclosure.sections import anchor
from wattstone.interfaces.present.disclosure.words import state_words
from wattstone.interfaces.present.languages import Language, counter, say_reason, translator
from wattstone.interfaces.present.xbrl.concepts import taxonomy
from wattstone.interfaces.present.xbrl.contexts import Entity, Resources
from wattstone.interfaces.present.xbrl.mapping import Official
from wattstone.interfaces.present.xbrl.markup import Markup, document, join, tag, text
from wattstone.interfaces.present.xbrl.names import NAMESPACES, prefixed, schema_file
from wattstone.interfaces.present.xbrl.tagging import Tagger
from wattstone.interfaces.present.xbrl.taxonomy import taxonomy_files
from wattstone.interfaces.present.xbrl.xhtml import Pages, style

__all__ = ["packed", "to_ixbrl"]

_REPORT_PACKAGE = "https://xbrl.org/report-package/2023/xbri"
_NONE: Mapping[str, str] = {}
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""Of every file in a package: the same report is the same bytes."""


def to_ixbrl(
    statement: Statement,
    lang: Language,
    *,
    official: Official | None = None,
    entity: Entity | None = None,
    also: Sequence[str] = (),
) -> dict[str, bytes]:
    """A statement as a report package of inline XBRL.

    Every number that is shown beside its figure is a fact, with the decimal to which what is shown is true; every topic
    that is answered is a text block. What has no value is left out, and the document names it.

    Parameters
    ----------
    statement : Statement
    lang : {'en', 'zh'}
        Of the text; the facts are the same in both.
    official : Official or None
        Official concepts by which facts are tagged too.
    entity : Entity or None
        Who reports, by a register; by the organisation's name where None.

    also : sequence of str
        Other standards, as `ifrs-s2@2025`, whose requirements have an index of their own too.

    Returns
    -------
    dict of str to bytes
        Files by their path in the package, all below one folder.
    """
    tagger = Tagger(statement, Resources(entity or Entity(statement.organisation)), official)
    top = _slug(statement)
    return {
        f"{top}/META-INF/reportPackage.json": _package(),
        f"{top}/reports/{top}.{lang}.xhtml": document(_html(book(statement, lang, also=also), statement, tagger)),
        **{f"{top}/taxonomy/{name}": held for name, held in taxonomy_files().items()},
    }


def packed(files: Mapping[str, bytes]) -> bytes:
    """Files as a package (`.xbri`), the same bytes for the same files."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as held:
        for name in sorted(files):
            told = zipfile.ZipInfo(name, _EPOCH)
            told.compress_type = zipfile.ZIP_DEFLATED
            held.writestr(told, files[name])
    return out.getvalue()


def _package() -> bytes:
    return json.dumps({"documentInfo": {"documentType": _REPORT_PACKAGE}}, indent=1).encode()


def _slug(statement: Statement) -> str:
    organisation = re.sub(r"[^a-z0-9]+", "-", statement.organisation.lower()).strip("-") or "report"
    edition = f"-{statement.edition.number}" if statement.edition is not None else ""
    return f"{organisation}-{statement.standard.id}-{statement.year}{edition}"


def _html(told: Book, statement: Statement, tagger: Tagger) -> Markup:
    lang = told.lang
    topics = {anchor(one.topic.id): one.topic.id for one in statement.answers}
    body = Pages(told, tagger, topics).body()
    facts = _facts(tagger, lang)
    hidden = tag("div", {"style": "display:none"}, tagger.header(f"../taxonomy/{schema_file()}"))
    head = tag(
        "head", None,
        tag("meta", {"http-equiv": "Content-Type", "content": "text/html; charset=UTF-8"}),
        tag("title", None, text(f"{told.title} · {told.organisation}")),
        tag("meta", {"name": "generator", "content": "Wattstone"}),
        tag("meta", {"name": "date", "content": statement.made.astimezone(UTC).date().isoformat()}),
        tag("style", {"type": "text/css"}, text(style())),
    )  # fmt: skip
    return tag("html", {**_namespaces(tagger), "xml:lang": "zh-Hans" if lang == "zh" else "en"}, head,
               tag("body", None, hidden, Markup("\n"), body, facts))  # fmt: skip


def _namespaces(tagger: Tagger) -> dict[str, str]:
    own = prefixed("ix", "ixt", "xbrli", "xbrldi", "link", "xlink", "utr", "iso4217")
    theirs: Mapping[str, str] = tagger.official.namespaces if tagger.official is not None else _NONE
    return {
        "xmlns": "http://www.w3.org/1999/xhtml", **own, f"xmlns:{taxonomy().prefix}": taxonomy().namespace,
        **{f"xmlns:{prefix}": address for prefix, address in theirs.items() if prefix not in NAMESPACES},
    }  # fmt: skip


def _facts(tagger: Tagger, lang: Language) -> Markup:
    """What is tagged, and what is not."""
    t, n = translator(lang), counter(lang)
    told = n("{count} fact is tagged by the taxonomy {name}.", "{count} facts are tagged by the taxonomy {name}.",
             tagger.facts, name=taxonomy().namespace)  # fmt: skip
    left = tagger.untagged()
    why = t("Not tagged, because there is no value, or none in a unit and of a period that the registry knows:")
    items = (tag("li", None, tag("code", None, text(one.key)), text(_reason(one, lang))) for one in left)
    more = (tag("p", None, text(why)), tag("ul", None, *items)) if left else ()
    heading = tag("h2", None, text(t("Facts for programs")))
    return join((tag("div", {"id": "facts", "class": "part"}, heading, tag("p", None, text(told)), *more),))


def _reason(one: Shown, lang: Language) -> str:
    said = say_reason(one.reason, lang) if one.reason else state_words(one.state, lang)
    return f" · {said}" if said else ""
