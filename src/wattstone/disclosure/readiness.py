"""How ready a report is: what each topic and requirement still needs, and who has to do it by when."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from wattstone.base import Finding
from wattstone.disclosure.answers import LANGS, requirement_status
from wattstone.disclosure.narratives.placeholders import placeholders
from wattstone.disclosure.statement import Answer, Lang, Statement, Status
from wattstone.disclosure.topics import Topic

__all__ = ["Need", "Owner", "Readiness", "Ready", "RequirementState", "readiness"]

Want = Literal["text", "numbers", "reason", "whole", "mend", "owner", "review"]
"""`text`: nobody wrote it in a language; `numbers`: the workspace has none; `reason`: an omission does not say why in a
language; `whole`: numbers are not whole; `mend`: a check found an error; `owner`: nobody is responsible; `review`:
nobody approved it."""

_WORST: Final[dict[Status, int]] = {"open": 0, "partly": 1, "omitted": 2, "answered": 3}


@dataclass(frozen=True)
class Need:
    """What a topic still needs.

    Parameters
    ----------
    want : str
        See `Want`.
    lang : {'en', 'zh'} or None
        Where it is of one language.
    count : int
        Of findings, or of sentences on what lacks.
    """

    want: Want
    lang: Lang | None = None
    count: int = 1


@dataclass(frozen=True, kw_only=True)
class Ready:
    """How ready a topic is.

    Parameters
    ----------
    topic : Topic
    status : str
        Of its answer.
    requirements : tuple of str
        That it serves.
    owner : str
        Empty where nobody is responsible.
    due : date or None
    late : bool
        Whether it is past due and needs something.
    needs : tuple of Need
        Nothing where it is ready to be locked.
    findings : tuple of Finding
        Of the checks, on this topic.
    """

    topic: Topic
    status: Status
    requirements: tuple[str, ...]
    owner: str
    due: date | None
    late: bool
    needs: tuple[Need, ...]
    findings: tuple[Finding, ...]

    @property
    def ready(self) -> bool:
        """Whether it needs nothing."""
        return not self.needs


@dataclass(frozen=True)
class Owner:
    """What somebody has to do.

    Parameters
    ----------
    name : str
        Empty for topics that nobody answers.
    topics : tuple of Ready
        All that are theirs, those that need something first, by day.
    """

    name: str
    topics: tuple[Ready, ...]

    @property
    def waiting(self) -> tuple[Ready, ...]:
        """Those that need something."""
        return tuple(one for one in self.topics if not one.ready)

    @property
    def next(self) -> date | None:
        """The first day by which something is due."""
        return min((one.due for one in self.waiting if one.due is not None), default=None)


@dataclass(frozen=True)
class RequirementState:
    """A requirement as far as its topics answer it.

    Parameters
    ----------
    id, section : str
    status : str
        That of its topics where all have it; `partly` where they differ and some are answered in any way.
    topics : tuple of Ready
    """

    id: str
    section: str
    status: Status
    topics: tuple[Ready, ...]


@dataclass(frozen=True, kw_only=True)
class Readiness:
    """How ready a report is.

    Parameters
    ----------
    topics : tuple of Ready
        In the order of the statement.
    requirements : tuple of RequirementState
        In the order of the standard.
    owners : tuple of Owner
        Who has the most to do first; nobody last.
    errors, warnings : int
        Of the checks, those of no topic with them.
    """

    topics: tuple[Ready, ...]
    requirements: tuple[RequirementState, ...]
    owners: tuple[Owner, ...]
    errors: int
    warnings: int

    def count(self, status: Status) -> int:
        """How many topics have a status."""
        return sum(one.status == status for one in self.topics)

    @property
    def ready(self) -> bool:
        """Whether nothing stands against a lock: no topic needs anything, and no check found an error."""
        return not self.errors and all(one.ready for one in self.topics)


def readiness(statement: Statement, today: date | None = None) -> Readiness:
    """What a report still needs, by topic, by requirement and by who answers.

    Parameters
    ----------
    statement : Statement
        With the findings of its checks.
    today : date or None
        Against which days are held; the day on which the statement was made where None.
    """
    day = today or statement.made.date()
    by_topic: dict[str, list[Finding]] = {}
    for one in statement.findings:
        by_topic.setdefault(str(one.params.get("topic", "")), []).append(one)
    topics = tuple(_ready(one, statement, by_topic.get(one.topic.id, []), day) for one in statement.answers)
    known = {one.topic.id: one for one in topics}
    return Readiness(
        topics=topics,
        requirements=tuple(
            _requirement(one.id, one.section, [known[name] for name in one.topics if name in known])
            for one in statement.standard.requirements
        ),
        owners=_owners(topics),
        errors=sum(one.severity == "error" for one in statement.findings),
        warnings=sum(one.severity == "warning" for one in statement.findings),
    )


def _ready(answer: Answer, statement: Statement, found: Sequence[Finding], day: date) -> Ready:
    needs = tuple(_needs(answer, statement, found))
    late = bool(needs) and answer.due is not None and answer.due < day
    return Ready(
        topic=answer.topic, status=answer.status, requirements=answer.requirements, owner=answer.owner,
        due=answer.due, late=late, needs=needs, findings=tuple(found),
    )  # fmt: skip


def _needs(answer: Answer, statement: Statement, found: Sequence[Finding]) -> Iterator[Need]:
    if answer.omission is not None:
        yield from (Need("reason", lang) for lang in LANGS if not answer.omission.reason.get(lang, "").strip())
    else:
        missing: list[Lang] = [lang for lang in LANGS if answer.topic.written and lang not in answer.written]
        yield from (Need("text", lang) for lang in missing)
        if answer.topic.filled and not _filled(answer, statement):
            yield Need("numbers")
        elif answer.status == "partly" and not missing:
            yield Need("whole")
    errors = sum(one.severity == "error" for one in found)
    if errors:
        yield Need("mend", None, errors)
    yield from (
        Need("review", lang) for lang in LANGS if lang in answer.written and not answer.written[lang].approved_by
    )
    if not answer.owner and answer.status in ("open", "partly"):
        yield Need("owner")


def _filled(answer: Answer, statement: Statement) -> bool:
    """Whether there is a number: beside the texts, or in one of them."""
    named = (one for text in answer.written.values() for one in placeholders(text.markdown) if one.kind == "figure")
    shown = (statement.figures.get(one.key) for one in named)
    return bool(answer.figures or answer.tables) or any(one is not None and one.value is not None for one in shown)


def _requirement(name: str, section: str, topics: Sequence[Ready]) -> RequirementState:
    return RequirementState(name, section, requirement_status(one.status for one in topics), tuple(topics))


def _owners(topics: Sequence[Ready]) -> tuple[Owner, ...]:
    names = dict.fromkeys(one.owner for one in topics)

    def order(one: Ready) -> tuple[bool, date, int]:
        return one.ready, one.due or date.max, _WORST[one.status]

    made = [Owner(name, tuple(sorted((one for one in topics if one.owner == name), key=order))) for name in names]
    return tuple(sorted(made, key=lambda one: (not one.name, -len(one.waiting), one.name)))
