"""Emission factors: those that ship and one's own, with where each comes from, what it serves and where it was used."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.responses import Response

from wattstone.base import InputRefused
from wattstone.interfaces.present.content import Cell, Head, Table
from wattstone.interfaces.present.factors_table import CONFIDENCE, kind_label
from wattstone.interfaces.present.languages import counter, mark, say_reason, translator
from wattstone.interfaces.present.listing import listed
from wattstone.interfaces.present.numbers import every, percent
from wattstone.interfaces.web.emitting import factor_path
from wattstone.interfaces.web.kit import csv_file, link, page, part, render
from wattstone.interfaces.web.reading import parts_link
from wattstone.interfaces.web.refusals import status_of
from wattstone.interfaces.web.results import missing
from wattstone.rates.activities import activity_kinds
from wattstone.rates.table import COLUMNS, SHIPPED, Confidence, Factor
from wattstone.workflows.access.policy import EVERYWHERE, Act
from wattstone.workflows.factor_uses import figures_with
from wattstone.workflows.factors import FactorShown, SetShown, factor_rows, factor_shown, sets_offered

if TYPE_CHECKING:
    from wattstone.interfaces.serving.request import Here
    from wattstone.workflows.workspace import Workspace

PATH = "/data/factors"
SIZE = 50
_LETTERS = ("A", "B", "C")


@dataclass(frozen=True)
class Asked:
    """Which factors are asked for, as the address has it."""

    q: str = ""
    activity: str = ""
    region: str = ""
    year: str = ""
    set: str = ""
    confidence: str = ""
    own: str = ""

    @property
    def narrowed(self) -> bool:
        """Whether something is left out."""
        return any((self.q, self.activity, self.region, self.year, self.set, self.confidence, self.own))


@page(PATH, name="factors", place="data", title=mark("Emission factors"), tab=mark("Factors"), act=Act.READ, order=38)
def factors(
    here: "Here", q: str = "", activity: str = "", region: str = "", year: str = "", set: str = "",  # noqa: A002
    confidence: str = "", own: str = "", page: int = 1,
) -> Response:  # fmt: skip
    """The factors that match, a page at a time."""
    t, asked = translator(here.lang), Asked(q.strip(), activity, region.strip(), year.strip(), set, confidence, own)
    kinds = [(one.id, t(one.label)) for one in activity_kinds().values()]
    try:
        rows, found, status = _rows(here, asked), (), 200
    except InputRefused as refused:  # a file of own factors that cannot be read
        rows, found, status = (), refused.findings, status_of(refused)
    number = min(max(page, 1), max((len(rows) - 1) // SIZE + 1, 1))
    return render(
        here, "pages/factors.html.j2", status=status, refused=found, asked=asked, count=len(rows), number=number,
        size=SIZE, kinds=kinds, letters=_LETTERS, table=_table(here, rows[(number - 1) * SIZE : number * SIZE]),
        sets=[(one.id, _edition(here, one.name, one.edition)) for one in sets_offered()],
        letter_words=[t(CONFIDENCE[one]) for one in _LETTERS], whole=here.principal.scope.whole,
        regions=sorted({one.region for one in factor_rows(None)}),
    )  # fmt: skip


def _whose(here: "Here") -> "Workspace | None":
    """What is the organisation's own is shown to who has a role in all of it; what ships, to everybody."""
    return here.workspace if here.principal.scope.whole else None


def _rows(here: "Here", asked: Asked) -> Sequence[Factor]:
    letters: dict[str, Confidence] = {"A": "A", "B": "B", "C": "C"}
    known = asked.activity if asked.activity in activity_kinds() else None
    if asked.own and not here.principal.scope.whole:
        return ()
    return factor_rows(
        _whose(here), region=asked.region or None, kind=known, text=asked.q, set=asked.set or None,
        year=int(asked.year) if asked.year.isdecimal() and len(asked.year) == 4 else None,
        confidence=letters.get(asked.confidence), own=bool(asked.own),
    )  # fmt: skip


