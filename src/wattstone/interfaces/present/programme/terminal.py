"""The report of a module for a terminal: the same words and units as its page."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final
from urllib.parse import unquote

from rich.console import Group, RenderableType
from rich.table import Table as Rich
from rich.text import Text

from wattstone.interfaces.present.content import Table as Grid
from wattstone.interfaces.present.languages import Language, translator
from wattstone.interfaces.present.names import opened
from wattstone.interfaces.present.numbers import LEVEL, percent
from wattstone.interfaces.present.programme.report import band_words, line_words, shown_tables, told_notes
from wattstone.interfaces.present.programme.tables import Ids, figure_of, grid
from wattstone.interfaces.present.programme.words import basis_name, said, subject_name
from wattstone.interfaces.present.tables import findings_table
from wattstone.interfaces.present.tokens import terminal_styles
from wattstone.programme.report import Line, ModuleReport

__all__ = ["module_text"]

_ROWS = 30
_PLAIN: Final = frozenset({"part", "amount", "share"})
"""Parts of a line's name that tell a reader nothing of what sets it apart."""


def module_text(report: ModuleReport, lang: Language, *, figures: Ids | None = None) -> RenderableType:
    """What a terminal shows of a report.

    Parameters
    ----------
    report : ModuleReport
        Of any module.
    lang : {'en', 'zh'}
    figures : mapping or None
        Ids of the figures that were recorded of its lines, by name, subject and period: `trace` takes them.

    Returns
    -------
    rich renderable
    """
    return Group(*_parts(report, lang, figures or {}))


def _parts(report: ModuleReport, lang: Language, figures: Ids) -> Iterator[RenderableType]:
    t = translator(lang)
    head = terminal_styles()["heading"]
    yield Text(t("{title}, {period}", title=t(report.title), period=report.period), style=head)
    for one in report.says:
        yield Text(said(one, lang))
    if known := [one for one in report.lines if one.value is not None]:
        yield Text()
        yield _figures(report, known, lang, figures)
    if absent := [one for one in report.lines if one.value is None]:
        yield from (Text(), Text(t("Not computed"), style=head))
        for one in absent:
            name = _of(one, lang, report.called)
            yield Text(t("{place}: {found}", place=name, found=said(one.reason, lang) or t("not known")))
    for table in shown_tables(report):
        shown = grid(table, report.lines, {}, lang, most=_ROWS)
        yield from (Text(), Text(shown.title, style=head), _rich(shown))
        if shown.note:
            yield Text(shown.note, style="dim")
    if notes := told_notes(report, lang):
        yield from (Text(), Text(t("Sources and notes"), style=head))
        yield from (Text(f"- {t('{name} ({other})', name=note, other=names)}") for note, names in notes.items())
    if report.limits:
        yield from (Text(), Text(t("What this does not prove"), style=head))
        yield from (Text(f"- {said(one, lang)}") for one in report.limits)
    if report.findings:
        yield from (Text(), findings_table(report.findings, lang))


def _of(line: Line, lang: Language, names: Mapping[str, str]) -> str:
    """A line's label, and what it is about where that is not the organisation."""
    t = translator(lang)
    label = opened(t(line.label))
    if line.subject == "organisation":
        return label
    return t("{name} ({other})", name=label, other=subject_name(line.subject, lang, names))


def _apart(lines: Sequence[Line]) -> dict[str, str]:
    """What sets lines of one label, subject and period apart, by name: the parts of their names that differ."""
    alike: dict[tuple[str, str, str], list[str]] = {}
    for one in lines:
        alike.setdefault((one.label, one.subject, one.period), []).append(one.name)
    found: dict[str, str] = {}
    for names in alike.values():
        parts = {name: name.split(".") for name in names}
        every = {one for one in parts[names[0]] if all(one in told for told in parts.values())}
        for name in names if len(names) > 1 else ():
            found[name] = " ".join(unquote(one) for one in parts[name] if one not in every | _PLAIN)
    return found


def _figures(report: ModuleReport, lines: list[Line], lang: Language, figures: Ids) -> Rich:
    t = translator(lang)
    band = t("{level} interval", level=percent(LEVEL, lang))
    heads = [(t("Figure"), False), (t("Value"), True), (band, False), (t("Period"), False), (t("Basis"), False)]
    table = _table([*heads, *([(t("Id"), False)] if figures else [])])
    apart = _apart(lines)
    for one in lines:
        band = band_words(one, lang) or t("not known")
        ident = [Text(figure_of(one, figures) or "", style="dim")] if figures else []
        name = _of(one, lang, report.called)
        if told := apart.get(one.name):
            name = t("{name} ({other})", name=name, other=told)
        cells = (name, line_words(one, lang), band, one.period, basis_name(one.basis, lang))
        table.add_row(*map(Text, cells), *ident)
    return table


def _rich(shown: Grid) -> Rich:
    table = _table([(head.text, head.numeric) for head in shown.heads])
    for row in shown.rows:
        table.add_row(*(Text(cell.text) for cell in row))
    return table


def _table(heads: list[tuple[str, bool]]) -> Rich:
    table = Rich(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style=terminal_styles()["heading"])
    for head, right in heads:
        table.add_column(Text(head), justify="right" if right else "left", overflow="fold")
    return table
