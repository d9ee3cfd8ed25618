"""What the page of a topic shows: its texts in both languages, what stands in them, and who said what of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, cast

import polars as pl

from wattstone.base import Finding
from wattstone.disclosure.narratives.placeholders import placeholders
from wattstone.disclosure.narratives.typed import typed_numbers
from wattstone.disclosure.standards import standards, versions_of
from wattstone.disclosure.statement import Answer, Lang, Shown, Statement, Written
from wattstone.interfaces.present.content import Cell, Head, Table
from wattstone.interfaces.present.disclosure.content import Block, Box
from wattstone.interfaces.present.disclosure.prose import Filling, filled
from wattstone.interfaces.present.disclosure.sections import chapters
from wattstone.interfaces.present.disclosure.words import STATES, number_words
from wattstone.interfaces.present.languages import Language, translator
from wattstone.interfaces.present.listing import listed
from wattstone.interfaces.present.moments import moment_words
from wattstone.interfaces.web.entries import CLIMATE, entry_path
from wattstone.interfaces.web.kit import link
from wattstone.interfaces.web.reading import zone_here
from wattstone.programme.kinds import record_kind
from wattstone.workflows.programme.entries import add_entry, correct, entries_of

if TYPE_CHECKING:
    from wattstone.interfaces.serving.request import Here
    from wattstone.workflows.disclosure.figures import Figures

__all__ = [
    "Text", "figures_here", "figures_table", "named_table", "reviews_table", "said_again", "serves", "shown_beside",
    "text_of",
]  # fmt: skip

_FIGURES = 400  # that a page offers


@dataclass(frozen=True)
class Text:
    """A text as the page of its topic shows it.

    Parameters
    ----------
    lang : {'en', 'zh'}
    language : str
        Its name.
    written : Written or None
        The version that holds.
    blocks : tuple
        As the report would show it.
    told : str
        Who wrote it, and whether it is approved.
    tone : str
        How it stands with it.
    typed : tuple of (str, int)
        Numbers that were typed by hand, each with its line.
    history : str
        Where its versions are.
    mine : bool
        Whether the reader wrote it, who then does not review it.
    only : str
        Standard that alone it answers; empty for every one.
    draft : str
        What stands in the form.
    preview : tuple
        What stands in the form as the report would show it; empty where nobody asked.
    """

    lang: Lang
    language: str
    written: Written | None
    blocks: tuple[Block, ...]
    told: str
    tone: str
    typed: tuple[tuple[str, int], ...]
    history: str
    mine: bool
    only: str
    draft: str
    preview: tuple[Block, ...] = ()


def text_of(here: "Here", held: Statement, answer: Answer, lang: Lang, figures: "Figures", typed: str | None, *,
            preview: bool) -> Text:  # fmt: skip
    """A text of an answer; `typed` is what stands in the form, None where that is the text itself."""
    t, written = translator(here.lang), answer.written.get(lang)
    markdown = written.markdown if written is not None else ""
    form = markdown if typed is None else typed
    looked = form if preview else markdown
    told, tone = _told(here, written)
    return Text(
        lang=lang, language=t("English") if lang == "en" else t("Chinese"), written=written,
        blocks=_filled(held, markdown, lang, figures), told=told, tone=tone,
        typed=tuple((one.text, one.line) for one in typed_numbers(looked)),
        history=link(here, entry_path(record_kind("narrative"), written.entry)) if written is not None else "",
        mine=written is not None and written.by == here.principal.name, only=_only(here, written), draft=form,
        preview=_filled(held, form, lang, figures) if preview else (),
    )  # fmt: skip


def _only(here: "Here", written: Written | None) -> str:
    if written is None:
        return ""
    found = entries_of(here.workspace, "narrative").filter(pl.col("entry") == written.entry)
    return str(found["standard"][0] or "") if found.height else ""


def _told(here: "Here", written: Written | None) -> tuple[str, str]:
    t = translator(here.lang)
    if written is None:
        return t("Nothing is written yet."), "act"
    when = moment_words(written.at.astimezone(UTC).replace(tzinfo=None), zone_here(here), here.lang)
    if written.approved_by:
        said = t("Written by {who}, {when}; approved by {reviewer}.", who=written.by, when=when,
                 reviewer=written.approved_by)  # fmt: skip
        return said, "good"
    return t("Written by {who}, {when}; to be reviewed by somebody else.", who=written.by, when=when), "watch"


def _filled(held: Statement, markdown: str, lang: Lang, figures: "Figures") -> tuple[Block, ...]:
    """A text with figures filled in, also those that the draft does not show yet; its tables stand beside it."""
    known = dict(held.figures)
    for one in placeholders(markdown):
        if one.kind == "figure" and one.key not in known:
            known[one.key] = figures.shown(one.name, one.period, one.subject)
    return filled(markdown, Filling(lang, known, lambda _: ()))


def shown_beside(held: Statement, answer: Answer, lang: Language) -> tuple[Block, ...]:
    """What the workspace fills in beside the texts: figures, tables and charts."""
    alone = replace(held, answers=(replace(answer, written={}),))
    made = chapters(alone, lang)
    return tuple(
        one for chapter in made for each in chapter.sections for one in each.blocks
        if not (isinstance(one, Box) and one.kind != "omitted")
    )  # fmt: skip


def serves(here: "Here", topic: str, own: str) -> Table:
    """The requirements that a topic answers, of the report's own version first, then the newest of each standard."""
    t = translator(here.lang)
    newest = {versions_of(one.id)[-1].key for one in standards()}
    lists = [one for one in standards() if one.key == own or (one.key in newest and one.id != own.partition("@")[0])]
    heads = (Head(t("Standard")), Head(t("Version")), Head(t("Requirements")), Head(t("Where it applies")))
    rows = tuple(
        (
            Cell(t(one.title), href=link(here, f"{CLIMATE}/standards/{one.key}")), Cell(one.version),
            Cell(listed((each.id for each in asked), here.lang)),
            Cell(t("; ").join(dict.fromkeys(t(each.condition) for each in asked if each.condition)) or t("always")),
        )
        for one in sorted(lists, key=lambda one: (one.key != own, one.key)) if (asked := one.asking(topic))
    )  # fmt: skip
    return Table(heads, rows)


