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
from wattstone.interfaces.present.languages import Language, Translate, counter, say_finding, say_reason, translator
from wattstone.interfaces.present.listing import listed
from wattstone.interfaces.present.names import figure_name, flag_name, kind_name, opened, total_name, type_name
from wattstone.interfaces.present.numbers import LEVEL, amount, every, interval, like_for_like, percent, written
from wattstone.interfaces.present.tokens import terminal_styles
from wattstone.inventory.document import InventoryDocument

NOT_YET = "not computed yet"
_PLACES = 5  # places that a finding names before it counts the others
_NAMED = 3  # figures that a note names before it counts the others


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
    entries = list(_own(book))
    columns = {head: texts for head, texts in _columns(book, entries, lang).items() if any(texts)}
    right = {t("Value"), t("Estimated")}
    table = _table([(head, head in right) for head in columns])
    for row in zip(*columns.values(), strict=True):
        table.add_row(*(Text(text, style="dim" if text in _unknown(lang) else "") for text in row))
    parts: list[RenderableType] = [Text(title, style=terminal_styles()["heading"]), table]
    parts += _remarks(t("Not computed"), _absent(entries, lang), lang)
    notes = _notes(book, entries, lang)
    if not any(one.lower is not None for one in entries):
        notes |= {"the 90 % interval is not known": [t("All figures")]}
    parts += _remarks(t("What to know"), notes, lang)
    if document.simulated:
        parts.insert(0, Text(t("Simulated data"), style=f"bold {terminal_styles()['watch']}"))
    return Group(*parts)


def _absent(entries: Sequence[Entry], lang: Language) -> dict[str, list[str]]:
    """Why figures have no value, where that takes more than two words: names of figures by their reason."""
    reasons: dict[str, list[str]] = {}
    for entry in entries:
        if entry.value is None and entry.reason and entry.reason != NOT_YET:
            reasons.setdefault(entry.reason, []).append(opened(figure_name(entry.name, lang)))
    return reasons


def _notes(book: Book, entries: Sequence[Entry], lang: Language) -> dict[str, list[str]]:
    """What the reader must know about the figures and their change: names of figures by the note.

    What an intensity says with the total that was divided is said of the total alone.
    """
    of_total = {entry.name: frozenset(entry.notes) for entry in entries}
    notes: dict[str, list[str]] = {}
    for entry in entries:
        moved = book.known(f"change.{entry.name}")
        for one in (entry, moved) if moved is not None and entry.value is not None else (entry,):
            told = of_total.get(_divided(one.name), frozenset())
            for note in (text for text in one.notes if text not in told):
                notes.setdefault(note, []).append(total_name(one.name, lang))
    return notes


def _divided(name: str) -> str:
    """The total that an intensity was divided from: of `intensity.scope1.per_revenue` it is `scope1`."""
    return name.removeprefix("intensity.").partition(".per_")[0] if name.startswith("intensity.") else ""


def _some(names: Sequence[str], lang: Language) -> str:
    """The first few names, and how many others there are."""
    t = translator(lang)
    told, more = t("; ").join(names[:_NAMED]), len(names) - _NAMED
    return t("{names} and {count} more", names=told, count=more) if more > 0 else told


def _remarks(head: str, said: Mapping[str, Sequence[str]], lang: Language) -> list[RenderableType]:
    """A list under a head: the figures, and what is said of them; nothing where nothing is said."""
    t = translator(lang)
    grid = Table.grid(padding=(0, 1))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for text, names in said.items():
        line = t("{place}: {found}", place=_some(names, lang), found=say_reason(text, lang))
        grid.add_row(Text("-"), Text(line))
    return [Text(), Text(head, style=terminal_styles()["heading"]), grid] if said else []


def _own(book: Book) -> Iterator[Entry]:
    for prefix in _ORDER:
        names = sorted({name for name in _names(book) if name.startswith(prefix)}, key=_by_number)
        yield from (entry for name in names if (entry := book.own(name)) is not None)


_ORDER = (
    "scope1", "scope2", "scope3", "total.", "biogenic", "avoided", "outside_kyoto", "match.", "energy.", "volume.",
    "intensity.", "cost.", "degree_days.",
)  # fmt: skip


