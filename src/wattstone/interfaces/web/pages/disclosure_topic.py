"""A topic of the climate report: written in both languages, reviewed, given to somebody, or left out for a reason."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, cast

from starlette.responses import Response

from wattstone.base import Finding, InputRefused
from wattstone.disclosure.answers import LANGS
from wattstone.disclosure.readiness import readiness
from wattstone.disclosure.standards import standards
from wattstone.disclosure.statement import Answer, Statement
from wattstone.disclosure.topics import topics
from wattstone.interfaces.present.languages import mark, translator
from wattstone.interfaces.web.climate import Chosen, chosen, climate_page, draft, not_whole
from wattstone.interfaces.web.climate_topic import (
    figures_here,
    figures_table,
    named_table,
    reviews_table,
    said_again,
    serves,
    shown_beside,
    text_of,
)
from wattstone.interfaces.web.entries import CLIMATE
from wattstone.interfaces.web.kit import Form, action, go, page
from wattstone.interfaces.web.pages.disclosure import lacking
from wattstone.interfaces.web.pages.disclosure_read import charts_of
from wattstone.interfaces.web.refusals import status_of
from wattstone.interfaces.web.results import missing
from wattstone.programme.kinds import record_kind
from wattstone.workflows.access.policy import EVERYWHERE, Act
from wattstone.workflows.disclosure import narratives, reviewing
from wattstone.workflows.programme.noticed import Overtaken

if TYPE_CHECKING:
    from wattstone.interfaces.serving.request import Here

_PATH: Final = f"{CLIMATE}/topics/{{topic}}"
_FIELDS: Final = ("text", "reason", "owner", "due", "ground", "reason_en", "reason_zh", "paragraph", "until", "comment")


@page(_PATH, name="climate topic", place="report", title=mark("Topic"), act=Act.READ)
def show(here: "Here", topic: str, standard: str = "", year: str = "") -> Response:
    """What is asked, what is said in both languages, what stands in it, and who has to do what."""
    if not here.principal.scope.whole:
        return not_whole(here)
    of = chosen(here, standard, year)
    return missing(here) if _answer(here, of, topic) is None else _shown(here, of, topic)


def _answer(here: "Here", of: Chosen, topic: str) -> Answer | None:
    """What the draft says of a topic; of one that its standard does not ask for, what another's says."""
    if topic not in {one.id for one in topics()}:
        return None
    asking = _asking(of, topic)
    asked = draft(here, asking).answer(topic)
    return asked if asking == of else replace(asked, requirements=())


def _asking(of: Chosen, topic: str) -> Chosen:
    """The report, by its own standard where that asks for the topic, else by the first that does."""
    if of.standard.asking(topic):
        return of
    return next((Chosen(one, of.year) for one in standards() if one.asking(topic)), of)


def _shown(
    here: "Here", of: Chosen, topic: str, *, typed: Mapping[str, str] | None = None, preview: bool = False,
    found: Sequence[Finding] = (), noticed: Sequence[Finding] = (), status: int = 200,
) -> Response:  # fmt: skip
    t, answer = translator(here.lang), cast("Answer", _answer(here, of, topic))
    held, form, figures = draft(here, _asking(of, topic)), typed or {}, figures_here(here, of.year)
    texts = [
        text_of(here, held, answer, lang, figures, form.get("text") if form.get("lang") == lang else None,
                preview=preview and form.get("lang") == lang)
        for lang in LANGS
    ]  # fmt: skip
    may = here.principal.may
    return climate_page(
        here, of, "/read", "climate_topic.html.j2", title=t(answer.topic.title), answer=answer, texts=texts,
        asks=t(answer.topic.asks), serves=serves(here, topic, of.standard.key), typed=form, noticed=noticed,
        example="{{figure:NAME@PERIOD}}",
        named=named_table(here, held, texts, figures), beside=shown_beside(held, answer, here.lang),
        charts=charts_of(here, of), reviews=reviews_table(here, texts), lacks=_lacks(here, held, topic),
        offered=figures_table(here, figures, of.year), writes=may(Act.DECLARE, EVERYWHERE),
        judges=may(Act.REVIEW, EVERYWHERE), grounds=_grounds(here), findings=found, fields=_FIELDS, status=status,
    )  # fmt: skip


