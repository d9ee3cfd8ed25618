"""A contract or certificate: what was said of it, its claims, its quality criteria; entered, corrected, withdrawn."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from wattstone.base import Finding, InputRefused
from wattstone.interfaces.present.content import Cell, Head, Table
from wattstone.interfaces.present.contract_words import (
    CARRIERS,
    CRITERIA,
    FIELDS,
    HOLDERS,
    KINDS,
    carrier_name,
    instrument_name,
    state_name,
)
from wattstone.interfaces.present.languages import mark, say_reason, translator
from wattstone.interfaces.present.moments import moment_words
from wattstone.interfaces.present.names import opened
from wattstone.interfaces.present.numbers import amount, every
from wattstone.interfaces.serving.attachment import attachment
from wattstone.interfaces.web.kit import Form, action, go, link, page, part, render
from wattstone.interfaces.web.pages.contracts import PATH, TONES, contract_path, why_of
from wattstone.interfaces.web.reading import zone_here
from wattstone.interfaces.web.refusals import status_of
from wattstone.interfaces.web.results import missing
from wattstone.interfaces.web.sent import sent_files
from wattstone.inventory.criteria import criteria
from wattstone.inventory.instruments import Instrument
from wattstone.workflows.access.policy import EVERYWHERE, Act, require
from wattstone.workflows.instruments.allocation import allocation_of
from wattstone.workflows.instruments.declare import add_instrument, document_of, withdraw_instrument
from wattstone.workflows.instruments.listing import Listed, instruments_of

if TYPE_CHECKING:
    from wattstone.interfaces.serving.request import Here

_FLAGS = ("bundled", "exclusive", "delivered")
_FIRST = (
    "kind", "market", "vintage_start", "vintage_end", "volume", "factor", "factor_source", "technology",
    "tracking_system", "serials", "retired_on", "retired_for", "exclusive",
)  # fmt: skip
_NEEDED = frozenset({"kind", "market", "vintage_start", "vintage_end", "factor"})
_SITES = 200  # of a claim that a page shows


@dataclass(frozen=True)
class Judged:
    """A quality criterion as the page shows it."""

    number: int
    title: str
    asks: str
    tone: str
    state: str
    why: str


@dataclass(frozen=True)
class Ask:
    """A field of the form."""

    name: str
    label: str
    help: str
    value: str
    needed: bool
    first: bool
    options: tuple[tuple[str, str], ...] = ()


@page(f"{PATH}/one", name="contract", place="report", title=mark("Contract or certificate"), act=Act.READ)
def one(here: "Here", id: str = "") -> Response:  # noqa: A002 - as the address calls it
    """A contract by its id; without one, the form of a new one."""
    return _shown(here, id)


def _shown(
    here: "Here", name: str, typed: Mapping[str, str] | None = None, *, found: tuple[Finding, ...] = (),
    status: int = 200, fresh: bool = False,
) -> Response:  # fmt: skip
    t = translator(here.lang)
    trail = [(t("Contracts"), link(here, PATH))]
    declares = here.principal.may(Act.DECLARE, EVERYWHERE)
    common: dict[str, Any] = {
        "declares": declares, "findings": found, "status": status, "fields": ("id", "reason", *FIELDS), "trail": trail,
    }  # fmt: skip
    if not name or fresh:
        asks = _asks(here, typed or {})
        return render(here, "pages/contract.html.j2", title=t("Add a contract"), listed=None, asks=asks,
                      typed=typed or {}, **common)  # fmt: skip
    listed = _listed(here, name)
    if listed is None:
        return missing(here, door=(link(here, PATH), t("Contracts")), trail=trail)
    said = listed.held.instrument
    return render(
        here, "pages/contract.html.j2", title=said.id, listed=listed, facts=_facts(here, listed), typed=typed or {},
        tone=TONES[listed.state], state=opened(state_name(listed.state, here.lang)),
        why=why_of(listed, here), judged=_judged(here, listed),
        claims=_claims(here, listed), asks=_asks(here, typed or typed_of(said)), **common,
    )  # fmt: skip


def _listed(here: "Here", name: str) -> Listed | None:
    """A contract that one may see, judged for the newest year that claims it."""
    found = next((one for one in instruments_of(here.workspace) if one.held.instrument.id == name), None)
    if found is None or not found.claimed:
        return found
    judged = instruments_of(here.workspace, max(found.claimed))
    return next((one for one in judged if one.held.instrument.id == name), found)


def typed_of(said: Instrument) -> dict[str, str]:
    """What was said of a contract, as a form shows it."""
    texts: dict[str, str] = {}
    for name in FIELDS:
        value = getattr(said, name)
        if name == "volume" and value is not None:
            texts[name] = f"{value:.12g} kWh"
        elif name == "factor":
            texts[name] = f"{value:.12g} kg CO2e/kWh"
        elif name in _FLAGS:
            texts[name] = "yes" if value else ""
        elif name in ("serials", "sites"):
            texts[name] = "; ".join(said.serials if name == "serials" else said.sites)
        else:
            texts[name] = "" if value is None else str(value)
    return texts


def _asks(here: "Here", typed: Mapping[str, str]) -> list[Ask]:
    t, lang = translator(here.lang), here.lang
    choices: dict[str, tuple[tuple[str, str], ...]] = {
        "kind": tuple((kind, opened(instrument_name(kind, lang))) for kind in KINDS),
        "carrier": tuple((carrier, opened(carrier_name(carrier, lang))) for carrier in CARRIERS),
        "holder": (("", t("as is usual for its kind")), *((key, opened(t(words))) for key, words in HOLDERS.items())),
    }
    asks: list[Ask] = []
    for name, (label, help_) in FIELDS.items():
        said = typed.get(name, "")
        told = t(help_) if help_ else ""
        asks.append(Ask(name, t(label), told, said, name in _NEEDED, name in _FIRST, choices.get(name, ())))
    return asks


def _facts(here: "Here", listed: Listed) -> list[tuple[str, str]]:
    """What was said of it, in the order of the form."""
    t, lang, said = translator(here.lang), here.lang, listed.held.instrument
    shown = {
        **typed_of(said),
        "kind": opened(instrument_name(said.kind, lang)),
        "carrier": opened(carrier_name(said.carrier, lang)),
        "volume": t("no volume") if said.volume is None else amount(said.volume, "kWh", lang, digits="all"),
        "factor": t("{amount} kg CO2e/kWh", amount=every(said.factor)),
        "sites": t(", ").join(said.sites) or t("all sites of the market"),
        "holder": opened(t(HOLDERS["site" if said.of_site else "organisation"])),
        **{name: t("yes") if getattr(said, name) else "" for name in _FLAGS},
    }
    pairs = [(t(FIELDS[name][0]), shown[name]) for name in FIELDS if shown.get(name)]
    if said.document:
        pairs.append((t("Document, by its SHA-256"), said.document))
    when = moment_words(listed.held.entered_at, zone_here(here), lang)
    pairs.append((t("Said by"), t("{who}, {when}", who=listed.held.entered_by, when=when)))
    if listed.left is not None:
        pairs.append((t("Not claimed yet"), amount(listed.left, "kWh", lang, digits="all")))
    return pairs


def _judged(here: "Here", listed: Listed) -> list[Judged]:
    t, by = translator(here.lang), {one.id: one for one in criteria()}
    rows: list[Judged] = []
    for one in listed.judged:
        of = by[one.criterion]
        tone, state = ("good", t("met")) if one.met else ("act", t("not met"))
        if one.met is None:
            tone, state = "", t("not asked")
        why = opened(say_reason(one.why, here.lang)) if one.met is False else ""
        rows.append(Judged(of.number, opened(t(CRITERIA[of.id])), opened(t(of.asks)), tone, state, why))
    return rows


def _claims(here: "Here", listed: Listed) -> list[tuple[int, str, Table | None]]:
    """What each year claims, and of which sites, where one may see that."""
    t, lang, name = translator(here.lang), here.lang, listed.held.instrument.id
    heads = (
        Head(t("Site")), Head(t("Energy")), Head(t("Served"), True), Head(t("Own share of it"), True),
        Head(t("Emissions of it"), True),
    )  # fmt: skip
    claims: list[tuple[int, str, Table | None]] = []
    for year in sorted(listed.claimed, reverse=True):
        held = allocation_of(here.workspace, year)
        uses = [] if held is None else held.uses.filter(instrument=name).sort("owned", descending=True).to_dicts()
        rows = tuple(
            (
                Cell(row["site_id"], href=link(here, f"/sites/{row['site_id']}")),
                Cell(carrier_name(row["carrier"], lang)),
                Cell(amount(row["energy"], "kWh", lang), numeric=True),
                Cell(amount(row["owned"], "kWh", lang), numeric=True),
                Cell(amount(row["value"], "kg CO2e", lang), numeric=True),
            )
            for row in uses[:_SITES]
        )
        note = t("and {count} more", count=len(uses) - _SITES) if len(uses) > _SITES else ""
        total = amount(listed.claimed[year], "kWh", lang)
        claims.append((year, total, Table(heads, rows, note) if rows else None))
    return claims


@action(f"{PATH}/one", act=Act.DECLARE, page="contract")
def save(here: "Here", form: Form) -> Response:
    """Enter a contract, or correct what is said of one."""
    t = translator(here.lang)
    typed = {name: str(value).strip() for name, value in form.items() if isinstance(value, str)}
    name, correcting = typed.get("id", ""), typed.get("opened", "") == "yes"
    try:
        require(here.principal, Act.DECLARE, EVERYWHERE)
        held = _listed(here, name)
        if not correcting and (held is not None or not name):
            raise InputRefused([_taken(name)])
        before = typed_of(held.held.instrument) if held is not None else {}
        said = _changed(typed, before)
        if correcting and not said and held is not None and not held.held.withdrawn:
            return go(here, contract_path(name), said=t("Nothing was changed."))
        found = add_instrument(here.workspace, name, said, who=here.principal.name)
    except InputRefused as refused:
        found, status = tuple(_at_field(one) for one in refused.findings), status_of(refused)
        return _shown(here, name, typed, found=found, status=status, fresh=not correcting)
    words = t("Contract '{contract}' was corrected.", contract=name) if correcting else t("Contract '{contract}' was "
              "added.", contract=name)  # fmt: skip
    if found:
        words += " " + t("It carries no claim so far: see what it lacks.")
    return go(here, contract_path(name), said=words, tone="watch" if found else "good")


def _changed(typed: Mapping[str, str], before: Mapping[str, str]) -> dict[str, str]:
    """What the form says otherwise than it was; a box that is not ticked says no."""
    said: dict[str, str] = {}
    for name in FIELDS:
        text = ("yes" if typed.get(name) else "") if name in _FLAGS else typed.get(name)
        if text is not None and text != before.get(name, ""):
            said[name] = text or ("no" if name in _FLAGS else "")
    return said


@action(f"{PATH}/withdraw", act=Act.DECLARE, page="contract")
def withdraw(here: "Here", form: Form) -> Response:
    """Take a contract out of force, with the reason."""
    t, name, why = translator(here.lang), str(form.get("id", "")), str(form.get("reason", ""))
    try:
        withdraw_instrument(here.workspace, name, reason=why, who=here.principal.name)
    except InputRefused as refused:
        found = tuple(_at_field(one) for one in refused.findings)
        return _shown(here, name, found=found, status=status_of(refused))
    return go(here, contract_path(name), said=t("Contract '{contract}' is withdrawn.", contract=name))


@part(f"{PATH}/document/{{sha}}", act=Act.EXPORT)
def document(here: "Here", sha: str) -> Response:
    """The document of a contract, as it was sent; no browser runs it."""
    t, found = translator(here.lang), document_of(here.workspace, sha)
    if found is None:
        return missing(here, door=(link(here, PATH), t("Contracts")))
    one, content = found
    return attachment(content, sha, title=one.title)


@action(f"{PATH}/attach", act=Act.DECLARE, page="contract")
async def attach(here: "Here", request: Request) -> Response:
    """Attach the contract, or the statement of retirement."""
    t, name = translator(here.lang), str((await request.form()).get("id", ""))

    def kept(path: Any) -> None:
        require(here.principal, Act.DECLARE, EVERYWHERE)
        if _listed(here, name) is None:
            raise InputRefused([_unknown(name)])
        add_instrument(here.workspace, name, {}, document=path, who=here.principal.name)

    try:
        async with sent_files(here, request) as files:
            title = files[0].name
            await run_in_threadpool(kept, files[0])
    except InputRefused as refused:
        status, findings = status_of(refused), refused.findings
        return await run_in_threadpool(lambda: _shown(here, name, found=findings, status=status))
    return go(here, contract_path(name), said=t("{file} is attached.", file=title))


def _at_field(one: Finding) -> Finding:
    """A finding as its field shows it: what is expected there is how it is mended; a reason stands at its own."""
    if one.code == "contract.unreadable":
        return replace(one, remedy=one.expected)
    return replace(one, params={**one.params, "field": "reason"}) if one.code == "contract.no_reason" else one


def _taken(name: str) -> Finding:
    return Finding(
        code="contract.there",
        place=f"contract '{name}'",
        found="there is a contract or certificate of that id already" if name else "no id is given",
        expected="an id of its own for each contract",
        remedy="correct that one, or choose another id" if name else "give it a short id, as GO-2025-01",
        params={"field": "id"},
    )


def _unknown(name: str) -> Finding:
    return Finding(
        code="contract.unknown",
        place=f"contract '{name}'",
        found="there is no such contract or certificate",
        expected="an id that `wattstone contract list` shows",
        remedy="add it first, or correct the id",
    )
