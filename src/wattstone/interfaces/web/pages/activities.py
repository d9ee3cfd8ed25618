"""Activity records: the lines that hold with what they add up to, a table of them taken in, the table to fill in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, timedelta
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote
from zoneinfo import ZoneInfo

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from wattstone.base import Finding, InputRefused
from wattstone.interfaces.present.activity_template import activity_csv, activity_workbook, head_of, kind_labels
from wattstone.interfaces.present.content import Cell, Head, Table
from wattstone.interfaces.present.languages import counter, day, mark, translator
from wattstone.interfaces.present.numbers import amount, every
from wattstone.interfaces.web.kit import action, csv_file, go, link, page, part, render
from wattstone.interfaces.web.pages.statement import year_shown
from wattstone.interfaces.web.reading import parts_link, zone_here
from wattstone.interfaces.web.refusals import status_of
from wattstone.interfaces.web.sent import sent_files
from wattstone.rates.activities import activity_kinds
from wattstone.readings.activities.schema import SAID
from wattstone.workflows.access.policy import Act
from wattstone.workflows.activities import ACTIVITIES, Loaded, lines_of, load_activities
from wattstone.workflows.activities.emitted import emitted_by, figures_of, subject_of
from wattstone.workflows.activities.listing import ActivityList, activity_list

if TYPE_CHECKING:
    from wattstone.interfaces.serving.request import Here

PATH = "/data/activities"
SIZE = 50
ALL = "all"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SCOPES = {"1": mark("Scope 1"), "2": mark("Scope 2"), "3": mark("Scope 3"), "0": mark("Apart")}


@dataclass(frozen=True)
class Asked:
    """Which lines are asked for, as the address has it; `year` is a year, `all`, or empty for the one of all pages."""

    year: str = ""
    site: str = ""
    kind: str = ""
    scope: str = ""

    @property
    def kinds(self) -> frozenset[str] | None:
        """The kinds that are wanted; None for all of them."""
        if not self.kind and self.scope not in SCOPES:
            return None
        known = activity_kinds().values()
        of_scope = {one.id for one in known if self.scope not in SCOPES or str(one.scope) == self.scope}
        return frozenset(of_scope & {self.kind} if self.kind else of_scope)

    @property
    def narrowed(self) -> bool:
        """Whether something is left out besides other years."""
        return bool(self.site or self.kind or self.scope)


@dataclass(frozen=True)
class Sent:
    """What became of a table that was sent."""

    found: Sequence[Finding] = ()
    done: str = ""
    status: int = 200


@dataclass(frozen=True)
class _Sum:
    """What the lines of a kind emitted, as the inventory of the year has it."""

    value: float | None = None
    ids: tuple[str, ...] = field(default_factory=tuple)


@dataclass(frozen=True)
class _Recorded:
    """What the kinds emitted, and what those of scope 2 did by the market-based method."""

    by_kind: Mapping[str, _Sum]
    market: Mapping[str, _Sum]

    def cells(self, here: "Here", kind: str) -> tuple[Cell, ...]:
        """The last columns of a kind."""
        first = (_emissions(here, self.by_kind.get(kind)),) if self.by_kind else ()
        if not self.market:
            return first
        return (*first, _emissions(here, self.market[kind]) if kind in self.market else Cell(""))


@page(PATH, name="activities", place="data", title=mark("Activity records"), tab=mark("Activity records"),
      act=Act.READ, order=34)  # fmt: skip
def activities(
    here: "Here", year: str = "", site: str = "", kind: str = "", scope: str = "", page: int = 1
) -> Response:  # fmt: skip
    """The lines that hold, by year, site, scope and kind."""
    return _shown(here, Asked(year, site, kind, scope), page, Sent())


def _shown(here: "Here", asked: Asked, page: int, sent: Sent) -> Response:
    t = translator(here.lang)
    years = sorted((int(one) for one in here.workspace.lake.parts(ACTIVITIES)), reverse=True)
    year = _year(here, asked.year, years)
    held = activity_list(here.workspace, year=year, site=asked.site, kinds=asked.kinds, page=page, size=SIZE)
    kinds = [(one.id, t(one.label)) for one in activity_kinds().values()]
    return render(
        here, "pages/activities.html.j2", status=sent.status, table=_table(here, held, year), count=held.count,
        sums=_sums(here, held, year), number=held.number, size=SIZE, asked=asked, year=year,
        years=sorted({*years, *([year] if year else [])}, reverse=True),
        sites=[(one.id, one.name or one.id) for one in here.workspace.records.sites()], kinds=kinds,
        scopes=[(one, t(label)) for one, label in SCOPES.items()], any=bool(years),
        told=findings_table(here, sent.found) if sent.found else None, done=sent.done,
        wrong=any(one.severity == "error" for one in sent.found), findings=(),
    )  # fmt: skip


def _year(here: "Here", asked: str, years: Sequence[int]) -> int | None:
    """The year that is asked for, whether or not it has lines; else that of all pages, or the newest. None: all."""
    if asked == ALL:
        return None
    return int(asked) if asked.isdecimal() and len(asked) == 4 else year_shown(here, "", years)


def _sums(here: "Here", held: ActivityList, year: int | None) -> Table | None:
    """What all lines add up to, by kind and unit, and what the inventory of the year makes of each kind."""
    if not held.count:
        return None
    t = translator(here.lang)
    emitted = _recorded(here, held, year) if year is not None else _Recorded({}, {})
    last = [Head(t("In the inventory of {year}", year=year), numeric=True)] if emitted.by_kind else []
    if emitted.market:
        last.append(Head(t("With scope 2 market-based"), numeric=True))
    heads = (
        Head(t("Kind of activity")), Head(t("Lines"), numeric=True), Head(t("Amount"), numeric=True), Head(t("Unit")),
        Head(t("Stated emissions [kg CO2e]"), numeric=True), *last,
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    before = ""
    for one in held.sums.iter_rows(named=True):
        kind = str(one["kind"])
        again = kind == before  # a kind that is counted in several units has one sum of emissions
        cells = (
            Cell(named(here, kind, "")[0]), Cell(every(one["lines"]), numeric=True), number(one["amount"]),
            Cell(one["unit"] or ""), number(one["stated"]),
        )  # fmt: skip
        rows.append((*cells, *(Cell("") for _ in last)) if again else (*cells, *emitted.cells(here, kind)))
        before = kind
    return Table(heads, tuple(rows))


def _recorded(here: "Here", held: ActivityList, year: int) -> "_Recorded":
    """The recorded figures of the activities that are listed, added up by kind; nothing where no inventory is."""
    figures = figures_of(here.workspace, held.pairs, year).figures
    kinds = {subject_of(site, kind, item): kind for kind, site, item in held.pairs.iter_rows()}
    found: dict[str, _Sum] = {}
    market: dict[str, _Sum] = {}
    for one in figures.iter_rows(named=True):
        kind = kinds[one["subject"]]
        if one["name"] == "biogenic" and kind != "biogenic":
            continue  # stands apart from what the kind emits
        of = market if one["name"] == "scope2.market" else found  # the two bases say the same twice
        now = of.get(kind, _Sum(0.0))
        both: tuple[float | None, float | None] = (now.value, one["value"])
        of[kind] = _Sum(_added(*both), (*now.ids, one["id"]))
    return _Recorded(found, market)


def _added(one: float | None, other: float | None) -> float | None:
    """What is not known stays unknown in a sum."""
    return None if one is None or other is None else one + other


def _emissions(here: "Here", one: _Sum | None) -> Cell:
    t = translator(here.lang)
    if one is None:
        return Cell(t("not in it"))
    href = parts_link(here, "", one.ids)
    if one.value is None:
        return Cell(t("not known"), href=href)
    return Cell(amount(one.value, "kg CO2e", here.lang), numeric=True, href=href)


def line_path(line: str) -> str:
    """The page of a line, below the organisation."""
    return f"{PATH}/line?id={quote(line, safe='')}"


def number(value: float | None) -> Cell:
    """A number of a line; what is not said is empty."""
    return Cell("" if value is None else every(value), numeric=True)


def _table(here: "Here", held: ActivityList, year: int | None) -> Table:
    t, zone = translator(here.lang), zone_here(here)
    heads = (
        Head(t("Line of record")), Head(t("Site")), Head(t("Kind of activity")), Head(t("Period")),
        Head(t("Amount"), numeric=True), Head(t("Emits [kg CO2e]"), numeric=True), Head(t("Proof")),
        Head(t("Entered")),
    )  # fmt: skip
    emitted = _emitted(here, held, year)
    rows = tuple(_row(here, one, zone, emitted) for one in held.lines.iter_rows(named=True))
    note = t("What a line emits is computed by the factors of now; its page says how, and which figure holds it.")
    return Table(heads, rows, note)


def _emitted(here: "Here", held: ActivityList, year: int | None) -> Mapping[str, float | None]:
    """What each line of the page emits in the year, or in all of its years; None where that is not known."""
    lines = held.lines
    if lines.is_empty():
        return {}
    both = {*lines["start"].dt.year().to_list(), *lines["end"].dt.year().to_list()}
    found: dict[str, float | None] = {}
    for one in sorted(both) if year is None else [year]:
        rows = emitted_by(here.workspace, lines, one).lines
        for line, value in rows.select("line_id", "value").iter_rows():
            found[line] = _added(found.get(line, 0.0), value)
    return found


def _row(here: "Here", line: Mapping[str, Any], zone: str, emitted: Mapping[str, float | None]) -> tuple[Cell, ...]:
    t = translator(here.lang)
    activity, item = named(here, str(line["kind"]), str(line["item"] or ""))
    marks = [t("with document")] if line["document"] else []
    marks += [t("estimated")] if line["estimated"] else []
    to = link(here, f"{PATH}/line", id=line["line_id"])
    value = emitted.get(str(line["line_id"]))
    on = line["entered_at"].replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
    entered = t("{who}, {when}", who=line["entered_by"], when=day(on, here.lang))
    what = t("{what}: {which}", what=activity, which=item) if item else activity
    return (
        Cell(str(line["line_id"]), href=to), Cell(str(line["site_id"])), Cell(what),
        Cell(period_words(line["start"], line["end"])), _much(here, line),
        Cell(t("not known") if value is None else every(value), numeric=value is not None, href=f"{to}#emits"),
        Cell(", ".join(marks)), Cell(entered),
    )  # fmt: skip


def _much(here: "Here", line: Mapping[str, Any]) -> Cell:
    """The amount with its unit; where emissions are stated in its place, these."""
    if line["amount"] is not None:
        return Cell(f"{every(line['amount'])} {line['unit'] or ''}".rstrip(), numeric=True)
    t = translator(here.lang)
    if line["stated"] is None:
        return Cell("")
    return Cell(t("stated: {value} kg CO2e", value=every(line["stated"])), numeric=True)


def period_words(start: date, end: date) -> str:
    """First and last day; a whole year or month by its own name.

    Examples
    --------
    >>> period_words(date(2024, 2, 1), date(2024, 2, 29)), period_words(date(2024, 1, 1), date(2024, 12, 31))
    ('2024-02', '2024')
    """
    if start.day == 1 and (end + timedelta(days=1)).day == 1:
        if (start.year, start.month) == (end.year, end.month):
            return f"{start:%Y-%m}"
        if (start.month, end.month, start.year) == (1, 12, end.year):
            return f"{start.year}"
    return str(start) if start == end else f"{start} – {end}"


def text_of(value: Any) -> str:
    """A field as a table would have it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value).removesuffix(".0")