def _edition(here: "Here", name: str, edition: str) -> str:
    t = translator(here.lang)
    return t("{name} ({edition})", name=t(name), edition=edition) if edition and edition not in name else t(name)


def _table(here: "Here", rows: Sequence[Factor]) -> Table:
    t = translator(here.lang)
    heads = (
        Head(t("Value"), numeric=True), Head(t("Unit")), Head(t("Name")), Head(t("Region")),
        Head(t("Year"), numeric=True), Head(t("Confidence")), Head(t("Edition")), Head(t("Licence")), Head(t("Source")),
        Head(t("Id")),
    )  # fmt: skip
    return Table(heads, tuple(_row(here, one) for one in rows))


def _row(here: "Here", row: Factor) -> tuple[Cell, ...]:
    t = translator(here.lang)
    letter = row.confidence if row.origin == SHIPPED else t("{letter}, your own", letter=row.confidence)
    return (
        Cell(every(row.value), numeric=True), Cell(row.unit),
        Cell(row.name or row.id, href=link(here, factor_path(row.id))), Cell(row.region),
        Cell(str(row.year), numeric=True), Cell(letter),
        Cell(row.source_year), Cell(row.licence), Cell(row.source), Cell(row.id, code=True),
    )  # fmt: skip


@page(f"{PATH}/{{factor:path}}", name="factor", place="data", title=mark("Emission factor"), act=Act.READ)
def factor(here: "Here", factor: str) -> Response:
    """All that is known of a row, or of a set of rows."""
    t = translator(here.lang)
    trail = [(t("Emission factors"), link(here, PATH))]
    try:
        shown = factor_shown(_whose(here), factor)
    except InputRefused as refused:
        if any(one.code != "factor.unknown" for one in refused.findings):
            return render(here, "pages/factor.html.j2", trail=trail, status=status_of(refused), shown=None,
                          refused=refused.findings)  # fmt: skip
        words = t(
            "There is no factor '{factor}'. It may be one of your own whose file was removed.", factor=factor[:200]
        )
        return missing(here, t("No such factor"), words, door=(link(here, PATH), t("All factors")), trail=trail)
    if isinstance(shown, SetShown):
        return render(
            here, "pages/factor.html.j2", title=t(shown.name), trail=trail, shown=shown,
            facts=_facts_of_set(here, shown), beside=_table(here, shown.rows[:SIZE]),
            rows=len(shown.rows), set=shown.id, serves=None, used=None,
            waits=False, refused=(),
        )  # fmt: skip
    return render(
        here, "pages/factor.html.j2", title=shown.row.name or shown.row.id, trail=trail, shown=shown,
        facts=_facts(here, shown), beside=_gases(here, shown), rows=0, set="", serves=_serves(here, shown),
        used=_used(here, shown), waits=_waits(shown), refused=(),
        everywhere=here.principal.may(Act.DECLARE, EVERYWHERE),
    )  # fmt: skip


def _waits(shown: FactorShown) -> bool:
    """Whether it serves only after somebody accepted it, and nobody did."""
    return shown.row.confidence == "C" and shown.row.origin == SHIPPED and not shown.accepted


def _facts(here: "Here", shown: FactorShown) -> list[tuple[str, Cell]]:
    t, row = translator(here.lang), shown.row
    said = [
        (t("Value"), f"{every(row.value)} {row.unit}"),
        (t("Gas"), f"{row.gas} ({row.gwp_set})" if row.gwp_set else row.gas),
        (t("Uncertainty"), "" if row.uncertainty is None else f"± {percent(row.uncertainty, here.lang)}"),
        (t("Region"), row.region),
        (t("Year"), str(row.year)),
        (t("Scope"), row.scope),
        (t("Category"), row.category),
        (t("Confidence"), t(CONFIDENCE[row.confidence])),
        (t("Source"), row.source),
        (t("Edition"), row.source_year),
        (t("Licence"), row.licence),
        (t("Remark"), row.remark),
        (t("Kept in"), "" if row.origin == SHIPPED else row.origin),
        (t("In place of"), "" if shown.replaces is None else f"{every(shown.replaces.value)} {shown.replaces.unit}"),
        (t("Barred"), "" if shown.barred is None else say_reason(shown.barred.reason, here.lang)),
        *((t("Accepted: {name}", name=name), why) for name, why in shown.accepted.items()),
    ]
    return [*((label, Cell(words)) for label, words in said if words), (t("Id"), Cell(row.id, code=True))]