def _by_number(name: str) -> tuple[str, int]:
    """Category 2 before category 11."""
    head, _, rest = name.partition(".")
    return (head, int(rest)) if rest.isdigit() else (name, 0)


def _names(book: Book) -> list[str]:
    own = book.document.figures.filter((pl.col("subject") == "organisation") & (pl.col("period") == book.year))
    return own["name"].unique().to_list()


def _columns(book: Book, entries: Sequence[Entry], lang: Language) -> dict[str, list[str]]:
    """Texts by column; one that has nothing to say of any figure is empty throughout, and is left out."""
    t = translator(lang)
    year = book.document.year - 1
    bands = [interval(one.value or 0.0, one.lower, one.upper, one.unit, lang) for one in entries]
    moves = [book.known(f"change.{one.name}") for one in entries]
    said = [like_for_like(one.value, year, lang) if one is not None else "" for one in moves]
    shares = [percent(one.share, lang) if one.value is not None else "" for one in entries]

    def or_unknown(texts: list[str]) -> list[str]:
        pairs = zip(texts, entries, strict=True)
        return [text or (t("not known") if one.value is not None and any(texts) else "") for text, one in pairs]

    return {
        t("Figure"): [opened(figure_name(one.name, lang)) for one in entries],
        t("Value"): [_value(one, lang) for one in entries],
        t("{level} interval", level=percent(LEVEL, lang)): or_unknown(bands),
        t("Change"): or_unknown(said),
        t("Estimated"): shares if any(one.share > 0 for one in entries) else [""] * len(entries),
    }


def _value(entry: Entry, lang: Language) -> str:
    if entry.value is not None:
        return amount(entry.value, entry.unit, lang)
    return say_reason(NOT_YET, lang) if entry.reason == NOT_YET else _unknown(lang)[1]


def _unknown(lang: Language) -> tuple[str, str]:
    t = translator(lang)
    return say_reason(NOT_YET, lang), t("not known")


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
    table.add_column(overflow="fold")
    for alike in _alike(findings, lang):
        severe = alike[0].severity == "error"
        word, style = (t("error"), styles["act"]) if severe else (t("warning"), styles["watch"])
        table.add_row(Text(word, style=f"bold {style}"), _sentences(alike, lang, t))
    return table


def _alike(findings: Sequence[Finding], lang: Language) -> list[list[Finding]]:
    """Findings that say the same of other places together, so that many of a kind do not hide the others."""
    found: dict[tuple[str, ...], list[Finding]] = {}
    for one in findings:
        said = say_finding(one, lang)
        key = (one.severity, one.code, said["found"], said["expected"], said["remedy"], str(one.first or ""))
        found.setdefault(key, []).append(one)
    return list(found.values())


def _sentences(alike: Sequence[Finding], lang: Language, t: Translate) -> Text:
    finding, said = alike[0], say_finding(alike[0], lang)
    places = list(dict.fromkeys(say_finding(one, lang)["place"] for one in alike))
    where = listed(places[:_PLACES], lang)
    if len(places) > _PLACES:
        where = t("{names} and {count} more", names=where, count=len(places) - _PLACES)
    text = Text(t("{place}: {found}", place=where, found=said["found"]))
    if finding.first:
        text.append(t(", the first at {first}", first=said["first"]))
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
    if not ranked:
        return Text(_unranked(document, lang), "dim")
    unit = written(ranked[0][1].unit)
    table = _table([(t("Rank"), True), (t("Site"), False), (t("Type"), False), (f"{t('Energy use')} [{unit}]", True)])
    for rank, (ident, entry) in enumerate(ranked[:rows], start=1):
        kind = sites[ident]["type"] if ident in sites else None
        table.add_row(
            Text(str(rank)), Text(book.site(ident)), Text(type_name(kind, lang)), Text(every(entry.value or 0.0))
        )
    more = len(ranked) - rows
    rest = [Text(t("{count} more sites use less.", count=more), style="dim")] if more > 0 else []
    return Group(table, *rest)


