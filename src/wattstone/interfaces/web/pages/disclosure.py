"""The climate report: how far it is by a standard, what is missing and from whom, and what to do next."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from starlette.responses import Response

from wattstone.disclosure.answers import LANGS
from wattstone.disclosure.statement import Answer, Lang, Statement
from wattstone.interfaces.present.content import Cell, Head, Headline, Step, Table
from wattstone.interfaces.present.languages import day, mark, translator
from wattstone.interfaces.present.listing import listed
from wattstone.interfaces.present.report import mending_steps
from wattstone.interfaces.web.climate import (
    Chosen,
    by_part,
    chosen,
    climate_page,
    draft,
    not_whole,
    status_words,
    topic_link,
)
from wattstone.interfaces.web.entries import CLIMATE, enters, kind_path, sees
from wattstone.interfaces.web.kit import link, page
from wattstone.programme.kinds import RecordKind, kinds_of
from wattstone.workflows.access.policy import EVERYWHERE, Act

if TYPE_CHECKING:
    from wattstone.interfaces.serving.request import Here

_STEPS = 5


@page(CLIMATE, name="climate", place="report", title=mark("Climate report"), tab=mark("Climate report"), act=Act.READ,
      order=11)  # fmt: skip
def overview(here: "Here", standard: str = "", year: str = "") -> Response:
    """How far the report is, topic by topic."""
    if not here.principal.scope.whole:
        return not_whole(here)
    of = chosen(here, standard, year)
    held = draft(here, of)
    parts = [(name, title, _table(here, of, rows)) for name, title, rows in by_part(here, held.answers)]
    return climate_page(
        here, of, "", "climate.html.j2", sentence=_sentence(here, held), counts=_counts(here, held), parts=parts,
        steps=_steps(here, held), people=_people(here, of, held.answers), findings_told=held.findings,
        kinds=[_kind(here, one) for one in kinds_of("disclose") if sees(here, one)], begun=_begun(held),
        writes=here.principal.may(Act.DECLARE, EVERYWHERE), simulated=held.simulated,
    )  # fmt: skip


def _begun(held: Statement) -> bool:
    return any(one.written or one.omission for one in held.answers)


def _sentence(here: "Here", held: Statement) -> str:
    t, count = translator(here.lang), Counter(one.status for one in held.answers)
    return t(
        "Of {count} topics that {standard} asks for, {answered} are answered, {partly} in part, {omitted} are left out "
        "with a reason, and {open} are open.",
        count=len(held.answers), standard=t(held.standard.title), answered=count["answered"], partly=count["partly"],
        omitted=count["omitted"], open=count["open"],
    )  # fmt: skip


def _counts(here: "Here", held: Statement) -> list[Headline]:
    """The numbers that stand first: texts written and approved, figures and those that need looking at."""
    t = translator(here.lang)
    texts = [one for answer in held.answers for one in answer.written.values()]
    wanted = len(LANGS) * sum(one.topic.written and one.status != "omitted" for one in held.answers)
    approved = sum(bool(one.approved_by) for one in texts)
    states = Counter(one.state for one in held.figures.values())
    doubtful = sum(states.values()) - states["current"]
    return [
        Headline(t("Texts written"), Cell(t("{done} of {all}", done=len(texts), all=wanted), numeric=True), "", ""),
        Headline(t("Texts approved"), Cell(t("{done} of {all}", done=approved, all=len(texts)), numeric=True), "", ""),
        Headline(t("Figures shown"), Cell(str(sum(states.values())), numeric=True), "", "",
                 t("{count} out of date, restated or missing", count=doubtful) if doubtful else t("all current")),
        Headline(t("Findings"), Cell(str(len(held.findings)), numeric=True), "", ""),
    ]  # fmt: skip


def _table(here: "Here", of: Chosen, rows: Sequence[Answer]) -> Table:
    t = translator(here.lang)
    heads = (
        Head(t("Topic")), Head(t("How far")), Head(t("Requirements")), Head("English"), Head("中文"),
        Head(t("Figures"), True), Head(t("Owner")), Head(t("Due")),
    )  # fmt: skip
    return Table(heads, tuple(_row(here, of, one) for one in rows))


def _row(here: "Here", of: Chosen, one: Answer) -> tuple[Cell, ...]:
    shown = len(one.figures) + len(one.tables)
    return (
        topic_link(here, of, one.topic), Cell(status_words(here, one.status)),
        Cell(listed(one.requirements, here.lang)), *(Cell(_text(here, one, lang)) for lang in LANGS),
        Cell(str(shown) if shown else "", numeric=True), Cell(one.owner), Cell(_due(here, one)),
    )  # fmt: skip


def _text(here: "Here", one: Answer, lang: Lang) -> str:
    """How it stands with a text."""
    t, held = translator(here.lang), one.written.get(lang)
    if held is None:
        return t("none asked") if not one.topic.written else t("none yet")
    return t("approved") if held.approved_by else t("to be reviewed")


def _due(here: "Here", one: Answer) -> str:
    t = translator(here.lang)
    if one.due is None:
        return ""
    said = day(one.due, here.lang)
    return t("{day}, overdue", day=said) if _late(one) else said


def _late(one: Answer) -> bool:
    return one.due is not None and one.due < datetime.now(UTC).date() and one.status in ("partly", "open")


def lacking(here: "Here", one: Answer) -> list[str]:
    """What a topic lacks, in words."""
    t = translator(here.lang)
    found: list[str] = []
    if one.status == "omitted":
        return found
    if one.topic.written:
        names = {"en": t("English"), "zh": t("Chinese")}
        found += [t("a text in {language}", language=names[each]) for each in LANGS if each not in one.written]
        waiting = [names[each] for each in LANGS if each in one.written and not one.written[each].approved_by]
        found += [t("a review of the text in {language}", language=each) for each in waiting]
    if one.topic.filled and not (one.figures or one.tables) and one.omission is None:
        found.append(t("numbers from the workspace"))
    return found


def _people(here: "Here", of: Chosen, answers: Sequence[Answer]) -> list[tuple[str, Table]]:
    """What is missing, by who is responsible; what nobody is responsible for comes last."""
    t = translator(here.lang)
    rows: dict[str, list[tuple[date, tuple[Cell, ...]]]] = {}
    for one in answers:
        lacks = lacking(here, one)
        if lacks:
            row = (topic_link(here, of, one.topic), Cell(t("; ").join(lacks)), Cell(_due(here, one)))
            rows.setdefault(one.owner, []).append((one.due or date.max, row))
    heads = (Head(t("Topic")), Head(t("What is missing")), Head(t("Due")))
    order = sorted(rows, key=lambda name: (not name, name))
    return [
        (name or t("Nobody yet"), Table(heads, tuple(row for _, row in sorted(rows[name], key=lambda each: each[0]))))
        for name in order
    ]


def _steps(here: "Here", held: Statement) -> list[Step]:
    """What is overdue, then what the checks found, then topics for which nobody is responsible."""
    t = translator(here.lang)
    late = [one for one in held.answers if _late(one)]
    found = [
        Step(t("Answer: {topic}", topic=t(one.topic.title)),
             t("{owner} was to answer it by {day}.", owner=one.owner or t("Nobody yet"), day=_due(here, one)))
        for one in sorted(late, key=lambda one: one.due or date.max)
    ]  # fmt: skip
    found += mending_steps(held.findings, here.lang)
    nobody = [one for one in held.answers if not one.owner and one.status in ("open", "partly")]
    if nobody:
        some = listed((t(one.topic.title) for one in nobody), here.lang, most=3)
        found.append(Step(t("Say who answers each topic"), t("Nobody is responsible for: {topics}.", topics=some)))
    return found[:_STEPS]


def _kind(here: "Here", kind: RecordKind) -> Mapping[str, str | int]:
    from wattstone.interfaces.web.entries import count_of

    t, path = translator(here.lang), kind_path(kind)
    return {
        "title": t(kind.plural), "help": t(kind.help) if kind.help else "", "href": link(here, path),
        "count": count_of(here, kind), "xlsx": link(here, f"{path}/template.xlsx"),
        "add": link(here, f"{path}/add") if enters(here, kind) and kind.by != "review" else "",
    }  # fmt: skip
