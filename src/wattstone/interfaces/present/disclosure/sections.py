"""Sections of a report: what an answer says, with its numbers, tables and charts, and what it leaves out and why."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from wattstone.disclosure.statement import Answer, Shown, Statement
from wattstone.disclosure.topics import parts
from wattstone.interfaces.present.disclosure.content import (
    Block,
    Box,
    Chapter,
    Number,
    Numbers,
    Paragraph,
    Picture,
    Section,
    TableBlock,
)
from wattstone.interfaces.present.disclosure.prose import Filling, figure_piece, filled
from wattstone.interfaces.present.disclosure.sentences import said_pieces
from wattstone.interfaces.present.disclosure.tables import AT_FIGURE, figure_grid
from wattstone.interfaces.present.disclosure.words import (
    GROUNDS,
    STATUSES,
    band_words,
    date_words,
    gas_words,
    label_words,
    person_words,
)
from wattstone.interfaces.present.languages import Language, say_reason, translator
from wattstone.interfaces.present.programme.charts import drawing_of
from wattstone.interfaces.present.programme.words import BASES, basis_name
from wattstone.programme.report import Table

__all__ = ["anchor", "chapters"]


def anchor(topic: str) -> str:
    """The key of a topic's section.

    Examples
    --------
    >>> anchor("governance.board")
    't-governance-board'
    """
    return "t-" + topic.replace(".", "-")


def chapters(statement: Statement, lang: Language) -> tuple[Chapter, ...]:
    """The parts of a report that its standard asks for, with a section for each topic, in order.

    Parameters
    ----------
    statement : Statement
    lang : {'en', 'zh'}
    """
    t = translator(lang)
    asked = [part for part in parts() if any(one.topic.part == part.id for one in statement.answers)]
    by_id = {one.id: one for one in statement.figures.values() if one.id}
    made = _Making(statement, by_id, lang)
    return tuple(
        Chapter(
            key=f"part-{part.id}", number=str(place), title=t(part.title),
            sections=tuple(
                made.section(one, f"{place}.{number}")
                for number, one in enumerate((one for one in statement.answers if one.topic.part == part.id), 1)
            ),
        )
        for place, part in enumerate(asked, 1)
    )  # fmt: skip


@dataclass(frozen=True)
class _Making:
    statement: Statement
    by_id: Mapping[str, Shown]
    lang: Language

    def section(self, answer: Answer, number: str) -> Section:
        t, topic = translator(self.lang), answer.topic
        return Section(
            key=anchor(topic.id), number=number, title=t(topic.title), asks=t(topic.asks), status=answer.status,
            status_words=t(STATUSES[answer.status]), requirements=answer.requirements,
            owner=person_words(self.statement, answer.owner, self.lang) if self.statement.edition is None else "",
            blocks=tuple(self._blocks(answer)),
        )  # fmt: skip

    def _blocks(self, answer: Answer) -> Iterator[Block]:
        if answer.omission is not None:
            yield self._omitted(answer)
        placed: set[str] = set()
        written = answer.written.get(self.lang)
        if written is not None:
            filling = Filling(self.lang, self.statement.figures, partial(self._placed, placed))
            yield from filled(written.markdown, filling)
        yield from (Paragraph(said_pieces(one, self.by_id, self.lang)) for one in answer.says)
        if answer.figures:
            yield Numbers(tuple(self._number(one) for one in answer.figures))
        if answer.topic.id not in placed:
            yield from self._filled_in(answer)
        yield from self._lacking(answer)

    def _placed(self, placed: set[str], topic: str) -> Iterator[Block]:
        """Tables where a text asks for them; those of its own topic do not follow it once more."""
        found = next((one for one in self.statement.answers if one.topic.id == topic), None)
        if found is not None:
            placed.add(topic)
            yield from self._filled_in(found)

    def _filled_in(self, answer: Answer) -> Iterator[Block]:
        """Charts with the table behind each, then the other tables."""
        names, there = self.statement.names, [one for one in answer.tables if one.rows.height]
        grids = {one.id: figure_grid(one, self.by_id, self.lang, names) for one in there}
        held = {one.id: one for one in answer.tables}
        for chart in answer.charts:
            if chart.table not in grids:
                continue
            drawing = drawing_of(chart, held[chart.table], grids[chart.table], self.lang)
            if drawing is not None:
                yield Picture(replace(drawing, key=f"{anchor(answer.topic.id)}-{drawing.key}"))
        drawn = _drawn_elsewhere(answer)
        for name, grid in grids.items():
            if name in drawn:
                continue
            yield TableBlock(f"{anchor(answer.topic.id)}-{name}", grid)

    def _number(self, one: Shown) -> Number:
        t, lang = translator(self.lang), self.lang
        told = [] if one.period == str(self.statement.year) else [one.period]
        told += [*([basis_name(one.basis, lang)] if one.basis in BASES else []), *gas_words(one, lang)]
        if one.value is None and one.reason:
            told = [say_reason(one.reason, lang)]
        return Number(
            label=label_words(one, lang), value=figure_piece(one, lang), interval=band_words(one, lang),
            note=t("; ").join(told),
        )  # fmt: skip

    def _omitted(self, answer: Answer) -> Box:
        t, omission = translator(self.lang), answer.omission
        assert omission is not None
        lines = [t("{place}: {found}", place=t("Ground"), found=t(GROUNDS.get(omission.ground, omission.ground)))]
        reason = omission.reason.get(self.lang, "")
        lines.append(reason or t("No reason is given in this language."))
        if omission.paragraph:
            lines.append(t("Allowed by {paragraph}.", paragraph=omission.paragraph))
        if omission.until is not None:
            lines.append(t("To be answered by {day}.", day=date_words(omission.until, self.lang)))
        return Box(kind="omitted", title=t("Left out"), lines=tuple(lines))

    def _lacking(self, answer: Answer) -> Iterator[Box]:
        """What is not there, and what nobody has reviewed, said plainly."""
        t = translator(self.lang)
        written = answer.written.get(self.lang)
        lacks = [] if answer.omission is not None else list(self._absent(answer))
        if lacks:
            kind = "open" if answer.status == "open" else "partly"
            title = t("Not answered yet") if answer.status == "open" else t("Answered in part")
            yield Box(kind=kind, title=title, lines=tuple(lacks))
        if written is not None and not written.approved_by:
            line = t("Nobody has approved this version of the text yet.")
            yield Box(kind="unreviewed", title=t("Not reviewed"), lines=(line,))

    def _absent(self, answer: Answer) -> Iterator[str]:
        t, content = translator(self.lang), answer.topic.content
        if "narrative" in content and self.lang not in answer.written:
            other = any(answer.written)
            yield t("There is no text in this language.") if other else t("There is no text.")
        if "table" in content and not any(one.rows.height for one in answer.tables):
            yield t("The workspace holds nothing that the tables of this topic could be made of.")
        if "figure" in content and not any(one.value is not None for one in answer.figures):
            yield t("The workspace holds no figure for it.")
        missing = [one for one in answer.figures if one.state == "missing"]
        if missing and len(missing) < len(answer.figures):
            yield t("Figures that are not recorded: {count} of {total}.", count=len(missing), total=len(answer.figures))


def _drawn_elsewhere(answer: Answer) -> set[str]:
    """Tables behind charts whose numbers all stand in another table of the same topic, and those of heat maps."""
    behind = {one.table: one.mark for one in answer.charts}
    held = {one.id: _figures(one) for one in answer.tables}
    alike = {
        name for name in behind
        if held.get(name) and any(held[name] <= ids for other, ids in held.items() if other not in behind)
    }  # fmt: skip
    return alike | {name for name, mark in behind.items() if mark == "heat" and len(held) > len(behind)}


def _figures(table: Table) -> set[str]:
    """Ids of the figures that a table shows."""
    columns = [name for name in table.rows.columns if name.endswith(AT_FIGURE)]
    return {one for name in columns for one in table.rows[name].drop_nulls().to_list()}
