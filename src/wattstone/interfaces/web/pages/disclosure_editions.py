"""Editions of the climate report: what stands in the way of a lock, what was locked, what changed, and files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from wattstone.base import Finding, InputRefused
from wattstone.disclosure.statement import Edition
from wattstone.disclosure.topics import topic
from wattstone.interfaces.jobs.kinds_disclosure import RENDERING, rendering_subject
from wattstone.interfaces.present.content import Cell, Head, Table
from wattstone.interfaces.present.disclosure.changes import ChangeWords, change_words
from wattstone.interfaces.present.languages import counter, mark, translator
from wattstone.interfaces.present.moments import moment_words
from wattstone.interfaces.present.names import opened
from wattstone.interfaces.present.numbers import every
from wattstone.interfaces.web.climate import Chosen, chosen, climate_page, draft, not_whole
from wattstone.interfaces.web.entries import CLIMATE
from wattstone.interfaces.web.jobforms import job_form
from wattstone.interfaces.web.kit import Form, action, go, link, page, part
from wattstone.interfaces.web.reading import zone_here
from wattstone.interfaces.web.refusals import status_of
from wattstone.interfaces.web.remedies import say_here
from wattstone.interfaces.web.results import failed, missing, outcome_words, running
from wattstone.inventory.checks import Checked
from wattstone.workflows.access.policy import EVERYWHERE, Act, require
from wattstone.workflows.disclosure.locking import compared, edition_statement, editions, lock
from wattstone.workflows.disclosure.standing import let_pass, standing_of

if TYPE_CHECKING:
    from wattstone.interfaces.serving.request import Here

_PATH = f"{CLIMATE}/editions"
_JOBS = ("disclosure", "disclosure_verify")
_CHANGES = 300


@dataclass(frozen=True)
class Asked:
    """Something that stands in the way of a lock, as the page shows it."""

    key: str
    stops: bool
    passed: str
    said: Mapping[str, str]


@page(_PATH, name="climate editions", place="report", title=mark("Editions of the climate report"), act=Act.READ)
def show(here: "Here", standard: str = "", year: str = "") -> Response:
    """What was locked, what stands in the way of the next lock, and files to take out."""
    if not here.principal.scope.whole:
        return not_whole(here)
    return _shown(here, chosen(here, standard, year))


def _shown(
    here: "Here", of: Chosen, *, found: Sequence[Finding] = (), typed: Mapping[str, str] | None = None,
    keys: Sequence[str] = (), status: int = 200,
) -> Response:  # fmt: skip
    held = editions(here.workspace, of.standard.id, of.year)
    said, back = typed or {}, of.path("/editions")
    t = translator(here.lang)
    numbers = [("", t("the draft")), *((str(one.number), str(one.number)) for one in held)]
    form = job_form(
        here, "disclosure", back=back, hidden=of.asked, values={"lang": here.lang, **said}, leave_out=("edition",)
    )  # fmt: skip
    return climate_page(
        here, of, "/editions", "climate_editions.html.j2", editions=_editions(here, of, held), form=form,
        numbers=numbers, asks=_asks(here, of), last=held[-1] if held else None, typed=said, keys=set(keys),
        files=_files(here, of) if here.principal.may(Act.EXPORT) else None, running=running(here, _JOBS, year=of.year),
        failed=failed(here, ["disclosure"], act=Act.EXPORT, year=of.year), verified=_verified(here, of),
        locks=here.principal.may(Act.REVIEW, EVERYWHERE), exports=here.principal.may(Act.EXPORT, EVERYWHERE),
        findings=found, fields=("reason", "why", "key"), status=status,
    )  # fmt: skip


def _asks(here: "Here", of: Chosen) -> list[Asked]:
    """What stands in the way of locking the draft, and what was let pass."""
    found = standing_of(draft(here, of), here.workspace.records.waivers()).found
    return [
        Asked(one.key, one.severity == "stops", _passed(here, one), say_here(one.finding, here.lang)) for one in found
    ]


def _passed(here: "Here", one: Checked) -> str:
    if one.waived is None:
        return ""
    t = translator(here.lang)
    who = t("{who}, {when}", who=one.waived.waived_by, when=moment_words(one.waived.at, zone_here(here), here.lang))
    return t("{why} ({who})", why=one.waived.reason, who=who)


def _editions(here: "Here", of: Chosen, held: Sequence[Edition]) -> Table:
    t = translator(here.lang)
    heads = (
        Head(t("Edition of the report"), True), Head(t("Locked")), Head(t("By")), Head(t("What is new")),
        Head(t("Signed by key")), Head(t("SHA-256")),
    )  # fmt: skip
    rows = tuple(
        (
            Cell(str(one.number), numeric=True, href=link(here, f"{_PATH}/{one.number}", **of.asked)),
            Cell(_when(here, one)), Cell(one.locked_by), Cell(one.why or t("the first")),
            Cell(one.key or t("nobody signed it")), Cell(one.sha256[:16], code=True),
        )
        for one in reversed(held)
    )  # fmt: skip
    return Table(heads, rows)


def _when(here: "Here", one: Edition) -> str:
    return moment_words(one.locked_at.replace(tzinfo=None), zone_here(here), here.lang)


def _files(here: "Here", of: Chosen) -> Table:
    """Renderings that were made and kept."""
    t = translator(here.lang)
    heads = (
        Head(t("File")), Head(t("Of which edition")), Head(t("Size"), True), Head(t("Made")), Head(t("By")),
        Head(t("SHA-256")),
    )  # fmt: skip
    kept = here.workspace.records.documents(RENDERING, rendering_subject(of.standard.id, of.year))
    rows = tuple(
        (
            Cell(one.title, href=link(here, f"{CLIMATE}/renderings/{one.id}")),
            Cell(str(one.facts.get("edition") or t("the draft"))),
            Cell(f"{every(round(int(one.facts.get('bytes', 0)) / 1024))} KiB", numeric=True),
            Cell(moment_words(one.made, zone_here(here), here.lang)), Cell(str(one.facts.get("who", ""))),
            Cell(str(one.facts.get("sha256", ""))[:16], code=True),
        )
        for one in kept
    )  # fmt: skip
    return Table(heads, rows)


def _verified(here: "Here", of: Chosen) -> Mapping[str, Any] | None:
    """What the newest verification of the report found; None where there was none."""
    jobs = here.service.queue.jobs(here.tenant.id, kind="disclosure_verify", state="done", size=50)[0]
    told = ((one, str(one.params.get("standard", "tcfd")).partition("@")[0]) for one in jobs)
    job = next((one for one, named in told if one.params.get("year") == of.year and named == of.standard.id), None)
    if job is None:
        return None
    result: Mapping[str, Any] = job.result or {}
    ended = moment_words(job.ended, zone_here(here), here.lang) if job.ended else ""
    data: Mapping[str, Any] = result.get("data", {})
    return {
        "holds": bool(data.get("holds")), "words": outcome_words(here, job), "found": job.findings,
        "edition": data.get("edition"), "when": ended,
    }  # fmt: skip


def _sent(here: "Here", form: Any) -> tuple[Chosen, dict[str, str]]:
    said = {name: str(form.get(name) or "").strip() for name in ("reason", "why")}
    return chosen(here, str(form.get("standard") or ""), str(form.get("year") or "")), said


@action(f"{_PATH}/pass", act=Act.REVIEW, page="climate editions")
def passed(here: "Here", form: Form) -> Response:
    """Let what asks pass, with a reason."""
    require(here.principal, Act.REVIEW, EVERYWHERE)
    (of, said), n = _sent(here, form), counter(here.lang)
    keys = [str(one) for one in form.getlist("key")]
    try:
        if not keys:
            raise InputRefused([_none_chosen()])
        let_pass(here.workspace, of.standard.key, of.year, keys, reason=said["reason"], who=here.principal.name)
    except InputRefused as refused:
        return _shown(here, of, found=_at_field(refused), typed=said, keys=keys, status=status_of(refused))
    words = n("{count} finding is let pass.", "{count} findings are let pass.", len(keys))
    return go(here, of.path("/editions"), said=words)


@action(f"{_PATH}/lock", act=Act.REVIEW, page="climate editions")
def locked(here: "Here", form: Form) -> Response:
    """Lock the draft as the next edition."""
    require(here.principal, Act.REVIEW, EVERYWHERE)
    (of, said), t = _sent(here, form), translator(here.lang)
    try:
        made = lock(here.workspace, of.standard.key, of.year, why=said["why"], who=here.principal.name)
    except InputRefused as refused:
        return _shown(here, of, found=_at_field(refused), typed=said, status=status_of(refused))
    return go(here, of.path(f"/editions/{made.number}"), said=t("Edition {number} is locked.", number=made.number))


def _at_field(refused: InputRefused) -> list[Finding]:
    """A reason that is missing stands at its field."""
    fields = {"lock.no_reason": "reason", "edition.no_why": "why"}
    return [
        replace(one, params={**one.params, "field": fields[one.code]}) if one.code in fields else one
        for one in refused.findings
    ]


def _none_chosen() -> Finding:
    return Finding(
        code="lock.none_chosen", place="the draft", found="no finding is chosen",
        expected="one or more of those that ask", remedy="tick them in the list",
    )  # fmt: skip


@page(f"{_PATH}/{{number}}", name="climate edition", place="report", title=mark("Edition"), act=Act.READ)
def edition(here: "Here", number: int, standard: str = "", year: str = "", against: str = "") -> Response:
    """A locked edition: what it holds, what changed since another, and files of it."""
    if not here.principal.scope.whole:
        return not_whole(here)
    t, of = translator(here.lang), chosen(here, standard, year)
    held = editions(here.workspace, of.standard.id, of.year)
    one = next((each for each in held if each.number == number), None)
    if one is None:
        return missing(here)
    try:
        said = edition_statement(here.workspace, of.standard.id, of.year, number)
        other = _other(number, against, len(held))
        table = _changes(here, of, number, other)
    except InputRefused as refused:
        return _shown(here, of, found=refused.findings, status=status_of(refused))
    facts = [
        (t("Standard"), t(said.standard.title)), (t("Locked"), _when(here, one)), (t("By"), one.locked_by),
        (t("What is new"), one.why or t("the first")), (t("Signed by key"), one.key or t("nobody signed it")),
        (t("SHA-256"), one.sha256), (t("Figures shown"), str(len(said.figures))),
    ]  # fmt: skip
    turns = [(t("the draft"), "draft")] + [(str(each.number), str(each.number)) for each in held if each != one]
    trail = [(t("Climate report"), link(here, CLIMATE, **of.asked)), (t("Editions"), link(here, _PATH, **of.asked))]
    form = job_form(
        here, "disclosure", back=of.path("/editions"), hidden={**of.asked, "edition": str(number)},
        values={"lang": here.lang},
    )  # fmt: skip
    return climate_page(
        here, of, "/editions", "climate_edition.html.j2", title=t("Edition {number}", number=number), trail=trail,
        facts=facts, number=number, changes=table, turns=turns, against="draft" if other is None else str(other),
        simulated=said.simulated, form=form, exports=here.principal.may(Act.EXPORT, EVERYWHERE),
    )  # fmt: skip


def _other(number: int, against: str, count: int) -> int | None:
    """With which edition it is compared: the one before, or the draft (None) where there is none before."""
    if against.isdecimal() and 1 <= int(against) <= count and int(against) != number:
        return int(against)
    return number - 1 if number > 1 and against != "draft" else None


def _changes(here: "Here", of: Chosen, number: int, other: int | None) -> Table:
    """What changed between two editions, or since an edition."""
    old, new = (number, None) if other is None else (min(number, other), max(number, other))
    both = compared(here.workspace, of.standard.key, of.year, old, new)
    changes = both.changes
    t, n = translator(here.lang), counter(here.lang)
    heads = (Head(t("Topic")), Head(t("What changed")), Head(t("Before")), Head(t("After")))
    told = change_words(changes[:_CHANGES], both.old, both.new, here.lang)
    rows = tuple(_change(here, of, one) for one in told)
    more = len(changes) - len(rows)
    return Table(heads, rows, n("and {count} more change", "and {count} more changes", more) if more > 0 else "")


def _change(here: "Here", of: Chosen, one: ChangeWords) -> tuple[Cell, ...]:
    name = Cell("")
    if one.topic:
        title = translator(here.lang)(topic(one.topic).title)
        name = Cell(title, href=link(here, f"{CLIMATE}/topics/{one.topic}", **of.asked))
    return name, Cell(opened(one.what)), Cell(one.before), Cell(one.after)


@part(f"{CLIMATE}/renderings/{{document}}", act=Act.EXPORT)
def rendering(here: "Here", document: str) -> Response:
    """A file of a report as it was made; no browser runs it."""
    from wattstone.interfaces.serving.renderings import rendering_answer

    found = rendering_answer(here, document)
    return missing(here) if found is None else found
