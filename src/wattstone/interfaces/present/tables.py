"""Tables for a terminal, in the same words and units as the report.

Every text is a `rich.text.Text`: what a file or a person wrote is shown and never taken for markup.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

import polars as pl
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from wattstone.base import Finding
from wattstone.interfaces.present.book import Book, Entry
from wattstone.interfaces.present.languages import Language, Translate, say_finding, say_reason, translator
from wattstone.interfaces.present.names import figure_name, flag_name, kind_name, opened, short_name, type_name
from wattstone.interfaces.present.numbers import amount, change, every, interval, percent, written
from wattstone.interfaces.present.tokens import terminal_styles
from wattstone.inventory.document import InventoryDocument


def inventory_table(document: InventoryDocument, lang: Language = "en") -> RenderableType:
    """The organisation's figures of the year, each with interval, comparison and estimated share.

    Parameters
    ----------
    document : InventoryDocument
        The inventory.
    lang : {'en', 'zh'}
    """
    t = translator(lang)
    book = Book(document)
    title = t("{organisation}: greenhouse gas inventory {year}", organisation=document.organisation, year=document.year)
    table = _table([(t("Figure"), False), (t("Value"), True), (t("90 % interval"), False), (t("Change"), False)])
    entries = list(_own(book))
    pale = any(entry.share > 0 for entry in entries)
    if pale:
        table.add_column(t("Estimated"), justify="right")
    for entry in entries:
        table.add_row(*_cells(book, entry, lang, pale=pale))
    parts: list[RenderableType] = [Text(title, style=terminal_styles()["heading"]), table]
    parts += [Text(f"{name}: {'; '.join(notes)}", style="dim") for name, notes in _notes(entries, lang)]
    if document.simulated:
        parts.insert(0, Text(t("Simulated data"), style=f"bold {terminal_styles()['watch']}"))
    return Group(*parts)


def _notes(entries: Sequence[Entry], lang: Language) -> Iterator[tuple[str, list[str]]]:
    """What the reader must know about the figures; what is said of two of them is said once."""
    told: set[str] = set()
    for entry in entries:
        new = [note for note in entry.notes if note not in told]
        told.update(new)
        if new:
            yield short_name(entry.name, lang), [say_reason(note, lang) for note in new]


def _own(book: Book) -> Iterator[Entry]:
    for prefix in ("scope1", "scope2", "scope3", "energy.", "volume.", "intensity.", "cost.", "degree_days."):
        names = sorted({name for name in _names(book) if name.startswith(prefix)})
        yield from (entry for name in names if (entry := book.own(name)) is not None)


def _names(book: Book) -> list[str]:
    own = book.document.figures.filter((pl.col("subject") == "organisation") & (pl.col("period") == book.year))
    return own["name"].unique().to_list()


def _cells(book: Book, entry: Entry, lang: Language, *, pale: bool) -> list[Text]:
    t = translator(lang)
    name = opened(figure_name(entry.name, lang))
    if entry.value is None:
        words = say_reason(entry.reason, lang) or t("not known")
        return [Text(name), Text(words, style="dim"), Text(""), Text(""), *([Text("")] if pale else [])]
    moved = book.known(f"change.{entry.name}")
    cells = [
        Text(name),
        Text(amount(entry.value, entry.unit, lang)),
        Text(interval(entry.value, entry.lower, entry.upper, entry.unit, lang) or t("not known")),
        Text(change(moved.value, book.document.year - 1, lang) if moved is not None else t("not known")),
    ]
    return [*cells, Text(percent(entry.share, lang))] if pale else cells


def findings_table(findings: Sequence[Finding], lang: Language = "en") -> RenderableType:
    """Findings one below the other: where, what, what was expected, what to do.

    Parameters
    ----------
    findings : sequence of Finding
        In the order in which they are told.
    lang : {'en', 'zh'}
    """
    t = translator(lang)
    if not findings:
        return Text(t("Nothing was found that needs mending."))
    styles = terminal_styles()
    table = Table.grid(padding=(0, 1))
    table.add_column(no_wrap=True)
    table.add_column()
    for finding in findings:
        word, style = (t("error"), styles["act"]) if finding.severity == "error" else (t("warning"), styles["watch"])
        table.add_row(Text(word, style=f"bold {style}"), _sentences(finding, lang, t))
    return table


def _sentences(finding: Finding, lang: Language, t: Translate) -> Text:
    said = say_finding(finding, lang)
    text = Text(t("{place}: {found}", place=said["place"], found=said["found"]))
    if finding.first:
        text.append(t(", the first at {first}", first=finding.first))
    text.append("\n" + t("Expected: {expected}", expected=said["expected"]), style="dim")
    text.append("\n" + t("To mend it: {remedy}", remedy=said["remedy"]))
    return text


def quality_table(quality: pl.DataFrame, lang: Language = "en", *, rows: int = 20) -> RenderableType:
    """The meters whose readings are worst, the lowest score first.

    Parameters
    ----------
    quality : DataFrame
        As in `InventoryDocument.quality`.
    lang : {'en', 'zh'}
    rows : int
        As many meters as are shown.
    """
    t = translator(lang)
    heads = [(t("Meter"), False), (t("Site"), False), (t("Kind"), False), (t("Score"), True), (t("Missing"), True)]
    table = _table([*heads, (t("Flags"), False)])
    flags = [name for name, kind in quality.schema.items() if kind.is_integer()]
    for row in quality.sort("score", "meter_id").head(rows).iter_rows(named=True):
        marks = ", ".join(f"{flag_name(flag, lang)}: {every(row[flag])}" for flag in flags if row[flag])
        table.add_row(
            Text(row["meter_id"]),
            Text(row["site_id"]),
            Text(kind_name(row["kind"], lang)),
            Text(percent(row["score"], lang) if row["score"] is not None else t("not known")),
            Text(percent(row["gaps"], lang) if row["gaps"] is not None else t("not known")),
            Text(marks or t("none")),
        )
    more = quality.height - rows
    return Group(table, Text(t("{count} more meters score higher.", count=more), style="dim")) if more > 0 else table


def league_table(document: InventoryDocument, lang: Language = "en", *, rows: int = 20) -> RenderableType:
    """Sites by energy use per floor area, the highest first.

    Parameters
    ----------
    document : InventoryDocument
        The inventory.
    lang : {'en', 'zh'}
    rows : int
        As many sites as are shown.
    """
    t = translator(lang)
    book = Book(document)
    sites = {row["site_id"]: row for row in document.sites.iter_rows(named=True)}
    ranked = book.league()
    unit = written(ranked[0][1].unit) if ranked else ""
    table = _table([(t("Rank"), True), (t("Site"), False), (t("Type"), False), (f"{t('Energy use')} [{unit}]", True)])
    for rank, (ident, entry) in enumerate(ranked[:rows], start=1):
        kind = sites[ident]["type"] if ident in sites else None
        table.add_row(
            Text(str(rank)), Text(book.site(ident)), Text(type_name(kind, lang)), Text(every(entry.value or 0.0))
        )
    more = len(ranked) - rows
    return Group(table, Text(t("{count} more sites use less.", count=more), style="dim")) if more > 0 else table


def trace_tree(trace: Mapping[str, Any], lang: Language = "en") -> Tree:
    """A figure's chain of evidence as a tree.

    Parameters
    ----------
    trace : mapping
        A figure, factor or slice: `name`, `subject`, `period`, `value`, `unit`, `id` stand in its line, `inputs` (a
        list of such mappings) are its branches, everything else is a leaf.
    lang : {'en', 'zh'}
    """
    tree = Tree(_line(trace, lang), guide_style="dim")
    _grow(tree, trace, lang)
    return tree


_IN_LINE = {"name", "subject", "period", "value", "unit", "id", "inputs"}


def _line(node: Mapping[str, Any], lang: Language) -> Text:
    styles = terminal_styles()
    name = str(node.get("name", node.get("id", "")))
    text = Text(opened(figure_name(name, lang)), style="bold")
    where = " · ".join(str(node[key]) for key in ("subject", "period") if node.get(key))
    if where:
        text.append(f"  {where}", style="not bold dim")
    if isinstance(node.get("value"), int | float):
        text.append(
            f"  {every(float(node['value']))} {written(str(node.get('unit', '')))}", style=f"bold {styles['jade']}"
        )
    if node.get("id") and node.get("id") != name:
        text.append(f"  {node['id']}", style="not bold dim")
    return text


def _grow(tree: Tree, node: Mapping[str, Any], lang: Language) -> None:
    for key, value in node.items():
        if key in _IN_LINE or value is None or value == "" or value == []:
            continue
        if isinstance(value, Mapping):
            inner = cast("Mapping[str, Any]", value)
            _grow(tree.add(Text(key)), inner, lang)
        else:
            leaf = Text(f"{key}: ", style="dim")
            leaf.append(_plain(value), style="not dim")
            tree.add(leaf)
    for child in cast("Sequence[Any]", node.get("inputs") or ()):
        if isinstance(child, Mapping):
            inner = cast("Mapping[str, Any]", child)
            _grow(tree.add(_line(inner, lang)), inner, lang)
        else:
            tree.add(Text(str(child)))


def _plain(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(str(item) for item in cast("Sequence[Any]", value))
    return every(value) if isinstance(value, float) else str(value)


def _table(heads: Sequence[tuple[str, bool]]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style=terminal_styles()["heading"])
    for head, right in heads:
        table.add_column(Text(head), justify="right" if right else "left")
    return table
