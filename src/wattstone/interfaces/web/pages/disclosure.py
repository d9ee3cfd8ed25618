"""The climate report: how far it is by a standard, what is missing and from whom, and what to do next."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from starlette.responses import Response

from wattstone.disclosure.answers import LANGS
from wattstone.disclosure.readiness import Readiness, Ready, readiness
from wattstone.disclosure.statement import Answer, Lang, Statement
from wattstone.interfaces.present.content import Cell, Head, Headline, Step, Table
from wattstone.interfaces.present.disclosure.ready import need_words
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
from wattstone.interfaces.web.remedies import in_words_of_pages
from wattstone.programme.kinds import RecordKind, kinds_of
from wattstone.workflows.access.policy import EVERYWHERE, Act

if TYPE_CHECKING:
    from wattstone.interfaces.serving.request import Here

_STEPS, _LATE = 5, 3


@page(CLIMATE, name="climate", place="report", title=mark("Climate report"), tab=mark("Climate report"), act=Act.READ,
      order=11)  # fmt: skip
def overview(here: "Here", standard: str = "", year: str = "") -> Response:
    """How far the report is, topic by topic."""
    if not here.principal.scope.whole:
        return not_whole(here)
    of = chosen(here, standard, year)
    held = draft(here, of)
    ready = readiness(held, datetime.now(UTC).date())
    parts = [(name, title, _table(here, of, rows, ready)) for name, title, rows in by_part(here, held.answers)]
    return climate_page(
        here, of, "", "climate.html.j2", sentence=_sentence(here, held), counts=_counts(here, held, ready), parts=parts,
        steps=_steps(here, held, ready), people=_people(here, of, ready), findings_told=held.findings,
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


def _counts(here: "Here", held: Statement, ready: Readiness) -> list[Headline]:
    """The numbers that stand first: requirements answered, texts written and approved, figures, findings."""
    t = translator(here.lang)
    texts = [one for answer in held.answers for one in answer.written.values()]
    wanted = len(LANGS) * sum(one.topic.written and one.status != "omitted" for one in held.answers)
    approved = sum(bool(one.approved_by) for one in texts)
    states = Counter(one.state for one in held.figures.values())
    doubtful = sum(states.values()) - states["current"]
    done, left = (sum(one.status == each for one in ready.requirements) for each in ("answered", "omitted"))
    count = len(ready.requirements)
    return [
        Headline(t("Requirements answered"), Cell(t("{done} of {all}", done=done, all=count), numeric=True), "", "",
                 t("{count} left out with a reason", count=left) if left else ""),
        Headline(t("Texts written"), Cell(t("{done} of {all}", done=len(texts), all=wanted), numeric=True), "", "",
                 t("{count} of them approved", count=approved)),
        Headline(t("Figures shown"), Cell(str(sum(states.values())), numeric=True), "", "",
                 t("{count} out of date, restated or missing", count=doubtful) if doubtful else t("all current")),
        Headline(t("Findings"), Cell(str(len(held.findings)), numeric=True), "", "",
                 t("{count} stand against a lock", count=ready.errors) if ready.errors else ""),
    ]  # fmt: skip


def _table(here: "Here", of: Chosen, rows: Sequence[Answer], ready: Readiness) -> Table:
    t, known = translator(here.lang), {one.topic.id: one for one in ready.topics}
    heads = (
        Head(t("Topic")), Head(t("How far")), Head(t("Requirements")), Head("English"), Head("中文"),
        Head(t("Figures"), True), Head(t("Owner")), Head(t("Due")),
    )  # fmt: skip
    return Table(heads, tuple(_row(here, of, one, known[one.topic.id]) for one in rows))


def _row(here: "Here", of: Chosen, one: Answer, ready: Ready) -> tuple[Cell, ...]:
    shown = len(one.figures) + len(one.tables)
    return (
        topic_link(here, of, one.topic), Cell(status_words(here, one.status)),
        Cell(listed(one.requirements, here.lang)), *(Cell(_text(here, one, lang)) for lang in LANGS),
        Cell(str(shown) if shown else "", numeric=True), Cell(one.owner), Cell(_due(here, ready)),
    )  # fmt: skip


def _text(here: "Here", one: Answer, lang: Lang) -> str:
    """How it stands with a text."""
    t, held = translator(here.lang), one.written.get(lang)
    if held is None:
        return t("none asked") if not one.topic.written else t("none yet")
    return t("approved") if held.approved_by else t("to be reviewed")


def _due(here: "Here", one: Ready) -> str:
    t = translator(here.lang)
    if one.due is None:
        return ""
    said = day(one.due, here.lang)
    return t("{day}, overdue", day=said) if one.late else said


def lacking(here: "Here", one: Ready) -> list[str]:
    """What a topic still needs, in words."""
    t = translator(here.lang)
    return [need_words(each, t) for each in one.needs]


def _people(here: "Here", of: Chosen, ready: Readiness) -> list[tuple[str, Table]]:
    """What is missing, by who is responsible; what nobody is responsible for comes last."""
    t = translator(here.lang)
    heads = (Head(t("Topic")), Head(t("What is missing")), Head(t("Due")))
    return [
        (
            one.name or t("Nobody yet"),
            Table(heads, tuple(
                (topic_link(here, of, each.topic), Cell(listed(lacking(here, each), here.lang)),
                 Cell(_due(here, each)))
                for each in one.waiting
            )),
        )
        for one in ready.owners if one.waiting
    ]  # fmt: skip


def _steps(here: "Here", held: Statement, ready: Readiness) -> list[Step]:
    """What is overdue, then what the checks found, then topics for which nobody is responsible."""
    t = translator(here.lang)
    late = sorted((one for one in ready.topics if one.late), key=lambda one: one.due or date.max)
    found = [
        Step(t("Answer: {topic}", topic=t(one.topic.title)),
             t("{owner}, {day}: {needs}", owner=one.owner or t("Nobody yet"), day=_due(here, one),
               needs=listed(lacking(here, one), here.lang)))
        for one in late[:_LATE]
    ]  # fmt: skip
    found += [
        Step(*(in_words_of_pages(text, here.lang) for text in (one.action, one.why)))
        for one in mending_steps(held.findings, here.lang)
    ]
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
