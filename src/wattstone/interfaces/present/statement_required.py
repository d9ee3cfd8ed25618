"""Which information a standard asks for, in our own words, and where in the statement it stands."""

from collections.abc import Sequence
from dataclasses import dataclass

from wattstone.interfaces.present.content import Cell, Head, Section, Table
from wattstone.interfaces.present.languages import Language, mark, translator
from wattstone.interfaces.present.statement_book import StatementBook


@dataclass(frozen=True)
class Asked:
    """A piece of information that a standard asks for.

    Parameters
    ----------
    where : str
        Standard and chapter or clause.
    what : str
        In our own words.
    section : str
        Key of the part in which it stands; `how` is the list of facts at the end; empty where the organisation adds it.
    """

    where: str
    what: str
    section: str


_CORPORATE = mark("Corporate Standard, ch. 9")
_ENERGY = mark("Scope 2 Guidance, ch. 6")
_CHAIN = mark("Scope 3 Standard, ch. 11")

GHGP = (
    Asked(_CORPORATE, mark("Organisational boundary and consolidation approach"), "boundary"),
    Asked(_CORPORATE, mark("Operational boundary: which indirect emissions are covered"), "boundary"),
    Asked(_CORPORATE, mark("Reporting period"), "boundary"),
    Asked(_CORPORATE, mark("Totals of scopes 1 and 2, without trades of allowances or credits"), "totals"),
    Asked(_CORPORATE, mark("Each scope by itself"), "totals"),
    Asked(_CORPORATE, mark("Each of the seven gases, in its own mass and in CO2e"), "gases"),
    Asked(_CORPORATE, mark("Base year and series of emissions, with the policy of recalculation"), "base-year"),
    Asked(_CORPORATE, mark("Causes of changes that led to a recalculation of the base year"), "base-year"),
    Asked(_CORPORATE, mark("Biogenic CO2, apart from the scopes"), "apart"),
    Asked(_CORPORATE, mark("Methods and factors, with their sources"), "factors"),
    Asked(_CORPORATE, mark("Sources, operations and sites left out"), "not-computed"),
    Asked(_ENERGY, mark("Scope 2 by the location-based and by the market-based method"), "scope2"),
    Asked(_ENERGY, mark("Instruments behind the market-based figure, and whether they meet the criteria"), "scope2"),
    Asked(_ENERGY, mark("Which of both figures the targets and the base year use"), "base-year"),
    Asked(_CHAIN, mark("Emissions of each category of scope 3"), "scope3"),
    Asked(_CHAIN, mark("Categories and activities left out, with the reason"), "scope3"),
    Asked(_CHAIN, mark("Methods, data sources and data quality of each category"), "scope3"),
    Asked(_CHAIN, mark("Biogenic CO2 of the value chain, apart"), "apart"),
    Asked(_CHAIN, mark("Uncertainty of the figures"), "uncertainty"),
    Asked(_CORPORATE, mark("Assurance by an independent party, where there is one"), ""),
)

_CLAUSE = "ISO 14064-1, 9.3.1 {letter})"

ISO = tuple(
    Asked(_CLAUSE.format(letter=letter), what, section)
    for letter, what, section in (
        ("a", mark("The organisation that reports"), "how"),
        ("b", mark("The person or body responsible for the report"), ""),
        ("c", mark("The period that is reported on"), "boundary"),
        ("d", mark("The organisational boundary"), "boundary"),
        ("e", mark("The reporting boundary, and how significant indirect emissions were chosen"), "boundary"),
        ("f", mark("Direct emissions by gas, in tonnes of CO2e"), "gases"),
        ("g", mark("How biogenic CO2 is treated, and its amount by itself"), "apart"),
        ("h", mark("Direct removals, where they are quantified"), ""),
        ("i", mark("Which significant sources or sinks are left out, and why"), "not-computed"),
        ("j", mark("Indirect emissions by category"), "iso"),
        ("k", mark("The base year and its inventory"), "base-year"),
        ("l", mark("Changes of the base year or of earlier data, and what was recalculated"), "base-year"),
        ("m", mark("How emissions were quantified, and why so"), "activities"),
        ("n", mark("Changes of the quantification since the last report"), "base-year"),
        ("o", mark("Emission factors and their sources"), "factors"),
        ("p", mark("What uncertainty means for the accuracy, by category"), "uncertainty"),
        ("q", mark("How uncertainty was assessed, and the result"), "uncertainty"),
        ("r", mark("That the report was made by this standard"), "iso"),
        ("s", mark("Whether it was verified, how, and with which level of assurance"), ""),
        ("t", mark("Global warming potentials and their source"), "how"),
    )
)


def index_section(book: StatementBook, layout: str, parts: Sequence[Section], lang: Language) -> Section:
    """The list of required information: where each piece stands, or that it is not there.

    Parameters
    ----------
    book : StatementBook
    layout : {'ghgp', 'iso14064'}
    parts : sequence of Section
        Those that the report has.
    lang : {'en', 'zh'}
    """
    t = translator(lang)
    there = {part.key: part.title for part in parts} | {"how": t("How this was counted")}
    rows = tuple(
        (Cell(t(one.where)), Cell(t(one.what)), _place(one, there, book, lang))
        for one in (ISO if layout == "iso14064" else GHGP)
    )
    heads = (Head(t("Requirement")), Head(t("Information")), Head(t("Where it stands")))
    text = t("What the standard asks for, in our own words; the standard's own text decides.")
    return Section("required", t("Required information"), ((text,),), tables=(Table(heads, rows),))


def _place(one: Asked, there: dict[str, str], book: StatementBook, lang: Language) -> Cell:
    t = translator(lang)
    if not one.section:
        return Cell(t("not in this file: the organisation adds it"))
    if one.section in there:
        return Cell(there[one.section], href=f"#{one.section}")
    if one.section == "not-computed":
        return Cell(t("nothing is left out but what the decisions on scope 3 say"))
    return Cell(t("there is none"))
