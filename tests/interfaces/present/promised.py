"""Texts of the programme and of the climate report: labels and helps of kinds, what reports say wherever it stands in
the code, topics and requirement lists."""

import ast
from collections.abc import Iterator
from pathlib import Path

import wattstone
from wattstone.disclosure.standards import standards
from wattstone.disclosure.topics import parts, topics
from wattstone.programme.kinds import MODULES, kinds_of

SOURCE = Path(wattstone.__file__).parent
ROOMS = tuple(SOURCE / one for one in ("programme", "workflows/programme", "disclosure", "workflows/disclosure"))
_PLACES = {"Said": (0, "text"), "Line": (None, "label"), "Table": (1, "title"), "Column": (1, "label"),
           "Chart": (None, "title"), "ModuleReport": (None, "title")}  # fmt: skip


def of_kinds() -> dict[str, str]:
    """Every label, plural, help and choice, with the kind that has it."""
    found: dict[str, str] = {}
    for module in MODULES:
        for kind in kinds_of(module):
            texts = [kind.label, kind.plural, kind.help]
            for field in kind.fields:
                texts += [field.label, field.help, *field.choices.values()]
            found |= {text: f"{module}: {kind.id}" for text in texts if text}
    return found


def of_disclosure() -> dict[str, str]:
    """Titles and questions of topics; titles, sections, notes, sources, conditions and reliefs of standards."""
    found = {one.title: one.id for one in parts()}
    for one in topics():
        found |= {one.title: one.id, one.asks: one.id}
    for one in standards():
        texts = [one.title, one.issuer, one.source, one.note, *one.sections.values()]
        texts += [text for each in one.requirements for text in (each.condition, each.relief)]
        found |= {text: one.key for text in texts if text}
    return found


def of_reports() -> dict[str, str]:
    """Every text that stands as it is in a sentence, label or title of a report, with its module."""
    found: dict[str, str] = {}
    for path in sorted(path for room in ROOMS for path in room.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                for text in _texts(node):
                    found[text] = str(path.relative_to(SOURCE))
    return found


def _texts(node: ast.Call) -> Iterator[str]:
    name = (
        node.func.id
        if isinstance(node.func, ast.Name)
        else node.func.attr
        if isinstance(node.func, ast.Attribute)
        else ""
    )
    if name not in _PLACES:
        return
    at, keyword = _PLACES[name]
    values = [one.value for one in node.keywords if one.arg == keyword]
    if at is not None and len(node.args) > at:
        values.append(node.args[at])
    for value in values:
        yield from _constants(value)


def _constants(value: ast.expr) -> Iterator[str]:
    """A text, or both texts of a choice between two."""
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        yield value.value
    elif isinstance(value, ast.IfExp):
        yield from _constants(value.body)
        yield from _constants(value.orelse)
