"""Entries of the programme within the evidence of a figure: what each says, in the words of its kind, and its page."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, cast

from wattstone.interfaces.present.content import Cell
from wattstone.interfaces.present.languages import translator
from wattstone.interfaces.present.programme.entry_template import head_of
from wattstone.interfaces.present.programme.words import module_name
from wattstone.interfaces.web.entries import entry_path, kind_here, told_cell
from wattstone.interfaces.web.kit import link
from wattstone.programme.kinds import RecordKind

if TYPE_CHECKING:
    from wattstone.interfaces.serving.request import Here

__all__ = ["entry_facts", "entry_title"]

_LONG = 200  # characters of a text that evidence shows


def entry_title(here: "Here", content: Mapping[str, Any]) -> str:
    """The kind of an entry and its id."""
    t, kind, name = translator(here.lang), _kind(content), str(content.get("entry", ""))
    return name if kind is None else t("{what}: {which}", what=t(kind.label), which=name)


def entry_facts(here: "Here", content: Mapping[str, Any]) -> Iterator[tuple[str, Cell]]:
    """What is known of an entry: each field that is said, who entered it and when, and its page."""
    t, kind = translator(here.lang), _kind(content)
    if kind is not None:
        yield t("Part of the programme"), Cell(module_name(kind.module, here.lang))
        name = str(content.get("entry", ""))
        yield t("Entry"), Cell(name, href=link(here, entry_path(kind, name)))
    says = cast("Mapping[str, Any]", content.get("says") or {})
    for one in kind.fields if kind is not None else ():
        value = says.get(one.name)
        if value is not None and one.name != "id":
            cell = told_cell(here, one, value)
            short = cell if len(cell.text) <= _LONG else Cell(cell.text[: _LONG - 1] + "…", href=cell.href)
            yield head_of(one, here.lang), short
    yield t("Version"), Cell(str(content.get("version", "")))
    if content.get("document"):
        yield t("Document, by its SHA-256"), Cell(str(content["document"]), code=True)
    who, when = content.get("entered_by", ""), str(content.get("entered_at", "")).replace("T", " ")
    yield t("Entered by"), Cell(t("{who}, {when}", who=who, when=f"{when} UTC"))


def _kind(content: Mapping[str, Any]) -> RecordKind | None:
    return kind_here(str(content.get("module", "")), str(content.get("of", "")))