def named(here: "Here", kind: str, item: str) -> tuple[str, str]:
    """What a kind and one of its items are called; an item of one's own is called as it was entered."""
    t, known = translator(here.lang), activity_kinds().get(kind)
    if known is None:
        return kind, item
    return t(known.label), t(known.items[item]) if item in known.items else item


def findings_table(here: "Here", found: Sequence[Finding]) -> Table:
    """What is wrong with a table that was sent, a finding a row."""
    from wattstone.interfaces.web.remedies import say_here

    t = translator(here.lang)
    heads = tuple(map(Head, (t("Where"), t("What was found"), t("Expected"), t("What to do"))))
    rows: list[tuple[Cell, ...]] = []
    for one in found:
        said = say_here(one, here.lang)
        first = said.get("first")
        where = t("{place}, the first at {first}", place=said["place"], first=first) if first else said["place"]
        told = t("error") if one.severity == "error" else t("warning")
        texts = (where, t("{place}: {found}", place=told, found=said["found"]), said["expected"], said["remedy"])
        rows.append(tuple(map(Cell, texts)))
    return Table(heads, tuple(rows))


@action(f"{PATH}/import", act=Act.INGEST, page="activities")
async def imported(here: "Here", request: Request) -> Response:
    """Take tables in: all of them, or none."""
    try:
        async with sent_files(here, request) as files:
            done = await run_in_threadpool(
                load_activities, here.workspace, files, who=here.principal.name, labels=kind_labels()
            )
    except InputRefused as refused:
        sent = Sent(refused.findings, status=status_of(refused))
        return await run_in_threadpool(_shown, here, Asked(), 1, sent)
    said = " ".join(_taken(here, one) for one in done)
    year = str(max((year for one in done for year in one.years), default=""))
    noticed = [finding for one in done for finding in one.findings]
    if noticed:
        return await run_in_threadpool(_shown, here, Asked(year), 1, Sent(noticed, said))
    return go(here, f"{PATH}?year={year}" if year else PATH, said=said)