def _lacks(here: "Here", held: Statement, topic: str) -> list[str]:
    """What it still needs, in words."""
    return [each for one in readiness(held).topics if one.topic.id == topic for each in lacking(here, one)]


def _grounds(here: "Here") -> list[tuple[str, str]]:
    t = translator(here.lang)
    field = next(one for one in record_kind("omission").fields if one.name == "ground")
    return [(key, t(words)) for key, words in field.choices.items()]


def _sent(here: "Here", form: Any, *names: str) -> tuple[Chosen, dict[str, str]]:
    said = {name: str(form.get(name) or "").replace("\r\n", "\n").strip() for name in names}
    return chosen(here, str(form.get("standard") or ""), str(form.get("year") or "")), said


@action(f"{_PATH}/write", act=Act.DECLARE, page="climate topic")
def write(here: "Here", form: Form, topic: str) -> Response:
    """Keep a text as a new version, or show how it would look."""
    of, said = _sent(here, form, "lang", "text", "only", "was", "reason", "do")
    if not here.principal.scope.whole:
        return not_whole(here)
    if said["lang"] not in LANGS or _answer(here, of, topic) is None:
        return missing(here)
    if said["do"] == "preview":
        return _shown(here, of, topic, typed=said, preview=True)
    t = translator(here.lang)
    try:
        done = narratives.write(
            here.workspace, of.year, topic, said["lang"], said["text"], standard=said["only"],
            who=here.principal.name, was=said["was"], reason=said["reason"],
        )  # fmt: skip
    except InputRefused as refused:
        if isinstance(refused, Overtaken):
            del said["was"]  # what the other one wrote is on the page now: whoever keeps the text again has seen it
        return _shown(here, of, topic, typed=said, found=refused.findings, status=status_of(refused))
    if done.findings:
        return _shown(here, of, topic, noticed=done.findings)
    return go(here, of.path(f"/topics/{topic}"), said=t("The text is kept. Somebody else has to review it."))


@action(f"{_PATH}/review", act=Act.REVIEW, page="climate topic")
def judge(here: "Here", form: Form, topic: str) -> Response:
    """Approve the version that was read, or ask for changes."""
    of, said = _sent(here, form, "narrative", "read", "verdict", "comment")
    if not here.principal.scope.whole:
        return not_whole(here)
    if _answer(here, of, topic) is None:
        return missing(here)
    t = translator(here.lang)
    try:
        reviewing.review(
            here.workspace, said["narrative"], cast("Any", said["verdict"]), said["comment"], who=here.principal.name,
            read=said["read"],
        )  # fmt: skip
    except InputRefused as refused:
        return _shown(here, of, topic, typed=said, found=refused.findings, status=status_of(refused))
    done = t("The text is approved.") if said["verdict"] == "approved" else t("Changes are asked for.")
    return go(here, of.path(f"/topics/{topic}"), said=done)


@action(f"{_PATH}/plan", act=Act.DECLARE, page="climate topic")
def plan(here: "Here", form: Form, topic: str) -> Response:
    """Say who answers it, and by when."""
    of, said = _sent(here, form, "owner", "due")
    return _kept(here, of, topic, "responsibility", {"topic": topic}, said, mark("It is kept who answers it."))


@action(f"{_PATH}/omit", act=Act.DECLARE, page="climate topic")
def omit(here: "Here", form: Form, topic: str) -> Response:
    """Say why it is left out."""
    of, said = _sent(here, form, "only", "ground", "reason_en", "reason_zh", "paragraph", "until")
    key = {"year": str(of.year), "topic": topic, "standard": said.pop("only")}
    return _kept(here, of, topic, "omission", key, said, mark("It is kept why it is left out."))


def _kept(
    here: "Here", of: Chosen, topic: str, kind: str, key: Mapping[str, str], said: Mapping[str, str], done: str
) -> Response:
    if not here.principal.scope.whole:
        return not_whole(here)
    if _answer(here, of, topic) is None:
        return missing(here)
    t = translator(here.lang)
    try:
        noticed = said_again(here, kind, key, said, t("changed on the page of its topic"))
    except InputRefused as refused:
        return _shown(here, of, topic, typed=dict(said), found=refused.findings, status=status_of(refused))
    if noticed:
        return _shown(here, of, topic, noticed=noticed)
    return go(here, of.path(f"/topics/{topic}"), said=t(done))