def _facts_of_set(here: "Here", shown: SetShown) -> list[tuple[str, Cell]]:
    t = translator(here.lang)
    countries = listed((t("all others") if one == "*" else one for one in shown.countries), here.lang)
    said = [
        (t("Edition of the set"), shown.edition),
        (t("Years"), listed(shown.years, here.lang) or t("any year")),
        (t("Countries"), countries or t("none, unless it is accepted by name")),
        *((t("Accepted: {name}", name=name), why) for name, why in shown.accepted.items()),
    ]
    return [*((label, Cell(words)) for label, words in said if words), (t("Id"), Cell(shown.id, code=True))]


def _gases(here: "Here", shown: FactorShown) -> Table | None:
    """The row and those that serve the same: by gas, where a source has gases apart."""
    if not shown.beside:
        return None
    t = translator(here.lang)
    heads = (
        Head(t("Gas")), Head(t("Value"), numeric=True), Head(t("Unit")), Head(t("Name")), Head(t("Confidence")),
        Head(t("Id")),
    )  # fmt: skip
    rows = tuple(
        (
            Cell(one.gas or t("none")), Cell(every(one.value), numeric=True), Cell(one.unit),
            Cell(one.name, href="" if one is shown.row else link(here, factor_path(one.id))), Cell(one.confidence),
            Cell(one.id, code=True),
        )
        for one in (shown.row, *shown.beside)
    )  # fmt: skip
    return Table(heads, rows)


def _serves(here: "Here", shown: FactorShown) -> Table | None:
    """Sets and activities, with the years for which each set is."""
    t = translator(here.lang)
    known = {one.id: one for one in sets_offered()}
    heads = (Head(t("Set")), Head(t("Years")), Head(t("Activities")))
    rows: list[tuple[Cell, ...]] = []
    for use in shown.uses:
        held = known.get(use.set)
        name = Cell(t("factors of your own")) if held is None else Cell(
            _edition(here, held.name, held.edition), href=link(here, factor_path(use.set)))  # fmt: skip
        years = str(shown.row.year) if held is None else listed(held.years, here.lang) or t("any year")
        kinds = listed((kind_label(kind, use.item, here.lang) for kind in use.kinds), here.lang)
        rows.append((name, Cell(years), Cell(kinds or t("conversions"))))
    return Table(heads, tuple(rows)) if rows else None


def _used(here: "Here", shown: FactorShown) -> Table | None:
    """Years of which recorded figures rest on it."""
    t, n = translator(here.lang), counter(here.lang)
    found = figures_with(here.workspace, shown.row.id)
    if not found:
        return None
    rows = tuple(
        (
            Cell(str(one.year), numeric=True),
            Cell(n("{count} figure", "{count} figures", one.count), href=parts_link(here, "", one.largest, one.count)),
            Cell(t("The factor as it was used"), one.factors[0]),
        )
        for one in found
    )  # fmt: skip
    return Table((Head(t("Inventory of"), numeric=True), Head(t("Figures of the year")), Head(t("Evidence"))), rows)


@part(f"{PATH}.csv", act=Act.EXPORT)
def download(
    here: "Here", q: str = "", activity: str = "", region: str = "", year: str = "", set: str = "",  # noqa: A002
    confidence: str = "", own: str = "",
) -> Response:  # fmt: skip
    """All that match, with every column; no text in it is run by a spreadsheet."""
    rows = _rows(here, Asked(q.strip(), activity, region.strip(), year.strip(), set, confidence, own))
    cells = tuple(tuple(Cell(_text(getattr(row, name))) for name in COLUMNS) for row in rows)
    return csv_file(Table(tuple(map(Head, COLUMNS)), cells), "factors")


def _text(value: object) -> str:
    return repr(value) if isinstance(value, float) else str(value)