def _taken(here: "Here", one: Loaded) -> str:
    t, n = translator(here.lang), counter(here.lang)
    if one.already:
        return t("{file} was taken in before; nothing is changed.", file=one.source)
    return n("{file}: {count} line.", "{file}: {count} lines.", one.lines, file=one.source)


@part(f"{PATH}/template.{{form}}", act=Act.READ)
def template(here: "Here", form: Literal["csv", "xlsx"]) -> Response:
    """A table to fill in."""
    headers = {"Content-Disposition": f'attachment; filename="activities.{form}"', "X-Content-Type-Options": "nosniff"}
    currency = here.workspace.records.organisation().currency
    if form == "csv":
        return Response(
            f"\ufeff{activity_csv(here.lang, currency=currency)}", media_type="text/csv; charset=utf-8", headers=headers
        )
    sites = {site.id: site.name or "" for site in here.workspace.records.sites()}
    return Response(activity_workbook(sites, here.lang, currency=currency), media_type=XLSX, headers=headers)


@part(f"{PATH}.csv", act=Act.EXPORT)
def download(here: "Here", year: str = "", site: str = "", kind: str = "", scope: str = "") -> Response:
    """The lines as a table that can be read back; no text in it is run by a spreadsheet."""
    import polars as pl

    columns, asked = ("line_id", *SAID, "entered_by", "entered_at"), Asked(year, site, kind, scope)
    held = lines_of(here.workspace, int(year) if year.isdecimal() and len(year) == 4 else None, site=site or None)
    if asked.kinds is not None:
        held = held.filter(pl.col("kind").is_in(sorted(asked.kinds)))
    heads = tuple(Head(head_of(name, here.lang) if name in SAID else name) for name in columns)
    rows = tuple(
        tuple(Cell(text_of(value)) for value in row) for row in held.select(columns).iter_rows()
    )  # fmt: skip
    return csv_file(Table(heads, rows), "activities")