def named_table(here: "Here", held: Statement, texts: Iterable[Text], figures: "Figures") -> Table:
    """Figures that the texts name: how each is written, its number now, its state, and in which texts it stands."""
    t = translator(here.lang)
    found: dict[str, tuple[Shown | None, str, list[str]]] = {}
    for text in texts:
        for one in placeholders(text.draft):
            shown = None
            if one.kind == "figure":
                shown = held.figures.get(one.key) or figures.shown(one.name, one.period, one.subject)
            unit = one.unit
            entry = found.setdefault(one.text, (shown, unit, []))
            if text.language not in entry[2]:
                entry[2].append(text.language)
    heads = (
        Head(t("As it is written")), Head(t("Number now"), True), Head(t("State")), Head(t("Stands in")),
    )  # fmt: skip
    rows = tuple(
        (Cell(text, code=True), _value(here, shown, unit), Cell(_state(here, text, shown)),
         Cell(listed(languages, here.lang)))
        for text, (shown, unit, languages) in found.items()
    )  # fmt: skip
    return Table(heads, rows)


def _value(here: "Here", shown: Shown | None, unit: str) -> Cell:
    if shown is None:
        return Cell("")
    return Cell(number_words(shown, here.lang, unit), shown.id or None, numeric=True)


def _state(here: "Here", text: str, shown: Shown | None) -> str:
    t = translator(here.lang)
    if shown is None:
        return t("a table") if "table" in text else t("names nothing that can be shown")
    return t(STATES[shown.state]) if STATES[shown.state] else t("current")


def figures_here(here: "Here", of_year: int) -> "Figures":
    """Figures that a text can name."""
    from wattstone.workflows.disclosure.figures import Figures

    return Figures(here.workspace, of_year)


def figures_table(here: "Here", figures: "Figures", year: int) -> list[dict[str, str]]:
    """Figures of the reporting year that a text can name, by name: code, number, state."""
    from wattstone.interfaces.present.disclosure.words import label_words
    from wattstone.interfaces.present.programme.words import subject_name

    t = translator(here.lang)
    found = [one for one in figures.matching("", str(year)) if one.value is not None]
    return [
        {
            "code": f"{{{{figure:{one.key}}}}}", "label": label_words(one, here.lang),
            "of": "" if one.subject == "organisation" else subject_name(one.subject, here.lang),
            "value": number_words(one, here.lang), "id": one.id,
            "state": t(STATES[one.state]) if STATES[one.state] else "",
        }
        for one in sorted(found, key=lambda one: (one.subject != "organisation", one.name))[:_FIGURES]
    ]  # fmt: skip


def reviews_table(here: "Here", texts: Sequence[Text]) -> Table | None:
    """What reviewers said of the texts, the newest first; None where nobody said anything."""
    t, zone = translator(here.lang), zone_here(here)
    held = {one.written.entry: one for one in texts if one.written is not None}
    frame = entries_of(here.workspace, "review").filter(pl.col("narrative").is_in(list(held)))
    if frame.is_empty():
        return None
    heads = (Head(t("Text")), Head(t("Verdict")), Head(t("Comment")), Head(t("Reviewer")), Head(t("When")),
             Head(t("Of which version")))  # fmt: skip
    verdict = next(one for one in record_kind("review").fields if one.name == "verdict").choices
    rows: list[tuple[Cell, ...]] = []
    for row in frame.sort("entered_at", descending=True).iter_rows(named=True):
        text = held[row["narrative"]]
        now = text.written is not None and text.written.hash == row["read"]
        when = moment_words(cast("datetime", row["entered_at"]), zone, here.lang)
        rows.append((
            Cell(text.language), Cell(t(verdict[row["verdict"]])), Cell(row["comment"] or ""), Cell(row["reviewer"]),
            Cell(when), Cell(t("the one that holds") if now else t("an earlier one")),
        ))  # fmt: skip
    return Table(heads, tuple(rows))


def said_again(here: "Here", kind: str, key: Mapping[str, str], said: Mapping[str, str], reason: str
               ) -> tuple[Finding, ...]:  # fmt: skip
    """Enter what is said, or correct the entry of the same key.

    Raises
    ------
    InputRefused
        With every finding; nothing is changed then.
    """
    one, who = record_kind(kind), here.principal.name
    frame = entries_of(here.workspace, one)
    same = [pl.col(name).cast(pl.String).fill_null("") == value for name, value in key.items()]
    found = frame.filter(*same)
    if found.is_empty():
        wanted = {name: text for name, text in {**key, **said}.items() if text}
        return add_entry(here.workspace, one, wanted, who=who).findings
    row: dict[str, Any] = found.row(0, named=True)
    moved = {name: text for name, text in said.items() if text != _plain(row[name])}
    if not moved:
        return ()
    return correct(here.workspace, one, str(row["entry"]), moved, reason=reason, who=who, was=row["hash"]).findings


def _plain(value: Any) -> str:
    return "" if value is None else value.isoformat() if isinstance(value, date) else str(value)
