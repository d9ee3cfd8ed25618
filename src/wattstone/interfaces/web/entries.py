"""Entries of the programme on pages: which kinds one may see and change, and their fields as a form has them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote

from wattstone.disclosure.topics import topics
from wattstone.interfaces.present.content import Cell
from wattstone.interfaces.present.languages import Language, translator
from wattstone.interfaces.present.listing import listed
from wattstone.interfaces.present.numbers import every
from wattstone.interfaces.web.kit import link
from wattstone.programme.cells import text_of
from wattstone.programme.entries import site_field
from wattstone.programme.kinds import MODULES, Module, RecordField, RecordKind, kinds_of
from wattstone.workflows.access.policy import EVERYWHERE, Act
from wattstone.workflows.programme.beside import known_to

if TYPE_CHECKING:
    from wattstone.interfaces.serving.request import Here

__all__ = [
    "CLIMATE", "LONG", "PATH", "Ask", "asks_of", "count_of", "enters", "entry_path", "kind_here", "kind_path", "sees",
    "told_cell", "typed_of",
]  # fmt: skip

PATH = "/programme"
CLIMATE = "/report/climate"
"""Below which the pages of the climate report stand."""
LONG = 80  # characters of a text in a list
_FEW = 500  # of what a field may name that are offered


@dataclass(frozen=True)
class Ask:
    """A field of a form.

    Parameters
    ----------
    name, label, help, unit : str
        In the reader's language.
    kind : str
        Type of the field.
    value : str
        As it was typed.
    needed : bool
        Whether it must be said.
    options : tuple of (str, str)
        Values and words, where there is a choice.
    """

    name: str
    label: str
    help: str
    unit: str
    kind: str
    value: str
    needed: bool
    options: tuple[tuple[str, str], ...] = ()


def kind_path(kind: RecordKind) -> str:
    """The page of a kind, below the organisation."""
    if kind.module == "disclose":
        return f"{CLIMATE}/entries/{kind.id}"
    return f"{PATH}/{kind.module}/{kind.id}"


def entry_path(kind: RecordKind, entry: str) -> str:
    """The page of an entry."""
    return f"{kind_path(kind)}/entry?id={quote(entry, safe='')}"


def kind_here(module: str, kind: str) -> RecordKind | None:
    """A kind of a module; None where there is none."""
    if module not in MODULES:
        return None
    return next((one for one in kinds_of(cast("Module", module)) if one.id == kind), None)


def sees(here: "Here", kind: RecordKind) -> bool:
    """Whether the reader may see entries of a kind: those of sites, or those of the whole organisation."""
    return bool(site_field(kind)) or here.principal.scope.whole


def enters(here: "Here", kind: RecordKind, site: str | None = None) -> bool:
    """Whether the reader may enter and change entries of a kind; of one site, where it is named."""
    if kind.by == "review":
        return here.principal.may(Act.REVIEW, EVERYWHERE)
    if site_field(kind) is None:
        return here.principal.may(Act.DECLARE, EVERYWHERE)
    return here.principal.may(Act.INGEST) if site is None else here.principal.may(Act.INGEST, site)


def count_of(here: "Here", kind: RecordKind) -> int:
    """How many entries are in force that the reader may see."""
    return here.workspace.records.programme_count(kind.id)


def typed_of(kind: RecordKind, row: Mapping[str, Any]) -> dict[str, str]:
    """An entry as a form has it."""
    return {one.name: text_of(row[one.name]) for one in kind.fields}


def asks_of(here: "Here", kind: RecordKind, typed: Mapping[str, str], *, fixed: bool = False) -> list[Ask]:
    """The fields of a kind's form.

    Parameters
    ----------
    here : Here
        Whose sites and entries are offered.
    kind : RecordKind
        Of the entry.
    typed : mapping
        What stands in the fields.
    fixed : bool
        Whether the entry is there already: what tells it from the others is not asked again.
    """
    t = translator(here.lang)
    known = known_to(here.workspace, kind, {}, most=_FEW)
    key = kind.key or ((kind.fields[0].name,) if kind.fields[0].name == "id" else ())
    asks: list[Ask] = []
    for one in kind.fields:
        if fixed and one.name in key:
            continue
        value = typed.get(one.name, "")
        unit = one.unit if one.unit and one.unit != "1" else ""
        help_ = t(one.help) if one.help else ""
        options = _options(one, value, known.sites, known.refs, here.lang)
        asks.append(Ask(one.name, t(one.label), help_, unit, one.type, value, one.required, options))
    return asks


def _options(
    one: RecordField, value: str, sites: Mapping[str, str], refs: Mapping[str, Any], lang: Language
) -> tuple[tuple[str, str], ...]:
    """What can be chosen; what stands there already is among it."""
    t = translator(lang)
    if one.type == "text" and one.name == "topic" and not one.choices:
        found = [(each.id, t(each.title)) for each in topics()]
    elif one.type == "choice":
        found = [(key, t(label)) for key, label in one.choices.items()]
    elif one.type == "flag":
        found = [("yes", t("yes")), ("no", t("no"))]
    elif one.type == "site":
        found = [(key, name or key) for key, name in sites.items()]
    elif one.type == "ref":
        found = [(key, key) for key in sorted(refs.get(one.to or "", ()))]
    else:
        return ()
    if len(found) > _FEW:
        return ()
    lost = [(value, value)] if value and value not in dict(found) else []
    return (("", "" if one.required else t("not said")), *lost, *found)


def told_cell(here: "Here", one: RecordField, value: Any) -> Cell:
    """What an entry says in a field, in the reader's words."""
    t = translator(here.lang)
    if value is None:
        return Cell("")
    if isinstance(value, bool):
        return Cell(t("yes") if value else t("no"))
    if isinstance(value, int | float):
        text = str(value) if one.type in ("year", "integer") and abs(value) < 10_000 else every(float(value))
        return Cell(text, numeric=True)
    if isinstance(value, list):
        return Cell(listed(cast("list[str]", value), here.lang))
    if one.type == "site":
        return Cell(str(value), href=link(here, f"/sites/{quote(str(value), safe='')}"))
    if one.type == "ref" and one.to is not None and (to := _kind_of(one.to)) is not None:
        return Cell(str(value), href=link(here, entry_path(to, str(value))))
    return Cell(t(one.choices[value]) if value in one.choices else str(value))


def _kind_of(name: str) -> RecordKind | None:
    return next((kind for module in MODULES for kind in kinds_of(module) if kind.id == name), None)