def _unranked(document: InventoryDocument, lang: Language) -> str:
    """Why no site is ranked; where sites have bills, that these are not what is ranked."""
    of_site = pl.col("subject").str.starts_with("site:") & (pl.col("period") == str(document.year))
    known = document.figures.filter(
        of_site & pl.col("name").is_in(("scope1", "scope2.location")) & pl.col("value").is_not_null()
    )
    if count := known["subject"].n_unique():
        return counter(lang)(
            "The ranking counts metered energy, and no site with a floor area has any in {year}: {count} site has "
            "bills or other records of it.",
            "The ranking counts metered energy, and no site with a floor area has any in {year}: {count} sites have "
            "bills or other records of it.",
            count,
            year=document.year,
        )
    t = translator(lang)
    return t("No site has a floor area and energy in {year}: there is no ranking.", year=document.year)


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


_IN_LINE = {"kind", "name", "label", "subject", "period", "value", "unit", "id", "inputs", "more"}
_SHARES = {"estimated", "coverage"}


def _line(node: Mapping[str, Any], lang: Language) -> Text:
    styles = terminal_styles()
    ident = str(node.get("id", ""))
    name = str(node.get("name") or " ".join(ident.split(":", 1)))
    label = node.get("label") if node.get("kind") == "figure" else None
    said = translator(lang)(str(label)) if label else figure_name(name, lang)
    text = Text(said if said == name else opened(said), style="bold")
    keys = ("name", "subject", "period") if label else ("subject", "period")
    where = " · ".join(str(node[key]) for key in keys if node.get(key))
    if where:
        text.append(f"  {where}", style="not bold dim")
    if isinstance(node.get("value"), int | float):
        text.append(
            f"  {every(float(node['value']))} {written(str(node.get('unit', '')))}", style=f"bold {styles['jade']}"
        )
    if node.get("name") and ident and ident != name:
        text.append(f"  {ident}", style="not bold dim")
    return text


def _grow(tree: Tree, node: Mapping[str, Any], lang: Language, told: frozenset[str] = frozenset()) -> None:
    """The leaves and branches of a node; notes that a node above has told are not told again."""
    t = translator(lang)
    for key, value in node.items():
        if key in _IN_LINE or value is None or value == "" or value == []:
            continue
        if isinstance(value, Mapping):
            _grow(tree.add(Text(key)), cast("Mapping[str, Any]", value), lang, told)
        elif isinstance(value, list | tuple):
            items = cast("Sequence[Any]", value)
            _items(tree, key, [one for one in items if key != "notes" or one not in told], lang)
        else:
            share = key in _SHARES and isinstance(value, int | float)
            _leaf(tree, key, percent(float(value), lang) if share else _plain(value))
    told |= frozenset(map(str, node.get("notes") or ()))
    for child in cast("Sequence[Any]", node.get("inputs") or ()):
        if isinstance(child, Mapping):
            inner = cast("Mapping[str, Any]", child)
            _grow(tree.add(_line(inner, lang)), inner, lang, told)
        else:
            tree.add(Text(str(child)))
    if node.get("more"):
        tree.add(Text(t("and {count} more: --all shows them", count=node["more"]), style="dim"))


def _items(tree: Tree, key: str, items: Sequence[Any], lang: Language) -> None:
    """Things of one kind: rows with an id as branches of their own, others on one line each, plain ones on one line."""
    if key == "notes":
        for one in items:
            _leaf(tree, "note", str(one))
    elif not any(isinstance(one, Mapping) for one in items):
        _leaf(tree, key, ", ".join(map(str, items)))
    elif all("id" in one for one in items):
        for one in items:
            branch = tree.add(_line({**one, "name": None, "id": f"row:{one['id']}"}, lang))
            _grow(branch, {"called": one.get("name"), **one}, lang)
    else:
        branch = tree.add(Text(f"{key}:", style="dim"))
        for one in items:
            parts = cast("Mapping[str, Any]", one).items()
            branch.add(Text(", ".join(f"{name} {_plain(value)}" for name, value in parts)))


def _leaf(tree: Tree, key: str, text: str) -> None:
    leaf = Text(f"{key}: ", style="dim")
    leaf.append(text, style="not dim")
    tree.add(leaf)


def _plain(value: Any) -> str:
    if isinstance(value, list | tuple):
        return " ".join(_plain(item) for item in cast("Sequence[Any]", value))
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return every(value) if isinstance(value, float) else str(value)


def _table(heads: Sequence[tuple[str, bool]]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style=terminal_styles()["heading"])
    for head, right in heads:
        table.add_column(Text(head), justify="right" if right else "left", overflow="fold")
    return table
