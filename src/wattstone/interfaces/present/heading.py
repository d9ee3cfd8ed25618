"""What stands around the result of a machine room: whose it is, of when, from which files, and its evidence."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import isfinite

from wattstone.base import Finding
from wattstone.interfaces.present.content import Cell, Head, Section, Table
from wattstone.interfaces.present.dispatch_parts import Figures, figures_table
from wattstone.interfaces.present.languages import Language, Translate, day, say_finding, translator
from wattstone.interfaces.present.names import opened
from wattstone.interfaces.present.numbers import amount, interval, three

__all__ = [
    "Heading", "band_words", "bounded", "evidence_section", "findings_section", "made_facts", "said_number",
    "simulated_banner", "with_bounds",
]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Heading:
    """What a page of compressed air or of cold and heat says beside its result.

    Parameters
    ----------
    title : str
        Empty for the one that the page has.
    subject : str
        Name of the station or plant.
    organisation : str
        Whose; may be empty.
    period : str
        What was looked at, as people say it.
    files : tuple of str
        Names of the files that it was made from.
    simulated : bool
        Whether any of the readings were generated.
    made : datetime
        When it was made, with its zone.
    zone : str
        IANA zone of the site's clock.
    figures : sequence of dict
        As they were recorded: `id`, `name`, `subject`, `period`, `value`, `unit`, `method`. A number that is shown
        links to the figure of its name; each page names those that it looks for.
    run : int or None
        Number of the run that recorded them.
    """

    subject: str
    made: datetime
    title: str = ""
    organisation: str = ""
    period: str = ""
    files: tuple[str, ...] = ()
    simulated: bool = False
    zone: str = "UTC"
    figures: Figures = field(default=())
    run: int | None = None

    def link(self, name: str) -> str | None:
        """Id of the figure of that name, None where none was recorded."""
        return next((one["id"] for one in self.figures if one["name"] == name), None)

    def gas(self, name: str) -> str:
        """Unit of the emissions of that name: which gas the factor counts, `kg CO2e` where nothing was recorded."""
        return next((str(one["unit"]) for one in self.figures if one["name"] == name), "kg CO2e")


def simulated_banner(heading: Heading, t: Translate) -> str:
    """What stands above a page of generated readings."""
    return t("Simulated data. These readings were generated; no factory used this energy.") if heading.simulated else ""


def with_bounds(
    value: float, lower: float, upper: float, unit: str, lang: Language, *, figure: str | None = None
) -> Cell:
    """A value with its unit and its 90 % interval as one cell; words where it is not known."""
    t = translator(lang)
    if not isfinite(value):
        return Cell(t("not known"), figure)
    said, band = amount(value, unit, lang), bounded(value, lower, upper, unit, lang)
    return Cell(t("{amount} ({interval})", amount=said, interval=band) if band else said, figure, numeric=True)


def bounded(value: float, lower: float, upper: float, unit: str, lang: Language) -> str:
    """The 90 % interval, in the unit in which `amount` shows the value; empty where it is not known or is all one."""
    if not (isfinite(lower) and isfinite(upper) and isfinite(value)) or three(lower) == three(upper):
        return ""
    return interval(value, lower, upper, unit, lang)


def band_words(value: float, lower: float, upper: float, unit: str, lang: Language) -> str:
    """The interval below a headline: words where it is not known, or where the digits cannot show it."""
    t = translator(lang)
    if not (isfinite(lower) and isfinite(upper)):
        return t("interval not known")
    return bounded(value, lower, upper, unit, lang) or t("sure to the digits shown")


def said_number(value: float | None, t: Translate) -> str:
    """Three figures, or words."""
    return three(value) if value is not None and isfinite(value) else t("not known")


def findings_section(findings: Sequence[Finding], lang: Language) -> Section | None:
    """What the reader must know of the data; None where there is nothing."""
    if not findings:
        return None
    t = translator(lang)
    told: dict[tuple[str, str, str], list[str]] = {}
    for one in findings:
        said = say_finding(one, lang)
        places = told.setdefault((said["found"], said["expected"], said["remedy"]), [])
        if said["place"] not in places:
            places.append(said["place"])
    heads = (Head(t("Where")), Head(t("Found")), Head(t("Expected")), Head(t("Remedy")))
    rows = tuple(
        (Cell(t("; ").join(places)), Cell(opened(found)), Cell(expected), Cell(opened(remedy)))
        for (found, expected, remedy), places in told.items()
    )
    return Section("findings", t("What to know"), tables=(Table(heads, rows),))


def made_facts(heading: Heading, t: Translate, lang: Language) -> tuple[tuple[str, str], ...]:
    """Lines of `How this was counted` that every page has."""
    facts = [
        (t("Period"), heading.period),
        (t("Made from"), ", ".join(heading.files)),
        (t("Clock"), heading.zone),
        (t("Made on"), f"{day(heading.made, lang)}, {heading.made:%H:%M %Z}"),
    ]
    return tuple((name, text) for name, text in facts if text)


def evidence_section(heading: Heading, t: Translate) -> Section:
    """Figures that can be traced, or what to do where none were recorded; always the last section."""
    if not heading.figures:
        text = t("No figure of this report was recorded: name a workspace, and its figures can be traced.")
        files = t("It was made from {files}.", files=", ".join(heading.files) or t("what was given in the call"))
        return Section("evidence", t("Evidence"), ((text, " ", files),))
    text = (
        t("Run {run}. `wattstone trace WORKSPACE ID` follows a figure to what it rests on.", run=heading.run)
        if heading.run is not None
        else t("These figures were not kept: name a workspace, and they can be traced to what they rest on.")
    )
    return Section("evidence", t("Evidence"), ((text,),), tables=(figures_table(heading.figures, t),))
