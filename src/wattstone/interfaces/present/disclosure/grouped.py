"""The evidence of a report for paper: what figures have in common is said once, each has its value and its id."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Final

from wattstone.disclosure.statement import Shown, Statement
from wattstone.interfaces.present.disclosure.content import Chapter, EvidenceGroup, EvidencePart, EvidenceRow, Section
from wattstone.interfaces.present.disclosure.evidence import evidence_row, shown_figures
from wattstone.interfaces.present.disclosure.figure_names import FigureNames
from wattstone.interfaces.present.disclosure.places import Place
from wattstone.interfaces.present.languages import Language, translator
from wattstone.interfaces.present.numbers import LEVEL, percent

__all__ = ["grouped_evidence"]

_FEW: Final = 2  # figures of which it is worth saying what they have in common above them
_NAME, _VALUE, _UNIT, _BAND, _BASIS, _METHOD, _ID = 0, 3, 4, 5, 6, 7, 8  # cells of a row of the evidence


def grouped_evidence(
    statement: Statement, chapters: Sequence[Chapter], lang: Language, *, first: Iterable[str] = ()
) -> tuple[EvidencePart, ...]:
    """Every figure that a report shows, by the section that shows it first, and within it by how it came about.

    Parameters
    ----------
    statement : Statement
    chapters : sequence of Chapter
    lang : {'en', 'zh'}
    first : iterable of str
        Ids of figures that stand before all sections.

    Returns
    -------
    tuple of EvidencePart
        The same figures as `evidence_table` has, each once: those of no section first, then section by section.
    """
    held, places = shown_figures(statement, chapters, lang, first=first)
    telling = _Telling(statement, lang)
    order = {section.key: at for at, section in enumerate((one for part in chapters for one in part.sections), 1)}

    def at(one: Shown) -> int:
        place = places.get(one.id)
        return order[place.section.key] if place else 0

    parts: list[EvidencePart] = []
    for _, mine in groupby(sorted(held, key=at), key=at):
        figures = tuple(mine)
        place = places.get(figures[0].id)
        parts.append(EvidencePart(_heading(place), place.section.key if place else "",
                                  telling.groups(figures, places)))  # fmt: skip
    return tuple(parts)


def _heading(place: Place | None) -> str:
    section: Section | None = place.section if place else None
    return f"{section.number} {section.title}" if section else ""


_Key = tuple[str, ...]
_Told = tuple[str, Shown, str, str]


class _Telling:
    """Figures of a section as groups."""

    def __init__(self, statement: Statement, lang: Language) -> None:
        self.lang: Language = lang
        self.names = FigureNames(statement, lang)
        self.comma = "，" if lang == "zh" else ", "
        t = translator(lang)
        self.mark = t("{place}: {found}", place="", found="")

    def groups(self, figures: Sequence[Shown], places: Mapping[str, Place]) -> tuple[EvidenceGroup, ...]:
        """What is alike together: method, basis, unit, and the column of a table that they stand in."""
        alike: dict[_Key, list[_Told]] = {}
        for one in figures:
            place = places.get(one.id)
            cells = [cell.text for cell in evidence_row(one, place, self.names, self.lang)]
            name, _, column = cells[_NAME].rpartition(self.mark)
            if column == one.period and place is not None:  # a table of years: what it tells is its title
                column = place.table
            about = (cells[_BASIS], cells[_METHOD], cells[_UNIT])
            alike.setdefault((column if name else "", *about), []).append(
                (self._bare(name or column, one), one, cells[_VALUE], cells[_BAND])
            )
        return tuple(self._group(key, held) for key, held in self._lone_together(alike).items())

    def _lone_together(self, alike: Mapping[_Key, list[_Told]]) -> Mapping[_Key, list[_Told]]:
        """What stands alone in its column together with others that came about in the same way."""
        made: dict[_Key, list[_Told]] = {}
        for (column, *about), held in alike.items():
            for name, one, value, band in held:
                lone = len(held) < _FEW and bool(column)
                told = f"{name}{self.mark}{column}" if lone and name != column else name
                made.setdefault(("" if lone else column, *about), []).append((told, one, value, band))
        return made

    def _bare(self, name: str, one: Shown) -> str:
        """Without its period, which stands beside it."""
        return name.removesuffix(f"{self.comma}{one.period}")

    def _group(self, key: _Key, held: Sequence[_Told]) -> EvidenceGroup:
        column, basis, method, unit = key
        many = len(held) >= _FEW
        order = {name: at for at, (name, *_) in reversed(list(enumerate(held)))}
        rows = tuple(
            EvidenceRow(
                name=name, period=one.period,
                value=value if many or not unit or one.value is None else f"{value} {unit}",
                interval=self._band(band), id=one.id,
            )
            for name, one, value, band in sorted(held, key=lambda each: (order[each[0]], each[1].period))
        )  # fmt: skip
        about = (basis, *((unit,) if many and unit not in ("", "1") else ()), method)
        return EvidenceGroup(column if many else "", tuple(one for one in about if one), rows)

    def _band(self, text: str) -> str:
        t = translator(self.lang)
        return t("{place}: {found}", place=percent(LEVEL, self.lang), found=text) if text else ""
