"""Contracts and certificates of a year: what each brought, what is used and left of it, why one carries no claim."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from wattstone.base import Finding, InputRefused
from wattstone.interfaces.present.content import Cell
from wattstone.interfaces.present.contract_table import template_book
from wattstone.interfaces.present.contract_words import carrier_name, instrument_name, state_name
from wattstone.interfaces.present.languages import counter, mark, say_reason, translator
from wattstone.interfaces.present.names import opened
from wattstone.interfaces.present.numbers import amount
from wattstone.interfaces.web.kit import action, go, link, page, part, period_of, render
from wattstone.interfaces.web.refusals import status_of
from wattstone.interfaces.web.sent import sent_files
from wattstone.workflows.access.policy import EVERYWHERE, Act, require
from wattstone.workflows.instruments.importing import Imported, import_instruments, instrument_template
from wattstone.workflows.instruments.listing import Listed, instruments_of, refused_in

if TYPE_CHECKING:
    from wattstone.interfaces.serving.request import Here

PATH = "/report/contracts"
TONES: Mapping[str, str] = {"in force": "good", "refused": "act", "withdrawn": "watch"}
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FEW = 500  # contracts on a page


@dataclass(frozen=True)
class Row:
    """A contract as the list shows it."""

    name: Cell
    kind: str
    market: str
    vintage: str
    volume: str
    used: str
    left: str
    tone: str
    state: str
    why: str


@dataclass(frozen=True)
class Sums:
    """What the contracts of a year come to."""

    used: str
    left: str
    refused: int
    count: int


@page(PATH, name="contracts", place="report", title=mark("Contracts and certificates"), tab=mark("Contracts"),
      act=Act.READ, order=13)  # fmt: skip
def show(here: "Here", year: str = "") -> Response:
    """Those whose generation a year may claim; of all years where it says `all`."""
    return shown(here, year)


def shown(
    here: "Here", asked: str = "", *, refused: tuple[Finding, ...] = (), noticed: tuple[Finding, ...] = (),
    status: int = 200,
) -> Response:  # fmt: skip
    """The list, with what a table that was sent lacks."""
    t = translator(here.lang)
    every = instruments_of(here.workspace)
    years = _years(every)
    year = None if asked == "all" else _year(here, asked, years)
    listed = every if year is None else instruments_of(here.workspace, year)
    title = t("Contracts and certificates, {year}", year=year) if year else t("Contracts and certificates")
    return render(
        here, "pages/contracts.html.j2", title=title, any=bool(every), years=years, year=year,
        rows=[_row(here, one, year) for one in listed[:_FEW]], more=max(len(listed) - _FEW, 0),
        sums=_sums(here, listed, year), outside=_outside(here, listed, year), refused=refused, noticed=noticed,
        status=status, declares=here.principal.may(Act.DECLARE, EVERYWHERE), whole=here.principal.scope.whole,
    )  # fmt: skip


def _outside(here: "Here", listed: tuple[Listed, ...], year: int | None) -> list[tuple[Cell, str]]:
    """Contracts in force that are not of the year and that no year claims, and why they serve nothing of it."""
    if year is None:
        return []
    shown_ = {one.held.instrument.id for one in listed}
    return [
        (Cell(name, href=link(here, f"{PATH}/one", id=name)), opened(say_reason(why, here.lang)))
        for name, why in refused_in(here.workspace, year).items()
        if name not in shown_
    ]


def _years(listed: tuple[Listed, ...]) -> list[int]:
    """Years in which something was generated or is claimed, the newest first."""
    spans = (one.held.instrument for one in listed)
    made = {year for one in spans for year in range(one.vintage_start.year, one.vintage_end.year + 1)}
    return sorted(made | {year for one in listed for year in one.claimed}, reverse=True)


def _year(here: "Here", asked: str, years: list[int]) -> int | None:
    wanted = int(asked) if asked.isdecimal() and len(asked) == 4 else period_of(here)
    return wanted if wanted in years else years[0] if years else None


def contract_path(name: str) -> str:
    """The page of a contract, below the organisation."""
    from urllib.parse import urlencode

    return f"{PATH}/one?{urlencode({'id': name})}"


def _row(here: "Here", one: Listed, year: int | None) -> Row:
    t, lang, said = translator(here.lang), here.lang, one.held.instrument
    used = sum(one.claimed.values()) if year is None else one.claimed.get(year, 0.0)
    kind = opened(instrument_name(said.kind, lang))
    if said.carrier != "electricity":
        kind = t("{kind}, {carrier}", kind=kind, carrier=carrier_name(said.carrier, lang))
    return Row(
        name=Cell(said.id, href=link(here, f"{PATH}/one", id=said.id)),
        kind=kind,
        market=said.market,
        vintage=_vintage(here, said.vintage_start, said.vintage_end),
        volume=t("no volume") if said.volume is None else amount(said.volume, "kWh", lang),
        used=amount(used, "kWh", lang),
        left=t("unbounded") if one.left is None else amount(one.left, "kWh", lang),
        tone=TONES[one.state],
        state=opened(state_name(one.state, here.lang)),
        why=why_of(one, here),
    )


def _vintage(here: "Here", first: date, last: date) -> str:
    """From when to when; a year, where it is one."""
    if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31) and first.year == last.year:
        return str(first.year)
    t = translator(here.lang)
    return t("{first} to {last}", first=first, last=last)


def why_of(one: Listed, here: "Here") -> str:
    """Why a contract carries no claim, or is out of force; empty where it may claim."""
    if one.held.withdrawn:
        return one.held.withdrawn
    t = translator(here.lang)
    return opened(t("; ").join(say_reason(kept.why, here.lang) for kept in one.judged if kept.met is False))


def _sums(here: "Here", listed: tuple[Listed, ...], year: int | None) -> Sums:
    living = [one for one in listed if not one.held.withdrawn]
    used = sum(sum(one.claimed.values()) if year is None else one.claimed.get(year, 0.0) for one in listed)
    left = sum(one.left or 0.0 for one in living if one.state == "in force")
    refused = sum(one.state == "refused" for one in living)
    return Sums(amount(used, "kWh", here.lang), amount(left, "kWh", here.lang), refused, len(living))


@action(f"{PATH}/import", act=Act.DECLARE, page="contracts")
async def take_in(here: "Here", request: Request) -> Response:
    """Take a table in: all of its contracts, or none."""
    try:
        require(here.principal, Act.DECLARE, EVERYWHERE)
        async with sent_files(here, request) as files:
            done = await run_in_threadpool(import_instruments, here.workspace, files[0], who=here.principal.name)
    except InputRefused as refused:
        status, findings = status_of(refused), refused.findings
        return await run_in_threadpool(lambda: shown(here, "all", refused=findings, status=status))
    if done.findings:
        return await run_in_threadpool(lambda: shown(here, "all", noticed=done.findings))
    return go(here, f"{PATH}?year=all", said=_taken(here, done))


def _taken(here: "Here", done: Imported) -> str:
    t, n = translator(here.lang), counter(here.lang)
    new = n("{count} contract is new", "{count} contracts are new", len(done.new))
    return t("{new}; {changed} changed, {same} as they were.", new=new, changed=len(done.changed), same=len(done.same))


@part(f"{PATH}/template.{{form}}", act=Act.READ)
def template(here: "Here", form: str) -> Response:
    """A table to fill in."""
    headers = {
        "Content-Disposition": f'attachment; filename="contracts.{"csv" if form == "csv" else "xlsx"}"',
        "X-Content-Type-Options": "nosniff",
    }
    if form == "csv":
        return Response(f"\ufeff{instrument_template()}", media_type="text/csv; charset=utf-8", headers=headers)
    if form == "xlsx":
        return Response(template_book(here.lang), media_type=_XLSX, headers=headers)
    return Response("not found", 404, media_type="text/plain")
