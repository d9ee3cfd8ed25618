"""A statement as data: what is answered, with which text and numbers, and what is left out for which reason.

It holds both languages at once and no number of its own: every number is the copy of a figure, with the figure's id.
`present` renders it; checks, locks and differences look at it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from wattstone.base import Finding
from wattstone.disclosure.standards import Standard
from wattstone.disclosure.topics import Topic
from wattstone.programme.report import Chart, Said, Table

__all__ = [
    "Answer", "Edition", "FigureState", "Lang", "Names", "Omission", "Shown", "Statement", "Status", "Written",
]  # fmt: skip

Lang = Literal["en", "zh"]
Names = Mapping[str, Mapping[str, str]]
"""What persons entered once, by the text as it was entered: what it is called in each language that is known."""
Status = Literal["answered", "partly", "omitted", "open"]
FigureState = Literal["current", "stale", "restated", "missing"]
"""`stale`: what it was computed from has changed since; `restated`: a later figure replaces it; `missing`: there is
none of this name, period and subject."""


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A figure as a statement shows it.

    Parameters
    ----------
    id : str
        Of the figure; empty where it is missing.
    name, period, subject : str
        What was asked for: `scope2.location`, `2025`, `organisation`.
    value : float or None
    unit : str
    interval : (float, float) or None
        90 %.
    state : str
        See `FigureState`.
    basis, method, reason : str
        Reason: why there is no value.
    label : str
        What people call it, in English, as the report that recorded it does; empty of figures of inventories, which
        have their names by rule.
    """

    id: str
    name: str
    period: str
    subject: str
    value: float | None
    unit: str
    interval: tuple[float, float] | None = None
    state: FigureState = "current"
    basis: str = ""
    method: str = ""
    reason: str = ""
    label: str = ""

    @property
    def key(self) -> str:
        """As a placeholder names it: `scope2.location@2025`, with its subject where that is not the organisation."""
        return f"{self.name}@{self.period}" + ("" if self.subject == "organisation" else f"@{self.subject}")


@dataclass(frozen=True, kw_only=True)
class Written:
    """A narrative in a language.

    Parameters
    ----------
    lang : {'en', 'zh'}
    markdown : str
        As it was typed, with placeholders.
    entry, hash : str
        The entry and the version that holds it.
    by : str
        Who wrote this version.
    at : datetime
    approved_by : str
        Who approved this version; empty where nobody did.
    """

    lang: Lang
    markdown: str
    entry: str
    hash: str
    by: str
    at: datetime
    approved_by: str = ""


@dataclass(frozen=True, kw_only=True)
class Omission:
    """Why a topic, or a requirement, is not answered.

    Parameters
    ----------
    ground : str
        `not_material`, `not_applicable`, `not_available`, `confidential`, `relief`.
    reason : mapping of str to str
        By language, as persons wrote it.
    paragraph : str
        Of the standard, that allows it; empty where none does.
    until : date or None
        By when it is to be answered.
    """

    ground: str
    reason: Mapping[str, str]
    entry: str
    paragraph: str = ""
    until: date | None = None


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a statement says of a topic.

    Parameters
    ----------
    topic : Topic
    status : str
        See `Status`: answered where all that the topic holds is there, partly where some is.
    requirements : tuple of str
        Of the statement's standard, that it serves: `29(a)(v)`.
    written : mapping of str to Written
        By language.
    figures : tuple of Shown
        Numbers that belong to it, beside those of its texts.
    tables, charts : tuple
        As of the programme; a column `NAME@figure` beside `NAME` holds the ids of the figures shown.
    says : tuple of Said
        What the workspace itself has to say of it: what is not known, and why.
    omission : Omission or None
    owner : str
        Who is responsible; empty where nobody is.
    due : date or None
    evidence : tuple of str
        `entry:HASH`, SHA-256 of documents.
    """

    topic: Topic
    status: Status
    requirements: tuple[str, ...]
    written: Mapping[str, Written] = field(default_factory=dict[str, Written])
    figures: tuple[Shown, ...] = ()
    tables: tuple[Table, ...] = ()
    charts: tuple[Chart, ...] = ()
    says: tuple[Said, ...] = ()
    omission: Omission | None = None
    owner: str = ""
    due: date | None = None
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Edition:
    """A statement that was locked.

    Parameters
    ----------
    number : int
        1, 2, … of the standard and year.
    sha256 : str
        Of its canonical manifest.
    locked_by : str
    locked_at : datetime
    key : str
        Id of the key that signed it; empty where nobody signed.
    why : str
        What is new since the edition before; empty of the first.
    """

    number: int
    sha256: str
    locked_by: str
    locked_at: datetime
    key: str = ""
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class Statement:
    """All of a report, in both languages.

    Parameters
    ----------
    organisation : str
    year : int
        Reporting year.
    standard : Standard
        Whose order and requirements it follows.
    answers : tuple of Answer
        One a topic of the standard, in the order of topics.
    figures : mapping of str to Shown
        Every number that it shows, in texts, tables or alone, by `Shown.key`.
    findings : tuple of Finding
        What the checks say.
    limits : tuple of Said
        What it does not prove.
    made : datetime
    edition : Edition or None
        None is a draft.
    simulated : bool
        Whether data in it are simulated; every rendering says so.
    names : Names
        Texts of persons that it shows, among them names of the organisation, sites and owners. Its tables hold them in
        columns `NAME@zh` already.
    """

    organisation: str
    year: int
    standard: Standard
    answers: tuple[Answer, ...]
    figures: Mapping[str, Shown]
    findings: tuple[Finding, ...] = ()
    limits: tuple[Said, ...] = ()
    made: datetime
    edition: Edition | None = None
    simulated: bool = False
    names: Names = field(default_factory=dict[str, Mapping[str, str]])

    def called(self, text: str, lang: Lang) -> str:
        """What a text of persons is called in a language; as it was entered where nobody says."""
        return self.names.get(text, {}).get(lang, text)

    def lone(self, text: str, lang: Lang) -> bool:
        """Whether a text of persons is not there in a language."""
        return text in self.names and lang not in self.names[text]

    def answer(self, topic: str) -> Answer:
        """What it says of a topic; KeyError where its standard does not ask for it."""
        for one in self.answers:
            if one.topic.id == topic:
                return one
        raise KeyError(topic)
